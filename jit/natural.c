/* Natural loops: a header, and what leads from it to jumps back to it. */
#include "jit/cfg.h"

#include <string.h>

struct natural {
	struct cfg *cfg;
	uint32_t *around; /* of each block that is in a loop: a header further out; NO_BLK */
	uint32_t *stack;
	struct extent *extents;
};

/* Where the tree of dominators below a block is, when its blocks are numbered from above. */
struct extent {
	uint32_t begin, n, given;
};

static struct extent *fill_extents(struct cfg *c)
{
	struct extent *v = arena_array(&c->arena, struct extent, c->n);

	for (uint32_t i = c->n; i-- > 0;) {
		v[i].n++;
		if (i)
			v[c->idom[i]].n += v[i].n;
	}
	for (uint32_t i = 1; i < c->n; i++) {
		struct extent *up = &v[c->idom[i]];

		v[i].begin = up->begin + 1 + up->given;
		up->given += v[i].n;
	}
	return v;
}

static bool dominates(const struct natural *l, uint32_t a, uint32_t b)
{
	return l->extents[b].begin - l->extents[a].begin < l->extents[a].n;
}

/* The outermost header found so far of the loops around blk; ways there are shortened. */
static uint32_t outermost(struct natural *l, uint32_t blk)
{
	uint32_t top = blk;

	while (l->around[top] != NO_BLK)
		top = l->around[top];
	while (blk != top) {
		uint32_t next = l->around[blk];

		l->around[blk] = top;
		blk = next;
	}
	return top;
}

static void put_in(struct natural *l, uint32_t blk, uint32_t header)
{
	struct cfg *c = l->cfg;

	l->around[blk] = header;
	if (c->loop[blk] != NO_BLK)
		c->outer[blk] = header;
	else
		c->loop[blk] = header;
}

/* Gives the loop of header what leads to blk, a block that jumps back to it. */
static void collect(struct natural *l, uint32_t header, uint32_t blk)
{
	const struct cfg *c = l->cfg;
	uint32_t depth = 0;

	l->stack[depth++] = blk;
	while (depth) {
		uint32_t at = outermost(l, l->stack[--depth]);

		if (at == header)
			continue;
		put_in(l, at, header);
		for (uint32_t k = c->first[at]; k < c->first[at + 1]; k++) {
			uint32_t top = outermost(l, c->pred[k]);

			if (top != header && l->around[top] == NO_BLK)
				l->stack[depth++] = top;
		}
	}
}

bool cfg_loops(struct cfg *c)
{
	struct natural l = {.cfg = c,
			    .around = arena_array(&c->arena, uint32_t, c->n),
			    /* An edge is on it once at most. */
			    .stack = arena_array(&c->arena, uint32_t, 2 * (size_t)c->n + 1),
			    .extents = fill_extents(c)};
	bool irreducible = false;

	memset(l.around, 0xff, c->n * sizeof(*l.around));
	for (uint32_t i = c->n; i-- > 0;)
		for (uint32_t k = c->first[i]; k < c->first[i + 1]; k++) {
			if (c->pred[k] < i)
				continue;
			if (!dominates(&l, i, c->pred[k])) {
				irreducible = true;
				continue;
			}
			if (c->loop[i] == NO_BLK)
				c->loop[i] = i;
			collect(&l, i, c->pred[k]);
		}
	return irreducible;
}
