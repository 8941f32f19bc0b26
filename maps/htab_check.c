/*
 * Looks at a whole table: every element in one place and one only, every key in the bucket and
 * under the tag that it hashes to, once, and every block knowing what it has and may have.
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
	uint64_t *seen; /* a bit for each element that was found somewhere, from HTAB_HOME on */
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
	elem -= HTAB_HOME;
	return c->seen[elem / 64] >> elem % 64 & 1;
}

/* Notes that an element is here; false when it cannot be. */
static bool see(struct check *c, uint32_t elem, const char *where)
{
	if (!htab_is_elem(c->t, elem))
		problem(c, "%s: there is no element %u", where, elem);
	else if (is_seen(c, elem))
		problem(c, "%s: element %u is somewhere else too", where, elem);
	else
		return c->seen[(elem - HTAB_HOME) / 64] |= 1ull << (elem - HTAB_HOME) % 64;
	return false;
}

/* Judges an element of a bucket but for its tag. */
static bool check_key(struct check *c, const struct htab_bucket *b, uint32_t elem,
		      const char *where)
{
	const struct htab *t = c->t;
	uint64_t hash;
	uint32_t first;

	if (!see(c, elem, where))
		return false;
	hash = htab_hash(htab_key(t, elem), t->key_size, t->seed);
	if (htab_bucket(t, htab_index(t, hash)) != b) {
		problem(c, "%s: the key of element %u belongs elsewhere", where, elem);
	} else if (c->keys == t->max_entries) {
		problem(c, "%s: one element too many", where);
	} else {
		first = htab_find_place(t, htab_key(t, elem)).elem;
		if (!first || first == elem || !is_seen(c, first)) {
			c->keys++;
			return true;
		}
		problem(c, "%s: elements %u and %u have one key", where, first, elem);
	}
	c->seen[(elem - HTAB_HOME) / 64] &= ~(1ull << (elem - HTAB_HOME) % 64);
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

/* How many keys the bucket has. */
static uint32_t check_bucket(struct check *c, uint32_t i)
{
	struct htab_bucket *b = htab_bucket(c->t, i);
	_Atomic uint32_t *word = &b->more;
	uint32_t elem, before = c->keys;
	char where[32];

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
	return c->keys - before;
}

static uint32_t may_have(const struct check *c, uint32_t k)
{
	return htab_share(c->t, k) + atomic_load(&c->t->blocks[k].lent);
}

/* What the block says of itself; needs all buckets seen. lent is what all blocks before had. */
static void check_counts(struct check *c, uint32_t k, uint32_t *lent)
{
	const struct htab *t = c->t;
	struct htab_block *block = &t->blocks[k];
	uint32_t keys = atomic_load(&block->keys);
	bool is_full = atomic_load(&t->full[k / 64]) >> k % 64 & 1;

	*lent += atomic_load(&block->lent);
	if (keys > may_have(c, k))
		problem(c, "block %u: %u keys and may have %u", k, keys, may_have(c, k));
	if (is_full && keys < may_have(c, k))
		problem(c, "block %u: is not full", k);
	for (uint32_t i = 0; i < ARRAY_SIZE(block->used); i++) {
		uint64_t used = atomic_load(&block->used[i]), seen;

		seen = c->seen[k * ARRAY_SIZE(block->used) + i];
		if (used != seen)
			problem(c, "block %u: elements in use are %016llx, not %016llx", k,
				(unsigned long long)seen, (unsigned long long)used);
	}
}

static void check_blocks(struct check *c)
{
	struct htab *t = c->t;
	uint32_t lent = 0;

	for (uint32_t k = 0; k < t->nblocks; k++) {
		uint32_t keys = 0;

		for (uint32_t w = 0; w < t->width; w++)
			keys += check_bucket(c, k * HTAB_BLOCK + w);
		if (keys == atomic_load(&t->blocks[k].keys))
			continue;
		problem(c, "block %u: %u keys, not %u", k, keys, atomic_load(&t->blocks[k].keys));
		if (c->fix)
			atomic_store(&t->blocks[k].keys, keys);
	}
	for (uint32_t k = 0; k < t->nblocks && !c->fix; k++)
		check_counts(c, k, &lent);
	if (lent)
		problem(c, "%d more keys were lent than there are", (int)lent);
}

/* Lends anew what blocks have beyond their shares, from those that do not need theirs. */
static void rebuild_lent(struct check *c)
{
	struct htab *t = c->t;
	uint32_t missing = 0, k, n;

	for (k = 0; k < t->nblocks; k++) {
		uint32_t keys = atomic_load(&t->blocks[k].keys), share = htab_share(t, k);

		atomic_store(&t->blocks[k].lent, keys > share ? keys - share : 0);
		missing += keys > share ? keys - share : 0;
	}
	for (k = 0; k < t->nblocks; k++) {
		uint32_t keys = atomic_load(&t->blocks[k].keys), share = htab_share(t, k);

		n = keys < share ? min(missing, share - keys) : 0;
		if (n)
			atomic_store(&t->blocks[k].lent, -n);
		missing -= n;
	}
}

/* Needs seen to be what is in buckets and keys to be right. */
static void rebuild_blocks(struct check *c)
{
	struct htab *t = c->t;

	rebuild_lent(c);
	for (uint32_t i = 0; i < (t->nblocks + 63) / 64; i++)
		atomic_store(&t->full[i], 0);
	for (uint32_t k = 0; k < t->nblocks; k++) {
		struct htab_block *block = &t->blocks[k];

		for (uint32_t i = 0; i < ARRAY_SIZE(block->used); i++)
			atomic_store(&block->used[i], c->seen[k * ARRAY_SIZE(block->used) + i]);
		if (atomic_load(&block->keys) >= may_have(c, k))
			atomic_fetch_or(&t->full[k / 64], 1ull << k % 64);
	}
	/* Those who wait for a lock now have noted nothing but where. */
	for (uint32_t i = 0; i < t->region->head.nslots; i++) {
		struct htab_slot *s = (struct htab_slot *)&t->region->slots[i];

		atomic_store(&s->moving, 0);
		atomic_store(&s->lending, 0);
		atomic_store(&s->copy, 0);
	}
}

/* Takes every lock, which nobody else does who has one already. */
static int lock_all(struct htab *t, uint32_t slot)
{
	int err = 0;

	for (uint32_t k = 0; k < t->nblocks && !err; k++)
		err = region_lock(t->region, &t->blocks[k].lock, slot);
	return err;
}

static void unlock_all(struct htab *t, uint32_t slot)
{
	for (uint32_t k = 0; k < t->nblocks; k++) {
		_Atomic uint32_t *lock = &t->blocks[k].lock;

		if ((atomic_load(lock) & REGION_SLOT_MASK) != slot)
			continue;
		region_publish(lock);
		region_unlock(lock);
	}
}

static int check_locked(struct check *c)
{
	c->seen = calloc((size_t)c->t->nblocks * HTAB_BLOCK * HTAB_HOME / 64, sizeof(*c->seen));
	if (!c->seen)
		return -ENOMEM;
	check_blocks(c);
	if (c->fix)
		rebuild_blocks(c);
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
