/* Maps from outside and from programs: errors as bpf(2) has them, files, other processes, garbled
 * ones. */
#include "maps/maps.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "core/btf/build.h"
#include "core/obj/prog_type.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

/* Not before the map types: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

enum { NCPUS = 4 };

static struct diag quiet;
static char last_message[200];

static void take_message(struct diag *d __unused, enum severity sev __unused,
			 const struct loc *loc __unused, const char *msg)
{
	snprintf(last_message, sizeof(last_message), "%s", msg);
}

static struct map *make(uint32_t type, uint32_t key, uint32_t value, uint32_t max)
{
	struct map_def def = {.name = "m",
			      .type = type,
			      .key_size = key,
			      .value_size = value,
			      .max_entries = max};
	struct map *map = NULL;
	int err = map_new(&def, NCPUS, &quiet, &map);

	CHECK(!err, "%d %s", err, last_message);
	return map;
}

static int try(uint32_t type, uint32_t key, uint32_t value, uint32_t max, uint32_t flags)
{
	struct map_def def = {.name = "m", .type = type, .key_size = key, .value_size = value,
			      .max_entries = max, .flags = flags};
	struct map *map;
	int err = map_new(&def, NCPUS, &quiet, &map);

	if (!err)
		map_free(map);
	return err;
}

static void test_create(void)
{
	CHECK(try(MAP_TYPE_ARRAY, 3, 8, 1, 0) == -EINVAL &&
	      try(MAP_TYPE_ARRAY, 4, 0, 1, 0) == -EINVAL);
	CHECK(try(MAP_TYPE_ARRAY, 4, 8, 0, 0) == -EINVAL);
	CHECK(try(MAP_TYPE_ARRAY, 4, 1u << 31, 1, 0) == -E2BIG);
	CHECK(try(MAP_TYPE_ARRAY, 4, 8, 1, MAP_NO_PREALLOC) == -EINVAL);
	CHECK(try(MAP_TYPE_ARRAY, 4, 8, UINT32_MAX, 0) == -ENOMEM);
	CHECK(try(MAP_TYPE_ARRAY, 4, 8, 1, MAP_RDONLY_PROG | MAP_WRONLY_PROG) == -EINVAL);
	CHECK(try(MAP_TYPE_HASH, 0, 8, 1, 0) == -EINVAL &&
	      try(MAP_TYPE_HASH, 4, 0, 1, 0) == -EINVAL);
	CHECK(try(MAP_TYPE_HASH, 4, 8, 0, 0) == -EINVAL);
	CHECK(try(MAP_TYPE_HASH, 1 << 22, 8, 1, 0) == -E2BIG);
	CHECK(try(MAP_TYPE_HASH, 8, UINT32_MAX, 1, 0) == -E2BIG);
	CHECK(try(MAP_TYPE_HASH, 8, 8, UINT32_MAX, 0) == -E2BIG);
	CHECK(try(MAP_TYPE_HASH, 1 << 20, 1 << 20, 1, 0) == 0);
	CHECK(try(MAP_TYPE_HASH, 4, 8, 1, MAP_MMAPABLE) == -EINVAL);
	CHECK(try(MAP_TYPE_PERCPU_HASH, 4, 32768, 1, 0) == 0);
	CHECK(try(MAP_TYPE_PERCPU_HASH, 4, 32769, 1, 0) == -E2BIG);
	CHECK(try(MAP_TYPE_PERCPU_ARRAY, 4, 32769, 1, 0) == -E2BIG);
}

static void test_array(void)
{
	struct map *m = make(MAP_TYPE_ARRAY, 4, 4, 3);
	uint32_t key = 2, next, value = 7, far = UINT32_MAX;

	CHECK(map_update(m, &key, &value, UPDATE_NOEXIST) == -EEXIST);
	CHECK(map_update(m, &key, &value, UPDATE_EXIST) == 0 &&
	      map_update(m, &key, &value, 3) == -EINVAL);
	CHECK(map_update(m, &far, &value, UPDATE_NOEXIST) == -E2BIG);
	value = 0;
	CHECK(map_lookup(m, &key, &value) == 0 && value == 7);
	CHECK(map_lookup(m, &far, &value) == -ENOENT && !m->ops->lookup(m, &far, 0));
	CHECK(map_delete(m, &key) == -EINVAL && map_take(m, &key, &value, 0) == -ENOTSUPP);
	CHECK(map_next_key(m, NULL, &next) == 0 && next == 0);
	CHECK(map_next_key(m, &next, &next) == 0 && next == 1);
	CHECK(map_next_key(m, &key, &next) == -ENOENT && map_next_key(m, &far, &next) == 0 &&
	      !next);
	CHECK(map_freeze(m) == 0 && map_freeze(m) == -EBUSY &&
	      map_update(m, &key, &value, 0) == -EPERM);
	map_free(m);
}

static void test_hash_rules(void)
{
	struct map *m = make(MAP_TYPE_HASH, 5, 6, 3);
	char value[6];

	CHECK(map_next_key(m, NULL, value) == -ENOENT && map_delete(m, "aaaaa") == -ENOENT);
	CHECK(map_update(m, "aaaaa", "value1", UPDATE_EXIST) == -ENOENT);
	CHECK(map_update(m, "aaaaa", "value1", UPDATE_NOEXIST) == 0);
	CHECK(map_update(m, "aaaaa", "value2", UPDATE_NOEXIST) == -EEXIST);
	CHECK(map_update(m, "aaaaa", "value2", 3) == -EINVAL &&
	      map_update(m, "a", "v", 4) == -EINVAL);
	CHECK(map_update(m, "bbbbb", "value3", 0) == 0 && map_update(m, "ccccc", "value4", 0) == 0);
	CHECK(map_update(m, "ddddd", "value5", 0) == -E2BIG, "full");
	CHECK(map_update(m, "ddddd", "value5", UPDATE_EXIST) == -ENOENT);
	for (int i = 0; i < 1000; i++)
		CHECK(map_update(m, "aaaaa", "value6", i & 2) == 0, "replacing works when full");
	CHECK(map_lookup(m, "aaaaa", value) == 0 && memcmp(value, "value6", 6) == 0);
	CHECK(map_take(m, "bbbbb", value, 0) == 0 && memcmp(value, "value3", 6) == 0);
	CHECK(map_take(m, "bbbbb", value, 0) == -ENOENT && m->ops->count(m) == 2);
	CHECK(map_update(m, "ddddd", "value7", 0) == 0 && map_check(m, false, &quiet) == 0);
	map_free(m);
}

/* A program's pointer shows what it looked up, though the key has a new value by now. */
static void test_pointer(void)
{
	struct map *m = make(MAP_TYPE_HASH, 4, 8, 1);
	uint32_t key = 1;
	uint64_t a = 10, b = 11, *p;

	m->ops->update(m, &key, &a, 0, 0);
	p = m->ops->lookup(m, &key, 0);
	m->ops->update(m, &key, &b, 0, 0);
	CHECK(*p == 10 && *(uint64_t *)m->ops->lookup(m, &key, 0) == 11);
	CHECK(m->ops->value_at(m, (uintptr_t)p + 7) == (uint8_t *)p);
	CHECK(!m->ops->value_at(m, (uintptr_t)p + 8) && !m->ops->value_at(m, (uintptr_t)p - 1));
	map_free(m);
}

