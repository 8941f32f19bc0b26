/*
 * Numbers alone: what is known of one after an operation or a jump, whoever asks. Only the room
 * looks in here.
 */
#ifndef CORE_VERIFY_SCALAR_H
#define CORE_VERIFY_SCALAR_H

#include "core/verify/state.h"

/* ---- range.c: bounds in four views, and the known bits: closed over struct reg_state ---- */
/* What is known of a register (bits 64) or of its low half (bits 32), as 64-bit numbers. */
struct view {
	uint64_t umin, umax;
	int64_t smin, smax;
};
static inline struct view view_of(const struct reg_state *reg, unsigned int bits)
{
	const struct range *r = &reg->r;

	if (bits == 32)
		return (struct view){r->u32_min, r->u32_max, r->s32_min, r->s32_max};
	return (struct view){r->umin, r->umax, r->smin, r->smax};
}
static inline void set_view(struct reg_state *reg, unsigned int bits, struct view v)
{
	struct range *r = &reg->r;

	if (bits == 32) {
		r->u32_min = (uint32_t)v.umin;
		r->u32_max = (uint32_t)v.umax;
		r->s32_min = (int32_t)v.smin;
		r->s32_max = (int32_t)v.smax;
	} else {
		r->umin = v.umin;
		r->umax = v.umax;
		r->smin = v.smin;
		r->smax = v.smax;
	}
}
/* A number as the low bits have it: zero-extended, sign-extended */
static inline uint64_t zext(uint64_t value, unsigned int bits)
{
	return bits == 32 ? (uint32_t)value : value;
}
static inline int64_t sext(uint64_t value, unsigned int bits)
{
	return bits == 32 ? (int32_t)value : (int64_t)value;
}
static inline struct tnum tnum_low(struct tnum a, unsigned int bits)
{
	return bits == 32 ? tnum_subreg(a) : a;
}
static inline struct view view_unbounded(unsigned int bits)
{
	if (bits == 32)
		return (struct view){0, UINT32_MAX, INT32_MIN, INT32_MAX};
	return (struct view){0, UINT64_MAX, INT64_MIN, INT64_MAX};
}
static inline struct view view_const(uint64_t value, unsigned int bits)
{
	return (struct view){zext(value, bits), zext(value, bits), sext(value, bits),
			     sext(value, bits)};
}
/* Narrows the ranges by var_off (__update_reg_bounds()). */
void update_reg_bounds(struct reg_state *reg);
void update_reg32_bounds(struct reg_state *reg);
void mark_reg_unbounded(struct reg_state *reg);
void mark_reg64_unbounded(struct reg_state *reg);
void mark_reg32_unbounded(struct reg_state *reg);
void reg_bounds_sync(struct reg_state *reg);
bool is_empty_range(const struct range *r);
/*
 * Do the ranges contradict each other, or the bits? Then there is no such number. That is known
 * behind reg_bounds_sync().
 */
bool is_impossible(const struct reg_state *reg);
/* reg_bounds_sanity_check(): what names the place ("alu", "true_reg1") */
int check_reg_bounds(struct env *env, struct reg_state *reg, const char *what);
void zext_32_to_64(struct reg_state *reg);
/* coerce_reg_to_size(), coerce_reg_to_size_sx(), coerce_subreg_to_size_sx() */
void coerce_reg_to_size(struct reg_state *reg, int size);
void coerce_reg_to_size_sx(struct reg_state *reg, int size);
void coerce_subreg_to_size_sx(struct reg_state *reg, int size);
bool range_within(const struct reg_state *old, const struct reg_state *cur);

/* ---- alu.c ---- */
/* dst OP src of two numbers, or a move: what is known of the result, and nothing else happens. */
void scalar_result(const struct bpf_insn *insn, struct reg_state *dst, const struct reg_state *src);

/* ---- branch.c ---- */
/* 1: the condition holds, 0: it does not, -1: it may. */
int is_scalar_taken(const struct reg_state *a, const struct reg_state *b, uint8_t op,
		    bool is_jmp32);
/* What two numbers are where it was taken, or was not. */
void refine_scalars(struct reg_state *a, struct reg_state *b, uint8_t op, bool is_jmp32,
		    bool taken);

#endif
