/* A walk over the dominator tree, parents first, children in the order of fn->rpo. */
#ifndef JIT_DOMWALK_H
#define JIT_DOMWALK_H

#include "jit/local.h"

/*
 * enter is called for each block, and leave when all that it dominates were walked. What leads to a
 * block, but for jumps back to a loop's header, is walked before it.
 */
void dom_walk(struct ir_fn *fn, void (*enter)(void *arg, struct ir_blk *blk),
	      void (*leave)(void *arg, struct ir_blk *blk), void *arg);

#endif
