/* Objects that programs allocate, and the lists and trees that they put them in. */
#include <errno.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { OF_PROGRAM = 1 << HEAP_LOCAL, OF_PERCPU = 1 << HEAP_PERCPU, PERCPU_SIZE_MAX = 512 };

/* A new struct of the program's; NULL when there is no room, or with the fault. */
static struct heap_object *new_struct(struct run_ctx *rc, uint64_t id, enum heap_kind kind)
{
	struct heap *heap = run_heap(rc);
	const struct heap_type *type;
	struct heap_object *o;
	uint32_t size;

	if (!heap)
		return NULL;
	type = heap_type(heap, rc->prog->btf, (uint32_t)id, rc->rt->kernel);
	if (!type) {
		run_fault(rc, FAULT_CALL, "type %llu of the program is no struct to allocate",
			  (unsigned long long)id);
		return NULL;
	}
	size = kind == HEAP_PERCPU ? round_up(type->size, 8) * max(rc->rt->ncpus, 1u) : type->size;
	o = heap_alloc(heap, kind, size);
	if (o)
		o->type = type;
	return o;
}

static uint64_t bytes_of(struct heap_object *o)
{
	return o ? (uintptr_t)o->bytes : 0;
}

KFUNC_FN(bpf_obj_new_impl, id)
{
	return bytes_of(new_struct(rc, id, HEAP_LOCAL));
}

KFUNC_FN(bpf_percpu_obj_new_impl, id)
{
	return bytes_of(new_struct(rc, id, HEAP_PERCPU));
}

/* Lists and trees that have the object; each has a reference. */
static uint32_t count_owners(const struct heap_object *o)
{
	const struct btf_record *record = o->type->record;
	uint32_t n = 0;

	for (uint32_t i = 0; record && i < record->n; i++) {
		const void *at = o->bytes + record->fields[i].offset;

		if (record->fields[i].type == BTF_FIELD_LIST_NODE)
			n += ((const struct list_node *)at)->owner != NULL;
		else if (record->fields[i].type == BTF_FIELD_RB_NODE)
			n += ((const struct rb_node *)at)->owner != NULL;
	}
	return n;
}

/* Is there a reference that is the program's to give away? */
static bool is_owned(struct run_ctx *rc, const struct heap_object *o)
{
	if (o->kind != HEAP_LOCAL || count_owners(o) < o->refs)
		return true;
	run_fault(rc, FAULT_CALL, "an object is given away that a list or tree has");
	return false;
}

static uint64_t drop(struct run_ctx *rc, uint64_t addr, uint32_t kinds)
{
	struct heap_object *o = arg_object(rc, addr, kinds);

	if (o && is_owned(rc, o))
		owned_put(rc->rt, o);
	return 0;
}

KFUNC_FN(bpf_obj_drop_impl, obj)
{
	return drop(rc, obj, OF_PROGRAM);
}

KFUNC_FN(bpf_percpu_obj_drop_impl, obj)
{
	return drop(rc, obj, OF_PERCPU);
}

KFUNC_FN(bpf_refcount_acquire_impl, obj)
{
	struct heap_object *o = arg_object(rc, obj, OF_PROGRAM);

	if (!o)
		return 0;
	o->refs++;
	return obj;
}

/* ---- lists ---- */

/* A head or root of the program's, or NULL with the fault. */
static void *arg_root(struct run_ctx *rc, uint64_t addr, uint32_t type)
{
	struct field_place place;

	if (rc->mem && !arg_field(rc, addr, type, &place))
		return NULL;
	return (void *)(uintptr_t)addr;
}

/* A node of an object; NULL with the fault. */
static void *arg_node(struct run_ctx *rc, uint64_t addr, uint32_t type)
{
	struct field_place place;

	if (rc->mem && (!arg_field(rc, addr, type, &place) || place.map))
		return NULL;
	return (void *)(uintptr_t)addr;
}

/* May a node be added, whose owner is given? What has one is given back (__bpf_list_add()). */
static bool may_add(struct run_ctx *rc, const void *node, const void *owner)
{
	struct heap_object *o = heap_find(rc->rt->heap, (uintptr_t)node);

	if (!o || !is_owned(rc, o))
		return false;
	if (owner)
		owned_put(rc->rt, o);
	return !owner;
}

static uint64_t push(struct run_ctx *rc, uint64_t head_arg, uint64_t node_arg, bool front)
{
	struct list_head *head = arg_root(rc, head_arg, BTF_FIELD_LIST_HEAD);
	struct list_node *node = head ? arg_node(rc, node_arg, BTF_FIELD_LIST_NODE) : NULL;

	if (!node)
		return 0;
	if (!may_add(rc, node, node->owner))
		return (uint32_t)-EINVAL;
	list_push(rc->rt->heap, head, node, front);
	return 0;
}

KFUNC_FN(bpf_list_push_front_impl, head, node)
{
	return push(rc, head, node, true);
}

KFUNC_FN(bpf_list_push_back_impl, head, node)
{
	return push(rc, head, node, false);
}

