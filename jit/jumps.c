/*
 * The order of blocks in memory: each is followed by where it goes most, loops stay together, and a
 * loop that asks at its head whether to go on gets its head behind its end, which saves a jump each
 * time round. Jumps to blocks that only jump on go there at once.
 */
#include "jit/local.h"
#include "jit/table.h"

#include <string.h>

struct order {
	struct ir_fn *fn;
	struct ir_blk **out;
	uint32_t n;
	uint32_t *place;	    /* by old id: where it is in out, + 1 */
	VEC(struct ir_blk *) later; /* passed by, the last first */
};

/* ---- threading ---- */

enum { FAR = 16 };

static struct ir_blk *end_of_chain(struct ir_blk *blk)
{
	for (int i = 0; i < FAR && !blk->ins.n && blk->jmp.kind == JUMP_GOTO && blk->to[0] != blk;
	     i++)
		blk = blk->to[0];
	return blk;
}

static void thread(struct ir_fn *fn)
{
	vec_each(&fn->blks, b) {
		struct ir_blk *blk = *b;

		for (int k = 0; k < 2; k++)
			if (blk->to[k])
				blk->to[k] = end_of_chain(blk->to[k]);
		if (blk->to[1] && blk->to[0] == blk->to[1]) {
			blk->jmp.kind = JUMP_GOTO;
			blk->to[1] = NULL;
		}
	}
}

/* ---- order ---- */

static bool is_placed(const struct order *o, const struct ir_blk *blk)
{
	return o->place[blk->id];
}

/*
 * How often of 8 times to[0] is taken, where nobody said: two numbers are equal seldom, bits that
 * are asked for together are not all 0 (T. Ball, J. Larus, "Branch Prediction for Free", 1993).
 */
static int odds_of(const struct ir_fn *fn, const struct ir_jmp *jmp)
{
	bool is_bit = jmp->arg[1].kind == REF_CON &&
		      !(ref_con(fn, jmp->arg[1]) & (ref_con(fn, jmp->arg[1]) - 1));

	if (jmp->odds != 4 || jmp->kind == JUMP_GOTO)
		return jmp->odds;
	if (jmp->cc == CC_EQ || (jmp->cc == CC_CLEAR && !is_bit))
		return 2;
	return jmp->cc == CC_NE || (jmp->cc == CC_SET && !is_bit) ? 6 : 4;
}

/* How much blk wants k's block to follow it. */
static int wish(const struct ir_fn *fn, const struct ir_blk *blk, uint32_t k)
{
	const struct ir_blk *to = blk->to[k];
	int odds = odds_of(fn, &blk->jmp);

	if (to->jmp.kind == JUMP_STOP)
		return -1;
	return (int)min(to->depth, 1000u) * 100 + (k == 0 ? odds : 8 - odds) * 2 + (k == 1);
}

/* The successor to go on with, the other one is for later; NULL: both are placed. */
static struct ir_blk *choose_next(struct order *o, struct ir_blk *blk)
{
	struct ir_blk *a = blk->to[0], *b = blk->to[1];

	if (a && is_placed(o, a))
		a = NULL;
	if (b && is_placed(o, b))
		b = NULL;
	if (!a || !b)
		return a ? a : b;
	if (wish(o->fn, blk, 0) > wish(o->fn, blk, 1)) {
		vec_push(&o->later, b);
		return a;
	}
	vec_push(&o->later, a);
	return b;
}

static bool is_in_loop(const struct ir_blk *blk, const struct ir_blk *head)
{
	const struct ir_blk *loop = blk->loop;

	while (loop && loop != head)
		loop = loop->outer;
	return loop == head;
}

enum { LOOK_BACK = 16 }; /* blocks passed by that are looked at */

/* The last one passed by that is in the loop; NULL: none. */
static struct ir_blk *next_of_later(struct order *o, const struct ir_blk *head)
{
	while (o->later.n && is_placed(o, *vec_last(&o->later)))
		o->later.n--;
	for (size_t i = 1; i <= min(o->later.n, (size_t)LOOK_BACK); i++) {
		struct ir_blk *blk = o->later.v[o->later.n - i];

		if (!is_placed(o, blk) && is_in_loop(blk, head))
			return blk;
	}
	return NULL;
}