/* Random operations against a plain array of what should be there. */
static void test_model(uint32_t key_size, uint32_t max, uint32_t keys, uint32_t flags)
{
	struct map_def def = {.name = "model", .type = MAP_TYPE_HASH, .key_size = key_size,
			      .value_size = 8, .max_entries = max, .flags = flags};
	struct map *m = NULL;
	struct rng rng = {max};
	uint64_t *model = calloc(keys, sizeof(*model)), value;
	uint32_t count = 0, walked = 0;
	uint8_t key[64] = {0};
	int err;

	CHECK(map_new(&def, 1, &quiet, &m) == 0);
	for (int i = 0; i < 60000; i++) {
		uint32_t k = (uint32_t)rng_below(&rng, keys);

		memcpy(key + key_size - min(key_size, 4u), &k, min(key_size, 4u));
		value = rng_u64(&rng) | 1;
		if (rng_below(&rng, 3)) {
			err = m->ops->update(m, key, &value, 0, i & 1);
			CHECK(err == (model[k] || count < max ? 0 : -E2BIG), "%d", err);
			count += !err && !model[k];
			if (!err)
				model[k] = value;
		} else {
			err = m->ops->delete(m, key, i & 1);
			CHECK(err == (model[k] ? 0 : -ENOENT));
			count -= !err;
			model[k] = 0;
		}
	}
	CHECK(m->ops->count(m) == count && map_check(m, false, &quiet) == 0, "%s", last_message);
	for (uint32_t k = 0; k < keys; k++) {
		memcpy(key + key_size - min(key_size, 4u), &k, min(key_size, 4u));
		err = map_lookup(m, key, &value);
		CHECK(model[k] ? !err && value == model[k] : err == -ENOENT);
	}
	for (err = map_next_key(m, NULL, key); !err && walked <= keys; walked++)
		err = map_next_key(m, key, key);
	CHECK(walked == count, "%u of %u", walked, count);
	while (map_next_key(m, NULL, key) == 0)
		map_delete(m, key);
	CHECK(m->ops->count(m) == 0 && map_check(m, false, &quiet) == 0, "%s", last_message);
	free(model);
	map_free(m);
}

