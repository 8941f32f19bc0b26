/*
 * Instructions. Where the result's register is the first operand's nothing has to be moved; where
 * it is not, there may be a form of three operands. Registers that is_late() keeps apart from the
 * result are not looked at again here.
 */
#include <assert.h>

#include "jit/x86/opt.h"

static uint32_t to_reg(const struct ir_ins *ins)
{
	assert(ins->to.kind == REF_REG);
	return ins->to.val;
}

static int32_t imm_of(const struct emit *e, struct ref r)
{
	return (int32_t)ref_con(e->fn, r);
}

static bool is_reg(struct ref r, uint32_t reg)
{
	return r.kind == REF_REG && r.val == reg;
}

static void load_con(struct emit *e, uint32_t reg, int64_t value)
{
	if (!value && !e->flags)
		x86_rr(e->b, X86_XOR, 4, reg, reg);
	else
		x86_mov_imm(e->b, reg, (uint64_t)value);
}

static void move(struct emit *e, uint32_t size, uint32_t reg, struct ref from)
{
	if (from.kind == REF_CON)
		x86_mov_imm(e->b, reg, (uint64_t)ref_con(e->fn, from));
	else if (from.val != reg)
		x86_rr(e->b, X86_MOV, size, reg, from.val);
}

/* reg op= r, whatever that is. */
static void operate(struct emit *e, enum x86_op op, uint32_t size, uint32_t reg, struct ref r)
{
	if (r.kind == REF_CON)
		x86_ri(e->b, op, size, reg, imm_of(e, r));
	else if (r.kind == REF_MEM)
		x86_rm(e->b, op, size, reg, emit_mem(e, r));
	else
		x86_rr(e->b, op, size, reg, r.val);
}

/* ---- comparisons ---- */

static const uint8_t conditions[CC_COUNT] = {
	[CC_EQ] = X86_E,  [CC_NE] = X86_NE,  [CC_ULT] = X86_B,	[CC_UGE] = X86_AE,
	[CC_UGT] = X86_A, [CC_ULE] = X86_BE, [CC_SLT] = X86_L,	[CC_SGE] = X86_GE,
	[CC_SGT] = X86_G, [CC_SLE] = X86_LE, [CC_SET] = X86_NE, [CC_CLEAR] = X86_E,
};

enum x86_cc emit_compare(struct emit *e, struct ref a, struct ref b, uint8_t cc, uint8_t width)
{
	bool is_test = cc == CC_SET || cc == CC_CLEAR;
	enum x86_op op = is_test ? X86_TEST : X86_CMP;
	int64_t c = b.kind == REF_CON ? ref_con(e->fn, b) : 0;

	if (ref_eq(a, e->compared.a) && ref_eq(b, e->compared.b) && width == e->compared.width &&
	    is_test == e->compared.is_test)
		return conditions[cc];
	e->compared.a = a.kind == REF_REG && b.kind != REF_MEM ? a : NO_REF;
	e->compared.b = b;
	e->compared.width = width;
	e->compared.is_test = is_test;
	if (a.kind == REF_MEM) {
		if (b.kind == REF_CON)
			x86_mi(e->b, op, width, emit_mem(e, a), (int32_t)c);
		else
			x86_mr(e->b, op, width, emit_mem(e, a), b.val);
	} else if (b.kind == REF_CON && !c && !is_test) {
		x86_rr(e->b, X86_TEST, width, a.val, a.val);
	} else {
		if (is_test && b.kind == REF_CON && c >= 0 && c <= UINT8_MAX)
			width = 1;
		operate(e, op, width, a.val, b);
	}
	return conditions[cc];
}

static bool uses_reg(const struct emit *e, struct ref r, uint32_t reg)
{
	const struct ir_mem *m = r.kind == REF_MEM ? &e->fn->mems.v[r.val] : NULL;

	return is_reg(r, reg) || (m && (is_reg(m->base, reg) || is_reg(m->index, reg)));
}

