/*
 * What somebody uses who matters is marked, beginning with what has an effect; all else goes. So do
 * phis that only use each other. The temporaries that stay are numbered anew, in their old order,
 * and so what the passes behind this one keep of each is close together.
 */
#include "jit/local.h"

struct dce {
	struct ir_fn *fn;
	uint32_t *name; /* of each temporary: its new number + 1; 0: nobody uses it */
	VEC(uint32_t) todo;
	const struct ir_phi **phi; /* of each temporary: what defines it; NULL: no phi does */
};

static void mark(void *arg, struct ref *r)
{
	struct dce *d = arg;

	if (r->kind != REF_TMP || d->name[r->val])
		return;
	d->name[r->val] = 1;
	vec_push(&d->todo, r->val);
}

static bool matters(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_WRITES | IR_EFFECT) || ins->to.kind == REF_REG ||
	       ins->flags;
}

static void mark_roots(struct dce *d, struct ir_blk *blk)
{
	vec_each(&blk->phis, phi) {
		d->phi[phi->to.val] = phi;
	}
	vec_each(&blk->ins, ins) {
		if (!matters(ins))
			continue;
		mark(d, &ins->to);
		ir_each_use(d->fn, ins, mark, d);
	}
	ir_each_jmp_use(d->fn, blk, mark, d);
}

static void mark_rest(struct dce *d)
{
	while (d->todo.n) {
		uint32_t tmp = vec_pop(&d->todo);
		const struct ir_phi *phi = d->phi[tmp];

		if (phi) {
			for (size_t i = 0; i < d->fn->tmps.v[tmp].blk->pred.n; i++)
				mark(d, &phi->arg[i]);
		} else if (d->fn->tmps.v[tmp].def) {
			ir_each_use(d->fn, d->fn->tmps.v[tmp].def, mark, d);
		}
	}
}

static void number(struct dce *d)
{
	struct ir_tmp *tmps = d->fn->tmps.v;
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->fn->tmps.n; i++)
		if (d->name[i]) {
			tmps[n] = tmps[i];
			d->name[i] = ++n;
		}
	d->fn->tmps.n = n;
}

static void rename_one(void *arg, struct ref *r)
{
	const struct dce *d = arg;

	if (r->kind == REF_TMP)
		r->val = d->name[r->val] - 1;
}

/* What a temporary would like to be with may be gone. */
static void rename_hints(struct dce *d)
{
	vec_each(&d->fn->tmps, tmp) {
		if (tmp->hint.kind == REF_TMP && !d->name[tmp->hint.val])
			tmp->hint = NO_REF;
		rename_one(d, &tmp->hint);
	}
}

static void sweep_phis(struct dce *d, struct ir_blk *blk)
{
	size_t n = 0;

	vec_each(&blk->phis, phi) {
		if (!d->name[phi->to.val])
			continue;
		rename_one(d, &phi->to);
		for (size_t i = 0; i < blk->pred.n; i++)
			rename_one(d, &phi->arg[i]);
		blk->phis.v[n++] = *phi;
	}
	blk->phis.n = n;
}

static void sweep(struct dce *d, struct ir_blk *blk)
{
	size_t n = 0;

	sweep_phis(d, blk);
	vec_each(&blk->ins, ins) {
		bool is_used = ins->to.kind == REF_TMP && d->name[ins->to.val];

		if (ins->op == IR_NOP || (!matters(ins) && !is_used))
			continue;
		rename_one(d, &ins->to);
		ir_each_use(d->fn, ins, rename_one, d);
		blk->ins.v[n++] = *ins;
	}
	blk->ins.n = n;
	ir_each_jmp_use(d->fn, blk, rename_one, d);
}

/* Takes in what comes behind a block and nowhere else. */
static bool merge(struct ir_fn *fn, struct ir_blk *blk)
{
	struct ir_blk *next = blk->to[0];

	if (blk->jmp.kind != JUMP_GOTO || next->pred.n != 1 || next == blk || next->phis.n)
		return false;
	vec_each(&next->ins, ins) {
		ir_add(fn, blk, *ins);
	}
	next->ins.n = 0;
	blk->jmp = next->jmp;
	for (uint32_t k = 0; k < 2; k++) {
		blk->to[k] = next->to[k];
		blk->pos[k] = next->pos[k];
		if (next->to[k])
			next->to[k]->pred.v[next->pos[k]] = blk;
		next->to[k] = NULL;
	}
	next->pred.n = 0;
	next->jmp.kind = JUMP_STOP;
	return true;
}

/*
 * Takes an empty block out of the way: those before it go where it goes, where nothing tells apart
 * ways that come, or there is but one.
 */
static void go_past(struct ir_fn *fn, struct ir_blk *empty)
{
	struct ir_blk *next = empty->to[0];
	uint32_t at = empty->pos[0];

	vec_each(&empty->pred, pred) {
		uint32_t k = (*pred)->to[0] != empty;

		(*pred)->to[k] = next;
		(*pred)->pos[k] = at;
		if (at < next->pred.n)
			next->pred.v[at] = *pred;
		else
			arena_push(&fn->arena, &next->pred, *pred);
		at = (uint32_t)next->pred.n;
	}
	empty->to[0] = NULL;
	empty->pred.n = 0;
	empty->jmp.kind = JUMP_STOP;
}

static bool thread(struct ir_fn *fn, struct ir_blk *blk)
{
	struct ir_blk *next = blk->to[0];

	if (blk == fn->blks.v[0] || blk->ins.n || blk->phis.n || blk->jmp.kind != JUMP_GOTO ||
	    next == blk)
		return false;
	if (!blk->pred.n || (next->phis.n && (blk->pred.n > 1 || blk->pred.v[0]->to[0] == next ||
					      blk->pred.v[0]->to[1] == next)))
		return false;
	go_past(fn, blk);
	return true;
}

static void simplify_ways(struct ir_fn *fn)
{
	bool changed = false;

	for (uint32_t i = 0; i < fn->nrpo; i++)
		changed |= thread(fn, ir_next(fn, i));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		while (merge(fn, ir_next(fn, i)))
			changed = true;
	if (changed)
		fill_cfg(fn);
}

void dce(struct ir_fn *fn)
{
	struct dce d = {.fn = fn};

	ir_fill_uses(fn);
	d.name = xcalloc(fn->tmps.n, sizeof(*d.name));
	d.phi = xcalloc(fn->tmps.n, sizeof(*d.phi));
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		mark(&d, &fn->args[i]);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		mark_roots(&d, ir_next(fn, i));
	mark_rest(&d);
	number(&d);
	rename_hints(&d);
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		rename_one(&d, &fn->args[i]);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		sweep(&d, ir_next(fn, i));
	free(d.name);
	free(d.phi);
	vec_free(&d.todo);
	simplify_ways(fn);
}
