/*
 * Arguments of functions, as trampolines hand them to programs (arch_prepare_bpf_trampoline() of
 * Linux): a word for each, more for structs that are passed by value, then what the function
 * returned. In front lie their number and the address of the function:
 *
 *	-16 ip | -8 number of words | 0 argument | 8 argument | ... | returned
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/obj/prog_type.h"
#include "core/run/scene.h"
#include "core/run/tracepoint.h"

enum { WORD = 8, IP_AT = -16, COUNT_AT = -8 };

struct slot {
	const char *name;
	uint32_t type, at, words;
	bool is_buffer; /* it leads to bytes of no type */
};

struct slots {
	struct slot v[SCENE_ARGS_MAX + 1]; /* and what was returned */
	uint32_t n, words;
};

static void add_slot(struct scene *s, struct slots *slots, const char *name, uint32_t type)
{
	int64_t size = type ? btf_size(s->btf, type) : WORD;
	uint32_t words = size > WORD && size <= 2 * WORD ? 2 : 1;

	if (slots->n > SCENE_ARGS_MAX)
		return;
	slots->v[slots->n++] =
		(struct slot){.name = name, .type = type, .at = slots->words, .words = words};
	slots->words += words;
}

/* What the function's type says; without one, words by number. */
static void find_slots(struct scene *s, const struct scene_program *prog, struct slots *slots)
{
	enum { RAW_ARGS = 12 }; /* struct bpf_raw_tracepoint_args */
	const char *event = prog->section ? strchr(prog->section, '/') : NULL;
	const struct btf_type *proto;

	if (!prog->proto) {
		for (uint32_t i = 0; i < RAW_ARGS; i++)
			add_slot(s, slots, "", 0);
		/* bpf_raw_tracepoint_args.args[0], which is written through */
		slots->v[0].is_buffer = prog->type == PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
		return;
	}
	proto = btf_type(s->btf, prog->proto);
	for (uint32_t i = prog->skip; i < btf_vlen(proto) && slots->n < SCENE_ARGS_MAX; i++) {
		const char *name = btf_str(s->btf, btf_params(proto)[i].name_off);

		/* Types of tracepoints have none. */
		if (!*name && event)
			name = tp_arg_name(event + 1, i - prog->skip, &s->arena);
		add_slot(s, slots, name ? name : "", btf_params(proto)[i].type);
	}
}

static uint32_t kind_of(const struct scene *s, uint32_t type)
{
	return type ? btf_kind_of(s->btf, btf_resolve(s->btf, type)) : BTF_KIND_UNKN;
}

/* A number in a register is as wide as the register. */
static void extend(const struct scene *s, uint32_t type, uint8_t *host)
{
	const struct btf_type *t = btf_type(s->btf, btf_resolve(s->btf, type));
	bool is_signed = btf_kind(t) == BTF_KIND_INT ? BTF_INT_ENCODING(btf_int(t)) & BTF_INT_SIGNED
						     : btf_kflag(t);
	uint64_t v;
	uint32_t shift = 64 - 8 * min(t->size, 8u);

	memcpy(&v, host, sizeof(v));
	if (is_signed && t->size && t->size < sizeof(v))
		v = (uint64_t)((int64_t)(v << shift) >> shift);
	memcpy(host, &v, sizeof(v));
}

static int set_slot(struct scene *s, const struct slot *slot, const struct note *note,
		    struct diag *d)
{
	uint8_t *host = (uint8_t *)s->ctx + slot->at * WORD;
	uint32_t kind = kind_of(s, slot->type);
	uint64_t v = 0;
	int err;

