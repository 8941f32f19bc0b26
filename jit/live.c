/*
 * Which temporaries are alive where blocks begin and end: each use is followed up the predecessors
 * until its definition or a block that knows already (Boissinot and others, "Computing Liveness
 * Sets for SSA-Form Programs", 2011, algorithms 6 and 7). Temporaries are taken one by one, so the
 * last of a set tells whether one is in it; time and memory are those of the sets.
 */
#include "jit/local.h"

#include <string.h>

/* Where each temporary is used: tmps' uses are at[start[t]] to at[start[t + 1]]. */
struct use {
	uint32_t blk : 31;
	bool at_end : 1; /* by a phi of a successor */
};

struct live {
	struct ir_fn *fn;
	uint32_t *start;
	struct use *at;
	VEC(struct ir_blk *) work;
};

static void set_push(struct ir_fn *fn, struct ir_set *s, uint32_t t)
{
	if (s->n >= 4 ? !(s->n & (s->n - 1)) : s->n == 0) {
		uint32_t *v = arena_array(&fn->arena, uint32_t, max(s->n * 2, 4u));

		if (s->n)
			memcpy(v, s->v, s->n * sizeof(*v));
		s->v = v;
	}
	s->v[s->n++] = t;
}

/* False when it was there. */
static bool set_add_last(struct ir_fn *fn, struct ir_set *s, uint32_t t)
{
	if (s->n && s->v[s->n - 1] == t)
		return false;
	set_push(fn, s, t);
	return true;
}

static void note_use(struct live *l, struct ref r, struct ir_blk *blk, bool at_end)
{
	if (r.kind == REF_TMP)
		l->at[l->start[r.val]++] = (struct use){blk->id & INT32_MAX, at_end};
}

static void note_uses(struct live *l, const struct ir_uses *u, struct ir_blk *blk)
{
	for (uint32_t i = 0; i < u->n; i++)
		note_use(l, *u->v[i], blk, false);
}

static void note_blk(struct live *l, struct ir_blk *blk)
{
	struct ir_uses u;

	vec_each(&blk->phis, phi)
		for (size_t i = 0; i < blk->pred.n; i++)
			note_use(l, phi->arg[i], blk->pred.v[i], true);
	vec_each(&blk->ins, ins) {
		ir_uses(l->fn, ins, &u);
		note_uses(l, &u, blk);
	}
	ir_jmp_uses(l->fn, &blk->jmp, &u);
	note_uses(l, &u, blk);
}

static void fill_uses(struct live *l)
{
	struct ir_fn *fn = l->fn;
	uint32_t n = 0;

	ir_fill_uses(fn);
	l->start = xcalloc(fn->tmps.n + 1, sizeof(*l->start));
	for (size_t t = 0; t < fn->tmps.n; t++) {
		l->start[t] = n;
		n += fn->tmps.v[t].uses;
	}
	l->at = xcalloc(n + 1, sizeof(*l->at));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		note_blk(l, ir_next(fn, i));
	/* each start is now where the next one's was */
	memmove(l->start + 1, l->start, fn->tmps.n * sizeof(*l->start));
	l->start[0] = 0;
}

/* It is alive where blk begins, unless blk defines it. */
static void mark_up(struct live *l, struct ir_blk *blk, uint32_t t)
{
	struct ir_fn *fn = l->fn;

	vec_push(&l->work, blk);
	while (l->work.n) {
		blk = vec_pop(&l->work);
		if (fn->tmps.v[t].blk == blk || !set_add_last(fn, &blk->in, t))
			continue;
		vec_each(&blk->pred, pred)
			if (set_add_last(fn, &(*pred)->out, t))
				vec_push(&l->work, *pred);
	}
}

void live(struct ir_fn *fn)
{
	struct live l = {.fn = fn};

	for (uint32_t i = 0; i < fn->nrpo; i++)
		fn->rpo[i]->in = fn->rpo[i]->out = (struct ir_set){0};
	fill_uses(&l);
	for (uint32_t t = 0; t < fn->tmps.n; t++)
		for (uint32_t i = l.start[t]; i < l.start[t + 1]; i++) {
			struct ir_blk *blk = fn->rpo[l.at[i].blk];

			if (!l.at[i].at_end || set_add_last(fn, &blk->out, t))
				mark_up(&l, blk, t);
		}
	vec_free(&l.work);
	free(l.start);
	free(l.at);
}
