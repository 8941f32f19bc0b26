/* One process, several threads on one map, each a cpu of its own and one outside of programs. */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "tests/unit/unit.h"

enum { THREADS = 5, ROUNDS = 20000, KEYS = 200 };

struct thread {
	pthread_t id;
	struct map *map;
	uint32_t cpu;
	int64_t keys;
	uint32_t errors;
};

static void *work(void *arg)
{
	struct thread *t = arg;
	struct rng rng = {t->cpu};
	const struct map_ops *ops = t->map->ops;

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t n = rng_below(&rng, KEYS);
		uint64_t key = ops->type == MAP_TYPE_LPM_TRIE ? n << 32 | 32 : n;
		uint64_t value[2] = {key, key};
		int err;

		switch (rng_below(&rng, 4)) {
		case 0:
			err = ops->delete(t->map, &key, t->cpu);
			t->keys -= !err;
			t->errors += err && err != -ENOENT;
			break;
		case 1:
			err = ops->update(t->map, &key, value, UPDATE_NOEXIST, t->cpu);
			t->keys += !err;
			t->errors += err && err != -EEXIST && err != -E2BIG && err != -ENOSPC;
			break;
		case 2:
			err = ops->update(t->map, &key, value, UPDATE_EXIST, t->cpu);
			t->errors += err && err != -ENOENT;
			break;
		default:
			err = map_lookup(t->map, &key, value);
			t->errors += err ? err != -ENOENT : value[0] != key || value[1] != key;
			ops->lookup(t->map, &key, t->cpu);
		}
	}
	return NULL;
}

static void test(uint32_t type, uint32_t max)
{
	struct map_def def = {.name = "threads", .type = type, .key_size = 8, .value_size = 16,
			      .max_entries = max,
			      .flags = type == MAP_TYPE_LPM_TRIE ? MAP_NO_PREALLOC : 0};
	struct thread threads[THREADS] = {0};
	struct diag d = {.prefix = "test"};
	struct map *map;
	int64_t keys = 0;

	CHECK(map_new(&def, 1, &d, &map) == 0);
	for (uint32_t i = 0; i < THREADS; i++) {
		threads[i].map = map;
		threads[i].cpu = i ? i : MAP_ALL_CPUS;
		pthread_create(&threads[i].id, NULL, work, &threads[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i].id, NULL);
		keys += threads[i].keys;
		CHECK(threads[i].errors == 0, "%u errors", threads[i].errors);
	}
	CHECK(type == MAP_TYPE_LRU_HASH || map->ops->count(map) == keys, "%u keys, not %lld",
	      map->ops->count(map), (long long)keys);
	CHECK(map_check(map, false, &d) == 0);
	map_free(map);
}

int main(void)
{
	test(MAP_TYPE_HASH, KEYS);
	test(MAP_TYPE_HASH, KEYS / 2);
	test(MAP_TYPE_LRU_HASH, KEYS / 2);
	test(MAP_TYPE_LPM_TRIE, KEYS);
	test(MAP_TYPE_LPM_TRIE, KEYS / 2);
	return unit_report();
}
