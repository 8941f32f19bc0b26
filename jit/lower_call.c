/* Calls, whoever they are of. */
#include "core/helper/proto.h"
#include "core/run/run.h"
#include "jit/lower.h"

/*
 * A proof says that nobody reads r1 to r5 behind a call (Linux's check_call() marks them so): they
 * live no longer than it.
 */
static void end_args(struct lower *l)
{
	for (uint32_t i = 1; l->facts && i <= HELPER_ARGS_MAX; i++)
		lower_add(l, IR_COPY, 8, lower_var(l, i), NO_REF, NO_REF);
}

static void add_call(struct lower *l, struct ir_call call)
{
	struct ir_ins *ins = lower_add(l, IR_CALL, 8, lower_var(l, 0), NO_REF, NO_REF);
	size_t at = l->last;

	ins->call = ir_new_call(l->fn, call);
	end_args(l);
	l->last = at;
}

static void take_args(const struct lower *l, struct ir_call *call, uint32_t n)
{
	call->nargs = (uint8_t)n;
	for (uint32_t i = 0; i < n; i++)
		call->arg[i] = lower_var(l, i + 1);
}

/* A C function of this process that is called as helpers are. */
static struct ir_call native_call(const struct lower *l, helper_fn *target, const char *name,
				  uint32_t nargs)
{
	struct ir_call call = {
		.callee = CALLEE_NATIVE,
		.gets_rc = true,
		.may_fault = true,
		.target = (const void *)(uintptr_t)target,
		.name = name,
	};

	take_args(l, &call, nargs);
	return call;
}

/* What cannot run ends the run: jit_refuse() of the instruction. */
void lower_cannot(struct lower *l)
{
	struct ir_call call = native_call(l, jit_refused, "cannot", 0);

	call.nargs = 2;
	call.arg[0] = ir_con(l->fn, (int64_t)(uintptr_t)l->prog);
	call.arg[1] = ir_con(l->fn, l->slot);
	add_call(l, call);
	l->blk = NULL;
}

/* A call of fn with a constant that ends the run. */
static void lower_end_of_run(struct lower *l, helper_fn *fn, const void *why)
{
	struct ir_call call = native_call(l, fn, "cannot", 0);

	call.nargs = 1;
	call.arg[0] = ir_con(l->fn, (int64_t)(uintptr_t)why);
	add_call(l, call);
	l->blk = NULL;
}

static void lower_tail_call(struct lower *l)
{
	struct ir_call call = native_call(l, l->prog->helpers[HELPER_tail_call], "tail_call", 3);

	add_call(l, call);
	l->blk->ins.v[l->last].op = IR_TAILCALL;
}

void lower_call(struct lower *l)
{
	int32_t id = l->insn->imm;

	if (!run_has_helper(l->prog, id)) {
		lower_cannot(l);
		return;
	}
	if (id == HELPER_tail_call) {
		lower_tail_call(l);
		return;
	}
	add_call(l, native_call(l, l->prog->helpers[id], helper_name(id), helper_reads(id)));
}

void lower_call_local(struct lower *l)
{
	int64_t slot = insn_target(l->insn, l->slot);
	const struct subprog *sub = prog_subprog_at(l->prog, (uint32_t)slot);
	struct ir_call call = {.callee = CALLEE_FUNC, .may_fault = true};

	if (!sub) {
		lower_end_of_run(l, jit_cannot, "a call to where no function begins");
		return;
	}
	call.func = (uint32_t)(sub - l->prog->subs);
	if (lower_inlined(l, call.func)) {
		end_args(l);
		return;
	}
	call.name = sub->name;
	take_args(l, &call, HELPER_ARGS_MAX);
	add_call(l, call);
}

void lower_callx(struct lower *l)
{
	struct ir_call call = {.callee = CALLEE_REF, .gets_rc = true, .may_fault = true};

	take_args(l, &call, HELPER_ARGS_MAX);
	call.arg[5] = lower_reg(l, l->insn->dst_reg);
	add_call(l, call);
}

void lower_call_kfunc(struct lower *l)
{
	const struct kfunc_call *kfunc = prog_kfunc_at(l->prog, l->slot);

	if (kfunc->func)
		add_call(l, native_call(l, kfunc->func, kfunc->name, HELPER_ARGS_MAX));
	else
		lower_end_of_run(l, jit_missing_kfunc, kfunc);
}

/* A load that is not all in the packet ends the function with 0 (packet_load()). */
void lower_legacy(struct lower *l)
{
	const struct insn_desc *desc = &insn_descs[l->prog->ops[l->slot]];
	struct ir_call call = native_call(l, jit_packet_load, "packet_load", 0);
	struct ir_blk *out = ir_new_blk(l->fn), *in = ir_new_blk(l->fn);
	struct ref r0 = lower_var(l, 0);

	call.nargs = 2;
	call.arg[0] = ir_con(l->fn, l->insn->imm);
	call.arg[1] = ir_con(l->fn, desc->size);
	if (desc->shape == SHAPE_LD_IND) {
		struct ref off = ir_new_tmp(l->fn);

		lower_add(l, IR_ADD, 4, off, lower_reg(l, l->insn->src_reg), call.arg[0]);
		call.arg[0] = off;
	}
	call.may_fault = false;
	add_call(l, call);
	lower_if(l, CC_EQ, 8, r0, ir_con(l->fn, -1), out, in);
	l->blk = out;
	lower_ret(l, ir_con(l->fn, 0));
	l->blk = in;
}
