/* What a detour is entered by, called as a function of a program is. */
#include <stddef.h>

#include "core/link/traced.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/x86/local.h"

enum { RC = R12, WORD = 8, FRAME = 5 * WORD };

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

static const uint8_t args[TRACED_ARGS_MAX] = {RDI, RSI, RDX, RCX, R8};

/* run_detour(rc, to, the five arguments) */
static void call_c(struct code_buf *b, const struct detour *to)
{
	const void *function = (const void *)(uintptr_t)run_detour;
	uint32_t fine = code_labels(b, 1);

	for (uint32_t i = 0; i < ARRAY_SIZE(args); i++)
		x86_mr(b, X86_MOV, 8, X86_AT(RSP, (int32_t)(WORD * i)), args[i]);
	x86_rr(b, X86_MOV, 8, RDI, RC);
	x86_mov_imm(b, RSI, (uintptr_t)to);
	x86_rr(b, X86_MOV, 8, RDX, RSP);
	x86_call_address(b, function, code_reaches(function));
	x86_mi(b, X86_CMP, 4, RC_AT(fault.kind), FAULT_NONE);
	x86_jcc(b, X86_E, fine);
	x86_jmp_address(b, x86_unwind, code_reaches(x86_unwind));
	code_bind(b, fine);
}

/*
 * Of a function that is traced, from rsp on: the words that programs see, and what the run stands
 * on meanwhile (core/link/traced.c).
 */
enum { STANDING = (TRACED_ARGS_MAX + 1) * WORD, TRACED_FRAME = STANDING + 5 * WORD };

_Static_assert(TRACED_FRAME % 16 == 8, "calls are made with an aligned stack");

static const int32_t standing[] = {
	offsetof(struct run_ctx, ctx),
	offsetof(struct run_ctx, ctx_size),
	offsetof(struct run_ctx, pkt),
	offsetof(struct run_ctx, attach),
};

static void keep_standing(struct code_buf *b)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(standing); i++) {
		x86_rm(b, X86_MOV, 8, RAX, X86_AT(RC, standing[i]));
		x86_mr(b, X86_MOV, 8, X86_AT(RSP, STANDING + (int32_t)(WORD * i)), RAX);
	}
}

static void restore_standing(struct code_buf *b, const struct prog *of)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(standing); i++) {
		x86_rm(b, X86_MOV, 8, RAX, X86_AT(RSP, STANDING + (int32_t)(WORD * i)));
		x86_mr(b, X86_MOV, 8, X86_AT(RC, standing[i]), RAX);
	}
	set_prog(b, of);
}

static void run_tracer(struct code_buf *b, const struct tracer *tracer)
{
	set_prog(b, tracer->prog);
	x86_mov_imm(b, RAX, (uintptr_t)&tracer->place);
	x86_mr(b, X86_MOV, 8, RC_AT(attach), RAX);
	x86_rr(b, X86_MOV, 8, RDI, RSP);
	x86_m(b, X86_CALL, 8, X86_AT(R11, offsetof(struct prog, entry)));
}

static void run_tracers(struct code_buf *b, const struct traced *t, bool behind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->ntracers; i++)
		n += t->tracers[i].place.returns == behind;
	if (!n)
		return;
	x86_mr(b, X86_MOV, 8, RC_AT(ctx), RSP);
	x86_mi(b, X86_MOV, 8, RC_AT(ctx_size), (int32_t)(t->nargs + behind) * WORD);
	x86_mi(b, X86_MOV, 8, RC_AT(pkt), 0);
	for (uint32_t i = 0; i < t->ntracers; i++)
		if (t->tracers[i].place.returns == behind)
			run_tracer(b, &t->tracers[i]);
	restore_standing(b, t->detour.of);
}

static void run_traced(struct code_buf *b, const struct traced *t)
{
	const struct subprog *sub = &t->detour.of->subs[t->detour.func];

	x86_ri(b, X86_SUB, 8, RSP, TRACED_FRAME);
	for (uint32_t i = 0; i < t->nargs; i++)
		x86_mr(b, X86_MOV, 8, X86_AT(RSP, (int32_t)(WORD * i)), args[i]);
	keep_standing(b);
	run_tracers(b, t, false);
	for (uint32_t i = 0; i < t->nargs; i++)
		x86_rm(b, X86_MOV, 8, args[i], X86_AT(RSP, (int32_t)(WORD * i)));
	x86_mov_imm(b, R11, (uintptr_t)sub);
	x86_m(b, X86_CALL, 8, X86_AT(R11, offsetof(struct subprog, code)));
	x86_mr(b, X86_MOV, 8, X86_AT(RSP, (int32_t)t->nargs * WORD), RAX);
	run_tracers(b, t, true);
	x86_rm(b, X86_MOV, 8, RAX, X86_AT(RSP, (int32_t)t->nargs * WORD));
	x86_ri(b, X86_ADD, 8, RSP, TRACED_FRAME);
	x86_ret(b);
}

void x86_thunk(struct code_buf *b, const struct detour *to)
{
	const struct traced *t = traced_by_code(to);

	if (t) {
		run_traced(b, t);
		return;
	}
	x86_ri(b, X86_SUB, 8, RSP, FRAME);
	if (to->prog)
		run_prog(b, to);
	else
		call_c(b, to);
	x86_ri(b, X86_ADD, 8, RSP, FRAME);
	x86_ret(b);
}