static void emit_set(struct emit *e, const struct ir_ins *ins)
{
	uint32_t to = to_reg(ins);
	bool is_free = !uses_reg(e, ins->arg[0], to) && !uses_reg(e, ins->arg[1], to);
	enum x86_cc cc;

	if (is_free) {
		x86_rr(e->b, X86_XOR, 4, to, to);
		e->compared.a = NO_REF;
	}
	cc = emit_compare(e, ins->arg[0], ins->arg[1], ins->cc, ins->width);
	x86_setcc(e->b, cc, to);
	if (!is_free)
		x86_rr(e->b, X86_MOVZX8, 4, to, to);
}

static void emit_select(struct emit *e, const struct ir_ins *ins)
{
	const struct ir_call *call = ins->call;
	enum x86_cc cc = emit_compare(e, call->arg[0], call->arg[1], call->cc, call->width);
	struct ref yes = ins->arg[0], no = ins->arg[1];

	if (is_reg(yes, to_reg(ins))) {
		yes = no;
		no = ins->arg[0];
		cc ^= 1;
	}
	move(e, 8, to_reg(ins), no);
	x86_cmov(e->b, cc, 8, to_reg(ins), yes.val);
}

/* ---- arithmetic ---- */

/* to = a op b where a op b = b op a, or b is nowhere near to. */
static void two_operands(struct emit *e, enum x86_op op, const struct ir_ins *ins)
{
	struct ref a = ins->arg[0], b = ins->arg[1];
	uint32_t to = to_reg(ins);

	if (is_reg(b, to) && !is_reg(a, to)) {
		assert(ir_ops[ins->op].modes & IR_COMM);
		b = a;
	} else {
		move(e, ins->width, to, a);
	}
	operate(e, op, ins->width, to, b);
}

/* A sum into a register of its own is an address. */
static void emit_add(struct emit *e, const struct ir_ins *ins)
{
	struct ref a = ins->arg[0], b = ins->arg[1];
	uint32_t to = to_reg(ins);
	struct x86_mem m;

	if (a.kind != REF_REG || b.kind == REF_MEM || is_reg(a, to) || is_reg(b, to) ||
	    ins->flags) {
		two_operands(e, X86_ADD, ins);
		return;
	}
	m = X86_AT((uint8_t)a.val, 0);
	if (b.kind == REF_CON)
		m.disp = imm_of(e, b);
	else
		m.index = (uint8_t)b.val;
	x86_rm(e->b, X86_LEA, ins->width, to, m);
}

static void emit_mul(struct emit *e, const struct ir_ins *ins)
{
	if (ins->arg[1].kind == REF_CON)
		x86_rri(e->b, X86_IMUL_K, ins->width, to_reg(ins), ins->arg[0].val,
			imm_of(e, ins->arg[1]));
	else
		two_operands(e, X86_IMUL, ins);
}

static const struct {
	uint8_t by_cl, by_any;
} shifts[IR_COUNT] = {
	[IR_SHL] = {X86_SHL, X86_SHLX},
	[IR_SHR] = {X86_SHR, X86_SHRX},
	[IR_SAR] = {X86_SAR, X86_SARX},
	[IR_ROL] = {X86_ROL, 0},
};

/* By 1, 2 or 3 to the left it is a sum or an address. */
static bool shift_by_address(struct emit *e, const struct ir_ins *ins, int32_t count)
{
	uint32_t a = ins->arg[0].val, to = to_reg(ins);

	if (ins->op != IR_SHL || count > 3 || !count || ins->flags)
		return false;
	if (count == 1 && a == to)
		x86_rr(e->b, X86_ADD, ins->width, to, to);
	else if (count == 1)
		x86_rm(e->b, X86_LEA, ins->width, to, X86_AT2((uint8_t)a, (uint8_t)a, 1, 0));
	else if (a != to)
		x86_rm(e->b, X86_LEA, ins->width, to,
		       X86_AT2(X86_NO_REG, (uint8_t)a, (uint8_t)(1 << count), 0));
	else
		return false;
	return true;
}

