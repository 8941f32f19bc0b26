/*
 * The one-pass tier on x86-64, in three files. Each of the program's registers has one of the
 * machine's; r9, r10 and r11 are free within an instruction, r12 is the run_ctx. An operation is a
 * row of rules[] in fast.c: who makes its code, with which instruction, of what size.
 */
#ifndef JIT_X86_FAST_H
#define JIT_X86_FAST_H

#include <stddef.h>

#include "jit/x86/local.h"

enum {
	RC = R12,
	WORK1 = R9,
	WORK2 = R10,
	WORK3 = R11,
};

extern const uint8_t x86_fast_regs[REG_COUNT];

#define DST x86_fast_regs[insn->dst_reg]
#define SRC x86_fast_regs[insn->src_reg]
#define RC_AT(member) X86_AT(RC, offsetof(struct run_ctx, member))

/* The upper half of what 32-bit operations write is zero; here nothing was written. */
static inline void clear_upper(struct fast *f, uint32_t reg, uint32_t size)
{
	if (size == 4)
		x86_rr(&f->buf, X86_MOV, 4, reg, reg);
}

/* fast.c */
/* Gives back what the function has of the stack and of others' registers. */
void x86_fast_epilogue(struct fast *f);
fast_maker x86_fast_exit;

/* fast_alu.c */
fast_maker x86_fast_alu_x, x86_fast_alu_k, x86_fast_mul_k, x86_fast_mov_x, x86_fast_mov_k,
	x86_fast_movsx, x86_fast_neg, x86_fast_shift_x, x86_fast_shift_k, x86_fast_swap,
	x86_fast_truncate, x86_fast_div_x, x86_fast_div_k;

/* fast_call.c */
fast_maker x86_fast_call, x86_fast_call_local, x86_fast_call_kfunc, x86_fast_callx,
	x86_fast_packet, x86_fast_refuse;
/* The same for what is behind the program's last slot. */
void x86_fast_refuse_at(struct fast *f, uint32_t slot);
/* What is behind a function: where its faults go. */
void x86_fast_tails(struct fast *f);

#endif
