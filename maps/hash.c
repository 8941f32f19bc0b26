/*
 * Hash maps: elements lie in one pool and are chained into buckets by index, so that nothing in the
 * pool is an address. A program's pointer keeps showing the value it looked up: replacing a value
 * takes a new element (two more than max_entries are there for that) and frees the old one last in the
 * queue, so that it is reused as late as possible.
 *
 * An element: next index, key, padding to 8, values (one per cpu in a per-cpu map).
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/obj/prog_type.h"
#include "maps/local.h"

enum { NONE = 0, SPARE = 2 }; /* elements are counted from 1 */

struct hash {
	struct map map;
	uint32_t nbuckets; /* a power of two */
	uint32_t *buckets; /* first element, or NONE */
	uint8_t *pool;	   /* max_entries + SPARE elements */
	uint32_t npool, used, count;
	uint32_t free_first, free_last; /* a queue through next; beyond `used` all are free too */
	uint32_t value_off, elem_size;
};

static struct hash *hash_of(const struct map *map)
{
	return container_of(map, struct hash, map);
}

static uint8_t *elem(const struct hash *h, uint32_t i)
{
	return h->pool + (size_t)(i - 1) * h->elem_size;
}

static uint32_t *next_of(const struct hash *h, uint32_t i)
{
	return (uint32_t *)elem(h, i);
}

static uint8_t *key_of(const struct hash *h, uint32_t i)
{
	return elem(h, i) + sizeof(uint32_t);
}

static uint8_t *value_of(const struct hash *h, uint32_t i)
{
	return elem(h, i) + h->value_off;
}

static uint32_t *bucket_of(const struct hash *h, const void *key)
{
	return &h->buckets[hash_mem(key, h->map.key_size) & (h->nbuckets - 1)];
}

static uint32_t find(const struct hash *h, const void *key)
{
	uint32_t i = *bucket_of(h, key);

	while (i != NONE && memcmp(key_of(h, i), key, h->map.key_size) != 0)
		i = *next_of(h, i);
	return i;
}

static uint64_t values_size(const struct map *map)
{
	return (uint64_t)map_value_stride(map) * (map->ops->percpu ? map->ncpus : 1);
}

