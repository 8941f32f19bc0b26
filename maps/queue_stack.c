/*
 * Queues and stacks: a ring of max_entries + 1 values between tail (the oldest) and head (the next
 * free place), empty when they are equal, as kernel/bpf/queue_stack_maps.c has it. One lock word
 * orders writers; what an operation changes becomes true with one store of head or tail, so that a
 * writer who dies leaves the ring as it was before or after. Readers that may not write use the
 * word's version.
 */
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

#define VALUE_MAX ((uint32_t)4 << 20) /* KMALLOC_MAX_SIZE */

struct ring {
	_Alignas(64) _Atomic uint32_t lock;
	_Atomic uint32_t head, tail;
};

struct queue_stack {
	struct map map;
	struct ring *ring;
	uint8_t *values;
	uint32_t stride, size; /* size: places, one more than values */
	bool is_private;       /* the process's alone */
};

static struct queue_stack *queue_of(struct map *map)
{
	return container_of(map, struct queue_stack, map);
}

static int queue_check(const struct map_def *def, struct diag *d)
{
	if (def->key_size || !def->value_size || !def->max_entries)
		return fail(d, NULL, -EINVAL, "map %s: a queue or stack has %s", def->name,
			    def->key_size	? "no key"
			    : !def->value_size	? "a value"
						: "max_entries");
	if (def->value_size > VALUE_MAX)
		return fail(d, NULL, -E2BIG, "map %s: values of %u bytes are too large", def->name,
			    def->value_size);
	return 0;
}

static int queue_layout(struct map *map, struct region_head *head)
{
	struct queue_stack *q = queue_of(map);

	q->stride = map_value_stride(map);
	q->size = map->max_entries + 1;
	if (!q->size)
		return -E2BIG;
	head->nslots = REGION_SLOTS;
	head->body_size = sizeof(struct ring) + (uint64_t)q->size * q->stride;
	return head->body_size > MAP_BYTES_MAX ? -ENOMEM : 0;
}

static int queue_begin(struct map *map)
{
	struct queue_stack *q = queue_of(map);

	q->ring = (struct ring *)map->region->body;
	q->values = map->region->body + sizeof(struct ring);
	q->is_private = region_is_private(map->region);
	return 0;
}

/* Whether there is nobody to be kept out. */
static bool is_single(const struct queue_stack *q)
{
	return q->is_private && region_is_single();
}

/* A place as the region has it, whatever somebody wrote there. */
static uint32_t place(const struct queue_stack *q, const _Atomic uint32_t *at)
{
	uint32_t i = atomic_load_explicit(at, memory_order_relaxed);

	return likely(i < q->size) ? i : 0;
}

static uint32_t next_place(const struct queue_stack *q, uint32_t i)
{
	return i + 1 == q->size ? 0 : i + 1;
}

static uint8_t *value_in(const struct queue_stack *q, uint32_t i)
{
	return q->values + (size_t)i * q->stride;
}

static uint32_t queue_count(struct map *map)
{
	const struct queue_stack *q = queue_of(map);
	uint32_t head = place(q, &q->ring->head), tail = place(q, &q->ring->tail);

	return head >= tail ? head - tail : q->size - tail + head;
}

static bool is_stack(const struct map *map)
{
	return map->ops->type == MAP_TYPE_STACK;
}

/* The place of the value that leaves next, of a stack the newest; false: there is none. */
INLINE bool find_next(const struct queue_stack *q, bool newest, uint32_t *i)
{
	uint32_t head = place(q, &q->ring->head), tail = place(q, &q->ring->tail);

	if (!newest)
		*i = tail;
	else
		*i = head ? head - 1 : q->size - 1;
	return head != tail;
}

INLINE int copy_next(const struct queue_stack *q, bool newest, void *value, uint32_t *i)
{
	if (unlikely(!find_next(q, newest, i))) {
		memset(value, 0, q->map.value_size);
		return -ENOENT;
	}
	copy_few(value, value_in(q, *i), q->map.value_size);
	return 0;
}

/* Reads until nobody wrote meanwhile; -EBUSY when somebody always did, or died at it. */
static int peek_unlocked(const struct queue_stack *q, void *value)
{
	enum { TRIES = 1 << 16 };
	uint32_t i, before;
	int err;

	for (int n = 0; n < TRIES; n++) {
		before = atomic_load_explicit(&q->ring->lock, memory_order_acquire);
		if (before & REGION_SLOT_MASK)
			continue;
		err = copy_next(q, is_stack(&q->map), value, &i);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&q->ring->lock, memory_order_relaxed) == before)
			return err;
	}
	return -EBUSY;
}

