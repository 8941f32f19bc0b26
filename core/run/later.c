#include "core/run/later.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { RUNS_MAX = 1 << 20 /* of one wait: more never ends */ };

struct later {
	enum btf_field_type type;
	struct map *map;
	uint8_t *value;
	uint64_t *word; /* the field */
	const struct prog *prog;
	const struct subprog *sub; /* what runs; NULL: nothing */
	uint64_t due;
	bool is_armed, is_running;
	struct later *next; /* of those that are armed, by due */
};

/* ---- the clock ---- */

uint64_t later_now(const struct runtime *rt)
{
	struct timespec ts;

	if (rt->fixed_clock)
		return rt->clock_ns;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec + rt->ahead_ns;
}

static void set_clock(struct runtime *rt, uint64_t to)
{
	uint64_t now = later_now(rt);

	if (to <= now)
		return;
	if (rt->fixed_clock)
		rt->clock_ns = to;
	else
		rt->ahead_ns += to - now;
}

/* ---- fields and what they are ---- */

static struct later *later_at(const struct runtime *rt, const uint64_t *word)
{
	struct heap_object *o = heap_find(rt->heap, *word);
	struct later *l = o && o->kind == HEAP_LATER ? (struct later *)o->bytes : NULL;

	return l && (uintptr_t)l == *word && l->word == word ? l : NULL;
}

static void disarm(struct runtime *rt, struct later *l)
{
	struct later **at = &rt->armed;

	while (l->is_armed && *at != l)
		at = &(*at)->next;
	if (l->is_armed)
		*at = l->next;
	l->is_armed = false;
}

/* Those that are due at one time run in the order in which they were started. */
static void arm(struct runtime *rt, struct later *l, uint64_t due)
{
	struct later **at = &rt->armed;

	disarm(rt, l);
	l->due = due;
	l->is_armed = true;
	while (*at && (*at)->due <= due)
		at = &(*at)->next;
	l->next = *at;
	*at = l;
}

static void end(struct runtime *rt, struct later *l)
{
	disarm(rt, l);
	heap_release(rt->heap, container_of((uint8_t(*)[])l, struct heap_object, bytes));
}

void later_end(struct runtime *rt, uint64_t *word)
{
	struct later *l = later_at(rt, word);

	if (l)
		end(rt, l);
	*word = 0;
}

/* The word of a field of the program's, or NULL with the fault. */
static uint64_t *arg_word(struct run_ctx *rc, uint64_t addr, enum btf_field_type type)
{
	struct field_place place;

	if (rc->mem && (!arg_field(rc, addr, type, &place) || !place.map))
		return NULL;
	return (uint64_t *)(uintptr_t)addr;
}

static int32_t offset_of(const struct btf_record *record, enum btf_field_type type)
{
	if (type == BTF_FIELD_TIMER)
		return record->timer_off;
	return type == BTF_FIELD_WORKQUEUE ? record->wq_off : record->task_work_off;
}

static int64_t begin(struct run_ctx *rc, uint64_t *word, struct map *map, enum btf_field_type type)
{
	struct heap *heap = run_heap(rc);
	struct heap_object *o;
	struct later *l;

	if (!btf_record_has(map->record, type)) {
		run_fault(rc, FAULT_CALL, "values of map %s have no %s", map->name,
			  btf_field_name(type));
		return 0;
	}
	if (later_at(rc->rt, word))
		return -EBUSY;
	o = heap ? heap_alloc(heap, HEAP_LATER, sizeof(*l)) : NULL;
	if (!o)
		return -ENOMEM;
	l = (struct later *)o->bytes;
	l->type = type;
	l->map = map;
	l->word = word;
	l->value = (uint8_t *)word - offset_of(map->record, type);
	*word = (uintptr_t)l;
	return 0;
}

static int64_t set_callback(struct run_ctx *rc, uint64_t *word, uint64_t func)
{
	const struct subprog *sub = arg_func(rc, func);
	struct later *l = later_at(rc->rt, word);

	if (!sub)
		return 0;
	if (!l)
		return -EINVAL;
	l->sub = sub;
	l->prog = rc->prog;
	return 0;
}

/* ---- timers ---- */

HELPER_FN(timer_init, timer, map_arg, flags)
{
	enum { REALTIME = 0, MONOTONIC = 1, BOOTTIME = 7 };
	uint64_t *word = arg_word(rc, timer, BTF_FIELD_TIMER);
	struct map *map = word ? arg_map(rc, map_arg) : NULL;

	if (!map)
		return 0;
	if (flags != REALTIME && flags != MONOTONIC && flags != BOOTTIME)
		return -EINVAL;
	return begin(rc, word, map, BTF_FIELD_TIMER);
}

HELPER_FN(timer_set_callback, timer, func)
{
	uint64_t *word = arg_word(rc, timer, BTF_FIELD_TIMER);

	return word ? set_callback(rc, word, func) : 0;
}

HELPER_FN(timer_start, timer, ns, flags)
{
	enum { ABS = 1, CPU_PIN = 2 };
	uint64_t *word = arg_word(rc, timer, BTF_FIELD_TIMER);
	struct later *l = word ? later_at(rc->rt, word) : NULL;

	if (!word)
		return 0;
	if (flags & ~(uint64_t)(ABS | CPU_PIN) || !l || !l->sub)
		return -EINVAL;
	arm(rc->rt, l, flags & ABS ? ns : later_now(rc->rt) + ns);
	return 0;
}

