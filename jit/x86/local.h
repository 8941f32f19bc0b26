/*
 * x86-64: registers, and instructions as they are written into a code_buf. Sizes are bytes: 1, 2, 4
 * or 8. An operation on 4 bytes clears the upper half of its register.
 *
 *	x86_rr(b, X86_ADD, 8, RAX, RDI)			rax += rdi
 *	x86_rm(b, X86_MOV, 4, RAX, X86_AT(RDI, 8))	eax = [rdi + 8]
 *	x86_mi(b, X86_CMP, 1, X86_AT2(RDI, RSI, 1, -4), 7)	byte [rdi + rsi - 4] ? 7
 */
#ifndef JIT_X86_LOCAL_H
#define JIT_X86_LOCAL_H

#include "jit/codebuf.h"
#include "jit/fast.h"
#include "jit/tramp_code.h"

enum x86_reg {
	RAX,
	RCX,
	RDX,
	RBX,
	RSP,
	RBP,
	RSI,
	RDI,
	R8,
	R9,
	R10,
	R11,
	R12,
	R13,
	R14,
	R15,
	X86_NO_REG = 0xff,
};

/* Conditions, as jcc, setcc and cmovcc number them; the lowest bit negates. */
enum x86_cc {
	X86_O,
	X86_NO,
	X86_B, /* unsigned: below */
	X86_AE,
	X86_E,
	X86_NE,
	X86_BE,
	X86_A,
	X86_S,
	X86_NS,
	X86_P,
	X86_NP,
	X86_L, /* signed: less */
	X86_GE,
	X86_LE,
	X86_G,
};

enum x86_op {
#define X86(name, ...) X86_##name,
#include "jit/x86/x86.def"
	X86_OP_COUNT
};

/* base + index * scale + disp; without a base it is index * scale + disp, or disp alone. */
struct x86_mem {
	uint8_t base, index; /* X86_NO_REG; an index is not RSP */
	uint8_t scale;	     /* 1, 2, 4, 8 */
	int32_t disp;
};

#define X86_AT(base, disp) ((struct x86_mem){(base), X86_NO_REG, 1, (disp)})
#define X86_AT2(base, index, scale, disp) ((struct x86_mem){(base), (index), (scale), (disp)})

/* enc.c */
/* reg OP= rm; of MOVZX8 and the like size is reg's */
void x86_rr(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm);
void x86_rm(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, struct x86_mem m);
void x86_mr(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m, uint32_t reg);
/* OP= constant, which is sign-extended to 8 bytes; of shifts: how far. */
void x86_ri(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, int32_t imm);
void x86_mi(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m, int32_t imm);
/* One operand; of shifts: by cl */
void x86_r(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg);
void x86_m(struct code_buf *b, enum x86_op op, uint32_t size, struct x86_mem m);
/* IMUL_K: reg = rm * imm */
void x86_rri(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm,
	     int32_t imm);
void x86_rmi(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, struct x86_mem m,
	     int32_t imm);
/* BMI2: reg = rm shifted by count; RORX by a constant. x86_has_bmi2() first. */
void x86_rrr(struct code_buf *b, enum x86_op op, uint32_t size, uint32_t reg, uint32_t rm,
	     uint32_t count);
void x86_rorx(struct code_buf *b, uint32_t size, uint32_t reg, uint32_t rm, uint8_t count);
bool x86_has_bmi2(void);
bool x86_has_movbe(void);
/* reg = constant of 8 bytes, in the shortest form that leaves flags alone */
void x86_mov_imm(struct code_buf *b, uint32_t reg, uint64_t imm);
void x86_bswap(struct code_buf *b, uint32_t size, uint32_t reg); /* 4 or 8 */
void x86_push(struct code_buf *b, uint32_t reg);
void x86_pop(struct code_buf *b, uint32_t reg);
/* The low byte of reg becomes 0 or 1. */
void x86_setcc(struct code_buf *b, enum x86_cc cc, uint32_t reg);
void x86_cmov(struct code_buf *b, enum x86_cc cc, uint32_t size, uint32_t reg, uint32_t rm);
void x86_cmov_m(struct code_buf *b, enum x86_cc cc, uint32_t size, uint32_t reg, struct x86_mem m);
void x86_jcc(struct code_buf *b, enum x86_cc cc, uint32_t label);
void x86_jmp(struct code_buf *b, uint32_t label);
void x86_call(struct code_buf *b, uint32_t label);
/* An address outside: direct when it is in reach (code_reaches()), else through RAX. */
void x86_call_address(struct code_buf *b, const void *address, bool is_near);
void x86_jmp_address(struct code_buf *b, const void *address, bool is_near);
/* reg = address of a label */
void x86_lea_label(struct code_buf *b, uint32_t reg, uint32_t label);
/* reg = a word of the thread's own memory, so far from the thread's pointer */
void x86_thread_word(struct code_buf *b, uint32_t reg, int32_t off);
/* Before a memory OP= register that is to be atomic */
void x86_lock(struct code_buf *b);
/* rdx:rax = rax, signed */
void x86_extend_rax(struct code_buf *b, uint32_t size);
void x86_leave(struct code_buf *b);
void x86_ret(struct code_buf *b);
void x86_mfence(struct code_buf *b);
void x86_trap(struct code_buf *b);
/* Nops of several bytes: also b->pad. */
void x86_pad(uint8_t *at, uint32_t n);

/* abi.c */
/* Leaves what C called: the run has failed. Of code, to be jumped to. */
extern const char x86_unwind[];
/* ... after saying where, by the return address on the stack. */
extern const char x86_fault[];

/* tail.c */
#define X86_SLOT_UNKNOWN UINT32_MAX
bool x86_tail_is_known(const struct map *table);
/*
 * r11 becomes the program in a slot of a table that is known, the run goes over to it, and r1 is
 * the context again; what is left is to go there. Elsewhere, with nothing done but r9 to r11, when
 * the helper has to be asked. X86_SLOT_UNKNOWN: the slot is in edx.
 */
void x86_tail_find(struct code_buf *b, struct map *table, uint32_t slot, uint32_t ask);

/* fast.c */
void x86_fast(struct fast *f);

/* thunk.c */
void x86_thunk(struct code_buf *b, const struct detour *to);
/* tramp.c */
extern const struct tramp_machine x86_tramp;

#endif
