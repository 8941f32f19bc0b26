/*
 * The hash table of a region, below every map type with arbitrary keys.
 *
 * A bucket is one cache line: a byte of hash (a tag) for each of eleven elements, their numbers, a
 * version, and the first of the elements that found no room, chained by links[]. Behind the line
 * lies room for eight elements, where a bucket's own are put as long as there is any, by a bit of
 * the hash in the first or the second half, so that a lookup can ask for both lines before it knows
 * that it wants the second. Elements never move: a value's address is good while the map lives. A
 * lookup takes no lock.
 *
 *	body: blocks | full | links | bucket, elements, bucket, elements, ...
 *
 * Sixteen buckets are a block: a lock, a bit for each element in use, how many keys it has and how
 * many it may have. The latter are max_entries in all blocks together; who needs one more lends it
 * from a block that full[] says has one, and when none has the map is full. There is a quarter more
 * elements than keys, and the last one of a block is not given to a new key, so that a value can
 * always be replaced: another element takes key and new value, one store puts it in the place of
 * the old one. A block that many keys hash to puts some into elements of others. Zeroed memory is
 * an empty table.
 *
 * Readers. An element may be used again as soon as it is unlinked, so a reader can meet a foreign
 * key. Whoever unlinks raises the bucket's version before that: a key that was not found, and a
 * value copied outside of programs, count only when the version is still the same.
 *
 * Killed at any instruction. A participant's slot says which bucket it is at, and which elements it
 * is putting in and taking out. With the block's lock still held, what can be found in the bucket
 * tells what is in use, see htab_repair(). Whoever has one block locked only tries to lock another.
 */
#ifndef MAPS_HTAB_H
#define MAPS_HTAB_H

#include <string.h>

#include "core/obj/map.h"
#include "maps/region.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
	HTAB_WIDTH = 11, /* elements of a line */
	HTAB_HOME = 8,	 /* elements behind a line */
	HTAB_BLOCK = 16, /* buckets of a block */
};

struct htab_bucket {
	_Alignas(64) _Atomic uint8_t tag[HTAB_WIDTH]; /* 0: no element */
	/* a bit for each of the first eight that was used since it was cleared */
	_Atomic uint8_t touched;
	_Atomic uint32_t version;
	_Atomic uint32_t elem[HTAB_WIDTH];
	_Atomic uint32_t more;
};
_Static_assert(sizeof(struct htab_bucket) == 64, "one cache line");

struct htab_block {
	_Alignas(64) _Atomic uint32_t lock;
	_Atomic uint32_t keys;
	_Atomic uint32_t lent; /* keys it may have beyond its share; wraps below 0 */
	_Atomic uint32_t hand; /* where the last key was evicted */
	_Atomic uint64_t used[HTAB_BLOCK * HTAB_HOME / 64];
};

/* What a participant is at; over struct region_slot. Buckets and blocks are index + 1. */
struct htab_slot {
	_Alignas(64) _Atomic uint32_t bucket;
	_Atomic uint32_t other;	   /* block that is locked beside the bucket's */
	_Atomic uint64_t moving; /* the element on its way in, above it the one on its way out */
	_Atomic uint32_t lending;  /* the bucket's block gets lent_to, the other lent_from */
	_Atomic uint32_t lent_to, lent_from;
	_Atomic uint32_t copy;	   /* element that a part of copy_from's value is being copied to */
	_Atomic uint32_t copy_from, copy_at, copy_size;
};
_Static_assert(sizeof(struct htab_slot) == sizeof(struct region_slot), "an overlay");
_Static_assert(offsetof(struct htab_slot, copy_size) < offsetof(struct region_slot, value_lock),
	       "that leaves the region's own word alone");

