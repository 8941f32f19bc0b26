/*
 * Which accesses of memory may touch the same: by what their addresses are of, and by where they
 * are from the same address.
 */
#ifndef JIT_ALIAS_H
#define JIT_ALIAS_H

#include "jit/local.h"

/* What an address is of; only the first may be of any other, too. */
enum alias_class {
	ALIAS_ANY,
	ALIAS_STACK,
	ALIAS_CTX,
	ALIAS_PACKET,
	ALIAS_VALUE, /* of maps, records */
	ALIAS_COUNT
};

/* Bytes that a load or store touches. */
struct alias_place {
	struct ref base; /* NO_REF: the end of the frame */
	int64_t at;	 /* from there */
	uint8_t size;
	uint8_t class; /* enum alias_class */
};

/* Where a load, a store, an atomic goes; fold() and ir_fill_uses() say what its address is. */
struct alias_place alias_place(const struct ir_fn *fn, const struct ir_ins *ins);
/* private: nobody has the address of the frame but its own loads and stores. */
bool alias_may(const struct alias_place *a, const struct alias_place *b, bool private);
/* Has nobody the address of the frame? */
bool alias_frame_is_private(struct ir_fn *fn);
/* Classes of memory that an instruction writes, a bit each */
uint8_t alias_writes(const struct ir_fn *fn, const struct ir_ins *ins);

/* Does it touch memory at an address that it names? Calls do not say where. */
static inline bool alias_is_access(const struct ir_ins *ins)
{
	return ir_ops[ins->op].modes & (IR_READS | IR_WRITES) && ins->op != IR_CALL &&
	       ins->op != IR_TAILCALL;
}

static inline bool alias_same(const struct alias_place *a, const struct alias_place *b)
{
	return ref_eq(a->base, b->base) && a->at == b->at && a->size == b->size;
}

#endif
