/* Maps, and what calls back into the program. */
#include <errno.h>
#include <string.h>

#include "core/obj/map.h"
#include "core/run/mem.h"
#include "core/run/owned.h"
#include "core/run/run.h"
#include "core/run/sock.h"

/* The map of a call whose key, or value, may be read: NULL with the fault recorded when not. */
static struct map *map_and_key(struct run_ctx *rc, uint64_t map_arg, uint64_t key)
{
	struct map *map = arg_map(rc, map_arg);

	return map && arg_mem(rc, key, map->key_size) ? map : NULL;
}

static struct map *map_and_value(struct run_ctx *rc, uint64_t map_arg, uint64_t value)
{
	struct map *map = arg_map(rc, map_arg);

	return map && arg_mem(rc, value, map->value_size) ? map : NULL;
}

static uint64_t lookup(struct run_ctx *rc, uint64_t map_arg, uint64_t key, uint32_t cpu)
{
	struct map *map = map_and_key(rc, map_arg, key);
	uint8_t *value;

	if (!map)
		return 0;
	if (!map->ops->lookup)
		return sock_in(rc, map, (const void *)(uintptr_t)key);
	value = map->ops->lookup(map, (const void *)(uintptr_t)key, cpu);
	if (rc->mem && value && !map->ops->inner) {
		rc->mem->last_map = map;
		rc->mem->last_value = value;
	}
	return (uintptr_t)value;
}

HELPER_FN(map_lookup_elem, map, key)
{
	return lookup(rc, map, key, rc->cpu);
}

HELPER_FN(map_lookup_percpu_elem, map, key, cpu)
{
	return lookup(rc, map, key, (uint32_t)cpu);
}

/* The value of a key, where its special fields may own something. */
static uint8_t *value_with_fields(struct run_ctx *rc, struct map *map, const void *key)
{
	return unlikely(map->record) && map->ops->lookup ? map->ops->lookup(map, key, rc->cpu)
							 : NULL;
}

HELPER_FN(map_update_elem, map_arg, key, value, flags)
{
	struct map *map = map_and_key(rc, map_arg, key);
	uint8_t *owner;
	int err;

	if (!map || !arg_mem(rc, value, map->value_size))
		return 0;
	if (!map->ops->update)
		return -EOPNOTSUPP;
	err = map->ops->update(map, (const void *)(uintptr_t)key, (const void *)(uintptr_t)value,
			       flags, rc->cpu);
	owner = err || flags & UPDATE_LOCK
			? NULL
			: value_with_fields(rc, map, (const void *)(uintptr_t)key);
	if (owner)
		owned_drop(rc->rt, map->record, owner);
	return err;
}

HELPER_FN(map_delete_elem, map_arg, key)
{
	struct map *map = map_and_key(rc, map_arg, key);
	uint8_t *owner;
	int err;

	if (!map)
		return 0;
	if (!map->ops->delete)
		return -EOPNOTSUPP;
	owner = value_with_fields(rc, map, (const void *)(uintptr_t)key);
	err = map->ops->delete(map, (const void *)(uintptr_t)key, rc->cpu);
	if (!err && owner)
		owned_drop(rc->rt, map->record, owner);
	return err;
}

HELPER_FN(map_push_elem, map_arg, value, flags)
{
	struct map *map = map_and_value(rc, map_arg, value);

	if (!map)
		return 0;
	return map->ops->push ? map->ops->push(map, (const void *)(uintptr_t)value, flags, rc->cpu)
			      : -EOPNOTSUPP;
}

HELPER_FN(map_pop_elem, map_arg, value)
{
	struct map *map = map_and_value(rc, map_arg, value);

	if (!map)
		return 0;
	return map->ops->pop ? map->ops->pop(map, (void *)(uintptr_t)value, rc->cpu) : -EOPNOTSUPP;
}

HELPER_FN(map_peek_elem, map_arg, value)
{
	struct map *map = map_and_value(rc, map_arg, value);

	if (!map)
		return 0;
	return map->ops->peek ? map->ops->peek(map, (void *)(uintptr_t)value, rc->cpu)
			      : -EOPNOTSUPP;
}

static uint64_t callback(struct run_ctx *rc, const struct subprog *sub, uint64_t a, uint64_t b,
			 uint64_t c, uint64_t d)
{
	uint64_t arg[5] = {a, b, c, d};

	return run_call(rc, rc->prog, sub, arg);
}

/* Every element once; a callback that returns other than 0 stops it. Answers how many were seen. */
HELPER_FN(for_each_map_elem, map_arg, func, ctx, flags)
{
	struct map *map = arg_map(rc, map_arg);
	const struct subprog *sub = map ? arg_func(rc, func) : NULL;
	uint8_t key[MAP_KEY_MAX], next[MAP_KEY_MAX];
	uint64_t seen = 0, left;
	int err;

	if (!sub)
		return 0;
	if (flags || !map->ops->next_key || !map->ops->lookup || map->ops->inner ||
	    map->key_size > sizeof(key))
		return -EINVAL;
	/* A walk that others disturb may begin again, one of a garbled map would for ever. */
	left = 2 * (uint64_t)map->max_entries;
	for (err = map->ops->next_key(map, NULL, key); !err && left--;
	     memcpy(key, next, map->key_size)) {
		uint8_t *value = map->ops->lookup(map, key, rc->cpu);

		/* The successor first: the callback may delete the element it is given. */
		err = map->ops->next_key(map, key, next);
		if (!value)
			continue;
		if (rc->mem)
			rc->mem->key = (struct bytes){key, map->key_size};
		seen++;
		if (callback(rc, sub, map_arg, (uintptr_t)key, (uintptr_t)value, ctx))
			break;
		if (rc->fault.kind)
			break;
	}
	if (rc->mem)
		rc->mem->key = (struct bytes){0};
	return seen;
}

HELPER_FN(loop, count, func, ctx, flags)
{
	const struct subprog *sub = arg_func(rc, func);
	uint32_t n = (uint32_t)count, i;

	if (!sub)
		return 0;
	if (flags)
		return -EINVAL;
	if (n > MAX_LOOPS)
		return -E2BIG;
	for (i = 0; i < n; i++) {
		uint64_t ret = callback(rc, sub, i, ctx, 0, 0);

		if (rc->fault.kind)
			return 0;
		if (ret)
			return i + 1;
	}
	return i;
}

/* Sets rc->tail; the engine goes there. On failure the program goes on after the call. */
HELPER_FN(tail_call, ctx, map_arg, slot)
{
	struct map *map = arg_ctx(rc, ctx) ? arg_map(rc, map_arg) : NULL;

	if (!map)
		return 0;
	if (!map->ops->prog) {
		run_fault(rc, FAULT_CALL, "map %s holds no programs to tail call", map->name);
		return 0;
	}
	if (rc->tail_calls >= MAX_TAIL_CALLS)
		return -ELOOP;
	rc->tail = map->ops->prog(map, (uint32_t)slot);
	rc->tail_calls += rc->tail != NULL;
	return -ENOENT;
}
