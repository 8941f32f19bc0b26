/* Rules of arithmetic and of bits. */
#include "jit/fold.h"

enum shorthand { RESULT_A, RESULT_ZERO, RESULT_ONES, RESULT_NEG, RESULT_NOT };

/* A value as an operation of that width sees it */
static struct ref in_width(struct fold *f, struct ref a, uint8_t width)
{
	return width == 8 ? a : fold_emit(f, IR_ZEXT32, 8, a, NO_REF);
}

static enum fold_result shorthand(struct fold *f, struct ir_ins *ins, enum shorthand result,
				  struct ref *value)
{
	switch (result) {
	case RESULT_A:
		*value = in_width(f, ins->arg[0], ins->width);
		return FOLD_DONE;
	case RESULT_ZERO:
	case RESULT_ONES:
		*value = fold_con(f, result == RESULT_ZERO ? 0 : fold_mask(ins->width));
		return FOLD_DONE;
	default:
		ins->op = result == RESULT_NEG ? IR_NEG : IR_NOT;
		ins->arg[1] = NO_REF;
		return FOLD_AGAIN;
	}
}

/* The rules of fold.def */
static enum fold_result fold_table(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	static const struct {
		uint8_t op, result;
		int8_t b;
	} by_number[] = {
#define FOLD_K(op, b, result) {IR_##op, RESULT_##result, b},
#include "jit/fold.def"
	};
	static const struct {
		bool is;
		uint8_t result;
	} by_same[IR_COUNT] = {
#define FOLD_SAME(op, result) [IR_##op] = {true, RESULT_##result},
#include "jit/fold.def"
	};
	int64_t b;

	if (by_same[ins->op].is && ref_eq(ins->arg[0], ins->arg[1]))
		return shorthand(f, ins, by_same[ins->op].result, value);
	if (!ref_is_con(ins->arg[1]))
		return FOLD_NONE;
	b = ref_con(f->fn, ins->arg[1]);
	for (size_t i = 0; b >= -1 && b <= 1 && i < ARRAY_SIZE(by_number); i++)
		if (by_number[i].op == ins->op && by_number[i].b == b)
			return shorthand(f, ins, by_number[i].result, value);
	return FOLD_NONE;
}

/* An operation on low halves need not be told how they were extended. */
static bool strip(struct fold *f, struct ref *r)
{
	const struct ir_ins *def = fold_def(f, *r);

	if (!def || (def->op != IR_ZEXT32 && (def->op != IR_SEXT32 || def->width != 8)))
		return false;
	*r = def->arg[0];
	return true;
}

static enum fold_result fold_halves(struct fold *f, struct ir_ins *ins)
{
	bool changed;

	if (ins->width != 4)
		return FOLD_NONE;
	changed = strip(f, &ins->arg[0]);
	changed |= strip(f, &ins->arg[1]);
	return changed ? FOLD_AGAIN : FOLD_NONE;
}

/* (a op c) op b = a op (c op b), for numbers b and c */
static enum fold_result fold_chain(struct fold *f, struct ir_ins *ins)
{
	const struct ir_ins *def = fold_match(f, ins->arg[0], ins->op, ins->width);
	uint64_t both;

	if (!def || !ref_is_con(ins->arg[1]) || !ref_is_con(def->arg[1]))
		return FOLD_NONE;
	ir_eval(ins->op, ins->width, fold_con_of(f, def->arg[1]), fold_con_of(f, ins->arg[1]),
		&both);
	ins->arg[0] = def->arg[0];
	ins->arg[1] = fold_imm(f, both, ins->width);
	return FOLD_AGAIN;
}

/* (a + c) + b = (a + b) + c, so that addresses end in a number */
static enum fold_result fold_number_last(struct fold *f, struct ir_ins *ins)
{
	for (uint32_t k = 0; k < 2; k++) {
		const struct ir_ins *def = fold_match(f, ins->arg[k], IR_ADD, ins->width);
		struct ref c;

		if (!def || !ref_is_con(def->arg[1]) || ref_is_con(ins->arg[!k]) ||
		    !fold_single(f, ins->arg[k]))
			continue;
		c = def->arg[1];
		ins->arg[0] = fold_emit(f, IR_ADD, ins->width, def->arg[0], ins->arg[!k]);
		ins->arg[1] = c;
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}

/* The frame's end and a number are one address. */
static enum fold_result fold_frame(struct fold *f, struct ir_ins *ins)
{
	const struct ir_ins *def = fold_match(f, ins->arg[0], IR_FRAME, 8);
	int64_t disp;

