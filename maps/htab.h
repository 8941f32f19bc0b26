/*
 * The hash table of a region, below every map type with arbitrary keys.
 *
 * A bucket is one cache line: a byte of hash (a tag) for each of eleven elements, their numbers, a lock
 * with a version (maps/region.h), and the first of the elements that found no room, chained by links[].
 * Elements lie in one array, key first, and never move, so that a value's address is good while the map
 * lives. A lookup reads two lines and takes no lock.
 *
 *	body: shards | buckets | links | elements
 *
 * Element numbers begin at 1; zeroed memory is an empty table. max_entries elements are handed out by
 * the shards (a stack of used ones and a rest never used yet); of the others each participant has one as
 * its spare, so that a value can be replaced in a full map: the spare takes key and new value, one store
 * puts it in the place of the old element, and that is the spare now. Who finds all shards empty
 * has found the map full.
 *
 * Readers. An element may be used again as soon as it is unlinked, so a reader can meet a foreign key or
 * a link of a free stack. Whoever unlinks raises the bucket's version before that: a key that was not
 * found, and a value copied outside of programs, count only when the version is still the same.
 *
 * Killed at any instruction. A participant's slot says which bucket it is at (`bucket`), and which
 * element it has taken out of one place and not yet put into another (`hold`). With the bucket's
 * lock still held, what is in the bucket tells what is left to do, see htab_repair().
 */
#ifndef MAPS_HTAB_H
#define MAPS_HTAB_H

#include <string.h>

#include "core/obj/map.h"
#include "maps/region.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { HTAB_WIDTH = 11, HTAB_SHARDS = 16, HTAB_LOAD = 6 };

struct htab_bucket {
	_Alignas(64) _Atomic uint8_t tag[12]; /* 0: no element; the last is not used */
	_Atomic uint32_t lock;
	_Atomic uint32_t elem[HTAB_WIDTH];
	_Atomic uint32_t more;
};
_Static_assert(sizeof(struct htab_bucket) == 64, "one cache line");

struct htab_shard {
	_Alignas(64) _Atomic uint32_t lock;
	_Atomic uint32_t fresh; /* elements of its own that were never used are from here on */
	_Atomic uint64_t stack; /* the first element, and above it how many there are */
};

static inline uint64_t htab_stack(uint64_t count, uint32_t first)
{
	return count << 32 | first;
}

/* What a participant is at; over struct region_slot. */
struct htab_slot {
	_Alignas(64) _Atomic uint32_t bucket; /* index + 1 */
	_Atomic uint32_t hold;
	_Atomic uint32_t spare;
	_Atomic uint32_t shard; /* where it found or left an element last */
	_Atomic uint32_t copy;	/* element whose value is being written from that of the spare */
	_Atomic uint32_t copy_at, copy_size; /* the part of the value */
};
_Static_assert(sizeof(struct htab_slot) == sizeof(struct region_slot), "an overlay");

struct htab {
	struct region *region;
	struct htab_shard *shards;
	struct htab_bucket *buckets;
	_Atomic uint32_t *links; /* [0] is not used, as with elements */
	uint8_t *elems;
	uint64_t seed;
	uint32_t key_size, value_off, value_size, elem_size;
	uint32_t nbuckets, nelems, max_entries, nspares;
};

/* Where an element stands: inside of bucket, the word that has its number. */
struct htab_place {
	struct htab_bucket *bucket;
	_Atomic uint32_t *word;
	uint32_t elem; /* 0: the key is not there */
	int at;	       /* in the line, or -1: on the chain */
};

/*
 * Dimensions from a map's, with values of value_size bytes in all; fills body_size and nslots of the
 * region to be made or opened. -E2BIG, -ENOMEM.
 */
int htab_layout(struct htab *t, const struct map *map, uint64_t value_size,
		struct region_head *head);
/* Finds the parts in the region; htab_layout() came before. */
void htab_begin(struct htab *t, struct region *region);

