/*
 * The one-pass tier on arm64, in three files. Each of the program's registers has one of the
 * machine's; r0 is where a helper has its last argument, since r1 is where C has results. x9 to
 * x12, x16 and x17 are free within an instruction, x28 is the run_ctx. An operation is a row of
 * rules[] in fast.c.
 */
#ifndef JIT_ARM64_FAST_H
#define JIT_ARM64_FAST_H

#include <stddef.h>

#include "jit/arm64/local.h"
#include "jit/fast.h"

enum {
	RC = X28,
	R0 = X5,
	FRAME_END = X23, /* r10 */
	WORK1 = X9,
	WORK2,
	WORK3,
	WORK4,
};

#define DST		  a64_fast_regs[insn->dst_reg]
#define SRC		  a64_fast_regs[insn->src_reg]
#define RC_OFFSET(member) offsetof(struct run_ctx, member)

static inline void a64_fast_move(struct fast *f, uint32_t size, uint32_t to, uint32_t from)
{
	a64_rrr(&f->buf, A64_ORR, size, to, ZR, from, 0);
}

/* fast.c */
/* Gives back what the function has of the stack and of others' registers. */
void a64_fast_epilogue(struct fast *f);
fast_maker a64_fast_exit;
/* CBZ, CBNZ, wherever the label is */
void a64_fast_jump_zero(struct fast *f, enum a64_op op, uint32_t size, uint32_t rt, uint32_t label);

/* fast_alu.c */
fast_maker a64_fast_sum_x, a64_fast_sum_k, a64_fast_logical_k, a64_fast_mul_x, a64_fast_mul_k,
	a64_fast_div_x, a64_fast_div_k, a64_fast_mod_x, a64_fast_mod_k, a64_fast_mov_x,
	a64_fast_mov_k, a64_fast_movsx, a64_fast_neg, a64_fast_shift_k, a64_fast_swap,
	a64_fast_truncate, a64_fast_compare_x, a64_fast_compare_k;

/* fast_call.c */
fast_maker a64_fast_call, a64_fast_call_local, a64_fast_call_kfunc, a64_fast_callx, a64_fast_packet,
	a64_fast_refuse;
void a64_fast_refuse_at(struct fast *f, uint32_t slot);
void a64_fast_tails(struct fast *f);

#endif
