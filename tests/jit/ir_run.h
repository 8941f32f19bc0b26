/*
 * The intermediate form interpreted, before any machine knows it: what a pass made of a program has
 * to do what the program does.
 */
#ifndef TESTS_JIT_IR_RUN_H
#define TESTS_JIT_IR_RUN_H

#include "core/obj/runctx.h"
#include "jit/passes.h"

enum { IR_RUN_ALL = 1000 }; /* passes: all there are */

/* An engine's form of a program. */
struct ir_prog {
	const struct prog *prog;
	struct ir_fn **fns; /* by prog->subs */
	uint64_t steps;
	const char *wrong; /* what ir_check() found, after which pass */
	const char *wrong_pass;
};

/* Its functions after so many passes, each looked at by ir_check(). */
struct ir_prog *ir_prog_new(const struct prog *prog, uint32_t passes);
/* After those that make SSA of it, and the one in place `pass` of jit_passes alone. */
struct ir_prog *ir_prog_alone(const struct prog *prog, uint32_t pass);
/* How many passes make SSA. */
uint32_t ir_passes_to_ssa(void);
void ir_prog_free(struct ir_prog *p);
/* r0 of a run, or of a call; it ends with FAULT_BUDGET when rc->budget is used up. */
uint64_t ir_run(struct ir_prog *p, struct run_ctx *rc, uint32_t func, const uint64_t arg[5]);

#endif