/* Copies the key's whole value as it was at one time; -ENOENT. */
int htab_copy(const struct htab *t, const void *key, void *value);
/* Copies the key after key (NULL: the first; the first too when key is not there). */
int htab_next_key(const struct htab *t, const void *key, void *next);
/* Copies up to room keys of one bucket, says how many it has; -ENOENT: behind the last. */
int htab_bucket_keys(const struct htab *t, uint32_t at, void *keys, uint32_t room);

/*
 * Changes: htab_lock() makes the caller (slot) the key's bucket's owner and finds the key, one of the
 * following changes it and htab_unlock() ends it. fill writes the new element's value, old is the
 * value to be replaced or NULL.
 */
int htab_lock(struct htab *t, uint32_t slot, const void *key, struct htab_place *place);
static inline void htab_unlock(struct htab_place *place)
{
	region_unlock(&place->bucket->lock);
}

/* The element to be inserted, its key set; 0: the map is full, or err. */
uint32_t htab_take(struct htab *t, uint32_t slot, const void *key, int *err);
void htab_insert(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem);
/* The element to put in place of another, its key set; 0: there is none. */
uint32_t htab_take_spare(struct htab *t, uint32_t slot, const void *key);
void htab_replace(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem);
int htab_delete(struct htab *t, uint32_t slot, struct htab_place *place);
/* Writes a part of a value where it is, wholly or not at all. */
void htab_write(struct htab *t, uint32_t slot, uint32_t elem, uint32_t at, const void *from,
		uint32_t size);

void htab_repair(struct htab *t, uint32_t slot);
/* Elements in the table; others may be changing it. */
uint32_t htab_count(const struct htab *t);
/* The elements base + 1 ... base + count are a shard's own. */
void htab_shard_range(const struct htab *t, uint32_t k, uint32_t *base, uint32_t *count);

/* htab_check.c */
/*
 * Is everything in its place? Says what is not, and how much that was; fix then keeps what keys it can
 * find and makes the rest new. Others wait. -errno: could not look.
 */
int htab_check(struct htab *t, bool fix, const char *name, struct diag *d);

static inline uint8_t *htab_key(const struct htab *t, uint32_t elem)
{
	return t->elems + (size_t)elem * t->elem_size;
}

static inline uint8_t *htab_value(const struct htab *t, uint32_t elem)
{
	return htab_key(t, elem) + t->value_off;
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

static inline struct htab_bucket *htab_bucket_of(const struct htab *t, uint64_t hash)
{
	return &t->buckets[(hash >> 32) * t->nbuckets >> 32];
}

/* A bit for each element of the line with that tag. The line may be changing: numbers are checked. */
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

/* The element may be in use for another key by now: a difference found then is looked into again. */
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

static inline uint32_t htab_version(const struct htab_bucket *b)
{
	return atomic_load_explicit(&b->lock, memory_order_acquire) & ~REGION_SLOT_MASK;
}

/* Whether nothing was unlinked since the version was read: what was read in between then counts. */
static inline bool htab_is_still(const struct htab_bucket *b, uint32_t version)
{
	atomic_thread_fence(memory_order_acquire);
	return (atomic_load_explicit(&b->lock, memory_order_relaxed) & ~REGION_SLOT_MASK) == version;
}

uint32_t htab_find_again(const struct htab *t, const void *key);

/* The element that has the key now, or 0; size is t->key_size, a constant where that helps. */
static inline uint32_t htab_find(const struct htab *t, const void *key, uint32_t size)
{
	uint64_t hash = htab_hash(key, size, t->seed);
	const struct htab_bucket *b = htab_bucket_of(t, hash);
	uint32_t version = htab_version(b), found = htab_match(b, htab_tag(hash));

	for (; found; found &= found - 1) {
		uint32_t i = atomic_load_explicit(&b->elem[__builtin_ctz(found)],
						  memory_order_acquire);

		if (likely(i <= t->nelems) && likely(htab_same_key(htab_key(t, i), key, size)))
			return i;
	}
	if (likely(!atomic_load_explicit(&b->more, memory_order_acquire)) &&
	    likely(htab_is_still(b, version)))
		return 0;
	return htab_find_again(t, key);
}

#endif
