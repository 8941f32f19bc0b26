#include "jit/alias.h"

static enum alias_class class_of_kind(uint8_t kind)
{
	switch ((enum fact_kind)kind) {
	case FACT_STACK:
	case FACT_FAR_STACK:
		return ALIAS_STACK;
	case FACT_CTX:
		return ALIAS_CTX;
	case FACT_PACKET:
	case FACT_PACKET_META:
		return ALIAS_PACKET;
	case FACT_MAP_VALUE:
	case FACT_MEM:
		return ALIAS_VALUE;
	default:
		return ALIAS_ANY;
	}
}

struct alias_place alias_place(const struct ir_fn *fn, const struct ir_ins *ins)
{
	struct alias_place p = {.base = ins->arg[0], .at = ins->disp, .size = ins->width};
	const struct ir_tmp *tmp;

	if (p.base.kind != REF_TMP)
		return p;
	tmp = &fn->tmps.v[p.base.val];
	if (tmp->value)
		p.class = class_of_kind(tmp->value->kind);
	if (!tmp->frame)
		return p;
	p.class = ALIAS_STACK;
	p.base = NO_REF;
	p.at += tmp->disp;
	return p;
}

bool alias_may(const struct alias_place *a, const struct alias_place *b, bool private)
{
	if (ref_eq(a->base, b->base))
		return a->at < b->at + b->size && b->at < a->at + a->size;
	if (private && (a->base.kind == REF_NONE || b->base.kind == REF_NONE))
		return false;
	return a->class == b->class || a->class == ALIAS_ANY || b->class == ALIAS_ANY;
}

uint8_t alias_writes(const struct ir_fn *fn, const struct ir_ins *ins)
{
	enum alias_class class = ALIAS_ANY;

	if (!(ir_ops[ins->op].modes & IR_WRITES))
		return 0;
	if (alias_is_access(ins))
		class = alias_place(fn, ins).class;
	return class == ALIAS_ANY ? UINT8_MAX : (uint8_t)(1 << class | 1 << ALIAS_ANY);
}

/* ---- the frame ---- */

struct escape {
	struct ir_fn *fn;
	bool escapes;
};

static void look_at_use(void *arg, struct ref *r)
{
	struct escape *e = arg;

	e->escapes |= r->kind == REF_TMP && ref_tmp(e->fn, *r)->frame;
}

static void look_at_ins(struct escape *e, struct ir_ins *ins)
{
	struct ref address = ins->arg[0];

	if (alias_is_access(ins))
		ins->arg[0] = NO_REF;
	ir_each_use(e->fn, ins, look_at_use, e);
	ins->arg[0] = address;
}

bool alias_frame_is_private(struct ir_fn *fn)
{
	struct escape e = {.fn = fn, .escapes = fn->is_part};

	for (uint32_t i = 0; i < fn->nrpo && !e.escapes; i++) {
		struct ir_blk *blk = fn->rpo[i];

		vec_each(&blk->phis, phi) {
			for (size_t k = 0; k < blk->pred.n; k++)
				look_at_use(&e, &phi->arg[k]);
		}
		vec_each(&blk->ins, ins) {
			look_at_ins(&e, ins);
		}
		ir_each_jmp_use(fn, blk, look_at_use, &e);
	}
	return !e.escapes;
}
