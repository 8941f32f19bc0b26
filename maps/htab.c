#include "maps/htab_in.h"

#include <errno.h>
#include <stdlib.h>

/* Sizes */

/*
 * Five buckets for 32 keys: a quarter more elements than keys. A few keys have just what they need.
 */
static uint64_t fill_counts(struct htab *t)
{
	uint64_t nbuckets = ((uint64_t)t->max_entries * 5 + 31) / 32;
	uint32_t home = nbuckets == 1 ? min(t->max_entries + 2, (uint32_t)HTAB_HOME) : HTAB_HOME;

	if (nbuckets > HTAB_BLOCK)
		nbuckets = round_up(nbuckets, HTAB_BLOCK);
	t->nbuckets = nbuckets;
	t->width = (uint32_t)min(nbuckets, (uint64_t)HTAB_BLOCK);
	t->nblocks = (uint32_t)(nbuckets / t->width);
	t->nelems = nbuckets == 1 ? home : (uint32_t)nbuckets * HTAB_HOME;
	t->share = t->max_entries / t->nblocks;
	t->larger_shares = t->max_entries % t->nblocks;
	for (uint32_t i = 0; i < BLOCK_ELEMS; i++)
		if (i < min(t->nelems, (uint32_t)BLOCK_ELEMS))
			t->all[i / 64] |= 1ull << i % 64;
	return home;
}

int htab_layout(struct htab *t, const struct map *map, uint64_t value_size,
		struct region_head *head)
{
	uint64_t elem_size = round_up(value_size + map->key_size, 8), home;

	if (elem_size > UINT32_MAX)
		return -E2BIG;
	if (map->max_entries > 1u << 31)
		return -ENOMEM;
	*t = (struct htab){.key_size = map->key_size, .max_entries = map->max_entries};
	t->value_size = (uint32_t)value_size;
	t->elem_size = elem_size;
	home = fill_counts(t);
	t->stride = sizeof(struct htab_bucket) + round_up(home * elem_size, 64);
	if (t->stride * t->nbuckets > (uint64_t)1 << 46)
		return -ENOMEM;
	head->nslots = REGION_SLOTS;
	head->body_size = t->nblocks * sizeof(struct htab_block) +
			  round_up(((uint64_t)t->nblocks + 63) / 64 * 8, 64) +
			  round_up(((uint64_t)t->nelems + HTAB_HOME) * 4, 64) +
			  t->nbuckets * t->stride;
	return 0;
}

void htab_begin(struct htab *t, const struct map *map)
{
	struct region *region = map->region;

	t->map = map;
	t->region = region;
	t->seed = region->head.seed;
	t->blocks = (struct htab_block *)region->body;
	t->full = (_Atomic uint64_t *)(t->blocks + t->nblocks);
	t->links = (_Atomic uint32_t *)((uint8_t *)t->full +
					round_up(((uint64_t)t->nblocks + 63) / 64 * 8, 64));
	t->buckets = (uint8_t *)t->links + round_up(((uint64_t)t->nelems + HTAB_HOME) * 4, 64);
	t->elems = t->buckets - HTAB_HOME * t->elem_size;
}

/* Blocks */

/* Elements of block k that are free, a bit each; false when there are none beside its reserve. */
static bool free_ones(const struct htab *t, uint32_t k, bool reserve, uint64_t ones[2])
{
	const struct htab_block *b = &t->blocks[k];

	for (uint32_t i = 0; i < 2; i++)
		ones[i] = ~atomic_load_explicit(&b->used[i], memory_order_relaxed) & t->all[i];
	if (!reserve)
		return ones[0] || ones[1];
	return (ones[0] && ones[1]) || ones[0] & (ones[0] - 1) || ones[1] & (ones[1] - 1);
}

/* An element of block k that is free, beside its reserve if that is kept. */
static uint32_t find_free(const struct htab *t, uint32_t k, bool reserve)
{
	uint64_t ones[2];
	uint32_t i;

	if (!free_ones(t, k, reserve, ones))
		return 0;
	i = (uint32_t)(ones[0] ? __builtin_ctzll(ones[0]) : 64 + __builtin_ctzll(ones[1]));
	return HTAB_HOME + k * BLOCK_ELEMS + i;
}

