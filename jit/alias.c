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

enum alias_class alias_class(const struct ir_fn *fn, const struct ir_ins *ins)
{
	const struct ir_value *v;

	if (ins->arg[0].kind != REF_TMP)
		return ALIAS_ANY;
	v = fn->tmps.v[ins->arg[0].val].value;
	return v ? class_of_kind(v->kind) : ALIAS_ANY;
}

bool alias_may(const struct ir_fn *fn, const struct ir_ins *a, const struct ir_ins *b)
{
	enum alias_class ca, cb;

	if (ref_eq(a->arg[0], b->arg[0]))
		return (int64_t)a->disp < (int64_t)b->disp + b->width &&
		       (int64_t)b->disp < (int64_t)a->disp + a->width;
	ca = alias_class(fn, a);
	cb = alias_class(fn, b);
	return ca == cb || ca == ALIAS_ANY || cb == ALIAS_ANY;
}
