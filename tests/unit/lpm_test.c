/* The prefix trie against a list of prefixes searched from end to end. */
#include "maps/maps.h"

#include <errno.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/obj/prog_type.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

enum { MAX = 60 };

struct key {
	uint32_t plen;
	uint8_t data[4];
};

static struct diag quiet;

static void drop(struct diag *d __unused, enum severity sev __unused,
		 const struct loc *loc __unused, const char *msg __unused)
{
}

static struct map *make(uint32_t key, uint32_t value, uint32_t max, uint32_t flags, int want)
{
	struct map_def def = {.name = "t", .type = MAP_TYPE_LPM_TRIE, .key_size = key,
			      .value_size = value, .max_entries = max, .flags = flags};
	struct map *map = NULL;
	int err = map_new(&def, 1, &quiet, &map);

	CHECK(err == want, "%d, not %d", err, want);
	return map;
}

static void test_create(void)
{
	make(4, 4, 1, MAP_NO_PREALLOC, -EINVAL);
	make(261, 4, 1, MAP_NO_PREALLOC, -EINVAL);
	make(8, 0, 1, MAP_NO_PREALLOC, -EINVAL);
	make(8, 4, 0, MAP_NO_PREALLOC, -EINVAL);
	make(8, 4, 1, 0, -EINVAL);
	map_free(make(260, 4, 1, MAP_NO_PREALLOC, 0));
}

/* The model: prefixes with their values, in no order. */
struct model {
	struct key keys[MAX];
	uint64_t values[MAX];
	uint32_t n;
};

