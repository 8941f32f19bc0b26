/* Expectations of a whole run: maps, variables, what was handed out, faults, the verifier. */
#include <errno.h>
#include <string.h>

#include "cmd/run_ctx.h"
#include "cmd/run_expect.h"
#include "cmd/run_value.h"
#include "core/btf/scan.h"
#include "core/obj/map.h"
#include "core/run/seccomp.h"
#include "maps/maps.h"

static bool has_text(struct bytes where, const char *text)
{
	return memmem(where.data, where.size, text, strlen(text)) != NULL;
}

/* ---- verdicts ---- */

/* XDP_DROP, xdp_drop, drop */
static bool is_name_of(const char *verdict, const char *name)
{
	const char *last = verdict ? strrchr(verdict, '_') : NULL;

	return verdict &&
	       (strcasecmp(verdict, name) == 0 || (last && strcasecmp(last + 1, name) == 0));
}

static bool is_known_verdict(const struct packet_type *type, const char *name)
{
	if (!type)
		return false;
	for (uint32_t i = 0; i < type->nverdicts; i++)
		if (is_name_of(type->verdicts[i], name))
			return true;
	return is_name_of(type->other, name);
}

int run_is_verdict(struct run *r, const struct expectation *e, const char *name, uint64_t retval)
{
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(name, &end, 0);
	if ((!errno && end != name && !*end) || btf_scan_errno(name, &number))
		return r->vm.type ? (uint32_t)number == retval : number == retval;
	if (r->is_seccomp && seccomp_is_verdict((uint32_t)retval, name) >= 0)
		return seccomp_is_verdict((uint32_t)retval, name);
	if (is_known_verdict(r->vm.type, name))
		return is_name_of(packet_verdict(r->vm.type, retval), name);
	run_unmet(r, e, "%s: no answer of such a program is called '%s'", e->text, name);
	return -EINVAL;
}

/* ---- maps ---- */

/* Of values of all cpus: the sum of numbers, otherwise that of the cpu that ran. */
static void combine(const struct run *r, const struct map *map, uint8_t *value)
{
	uint32_t stride = map_value_stride(map);
	uint64_t sum = 0, one;

	if (!map->ops->percpu)
		return;
	if (map->value_size > sizeof(sum)) {
		memmove(value, value + (size_t)r->vm.rc.cpu * stride, map->value_size);
		return;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++) {
		one = 0;
		memcpy(&one, value + (size_t)cpu * stride, map->value_size);
		sum += one;
	}
	memcpy(value, &sum, map->value_size);
}

/* The first keys of a map, as they are read. */
static void list_keys(struct run *r, struct map *map, uint32_t type, struct strbuf *out)
{
	enum { SHOWN = 8 };
	struct strbuf keys = {0};
	uint32_t shown = 0;

	run_map_keys(map, &keys);
	for (size_t i = 0; i < keys.len && shown < SHOWN; i += map->key_size, shown++) {
		strbuf_add(out, shown ? ", " : "");
		run_value_text(r, type, keys.s + i, map->key_size, out);
	}
	if (keys.len > (size_t)shown * map->key_size)
		strbuf_addf(out, ", ... (%zu)", keys.len / map->key_size);
	if (!keys.len)
		strbuf_add(out, "none");
	strbuf_free(&keys);
}

static void say_no_key(struct run *r, const struct expectation *e, struct map *map, uint32_t type)
{
	struct strbuf keys = {0};

	list_keys(r, map, type, &keys);
	run_unmet(r, e, "map %s has no key %s, expected %s; its keys: %s", e->name, e->key,
		  run_wanted(r, e), strbuf_str(&keys));
	strbuf_free(&keys);
}

/* One value against what is expected of it. */
static void compare_value(struct run *r, const struct expectation *e, const char *what,
			  uint32_t type, uint32_t size, const uint8_t *got)
{
	uint8_t *want = arena_alloc(&r->arena, size + 1), *mask = arena_alloc(&r->arena, size + 1);
	struct strbuf text = {0};
	bool is_number = size && size <= sizeof(uint64_t);

	if (run_scan_value(r, &e->loc, e->value, type, size, want, mask)) {
		run_unmet_said(r, e);
		return;
	}
	if (e->op > EXPECT_NE && !is_number) {
		run_unmet(r, e, "%s: only numbers have an order", e->text);
		return;
	}
	if (expect_op_holds(e->op, run_value_order(r, type, size, got, want, mask)))
		return;
	run_value_text(r, type, got, size, &text);
	run_unmet(r, e, "%s is %s, expected %s", what, strbuf_str(&text), run_wanted(r, e));
	strbuf_free(&text);
}

