/*
 * Arrays and hashes of maps. In the region a value is an inner map's id, or 0 in an array; what an
 * id stands for each process finds out by itself and remembers beside it. Programs look up the
 * inner map itself and change nothing; everybody else deals in ids.
 */
#include <errno.h>
#include <string.h>

#include "core/base/vec.h"
#include "core/obj/prog_type.h"
#include "maps/hash.h"

struct found {
	uint32_t id;
	struct map *map;
};

struct map_of_maps {
	union {
		struct map map;
		struct hash hash; /* of a hash of maps */
	};
	_Atomic uint32_t *ids; /* of an array of maps */
	VEC(struct found) found; /* by this process; by id */
	inner_resolver *resolve;
	void *arg;
	uint32_t nprivate; /* ids given to maps that have none */
};

/* Ids of maps in no store */
#define PRIVATE_ID (1u << 31)

static struct map_of_maps *outer_of(struct map *map)
{
	return container_of(map, struct map_of_maps, map);
}

/* Types that are bound to more than their dimensions (those without map_meta_equal() in Linux). */
static int check_inner(const struct map_def *def, struct diag *d)
{
	char word[32];

	if (!def->inner)
		return fail(d, NULL, -EINVAL, "map %s: a map of maps needs an inner map; "
			    "MAPS OF MAPS of ebpf-map(1) has what to do where a loader sets it",
			    def->name);
	switch (def->inner->type) {
	case MAP_TYPE_ARRAY_OF_MAPS:
	case MAP_TYPE_HASH_OF_MAPS:
		return fail(d, NULL, -EINVAL, "map %s: an inner map cannot hold maps itself",
			    def->name);
	case MAP_TYPE_PROG_ARRAY:
	case MAP_TYPE_STRUCT_OPS:
	case MAP_TYPE_CGROUP_STORAGE:
	case MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return fail(d, NULL, -ENOTSUPP, "map %s: a %s cannot be an inner map", def->name,
			    map_type_str(def->inner->type, word));
	default:
		return 0;
	}
}

static int array_of_maps_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size != 4 || def->value_size != 4)
		return fail(d, NULL, -EINVAL,
			    "map %s: keys and values of an array of maps have 4 bytes", def->name);
	if (!def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: an array of maps needs max_entries",
			    def->name);
	return check_inner(def, d);
}

static int hash_of_maps_check(const struct map_def *def, struct diag *d)
{
	int err;

	if (def->value_size != 4)
		return fail(d, NULL, -EINVAL, "map %s: values of a hash of maps have 4 bytes",
			    def->name);
	err = hash_check(def, d);
	return err ? err : check_inner(def, d);
}

bool map_of_maps_takes(const struct map *outer, const struct map *map)
{
	const struct map *want = outer->inner;

	if (map->ops != want->ops || map->key_size != want->key_size ||
	    map->value_size != want->value_size || map->flags != want->flags ||
	    !types_same_fields(map, want))
		return false;
	/* Code for lookups in an array may have its length inside. */
	return map->ops->type != MAP_TYPE_ARRAY || map->flags & MAP_INNER_MAP ||
	       map->max_entries == want->max_entries;
}

void map_of_maps_resolve(struct map *outer, inner_resolver *resolve, void *arg)
{
	outer_of(outer)->resolve = resolve;
	outer_of(outer)->arg = arg;
}

/* Where the id is among those found, or belongs. */
static size_t find(const struct map_of_maps *o, uint32_t id)
{
	size_t from = 0, to = o->found.n, at;

	while (from < to) {
		at = (from + to) / 2;
		if (o->found.v[at].id < id)
			from = at + 1;
		else
			to = at;
	}
	return from;
}

static void remember(struct map_of_maps *o, uint32_t id, struct map *map)
{
	size_t at = find(o, id);

	vec_add(&o->found);
	memmove(&o->found.v[at + 1], &o->found.v[at],
		(o->found.n - 1 - at) * sizeof(*o->found.v));
	o->found.v[at] = (struct found){id, map};
	map_view_inner(map, &o->map);
}

void map_of_maps_forget(struct map *outer, uint32_t id)
{
	struct map_of_maps *o = outer_of(outer);
	size_t at = find(o, id);

	if (at == o->found.n || o->found.v[at].id != id)
		return;
	o->found.n--;
	memmove(&o->found.v[at], &o->found.v[at + 1], (o->found.n - at) * sizeof(*o->found.v));
}

static struct map *resolve(struct map_of_maps *o, uint32_t id)
{
	size_t at = find(o, id);
	struct map *map;

	if (likely(at < o->found.n && o->found.v[at].id == id))
		return o->found.v[at].map;
	if (!o->resolve || o->resolve(o->arg, id, &map) != 0)
		return NULL;
	remember(o, id, map);
	return map;
}

static struct map *inner_found(struct map *map, uint32_t at)
{
	struct map_of_maps *o = outer_of(map);

	return at < o->found.n ? o->found.v[at].map : NULL;
}

