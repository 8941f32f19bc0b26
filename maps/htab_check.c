/*
 * Looks at a whole table: every element in one place and one only, every key in the bucket and under the
 * tag that it hashes to, once, and every stack as long as it says.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "maps/htab.h"

enum { MESSAGES = 20 };

struct check {
	struct htab *t;
	const char *name;
	struct diag *d;
	bool fix;
	uint64_t *seen; /* a bit for each element that was found somewhere */
	uint32_t keys;
	int problems;
};

__printf(2, 3) static void problem(struct check *c, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (c->problems++ < MESSAGES)
		fail(c->d, NULL, -EUCLEAN, "map %s: %s", c->name, text);
}

static bool is_seen(const struct check *c, uint32_t elem)
{
	return c->seen[elem / 64] >> elem % 64 & 1;
}

/* Notes that an element is here; false when it cannot be. */
static bool see(struct check *c, uint32_t elem, const char *where)
{
	if (!elem || elem > c->t->nelems)
		problem(c, "%s: there is no element %u", where, elem);
	else if (is_seen(c, elem))
		problem(c, "%s: element %u is somewhere else too", where, elem);
	else
		return c->seen[elem / 64] |= 1ull << elem % 64;
	return false;
}

/* Judges an element of a bucket but for its tag. */
static bool check_key(struct check *c, const struct htab_bucket *b, uint32_t elem, const char *where)
{
	const struct htab *t = c->t;
	uint64_t hash;
	uint32_t first;

	if (!see(c, elem, where))
		return false;
	hash = htab_hash(htab_key(t, elem), t->key_size, t->seed);
	if (htab_bucket_of(t, hash) != b) {
		problem(c, "%s: the key of element %u belongs elsewhere", where, elem);
	} else if (c->keys == t->max_entries) {
		problem(c, "%s: one element too many", where);
	} else {
		first = htab_find(t, htab_key(t, elem), t->key_size);
		if (!first || first == elem || !is_seen(c, first)) {
			c->keys++;
			return true;
		}
		problem(c, "%s: elements %u and %u have one key", where, first, elem);
	}
	c->seen[elem / 64] &= ~(1ull << elem % 64);
	return false;
}

static void check_line(struct check *c, struct htab_bucket *b, const char *where)
{
	const struct htab *t = c->t;

	for (int at = 0; at < HTAB_WIDTH; at++) {
		uint32_t elem = atomic_load(&b->elem[at]), tag = atomic_load(&b->tag[at]), right;

		if (!tag && !elem)
			continue;
		if (!tag)
			problem(c, "%s: element %u has no tag", where, elem);
		if (!tag || !check_key(c, b, elem, where)) {
			if (c->fix) {
				atomic_store(&b->tag[at], 0);
				atomic_store(&b->elem[at], 0);
			}
			continue;
		}
		right = htab_tag(htab_hash(htab_key(t, elem), t->key_size, t->seed));
		if (tag == right)
			continue;
		problem(c, "%s: the tag of element %u is wrong", where, elem);
		if (c->fix)
			atomic_store(&b->tag[at], right);
	}
}

static void check_bucket(struct check *c, uint32_t i)
{
	struct htab_bucket *b = &c->t->buckets[i];
	_Atomic uint32_t *word = &b->more;
	char where[32];
	uint32_t elem;

	snprintf(where, sizeof(where), "bucket %u", i);
	check_line(c, b, where);
	while ((elem = atomic_load(word)) != 0) {
		if (check_key(c, b, elem, where)) {
			word = &c->t->links[elem];
			continue;
		}
		/* What its link says is worth nothing now. */
		if (c->fix)
			atomic_store(word, 0);
		break;
	}
}

static void check_shard(struct check *c, uint32_t k)
{
	const struct htab *t = c->t;
	uint64_t stack = atomic_load(&t->shards[k].stack);
	uint32_t fresh = atomic_load(&t->shards[k].fresh), elem = (uint32_t)stack, n, base, count;
	char where[32];

	snprintf(where, sizeof(where), "shard %u", k);
	for (n = 0; elem && see(c, elem, where); n++)
		elem = atomic_load(&t->links[elem]);
	if (n != stack >> 32)
		problem(c, "%s: %u free elements, not %u", where, n, (uint32_t)(stack >> 32));
	htab_shard_range(t, k, &base, &count);
	if (fresh > count)
		problem(c, "%s: has %u elements and used %u", where, count, fresh);
	while (fresh < count)
		see(c, base + ++fresh, where);
}

