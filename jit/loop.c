/*
 * What is the same in every round of a loop is computed before it: in an order in which operands
 * come first, each instruction goes out of as many loops as its operands are out of. Loads go when
 * nothing in the loop writes what they read, and when the first round does them anyhow.
 */
#include "jit/alias.h"

struct loops {
	struct ir_fn *fn;
	struct ir_blk **before; /* of each header: where its loop is come to from; NULL: many */
	uint8_t *written;	/* of each header: classes of memory, a bit each */
	struct ir_blk *inside;	/* the loop that an operand must not be in */
	bool varies;
};

static bool is_in(const struct ir_blk *blk, const struct ir_blk *header)
{
	const struct ir_blk *at = blk->loop;

	while (at && at != header)
		at = at->outer;
	return at == header;
}

/* The only way in goes on to nowhere else, or gets a block of its own. */
static struct ir_blk *make_before(struct ir_fn *fn, struct ir_blk *header)
{
	struct ir_blk *outside = NULL, *before;
	uint32_t at = 0, k;

	for (uint32_t i = 0; i < header->pred.n; i++) {
		if (is_in(header->pred.v[i], header))
			continue;
		if (outside)
			return NULL;
		outside = header->pred.v[i];
		at = i;
	}
	if (!outside || outside->jmp.kind == JUMP_GOTO)
		return outside;
	before = ir_new_blk(fn);
	before->slot = header->slot;
	before->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = header->slot, .odds = 4};
	before->to[0] = header;
	before->pos[0] = at;
	before->loop = header->outer;
	arena_push(&fn->arena, &before->pred, outside);
	header->pred.v[at] = before;
	k = outside->to[0] != header;
	outside->to[k] = before;
	outside->pos[k] = 0;
	return before;
}

/* ---- what may move ---- */

static void find_written(struct loops *l)
{
	for (uint32_t i = 0; i < l->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(l->fn, i);
		uint8_t all = 0;

		vec_each(&blk->ins, ins) {
			all |= alias_writes(l->fn, ins);
		}
		for (struct ir_blk *at = blk->loop; all && at; at = at->outer)
			l->written[at->id] |= all;
	}
}

static void look_at_use(void *arg, struct ref *r)
{
	struct loops *l = arg;

	if (r->kind == REF_TMP && is_in(ref_tmp(l->fn, *r)->blk, l->inside))
		l->varies = true;
}

/* A jump may be what keeps it from dividing by 0. */
static bool is_guarded(const struct ir_ins *ins)
{
	return ins->op >= IR_UDIV && ins->op <= IR_SMOD;
}

static bool may_leave(struct loops *l, struct ir_ins *ins, const struct ir_blk *blk,
		      struct ir_blk *header)
{
	uint8_t modes = ir_ops[ins->op].modes;

	if (ins->op == IR_LOAD || ins->op == IR_LOADSX) {
		if (blk != header || l->written[header->id] >> alias_place(l->fn, ins).class & 1)
			return false;
	} else if (is_guarded(ins)) {
		if (blk != header)
			return false;
	} else if (!(modes & IR_PURE) || ins->op == IR_FRAME) {
		return false;
	}
	l->inside = header;
	l->varies = false;
	ir_each_use(l->fn, ins, look_at_use, l);
	return !l->varies;
}

/* Where an instruction goes; blk: it stays. */
static struct ir_blk *place_for(struct loops *l, struct ir_ins *ins, struct ir_blk *blk)
{
	struct ir_blk *place = blk;

	for (struct ir_blk *at = blk->loop; at && ins->to.kind == REF_TMP; at = at->outer) {
		if (!l->before[at->id] || !may_leave(l, ins, place == blk ? blk : at, at))
			break;
		place = l->before[at->id];
		if (ir_ops[ins->op].modes & IR_READS || is_guarded(ins))
			break;
	}
	return place;
}

static void move_out(struct loops *l, struct ir_blk *blk)
{
	size_t n = 0;

	vec_each(&blk->ins, ins) {
		struct ir_blk *place = place_for(l, ins, blk);

		if (place == blk) {
			blk->ins.v[n++] = *ins;
			continue;
		}
		ref_tmp(l->fn, ins->to)->blk = place;
		ir_add(l->fn, place, *ins);
	}
	blk->ins.n = n;
}

void loop(struct ir_fn *fn)
{
	struct loops l = {
		.fn = fn,
		.before = xcalloc(fn->nrpo, sizeof(*l.before)),
		.written = xcalloc(fn->nrpo, sizeof(*l.written)),
	};
	bool any = false;

	ir_fill_uses(fn);
	find_written(&l);
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(fn, i);

		if (blk->loop != blk)
			continue;
		l.before[i] = make_before(fn, blk);
		any = true;
	}
	for (uint32_t i = 0; i < fn->nrpo && any; i++) {
		struct ir_blk *blk = ir_next(fn, i);

		if (blk->loop)
			move_out(&l, blk);
	}
	free(l.before);
	free(l.written);
	if (any)
		fill_cfg(fn);
}
