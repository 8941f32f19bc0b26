/*
 * What the parts of fill_cfg() share: cfg.c, dom.c, natural.c. Blocks are numbers here, their
 * places in fn->rpo, so that what is asked of all of them again and again is small and side by
 * side.
 */
#ifndef JIT_CFG_H
#define JIT_CFG_H

#include "jit/local.h"

#define NO_BLK UINT32_MAX

struct cfg {
	struct ir_fn *fn;
	struct arena arena; /* of all that is below */
	uint32_t n;	    /* blocks that are reached */
	uint32_t *place;    /* in fn->blks */
	uint32_t (*to)[2];  /* NO_BLK: none */
	uint32_t *first,
		*pred; /* predecessors are pred[first[i]] to pred[first[i + 1]], by number */
	uint32_t *order, *parent; /* the search: who was come to, from whom, by places in order */
	uint32_t *idom;		  /* the first's is itself */
	uint32_t *loop, *outer;	  /* as in struct ir_blk; NO_BLK: none */
};

/* ---- dom.c ---- fills idom */
void cfg_dominators(struct cfg *c);
/* ---- natural.c ---- fills loop and outer; true: there is a loop with several entries */
bool cfg_loops(struct cfg *c);

#endif
