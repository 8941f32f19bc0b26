/*
 * Queues, stacks and bloom filters: errors as bpf(2) has them, order, what is kept and what is not.
 */
#include "maps/maps.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/obj/prog_type.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

#include <sys/mman.h>

static bool in_files; /* or in memory of this process, where there is nobody else */

static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static struct diag quiet = {.sink = drop};

static int try(struct map_def def, struct map **out)
{
	int fd = in_files ? memfd_create("m", MFD_CLOEXEC) : -1, err;

	def.name = "m";
	err = map_create(&def, 1, fd, 1, &quiet, out);
	if (in_files)
		close(fd);
	return err;
}

static struct map *make(uint32_t type, uint32_t value, uint32_t max, uint64_t extra)
{
	struct map *map = NULL;
	int err = try((struct map_def){.type = type, .value_size = value, .max_entries = max,
				       .extra = extra}, &map);

	CHECK(!err, "%d", err);
	return map;
}

static void refuse(struct map_def def, int want)
{
	struct map *map = NULL;
	int err = try(def, &map);

	CHECK(err == want, "%d, not %d", err, want);
	map_free(err ? NULL : map);
}

static void test_create(void)
{
	for (uint32_t type = MAP_TYPE_QUEUE; type <= MAP_TYPE_STACK; type++) {
		refuse((struct map_def){.type = type, .key_size = 4, .value_size = 4,
					.max_entries = 1}, -EINVAL);
		refuse((struct map_def){.type = type, .max_entries = 1}, -EINVAL);
		refuse((struct map_def){.type = type, .value_size = 4}, -EINVAL);
		refuse((struct map_def){.type = type, .value_size = 4, .max_entries = 1,
					.flags = MAP_NO_PREALLOC}, -EINVAL);
		refuse((struct map_def){.type = type, .value_size = (4 << 20) + 1,
					.max_entries = 1}, -E2BIG);
		refuse((struct map_def){.type = type, .value_size = 4, .max_entries = 1,
					.extra = 1}, -EINVAL);
	}
	refuse((struct map_def){.type = MAP_TYPE_BLOOM_FILTER, .value_size = 4, .max_entries = 1,
				.extra = 16}, -EINVAL);
	refuse((struct map_def){.type = MAP_TYPE_BLOOM_FILTER, .key_size = 4, .value_size = 4,
				.max_entries = 1}, -EINVAL);
}

static void push(struct map *m, uint32_t value, uint64_t flags, int want)
{
	int err = map_update(m, NULL, &value, flags);

	CHECK(err == want, "push %u: %d, not %d", value, err, want);
}

static void expect(struct map *m, bool pop, uint32_t want, int want_err)
{
	uint32_t value = 77;
	int err = pop ? map_take(m, NULL, &value, 0) : map_lookup(m, NULL, &value);

	CHECK(err == want_err && value == want, "%d %u", err, value);
}

static void test_order(uint32_t type, uint32_t first, uint32_t last)
{
	struct map *m = make(type, 4, 3, 0);
	uint32_t key;

	expect(m, false, 0, -ENOENT);
	for (uint32_t i = 1; i <= 3; i++)
		push(m, i, UPDATE_ANY, 0);
	push(m, 4, UPDATE_ANY, -E2BIG);
	push(m, 4, UPDATE_NOEXIST, -EINVAL);
	push(m, 4, 3, -EINVAL);
	CHECK(m->ops->count(m) == 3);
	expect(m, false, first, 0);
	expect(m, true, first, 0);
	expect(m, true, 2, 0);
	expect(m, true, last, 0);
	expect(m, true, 0, -ENOENT);
	CHECK(map_delete(m, &key) == -EINVAL && map_next_key(m, NULL, &key) == -EINVAL);
	map_free(m);
}

/*
 * A full ring that is pushed to with UPDATE_EXIST forgets the oldest, however often it went round.
 */
static void test_replace(void)
{
	struct map *q = make(MAP_TYPE_QUEUE, 4, 3, 0), *s = make(MAP_TYPE_STACK, 4, 3, 0);

	for (uint32_t i = 1; i <= 10; i++) {
		push(q, i, UPDATE_EXIST, 0);
		push(s, i, UPDATE_EXIST, 0);
	}
	for (uint32_t i = 0; i < 3; i++) {
		expect(q, true, 8 + i, 0);
		expect(s, true, 10 - i, 0);
	}
	expect(q, true, 0, -ENOENT);
	map_free(q);
	map_free(s);
}

/* Whatever somebody writes over head and tail, values stay inside the region. */
static void test_garbled(void)
{
	struct map *m = make(MAP_TYPE_QUEUE, 4, 3, 0);
	uint32_t value;

	memset(m->region->body + 4, 0xff, 8);
	for (int i = 0; i < 10; i++) {
		map_update(m, NULL, &i, UPDATE_EXIST);
		CHECK(m->ops->count(m) <= 3);
	}
	CHECK(map_take(m, NULL, &value, 0) == 0 && value == 7, "%u", value);
	map_free(m);
}

static void test_bloom(void)
{
	struct map *m = make(MAP_TYPE_BLOOM_FILTER, 8, 1000, 3);
	uint64_t value, wrong = 0;

	for (value = 0; value < 1000; value++)
		CHECK(map_update(m, NULL, &value, UPDATE_ANY) == 0);
	for (value = 0; value < 1000; value++)
		CHECK(map_lookup(m, NULL, &value) == 0);
	for (value = 1000; value < 101000; value++)
		wrong += map_lookup(m, NULL, &value) == 0;
	/* 3 functions and 8192 bits for 1000 values: (1 - e^(-3000/8192))^3 is 2.9 % */
	CHECK(wrong < 4000 && wrong > 2000, "%llu", (unsigned long long)wrong);
	CHECK(map_update(m, NULL, &value, UPDATE_EXIST) == -EINVAL);
	CHECK(map_take(m, NULL, &value, 0) == -EOPNOTSUPP && map_delete(m, &value) == -EOPNOTSUPP);
	CHECK(map_next_key(m, NULL, &value) == -EOPNOTSUPP);
	map_free(m);
}

int main(void)
{
	for (int i = 0; i < 2; i++) {
		in_files = i;
		test_create();
		test_order(MAP_TYPE_QUEUE, 1, 3);
		test_order(MAP_TYPE_STACK, 3, 1);
		test_replace();
		test_garbled();
		test_bloom();
	}
	return unit_report();
}
