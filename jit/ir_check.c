/* What has to be true of the intermediate form after every pass, whoever made it. */
#include "jit/local.h"

#include <stdio.h>

struct check {
	struct ir_fn *fn;
	const struct ir_blk *blk;
	uint32_t at;	  /* in blk: the instruction that is looked at */
	uint32_t *def_at; /* of each temporary: where in its block it is defined; 0: before them */
	const struct ir_blk **def_blk;
	const char *wrong;
};

static void fault(struct check *c, const char *what)
{
	if (!c->wrong)
		c->wrong = arena_printf(&c->fn->arena, "@%u, instruction %u: %s", c->blk->id, c->at,
					what);
}

static void define(struct check *c, struct ref to, uint32_t at)
{
	if (to.kind != REF_TMP)
		return;
	c->at = at;
	if (to.val >= c->fn->tmps.n)
		fault(c, "no such temporary");
	else if (c->def_blk[to.val])
		fault(c, "a temporary is defined twice");
	else
		c->def_blk[to.val] = c->blk;
	if (!c->wrong)
		c->def_at[to.val] = at;
}

static void check_use(void *arg, struct ref *r)
{
	struct check *c = arg;
	const struct ir_blk *def;

	if (r->kind != REF_TMP)
		return;
	def = r->val < c->fn->tmps.n ? c->def_blk[r->val] : NULL;
	if (!def)
		fault(c, "a temporary is used that is not defined");
	else if (def == c->blk ? c->def_at[r->val] >= c->at : !ir_dominates(def, c->blk))
		fault(c, "a temporary is used where it is not defined");
}

static bool is_width(const struct ir_ins *ins)
{
	bool any = ir_ops[ins->op].modes & (IR_READS | IR_WRITES) || ins->op == IR_BSWAP;

	return ins->width == 8 || ins->width == 4 || (any && (ins->width == 2 || ins->width == 1));
}

static void check_ins(struct check *c, struct ir_ins *ins)
{
	bool wants_call = ins->op == IR_CALL || ins->op == IR_TAILCALL || ins->op == IR_CMPXCHG ||
			  ins->op == IR_SELECT;

	if (ins->op >= IR_COUNT)
		fault(c, "no such operation");
	else if (ins->op != IR_NOP && !is_width(ins))
		fault(c, "no such width");
	else if (wants_call && !ins->call)
		fault(c, "operands are missing");
	if (!c->wrong)
		ir_each_use(c->fn, ins, check_use, c);
}

static void check_edges(struct check *c)
{
	const struct ir_blk *blk = c->blk;
	bool is_if = blk->jmp.kind == JUMP_IF || blk->jmp.kind == JUMP_FLAGS;
	uint32_t n = is_if ? 2 : blk->jmp.kind == JUMP_GOTO;

	for (uint32_t k = 0; k < 2; k++) {
		const struct ir_blk *to = blk->to[k];

		if (!!to != (k < n))
			fault(c, "a jump has other targets than it wants");
		else if (to && (blk->pos[k] >= to->pred.n || to->pred.v[blk->pos[k]] != blk))
			fault(c, "the target of a jump does not know it");
	}
	for (size_t i = 0; i < blk->pred.n; i++)
		if (blk->pred.v[i]->to[0] != blk && blk->pred.v[i]->to[1] != blk)
			fault(c, "a predecessor does not jump here");
}

/* A phi's arguments are used where its predecessors end. */
static void check_phis(struct check *c)
{
	const struct ir_blk *blk = c->blk;

	for (size_t i = 0; i < blk->phis.n; i++)
		for (size_t k = 0; k < blk->pred.n && !c->wrong; k++) {
			c->blk = blk->pred.v[k];
			c->at = UINT32_MAX;
			if (blk->phis.v[i].arg[k].kind == REF_NONE)
				fault(c, "a phi's argument is missing");
			check_use(c, &blk->phis.v[i].arg[k]);
		}
	c->blk = blk;
}

static void check_blk(struct check *c, struct ir_blk *blk)
{
	c->blk = blk;
	c->at = 0;
	check_edges(c);
	check_phis(c);
	for (size_t i = 0; i < blk->ins.n && !c->wrong; i++) {
		c->at = (uint32_t)i + 1;
		check_ins(c, &blk->ins.v[i]);
	}
	c->at = UINT32_MAX;
	if (!c->wrong)
		ir_each_jmp_use(c->fn, blk, check_use, c);
}

static void define_all(struct check *c)
{
	c->blk = c->fn->rpo[0];
	for (uint32_t i = 0; i < ARRAY_SIZE(c->fn->args); i++)
		define(c, c->fn->args[i], 0);
	for (uint32_t i = 0; i < c->fn->nrpo; i++) {
		c->blk = c->fn->rpo[i];
		for (size_t k = 0; k < c->blk->phis.n; k++)
			define(c, c->blk->phis.v[k].to, 0);
		for (size_t k = 0; k < c->blk->ins.n; k++)
			define(c, c->blk->ins.v[k].to, (uint32_t)k + 1);
	}
}

const char *ir_check(struct ir_fn *fn)
{
	struct check c = {
		.fn = fn,
		.def_at = xcalloc(fn->tmps.n + 1, sizeof(*c.def_at)),
		.def_blk = xcalloc(fn->tmps.n + 1, sizeof(*c.def_blk)),
	};

	/* Who comes before whom is not known yet. */
	if (fn->nrpo) {
		define_all(&c);
		for (uint32_t i = 0; i < fn->nrpo && !c.wrong; i++)
			check_blk(&c, fn->rpo[i]);
	}
	free(c.def_at);
	free(c.def_blk);
	return c.wrong;
}
