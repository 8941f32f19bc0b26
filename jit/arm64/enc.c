/* The only file that knows the bits of arm64's instructions (a64.def has the words). */
#include "jit/arm64/local.h"

#include <assert.h>

static const uint32_t words[A64_OP_COUNT] = {
#define A64(name, word) [A64_##name] = word,
#include "jit/arm64/a64.def"
};

enum { SIXTY_FOUR = 31, RM = 16, RA = 10, CC = 12, RN = 5, IMM = 10, SHIFTED = 22, N = 22 };

static void put(struct code_buf *b, uint32_t word)
{
	memcpy(code_room(b, sizeof(word)), &word, sizeof(word));
	b->size += sizeof(word);
}

static uint32_t sized(enum a64_op op, uint32_t size)
{
	return words[op] | (uint32_t)(size == 8) << SIXTY_FOUR;
}

void a64_rrr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	     uint32_t rm, uint32_t shift)
{
	put(b, sized(op, size) | rm << RM | shift << IMM | rn << RN | rd);
}

void a64_rrrr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	      uint32_t rm, uint32_t ra)
{
	put(b, sized(op, size) | rm << RM | ra << RA | rn << RN | rd);
}

void a64_select(struct code_buf *b, enum a64_op op, uint32_t rd, uint32_t rn, uint32_t rm,
		enum a64_cc cc)
{
	put(b, sized(op, 8) | rm << RM | (uint32_t)cc << CC | rn << RN | rd);
}

void a64_rr(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn)
{
	put(b, sized(op, size) | rn << RN | rd);
}

bool a64_is_arith(uint64_t v)
{
	return v < 1 << 12 || (!(v & 0xfff) && v < 1 << 24);
}

void a64_arith(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	       uint32_t v)
{
	uint32_t upper = v >> 12 ? 1 : 0;

	assert(a64_is_arith(v));
	put(b, sized(op, size) | upper << SHIFTED | (upper ? v >> 12 : v) << IMM | rn << RN | rd);
}

void a64_add(struct code_buf *b, uint32_t rd, uint32_t rn, int64_t v)
{
	uint64_t size = v < 0 ? -(uint64_t)v : (uint64_t)v;
	uint32_t low = size & 0xfff;

	if (size >> 24) {
		a64_mov_imm(b, X17, (uint64_t)v);
		a64_rrr(b, A64_ADD, 8, rd, rn, X17, 0);
		return;
	}
	if (size - low) {
		a64_arith(b, v < 0 ? A64_SUB_K : A64_ADD_K, 8, rd, rn, (uint32_t)(size - low));
		rn = rd;
	}
	if (low || !size)
		a64_arith(b, v < 0 ? A64_SUB_K : A64_ADD_K, 8, rd, rn, low);
}

/* ---- constants of logical operations ---- */

