#include "core/btf/btf.h"
#include "core/obj/map.h"
#include "core/run/run.h"

helper_fn *const run_helpers[HELPER_ID_LIMIT] = {
#define BODY(name) [HELPER_##name] = helper_##name,
#include "core/run/bodies.def"
};

helper_fn *const run_kfuncs[KFUNC_COUNT] = {
#define KFUNC_BODY(name) [KFUNC_##name] = kfunc_##name,
#include "core/run/bodies.def"
};

/* "" when the kernel's types have no function of that id, or none of its own: a module's. */
static const char *name_in(const struct btf *kernel, const struct bpf_insn *insn)
{
	uint32_t id = (uint32_t)insn->imm;

	if (!kernel || insn->off || !btf_has(kernel, id) ||
	    btf_kind_of(kernel, id) != BTF_KIND_FUNC)
		return "";
	return btf_name(kernel, id);
}

static void bind_kfunc(struct prog *prog, struct kfunc_call *call, struct btf_source *kernel)
{
	size_t len = btf_essential_len(call->name);
	const struct kfunc *row;

	if (!len)
		call->name = arena_strdup(&prog->arena,
					  name_in(btf_read(kernel), &prog->insns[call->insn]));
	else if (call->name[len])
		call->name = arena_strndup(&prog->arena, call->name, len);
	row = kfunc_by_name(call->name);
	call->id = row ? row->id : KFUNC_NONE;
	call->func = run_kfuncs[call->id];
}

/* The verifier sees to it that a program has one arena at most. */
static void bind_arena(struct prog *prog)
{
	uint64_t size;

	for (uint32_t i = 0; i < prog->nmaps; i++) {
		if (!prog->maps[i]->ops->pages)
			continue;
		prog->pages = prog->maps[i];
		prog->pages_high =
			(uintptr_t)prog->pages->ops->pages(prog->pages, &size) >> 32 << 32;
	}
}

uint64_t run_cast_high(const struct prog *prog, int32_t imm)
{
	if (imm == CAST_TO_PROGRAM)
		return prog->pages_high;
	return prog->pages && !(prog->pages->flags & MAP_NO_USER_CONV)
		       ? prog->pages->extra >> 32 << 32
		       : 0;
}

uint64_t run_cast(const struct prog *prog, int32_t imm, uint64_t addr)
{
	bool is_null = imm == CAST_TO_PROGRAM ? !addr : !(uint32_t)addr;

	return is_null ? 0 : run_cast_high(prog, imm) | (uint32_t)addr;
}

bool run_arena_has(struct run_ctx *rc, uint64_t addr, uint32_t size)
{
	uint64_t len, at = addr - (uintptr_t)rc->prog->pages->ops->pages(rc->prog->pages, &len);
	bool has = at < len && size <= len - at;

	rc->missed += !has;
	return has;
}

void run_bind(struct prog *prog, const struct btf *btf, struct btf_source *kernel)
{
	prog->btf = btf;
	prog->helpers = run_helpers;
	bind_arena(prog);
	for (uint32_t i = 0; i < prog->nkfuncs; i++)
		bind_kfunc(prog, &prog->kfuncs[i], kernel);
}

void run_fault_helper(struct run_ctx *rc, const struct prog *prog, uint32_t slot)
{
	const char *poison = prog_poison(prog, slot);
	int32_t id = prog->insns[slot].imm;

	if (poison)
		run_fault(rc, FAULT_CALL, "%s", poison);
	else if (!helper_name(id))
		run_fault(rc, FAULT_CALL, "there is no helper %d", id);
	else
		run_fault(rc, FAULT_CALL, "helper bpf_%s is not available here; --mock can answer",
			  helper_name(id));
}

void run_fault_kfunc(struct run_ctx *rc, const struct kfunc_call *call)
{
	if (*call->name)
		run_fault(rc, FAULT_CALL,
			  "kernel function %s is not available here; --mock can answer",
			  call->name);
	else
		run_fault(rc, FAULT_CALL, "kernel function %d has no name here",
			  rc->prog->insns[call->insn].imm);
}
