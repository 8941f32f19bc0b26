/*
 * Inside of fold(): instructions are made anew one by one, in an order in which operands come
 * first, and each is what rules leave of it. What a rule needs in other instructions it makes the
 * same way, so that rules see each other's work.
 *
 * The laws of rules: the value stays the same in all of its 64 bits; nothing is used that is not
 * defined on every way here; and none undoes what another does, so that there is an end.
 */
#ifndef JIT_FOLD_H
#define JIT_FOLD_H

#include "jit/local.h"

struct fold {
	struct ir_fn *fn;
	struct ir_blk *blk;
	VEC(struct ir_ins) out; /* what blk has so far */
	/* Of each temporary */
	VEC(struct fold_tmp {
		struct ref as;	/* what it turned out to be; NO_REF: itself */
		uint32_t at;	/* its instruction in blk, + 1; 0: it has none, or is not come to */
		struct tnum bits;
		uint64_t umax;
	}) tmps;
	uint32_t slot; /* of the instruction that is made */
	bool cuts;     /* a jump was decided */
};

/* What a rule says: nothing, *ins is another now, or it is a value that there is. */
enum fold_result { FOLD_NONE, FOLD_AGAIN, FOLD_DONE };

/* ---- fold.c ---- */
/* op a, b simplified, made where the walk is */
struct ref fold_emit(struct fold *f, uint8_t op, uint8_t width, struct ref a, struct ref b);
/* What defines a temporary; NULL: nothing that was come to. */
const struct ir_ins *fold_def(const struct fold *f, struct ref r);
/* The same, when it is op of width */
const struct ir_ins *fold_match(const struct fold *f, struct ref r, uint8_t op, uint8_t width);
/* Is it used nowhere but where it is looked at? */
bool fold_single(const struct fold *f, struct ref r);

/* ---- known.c ---- what is known of values */
struct tnum known_bits(const struct fold *f, struct ref r);
uint64_t known_umax(const struct fold *f, struct ref r);
/* ... of what an instruction gives, before it is one */
struct tnum known_result(const struct fold *f, const struct ir_ins *ins);
uint64_t known_result_umax(const struct fold *f, const struct ir_ins *ins, struct tnum bits);
/* For each temporary: is its upper half zero, loops and all? */
bool *known_short(struct ir_fn *fn);

static inline bool known_fits_32(const struct fold *f, struct ref r)
{
	return known_umax(f, r) <= UINT32_MAX;
}

/* ---- fold_alu.c ---- */
enum fold_result fold_alu(struct fold *f, struct ir_ins *ins, struct ref *value);
/* ---- fold_shift.c ---- */
enum fold_result fold_shl(struct fold *f, struct ir_ins *ins, struct ref *value);
enum fold_result fold_shr(struct fold *f, struct ir_ins *ins, struct ref *value);
enum fold_result fold_sar(struct fold *f, struct ir_ins *ins, struct ref *value);
enum fold_result fold_rotate(struct fold *f, struct ir_ins *ins);
/* ---- fold_div.c ---- division by numbers */
enum fold_result fold_divide(struct fold *f, struct ir_ins *ins, struct ref *value);
/* ---- fold_jump.c ---- comparisons */
struct comparison {
	uint8_t cc, width;
	struct ref a, b;
};
/* Simplifies it; 1 or 0: it always, never holds; -1: it depends. */
int fold_compare(struct fold *f, struct comparison *c);
bool ir_compare(uint8_t cc, uint8_t width, uint64_t a, uint64_t b);

/* op on numbers; false: it has no operands that are numbers alone. */
bool ir_eval(uint8_t op, uint8_t width, uint64_t a, uint64_t b, uint64_t *out);

static inline struct ref fold_con(struct fold *f, uint64_t value)
{
	return ir_con(f->fn, (int64_t)value);
}
static inline uint64_t fold_con_of(const struct fold *f, struct ref r)
{
	return (uint64_t)ref_con(f->fn, r);
}
static inline uint64_t fold_mask(uint8_t width)
{
	return width >= 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;
}
/* A number as an operand of that width has it */
static inline struct ref fold_imm(struct fold *f, uint64_t value, uint8_t width)
{
	return fold_con(f, width == 4 ? (uint64_t)(int64_t)(int32_t)value : value);
}

#endif
