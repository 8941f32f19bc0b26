/*
 * Functions of the program that are made part of those who call them: the small ones, while there
 * is room. Their registers are variables of their own, one set for each depth, since nothing of one
 * call is left when the next begins; their frames lie below those of their callers. What makes tail
 * calls stays: it is left for good when one is made, its caller is not. Of an open program all
 * stay: something else may run in their place.
 */
#include "core/helper/helper.h"
#include "jit/lower.h"

enum { INLINE_MAX = 64, DEPTH_MAX = 6 }; /* slots of a function; functions in functions */

static bool makes_tail_calls(const struct prog *prog, const struct subprog *sub)
{
	for (uint32_t i = sub->start; i < sub->end; i++)
		if (prog->ops[i] == OP_CALL && prog->insns[i].imm == HELPER_tail_call)
			return true;
	return false;
}

static bool is_open_already(const struct lower *l, uint32_t func)
{
	while (l && l->func != func)
		l = l->outer;
	return l;
}

bool lower_inlined(struct lower *l, uint32_t func)
{
	const struct subprog *sub = &l->prog->subs[func];
	uint32_t size = sub->end - sub->start;
	struct lower in = {
		.fn = l->fn,
		.prog = l->prog,
		.facts = l->facts,
		.outer = l,
		.blk = l->blk,
		.base = l->base + VAR_COUNT,
		.above = l->above + l->frame,
		.room = l->room,
		.func = func,
	};

	if (l->prog->is_open || size > INLINE_MAX || size > *l->room ||
	    in.base > DEPTH_MAX * VAR_COUNT || is_open_already(l, func) ||
	    makes_tail_calls(l->prog, sub))
		return false;
	*l->room -= size;
	in.ret = ir_new_blk(l->fn);
	in.ret->slot = l->next;
	lower_body(&in);
	l->blk = in.ret;
	l->last_blk = NULL;
	return true;
}
