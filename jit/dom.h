/* Dominators, from the tree that a depth-first search leaves. */
#ifndef JIT_DOM_H
#define JIT_DOM_H

#include "jit/local.h"

/* Of each block that is reached, in the order that it was come to. */
struct dfs {
	struct ir_blk *blk;
	uint32_t parent; /* from which it was come to; the first's is itself */
};

/* Fills idom of the fn->nrpo blocks that a search found; pred and id are filled. */
void fill_dominators(struct ir_fn *fn, const struct dfs *dfs);

#endif
