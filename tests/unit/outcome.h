/*
 * Running instructions to an outcome: r0, what a context of plain memory holds afterwards, and the
 * fault that ended it.
 */
#ifndef TESTS_UNIT_OUTCOME_H
#define TESTS_UNIT_OUTCOME_H

#include <string.h>

#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static const struct engine *const engines[] = {&interp_engine, &step_engine};

static uint8_t stack[RUN_FRAMES * STACK_SIZE] __attribute__((aligned(16)));

enum { CTX_SIZE = 64 };

struct outcome {
	uint64_t r0;
	uint8_t ctx[CTX_SIZE];
	enum fault_kind fault;
	char text[200];
};

static inline struct outcome run_code(const struct engine *engine, const struct bpf_insn *insns,
				      uint32_t n, struct map *const *maps, uint32_t nmaps)
{
	struct prog_def def = {.name = "t", .insns = (struct bpf_insn *)insns, .ninsns = n};
	struct mem checks = {.any_reg = true};
	struct runtime rt = {.fixed_clock = true};
	struct outcome out = {.ctx = {1, 2, 3, 4, 0xff, 0xfe, 0x80, 0x90}};
	struct run_ctx rc = {.engine = engine,
			     .stack = stack,
			     .ctx = out.ctx,
			     .ctx_size = CTX_SIZE,
			     .budget = 1000000000,
			     .rt = &rt,
			     .mem = engine == &step_engine ? &checks : NULL};
	struct diag d = {.prefix = "fix_test"};
	struct prog *prog = NULL;

	memset(stack, 0, sizeof(stack));
	out.fault = FAULT_INSN;
	if (prog_new(&def, maps, nmaps, NULL, &d, &prog) == 0 && engine->prepare(prog, &d) == 0) {
		run_once(&rc, prog, &out.r0);
		out.fault = rc.fault.kind;
		memcpy(out.text, rc.fault.text, sizeof(out.text));
	}
	prog_free(prog);
	return out;
}

static inline bool same_outcome(const struct outcome *a, const struct outcome *b)
{
	return a->r0 == b->r0 && a->fault == b->fault && memcmp(a->ctx, b->ctx, CTX_SIZE) == 0;
}

#endif