static struct htab_slot *slot_of(const struct check *c, uint32_t slot)
{
	return (struct htab_slot *)&c->t->region->slots[slot];
}

static void check_free(struct check *c)
{
	struct htab *t = c->t;
	char where[32];
	uint32_t spare, lost = 0;

	for (uint32_t k = 0; k < HTAB_SHARDS; k++)
		check_shard(c, k);
	for (uint32_t slot = 1; slot <= t->nspares; slot++) {
		snprintf(where, sizeof(where), "participant %u", slot);
		spare = atomic_load(&slot_of(c, slot)->spare);
		see(c, spare ? spare : t->max_entries + slot, where);
		if (atomic_load(&slot_of(c, slot)->hold))
			see(c, atomic_load(&slot_of(c, slot)->hold), where);
	}
	for (uint32_t elem = 1; elem <= t->nelems; elem++)
		lost += !is_seen(c, elem);
	if (lost)
		problem(c, "%u elements are nowhere", lost);
}

/* Needs seen to be what is in buckets: all other elements become spares and free ones. */
static void rebuild_free(struct check *c)
{
	struct htab *t = c->t;
	uint32_t base, count, slot = 1, k = 0;

	for (uint32_t i = 0; i < HTAB_SHARDS; i++) {
		htab_shard_range(t, i, &base, &count);
		atomic_store(&t->shards[i].fresh, count);
		atomic_store(&t->shards[i].stack, 0);
	}
	for (uint32_t elem = t->nelems; elem; elem--) {
		if (is_seen(c, elem))
			continue;
		if (slot <= t->nspares) {
			struct htab_slot *s = slot_of(c, slot++);

			atomic_store(&s->hold, 0);
			atomic_store(&s->copy, 0);
			atomic_store(&s->spare, elem);
		} else {
			_Atomic uint64_t *stack = &t->shards[k++ % HTAB_SHARDS].stack;

			atomic_store(&t->links[elem], (uint32_t)atomic_load(stack));
			atomic_store(stack, htab_stack((atomic_load(stack) >> 32) + 1, elem));
		}
	}
}

/* Takes every lock, in an order that nobody else's two locks can cross; how many buckets it got. */
static int lock_all(struct htab *t, uint32_t slot)
{
	int err = 0;

	for (uint32_t i = 0; i < t->nbuckets && !err; i++)
		err = region_lock(t->region, &t->buckets[i].lock, slot);
	for (uint32_t k = 0; k < HTAB_SHARDS && !err; k++)
		err = region_lock(t->region, &t->shards[k].lock, slot);
	return err;
}

static void unlock_if_mine(_Atomic uint32_t *lock, uint32_t slot)
{
	if ((atomic_load(lock) & REGION_SLOT_MASK) == slot) {
		region_publish(lock);
		region_unlock(lock);
	}
}

static void unlock_all(struct htab *t, uint32_t slot)
{
	for (uint32_t k = 0; k < HTAB_SHARDS; k++)
		unlock_if_mine(&t->shards[k].lock, slot);
	for (uint32_t i = 0; i < t->nbuckets; i++)
		unlock_if_mine(&t->buckets[i].lock, slot);
}

static int check_locked(struct check *c)
{
	c->seen = calloc((size_t)c->t->nelems / 64 + 1, sizeof(*c->seen));
	if (!c->seen)
		return -ENOMEM;
	for (uint32_t i = 0; i < c->t->nbuckets; i++)
		check_bucket(c, i);
	if (c->fix)
		rebuild_free(c);
	else
		check_free(c);
	free(c->seen);
	return c->problems;
}

int htab_check(struct htab *t, bool fix, const char *name, struct diag *d)
{
	struct check c = {.t = t, .name = name, .d = d, .fix = fix};
	uint32_t slot;
	int err;

	if (!t->region->writable)
		return check_locked(&c);
	region_repair_all(t->region);
	slot = region_enter(t->region, UINT32_MAX);
	if (!slot)
		return -EBUSY;
	err = lock_all(t, slot);
	if (!err)
		err = check_locked(&c);
	unlock_all(t, slot);
	region_leave(t->region, UINT32_MAX);
	return err;
}