	if (!def || ins->width != 8 || !ref_is_con(ins->arg[1]))
		return FOLD_NONE;
	disp = def->disp + ref_con(f->fn, ins->arg[1]);
	if (disp != (int32_t)disp)
		return FOLD_NONE;
	*ins = (struct ir_ins){.op = IR_FRAME,
			       .width = 8,
			       .disp = (int32_t)disp,
			       .to = ins->to,
			       .slot = ins->slot};
	return FOLD_NONE;
}

/* (a - b) + b */
static bool cancels(struct fold *f, const struct ir_ins *ins, uint32_t k, struct ref *value)
{
	const struct ir_ins *def = fold_match(f, ins->arg[k], IR_SUB, ins->width);

	if (!def || !ref_eq(def->arg[1], ins->arg[!k]))
		return false;
	*value = in_width(f, def->arg[0], ins->width);
	return true;
}

static enum fold_result fold_add(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	enum fold_result res = fold_chain(f, ins);

	if (!res)
		res = fold_frame(f, ins);
	if (!res && (cancels(f, ins, 0, value) || cancels(f, ins, 1, value)))
		return FOLD_DONE;
	if (!res)
		res = fold_rotate(f, ins);
	return res ? res : fold_number_last(f, ins);
}

static enum fold_result fold_sub(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	const struct ir_ins *a = fold_match(f, ins->arg[0], IR_ADD, ins->width);

	if (ref_is_con(ins->arg[1])) {
		ins->op = IR_ADD;
		ins->arg[1] = fold_imm(f, -fold_con_of(f, ins->arg[1]), ins->width);
		return FOLD_AGAIN;
	}
	if (ref_is_con(ins->arg[0]) && !fold_con_of(f, ins->arg[0])) {
		ins->op = IR_NEG;
		ins->arg[0] = ins->arg[1];
		ins->arg[1] = NO_REF;
		return FOLD_AGAIN;
	}
	for (uint32_t k = 0; a && k < 2; k++)
		if (ref_eq(a->arg[k], ins->arg[1])) {
			*value = in_width(f, a->arg[!k], ins->width);
			return FOLD_DONE;
		}
	return FOLD_NONE;
}

static enum fold_result fold_mul(struct fold *f, struct ir_ins *ins)
{
	uint64_t b;

