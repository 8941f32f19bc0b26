/* Tail-call tables: slots hold borrowed programs. */
#include <errno.h>
#include <stdlib.h>

#include "core/obj/prog.h"
#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

struct prog_array {
	struct map map;
	const struct prog **slots;
};

static struct prog_array *prog_array_of(struct map *map)
{
	return container_of(map, struct prog_array, map);
}

static int prog_array_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size != 4 || def->value_size != 4)
		return fail(d, NULL, -EINVAL, "map %s: keys and values of a prog array have 4 bytes",
			    def->name);
	if (!def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a prog array needs max_entries", def->name);
	return 0;
}

static int prog_array_layout(struct map *map, struct region_head *head)
{
	head->body_size = (uint64_t)map->max_entries * sizeof(uint32_t);
	return head->body_size > MAP_BYTES_MAX ? -ENOMEM : 0;
}

static int prog_array_begin(struct map *map)
{
	struct prog_array *a = prog_array_of(map);

	a->slots = calloc(map->max_entries, sizeof(*a->slots));
	return a->slots ? 0 : -ENOMEM;
}

static void prog_array_end(struct map *map)
{
	free(prog_array_of(map)->slots);
}

static const struct prog *prog_array_prog(struct map *map, uint32_t slot)
{
	return slot < map->max_entries ? prog_array_of(map)->slots[slot] : NULL;
}

int prog_array_set(struct map *map, uint32_t slot, const struct prog *prog)
{
	if (map->ops != &prog_array_map_ops)
		return -EINVAL;
	if (slot >= map->max_entries)
		return -E2BIG;
	prog_array_of(map)->slots[slot] = prog;
	return 0;
}

const struct map_ops prog_array_map_ops = {
	.type = MAP_TYPE_PROG_ARRAY,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY,
	.size = sizeof(struct prog_array),
	.check = prog_array_check,
	.layout = prog_array_layout,
	.begin = prog_array_begin,
	.end = prog_array_end,
	.prog = prog_array_prog,
};
