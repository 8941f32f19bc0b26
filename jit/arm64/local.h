/* arm64: registers, and instructions as they are written into a code_buf. Sizes are bytes, 4 or 8.
 */
#ifndef JIT_ARM64_LOCAL_H
#define JIT_ARM64_LOCAL_H

#include "jit/codebuf.h"
#include "jit/tramp_code.h"

struct fast;

enum a64_reg {
	X0,
	X1,
	X2,
	X3,
	X4,
	X5,
	X8 = 8,
	X9,
	X10,
	X11,
	X12,
	X16 = 16,
	X17,
	X19 = 19,
	X23 = 23,
	X27 = 27,
	X28,
	FP,
	LR,
	SP = 31, /* as a base; else it reads as 0: */
	ZR = 31,
};

enum a64_cc {
	A64_EQ,
	A64_NE,
	A64_HS,
	A64_LO,
	A64_MI,
	A64_PL,
	A64_HI = 8,
	A64_LS,
	A64_GE,
	A64_LT,
	A64_GT,
	A64_LE
};

enum a64_op {
#define A64(name, word) A64_##name,
#include "jit/arm64/a64.def"
	A64_OP_COUNT
};

/* enc.c */
/* rd = rn op (rm << shift) */
void a64_rrr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	     uint32_t rm, uint32_t shift);
/* MADD, MSUB: rd = ra +- rn * rm */
void a64_rrrr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	      uint32_t rm, uint32_t ra);
/* CSEL: rd = cc ? rn : rm */
void a64_select(struct code_buf *b, enum a64_op op, uint32_t rd, uint32_t rn, uint32_t rm,
		enum a64_cc cc);
void a64_rr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn);
/* ADD_K and the like: up to 12 bits, or 12 bits above these */
bool a64_is_arith(uint64_t v);
void a64_arith(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	       uint32_t v);
/* rd = rn + v, of any size, by way of X17 if need be */
void a64_add(struct code_buf *b, uint32_t rd, uint32_t rn, int64_t v);
/* AND_K and the like: what can be made of a run of ones, turned and repeated */
bool a64_is_logical(uint64_t v, uint32_t size);
void a64_logical(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
		 uint64_t v);
/* SBFM, UBFM: shifts and extensions */
void a64_bits(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	      uint32_t immr, uint32_t imms);
/* rd = rn turned right */
void a64_ror(struct code_buf *b, uint32_t size, uint32_t rd, uint32_t rn, uint32_t by);
void a64_mov_imm(struct code_buf *b, uint32_t rd, uint64_t v);
/* LDR, LDRS or STR of width bytes at base + disp: false when it cannot be */
bool a64_mem(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rt, uint32_t base,
	     int64_t disp);
/* ... at base + (index << (scaled ? log2(width) : 0)) */
void a64_mem_x(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rt, uint32_t base,
	       uint32_t index, bool scaled);
/* LDAR, STLR, LDAXR; STLXR says in rs whether it failed */
void a64_exclusive(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rs, uint32_t rt,
		   uint32_t base);
void a64_jump(struct code_buf *b, enum a64_op op, uint32_t label); /* B, BL */
void a64_jump_cc(struct code_buf *b, enum a64_cc cc, uint32_t label);
void a64_jump_zero(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rt, uint32_t label);
void a64_adr(struct code_buf *b, uint32_t rd, uint32_t label); /* in reach of a jump, in words */
void a64_jump_reg(struct code_buf *b, enum a64_op op, uint32_t rn); /* BR, BLR */
/* BLR, by way of X16 */
void a64_call_address(struct code_buf *b, const void *address);
/* ... wherever it is in reach */
void a64_jump_address(struct code_buf *b, const void *address);
/* rd = a word of the thread's */
void a64_thread_word(struct code_buf *b, uint32_t rd, int32_t at);
void a64_plain(struct code_buf *b, enum a64_op op);		    /* RET, BRK */
void a64_pad(uint8_t *at, uint32_t n);

/* fast.c */
extern const uint8_t a64_fast_regs[];
void a64_fast(struct fast *f);

/* thunk.c */
struct detour;
void a64_thunk(struct code_buf *b, const struct detour *to);

/* tramp.c */
extern const struct tramp_machine a64_tramp;

/* abi.c */
/* Leaves what C called: the run has failed. Of code, to be jumped to; */
extern const char a64_unwind[];
/* ... after saying where, by the link register. */
extern const char a64_fault[];

#endif
