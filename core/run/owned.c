#include "core/run/owned.h"

#include <string.h>

#include "core/obj/map.h"
#include "core/run/later.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

struct heap *run_heap(struct run_ctx *rc)
{
	if (!rc->rt->heap)
		rc->rt->heap = heap_new();
	return rc->rt->heap;
}

struct heap_object *arg_object(struct run_ctx *rc, uint64_t addr, uint32_t kinds)
{
	struct heap_object *o = heap_find(rc->rt->heap, addr);

	if (o && (uintptr_t)o->bytes == addr && kinds & 1u << o->kind)
		return o;
	run_fault(rc, FAULT_CALL, "0x%llx is no object that was allocated, or it was given back",
		  (unsigned long long)addr);
	return NULL;
}

static bool find_place(struct run_ctx *rc, uint64_t addr, struct field_place *out)
{
	struct heap_object *o = heap_find(rc->rt->heap, addr);

	*out = (struct field_place){0};
	if (o && o->kind == HEAP_LOCAL) {
		out->base = o->bytes;
		out->record = o->type ? o->type->record : NULL;
		return true;
	}
	out->map = arg_value_map(rc, addr, 1);
	if (!out->map || !out->map->ops->value_at)
		return false;
	out->base = out->map->ops->value_at(out->map, addr);
	out->record = out->map->record;
	return out->base;
}

bool arg_field(struct run_ctx *rc, uint64_t addr, uint32_t types, struct field_place *out)
{
	if (find_place(rc, addr, out)) {
		out->field = btf_record_find(out->record,
					     (uint32_t)(addr - (uintptr_t)out->base), types);
		if (out->field)
			return true;
	}
	run_fault(rc, FAULT_CALL, "0x%llx is no %s of a value or object",
		  (unsigned long long)addr, btf_field_name(types & -types));
	return false;
}

/* Writes a member of the kernel's struct. */
static void set_member(const struct btf *btf, uint32_t id, void *base, const char *name,
		       const void *value, uint32_t size)
{
	const struct btf_type *t = btf_type(btf, id);

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t at = btf_member_bit(t, m) / 8;

		if (strcmp(btf_str(btf, m->name_off), name) == 0 && at + size <= t->size)
			memcpy((uint8_t *)base + at, value, size);
	}
}

/* The struct's place, which all tasks of the run that have none of their own share. */
static uint64_t own_task(struct run_ctx *rc, const struct btf *btf, uint32_t id)
{
	struct heap *heap = id ? run_heap(rc) : NULL;
	struct heap_object *o;

	if (rc->rt->own_task || !heap)
		return rc->rt->own_task;
	o = heap_alloc(heap, HEAP_KERNEL, btf_type(btf, id)->size);
	return rc->rt->own_task = o ? (uintptr_t)o->bytes : 0;
}

uint64_t run_task_object(struct run_ctx *rc)
{
	struct run_task *task = &rc->rt->task;
	const struct btf *btf = task->addr ? NULL : btf_read(rc->rt->kernel);
	uint32_t id = btf ? btf_find(btf, "task_struct", BTF_KIND_STRUCT) : 0;
	void *base;

	if (task->addr)
		return task->addr;
	base = (void *)(uintptr_t)own_task(rc, btf, id);
	if (!base)
		return 0;
	set_member(btf, id, base, "pid", &task->pid, sizeof(task->pid));
	set_member(btf, id, base, "tgid", &task->tgid, sizeof(task->tgid));
	set_member(btf, id, base, "comm", task->comm, sizeof(task->comm));
	return task->addr = (uintptr_t)base;
}

/* ---- what goes with an object ---- */

/* Objects whose last reference went, through their headers. */
struct dropped {
	struct runtime *rt;
	struct heap *heap;
	struct heap_object *first;
};

static void put(struct dropped *d, struct heap_object *o)
{
	if (!o || !o->refs || --o->refs)
		return;
	o->next_free = d->first;
	d->first = o;
}

static void drop_list(struct dropped *d, struct list_head *head)
{
	struct list_node *node;

	while ((node = list_end(d->heap, head, true))) {
		list_remove(node);
		put(d, heap_find(d->heap, (uintptr_t)node));
	}
}

static void drop_tree(struct dropped *d, struct rb_root *root)
{
	tree_check(d->heap, root);
	while (root->leftmost) {
		struct rb_node *node = root->leftmost;

		tree_remove(root, node);
		put(d, heap_find(d->heap, (uintptr_t)node));
	}
}

static void drop_pointer(struct dropped *d, uint64_t *at)
{
	struct heap_object *o = heap_find(d->heap, *at);

	*at = 0;
	if (o && o->kind < HEAP_PRIVATE)
		put(d, o);
}

static void drop_fields(struct dropped *d, const struct btf_record *record, uint8_t *base)
{
	for (uint32_t i = 0; record && i < record->n; i++) {
		uint8_t *at = base + record->fields[i].offset;

		switch (record->fields[i].type) {
		case BTF_FIELD_KPTR_REF:
		case BTF_FIELD_KPTR_PERCPU:
			drop_pointer(d, (uint64_t *)at);
			break;
		case BTF_FIELD_LIST_HEAD:
			drop_list(d, (struct list_head *)at);
			break;
		case BTF_FIELD_RB_ROOT:
			drop_tree(d, (struct rb_root *)at);
			break;
		case BTF_FIELD_TIMER:
		case BTF_FIELD_WORKQUEUE:
		case BTF_FIELD_TASK_WORK:
			later_end(d->rt, (uint64_t *)at);
			break;
		case BTF_FIELD_KPTR_UNREF:
		case BTF_FIELD_UPTR:
			memset(at, 0, record->fields[i].size);
			break;
		default:
			break;
		}
	}
}

/* Whatever still has it does not, from now on. */
static void unlink_nodes(struct heap_object *o)
{
	const struct btf_record *record = o->type->record;

	for (uint32_t i = 0; record && i < record->n; i++) {
		void *at = o->bytes + record->fields[i].offset;

		if (record->fields[i].type == BTF_FIELD_LIST_NODE)
			list_remove(at);
		else if (record->fields[i].type == BTF_FIELD_RB_NODE)
			tree_remove(((struct rb_node *)at)->owner, at);
	}
}

/* Objects may own objects in chains of any length, so they go one after the other. */
static void drop_all(struct dropped *d)
{
	while (d->first) {
		struct heap_object *o = d->first;

		d->first = o->next_free;
		if (o->kind == HEAP_LOCAL) {
			unlink_nodes(o);
			drop_fields(d, o->type->record, o->bytes);
		}
		heap_release(d->heap, o);
	}
}

void owned_put(struct runtime *rt, struct heap_object *o)
{
	struct dropped d = {rt, rt->heap, NULL};

	put(&d, o);
	drop_all(&d);
}

void owned_drop(struct runtime *rt, const struct btf_record *record, uint8_t *base)
{
	struct dropped d = {rt, rt->heap, NULL};

	drop_fields(&d, record, base);
	drop_all(&d);
}
