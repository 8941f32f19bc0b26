/*
 * Many numbers in memory added up, with SSE2, which every x86-64 has: sums of 32 bits in the four
 * parts of two registers, those of 16 bits extended before.
 */
#include "jit/x86/opt.h"

enum {
	SUM,	   /* vector registers: both sums, */
	OTHER_SUM, /* */
	PART,	   /* what was loaded, twice, */
	UPPER = 4, /* the upper half of it, */
	ZERO = 7,
	VECTOR = 16, /* bytes */
	ROUND = 2 * VECTOR,
	WORK = RCX,
};

static void vv(struct emit *e, enum x86_op op, uint32_t to, uint32_t from)
{
	x86_rr(e->b, op, op == X86_MOVUPS || op == X86_MOVLPS ? 4 : 2, to, from);
}

static void add_part(struct emit *e, uint32_t width, uint32_t part)
{
	uint32_t upper = part - PART + UPPER;

	if (width == 4) {
		vv(e, X86_PADDD, part == PART ? SUM : OTHER_SUM, part);
		return;
	}
	vv(e, X86_MOVUPS, upper, part);
	vv(e, X86_UNPCKLW, part, ZERO);
	vv(e, X86_UNPCKHW, upper, ZERO);
	vv(e, X86_PADDD, SUM, part);
	vv(e, X86_PADDD, OTHER_SUM, upper);
}

static void rounds(struct emit *e, uint32_t width, uint8_t base, int32_t bytes)
{
	uint32_t again = code_labels(e->b, 1);

	x86_mov_imm(e->b, WORK, (uint64_t) - (int64_t)bytes);
	code_align(e->b, ROUND);
	code_bind(e->b, again);
	x86_rm(e->b, X86_MOVUPS, 4, PART, X86_AT2(base, WORK, 1, bytes));
	x86_rm(e->b, X86_MOVUPS, 4, PART + 1, X86_AT2(base, WORK, 1, bytes + VECTOR));
	add_part(e, width, PART);
	add_part(e, width, PART + 1);
	x86_ri(e->b, X86_ADD, 8, WORK, ROUND);
	x86_jcc(e->b, X86_NE, again);
}

static void join(struct emit *e, uint32_t to)
{
	vv(e, X86_PADDD, SUM, OTHER_SUM);
	vv(e, X86_MOVLPS, PART, SUM);
	vv(e, X86_PADDD, SUM, PART);
	vv(e, X86_MOVUPS, PART, SUM);
	x86_ri(e->b, X86_PSRLQ, 2, PART, 32);
	vv(e, X86_PADDD, SUM, PART);
	x86_rr(e->b, X86_MOVD_TO, 2, SUM, to);
}

void emit_sum(struct emit *e, const struct ir_ins *ins)
{
	uint8_t base = (uint8_t)ins->arg[0].val;
	int32_t at = 0, bytes = (int32_t)ref_con(e->fn, ins->arg[1]) * ins->width;

	vv(e, X86_PXOR, ZERO, ZERO);
	vv(e, X86_PXOR, SUM, SUM);
	vv(e, X86_PXOR, OTHER_SUM, OTHER_SUM);
	if (bytes >= ROUND) {
		at = bytes - bytes % ROUND;
		rounds(e, ins->width, base, at);
	}
	if (bytes - at >= VECTOR) {
		x86_rm(e->b, X86_MOVUPS, 4, PART, X86_AT(base, at));
		add_part(e, ins->width, PART);
		at += VECTOR;
	}
	if (bytes - at >= VECTOR / 2) {
		vv(e, X86_PXOR, PART, PART);
		x86_rm(e->b, X86_MOVLPS, 4, PART, X86_AT(base, at));
		add_part(e, ins->width, PART);
		at += VECTOR / 2;
	}
	join(e, ins->to.val);
	for (; at < bytes; at += ins->width) {
		x86_rm(e->b, ins->width == 2 ? X86_MOVZX16 : X86_MOV, 4, WORK, X86_AT(base, at));
		x86_rr(e->b, X86_ADD, 4, ins->to.val, WORK);
	}
}