/* The same for a key: in its half of its bucket's own, or the next behind that. */
static uint32_t find_own(const struct htab *t, const struct htab_place *place, bool reserve)
{
	uint32_t own = place->index % HTAB_BLOCK * HTAB_HOME + place->half;
	uint64_t ones[2];
	uint32_t k = own / 64;

	if (!free_ones(t, place->block, reserve, ones))
		return 0;
	k ^= !ones[k];
	return HTAB_HOME + place->block * BLOCK_ELEMS + k * 64 + first_from(ones[k], own % 64);
}

/* As struct htab_slot has it: behind what comes before, so 0 is none. */
static uint32_t bucket_number(const struct htab *t, const struct htab_bucket *b)
{
	return (uint32_t)(((const uint8_t *)b - t->buckets) / t->stride) + 1;
}

/* Finding */

/* Follows the chain to key; *place gets where it is. false: something was unlinked meanwhile. */
static bool find_chained(const struct htab *t, const void *key, uint32_t version,
			 struct htab_place *place)
{
	struct htab_bucket *b = place->bucket;
	_Atomic uint32_t *word = &b->more;
	uint32_t i;

	for (uint32_t n = 0; n <= t->nelems; n++) {
		i = get(word);
		if (!htab_is_elem(t, i))
			break;
		if (htab_same_key(htab_key(t, i), key, t->key_size)) {
			place->word = word;
			place->elem = i;
			place->at = -1;
			return true;
		}
		if (!htab_is_still(b, version))
			return false;
		word = &t->links[i];
	}
	return htab_is_still(b, version);
}

static bool find_in_line(const struct htab *t, const void *key, uint64_t hash,
			 struct htab_place *place)
{
	struct htab_bucket *b = place->bucket;

	for (uint32_t found = htab_match_hash(b, hash); found; found &= found - 1) {
		int at = __builtin_ctz(found);
		uint32_t i = get(&b->elem[at]);

		if (htab_is_elem(t, i) && htab_same_key(htab_key(t, i), key, t->key_size)) {
			place->word = &b->elem[at];
			place->elem = i;
			place->at = at;
			return true;
		}
	}
	return false;
}

/* Where key is, now or at one time since the call. */
static struct htab_place find_place(const struct htab *t, const void *key, uint32_t *version)
{
	uint64_t hash = htab_hash(key, t->key_size, t->seed);
	struct htab_place place;

	do {
		place = (struct htab_place){.bucket = htab_bucket(t, htab_index(t, hash))};
		*version = get(&place.bucket->version);
		if (find_in_line(t, key, hash, &place))
			break;
	} while (!find_chained(t, key, *version, &place));
	return place;
}

struct htab_place htab_find_place(const struct htab *t, const void *key)
{
	uint32_t version;

	return find_place(t, key, &version);
}

uint8_t *htab_find_whole(const struct htab *t, const void *key)
{
	uint32_t elem = htab_find_place(t, key).elem;

	return elem ? htab_value(t, elem) : NULL;
}

uint8_t *htab_find_words(const struct htab *t, uint64_t key, uint64_t more)
{
	const uint64_t words[] = {key, more};

	return htab_find_whole(t, words);
}

static void copy_out(void *to, const void *from, size_t n)
{
	memcpy(to, from, n);
}

int htab_copy(const struct htab *t, const void *key, void *value)
{
	struct htab_place place;
	uint32_t version;

	do {
		place = find_place(t, key, &version);
		if (!place.elem)
			return -ENOENT;
		copy_out(value, htab_value(t, place.elem), t->value_size);
	} while (!htab_is_still(place.bucket, version));
	return 0;
}

/* The element of b after place in its order: along the line, then along the chain; 0: none. */
static uint32_t after(const struct htab *t, const struct htab_bucket *b,
		      const struct htab_place *place)
{
	uint32_t i;

	for (int at = place ? place->at + 1 : 0; at < HTAB_WIDTH && (!place || place->at >= 0);
	     at++) {
		i = get(&b->elem[at]);
		if (htab_is_elem(t, i) && atomic_load(&b->tag[at]))
			return i;
	}
	i = get(place && place->at < 0 ? &t->links[place->elem] : &b->more);
	return htab_is_elem(t, i) ? i : 0;
}

