/*
 * The order of a block's instructions: each comes right before the first that wants it, the operand
 * that needs more registers first (R. Sethi, J. Ullman, "The Generation of Optimal Code for
 * Arithmetic Expressions", 1970). So chains of a loop are computed one after the other, and little
 * is alive at once. What writes, and what has effects, stays in order; loads stay before writes
 * that they were before.
 */
#include "jit/local.h"

struct order {
	struct ir_fn *fn;
	struct ir_blk *blk;
	uint8_t *height;   /* by temporary: registers that it takes to compute it */
	VEC(bool) is_done; /* by place */
	VEC(struct ir_ins) out;
	VEC(uint32_t) work; /* places */
};

static bool is_fixed(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_WRITES | IR_EFFECT) || ins->to.kind != REF_TMP;
}

/* The instruction of the block that defines r, or NULL. */
static struct ir_ins *def_here(const struct order *o, struct ref r)
{
	struct ir_ins *def = r.kind == REF_TMP ? o->fn->tmps.v[r.val].def : NULL;

	return def >= o->blk->ins.v && def < o->blk->ins.v + o->blk->ins.n ? def : NULL;
}

static void measure(struct order *o, struct ir_ins *ins)
{
	struct ir_uses u;
	uint32_t most = 0;

	if (ins->to.kind != REF_TMP)
		return;
	ir_uses(o->fn, ins, &u);
	for (uint32_t i = 0; i < u.n; i++) {
		uint32_t h = def_here(o, *u.v[i]) ? o->height[u.v[i]->val] : 0;

		most = h == most ? most + 1 : h > most ? h : most;
	}
	o->height[ins->to.val] = (uint8_t)min(most, (uint32_t)UINT8_MAX);
}

/* Pushes operands that are not there yet, those that need most last; false: all are there. */
static bool push_operands(struct order *o, struct ir_ins *ins)
{
	size_t first = o->work.n;
	struct ir_uses u;

	ir_uses(o->fn, ins, &u);
	for (uint32_t i = u.n; i-- > 0;) {
		struct ir_ins *def = def_here(o, *u.v[i]);
		size_t at;

		if (!def || o->is_done.v[def - o->blk->ins.v])
			continue;
		vec_push(&o->work, (uint32_t)(def - o->blk->ins.v));
		for (at = o->work.n - 1; at > first; at--) {
			const struct ir_ins *before = &o->blk->ins.v[o->work.v[at - 1]];

			if (o->height[before->to.val] <= o->height[def->to.val])
				break;
			o->work.v[at] = o->work.v[at - 1];
			o->work.v[at - 1] = (uint32_t)(def - o->blk->ins.v);
		}
	}
	return o->work.n > first;
}

static void put(struct order *o, uint32_t place)
{
	vec_push(&o->work, place);
	while (o->work.n) {
		uint32_t at = *vec_last(&o->work);

		if (o->is_done.v[at]) {
			o->work.n--;
		} else if (!push_operands(o, &o->blk->ins.v[at])) {
			o->work.n--;
			o->is_done.v[at] = true;
			vec_push(&o->out, o->blk->ins.v[at]);
		}
	}
}

/* Loads between the write before and this one. */
static void put_loads(struct order *o, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (ir_ops[o->blk->ins.v[i].op].modes & IR_READS)
			put(o, i);
}

static void put_end(struct order *o)
{
	struct ir_uses u;

	for (uint32_t k = 0; k < 2 && o->blk->to[k]; k++)
		vec_each(&o->blk->to[k]->phis, phi) {
			struct ir_ins *def = def_here(o, phi->arg[o->blk->pos[k]]);

			if (def)
				put(o, (uint32_t)(def - o->blk->ins.v));
		}
	ir_jmp_uses(o->fn, &o->blk->jmp, &u);
	for (uint32_t i = 0; i < o->blk->ins.n; i++) {
		bool is_asked = false;

		for (uint32_t k = 0; k < u.n; k++)
			is_asked |= ref_eq(*u.v[k], o->blk->ins.v[i].to);
		if (!is_asked)
			put(o, i);
	}
	for (uint32_t i = 0; i < o->blk->ins.n; i++)
		put(o, i);
}

static void order_blk(struct order *o, struct ir_blk *blk)
{
	uint32_t n = (uint32_t)blk->ins.n, from = 0;

	o->blk = blk;
	o->out.n = o->is_done.n = 0;
	for (uint32_t i = 0; i < n; i++)
		vec_push(&o->is_done, false);
	vec_each(&blk->ins, ins)
		measure(o, ins);
	for (uint32_t i = 0; i < n; i++)
		if (is_fixed(&blk->ins.v[i])) {
			if (ir_ops[blk->ins.v[i].op].modes & (IR_WRITES | IR_EFFECT))
				put_loads(o, from, i);
			put(o, i);
			from = i + 1;
		}
	put_end(o);
	ir_set_ins(o->fn, blk, o->out.v, o->out.n);
}

void schedule(struct ir_fn *fn)
{
	struct order o = {.fn = fn};

	ir_fill_uses(fn);
	o.height = xcalloc(fn->tmps.n + 1, sizeof(*o.height));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		order_blk(&o, ir_next(fn, i));
	free(o.height);
	vec_free(&o.work);
	vec_free(&o.out);
	vec_free(&o.is_done);
}
