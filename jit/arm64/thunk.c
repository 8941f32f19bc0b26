/* What a detour is entered by, called as a function of a program is. */
#include <stddef.h>

#include "core/link/traced.h"
#include "core/run/run.h"
#include "jit/arm64/local.h"
#include "jit/jit.h"

enum { RC = X28, WORD = 8, FRAME = 48 };

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

	for (uint32_t i = 0; i < TRACED_ARGS_MAX; i++)
		a64_mem(b, A64_STR, 8, X0 + i, SP, WORD * i);
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

/*
 * Of a function that is traced, from sp on: the words that programs see, what the run stands on
 * meanwhile (core/link/traced.c), and the link register.
 */
enum { STANDING = (TRACED_ARGS_MAX + 1) * WORD, TRACED_LR = STANDING + 4 * WORD };
enum { TRACED_FRAME = (TRACED_LR + WORD + 15) & -16 };

static const uint32_t standing[] = {
	RC_OFFSET(ctx),
	RC_OFFSET(ctx_size),
	RC_OFFSET(pkt),
	RC_OFFSET(attach),
};

static void keep_standing(struct code_buf *b)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(standing); i++) {
		a64_mem(b, A64_LDR, 8, X16, RC, standing[i]);
		a64_mem(b, A64_STR, 8, X16, SP, STANDING + WORD * i);
	}
}

static void restore_standing(struct code_buf *b, const struct prog *of)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(standing); i++) {
		a64_mem(b, A64_LDR, 8, X16, SP, STANDING + WORD * i);
		a64_mem(b, A64_STR, 8, X16, RC, standing[i]);
	}
	set_prog(b, of);
}

static void run_tracer(struct code_buf *b, const struct tracer *tracer)
{
	a64_mov_imm(b, X16, (uintptr_t)&tracer->place);
	a64_mem(b, A64_STR, 8, X16, RC, RC_OFFSET(attach));
	set_prog(b, tracer->prog);
	a64_arith(b, A64_ADD_K, 8, X0, SP, 0);
	a64_mem(b, A64_LDR, 8, X16, X16, offsetof(struct prog, entry));
	a64_jump_reg(b, A64_BLR, X16);
}

static void run_tracers(struct code_buf *b, const struct traced *t, bool behind)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->ntracers; i++)
		n += t->tracers[i].place.returns == behind;
	if (!n)
		return;
	a64_arith(b, A64_ADD_K, 8, X16, SP, 0);
	a64_mem(b, A64_STR, 8, X16, RC, RC_OFFSET(ctx));
	a64_mov_imm(b, X16, (t->nargs + behind) * WORD);
	a64_mem(b, A64_STR, 8, X16, RC, RC_OFFSET(ctx_size));
	a64_mem(b, A64_STR, 8, ZR, RC, RC_OFFSET(pkt));
	for (uint32_t i = 0; i < t->ntracers; i++)
		if (t->tracers[i].place.returns == behind)
			run_tracer(b, &t->tracers[i]);
	restore_standing(b, t->detour.of);
}

static void run_traced(struct code_buf *b, const struct traced *t)
{
	const struct subprog *sub = &t->detour.of->subs[t->detour.func];

	a64_arith(b, A64_SUB_K, 8, SP, SP, TRACED_FRAME);
	a64_mem(b, A64_STR, 8, LR, SP, TRACED_LR);
	for (uint32_t i = 0; i < t->nargs; i++)
		a64_mem(b, A64_STR, 8, X0 + i, SP, WORD * i);
	keep_standing(b);
	run_tracers(b, t, false);
	for (uint32_t i = 0; i < t->nargs; i++)
		a64_mem(b, A64_LDR, 8, X0 + i, SP, WORD * i);
	a64_mov_imm(b, X16, (uintptr_t)sub);
	a64_mem(b, A64_LDR, 8, X16, X16, offsetof(struct subprog, code));
	a64_jump_reg(b, A64_BLR, X16);
	a64_mem(b, A64_STR, 8, X0, SP, t->nargs * WORD);
	run_tracers(b, t, true);
	a64_mem(b, A64_LDR, 8, X0, SP, t->nargs * WORD);
	a64_mem(b, A64_LDR, 8, LR, SP, TRACED_LR);
	a64_arith(b, A64_ADD_K, 8, SP, SP, TRACED_FRAME);
	a64_plain(b, A64_RET);
}

void a64_thunk(struct code_buf *b, const struct detour *to)
{
	const struct traced *t = traced_by_code(to);

	if (t) {
		run_traced(b, t);
		return;
	}
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
