#include "core/base/fault.h"
#include "core/run/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/runtime.h"
#include "core/verify/facts.h"

/*
 * The address of a kernel function: programs ask whether it is there before they call it. One
 * without a body is not, so that they do what they do on kernels that lack it.
 */
static const char *function_imm64(const struct prog *prog, int32_t id, uint64_t *out)
{
	for (uint32_t i = 0; i < prog->nkfuncs; i++) {
		const struct kfunc_call *call = &prog->kfuncs[i];

		if (prog->insns[call->insn].imm != id)
			continue;
		*out = call->func ? (uintptr_t)call : 0;
		return NULL;
	}
	return "kernel variables are not available here";
}

const char *run_imm64(const struct prog *prog, uint32_t at, uint64_t *out)
{
	const struct bpf_insn *insn = &prog->insns[at];
	struct map *map;

	*out = 0;
	switch (prog->ops[at]) {
	case OP_LD_IMM64_IMM:
		*out = insn_imm64(insn);
		return NULL;
	case OP_LD_IMM64_MAP_IDX:
		*out = (uintptr_t)prog->maps[insn->imm];
		return NULL;
	case OP_LD_IMM64_MAP_IDX_VALUE:
		map = prog->maps[insn->imm];
		if (map->ops->pages) {
			*out = map->extra + (uint32_t)insn[1].imm;
			return NULL;
		}
		if (!map->ops->direct || (uint32_t)insn[1].imm >= map->value_size)
			return "no value of this map has such an address";
		*out = (uintptr_t)map->ops->direct(map) + (uint32_t)insn[1].imm;
		return NULL;
	case OP_LD_IMM64_FUNC:
		*out = (uintptr_t)prog_subprog_at(prog, (uint32_t)(at + 1 + insn->imm));
		return *out ? NULL : "no function begins there";
	case OP_LD_IMM64_MAP_FD:
	case OP_LD_IMM64_MAP_VALUE:
		return "a map by file descriptor means nothing in a file";
	case OP_LD_IMM64_BTF_ID:
		return function_imm64(prog, insn->imm, out);
	default:
		return "no such address is available here";
	}
}

int run_prepare(struct prog *prog, struct diag *d)
{
	if (!prog->helpers)
		run_bind(prog, NULL, NULL);
	for (uint32_t i = 0; i < prog->ninsns; i++) {
		uint64_t value;
		const char *why;

		if (!(insn_descs[prog->ops[i]].flags & INSN_WIDE))
			continue;
		why = run_imm64(prog, i, &value);
		if (why)
			return fail(d, NULL, -EINVAL, "program %s, insn %u: %s", prog->name, i,
				    why);
		i++;
	}
	return 0;
}

int run_prepare_blind(struct prog *prog, struct diag *d)
{
	for (uint32_t i = 0; prog->has_odd && i < prog->ninsns; i += insn_slots(&prog->insns[i])) {
		bool dead = prog->facts && prog->facts->flags[i] & FACT_DEAD;
		const char *why = dead ? NULL : insn_check(prog->insns, i, prog->ninsns);

		if (why)
			return fail(d, NULL, -EINVAL, "program %s, insn %u: %s", prog->name, i,
				    why);
	}
	return run_prepare(prog, d);
}

/*
 * All frames of a program that threw are left; what it threw is its answer, or goes to the function
 * that makes one of it.
 */
static uint64_t catch (struct run_ctx *rc)
{
	const struct prog *prog = rc->prog;
	const struct subprog *sub = prog_subprog_at(prog, prog->exception_cb);
	uint64_t arg[5] = {rc->thrown};

	rc->fault.kind = FAULT_NONE;
	rc->depth = 0;
	return prog->exception_cb && sub ? run_call(rc, prog, sub, arg) : rc->thrown;
}

int run_end(struct run_ctx *rc, uint64_t *retval)
{
	if (rc->fault.kind == FAULT_THROWN)
		*retval = catch (rc);
	if (rc->lock.word)
		run_unlock(rc, &rc->lock);
	while (rc->nres_locks)
		run_unlock(rc, &rc->res_locks[--rc->nres_locks]);
	return rc->fault.kind ? -EFAULT : 0;
}