struct htab {
	const struct map *map;
	struct region *region;
	struct htab_block *blocks;
	_Atomic uint64_t *full; /* a bit for each block: it may have no other key, for sure */
	_Atomic uint32_t *links;
	uint8_t *buckets, *elems; /* of number 0, which there is not */
	uint64_t seed;
	uint32_t key_size, value_size; /* in an element the key follows the value */
	uint64_t elem_size, stride; /* from a bucket to the next */
	uint64_t nbuckets;
	uint32_t width; /* of a block */
	uint32_t nblocks, nelems, max_entries;
	uint32_t share, larger_shares; /* keys of each block, one more in the first ones */
	uint64_t all[HTAB_BLOCK * HTAB_HOME / 64]; /* elements a block has */
};

/* Where an element stands: in a bucket, the word that has its number. */
struct htab_place {
	struct htab_bucket *bucket;
	_Atomic uint32_t *word;
	uint32_t elem; /* 0: the key is not there */
	int at;	       /* in the line, or -1: on the chain */
	uint32_t index; /* the bucket's */
	uint32_t block;
	uint32_t tag;	/* of the key, */
	uint32_t half;	/* and htab_half() */
	uint32_t other; /* another block that is locked too, + 1 */
	uint32_t busy;	/* the block to wait for after -EAGAIN */
};

/*
 * Dimensions from a map's, with values of value_size bytes in all; fills body_size and nslots of
 * the region to be made or opened. -E2BIG, -ENOMEM.
 */
int htab_layout(struct htab *t, const struct map *map, uint64_t value_size,
		struct region_head *head);
/* Finds the parts in the map's region; htab_layout() came before. */
void htab_begin(struct htab *t, const struct map *map);

/* Where the key is. */
struct htab_place htab_find_place(const struct htab *t, const void *key);
/* Its value or NULL; the second is of keys of at most 16 bytes. */
uint8_t *htab_find_whole(const struct htab *t, const void *key);
uint8_t *htab_find_words(const struct htab *t, uint64_t key, uint64_t more);
/* Copies the key's whole value as it was at one time; -ENOENT. */
int htab_copy(const struct htab *t, const void *key, void *value);
/* Copies the key after key (NULL: the first; the first too when key is not there). */
int htab_next_key(const struct htab *t, const void *key, void *next);
/* Copies up to room keys of one bucket, says how many it has; -ENOENT: behind the last. */
int htab_bucket_keys(const struct htab *t, uint32_t at, void *keys, uint32_t room);

/*
 * Changes: htab_lock() makes the caller (slot) the owner of the key's block and finds the key, one
 * of the following changes it and htab_unlock() ends it. -EAGAIN: htab_wait() after unlocking, and
 * again.
 */
int htab_lock(struct htab *t, uint32_t slot, const void *key, struct htab_place *place);
void htab_unlock(struct htab *t, uint32_t slot, struct htab_place *place);
int htab_wait(struct htab *t, uint32_t slot, const struct htab_place *place);
/*
 * An element whose key is set and whose value is the caller's to fill, for a new key or in place of
 * place->elem; -E2BIG: the map is full.
 */
int htab_take(struct htab *t, uint32_t slot, struct htab_place *place, const void *key,
	      uint32_t *elem);
/* Puts it in. */
void htab_put(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem);
int htab_delete(struct htab *t, uint32_t slot, struct htab_place *place);
/*
 * Makes room in a full map by deleting a key of the locked block that was not touched lately;
 * -ENOBUFS: the block has none. The other does the same in some other block, with no lock held, for
 * another try.
 */
int htab_evict(struct htab *t, uint32_t slot, struct htab_place *place);
int htab_evict_elsewhere(struct htab *t, uint32_t slot, const struct htab_place *place);
/*
 * The same where that is little: no other block has a key to lend, and the key's element is the
 * block's own; false: nothing was done. slot 0: of who is alone.
 */
bool htab_evict_near(struct htab *t, uint32_t slot, uint32_t block);
/* Writes a part of a value where it is, but for special fields, wholly or not at all. */
void htab_write(struct htab *t, uint32_t slot, const struct htab_place *place, uint32_t at,
		const void *from, uint32_t size);

