/*
 * Rewriting of an accepted program into the one that runs: fix.c has the passes in their order, and
 * what each is for. A pass says what it wants in a list of edits, one for each instruction that
 * changes; draft_apply() carries all of them out in one go, so that any number of edits takes time
 * that is linear in the length of the program.
 */
#ifndef CORE_VERIFY_FIX_H
#define CORE_VERIFY_FIX_H

#include "core/base/vec.h"
#include "core/verify/state.h"

/* ---- fix_patch.c ---- */

/* What stands in place of one instruction, both slots of a wide one. */
struct edit {
	uint32_t slot; /* of the instruction; the draft's length: behind the last one */
	uint32_t n;    /* slots in its place; 0: none */
	const struct bpf_insn *insns; /* jumps among them are as they will stand */
	/*
	 * The one of them whose target is outside, or -1; it is given as the slot that it is now.
	 */
	int32_t outer;
	uint32_t target;
};

/* A program between two passes. */
struct draft {
	struct bpf_insn *insns;
	uint16_t *ops; /* enum insn_op, OP_BAD for the second half of a wide one */
	uint32_t n;
	/* The slot in the program that was judged that each is from, ninsns: it is from none. */
	uint32_t *origin;
	/*
	 * For each slot of the program that was judged, and its end: where it is, or what followed
	 * it when it is gone.
	 */
	uint32_t *at;
	uint32_t njudged;
};

void draft_init(struct draft *d, const struct bpf_insn *insns, const uint16_t *ops, uint32_t n);
void draft_free(struct draft *d);
/*
 * Carries out edits, which are sorted by slot. Jumps, calls and addresses of functions follow what
 * they lead to: to the first slot in its place, or to what came behind it. -ERANGE when a jump does
 * not reach any more; nothing has changed then.
 */
int draft_apply(struct draft *d, const struct edit *edits, size_t n);
/* Does it name another slot: jump, call of a function, or address of one? */
bool draft_has_target(enum insn_op op);
uint32_t draft_target(const struct draft *d, uint32_t slot);

/* ---- fix.c ---- */

struct fix {
	struct env *env;
	struct draft d;
	VEC(struct edit) edits; /* of the pass that runs */
	struct arena arena;	/* their instructions */
};

/* The pass of the verifier: leaves result.code and the frames of what will run. */
int fix_program(struct env *env);

/* Edits, in the order of slots; the instructions are copied. */
void fix_replace(struct fix *f, uint32_t slot, const struct bpf_insn *insns, uint32_t n);
void fix_remove(struct fix *f, uint32_t slot);
/* The instruction at index of the edit given last goes to a slot of the draft. */
void fix_aim(struct fix *f, uint32_t index, uint32_t target);
/* Facts of the instruction that a slot is from. */
static inline struct insn_aux *fix_aux(const struct fix *f, uint32_t slot)
{
	return &f->env->aux[f->d.origin[slot]];
}

/* ---- fix_dead.c ---- */
void fix_dead(struct fix *f);
void fix_nops(struct fix *f);

/* ---- fix_inline.c ---- */
void fix_inline(struct fix *f);

/* ---- fix_zext.c ---- */
void fix_zext(struct fix *f);

#endif
