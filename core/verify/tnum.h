/*
 * Tristate numbers: what is known of each bit of a word. value has the bits known to be 1, mask
 * those that are unknown; value & mask is 0. A closed algebra over constants, after S. Vishwanathan
 * et al., "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers", CGO 2022, with
 * Linux 6.18's multiplication.
 */
#ifndef CORE_VERIFY_TNUM_H
#define CORE_VERIFY_TNUM_H

#include "core/base/base.h"

struct tnum {
	uint64_t value, mask;
};

#define TNUM_UNKNOWN ((struct tnum){0, UINT64_MAX})

static inline struct tnum tnum_const(uint64_t value)
{
	return (struct tnum){value, 0};
}
static inline bool tnum_is_const(struct tnum a)
{
	return !a.mask;
}
static inline bool tnum_is_unknown(struct tnum a)
{
	return !~a.mask;
}
static inline bool tnum_equals_const(struct tnum a, uint64_t b)
{
	return tnum_is_const(a) && a.value == b;
}

/* The least that has all of [min, max]. */
struct tnum tnum_range(uint64_t min, uint64_t max);
struct tnum tnum_lshift(struct tnum a, uint8_t shift);
struct tnum tnum_rshift(struct tnum a, uint8_t shift);
/* bits: 32 or 64 */
struct tnum tnum_arshift(struct tnum a, uint8_t shift, uint8_t bits);
struct tnum tnum_add(struct tnum a, struct tnum b);
struct tnum tnum_sub(struct tnum a, struct tnum b);
struct tnum tnum_neg(struct tnum a);
struct tnum tnum_and(struct tnum a, struct tnum b);
struct tnum tnum_or(struct tnum a, struct tnum b);
struct tnum tnum_xor(struct tnum a, struct tnum b);
/* Not commutative in its precision: a is the destination. */
struct tnum tnum_mul(struct tnum a, struct tnum b);
bool tnum_overlap(struct tnum a, struct tnum b);
/* What is in both; they are to overlap. */
struct tnum tnum_intersect(struct tnum a, struct tnum b);
/* The least that has what is in either. */
struct tnum tnum_union(struct tnum a, struct tnum b);
/* The low size bytes, the rest 0. */
struct tnum tnum_cast(struct tnum a, uint8_t size);
/* Is every value of b one of a? */
bool tnum_in(struct tnum a, struct tnum b);
bool tnum_is_aligned(struct tnum a, uint64_t size);
/* The least value of a above z; its greatest one when there is none. */
uint64_t tnum_step(struct tnum a, uint64_t z);
struct tnum tnum_subreg(struct tnum a);
struct tnum tnum_clear_subreg(struct tnum a);
struct tnum tnum_with_subreg(struct tnum reg, struct tnum subreg);
struct tnum tnum_const_subreg(struct tnum a, uint32_t value);
struct tnum tnum_bswap16(struct tnum a);
struct tnum tnum_bswap32(struct tnum a);
struct tnum tnum_bswap64(struct tnum a);

#endif
