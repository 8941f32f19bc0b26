/*
 * Large functions are compiled in parts, one after the other, so that what is compiled at once
 * stays in the cache, and what an instruction takes does not grow with its function.
 *
 * Where one part ends and another goes on, what is wanted there is in the frame: slots that are
 * variables where the program has them, registers and the rest in homes below all slots, with the
 * number of the entry. A part loads them and goes to the entry that is asked for. From the last
 * part to the first, what those behind want is known, and all is stored for jumps back alone. The
 * function itself begins with a unit that stores its arguments.
 *
 * Parts leave their frames as calls do, and all put away the same registers, so that the frame of
 * the next one is where theirs was.
 */
#ifndef JIT_PARTS_H
#define JIT_PARTS_H

#include "jit/ir.h"

struct lower;

/* A place that other parts go to, or the one before goes on at. */
struct part_entry {
	uint32_t slot;
	uint64_t wanted[2]; /* variables that are read behind it, a bit each */
};

struct parts {
	const struct prog *prog;
	const struct facts *facts;
	uint32_t func; /* prog->subs[] */
	bool loops;    /* there is a may_goto */
	uint64_t whole; /* slots of the frame that are variables */
	uint32_t frame; /* bytes of slots, above the homes */
	VEC(uint32_t) begins; /* slots, and where the last part ends */
	VEC(struct part_entry) entries; /* by slot */
};

/*
 * Of a function in parts of at most size slots, 3 or more; false: it is no larger. parts_free() it
 * either way.
 */
bool parts_plan(struct parts *p, const struct prog *prog, uint32_t func, const struct facts *facts,
		uint32_t size);
void parts_free(struct parts *p);

static inline uint32_t parts_count(const struct parts *p)
{
	return (uint32_t)p->begins.n - 1;
}
/* What is compiled at once: 0 is the begin of the function, then its parts from behind. */
static inline uint32_t parts_units(const struct parts *p)
{
	return parts_count(p) + 1;
}
static inline uint32_t parts_of_unit(const struct parts *p, uint32_t unit)
{
	return parts_count(p) - unit;
}

/* ---- for lower.c ---- */
/* The place of a slot in p->entries, which it is in. */
uint32_t parts_entry(const struct parts *p, uint32_t slot);
/* Bytes of the frame, homes included */
uint32_t parts_frame(const struct parts *p);
/* Loads all variables of l->part, whose end is not known yet, and goes to where it was asked to. */
void parts_enter(struct lower *l);
/* What all jumps out of it come to stores what is wanted there. */
void parts_leave(struct lower *l);

/* Takes what a unit wants, once it went through ssa(). */
void parts_note(struct parts *p, uint32_t unit, const struct ir_fn *fn);

#endif
