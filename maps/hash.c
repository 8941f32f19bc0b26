/* Hash maps and per-cpu hash maps: a table (maps/htab.h) and its rules. */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/htab.h"
#include "maps/local.h"

struct hash {
	struct map map;
	struct htab table;
};

static struct hash *hash_of(const struct map *map)
{
	return container_of(map, struct hash, map);
}

static int hash_check(const struct map_def *def, struct diag *d)
{
	enum { SIZE_LIMIT = 1 << 22, HEAD = 48 }; /* KMALLOC_MAX_SIZE, struct htab_elem */
	const char *missing = !def->key_size ? "a key" : !def->value_size ? "a value" : "max_entries";

	if (!def->key_size || !def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a hash needs %s", def->name, missing);
	if ((uint64_t)def->key_size + def->value_size >= SIZE_LIMIT - HEAD)
		return fail(d, NULL, -E2BIG, "map %s: elements of %u and %u bytes are too large",
			    def->name, def->key_size, def->value_size);
	if (def->max_entries > 1u << 31)
		return fail(d, NULL, -E2BIG, "map %s: %u elements are too many", def->name,
			    def->max_entries);
	return 0;
}

static int percpu_hash_check(const struct map_def *def, struct diag *d)
{
	int err = hash_check(def, d);

	return err ? err : check_percpu_value(def, d);
}

static int hash_layout(struct map *map, struct region_head *head)
{
	return htab_layout(&hash_of(map)->table, map, map_user_size(map), head);
}

static int hash_begin(struct map *map)
{
	htab_begin(&hash_of(map)->table, map->region);
	return 0;
}

static void hash_repair(struct map *map, uint32_t slot)
{
	htab_repair(&hash_of(map)->table, slot);
}

static int hash_check_whole(struct map *map, bool fix, struct diag *d)
{
	return htab_check(&hash_of(map)->table, fix, map->name, d);
}

static uint32_t hash_count(struct map *map)
{
	return htab_count(&hash_of(map)->table);
}

/* One body for the sizes that most keys have, where the compiler knows the size. */
static inline uint32_t find(const struct htab *t, const void *key)
{
	switch (t->key_size) {
	case 4:
		return htab_find(t, key, 4);
	case 8:
		return htab_find(t, key, 8);
	case 16:
		return htab_find(t, key, 16);
	default:
		return htab_find(t, key, t->key_size);
	}
}

static void *hash_lookup(struct map *map, const void *key, uint32_t cpu __unused)
{
	const struct htab *t = &hash_of(map)->table;
	uint32_t elem = find(t, key);

	return elem ? htab_value(t, elem) : NULL;
}

static void *percpu_hash_lookup(struct map *map, const void *key, uint32_t cpu)
{
	const struct htab *t = &hash_of(map)->table;
	uint32_t elem = cpu < map->ncpus ? find(t, key) : 0;

	return elem ? htab_value(t, elem) + (size_t)cpu * map_value_stride(map) : NULL;
}

static int hash_copy(struct map *map, const void *key, void *value)
{
	return htab_copy(&hash_of(map)->table, key, value);
}

/* A new element's value: the caller's, and in a per-cpu map zeroes for the other cpus. */
static void fill_value(struct map *map, uint8_t *to, const void *value, uint32_t cpu)
{
	if (map->ops->percpu && cpu != MAP_ALL_CPUS) {
		memset(to, 0, map_user_size(map));
		to += (size_t)cpu * map_value_stride(map);
		memcpy(to, value, map->value_size);
	} else {
		memcpy(to, value, map_user_size(map));
	}
}

static int insert(struct map *map, uint32_t slot, struct htab_place *place, const void *key,
		  const void *value, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	int err;
	uint32_t elem = htab_take(t, slot, key, &err);

	if (!elem)
		return err;
	fill_value(map, htab_value(t, elem), value, cpu);
	htab_insert(t, slot, place, elem);
	return 0;
}

/* A per-cpu value is changed where it is: programs on other cpus are counting beside it. */
static int replace(struct map *map, uint32_t slot, struct htab_place *place, const void *key,
		   const void *value, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	uint32_t elem;

	if (map->ops->percpu && cpu == MAP_ALL_CPUS) {
		htab_write(t, slot, place->elem, 0, value, t->value_size);
		return 0;
	}
	if (map->ops->percpu) {
		htab_write(t, slot, place->elem, cpu * map_value_stride(map), value,
			   map->value_size);
		return 0;
	}
	elem = htab_take_spare(t, slot, key);
	if (!elem)
		return -EUCLEAN;
	fill_value(map, htab_value(t, elem), value, cpu);
	htab_replace(t, slot, place, elem);
	return 0;
}

static int hash_update(struct map *map, const void *key, const void *value, uint64_t flags,
		       uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	struct htab_place place;
	uint32_t slot;
	int err;

	if (flags > UPDATE_EXIST || (map->ops->percpu && cpu != MAP_ALL_CPUS && cpu >= map->ncpus))
		return -EINVAL;
	slot = region_enter(t->region, cpu);
	if (!slot)
		return -EBUSY;
	err = htab_lock(t, slot, key, &place);
	if (!err) {
		if (place.elem)
			err = flags == UPDATE_NOEXIST ?
				      -EEXIST :
				      replace(map, slot, &place, key, value, cpu);
		else
			err = flags == UPDATE_EXIST ?
				      -ENOENT :
				      insert(map, slot, &place, key, value, cpu);
		htab_unlock(&place);
	}
	region_leave(t->region, cpu);
	return err;
}

/* Deletes a key whose value goes to *value first, when there is one to take it. */
static int remove_key(struct map *map, const void *key, void *value, uint32_t cpu)
{
	struct htab *t = &hash_of(map)->table;
	uint32_t slot = region_enter(t->region, cpu);
	struct htab_place place;
	int err;

	if (!slot)
		return -EBUSY;
	err = htab_lock(t, slot, key, &place);
	if (!err) {
		err = place.elem ? 0 : -ENOENT;
		if (!err && value)
			memcpy(value, htab_value(t, place.elem), t->value_size);
		if (!err)
			err = htab_delete(t, slot, &place);
		htab_unlock(&place);
	}
	region_leave(t->region, cpu);
	return err;
}

static int hash_delete(struct map *map, const void *key, uint32_t cpu)
{
	return remove_key(map, key, NULL, cpu);
}

static int hash_take(struct map *map, const void *key, void *value)
{
	return remove_key(map, key, value, MAP_ALL_CPUS);
}

static int hash_next_key(struct map *map, const void *key, void *next)
{
	return htab_next_key(&hash_of(map)->table, key, next);
}

static int hash_bucket(struct map *map, uint32_t at, void *keys, uint32_t room)
{
	return htab_bucket_keys(&hash_of(map)->table, at, keys, room);
}

static uint8_t *hash_value_at(struct map *map, uintptr_t addr)
{
	const struct htab *t = &hash_of(map)->table;
	size_t off = addr - (uintptr_t)t->elems, in;
	uint32_t stride = map_value_stride(map);

	if (off >= (size_t)(t->nelems + 1) * t->elem_size || off % t->elem_size < t->value_off)
		return NULL;
	in = off % t->elem_size - t->value_off;
	return in % stride < map->value_size ? t->elems + off - in % stride : NULL;
}

const struct map_ops hash_map_ops = {
	.type = MAP_TYPE_HASH,
	.flags = MAP_NO_PREALLOC | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED |
		 MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct hash),
	.check = hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = hash_lookup,
	.copy = hash_copy,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.value_at = hash_value_at,
};

const struct map_ops percpu_hash_map_ops = {
	.type = MAP_TYPE_PERCPU_HASH,
	.flags = MAP_NO_PREALLOC | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED | MAP_RDONLY_PROG |
		 MAP_WRONLY_PROG,
	.percpu = true,
	.size = sizeof(struct hash),
	.check = percpu_hash_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = percpu_hash_lookup,
	.copy = hash_copy,
	.update = hash_update,
	.delete = hash_delete,
	.take = hash_take,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.value_at = hash_value_at,
};
