/*
 * Selection: from the last block and instruction back to the first, so that a definition is seen
 * when it is known who still wants it; those that went into others are left out.
 */
#include "jit/isel.h"

#include <stdlib.h>

void isel_ins(struct isel *is, const struct ir_ins *ins)
{
	struct ir_ins shaped = *ins;

	shaped.flags = ins == is->flags;
	if (is->rules->shapes[ins->op])
		is->rules->shapes[ins->op](is, &shaped);
	if (shaped.op != IR_NOP)
		vec_push(&is->out, shaped);
}

static bool writes(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_WRITES | IR_EFFECT);
}

static void count_writes(struct isel *is)
{
	struct ir_fn *fn = is->fn;

	for (uint32_t i = 0; i < fn->nrpo; i++) {
		is->now++;
		vec_each(&fn->rpo[i]->ins, ins) {
			is->now += writes(ins);
			if (ins->to.kind == REF_TMP)
				is->epoch[ins->to.val] = is->now;
		}
	}
}

enum { FEW = 4 }; /* addresses that a sum is computed in rather than once before them */

/* Is all that is done with the temporary to use it as an address, here or in the same loop? */
static void count_address(struct isel *is, const struct ir_blk *blk, const struct ir_ins *ins)
{
	bool memory = ir_ops[ins->op].modes & (IR_READS | IR_WRITES);
	const struct ir_tmp *tmp = &is->fn->tmps.v[ins->arg[0].val];
	uint32_t *all = ins->to.kind == REF_TMP ? &is->addresses[ins->to.val] : NULL;
	bool sum = ins->op == IR_ADD && ins->width == 8 && ins->arg[1].kind == REF_CON;

	if (all && *all != is->fn->tmps.v[ins->to.val].uses)
		*all = 0;
	sum = sum && all && *all;
	if (ins->arg[0].kind == REF_TMP && (memory || sum) && tmp->blk->loop == blk->loop &&
	    tmp->uses <= FEW)
		is->addresses[ins->arg[0].val]++;
}

static void count_addresses(struct isel *is)
{
	for (uint32_t i = is->fn->nrpo; i-- > 0;)
		for (size_t k = is->fn->rpo[i]->ins.n; k-- > 0;)
			count_address(is, is->fn->rpo[i], &is->fn->rpo[i]->ins.v[k]);
}

/* Is it of no use to anybody? Then neither are its operands to it. */
static bool drop(struct isel *is, struct ir_ins *ins)
{
	struct ir_uses u;

	if (ins->op == IR_NOP)
		return true;
	if (writes(ins) || ins->to.kind != REF_TMP || is->fn->tmps.v[ins->to.val].uses)
		return false;
	ir_uses(is->fn, ins, &u);
	for (uint32_t i = 0; i < u.n; i++)
		isel_unuse(is, *u.v[i]);
	return true;
}

static void select_blk(struct isel *is, struct ir_blk *blk)
{
	is->blk = blk;
	is->out.n = 0;
	is->flags = NULL;
	is->rules->jump(is, &blk->jmp);
	for (size_t i = blk->ins.n; i-- > 0;) {
		struct ir_ins *ins = &blk->ins.v[i];

		is->now -= writes(ins);
		if (ins != is->flags && !drop(is, ins))
			isel_ins(is, ins);
	}
	is->now--;
	/* What was there stays for who asks what defines a value. */
	memset(&blk->ins, 0, sizeof(blk->ins));
	ir_reserve(is->fn, &blk->ins, is->out.n);
	for (size_t i = is->out.n; i-- > 0;)
		ir_add(is->fn, blk, is->out.v[i]);
}

void isel_walk(struct ir_fn *fn, const struct isel_rules *rules)
{
	struct isel is = {.fn = fn, .rules = rules, .ntmps = (uint32_t)fn->tmps.n};

	ir_fill_uses(fn);
	is.epoch = xcalloc(is.ntmps + 1, sizeof(*is.epoch));
	is.addresses = xcalloc(is.ntmps + 1, sizeof(*is.addresses));
	count_writes(&is);
	count_addresses(&is);
	for (uint32_t i = fn->nrpo; i-- > 0;)
		select_blk(&is, fn->rpo[i]);
	isel_place_cons(&is);
	vec_free(&is.out);
	vec_free(&is.cons);
	free(is.con_at);
	free(is.epoch);
	free(is.addresses);
}
