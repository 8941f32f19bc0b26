/*
 * Tail calls through tables that are known, in both tiers: who stands in a slot is looked up in
 * place. The helper is asked for what this process has not found yet, and for all that is none.
 */
#include <stddef.h>

#include "core/obj/map.h"
#include "jit/x86/local.h"

enum { RC = R12, COUNT = R9, ID = R10, FOUND = R11 };

#define RC_AT(member) X86_AT(RC, offsetof(struct run_ctx, member))

/* FOUND = address of what was found for the slot, ID = the slot's id now. */
static void slot_known(struct code_buf *b, struct map_tails tails, uint32_t slot)
{
	x86_mov_imm(b, ID, (uintptr_t)&tails.ids[slot]);
	x86_rm(b, X86_MOV, 4, ID, X86_AT(ID, 0));
	x86_mov_imm(b, FOUND, (uintptr_t)&tails.found[slot]);
}

/* The same of the slot in rdx */
static void slot_in_rdx(struct code_buf *b, struct map_tails tails, uint32_t nslots, uint32_t ask)
{
	_Static_assert(sizeof(struct map_tail) == 16, "as the addresses below have it");
	x86_rr(b, X86_MOV, 4, COUNT, RDX);
	x86_ri(b, X86_CMP, 4, COUNT, (int32_t)nslots);
	x86_jcc(b, X86_AE, ask);
	x86_mov_imm(b, ID, (uintptr_t)tails.ids);
	x86_rm(b, X86_MOV, 4, ID, X86_AT2(ID, COUNT, 4, 0));
	x86_rr(b, X86_ADD, 4, COUNT, COUNT);
	x86_mov_imm(b, FOUND, (uintptr_t)tails.found);
	x86_rm(b, X86_LEA, 8, FOUND, X86_AT2(FOUND, COUNT, 8, 0));
}

bool x86_tail_is_known(const struct map *table)
{
	return table && table->ops->tails && table->max_entries <= INT32_MAX;
}

void x86_tail_find(struct code_buf *b, struct map *table, uint32_t slot, uint32_t ask)
{
	struct map_tails tails = table->ops->tails(table);

	if (slot < table->max_entries)
		slot_known(b, tails, slot);
	else
		slot_in_rdx(b, tails, table->max_entries, ask);
	x86_rm(b, X86_CMP, 4, ID, X86_AT(FOUND, offsetof(struct map_tail, id)));
	x86_jcc(b, X86_NE, ask);
	x86_rm(b, X86_MOV, 8, FOUND, X86_AT(FOUND, offsetof(struct map_tail, prog)));
	x86_rr(b, X86_TEST, 8, FOUND, FOUND);
	x86_jcc(b, X86_E, ask);
	x86_rm(b, X86_MOV, 4, COUNT, RC_AT(tail_calls));
	x86_ri(b, X86_CMP, 4, COUNT, MAX_TAIL_CALLS);
	x86_jcc(b, X86_AE, ask);
	x86_ri(b, X86_ADD, 4, COUNT, 1);
	x86_mr(b, X86_MOV, 4, RC_AT(tail_calls), COUNT);
	x86_mr(b, X86_MOV, 8, RC_AT(prog), FOUND);
	x86_rm(b, X86_MOV, 8, RDI, RC_AT(ctx));
}
