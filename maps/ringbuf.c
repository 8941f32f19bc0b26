/*
 * Ring buffers, as clients map them: the consumer's page, the producer's page, the data. A record
 * that does not end before the ring does goes on behind it, where there is as much room again:
 * Linux maps the data there a second time, but nobody looks at the beginning for the rest of a
 * record.
 *
 * A record is a header of length and flags, padded to 8 bytes. Its second word, an offset of pages
 * in Linux that consumers ignore, is the participant that reserved it: what the dead leave busy is
 * discarded.
 */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "maps/local.h"
#include "maps/region.h"

struct ring_head {
	_Atomic uint32_t len; /* and MAP_RING_BUSY, MAP_RING_DISCARD */
	_Atomic uint32_t owner;
};
_Static_assert(sizeof(struct ring_head) == MAP_RING_HEADER, "as in Linux");

struct ring_body {
	_Alignas(64) _Atomic uint32_t lock;
	_Atomic uint64_t pending; /* no record before this is busy */
};

struct ring {
	struct map map;
	_Atomic uint64_t *consumer, *producer; /* positions; they only grow */
	uint8_t *data;
	struct ring_body *body;
};

static struct ring *ring_of(const struct map *map)
{
	return container_of(map, struct ring, map);
}

static int ring_check(const struct map_def *def, struct diag *d)
{
	uint32_t size = def->max_entries;

	if (def->key_size || def->value_size)
		return fail(d, NULL, -EINVAL, "map %s: a ring buffer has no keys and values",
			    def->name);
	if (size < REGION_PAGE || size & (size - 1))
		return fail(d, NULL, -EINVAL,
			    "map %s: a ring buffer's size is a power of two of at least a page",
			    def->name);
	return 0;
}

static int ring_layout(struct map *map, struct region_head *head)
{
	head->client_size = 2 * REGION_PAGE + 2 * (uint64_t)map->max_entries;
	head->body_size = sizeof(struct ring_body);
	head->nslots = REGION_SLOTS;
	return 0;
}

static int ring_begin(struct map *map)
{
	struct ring *ring = ring_of(map);

	ring->consumer = (_Atomic uint64_t *)map->region->base;
	ring->producer = (_Atomic uint64_t *)(map->region->base + REGION_PAGE);
	ring->data = map->region->base + 2 * REGION_PAGE;
	ring->body = (struct ring_body *)map->region->body;
	return 0;
}

static struct ring_head *head_at(const struct ring *ring, uint64_t pos)
{
	return (struct ring_head *)(ring->data + (pos & (ring->map.max_entries - 1) & ~7ull));
}

static uint64_t record_size(uint32_t len)
{
	return round_up((uint64_t)(len & ~(MAP_RING_BUSY | MAP_RING_DISCARD)) + MAP_RING_HEADER, 8);
}

/* Records from the first that may be busy on; a position that cannot be ends the walk. */
static bool next_record(const struct ring *ring, uint64_t *pos, uint64_t end)
{
	uint64_t size = record_size(atomic_load(&head_at(ring, *pos)->len));

	if (end - *pos > ring->map.max_entries || size > end - *pos)
		return false;
	*pos += size;
	return *pos != end;
}

static uint64_t skip_done(struct ring *ring, uint64_t end)
{
	uint64_t pos = atomic_load(&ring->body->pending);

	while (pos != end && !(atomic_load(&head_at(ring, pos)->len) & MAP_RING_BUSY)) {
		uint64_t size = record_size(atomic_load(&head_at(ring, pos)->len));

		pos = end - pos > ring->map.max_entries || size > end - pos ? end : pos + size;
	}
	atomic_store_explicit(&ring->body->pending, pos, memory_order_release);
	return pos;
}

static void *reserve_locked(struct ring *ring, uint32_t slot, uint32_t size)
{
	uint64_t mask = ring->map.max_entries - 1, begin = atomic_load(ring->producer) & ~7ull;
	uint64_t end = begin + record_size(size);
	struct ring_head *head;

	if (end - atomic_load(ring->consumer) > mask || end - skip_done(ring, begin) > mask)
		return NULL;
	head = head_at(ring, begin);
	/* In this order for who reads, and for who finds what one that was killed left. */
	atomic_store_explicit(&head->owner, slot, memory_order_release);
	atomic_store_explicit(&head->len, size | MAP_RING_BUSY, memory_order_release);
	atomic_store_explicit(ring->producer, end, memory_order_release);
	return head + 1;
}

