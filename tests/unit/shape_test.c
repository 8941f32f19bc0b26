/*
 * The functions that compiled code calls with keys in registers, against what they should do: of
 * the only thread, then with others at the same map, whose values nobody may see half, and of a
 * map in a file.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

#include <sys/mman.h>

enum { KEYS = 600, ROUNDS = 20000, THREADS = 3, VALUE_MAX = 320 };

struct model {
	struct map *map;
	struct map_shape shape;
	uint32_t key_size, value_size;
	bool is_there[KEYS];
	uint8_t value[KEYS][VALUE_MAX];
	struct rng rng;
	uint32_t cpu, nkeys, errors;
	pthread_barrier_t *all;
};

static void key_of(const struct model *m, uint32_t i, uint64_t key[2])
{
	key[0] = m->key_size == 4 ? i * 0x9e3779b1u : i * 0x9e3779b97f4a7c15;
	key[1] = m->key_size == 16 ? i : 0;
}

/* All bytes are one, so that half of a value is seen. */
static void value_of(struct model *m, uint8_t value[VALUE_MAX])
{
	memset(value, (int)rng_below(&m->rng, 256), VALUE_MAX);
}

static bool is_whole(const uint8_t *value, uint32_t size)
{
	return memcmp(value, value + 1, size - 1) == 0;
}

static int set(struct model *m, const uint64_t key[2], const uint8_t *value)
{
	uint64_t word = 0;

	memcpy(&word, value, min(m->value_size, 8u));
	switch (rng_below(&m->rng, 3)) {
	case 0:
		return m->shape.update(m->map, key[0], key[1], value, m->cpu);
	case 1:
		return m->shape.overwrite(m->map, key[0], key[1], value, m->cpu);
	default:
		return m->shape.write ? m->shape.write(m->map, key[0], key[1], word, m->cpu) :
					m->map->ops->update(m->map, key, value, 0, m->cpu);
	}
}

static struct map *open_map(struct model *m, uint32_t type, uint32_t max, bool in_file)
{
	struct map_def def = {.name = "shape", .type = type, .key_size = m->key_size,
			      .value_size = m->value_size, .max_entries = max};
	int fd = in_file ? memfd_create("shape", MFD_CLOEXEC) : -1;
	struct diag d = {.prefix = "test"};

	CHECK(map_create(&def, 1, fd, 1, &d, &m->map) == 0);
	if (in_file)
		close(fd);
	m->map->ops->shape(m->map, &m->shape);
	CHECK(m->shape.find && m->shape.update && m->shape.overwrite);
	CHECK(!m->shape.write == (m->value_size != 4 && m->value_size != 8));
	return m->map;
}

static void check_found(struct model *m, uint32_t i, const uint64_t key[2])
{
	const uint8_t *found = m->shape.find(m->map, key[0], key[1], m->cpu);

	if (m->map->ops->type == MAP_TYPE_LRU_HASH && !found) {
		m->nkeys -= m->is_there[i];
		m->is_there[i] = false;
	}
	if (!found == m->is_there[i] ||
	    (found && memcmp(found, m->value[i], m->value_size) != 0))
		m->errors++;
}

static void step(struct model *m, uint32_t max)
{
	uint32_t i = (uint32_t)rng_below(&m->rng, KEYS);
	bool forgets = m->map->ops->type == MAP_TYPE_LRU_HASH;
	uint8_t value[VALUE_MAX];
	uint64_t key[2];
	int err;

	key_of(m, i, key);
	check_found(m, i, key);
	if (rng_below(&m->rng, 4) == 0) {
		err = m->map->ops->delete(m->map, key, m->cpu);
		m->errors += err != (m->is_there[i] ? 0 : -ENOENT);
		m->nkeys -= m->is_there[i];
		m->is_there[i] = false;
		return;
	}
	value_of(m, value);
	err = set(m, key, value);
	m->errors += err != (m->is_there[i] || m->nkeys < max || forgets ? 0 : -E2BIG);
	if (err)
		return;
	m->nkeys += !m->is_there[i];
	m->is_there[i] = true;
	memcpy(m->value[i], value, VALUE_MAX);
}

static void test_alone(uint32_t type, uint32_t key_size, uint32_t value_size, bool in_file)
{
	struct model *m = calloc(1, sizeof(*m));
	uint32_t max = type == MAP_TYPE_HASH ? KEYS * 7 / 8 : KEYS / 2;
	struct diag d = {.prefix = "test"};

	*m = (struct model){.key_size = key_size, .value_size = value_size, .rng = {value_size}};
	open_map(m, type, max, in_file);
	for (int i = 0; i < ROUNDS; i++)
		step(m, max);
	CHECK(m->errors == 0, "type %u, keys of %u and values of %u bytes: %u errors", type,
	      key_size, value_size, m->errors);
	CHECK(type != MAP_TYPE_HASH || m->map->ops->count(m->map) == m->nkeys);
	CHECK(map_check(m->map, false, &d) == 0);
	map_free(m->map);
	free(m);
}

static void *work(void *arg)
{
	struct model *m = arg;
	uint8_t value[VALUE_MAX];
	uint64_t key[2];

	pthread_barrier_wait(m->all);
	for (int i = 0; i < ROUNDS; i++) {
		key_of(m, (uint32_t)rng_below(&m->rng, KEYS / 20), key);
		if (map_lookup(m->map, key, value) == 0)
			m->errors += !is_whole(value, m->value_size);
		value_of(m, value);
		if (rng_below(&m->rng, 4))
			m->errors += set(m, key, value) != 0;
		else
			m->map->ops->delete(m->map, key, m->cpu);
	}
	return NULL;
}

static void test_threads(uint32_t type, uint32_t value_size, bool in_file)
{
	struct model *m = calloc(THREADS, sizeof(*m));
	pthread_t id[THREADS];
	struct diag d = {.prefix = "test"};
	pthread_barrier_t all;

	pthread_barrier_init(&all, NULL, THREADS);
	m->key_size = 8;
	m->value_size = value_size;
	open_map(m, type, KEYS, in_file);
	for (uint32_t i = 0; i < THREADS; i++) {
		m[i].all = &all;
		m[i].map = m->map;
		m[i].shape = m->shape;
		m[i].key_size = m->key_size;
		m[i].value_size = m->value_size;
		m[i].rng.state = m[i].cpu = i;
		pthread_create(&id[i], NULL, work, &m[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(id[i], NULL);
		CHECK(m[i].errors == 0, "values of %u bytes: %u errors", value_size, m[i].errors);
	}
	CHECK(map_check(m->map, false, &d) == 0);
	map_free(m->map);
	pthread_barrier_destroy(&all);
	free(m);
}

int main(void)
{
	static const uint32_t values[] = {1, 4, 8, 12, 16, 24, 32, 40};
	static const uint32_t types[] = {MAP_TYPE_HASH, MAP_TYPE_LRU_HASH};

	CHECK(region_is_single());
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		for (uint32_t key = 4; key <= 16; key *= 2)
			for (size_t v = 0; v < ARRAY_SIZE(values); v++)
				test_alone(types[i], key, values[v], v % 4 == 3);
	}
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		test_threads(types[i], 8, false);
		test_threads(types[i], 24, false);
		test_threads(types[i], 24, true);
		test_threads(types[i], VALUE_MAX, false);
	}
	return unit_report();
}
