/* Moves that happen at once: all are read before any is written. */
#ifndef JIT_PMOVE_H
#define JIT_PMOVE_H

#include "jit/ir.h"
#include "jit/target.h"

struct pmove {
	uint8_t to;	 /* a register; none is in two moves' */
	struct ref from; /* a register, a constant, a word of the frame, an address in it */
};

/* Writes them to out as one after the other; how many, at most n. */
uint32_t pmove(struct ir_ins *out, const struct pmove *moves, uint32_t n);

#endif
