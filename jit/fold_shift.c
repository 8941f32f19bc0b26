/* Rules of shifts: pairs of them are masks, extensions and rotations. */
#include "jit/fold.h"

static bool count_of(const struct fold *f, const struct ir_ins *ins, uint32_t *n)
{
	if (!ref_is_con(ins->arg[1]))
		return false;
	*n = fold_con_of(f, ins->arg[1]) & (ins->width * 8 - 1);
	return true;
}

/* A count is taken modulo the width: who masks it before need not. */
static enum fold_result fold_count(struct fold *f, struct ir_ins *ins)
{
	const struct ir_ins *def = fold_def(f, ins->arg[1]);
	uint64_t all = ins->width * 8 - 1, b;

	if (ref_is_con(ins->arg[1])) {
		b = fold_con_of(f, ins->arg[1]);
		if (b == (b & all))
			return FOLD_NONE;
		ins->arg[1] = fold_con(f, b & all);
		return FOLD_AGAIN;
	}
	if (!def)
		return FOLD_NONE;
	if ((def->op >= IR_SEXT8 && def->op <= IR_ZEXT32) ||
	    (def->op == IR_AND && ref_is_con(def->arg[1]) &&
	     (fold_con_of(f, def->arg[1]) & all) == all)) {
		ins->arg[1] = def->arg[0];
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}

/* (a op c) op b = a op (c + b) */
static enum fold_result fold_twice(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	const struct ir_ins *def = fold_match(f, ins->arg[0], ins->op, ins->width);
	uint32_t b, c, bits = ins->width * 8;

	if (!def || !count_of(f, ins, &b) || !count_of(f, def, &c))
		return FOLD_NONE;
	if (b + c >= bits && ins->op != IR_SAR) {
		*value = fold_con(f, 0);
		return FOLD_DONE;
	}
	ins->arg[0] = def->arg[0];
	ins->arg[1] = fold_con(f, min(b + c, bits - 1));
	return FOLD_AGAIN;
}

/* a with some of its low bits alone */
static struct ref low_bits(struct fold *f, struct ref a, uint32_t n)
{
	return fold_emit(f, IR_AND, 8, a, fold_con(f, UINT64_MAX >> (64 - n)));
}

static bool is_immediate(uint64_t v)
{
	return (int64_t)v == (int32_t)v || v == (uint32_t)v;
}

enum fold_result fold_shl(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	enum fold_result res = fold_count(f, ins);
	const struct ir_ins *def = fold_match(f, ins->arg[0], IR_SHR, ins->width);
	uint32_t b, c;

	if (!res)
		res = fold_twice(f, ins, value);
	if (res || !def || !count_of(f, ins, &b) || !count_of(f, def, &c) || b != c ||
	    !is_immediate(fold_mask(ins->width) << b))
		return res;
	/* a >> b << b clears low bits. */
	ins->op = IR_AND;
	ins->arg[0] = def->arg[0];
	ins->arg[1] = fold_imm(f, fold_mask(ins->width) << b, ins->width);
	return FOLD_AGAIN;
}

/* a << c >> b, without sign: bits of a in another place */
static enum fold_result fold_shl_shr(struct fold *f, struct ir_ins *ins, const struct ir_ins *def,
				     struct ref *value)
{
	uint32_t b, c, bits = ins->width * 8;
	struct ref a = def->arg[0];

	if (!count_of(f, ins, &b) || !count_of(f, def, &c))
		return FOLD_NONE;
	if (b == c && is_immediate(fold_mask(ins->width) >> b)) {
		*value = low_bits(f, a, bits - b);
		return FOLD_DONE;
	}
	if (ins->width == 8 && c == 32) {
		/* What is left of a is its low half, shifted. */
		if (b > 32)
			*value = fold_emit(f, IR_SHR, 4, a, fold_con(f, b - 32));
		else
			*value = fold_emit(f, IR_SHL, 8, fold_emit(f, IR_ZEXT32, 8, a, NO_REF),
					   fold_con(f, 32 - b));
		return FOLD_DONE;
	}
	return FOLD_NONE;
}

enum fold_result fold_shr(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	enum fold_result res = fold_count(f, ins);
	const struct ir_ins *def = fold_match(f, ins->arg[0], IR_SHL, ins->width);
	uint32_t b;

	if (!res)
		res = fold_twice(f, ins, value);
	if (!res && def)
		res = fold_shl_shr(f, ins, def, value);
	if (res || ins->width == 4 || !count_of(f, ins, &b) || !known_fits_32(f, ins->arg[0]))
		return res;
	if (b >= 32) {
		*value = fold_con(f, 0);
		return FOLD_DONE;
	}
	ins->width = 4;
	return FOLD_AGAIN;
}

/* a << c s>> b: extends, or leaves bits where they are when they are signs already. */
static enum fold_result fold_shl_sar(struct fold *f, struct ir_ins *ins, const struct ir_ins *def,
				     struct ref *value)
{
	uint32_t b, c, left;
	struct ref a = def->arg[0];
	uint8_t op;

	if (!count_of(f, ins, &b) || !count_of(f, def, &c) || b < c)
		return FOLD_NONE;
	left = ins->width * 8 - c;
	op = left == 8 ? IR_SEXT8 : left == 16 ? IR_SEXT16 : left == 32 ? IR_SEXT32 : IR_NOP;
	if (!op)
		return FOLD_NONE;
	*value = fold_emit(f, op, ins->width, a, NO_REF);
	if (b > c)
		*value = fold_emit(f, IR_SAR, ins->width, *value, fold_con(f, b - c));
	return FOLD_DONE;
}

enum fold_result fold_sar(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	enum fold_result res = fold_count(f, ins);
	const struct ir_ins *def = fold_match(f, ins->arg[0], IR_SHL, ins->width);
	struct tnum a = known_bits(f, ins->arg[0]);
	uint64_t sign = UINT64_C(1) << (ins->width * 8 - 1);

	if (!res)
		res = fold_twice(f, ins, value);
	if (!res && def)
		res = fold_shl_sar(f, ins, def, value);
	if (res || (a.value | a.mask) & sign)
		return res;
	ins->op = IR_SHR;
	return FOLD_AGAIN;
}

/* a << n and a >> (N - n), put together by anything that keeps disjoint bits */
enum fold_result fold_rotate(struct fold *f, struct ir_ins *ins)
{
	for (uint32_t k = 0; k < 2; k++) {
		const struct ir_ins *left = fold_match(f, ins->arg[k], IR_SHL, ins->width);
		const struct ir_ins *right = fold_match(f, ins->arg[!k], IR_SHR, ins->width);
		uint32_t n, m;

		if (!left || !right || !ref_eq(left->arg[0], right->arg[0]) ||
		    !count_of(f, left, &n) || !count_of(f, right, &m) || n + m != ins->width * 8u)
			continue;
		ins->op = IR_ROL;
		ins->arg[0] = left->arg[0];
		ins->arg[1] = fold_con(f, n);
		return FOLD_AGAIN;
	}
	return FOLD_NONE;
}