static void shift_by_con(struct emit *e, const struct ir_ins *ins)
{
	uint32_t a = ins->arg[0].val, to = to_reg(ins);
	int32_t bits = ins->width * 8, count = imm_of(e, ins->arg[1]) & (bits - 1);

	if (shift_by_address(e, ins, count))
		return;
	if (ins->op == IR_ROL && a != to && count && x86_has_bmi2()) {
		x86_rorx(e->b, ins->width, to, a, (uint8_t)(bits - count));
		return;
	}
	if (a != to || (!count && ins->width == 4))
		x86_rr(e->b, X86_MOV, ins->width, to, a);
	if (count)
		x86_ri(e->b, shifts[ins->op].by_cl, ins->width, to, count);
}

static void emit_shift(struct emit *e, const struct ir_ins *ins)
{
	if (ins->arg[1].kind == REF_CON) {
		shift_by_con(e, ins);
	} else if (ins->op != IR_ROL && x86_has_bmi2()) {
		x86_rrr(e->b, shifts[ins->op].by_any, ins->width, to_reg(ins), ins->arg[0].val,
			ins->arg[1].val);
	} else {
		move(e, ins->width, to_reg(ins), ins->arg[0]);
		x86_r(e->b, shifts[ins->op].by_cl, ins->width, to_reg(ins));
	}
}

static void emit_unary(struct emit *e, const struct ir_ins *ins)
{
	move(e, ins->width, to_reg(ins), ins->arg[0]);
	x86_r(e->b, ins->op == IR_NEG ? X86_NEG : X86_NOT, ins->width, to_reg(ins));
}

static void emit_bswap(struct emit *e, const struct ir_ins *ins)
{
	uint32_t to = to_reg(ins);

	move(e, max(ins->width, 4), to, ins->arg[0]);
	if (ins->width > 2) {
		x86_bswap(e->b, ins->width, to);
		return;
	}
	x86_ri(e->b, X86_ROL, 2, to, 8);
	x86_rr(e->b, X86_MOVZX16, 4, to, to);
}

static void emit_extension(struct emit *e, const struct ir_ins *ins)
{
	static const uint8_t ops[IR_COUNT] = {
		[IR_SEXT8] = X86_MOVSX8, [IR_SEXT16] = X86_MOVSX16, [IR_SEXT32] = X86_MOVSXD,
		[IR_ZEXT8] = X86_MOVZX8, [IR_ZEXT16] = X86_MOVZX16, [IR_ZEXT32] = X86_MOV,
	};
	bool is_move = ins->op == IR_ZEXT32 || (ins->op == IR_SEXT32 && ins->width == 4);
	uint32_t size = ins->op == IR_SEXT8 || ins->op == IR_SEXT16 || ins->op == IR_SEXT32
				? ins->width
				: 4;

	x86_rr(e->b, is_move ? X86_MOV : ops[ins->op], size, to_reg(ins), ins->arg[0].val);
}

/* ---- division ---- */

static void divide_by(struct emit *e, const struct ir_ins *ins, uint32_t size, bool is_signed)
{
	if (is_signed)
		x86_extend_rax(e->b, size);
	else
		x86_rr(e->b, X86_XOR, 4, RDX, RDX);
	x86_r(e->b, is_signed ? X86_IDIV : X86_DIV, size, ins->arg[1].val);
}

/* By -1 the least number cannot be divided. */
static void divide_by_minus_1(struct emit *e, const struct ir_ins *ins, uint32_t done)
{
	uint32_t label = code_labels(e->b, 1);

	x86_ri(e->b, X86_CMP, ins->width, ins->arg[1].val, -1);
	x86_jcc(e->b, X86_NE, label);
	if (ins->op == IR_SMOD)
		x86_rr(e->b, X86_XOR, 4, RDX, RDX);
	else
		x86_r(e->b, X86_NEG, ins->width, RAX);
	x86_jmp(e->b, done);
	code_bind(e->b, label);
}

/* Many machines take far longer for 64 bits, and few numbers have them. */
static void emit_divide(struct emit *e, const struct ir_ins *ins)
{
	bool is_signed = ins->op == IR_SDIV || ins->op == IR_SMOD;
	uint32_t done = code_labels(e->b, 2), is_small = done + 1;

	if (is_signed && ins->sx)
		divide_by_minus_1(e, ins, done);
	if (ins->width == 8) {
		x86_rr(e->b, X86_MOV, 8, RDX, RAX);
		x86_rr(e->b, X86_OR, 8, RDX, ins->arg[1].val);
		x86_ri(e->b, X86_SHR, 8, RDX, 32);
		x86_jcc(e->b, X86_E, is_small);
		divide_by(e, ins, 8, is_signed);
		x86_jmp(e->b, done);
		code_bind(e->b, is_small);
		divide_by(e, ins, 4, false);
	} else {
		divide_by(e, ins, 4, is_signed);
	}
	code_bind(e->b, done);
}

