/* Instructions; x16 and x17 are free within one. */
#include <assert.h>

#include "jit/arm64/opt.h"

static int64_t con(const struct emit *e, struct ref r)
{
	return ref_con(e->fn, r);
}

/* A register, or the one that is 0. */
static uint32_t reg(struct ref r)
{
	return r.kind == REF_REG ? r.val : ZR;
}

static void move(struct emit *e, uint32_t size, uint32_t to, uint32_t from)
{
	if (to != from || size == 4)
		a64_rrr(e->b, A64_ORR, size, to, ZR, from, 0);
}

/* ---- addresses ---- */

/* What does not fit into the instruction comes into x16. */
static uint32_t base_of(struct emit *e, const struct ir_mem *m, int64_t *disp)
{
	uint32_t base = m->frame ? SP : reg(m->base);

	*disp = m->disp + (int64_t)(m->frame ? e->top : 0);
	if (m->index.kind != REF_REG) {
		if (base != ZR || m->frame)
			return base;
		a64_mov_imm(e->b, X16, (uint64_t)*disp);
		*disp = 0;
		return X16;
	}
	/* The stack pointer is none to an addition of registers */
	if (m->frame) {
		a64_add(e->b, X16, SP, *disp);
		*disp = 0;
		base = X16;
	}
	a64_rrr(e->b, A64_ADD, 8, X16, base, m->index.val, (uint32_t)__builtin_ctz(m->scale));
	return X16;
}

static struct ir_mem mem_of(const struct emit *e, struct ref r)
{
	uint32_t above = (uint32_t)round_up(e->fn->frame, 8) + (r.val + 1) * 8;

	if (r.kind == REF_MEM)
		return e->fn->mems.v[r.val];
	/* A spilled value's is below the frame's */
	return (struct ir_mem){.frame = true, .scale = 1, .disp = -(int32_t)above};
}

static void access(struct emit *e, enum a64_op op, uint32_t width, uint32_t rt, struct ref r)
{
	struct ir_mem m = mem_of(e, r);
	bool is_plain = m.index.kind == REF_REG && m.base.kind == REF_REG && !m.disp;
	int64_t disp;
	uint32_t base;

	if (is_plain && (m.scale == 1 || m.scale == width)) {
		enum a64_op op_x = op == A64_LDR    ? A64_LDR_X
				   : op == A64_LDRS ? A64_LDRS_X
						    : A64_STR_X;

		a64_mem_x(e->b, op_x, width, rt, m.base.val, m.index.val,
			  m.scale == width && width > 1);
		return;
	}
	base = base_of(e, &m, &disp);
	if (a64_mem(e->b, op, width, rt, base, disp))
		return;
	a64_add(e->b, X16, base, disp);
	a64_mem(e->b, op, width, rt, X16, 0);
}

static void emit_lea(struct emit *e, const struct ir_ins *ins)
{
	struct ir_mem m = mem_of(e, ins->arg[0]);
	int64_t disp;
	uint32_t base;

	if (m.index.kind == REF_REG && !m.frame && !m.disp) {
		a64_rrr(e->b, A64_ADD, ins->width, ins->to.val, reg(m.base), m.index.val,
			(uint32_t)__builtin_ctz(m.scale));
		return;
	}
	base = base_of(e, &m, &disp);
	a64_add(e->b, ins->to.val, base, disp);
}

static void emit_load(struct emit *e, const struct ir_ins *ins)
{
	bool is_signed = (ins->op == IR_LOADSX || ins->sx) && ins->width < 8;

	if (ins->op == IR_PROBE) {
		a64_mov_imm(e->b, ins->to.val, 0);
		code_origin(e->b, ins->slot);
	}
	access(e, is_signed ? A64_LDRS : A64_LDR, ins->width, ins->to.val, ins->arg[0]);
}

/* ---- arithmetic ---- */

static uint64_t size_of(int64_t v)
{
	return v < 0 ? -(uint64_t)v : (uint64_t)v;
}

