/*
 * What tracing costs: a call of a library's function, with an entry that nobody has changed, with
 * an empty program before it or behind it; the same of a program's function; and how long it takes to attach one program to what has
 * 37 already. The least of many short turns, since others use the machine, too.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/isa/build.h"
#include "core/link/traced.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/sys/kernel.h"
#include "jit/jit.h"

enum { TURNS = 3000, CALLS = 10000 };

static struct diag d = {.prefix = "tramp_bench"};
static struct kernel *kernel;

static struct prog *empty(void)
{
	struct bpf_insn insns[] = {INSN_MOV64_K(0, 0), INSN_EXIT()};
	struct prog_def def = {.name = "empty", .insns = insns, .ninsns = ARRAY_SIZE(insns)};
	struct prog *prog = NULL;

	if (prog_new(&def, NULL, 0, NULL, &d, &prog) || jit_fast_engine.prepare(prog, &d))
		exit(1);
	return prog;
}

static double turn(const char *loop)
{
	uint64_t regs[FUNC_REGS_MAX] = {CALLS}, stack[FUNC_SLOTS_MAX] = {0}, start = clock_ns();

	kernel_call(kernel_func(kernel, loop)->addr, regs, stack);
	return (double)(clock_ns() - start) / CALLS;
}

static double least(const char *loop)
{
	double best = turn(loop);

	for (uint32_t i = 1; i < TURNS; i++)
		best = min(best, turn(loop));
	return best;
}

static void attach(struct tramp_link *link, enum tramp_kind kind)
{
	*link = (struct tramp_link){.prog = empty(), .kind = kind};
	if (kernel_attach(kernel, "traced", link, &d))
		exit(1);
}

static double with(enum tramp_kind kind)
{
	struct tramp_link link;
	double ns;

	attach(&link, kind);
	ns = least("call_traced");
	kernel_detach(kernel, &link);
	return ns;
}

/* ---- functions of programs ---- */

/* Calls a function so many times. */
static struct prog *calling(void)
{
	struct bpf_insn insns[] = {
		INSN_MOV64_K(6, CALLS),
		INSN_MOV64_X(1, 6),
		INSN_CALL_LOCAL(4),
		INSN_ADD64_K(6, -1),
		INSN_JNE64_K(6, 0, -4),
		INSN_MOV64_K(0, 0),
		INSN_EXIT(),
		INSN_MOV64_X(0, 1),
		INSN_EXIT(),
	};
	struct prog_def def = {.name = "calls", .insns = insns, .ninsns = ARRAY_SIZE(insns)};
	struct prog *prog = NULL;

	if (prog_new(&def, NULL, 0, NULL, &d, &prog))
		exit(1);
	prog->is_open = true;
	if (jit_opt_engine.prepare(prog, &d))
		exit(1);
	return prog;
}

static double least_run(const struct prog *prog)
{
	struct runtime rt = {.fixed_clock = true};
	uint64_t best = UINT64_MAX, r0;

	for (uint32_t i = 0; i < TURNS; i++) {
		struct run_ctx rc = {.engine = &jit_opt_engine, .rt = &rt};
		uint64_t start = clock_ns();

		run_once(&rc, prog, &r0);
		best = min(best, clock_ns() - start);
	}
	return (double)best / CALLS;
}

static double traced_run(struct prog *prog, bool behind)
{
	struct tracer tracer = {.prog = empty(), .place = {.nargs = 1, .returns = behind}};
	struct traced t;
	double ns;

	traced_init(&t, prog, 1);
	t.tracers = &tracer;
	t.ntracers = t.nargs = 1;
	if (prog_detour(prog, 1, &t.detour, &d))
		exit(1);
	ns = least_run(prog);
	prog_detour(prog, 1, NULL, &d);
	detour_end(&t.detour);
	return ns;
}

static void functions_of_programs(void)
{
	struct prog *prog = calling();
	double plain = least_run(prog);

	printf("%-24s %8.2f ns\n", "call in a program", plain);
	printf("%-24s %+8.2f ns\n", "fentry", traced_run(prog, false) - plain);
	printf("%-24s %+8.2f ns\n", "fexit", traced_run(prog, true) - plain);
	prog_free(prog);
}

static double last_attach(void)
{
	struct tramp_link links[TRAMP_LINKS_MAX];
	struct tramp_link *last = &links[TRAMP_LINKS_MAX - 1];
	uint64_t best = UINT64_MAX;

	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		attach(&links[i], (enum tramp_kind)(i % TRAMP_KINDS));
	for (uint32_t i = 0; i < 100; i++) {
		uint64_t start;

		kernel_detach(kernel, last);
		start = clock_ns();
		if (kernel_attach(kernel, "traced", last, &d))
			exit(1);
		best = min(best, clock_ns() - start);
	}
	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		kernel_detach(kernel, &links[i]);
	return (double)best / 1000;
}

int main(int argc, char **argv)
{
	static struct runtime rt;
	struct tramp_home home = {.rt = &rt, .engine = &jit_fast_engine};
	double plain;

	if (argc != 2 || kernel_open(argv[1], &d, &kernel))
		return 1;
	tramp_home(&home);
	plain = least("call_plain");
	printf("%-24s %8.2f ns\n", "bare call", plain);
	printf("%-24s %+8.2f ns\n", "entry without programs", least("call_traced") - plain);
	printf("%-24s %+8.2f ns\n", "fentry", with(TRAMP_FENTRY) - plain);
	printf("%-24s %+8.2f ns\n", "fmod_ret", with(TRAMP_MODIFY) - plain);
	printf("%-24s %+8.2f ns\n", "fexit", with(TRAMP_FEXIT) - plain);
	functions_of_programs();
	printf("%-24s %8.2f us\n", "attaching the 38th", last_attach());
	kernel_close(kernel);
	return 0;
}
