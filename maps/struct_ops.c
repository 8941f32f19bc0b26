/*
 * Tables of functions for the kernel (kernel/bpf/bpf_struct_ops.c). A map has one value: the struct
 * that its type in the kernel's BTF describes, with ids of programs where that has pointers to
 * functions, behind a head that says how far it came. Who fills it (core/sys/struct_ops.c) knows
 * the type; here are the bytes, which become true with the state.
 *
 *	0	refcnt, state (struct bpf_struct_ops_common_value)
 *	64	the struct
 */
#include <stdatomic.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

struct struct_ops_head {
	_Alignas(64) _Atomic uint32_t state;
};

struct struct_ops {
	struct map map;
	struct struct_ops_head *head;
	uint8_t *value;
};

static struct struct_ops *struct_ops_of(struct map *map)
{
	return container_of(map, struct struct_ops, map);
}

/* bpf_struct_ops_map_alloc_check() */
static int struct_ops_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size != 4 || def->max_entries != 1)
		return fail(d, NULL, -EINVAL, "map %s: it has one element, with a key of 4 bytes",
			    def->name);
	return 0;
}

/* No struct of the kernel is that large. */
static int struct_ops_layout(struct map *map, struct region_head *head)
{
	enum { VALUE_MAX = 1 << 20 };

	head->body_size = sizeof(struct struct_ops_head) + round_up(map->value_size, 64);
	return map->value_size > VALUE_MAX ? -EINVAL : 0;
}

static int struct_ops_begin(struct map *map)
{
	struct struct_ops *s = struct_ops_of(map);

	s->head = (struct struct_ops_head *)map->region->body;
	s->value = map->region->body + sizeof(*s->head);
	return 0;
}

uint32_t struct_ops_state(struct map *map)
{
	return atomic_load_explicit(&struct_ops_of(map)->head->state, memory_order_acquire);
}

int struct_ops_set(struct map *map, const void *value, uint32_t state)
{
	struct struct_ops *s = struct_ops_of(map);

	if (!map->region->writable)
		return -EPERM;
	memcpy(s->value, value, map->value_size);
	atomic_store_explicit(&s->head->state, state, memory_order_release);
	return 0;
}

void struct_ops_value(struct map *map, void *value)
{
	memcpy(value, struct_ops_of(map)->value, map->value_size);
}

/* Zeroes before there is anything; refcnt is that of who registered it. */
static int struct_ops_copy(struct map *map, const void *key, void *value)
{
	uint32_t state = struct_ops_state(map), index;
	uint32_t head[2] = {state == STRUCT_OPS_INUSE, state};

	memcpy(&index, key, sizeof(index));
	if (index)
		return -ENOENT;
	memset(value, 0, map->value_size);
	if (state == STRUCT_OPS_INIT)
		return 0;
	struct_ops_value(map, value);
	memcpy(value, head, min(sizeof(head), (size_t)map->value_size));
	return 0;
}

static int struct_ops_next_key(struct map *map __unused, const void *key, void *next)
{
	uint32_t index = 1;

	if (key)
		memcpy(&index, key, sizeof(index));
	if (!index)
		return -ENOENT;
	memset(next, 0, sizeof(index));
	return 0;
}

/* What is registered without a link is taken back, for good. */
static int struct_ops_delete(struct map *map, const void *key __unused, uint32_t cpu __unused)
{
	uint32_t state = STRUCT_OPS_INUSE;

	if (map->flags & MAP_LINK)
		return -EOPNOTSUPP;
	if (!map->region->writable)
		return -EPERM;
	if (atomic_compare_exchange_strong(&struct_ops_of(map)->head->state, &state,
					   STRUCT_OPS_TOBEFREE))
		return 0;
	return state == STRUCT_OPS_TOBEFREE ? -EINPROGRESS : -ENOENT;
}

const struct map_ops struct_ops_map_ops = {
	.type = MAP_TYPE_STRUCT_OPS,
	.key = MAP_KEY_UNTYPED,
	.flags = MAP_LINK | MAP_VTYPE_BTF_OBJ_FD,
	.size = sizeof(struct struct_ops),
	.check = struct_ops_check,
	.layout = struct_ops_layout,
	.begin = struct_ops_begin,
	.copy = struct_ops_copy,
	.delete = struct_ops_delete,
	.next_key = struct_ops_next_key,
};