static struct list_node *at_end(struct run_ctx *rc, uint64_t head_arg, bool front)
{
	struct list_head *head = arg_root(rc, head_arg, BTF_FIELD_LIST_HEAD);

	return head ? list_end(rc->rt->heap, head, front) : NULL;
}

static uint64_t pop(struct run_ctx *rc, uint64_t head, bool front)
{
	struct list_node *node = at_end(rc, head, front);

	if (node)
		list_remove(node);
	return (uintptr_t)node;
}

KFUNC_FN(bpf_list_pop_front, head)
{
	return pop(rc, head, true);
}

KFUNC_FN(bpf_list_pop_back, head)
{
	return pop(rc, head, false);
}

KFUNC_FN(bpf_list_front, head)
{
	return (uintptr_t)at_end(rc, head, true);
}

KFUNC_FN(bpf_list_back, head)
{
	return (uintptr_t)at_end(rc, head, false);
}

/* ---- trees ---- */

static struct rb_root *arg_tree(struct run_ctx *rc, uint64_t addr)
{
	struct rb_root *root = arg_root(rc, addr, BTF_FIELD_RB_ROOT);

	if (root)
		tree_check(rc->rt->heap, root);
	return root;
}

/* less tells in which order two nodes stand. */
KFUNC_FN(bpf_rbtree_add_impl, root_arg, node_arg, less)
{
	struct rb_root *root = arg_tree(rc, root_arg);
	struct rb_node *node = root ? arg_node(rc, node_arg, BTF_FIELD_RB_NODE) : NULL;
	const struct subprog *sub = node ? arg_func(rc, less) : NULL;
	struct rb_node *parent = NULL, *at;
	bool left = false;

	if (!sub)
		return 0;
	if (!may_add(rc, node, node->owner))
		return (uint32_t)-EINVAL;
	for (at = root->top; at; at = at->child[left]) {
		uint64_t arg[5] = {node_arg, (uintptr_t)at};

		parent = at;
		left = run_call(rc, rc->prog, sub, arg) != 0;
		if (rc->fault.kind)
			return 0;
	}
	tree_insert(root, node, parent, left);
	return 0;
}

/* NULL when the node is not in the tree. */
KFUNC_FN(bpf_rbtree_remove, root_arg, node_arg)
{
	struct rb_root *root = arg_tree(rc, root_arg);
	struct rb_node *node = root ? arg_node(rc, node_arg, BTF_FIELD_RB_NODE) : NULL;

	if (!node || node->owner != root)
		return 0;
	tree_remove(root, node);
	return node_arg;
}

KFUNC_FN(bpf_rbtree_first, root_arg)
{
	struct rb_root *root = arg_tree(rc, root_arg);

	return root ? (uintptr_t)root->leftmost : 0;
}

KFUNC_FN(bpf_rbtree_root, root_arg)
{
	struct rb_root *root = arg_tree(rc, root_arg);

	return root ? (uintptr_t)root->top : 0;
}

static uint64_t child(struct run_ctx *rc, uint64_t root_arg, uint64_t node_arg, bool left)
{
	struct rb_root *root = arg_tree(rc, root_arg);
	struct rb_node *node = root ? arg_node(rc, node_arg, BTF_FIELD_RB_NODE) : NULL;

	return node && node->owner == root ? (uintptr_t)node->child[left] : 0;
}

KFUNC_FN(bpf_rbtree_left, root, node)
{
	return child(rc, root, node, true);
}

KFUNC_FN(bpf_rbtree_right, root, node)
{
	return child(rc, root, node, false);
}

/* ---- pointers in values and objects ---- */

/* What was there; the program owns it from now on, the field owns what it is given. */
/* What programs allocated, and what somebody described of the kernel's. */
static bool is_object(struct run_ctx *rc, uint64_t addr)
{
	return heap_find(rc->rt->heap, addr) ||
	       (rc->rt->space && space_at(rc->rt->space, addr, 1, SPACE_OBJECT));
}

HELPER_FN(kptr_xchg, dst, obj)
{
	uint64_t *at = (uint64_t *)(uintptr_t)dst, old;
	struct field_place place;

	if (rc->mem && !arg_field(rc, dst, BTF_FIELD_KPTR_REF | BTF_FIELD_KPTR_PERCPU, &place))
		return 0;
	if (obj && !is_object(rc, obj) && rc->mem) {
		arg_object(rc, obj, 0);
		return 0;
	}
	old = __atomic_exchange_n(at, obj, __ATOMIC_ACQ_REL);
	return is_object(rc, old) ? old : 0;
}

static uint64_t of_cpu(struct run_ctx *rc, uint64_t addr, uint32_t cpu)
{
	struct heap_object *o = arg_object(rc, addr, OF_PERCPU);

	if (!o || cpu >= max(rc->rt->ncpus, 1u))
		return 0;
	return addr + (uint64_t)cpu * round_up(o->type->size, 8);
}

HELPER_FN(per_cpu_ptr, addr, cpu)
{
	return of_cpu(rc, addr, (uint32_t)cpu);
}

HELPER_FN(this_cpu_ptr, addr)
{
	return of_cpu(rc, addr, rc->cpu);
}