static bool covers(const struct key *prefix, const struct key *key, uint32_t bits)
{
	for (uint32_t i = 0; i < bits; i++)
		if ((prefix->data[i / 8] ^ key->data[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

static int find(const struct model *m, const struct key *key)
{
	for (uint32_t i = 0; i < m->n; i++)
		if (m->keys[i].plen == key->plen && covers(&m->keys[i], key, key->plen))
			return (int)i;
	return -1;
}

static int longest(const struct model *m, const struct key *key)
{
	int best = -1;

	for (uint32_t i = 0; i < m->n; i++)
		if (m->keys[i].plen <= key->plen && covers(&m->keys[i], key, m->keys[i].plen) &&
		    (best < 0 || m->keys[i].plen > m->keys[best].plen))
			best = (int)i;
	return best;
}

static int model_update(struct model *m, const struct key *key, uint64_t value, uint64_t flags)
{
	int i = find(m, key);

	if (i >= 0 && flags == UPDATE_NOEXIST)
		return -EEXIST;
	if (i < 0 && flags == UPDATE_EXIST)
		return -ENOENT;
	if (i < 0 && m->n == MAX)
		return -ENOSPC;
	if (i < 0) {
		i = (int)m->n++;
		m->keys[i] = *key;
	}
	m->values[i] = value;
	return 0;
}

static int model_delete(struct model *m, const struct key *key)
{
	int i = find(m, key);

	if (i < 0)
		return -ENOENT;
	m->n--;
	m->keys[i] = m->keys[m->n];
	m->values[i] = m->values[m->n];
	return 0;
}

/* Few bits differ, so that prefixes nest and meet. */
static struct key random_key(struct rng *r)
{
	struct key k = {.plen = (uint32_t)rng_below(r, 33)};
	uint64_t bits = rng_u64(r);

	for (int i = 0; i < 4; i++)
		k.data[i] = (uint8_t)(bits >> i * 8) & (i & 1 ? 0xe0 : 0x03);
	return k;
}

/* A full walk: every key once, a longer prefix before the one that covers it. */
static void check_walk(struct map *map, const struct model *m)
{
	struct key key, next, seen[MAX + 1];
	uint32_t n = 0;
	int err = map_next_key(map, NULL, &key);

	for (; !err && n <= MAX; err = map_next_key(map, &key, &next), key = next) {
		for (uint32_t i = 0; i < n; i++)
			if (covers(&seen[i], &key, min(seen[i].plen, key.plen)))
				CHECK(seen[i].plen > key.plen, "a covering prefix came first");
		CHECK(find(m, &key) >= 0);
		seen[n++] = key;
	}
	CHECK(err == -ENOENT && n == m->n, "%d: %u of %u", err, n, m->n);
}

static void test_model(uint64_t seed)
{
	struct map *map = make(8, 8, MAX, MAP_NO_PREALLOC, 0);
	struct rng r = {seed};
	struct model m = {0};

	for (int step = 0; step < 20000; step++) {
		struct key k = random_key(&r);
		uint64_t value = rng_u64(&r), flags = rng_below(&r, 3), got;
		int at;

		if (rng_below(&r, 5) < 3) {
			int want = model_update(&m, &k, value, flags);

			CHECK(map_update(map, &k, &value, flags) == want, "update at %d", step);
		} else {
			CHECK(map_delete(map, &k) == model_delete(&m, &k), "delete at %d", step);
		}
		k = random_key(&r);
		at = longest(&m, &k);
		CHECK(map_lookup(map, &k, &got) == (at < 0 ? -ENOENT : 0), "lookup at %d", step);
		CHECK(at < 0 || got == m.values[at], "wrong prefix at %d", step);
		if (step % 500 == 0) {
			check_walk(map, &m);
			CHECK(map->ops->count(map) == m.n);
			CHECK(map_check(map, false, &quiet) == 0, "at %d", step);
		}
	}
	map_free(map);
}

static void test_errors(void)
{
	struct map *map = make(8, 8, 2, MAP_NO_PREALLOC, 0);
	struct key k = {.plen = 33}, absent = {.plen = 9, .data = {1, 2, 3, 4}};
	uint64_t v = 1;

	CHECK(map_update(map, &k, &v, 0) == -EINVAL && map_delete(map, &k) == -EINVAL);
	CHECK(map_lookup(map, &k, &v) == -ENOENT && map_next_key(map, NULL, &k) == -ENOENT);
	k.plen = 0;
	CHECK(map_update(map, &k, &v, 3) == -EINVAL && map_update(map, &k, &v, 0) == 0);
	CHECK(map_lookup(map, &absent, &v) == 0 && v == 1);
	CHECK(map_next_key(map, &absent, &k) == 0 && k.plen == 0, "an absent key begins anew");
	map_free(map);
}

/* Whatever bytes somebody writes over a trie, every operation ends, and a repair leaves a trie. */
static void test_garbled(uint64_t seed)
{
	struct map *map = make(8, 8, MAX, MAP_NO_PREALLOC, 0);
	struct rng r = {seed};
	struct model m = {0};
	uint64_t v = 0;

	for (int step = 0; step < 3000; step++) {
		struct key k = random_key(&r), next;
		size_t at = 4 + rng_below(&r, map->region->head.body_size - 4);

		map->region->body[at] = (uint8_t)rng_u64(&r);
		map_update(map, &k, &v, 0);
		k = random_key(&r);
		map_lookup(map, &k, &v);
		map_next_key(map, &k, &next);
		map_delete(map, &k);
	}
	CHECK(map_check(map, true, &quiet) >= 0 && map_check(map, false, &quiet) == 0);
	for (struct key k; map_next_key(map, NULL, &k) == 0;)
		if (map_delete(map, &k) != 0)
			break;
	for (int step = 0; step < 300; step++) {
		struct key k = random_key(&r);

		map_update(map, &k, &v, 0);
		model_update(&m, &k, v, 0);
	}
	CHECK(map_check(map, false, &quiet) == 0);
	map_free(map);
}

int main(void)
{
	quiet = (struct diag){.sink = drop};
	test_create();
	test_errors();
	for (uint64_t seed = 1; seed <= 5; seed++)
		test_model(seed);
	for (uint64_t seed = 1; seed <= 20; seed++)
		test_garbled(seed);
	return unit_report();
}