/* A full map forgets, but never what was looked up since it last went round, nor the newest. */
static void test_lru(uint32_t type, uint32_t max)
{
	struct map *m = make(type, 4, 8, max);
	uint64_t value[NCPUS] = {0};
	uint32_t kept = 0, hot = 0, lost = 0, key;

	CHECK(try(type, 4, 8, 4, MAP_NO_PREALLOC) == -ENOTSUPP && try(type, 4, 8, 4, 2) == 0);
	for (key = 0; key < max * 20; key++) {
		uint32_t back = key >= max ? key - max : 0;

		value[0] = key;
		CHECK(m->ops->update(m, &key, value, UPDATE_NOEXIST, 0) == 0);
		CHECK(map_lookup(m, &key, value) == 0 && value[0] == key);
		lost += !m->ops->lookup(m, &hot, 0);
		m->ops->update(m, &hot, value, 0, 0);
		CHECK(m->ops->count(m) == min(key + 1, max) || back, "%u", m->ops->count(m));
	}
	for (key = 0; key < max * 20; key++)
		kept += map_lookup(m, &key, value) == 0;
	CHECK(kept == max && m->ops->count(m) == max, "%u", kept);
	CHECK(max == 1 || lost <= max * 20 / 50, "what is always in use was lost %u times", lost);
	CHECK(map_check(m, false, &quiet) == 0, "%s", last_message);
	map_free(m);
}

static void test_percpu(void)
{
	uint32_t key = 1, types[] = {MAP_TYPE_PERCPU_HASH, MAP_TYPE_PERCPU_ARRAY};
	uint64_t all[NCPUS], four = 0x0000000500000004;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct map *m = make(types[i], 4, 4, 2);

		m->ops->update(m, &key, &four, 0, 2);
		CHECK(map_lookup(m, &key, all) == 0 && (uint32_t)all[2] == 4 && !all[0] && !all[3]);
		CHECK(*(uint32_t *)m->ops->lookup(m, &key, 2) == 4 &&
		      !m->ops->lookup(m, &key, NCPUS));
		for (int c = 0; c < NCPUS; c++)
			all[c] = 0x1122334400000000 + (uint64_t)c;
		CHECK(map_update(m, &key, all, 0) == 0);
		memset(all, 0, sizeof(all));
		CHECK(map_lookup(m, &key, all) == 0 && all[3] == 0x1122334400000003, "padding too");
		CHECK(map_check(m, false, &quiet) == 0);
		map_free(m);
	}
}

