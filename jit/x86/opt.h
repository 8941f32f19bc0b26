/* The optimizing tier on x86-64: what its files share. */
#ifndef JIT_X86_OPT_H
#define JIT_X86_OPT_H

#include "jit/isel.h"
#include "jit/table.h"
#include "jit/target.h"
#include "jit/x86/local.h"

/* ---- isel_cmp.c ---- */
/* Of a comparison: operands that x86 can compare. */
void x86_compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width);
void x86_jump(struct isel *is, struct ir_jmp *jmp);
/* a SELECT */
void x86_select(struct isel *is, struct ir_ins *ins);
/* ---- isel.c ---- */
void x86_isel(struct ir_fn *fn);

/* ---- emit.c, emit_ins.c ---- */
struct emit_tail {
	uint32_t label, slot;
};

struct emit_table {
	const struct jump_table *table;
	uint32_t label;
};

struct emit {
	struct ir_fn *fn;
	struct code_buf *b;
	const struct emit_env *env;
	uint32_t first_blk; /* labels of blocks, by id */
	uint32_t saved;	    /* registers that are pushed */
	uint32_t size;	    /* what rsp is moved by behind that */
	bool bare;	    /* nothing is saved and there is no frame: only tail calls call */
	uint32_t top;	    /* the frame's upper end, from rsp */
	bool flags;	    /* the jump wants the flags as they are */
	/* What was compared last, while the flags are of that; a is NO_REF: they are not */
	struct {
		struct ref a, b;
		bool is_test;
		uint8_t width;
	} compared;
	VEC(struct emit_tail) tails; /* where those calls go on that fault */
	VEC(struct emit_table) tables;
};

void x86_emit(struct ir_fn *fn, const struct emit_env *env);
void emit_ins(struct emit *e, const struct ir_ins *ins);
/* Compares; the condition that a cc b is then. */
enum x86_cc emit_compare(struct emit *e, struct ref a, struct ref b, uint8_t cc, uint8_t width);
void emit_epilogue(struct emit *e);
void emit_leave(struct emit *e, const struct ir_ins *ins);
struct x86_mem emit_mem(const struct emit *e, struct ref r);
/* ---- emit_sum.c ---- */
void emit_sum(struct emit *e, const struct ir_ins *ins);
/* ---- emit_call.c ---- */
void emit_call(struct emit *e, const struct ir_ins *ins);
void emit_tail_call(struct emit *e, const struct ir_ins *ins);
void emit_tails(struct emit *e);

#endif
