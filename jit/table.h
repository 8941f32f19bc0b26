/* Trees of questions for one value, of which few values are possible, as tables of jumps. */
#ifndef JIT_TABLE_H
#define JIT_TABLE_H

#include "jit/target.h"

/* A value goes on in to[value - least]; it is never another than those n. */
struct jump_table {
	uint32_t reg, scratch; /* where the value is, and what is free there */
	uint64_t least;
	uint32_t n;
	struct ir_blk **to;
};

/*
 * Is the block, of a function that is done, the first of a tree that is worth a table? Then the
 * others are in it alone: is_inside[] of their ids becomes true, and nobody comes to them.
 */
bool table_find(struct ir_fn *fn, struct ir_blk *blk, bool *is_inside, struct jump_table *t);

#endif
