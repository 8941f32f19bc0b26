#include "tests/jit/dense.h"

#include <string.h>

#include "core/isa/build.h"
#include "core/verify/facts.h"

/* r1 stays the memory and r9 counts loops; these are computed with. */
enum { MEM = 1, COUNTER = 9, SCRATCH = 8 };
static const uint8_t pool[] = {0, 2, 3, 4, 5, 6, 7};

struct dense {
	struct rng *rng;
	struct gen_prog *out;
	uint32_t left, depth;
	uint16_t *flags;	       /* of each slot, or NULL */
	uint32_t begins[256], nbegins; /* where statements begin: wild jumps go there */
};

static uint32_t below(struct dense *d, uint32_t n)
{
	return (uint32_t)rng_below(d->rng, n);
}

static uint8_t reg(struct dense *d)
{
	return pool[below(d, ARRAY_SIZE(pool))];
}

static void emit(struct dense *d, enum insn_op op, int dst, int src, int off, int32_t imm)
{
	d->out->insns[d->out->n++] = insn_make(op, (uint8_t)dst, (uint8_t)src, (int16_t)off, imm);
}

static int32_t number(struct dense *d)
{
	static const int32_t some[] = {0,  1,  2,  3,	 4,	5,	 7,	    8,	       10,
				       15, 16, 31, 32,	 63,	64,	 100,	    255,       256,
				       -1, -2, -8, 1000, 65535, 1 << 30, INT32_MIN, INT32_MAX, 641};

	return below(d, 4) ? some[below(d, ARRAY_SIZE(some))] : (int32_t)gen_number(d->rng);
}

/* The forms of a row: 64 or 32 bits, register or number, in the enum's order. */
static enum insn_op form(struct dense *d, enum insn_op op64_x)
{
	return op64_x + below(d, 4);
}

static void st_alu(struct dense *d)
{
	static const enum insn_op ops[] = {OP_ADD64_X,	OP_SUB64_X, OP_MUL64_X,	 OP_DIV64_X,
					   OP_SDIV64_X, OP_OR64_X,  OP_AND64_X,	 OP_LSH64_X,
					   OP_RSH64_X,	OP_MOD64_X, OP_SMOD64_X, OP_XOR64_X,
					   OP_MOV64_X,	OP_ARSH64_X};
	enum insn_op op = form(d, ops[below(d, ARRAY_SIZE(ops))]);
	int32_t imm = number(d);
	bool shifts =
		(op >= OP_LSH64_X && op <= OP_RSH32_K) || (op >= OP_ARSH64_X && op <= OP_ARSH32_K);

	if (insn_descs[op].shape == SHAPE_ALU_X)
		emit(d, op, reg(d), reg(d), 0, 0);
	else if (shifts)
		emit(d, op, reg(d), 0, 0, imm & (insn_descs[op].flags & INSN_W32 ? 31 : 63));
	else
		emit(d, op, reg(d), 0, 0, imm ? imm : 1);
}

static void st_unary(struct dense *d)
{
	static const enum insn_op unary[] = {OP_NEG64,	 OP_NEG32,   OP_LE16,	OP_LE32,
					     OP_LE64,	 OP_BE16,    OP_BE32,	OP_BE64,
					     OP_BSWAP16, OP_BSWAP32, OP_BSWAP64};
	static const enum insn_op sx[] = {OP_MOVSX8_64, OP_MOVSX16_64, OP_MOVSX32_64, OP_MOVSX8_32,
					  OP_MOVSX16_32};

	if (below(d, 2))
		emit(d, unary[below(d, ARRAY_SIZE(unary))], reg(d), 0, 0, 0);
	else
		emit(d, sx[below(d, ARRAY_SIZE(sx))], reg(d), reg(d), 0, 0);
}