/* Needs nothing to be unlinked while it looks. */
static int next_once(const struct htab *t, const void *key, void *next, bool *again)
{
	struct htab_place place = {0};
	const struct htab_bucket *b;
	uint32_t version = 0, i = 0, at = 0;

	if (key)
		place = find_place(t, key, &version);
	if (place.elem) {
		at = bucket_number(t, place.bucket);
		i = after(t, place.bucket, &place);
		if (i)
			copy_out(next, htab_key(t, i), t->key_size);
		*again = !htab_is_still(place.bucket, version);
	}
	for (; !i && !*again && at < t->nbuckets; at++) {
		b = htab_bucket(t, at);
		version = get(&b->version);
		i = after(t, b, NULL);
		if (i)
			copy_out(next, htab_key(t, i), t->key_size);
		*again = !htab_is_still(b, version);
	}
	return i ? 0 : -ENOENT;
}

int htab_next_key(const struct htab *t, const void *key, void *next)
{
	bool again;
	int err;

	do {
		again = false;
		err = next_once(t, key, next, &again);
	} while (again);
	return err;
}

/* Needs nothing to be unlinked while it looks. */
static uint32_t bucket_once(const struct htab *t, const struct htab_bucket *b, uint8_t *keys,
			    uint32_t room)
{
	uint32_t n = 0, i, steps = 0;

	for (int at = 0; at < HTAB_WIDTH; at++) {
		i = get(&b->elem[at]);
		if (htab_is_elem(t, i) && atomic_load(&b->tag[at]) && n++ < room)
			copy_out(keys + (size_t)(n - 1) * t->key_size, htab_key(t, i), t->key_size);
	}
	for (i = get(&b->more); htab_is_elem(t, i) && steps++ < t->nelems; i = get(&t->links[i]))
		if (n++ < room)
			copy_out(keys + (size_t)(n - 1) * t->key_size, htab_key(t, i), t->key_size);
	return n;
}

int htab_bucket_keys(const struct htab *t, uint32_t at, void *keys, uint32_t room)
{
	const struct htab_bucket *b;
	uint32_t n, version;

	if (at >= t->nbuckets)
		return -ENOENT;
	b = htab_bucket(t, at);
	do {
		version = get(&b->version);
		n = bucket_once(t, b, keys, room);
	} while (!htab_is_still(b, version));
	return (int)min(n, (uint32_t)INT32_MAX);
}

/* Changing */

int htab_lock(struct htab *t, uint32_t slot, const void *key, struct htab_place *place)
{
	uint64_t hash = htab_hash(key, t->key_size, t->seed);
	struct htab_slot *me = slot_of(t, slot);
	uint32_t bucket = htab_index(t, hash);
	int err;

	*place = (struct htab_place){
		.bucket = htab_bucket(t, bucket),
		.index = bucket,
		.block = bucket / HTAB_BLOCK,
		.tag = htab_tag(hash),
		.half = htab_half(hash),
	};
	__builtin_prefetch(place->bucket);
	htab_prefetch_half(t, place->bucket, hash);
	region_mark(&me->bucket, bucket + 1);
	err = region_lock(t->region, &t->blocks[place->block].lock, slot);
	if (!err && !find_in_line(t, key, hash, place))
		find_chained(t, key, get(&place->bucket->version), place);
	return err;
}

static void unlock_other(struct htab *t, uint32_t slot, struct htab_place *place)
{
	if (!place->other)
		return;
	region_unlock(&t->blocks[place->other - 1].lock);
	region_mark(&slot_of(t, slot)->other, 0);
	place->other = 0;
}

void htab_unlock(struct htab *t, uint32_t slot, struct htab_place *place)
{
	unlock_other(t, slot, place);
	region_unlock(&t->blocks[place->block].lock);
}

