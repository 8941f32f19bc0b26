/*
 * A chain of questions whether a value is one of many numbers, each behind the last, becomes a
 * tree: halves are told apart until few are left, as of a switch of a system call or a protocol.
 *
 * The blocks that ask stay, and so do the ways from them to where a number leads; what there was
 * behind the last one is come to by way of a block of its own.
 */
#include "jit/local.h"

#include <stdlib.h>

enum {
	FEWEST = 6, /* questions that are worth a tree */
	FEW = 2,    /* that are asked one after the other at its ends */
};

/* A question of the chain. */
struct question {
	struct ir_blk *blk;
	struct ref number;
	uint64_t value; /* as it is compared */
	uint32_t slot;
	uint8_t yes; /* blk->to[yes] is where it leads */
};

struct chain {
	struct ir_fn *fn;
	struct ref value;
	uint8_t width;
	struct ir_blk *none; /* where no number leads */
	VEC(struct question) all;
	bool *taken; /* by id: it is in a tree already */
};

static bool asks(const struct ir_blk *blk)
{
	const struct ir_jmp *jmp = &blk->jmp;

	return jmp->kind == JUMP_IF && (jmp->cc == CC_EQ || jmp->cc == CC_NE) &&
	       jmp->arg[0].kind == REF_TMP && ref_is_con(jmp->arg[1]);
}

/* Is it the next question of the chain, which nobody else comes to? */
static bool goes_on(const struct chain *c, const struct ir_blk *blk)
{
	return asks(blk) && blk->pred.n == 1 && !blk->phis.n && !blk->ins.n &&
	       ref_eq(blk->jmp.arg[0], c->value) && blk->jmp.width == c->width;
}

static struct ir_blk *add_question(struct chain *c, struct ir_blk *blk)
{
	int64_t number = ref_con(c->fn, blk->jmp.arg[1]);
	uint8_t yes = blk->jmp.cc == CC_NE;

	vec_push(&c->all, ((struct question){
				  .blk = blk,
				  .number = blk->jmp.arg[1],
				  .value = c->width == 4 ? (uint32_t)number : (uint64_t)number,
				  .slot = blk->jmp.slot,
				  .yes = yes,
			  }));
	return blk->to[!yes];
}

static int by_value(const void *a, const void *b)
{
	const struct question *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value;
}

/* Sorts them; false: one is asked twice. */
static bool sort(struct chain *c)
{
	qsort(c->all.v, c->all.n, sizeof(*c->all.v), by_value);
	for (size_t i = 1; i < c->all.n; i++)
		if (c->all.v[i].value == c->all.v[i - 1].value)
			return false;
	return true;
}

static bool find_chain(struct chain *c, struct ir_blk *first)
{
	struct ir_blk *blk = first;

	c->all.n = 0;
	if (c->taken[first->id] || !asks(first))
		return false;
	c->value = first->jmp.arg[0];
	c->width = first->jmp.width;
	do
		blk = add_question(c, blk);
	while (goes_on(c, blk));
	c->none = blk;
	return c->all.n >= FEWEST && sort(c);
}

/* ---- the tree ---- */

static void lead(struct ir_blk *to, const struct ir_blk *from, struct ir_blk *instead)
{
	for (size_t i = 0; i < to->pred.n; i++)
		if (to->pred.v[i] == from)
			to->pred.v[i] = instead;
}

/* The first asks in a block of its own: what is before it comes before the tree. */
static void leave_first(struct chain *c, struct ir_blk *first)
{
	vec_each(&c->all, q) {
		struct ir_blk *blk;

		if (q->blk != first)
			continue;
		blk = ir_new_blk(c->fn);
		blk->jmp = first->jmp;
		blk->to[0] = first->to[0];
		blk->to[1] = first->to[1];
		blk->slot = first->slot;
		lead(blk->to[q->yes], first, blk);
		q->blk = blk;
	}
}

/* Behind the last question, wherever it is asked. */
static struct ir_blk *make_none(struct chain *c, const struct ir_blk *last)
{
	struct ir_blk *blk = ir_new_blk(c->fn);

	blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = last->jmp.slot, .odds = 4};
	blk->to[0] = c->none;
	blk->slot = last->slot;
	lead(c->none, last, blk);
	return blk;
}

static struct ir_blk *ask(struct chain *c, size_t from, size_t end);

/* Has a block tell apart what is below the number in the middle from the rest. */
static void halve(struct chain *c, struct ir_blk *blk, size_t from, size_t end)
{
	size_t middle = from + (end - from) / 2;
	const struct question *q = &c->all.v[middle];

	blk->jmp = (struct ir_jmp){.kind = JUMP_IF,
				   .cc = CC_UGE,
				   .width = c->width,
				   .arg = {c->value, q->number},
				   .slot = q->slot,
				   .odds = 4};
	blk->to[0] = ask(c, middle, end);
	blk->to[1] = ask(c, from, middle);
}

/* Where it is found out which of them it is, or none. */
static struct ir_blk *ask(struct chain *c, size_t from, size_t end)
{
	struct question *q = &c->all.v[from];
	struct ir_blk *blk;

	if (from == end)
		return c->none;
	if (end - from <= FEW) {
		q->blk->to[!q->yes] = ask(c, from + 1, end);
		return q->blk;
	}
	blk = ir_new_blk(c->fn);
	blk->slot = q->blk->slot;
	halve(c, blk, from, end);
	return blk;
}

void trees(struct ir_fn *fn)
{
	struct chain c = {.fn = fn, .taken = xcalloc(fn->nrpo, sizeof(*c.taken))};
	bool any = false;

	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *first = fn->rpo[i], *last = first;

		if (!find_chain(&c, first))
			continue;
		vec_each(&c.all, q) {
			c.taken[q->blk->id] = true;
			last = q->blk->to[!q->yes] == c.none ? q->blk : last;
		}
		c.none = make_none(&c, last);
		leave_first(&c, first);
		halve(&c, first, 0, c.all.n);
		any = true;
	}
	free(c.taken);
	vec_free(&c.all);
	if (any)
		fill_cfg(fn);
}
