/* Inside of the hash table: what its files have in common. */
#ifndef MAPS_HTAB_IN_H
#define MAPS_HTAB_IN_H

#include "maps/htab.h"
#include "maps/local.h"

enum { BLOCK_ELEMS = HTAB_BLOCK * HTAB_HOME };

static inline uint32_t get(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

static inline void put(_Atomic uint32_t *word, uint32_t v)
{
	atomic_store_explicit(word, v, memory_order_release);
}

static inline struct htab_slot *slot_of(const struct htab *t, uint32_t slot)
{
	return (struct htab_slot *)&t->region->slots[slot];
}

static inline bool may_have_more(const struct htab *t, uint32_t k)
{
	return get(&t->blocks[k].keys) < htab_share(t, k) + get(&t->blocks[k].lent);
}

/* Makes the block's bit in full[] what its counts say; needs its lock. */
static inline void fill_full(struct htab *t, uint32_t k)
{
	uint64_t bit = 1ull << k % 64;
	bool is_full = atomic_load_explicit(&t->full[k / 64], memory_order_relaxed) & bit;

	if (may_have_more(t, k) != is_full)
		return;
	if (is_full)
		atomic_fetch_and(&t->full[k / 64], ~bit);
	else
		atomic_fetch_or(&t->full[k / 64], bit);
}

static inline uint32_t block_of(uint32_t elem)
{
	return (elem - HTAB_HOME) / BLOCK_ELEMS;
}

/* Whether an element is in use; needs its block's lock. */
static inline void set_used(struct htab *t, uint32_t elem, bool is_used)
{
	uint32_t i = (elem - HTAB_HOME) % BLOCK_ELEMS;
	_Atomic uint64_t *word = &t->blocks[block_of(elem)].used[i / 64];
	uint64_t bits = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t bit = 1ull << i % 64;

	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(word, is_used ? bits | bit : bits & ~bit, memory_order_release);
	atomic_signal_fence(memory_order_seq_cst);
}

static inline void raise_version(struct htab_bucket *b)
{
	put(&b->version, get(&b->version) + 1);
}

#endif
