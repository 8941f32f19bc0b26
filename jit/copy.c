/*
 * Uses of a copy become uses of what was copied, and a phi whose arguments are one value, or
 * itself, is a copy of that. What becomes superfluous because another one went is found in the
 * same pass where that came first, and by going on until nothing changes.
 */
#include "jit/local.h"

struct copies {
	struct ir_fn *fn;
	struct ref *of; /* of each temporary: what it is a copy of; NO_REF: of nothing */
};

/* Follows copies of copies, and shortens the way for the next. */
static struct ref resolve(struct copies *c, struct ref r)
{
	struct ref end = r;

	while (end.kind == REF_TMP && c->of[end.val].kind != REF_NONE)
		end = c->of[end.val];
	while (r.kind == REF_TMP && !ref_eq(r, end)) {
		struct ref next = c->of[r.val];

		c->of[r.val] = end;
		r = next;
	}
	return end;
}

/* The one value that a phi has; NO_REF: there are several. */
static struct ref phi_value(struct copies *c, const struct ir_blk *blk, const struct ir_phi *phi)
{
	struct ref one = NO_REF;

	for (size_t i = 0; i < blk->pred.n; i++) {
		struct ref arg = resolve(c, phi->arg[i]);

		if (ref_eq(arg, phi->to))
			continue;
		if (one.kind != REF_NONE && !ref_eq(one, arg))
			return NO_REF;
		one = arg;
	}
	return one;
}

static bool find_in(struct copies *c, struct ir_blk *blk)
{
	bool changed = false;

	vec_each(&blk->phis, phi) {
		struct ref one;

		if (c->of[phi->to.val].kind != REF_NONE)
			continue;
		one = phi_value(c, blk, phi);
		c->of[phi->to.val] = one;
		changed |= one.kind != REF_NONE;
	}
	return changed;
}

static void find_copies(struct copies *c, struct ir_blk *blk)
{
	vec_each(&blk->ins, ins) {
		if (ins->op == IR_COPY && ins->to.kind == REF_TMP && ins->arg[0].kind != REF_REG)
			c->of[ins->to.val] = ins->arg[0];
	}
}

static void replace(void *arg, struct ref *r)
{
	*r = resolve(arg, *r);
}

static void replace_in(struct copies *c, struct ir_blk *blk)
{
	size_t n = 0;

	vec_each(&blk->phis, phi) {
		if (c->of[phi->to.val].kind != REF_NONE)
			continue;
		for (size_t i = 0; i < blk->pred.n; i++)
			replace(c, &phi->arg[i]);
		blk->phis.v[n++] = *phi;
	}
	blk->phis.n = n;
	n = 0;
	vec_each(&blk->ins, ins) {
		if (ins->op == IR_NOP ||
		    (ins->to.kind == REF_TMP && c->of[ins->to.val].kind != REF_NONE))
			continue;
		ir_each_use(c->fn, ins, replace, c);
		blk->ins.v[n++] = *ins;
	}
	blk->ins.n = n;
	ir_each_jmp_use(c->fn, blk, replace, c);
}

void copy(struct ir_fn *fn)
{
	struct copies c = {.fn = fn, .of = xcalloc(fn->tmps.n, sizeof(*c.of))};
	bool changed = true;

	for (uint32_t i = 0; i < fn->nrpo; i++)
		find_copies(&c, ir_next(fn, i));
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < fn->nrpo; i++)
			changed |= find_in(&c, ir_next(fn, i));
	}
	for (uint32_t i = 0; i < fn->nrpo; i++)
		replace_in(&c, ir_next(fn, i));
	free(c.of);
}