int run_callback(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
		 const uint64_t arg[5])
{
	uint64_t retval;

	run_begin(rc, prog);
	retval = run_call(rc, prog, sub, arg);
	return run_end(rc, &retval);
}

uint64_t run_call(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
		  const uint64_t arg[5])
{
	const struct detour *to = subprog_detour(sub);

	return to ? run_detour(rc, to, arg) : rc->engine->call(rc, prog, sub, arg);
}

uint64_t run_detour(struct run_ctx *rc, const struct detour *to, const uint64_t arg[5])
{
	const struct prog *running = rc->prog;
	uint64_t r0;

	if (rc->detours == MAX_DETOURS) {
		run_fault(rc, FAULT_CALL, "more than %d programs in the place of functions",
			  MAX_DETOURS);
		return 0;
	}
	rc->detours++;
	r0 = to->call(to, rc, arg);
	rc->detours--;
	rc->prog = running;
	return r0;
}

uint64_t run_drop(struct run_ctx *rc)
{
	uint64_t answer = 0;

	run_end(rc, &answer);
	return answer;
}

void run_unlock(struct run_ctx *rc, struct held_lock *lock)
{
	if (lock->map)
		lock->map->ops->unlock(lock->map, lock->word, rc->cpu);
	*lock = (struct held_lock){0};
}

void run_print(struct run_ctx *rc, const char *text, size_t len)
{
	while (len && rc->rt->printk) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		rc->rt->printk(rc->rt->printk_arg, text, n);
		n += end != NULL;
		text += n;
		len -= n;
	}
}

uint64_t run_probe(struct run_ctx *rc, const struct insn_desc *desc, uint64_t addr)
{
	uint64_t v = 0;
	uint32_t unused = 64 - desc->size * 8;

	if (fault_copy(&v, (const void *)(uintptr_t)addr, desc->size)) {
		rc->missed++;
		return 0;
	}
	return desc->flags & INSN_SX ? (uint64_t)((int64_t)(v << unused) >> unused) : v;
}

bool run_is_probe(const struct prog *prog, uint32_t slot)
{
	return prog->facts && slot < prog->ninsns &&
	       prog->facts->flags[slot] & (FACT_PROBE | FACT_TRUSTED);
}

bool run_is_arena(const struct prog *prog, uint32_t slot)
{
	return prog->facts && slot < prog->ninsns && prog->facts->flags[slot] & FACT_ARENA;
}

void run_say(struct run_ctx *rc, const char *fmt, ...)
{
	char line[200];
	va_list ap;

	if (!rc->rt->action)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	rc->rt->action(rc->rt->sink_arg, line);
}

/* Who is called at rc->fault, as the kernel's log has it. */
static bool name_callee(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct fault *f = arg;
	const struct kfunc_call *call = prog_kfunc_at(f->prog, f->insn);
	const char *helper = insn->src_reg ? NULL : helper_name(insn->imm);

	if (call && *call->name)
		strbuf_addf(b, "%s#%d", call->name, insn->imm);
	else if (helper)
		strbuf_addf(b, "bpf_%s#%d", helper, insn->imm);
	return helper || (call && *call->name);
}

void run_fault_text(const struct run_ctx *rc, struct strbuf *b)
{
	const struct fault *f = &rc->fault;
	const struct insn_names names = {.arg = (void *)f, .call = name_callee};
	const struct prog *prog = f->prog;
	const struct line_def *line;

	if (f->insn >= prog->ninsns) {
		strbuf_addf(b, "program %s, past insn %u: %s", prog->name, prog->ninsns, f->text);
		return;
	}
	strbuf_addf(b, "program %s, insn %u: %s\n", prog->name, f->insn, f->text);
	strbuf_addf(b, "  %u: ", f->insn);
	insn_text(b, &prog->insns[f->insn], NOTATION_KERNEL, &names);
	line = prog_line(prog, f->insn);
	if (line)
		strbuf_addf(b, "\n  %s:%u: %s", line->file, line->line, line->text);
}
