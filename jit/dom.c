/*
 * Dominators by semidominators (L. Georgiadis, R. Tarjan, R. Werneck, "Finding Dominators in
 * Practice", 2006, the SEMI-NCA algorithm): the semidominator of a block is the first on a way to
 * it that leads over none but blocks that the search came to later; the immediate dominator is the
 * nearest one above in the search's tree that is not behind it.
 */
#include "jit/dom.h"

/* Blocks go by their number in the search. */
struct dom_blk {
	uint32_t up;   /* a block above in its tree, as far as ways were shortened */
	uint32_t semi; /* the semidominator; itself as long as it is in no tree */
	uint32_t best; /* of those from it to below up: the one with the least semi */
	uint32_t idom;
};

struct dom {
	struct dom_blk *blks;
	uint32_t *path;
};

/*
 * The best of the way from blk up to where its tree begins; blocks from `linked` on are in a tree.
 * The way is shortened for the next who asks.
 */
static uint32_t best_above(struct dom *d, uint32_t blk, uint32_t linked)
{
	struct dom_blk *blks = d->blks;
	uint32_t n = 0, above;

	for (; blks[blk].up >= linked; blk = blks[blk].up)
		d->path[n++] = blk;
	above = blk;
	while (n) {
		blk = d->path[--n];
		blks[blk].up = blks[above].up;
		if (blks[blks[above].best].semi < blks[blks[blk].best].semi)
			blks[blk].best = blks[above].best;
		above = blk;
	}
	return blks[blk].best;
}

static void fill_semi(struct dom *d, const struct dfs *dfs, uint32_t i, const uint32_t *number)
{
	uint32_t semi = dfs[i].parent;

	vec_each(&dfs[i].blk->pred, pred) {
		uint32_t best = best_above(d, number[(*pred)->id], i + 1);

		semi = min(semi, d->blks[best].semi);
	}
	d->blks[i].semi = semi;
}

void fill_dominators(struct ir_fn *fn, const struct dfs *dfs)
{
	struct dom d = {.blks = xcalloc(fn->nrpo, sizeof(*d.blks)),
			.path = xcalloc(fn->nrpo, sizeof(*d.path))};
	uint32_t *number = xcalloc(fn->nrpo, sizeof(*number));

	for (uint32_t i = 0; i < fn->nrpo; i++) {
		number[dfs[i].blk->id] = i;
		d.blks[i] = (struct dom_blk){dfs[i].parent, i, i, dfs[i].parent};
	}
	for (uint32_t i = fn->nrpo; i-- > 1;)
		fill_semi(&d, dfs, i, number);
	fn->rpo[0]->idom = NULL;
	for (uint32_t i = 1; i < fn->nrpo; i++) {
		while (d.blks[i].idom > d.blks[i].semi)
			d.blks[i].idom = d.blks[d.blks[i].idom].idom;
		dfs[i].blk->idom = dfs[d.blks[i].idom].blk;
	}
	free(d.blks);
	free(d.path);
	free(number);
}
