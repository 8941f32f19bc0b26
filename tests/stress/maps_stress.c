/*
 * Maps in several processes, and processes that end in the middle.
 *
 *	maps_stress kill COUNT      kills COUNT workers at random points; the next find all whole
 *	maps_stress hammer SECONDS  eight processes; inserts minus deletes is what iteration finds
 *	maps_stress spoil SECONDS   a file that is overwritten and cut short while others work on it
 *
 * Where values have a lock, workers use it as BPF_F_LOCK and programs do, and die with it.
 *
 * Ends with the line "N passed, N failed".
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/rng.h"
#include "core/btf/build.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "maps/region.h"
#include "tests/unit/unit.h"

/* Not before the map types: it has a MAP_TYPE of its own. */
#include <sys/mman.h>

enum { WORKERS = 8, WORDS = 6, NCPUS = 4 };

/*
 * A key's value names the key in every word, so that half of one shows. Behind them is a struct
 * bpf_spin_lock, where there are locks.
 */
struct value {
	uint64_t word[WORDS];
	uint32_t lock, more;
};

/* What a worker did, in memory that outlives it. */
struct tally {
	_Atomic uint64_t inserts, deletes, updates, errors;
	_Atomic int last_error;
	_Atomic uint32_t inserting, deleting; /* now, or when it was killed */
	uint64_t lost_inserts, lost_deletes;  /* of those killed: may have happened */
};

struct test {
	uint32_t type, max, keys;
	bool locks;
	int fd;
	struct map *map;
	struct tally *tallies;
};

static struct diag d;

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static void judge(struct tally *tally, bool wrong, int err)
{
	tally->errors += wrong;
	if (wrong)
		tally->last_error = err;
}

static void fill(struct value value[NCPUS], uint64_t key, uint64_t n)
{
	for (int c = 0; c < NCPUS; c++)
		for (int i = 0; i < WORDS; i++)
			value[c].word[i] = n << 32 | key;
}

/* Types of an array's or a hash's keys and of struct value. */
static void add_types(struct map_def *def, struct arena *a)
{
	struct btf_build b = {0};
	uint32_t u32 = btf_add_int(&b, "u32", 4, 0), u64 = btf_add_int(&b, "u64", 8, 0);
	uint32_t words = btf_add_array(&b, u64, u32, WORDS);
	uint32_t lock = btf_add_struct(&b, "bpf_spin_lock", false, 4);

	btf_add_member(&b, "val", u32, 0, 0);
	def->btf_key_id = def->key_size == 4 ? u32 : u64;
	def->btf_value_id = btf_add_struct(&b, "value", false, sizeof(struct value));
	btf_add_member(&b, "word", words, 0, 0);
	btf_add_member(&b, "lock", lock, offsetof(struct value, lock) * 8, 0);
	btf_add_member(&b, "more", u32, offsetof(struct value, more) * 8, 0);
	def->btf_blob = btf_build_finish(&b, false, a);
	btf_build_free(&b);
}