static void emit_sum(struct emit *e, const struct ir_ins *ins)
{
	bool is_sub = ins->op == IR_SUB;
	int64_t c;

	if (ins->arg[1].kind != REF_CON) {
		a64_rrr(e->b, is_sub ? A64_SUB : A64_ADD, ins->width, ins->to.val, ins->arg[0].val,
			ins->arg[1].val, 0);
		return;
	}
	c = con(e, ins->arg[1]);
	if (ins->width == 4)
		c = (int32_t)c;
	a64_arith(e->b, (c < 0) == is_sub ? A64_ADD_K : A64_SUB_K, ins->width, ins->to.val,
		  ins->arg[0].val, (uint32_t)size_of(c));
}

static void emit_logical(struct emit *e, const struct ir_ins *ins, enum a64_op op, enum a64_op op_k)
{
	if (ins->arg[1].kind == REF_CON)
		a64_logical(e->b, op_k, ins->width, ins->to.val, ins->arg[0].val,
			    (uint64_t)con(e, ins->arg[1]));
	else
		a64_rrr(e->b, op, ins->width, ins->to.val, ins->arg[0].val, ins->arg[1].val, 0);
}

static void three(struct emit *e, enum a64_op op, const struct ir_ins *ins)
{
	a64_rrr(e->b, op, ins->width, ins->to.val, ins->arg[0].val, ins->arg[1].val, 0);
}

static void emit_mod(struct emit *e, const struct ir_ins *ins)
{
	uint32_t a = ins->arg[0].val, by = ins->arg[1].val;

	a64_rrr(e->b, ins->op == IR_SMOD ? A64_SDIV : A64_UDIV, ins->width, X16, a, by, 0);
	a64_rrrr(e->b, A64_MSUB, ins->width, ins->to.val, X16, by, a);
}

static void shift_by_con(struct emit *e, const struct ir_ins *ins)
{
	uint32_t bits = ins->width * 8u, n = (uint32_t)con(e, ins->arg[1]) & (bits - 1);
	uint32_t to = ins->to.val, a = ins->arg[0].val;

	if (ins->op == IR_SHL)
		a64_bits(e->b, A64_UBFM, ins->width, to, a, (bits - n) & (bits - 1), bits - 1 - n);
	else if (ins->op == IR_ROL)
		a64_ror(e->b, ins->width, to, a, (bits - n) & (bits - 1));
	else
		a64_bits(e->b, ins->op == IR_SHR ? A64_UBFM : A64_SBFM, ins->width, to, a, n,
			 bits - 1);
}

static void emit_shift(struct emit *e, const struct ir_ins *ins)
{
	if (ins->arg[1].kind == REF_CON) {
		shift_by_con(e, ins);
	} else if (ins->op == IR_ROL) {
		a64_rrr(e->b, A64_SUB, ins->width, X16, ZR, ins->arg[1].val, 0);
		a64_rrr(e->b, A64_RORV, ins->width, ins->to.val, ins->arg[0].val, X16, 0);
	} else {
		three(e,
		      ins->op == IR_SHL	  ? A64_LSLV
		      : ins->op == IR_SHR ? A64_LSRV
					  : A64_ASRV,
		      ins);
	}
}

static void extend(struct emit *e, const struct ir_ins *ins, enum a64_op op, uint32_t bits)
{
	uint32_t size = op == A64_UBFM ? 4 : ins->width;

	if (bits == size * 8)
		move(e, 4, ins->to.val, ins->arg[0].val);
	else
		a64_bits(e->b, op, size, ins->to.val, ins->arg[0].val, 0, bits - 1);
}

static void emit_bswap(struct emit *e, const struct ir_ins *ins)
{
	uint32_t to = ins->to.val, a = ins->arg[0].val;

	if (ins->width == 8) {
		a64_rr(e->b, A64_REV64, 8, to, a);
	} else if (ins->width == 4) {
		a64_rr(e->b, A64_REV32, 4, to, a);
	} else {
		a64_rr(e->b, A64_REV16, 4, to, a);
		a64_bits(e->b, A64_UBFM, 4, to, to, 0, 15);
	}
}

