/*
 * Which accesses of memory may touch the same: by what their addresses are of, and by where they
 * are from the same address.
 */
#ifndef JIT_ALIAS_H
#define JIT_ALIAS_H

#include "jit/local.h"

/* What an address is of; of two of these only the first is part of others. */
enum alias_class {
	ALIAS_ANY,
	ALIAS_STACK,
	ALIAS_CTX,
	ALIAS_PACKET,
	ALIAS_VALUE, /* of maps, records, and all else */
	ALIAS_COUNT
};

/* Of a load, a store, an atomic */
enum alias_class alias_class(const struct ir_fn *fn, const struct ir_ins *ins);
bool alias_may(const struct ir_fn *fn, const struct ir_ins *a, const struct ir_ins *b);

/* Does it touch memory at an address that it names? Calls do not say where. */
static inline bool alias_is_access(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_READS | IR_WRITES) && ins->op != IR_CALL &&
	       ins->op != IR_TAILCALL;
}

#endif