static uint64_t ones(uint32_t n)
{
	return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

/* N, immr and imms, in their places; 0: it cannot be. No constant has 0. */
static uint32_t logical_bits(uint64_t v, uint32_t size)
{
	uint32_t e = 64, n;

	if (size == 4)
		v = (uint32_t)v | v << 32;
	if (!v || v == UINT64_MAX)
		return 0;
	while (e > 2 && (v & ones(e / 2)) == (v >> e / 2 & ones(e / 2)))
		e /= 2;
	v &= ones(e);
	n = (uint32_t)__builtin_popcountll(v);
	for (uint32_t r = 0; r < e; r++) {
		uint64_t turned = r ? (v << r | v >> (e - r)) & ones(e) : v;
		uint32_t imms = (UINT32_C(0x3f) << __builtin_ctz(e * 2) & 0x3f) | (n - 1);

		if (turned == ones(n))
			return (uint32_t)(e == 64) << N | r << 16 | imms << IMM;
	}
	return 0;
}

bool a64_is_logical(uint64_t v, uint32_t size)
{
	return logical_bits(v, size) != 0;
}

void a64_logical(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
		 uint64_t v)
{
	put(b, sized(op, size) | logical_bits(v, size) | rn << RN | rd);
}

/* ---- the rest of arithmetic ---- */

void a64_bits(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rd, uint32_t rn,
	      uint32_t immr, uint32_t imms)
{
	put(b, sized(op, size) | (uint32_t)(size == 8) << N | immr << 16 | imms << IMM | rn << RN |
		       rd);
}

void a64_ror(struct code_buf *b, uint32_t size, uint32_t rd, uint32_t rn, uint32_t by)
{
	put(b, sized(A64_EXTR, size) | (uint32_t)(size == 8) << N | rn << RM | by << IMM |
		       rn << RN | rd);
}

static void put_part(struct code_buf *b, enum a64_op op, uint32_t rd, uint64_t v, uint32_t part)
{
	put(b, sized(op, 8) | part << 21 | (uint32_t)(v >> part * 16 & 0xffff) << 5 | rd);
}

/* Parts of 16 bits, but those that are what most of them are: all ones, or 0. */
void a64_mov_imm(struct code_buf *b, uint32_t rd, uint64_t v)
{
	uint32_t full = 0, empty = 0, skip;
	bool first = true;

	for (uint32_t i = 0; i < 4; i++) {
		full += (v >> i * 16 & 0xffff) == 0xffff;
		empty += !(v >> i * 16 & 0xffff);
	}
	skip = full > empty ? 0xffff : 0;
	for (uint32_t i = 0; i < 4; i++) {
		if ((v >> i * 16 & 0xffff) == skip)
			continue;
		if (first)
			put_part(b, skip ? A64_MOVN : A64_MOVZ, rd, skip ? ~v : v, i);
		else
			put_part(b, A64_MOVK, rd, v, i);
		first = false;
	}
	if (first)
		put_part(b, skip ? A64_MOVN : A64_MOVZ, rd, 0, 0);
}

/* ---- memory ---- */

static uint32_t log2_of(uint32_t width)
{
	return (uint32_t)__builtin_ctz(width);
}

static uint32_t of_width(enum a64_op op, uint32_t width)
{
	return words[op] | log2_of(width) << 30;
}

static enum a64_op unscaled(enum a64_op op)
{
	return op == A64_LDR ? A64_LDUR : op == A64_LDRS ? A64_LDURS : A64_STUR;
}

bool a64_mem(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rt, uint32_t base,
	     int64_t disp)
{
	if (disp >= 0 && disp % width == 0 && disp / width < 1 << 12)
		put(b, of_width(op, width) | (uint32_t)(disp / width) << IMM | base << RN | rt);
	else if (disp >= -256 && disp < 256)
		put(b, of_width(unscaled(op), width) | ((uint32_t)disp & 0x1ff) << 12 | base << RN |
			       rt);
	else
		return false;
	return true;
}

void a64_mem_x(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rt, uint32_t base,
	       uint32_t index, bool scaled)
{
	put(b, of_width(op, width) | index << RM | (uint32_t)scaled << 12 | base << RN | rt);
}

void a64_exclusive(struct code_buf *b, enum a64_op op, uint32_t width, uint32_t rs, uint32_t rt,
		   uint32_t base)
{
	put(b, of_width(op, width) | (op == A64_STLXR ? rs << RM : 0) | base << RN | rt);
}

/* ---- jumps ---- */

void a64_jump(struct code_buf *b, enum a64_op op, uint32_t label)
{
	put(b, words[op]);
	code_word_site(b, label);
}

void a64_jump_cc(struct code_buf *b, enum a64_cc cc, uint32_t label)
{
	put(b, words[A64_B_CC] | cc);
	code_word_site(b, label);
}

void a64_jump_zero(struct code_buf *b, enum a64_op op, uint32_t size, uint32_t rt, uint32_t label)
{
	put(b, sized(op, size) | rt);
	code_word_site(b, label);
}

void a64_adr(struct code_buf *b, uint32_t rd, uint32_t label)
{
	put(b, words[A64_ADR] | rd);
	code_word_site(b, label);
}

void a64_jump_reg(struct code_buf *b, enum a64_op op, uint32_t rn)
{
	put(b, words[op] | rn << RN);
}

void a64_call_address(struct code_buf *b, const void *address)
{
	a64_mov_imm(b, X16, (uintptr_t)address);
	a64_jump_reg(b, A64_BLR, X16);
}

void a64_jump_address(struct code_buf *b, const void *address)
{
	put(b, words[A64_B]);
	code_word_address_site(b, address);
}

void a64_thread_word(struct code_buf *b, uint32_t rd, int32_t at)
{
	put(b, words[A64_MRS_TPIDR] | rd);
	if (a64_mem(b, A64_LDR, 8, rd, rd, at))
		return;
	a64_add(b, rd, rd, at);
	a64_mem(b, A64_LDR, 8, rd, rd, 0);
}

void a64_plain(struct code_buf *b, enum a64_op op)
{
	put(b, words[op]);
}

void a64_pad(uint8_t *at, uint32_t n)
{
	for (uint32_t i = 0; i + 4 <= n; i += 4)
		memcpy(at + i, &words[A64_NOP], 4);
}