int htab_wait(struct htab *t, uint32_t slot, const struct htab_place *place)
{
	struct htab_slot *me = slot_of(t, slot);
	int err;

	region_mark(&me->bucket, 0);
	region_mark(&me->other, place->busy + 1);
	err = region_lock(t->region, &t->blocks[place->busy].lock, slot);
	if (!err)
		region_unlock(&t->blocks[place->busy].lock);
	region_mark(&me->other, 0);
	return err;
}

/* Locks another block beside the first; two such must not wait for each other. */
static bool try_other(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t k)
{
	_Atomic uint32_t *lock = &t->blocks[k].lock;
	uint32_t seen = get(lock);

	if (k == place->block || place->other == k + 1)
		return true;
	region_mark(&slot_of(t, slot)->other, k + 1);
	if (!(seen & REGION_SLOT_MASK) &&
	    atomic_compare_exchange_strong(lock, &seen, seen | slot)) {
		place->other = k + 1;
		return true;
	}
	region_mark(&slot_of(t, slot)->other, 0);
	place->busy = k;
	return false;
}

/* Lends the right to one key from a block that is locked as the other. */
static void lend(struct htab *t, struct htab_slot *me, struct htab_place *place)
{
	struct htab_block *to = &t->blocks[place->block], *from = &t->blocks[place->other - 1];

	region_mark(&me->lent_to, get(&to->lent) + 1);
	region_mark(&me->lent_from, get(&from->lent) - 1);
	region_mark(&me->lending, 1);
	region_mark(&to->lent, get(&me->lent_to));
	region_mark(&from->lent, get(&me->lent_from));
	region_mark(&me->lending, 0);
	fill_full(t, place->other - 1);
	fill_full(t, place->block);
}

static int find_lender(struct htab *t, uint32_t slot, struct htab_place *place)
{
	uint32_t nwords = (t->nblocks + 63) / 64, word = place->block / 64, k;
	bool is_busy = false;

	for (uint32_t n = 0; n < nwords; n++, word = word + 1 == nwords ? 0 : word + 1) {
		uint64_t some = ~atomic_load_explicit(&t->full[word], memory_order_acquire);

		for (; some; some &= some - 1) {
			k = word * 64 + (uint32_t)__builtin_ctzll(some);
			if (k >= t->nblocks)
				break;
			if (k == place->block)
				continue;
			if (!try_other(t, slot, place, k)) {
				is_busy = true;
				continue;
			}
			if (may_have_more(t, k)) {
				lend(t, slot_of(t, slot), place);
				unlock_other(t, slot, place);
				return 0;
			}
			fill_full(t, k);
			unlock_other(t, slot, place);
		}
	}
	return is_busy ? -EAGAIN : -E2BIG;
}

/* An element of some other block, which stays locked; the own one has none left. */
static int take_elsewhere(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t *elem)
{
	bool is_busy = false;

	for (uint32_t n = 1, k = place->block; n < t->nblocks; n++) {
		k = k + 1 == t->nblocks ? 0 : k + 1;
		if (!find_free(t, k, true))
			continue;
		if (!try_other(t, slot, place, k)) {
			is_busy = true;
			continue;
		}
		*elem = find_free(t, k, true);
		if (*elem)
			return 0;
		unlock_other(t, slot, place);
	}
	return is_busy ? -EAGAIN : -E2BIG;
}

static int find_for_new(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t *elem)
{
	int err = may_have_more(t, place->block) ? 0 : find_lender(t, slot, place);

	if (err)
		return err;
	*elem = find_own(t, place, true);
	return *elem ? 0 : take_elsewhere(t, slot, place, elem);
}

/* When the old element is another block's, that one gets the reserve back that this one gives. */
static int find_for_old(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t *elem)
{
	uint32_t home = block_of(place->elem);

	if (!try_other(t, slot, place, home))
		return -EAGAIN;
	*elem = find_own(t, place, home != place->block);
	if (!*elem && home != place->block)
		*elem = find_free(t, home, false);
	return *elem ? 0 : -EUCLEAN;
}

