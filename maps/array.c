/*
 * Arrays: values side by side, each at a multiple of 8, where clients may map them: at the
 * beginning of the region. A per-cpu array has one such run per cpu. As in Linux, a value that is
 * being written can be seen half.
 *
 * Values with a lock are never seen half by who asks under it. Who writes one then has it in one
 * place first, the same for all of the map, so that what he died in can be finished.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

/* Of maps with locks */
struct array_draft {
	_Alignas(64) _Atomic uint32_t lock;
	_Alignas(8) uint8_t value[];
};

/* What a participant is at; over struct region_slot. */
struct array_slot {
	_Atomic uint32_t copying; /* index + 1 of the value that the draft is being copied to */
};

struct array {
	struct map map;
	uint32_t stride;
	uint8_t *values; /* ncpus runs of max_entries */
	struct array_draft *draft;
};

static struct array *array_of(const struct map *map)
{
	return container_of(map, struct array, map);
}

static size_t run_size(const struct array *a)
{
	return (size_t)a->stride * a->map.max_entries;
}

static uint32_t runs(const struct array *a)
{
	return a->map.ops->percpu ? a->map.ncpus : 1;
}

static int array_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size != 4)
		return fail(d, NULL, -EINVAL, "map %s: an array's key has 4 bytes, not %u",
			    def->name, def->key_size);
	if (!def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: an array needs %s", def->name,
			    def->value_size ? "max_entries" : "a value");
	if (def->value_size > INT_MAX)
		return fail(d, NULL, -E2BIG, "map %s: values of %u bytes are too large", def->name,
			    def->value_size);
	return 0;
}

static int percpu_array_check(const struct map_def *def, struct diag *d)
{
	int err = array_check(def, d);

	return err ? err : check_percpu_value(def, d);
}

static int array_layout(struct map *map, struct region_head *head)
{
	struct array *a = array_of(map);

	a->stride = map_value_stride(map);
	head->client_size = run_size(a) * runs(a);
	if (map_has_lock(map)) {
		head->body_size = sizeof(struct array_draft) + a->stride;
		head->nslots = REGION_SLOTS;
	}
	return head->client_size > MAP_BYTES_MAX ? -ENOMEM : 0;
}

static int array_begin(struct map *map)
{
	array_of(map)->values = map->region->base;
	array_of(map)->draft = (struct array_draft *)map->region->body;
	return 0;
}

static uint32_t array_count(struct map *map)
{
	return map->max_entries;
}

static void *array_lookup(struct map *map, const void *key, uint32_t cpu)
{
	struct array *a = array_of(map);
	uint32_t i;

	memcpy(&i, key, sizeof(i));
	if (!map->ops->percpu)
		cpu = 0;
	if (i >= map->max_entries || cpu >= runs(a))
		return NULL;
	return a->values + cpu * run_size(a) + (size_t)i * a->stride;
}

static void array_shape(struct map *map, struct map_shape *out)
{
	const struct array *a = array_of(map);

	*out = (struct map_shape){.values = a->values,
				  .stride = a->stride,
				  .run = map->ops->percpu ? run_size(a) : 0};
}

static uint8_t *value_of(const struct array *a, uint32_t i)
{
	return a->values + (size_t)i * a->stride;
}

static struct array_slot *slot_of(const struct array *a, uint32_t slot)
{
	return (struct array_slot *)&a->map.region->slots[slot];
}

/* The participant has both the draft and the value. */
static void finish_copy(const struct array *a, uint32_t slot)
{
	uint32_t i = atomic_load(&slot_of(a, slot)->copying) - 1;

	if (i < a->map.max_entries)
		value_copy(&a->map, value_of(a, i), a->draft->value, a->map.value_size);
	region_mark(&slot_of(a, slot)->copying, 0);
}

static int write_as(struct array *a, uint32_t slot, uint32_t i, const void *value)
{
	struct region *r = a->map.region;
	_Atomic uint32_t *lock = value_lock(&a->map, value_of(a, i));
	int err = region_lock(r, &a->draft->lock, slot);

	if (err)
		return err;
	memcpy(a->draft->value, value, a->map.value_size);
	err = region_lock_value(r, slot, lock);
	if (!err) {
		region_mark(&slot_of(a, slot)->copying, i + 1);
		finish_copy(a, slot);
		region_unlock_value(r, slot, lock);
	}
	region_unlock(&a->draft->lock);
	return err;
}

static int write_locked(struct array *a, uint32_t i, const void *value, uint32_t cpu)
{
	uint32_t slot = region_enter(a->map.region, cpu);
	int err;

	if (!slot)
		return -EBUSY;
	err = write_as(a, slot, i, value);
	region_leave(a->map.region, cpu);
	return err;
}