/* a = b << n | b >> (N - n), of either width */
static void st_rotate(struct dense *d)
{
	bool is_4 = below(d, 2);
	int n = 1 + (int)below(d, is_4 ? 31 : 63), a = reg(d), b = reg(d);

	emit(d, is_4 ? OP_MOV32_X : OP_MOV64_X, SCRATCH, b, 0, 0);
	emit(d, is_4 ? OP_MOV32_X : OP_MOV64_X, a, b, 0, 0);
	emit(d, is_4 ? OP_LSH32_K : OP_LSH64_K, SCRATCH, 0, 0, n);
	emit(d, is_4 ? OP_RSH32_K : OP_RSH64_K, a, 0, 0, (is_4 ? 32 : 64) - n);
	emit(d, (below(d, 2) ? (is_4 ? OP_OR32_X : OP_OR64_X) : (is_4 ? OP_ADD32_X : OP_ADD64_X)),
	     a, SCRATCH, 0, 0);
}

/* a <<= 32; a >>= 32, signed or not, and other pairs of shifts and masks */
static void st_shifts(struct dense *d)
{
	static const enum insn_op second[] = {OP_RSH64_K, OP_ARSH64_K, OP_AND64_K, OP_OR64_K};
	enum insn_op op = second[below(d, ARRAY_SIZE(second))];
	int a = reg(d), n = below(d, 2) ? 32 : (int)below(d, 64);

	emit(d, OP_MOV64_X, a, reg(d), 0, 0);
	emit(d, OP_LSH64_K, a, 0, 0, n);
	emit(d, op, a, 0, 0, op == OP_AND64_K || op == OP_OR64_K ? number(d) : n);
}

/* An address in the memory, of the register SCRATCH plus the offset that is returned */
static int address(struct dense *d)
{
	int a = reg(d), mask = 0x78, scale = (int)below(d, 3);

	emit(d, OP_MOV64_X, SCRATCH, a, 0, 0);
	emit(d, OP_AND64_K, SCRATCH, 0, 0, mask >> scale);
	emit(d, OP_LSH64_K, SCRATCH, 0, 0, scale);
	emit(d, OP_ADD64_X, SCRATCH, MEM, 0, 0);
	return (int)below(d, DENSE_MEM - 0x78 - 8);
}

static void st_memory(struct dense *d)
{
	static const enum insn_op ops[] = {OP_LDX_B,   OP_LDX_H,   OP_LDX_W, OP_LDX_DW, OP_LDXSX_B,
					   OP_LDXSX_H, OP_LDXSX_W, OP_STX_B, OP_STX_H,	OP_STX_W,
					   OP_STX_DW,  OP_ST_B,	   OP_ST_H,  OP_ST_W,	OP_ST_DW};
	enum insn_op op = ops[below(d, ARRAY_SIZE(ops))];
	uint8_t shape = insn_descs[op].shape;
	int off, base;

	if (below(d, 2)) {
		off = address(d);
		base = SCRATCH;
	} else {
		off = 8 * (int)below(d, 4);
		base = MEM;
	}
	if (shape == SHAPE_LDX)
		emit(d, op, reg(d), base, off, 0);
	else if (shape == SHAPE_STX)
		emit(d, op, base, reg(d), off, 0);
	else
		emit(d, op, base, 0, off, number(d));
}

/* An address where nothing is, in the register SCRATCH; the offset that may be added. */
static int nowhere(struct dense *d)
{
	switch (below(d, 3)) {
	case 0: /* the first page */
		emit(d, OP_MOV64_X, SCRATCH, reg(d), 0, 0);
		emit(d, OP_AND64_K, SCRATCH, 0, 0, 0xfff);
		break;
	case 1: /* the kernel's half */
		emit(d, OP_MOV64_X, SCRATCH, reg(d), 0, 0);
		emit(d, OP_OR64_K, SCRATCH, 0, 0, INT32_MIN);
		break;
	default: /* in neither half */
		emit(d, OP_MOV64_K, SCRATCH, 0, 0, 1);
		emit(d, OP_LSH64_K, SCRATCH, 0, 0, 63);
	}
	return (int)below(d, 0x4000);
}

