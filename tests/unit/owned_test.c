/*
 * Objects, lists, trees, pointers and timers in the hands of a program that was not proved, over a
 * map's value that somebody else writes into: whatever it does, nothing but its run ends.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/obj/prog_type.h"
#include "core/run/later.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "maps/maps.h"

enum { LIST_AT = 8, TREE_AT = 32, ELEM_SIZE = 72 };
enum { HEAD_AT = 8, ROOT_AT = 24, PTR_AT = 40, TIMER_AT = 48, VALUE_SIZE = 64 };
enum { POOL = 48 };

static struct btf_record elem_record = {
	.n = 3,
	.mask = BTF_FIELD_LIST_NODE | BTF_FIELD_RB_NODE | BTF_FIELD_REFCOUNT,
	.refcount_off = 64,
	.fields = {{LIST_AT, 24, BTF_FIELD_LIST_NODE},
		   {TREE_AT, 32, BTF_FIELD_RB_NODE},
		   {64, 4, BTF_FIELD_REFCOUNT}},
};
static struct btf_record value_record = {
	.n = 4,
	.mask = BTF_FIELD_LIST_HEAD | BTF_FIELD_RB_ROOT | BTF_FIELD_KPTR_REF | BTF_FIELD_TIMER,
	.timer_off = TIMER_AT,
	.fields = {{HEAD_AT, 16, BTF_FIELD_LIST_HEAD},
		   {ROOT_AT, 16, BTF_FIELD_RB_ROOT},
		   {PTR_AT, 8, BTF_FIELD_KPTR_REF},
		   {TIMER_AT, 16, BTF_FIELD_TIMER}},
};
static const struct heap_type elem = {.size = ELEM_SIZE, .record = &elem_record};

static struct rng rng = {1};
static struct runtime rt = {.fixed_clock = true, .clock_ns = 1000};
static struct mem mem;
static _Alignas(16) uint8_t stack[STACK_SIZE];
static struct subprog sub = {.name = "f"};
static struct prog prog = {.type = PROG_TYPE_SCHED_CLS, .name = "t", .subs = &sub, .nsubs = 1};
static struct map *map;

/* A callback that answers anything. */
static uint64_t call(struct run_ctx *rc, const struct prog *p, const struct subprog *s,
		     const uint64_t arg[5])
{
	(void)rc, (void)p, (void)s, (void)arg;
	return rng_below(&rng, 2);
}

static const struct engine engine = {.name = "none", .call = call};
static struct run_ctx rc = {
	.engine = &engine, .prog = &prog, .stack = stack, .depth = 1, .rt = &rt, .mem = &mem};

static uint64_t pool[POOL];

static uint64_t new_elem(void)
{
	struct heap_object *o = heap_alloc(run_heap(&rc), HEAP_LOCAL, ELEM_SIZE);

	if (!o)
		return 0;
	o->type = &elem;
	return (uintptr_t)o->bytes;
}

static uint64_t any(void)
{
	uint64_t v = pool[rng_below(&rng, POOL)];

	switch (rng_below(&rng, 8)) {
	case 0:
		return v + rng_below(&rng, 80);
	case 1:
		return rng_u64(&rng);
	case 2:
		return v + LIST_AT;
	case 3:
		return v + TREE_AT;
	default:
		return v;
	}
}

static uint64_t node(uint32_t at)
{
	return rng_below(&rng, 10) ? pool[rng_below(&rng, POOL)] + at : any();
}

static helper_fn *const calls[] = {
	kfunc_bpf_obj_drop_impl,   kfunc_bpf_refcount_acquire_impl,
	kfunc_bpf_list_pop_front,  kfunc_bpf_list_pop_back,
	kfunc_bpf_list_front,	   kfunc_bpf_list_back,
	kfunc_bpf_rbtree_first,	   kfunc_bpf_rbtree_root,
	helper_timer_set_callback, helper_timer_start,
	helper_timer_cancel,	   helper_spin_lock,
};

