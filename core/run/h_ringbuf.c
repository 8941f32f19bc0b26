/*
 * Ring buffers: whole records in one call, or memory to be filled and then submitted or discarded.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/run.h"

struct map *arg_ring(struct run_ctx *rc, uint64_t addr)
{
	struct map *map = arg_map(rc, addr);

	if (map && !map->ops->reserve) {
		run_fault(rc, FAULT_CALL, "map %s is no ring buffer", map->name);
		return NULL;
	}
	return map;
}

HELPER_FN(ringbuf_output, map_arg, data, size, flags)
{
	struct map *map = arg_ring(rc, map_arg);
	void *record;

	if (!map || !arg_mem(rc, data, size))
		return 0;
	if (flags & ~(uint64_t)(RING_NO_WAKEUP | RING_FORCE_WAKEUP))
		return -EINVAL;
	record = map->ops->reserve(map, size, rc->cpu);
	if (!record)
		return -EAGAIN;
	memcpy(record, (const void *)(uintptr_t)data, size);
	map_ring_commit(record, false);
	return 0;
}

HELPER_FN(ringbuf_reserve, map_arg, size, flags)
{
	struct map *map = arg_ring(rc, map_arg);

	return map && !flags ? (uintptr_t)map->ops->reserve(map, size, rc->cpu) : 0;
}

bool arg_record(struct run_ctx *rc, uint64_t record)
{
	uint32_t size;

	for (uint32_t i = 0; rc->mem && i < rc->prog->nmaps; i++) {
		struct map *map = rc->prog->maps[i];

		if (map->ops->record_at &&
		    map->ops->record_at(map, record, &size) == (void *)(uintptr_t)record)
			return true;
	}
	if (rc->mem)
		run_fault(rc, FAULT_MEMORY, "0x%llx is no record that was reserved",
			  (unsigned long long)record);
	return !rc->mem;
}

HELPER_FN(ringbuf_submit, record, flags)
{
	if (arg_record(rc, record))
		map_ring_commit((void *)(uintptr_t)record, false);
	return 0;
}

HELPER_FN(ringbuf_discard, record, flags)
{
	if (arg_record(rc, record))
		map_ring_commit((void *)(uintptr_t)record, true);
	return 0;
}

HELPER_FN(ringbuf_query, map_arg, what)
{
	struct map *map = arg_ring(rc, map_arg);

	return map ? map->ops->query(map, what) : 0;
}