	if (!kind || kind == BTF_KIND_PTR) {
		err = scene_word(s, note, slot->type, d, &v);
		v = space_follow(&s->space, v);
		memcpy(host, &v, sizeof(v));
		return err;
	}
	err = scene_init(s, note, slot->type, host, slot->words * WORD, d);
	if (!err && kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		extend(s, slot->type, host);
	return err;
}

/* A pointer that nobody mentions leads to a zeroed object of its type. */
static void leave_slot(struct scene *s, const struct slot *slot)
{
	const struct btf_type *t, *to;
	uint64_t v;

	if (slot->is_buffer) {
		v = scene_zero_object(s, 0);
		memcpy((uint8_t *)s->ctx + slot->at * WORD, &v, sizeof(v));
	}
	if (kind_of(s, slot->type) != BTF_KIND_PTR)
		return;
	t = btf_type(s->btf, btf_resolve(s->btf, slot->type));
	to = btf_type(s->btf, btf_resolve(s->btf, t->type));
	if (!btf_kind(to) || btf_kind(to) == BTF_KIND_FUNC_PROTO)
		return;
	if (s->iterates && s->task.addr && strcmp(slot->name, "task") == 0)
		v = s->task.addr;
	else
		v = scene_zero_object(s, btf_is_composite(to) ? btf_resolve(s->btf, t->type) : 0);
	memcpy((uint8_t *)s->ctx + slot->at * WORD, &v, sizeof(v));
}

/* An argument's note, by its name or as arg0, arg1 ... */
static const struct slot *find_slot(const struct slots *slots, const char *key)
{
	unsigned int i;
	int n;

	for (uint32_t k = 0; k < slots->n; k++)
		if (*slots->v[k].name && strcmp(slots->v[k].name, key) == 0)
			return &slots->v[k];
	if (sscanf(key, "arg%u%n", &i, &n) == 1 && !key[n] && i < slots->n)
		return &slots->v[i];
	return NULL;
}

static int unknown(const struct note *note, const struct slots *slots, struct diag *d)
{
	struct strbuf names = {0};
	int err;

	for (uint32_t i = 0; i < slots->n; i++)
		strbuf_addf(&names, "%s%s", i ? ", " : "",
			    *slots->v[i].name ? slots->v[i].name : "arg0 ...");
	err = fail(d, &note->loc, -EINVAL, "there is no argument '%s', but: %s", note->key,
		   strbuf_str(&names));
	strbuf_free(&names);
	return err;
}

static int set_slots(struct scene *s, const struct notes *n, const struct slots *slots)
{
	int err = 0;

	for (uint32_t i = 0; i < slots->n; i++)
		if (slots->v[i].type || slots->v[i].is_buffer)
			leave_slot(s, &slots->v[i]);
	vec_each(&n->v, note) {
		const struct slot *slot;

		if (err || note->section != NOTE_ARGS)
			continue;
		slot = find_slot(slots, note->key);
		err = slot ? set_slot(s, slot, note, n->d) : unknown(note, slots, n->d);
	}
	return err;
}

int scene_args(struct scene *s, const struct notes *n, const struct scene_program *prog)
{
	const struct note *ip = note_find(n, NOTE_CTX, "ip");
	struct slots slots = {0};
	uint64_t v = 0, words;
	uint32_t ret;
	int err;

	find_slots(s, prog, &slots);
	words = slots.words;
	if (prog->proto && !prog->skip) {
		ret = btf_type(s->btf, prog->proto)->type;
		add_slot(s, &slots, "ret", kind_of(s, ret) == BTF_KIND_UNKN ? 0 : ret);
		if (slots.v[slots.n - 1].type && kind_of(s, ret) == BTF_KIND_PTR)
			slots.v[slots.n - 1].name = "ret";
	}
	scene_context(s, slots.words * WORD);
	s->nargs = (uint32_t)words;
	s->iterates = prog->attach_type == ATTACH_TYPE_TRACE_ITER;
	s->is_void = (prog->type == PROG_TYPE_STRUCT_OPS || prog->type == PROG_TYPE_LSM) &&
		     prog->proto && !btf_type(s->btf, prog->proto)->type;
	s->returns = prog->attach_type != ATTACH_TYPE_TRACE_FENTRY && prog->proto && !prog->skip;
	memcpy((uint8_t *)s->ctx + COUNT_AT, &words, sizeof(words));
	err = set_slots(s, n, &slots);
	if (!err && ip)
		err = scene_number(s, ip, n->d, &v);
	else if (!err && prog->section && strchr(prog->section, '/'))
		v = scene_function(s, strchr(prog->section, '/') + 1);
	s->ip = v;
	memcpy((uint8_t *)s->ctx + IP_AT, &v, sizeof(v));
	return err;
}
