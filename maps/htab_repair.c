/* What participants that died left in the hash table. */
#include <string.h>

#include "maps/htab_in.h"

/* Whether a reader of the bucket would find this element. */
static bool is_visible(const struct htab *t, const struct htab_bucket *b, uint32_t elem)
{
	uint32_t i = get(&b->more);

	for (int at = 0; at < HTAB_WIDTH; at++)
		if (atomic_load(&b->tag[at]) && get(&b->elem[at]) == elem)
			return true;
	for (uint32_t n = 0; htab_is_elem(t, i) && n <= t->nelems; n++, i = get(&t->links[i]))
		if (i == elem)
			return true;
	return false;
}

static uint32_t count_keys(const struct htab *t, uint32_t k)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < t->width; w++) {
		const struct htab_bucket *b = htab_bucket(t, k * HTAB_BLOCK + w);
		uint32_t i = get(&b->more);

		n += HTAB_WIDTH - (uint32_t)__builtin_popcount(htab_match(b, 0));
		for (uint32_t c = 0; htab_is_elem(t, i) && c <= t->nelems; c++, n++)
			i = get(&t->links[i]);
	}
	return n;
}

static bool is_owner(const struct htab *t, uint32_t k, uint32_t slot)
{
	return k < t->nblocks && (get(&t->blocks[k].lock) & REGION_SLOT_MASK) == slot;
}

void htab_copy_part(const struct htab *t, uint32_t to, const void *from, uint32_t at,
		    uint32_t size)
{
	uint32_t stride = map_value_stride(t->map), n;

	for (uint32_t done = 0; done < size; done += n) {
		n = t->map->record ? min(size - done, stride) : size;
		value_copy(t->map, htab_value(t, to) + at + done, (const uint8_t *)from + done, n);
	}
}

static void finish_copy(struct htab *t, struct htab_slot *me)
{
	uint32_t to = get(&me->copy), from = get(&me->copy_from);
	uint32_t at = get(&me->copy_at), size = get(&me->copy_size);

	if (htab_is_elem(t, to) && htab_is_elem(t, from) && size <= t->value_size &&
	    at <= t->value_size - size)
		htab_copy_part(t, to, htab_value(t, from) + at, at, size);
	region_mark(&me->copy, 0);
}

/*
 * Brings the bucket's block in order, with the other block that may be locked (or the same again).
 */
static void mend_block(struct htab *t, uint32_t slot, uint32_t bucket, uint32_t other)
{
	struct htab_slot *me = slot_of(t, slot);
	struct htab_bucket *b = htab_bucket(t, bucket);
	uint64_t moving = atomic_load(&me->moving);
	uint32_t noted[] = {(uint32_t)moving, (uint32_t)(moving >> 32)}, k = bucket / HTAB_BLOCK;

	finish_copy(t, me);
	if (get(&me->lending) && is_owner(t, other, slot)) {
		region_mark(&t->blocks[k].lent, get(&me->lent_to));
		region_mark(&t->blocks[other].lent, get(&me->lent_from));
	}
	for (int at = 0; at < HTAB_WIDTH; at++)
		if (!atomic_load(&b->tag[at]))
			put(&b->elem[at], 0);
	raise_version(b);
	for (size_t i = 0; i < ARRAY_SIZE(noted); i++)
		if (htab_is_elem(t, noted[i]) && is_owner(t, block_of(noted[i]), slot))
			set_used(&t->blocks[block_of(noted[i])], noted[i],
				 is_visible(t, b, noted[i]));
	region_mark(&t->blocks[k].keys, count_keys(t, k));
	fill_full(t, k);
}

/*
 * What a participant died in: an element on its way in or out is in use exactly when the bucket has
 * it; a bucket's place without a tag is none; keys can be counted; and what is lent or copied was
 * written down before, and is done again. Each step can be repeated: repair may be killed as well.
 */
void htab_repair(struct htab *t, uint32_t slot)
{
	struct htab_slot *me = slot_of(t, slot);
	uint32_t bucket = get(&me->bucket) - 1, other = get(&me->other) - 1;
	uint32_t k = bucket / HTAB_BLOCK;
	bool owns = bucket < t->nbuckets && is_owner(t, k, slot);

	if (owns)
		mend_block(t, slot, bucket, other);
	region_mark(&me->lending, 0);
	mark_moving(me, 0, 0);
	if (is_owner(t, other, slot)) {
		fill_full(t, other);
		region_publish(&t->blocks[other].lock);
		region_unlock(&t->blocks[other].lock);
	}
	if (owns && is_owner(t, k, slot)) {
		region_publish(&t->blocks[k].lock);
		region_unlock(&t->blocks[k].lock);
	}
	region_mark(&me->other, 0);
	region_mark(&me->bucket, 0);
}
