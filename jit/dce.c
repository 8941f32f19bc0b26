/*
 * What somebody uses who matters is marked, beginning with what has an effect; all else goes. So do
 * phis that only use each other.
 */
#include "jit/local.h"

struct dce {
	struct ir_fn *fn;
	bool *used; /* temporaries */
	VEC(uint32_t) todo;
	const struct ir_phi **phi; /* of each temporary: what defines it; NULL: no phi does */
};

static void mark(void *arg, struct ref *r)
{
	struct dce *d = arg;

	if (r->kind != REF_TMP || d->used[r->val])
		return;
	d->used[r->val] = true;
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
		if (matters(ins))
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

static void sweep(struct dce *d, struct ir_blk *blk)
{
	size_t n = 0;

	vec_each(&blk->phis, phi) {
		if (d->used[phi->to.val])
			blk->phis.v[n++] = *phi;
	}
	blk->phis.n = n;
	n = 0;
	vec_each(&blk->ins, ins) {
		bool wanted = matters(ins) || (ins->to.kind == REF_TMP && d->used[ins->to.val]);

		if (ins->op != IR_NOP && wanted)
			blk->ins.v[n++] = *ins;
	}
	blk->ins.n = n;
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
	d.used = xcalloc(fn->tmps.n, sizeof(*d.used));
	d.phi = xcalloc(fn->tmps.n, sizeof(*d.phi));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		mark_roots(&d, ir_next(fn, i));
	mark_rest(&d);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		sweep(&d, ir_next(fn, i));
	free(d.used);
	free(d.phi);
	vec_free(&d.todo);
	simplify_ways(fn);
}