/* htab_repair.c */
void htab_repair(struct htab *t, uint32_t slot);
/* Copies a part of an element's value, but for special fields. */
void htab_copy_part(const struct htab *t, uint32_t to, const void *from, uint32_t at,
		    uint32_t size);
/* Elements in the table; others may be changing it. */
uint32_t htab_count(const struct htab *t);
/* Keys that a block may have when nothing was lent. */
static inline uint32_t htab_share(const struct htab *t, uint32_t block)
{
	return t->share + (block < t->larger_shares);
}

/* htab_check.c */
/*
 * Is everything in its place? Says what is not, and how much that was; fix then keeps what keys it
 * can find and makes the rest new. Others wait. -errno: could not look.
 */
int htab_check(struct htab *t, bool fix, const char *name, struct diag *d);

/*
 * Elements are numbered by bucket, from HTAB_HOME on, and lie one behind the other but for the
 * lines of the buckets in between.
 */
static inline bool htab_is_elem(const struct htab *t, uint32_t elem)
{
	return elem - HTAB_HOME < t->nelems;
}

static inline uint8_t *htab_value(const struct htab *t, uint32_t elem)
{
	const uint64_t ahead = elem & ~(uint32_t)(HTAB_HOME - 1); /* elements of buckets before */

	return t->elems + elem * t->elem_size + ahead * (sizeof(struct htab_bucket) / HTAB_HOME);
}

static inline uint8_t *htab_key(const struct htab *t, uint32_t elem)
{
	return htab_value(t, elem) + t->value_size;
}

static inline uint64_t htab_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

#define HTAB_MULTIPLIER 0x9e3779b97f4a7c15

static inline uint64_t htab_load(const void *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

static inline uint64_t htab_hash(const void *key, uint32_t size, uint64_t seed)
{
	const uint8_t *p = key;

	if (size == 8)
		return htab_mix(htab_load(p, 8) ^ seed, HTAB_MULTIPLIER);
	if (size == 4)
		return htab_mix(htab_load(p, 4) ^ seed, HTAB_MULTIPLIER);
	for (seed ^= size; size > 8; size -= 8, p += 8)
		seed = htab_mix(htab_load(p, 8) ^ seed, HTAB_MULTIPLIER) + HTAB_MULTIPLIER;
	return htab_mix(htab_load(p, size) ^ seed, HTAB_MULTIPLIER);
}

static inline uint32_t htab_tag(uint64_t hash)
{
	return (uint8_t)hash + !(uint8_t)hash;
}

static inline struct htab_bucket *htab_bucket(const struct htab *t, uint32_t i)
{
	return (struct htab_bucket *)(t->buckets + i * t->stride);
}

static inline uint32_t htab_index(const struct htab *t, uint64_t hash)
{
	return (uint32_t)((hash >> 32) * t->nbuckets >> 32);
}

/* The first of the bucket's own elements where a key should be: that of either half. */
static inline uint32_t htab_half(uint64_t hash)
{
	return hash & HTAB_HOME / 2;
}

static inline void htab_prefetch_half(const struct htab *t, const struct htab_bucket *b,
				      uint64_t hash)
{
	__builtin_prefetch((const uint8_t *)(b + 1) + htab_half(hash) * t->elem_size);
}

/*
 * A bit for each element of the line with that tag. The line may be changing: numbers are checked.
 */
__attribute__((no_sanitize("thread"))) static inline uint32_t
htab_match(const struct htab_bucket *b, uint32_t tag)
{
	const uint32_t all = (1 << HTAB_WIDTH) - 1;
#ifdef __SSE2__
	__m128i tags = _mm_load_si128((const __m128i *)b);

	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(tags, _mm_set1_epi8((char)tag))) & all;
#else
	uint32_t found = 0;

	for (int i = 0; i < HTAB_WIDTH; i++)
		found |= (uint32_t)(atomic_load_explicit(&b->tag[i], memory_order_relaxed) == tag)
			 << i;
	return found & all;
#endif
}