/* The same map in a file, open twice; then changed by another process. */
static void test_file(uint32_t type)
{
	struct map_def def = {.name = "file", .type = type, .key_size = 4, .value_size = 8,
			      .max_entries = 50, .btf_key_id = 3};
	struct bytes btf = {(const uint8_t *)"types", 6};
	int fd = memfd_create("map", MFD_CLOEXEC);
	struct map *a, *b;
	uint64_t value[NCPUS] = {5};
	uint32_t key = 9;
	pid_t pid;

	def.btf_blob = btf;
	CHECK(map_create(&def, NCPUS, fd, 12, &quiet, &a) == 0 &&
	      map_open(fd, true, &quiet, &b) == 0);
	CHECK(b->id == 12 && b->max_entries == 50 && !strcmp(b->name, "file") &&
	      b->btf_key_id == 3);
	CHECK(map_btf(b).size == 6 && !memcmp(map_btf(b).data, "types", 6));
	CHECK(map_update(a, &key, value, 0) == 0 && map_lookup(b, &key, value) == 0 &&
	      value[0] == 5);
	pid = fork();
	if (pid == 0) {
		value[0] = 6;
		if (map_update(a, &key, value, 0) == 0 && map_freeze(a) == 0)
			raise(SIGKILL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	CHECK(map_lookup(b, &key, value) == 0 && value[0] == 6 && map_is_frozen(b));
	CHECK(map_update(b, &key, value, 0) == -EPERM);
	map_free(a);
	CHECK(map_open(fd, false, &quiet, &a) == 0 && map_lookup(a, &key, value) == 0);
	map_free(a);
	map_free(b);
	close(fd);
}

/* { u64 n; struct bpf_timer t; } */
static struct bytes timer_types(struct arena *a, struct map_def *def)
{
	struct btf_build b = {0};
	struct bytes blob;
	uint32_t timer;

	def->btf_key_id = btf_add_int(&b, "u32", 4, 0);
	btf_add_int(&b, "u64", 8, 0);
	timer = btf_add_struct(&b, "bpf_timer", false, 16);
	btf_add_member(&b, "a", 2, 0, 0);
	btf_add_member(&b, "b", 2, 64, 0);
	def->btf_value_id = btf_add_struct(&b, "v", false, 24);
	btf_add_member(&b, "n", 2, 0, 0);
	btf_add_member(&b, "t", timer, 64, 0);
	blob = btf_build_finish(&b, false, a);
	btf_build_free(&b);
	return blob;
}

/* Programs of one process at a time run where values hold pointers, and begin with none. */
static void test_runner(uint32_t type)
{
	struct map_def def = {.name = "timers", .type = type, .key_size = 4, .value_size = 24,
			      .max_entries = 3};
	int fd = memfd_create("map", MFD_CLOEXEC), status = 0;
	uint64_t value[3] = {5, 6, 7}, *at;
	struct arena a = {0};
	struct map *m, *n;
	uint32_t key = 1;
	pid_t pid;

	def.btf_blob = timer_types(&a, &def);
	CHECK(map_create(&def, 1, fd, 1, &quiet, &m) == 0 && m->record);
	CHECK(map_update(m, &key, value, 0) == 0 && map_begin_running(m) == 0);
	at = m->ops->lookup(m, &key, 0);
	CHECK(at && at[0] == 5 && !at[1] && !at[2]);
	if (!at)
		return;
	at[1] = 0x1234; /* as a program leaves it */
	CHECK(map_begin_running(m) == 0 && at[1] == 0x1234);
	CHECK(map_lookup(m, &key, value) == 0 && value[0] == 5 && !value[1]);
	pid = fork();
	if (pid == 0)
		_exit(map_open(fd, true, &quiet, &n) != 0 || map_begin_running(n) != -EBUSY ||
		      map_begin_running(m) != -EBUSY || at[1] != 0x1234);
	waitpid(pid, &status, 0);
	CHECK(status == 0, "%x", status);
	map_free(m);
	CHECK(map_open(fd, true, &quiet, &n) == 0 && map_begin_running(n) == 0);
	at = n->ops->lookup(n, &key, 0);
	CHECK(at && at[0] == 5 && !at[1]);
	map_free(n);
	close(fd);
	arena_free(&a);
}

/* Types that say where special fields are must be there; others may be garbled. */
static void test_garbled_types(bool fields)
{
	struct map_def def = {.name = "t", .type = MAP_TYPE_ARRAY, .key_size = 4, .max_entries = 3};
	int fd = memfd_create("map", MFD_CLOEXEC);
	struct arena a = {0};
	struct map *m;
	uint64_t at;

	def.btf_blob = timer_types(&a, &def);
	def.value_size = fields ? 24 : 8;
	def.btf_value_id = fields ? def.btf_value_id : 2;
	CHECK(map_create(&def, 1, fd, 1, &quiet, &m) == 0 && m->btf && !m->record == !fields);
	at = (uint64_t)(map_btf(m).data - m->region->base);
	map_free(m);
	CHECK(map_open(fd, true, &quiet, &m) == 0 && m->btf && !m->record == !fields);
	map_free(m);
	CHECK(pwrite(fd, "xx", 2, (off_t)at) == 2);
	if (fields) {
		CHECK(map_open(fd, true, &quiet, &m) == -EUCLEAN);
	} else {
		CHECK(map_open(fd, true, &quiet, &m) == 0 && !m->btf);
		map_free(m);
	}
	close(fd);
	arena_free(&a);
}

static void test_stale(void)
{
	struct map_def def = {.name = "old", .type = MAP_TYPE_HASH, .key_size = 4, .value_size = 8,
			      .max_entries = 100};
	int fd = memfd_create("map", MFD_CLOEXEC);
	struct map *m;
	uint64_t value = 1;

	CHECK(map_create(&def, 1, fd, 1, &quiet, &m) == 0);
	for (uint32_t key = 0; key < 50; key++)
		map_update(m, &key, &value, 0);
	memset(m->region->live->boot, 0xee, 16);
	memset(m->region->body, 0x50, 48); /* a block's counts and bits; nobody is participant 80 */
	map_free(m);
	CHECK(map_open(fd, true, &quiet, &m) == 0 && map_check(m, false, &quiet) == 0);
	CHECK(m->ops->count(m) == 50);
	for (uint32_t key = 0; key < 100; key++)
		CHECK(map_update(m, &key, &value, 0) == 0);
	map_free(m);
	close(fd);
}

static void use_it(struct map *m)
{
	uint64_t value[NCPUS] = {0};
	uint32_t key = 0;

	for (uint32_t i = 0; i < 200; i++) {
		map_update(m, &i, value, 0);
		map_lookup(m, &i, value);
		if (i & 1)
			map_delete(m, &i);
	}
	for (int i = 0; i < 300 && map_next_key(m, &key, &key) == 0; i++)
		;
	m->ops->count(m);
}

/* Whatever is in the file: no crash, no endless walk; and fsck makes it a map again. */
static void test_scribbled(uint32_t type)
{
	struct map_def def = {.name = "bad", .type = type, .key_size = 4, .value_size = 8,
			      .max_entries = 100};
	struct rng rng = {type};
	struct map *m, *n;

	for (int round = 0; round < 300; round++) {
		int fd = memfd_create("map", MFD_CLOEXEC);
		uint64_t size, word;

		CHECK(map_create(&def, NCPUS, fd, 1, &quiet, &m) == 0);
		use_it(m);
		size = m->region->head.size - REGION_PAGE;
		for (int i = 0; i < 1 << round % 10; i++) {
			word = rng_below(&rng, 3) ? rng_below(&rng, 130) : rng_u64(&rng);
			word |= round & 1 ? word << 32 : 0;
			memcpy(m->region->base + rng_below(&rng, size / 4) * 4, &word,
			       round & 1 ? 8 : 4);
		}
		use_it(m);
		map_check(m, true, &quiet);
		CHECK(map_check(m, false, &quiet) == 0, "%s", last_message);
		if (map_open(fd, true, &quiet, &n) == 0)
			map_free(n);
		map_free(m);
		close(fd);
	}
}

static void test_truncated(uint32_t type)
{
	struct map_def def = {.name = "cut", .type = type, .key_size = 4, .value_size = 8,
			      .max_entries = 100};
	int fd = memfd_create("map", MFD_CLOEXEC);
	uint64_t value[NCPUS] = {1};
	uint32_t key = 1;
	struct map *m, *n;

	CHECK(map_create(&def, NCPUS, fd, 1, &quiet, &m) == 0);
	CHECK(map_update(m, &key, value, 0) == 0 && ftruncate(fd, 0) == 0);
	CHECK(map_lookup(m, &key, value) == -EIO && map_update(m, &key, value, 0) == -EIO);
	CHECK(map_next_key(m, NULL, &key) == -EIO || type != MAP_TYPE_HASH);
	CHECK(map_open(fd, true, &quiet, &n) == -EINVAL);
	map_free(m);
	close(fd);
}

struct ring_test {
	struct rng written, read;
	uint32_t bad, seen;
};

static void take_record(void *arg, const void *record, uint32_t size)
{
	struct ring_test *t = arg;
	uint32_t want = (uint32_t)rng_below(&t->read, 700);
	uint8_t fill = (uint8_t)rng_u64(&t->read);

	t->seen++;
	t->bad += size != want;
	for (uint32_t i = 0; i < size; i++)
		t->bad += ((const uint8_t *)record)[i] != fill;
}

static void test_ring(void)
{
	struct map_def def = {.name = "ring", .type = MAP_TYPE_RINGBUF, .max_entries = 4096};
	struct ring_test t = {{1}, {1}, 0, 0};
	int fd = memfd_create("ring", MFD_CLOEXEC), n;
	uint32_t written = 0, size;
	struct map *m;
	uint8_t *a, *b;
	pid_t pid;

	CHECK(try(MAP_TYPE_RINGBUF, 0, 0, 4096, 0) == 0 &&
	      try(MAP_TYPE_RINGBUF, 0, 0, 8192, 0) == 0);
	CHECK(try(MAP_TYPE_RINGBUF, 0, 0, 12288, 0) == -EINVAL &&
	      try(MAP_TYPE_RINGBUF, 0, 0, 2048, 0) == -EINVAL);
	CHECK(try(MAP_TYPE_RINGBUF, 4, 0, 4096, 0) == -EINVAL &&
	      try(MAP_TYPE_USER_RINGBUF, 0, 4, 4096, 0) == -EINVAL);
	CHECK(map_create(&def, 1, fd, 1, &quiet, &m) == 0);
	CHECK(map_lookup(m, &n, &n) == -ENOTSUPP && map_next_key(m, NULL, &n) == -ENOTSUPP);
	for (int round = 0; round < 500; round++) {
		for (int i = 0; i < 3; i++, written++) {
			size = (uint32_t)rng_below(&t.written, 700);
			a = m->ops->reserve(m, size, 0);
			CHECK(a != NULL);
			memset(a, (int)rng_u64(&t.written), size);
			map_ring_commit(a, false);
		}
		n = map_ring_read(m, take_record, &t);
		CHECK(n == 3, "%d", n);
	}
	CHECK(t.seen == written && t.bad == 0, "%u of %u, %u bad", t.seen, written, t.bad);
	CHECK(!m->ops->reserve(m, 4096, 0) && !m->ops->reserve(m, UINT64_MAX, 0));
	CHECK((a = m->ops->reserve(m, 2000, 0)) && (b = m->ops->reserve(m, 2000, 0)));
	CHECK(!m->ops->reserve(m, 100, 0), "full");
	CHECK(m->ops->record_at(m, (uintptr_t)b + 1999, &size) == b && size == 2000);
	CHECK(!m->ops->record_at(m, (uintptr_t)b + 2000, &size) &&
	      m->ops->query(m, MAP_RING_AVAIL) == 4016);
	map_ring_commit(b, false);
	CHECK(map_ring_read(m, take_record, &t) == 0, "the first is busy");
	map_ring_commit(a, true);
	CHECK(map_ring_read(m, take_record, &t) == 1 && m->ops->query(m, MAP_RING_AVAIL) == 0);
	pid = fork();
	if (pid == 0 && m->ops->reserve(m, 100, 0))
		raise(SIGKILL);
	waitpid(pid, NULL, 0);
	a = m->ops->reserve(m, 10, 0);
	map_ring_commit(a, false);
	CHECK(map_ring_read(m, take_record, &t) == 0 && map_ring_read(m, take_record, &t) == 1,
	      "what the dead reserved is passed over");
	CHECK(map_check(m, false, &quiet) == 0);
	map_free(m);
	close(fd);
}

static void test_table(void)
{
	struct map_table table = {0};
	struct map_def def = {.name = "t", .type = MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8,
			      .max_entries = 1};
	int fd = memfd_create("map", MFD_CLOEXEC), other = dup(fd);
	struct map *m, *n;

	CHECK(map_create(&def, 1, fd, 1, &quiet, &m) == 0);
	map_table_add(&table, fd, m);
	CHECK(map_get(&table, other, &quiet, &n) == 0 && n == m && map_ref(&table, m) == m);
	map_put(&table, m);
	map_put(&table, m);
	map_put(&table, m);
	CHECK(table.n == 0 && map_get(&table, fd, &quiet, &n) == 0 && table.n == 1);
	map_put(&table, n);
	CHECK(map_get(&table, -1, &quiet, &n) == -EBADF &&
	      map_get(&table, 0, &quiet, &n) == -EINVAL);
	close(fd);
	close(other);
}

int main(void)
{
	quiet.sink = take_message;
	test_create();
	test_array();
	test_hash_rules();
	test_pointer();
	test_model(4, 10, 20, 0);
	test_model(8, 1000, 3000, 0);
	test_model(16, 5000, 5000, MAP_ZERO_SEED);
	test_model(7, 100, 200, 0);
	test_model(1, 200, 256, 0);
	test_percpu();
	test_lru(MAP_TYPE_LRU_HASH, 4);
	test_lru(MAP_TYPE_LRU_HASH, 1);
	test_lru(MAP_TYPE_LRU_HASH, 1000);
	test_lru(MAP_TYPE_LRU_PERCPU_HASH, 300);
	test_file(MAP_TYPE_HASH);
	test_file(MAP_TYPE_ARRAY);
	test_file(MAP_TYPE_LRU_HASH);
	test_garbled_types(true);
	test_garbled_types(false);
	test_runner(MAP_TYPE_ARRAY);
	test_runner(MAP_TYPE_HASH);
	test_stale();
	test_scribbled(MAP_TYPE_HASH);
	test_scribbled(MAP_TYPE_PERCPU_HASH);
	test_scribbled(MAP_TYPE_LRU_HASH);
	test_truncated(MAP_TYPE_HASH);
	test_truncated(MAP_TYPE_ARRAY);
	test_ring();
	test_table();
	return unit_report();
}
