/* The optimizing tier on x86-64: what its files share. */
#ifndef JIT_X86_OPT_H
#define JIT_X86_OPT_H

#include "jit/ir.h"
#include "jit/target.h"
#include "jit/x86/local.h"

/* A constant that has to be in a register; where it is put there is decided last. */
struct isel_con {
	struct ref tmp;	    /* NO_REF: none yet */
	struct ir_blk *blk; /* dominates all its uses so far */
	uint32_t con;
};

struct isel {
	struct ir_fn *fn;
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
	VEC(struct ir_ins *) old;   /* instructions before selection: definitions point to them */
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

/* ---- isel_cmp.c ---- */
/* Of a comparison: operands that x86 can compare. */
void isel_compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width);
void isel_jump(struct isel *is, struct ir_jmp *jmp);
/* a SELECT */
void isel_select(struct isel *is, struct ir_ins *ins);

/* ---- isel.c ---- */
void x86_isel(struct ir_fn *fn);
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

/* ---- emit.c, emit_ins.c ---- */
struct emit_tail {
	uint32_t label, slot;
};

struct emit {
	struct ir_fn *fn;
	struct code_buf *b;
	const struct emit_env *env;
	uint32_t first_blk;	     /* labels of blocks, by id */
	uint32_t saved;		     /* registers that are pushed */
	uint32_t size;		     /* what rsp is moved by behind that */
	uint32_t top;		     /* the frame's upper end, from rsp */
	bool flags;		     /* the jump wants the flags as they are */
	/* What was compared last, while the flags are of that; a is NO_REF: they are not */
	struct {
		struct ref a, b;
		bool is_test;
		uint8_t width;
	} compared;
	VEC(struct emit_tail) tails; /* where those calls go on that fault */
};

void x86_emit(struct ir_fn *fn, const struct emit_env *env);
void emit_ins(struct emit *e, const struct ir_ins *ins);
/* Compares; the condition that a cc b is then. */
enum x86_cc emit_compare(struct emit *e, struct ref a, struct ref b, uint8_t cc, uint8_t width);
void emit_epilogue(struct emit *e);
struct x86_mem emit_mem(const struct emit *e, struct ref r);
/* ---- emit_sum.c ---- */
void emit_sum(struct emit *e, const struct ir_ins *ins);
/* ---- emit_call.c ---- */
void emit_call(struct emit *e, const struct ir_ins *ins);
void emit_tail_call(struct emit *e, const struct ir_ins *ins);
void emit_tails(struct emit *e);

#endif