/* The same for the tag of a hash */
__attribute__((no_sanitize("thread"))) static inline uint32_t
htab_match_hash(const struct htab_bucket *b, uint64_t hash)
{
#ifdef __SSE2__
	const uint32_t all = (1 << HTAB_WIDTH) - 1;
	__m128i tags = _mm_load_si128((const __m128i *)b);
	__m128i tag = _mm_max_epu8(_mm_set1_epi8((char)hash), _mm_set1_epi8(1));

	return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(tags, tag)) & all;
#else
	return htab_match(b, htab_tag(hash));
#endif
}

/*
 * The element may be in use for another key by now: a difference found then is looked into again.
 */
__attribute__((no_sanitize("thread"))) static inline bool htab_same_key(const void *a,
									 const void *b,
									 uint32_t size)
{
	if (size == 8)
		return htab_load(a, 8) == htab_load(b, 8);
	if (size == 4)
		return htab_load(a, 4) == htab_load(b, 4);
	return memcmp(a, b, size) == 0;
}

/* Copies bytes that mostly are a word, or few. */
static inline void htab_copy_bytes(void *to, const void *from, uint32_t size)
{
	if (size == 8)
		memcpy(to, from, 8);
	else if (size == 4)
		memcpy(to, from, 4);
	else
		memcpy(to, from, size);
}

/* Whether nothing was unlinked since the version was read: what was read in between then counts. */
static inline bool htab_is_still(const struct htab_bucket *b, uint32_t version)
{
	atomic_thread_fence(memory_order_acquire);
	return atomic_load_explicit(&b->version, memory_order_relaxed) == version;
}

/*
 * Remembers that the element in a place of the line was used, of those that have a bit. When two do
 * that at once a bit may be lost: what to evict is a guess in any case.
 */
static inline void htab_touch(struct htab_bucket *b, uint32_t at)
{
	uint32_t bits = atomic_load_explicit(&b->touched, memory_order_relaxed) | 0xffffff00;

	if (unlikely(!(bits >> at & 1)))
		atomic_store_explicit(&b->touched, (uint8_t)(bits | 1u << at),
				      memory_order_relaxed);
}

/* What follows a key that was not in the line, which stays in registers if it was in some. */
__attribute__((always_inline)) static inline uint8_t *
htab_find_again(const struct htab *t, const void *key, uint32_t size)
{
	uint64_t word[2] = {0};

	if (!__builtin_constant_p(size) || size > sizeof(word))
		return htab_find_whole(t, key);
	memcpy(word, key, size);
	return htab_find_words(t, word[0], word[1]);
}

/*
 * The value of the element that has the key now, or NULL; size is t->key_size, a constant where
 * that helps. touch: it is used. While the lines are on their way every instruction that waits for
 * them takes a place from those of the next lookup, so that there are as few as can be.
 */
__attribute__((always_inline)) static inline uint8_t *htab_find(const struct htab *t,
								const void *key, uint32_t size,
								bool touch)
{
	uint64_t hash = htab_hash(key, size, t->seed);
	struct htab_bucket *b = htab_bucket(t, htab_index(t, hash));
	uint32_t version, found, elem;

	htab_prefetch_half(t, b, hash);
	version = atomic_load_explicit(&b->version, memory_order_acquire);
	for (found = htab_match_hash(b, hash); found; found &= found - 1) {
		uint32_t at = (uint32_t)__builtin_ctz(found);
		uint8_t *value;

		elem = atomic_load_explicit(&b->elem[at], memory_order_acquire);
		value = htab_value(t, elem);
		if (likely(htab_is_elem(t, elem)) &&
		    likely(htab_same_key(value + t->value_size, key, size))) {
			if (touch)
				htab_touch(b, at);
			return value;
		}
	}
	if (likely(!atomic_load_explicit(&b->more, memory_order_acquire)) &&
	    likely(htab_is_still(b, version)))
		return NULL;
	return htab_find_again(t, key, size);
}

#endif
