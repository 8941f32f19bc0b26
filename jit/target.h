/*
 * What a machine is to the optimizing tier.
 */
#ifndef JIT_TARGET_H
#define JIT_TARGET_H

#include "jit/ir.h"

struct codebuf;

struct target {
	const char *name;
	uint8_t nregs;
	const char *const *reg_names;
	uint64_t allocatable; /* registers that values may be in */
	uint64_t saved;	      /* those that calls leave alone */
	uint8_t rc;	      /* the register that the run_ctx is in, always */
	/* By position: where r1 to r5 and a helper's sixth argument are passed, where r0 is. */
	uint8_t arg[6], ret;
	/*
	 * Gives instructions the machine's shape: addressing, flags, immediates that fit, fixed
	 * registers around divisions, shifts and calls by copies from and to REF_REG.
	 */
	void (*isel)(struct ir_fn *fn);
	/* Registers that the instruction overwrites beyond what it names: a call's, a division's.
	 */
	uint64_t (*clobbers)(const struct ir_fn *fn, const struct ir_ins *ins);
	/* Machine code of a function whose values are all in registers; its frame included. */
	int (*emit)(struct ir_fn *fn, struct codebuf *buf);
};

extern const struct target target_x86;

#endif
