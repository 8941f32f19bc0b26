/*
 * What a machine is to the optimizing tier.
 */
#ifndef JIT_TARGET_H
#define JIT_TARGET_H

#include "jit/ir.h"

struct code_buf;

#define REG_ANY UINT8_MAX
#define MAX_REGS 32

/* Where code goes, and what it may rely on. */
struct emit_env {
	struct code_buf *buf;
	uint32_t first_sub;  /* labels of the program's functions, in their order */
	uint32_t first_part; /* ... of the parts of the one that is made */
	uint32_t label;	     /* of what is made */
	bool subs_tail_call; /* so rc->prog may be another one after a call of one of them */
};

struct target {
	const char *name;
	uint8_t nregs;
	const char *const *reg_names;
	uint64_t allocatable; /* registers that values may be in */
	uint64_t saved;	      /* those that calls leave alone */
	uint8_t table_regs;   /* free ones that each address and index of a table takes */
	uint8_t rc;	      /* the register that the run_ctx is in, always */
	bool sums; /* has IR_SUM */
	/* By position: where r1 to r5 and a helper's sixth argument are passed, where r0 is. */
	uint8_t arg[6], ret;
	/*
	 * Gives instructions the machine's shape: addressing, immediates that fit, comparisons
	 * that are what an instruction did anyway.
	 */
	void (*isel)(struct ir_fn *fn);
	/* The register that an operand, or the result, has to be in; REG_ANY. */
	uint8_t (*reg_of)(const struct ir_fn *fn, const struct ir_ins *ins, const struct ref *r);
	/* Is the operand read after the result is written? It never is in the result's register. */
	bool (*is_late)(const struct ir_fn *fn, const struct ir_ins *ins, const struct ref *r);
	/* Would a move go when the result is where the first operand was? */
	bool (*is_tied)(const struct ir_ins *ins);
	/* Registers that are overwritten beyond the result. */
	uint64_t (*clobbers)(const struct ir_fn *fn, const struct ir_ins *ins);
	/* Machine code of a function whose values are all in registers; its frame included. */
	void (*emit)(struct ir_fn *fn, const struct emit_env *env);
};

extern const struct target target_x86, target_arm64;
/* This machine's; NULL: there is none. */
extern const struct target *const jit_machine;

#endif
