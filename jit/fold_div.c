/*
 * Division by numbers is multiplication by their reciprocals (T. Granlund, P. Montgomery, "Division
 * by Invariant Integers using Multiplication", PLDI 1994): with m = floor(2^p / d) + 1 and
 * e = m * d - 2^p, floor(a * m / 2^p) is floor(a / d) for every a with a * e < 2^p. What is known
 * of a makes that easier.
 */
#include "jit/fold.h"

typedef unsigned __int128 u128;

static struct ref emit_con(struct fold *f, uint8_t op, uint8_t width, struct ref a, uint64_t b)
{
	return fold_emit(f, op, width, a, fold_imm(f, b, width));
}

static bool is_power(uint64_t d)
{
	return !(d & (d - 1));
}

/* m of a p; false: it is not good up to max. */
static bool reciprocal(uint64_t d, uint32_t p, uint64_t max, u128 *m)
{
	u128 one = (u128)1 << p, e;

	*m = one / d + 1;
	e = *m * d - one;
	return e <= UINT64_MAX && (u128)max * (uint64_t)e < one;
}

/* a is at most max, which has 32 bits: the product has at most 64. */
static bool divide_short(struct fold *f, struct ref a, uint64_t max, uint64_t d, struct ref *q)
{
	u128 m;

	for (uint32_t p = 32; p < 64; p++) {
		if (!reciprocal(d, p, max, &m))
			continue;
		if (m > UINT32_MAX)
			break;
		*q = emit_con(f, IR_MUL, 8, a, (uint64_t)m);
		*q = emit_con(f, IR_SHR, 8, *q, p);
		return true;
	}
	if (!reciprocal(d, 64, max, &m))
		return false;
	*q = emit_con(f, IR_MULH, 8, a, (uint64_t)m);
	return true;
}

/* The upper half of a product of 128 bits, with a reciprocal of 64 */
static bool divide_high(struct fold *f, struct ref a, uint64_t max, uint64_t d, struct ref *q)
{
	u128 m;

	for (uint32_t s = 0; s < 64; s++) {
		if (!reciprocal(d, 64 + s, max, &m) || m > UINT64_MAX)
			continue;
		*q = emit_con(f, IR_MULH, 8, a, (uint64_t)m);
		*q = emit_con(f, IR_SHR, 8, *q, s);
		return true;
	}
	return false;
}

/* With a reciprocal of 65 bits, whose highest is an addition */
static struct ref divide_long(struct fold *f, struct ref a, uint64_t d)
{
	uint32_t l = 64 - (uint32_t)__builtin_clzll(d - 1);
	u128 m = (((((u128)1 << l) - d) << 64) / d) + 1;
	struct ref t = emit_con(f, IR_MULH, 8, a, (uint64_t)m), q;

	q = emit_con(f, IR_SHR, 8, fold_emit(f, IR_SUB, 8, a, t), 1);
	return emit_con(f, IR_SHR, 8, fold_emit(f, IR_ADD, 8, q, t), l - 1);
}

/* Of 64 bits, d no power of two */
static struct ref divide_by(struct fold *f, struct ref a, uint64_t d)
{
	uint64_t max = known_umax(f, a);
	uint32_t even = (uint32_t)__builtin_ctzll(d);
	struct ref q;

	if (max <= UINT32_MAX && divide_short(f, a, max, d, &q))
		return q;
	if (divide_high(f, a, max, d, &q))
		return q;
	if (even && divide_high(f, emit_con(f, IR_SHR, 8, a, even), max >> even, d >> even, &q))
		return q;
	return divide_long(f, a, d);
}

/* a - q * d */
static struct ref remainder_of(struct fold *f, uint8_t width, struct ref a, struct ref q,
			       uint64_t d)
{
	return fold_emit(f, IR_SUB, width, a, emit_con(f, IR_MUL, width, q, d));
}

