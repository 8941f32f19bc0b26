/* A program of any size that has a little of everything, for the benches that compile. */
#ifndef TESTS_BENCH_MIXED_H
#define TESTS_BENCH_MIXED_H

#include <string.h>

#include "core/helper/helper.h"
#include "core/isa/build.h"

/* n instructions: blocks of eight that jump on over some others, or back to where they begin. */
static inline void mixed_program(struct bpf_insn *insns, uint32_t n)
{
	uint32_t at = 1, end = n - 64;

	insns[0] = INSN_MOV64_X(6, 1);
	for (int i = 0; at + 8 < end; i++, at += 8) {
		const struct bpf_insn block[] = {
			INSN_MOV64_X(2, 6),
			INSN_ADD64_K(2, 100),
			INSN_LDX_W(3, 2, 4),
			INSN_XOR32_X(3, 2),
			INSN_JGT64_K(3, 1000, (int16_t)(i % 3 ? 3 + i * 8 % 48 : -5)),
			INSN_STX_DW(10, 3, -8),
			INSN_LSH64_K(3, 7),
			INSN_CALL(HELPER_ktime_get_ns),
		};

		memcpy(&insns[at], block, sizeof(block));
	}
	while (at < n - 1)
		insns[at++] = INSN_MOV64_K(0, 0);
	insns[at] = INSN_EXIT();
}

#endif
