#include "maps/maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"

static const struct map_ops *const types[] = {
#define MAP_OPS(name) &name##_map_ops,
#include "maps/types.def"
};

static const struct map_ops *ops_of(uint32_t type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i]->type == type)
			return types[i];
	return NULL;
}

static int check_def(const struct map_def *def, const struct map_ops *ops, struct diag *d)
{
	enum { ACCESS = MAP_RDONLY_PROG | MAP_WRONLY_PROG };

	if (def->flags & ~ops->flags)
		return fail(d, NULL, -EINVAL, "map %s: flags 0x%x are not for its type", def->name,
			    def->flags & ~ops->flags);
	if ((def->flags & ACCESS) == ACCESS)
		return fail(d, NULL, -EINVAL, "map %s: programs may neither read nor write it",
			    def->name);
	if (def->extra)
		return fail(d, NULL, -EINVAL, "map %s: map_extra is not for its type", def->name);
	return ops->check(def, d);
}

int map_new(const struct map_def *def, uint32_t ncpus, struct diag *d, struct map **out)
{
	const struct map_ops *ops = ops_of(def->type);
	char word[32];
	struct map *map;
	uint32_t zero = 0;
	int err;

	if (!ops)
		return fail(d, NULL, -ENOTSUPP, "map %s: maps of type %s are not available here",
			    def->name, map_type_str(def->type, word));
	err = check_def(def, ops, d);
	if (err)
		return err;
	map = calloc(1, ops->size);
	if (!map)
		return fail(d, NULL, -ENOMEM, "map %s: out of memory", def->name);
	map->ops = ops;
	snprintf(map->name, sizeof(map->name), "%s", def->name ? def->name : "");
	map->key_size = def->key_size;
	map->value_size = def->value_size;
	map->max_entries = def->max_entries;
	map->flags = def->flags;
	map->ncpus = ncpus;
	map->btf_key_id = def->btf_key_id;
	map->btf_value_id = def->btf_value_id;
	err = ops->alloc(map);
	if (err) {
		free(map);
		return fail(d, NULL, err, "map %s: no memory for %u elements", def->name,
			    def->max_entries);
	}
	if (def->data)
		map_update(map, &zero, def->data, UPDATE_ANY);
	map->frozen = def->read_only;
	*out = map;
	return 0;
}

void map_free(struct map *map)
{
	if (!map)
		return;
	map->ops->free(map);
	free(map);
}

int map_lookup(struct map *map, const void *key, void *value)
{
	uint32_t stride = map_value_stride(map);
	void *at;

	if (!map->ops->lookup)
		return -ENOTSUPP;
	if (!map->ops->percpu) {
		at = map->ops->lookup(map, key, 0);
		if (!at)
			return -ENOENT;
		memcpy(value, at, map->value_size);
		return 0;
	}
	for (uint32_t cpu = 0; cpu < map->ncpus; cpu++) {
		at = map->ops->lookup(map, key, cpu);
		if (!at)
			return -ENOENT;
		memcpy((uint8_t *)value + (size_t)cpu * stride, at, stride);
	}
	return 0;
}

int map_update(struct map *map, const void *key, const void *value, uint64_t flags)
{
	if (map->frozen)
		return -EPERM;
	if (!map->ops->update)
		return -ENOTSUPP;
	return map->ops->update(map, key, value, flags, MAP_ALL_CPUS);
}

int map_delete(struct map *map, const void *key)
{
	if (map->frozen)
		return -EPERM;
	return map->ops->delete ? map->ops->delete(map, key) : -ENOTSUPP;
}

int map_next_key(struct map *map, const void *key, void *next)
{
	return map->ops->next_key ? map->ops->next_key(map, key, next) : -ENOTSUPP;
}