int htab_take(struct htab *t, uint32_t slot, struct htab_place *place, const void *key,
	      uint32_t *elem)
{
	int err = place->elem ? find_for_old(t, slot, place, elem) :
				find_for_new(t, slot, place, elem);

	if (err)
		return err;
	mark_moving(slot_of(t, slot), *elem, place->elem);
	htab_copy_bytes(htab_key(t, *elem), key, t->key_size);
	return 0;
}

static void insert(struct htab *t, struct htab_place *place, uint32_t elem)
{
	struct htab_bucket *b = place->bucket;
	uint32_t room = htab_match(b, 0), at;

	set_used(&t->blocks[block_of(elem)], elem, true);
	if (room) {
		at = (uint32_t)__builtin_ctz(room);
		untouch(b, 1u << at);
		put(&b->elem[at], elem);
		atomic_store_explicit(&b->tag[at], place->tag, memory_order_release);
	} else {
		put(&t->links[elem], get(&b->more));
		put(&b->more, elem);
	}
	region_mark(&t->blocks[place->block].keys, get(&t->blocks[place->block].keys) + 1);
}

static void replace(struct htab *t, struct htab_place *place, uint32_t elem)
{
	set_used(&t->blocks[block_of(elem)], elem, true);
	if (place->at < 0)
		put(&t->links[elem], get(&t->links[place->elem]));
	put(place->word, elem);
	raise_version(place->bucket);
	set_used(&t->blocks[block_of(place->elem)], place->elem, false);
}

void htab_put(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem)
{
	if (place->elem)
		replace(t, place, elem);
	else
		insert(t, place, elem);
	mark_moving(slot_of(t, slot), 0, 0);
}

/* Deletes a key; that its block may have another one then, others do not hear. */
static int unlink_key(struct htab *t, uint32_t slot, struct htab_place *place)
{
	struct htab_block *block = &t->blocks[place->block];
	struct htab_slot *me = slot_of(t, slot);

	if (!try_other(t, slot, place, block_of(place->elem)))
		return -EAGAIN;
	mark_moving(me, 0, place->elem);
	if (place->at >= 0) {
		atomic_store_explicit(&place->bucket->tag[place->at], 0, memory_order_release);
		put(place->word, 0);
	} else {
		put(place->word, get(&t->links[place->elem]));
	}
	raise_version(place->bucket);
	region_mark(&block->keys, get(&block->keys) - 1);
	set_used(&t->blocks[block_of(place->elem)], place->elem, false);
	mark_moving(me, 0, 0);
	return 0;
}

int htab_delete(struct htab *t, uint32_t slot, struct htab_place *place)
{
	int err = unlink_key(t, slot, place);

	if (!err)
		clear_full(t, place->block);
	return err;
}

/* A bit for each place of the bucket with an element, the last one for those on the chain. */
static uint32_t places(const struct htab_bucket *b)
{
	const uint32_t all = (1 << HTAB_WIDTH) - 1;

	return (all & ~htab_match(b, 0)) | (uint32_t)!!get(&b->more) << HTAB_WIDTH;
}

/*
 * The clock: the hand goes round the block's elements, spares once what was touched, and stops at
 * the first that was not. What has no bit of its own goes first.
 */
static bool find_victim(struct htab *t, struct htab_place *victim)
{
	enum { STEP = 16 }; /* of the hand, from a bucket to the next */
	_Atomic uint32_t *hand = &t->blocks[victim->block].hand;
	uint32_t w = get(hand) / STEP % t->width, from = get(hand) % STEP + 1;

	for (uint32_t n = 0; n <= 2 * t->width; n++, from = 0) {
		struct htab_bucket *b = htab_bucket(t, victim->block * HTAB_BLOCK + w);
		uint32_t ahead = places(b) & ~0u << from, cold, at;

		cold = ahead & ~(uint32_t)atomic_load_explicit(&b->touched, memory_order_relaxed);
		if (cold) {
			at = (uint32_t)__builtin_ctz(cold);
			untouch(b, ahead & ~(~0u << at));
			put(hand, w * STEP + at);
			victim->bucket = b;
			victim->at = at < HTAB_WIDTH ? (int)at : -1;
			victim->word = at < HTAB_WIDTH ? &b->elem[at] : &b->more;
			victim->elem = get(victim->word);
			return htab_is_elem(t, victim->elem);
		}
		untouch(b, ahead);
		w = w + 1 == t->width ? 0 : w + 1;
	}
	return false;
}

