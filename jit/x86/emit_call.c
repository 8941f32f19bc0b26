/* Calls, and what comes behind them. */
#include <stddef.h>

#include "core/helper/helper.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/x86/opt.h"

enum { RC = R12 };

#define RC_AT(member) X86_AT(RC, offsetof(struct run_ctx, member))

/* To where the run ends, when a fault was recorded. */
static void check_fault(struct emit *e, const struct ir_ins *ins)
{
	struct emit_tail tail = {code_labels(e->b, 1), ins->slot};

	x86_mi(e->b, X86_CMP, 4, RC_AT(fault.kind), FAULT_NONE);
	x86_jcc(e->b, X86_NE, tail.label);
	vec_push(&e->tails, tail);
}

void emit_tails(struct emit *e)
{
	vec_each(&e->tails, tail) {
		code_bind(e->b, tail->label);
		code_origin(e->b, tail->slot);
		x86_call_address(e->b, x86_fault, code_reaches(x86_fault));
	}
}

/* After a function that may have made a tail call another program's name is there. */
static void restore_prog(struct emit *e)
{
	if (!e->env->subs_tail_call)
		return;
	x86_mov_imm(e->b, R11, (uintptr_t)e->fn->prog);
	x86_mr(e->b, X86_MOV, 8, RC_AT(prog), R11);
}

/* R10 holds a function's address or, from before there were any, a helper's number. */
static void call_ref(struct emit *e, const struct ir_ins *ins)
{
	uint32_t function = code_labels(e->b, 2), done = function + 1;

	x86_ri(e->b, X86_CMP, 8, R10, HELPER_ID_LIMIT);
	x86_jcc(e->b, X86_AE, function);
	x86_rr(e->b, X86_MOV, 8, R9, RC);
	x86_mov_imm(e->b, R11, (uintptr_t)e->fn->prog->helpers);
	x86_m(e->b, X86_CALL, 8, X86_AT2(R11, R10, 8, 0));
	check_fault(e, ins);
	x86_jmp(e->b, done);
	code_bind(e->b, function);
	x86_m(e->b, X86_CALL, 8, X86_AT(R10, offsetof(struct subprog, entry)));
	code_bind(e->b, done);
	restore_prog(e);
}

static void call_func(struct emit *e, uint32_t func)
{
	const struct prog *prog = e->fn->prog;

	if (!prog->is_open) {
		x86_call(e->b, e->env->first_sub + func);
		return;
	}
	x86_mov_imm(e->b, R11, (uintptr_t)&prog->subs[func].entry);
	x86_m(e->b, X86_CALL, 8, X86_AT(R11, 0));
}

void emit_call(struct emit *e, const struct ir_ins *ins)
{
	const struct ir_call *call = ins->call;

	switch (call->callee) {
	case CALLEE_NATIVE:
		if (call->gets_rc)
			x86_rr(e->b, X86_MOV, 8, R9, RC);
		x86_call_address(e->b, call->target, code_reaches(call->target));
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

/* Where the other program's code is, is in it. */
static void leave(struct emit *e)
{
	emit_epilogue(e);
	x86_m(e->b, X86_JMP, 8, X86_AT(R11, offsetof(struct prog, entry)));
}

static void try_tail(struct emit *e, const struct ir_call *call)
{
	uint32_t ask = code_labels(e->b, 1);

	if (!x86_tail_is_known(call->table))
		return;
	x86_tail_find(e->b, call->table, call->table_slot, ask);
	leave(e);
	code_bind(e->b, ask);
	if (call->nargs > 1)
		return;
	x86_mov_imm(e->b, RSI, (uintptr_t)call->table);
	x86_mov_imm(e->b, RDX, call->table_slot);
}

/* r1 is the context again. */
void emit_tail_call(struct emit *e, const struct ir_ins *ins)
{
	uint32_t stay = code_labels(e->b, 1);

	try_tail(e, ins->call);
	if (e->bare)
		x86_ri(e->b, X86_SUB, 8, RSP, 8);
	emit_call(e, ins);
	if (e->bare)
		x86_ri(e->b, X86_ADD, 8, RSP, 8);
	x86_rm(e->b, X86_MOV, 8, R11, RC_AT(tail));
	x86_rr(e->b, X86_TEST, 8, R11, R11);
	x86_jcc(e->b, X86_E, stay);
	x86_mi(e->b, X86_MOV, 8, RC_AT(tail), 0);
	x86_mr(e->b, X86_MOV, 8, RC_AT(prog), R11);
	x86_rm(e->b, X86_MOV, 8, RDI, RC_AT(ctx));
	leave(e);
	code_bind(e->b, stay);
}
