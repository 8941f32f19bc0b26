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

/* The block may have another key; needs its lock. */
static inline void clear_full(struct htab *t, uint32_t k)
{
	uint64_t bit = 1ull << k % 64;

	if (unlikely(atomic_load_explicit(&t->full[k / 64], memory_order_relaxed) & bit))
		atomic_fetch_and(&t->full[k / 64], ~bit);
}

/* Makes the block's bit in full[] what its counts say; needs its lock. */
static inline void fill_full(struct htab *t, uint32_t k)
{
	uint64_t bit = 1ull << k % 64;
	bool is_full = atomic_load_explicit(&t->full[k / 64], memory_order_relaxed) & bit;

	if (may_have_more(t, k))
		clear_full(t, k);
	else if (!is_full)
		atomic_fetch_or(&t->full[k / 64], bit);
}

static inline uint32_t block_of(uint32_t elem)
{
	return (elem - HTAB_HOME) / BLOCK_ELEMS;
}

/* Whether an element is in use; needs the lock of its block, which is b. */
static inline void set_used(struct htab_block *b, uint32_t elem, bool is_used)
{
	uint32_t i = (elem - HTAB_HOME) % BLOCK_ELEMS;
	_Atomic uint64_t *word = &b->used[i / 64];
	uint64_t bits = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t bit = 1ull << i % 64;

	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(word, is_used ? bits | bit : bits & ~bit, memory_order_release);
	atomic_signal_fence(memory_order_seq_cst);
}

/* The first bit from one on, and behind the last again from the beginning; bits is not 0. */
static inline uint32_t first_from(uint64_t bits, uint32_t from)
{
	uint64_t turned = bits >> from | bits << (-from & 63);

	return (from + (uint32_t)__builtin_ctzll(turned)) & 63;
}

/* Notes the elements that go in and out before any of them does, each 0 for none. */
static inline void mark_moving(struct htab_slot *me, uint32_t in, uint32_t out)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&me->moving, in | (uint64_t)out << 32, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

/* Forgets that elements of the line were used; as htab_touch(). */
static inline void untouch(struct htab_bucket *b, uint32_t which)
{
	uint8_t bits = atomic_load_explicit(&b->touched, memory_order_relaxed);

	if (bits & which)
		atomic_store_explicit(&b->touched, (uint8_t)(bits & ~which), memory_order_relaxed);
}

static inline void raise_version(struct htab_bucket *b)
{
	put(&b->version, get(&b->version) + 1);
}

#endif
