/*
 * ebpf map watch: records of a ring buffer as they come, or the elements of any other map that
 * changed since the last look, with how much a counter grew. On a terminal the elements stay in
 * place, those that changed most first; elsewhere each change is a line.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/map.h"
#include "core/base/vec.h"
#include "core/btf/btf.h"
#include "core/obj/prog_type.h"

enum { RING_INTERVAL = 50, INTERVAL = 1000 }; /* ms */

struct change {
	const uint8_t *key, *value;
	int64_t grew; /* of a counter */
	bool is_new, is_gone;
};

struct watch {
	struct objects *o;
	struct target t;
	uint32_t type;			 /* that records are written as; 0: bytes */
	uint64_t interval, count, looks; /* count 0: no end */
	bool on_terminal;
	int stop; /* signalfd: somebody wants the end */
	struct snapshot old, now;
	VEC(struct change) changes;
};

static uint64_t option(struct objects *o, const char *word, uint64_t value)
{
	return next_is(o, word) ? need_number(o, "a number", INT32_MAX) : value;
}

static int read_words(struct watch *w)
{
	struct objects *o = w->o;
	const char *name;

	while (peek_word(o)) {
		const size_t at = o->words.at;

		w->interval = option(o, "interval", w->interval);
		w->count = option(o, "count", w->count);
		if (next_is(o, "as")) {
			name = need_word(o, "a type");
			w->type = w->t.btf ? btf_find(w->t.btf, name, 0) : 0;
			if (!w->type)
				return fail(o->d, NULL, -EINVAL, "%s has no type '%s'", w->t.name,
					    name);
		}
		if (o->words.at == at)
			need_end(o);
	}
	return 0;
}

/* Waits for the next look; false: it is the end. */
static bool go_on(struct watch *w)
{
	struct pollfd p = {.fd = w->stop, .events = POLLIN};

	out_flush(&w->o->out);
	if (w->count && w->looks >= w->count)
		return false;
	return poll(&p, 1, (int)w->interval) <= 0;
}

/* Ring buffers */

static void say_record(void *arg, const void *record, uint32_t size)
{
	struct watch *w = arg;

	w->looks++;
	out_open(&w->o->out, NULL, OUT_OBJECT);
	say_data(&w->o->out, w->t.btf, w->type, record, size);
	out_text(&w->o->out, "\n");
	out_bytes(&w->o->out, "record", record, size);
	if (w->type)
		data_fields(&w->o->out, "formatted", w->t.btf, w->type, record, size);
	out_close(&w->o->out);
}

static int watch_ring(struct watch *w)
{
	int n;

	do {
		n = map_ring_read(w->t.map, say_record, w);
		if (n < 0)
			return fail(w->o->d, NULL, n, "%s: %s", w->t.name, strerror(-n));
	} while (go_on(w));
	return 0;
}

/* Elements */

static bool is_counter(const struct target *t)
{
	return t->info.value_size == 4 || t->info.value_size == 8;
}

/* What a counter is at, on all cpus together. */
static uint64_t total(const struct target *t, const uint8_t *value)
{
	uint32_t n = t->map->ops->percpu ? t->map->ncpus : 1;
	uint64_t sum = 0, one;

	for (uint32_t cpu = 0; cpu < n; cpu++) {
		one = 0;
		memcpy(&one, value + (size_t)cpu * map_value_stride(t->map), t->info.value_size);
		sum += one;
	}
	return sum;
}