static int hash_check(const struct map_def *def, struct diag *d)
{
	enum { SIZE_LIMIT = 1 << 22 }; /* KMALLOC_MAX_SIZE */
	const char *missing = !def->key_size ? "a key" : !def->value_size ? "a value" : "max_entries";

	if (!def->key_size || !def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a hash needs %s", def->name, missing);
	if (def->key_size > MAP_KEY_MAX ||
	    (uint64_t)def->key_size + def->value_size >= SIZE_LIMIT - 64)
		return fail(d, NULL, -E2BIG, "map %s: elements of %u and %u bytes are too large",
			    def->name, def->key_size, def->value_size);
	if (def->max_entries > 1u << 31)
		return fail(d, NULL, -E2BIG, "map %s: %u elements are too many", def->name,
			    def->max_entries);
	return 0;
}

static int hash_alloc(struct map *map)
{
	struct hash *h = hash_of(map);
	uint64_t size;

	h->value_off = round_up(sizeof(uint32_t) + map->key_size, 8);
	size = h->value_off + values_size(map);
	if (size > UINT32_MAX)
		return -ENOMEM;
	h->elem_size = (uint32_t)size;
	for (h->nbuckets = 1; h->nbuckets < map->max_entries;)
		h->nbuckets <<= 1;
	h->npool = map->max_entries + SPARE;
	if (size * h->npool > MAP_BYTES_MAX)
		return -ENOMEM;
	h->buckets = calloc(h->nbuckets, sizeof(*h->buckets));
	h->pool = calloc(h->npool, h->elem_size);
	if (!h->buckets || !h->pool) {
		free(h->buckets);
		free(h->pool);
		return -ENOMEM;
	}
	return 0;
}

static void hash_free(struct map *map)
{
	struct hash *h = hash_of(map);

	free(h->buckets);
	free(h->pool);
}

/* There always is one: only max_entries are in use, or one more for a moment. */
static uint32_t take(struct hash *h)
{
	uint32_t i = h->free_first;

	if (h->used < h->npool)
		return ++h->used;
	h->free_first = *next_of(h, i);
	if (h->free_first == NONE)
		h->free_last = NONE;
	return i;
}

static void give(struct hash *h, uint32_t i)
{
	*next_of(h, i) = NONE;
	if (h->free_last == NONE)
		h->free_first = i;
	else
		*next_of(h, h->free_last) = i;
	h->free_last = i;
}

static void unlink_elem(struct hash *h, uint32_t i)
{
	uint32_t *link = bucket_of(h, key_of(h, i));

	while (*link != i)
		link = next_of(h, *link);
	*link = *next_of(h, i);
}

static void *hash_lookup(struct map *map, const void *key, uint32_t cpu)
{
	struct hash *h = hash_of(map);
	uint32_t i = find(h, key);

	if (!map->ops->percpu)
		cpu = 0;
	else if (cpu >= map->ncpus)
		return NULL;
	return i == NONE ? NULL : value_of(h, i) + (size_t)cpu * map_value_stride(map);
}

/* One value for this cpu, and zeroes for the others of a new element; or all of them. */
static void put_value(struct hash *h, uint32_t i, const void *value, uint32_t cpu, bool is_new)
{
	struct map *map = &h->map;
	uint8_t *to = value_of(h, i);

	if (map->ops->percpu && cpu == MAP_ALL_CPUS) {
		memcpy(to, value, values_size(map));
		return;
	}
	if (is_new)
		memset(to, 0, values_size(map));
	memmove(to + (map->ops->percpu ? (size_t)cpu * map_value_stride(map) : 0), value,
	       map->value_size);
}

static int hash_update(struct map *map, const void *key, const void *value, uint64_t flags,
		       uint32_t cpu)
{
	struct hash *h = hash_of(map);
	uint32_t old, i, *bucket;

	if (flags > UPDATE_EXIST)
		return -EINVAL;
	old = find(h, key);
	if (flags == UPDATE_NOEXIST && old != NONE)
		return -EEXIST;
	if (flags == UPDATE_EXIST && old == NONE)
		return -ENOENT;
	if (old != NONE && map->ops->percpu) {
		put_value(h, old, value, cpu, false);
		return 0;
	}
	if (old == NONE && h->count == map->max_entries)
		return -E2BIG;
	i = take(h);
	memmove(key_of(h, i), key, map->key_size);
	put_value(h, i, value, cpu, true);
	if (old != NONE) {
		unlink_elem(h, old);
		give(h, old);
	} else {
		h->count++;
	}
	bucket = bucket_of(h, key);
	*next_of(h, i) = *bucket;
	*bucket = i;
	return 0;
}

static int hash_delete(struct map *map, const void *key)
{
	struct hash *h = hash_of(map);
	uint32_t i = find(h, key);

	if (i == NONE)
		return -ENOENT;
	unlink_elem(h, i);
	give(h, i);
	h->count--;
	return 0;
}

static int hash_next_key(struct map *map, const void *key, void *next)
{
	struct hash *h = hash_of(map);
	uint32_t i = key ? find(h, key) : NONE, b = 0;

	if (i != NONE) {
		b = (uint32_t)(bucket_of(h, key) - h->buckets) + 1;
		i = *next_of(h, i);
	}
	while (i == NONE && b < h->nbuckets)
		i = h->buckets[b++];
	if (i == NONE)
		return -ENOENT;
	memcpy(next, key_of(h, i), map->key_size);
	return 0;
}

static uint8_t *hash_value_at(struct map *map, uintptr_t addr)
{
	struct hash *h = hash_of(map);
	size_t off = addr - (uintptr_t)h->pool, in;
	uint32_t stride = map_value_stride(map);

	if (off >= (size_t)h->npool * h->elem_size || off % h->elem_size < h->value_off)
		return NULL;
	in = off % h->elem_size - h->value_off;
	return in % stride < map->value_size ? h->pool + off - in % stride : NULL;
}

const struct map_ops hash_map_ops = {
	.type = MAP_TYPE_HASH,
	.flags = MAP_NO_PREALLOC | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED |
		 MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct hash),
	.check = hash_check,
	.alloc = hash_alloc,
	.free = hash_free,
	.lookup = hash_lookup,
	.update = hash_update,
	.delete = hash_delete,
	.next_key = hash_next_key,
	.value_at = hash_value_at,
};

const struct map_ops percpu_hash_map_ops = {
	.type = MAP_TYPE_PERCPU_HASH,
	.flags = MAP_NO_PREALLOC | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED | MAP_RDONLY_PROG |
		 MAP_WRONLY_PROG,
	.percpu = true,
	.size = sizeof(struct hash),
	.check = hash_check,
	.alloc = hash_alloc,
	.free = hash_free,
	.lookup = hash_lookup,
	.update = hash_update,
	.delete = hash_delete,
	.next_key = hash_next_key,
	.value_at = hash_value_at,
};
