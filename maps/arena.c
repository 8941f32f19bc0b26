/*
 * An arena: pages that programs and whoever maps the file share, from offset 0 of it. All of them
 * are there: who touches one first finds zeroes, as a Linux client does whose access allocates.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

#define ARENA_BYTES ((uint64_t)1 << 32)

struct arena_map {
	struct map map;
};

/* arena_map_alloc() */
static int arena_check(const struct map_def *def, struct diag *d)
{
	uint64_t size = (uint64_t)def->max_entries * REGION_PAGE;

	if (def->key_size || def->value_size || !def->max_entries || !(def->flags & MAP_MMAPABLE))
		return fail(d, NULL, -EINVAL,
			    "map %s: an arena is mmapable and has max_entries, no keys, no values",
			    def->name);
	if (def->extra % REGION_PAGE)
		return fail(d, NULL, -EINVAL, "map %s: its address is not that of a page",
			    def->name);
	if (size > ARENA_BYTES)
		return fail(d, NULL, -E2BIG, "map %s: an arena has at most 2^20 pages", def->name);
	if (def->extra >> 32 != (def->extra + size - 1) >> 32)
		return fail(d, NULL, -ERANGE, "map %s: its addresses cross 4 GiB", def->name);
	return 0;
}

static int arena_layout(struct map *map, struct region_head *head)
{
	head->nslots = REGION_SLOTS;
	head->client_size = (uint64_t)map->max_entries * REGION_PAGE;
	return 0;
}

static int arena_begin(struct map *map __unused)
{
	return 0;
}

static int arena_copy(struct map *map __unused, const void *key __unused, void *value __unused)
{
	return -EINVAL;
}

static int arena_update(struct map *map __unused, const void *key __unused,
			const void *value __unused, uint64_t flags __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int arena_delete(struct map *map __unused, const void *key __unused, uint32_t cpu __unused)
{
	return -EOPNOTSUPP;
}

static int arena_next_key(struct map *map __unused, const void *key __unused, void *next __unused)
{
	return -EOPNOTSUPP;
}

const struct map_ops arena_map_ops = {
	.type = MAP_TYPE_ARENA,
	.flags = MAP_MMAPABLE | MAP_SEGV_ON_FAULT | MAP_NO_USER_CONV,
	.extra = UINT64_MAX,
	.size = sizeof(struct arena_map),
	.check = arena_check,
	.layout = arena_layout,
	.begin = arena_begin,
	.copy = arena_copy,
	.update = arena_update,
	.delete = arena_delete,
	.next_key = arena_next_key,
};
