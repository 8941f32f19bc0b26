/*
 * A compute workload as the kernel takes it: its memory is an arena, so that any address may be
 * computed, and each jump back is behind a may_goto, without which the verifier would walk through
 * all passes of loops; where that is not enough it is not told with which constants they begin. The
 * same program with its memory as it is runs here, too, for a comparison.
 */
#ifndef TESTS_BENCH_PROGS_BOUNDED_H
#define TESTS_BENCH_PROGS_BOUNDED_H

#include "core/isa/insn.h"

struct bounded {
	struct bpf_insn *insns; /* r1 is the memory, r2 its size */
	uint32_t n;
	uint32_t size;	      /* of the memory */
	uint8_t *arena;	      /* its pages in this process; NULL: the kernel does not run it */
	int map, prog, empty; /* descriptors; one that does nothing */
};

void bounded_open(struct bounded *b, const struct bpf_insn *insns, uint32_t n, uint32_t size);
void bounded_close(struct bounded *b);
/* Seconds of a run by the kernel's account, net of a program that does nothing. */
double bounded_run(const struct bounded *b, uint32_t *result);

#endif
