/* Dynptrs of programs that were not proved, and user ring buffers that somebody garbled. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/obj/prog_type.h"
#include "core/run/dynptr.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "maps/maps.h"
#include "maps/region.h"

/* Not before the map types: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

enum { SIZE = 4096 };

static struct diag d;
static _Alignas(16) uint8_t stack[STACK_SIZE];
static struct prog prog = {.type = PROG_TYPE_XDP, .name = "t"};
static struct mem mem;
static struct run_ctx rc = {.prog = &prog, .stack = stack, .depth = 1, .mem = &mem};

#define P(p) ((uintptr_t)(p))
#define CALL(name, a, b, c, e, f) ((int64_t)run_helpers[HELPER_##name](P(a), b, P(c), e, P(f), &rc))

static bool faults(void)
{
	bool did = rc.fault.kind != FAULT_NONE;

	rc.fault.kind = FAULT_NONE;
	return did;
}

/* What bytes on the stack say is a dynptr reaches no further than the program does. */
static void test_forged(void)
{
	struct dynptr *p = (struct dynptr *)stack;
	uint8_t *data = stack + 64, *out = stack + 128;
	static uint64_t secret = 42;

	CHECK(CALL(dynptr_from_mem, data, 16, 0, P(p), 0) == 0 && !faults());
	CHECK(CALL(dynptr_read, out, 4, p, 0, 0) == 0 && !faults());
	*p = dynptr_to(&secret, DYNPTR_LOCAL, 8);
	CALL(dynptr_read, out, 4, p, 0, 0);
	CHECK(faults() && memcmp(out, "\0\0\0", 4) == 0);
	CALL(dynptr_write, p, 0, data, 4, 0);
	CHECK(faults() && secret == 42);
	*p = dynptr_to(&secret, DYNPTR_RINGBUF, 8);
	CALL(ringbuf_submit_dynptr, p, 0, 0, 0, 0);
	CHECK(faults() && secret == 42);
	p->size = 0;
	CALL(dynptr_data, p, 0, 4, 0, 0);
	CHECK(faults());
	CALL(dynptr_data, &secret, 0, 4, 0, 0);
	CHECK(faults());
}

struct ring {
	struct map *map;
	uint64_t *consumer, *producer;
	uint8_t *data;
	uint32_t shown, last;
};

static void make(struct ring *r, int fd)
{
	struct map_def def = {.name = "u", .type = MAP_TYPE_USER_RINGBUF, .max_entries = SIZE};

	*r = (struct ring){0};
	CHECK(map_create(&def, 2, fd, 1, &d, &r->map) == 0);
	r->consumer = (uint64_t *)r->map->region->base;
	r->producer = (uint64_t *)(r->map->region->base + REGION_PAGE);
	r->data = r->map->region->base + 2 * REGION_PAGE;
}

static int see(void *arg, void *sample, uint32_t size)
{
	struct ring *r = arg;

	r->shown++;
	r->last = 0;
	memcpy(&r->last, sample, min(size, 4u));
	return 0;
}

static int drain(struct ring *r)
{
	return r->map->ops->drain(r->map, see, r, 0);
}

static void put(struct ring *r, uint32_t head, uint32_t value)
{
	uint64_t pos = *r->producer;

	memcpy(r->data + pos % SIZE, &head, sizeof(head));
	memcpy(r->data + (pos + 8) % SIZE, &value, sizeof(value));
	*r->producer = pos + 16;
}

static void test_garbled(void)
{
	struct ring r;

	make(&r, -1);
	CHECK(drain(&r) == 0);
	for (uint32_t i = 0; i < 1000; i++) { /* round and round */
		put(&r, 8, i);
		CHECK(drain(&r) == 1 && r.last == i && *r.consumer == *r.producer);
	}
	*r.consumer = *r.producer = SIZE - 8; /* its header is the last of the ring */
	put(&r, 8, 77);
	CHECK(drain(&r) == 1 && r.last == 77);
	put(&r, MAP_RING_DISCARD | 8, 1);
	put(&r, 8, 2);
	CHECK(drain(&r) == 1 && r.last == 2);
	put(&r, 100, 3);
	CHECK(drain(&r) == -EINVAL, "longer than what was produced");
	*r.producer += 4;
	CHECK(drain(&r) == -EINVAL);
	*r.producer = *r.consumer + ((uint64_t)1 << 40);
	memset(r.data, 0x3f, 2 * SIZE);
	CHECK(drain(&r) == -E2BIG, "longer than the ring");
	*r.producer = *r.consumer - 8;
	CHECK(drain(&r) == 0);
	map_free(r.map);
}

static int drain_again(void *arg, void *sample __unused, uint32_t size __unused)
{
	struct ring *r = arg;

	CHECK(drain(r) == -EBUSY);
	CHECK(r->map->ops->drain(r->map, see, r, 1) == -EBUSY, "on another cpu");
	return 1;
}

static int end_here(void *arg __unused, void *sample __unused, uint32_t size __unused)
{
	return raise(SIGKILL);
}

/* One at a time; who died at it is nobody. */
static void test_busy(void)
{
	int fd = memfd_create("uring", MFD_CLOEXEC);
	struct ring r;
	pid_t pid;

	make(&r, fd);
	put(&r, 8, 1);
	put(&r, 8, 2);
	CHECK(r.map->ops->drain(r.map, drain_again, &r, 0) == 1);
	pid = fork();
	if (pid == 0) {
		r.map->ops->drain(r.map, end_here, NULL, 0);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	CHECK(drain(&r) == 1 && r.last == 2, "the sample that it died of is shown again");
	map_free(r.map);
	close(fd);
}

int main(void)
{
	test_forged();
	test_garbled();
	test_busy();
	return unit_report();
}
