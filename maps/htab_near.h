/*
 * Changes of the hash table as they mostly are, in one piece and part of those who call them, with
 * the size of keys a constant where that helps: the key is in its bucket's line or is to get a
 * place there, and the block has the elements. All else is left to the functions of htab.h. Both
 * are within an operation, see region_enter().
 */
#ifndef MAPS_HTAB_NEAR_H
#define MAPS_HTAB_NEAR_H

#include "maps/htab_in.h"

#define INLINE __attribute__((always_inline)) static inline

struct htab_near {
	struct htab_bucket *bucket;
	struct htab_block *block;
	struct htab_slot *me; /* NULL: who is alone needs no locks, and nobody repairs */
	uint32_t k; /* the block's number */
	uint32_t own; /* where the elements are that it should be among, of the block's */
	uint8_t tag;
	uint32_t elem, at; /* of the key, where it is in the line; elem is 0 where not */
};

INLINE bool near_lock(struct htab *t, uint32_t slot, struct htab_near *n, uint32_t bucket)
{
	n->me = slot ? slot_of(t, slot) : NULL;
	if (!slot)
		return true;
	__builtin_prefetch(n->bucket);
	region_mark(&n->me->bucket, bucket + 1);
	return likely(region_lock(t->region, &n->block->lock, slot) == 0);
}

INLINE void near_unlock(struct htab_near *n)
{
	if (n->me)
		region_unlock(&n->block->lock);
}

INLINE void near_mark(struct htab_near *n, uint32_t in, uint32_t out)
{
	if (n->me)
		mark_moving(n->me, in, out);
}

/* Locks the key's block and looks for the key. slot 0: of who is alone. */
INLINE bool near_begin(struct htab *t, uint32_t slot, const void *key, uint32_t size,
		       struct htab_near *n)
{
	uint64_t hash = htab_hash(key, size, t->seed);
	uint32_t i = htab_index(t, hash), half = htab_half(hash), elem;

	n->bucket = htab_bucket(t, i);
	__builtin_prefetch((uint8_t *)(n->bucket + 1) + half * t->half_size);
	n->k = i / HTAB_BLOCK;
	n->block = &t->blocks[n->k];
	n->own = i % HTAB_BLOCK * HTAB_HOME + half * HTAB_HOME / 2;
	n->tag = (uint8_t)htab_tag(hash);
	n->elem = n->at = 0;
	if (!near_lock(t, slot, n, i))
		return false;
	for (uint32_t found = htab_match(n->bucket, n->tag); found; found &= found - 1) {
		n->at = (uint32_t)__builtin_ctz(found);
		elem = get(&n->bucket->elem[n->at]);
		if ((!slot || likely(htab_is_elem(t, elem))) &&
		    likely(htab_same_key(htab_key(t, elem), key, size))) {
			n->elem = elem;
			break;
		}
	}
	return true;
}

/* The block's elements that are free, of one half, a bit each. */
INLINE uint64_t near_ones(const struct htab *t, const struct htab_near *n, uint32_t k)
{
	return ~atomic_load_explicit(&n->block->used[k], memory_order_relaxed) & t->all[k];
}

/* One of them for the key, or 0: there is none beside the reserve if that is kept. */
INLINE uint32_t near_free(const struct htab *t, const struct htab_near *n, bool reserve)
{
	uint32_t k = n->own / 64;
	uint64_t ones = near_ones(t, n, k);

	if (unlikely(!ones)) {
		k ^= 1;
		ones = near_ones(t, n, k);
	}
	if (unlikely(!(reserve ? ones & (ones - 1) : ones)))
		return 0;
	return HTAB_HOME + n->k * BLOCK_ELEMS + k * 64 + first_from(ones, n->own % 64);
}

INLINE void near_fill(const struct htab *t, uint32_t elem, const void *key, uint32_t size,
		      const void *value)
{
	uint8_t *to = htab_value(t, elem);

	htab_copy_bytes(to + t->key_off, key, size);
	htab_copy_bytes(to, value, t->value_size);
}

