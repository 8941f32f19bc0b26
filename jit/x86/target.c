/* x86-64 to the optimizing tier: which registers there are, and what instructions do with them. */
#include "jit/x86/opt.h"

#define BIT(reg) (UINT64_C(1) << (reg))

enum {
	CALLER_SAVED = 1 << RAX | 1 << RCX | 1 << RDX | 1 << RSI | 1 << RDI | 1 << R8 | 1 << R9 |
		       1 << R10 | 1 << R11,
	CALLEE_SAVED = 1 << RBX | 1 << RBP | 1 << R13 | 1 << R14 | 1 << R15,
};

static const char *const names[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
				    "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

static bool is_shift(const struct ir_ins *ins)
{
	return ins->op == IR_SHL || ins->op == IR_SHR || ins->op == IR_SAR || ins->op == IR_ROL;
}

/* By cl, where BMI2's shifts by any register are not to be had. */
static bool is_by_cl(const struct ir_ins *ins)
{
	return is_shift(ins) && ins->arg[1].kind != REF_CON &&
	       (ins->op == IR_ROL || !x86_has_bmi2());
}

/* And, or, xor of memory that give the old value: a loop around cmpxchg. */
static bool is_fetch_loop(const struct ir_ins *ins)
{
	return ins->op == IR_FETCH && ins->cc != ATOMIC_ADD && ins->cc != ATOMIC_XCHG;
}

static uint8_t call_reg(const struct ir_ins *ins, const struct ref *r)
{
	if (r == &ins->to)
		return RAX;
	if (r < ins->call->arg || r > &ins->call->arg[5])
		return REG_ANY;
	/* The last is the function that is called */
	return r == &ins->call->arg[5] ? R10 : target_x86.arg[r - ins->call->arg];
}

static uint8_t divide_reg(const struct ir_ins *ins, const struct ref *r)
{
	bool is_upper = ins->op == IR_UMOD || ins->op == IR_SMOD || ins->op == IR_MULH;

	if (r == &ins->to)
		return is_upper ? RDX : RAX;
	return r == &ins->arg[0] ? RAX : REG_ANY;
}

static uint8_t reg_of(const struct ir_fn *fn __unused, const struct ir_ins *ins,
		      const struct ref *r)
{
	if (r == &ins->to && r->kind == REF_NONE)
		return REG_ANY;
	switch (ins->op) {
	case IR_CALL:
	case IR_TAILCALL:
		return call_reg(ins, r);
	case IR_UDIV:
	case IR_UMOD:
	case IR_SDIV:
	case IR_SMOD:
	case IR_MULH:
		return divide_reg(ins, r);
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
	case IR_ROL:
		return r == &ins->arg[1] && is_by_cl(ins) ? RCX : REG_ANY;
	case IR_CMPXCHG:
		return r == &ins->to || r == &ins->arg[1] ? RAX : REG_ANY;
	case IR_FETCH:
		return r == &ins->to && is_fetch_loop(ins) ? RAX : REG_ANY;
	default:
		return REG_ANY;
	}
}

static uint64_t clobbers(const struct ir_fn *fn __unused, const struct ir_ins *ins)
{
	switch (ins->op) {
	case IR_CALL:
		return ins->call->keeps_regs ? 0 : CALLER_SAVED;
	case IR_TAILCALL:
		return CALLER_SAVED;
	case IR_UDIV:
	case IR_UMOD:
	case IR_SDIV:
	case IR_SMOD:
	case IR_MULH:
		return BIT(RAX) | BIT(RDX);
	case IR_CMPXCHG:
		return BIT(RAX);
	case IR_SUM:
		return BIT(RCX);
	case IR_FETCH:
		return is_fetch_loop(ins) ? BIT(RAX) | BIT(RDX) : 0;
	default:
		return 0;
	}
}

static bool has_mem(const struct ir_ins *ins)
{
	return ins->arg[0].kind == REF_MEM || ins->arg[1].kind == REF_MEM;
}

/* Operations that write the result after all is read, or keep what they read meanwhile elsewhere.
 */
static bool is_late(const struct ir_fn *fn __unused, const struct ir_ins *ins, const struct ref *r)
{
	switch (ins->op) {
	case IR_ADD:
	case IR_AND:
	case IR_OR:
	case IR_XOR:
	case IR_MUL:
		return has_mem(ins) && r != &ins->arg[0];
	case IR_SUB:
		return r != &ins->arg[0];
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
	case IR_ROL:
		return r == &ins->arg[1] && is_by_cl(ins);
	case IR_FETCH:
		return r != &ins->arg[1];
	case IR_SUM:
	case IR_PROBE: /* which is 0 beforehand */
		return true;
	case IR_SELECT:
		return r == &ins->arg[0] && ins->arg[1].kind == REF_CON;
	default:
		return false;
	}
}

static bool is_tied(const struct ir_ins *ins)
{
	switch (ins->op) {
	case IR_ADD:
		return has_mem(ins) || ins->flags;
	case IR_MUL:
		return ins->arg[1].kind != REF_CON;
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
		return ins->arg[1].kind == REF_CON || is_by_cl(ins);
	case IR_ROL:
		return ins->arg[1].kind != REF_CON || !x86_has_bmi2();
	case IR_SUB:
	case IR_AND:
	case IR_OR:
	case IR_XOR:
	case IR_NEG:
	case IR_NOT:
	case IR_BSWAP:
	case IR_COPY:
		return true;
	default:
		return false;
	}
}

const struct target target_x86 = {
	.name = "x86-64",
	.nregs = ARRAY_SIZE(names),
	.reg_names = names,
	.allocatable = CALLER_SAVED | CALLEE_SAVED,
	.saved = CALLEE_SAVED,
	.sums = true,
	.table_regs = 1,
	.rc = R12,
	.arg = {RDI, RSI, RDX, RCX, R8, R9},
	.ret = RAX,
	.isel = x86_isel,
	.reg_of = reg_of,
	.is_late = is_late,
	.is_tied = is_tied,
	.clobbers = clobbers,
	.emit = x86_emit,
};
