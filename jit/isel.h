/* Selection of instructions: what machines share. */
#ifndef JIT_ISEL_H
#define JIT_ISEL_H

#include "jit/ir.h"

struct isel;

/* A constant that has to be in a register; where it is put there is decided last. */
struct isel_con {
	struct ref tmp;	    /* NO_REF: none yet */
	struct ir_blk *blk; /* dominates all its uses so far */
	uint32_t con;
};

/* What a machine adds to the walk. */
struct isel_rules {
	/* By operation: gives an instruction the machine's shape; NULL: it has it. */
	void (*const *shapes)(struct isel *is, struct ir_ins *ins);
	void (*jump)(struct isel *is, struct ir_jmp *jmp);
};

struct isel {
	struct ir_fn *fn;
	const struct isel_rules *rules;
	struct ir_blk *blk;
	VEC(struct ir_ins) out; /* the block, last instruction first */
	/*
	 * By temporary: how many writes there were before it was loaded, counted over all blocks;
	 * and, if it is used for addresses alone, in how many.
	 */
	uint32_t *epoch, *addresses;
	uint32_t ntmps;
	uint32_t now; /* writes before the instruction that is selected */
	VEC(struct isel_con) cons;
	uint32_t *con_at; /* by constant: its place in cons + 1 */
	uint32_t ncon_at;
	uint32_t anchor;	    /* place in cons + 1 of the address used last */
	const struct ir_ins *flags; /* made together with the jump */
};

/* ---- isel_addr.c ---- */
/* The address in arg[0] and disp becomes a REF_MEM. */
void isel_address(struct isel *is, struct ir_ins *ins);
/* a + b, where that is worth a lea of more than two parts; false: it is not. */
bool isel_lea(struct isel *is, struct ir_ins *ins);
/* r is a load that nobody else uses, and nothing is written between: it becomes a REF_MEM. */
bool isel_fold_load(struct isel *is, struct ref *r, uint32_t width);

/* ---- isel_con.c ---- */
/* A temporary that has the constant. */
struct ref isel_con(struct isel *is, int64_t value);
/* base + *disp where base is a temporary that has a constant near address. */
struct ref isel_near(struct isel *is, int64_t address, int32_t *disp);
/* Puts all of them where they are needed. */
void isel_place_cons(struct isel *is);
void isel_need_reg(struct isel *is, struct ref *r);

/* ---- isel_shape.c ---- shapes that are the same everywhere */
/* Constants come second, as do loads that may become operands. */
void isel_commute(const struct isel *is, struct ir_ins *ins);
/* The frame's upper end, and disp. */
void isel_frame(struct isel *is, struct ir_ins *ins, int32_t disp);
/* A constant added to the frame's end; false: it is not. */
bool isel_take_frame(struct isel *is, struct ir_ins *ins);
void isel_mulh(struct isel *is, struct ir_ins *ins);
void isel_unary(struct isel *is, struct ir_ins *ins);
void isel_zext32(struct isel *is, struct ir_ins *ins);
/* A shift whose count is masked anyway. */
void isel_shift(struct isel *is, struct ir_ins *ins);
void isel_load(struct isel *is, struct ir_ins *ins);
void isel_call(struct isel *is, struct ir_ins *ins);
void isel_make_frame(struct isel *is, struct ir_ins *ins);
/* The run_ctx is in its register, and has the cpu's number. */
void isel_rc(struct isel *is, struct ir_ins *ins);
void isel_cpu(struct isel *is, struct ir_ins *ins);
/* What a store does not look at is not computed for it. */
void isel_strip(struct isel *is, struct ir_ins *ins);
/* Constants second; (x & y) == 0 is a test. */
void isel_order_compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width);
/* A SELECT that is a SET becomes it. */
bool isel_take_set(struct isel *is, struct ir_ins *ins);
void isel_swap_compare(struct ref *a, struct ref *b, uint8_t *cc);

/* ---- isel.c ---- */
void isel_walk(struct ir_fn *fn, const struct isel_rules *rules);
/* Shapes the instruction and puts it before those that are there. */
void isel_ins(struct isel *is, const struct ir_ins *ins);

/* The instruction that defines r, before selection, or NULL. */
static inline struct ir_ins *isel_def(const struct isel *is, struct ref r)
{
	return r.kind == REF_TMP && r.val < is->ntmps ? is->fn->tmps.v[r.val].def : NULL;
}
static inline void isel_use(struct isel *is, struct ref r)
{
	if (r.kind == REF_TMP)
		is->fn->tmps.v[r.val].uses++;
}
static inline void isel_unuse(struct isel *is, struct ref r)
{
	if (r.kind == REF_TMP)
		is->fn->tmps.v[r.val].uses--;
}
static inline bool isel_single(const struct isel *is, struct ref r)
{
	return r.kind == REF_TMP && is->fn->tmps.v[r.val].uses == 1;
}
static inline bool isel_is_con(const struct isel *is, struct ref r, int64_t *value)
{
	if (r.kind == REF_CON)
		*value = is->fn->cons.v[r.val];
	return r.kind == REF_CON;
}
static inline bool fits_32(int64_t v)
{
	return v == (int32_t)v;
}
/* Can it be an immediate operand of an operation of that width? */
static inline bool isel_is_imm(const struct isel *is, struct ref r, uint32_t width)
{
	int64_t v;

	return isel_is_con(is, r, &v) && (width < 8 || fits_32(v));
}

#endif
