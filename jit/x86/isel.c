/* The shapes of x86's instructions: memory operands, immediates, addresses, comparisons in jumps.
 */
#include "jit/x86/opt.h"

/* ---- arithmetic ---- */

/* The second operand may be a constant of 32 bits, or memory. */
static void second_operand(struct isel *is, struct ir_ins *ins)
{
	if (isel_is_imm(is, ins->arg[1], ins->width))
		return;
	isel_need_reg(is, &ins->arg[1]);
	isel_fold_load(is, &ins->arg[1], ins->width);
}

static void plain(struct isel *is, struct ir_ins *ins)
{
	if (ir_ops[ins->op].modes & IR_COMM)
		isel_commute(is, ins);
	if (ins->arg[0].kind == REF_CON && !isel_is_imm(is, ins->arg[0], 8))
		isel_need_reg(is, &ins->arg[0]);
	second_operand(is, ins);
}

static void shape_add(struct isel *is, struct ir_ins *ins)
{
	isel_commute(is, ins);
	if (!isel_take_frame(is, ins) && (ins->flags || !isel_lea(is, ins)))
		plain(is, ins);
}

static void shape_sub(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	if (isel_is_con(is, ins->arg[1], &c) && fits_32(-c)) {
		ins->op = IR_ADD;
		ins->arg[1] = ir_con(is->fn, -c);
		shape_add(is, ins);
	} else if (isel_is_con(is, ins->arg[0], &c) && !c) {
		ins->op = IR_NEG;
		ins->arg[0] = ins->arg[1];
		ins->arg[1] = NO_REF;
		isel_unary(is, ins);
	} else {
		plain(is, ins);
	}
}

/* Masks that an extension or a narrower operation is. */
static void shape_and(struct isel *is, struct ir_ins *ins)
{
	uint8_t zext = IR_NOP;
	int64_t c;

	isel_commute(is, ins);
	if (!ins->flags && isel_is_con(is, ins->arg[1], &c)) {
		zext = c == UINT8_MAX ? IR_ZEXT8 : c == UINT16_MAX ? IR_ZEXT16 : IR_NOP;
		if (c == UINT32_MAX && ins->width == 8)
			zext = IR_ZEXT32;
		if (c == (uint32_t)c)
			ins->width = 4;
	}
	if (!zext) {
		plain(is, ins);
		return;
	}
	ins->op = zext;
	ins->width = 4;
	ins->arg[1] = NO_REF;
	isel_unary(is, ins);
}

static void shape_xor(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	isel_commute(is, ins);
	if (!ins->flags && isel_is_con(is, ins->arg[1], &c) &&
	    (c == -1 || (ins->width == 4 && (uint32_t)c == UINT32_MAX))) {
		ins->op = IR_NOT;
		ins->arg[1] = NO_REF;
		isel_unary(is, ins);
	} else {
		plain(is, ins);
	}
}

enum { FACTORS_MAX = 3 };

/* An odd number as a product of what an address multiplies by; how many those are, 0: it is not. */
static uint32_t factors_of(uint64_t odd, uint8_t factors[FACTORS_MAX])
{
	static const uint8_t some[] = {9, 5, 3};
	uint32_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		for (; odd % some[i] == 0 && n < FACTORS_MAX; odd /= some[i])
			factors[n++] = some[i];
	return odd == 1 ? n : 0;
}

static bool is_product(const struct isel *is, struct ref r)
{
	const struct ir_ins *def = isel_def(is, r);

	if (def && def->op == IR_SHR)
		def = isel_def(is, def->arg[0]);
	return def && (def->op == IR_MUL || def->op == IR_MULH);
}

static struct ir_ins times(struct isel *is, const struct ir_ins *ins, struct ref r, uint8_t by)
{
	struct ir_mem m = {r, r, (uint8_t)(by - 1), false, 0};
	struct ir_ins lea = *ins;

	lea.op = IR_LEA;
	lea.arg[0] = ir_new_mem(is->fn, m);
	lea.arg[1] = NO_REF;
	lea.to = ir_new_tmp(is->fn);
	return lea;
}

/*
 * As addresses and a shift, where those are done sooner; as more of them where the operand is a
 * product itself, as in remainders: of what multiplies there is but one, which then does not keep
 * shifts beside it waiting. What is pushed first comes last.
 */
static bool multiply_by(struct isel *is, struct ir_ins *ins, uint64_t c)
{
	enum { SOONER = 2, BESIDE = 4 };
	uint32_t zeros = (uint32_t)__builtin_ctzll(c), n, steps;
	uint8_t factors[FACTORS_MAX];
	struct ir_ins all[BESIDE];
	struct ref r = ins->arg[0];

	n = factors_of(c >> zeros, factors);
	steps = n + !!zeros;
	if (!n || steps > (is_product(is, r) ? BESIDE : SOONER))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		all[i] = times(is, ins, r, factors[i]);
		r = all[i].to;
	}
	isel_use(is, ins->arg[0]);
	if (zeros) {
		all[n] = *ins;
		all[n].op = IR_SHL;
		all[n].arg[0] = r;
		all[n].arg[1] = ir_con(is->fn, zeros);
	}
	all[steps - 1].to = ins->to;
	while (steps > 1)
		vec_push(&is->out, all[--steps]);
	*ins = all[0];
	return true;
}

