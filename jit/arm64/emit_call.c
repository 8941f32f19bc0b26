/* Calls, and what comes behind them. */
#include <stddef.h>

#include "core/helper/helper.h"
#include "core/run/run.h"
#include "jit/arm64/opt.h"

enum { RC = X28 };

#define RC_OFFSET(member) offsetof(struct run_ctx, member)

static void load_rc(struct emit *e, uint32_t width, uint32_t rt, uint32_t offset)
{
	a64_mem(e->b, A64_LDR, width, rt, RC, offset);
}

static void store_rc(struct emit *e, uint32_t rt, uint32_t offset)
{
	a64_mem(e->b, A64_STR, 8, rt, RC, offset);
}

/* To where the run ends, when a fault was recorded. */
static void check_fault(struct emit *e, const struct ir_ins *ins)
{
	struct a64_tail tail = {code_labels(e->b, 1), ins->slot};
	uint32_t fine;

	load_rc(e, 4, X16, RC_OFFSET(fault.kind));
	vec_push(&e->tails, tail);
	if (!e->is_far) {
		a64_jump_zero(e->b, A64_CBNZ, 4, X16, tail.label);
		return;
	}
	fine = code_labels(e->b, 1);
	a64_jump_zero(e->b, A64_CBZ, 4, X16, fine);
	a64_jump(e->b, A64_B, tail.label);
	code_bind(e->b, fine);
}

void a64_tails(struct emit *e)
{
	vec_each(&e->tails, tail) {
		code_bind(e->b, tail->label);
		code_origin(e->b, tail->slot);
		a64_call_address(e->b, a64_fault);
	}
}

/* After a function that may have made a tail call another program's name is there. */
static void restore_prog(struct emit *e)
{
	if (!e->env->subs_tail_call)
		return;
	a64_mov_imm(e->b, X16, (uintptr_t)e->fn->prog);
	store_rc(e, X16, RC_OFFSET(prog));
}

/* X9 holds a function's address or, from before there were any, a helper's number. */
static void call_ref(struct emit *e, const struct ir_ins *ins)
{
	uint32_t function = code_labels(e->b, 2), done = function + 1;

	a64_arith(e->b, A64_SUBS_K, 8, ZR, X9, HELPER_ID_LIMIT);
	a64_jump_cc(e->b, A64_HS, function);
	a64_rrr(e->b, A64_ORR, 8, X5, ZR, RC, 0);
	a64_mov_imm(e->b, X16, (uintptr_t)e->fn->prog->helpers);
	a64_mem_x(e->b, A64_LDR_X, 8, X16, X16, X9, true);
	a64_jump_reg(e->b, A64_BLR, X16);
	check_fault(e, ins);
	a64_jump(e->b, A64_B, done);
	code_bind(e->b, function);
	a64_mem(e->b, A64_LDR, 8, X16, X9, offsetof(struct subprog, entry));
	a64_jump_reg(e->b, A64_BLR, X16);
	code_bind(e->b, done);
	restore_prog(e);
}

static void call_func(struct emit *e, uint32_t func)
{
	const struct prog *prog = e->fn->prog;

	if (!prog->is_open) {
		a64_jump(e->b, A64_BL, e->env->first_sub + func);
		return;
	}
	a64_mov_imm(e->b, X16, (uintptr_t)&prog->subs[func].entry);
	a64_mem(e->b, A64_LDR, 8, X16, X16, 0);
	a64_jump_reg(e->b, A64_BLR, X16);
}

void a64_call(struct emit *e, const struct ir_ins *ins)
{
	const struct ir_call *call = ins->call;

	switch (call->callee) {
	case CALLEE_NATIVE:
		if (call->gets_rc)
			a64_rrr(e->b, A64_ORR, 8, X5, ZR, RC, 0);
		a64_call_address(e->b, call->target);
		if (call->may_fault)
			check_fault(e, ins);
		break;
	case CALLEE_FUNC:
		call_func(e, call->func);
		restore_prog(e);
		break;
	case CALLEE_REF:
		call_ref(e, ins);
		break;
	}
}

/* Where the other program's code is, is in it; r1 is the context again. */
void a64_tail_call(struct emit *e, const struct ir_ins *ins)
{
	uint32_t stay = code_labels(e->b, 1);

	a64_call(e, ins);
	load_rc(e, 8, X9, RC_OFFSET(tail));
	a64_jump_zero(e->b, A64_CBZ, 8, X9, stay);
	store_rc(e, ZR, RC_OFFSET(tail));
	store_rc(e, X9, RC_OFFSET(prog));
	load_rc(e, 8, X0, RC_OFFSET(ctx));
	a64_epilogue(e);
	a64_mem(e->b, A64_LDR, 8, X16, X9, offsetof(struct prog, entry));
	a64_jump_reg(e->b, A64_BR, X16);
	code_bind(e->b, stay);
}