static void *ring_reserve(struct map *map, uint64_t size, uint32_t cpu)
{
	struct ring *ring = ring_of(map);
	void *record = NULL;
	uint32_t slot;

	if (size > UINT32_MAX / 4 || record_size((uint32_t)size) > map->max_entries)
		return NULL;
	slot = region_enter(map->region, cpu);
	if (!slot)
		return NULL;
	if (region_lock(map->region, &ring->body->lock, slot) == 0) {
		record = reserve_locked(ring, slot, (uint32_t)size);
		region_unlock(&ring->body->lock);
	}
	region_leave(map->region, cpu);
	return record;
}

static uint64_t ring_query(struct map *map, uint64_t what)
{
	struct ring *ring = ring_of(map);
	uint64_t cons = atomic_load(ring->consumer), prod = atomic_load(ring->producer);

	switch (what) {
	case MAP_RING_AVAIL:
		return prod - cons;
	case MAP_RING_SIZE:
		return map->max_entries;
	case MAP_RING_CONS_POS:
		return cons;
	case MAP_RING_PROD_POS:
		return prod;
	default:
		return 0;
	}
}

static void *ring_record_at(struct map *map, uintptr_t addr, uint32_t *size)
{
	struct ring *ring = ring_of(map);
	uint64_t pos = atomic_load(&ring->body->pending), end = atomic_load(ring->producer);

	if (addr - (uintptr_t)ring->data >= 2 * (uint64_t)map->max_entries || pos == end)
		return NULL;
	do {
		struct ring_head *head = head_at(ring, pos);
		uint32_t len = atomic_load(&head->len);

		*size = len & ~(MAP_RING_BUSY | MAP_RING_DISCARD);
		if (len & MAP_RING_BUSY && addr - (uintptr_t)(head + 1) < *size)
			return record_size(len) <= map->max_entries ? head + 1 : NULL;
	} while (next_record(ring, &pos, end));
	return NULL;
}

/* What the dead participant reserved and never submitted is nothing. */
static void ring_repair(struct map *map, uint32_t slot)
{
	struct ring *ring = ring_of(map);
	uint64_t pos = atomic_load(&ring->body->pending), end = atomic_load(ring->producer);

	if (pos != end)
		do {
			struct ring_head *head = head_at(ring, pos);
			uint32_t len = atomic_load(&head->len);

			if (len & MAP_RING_BUSY && atomic_load(&head->owner) == slot)
				atomic_store(&head->len, (len & ~MAP_RING_BUSY) | MAP_RING_DISCARD);
		} while (next_record(ring, &pos, end));
	if ((atomic_load(&ring->body->lock) & REGION_SLOT_MASK) == slot) {
		region_publish(&ring->body->lock);
		region_unlock(&ring->body->lock);
	}
}

static int ring_check_whole(struct map *map, bool fix, struct diag *d)
{
	struct ring *ring = ring_of(map);
	uint64_t pos = atomic_load(ring->consumer), end = atomic_load(ring->producer);
	bool is_whole = end - pos <= map->max_entries && !(pos & 7) && !(end & 7);

	region_repair_all(map->region);
	if (is_whole && pos != end) {
		while (next_record(ring, &pos, end))
			;
		is_whole = pos == end;
	}
	if (is_whole)
		return 0;
	if (fix) {
		atomic_store(ring->producer, 0);
		atomic_store(ring->consumer, 0);
		atomic_store(&ring->body->pending, 0);
	}
	fail(d, NULL, -EUCLEAN, "map %s: its records do not end where its producer stands",
	     map->name);
	return 1;
}

