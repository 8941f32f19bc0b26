#include "core/verify/tnum.h"

/*
 * Sums carry upwards. Of all sums of members the least carry is that of the values and the greatest
 * that of values and masks together: where the two agree a bit is known unless an operand's is not.
 */

static struct tnum tnum_of(uint64_t value, uint64_t mask)
{
	return (struct tnum){value & ~mask, mask};
}

/* Ones up to and with the highest bit of x; 0: none. */
static uint64_t fill_down(uint64_t x)
{
	return x ? UINT64_MAX >> __builtin_clzll(x) : 0;
}

struct tnum tnum_range(uint64_t min, uint64_t max)
{
	return tnum_of(min, fill_down(min ^ max));
}

struct tnum tnum_lshift(struct tnum a, uint8_t shift)
{
	return (struct tnum){a.value << shift, a.mask << shift};
}

struct tnum tnum_rshift(struct tnum a, uint8_t shift)
{
	return (struct tnum){a.value >> shift, a.mask >> shift};
}

/* An unknown sign bit makes unknown bits, a known one known bits: both words shift alike. */
struct tnum tnum_arshift(struct tnum a, uint8_t shift, uint8_t bits)
{
	if (bits == 32)
		return (struct tnum){(uint32_t)((int32_t)a.value >> shift),
				     (uint32_t)((int32_t)a.mask >> shift)};
	return (struct tnum){(uint64_t)((int64_t)a.value >> shift),
			     (uint64_t)((int64_t)a.mask >> shift)};
}

struct tnum tnum_add(struct tnum a, struct tnum b)
{
	uint64_t least = a.value + b.value, most = least + a.mask + b.mask;

	return tnum_of(least, (least ^ most) | a.mask | b.mask);
}

struct tnum tnum_sub(struct tnum a, struct tnum b)
{
	uint64_t diff = a.value - b.value, most = diff + a.mask, least = diff - b.mask;

	return tnum_of(diff, (least ^ most) | a.mask | b.mask);
}

struct tnum tnum_neg(struct tnum a)
{
	return tnum_sub(tnum_const(0), a);
}

struct tnum tnum_and(struct tnum a, struct tnum b)
{
	uint64_t ones = a.value & b.value;
	uint64_t maybe = (a.value | a.mask) & (b.value | b.mask);

	return (struct tnum){ones, maybe & ~ones};
}

struct tnum tnum_or(struct tnum a, struct tnum b)
{
	uint64_t ones = a.value | b.value;

	return (struct tnum){ones, (a.mask | b.mask) & ~ones};
}

struct tnum tnum_xor(struct tnum a, struct tnum b)
{
	return tnum_of(a.value ^ b.value, a.mask | b.mask);
}

/* As on paper, by the bits of a: an unknown one may or may not add its row. */
struct tnum tnum_mul(struct tnum a, struct tnum b)
{
	struct tnum sum = tnum_const(0);

	for (; a.value | a.mask; a = tnum_rshift(a, 1), b = tnum_lshift(b, 1)) {
		if (a.value & 1)
			sum = tnum_add(sum, b);
		else if (a.mask & 1)
			sum = tnum_union(sum, tnum_add(sum, b));
	}
	return sum;
}

bool tnum_overlap(struct tnum a, struct tnum b)
{
	return !((a.value ^ b.value) & ~(a.mask | b.mask));
}

struct tnum tnum_intersect(struct tnum a, struct tnum b)
{
	return tnum_of(a.value | b.value, a.mask & b.mask);
}

struct tnum tnum_union(struct tnum a, struct tnum b)
{
	return tnum_of(a.value & b.value, (a.value ^ b.value) | a.mask | b.mask);
}

struct tnum tnum_cast(struct tnum a, uint8_t size)
{
	uint64_t keep = size < 8 ? (UINT64_C(1) << size * 8) - 1 : UINT64_MAX;

	return (struct tnum){a.value & keep, a.mask & keep};
}

bool tnum_in(struct tnum a, struct tnum b)
{
	return !(b.mask & ~a.mask) && (b.value & ~a.mask) == a.value;
}

bool tnum_is_aligned(struct tnum a, uint64_t size)
{
	return !size || !((a.value | a.mask) & (size - 1));
}

/*
 * Let s be what the greatest member up to z has of the unknown bits. The next member counts it up
 * by one within the mask: with ones in all known places a carry passes over them. z itself may be
 * no member. At the highest known bit that it has wrong, it has either a 1 too many, then s is z's
 * bits above with ones below; or a 1 too few, then z's bits above with zeros below are the next.
 */
uint64_t tnum_step(struct tnum a, uint64_t z)
{
	uint64_t most = a.value | a.mask, wrong = (z ^ a.value) & ~a.mask, below, s;

	if (z >= most)
		return most;
	below = fill_down(wrong) >> 1;
	s = z & a.mask & ~below;
	if (wrong & ~below & ~z)
		return a.value | s;
	if (wrong)
		s |= a.mask & below;
	else
		s = z & a.mask;
	return a.value | (((s | ~a.mask) + 1) & a.mask);
}

struct tnum tnum_subreg(struct tnum a)
{
	return tnum_cast(a, 4);
}

struct tnum tnum_clear_subreg(struct tnum a)
{
	return (struct tnum){a.value >> 32 << 32, a.mask >> 32 << 32};
}

struct tnum tnum_with_subreg(struct tnum reg, struct tnum subreg)
{
	return tnum_or(tnum_clear_subreg(reg), tnum_subreg(subreg));
}

struct tnum tnum_const_subreg(struct tnum a, uint32_t value)
{
	return tnum_with_subreg(a, tnum_const(value));
}

struct tnum tnum_bswap16(struct tnum a)
{
	return (struct tnum){__builtin_bswap16((uint16_t)a.value),
			     __builtin_bswap16((uint16_t)a.mask)};
}

struct tnum tnum_bswap32(struct tnum a)
{
	return (struct tnum){__builtin_bswap32((uint32_t)a.value),
			     __builtin_bswap32((uint32_t)a.mask)};
}

struct tnum tnum_bswap64(struct tnum a)
{
	return (struct tnum){__builtin_bswap64(a.value), __builtin_bswap64(a.mask)};
}