INLINE int take_next(struct queue_stack *q, bool newest, void *value)
{
	uint32_t i;
	int err = copy_next(q, newest, value, &i);

	if (err)
		return err;
	if (newest)
		atomic_store_explicit(&q->ring->head, i, memory_order_release);
	else
		atomic_store_explicit(&q->ring->tail, next_place(q, i), memory_order_release);
	return 0;
}

INLINE int put_next(struct queue_stack *q, const void *value, bool may_drop)
{
	uint32_t head = place(q, &q->ring->head), tail = place(q, &q->ring->tail);
	uint32_t next = next_place(q, head);

	if (next == tail && !may_drop)
		return -E2BIG;
	if (next == tail)
		atomic_store_explicit(&q->ring->tail, next_place(q, tail), memory_order_release);
	copy_few(value_in(q, head), value, q->map.value_size);
	atomic_store_explicit(&q->ring->head, next, memory_order_release);
	return 0;
}

/* Begins an operation: participant and lock. */
static int enter(struct queue_stack *q, uint32_t cpu)
{
	uint32_t slot = region_enter(q->map.region, cpu);
	int err;

	if (!slot)
		return -EBUSY;
	err = region_lock(q->map.region, &q->ring->lock, slot);
	if (err)
		region_leave(q->map.region, cpu);
	else
		region_publish(&q->ring->lock);
	return err;
}

static void leave(struct queue_stack *q, uint32_t cpu)
{
	region_unlock(&q->ring->lock);
	region_leave(q->map.region, cpu);
}

static int queue_peek(struct map *map, void *value, uint32_t cpu)
{
	struct queue_stack *q = queue_of(map);
	int err = peek_unlocked(q, value);
	uint32_t i;

	if (err != -EBUSY || !map->region->writable)
		return err;
	err = enter(q, cpu);
	if (err)
		return err;
	err = copy_next(q, is_stack(&q->map), value, &i);
	leave(q, cpu);
	return err;
}

NOINLINE int pop_beside(struct queue_stack *q, void *value, uint32_t cpu)
{
	int err = enter(q, cpu);

	if (err)
		return err;
	err = take_next(q, is_stack(&q->map), value);
	leave(q, cpu);
	return err;
}

static int queue_pop(struct map *map, void *value, uint32_t cpu)
{
	struct queue_stack *q = queue_of(map);

	return likely(is_single(q)) ? take_next(q, false, value) : pop_beside(q, value, cpu);
}

static int stack_pop(struct map *map, void *value, uint32_t cpu)
{
	struct queue_stack *q = queue_of(map);

	return likely(is_single(q)) ? take_next(q, true, value) : pop_beside(q, value, cpu);
}

NOINLINE int push_beside(struct queue_stack *q, const void *value, bool may_drop, uint32_t cpu)
{
	int err = enter(q, cpu);

	if (err)
		return err;
	err = put_next(q, value, may_drop);
	leave(q, cpu);
	return err;
}

/* UPDATE_EXIST: the oldest value makes room when there is none. */
static int queue_push(struct map *map, const void *value, uint64_t flags, uint32_t cpu)
{
	struct queue_stack *q = queue_of(map);

	if (unlikely(flags != UPDATE_ANY) && flags != UPDATE_EXIST)
		return -EINVAL;
	if (unlikely(!is_single(q)))
		return push_beside(q, value, flags == UPDATE_EXIST, cpu);
	return put_next(q, value, flags == UPDATE_EXIST);
}

static int queue_delete(struct map *map __unused, const void *key __unused, uint32_t cpu __unused)
{
	return -EINVAL;
}

static int queue_next_key(struct map *map __unused, const void *key __unused, void *next __unused)
{
	return -EINVAL;
}

const struct map_ops queue_map_ops = {
	.type = MAP_TYPE_QUEUE,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct queue_stack),
	.check = queue_check,
	.layout = queue_layout,
	.begin = queue_begin,
	.count = queue_count,
	.push = queue_push,
	.pop = queue_pop,
	.peek = queue_peek,
	.delete = queue_delete,
	.next_key = queue_next_key,
};

const struct map_ops stack_map_ops = {
	.type = MAP_TYPE_STACK,
	.flags = MAP_NUMA_NODE | MAP_RDONLY | MAP_WRONLY | MAP_RDONLY_PROG | MAP_WRONLY_PROG,
	.size = sizeof(struct queue_stack),
	.check = queue_check,
	.layout = queue_layout,
	.begin = queue_begin,
	.count = queue_count,
	.push = queue_push,
	.pop = stack_pop,
	.peek = queue_peek,
	.delete = queue_delete,
	.next_key = queue_next_key,
};