static void step(uint8_t *value)
{
	uint64_t head = (uintptr_t)value + HEAD_AT, root = (uintptr_t)value + ROOT_AT;
	uint64_t timer = (uintptr_t)value + TIMER_AT, got = 0, at;

	switch (rng_below(&rng, 16)) {
	case 0:
		got = new_elem();
		break;
	case 1:
	case 2:
		kfunc_bpf_list_push_front_impl(head, node(LIST_AT), 0, 0, 0, &rc);
		break;
	case 3:
		kfunc_bpf_list_push_back_impl(any(), node(LIST_AT), 0, 0, 0, &rc);
		break;
	case 4:
	case 5:
	case 6:
		kfunc_bpf_rbtree_add_impl(root, node(TREE_AT), (uintptr_t)&sub, 0, 0, &rc);
		break;
	case 7:
		got = kfunc_bpf_rbtree_remove(root, node(TREE_AT), 0, 0, 0, &rc);
		break;
	case 8:
		got = kfunc_bpf_rbtree_left(root, node(TREE_AT), 0, 0, 0, &rc);
		break;
	case 9:
		got = helper_kptr_xchg((uintptr_t)value + PTR_AT, any(), 0, 0, 0, &rc);
		break;
	case 10:
		helper_timer_init(timer, (uintptr_t)map, 1, 0, 0, &rc);
		helper_timer_set_callback(timer, (uintptr_t)&sub, 0, 0, 0, &rc);
		helper_timer_start(timer, rng_below(&rng, 100), 0, 0, 0, &rc);
		break;
	case 11:
		later_run(&rc, later_now(&rt) + 10);
		rc.depth = 1;
		break;
	case 12: /* somebody else writes the value */
		if (rng_below(&rng, 10) == 0)
			((uint64_t *)value)[1 + rng_below(&rng, 7)] = any();
		break;
	case 13:
		if (rng_below(&rng, 10) == 0)
			owned_drop(&rt, &value_record, value);
		break;
	default:
		at = rng_below(&rng, 2) ? head : root;
		at = rng_below(&rng, 3) ? at : any();
		got = calls[rng_below(&rng, ARRAY_SIZE(calls))](at, any(), 0, 0, 0, &rc);
	}
	if (rc.fault.kind)
		rc.fault.kind = FAULT_NONE;
	if (got)
		pool[rng_below(&rng, POOL)] = got;
}

static void make_map(void)
{
	struct map_def def = {.name = "m",
			      .type = MAP_TYPE_ARRAY,
			      .key_size = 4,
			      .value_size = VALUE_SIZE,
			      .max_entries = 1};
	struct diag d = {0};

	CHECK(map_new(&def, 1, &d, &map) == 0);
	map->record = &value_record;
	prog.maps = &map;
	prog.nmaps = 1;
}

/* A tree that only the program has keeps the order and the colours of a red-black tree. */
static uint32_t black_height(const struct rb_node *n, bool *ok)
{
	uint32_t left, right;

	if (!n)
		return 1;
	left = black_height(n->child[1], ok);
	right = black_height(n->child[0], ok);
	for (int i = 0; i < 2; i++)
		*ok &= !n->child[i] || n->parent_color & 1 || n->child[i]->parent_color & 1;
	*ok &= left == right;
	return left + (n->parent_color & 1);
}

static void test_balance(void)
{
	struct rb_root root = {0};
	static uint8_t in[200];
	static struct rb_node nodes[200];
	bool ok = true;

	for (int i = 0; i < 20000; i++) {
		uint32_t k = (uint32_t)rng_below(&rng, ARRAY_SIZE(nodes));
		struct rb_node *parent = NULL, *at = root.top;
		bool left = false;

		if (in[k]) {
			tree_remove(&root, &nodes[k]);
		} else {
			for (; at; at = at->child[left]) {
				parent = at;
				left = &nodes[k] < at;
			}
			tree_insert(&root, &nodes[k], parent, left);
		}
		in[k] ^= 1;
		black_height(root.top, &ok);
		at = root.top;
		while (at && at->child[1])
			at = at->child[1];
		ok &= at == root.leftmost;
	}
	CHECK(ok);
}

int main(void)
{
	uint32_t zero = 0;
	uint8_t *value;

	alarm(120);
	test_balance();
	make_map();
	value = map->ops->lookup(map, &zero, 0);
	for (int i = 0; i < POOL; i++)
		pool[i] = new_elem();
	for (int i = 0; i < 300000; i++)
		step(value);
	CHECK(heap_count(rt.heap) > 0);
	owned_drop(&rt, &value_record, value);
	later_close(&rt);
	map->record = NULL;
	map_free(map);
	return unit_report();
}