static void st_probe(struct dense *d)
{
	static const enum insn_op loads[] = {OP_LDX_B,	 OP_LDX_H,   OP_LDX_W,	OP_LDX_DW,
					     OP_LDXSX_B, OP_LDXSX_H, OP_LDXSX_W};
	int off = below(d, 3) ? nowhere(d) : address(d);

	d->flags[d->out->n] = FACT_PROBE;
	emit(d, loads[below(d, ARRAY_SIZE(loads))], reg(d), SCRATCH, off, 0);
}

/* Bytes of the memory put together, in either order, with a store between them at times */
static void st_bytes(struct dense *d)
{
	int to = reg(d), n = 2 << below(d, 3), at = (int)below(d, DENSE_MEM - 8);
	bool down = below(d, 2), is_4 = n <= 4 && below(d, 2);

	for (int i = 0; i < n; i++) {
		int shift = 8 * (down ? n - 1 - i : i), part = i ? SCRATCH : to;

		emit(d, OP_LDX_B, part, MEM, at + i, 0);
		if (shift)
			emit(d, is_4 ? OP_LSH32_K : OP_LSH64_K, part, 0, 0, shift);
		if (i)
			emit(d, is_4 ? OP_OR32_X : OP_OR64_X, to, SCRATCH, 0, 0);
		if (!below(d, 12))
			emit(d, OP_ST_B, MEM, 0, at + (int)below(d, 8), number(d));
	}
}

/* m & a | ~m & b */
static void st_merge(struct dense *d)
{
	int a = reg(d), b = reg(d), m = reg(d);

	emit(d, OP_MOV64_X, SCRATCH, m, 0, 0);
	emit(d, OP_XOR64_K, SCRATCH, 0, 0, -1);
	emit(d, OP_AND64_X, SCRATCH, b, 0, 0);
	emit(d, OP_AND64_X, a, m, 0, 0);
	emit(d, below(d, 2) ? OP_OR64_X : OP_XOR64_X, a, SCRATCH, 0, 0);
}

/* Words of the stack, in and out */
static void st_spill(struct dense *d)
{
	if (below(d, 2))
		emit(d, OP_STX_DW, REG_FP, reg(d), -8 - 8 * (int)below(d, 3), 0);
	else
		emit(d, OP_LDX_DW, reg(d), REG_FP, -8 - 8 * (int)below(d, 3), 0);
}

static void st_atomic(struct dense *d)
{
	static const enum insn_op ops[] = {
		OP_ATOMIC64_ADD,       OP_ATOMIC32_ADD,	      OP_ATOMIC64_XCHG,
		OP_ATOMIC32_FETCH_XOR, OP_ATOMIC64_FETCH_ADD, OP_ATOMIC64_CMPXCHG,
		OP_ATOMIC32_CMPXCHG,   OP_ATOMIC64_OR,	      OP_ATOMIC32_AND};

	emit(d, ops[below(d, ARRAY_SIZE(ops))], MEM, reg(d), 8 * (int)below(d, 4), 0);
}

static enum insn_op jump_op(struct dense *d)
{
	static const enum insn_op ops[] = {OP_JEQ64_X, OP_JGT64_X,  OP_JGE64_X,	 OP_JSET64_X,
					   OP_JNE64_X, OP_JSGT64_X, OP_JSGE64_X, OP_JLT64_X,
					   OP_JLE64_X, OP_JSLT64_X, OP_JSLE64_X};

	return form(d, ops[below(d, ARRAY_SIZE(ops))]);
}

static void block(struct dense *d, uint32_t n);

static uint32_t emit_jump(struct dense *d)
{
	enum insn_op op = jump_op(d);
	bool is_x = insn_descs[op].shape == SHAPE_JMP_X;

	emit(d, op, reg(d), is_x ? reg(d) : 0, 0, is_x ? 0 : number(d));
	return d->out->n - 1;
}

static void land(struct dense *d, uint32_t jump)
{
	d->out->insns[jump].off = (int16_t)(d->out->n - jump - 1);
}

