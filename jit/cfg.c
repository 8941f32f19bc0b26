/*
 * Who comes before whom: predecessors, the order in which every block but a loop's header comes
 * after those that lead to it, dominators (dom.c) and natural loops.
 */
#include "jit/dom.h"

#define UNREACHED UINT32_MAX

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

/* Depth first; id counts the successors that were gone to while it lasts. Fills fn->rpo and dfs. */
static void search(struct ir_fn *fn, struct dfs *dfs)
{
	uint32_t *stack = xcalloc(fn->blks.n, sizeof(*stack)); /* places in dfs */
	uint32_t depth = 1, n = 1, at = (uint32_t)fn->blks.n;

	fn->rpo = arena_array(&fn->arena, struct ir_blk *, fn->blks.n);
	vec_each(&fn->blks, blk) {
		normalize(*blk);
		(*blk)->id = UNREACHED;
	}
	dfs[0] = (struct dfs){fn->blks.v[0], 0};
	dfs[0].blk->id = 0;
	while (depth) {
		struct ir_blk *blk = dfs[stack[depth - 1]].blk, *to;

		if (blk->id == 2) {
			fn->rpo[--at] = blk;
			depth--;
			continue;
		}
		/* Where it jumps comes first, and so what falls through ends up right behind it */
		to = blk->to[blk->id++];
		if (to && to->id == UNREACHED) {
			to->id = 0;
			dfs[n] = (struct dfs){to, stack[depth - 1]};
			stack[depth++] = n++;
		}
	}
	fn->rpo += at;
	fn->nrpo = (uint32_t)fn->blks.n - at;
	for (uint32_t i = 0; i < fn->nrpo; i++)
		fn->rpo[i]->id = i;
	free(stack);
}

/* Predecessors as they were, one block's after the other's; where each begins in first[]. */
struct old_pred {
	struct ir_blk **v;
	size_t *first;
	uint32_t *was; /* by id: the place of a predecessor of the block that is looked at */
};

static struct old_pred take_pred(struct ir_fn *fn)
{
	struct old_pred old = {.first = xcalloc(fn->nrpo + 1, sizeof(*old.first)),
			       .was = xcalloc(fn->nrpo, sizeof(*old.was))};

	for (uint32_t i = 0; i < fn->nrpo; i++)
		old.first[i + 1] = old.first[i] + fn->rpo[i]->pred.n;
	old.v = xcalloc(old.first[fn->nrpo] + 1, sizeof(*old.v));
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = fn->rpo[i];

		if (blk->pred.n)
			memcpy(old.v + old.first[i], blk->pred.v, blk->pred.n * sizeof(*old.v));
		blk->pred.n = 0;
	}
	return old;
}

/* Gives arguments of phis the places of the edges that they are of. */
static void move_args(struct ir_fn *fn, struct ir_blk *blk, const struct old_pred *old)
{
	struct ir_blk **v = old->v + old->first[blk->id];
	size_t n = old->first[blk->id + 1] - old->first[blk->id];

	if (n == blk->pred.n && memcmp(v, blk->pred.v, n * sizeof(*v)) == 0)
		return;
	for (uint32_t k = 0; k < n; k++)
		if (v[k] && v[k]->id != UNREACHED)
			old->was[v[k]->id] = k;
	vec_each(&blk->phis, phi) {
		struct ref *arg = arena_array(&fn->arena, struct ref, blk->pred.n);

		for (uint32_t k = 0; k < blk->pred.n; k++)
			arg[k] = phi->arg[old->was[blk->pred.v[k]->id]];
		phi->arg = arg;
	}
}

static void reserve_pred(struct ir_fn *fn)
{
	for (uint32_t i = 0; i < fn->nrpo; i++)
		for (uint32_t k = 0; k < 2 && fn->rpo[i]->to[k]; k++)
			fn->rpo[i]->to[k]->pred.n++;
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		ir_reserve(fn, &fn->rpo[i]->pred, fn->rpo[i]->pred.n);
		fn->rpo[i]->pred.n = 0;
	}
}

/*
 * Predecessors in their order. A phi's arguments follow where they go; those of edges that are gone
 * are dropped.
 */
static void fill_pred(struct ir_fn *fn)
{
	struct old_pred old = take_pred(fn);

	reserve_pred(fn);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		for (uint32_t k = 0; k < 2; k++) {
			struct ir_blk *to = fn->rpo[i]->to[k];

			if (!to)
				continue;
			fn->rpo[i]->pos[k] = (uint32_t)to->pred.n;
			arena_push(&fn->arena, &to->pred, fn->rpo[i]);
		}
	for (uint32_t i = 0; i < fn->nrpo; i++)
		if (fn->rpo[i]->phis.n)
			move_args(fn, fn->rpo[i], &old);
	free(old.v);
	free(old.first);
	free(old.was);
}

bool ir_dominates(const struct ir_blk *a, const struct ir_blk *b)
{
	while (b && b->id > a->id)
		b = b->idom;
	return a == b;
}

/* The outermost header found so far of the loops around blk; ways there are shortened. */
static struct ir_blk *outermost(struct ir_blk **around, struct ir_blk *blk)
{
	struct ir_blk *top = blk;

	while (around[top->id])
		top = around[top->id];
	while (blk != top) {
		struct ir_blk *next = around[blk->id];

		around[blk->id] = top;
		blk = next;
	}
	return top;
}

/*
 * Gives the loop of header what leads to blk, a block that jumps back to it. around[] has, of each
 * block that is in a loop, a header further out.
 */
static void collect(struct ir_blk *header, struct ir_blk *blk, struct ir_blk **around,
		    struct ir_blk **stack)
{
	uint32_t depth = 0;

	stack[depth++] = blk;
	while (depth) {
		struct ir_blk *at = outermost(around, stack[--depth]);

		if (at == header)
			continue;
		around[at->id] = header;
		if (at->loop)
			at->outer = header;
		else
			at->loop = header;
		vec_each(&at->pred, pred) {
			struct ir_blk *top = outermost(around, *pred);

			if (top != header && !around[top->id])
				stack[depth++] = top;
		}
	}
}

static void fill_loops(struct ir_fn *fn)
{
	struct ir_blk **around = xcalloc(fn->nrpo, sizeof(*around));
	/* An edge is on it once at most. */
	struct ir_blk **stack = xcalloc(2 * (size_t)fn->nrpo + 1, sizeof(*stack));

	fn->irreducible = false;
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		fn->rpo[i]->loop = fn->rpo[i]->outer = NULL;
		fn->rpo[i]->depth = 0;
	}
	for (uint32_t i = fn->nrpo; i-- > 0;) {
		struct ir_blk *header = fn->rpo[i];

		vec_each(&header->pred, pred) {
			if ((*pred)->id < i)
				continue;
			if (!ir_dominates(header, *pred)) {
				fn->irreducible = true;
				continue;
			}
			if (!header->loop)
				header->loop = header;
			collect(header, *pred, around, stack);
		}
	}
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = fn->rpo[i];

		if (blk->loop == blk)
			blk->depth = blk->outer ? blk->outer->depth + 1 : 1;
		else if (blk->loop)
			blk->depth = blk->loop->depth;
	}
	free(around);
	free(stack);
}

void fill_cfg(struct ir_fn *fn)
{
	struct dfs *dfs = xcalloc(fn->blks.n, sizeof(*dfs));

	search(fn, dfs);
	fill_pred(fn);
	fill_dominators(fn, dfs);
	fill_loops(fn);
	free(dfs);
}