int map_ring_read(struct map *map, map_ring_fn *fn, void *arg)
{
	struct ring *ring = ring_of(map);
	uint64_t pos = atomic_load(ring->consumer) & ~7ull, end = atomic_load(ring->producer);
	int n = 0;

	if (map->ops != &ringbuf_map_ops)
		return -EINVAL;
	while (pos != end) {
		struct ring_head *head = head_at(ring, pos);
		uint32_t len = atomic_load(&head->len);

		if (end - pos > map->max_entries || record_size(len) > end - pos)
			return region_is_dead(map->region) ? -EIO : -EUCLEAN;
		if (len & MAP_RING_BUSY) {
			if (!lease_is_held(map->region->fd, LEASE_SLOT + atomic_load(&head->owner),
					   1))
				region_repair_all(map->region);
			break;
		}
		if (!(len & MAP_RING_DISCARD)) {
			fn(arg, head + 1, len);
			n++;
		}
		pos += record_size(len);
		atomic_store(ring->consumer, pos);
	}
	return n;
}

const struct map_ops ringbuf_map_ops = {
	.type = MAP_TYPE_RINGBUF,
	.flags = MAP_NUMA_NODE,
	.size = sizeof(struct ring),
	.check = ring_check,
	.layout = ring_layout,
	.begin = ring_begin,
	.repair = ring_repair,
	.check_whole = ring_check_whole,
	.reserve = ring_reserve,
	.query = ring_query,
	.record_at = ring_record_at,
};

/* Clients map and fill a user ring buffer as they do Linux's. */

/* __bpf_user_ringbuf_peek(): -ENODATA none is there, -EAGAIN one is to be passed over. */
static int peek_sample(struct ring *ring, uint64_t pos, uint32_t *len)
{
	enum { SAMPLE_MAX = (1 << 24) - 1 };
	uint64_t end = atomic_load(ring->producer), size;

	if (end % 8)
		return -EINVAL;
	if (pos >= end)
		return -ENODATA;
	*len = atomic_load(&head_at(ring, pos)->len);
	size = record_size(*len);
	if (size > end - pos)
		return -EINVAL;
	if (size > ring->map.max_entries || size > SAMPLE_MAX + MAP_RING_HEADER)
		return -E2BIG;
	if (*len & MAP_RING_DISCARD)
		return -EAGAIN;
	return *len & MAP_RING_BUSY ? -ENODATA : 0;
}

/* Unlike a record that we reserve, one whose header is the last there goes on at the beginning. */
static void *sample_at(const struct ring *ring, uint64_t pos)
{
	return head_at(ring, pos + MAP_RING_HEADER);
}

/* By the participant that the lock is with. */
static int drain_locked(struct ring *ring, int (*fn)(void *arg, void *sample, uint32_t size),
			void *arg)
{
	enum { SAMPLES_MAX = 128 * 1024 };
	int shown = 0, stop = 0;
	uint32_t len;

	for (int i = 0; i < SAMPLES_MAX && !stop; i++) {
		uint64_t pos = atomic_load(ring->consumer);
		int err = peek_sample(ring, pos, &len);

		if (err == -ENODATA)
			break;
		if (err && err != -EAGAIN)
			return err;
		if (!err) {
			stop = fn(arg, sample_at(ring, pos), len);
			shown++;
		}
		atomic_store(ring->consumer, pos + record_size(len));
	}
	return shown;
}

static int user_ring_drain(struct map *map, int (*fn)(void *arg, void *sample, uint32_t size),
			   void *arg, uint32_t cpu)
{
	struct ring *ring = ring_of(map);
	uint32_t slot = region_begin(map->region, cpu);
	int ret;

	if (!slot)
		return -EBUSY;
	ret = region_try_lock(map->region, &ring->body->lock, slot);
	if (!ret) {
		ret = drain_locked(ring, fn, arg);
		region_unlock(&ring->body->lock);
	}
	region_end(map->region, cpu);
	return ret;
}

static void user_ring_repair(struct map *map, uint32_t slot)
{
	struct ring *ring = ring_of(map);

	if ((atomic_load(&ring->body->lock) & REGION_SLOT_MASK) == slot)
		region_unlock(&ring->body->lock);
}

const struct map_ops user_ringbuf_map_ops = {
	.type = MAP_TYPE_USER_RINGBUF,
	.flags = MAP_NUMA_NODE,
	.size = sizeof(struct ring),
	.check = ring_check,
	.layout = ring_layout,
	.begin = ring_begin,
	.repair = user_ring_repair,
	.drain = user_ring_drain,
};