/* ---- memory ---- */

static void emit_load(struct emit *e, const struct ir_ins *ins)
{
	static const uint8_t zero[] = {0, X86_MOVZX8, X86_MOVZX16, 0, X86_MOV, 0, 0, 0, X86_MOV};
	static const uint8_t sign[] = {0, X86_MOVSX8, X86_MOVSX16, 0, X86_MOVSXD, 0, 0, 0, X86_MOV};
	bool is_signed = ins->op == IR_LOADSX || ins->sx;

	x86_rm(e->b, (is_signed ? sign : zero)[ins->width], is_signed || ins->width == 8 ? 8 : 4,
	       to_reg(ins), emit_mem(e, ins->arg[0]));
}

/* Where it faults it is left out (exc.c), and the register is 0 as it was before. */
static void emit_probe(struct emit *e, const struct ir_ins *ins)
{
	x86_rr(e->b, X86_XOR, 4, to_reg(ins), to_reg(ins));
	code_origin(e->b, ins->slot);
	emit_load(e, ins);
}

/* memory op= register or constant */
static void to_memory(struct emit *e, enum x86_op op, const struct ir_ins *ins)
{
	struct x86_mem m = emit_mem(e, ins->arg[0]);

	if (ins->arg[1].kind == REF_CON)
		x86_mi(e->b, op, ins->width, m, imm_of(e, ins->arg[1]));
	else
		x86_mr(e->b, op, ins->width, m, ins->arg[1].val);
}

static const uint8_t alu[IR_COUNT] = {
	[IR_ADD] = X86_ADD, [IR_SUB] = X86_SUB, [IR_AND] = X86_AND,
	[IR_OR] = X86_OR,   [IR_XOR] = X86_XOR,
};

static const uint8_t atomics[] = {
	[ATOMIC_ADD] = X86_ADD,
	[ATOMIC_OR] = X86_OR,
	[ATOMIC_AND] = X86_AND,
	[ATOMIC_XOR] = X86_XOR,
};

static void emit_atomic(struct emit *e, const struct ir_ins *ins)
{
	x86_lock(e->b);
	to_memory(e, atomics[ins->cc], ins);
}

static void emit_fetch(struct emit *e, const struct ir_ins *ins)
{
	struct x86_mem m = emit_mem(e, ins->arg[0]);
	uint32_t again;

	if (ins->cc == ATOMIC_ADD || ins->cc == ATOMIC_XCHG) {
		move(e, ins->width, to_reg(ins), ins->arg[1]);
		if (ins->cc == ATOMIC_ADD)
			x86_lock(e->b);
		x86_mr(e->b, ins->cc == ATOMIC_ADD ? X86_XADD : X86_XCHG, ins->width, m,
		       to_reg(ins));
		return;
	}
	again = code_labels(e->b, 1);
	x86_rm(e->b, X86_MOV, ins->width, RAX, m);
	code_bind(e->b, again);
	x86_rr(e->b, X86_MOV, ins->width, RDX, RAX);
	x86_rr(e->b, atomics[ins->cc], ins->width, RDX, ins->arg[1].val);
	x86_lock(e->b);
	x86_mr(e->b, X86_CMPXCHG, ins->width, m, RDX);
	x86_jcc(e->b, X86_NE, again);
}

/* The upper half of rax stays what it was when the two are equal. */
static void emit_cmpxchg(struct emit *e, const struct ir_ins *ins)
{
	x86_lock(e->b);
	x86_mr(e->b, X86_CMPXCHG, ins->width, emit_mem(e, ins->arg[0]), ins->call->arg[0].val);
	if (ins->width == 4)
		x86_rr(e->b, X86_MOV, 4, RAX, RAX);
}

