/* The shapes of arm64's instructions: constants that fit, the rest in registers; addresses. */
#include "jit/arm64/opt.h"

static uint64_t magnitude(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

/* A constant of 12 bits, to be added or taken away. */
static bool is_arith(const struct isel *is, struct ref r, uint32_t width)
{
	int64_t c;

	return isel_is_con(is, r, &c) && a64_is_arith(magnitude(width == 4 ? (int32_t)c : c));
}

static bool is_logical(const struct isel *is, struct ref r, uint32_t width)
{
	int64_t c;

	return isel_is_con(is, r, &c) && a64_is_logical((uint64_t)c, width);
}

static void both(struct isel *is, struct ir_ins *ins)
{
	isel_need_reg(is, &ins->arg[0]);
	isel_need_reg(is, &ins->arg[1]);
}

static void shape_sum(struct isel *is, struct ir_ins *ins)
{
	if (ins->op == IR_ADD)
		isel_commute(is, ins);
	if (ins->op == IR_ADD && (isel_take_frame(is, ins) || isel_lea(is, ins)))
		return;
	isel_need_reg(is, &ins->arg[0]);
	if (!is_arith(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
}

static void shape_logical(struct isel *is, struct ir_ins *ins)
{
	isel_commute(is, ins);
	isel_need_reg(is, &ins->arg[0]);
	if (!is_logical(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
}

static void shape_mulh(struct isel *is, struct ir_ins *ins)
{
	isel_mulh(is, ins);
}

static void shape_store(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	isel_strip(is, ins);
	if (!isel_is_con(is, ins->arg[1], &c) || c)
		isel_need_reg(is, &ins->arg[1]);
	isel_address(is, ins);
}

/* These have no address but a register: the sum comes before, and so is pushed behind. */
static void plain_address(struct isel *is, struct ir_ins *ins)
{
	struct ir_ins sum = {.op = IR_ADD, .width = 8, .slot = ins->slot};

	isel_need_reg(is, &ins->arg[0]);
	if (!ins->disp)
		return;
	sum.arg[0] = ins->arg[0];
	sum.arg[1] = ir_con(is->fn, ins->disp);
	if (!is_arith(is, sum.arg[1], 8))
		isel_need_reg(is, &sum.arg[1]);
	ins->arg[0] = sum.to = ir_new_tmp(is->fn);
	ins->disp = 0;
	vec_push(&is->out, *ins);
	*ins = sum;
}

static void shape_atomic(struct isel *is, struct ir_ins *ins)
{
	if (ins->arg[1].kind != REF_NONE)
		isel_need_reg(is, &ins->arg[1]);
	if (ins->op == IR_CMPXCHG) {
		ins->call = ir_new_call(is->fn, *ins->call);
		isel_need_reg(is, &ins->call->arg[0]);
	}
	plain_address(is, ins);
}

/* ---- comparisons ---- */

static void compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width)
{
	bool is_test;

	isel_order_compare(is, a, b, cc, width);
	is_test = *cc == CC_SET || *cc == CC_CLEAR;
	isel_need_reg(is, a);
	if (is_test ? !is_logical(is, *b, *width) : !is_arith(is, *b, *width))
		isel_need_reg(is, b);
}

static void shape_set(struct isel *is, struct ir_ins *ins)
{
	compare(is, &ins->arg[0], &ins->arg[1], &ins->cc, &ins->width);
}

static void shape_select(struct isel *is, struct ir_ins *ins)
{
	struct ir_call *call;

	if (isel_take_set(is, ins)) {
		shape_set(is, ins);
		return;
	}
	call = ins->call = ir_new_call(is->fn, *ins->call);
	both(is, ins);
	compare(is, &call->arg[0], &call->arg[1], &call->cc, &call->width);
}

static void jump(struct isel *is, struct ir_jmp *jmp)
{
	if (jmp->kind == JUMP_IF)
		compare(is, &jmp->arg[0], &jmp->arg[1], &jmp->cc, &jmp->width);
}

static void (*const shapes[IR_COUNT])(struct isel *is, struct ir_ins *ins) = {
	[IR_ADD] = shape_sum,
	[IR_SUB] = shape_sum,
	[IR_MUL] = both,
	[IR_MULH] = shape_mulh,
	[IR_UDIV] = both,
	[IR_UMOD] = both,
	[IR_SDIV] = both,
	[IR_SMOD] = both,
	[IR_AND] = shape_logical,
	[IR_OR] = shape_logical,
	[IR_XOR] = shape_logical,
	[IR_SHL] = isel_shift,
	[IR_SHR] = isel_shift,
	[IR_SAR] = isel_shift,
	[IR_ROL] = isel_shift,
	[IR_NEG] = isel_unary,
	[IR_NOT] = isel_unary,
	[IR_BSWAP] = isel_unary,
	[IR_SEXT8] = isel_unary,
	[IR_SEXT16] = isel_unary,
	[IR_SEXT32] = isel_unary,
	[IR_ZEXT8] = isel_unary,
	[IR_ZEXT16] = isel_unary,
	[IR_ZEXT32] = isel_zext32,
	[IR_SET] = shape_set,
	[IR_SELECT] = shape_select,
	[IR_FRAME] = isel_make_frame,
	[IR_RC] = isel_rc,
	[IR_CPU] = isel_cpu,
	[IR_LOAD] = isel_load,
	[IR_LOADSX] = isel_load,
	[IR_PROBE] = isel_load,
	[IR_STORE] = shape_store,
	[IR_ATOMIC] = shape_atomic,
	[IR_FETCH] = shape_atomic,
	[IR_CMPXCHG] = shape_atomic,
	[IR_LOAD_ACQ] = shape_atomic,
	[IR_STORE_REL] = shape_atomic,
	[IR_CALL] = isel_call,
	[IR_TAILCALL] = isel_call,
};

void arm64_isel(struct ir_fn *fn)
{
	static const struct isel_rules rules = {shapes, jump};

	isel_walk(fn, &rules);
}
