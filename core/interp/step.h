/*
 * Checked execution, one instruction at a time: every memory access is asked for (core/run/mem.h),
 * registers that were never written are not read, calls go to functions and helpers that are there,
 * and the run's budget counts down. For programs that were not proved, and for looking on: between
 * steps all registers, the frames and what the last instruction changed are there to be read.
 *
 *	step_begin(&s, rc, prog, 0, args);
 *	while (step(&s) == STEP_MORE)
 *		show(&s);
 *	... s.reg[0], or rc->fault
 */
#ifndef CORE_INTERP_STEP_H
#define CORE_INTERP_STEP_H

#include "core/obj/runctx.h"

enum step_result {
	STEP_MORE,  /* go on at s->insn */
	STEP_EXIT,  /* the function the run began with returned; reg[0] is its value */
	STEP_FAULT, /* rc->fault; s->insn is the instruction, which did nothing */
};

/* What one instruction did. */
struct step_change {
	uint16_t regs;	/* bit per register written */
	uint64_t addr;	/* memory accessed, by the instruction itself */
	uint32_t size;	/* 0: none */
	bool wrote;	/* ... and written */
	bool jumped;	/* to a jump's target */
	uint8_t old[8]; /* what was there before a write */
};

/* A caller, waiting. */
struct step_frame {
	const struct prog *prog;
	uint32_t insn; /* of its call */
	uint16_t known;
	uint64_t saved[4]; /* r6 to r9 */
	uint64_t loops;
};

struct stepper {
	struct run_ctx *rc;
	const struct prog *prog;
	uint32_t insn; /* the slot to run next; prog->ninsns: past the end */
	uint64_t reg[REG_COUNT];
	uint16_t known; /* bit per register that was written */
	uint64_t loops; /* passes left to may_goto in this frame */
	uint32_t nframes; /* callers; the running frame is not among them */
	uint32_t outer;	  /* rc->depth before */
	struct step_change change;
	struct step_frame frames[RUN_FRAMES];
};

/* Ready to run prog from slot start with r1 to r5 from arg[]; known_args is a bit for each of them
 * that the program may read, bit 1 for r1. May end in a fault: all frames are in use. */
enum step_result step_begin(struct stepper *s, struct run_ctx *rc, const struct prog *prog,
			    uint32_t start, const uint64_t arg[5], uint16_t known_args);
enum step_result step(struct stepper *s);
/* Gives the frames back; after a fault, or to leave early. */
void step_end(struct stepper *s);

/* Runs whole programs by steps; the second counts them in prog->insn_counts. */
extern const struct engine step_engine, step_count_engine;

#endif
