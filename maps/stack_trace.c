/*
 * Stack traces by their number, a hash of the addresses: a table (maps/htab.h) from the number to
 * the trace, which ends where its value has only zeroes. Programs put traces in (map_stack_put()),
 * whoever reads the map takes them out, as kernel/bpf/stackmap.c has it.
 */
#include <errno.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/obj/prog_type.h"
#include "maps/hash.h"

enum {
	DEPTH_MAX = 127,	/* sysctl_perf_event_max_stack */
	BUILD_ID_ENTRY = 32,	/* struct bpf_stack_build_id */
	NUMBERS_MAX = 1u << 31, /* more numbers than can be */
};

/* stack_map_alloc() */
static int stack_trace_check(const struct map_def *def, struct diag *d)
{
	uint32_t entry = def->flags & MAP_STACK_BUILD_ID ? BUILD_ID_ENTRY : sizeof(uint64_t);

	if (!def->max_entries || def->key_size != 4)
		return fail(d, NULL, -EINVAL, "map %s: it needs max_entries and keys of 4 bytes",
			    def->name);
	if (def->value_size < sizeof(uint64_t) || def->value_size % entry ||
	    def->value_size / entry > DEPTH_MAX)
		return fail(d, NULL, -EINVAL, "map %s: a trace has up to %d addresses of %u bytes",
			    def->name, DEPTH_MAX, entry);
	if (def->max_entries > NUMBERS_MAX)
		return fail(d, NULL, -E2BIG, "map %s: %u traces are too many", def->name,
			    def->max_entries);
	return 0;
}

/* Numbers there are: a power of two. */
static uint32_t numbers(const struct map *map)
{
	uint32_t n = map->max_entries;

	return n > 1 ? 1u << (32 - __builtin_clz(n - 1)) : 1;
}

static int stack_trace_layout(struct map *map, struct region_head *head)
{
	struct map table = *map;

	table.max_entries = numbers(map);
	return htab_layout(&container_of(map, struct hash, map)->table, &table, map->value_size,
			   head);
}

static int stack_trace_copy(struct map *map, const void *key, void *value)
{
	return hash_copy(map, key, value);
}

static int stack_trace_update(struct map *map __unused, const void *key __unused,
			      const void *value __unused, uint64_t flags __unused,
			      uint32_t cpu __unused)
{
	return -EINVAL;
}

static int stack_trace_delete(struct map *map, const void *key, uint32_t cpu)
{
	uint32_t number;

	memcpy(&number, key, sizeof(number));
	if (number >= numbers(map))
		return -E2BIG;
	return cpu == MAP_ALL_CPUS ? hash_delete(map, key, cpu) : -EINVAL;
}

static int stack_trace_next_key(struct map *map, const void *key, void *next)
{
	uint32_t number = 0, n = numbers(map);

	if (key) {
		memcpy(&number, key, sizeof(number));
		number = number < n ? number + 1 : 0;
	}
	for (; number < n; number++) {
		if (!hash_lookup(map, &number, MAP_ALL_CPUS))
			continue;
		memcpy(next, &number, sizeof(number));
		return 0;
	}
	return -ENOENT;
}

int map_stack_put(struct map *map, const uint64_t *trace, uint32_t depth, uint64_t flags,
		  uint32_t cpu)
{
	uint64_t value[DEPTH_MAX] = {0};
	uint32_t size = min(depth * (uint32_t)sizeof(*trace), map->value_size);
	uint32_t number = (uint32_t)hash_mem(trace, size) & (numbers(map) - 1);
	const void *old;
	int err;

	if (map->ops != &stack_trace_map_ops || map->flags & MAP_STACK_BUILD_ID)
		return -EOPNOTSUPP;
	memcpy(value, trace, size);
	old = hash_lookup(map, &number, cpu);
	if (old && (flags & MAP_STACK_FAST_CMP || memcmp(old, value, map->value_size) == 0))
		return (int)number;
	if (old && !(flags & MAP_STACK_REUSE))
		return -EEXIST;
	err = hash_update(map, &number, value, UPDATE_ANY, cpu);
	return err ? err : (int)number;
}

const struct map_ops stack_trace_map_ops = {
	.type = MAP_TYPE_STACK_TRACE,
	.key = MAP_KEY_UNTYPED,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_STACK_BUILD_ID,
	.size = sizeof(struct hash),
	.check = stack_trace_check,
	.layout = stack_trace_layout,
	.begin = hash_begin,
	.repair = hash_repair,
	.check_whole = hash_check_whole,
	.count = hash_count,
	.copy = stack_trace_copy,
	.update = stack_trace_update,
	.delete = stack_trace_delete,
	.next_key = stack_trace_next_key,
	.put_trace = map_stack_put,
};
