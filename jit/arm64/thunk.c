/* What a detour is entered by, called as a function of a program is. */
#include <stddef.h>

#include "core/run/run.h"
#include "jit/arm64/local.h"
#include "jit/jit.h"

enum { RC = X28, FRAME = 48 };

#define RC_OFFSET(member) offsetof(struct run_ctx, member)

static void set_prog(struct code_buf *b, const struct prog *prog)
{
	a64_mov_imm(b, X16, (uintptr_t)prog);
	a64_mem(b, A64_STR, 8, X16, RC, RC_OFFSET(prog));
}

/* The other program's entry is a word of its own: it may have a detour, too. */
static void run_prog(struct code_buf *b, const struct detour *to)
{
	set_prog(b, to->prog);
	a64_mem(b, A64_LDR, 8, X16, X16, offsetof(struct prog, entry));
	a64_jump_reg(b, A64_BLR, X16);
	set_prog(b, to->of);
}

/* run_detour(rc, to, the five arguments) */
static void take_detour(struct code_buf *b, const struct detour *to)
{
	uint32_t fine = code_labels(b, 1);

	for (uint32_t i = 0; i < 5; i++)
		a64_mem(b, A64_STR, 8, X0 + i, SP, 8 * i);
	a64_rrr(b, A64_ORR, 8, X0, ZR, RC, 0);
	a64_mov_imm(b, X1, (uintptr_t)to);
	a64_arith(b, A64_ADD_K, 8, X2, SP, 0);
	a64_call_address(b, (const void *)(uintptr_t)run_detour);
	a64_mem(b, A64_LDR, 4, X16, RC, RC_OFFSET(fault.kind));
	a64_jump_zero(b, A64_CBZ, 4, X16, fine);
	a64_mov_imm(b, X16, (uintptr_t)a64_unwind);
	a64_jump_reg(b, A64_BR, X16);
	code_bind(b, fine);
}

void a64_thunk(struct code_buf *b, const struct detour *to)
{
	a64_arith(b, A64_SUB_K, 8, SP, SP, FRAME);
	a64_mem(b, A64_STR, 8, LR, SP, FRAME - 8);
	if (to->prog)
		run_prog(b, to);
	else
		take_detour(b, to);
	a64_mem(b, A64_LDR, 8, LR, SP, FRAME - 8);
	a64_arith(b, A64_ADD_K, 8, SP, SP, FRAME);
	a64_plain(b, A64_RET);
}
