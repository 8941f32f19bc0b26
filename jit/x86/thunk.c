/* What a detour is entered by, called as a function of a program is. */
#include <stddef.h>

#include "core/run/run.h"
#include "jit/code.h"
#include "jit/x86/local.h"

enum { RC = R12, FRAME = 5 * 8 };

_Static_assert(FRAME % 16 == 8, "calls are made with an aligned stack");

#define RC_AT(member) X86_AT(RC, offsetof(struct run_ctx, member))

static void set_prog(struct code_buf *b, const struct prog *prog)
{
	x86_mov_imm(b, R11, (uintptr_t)prog);
	x86_mr(b, X86_MOV, 8, RC_AT(prog), R11);
}

/* The other program's entry is a word of its own: it may have a detour, too. */
static void run_prog(struct code_buf *b, const struct detour *to)
{
	set_prog(b, to->prog);
	x86_m(b, X86_CALL, 8, X86_AT(R11, offsetof(struct prog, entry)));
	set_prog(b, to->of);
}

/* run_detour(rc, to, the five arguments) */
static void call_c(struct code_buf *b, const struct detour *to)
{
	static const uint8_t args[] = {RDI, RSI, RDX, RCX, R8};
	const void *function = (const void *)(uintptr_t)run_detour;
	uint32_t fine = code_labels(b, 1);

	for (uint32_t i = 0; i < ARRAY_SIZE(args); i++)
		x86_mr(b, X86_MOV, 8, X86_AT(RSP, (int32_t)(8 * i)), args[i]);
	x86_rr(b, X86_MOV, 8, RDI, RC);
	x86_mov_imm(b, RSI, (uintptr_t)to);
	x86_rr(b, X86_MOV, 8, RDX, RSP);
	x86_call_address(b, function, code_reaches(function));
	x86_mi(b, X86_CMP, 4, RC_AT(fault.kind), FAULT_NONE);
	x86_jcc(b, X86_E, fine);
	x86_jmp_address(b, x86_unwind, code_reaches(x86_unwind));
	code_bind(b, fine);
}

void x86_thunk(struct code_buf *b, const struct detour *to)
{
	x86_ri(b, X86_SUB, 8, RSP, FRAME);
	if (to->prog)
		run_prog(b, to);
	else
		call_c(b, to);
	x86_ri(b, X86_ADD, 8, RSP, FRAME);
	x86_ret(b);
}