/* ---- comparisons ---- */

static const uint8_t conditions[CC_COUNT] = {
	[CC_EQ] = A64_EQ,  [CC_NE] = A64_NE,  [CC_ULT] = A64_LO, [CC_UGE] = A64_HS,
	[CC_UGT] = A64_HI, [CC_ULE] = A64_LS, [CC_SLT] = A64_LT, [CC_SGE] = A64_GE,
	[CC_SGT] = A64_GT, [CC_SLE] = A64_LE, [CC_SET] = A64_NE, [CC_CLEAR] = A64_EQ,
};

enum a64_cc a64_compare(struct emit *e, struct ref a, struct ref b, uint8_t cc, uint32_t width)
{
	bool is_test = cc == CC_SET || cc == CC_CLEAR;
	int64_t c;

	if (b.kind != REF_CON) {
		a64_rrr(e->b, is_test ? A64_ANDS : A64_SUBS, width, ZR, a.val, b.val, 0);
		return conditions[cc];
	}
	c = con(e, b);
	if (width == 4)
		c = (int32_t)c;
	if (is_test)
		a64_logical(e->b, A64_ANDS_K, width, ZR, a.val, (uint64_t)c);
	else
		a64_arith(e->b, c < 0 ? A64_ADDS_K : A64_SUBS_K, width, ZR, a.val,
			  (uint32_t)size_of(c));
	return conditions[cc];
}

static void emit_select(struct emit *e, const struct ir_ins *ins)
{
	const struct ir_call *call = ins->call;
	enum a64_cc cc = a64_compare(e, call->arg[0], call->arg[1], call->cc, call->width);

	a64_select(e->b, A64_CSEL, ins->to.val, ins->arg[0].val, ins->arg[1].val, cc);
}

static void emit_set(struct emit *e, const struct ir_ins *ins)
{
	enum a64_cc cc = a64_compare(e, ins->arg[0], ins->arg[1], ins->cc, ins->width);

	a64_select(e->b, A64_CSINC, ins->to.val, ZR, ZR, cc ^ 1);
}

/* ---- atomic operations ---- */

static const uint8_t atomics[] = {
	[ATOMIC_ADD] = A64_ADD,
	[ATOMIC_OR] = A64_ORR,
	[ATOMIC_AND] = A64_AND,
	[ATOMIC_XOR] = A64_EOR,
};

/* old is read, and what is made of it written, until nobody came between. */
static void emit_atomic(struct emit *e, const struct ir_ins *ins, uint32_t old)
{
	uint32_t again = code_labels(e->b, 1), base = ins->arg[0].val, b = ins->arg[1].val;
	uint32_t size = max(ins->width, 4);

	code_bind(e->b, again);
	a64_exclusive(e->b, A64_LDAXR, ins->width, ZR, old, base);
	if (ins->cc != ATOMIC_XCHG) {
		a64_rrr(e->b, atomics[ins->cc], size, X16, old, b, 0);
		b = X16;
	}
	a64_exclusive(e->b, A64_STLXR, ins->width, X17, b, base);
	a64_jump_zero(e->b, A64_CBNZ, 4, X17, again);
}

static void emit_cmpxchg(struct emit *e, const struct ir_ins *ins)
{
	uint32_t again = code_labels(e->b, 2), done = again + 1, base = ins->arg[0].val;
	uint32_t to = ins->to.kind == REF_REG ? ins->to.val : X16;

	code_bind(e->b, again);
	a64_exclusive(e->b, A64_LDAXR, ins->width, ZR, to, base);
	a64_rrr(e->b, A64_SUBS, ins->width, ZR, to, ins->arg[1].val, 0);
	a64_jump_cc(e->b, A64_NE, done);
	a64_exclusive(e->b, A64_STLXR, ins->width, X17, ins->call->arg[0].val, base);
	a64_jump_zero(e->b, A64_CBNZ, 4, X17, again);
	code_bind(e->b, done);
}

/* ---- moves ---- */