/* A store to nowhere that some runs come to. */
static void st_lost(struct dense *d)
{
	static const enum insn_op stores[] = {OP_STX_B, OP_STX_H, OP_STX_W, OP_STX_DW};
	uint32_t first = emit_jump(d), second = emit_jump(d);
	int off = nowhere(d);

	emit(d, stores[below(d, ARRAY_SIZE(stores))], SCRATCH, reg(d), off, 0);
	land(d, first);
	land(d, second);
}

static void st_if(struct dense *d)
{
	uint32_t jump = emit_jump(d), over;

	block(d, 1 + below(d, 3));
	if (below(d, 2)) {
		land(d, jump);
		return;
	}
	over = d->out->n;
	emit(d, OP_JA, 0, 0, 0, 0);
	land(d, jump);
	block(d, 1 + below(d, 3));
	land(d, over);
}

/* A number of a switch: one after the other, or any. */
static int32_t case_number(struct dense *d, uint32_t i, bool few, bool near)
{
	if (near)
		return (int32_t)i + (few ? 0 : number(d) & 1);
	return few ? (int32_t)below(d, 20) : number(d);
}

/*
 * What one of many numbers is, asked one after the other, of few that it can be or of all; mostly
 * of the same bits, and now and then not whether it is equal.
 */
static void st_switch(struct dense *d)
{
	static const int32_t masks[] = {7, 15, 31};
	uint32_t jumps[16], ends[16], n = 4 + below(d, 13);
	bool few = below(d, 3), near = below(d, 2);
	int32_t base = few && !below(d, 3) ? number(d) : 0;
	enum insn_op equal = below(d, 2) ? OP_JEQ64_K : OP_JEQ32_K;

	emit(d, OP_MOV64_X, SCRATCH, reg(d), 0, 0);
	if (few)
		emit(d, OP_AND64_K, SCRATCH, 0, 0, masks[below(d, ARRAY_SIZE(masks))]);
	if (base)
		emit(d, OP_ADD64_K, SCRATCH, 0, 0, base);
	for (uint32_t i = 0; i < n; i++) {
		enum insn_op op = below(d, 12) ? equal : jump_op(d);

		jumps[i] = d->out->n;
		if (insn_descs[op].shape == SHAPE_JMP_X)
			op = OP_JEQ32_K;
		emit(d, op, SCRATCH, 0, 0,
		     (int32_t)((uint32_t)base + (uint32_t)case_number(d, i, few, near)));
	}
	st_alu(d);
	for (uint32_t i = 0; i < n; i++) {
		ends[i] = d->out->n;
		emit(d, OP_JA, 0, 0, 0, 0);
		land(d, jumps[i]);
		if (below(d, 3))
			st_alu(d);
	}
	while (n)
		land(d, ends[--n]);
}

/* Counts in a slot of its own, up or down, with the test at either end */
static void st_loop(struct dense *d)
{
	int slot = -32 - 8 * (int)d->depth, times = 1 + (int)below(d, 5);
	uint32_t begin, out = 0;

	if (d->depth > 2)
		return;
	d->depth++;
	emit(d, OP_ST_DW, REG_FP, 0, slot, 0);
	begin = d->out->n;
	if (below(d, 2)) {
		emit(d, OP_LDX_DW, COUNTER, REG_FP, slot, 0);
		out = d->out->n;
		emit(d, OP_JGE64_K, COUNTER, 0, 0, times);
	}
	block(d, 1 + below(d, 5));
	emit(d, OP_LDX_DW, COUNTER, REG_FP, slot, 0);
	emit(d, OP_ADD64_K, COUNTER, 0, 0, 1);
	emit(d, OP_STX_DW, REG_FP, COUNTER, slot, 0);
	emit(d, OP_JLT64_K, COUNTER, 0, (int)begin - (int)d->out->n - 1, times);
	if (out)
		land(d, out);
	d->depth--;
}