/* 1 when it was waiting. A timer does not cancel itself while it runs. */
HELPER_FN(timer_cancel, timer)
{
	uint64_t *word = arg_word(rc, timer, BTF_FIELD_TIMER);
	struct later *l = word ? later_at(rc->rt, word) : NULL;
	bool waited;

	if (!word)
		return 0;
	if (!l)
		return -EINVAL;
	if (l->is_running)
		return -EDEADLK;
	waited = l->is_armed;
	disarm(rc->rt, l);
	l->sub = NULL;
	return waited;
}

/* ---- works ---- */

KFUNC_FN(bpf_wq_init, wq, map_arg, flags)
{
	uint64_t *word = arg_word(rc, wq, BTF_FIELD_WORKQUEUE);
	struct map *map = word ? arg_kfunc_map(rc, map_arg) : NULL;

	if (!map)
		return 0;
	return (uint32_t)((uint32_t)flags ? -EINVAL : begin(rc, word, map, BTF_FIELD_WORKQUEUE));
}

KFUNC_FN(bpf_wq_set_callback_impl, wq, func, flags)
{
	uint64_t *word = arg_word(rc, wq, BTF_FIELD_WORKQUEUE);

	if (!word)
		return 0;
	return (uint32_t)((uint32_t)flags ? -EINVAL : set_callback(rc, word, func));
}

/* One that waits already is not put in the queue again. */
KFUNC_FN(bpf_wq_start, wq, flags)
{
	uint64_t *word = arg_word(rc, wq, BTF_FIELD_WORKQUEUE);
	struct later *l = word ? later_at(rc->rt, word) : NULL;

	if (!word)
		return 0;
	if ((uint32_t)flags || !l || !l->sub)
		return (uint32_t)-EINVAL;
	if (!l->is_armed)
		arm(rc->rt, l, later_now(rc->rt));
	return 0;
}

/* Work of a task's: it runs when the task goes back to what it did, which is when the run ends. */
static uint64_t schedule(struct run_ctx *rc, uint64_t tw, uint64_t map_arg, uint64_t func)
{
	uint64_t *word = arg_word(rc, tw, BTF_FIELD_TASK_WORK);
	struct map *map = word ? arg_kfunc_map(rc, map_arg) : NULL;
	int64_t err;

	if (!map)
		return 0;
	if (later_at(rc->rt, word) && later_at(rc->rt, word)->is_armed)
		return (uint32_t)-EBUSY;
	err = later_at(rc->rt, word) ? 0 : begin(rc, word, map, BTF_FIELD_TASK_WORK);
	if (!err)
		err = set_callback(rc, word, func);
	if (!err && later_at(rc->rt, word))
		arm(rc->rt, later_at(rc->rt, word), later_now(rc->rt));
	return (uint32_t)err;
}

KFUNC_FN(bpf_task_work_schedule_signal_impl, task, tw, map, func)
{
	return schedule(rc, tw, map, func);
}

KFUNC_FN(bpf_task_work_schedule_resume_impl, task, tw, map, func)
{
	return schedule(rc, tw, map, func);
}

/* ---- running ---- */

static void run_one(struct run_ctx *rc, struct later *l)
{
	uint32_t index;
	const void *key = l->map->ops->key_of ? l->map->ops->key_of(l->map, l->value, &index)
					      : NULL;
	uint64_t arg[5] = {(uintptr_t)l->map, (uintptr_t)key, (uintptr_t)l->value};
	uint16_t number = container_of((uint8_t(*)[])l, struct heap_object, bytes)->freed;
	uint64_t *word = l->word;

	if (!key)
		return;
	if (rc->mem)
		rc->mem->key = (struct bytes){key, l->map->key_size};
	l->is_running = true;
	run_callback(rc, l->prog, l->sub, arg);
	/* The callback may have deleted the element, timer and all. */
	if (later_at(rc->rt, word) == l &&
	    container_of((uint8_t(*)[])l, struct heap_object, bytes)->freed == number)
		l->is_running = false;
	if (rc->mem)
		rc->mem->key = (struct bytes){0};
}

int later_run(struct run_ctx *rc, uint64_t until)
{
	struct runtime *rt = rc->rt;
	uint32_t runs = 0;

	while (rt->armed && rt->armed->due <= until) {
		struct later *l = rt->armed;

		disarm(rt, l);
		set_clock(rt, l->due);
		if (later_at(rt, l->word) != l) {
			end(rt, l); /* its value is not there any more */
			continue;
		}
		if (runs++ == RUNS_MAX)
			run_fault(rc, FAULT_BUDGET, "stopped after %d timers and works", RUNS_MAX);
		else
			run_one(rc, l);
		if (rc->fault.kind)
			return -EFAULT;
	}
	set_clock(rt, until);
	return 0;
}

uint32_t later_pending(const struct runtime *rt, uint64_t *first)
{
	uint32_t n = 0;

	*first = rt->armed ? rt->armed->due : 0;
	for (const struct later *l = rt->armed; l; l = l->next)
		n++;
	return n;
}

void later_close(struct runtime *rt)
{
	heap_free(rt->heap);
	strbuf_free(&rt->seq);
	rt->seq = (struct strbuf){0};
	rt->own_task = 0;
	rt->heap = NULL;
	rt->conntrack = NULL;
	rt->armed = NULL;
}

void later_forget_map(struct runtime *rt, const struct map *map)
{
	struct later *l = rt->armed, *next;

	for (; l; l = next) {
		next = l->next;
		if (l->map == map)
			disarm(rt, l);
	}
}

void later_forget_prog(struct runtime *rt, const struct prog *prog)
{
	struct later *l = rt->armed, *next;

	for (; l; l = next) {
		next = l->next;
		if (l->prog == prog)
			disarm(rt, l);
	}
	heap_forget_types(rt->heap, prog->btf);
}