static void expect_element(struct run *r, const struct expectation *e)
{
	int i = run_find_map(r, &e->loc, e->name), err;
	const struct map_def *def = i < 0 ? NULL : &r->file.image->maps[i];
	struct map *map = i < 0 ? NULL : r->vm.maps[i];
	uint8_t *key, *value;

	if (i < 0) {
		run_unmet_said(r, e);
		return;
	}
	key = arena_alloc(&r->arena, map->key_size + 1);
	value = arena_alloc(&r->arena, map_user_size(map) + 1);
	if (run_scan_value(r, &e->loc, e->key, def->btf_key_id, map->key_size, key, NULL)) {
		run_unmet_said(r, e);
		return;
	}
	err = map_lookup(map, key, value);
	if (err && err != -ENOENT)
		run_unmet(r, e, "map %s cannot be read: %s", e->name,
			  err == -ENOTSUPP ? "it has no values to look up" : strerror(-err));
	else if (e->op == EXPECT_ABSENT && !err)
		run_unmet(r, e, "map %s has key %s, expected it absent", e->name, e->key);
	else if (e->op != EXPECT_ABSENT && err)
		say_no_key(r, e, map, def->btf_key_id);
	else if (!err) {
		combine(r, map, value);
		compare_value(r, e, arena_printf(&r->arena, "map %s: %s", e->name, e->key),
			      def->btf_value_id, map->value_size, value);
	}
}

static void expect_variable(struct run *r, const struct expectation *e)
{
	struct run_variable v;

	if (run_find_variable(r, &e->loc, e->name, &v))
		run_unmet_said(r, e);
	else
		compare_value(r, e, arena_printf(&r->arena, "variable %s", e->name), v.type, v.size,
			      v.at);
}

void run_answer_maps(struct run *r, struct strbuf *out)
{
	for (uint32_t i = 0; i < r->file.image->nmaps; i++) {
		const struct map_def *def = &r->file.image->maps[i];
		struct map *map = r->vm.maps[i];
		uint8_t *value = map->ops->next_key ? xmalloc(map_user_size(map) + 1) : NULL;
		struct strbuf keys = {0};

		if (value)
			run_map_keys(map, &keys);
		for (size_t k = 0; k < keys.len; k += map->key_size) {
			if (map_lookup(map, keys.s + k, value))
				continue;
			strbuf_addf(out, "map %s: ", map->name);
			run_value_text(r, def->btf_key_id, keys.s + k, map->key_size, out);
			strbuf_add(out, " is ");
			run_value_text(r, map->ops->percpu ? 0 : def->btf_value_id, value,
				       map_user_size(map), out);
			strbuf_addch(out, '\n');
		}
		strbuf_free(&keys);
		free(value);
	}
}

/* ---- what was handed out ---- */

static bool is_of(const struct expectation *e, const struct heard *h, enum expect_what what)
{
	return h->what == what && numbers_have(&e->inputs, h->number) &&
	       (!e->name || !h->map || strcmp(e->name, h->map) == 0);
}

static void say_heard(struct run *r, const struct expectation *e, const struct heard *h,
		      struct strbuf *b)
{
	strbuf_add(b, b->len ? "\n  " : "  ");
	if (e->what != EXPECT_RECORD)
		strbuf_addmem(b, h->data.data, h->data.size);
	else
		run_value_text(r, h->type, h->data.data, h->data.size, b);
}

/* Is the record what is expected? -EINVAL when that is no value of its type, said. */
static int is_record(struct run *r, const struct expectation *e, const struct heard *h)
{
	uint32_t size = (uint32_t)h->data.size;
	uint8_t *want = arena_alloc(&r->arena, size + 1), *mask = arena_alloc(&r->arena, size + 1);
	size_t len = strlen(e->value);
	int err;

	if (!h->type && len > 1 && *e->value == '"' && e->value[len - 1] == '"')
		return has_text(h->data, arena_strndup(&r->arena, e->value + 1, len - 2));
	err = run_scan_value(r, &e->loc, e->value, h->type, size, want, mask);
	return err ? err : run_value_order(r, h->type, size, h->data.data, want, mask) == 0;
}