	if (!ref_is_con(ins->arg[1]))
		return FOLD_NONE;
	b = fold_con_of(f, ins->arg[1]) & fold_mask(ins->width);
	if (b & (b - 1))
		return fold_chain(f, ins);
	ins->op = IR_SHL;
	ins->arg[1] = fold_con(f, (uint64_t)__builtin_ctzll(b));
	return FOLD_AGAIN;
}

/* (a << n) & b = (a & (b >> n)) << n, which then can be the scale of a sum */
static bool fold_mask_first(struct fold *f, struct ir_ins *ins, uint64_t b)
{
	const struct ir_ins *def = fold_match(f, ins->arg[0], IR_SHL, ins->width);
	struct ref n, a;

	if (!def || !ref_is_con(def->arg[1]) || fold_con_of(f, def->arg[1]) > 3 ||
	    !fold_single(f, ins->arg[0]))
		return false;
	n = def->arg[1];
	a = def->arg[0];
	ins->arg[0] = fold_emit(f, IR_AND, ins->width, a,
				fold_imm(f, b >> fold_con_of(f, n), ins->width));
	ins->op = IR_SHL;
	ins->arg[1] = n;
	return true;
}

/* a & b where a has nothing that b would clear; masks that are whole bytes */
static enum fold_result fold_and(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	struct tnum a = known_bits(f, ins->arg[0]);
	uint64_t b, cleared;
	uint8_t op;

	if (!ref_is_con(ins->arg[1]))
		return FOLD_NONE;
	b = fold_con_of(f, ins->arg[1]) & fold_mask(ins->width);
	cleared = ~b & (a.value | a.mask) & fold_mask(ins->width);
	if (!cleared) {
		*value = in_width(f, ins->arg[0], ins->width);
		return FOLD_DONE;
	}
	op = b == UINT8_MAX    ? IR_ZEXT8
	     : b == UINT16_MAX ? IR_ZEXT16
	     : b == UINT32_MAX ? IR_ZEXT32
			       : IR_NOP;
	if (op) {
		ins->op = op;
		ins->width = 8;
		ins->arg[1] = NO_REF;
		return FOLD_AGAIN;
	}
	if (ins->width == 8 && b <= UINT32_MAX) {
		ins->width = 4;
		ins->arg[1] = fold_imm(f, b, 4);
		return FOLD_AGAIN;
	}
	return fold_mask_first(f, ins, b) ? FOLD_AGAIN : fold_chain(f, ins);
}

/* ~m & y, of which m and y */
static bool is_rest(struct fold *f, struct ref r, uint8_t width, struct ref m, struct ref *y)
{
	const struct ir_ins *def = fold_match(f, r, IR_AND, width);

	for (uint32_t k = 0; def && k < 2; k++) {
		const struct ir_ins *not = fold_match(f, def->arg[k], IR_NOT, width);

		if (!not || !ref_eq(not ->arg[0], m))
			continue;
		*y = def->arg[!k];
		return true;
	}
	return false;
}

/* (x & m) | (y & ~m) = ((x ^ y) & m) ^ y */
static enum fold_result fold_merge(struct fold *f, struct ir_ins *ins)
{
	for (uint32_t k = 0; k < 4; k++) {
		const struct ir_ins *def = fold_match(f, ins->arg[k & 1], IR_AND, ins->width);
		struct ref m, x, y;

		if (!def || !fold_single(f, ins->arg[0]) || !fold_single(f, ins->arg[1]))
			continue;
		m = def->arg[k >> 1];
		x = def->arg[!(k >> 1)];
		if (!is_rest(f, ins->arg[!(k & 1)], ins->width, m, &y))
			continue;
		x = fold_emit(f, IR_XOR, ins->width, x, y);
		ins->op = IR_XOR;
		ins->arg[0] = fold_emit(f, IR_AND, ins->width, x, m);
		ins->arg[1] = y;
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}

/* Bits that never meet can be added, and sums can be scaled. */
static enum fold_result fold_disjoint(struct fold *f, struct ir_ins *ins)
{
	struct tnum a = known_bits(f, ins->arg[0]), b = known_bits(f, ins->arg[1]);

	if ((a.value | a.mask) & (b.value | b.mask) & fold_mask(ins->width))
		return FOLD_NONE;
	for (uint32_t k = 0; k < 2; k++) {
		const struct ir_ins *def = fold_match(f, ins->arg[k], IR_SHL, ins->width);

		if (!def || !ref_is_con(def->arg[1]) || fold_con_of(f, def->arg[1]) > 3)
			continue;
		ins->op = IR_ADD;
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}

static enum fold_result fold_or(struct fold *f, struct ir_ins *ins)
{
	enum fold_result res;

