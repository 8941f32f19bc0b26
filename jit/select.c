/*
 * A jump over little becomes a choice between two values: compilers have made a branch of what was
 * none before, because BPF has no such instruction. What is skipped is done either way then, so it
 * must be cheap and harmless.
 */
#include "jit/local.h"

enum { ARM_MAX = 2, CHOICES_MAX = 2 }; /* instructions of a side; values that differ */

/* One side of a branch: where the values come from that it has for the phis behind. */
struct arm {
	struct ir_blk *blk; /* NULL: the branch goes there itself */
	uint32_t pos;	    /* in the predecessors of what is behind */
};

static bool is_cheap(const struct ir_fn *fn, const struct ir_ins *ins)
{
	if (ins->op == IR_MUL && ref_is_con(ins->arg[1])) {
		int64_t c = ref_con(fn, ins->arg[1]);

		return c == 3 || c == 5 || c == 9; /* an address, or a shifted sum */
	}
	return ir_ops[ins->op].modes & IR_PURE && ins->op != IR_MUL && ins->op != IR_MULH &&
	       !(ins->op >= IR_UDIV && ins->op <= IR_SMOD);
}

/* Does the side do so little that it may be done always? */
static bool is_arm(const struct ir_fn *fn, const struct ir_blk *branch, const struct ir_blk *blk)
{
	if (blk->jmp.kind != JUMP_GOTO || blk->pred.n != 1 || blk->phis.n || blk->ins.n > ARM_MAX ||
	    blk->to[0] == branch)
		return false;
	for (size_t i = 0; i < blk->ins.n; i++)
		if (!is_cheap(fn, &blk->ins.v[i]))
			return false;
	return true;
}

/* Where both sides of a branch meet again, or NULL */
static struct ir_blk *find_end(const struct ir_fn *fn, struct ir_blk *branch, struct arm arm[2])
{
	struct ir_blk *to[2] = {branch->to[0], branch->to[1]}, *end;
	bool is[2] = {is_arm(fn, branch, to[0]), is_arm(fn, branch, to[1])};

	if (is[0] && is[1] && to[0]->to[0] == to[1]->to[0])
		end = to[0]->to[0];
	else if (is[0] && to[0]->to[0] == to[1])
		end = to[1];
	else if (is[1] && to[1]->to[0] == to[0])
		end = to[0];
	else
		return NULL;
	for (uint32_t k = 0; k < 2; k++) {
		arm[k].blk = to[k] == end ? NULL : to[k];
		arm[k].pos = to[k] == end ? branch->pos[k] : to[k]->pos[0];
	}
	return end;
}

static uint32_t count_choices(const struct ir_blk *end, const struct arm arm[2])
{
	uint32_t n = 0;

	for (size_t i = 0; i < end->phis.n; i++)
		n += !ref_eq(end->phis.v[i].arg[arm[0].pos], end->phis.v[i].arg[arm[1].pos]);
	return n;
}

static struct ref choose(struct ir_fn *fn, struct ir_blk *blk, struct ref yes, struct ref no)
{
	const struct ir_jmp *jmp = &blk->jmp;
	struct ir_call call = {
		.cc = jmp->cc, .width = jmp->width, .arg = {jmp->arg[0], jmp->arg[1]}};
	struct ref to;

	if (ref_eq(yes, no))
		return yes;
	to = ir_new_tmp(fn);
	ir_add(fn, blk,
	       (struct ir_ins){.op = IR_SELECT,
			       .width = 8,
			       .to = to,
			       .arg = {yes, no},
			       .call = ir_new_call(fn, call),
			       .slot = jmp->slot});
	return to;
}

/* What was on a side comes before the choice; nothing leads there any more. */
static void take_in(struct ir_fn *fn, struct ir_blk *blk, struct ir_blk *side)
{
	vec_each(&side->ins, ins) {
		ir_add(fn, blk, *ins);
	}
	side->ins.n = side->pred.n = 0;
	side->jmp.kind = JUMP_STOP;
	side->to[0] = NULL;
}

static bool convert(struct ir_fn *fn, struct ir_blk *blk)
{
	struct arm arm[2];
	struct ir_blk *end;
	uint32_t keep;

	if (blk->jmp.kind != JUMP_IF)
		return false;
	end = find_end(fn, blk, arm);
	if (!end || end == blk || count_choices(end, arm) > CHOICES_MAX)
		return false;
	for (uint32_t k = 0; k < 2; k++)
		if (arm[k].blk)
			take_in(fn, blk, arm[k].blk);
	fn->again = true;
	keep = arm[0].pos;
	vec_each(&end->phis, phi) {
		phi->arg[keep] = choose(fn, blk, phi->arg[arm[0].pos], phi->arg[arm[1].pos]);
	}
	end->pred.v[keep] = blk;
	blk->to[0] = end;
	blk->pos[0] = keep;
	blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = blk->jmp.slot, .odds = 4};
	/* A place that nobody comes from is dropped by fill_cfg(). */
	end->pred.v[arm[1].pos] = NULL;
	return true;
}

void select_values(struct ir_fn *fn)
{
	bool changed = false;

	for (uint32_t i = fn->nrpo; i-- > 0;)
		while (convert(fn, fn->rpo[i]))
			changed = true;
	if (changed)
		fill_cfg(fn);
}