static void open_test(struct test *t)
{
	struct map_def def = {.name = "stress",
			      .type = t->type,
			      .key_size = 8,
			      .value_size = sizeof(struct value),
			      .max_entries = t->max,
			      .flags = t->type == MAP_TYPE_LPM_TRIE ? MAP_NO_PREALLOC : 0};
	struct arena a = {0};

	if (t->type == MAP_TYPE_ARRAY)
		def.key_size = 4;
	if (t->locks)
		add_types(&def, &a);
	t->fd = memfd_create("stress", MFD_CLOEXEC);
	CHECK(map_create(&def, NCPUS, t->fd, 1, &d, &t->map) == 0);
	arena_free(&a);
	CHECK(map_has_lock(t->map) == t->locks);
	t->tallies = mmap(NULL, WORKERS * sizeof(*t->tallies), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (uint64_t key = 0; t->locks && key < t->keys; key++) {
		struct value value[NCPUS];

		fill(value, key, 0);
		CHECK(map_update(t->map, &key, value, UPDATE_ANY) == 0);
	}
}

static void close_test(struct test *t)
{
	munmap(t->tallies, WORKERS * sizeof(*t->tallies));
	map_free(t->map);
	close(t->fd);
}

/* The bytes of a key's number: a trie's are a prefix of 32 bits. */
static uint64_t key_of(const struct test *t, uint64_t n)
{
	return t->type == MAP_TYPE_LPM_TRIE ? n << 32 | 32 : n;
}

static uint64_t number_of(const struct test *t, uint64_t key)
{
	return t->type == MAP_TYPE_LPM_TRIE ? key >> 32 : key;
}

static bool is_whole(const struct value *value, uint64_t key, int cpus)
{
	for (int i = 0; i < WORDS * cpus; i++) {
		uint64_t word = value[i / WORDS].word[i % WORDS];

		if (word != value->word[0] || (uint32_t)word != key)
			return false;
	}
	return true;
}

/* As a program does it: nobody changes the value while its lock is held. */
static void hold(struct map *map, struct tally *tally, uint64_t key, uint32_t cpu)
{
	const struct value *value = map->ops->lookup(map, &key, cpu);
	struct value before;
	int err = value ? map->ops->lock(map, (void *)&value->lock, cpu) : -ENOENT;

	judge(tally, err && err != -ENOENT, err);
	if (err)
		return;
	before = *value;
	sched_yield();
	/* An element of a hash may be another key's by now. */
	if (map->ops->type == MAP_TYPE_ARRAY)
		judge(tally,
		      !is_whole(&before, key, 1) || memcmp(&before, value, sizeof(before)) != 0, 0);
	map->ops->unlock(map, (void *)&value->lock, cpu);
}

/* All keys are there from the beginning, and the values of an array are whole from the first. */
static void locked_operation(struct test *t, struct map *map, struct tally *tally, struct rng *rng,
			     uint32_t cpu)
{
	struct value value[NCPUS];
	uint64_t key = rng_below(rng, t->keys);
	int err;

	fill(value, key, rng_below(rng, 1 << 31));
	switch (rng_below(rng, 4)) {
	case 0:
		hold(map, tally, key, cpu);
		break;
	case 1:
		err = map_lookup_locked(map, &key, value);
		judge(tally, err || !is_whole(value, key, 1), err);
		break;
	default:
		err = map->ops->update(map, &key, value, UPDATE_LOCK, cpu);
		tally->updates += !err;
		judge(tally, err != 0, err);
	}
}

static void one_operation(struct test *t, struct map *map, struct tally *tally, struct rng *rng,
			  uint32_t cpu)
{
	struct value value[NCPUS];
	uint64_t n = rng_below(rng, t->keys), key = key_of(t, n);
	int err;

	fill(value, n, rng_below(rng, 1 << 31));
	switch (rng_below(rng, 4)) {
	case 0:
		tally->deleting = 1;
		err = map->ops->delete (map, &key, cpu);
		tally->deletes += !err;
		judge(tally, err && err != -ENOENT, err);
		tally->deleting = 0;
		break;
	case 1:
		tally->inserting = 1;
		err = map->ops->update(map, &key, value, UPDATE_NOEXIST, cpu);
		tally->inserts += !err;
		judge(tally, err && err != -EEXIST && err != -E2BIG && err != -ENOSPC, err);
		tally->inserting = 0;
		break;
	case 2:
		err = map->ops->update(map, &key, value, UPDATE_EXIST, cpu);
		tally->updates += !err;
		judge(tally, err && err != -ENOENT, err);
		break;
	default:
		err = map_lookup(map, &key, value);
		judge(tally, err ? err != -ENOENT : !is_whole(value, n, map->ops->percpu ? 4 : 1),
		      err);
	}
}

/* Works until it is killed, in a map of its own opening or the parent's. */
static pid_t start_worker(struct test *t, struct tally *tally, uint64_t seed)
{
	pid_t pid = fork();
	struct rng rng = {seed};
	struct map *map = t->map;

	if (pid != 0)
		return pid;
	if (seed & 1 && map_open(t->fd, true, &d, &map) != 0)
		_exit(1);
	/* One value for all cpus, so that a per-cpu map's are alike; every other worker is on a
	 * cpu. */
	for (;;)
		(t->locks ? locked_operation : one_operation)(
			t, map, tally, &rng,
			map->ops->percpu || seed & 2 ? MAP_ALL_CPUS : (uint32_t)seed % NCPUS);
}

static void stop_worker(struct tally *tally, pid_t pid)
{
	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	tally->lost_inserts += tally->inserting;
	tally->lost_deletes += tally->deleting;
	tally->inserting = tally->deleting = 0;
}

static void check_all(struct test *t)
{
	uint64_t key = 0; /* an array's has half of it */
	int64_t lowest = 0, highest = 0;
	uint32_t walked = 0, halves = 0;
	struct value value[NCPUS];
	int err, wrong = map_check(t->map, false, &d);

	CHECK(wrong == 0, "%d wrong", wrong);
	for (int i = 0; i < WORKERS; i++) {
		struct tally *w = &t->tallies[i];

		CHECK(w->errors == 0, "%llu errors, the last is %d", (unsigned long long)w->errors,
		      w->last_error);
		lowest += (int64_t)(w->inserts - w->deletes - w->lost_deletes);
		highest += (int64_t)(w->inserts - w->deletes + w->lost_inserts);
	}
	for (err = map_next_key(t->map, NULL, &key); !err && walked <= t->max; walked++) {
		halves += (t->locks ? map_lookup_locked : map_lookup)(t->map, &key, value) != 0 ||
			  !is_whole(value, number_of(t, key), t->map->ops->percpu ? NCPUS : 1);
		err = map_next_key(t->map, &key, &key);
	}
	CHECK(halves == 0, "%u values are not whole", halves);
	CHECK(t->map->ops->count(t->map) == walked, "counted %u, found %u",
	      t->map->ops->count(t->map), walked);
	if (t->type == MAP_TYPE_LRU_HASH || t->locks)
		return;
	CHECK(walked >= lowest && walked <= highest, "%u keys, not %lld to %lld", walked,
	      (long long)lowest, (long long)highest);
}

static void kill_test(uint32_t type, uint32_t max, uint32_t keys, bool locks, uint32_t count)
{
	enum { ROUND = 50, TOGETHER = 3 };
	struct test t = {.type = type, .max = max, .keys = keys, .locks = locks};
	pid_t pids[TOGETHER] = {0};
	struct rng rng = {count + max};

	open_test(&t);
	for (uint32_t killed = 0; killed < count && !unit_failed;) {
		for (int i = 0; i < TOGETHER; i++)
			pids[i] = start_worker(&t, &t.tallies[i], rng_u64(&rng));
		for (int n = 0; n < ROUND && killed < count; n++, killed++) {
			uint32_t i = (uint32_t)rng_below(&rng, TOGETHER);

			usleep((useconds_t)rng_below(&rng, 1000));
			stop_worker(&t.tallies[i], pids[i]);
			pids[i] = start_worker(&t, &t.tallies[i], rng_u64(&rng));
		}
		for (int i = 0; i < TOGETHER; i++)
			stop_worker(&t.tallies[i], pids[i]);
		killed += TOGETHER;
		check_all(&t);
	}
	close_test(&t);
}

static void hammer(uint32_t type, uint32_t max, uint32_t keys, double seconds)
{
	struct test t = {.type = type, .max = max, .keys = keys};
	int64_t end = now_us() + (int64_t)(seconds * 1e6);
	uint64_t done = 0;

	open_test(&t);
	for (int i = 0; i < WORKERS; i++) {
		struct rng rng = {(uint64_t)i};
		struct map *map = t.map;

		if (fork() != 0)
			continue;
		if (i & 1 && map_open(t.fd, true, &d, &map) != 0)
			_exit(1);
		while (now_us() < end)
			for (int n = 0; n < 100; n++)
				one_operation(&t, map, &t.tallies[i], &rng, MAP_ALL_CPUS);
		_exit(0);
	}
	for (int i = 0, status = 1; i < WORKERS; i++)
		CHECK(wait(&status) > 0 && status == 0, "a worker died: %x", status);
	check_all(&t);
	for (int i = 0; i < WORKERS; i++)
		done += t.tallies[i].inserts + t.tallies[i].deletes + t.tallies[i].updates;
	printf("hammer: type %u, %u of %u keys: %.1f million changes\n", type, max, keys,
	       (double)done / 1e6);
	close_test(&t);
}

static void scribble(struct test *t, struct rng *rng)
{
	struct stat st;
	uint64_t word = rng_below(rng, 2) ? rng_u64(rng) : rng_below(rng, 300);

	if (fstat(t->fd, &st) == 0 && st.st_size > 8)
		if (pwrite(t->fd, &word, sizeof(word),
			   (off_t)rng_below(rng, (uint64_t)st.st_size / 4) * 4) < 0)
			return;
}

/* Nobody may die of what is in the file, or of its end. */
static void spoil(uint32_t type, bool locks, double seconds)
{
	int64_t end = now_us() + (int64_t)(seconds * 1e6);
	struct rng rng = {type};

	while (now_us() < end) {
		struct test t = {
			.type = type, .max = 1000, .keys = locks ? 1000 : 1500, .locks = locks};
		bool cut = rng_below(&rng, 2);
		pid_t pids[2];
		int status;

		open_test(&t);
		for (int i = 0; i < 2; i++)
			pids[i] = start_worker(&t, &t.tallies[i], rng_u64(&rng));
		usleep(3000);
		for (int i = 0; i < 20000 && !cut; i++)
			scribble(&t, &rng);
		if (cut)
			CHECK(ftruncate(t.fd, (off_t)rng_below(&rng, 64) * REGION_PAGE) == 0);
		usleep(3000);
		for (int i = 0; i < 2; i++) {
			status = 0;
			waitpid(pids[i], &status, WNOHANG);
			CHECK(!WIFSIGNALED(status), "a worker died: %x", status);
			stop_worker(&t.tallies[i], pids[i]);
		}
		close_test(&t);
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: maps_stress kill COUNT | hammer SECONDS | spoil SECONDS\n");
	return 64;
}

static void no_message(struct diag *to __unused, enum severity sev __unused,
		       const struct loc *loc __unused, const char *msg __unused)
{
}

int main(int argc, char **argv)
{
	double n = argc == 3 ? atof(argv[2]) : 0;

	if (n <= 0)
		return usage();
	if (strcmp(argv[1], "kill") == 0) {
		kill_test(MAP_TYPE_HASH, 300, 400, false, (uint32_t)(n * 0.2) + 1);
		kill_test(MAP_TYPE_HASH, 20, 15, false, (uint32_t)(n * 0.2) + 1);
		kill_test(MAP_TYPE_PERCPU_HASH, 100, 200, false, (uint32_t)(n * 0.2) + 1);
		kill_test(MAP_TYPE_LRU_HASH, 200, 400, false, (uint32_t)(n * 0.1) + 1);
		kill_test(MAP_TYPE_LPM_TRIE, 200, 300, false, (uint32_t)(n * 0.1) + 1);
		kill_test(MAP_TYPE_ARRAY, 10, 10, true, (uint32_t)(n * 0.1) + 1);
		kill_test(MAP_TYPE_HASH, 20, 10, true, (uint32_t)(n * 0.1) + 1);
	} else if (strcmp(argv[1], "hammer") == 0) {
		hammer(MAP_TYPE_HASH, 50000, 100000, n * 0.3);
		hammer(MAP_TYPE_HASH, 100, 200, n * 0.2);
		hammer(MAP_TYPE_PERCPU_HASH, 1000, 1500, n * 0.15);
		hammer(MAP_TYPE_LRU_HASH, 1000, 1500, n * 0.1);
		hammer(MAP_TYPE_LPM_TRIE, 1000, 1500, n * 0.25);
	} else if (strcmp(argv[1], "spoil") == 0) {
		d.sink = no_message;
		spoil(MAP_TYPE_HASH, false, n * 0.4);
		spoil(MAP_TYPE_PERCPU_HASH, false, n * 0.2);
		spoil(MAP_TYPE_LPM_TRIE, false, n * 0.2);
		spoil(MAP_TYPE_HASH, true, n * 0.1);
		spoil(MAP_TYPE_ARRAY, true, n * 0.1);
	} else {
		return usage();
	}
	return unit_report();
}
