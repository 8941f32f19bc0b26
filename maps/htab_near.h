/*
 * Changes of the hash table as they mostly are, in one piece and part of those who call them, with
 * the size of keys a constant where that helps: the key is in its bucket's line or is to get a
 * place there, and the block has the elements. All else is left to the functions of htab.h. Both
 * are within an operation, see region_enter().
 */
#ifndef MAPS_HTAB_NEAR_H
#define MAPS_HTAB_NEAR_H

#include "maps/htab_in.h"


struct htab_near {
	struct htab_bucket *bucket;
	struct htab_block *block;
	struct htab_slot *me; /* NULL: who is alone needs no locks, and nobody repairs */
	uint32_t own; /* the element that it should be, or one behind it; counted from 0 */
	uint64_t hash;
	uint32_t elem, at; /* of the key, where it is in the line; elem is 0 where not */
	uint8_t *value;
};

/* An element of the block that is free. */
struct near_free {
	_Atomic uint64_t *word; /* in which it is free, */
	uint64_t used;		/* what that has now, */
	uint32_t at;		/* and the bit */
	uint32_t elem;
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

/* Where a key of that hash belongs */
INLINE struct htab_near near_of(struct htab *t, uint64_t hash)
{
	uint32_t i = htab_index(t, hash);

	return (struct htab_near){
		.bucket = htab_bucket(t, i),
		.block = &t->blocks[i / HTAB_BLOCK],
		.own = i * HTAB_HOME + htab_half(hash),
		.hash = hash,
	};
}

INLINE bool near_look(struct htab *t, uint32_t slot, const void *key, uint32_t size,
		      struct htab_near *n)
{
	for (uint32_t found = htab_match_hash(n->bucket, n->hash); found; found &= found - 1) {
		uint32_t at = (uint32_t)__builtin_ctz(found), elem = get(&n->bucket->elem[at]);
		uint8_t *value = htab_value(t, elem);

		if ((!slot || likely(htab_is_elem(t, elem))) &&
		    likely(htab_same_key(value + t->value_size, key, size))) {
			n->at = at;
			n->elem = elem;
			n->value = value;
			return true;
		}
	}
	return false;
}

/* Locks the key's block and looks for the key. slot 0: of who is alone. */
INLINE bool near_begin(struct htab *t, uint32_t slot, const void *key, uint32_t size,
		       struct htab_near *n)
{
	*n = near_of(t, htab_hash(key, size, t->seed));
	htab_prefetch_half(t, n->bucket, n->hash);
	if (!near_lock(t, slot, n, n->own / HTAB_HOME))
		return false;
	near_look(t, slot, key, size, n);
	return true;
}

/* Is the key's element one of the block's own? */
INLINE bool near_is_own(const struct htab_near *n)
{
	return ((n->elem - HTAB_HOME) ^ n->own) < BLOCK_ELEMS;
}

/* One for the key; false: there is none, beside the reserve if that is kept. */
INLINE bool near_find_free(const struct htab *t, const struct htab_near *n, bool reserve,
			   struct near_free *f)
{
	uint32_t first = n->own & ~63u, k = first / 64 % 2;
	uint64_t ones;

	f->word = &n->block->used[k];
	f->used = atomic_load_explicit(f->word, memory_order_relaxed);
	ones = ~f->used & t->all[k];
	if (unlikely(!ones)) {
		first ^= 64;
		k ^= 1;
		f->word = &n->block->used[k];
		f->used = atomic_load_explicit(f->word, memory_order_relaxed);
		ones = ~f->used & t->all[k];
	}
	if (unlikely(!(reserve ? ones & (ones - 1) : ones)))
		return false;
	f->at = first_from(ones, n->own % 64);
	f->elem = HTAB_HOME + first + f->at;
	return true;
}

INLINE void near_use(const struct near_free *f)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(f->word, f->used | 1ull << f->at, memory_order_release);
	atomic_signal_fence(memory_order_seq_cst);
}

/* A value of 4 or 8 bytes, which nobody sees half */
INLINE void near_copy_word(const struct htab *t, uint8_t *to, const void *value)
{
	if (t->value_size == 8)
		__atomic_store_n((uint64_t *)to, htab_load(value, 8), __ATOMIC_RELAXED);
	else
		__atomic_store_n((uint32_t *)to, (uint32_t)htab_load(value, 4), __ATOMIC_RELAXED);
}

INLINE void near_fill(const struct htab *t, uint32_t elem, const void *key, uint32_t size,
		      const void *value, bool is_word)
{
	uint8_t *to = htab_value(t, elem);

	htab_copy_bytes(to + t->value_size, key, size);
	if (is_word)
		near_copy_word(t, to, value);
	else
		copy_few(to, value, t->value_size);
}

/* Puts another element in the place of the key's own. */
INLINE bool near_replace(struct htab *t, struct htab_near *n, const void *key, uint32_t size,
			 const void *value)
{
	struct near_free f;

	if (unlikely(!near_is_own(n)) || !near_find_free(t, n, false, &f))
		return false;
	near_mark(n, f.elem, n->elem);
	near_fill(t, f.elem, key, size, value, false);
	near_use(&f);
	put(&n->bucket->elem[n->at], f.elem);
	raise_version(n->bucket);
	set_used(n->block, n->elem, false);
	near_mark(n, 0, 0);
	return true;
}

INLINE bool near_insert(struct htab *t, uint32_t slot, struct htab_near *n, const void *key,
			uint32_t size, const void *value, bool is_word, bool lru)
{
	uint32_t room = htab_match(n->bucket, 0), at = (uint32_t)__builtin_ctz(room | 1u << 31);
	uint32_t block = n->own / BLOCK_ELEMS;
	struct near_free f;

	if (!room || get(&n->bucket->more))
		return false;
	if (!may_have_more(t, block) && !(lru && htab_evict_near(t, slot, block)))
		return false;
	if (!near_find_free(t, n, true, &f))
		return false;
	near_mark(n, f.elem, 0);
	near_fill(t, f.elem, key, size, value, is_word);
	near_use(&f);
	untouch(n->bucket, 1u << at);
	put(&n->bucket->elem[at], f.elem);
	atomic_store_explicit(&n->bucket->tag[at], (uint8_t)htab_tag(n->hash),
			      memory_order_release);
	region_mark(&n->block->keys, get(&n->block->keys) + 1);
	near_mark(n, 0, 0);
	return true;
}

/*
 * Replaces or inserts a key with a value of bytes alone; false: nothing was done. in_place: the
 * value has 4 or 8, and one that is there may change where it is.
 */
INLINE bool htab_update_near(struct htab *t, uint32_t slot, const void *key, uint32_t size,
			     const void *value, bool in_place, bool lru)
{
	struct htab_near n;
	bool done = true;

	if (!near_begin(t, slot, key, size, &n))
		return false;
	if (!n.elem)
		done = near_insert(t, slot, &n, key, size, value, in_place, lru);
	else if (in_place)
		near_copy_word(t, n.value, value);
	else
		done = near_replace(t, &n, key, size, value);
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
	} else if (likely(near_is_own(&n))) {
		near_mark(&n, 0, n.elem);
		atomic_store_explicit(&n.bucket->tag[n.at], 0, memory_order_release);
		put(&n.bucket->elem[n.at], 0);
		raise_version(n.bucket);
		region_mark(&n.block->keys, get(&n.block->keys) - 1);
		set_used(n.block, n.elem, false);
		clear_full(t, n.own / BLOCK_ELEMS);
		near_mark(&n, 0, 0);
		err = 0;
	}
	near_unlock(&n);
	return err;
}

#endif