/* ---- moves ---- */

static void emit_copy(struct emit *e, const struct ir_ins *ins)
{
	struct ref from = ins->arg[0];

	if (ins->to.kind == REF_SPILL)
		x86_mr(e->b, X86_MOV, 8, emit_mem(e, ins->to), from.val);
	else if (from.kind == REF_SPILL)
		x86_rm(e->b, X86_MOV, 8, to_reg(ins), emit_mem(e, from));
	else if (from.kind == REF_CON)
		load_con(e, to_reg(ins), ref_con(e->fn, from));
	else
		move(e, 8, to_reg(ins), from);
}

static void emit_lea(struct emit *e, const struct ir_ins *ins)
{
	struct x86_mem m = emit_mem(e, ins->arg[0]);

	if (m.index == X86_NO_REG && m.base != X86_NO_REG && !m.disp)
		x86_rr(e->b, X86_MOV, ins->width, to_reg(ins), m.base);
	else
		x86_rm(e->b, X86_LEA, ins->width, to_reg(ins), m);
}

static void emit_op(struct emit *e, const struct ir_ins *ins)
{
	switch (ins->op) {
	case IR_ADD:
		return emit_add(e, ins);
	case IR_SUB:
	case IR_AND:
	case IR_OR:
	case IR_XOR:
		return two_operands(e, alu[ins->op], ins);
	case IR_MUL:
		return emit_mul(e, ins);
	case IR_MULH:
		return x86_r(e->b, X86_MUL1, ins->width, ins->arg[1].val);
	case IR_UDIV:
	case IR_UMOD:
	case IR_SDIV:
	case IR_SMOD:
		return emit_divide(e, ins);
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
	case IR_ROL:
		return emit_shift(e, ins);
	case IR_NEG:
	case IR_NOT:
		return emit_unary(e, ins);
	case IR_BSWAP:
		return emit_bswap(e, ins);
	case IR_SEXT8:
	case IR_SEXT16:
	case IR_SEXT32:
	case IR_ZEXT8:
	case IR_ZEXT16:
	case IR_ZEXT32:
		return emit_extension(e, ins);
	case IR_COPY:
		return emit_copy(e, ins);
	case IR_SET:
		return emit_set(e, ins);
	case IR_SELECT:
		return emit_select(e, ins);
	case IR_LOAD:
	case IR_LOADSX:
	case IR_LOAD_ACQ:
		return emit_load(e, ins);
	case IR_PROBE:
		return emit_probe(e, ins);
	case IR_STORE:
	case IR_STORE_REL:
		return to_memory(e, X86_MOV, ins);
	case IR_RMW:
		return to_memory(e, alu[ins->sub], ins);
	case IR_ATOMIC:
		return emit_atomic(e, ins);
	case IR_FETCH:
		return emit_fetch(e, ins);
	case IR_CMPXCHG:
		return emit_cmpxchg(e, ins);
	case IR_CALL:
		return emit_call(e, ins);
	case IR_TAILCALL:
		return emit_tail_call(e, ins);
	case IR_LEAVE:
		return emit_leave(e, ins);
	case IR_LEA:
		return emit_lea(e, ins);
	case IR_SUM:
		return emit_sum(e, ins);
	case IR_SWAP:
		return x86_rr(e->b, X86_XCHG, 8, to_reg(ins), ins->arg[0].val);
	default:
		assert(!"an operation that selection makes another one of");
	}
}

/* Are the flags behind it what they were before, of the same operands? */
static bool keeps_flags(const struct emit *e, const struct ir_ins *ins)
{
	bool is_move = ins->op == IR_LOAD || ins->op == IR_LOADSX || ins->op == IR_LEA ||
		       ins->op == IR_SELECT || ins->op == IR_STORE ||
		       (ins->op == IR_COPY && ins->arg[0].kind != REF_CON);

	return is_move && !ref_eq(ins->to, e->compared.a) && !ref_eq(ins->to, e->compared.b);
}

void emit_ins(struct emit *e, const struct ir_ins *ins)
{
	emit_op(e, ins);
	if (!keeps_flags(e, ins))
		e->compared.a = NO_REF;
}
