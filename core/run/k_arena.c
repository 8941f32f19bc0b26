/* Pages of arenas (kernel/bpf/arena.c), by the addresses that the arena's users have. */
#include <errno.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/run.h"

enum { PAGE = 4096, NO_NODE = -1 };

static struct map *arg_arena(struct run_ctx *rc, uint64_t addr)
{
	struct map *map = arg_kfunc_map(rc, addr);

	if (!map || map->ops->pages)
		return map;
	run_fault(rc, FAULT_CALL, "map %s is no arena", map->name);
	return NULL;
}

/* The page that an address is the first byte of; -EINVAL: it is none of the arena's. */
static int64_t page_at(const struct map *arena, uint64_t addr)
{
	uint64_t off = (addr & UINT32_MAX) - (arena->extra & UINT32_MAX);

	if (addr % PAGE || off >= (uint64_t)arena->max_entries * PAGE)
		return -EINVAL;
	return (int64_t)(off / PAGE);
}

KFUNC_FN(bpf_arena_alloc_pages, map, addr, n, node, flags)
{
	struct map *arena = arg_arena(rc, map);
	int64_t at = arena && addr ? page_at(arena, addr) : -1;

	if (!arena || flags || ((int32_t)node != NO_NODE && (int32_t)node != 0) ||
	    (addr && at < 0))
		return 0;
	at = arena->ops->take_pages(arena, at, (uint32_t)n);
	return at < 0 ? 0 : arena->extra + (uint64_t)at * PAGE;
}

KFUNC_FN(bpf_arena_free_pages, map, addr, n)
{
	struct map *arena = arg_arena(rc, map);
	int64_t at = arena ? page_at(arena, addr) : -1;

	if (at >= 0)
		arena->ops->give_pages(arena, (uint32_t)at, (uint32_t)n);
	return 0;
}

KFUNC_FN(bpf_arena_reserve_pages, map, addr, n)
{
	struct map *arena = arg_arena(rc, map);
	int64_t at = arena ? page_at(arena, addr) : 0;

	if (!arena || !(uint32_t)n)
		return 0;
	if (at < 0 || (uint32_t)n > arena->max_entries - at)
		return (uint32_t)-EINVAL;
	at = arena->ops->take_pages(arena, at, (uint32_t)n);
	return at < 0 ? (uint32_t)at : 0;
}