/* Each that comes meets one expectation, so that two equal ones want two. */
static void expect_heard(struct run *r, const struct expectation *e)
{
	enum { SHOWN = 6 };
	struct strbuf others = {0};
	uint32_t n = 0;

	vec_each(&r->expecting.heard, h) {
		int same;

		if (h->taken || !is_of(e, h, e->what))
			continue;
		same = e->what == EXPECT_RECORD ? is_record(r, e, h) : has_text(h->data, e->value);
		if (same < 0) {
			run_unmet_said(r, e);
			strbuf_free(&others);
			return;
		}
		h->taken = same;
		if (same) {
			strbuf_free(&others);
			return;
		}
		if (n++ < SHOWN)
			say_heard(r, e, h, &others);
	}
	run_unmet(r, e, "no %s%s%s is %s%s%s", expect_subject_name(e->what), e->name ? " of " : "",
		  e->name ? e->name : "", e->value, others.len ? "; there came:\n" : "; none came",
		  strbuf_str(&others));
	strbuf_free(&others);
}

static int count_verdicts(struct run *r, const struct expectation *e, uint64_t *n)
{
	*n = 0;
	vec_each(&r->tally, t) {
		int same = run_is_verdict(r, e, e->name, t->retval);

		if (same < 0)
			return same;
		*n += same ? t->count / r->o->repeat : 0;
	}
	return 0;
}

static int count_keys(struct run *r, const struct expectation *e, uint64_t *n)
{
	int i = run_find_map(r, &e->loc, e->name);
	struct strbuf keys = {0};

	if (i < 0) {
		run_unmet_said(r, e);
		return i;
	}
	if (!r->vm.maps[i]->ops->next_key) {
		run_unmet(r, e, "map %s has no keys to count", e->name);
		return -ENOTSUPP;
	}
	run_map_keys(r->vm.maps[i], &keys);
	*n = keys.len / r->vm.maps[i]->key_size;
	strbuf_free(&keys);
	return 0;
}

/* Of a map that is not there none would ever come. */
static int count_heard(struct run *r, const struct expectation *e, uint64_t *n)
{
	if (e->of == EXPECT_RECORD && e->name && run_find_map(r, &e->loc, e->name) < 0) {
		run_unmet_said(r, e);
		return -ESRCH;
	}
	vec_each(&r->expecting.heard, h)
		*n += is_of(e, h, e->of);
	return 0;
}

static void expect_count(struct run *r, const struct expectation *e)
{
	uint64_t n = 0;
	int err = 0, order;

	if (e->of == EXPECT_RETVAL)
		err = count_verdicts(r, e, &n);
	else if (e->of == EXPECT_MAP)
		err = count_keys(r, e, &n);
	else
		err = count_heard(r, e, &n);
	if (err)
		return;
	if (!run_expected_order(e, n, &order))
		run_unmet(r, e, "%s: '%s' is no number", e->text, e->value);
	else if (!expect_op_holds(e->op, order))
		run_unmet(r, e, "count of %s%s%s is %llu, expected %s", expect_subject_name(e->of),
			  e->name ? " " : "", e->name ? e->name : "", (unsigned long long)n,
			  run_wanted(r, e));
}

/* ---- the verifier, faults ---- */

static void expect_verdict(struct run *r, const struct expectation *e)
{
	const struct expecting *x = &r->expecting;
	bool wants_yes = e->what == EXPECT_ACCEPTED;
	struct bytes log = {(const uint8_t *)strbuf_str(&x->log), x->log.len}, last;

	last = verify_last_message(strbuf_str(&x->log), x->log.len);
	if (!x->judged)
		run_unmet(r, e, "no program was given to the verifier (--no-verify, or no type)");
	else if (e->what != EXPECT_LOG && x->accepted && !wants_yes)
		run_unmet(r, e, "Linux would load the program, expected it rejected");
	else if (e->what != EXPECT_LOG && !x->accepted && wants_yes)
		run_unmet(r, e, "Linux would not load the program: %.*s", (int)last.size,
			  last.data);
	else if (e->value && !has_text(log, e->value))
		run_unmet(r, e, "the verifier's log has no '%s'; it says: %.*s", e->value,
			  (int)last.size, last.data);
}

static void expect_fault(struct run *r, const struct expectation *e)
{
	const char *fault = r->expecting.fault;

	if (!fault)
		run_unmet(r, e, "no run ended in a fault");
	else if (e->value && !strstr(fault, e->value))
		run_unmet(r, e, "the fault is '%s', expected '%s'", fault, e->value);
}

void run_expect_whole(struct run *r, const struct expectation *e)
{
	switch (e->what) {
	case EXPECT_MAP:
		expect_element(r, e);
		break;
	case EXPECT_VARIABLE:
		expect_variable(r, e);
		break;
	case EXPECT_COUNT:
		expect_count(r, e);
		break;
	case EXPECT_ACCEPTED:
	case EXPECT_REJECTED:
	case EXPECT_LOG:
		expect_verdict(r, e);
		break;
	case EXPECT_FAULT:
		expect_fault(r, e);
		break;
	default:
		expect_heard(r, e);
	}
}