static void shape_mul(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	isel_commute(is, ins);
	isel_need_reg(is, &ins->arg[0]);
	if (!isel_is_con(is, ins->arg[1], &c) || c <= 0 || !multiply_by(is, ins, (uint64_t)c))
		plain(is, ins);
}

/* sx: the divisor may be -1. */
static void shape_divide(struct isel *is, struct ir_ins *ins)
{
	int64_t c;

	ins->sx = !isel_is_con(is, ins->arg[1], &c) || (int32_t)c == -1;
	isel_need_reg(is, &ins->arg[1]);
	if (!isel_is_imm(is, ins->arg[0], 8))
		isel_need_reg(is, &ins->arg[0]);
}

/* ---- memory ---- */

static bool is_rmw(uint8_t op)
{
	return op == IR_ADD || op == IR_SUB || op == IR_AND || op == IR_OR || op == IR_XOR;
}

static bool same_place(const struct ir_ins *a, const struct ir_ins *b)
{
	return a->width == b->width && a->disp == b->disp && ref_eq(a->arg[0], b->arg[0]);
}

/* a [x] = [x] op y that nobody else wants to see. */
static bool take_rmw(struct isel *is, struct ir_ins *ins)
{
	const struct ir_ins *op = isel_def(is, ins->arg[1]), *load = NULL;
	uint32_t which = 0;

	if (!op || !is_rmw(op->op) || !isel_single(is, ins->arg[1]) || op->width < ins->width)
		return false;
	for (; which < 2; which++) {
		load = isel_def(is, op->arg[which]);
		if (load && load->op == IR_LOAD && same_place(load, ins) &&
		    isel_single(is, op->arg[which]) && is->epoch[op->arg[which].val] == is->now &&
		    (which == 0 || ir_ops[op->op].modes & IR_COMM))
			break;
	}
	if (which == 2)
		return false;
	isel_use(is, op->arg[!which]);
	isel_unuse(is, ins->arg[1]);
	ins->sub = op->op;
	ins->op = IR_RMW;
	ins->arg[1] = op->arg[!which];
	return true;
}

static void shape_store(struct isel *is, struct ir_ins *ins)
{
	isel_strip(is, ins);
	take_rmw(is, ins);
	if (!isel_is_imm(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
	isel_address(is, ins);
}

static void shape_atomic(struct isel *is, struct ir_ins *ins)
{
	bool may_be_imm = ins->op == IR_ATOMIC && ins->cc != ATOMIC_XCHG;

	if (!may_be_imm || !isel_is_imm(is, ins->arg[1], ins->width))
		isel_need_reg(is, &ins->arg[1]);
	if (ins->op == IR_CMPXCHG) {
		ins->call = ir_new_call(is->fn, *ins->call);
		isel_need_reg(is, &ins->call->arg[0]);
	}
	isel_address(is, ins);
}

/* ---- the rest ---- */

static void shape_set(struct isel *is, struct ir_ins *ins)
{
	uint8_t width = ins->width;

	x86_compare(is, &ins->arg[0], &ins->arg[1], &ins->cc, &width);
	ins->width = width;
}

static void shape_nothing(struct isel *is __unused, struct ir_ins *ins __unused)
{
}

static void shape_select(struct isel *is, struct ir_ins *ins)
{
	if (isel_take_set(is, ins))
		shape_set(is, ins);
	else
		x86_select(is, ins);
}

/* What is known of the table waits until the helper is asked (emit_tail_call()). */
static void shape_tail_call(struct isel *is, struct ir_ins *ins)
{
	if (x86_tail_is_known(ins->call->table) && ins->call->table_slot != X86_SLOT_UNKNOWN)
		ins->call->nargs = 1;
	isel_call(is, ins);
}

static void (*const shapes[IR_COUNT])(struct isel *is, struct ir_ins *ins) = {
	[IR_NOP] = shape_nothing,
	[IR_ADD] = shape_add,
	[IR_SUB] = shape_sub,
	[IR_MUL] = shape_mul,
	[IR_MULH] = isel_mulh,
	[IR_UDIV] = shape_divide,
	[IR_UMOD] = shape_divide,
	[IR_SDIV] = shape_divide,
	[IR_SMOD] = shape_divide,
	[IR_AND] = shape_and,
	[IR_OR] = plain,
	[IR_XOR] = shape_xor,
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
	[IR_COPY] = shape_nothing,
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
	[IR_LOAD_ACQ] = isel_load,
	[IR_STORE_REL] = shape_atomic,
	[IR_CALL] = isel_call,
	[IR_TAILCALL] = shape_tail_call,
	[IR_LEAVE] = shape_nothing,
	[IR_LEA] = shape_nothing,
	[IR_SWAP] = shape_nothing,
	[IR_RMW] = shape_nothing,
	[IR_SUM] = isel_unary,
};

void x86_isel(struct ir_fn *fn)
{
	static const struct isel_rules rules = {shapes, x86_jump};

	isel_walk(fn, &rules);
}