/* What is left of the loops that would be left comes before what is behind them. */
static struct ir_blk *stay_inside(struct order *o, struct ir_blk *blk, struct ir_blk *next)
{
	for (struct ir_blk *loop = blk->loop; loop; loop = loop->outer) {
		struct ir_blk *inside;

		if (next && is_in_loop(next, loop))
			break;
		inside = next_of_later(o, loop);
		if (!inside)
			continue;
		if (next)
			vec_push(&o->later, next);
		return inside;
	}
	return next ? next : next_of_later(o, NULL);
}

static void place_all(struct order *o)
{
	struct ir_blk *blk = o->fn->rpo[0];

	while (blk) {
		o->out[o->n++] = blk;
		o->place[blk->id] = o->n;
		blk = stay_inside(o, blk, choose_next(o, blk));
	}
}

/* ---- loops that ask first ---- */

static bool leaves(const struct order *o, const struct ir_blk *head, uint32_t first, uint32_t last)
{
	bool out = false;

	for (int k = 0; k < 2; k++) {
		uint32_t at = head->to[k] ? o->place[head->to[k]->id] - 1 : first;

		out |= at < first || at > last;
	}
	return out;
}

/* The head of blocks first to last moves behind them, if the last only jumps to it. */
static void rotate(struct order *o, uint32_t first, uint32_t last)
{
	struct ir_blk *head = o->out[first];

	if (!head->to[1] || !leaves(o, head, first, last))
		return;
	memmove(o->out + first, o->out + first + 1, (last - first) * sizeof(*o->out));
	o->out[last] = head;
	for (uint32_t i = first; i <= last; i++)
		o->place[o->out[i]->id] = i + 1;
}

static void rotate_loops(struct order *o)
{
	for (uint32_t i = 1; i < o->n; i++) {
		struct ir_blk *blk = o->out[i];
		uint32_t head;

		if (blk->jmp.kind != JUMP_GOTO)
			continue;
		head = o->place[blk->to[0]->id] - 1;
		if (head > 0 && head < i && blk->to[0]->loop == blk->to[0])
			rotate(o, head, i);
	}
}

/* Blocks that regalloc() made are not in the order that there is. */
static void number_all(struct order *o)
{
	uint32_t n = 0;

	vec_each(&o->fn->blks, blk)
		(*blk)->id = n++;
	o->out = arena_array(&o->fn->arena, struct ir_blk *, n + 1);
	o->place = xcalloc(n + 1, sizeof(*o->place));
}

static void enter(struct ir_fn *fn, struct ir_blk *to, struct ir_blk *from)
{
	if (!to->pred.n || *vec_last(&to->pred) != from)
		arena_push(&fn->arena, &to->pred, from);
}

static void enter_all(struct ir_fn *fn, struct ir_blk *from)
{
	const struct jump_table *t = from->jmp.table;

	for (int k = 0; k < 2 && from->to[k]; k++)
		enter(fn, from->to[k], from);
	for (uint32_t i = 0; t && i < t->n; i++)
		enter(fn, t->to[i], from);
	if (t && t->none)
		enter(fn, t->none, from);
}

void fill_pred(struct ir_fn *fn)
{
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		fn->rpo[i]->id = i;
		fn->rpo[i]->pred.n = 0;
	}
	for (uint32_t i = 0; i < fn->nrpo; i++)
		enter_all(fn, fn->rpo[i]);
}

void jumps(struct ir_fn *fn)
{
	struct order o = {.fn = fn};

	thread(fn);
	number_all(&o);
	place_all(&o);
	rotate_loops(&o);
	fn->rpo = o.out;
	fn->nrpo = o.n;
	fill_pred(fn);
	vec_free(&o.later);
	free(o.place);
}