int htab_evict(struct htab *t, uint32_t slot, struct htab_place *place)
{
	struct htab_place victim = {.block = place->block, .other = place->other};
	struct htab_slot *me = slot_of(t, slot);
	uint32_t bucket = get(&me->bucket);
	int err;

	if (!find_victim(t, &victim))
		return -ENOBUFS;
	region_mark(&me->bucket, bucket_number(t, victim.bucket));
	err = unlink_key(t, slot, &victim);
	unlock_other(t, slot, &victim);
	region_mark(&me->bucket, bucket);
	place->busy = victim.busy;
	return err;
}

/* Does another block have keys to lend, as far as full[] says? */
static bool may_lend(const struct htab *t, uint32_t block)
{
	for (uint32_t k = 0; k < t->nblocks; k += 64) {
		uint64_t some = ~atomic_load_explicit(&t->full[k / 64], memory_order_relaxed);

		if (t->nblocks - k < 64)
			some &= (1ull << (t->nblocks - k)) - 1;
		if (block / 64 == k / 64)
			some &= ~(1ull << block % 64);
		if (some)
			return true;
	}
	return false;
}

bool htab_evict_near(struct htab *t, uint32_t slot, uint32_t block)
{
	struct htab_place victim = {.block = block};
	struct htab_slot *me = slot_of(t, slot);
	uint32_t bucket = get(&me->bucket);

	if (may_lend(t, block) || !find_victim(t, &victim) || block_of(victim.elem) != block)
		return false;
	region_mark(&me->bucket, bucket_number(t, victim.bucket));
	unlink_key(t, slot, &victim);
	region_mark(&me->bucket, bucket);
	return true;
}

int htab_evict_elsewhere(struct htab *t, uint32_t slot, const struct htab_place *place)
{
	struct htab_slot *me = slot_of(t, slot);

	for (uint32_t n = 1, k = place->block; n < t->nblocks; n++) {
		struct htab_place there = {.block = k = k + 1 == t->nblocks ? 0 : k + 1};
		int err;

		if (!get(&t->blocks[k].keys))
			continue;
		region_mark(&me->bucket, k * HTAB_BLOCK + 1);
		err = region_lock(t->region, &t->blocks[k].lock, slot);
		if (err)
			return err;
		err = htab_evict(t, slot, &there);
		if (!err)
			clear_full(t, k);
		htab_unlock(t, slot, &there);
		if (err != -ENOBUFS)
			return err == -EAGAIN ? 0 : err;
	}
	return -E2BIG;
}

/* A value that one store can write needs no more; others are written to a free element first. */
void htab_write(struct htab *t, uint32_t slot, const struct htab_place *place, uint32_t at,
		const void *from, uint32_t size)
{
	struct htab_slot *me = slot_of(t, slot);
	uint8_t *to = htab_value(t, place->elem) + at;
	uint32_t spare;

	if (size == 8 && !t->map->record) {
		__atomic_store_n((uint64_t *)to, htab_load(from, 8), __ATOMIC_RELAXED);
		return;
	}
	spare = find_free(t, place->block, 0);
	if (!spare) {
		htab_copy_part(t, place->elem, from, at, size);
		return;
	}
	memcpy(htab_value(t, spare) + at, from, size);
	region_mark(&me->copy_from, spare);
	region_mark(&me->copy_at, at);
	region_mark(&me->copy_size, size);
	region_mark(&me->copy, place->elem);
	htab_copy_part(t, place->elem, htab_value(t, spare) + at, at, size);
	region_mark(&me->copy, 0);
}

uint32_t htab_count(const struct htab *t)
{
	uint32_t n = 0;

	for (uint32_t k = 0; k < t->nblocks; k++)
		n += get(&t->blocks[k].keys);
	return n;
}
