/*
 * The one-pass tier: machine code straight from the instructions. fast.c finds out what must be
 * known beforehand; a target goes once over the slots from f->at on, function by function.
 */
#ifndef JIT_FAST_H
#define JIT_FAST_H

#include "core/isa/insn.h"
#include "core/verify/facts.h"
#include "jit/jit.h"

enum fast_mark {
	FAST_TARGET = 1 << 0, /* a live jump goes there */
	FAST_DEAD = 1 << 1,
};

/* A function. */
struct fast_func {
	uint32_t start, end;
	uint16_t regs;	 /* bit per register that it uses */
	uint16_t stack;	 /* bytes below r10 */
	bool calls;	 /* functions or helpers */
	bool loops;	 /* has may_goto */
	bool tail_calls;
};

/*
 * What a function has behind its last instruction: where those end up that fault at a slot, or how
 * all of its calls call a C function.
 */
struct fast_tail {
	uint32_t label, slot;
	const void *function;
};

struct fast {
	const struct prog *prog;
	struct code_buf buf;
	uint8_t *marks;	 /* enum fast_mark, by slot */
	const uint16_t *facts; /* enum insn_fact, by slot; all 0 when nothing was proved */
	struct fast_func *funcs; /* by prog->subs */
	uint32_t first_sub, first_slot; /* labels: of functions, of slots */
	bool has_near;	     /* helpers are in reach of direct calls */
	bool has_bmi2;
	bool subs_tail_call; /* some function other than the program itself makes a tail call */
	/* Where the target is: */
	const struct fast_func *fn;
	uint32_t at; /* the next slot */
	VEC(struct fast_tail) tails;
};

/* Makes the code of an instruction, as the row of its operation says. */
struct rule;
typedef void fast_maker(struct fast *f, const struct bpf_insn *insn, const struct rule *r);

struct rule {
	fast_maker *make;
	uint8_t op;   /* the target's: an instruction, or a condition */
	uint8_t size; /* bytes operated on */
};

/* What a target makes code with. */
struct fast_code {
	const struct rule *rules; /* by enum insn_op */
	void (*prologue)(struct fast *f);
	/* Says that an instruction cannot run, and ends the run; a slot may be behind the last. */
	void (*refuse)(struct fast *f, uint32_t slot);
	/* What is behind a function: where its faults go. */
	void (*tails)(struct fast *f);
};

/* All live functions, one after the other. */
void fast_make(struct fast *f, const struct fast_code *code);
/* Is the slot what comes next, but for dead code? */
bool fast_is_next(const struct fast *f, uint32_t slot);

static inline uint32_t slot_of(const struct fast *f, const struct bpf_insn *insn)
{
	return (uint32_t)(insn - f->prog->insns);
}

static inline uint16_t fact_of(const struct fast *f, const struct bpf_insn *insn)
{
	return f->facts[slot_of(f, insn)];
}

static inline bool fast_is_target(const struct fast *f, uint32_t slot)
{
	return f->marks[slot] & FAST_TARGET;
}

static inline bool fast_is_dead(const struct fast *f, uint32_t slot)
{
	return f->marks[slot] & FAST_DEAD;
}

/* The operation of the slot, when it may be made one with the one before; else OP_BAD. */
static inline uint16_t fast_joins(const struct fast *f, uint32_t slot)
{
	return f->marks[slot] ? OP_BAD : f->prog->ops[slot];
}

#endif