static void emit_copy(struct emit *e, const struct ir_ins *ins)
{
	struct ref from = ins->arg[0];

	if (ins->to.kind == REF_SPILL)
		access(e, A64_STR, 8, from.val, ins->to);
	else if (from.kind == REF_SPILL)
		access(e, A64_LDR, 8, ins->to.val, from);
	else if (from.kind == REF_CON)
		a64_mov_imm(e->b, ins->to.val, (uint64_t)con(e, from));
	else
		move(e, 8, ins->to.val, from.val);
}

static void emit_swap(struct emit *e, const struct ir_ins *ins)
{
	move(e, 8, X16, ins->to.val);
	move(e, 8, ins->to.val, ins->arg[0].val);
	move(e, 8, ins->arg[0].val, X16);
}

void a64_ins(struct emit *e, const struct ir_ins *ins)
{
	switch (ins->op) {
	case IR_ADD:
	case IR_SUB:
		return emit_sum(e, ins);
	case IR_MUL:
		return a64_rrrr(e->b, A64_MADD, ins->width, ins->to.val, ins->arg[0].val,
				ins->arg[1].val, ZR);
	case IR_MULH:
		return three(e, A64_UMULH, ins);
	case IR_UDIV:
		return three(e, A64_UDIV, ins);
	case IR_SDIV:
		return three(e, A64_SDIV, ins);
	case IR_UMOD:
	case IR_SMOD:
		return emit_mod(e, ins);
	case IR_AND:
		return emit_logical(e, ins, A64_AND, A64_AND_K);
	case IR_OR:
		return emit_logical(e, ins, A64_ORR, A64_ORR_K);
	case IR_XOR:
		return emit_logical(e, ins, A64_EOR, A64_EOR_K);
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
	case IR_ROL:
		return emit_shift(e, ins);
	case IR_NEG:
		return a64_rrr(e->b, A64_SUB, ins->width, ins->to.val, ZR, ins->arg[0].val, 0);
	case IR_NOT:
		return a64_rrr(e->b, A64_ORN, ins->width, ins->to.val, ZR, ins->arg[0].val, 0);
	case IR_BSWAP:
		return emit_bswap(e, ins);
	case IR_SEXT8:
		return extend(e, ins, A64_SBFM, 8);
	case IR_SEXT16:
		return extend(e, ins, A64_SBFM, 16);
	case IR_SEXT32:
		return extend(e, ins, A64_SBFM, 32);
	case IR_ZEXT8:
		return extend(e, ins, A64_UBFM, 8);
	case IR_ZEXT16:
		return extend(e, ins, A64_UBFM, 16);
	case IR_ZEXT32:
		return extend(e, ins, A64_UBFM, 32);
	case IR_COPY:
		return emit_copy(e, ins);
	case IR_SET:
		return emit_set(e, ins);
	case IR_SELECT:
		return emit_select(e, ins);
	case IR_LOAD:
	case IR_LOADSX:
	case IR_PROBE:
		return emit_load(e, ins);
	case IR_STORE:
		return access(e, A64_STR, ins->width, reg(ins->arg[1]), ins->arg[0]);
	case IR_LOAD_ACQ:
		return a64_exclusive(e->b, A64_LDAR, ins->width, ZR, ins->to.val, ins->arg[0].val);
	case IR_STORE_REL:
		return a64_exclusive(e->b, A64_STLR, ins->width, ZR, ins->arg[1].val,
				     ins->arg[0].val);
	case IR_ATOMIC:
		return emit_atomic(e, ins, X16);
	case IR_FETCH:
		return emit_atomic(e, ins, ins->to.val);
	case IR_CMPXCHG:
		return emit_cmpxchg(e, ins);
	case IR_CALL:
		return a64_call(e, ins);
	case IR_TAILCALL:
		return a64_tail_call(e, ins);
	case IR_LEAVE:
		return a64_leave(e, ins);
	case IR_LEA:
		return emit_lea(e, ins);
	case IR_SWAP:
		return emit_swap(e, ins);
	default:
		assert(!"an operation that selection makes another one of");
	}
}
