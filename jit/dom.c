/*
 * Dominators by semidominators (L. Georgiadis, R. Tarjan, R. Werneck, "Finding Dominators in
 * Practice", 2006, the SEMI-NCA algorithm): the semidominator of a block is the first on a way to
 * it that leads over none but blocks that the search came to later; the immediate dominator is the
 * nearest one above in the search's tree that is not behind it.
 */
#include "jit/cfg.h"

/* Blocks go by their places in the search here. */
struct dom_blk {
	uint32_t up;   /* a block above in its tree, as far as ways were shortened */
	uint32_t semi; /* the semidominator; itself as long as it is in no tree */
	uint32_t best; /* of those from it to below up: the one with the least semi */
	uint32_t idom;
};

struct dom {
	const struct cfg *cfg;
	struct dom_blk *blks;
	uint32_t *path;
	uint32_t *at; /* by number: the place in the search */
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

static void fill_semi(struct dom *d, uint32_t at)
{
	const struct cfg *c = d->cfg;
	uint32_t blk = c->order[at], semi = c->parent[at];

	for (uint32_t k = c->first[blk]; k < c->first[blk + 1]; k++) {
		uint32_t best = best_above(d, d->at[c->pred[k]], at + 1);

		semi = min(semi, d->blks[best].semi);
	}
	d->blks[at].semi = semi;
}

void cfg_dominators(struct cfg *c)
{
	struct dom d = {.cfg = c,
			.blks = arena_array(&c->arena, struct dom_blk, c->n),
			.path = arena_array(&c->arena, uint32_t, c->n),
			.at = arena_array(&c->arena, uint32_t, c->n)};

	for (uint32_t at = 0; at < c->n; at++) {
		d.at[c->order[at]] = at;
		d.blks[at] = (struct dom_blk){c->parent[at], at, at, c->parent[at]};
	}
	for (uint32_t at = c->n; at-- > 1;)
		fill_semi(&d, at);
	for (uint32_t at = 0; at < c->n; at++) {
		while (d.blks[at].idom > d.blks[at].semi)
			d.blks[at].idom = d.blks[d.blks[at].idom].idom;
		c->idom[c->order[at]] = c->order[d.blks[at].idom];
	}
}
