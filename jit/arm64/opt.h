/* The optimizing tier on arm64: what its files share. */
#ifndef JIT_ARM64_OPT_H
#define JIT_ARM64_OPT_H

#include "jit/arm64/local.h"
#include "jit/isel.h"
#include "jit/table.h"
#include "jit/target.h"

void arm64_isel(struct ir_fn *fn);

/* Where those calls go on that fault. */
struct a64_tail {
	uint32_t label, slot;
};

struct emit {
	struct ir_fn *fn;
	struct code_buf *b;
	const struct emit_env *env;
	uint32_t first_blk; /* labels of blocks, by id */
	uint32_t saved;	    /* registers that are stored */
	uint32_t size;	    /* what sp is moved by behind that */
	uint32_t top;	    /* the frame's upper end, from sp */
	bool is_far;	    /* conditional jumps may not reach */
	VEC(struct a64_tail) tails;
};

/* ---- emit.c ---- */
void arm64_emit(struct ir_fn *fn, const struct emit_env *env);
void a64_epilogue(struct emit *e);
void a64_leave(struct emit *e, const struct ir_ins *ins);
/* ---- emit_ins.c ---- */
void a64_ins(struct emit *e, const struct ir_ins *ins);
/* Compares; the condition that a cc b is then. */
enum a64_cc a64_compare(struct emit *e, struct ref a, struct ref b, uint8_t cc, uint32_t width);
/* ---- emit_call.c ---- */
void a64_call(struct emit *e, const struct ir_ins *ins);
void a64_tail_call(struct emit *e, const struct ir_ins *ins);
void a64_tails(struct emit *e);

#endif