/* Puts another element in the place of the key's own. */
INLINE bool near_replace(struct htab *t, struct htab_near *n, const void *key, uint32_t size,
			 const void *value)
{
	uint32_t elem = block_of(n->elem) == n->k ? near_free(t, n, false) : 0;

	if (unlikely(!elem))
		return false;
	near_mark(n, elem, n->elem);
	near_fill(t, elem, key, size, value);
	put(&n->bucket->elem[n->at], elem);
	raise_version(n->bucket);
	exchange_used(n->block, elem, n->elem);
	near_mark(n, 0, 0);
	return true;
}

INLINE bool near_insert(struct htab *t, uint32_t slot, struct htab_near *n, const void *key,
			uint32_t size, const void *value, bool lru)
{
	uint32_t room = htab_match(n->bucket, 0), at = (uint32_t)__builtin_ctz(room | 1u << 31);
	uint32_t elem;

	if (!room || get(&n->bucket->more))
		return false;
	if (!may_have_more(t, n->k) && !(lru && htab_evict_near(t, slot, n->k)))
		return false;
	elem = near_free(t, n, true);
	if (unlikely(!elem))
		return false;
	near_mark(n, elem, 0);
	near_fill(t, elem, key, size, value);
	set_used(n->block, elem, true);
	untouch(n->bucket, 1u << at);
	put(&n->bucket->elem[at], elem);
	atomic_store_explicit(&n->bucket->tag[at], n->tag, memory_order_release);
	region_mark(&n->block->keys, get(&n->block->keys) + 1);
	near_mark(n, 0, 0);
	return true;
}

/* Changes a value of one word where it is, which nobody sees half. */
INLINE bool near_write(struct htab *t, struct htab_near *n, const void *value)
{
	uint8_t *to = htab_value(t, n->elem);

	if (t->value_size == 8)
		__atomic_store_n((uint64_t *)to, htab_load(value, 8), __ATOMIC_RELAXED);
	else
		__atomic_store_n((uint32_t *)to, (uint32_t)htab_load(value, 4), __ATOMIC_RELAXED);
	return true;
}

/*
 * Replaces or inserts a key with a value of bytes alone, which in_place are 4 or 8; false: nothing
 * was done.
 */
INLINE bool htab_update_near(struct htab *t, uint32_t slot, const void *key, uint32_t size,
			     const void *value, bool in_place, bool lru)
{
	struct htab_near n;
	bool done;

	if (!near_begin(t, slot, key, size, &n))
		return false;
	if (!n.elem)
		done = near_insert(t, slot, &n, key, size, value, lru);
	else
		done = in_place ? near_write(t, &n, value) :
				  near_replace(t, &n, key, size, value);
	if (n.elem && lru)
		htab_touch(n.bucket, n.at);
	near_unlock(&n);
	return done;
}

/* Deletes a key; -ENOENT: it is not there, -EAGAIN: nothing was done. */
INLINE int htab_delete_near(struct htab *t, uint32_t slot, const void *key, uint32_t size)
{
	struct htab_near n;
	int err = -EAGAIN;

	if (!near_begin(t, slot, key, size, &n))
		return -EAGAIN;
	if (!n.elem) {
		err = get(&n.bucket->more) ? -EAGAIN : -ENOENT;
	} else if (likely(block_of(n.elem) == n.k)) {
		near_mark(&n, 0, n.elem);
		atomic_store_explicit(&n.bucket->tag[n.at], 0, memory_order_release);
		put(&n.bucket->elem[n.at], 0);
		raise_version(n.bucket);
		region_mark(&n.block->keys, get(&n.block->keys) - 1);
		set_used(n.block, n.elem, false);
		clear_full(t, n.k);
		near_mark(&n, 0, 0);
		err = 0;
	}
	near_unlock(&n);
	return err;
}

#endif
