/*
 * The mappings of the task that there is: the memory of user space that a context describes, in
 * whole pages; and the registers it was left with.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/regs.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { PAGE = 4096 };

struct vma {
	uint64_t start, end;
};

/* The first that ends behind addr; false: there is none. Regions in one page are one. */
static bool next_vma(const struct space *s, uint64_t addr, struct vma *out)
{
	bool found = false;

	for (size_t i = 0; s && i < s->regions.n; i++) {
		const struct space_region *r = &s->regions.v[i];
		uint64_t start = r->addr & ~(uint64_t)(PAGE - 1);
		uint64_t end = round_up(r->addr + r->size, PAGE);

		if (!(r->sides & SPACE_USER) || end <= addr)
			continue;
		if (found && start >= out->end)
			break;
		out->start = found ? out->start : start;
		out->end = end;
		found = true;
	}
	return found;
}

/* A struct vm_area_struct of it; NULL: the kernel's types do not have that. */
static struct heap_object *vma_object(struct run_ctx *rc, const struct vma *vma)
{
	enum { VM_READ = 1 };
	const struct btf *types = btf_read(rc->rt->kernel);
	uint32_t id = types ? btf_find(types, "vm_area_struct", BTF_KIND_STRUCT) : 0, at;
	struct heap *heap = id ? run_heap(rc) : NULL;
	struct heap_object *o = heap ? heap_alloc(heap, HEAP_KERNEL, btf_type(types, id)->size)
				     : NULL;
	const struct {
		const char *name;
		uint64_t value;
	} members[] = {
		{"vm_start", vma->start}, {"vm_end", vma->end}, {"vm_flags", VM_READ}};

	for (size_t i = 0; o && i < ARRAY_SIZE(members); i++)
		if (btf_member_at(types, id, members[i].name, &at) && at + 8 <= o->size)
			memcpy(o->bytes + at, &members[i].value, 8);
	if (!o)
		run_fault(rc, FAULT_CALL, "the kernel's types have no struct vm_area_struct");
	return o;
}

HELPER_FN(find_vma, task, addr, func, ctx, flags)
{
	const struct subprog *sub = arg_func(rc, func);
	uint64_t arg[5] = {task, 0, ctx};
	struct heap_object *o;
	struct vma vma;

	if (!sub)
		return 0;
	if (flags)
		return -EINVAL;
	if (!task || task != run_task_object(rc) || !next_vma(rc->rt->space, addr, &vma) ||
	    vma.start > addr)
		return -ENOENT;
	o = vma_object(rc, &vma);
	if (!o)
		return 0;
	arg[1] = (uintptr_t)o->bytes;
	run_call(rc, rc->prog, sub, arg);
	heap_release(rc->rt->heap, o);
	return 0;
}

/* ---- an iterator over all of them ---- */

struct vma_iter {
	uint64_t addr; /* what comes ends behind it */
	uint64_t shown; /* an object, of the last one; 0: none */
	bool is_over;
};

/* Its one word is the address of that. */
static struct vma_iter *iter_at(struct run_ctx *rc, uint64_t it)
{
	uint64_t *word = arg_mem_out(rc, it, sizeof(*word));
	struct heap_object *o = word ? heap_find(rc->rt->heap, *word) : NULL;

	return o && o->kind == HEAP_PRIVATE ? (struct vma_iter *)o->bytes : NULL;
}

static void forget_shown(struct run_ctx *rc, struct vma_iter *s)
{
	if (s->shown)
		heap_release(rc->rt->heap, heap_find(rc->rt->heap, s->shown));
	s->shown = 0;
}

KFUNC_FN(bpf_iter_task_vma_new, it, task, addr)
{
	uint64_t *word = arg_mem_out(rc, it, sizeof(*word));
	struct heap *heap = word ? run_heap(rc) : NULL;
	struct heap_object *o;

	if (!heap)
		return 0;
	*word = 0;
	if (!task || task != run_task_object(rc))
		return (uint32_t)-ENOENT;
	o = heap_alloc(heap, HEAP_PRIVATE, sizeof(struct vma_iter));
	if (!o)
		return (uint32_t)-ENOMEM;
	((struct vma_iter *)o->bytes)->addr = addr;
	*word = (uintptr_t)o->bytes;
	return 0;
}

KFUNC_FN(bpf_iter_task_vma_next, it)
{
	struct vma_iter *s = iter_at(rc, it);
	struct heap_object *o;
	struct vma vma;

	if (!s)
		return 0;
	forget_shown(rc, s);
	s->is_over |= !next_vma(rc->rt->space, s->addr, &vma);
	o = s->is_over ? NULL : vma_object(rc, &vma);
	if (!o)
		return 0;
	s->addr = vma.end;
	return s->shown = (uintptr_t)o->bytes;
}

KFUNC_FN(bpf_iter_task_vma_destroy, it)
{
	uint64_t *word = arg_mem_out(rc, it, sizeof(*word));
	struct vma_iter *s = word ? iter_at(rc, it) : NULL;

	if (!s)
		return 0;
	forget_shown(rc, s);
	heap_release(rc->rt->heap, heap_find(rc->rt->heap, *word));
	*word = 0;
	return 0;
}

/* ---- registers ---- */

/* Those of the context, when they are of user space: nobody describes any others. */
HELPER_FN(task_pt_regs, task)
{
	uint32_t type = rc->prog->type;
	uint64_t ip = 0;

	if (rc->rt->arch && (type == PROG_TYPE_KPROBE || type == PROG_TYPE_PERF_EVENT))
		memcpy(&ip, (const uint8_t *)rc->ctx + regs_find(rc->rt->arch, "ip"), sizeof(ip));
	if (ip && space_sides(ip) & SPACE_USER && task == run_task_object(rc))
		return (uintptr_t)rc->ctx;
	run_fault(rc, FAULT_CALL,
		  "bpf_task_pt_regs: the context does not have the task's registers of user space; "
		  "--mock can answer");
	return 0;
}
