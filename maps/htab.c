#include "maps/htab.h"

#include <errno.h>
#include <stdlib.h>

enum { SPARES = REGION_SLOTS - 1, SPARES_MIN = 8, SPARE_BYTES = 1 << 20 };

/* The compiler must not move stores over each other; a killed thread stops between two of them. */
static void mark(_Atomic uint32_t *word, uint32_t v)
{
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(word, v, memory_order_relaxed);
	atomic_signal_fence(memory_order_seq_cst);
}

static uint32_t get(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

static void put(_Atomic uint32_t *word, uint32_t v)
{
	atomic_store_explicit(word, v, memory_order_release);
}

static struct htab_slot *slot_of(const struct htab *t, uint32_t slot)
{
	return (struct htab_slot *)&t->region->slots[slot];
}

/* Sizes */

int htab_layout(struct htab *t, const struct map *map, uint64_t value_size,
		struct region_head *head)
{
	const uint64_t limit = (uint64_t)1 << 46;
	uint64_t elem_size, spares;

	t->key_size = map->key_size;
	t->value_off = (uint32_t)round_up(map->key_size, 8);
	elem_size = t->value_off + round_up(value_size, 8);
	if (elem_size > UINT32_MAX)
		return -E2BIG;
	t->value_size = (uint32_t)value_size;
	t->elem_size = (uint32_t)elem_size;
	t->max_entries = map->max_entries;
	spares = max((uint64_t)SPARE_BYTES, elem_size * t->max_entries / 64) / elem_size;
	t->nspares = (uint32_t)max(min(spares, (uint64_t)SPARES), (uint64_t)SPARES_MIN);
	if (t->max_entries > 1u << 31 || elem_size * t->max_entries > limit)
		return -ENOMEM;
	t->nelems = t->max_entries + t->nspares;
	t->nbuckets = (t->max_entries + HTAB_LOAD - 1) / HTAB_LOAD;
	head->nslots = t->nspares + 1;
	head->body_size = HTAB_SHARDS * sizeof(struct htab_shard) +
			  (uint64_t)t->nbuckets * sizeof(struct htab_bucket) +
			  round_up((uint64_t)(t->nelems + 1) * sizeof(uint32_t), 64) +
			  (uint64_t)(t->nelems + 1) * elem_size;
	return 0;
}

void htab_begin(struct htab *t, struct region *region)
{
	t->region = region;
	t->seed = region->head.seed;
	t->shards = (struct htab_shard *)region->body;
	t->buckets = (struct htab_bucket *)(t->shards + HTAB_SHARDS);
	t->links = (_Atomic uint32_t *)(t->buckets + t->nbuckets);
	t->elems = (uint8_t *)t->links + round_up((uint64_t)(t->nelems + 1) * 4, 64);
}

void htab_shard_range(const struct htab *t, uint32_t k, uint32_t *base, uint32_t *count)
{
	*base = (uint32_t)((uint64_t)t->max_entries * k / HTAB_SHARDS);
	*count = (uint32_t)((uint64_t)t->max_entries * (k + 1) / HTAB_SHARDS) - *base;
}

/* Free elements */

/* Takes one from a shard that is locked; hold says so before the shard does. */
static uint32_t pop_locked(struct htab *t, struct htab_slot *me, uint32_t k)
{
	struct htab_shard *s = &t->shards[k];
	uint64_t stack = atomic_load_explicit(&s->stack, memory_order_relaxed);
	uint32_t elem = (uint32_t)stack, base, count, fresh = get(&s->fresh);

	if (elem && elem <= t->nelems) {
		mark(&me->hold, elem);
		atomic_store_explicit(&s->stack,
				      htab_stack((stack >> 32) - 1, get(&t->links[elem])),
				      memory_order_relaxed);
		return elem;
	}
	htab_shard_range(t, k, &base, &count);
	if (fresh >= count)
		return 0;
	mark(&me->hold, base + fresh + 1);
	put(&s->fresh, fresh + 1);
	return base + fresh + 1;
}

static bool is_empty(const struct htab *t, uint32_t k)
{
	uint32_t base, count;

	htab_shard_range(t, k, &base, &count);
	return !(uint32_t)atomic_load_explicit(&t->shards[k].stack, memory_order_relaxed) &&
	       get(&t->shards[k].fresh) >= count;
}

static uint32_t pop(struct htab *t, uint32_t slot, int *err)
{
	struct htab_slot *me = slot_of(t, slot);
	uint32_t k = get(&me->shard) % HTAB_SHARDS, elem;

	for (int i = 0; i < HTAB_SHARDS; i++, k = (k + 1) % HTAB_SHARDS) {
		if (is_empty(t, k))
			continue;
		*err = region_lock(t->region, &t->shards[k].lock, slot);
		if (*err)
			return 0;
		elem = pop_locked(t, me, k);
		region_unlock(&t->shards[k].lock);
		if (elem) {
			mark(&me->shard, k);
			return elem;
		}
	}
	*err = -E2BIG;
	return 0;
}

/* Puts what the slot holds into a shard that is locked. */
static void push_locked(struct htab *t, struct htab_slot *me, uint32_t k, uint32_t elem)
{
	struct htab_shard *s = &t->shards[k];
	uint64_t stack = atomic_load_explicit(&s->stack, memory_order_relaxed);

	put(&t->links[elem], (uint32_t)stack);
	atomic_signal_fence(memory_order_seq_cst);
	atomic_store_explicit(&s->stack, htab_stack((stack >> 32) + 1, elem), memory_order_relaxed);
	mark(&me->hold, 0);
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
		if (!i || i > t->nelems)
			break;
		if (htab_same_key(htab_key(t, i), key, t->key_size)) {
			*place = (struct htab_place){b, word, i, -1};
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

	for (uint32_t found = htab_match(b, htab_tag(hash)); found; found &= found - 1) {
		int at = __builtin_ctz(found);
		uint32_t i = get(&b->elem[at]);

		if (i && i <= t->nelems && htab_same_key(htab_key(t, i), key, t->key_size)) {
			*place = (struct htab_place){b, &b->elem[at], i, at};
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
		place = (struct htab_place){.bucket = htab_bucket_of(t, hash)};
		*version = htab_version(place.bucket);
		if (find_in_line(t, key, hash, &place))
			break;
	} while (!find_chained(t, key, *version, &place));
	return place;
}

uint32_t htab_find_again(const struct htab *t, const void *key)
{
	uint32_t version;

	return find_place(t, key, &version).elem;
}

__attribute__((no_sanitize("thread"))) static void copy_out(void *to, const void *from, size_t n)
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

	for (int at = place ? place->at + 1 : 0; at < HTAB_WIDTH && (!place || place->at >= 0); at++) {
		i = get(&b->elem[at]);
		if (i && i <= t->nelems && atomic_load(&b->tag[at]))
			return i;
	}
	i = get(place && place->at < 0 ? &t->links[place->elem] : &b->more);
	return i <= t->nelems ? i : 0;
}

/* Needs nothing to be unlinked while it looks. */
static int next_once(const struct htab *t, const void *key, void *next, bool *again)
{
	struct htab_place place = {.bucket = t->buckets};
	uint32_t version = 0, i = 0;
	struct htab_bucket *b;

	if (key)
		place = find_place(t, key, &version);
	b = place.elem ? place.bucket : t->buckets;
	if (place.elem) {
		i = after(t, b, &place);
		if (i)
			copy_out(next, htab_key(t, i), t->key_size);
		*again = !htab_is_still(b, version);
		b++;
	}
	for (; !i && !*again && b < t->buckets + t->nbuckets; b++) {
		version = htab_version(b);
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
		if (i && i <= t->nelems && atomic_load(&b->tag[at]) && n++ < room)
			copy_out(keys + (size_t)(n - 1) * t->key_size, htab_key(t, i), t->key_size);
	}
	for (i = get(&b->more); i && i <= t->nelems && steps++ < t->nelems; i = get(&t->links[i]))
		if (n++ < room)
			copy_out(keys + (size_t)(n - 1) * t->key_size, htab_key(t, i), t->key_size);
	return n;
}

int htab_bucket_keys(const struct htab *t, uint32_t at, void *keys, uint32_t room)
{
	const struct htab_bucket *b = t->buckets + at;
	uint32_t n, version;

	if (at >= t->nbuckets)
		return -ENOENT;
	do {
		version = htab_version(b);
		n = bucket_once(t, b, keys, room);
	} while (!htab_is_still(b, version));
	return (int)min(n, (uint32_t)INT32_MAX);
}

/* Changing */

int htab_lock(struct htab *t, uint32_t slot, const void *key, struct htab_place *place)
{
	uint64_t hash = htab_hash(key, t->key_size, t->seed);
	struct htab_slot *me = slot_of(t, slot);
	int err;

	*place = (struct htab_place){.bucket = htab_bucket_of(t, hash)};
	mark(&me->bucket, (uint32_t)(place->bucket - t->buckets) + 1);
	err = region_lock(t->region, &place->bucket->lock, slot);
	if (!err && !find_in_line(t, key, hash, place))
		find_chained(t, key, htab_version(place->bucket), place);
	return err;
}

uint32_t htab_take(struct htab *t, uint32_t slot, const void *key, int *err)
{
	uint32_t elem = pop(t, slot, err);

	if (elem)
		memcpy(htab_key(t, elem), key, t->key_size);
	return elem;
}

void htab_insert(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem)
{
	uint64_t hash = htab_hash(htab_key(t, elem), t->key_size, t->seed);
	struct htab_bucket *b = place->bucket;
	uint32_t room = htab_match(b, 0);
	int at;

	if (room) {
		at = __builtin_ctz(room);
		put(&b->elem[at], elem);
		atomic_store_explicit(&b->tag[at], htab_tag(hash), memory_order_release);
	} else {
		put(&t->links[elem], get(&b->more));
		put(&b->more, elem);
	}
	mark(&slot_of(t, slot)->hold, 0);
}

uint32_t htab_take_spare(struct htab *t, uint32_t slot, const void *key)
{
	uint32_t elem = get(&slot_of(t, slot)->spare);

	if (!elem || elem > t->nelems)
		return 0;
	memcpy(htab_key(t, elem), key, t->key_size);
	return elem;
}

/* The version is raised before the old element may be used again: that is the next spare's fate. */
void htab_replace(struct htab *t, uint32_t slot, struct htab_place *place, uint32_t elem)
{
	struct htab_slot *me = slot_of(t, slot);

	mark(&me->hold, place->elem);
	if (place->at < 0)
		put(&t->links[elem], get(&t->links[place->elem]));
	put(place->word, elem);
	region_publish(&place->bucket->lock);
	mark(&me->spare, place->elem);
	mark(&me->hold, 0);
}

int htab_delete(struct htab *t, uint32_t slot, struct htab_place *place)
{
	struct htab_slot *me = slot_of(t, slot);
	uint32_t k = get(&me->shard) % HTAB_SHARDS;
	int err = region_lock(t->region, &t->shards[k].lock, slot);

	if (err)
		return err;
	mark(&me->hold, place->elem);
	if (place->at >= 0) {
		atomic_store_explicit(&place->bucket->tag[place->at], 0, memory_order_release);
		put(place->word, 0);
	} else {
		put(place->word, get(&t->links[place->elem]));
	}
	region_publish(&place->bucket->lock);
	push_locked(t, me, k, place->elem);
	region_unlock(&t->shards[k].lock);
	return 0;
}

/* A value that one store can write needs no more; others are written to the spare first. */
void htab_write(struct htab *t, uint32_t slot, uint32_t elem, uint32_t at, const void *from,
		uint32_t size)
{
	struct htab_slot *me = slot_of(t, slot);
	uint8_t *to = htab_value(t, elem) + at;
	uint32_t spare = get(&me->spare);

	if (size == 8) {
		__atomic_store_n((uint64_t *)to, htab_load(from, 8), __ATOMIC_RELAXED);
		return;
	}
	if (spare && spare <= t->nelems && spare != elem) {
		memcpy(htab_value(t, spare) + at, from, size);
		mark(&me->copy_at, at);
		mark(&me->copy_size, size);
		mark(&me->copy, elem);
		memcpy(to, htab_value(t, spare) + at, size);
		mark(&me->copy, 0);
	} else {
		memcpy(to, from, size);
	}
}

/* Repair */

/* Whether a reader of the bucket would find this element. */
static bool is_visible(const struct htab *t, const struct htab_bucket *b, uint32_t elem)
{
	uint32_t i = get(&b->more);

	for (int at = 0; at < HTAB_WIDTH; at++)
		if (atomic_load(&b->tag[at]) && get(&b->elem[at]) == elem)
			return true;
	for (uint32_t n = 0; i && i <= t->nelems && n <= t->nelems; n++, i = get(&t->links[i]))
		if (i == elem)
			return true;
	return false;
}

/*
 * An element that is neither in a bucket nor in a shard goes into one that is free to be locked. When
 * none is, it stays held: whoever is this participant next brings it back.
 */
static void bring_back(struct htab *t, uint32_t slot, uint32_t elem)
{
	struct htab_slot *me = slot_of(t, slot);

	for (uint32_t k = 0; k < HTAB_SHARDS; k++) {
		uint32_t free = get(&t->shards[k].lock) & ~REGION_SLOT_MASK;

		if (!atomic_compare_exchange_strong(&t->shards[k].lock, &free, free | slot))
			continue;
		push_locked(t, me, k, elem);
		region_unlock(&t->shards[k].lock);
		return;
	}
}

static void finish_copy(struct htab *t, struct htab_slot *me)
{
	uint32_t elem = get(&me->copy), at = get(&me->copy_at), size = get(&me->copy_size);
	uint32_t spare = get(&me->spare);

	if (elem && elem <= t->nelems && spare && spare <= t->nelems && size <= t->value_size &&
	    at <= t->value_size - size)
		memcpy(htab_value(t, elem) + at, htab_value(t, spare) + at, size);
	mark(&me->copy, 0);
}

/* The shard that the dead participant had locked; its stack may already have what is held. */
static bool unlock_shards(struct htab *t, uint32_t slot, uint32_t held)
{
	bool is_there = false;

	for (uint32_t k = 0; k < HTAB_SHARDS; k++) {
		struct htab_shard *s = &t->shards[k];
		uint32_t base, count;

		if ((get(&s->lock) & REGION_SLOT_MASK) != slot)
			continue;
		htab_shard_range(t, k, &base, &count);
		is_there |= held && ((uint32_t)atomic_load(&s->stack) == held ||
				     (held > base + get(&s->fresh) && held <= base + count));
		if (is_there)
			mark(&slot_of(t, slot)->hold, 0);
		region_unlock(&s->lock);
	}
	return is_there;
}

/*
 * What a participant died in, by what the bucket it has locked shows:
 *
 *	it is the spare			the value was replaced, nothing is held any more
 *	the spare is there		the value was replaced: what is held is the spare
 *	what is held is there		inserted, or not yet deleted or replaced: nothing is held
 *	it is in the shard it locked	not yet taken, or already brought back: nothing is held
 *	else				taken or deleted: it goes back
 *
 * Each step leaves a state that this table knows too: repair may be killed as well.
 */
void htab_repair(struct htab *t, uint32_t slot)
{
	struct htab_slot *me = slot_of(t, slot);
	uint32_t held = get(&me->hold), spare = get(&me->spare), at = get(&me->bucket);
	struct htab_bucket *b = at && at <= t->nbuckets ? &t->buckets[at - 1] : NULL;

	if (b && (get(&b->lock) & REGION_SLOT_MASK) != slot)
		b = NULL;
	if (held > t->nelems || held == spare)
		held = 0;
	finish_copy(t, me);
	if (held && b && spare && is_visible(t, b, spare)) {
		mark(&me->spare, held);
		mark(&me->hold, 0);
		held = 0;
	}
	if (held && b && is_visible(t, b, held)) {
		mark(&me->hold, 0);
		held = 0;
	}
	if (unlock_shards(t, slot, held))
		held = 0;
	for (int i = 0; b && i < HTAB_WIDTH; i++)
		if (!atomic_load(&b->tag[i]))
			put(&b->elem[i], 0);
	if (b)
		region_publish(&b->lock);
	if (held)
		bring_back(t, slot, held);
	else
		mark(&me->hold, 0);
	if (!spare || spare > t->nelems)
		mark(&me->spare, t->max_entries + slot);
	if (b)
		region_unlock(&b->lock);
}

uint32_t htab_count(const struct htab *t)
{
	uint64_t free = 0;

	for (uint32_t k = 0; k < HTAB_SHARDS; k++) {
		uint32_t base, count;

		htab_shard_range(t, k, &base, &count);
		free += (atomic_load(&t->shards[k].stack) >> 32) + count -
			min(get(&t->shards[k].fresh), count);
	}
	return free >= t->max_entries ? 0 : t->max_entries - (uint32_t)free;
}