static void array_repair(struct map *map, uint32_t slot)
{
	struct array *a = array_of(map);

	if (!map_has_lock(map) || (atomic_load(&a->draft->lock) & REGION_SLOT_MASK) != slot)
		return;
	finish_copy(a, slot);
	region_publish(&a->draft->lock);
	region_unlock(&a->draft->lock);
}

static int array_copy_locked(struct map *map, const void *key, void *value)
{
	const void *from = array_lookup(map, key, 0);
	_Atomic uint32_t *lock = from ? value_lock(map, (void *)from) : NULL;
	int err = from ? map_lock_value(map, lock, MAP_ALL_CPUS) : -ENOENT;

	if (err)
		return err;
	memcpy(value, from, map->value_size);
	map_unlock_value(map, lock, MAP_ALL_CPUS);
	return 0;
}

static int array_update(struct map *map, const void *key, const void *value, uint64_t flags,
			uint32_t cpu)
{
	struct array *a = array_of(map);
	uint32_t i;

	if (!update_flags_are_known(map, flags))
		return -EINVAL;
	memcpy(&i, key, sizeof(i));
	if (i >= map->max_entries)
		return -E2BIG;
	if (flags & UPDATE_NOEXIST)
		return -EEXIST;
	if (flags & UPDATE_LOCK)
		return write_locked(a, i, value, cpu);
	if (!map->ops->percpu || cpu != MAP_ALL_CPUS) {
		value_copy(map, array_lookup(map, key, map->ops->percpu ? cpu : 0), value,
			   map->value_size);
		return 0;
	}
	for (cpu = 0; cpu < map->ncpus; cpu++)
		value_copy(map, array_lookup(map, key, cpu),
			   (const uint8_t *)value + (size_t)cpu * a->stride, a->stride);
	return 0;
}

static int array_delete(struct map *map __unused, const void *key __unused, uint32_t cpu __unused)
{
	return -EINVAL;
}

int next_index(uint32_t n, const void *key, void *next)
{
	uint32_t i = UINT32_MAX;

	if (key)
		memcpy(&i, key, sizeof(i));
	if (i == n - 1)
		return -ENOENT;
	i = i >= n ? 0 : i + 1;
	memcpy(next, &i, sizeof(i));
	return 0;
}

static int array_next_key(struct map *map, const void *key, void *next)
{
	return next_index(map->max_entries, key, next);
}

static void *array_direct(struct map *map)
{
	return array_of(map)->values;
}

static uint8_t *array_value_at(struct map *map, uintptr_t addr)
{
	struct array *a = array_of(map);
	size_t off = addr - (uintptr_t)a->values;

	if (off >= run_size(a) * runs(a) || off % a->stride >= map->value_size)
		return NULL;
	return a->values + off / a->stride * a->stride;
}

static const void *array_key_of(struct map *map, const uint8_t *value, uint32_t *index)
{
	struct array *a = array_of(map);

	*index = (uint32_t)((size_t)(value - (uint8_t *)a->values) / a->stride);
	return index;
}

static void array_each_value(struct map *map,
			     void (*fn)(const struct btf_record *record, uint8_t *value))
{
	struct array *a = array_of(map);

	for (size_t at = 0; at < run_size(a) * runs(a); at += a->stride)
		fn(map->record, a->values + at);
}

const struct map_ops array_map_ops = {
	.type = MAP_TYPE_ARRAY,
	.key = MAP_KEY_INT,
	.fields = FIELDS_LOCK | FIELDS_LATER | FIELDS_KPTR | FIELDS_GRAPH,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG | MAP_WRONLY_PROG |
		 MAP_MMAPABLE | MAP_INNER_MAP,
	.size = sizeof(struct array),
	.check = array_check,
	.layout = array_layout,
	.begin = array_begin,
	.repair = array_repair,
	.count = array_count,
	.lookup = array_lookup,
	.shape = array_shape,
	.copy_locked = array_copy_locked,
	.lock = map_lock_value,
	.unlock = map_unlock_value,
	.update = array_update,
	.delete = array_delete,
	.next_key = array_next_key,
	.direct = array_direct,
	.each_value = array_each_value,
	.value_at = array_value_at,
	.key_of = array_key_of,
};

const struct map_ops percpu_array_map_ops = {
	.type = MAP_TYPE_PERCPU_ARRAY,
	.key = MAP_KEY_INT,
	.fields = FIELDS_KPTR,
	.flags = MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.percpu = true,
	.size = sizeof(struct array),
	.check = percpu_array_check,
	.layout = array_layout,
	.begin = array_begin,
	.count = array_count,
	.lookup = array_lookup,
	.shape = array_shape,
	.update = array_update,
	.delete = array_delete,
	.next_key = array_next_key,
	.each_value = array_each_value,
	.value_at = array_value_at,
};
