/*
 * Who comes before whom: predecessors, the order in which every block but a loop's header comes
 * after those that lead to it, dominators (dom.c) and natural loops (natural.c).
 */
#include "jit/cfg.h"

#include <string.h>

static uint32_t *new_list(struct cfg *c, size_t n)
{
	return arena_array(&c->arena, uint32_t, n);
}

/* A jump that goes to one place whatever it asks is no question. */
static void normalize(struct ir_blk *blk)
{
	bool is_if = blk->jmp.kind == JUMP_IF || blk->jmp.kind == JUMP_FLAGS;

	if (is_if && blk->to[0] == blk->to[1])
		blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = blk->jmp.slot, .odds = 4};
	if (blk->jmp.kind == JUMP_GOTO)
		blk->to[1] = NULL;
	if (blk->jmp.kind == JUMP_RET || blk->jmp.kind == JUMP_STOP)
		blk->to[0] = blk->to[1] = NULL;
}

/* Successors, by places in fn->blks for now, which are the blocks' ids. */
static void take_successors(struct cfg *c)
{
	const struct ir_fn *fn = c->fn;

	for (uint32_t i = 0; i < fn->blks.n; i++)
		fn->blks.v[i]->id = i;
	for (uint32_t i = 0; i < fn->blks.n; i++) {
		struct ir_blk *blk = fn->blks.v[i];

		normalize(blk);
		for (int k = 0; k < 2; k++)
			c->to[i][k] = blk->to[k] ? blk->to[k]->id : NO_BLK;
	}
}

/* Depth first. Fills order, by places in fn->blks, and parent; number[] by place, from behind. */
static void search(struct cfg *c, uint32_t *number)
{
	uint32_t size = (uint32_t)c->fn->blks.n, depth = 1, last = size;
	uint32_t *stack = new_list(c, size); /* places in order */
	uint8_t *gone =
		arena_array(&c->arena, uint8_t, size); /* how many successors were gone to */

	memset(number, 0xff, size * sizeof(*number));
	number[0] = 0;
	c->n = 1;
	while (depth) {
		uint32_t from = stack[depth - 1], at = c->order[from], to;

		if (gone[at] == 2) {
			number[at] = --last;
			depth--;
			continue;
		}
		/* Where it jumps comes first, and so what falls through ends up right behind it */
		to = c->to[at][gone[at]++];
		if (to != NO_BLK && number[to] == NO_BLK) {
			number[to] = 0;
			c->order[c->n] = to;
			c->parent[c->n] = from;
			stack[depth++] = c->n++;
		}
	}
}

/* What goes by places in fn->blks goes by numbers from here on, those of place[]. */
static void renumber(struct cfg *c, uint32_t *number)
{
	uint32_t size = (uint32_t)c->fn->blks.n;
	uint32_t(*to)[2] = arena_alloc(&c->arena, c->n * sizeof(*to));

	c->place = new_list(c, c->n);
	for (uint32_t i = 0; i < c->n; i++) {
		uint32_t at = c->order[i], n = number[at] - (size - c->n);

		number[at] = c->order[i] = n;
		c->place[n] = at;
	}
	for (uint32_t n = 0; n < c->n; n++)
		for (int k = 0; k < 2; k++) {
			uint32_t next = c->to[c->place[n]][k];

			to[n][k] = next == NO_BLK ? NO_BLK : number[next];
		}
	c->to = to;
}

/* Predecessors in their order. */
static void list_pred(struct cfg *c)
{
	uint32_t *first = c->first;

	for (uint32_t i = 0; i < c->n; i++)
		for (int k = 0; k < 2; k++)
			if (c->to[i][k] != NO_BLK)
				first[c->to[i][k] + 1]++;
	for (uint32_t i = 0; i < c->n; i++)
		first[i + 1] += first[i];
	for (uint32_t i = 0; i < c->n; i++)
		for (int k = 0; k < 2; k++)
			if (c->to[i][k] != NO_BLK)
				c->pred[first[c->to[i][k]]++] = i;
	/* each first is now where the next one's was */
	memmove(first + 1, first, c->n * sizeof(*first));
	first[0] = 0;
}

/* ---- into the blocks ---- */

/*
 * Gives arguments of phis the places of the edges that they are of, old[] of the n that are there
 * now; those of edges that are gone are dropped.
 */
static void move_args(struct ir_fn *fn, struct ir_blk *blk, const uint32_t *old, uint32_t n)
{
	vec_each(&blk->phis, phi) {
		struct ref *arg = arena_array(&fn->arena, struct ref, n);

		for (uint32_t k = 0; k < n; k++)
			arg[k] = phi->arg[old[k]];
		phi->arg = arg;
	}
}

