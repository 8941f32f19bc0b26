/*
 * Is what a running program has covered by what the verifier explored? Pruning is right only if, at
 * every prune point that is come to, some state that was stored there allows all that is in
 * registers and on the stack, but for what Linux's comparison leaves out: registers and slots that
 * nobody reads, and numbers that were not found to matter.
 */
#ifndef TESTS_SOUND_COVER_H
#define TESTS_SOUND_COVER_H

#include "core/obj/runctx.h"
#include "core/verify/state.h"

struct cover_state;

struct cover {
	struct arena arena;
	struct cover_state **by_insn;
	uint32_t ninsns, nstates;
};

void cover_begin(struct cover *c, uint32_t ninsns);
/* verify_job.explored, with the cover as its argument */
void cover_add(void *arg, const struct state *st);
void cover_end(struct cover *c);

/* One function of a program that runs, from the outermost. */
struct cover_frame {
	uint64_t regs[REG_COUNT]; /* of a caller r6 to r10 */
	uint32_t insn;		  /* where it is; of a caller: its call */
};

/* Is there a state for this? what: the nearest miss, in words. */
bool cover_has(const struct cover *c, const struct run_ctx *rc, const struct insn_aux *aux,
	       const struct cover_frame *frames, uint32_t n, struct strbuf *what);

#endif