int map_of_maps_set(struct map *outer, const void *key, struct map *inner)
{
	struct map_of_maps *o = outer_of(outer);
	uint32_t id = inner->id;
	size_t at;
	int err;

	if (!map_is_of_maps(outer) || !map_of_maps_takes(outer, inner))
		return -EINVAL;
	for (at = 0; !id && at < o->found.n; at++)
		if (o->found.v[at].map == inner)
			id = o->found.v[at].id;
	if (!id)
		id = PRIVATE_ID | ++o->nprivate;
	err = map_update(outer, key, &id, UPDATE_ANY);
	if (!err && !resolve(o, id))
		remember(o, id, inner);
	return err;
}

static void outer_end(struct map *map)
{
	vec_free(&outer_of(map)->found);
}

/* Arrays */

static int array_of_maps_layout(struct map *map, struct region_head *head)
{
	/* In Linux these are pointers. */
	if ((uint64_t)map->max_entries * sizeof(uint64_t) > MAP_BYTES_MAX)
		return -ENOMEM;
	head->body_size = (uint64_t)map->max_entries * sizeof(uint32_t);
	return 0;
}

static int array_of_maps_begin(struct map *map)
{
	outer_of(map)->ids = (_Atomic uint32_t *)map->region->body;
	return 0;
}

static _Atomic uint32_t *id_at(struct map *map, const void *key)
{
	uint32_t i;

	memcpy(&i, key, sizeof(i));
	return i < map->max_entries ? &outer_of(map)->ids[i] : NULL;
}

static int array_of_maps_copy(struct map *map, const void *key, void *value)
{
	const _Atomic uint32_t *at = id_at(map, key);
	uint32_t id = at ? atomic_load(at) : 0;

	if (!id)
		return -ENOENT;
	memcpy(value, &id, sizeof(id));
	return 0;
}

static void *array_of_maps_lookup(struct map *map, const void *key, uint32_t cpu __unused)
{
	uint32_t id;

	return array_of_maps_copy(map, key, &id) == 0 ? resolve(outer_of(map), id) : NULL;
}

static int array_of_maps_update(struct map *map, const void *key, const void *value,
				uint64_t flags, uint32_t cpu)
{
	_Atomic uint32_t *at = id_at(map, key);
	uint32_t id;

	if (flags || cpu != MAP_ALL_CPUS)
		return -EINVAL;
	if (!at)
		return -E2BIG;
	if (!map->region->writable)
		return -EPERM;
	memcpy(&id, value, sizeof(id));
	atomic_store(at, id);
	return 0;
}

static int array_of_maps_delete(struct map *map, const void *key, uint32_t cpu)
{
	_Atomic uint32_t *at = id_at(map, key);

	if (cpu != MAP_ALL_CPUS)
		return -EINVAL;
	if (!at)
		return -E2BIG;
	if (!map->region->writable)
		return -EPERM;
	return atomic_exchange(at, 0) ? 0 : -ENOENT;
}

static int array_of_maps_next_key(struct map *map, const void *key, void *next)
{
	return next_index(map->max_entries, key, next);
}

static uint32_t array_of_maps_count(struct map *map)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < map->max_entries; i++)
		n += atomic_load(&outer_of(map)->ids[i]) != 0;
	return n;
}

/* Hashes */

static void *hash_of_maps_lookup(struct map *map, const void *key, uint32_t cpu)
{
	const uint32_t *id = hash_lookup(map, key, cpu);

	return id ? resolve(outer_of(map), *id) : NULL;
}

static int hash_of_maps_update(struct map *map, const void *key, const void *value, uint64_t flags,
			       uint32_t cpu)
{
	return cpu == MAP_ALL_CPUS ? hash_update(map, key, value, flags, cpu) : -EINVAL;
}

static int hash_of_maps_delete(struct map *map, const void *key, uint32_t cpu)
{
	return cpu == MAP_ALL_CPUS ? hash_delete(map, key, cpu) : -EINVAL;
}

const struct map_ops array_of_maps_map_ops = {
	.type = MAP_TYPE_ARRAY_OF_MAPS,
	.key = MAP_KEY_UNTYPED,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY,
	.size = sizeof(struct map_of_maps),
	.check = array_of_maps_check,
	.layout = array_of_maps_layout,
	.begin = array_of_maps_begin,
	.end = outer_end,
	.count = array_of_maps_count,
	.lookup = array_of_maps_lookup,
	.copy = array_of_maps_copy,
	.update = array_of_maps_update,
	.delete = array_of_maps_delete,
	.next_key = array_of_maps_next_key,
	.inner = inner_found,
};

const struct map_ops hash_of_maps_map_ops = {
	.type = MAP_TYPE_HASH_OF_MAPS,
	.key = MAP_KEY_UNTYPED,
	.flags = MAP_NO_PREALLOC | MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_ZERO_SEED |
		 MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct map_of_maps),
	.check = hash_of_maps_check,
	.layout = hash_layout,
	.begin = hash_begin,
	.end = outer_end,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.lookup = hash_of_maps_lookup,
	.copy = hash_copy,
	.update = hash_of_maps_update,
	.delete = hash_of_maps_delete,
	.next_key = hash_next_key,
	.bucket = hash_bucket,
	.inner = inner_found,
};
