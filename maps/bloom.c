/*
 * Bloom filter: a value is in it when all of its bits are set; a value that was pushed always is,
 * one that was not may be. The number of hash functions is map_extra (5 when that is 0), and there
 * are 7/5 bits for each value and function, rounded up to a power of two
 * (kernel/bpf/bloom_filter.c). Setting a bit is one atomic OR, so that there is nothing to lock and
 * nothing to repair.
 */
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/htab.h"
#include "maps/local.h"
#include "maps/region.h"

enum { DEFAULT_FUNCTIONS = 5, FUNCTIONS_MASK = 0xf };

struct bloom {
	struct map map;
	_Atomic uint64_t *words;
	uint64_t mask; /* bits less one */
	uint32_t functions;
};

static struct bloom *bloom_of(struct map *map)
{
	return container_of(map, struct bloom, map);
}

static int bloom_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size || !def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a bloom filter has %s", def->name,
			    def->key_size	? "no key"
			    : !def->value_size	? "a value"
						: "max_entries");
	return 0;
}

/* Where Linux's 32-bit arithmetic ends it takes all 2^32 bits. */
static uint64_t bit_count(uint32_t max_entries, uint32_t functions)
{
	uint64_t want = (uint64_t)max_entries * functions, bits = 64;

	if (want > UINT32_MAX || want / 5 * 7 > (uint64_t)1 << 31)
		return (uint64_t)1 << 32;
	while (bits < want / 5 * 7)
		bits *= 2;
	return bits;
}

static int bloom_layout(struct map *map, struct region_head *head)
{
	struct bloom *b = bloom_of(map);
	uint64_t bits;

	b->functions = map->extra ? (uint32_t)map->extra : DEFAULT_FUNCTIONS;
	bits = bit_count(map->max_entries, b->functions);
	b->mask = bits - 1;
	head->body_size = bits / 8;
	return 0;
}

static int bloom_begin(struct map *map)
{
	bloom_of(map)->words = (_Atomic uint64_t *)map->region->body;
	return 0;
}

/*
 * The bit of a hash function: two halves of one good hash make any number of functions (Kirsch and
 * Mitzenmacher, Less Hashing, Same Performance).
 */
static uint64_t bit_of(const struct bloom *b, uint64_t hash, uint32_t function)
{
	return ((hash >> 32) + function * ((hash & UINT32_MAX) | 1)) & b->mask;
}

static uint64_t hash_value(const struct bloom *b, const void *value)
{
	return htab_hash(value, b->map.value_size, b->map.region->head.seed);
}

static int bloom_push(struct map *map, const void *value, uint64_t flags, uint32_t cpu __unused)
{
	struct bloom *b = bloom_of(map);
	uint64_t hash;

	if (flags != UPDATE_ANY)
		return -EINVAL;
	hash = hash_value(b, value);
	for (uint32_t i = 0; i < b->functions; i++) {
		uint64_t bit = bit_of(b, hash, i);

		atomic_fetch_or_explicit(&b->words[bit / 64], (uint64_t)1 << bit % 64,
					 memory_order_relaxed);
	}
	return 0;
}

/* The value is what is asked about, not what is answered. */
static int bloom_peek(struct map *map, void *value, uint32_t cpu __unused)
{
	struct bloom *b = bloom_of(map);
	uint64_t hash = hash_value(b, value);

	for (uint32_t i = 0; i < b->functions; i++) {
		uint64_t bit = bit_of(b, hash, i);
		uint64_t word = atomic_load_explicit(&b->words[bit / 64], memory_order_relaxed);

		if (!(word >> bit % 64 & 1))
			return -ENOENT;
	}
	return 0;
}

static int bloom_pop(struct map *map __unused, void *value __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int bloom_delete(struct map *map __unused, const void *key __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int bloom_next_key(struct map *map __unused, const void *key __unused, void *next __unused)
{
	return -EOPNOTSUPP;
}

const struct map_ops bloom_filter_map_ops = {
	.type = MAP_TYPE_BLOOM_FILTER,
	.key = MAP_KEY_NONE,
	.flags = MAP_NUMA_NODE | MAP_ZERO_SEED | MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG |
		 MAP_WRONLY_PROG,
	.extra = FUNCTIONS_MASK,
	.size = sizeof(struct bloom),
	.check = bloom_check,
	.layout = bloom_layout,
	.begin = bloom_begin,
	.push = bloom_push,
	.pop = bloom_pop,
	.peek = bloom_peek,
	.delete = bloom_delete,
	.next_key = bloom_next_key,
};