/* Counts in a register, with a may_goto at either end, and maybe another way out */
static void st_count(struct dense *d)
{
	static const enum insn_op ends[] = {OP_JNE64_K, OP_JLT64_K, OP_JSLT32_K, OP_JLT32_K};
	enum insn_op end = ends[below(d, ARRAY_SIZE(ends))];
	int step = end == OP_JNE64_K ? 1 : 1 + (int)below(d, 4);
	uint32_t top, may, leave = 0;
	bool asks_first = below(d, 2);

	emit(d, OP_MOV64_K, COUNTER, 0, 0, (int32_t)below(d, 4));
	top = may = d->out->n;
	if (asks_first)
		emit(d, OP_MAY_GOTO, 0, 0, 0, 0);
	for (uint32_t n = 1 + below(d, 3); n; n--)
		(below(d, 2) ? st_alu : st_memory)(d);
	if (below(d, 2))
		leave = emit_jump(d);
	emit(d, below(d, 3) ? OP_ADD64_K : OP_ADD32_K, COUNTER, 0, 0, step);
	if (!asks_first) {
		may = d->out->n;
		emit(d, OP_MAY_GOTO, 0, 0, 0, 0);
	}
	emit(d, end, COUNTER, 0, (int)top - (int)d->out->n - 1, 5 + (int32_t)below(d, 30));
	land(d, may);
	if (leave)
		land(d, leave);
}

/* Back to anywhere, into loops that have another entry, but not for ever */
static void st_wild(struct dense *d)
{
	enum { TIMES = 6, SLOT = -64 };
	uint32_t to = d->begins[below(d, d->nbegins)], jump;

	emit(d, OP_LDX_DW, COUNTER, REG_FP, SLOT, 0);
	emit(d, OP_ADD64_K, COUNTER, 0, 0, 1);
	emit(d, OP_STX_DW, REG_FP, COUNTER, SLOT, 0);
	emit(d, OP_JGT64_K, COUNTER, 0, 1, TIMES);
	jump = emit_jump(d);
	d->out->insns[jump].off = (int16_t)((int)to - (int)jump - 1);
}

typedef void statement(struct dense *d);

static void block(struct dense *d, uint32_t n)
{
	static statement *const statements[] = {
		st_alu, st_alu, st_alu, st_alu, st_alu, st_unary,
		st_rotate, st_shifts, st_bytes, st_merge, st_memory, st_memory,
		st_spill, st_atomic, st_if, st_loop, st_count, st_wild, st_switch,
	};

	while (n-- && d->left && d->out->n < GEN_INSNS_MAX - 200) {
		d->left--;
		if (d->nbegins < ARRAY_SIZE(d->begins))
			d->begins[d->nbegins++] = d->out->n;
		if (d->flags && !below(d, 5))
			(below(d, 6) ? st_probe : st_lost)(d);
		else
			statements[below(d, ARRAY_SIZE(statements))](d);
	}
}

/* Everything that was computed goes into r0 at last. */
void dense_program(struct rng *rng, struct gen_prog *out, uint16_t *flags)
{
	struct dense d = {
		.rng = rng, .out = out, .flags = flags, .left = 10 + (uint32_t)rng_below(rng, 60)};

	memset(out, 0, sizeof(*out));
	out->nfuncs = 1;
	for (int i = 0; i < 3; i++)
		emit(&d, OP_ST_DW, REG_FP, 0, -8 - 8 * i, number(&d));
	emit(&d, OP_ST_DW, REG_FP, 0, -64, 0);
	emit(&d, OP_MOV64_K, COUNTER, 0, 0, 0);
	for (size_t i = 0; i < ARRAY_SIZE(pool); i++)
		emit(&d, OP_LDX_DW, pool[i], MEM, 8 * (int)i, 0);
	while (d.left)
		block(&d, d.left);
	for (size_t i = 1; i < ARRAY_SIZE(pool); i++) {
		emit(&d, OP_MUL64_K, 0, 0, 0, 31);
		emit(&d, OP_XOR64_X, 0, pool[i], 0, 0);
	}
	emit(&d, OP_EXIT, 0, 0, 0, 0);
}