static bool is_pred(const struct cfg *c, uint32_t i)
{
	const struct ir_blk *blk = c->fn->rpo[i];
	const uint32_t *pred = c->pred + c->first[i];
	uint32_t n = c->first[i + 1] - c->first[i];

	if (blk->pred.n != n)
		return false;
	for (uint32_t k = 0; k < n; k++)
		if (blk->pred.v[k] != c->fn->rpo[pred[k]])
			return false;
	return true;
}

/* was[] has a place for each block of fn->blks, whose ids are still their places. */
static void set_pred(struct cfg *c, uint32_t i, uint32_t *was, uint32_t *old)
{
	struct ir_fn *fn = c->fn;
	struct ir_blk *blk = fn->rpo[i];
	const uint32_t *pred = c->pred + c->first[i];
	uint32_t n = c->first[i + 1] - c->first[i];

	if (is_pred(c, i))
		return;
	for (uint32_t k = 0; blk->phis.n && k < blk->pred.n; k++)
		if (blk->pred.v[k])
			was[blk->pred.v[k]->id] = k;
	for (uint32_t k = 0; k < n; k++)
		old[k] = was[c->place[pred[k]]];
	move_args(fn, blk, old, n);
	ir_reserve(fn, &blk->pred, n);
	blk->pred.n = n;
	for (uint32_t k = 0; k < n; k++)
		blk->pred.v[k] = fn->rpo[pred[k]];
}

static void set_all_pred(struct cfg *c)
{
	uint32_t *was = new_list(c, c->fn->blks.n), *old = new_list(c, 2 * (size_t)c->n);

	for (uint32_t i = 0; i < c->n; i++)
		set_pred(c, i, was, old);
}

static struct ir_blk *blk_of(const struct cfg *c, uint32_t i)
{
	return i == NO_BLK ? NULL : c->fn->rpo[i];
}

/* given[]: how many predecessors of each block were met. */
static void set_blk(struct cfg *c, uint32_t i, uint32_t *given)
{
	struct ir_blk *blk = c->fn->rpo[i];

	blk->id = i;
	blk->idom = i ? c->fn->rpo[c->idom[i]] : NULL;
	blk->loop = blk_of(c, c->loop[i]);
	blk->outer = blk_of(c, c->outer[i]);
	blk->depth = 0;
	if (blk->loop == blk)
		blk->depth = blk->outer ? blk->outer->depth + 1 : 1;
	else if (blk->loop)
		blk->depth = blk->loop->depth;
	for (int k = 0; k < 2; k++)
		if (c->to[i][k] != NO_BLK)
			blk->pos[k] = given[c->to[i][k]]++;
}

static void set_blks(struct cfg *c)
{
	struct ir_fn *fn = c->fn;
	uint32_t *given = new_list(c, c->n);

	/* Jumps and checks tell by its id that a block is not reached. */
	for (uint32_t i = 0; c->n < fn->blks.n && i < fn->blks.n; i++)
		fn->blks.v[i]->id = NO_BLK;
	for (uint32_t i = 0; i < c->n; i++)
		set_blk(c, i, given);
}

static uint32_t *new_blk_list(struct cfg *c)
{
	return memset(new_list(c, c->n), 0xff, c->n * sizeof(uint32_t));
}

static void set_rpo(struct cfg *c)
{
	struct ir_fn *fn = c->fn;

	fn->nrpo = c->n;
	fn->rpo = arena_array(&fn->arena, struct ir_blk *, c->n);
	for (uint32_t i = 0; i < c->n; i++)
		fn->rpo[i] = fn->blks.v[c->place[i]];
}

void fill_cfg(struct ir_fn *fn)
{
	struct cfg c = {.fn = fn};
	size_t size = fn->blks.n;
	uint32_t *number = new_list(&c, size);

	c.to = arena_alloc(&c.arena, size * sizeof(*c.to));
	c.order = new_list(&c, size);
	c.parent = new_list(&c, size);
	take_successors(&c);
	search(&c, number);
	renumber(&c, number);
	c.first = new_list(&c, c.n + 1);
	c.pred = new_list(&c, 2 * (size_t)c.n);
	list_pred(&c);
	set_rpo(&c);
	set_all_pred(&c);
	c.idom = new_list(&c, c.n);
	cfg_dominators(&c);
	c.loop = new_blk_list(&c);
	c.outer = new_blk_list(&c);
	fn->irreducible = cfg_loops(&c);
	set_blks(&c);
	arena_free(&c.arena);
}

bool ir_dominates(const struct ir_blk *a, const struct ir_blk *b)
{
	while (b && b->id > a->id)
		b = b->idom;
	return a == b;
}
