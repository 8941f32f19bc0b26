/*
 * Tail-call tables. In the region a slot holds a program's id, or 0; what an id stands for each
 * process finds out by itself and remembers beside it. The first program that uses a table, or is
 * put into it, decides what programs it takes for as long as it lives.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/obj/prog.h"
#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

enum { AUX_OWNER }; /* in region_live.aux */

struct prog_array {
	struct map map;
	_Atomic uint32_t *ids;
	struct map_tail *slots; /* this process's */
	uint32_t owner;	    /* as this process has seen it; 0: not yet */
	prog_resolver *resolve;
	void *arg;
};

static struct prog_array *prog_array_of(struct map *map)
{
	return container_of(map, struct prog_array, map);
}

static int prog_array_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size != 4 || def->value_size != 4)
		return fail(d, NULL, -EINVAL,
			    "map %s: keys and values of a prog array have 4 bytes", def->name);
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

	a->ids = (_Atomic uint32_t *)map->region->body;
	a->slots = calloc(map->max_entries, sizeof(*a->slots));
	return a->slots ? 0 : -ENOMEM;
}

static void prog_array_end(struct map *map)
{
	free(prog_array_of(map)->slots);
}

static const struct prog *prog_array_prog(struct map *map, uint32_t slot)
{
	struct prog_array *a = prog_array_of(map);
	uint32_t id;

	if (slot >= map->max_entries)
		return NULL;
	id = atomic_load_explicit(&a->ids[slot], memory_order_acquire);
	if (likely(id == a->slots[slot].id))
		return a->slots[slot].prog;
	a->slots[slot].prog = id && a->resolve ? a->resolve(a->arg, id) : NULL;
	a->slots[slot].id = id;
	return a->slots[slot].prog;
}

static struct map_tails prog_array_tails(struct map *map)
{
	struct prog_array *a = prog_array_of(map);

	return (struct map_tails){a->ids, a->slots};
}

int prog_array_set(struct map *map, uint32_t slot, const struct prog *prog)
{
	if (map->ops != &prog_array_map_ops)
		return -EINVAL;
	if (slot >= map->max_entries)
		return -E2BIG;
	prog_array_of(map)->slots[slot].prog = prog;
	return 0;
}

void prog_array_resolve(struct map *map, prog_resolver *resolve, void *arg)
{
	prog_array_of(map)->resolve = resolve;
	prog_array_of(map)->arg = arg;
}

uint32_t prog_array_id(struct map *map, uint32_t slot)
{
	return slot < map->max_entries ? atomic_load(&prog_array_of(map)->ids[slot]) : 0;
}

int prog_array_swap(struct map *map, uint32_t slot, uint32_t id, uint32_t *old)
{
	if (slot >= map->max_entries)
		return -E2BIG;
	if (!map->region->writable)
		return -EPERM;
	*old = atomic_exchange(&prog_array_of(map)->ids[slot], id);
	return 0;
}

int prog_array_own(struct map *map, uint32_t owner)
{
	struct prog_array *a = prog_array_of(map);
	_Atomic uint32_t *word = &map->region->live->aux[AUX_OWNER];
	uint32_t found = 0;

	if (a->owner)
		return a->owner == owner ? 0 : -EINVAL;
	if (map->region->writable)
		atomic_compare_exchange_strong(word, &found, owner);
	else
		found = atomic_load(word);
	if (found && found != owner)
		return -EINVAL;
	a->owner = owner;
	return 0;
}

static int prog_array_next_key(struct map *map, const void *key, void *next)
{
	return next_index(map->max_entries, key, next);
}

const struct map_ops prog_array_map_ops = {
	.type = MAP_TYPE_PROG_ARRAY,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY,
	.size = sizeof(struct prog_array),
	.check = prog_array_check,
	.layout = prog_array_layout,
	.begin = prog_array_begin,
	.end = prog_array_end,
	.next_key = prog_array_next_key,
	.prog = prog_array_prog,
	.tails = prog_array_tails,
};
