/* What an engine takes to prepare an instruction, for the benches. */
#ifndef TESTS_BENCH_PREPARE_H
#define TESTS_BENCH_PREPARE_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/interp/interp.h"
#include "core/obj/prog.h"
#include "core/run/run.h"

static inline double processor_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/* Nanoseconds of processor time, the best of some; name is for messages. */
static inline double prepare_ns(const struct engine *engine, const char *name,
				struct bpf_insn *insns, uint32_t n)
{
	enum { MANY = 250000 };
	struct prog_def def = {.name = name, .insns = insns, .ninsns = n};
	struct diag d = {.prefix = "bench"};
	double best = 1e9;

	for (uint32_t i = 0; i < 2 + MANY / n; i++) {
		struct prog *prog;
		double start;

		if (prog_new(&def, NULL, 0, NULL, &d, &prog))
			exit(2);
		start = processor_time();
		if (engine->prepare(prog, &d))
			exit(2);
		start = processor_time() - start;
		best = start < best ? start : best;
		if (engine != &interp_engine && prog->engine != engine) {
			fprintf(stderr, "bench: %s of %u: another engine than %s prepared it\n",
				name, n, engine->name);
			exit(2);
		}
		prog_free(prog);
	}
	return best / n * 1e9;
}

#endif
