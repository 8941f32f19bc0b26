/*
 * Programs that do nothing but compute: shapes that passes look for, with numbers that are worth
 * trying, in loops that end, over a piece of memory. They are not verified.
 *
 * Some of them go to addresses where nothing is: loads that are probes find 0 there, as those
 * through pointers that have a type (BPF_PROBE_MEM) do, and a store ends the run.
 */
#ifndef TESTS_JIT_DENSE_H
#define TESTS_JIT_DENSE_H

#include "tests/sound/gen.h"

enum { DENSE_MEM = 256 };

static inline bool dense_is_nowhere(uint64_t addr)
{
	return addr >> 63 || addr < 1 << 16;
}

/* flags: FACT_PROBE of each slot, and there are such loads and stores to nowhere; NULL: none. */
void dense_program(struct rng *rng, struct gen_prog *out, uint16_t *flags);

#endif