static void compare(struct watch *w)
{
	uint32_t key_size = w->t.info.key_size;
	const uint8_t *a = w->old.data, *a_end = a ? a + w->old.n * w->old.stride : a;
	const uint8_t *b = w->now.data, *b_end = b ? b + w->now.n * w->now.stride : b;

	w->changes.n = 0;
	while (a < a_end || b < b_end) {
		int order = a == a_end ? 1 : b == b_end ? -1 : memcmp(a, b, key_size);
		struct change c = {b, b + key_size, 0, order > 0, order < 0};

		if (order < 0)
			c.key = a, c.value = a + key_size;
		if (order == 0 && is_counter(&w->t))
			c.grew = (int64_t)(total(&w->t, b + key_size) - total(&w->t, a + key_size));
		if (order != 0 || memcmp(a, b, w->now.stride) != 0)
			vec_push(&w->changes, c);
		a += order <= 0 ? w->old.stride : 0;
		b += order >= 0 ? w->now.stride : 0;
	}
}

static int most_grown(const void *a, const void *b)
{
	int64_t x = ((const struct change *)a)->grew, y = ((const struct change *)b)->grew;

	return (x < y) - (x > y);
}

static void say_change(struct watch *w, const struct change *c)
{
	struct objects *o = w->o;
	const struct target *t = &w->t;
	const struct sys_map_info *info = &t->info;

	out_open(&o->out, NULL, OUT_OBJECT);
	say_data(&o->out, t->btf, info->btf_key_type_id, c->key, info->key_size);
	out_bytes(&o->out, "key", c->key, info->key_size);
	out_text(&o->out, ": ");
	if (c->is_gone) {
		out_text(&o->out, "gone");
	} else if (is_counter(t)) {
		out_text(&o->out, "%llu", (unsigned long long)total(t, c->value));
	} else {
		say_data(&o->out, t->btf, info->btf_value_type_id, c->value, info->value_size);
	}
	if (c->grew)
		out_text(&o->out, "  %+lld", (long long)c->grew);
	out_text(&o->out, "\n");
	out_field(&o->out, "gone", c->is_gone);
	if (!c->is_gone)
		out_bytes(&o->out, "value", c->value, t->value_size);
	if (!c->is_gone && is_counter(t)) {
		out_field(&o->out, "total", total(t, c->value));
		out_field(&o->out, "grew", c->grew);
	}
	out_close(&o->out);
}

static void say_changes(struct watch *w)
{
	struct winsize size = {.ws_row = 24};
	size_t most = w->changes.n;

	if (w->on_terminal) {
		ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
		if (most + 2 > size.ws_row)
			most = size.ws_row > 2 ? size.ws_row - 2u : 1;
		qsort(w->changes.v, w->changes.n, sizeof(*w->changes.v), most_grown);
		out_text(&w->o->out, "\033[H\033[J%s: %zu elements, %zu changed\n", w->t.name,
			 w->now.n, w->changes.n);
	}
	for (size_t i = 0; i < most; i++)
		say_change(w, &w->changes.v[i]);
}

static int watch_elements(struct watch *w)
{
	int err;

	/* The first look is what the others are compared with: everything is new to it. */
	for (;;) {
		struct snapshot old = w->old;

		err = map_snapshot(w->o, &w->t, &w->now);
		if (err)
			return err;
		compare(w);
		say_changes(w);
		w->old = w->now;
		w->now = old;
		w->looks++;
		if (!go_on(w))
			return 0;
	}
}

int map_watch(struct objects *o)
{
	struct watch w = {.o = o, .stop = -1};
	int err = target_begin(o, &w.t);
	bool is_ring = !err && w.t.info.type == MAP_TYPE_RINGBUF;
	sigset_t ends;

	w.interval = is_ring ? RING_INTERVAL : INTERVAL;
	if (!err)
		err = read_words(&w);
	if (err)
		return err;
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	w.stop = signalfd(-1, &ends, SFD_CLOEXEC);
	w.on_terminal = isatty(STDOUT_FILENO) && o->out.format == OUT_TEXT && !o->common.output;
	out_open(&o->out, is_ring ? "records" : "changes", OUT_LIST);
	err = is_ring ? watch_ring(&w) : watch_elements(&w);
	out_close(&o->out);
	free(w.old.data);
	free(w.now.data);
	vec_free(&w.changes);
	close(w.stop);
	close(w.t.fd);
	return err;
}
