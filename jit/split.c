/*
 * A loop with several entries gets one: the blocks between the others and its header are copied,
 * and who comes in there runs copies until he is at the header (J. Janssen, H. Corporaal, "Making
 * Graphs Reducible with Controlled Node Splitting", 1997). Variables may be assigned in many
 * places, so that a copy of a block is nothing but that. What would grow too much stays as it is.
 */
#include "jit/local.h"

enum {
	ROUNDS_MAX = 64,
	GROWTH_MAX = 2,	  /* of the function, times as many instructions, */
	SMALL_MAX = 1000, /* and so many more */
};

enum { FROM = 1, TO = 2, IN = FROM | TO }; /* whether it leads from and to where it was begun */

struct split {
	struct ir_fn *fn;
	size_t left;		/* instructions that may still be copied */
	uint8_t *marks;		/* by id */
	struct ir_blk **copies; /* by id */
	VEC(struct ir_blk *) todo;
};

/* Where a jump goes back to that it may have come to from elsewhere; NULL: nowhere. */
static struct ir_blk *find_mixed(const struct ir_fn *fn)
{
	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->pred, pred)
			if ((*pred)->id >= i && !ir_dominates(fn->rpo[i], *pred))
				return fn->rpo[i];
	return NULL;
}

static void mark(struct split *s, struct ir_blk *blk, uint8_t bit, const struct ir_blk *not)
{
	if (!blk || blk == not || s->marks[blk->id] & bit)
		return;
	s->marks[blk->id] |= bit;
	vec_push(&s->todo, blk);
}

/* Marks what is on a way from a block to itself that does not lead over its dominator. */
static void mark_loop(struct split *s, struct ir_blk *blk)
{
	mark(s, blk, FROM, blk->idom);
	while (s->todo.n) {
		struct ir_blk *at = vec_pop(&s->todo);

		mark(s, at->to[0], FROM, blk->idom);
		mark(s, at->to[1], FROM, blk->idom);
	}
	mark(s, blk, TO, blk->idom);
	while (s->todo.n) {
		struct ir_blk *at = vec_pop(&s->todo);

		vec_each(&at->pred, pred) {
			mark(s, *pred, TO, blk->idom);
		}
	}
}

static bool is_in(const struct split *s, const struct ir_blk *blk)
{
	return s->marks[blk->id] == IN;
}

static bool is_entry(const struct split *s, const struct ir_blk *blk)
{
	vec_each(&blk->pred, pred)
		if (!is_in(s, *pred))
			return true;
	return false;
}

/* The entry that most jumps in the loop go back to; of those, the first. */
static struct ir_blk *find_header(const struct split *s, size_t *size)
{
	struct ir_blk *best = NULL;
	uint32_t most = 0;

	*size = 0;
	for (uint32_t i = 0; i < s->fn->nrpo; i++) {
		struct ir_blk *blk = s->fn->rpo[i];
		uint32_t n = 0;

		if (!is_in(s, blk))
			continue;
		*size += blk->ins.n + 1;
		vec_each(&blk->pred, pred) {
			n += is_in(s, *pred) && (*pred)->id >= i;
		}
		if (is_entry(s, blk) && (!best || n > most)) {
			best = blk;
			most = n;
		}
	}
	return best;
}

static struct ir_blk *copy_of(struct split *s, const struct ir_blk *blk)
{
	struct ir_blk *copy = s->copies[blk->id];

	if (copy)
		return copy;
	copy = s->copies[blk->id] = ir_copy_blk(s->fn, blk);
	vec_push(&s->todo, copy);
	return copy;
}

static void enter_copies(struct split *s, struct ir_blk *entry)
{
	vec_each(&entry->pred, pred) {
		for (uint32_t k = 0; k < 2; k++)
			if (!is_in(s, *pred) && (*pred)->to[k] == entry)
				(*pred)->to[k] = copy_of(s, entry);
	}
}

static void copy_ways(struct split *s, const struct ir_blk *header)
{
	for (uint32_t i = 0; i < s->fn->nrpo; i++)
		if (is_in(s, s->fn->rpo[i]) && s->fn->rpo[i] != header)
			enter_copies(s, s->fn->rpo[i]);
	while (s->todo.n) {
		struct ir_blk *copy = vec_pop(&s->todo);

		for (uint32_t k = 0; k < 2; k++)
			if (copy->to[k] && copy->to[k] != header && is_in(s, copy->to[k]))
				copy->to[k] = copy_of(s, copy->to[k]);
	}
}

/* One loop's; false when it is too much. */
static bool split_one(struct split *s)
{
	struct ir_blk *mixed = find_mixed(s->fn), *header;
	size_t size;

	s->marks = xcalloc(s->fn->nrpo, sizeof(*s->marks));
	s->copies = xcalloc(s->fn->nrpo, sizeof(struct ir_blk *));
	mark_loop(s, mixed);
	header = find_header(s, &size);
	if (size <= s->left) {
		s->left -= size;
		copy_ways(s, header);
	} else {
		header = NULL;
	}
	free(s->marks);
	free(s->copies);
	return header;
}

void split_loops(struct ir_fn *fn)
{
	struct split s = {.fn = fn, .left = SMALL_MAX};

	for (uint32_t i = 0; i < fn->nrpo && fn->irreducible; i++)
		s.left += GROWTH_MAX * fn->rpo[i]->ins.n;
	for (int i = 0; i < ROUNDS_MAX && fn->irreducible && split_one(&s); i++)
		fill_cfg(fn);
	vec_free(&s.todo);
}