	if (ref_is_con(ins->arg[1]))
		return fold_chain(f, ins);
	res = fold_rotate(f, ins);
	if (!res)
		res = fold_merge(f, ins);
	if (!res)
		res = fold_disjoint(f, ins);
	return res;
}

/* What extends an extended value, or one that is short enough as it is */
static enum fold_result fold_zext(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	uint8_t size = ins->op == IR_ZEXT8 ? 1 : ins->op == IR_ZEXT16 ? 2 : 4;
	struct tnum a = known_bits(f, ins->arg[0]);
	const struct ir_ins *def;

	if (!((a.value | a.mask) & ~fold_mask(size)) ||
	    known_umax(f, ins->arg[0]) <= fold_mask(size)) {
		*value = ins->arg[0];
		return FOLD_DONE;
	}
	ins->width = 8;
	def = fold_def(f, ins->arg[0]);
	if (!def)
		return FOLD_NONE;
	if (def->op == IR_ZEXT32 || (def->op == IR_SEXT32 && def->width == 8) ||
	    ((def->op == IR_ZEXT16 || def->op == IR_SEXT16) && size <= 2) ||
	    (def->op == IR_SEXT8 && size == 1)) {
		ins->arg[0] = def->arg[0];
		return FOLD_AGAIN;
	}
	/* One operation of half the width does both. */
	if (size == 4 && def->width == 8 && fold_single(f, ins->arg[0]) &&
	    (def->op == IR_ADD || def->op == IR_SUB || def->op == IR_MUL || def->op == IR_AND ||
	     def->op == IR_OR || def->op == IR_XOR || def->op == IR_NEG || def->op == IR_NOT)) {
		struct ref b = def->arg[1];

		if (ref_is_con(b))
			b = fold_imm(f, fold_con_of(f, b), 4);
		*value = fold_emit(f, def->op, 4, def->arg[0], b);
		return FOLD_DONE;
	}
	return FOLD_NONE;
}

static enum fold_result fold_sext(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	uint8_t bits = ins->op == IR_SEXT8 ? 8 : ins->op == IR_SEXT16 ? 16 : 32;
	struct tnum a = known_bits(f, ins->arg[0]);
	uint64_t sign = UINT64_C(1) << (bits - 1), upper = ~fold_mask(bits / 8);
	const struct ir_ins *def = fold_def(f, ins->arg[0]);

	if (!((a.value | a.mask) & (upper | sign))) {
		*value = ins->arg[0];
		return FOLD_DONE;
	}
	if (def && def->op == ins->op && def->width >= ins->width) {
		*value = in_width(f, ins->arg[0], ins->width);
		return FOLD_DONE;
	}
	if (def && ((def->op == IR_ZEXT32 && bits <= 32) || (def->op == IR_ZEXT16 && bits <= 16) ||
		    (def->op == IR_ZEXT8 && bits == 8))) {
		ins->arg[0] = def->arg[0];
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}

static enum fold_result fold_unary(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	const struct ir_ins *def = fold_match(f, ins->arg[0], ins->op, ins->width);

	if (!def || (ins->op == IR_BSWAP && ins->width < 8 && !known_fits_32(f, def->arg[0])))
		return FOLD_NONE;
	if (ins->op == IR_BSWAP && ins->width == 2)
		*value = fold_emit(f, IR_ZEXT16, 8, def->arg[0], NO_REF);
	else
		*value = in_width(f, def->arg[0], ins->width);
	return FOLD_DONE;
}

static enum fold_result fold_by_op(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	switch ((enum ir_op)ins->op) {
	case IR_COPY:
		*value = ins->arg[0];
		return FOLD_DONE;
	case IR_ADD:
		return fold_add(f, ins, value);
	case IR_SUB:
		return fold_sub(f, ins, value);
	case IR_MUL:
		return fold_mul(f, ins);
	case IR_UDIV:
	case IR_UMOD:
	case IR_SDIV:
	case IR_SMOD:
		return fold_divide(f, ins, value);
	case IR_AND:
		return fold_and(f, ins, value);
	case IR_OR:
	case IR_XOR:
		return fold_or(f, ins);
	case IR_SHL:
		return fold_shl(f, ins, value);
	case IR_SHR:
		return fold_shr(f, ins, value);
	case IR_SAR:
		return fold_sar(f, ins, value);
	case IR_NEG:
	case IR_NOT:
	case IR_BSWAP:
		return fold_unary(f, ins, value);
	case IR_ZEXT8:
	case IR_ZEXT16:
	case IR_ZEXT32:
		return fold_zext(f, ins, value);
	case IR_SEXT8:
	case IR_SEXT16:
	case IR_SEXT32:
		return fold_sext(f, ins, value);
	default:
		return FOLD_NONE;
	}
}

enum fold_result fold_alu(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	enum fold_result res = fold_table(f, ins, value);

	if (!res)
		res = fold_halves(f, ins);
	return res ? res : fold_by_op(f, ins, value);
}
