/* arm64 to the optimizing tier (AAPCS64, 6.1): x16 and x17 are left to single instructions. */
#include "jit/arm64/opt.h"

#define BIT(reg)      (UINT64_C(1) << (reg))
#define FROM_TO(a, b) ((BIT((b) + 1) - 1) & ~(BIT(a) - 1))

enum {
	CALLER_SAVED = FROM_TO(0, 15),
	CALLEE_SAVED = FROM_TO(19, 27),
	CALLED = X9, /* a function that is called by its address */
};

static const char *const names[] = {
	"x0",  "x1",  "x2",  "x3",  "x4",  "x5",  "x6",	 "x7",	"x8",  "x9",  "x10",
	"x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21",
	"x22", "x23", "x24", "x25", "x26", "x27", "x28", "x29", "x30", "sp",
};

static uint8_t reg_of(const struct ir_fn *fn __unused, const struct ir_ins *ins,
		      const struct ref *r)
{
	const struct ir_call *call = ins->call;

	if ((ins->op != IR_CALL && ins->op != IR_TAILCALL) ||
	    (r == &ins->to && r->kind == REF_NONE))
		return REG_ANY;
	if (r == &ins->to)
		return X0;
	if (r < call->arg || r > &call->arg[5])
		return REG_ANY;
	return r == &call->arg[5] ? CALLED : (uint8_t)(r - call->arg);
}

static uint64_t clobbers(const struct ir_fn *fn __unused, const struct ir_ins *ins)
{
	if (ins->op == IR_TAILCALL || (ins->op == IR_CALL && !ins->call->keeps_regs))
		return CALLER_SAVED;
	return 0;
}

/* Loops that write the result before they have read everything for the last time. */
static bool is_late(const struct ir_fn *fn __unused, const struct ir_ins *ins,
		    const struct ref *r __unused)
{
	return ins->op == IR_FETCH || ins->op == IR_CMPXCHG || ins->op == IR_PROBE;
}

static bool is_tied(const struct ir_ins *ins)
{
	return ins->op == IR_COPY;
}

const struct target target_arm64 = {
	.name = "arm64",
	.nregs = ARRAY_SIZE(names),
	.reg_names = names,
	.allocatable = CALLER_SAVED | CALLEE_SAVED,
	.saved = CALLEE_SAVED,
	.rc = X28,
	.arg = {X0, X1, X2, X3, X4, X5},
	.ret = X0,
	.isel = arm64_isel,
	.reg_of = reg_of,
	.is_late = is_late,
	.is_tied = is_tied,
	.clobbers = clobbers,
	.emit = arm64_emit,
};