static enum fold_result fold_unsigned(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	uint64_t d = fold_con_of(f, ins->arg[1]) & fold_mask(ins->width);
	struct ref a = ins->arg[0];

	if (is_power(d)) {
		ins->arg[1] = ins->op == IR_UDIV ? fold_con(f, (uint64_t)__builtin_ctzll(d))
						 : fold_imm(f, d - 1, ins->width);
		ins->op = ins->op == IR_UDIV ? IR_SHR : IR_AND;
		return FOLD_AGAIN;
	}
	if (ins->width == 4)
		a = fold_emit(f, IR_ZEXT32, 8, a, NO_REF);
	if (known_umax(f, a) < d) {
		*value = ins->op == IR_UDIV ? fold_con(f, 0) : a;
		return FOLD_DONE;
	}
	*value = divide_by(f, a, d);
	if (ins->op == IR_UMOD)
		*value = remainder_of(f, ins->width, a, *value, d);
	return FOLD_DONE;
}

/* a + d - 1 where a is negative: shifts round down, divisions to 0. */
static struct ref divide_power(struct fold *f, uint8_t width, struct ref a, uint64_t d)
{
	uint32_t n = (uint32_t)__builtin_ctzll(d), bits = width * 8;
	struct ref sign = emit_con(f, IR_SAR, width, a, bits - 1);

	sign = emit_con(f, IR_SHR, width, sign, bits - n);
	return emit_con(f, IR_SAR, width, fold_emit(f, IR_ADD, width, a, sign), n);
}

/* Of 32 bits; what is below 0 comes out one too low. */
static struct ref divide_signed(struct fold *f, struct ref a, uint64_t d)
{
	uint64_t max = UINT64_C(1) << 31;
	struct ref q = fold_emit(f, IR_SEXT32, 8, a, NO_REF);
	uint32_t p = 32;
	u128 m;

	while (!reciprocal(d, p, max, &m))
		p++;
	q = emit_con(f, IR_SAR, 8, emit_con(f, IR_MUL, 8, q, (uint64_t)m), p);
	return fold_emit(f, IR_ADD, 4, q, emit_con(f, IR_SHR, 4, a, 31));
}

static enum fold_result fold_signed(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	int64_t by = ref_con(f->fn, ins->arg[1]);
	struct ref a = ins->arg[0];
	uint64_t d;

	if (ins->width == 4)
		by = (int32_t)by;
	d = by < 0 ? -(uint64_t)by : (uint64_t)by;
	if (d < 2 || (ins->width == 8 && !is_power(d)))
		return FOLD_NONE;
	*value = is_power(d) ? divide_power(f, ins->width, a, d) : divide_signed(f, a, d);
	if (by < 0)
		*value = fold_emit(f, IR_NEG, ins->width, *value, NO_REF);
	if (ins->op == IR_SMOD)
		*value = remainder_of(f, ins->width, a, *value, (uint64_t)by);
	return FOLD_DONE;
}

static bool is_not_negative(const struct fold *f, struct ref r, uint8_t width)
{
	struct tnum bits = known_bits(f, r);

	return !((bits.value | bits.mask) >> (width * 8 - 1) & 1);
}

enum fold_result fold_divide(struct fold *f, struct ir_ins *ins, struct ref *value)
{
	bool is_signed = ins->op == IR_SDIV || ins->op == IR_SMOD;

	if (is_signed && is_not_negative(f, ins->arg[0], ins->width) &&
	    is_not_negative(f, ins->arg[1], ins->width)) {
		ins->op = ins->op == IR_SDIV ? IR_UDIV : IR_UMOD;
		return FOLD_AGAIN;
	}
	if (!is_signed && ins->width == 8 && known_fits_32(f, ins->arg[0]) &&
	    known_fits_32(f, ins->arg[1])) {
		ins->width = 4;
		if (ref_is_con(ins->arg[1]))
			ins->arg[1] = fold_imm(f, fold_con_of(f, ins->arg[1]), 4);
		return FOLD_AGAIN;
	}
	/* Nothing divides by 0 that is come to. */
	if (!ref_is_con(ins->arg[1]) || !(fold_con_of(f, ins->arg[1]) & fold_mask(ins->width)))
		return FOLD_NONE;
	return is_signed ? fold_signed(f, ins, value) : fold_unsigned(f, ins, value);
}
