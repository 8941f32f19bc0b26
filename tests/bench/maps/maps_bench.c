/*
 * Maps against the kernel's, driven by a program through BPF_PROG_TEST_RUN, and against linear
 * probing with keys and values inline at load 0.5, which a C program could use directly. All sides
 * make keys in random order in their own loop.
 *
 *	maps_bench [ENTRIES...]
 */
#include <linux/bpf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "core/isa/build.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"
#include "maps/region.h"

#include <sys/mman.h>

enum { LOOP = 2048, ROUNDS = 60 };

/* What is done with each key. */
enum work {
	LOOKUP,
	MISS,
	UPDATE,
	DELETE_INSERT,
	FILL,
	ARRAY_LOOKUP,
	LRU_LOOKUP,
	LRU_UPDATE, /* of twice as many keys as there is room for */
	LPM_FILL,
	LPM_LOOKUP,
	WORKS
};

static const char *const work_names[] = {
	"hash lookup",	"hash miss",  "hash update", "delete + insert", "fill",
	"array lookup", "lru lookup", "lru update",  "lpm fill",	"lpm lookup",
};

/* Prefixes of 24 bits, in an order that goes all over the trie. */
enum { LPM_SPREAD = 0x1e3779b1, LPM_BITS = 0xffffff };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The next key below n: the upper half of a linear congruence, scaled. */
static inline uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 32;
}

static inline uint64_t next_key(uint64_t *state, uint64_t n)
{
	return next_random(state) * n >> 32;
}

/* Keys are numbers in no order that a table could profit from; the kernel's table hashes better
 * anyway. */
static inline uint64_t scatter(uint64_t i)
{
	i *= 0xd6e8feb86659fd93;
	i ^= i >> 32;
	return i * 0xd6e8feb86659fd93;
}

/* The plain table: key 0 is not used, so keys are one more. */
struct plain {
	struct pair {
		uint64_t key, value;
	} * pairs;
	uint64_t size;
};

static inline uint64_t plain_home(const struct plain *p, uint64_t key)
{
	unsigned __int128 m = (unsigned __int128)key * 0x9e3779b97f4a7c15;
	uint64_t hash = (uint64_t)m ^ (uint64_t)(m >> 64);

	return (hash >> 32) * p->size >> 32;
}

static inline uint64_t plain_next(const struct plain *p, uint64_t i)
{
	return likely(i + 1 < p->size) ? i + 1 : 0;
}

static inline struct pair *plain_find(const struct plain *p, uint64_t key)
{
	uint64_t i = plain_home(p, key);

	while (p->pairs[i].key != key && p->pairs[i].key)
		i = plain_next(p, i);
	return &p->pairs[i];
}

/* Moves what follows back into the hole, so that no tombstones are needed. */
static void plain_delete(const struct plain *p, uint64_t key)
{
	uint64_t hole = (uint64_t)(plain_find(p, key) - p->pairs), i = hole, home;

	for (;;) {
		i = plain_next(p, i);
		if (!p->pairs[i].key)
			break;
		home = plain_home(p, p->pairs[i].key);
		if (hole < i ? home > hole && home <= i : home > hole || home <= i)
			continue;
		p->pairs[hole] = p->pairs[i];
		hole = i;
	}
	p->pairs[hole].key = 0;
}

static uint64_t run_plain(const struct plain *p, enum work work, uint64_t n, uint64_t count,
			  uint64_t *state)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t key = work == FILL ? i : next_key(state, n);

		key = scatter(key + (work == MISS ? n : 0) + 1);

		if (work == DELETE_INSERT)
			plain_delete(p, key);
		if (work == LOOKUP || work == MISS)
			sum += plain_find(p, key)->value;
		else
			*plain_find(p, key) = (struct pair){key, i};
	}
	return sum;
}

/* The key of number i: of a table, an array, or a trie, which has {bits, bytes}. */
static inline uint64_t key_of(enum work work, uint64_t i, uint64_t n)
{
	switch (work) {
	case ARRAY_LOOKUP:
		return i;
	case LPM_FILL:
		return (i * LPM_SPREAD & LPM_BITS) << 32 | 24;
	case LPM_LOOKUP:
		return (i * LPM_SPREAD & LPM_BITS) << 32 | 32;
	default:
		return scatter(i + (work == MISS ? n : 0) + 1);
	}
}

static inline bool is_fill(enum work work)
{
	return work == FILL || work == LPM_FILL;
}

static inline bool is_lookup(enum work work)
{
	return work == LOOKUP || work == MISS || work == ARRAY_LOOKUP || work == LRU_LOOKUP ||
	       work == LPM_LOOKUP;
}

static uint64_t run_map(struct map *map, enum work work, uint64_t n, uint64_t count,
			uint64_t *state)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t key = key_of(work, is_fill(work) ? i : next_key(state, n), n), *v;

		if (is_lookup(work)) {
			v = map->ops->lookup(map, &key, 0);
			sum += v ? *v : 0;
			continue;
		}
		if (work == DELETE_INSERT)
			map->ops->delete (map, &key, 0);
		map->ops->update(map, &key, &i, 0, 0);
	}
	return sum;
}

/* The kernel's side */

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(__NR_bpf, cmd, attr, sizeof(*attr));
}

static int kernel_map(uint32_t type, uint32_t key_size, uint32_t n)
{
	union bpf_attr attr = {.map_type = type,
			       .key_size = key_size,
			       .value_size = 8,
			       .max_entries = n,
			       .map_flags = type == BPF_MAP_TYPE_LPM_TRIE ? BPF_F_NO_PREALLOC : 0};

	return bpf(BPF_MAP_CREATE, &attr);
}

static struct bpf_insn *emit_ld64(struct bpf_insn *i, uint8_t dst, uint64_t imm, bool is_map)
{
	insn_make_ld64(i, OP_LD_IMM64_IMM, dst, imm);
	i->src_reg = is_map ? BPF_PSEUDO_MAP_FD : 0;
	return i + 2;
}

/* The key of number r1 goes to fp - 16. */
static struct bpf_insn *emit_stored(struct bpf_insn *i, enum work work)
{
	if (work == LPM_FILL || work == LPM_LOOKUP) {
		*i++ = INSN_MUL64_K(1, LPM_SPREAD);
		*i++ = INSN_AND64_K(1, LPM_BITS);
		*i++ = INSN_LSH64_K(1, 32);
		*i++ = INSN_OR64_K(1, work == LPM_FILL ? 24 : 32);
	}
	*i++ = INSN_STX_DW(10, 1, -16);
	return i;
}

/* The next key goes to fp - 16; the state is in r6. */
static struct bpf_insn *emit_key(struct bpf_insn *i, enum work work, uint64_t n)
{
	if (is_fill(work)) {
		*i++ = INSN_MOV64_X(1, 6);
		*i++ = INSN_ADD64_K(6, 1);
		return emit_stored(i, work);
	}
	i = emit_ld64(i, 1, 6364136223846793005u, false);
	*i++ = INSN_MUL64_X(6, 1);
	i = emit_ld64(i, 1, 1442695040888963407u, false);
	*i++ = INSN_ADD64_X(6, 1);
	*i++ = INSN_MOV64_X(1, 6);
	*i++ = INSN_RSH64_K(1, 32);
	*i++ = INSN_MUL64_K(1, (int32_t)n);
	*i++ = INSN_RSH64_K(1, 32);
	*i++ = INSN_ADD64_K(1, work == MISS ? (int32_t)n : 0);
	return emit_stored(i, work);
}

/*
 * Calls a helper with map, key and, for an update, the key as the value; sums what a lookup finds.
 */
static struct bpf_insn *emit_call(struct bpf_insn *i, int map, int helper)
{
	i = emit_ld64(i, 1, (uint32_t)map, true);
	*i++ = INSN_MOV64_X(2, 10);
	*i++ = INSN_ADD64_K(2, -16);
	*i++ = INSN_MOV64_X(3, 2);
	*i++ = INSN_MOV64_K(4, 0);
	*i++ = INSN_CALL(helper);
	if (helper != BPF_FUNC_map_lookup_elem)
		return i;
	*i++ = INSN_JEQ64_K(0, 0, 2);
	*i++ = INSN_LDX_DW(1, 0, 0);
	*i++ = INSN_ADD64_X(8, 1);
	return i;
}

/* LOOP keys from the state in a one-element array. */
static int kernel_prog(int map, int state, enum work work, uint64_t n)
{
	struct bpf_insn p[64], *i = p, *loop, *no_state;
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
			       .license = (uintptr_t) "GPL"};

	*i++ = INSN_MOV64_K(8, 0);
	*i++ = INSN_ST_W(10, -4, 0);
	i = emit_ld64(i, 1, (uint32_t)state, true);
	*i++ = INSN_MOV64_X(2, 10);
	*i++ = INSN_ADD64_K(2, -4);
	*i++ = INSN_CALL(BPF_FUNC_map_lookup_elem);
	no_state = i++;
	*i++ = INSN_MOV64_X(9, 0);
	*i++ = INSN_LDX_DW(6, 9, 0);
	*i++ = INSN_MOV64_K(7, 0);
	loop = i;
	i = emit_key(i, work, n);
	if (work == DELETE_INSERT)
		i = emit_call(i, map, BPF_FUNC_map_delete_elem);
	i = emit_call(i, map,
		      is_lookup(work) ? BPF_FUNC_map_lookup_elem : BPF_FUNC_map_update_elem);
	*i++ = INSN_ADD64_K(7, 1);
	*i = INSN_JLT64_K(7, LOOP, (int16_t)(loop - i - 1));
	i++;
	*i++ = INSN_STX_DW(9, 6, 0);
	*no_state = INSN_JEQ64_K(0, 0, (int16_t)(i - no_state - 1));
	*i++ = INSN_MOV64_K(0, 0);
	*i++ = INSN_EXIT();
	attr.insns = (uintptr_t)p;
	attr.insn_cnt = (uint32_t)(i - p);
	return bpf(BPF_PROG_LOAD, &attr);
}

/* Seconds for count operations, or a negative number. */
static double run_kernel(int map, int state, enum work work, uint64_t n, uint64_t count)
{
	uint8_t packet[64] = {0};
	union bpf_attr attr = {0};
	int prog = kernel_prog(map, state, work, n);
	double begin;

	if (prog < 0)
		return -1;
	attr.test.prog_fd = (uint32_t)prog;
	attr.test.data_in = (uintptr_t)packet;
	attr.test.data_size_in = sizeof(packet);
	attr.test.repeat = (uint32_t)(count / LOOP);
	begin = now();
	if (bpf(BPF_PROG_TEST_RUN, &attr) != 0)
		begin = now() + 1;
	close(prog);
	return now() - begin;
}

/* One line: nanoseconds of each, the fastest of some rounds taken in turns. */
static void compare(enum work work, uint64_t n, struct map *map, const struct plain *plain,
		    int kmap, int kstate)
{
	uint64_t count = min(n * 100, (uint64_t)LOOP * 20), s1 = 1, s2 = 1;
	double best[3] = {1e9, 1e9, 1e9}, t;
	volatile uint64_t sink = 0;

	count -= count % LOOP;
	for (int round = 0; round < ROUNDS; round++) {
		t = now();
		sink += run_map(map, work, n, count, &s1);
		best[0] = min(best[0], now() - t);
		if (plain) {
			t = now();
			sink += run_plain(plain, work, n, count, &s2);
			best[1] = min(best[1], now() - t);
		}
		t = kmap < 0 ? -1 : run_kernel(kmap, kstate, work, n, count);
		if (t > 0)
			best[2] = min(best[2], t);
	}
	printf("%9llu  %-16s %7.1f ns", (unsigned long long)n, work_names[work],
	       best[0] / (double)count * 1e9);
	if (plain)
		printf("  linear probing %7.1f ns, %5.2f times that", best[1] / (double)count * 1e9,
		       best[0] / best[1]);
	if (best[2] < 1e9)
		printf("  kernel %7.1f ns, %5.2f times that", best[2] / (double)count * 1e9,
		       best[0] / best[2]);
	printf("\n");
	fflush(stdout);
}

static struct map *open_map(uint32_t type, uint32_t key_size, uint64_t n, bool file)
{
	struct map_def def = {.name = "bench",
			      .type = type,
			      .key_size = key_size,
			      .value_size = 8,
			      .max_entries = (uint32_t)n,
			      .flags = type == MAP_TYPE_LPM_TRIE ? MAP_NO_PREALLOC : 0};
	int fd = file ? memfd_create("bench", MFD_CLOEXEC) : -1;
	struct diag d = {.prefix = "maps_bench"};
	struct map *map = NULL;

	if (map_create(&def, 1, fd, 1, &d, &map) != 0)
		exit(4);
	if (file)
		close(fd);
	return map;
}

/* A map that has no plain table to be compared with, filled and then asked. */
static void bench_other(uint32_t type, uint32_t key_size, enum work fill, const enum work *works,
			uint64_t n, bool file)
{
	struct map *map = open_map(type, key_size, n, file);
	int kmap = kernel_map(type, key_size, (uint32_t)n);
	int kstate = kernel_map(BPF_MAP_TYPE_ARRAY, 4, 1);
	uint64_t zero = 0;

	if (fill != WORKS)
		run_map(map, fill, n, n, &zero);
	if (kmap >= 0 && fill != WORKS)
		run_kernel(kmap, kstate, fill, n, n + LOOP);
	for (; *works != WORKS; works++)
		compare(*works, *works == LRU_UPDATE ? 2 * n : n, map, NULL, kmap, kstate);
	map_free(map);
	close(kmap);
	close(kstate);
}

static void bench(uint64_t n, bool file)
{
	struct map *map = open_map(MAP_TYPE_HASH, 8, n, file);
	struct plain plain;
	uint64_t zero = 0, size;
	int kmap = kernel_map(BPF_MAP_TYPE_HASH, 8, (uint32_t)n);
	int kstate = kernel_map(BPF_MAP_TYPE_ARRAY, 4, 1);

	plain.size = 2 * n;
	size = plain.size * sizeof(*plain.pairs);
	plain.pairs = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!file)
		madvise(plain.pairs, size, MADV_HUGEPAGE);
	run_map(map, FILL, n, n, &zero);
	run_plain(&plain, FILL, n, n, &zero);
	if (kmap >= 0)
		run_kernel(kmap, kstate, FILL, n, n + LOOP);
	printf("%9llu  entries of 16 bytes in %s: %.1f bytes each\n", (unsigned long long)n,
	       file ? "a file's pages" : "this process's memory",
	       (double)map->region->head.size / (double)n);
	for (enum work work = LOOKUP; work <= DELETE_INSERT; work++)
		compare(work, n, map, &plain, kmap, kstate);
	map_free(map);
	munmap(plain.pairs, size);
	close(kmap);
	close(kstate);
	bench_other(MAP_TYPE_ARRAY, 4, WORKS, (enum work[]){ARRAY_LOOKUP, WORKS}, n, file);
	bench_other(MAP_TYPE_LRU_HASH, 8, FILL, (enum work[]){LRU_LOOKUP, LRU_UPDATE, WORKS}, n,
		    file);
	bench_other(MAP_TYPE_LPM_TRIE, 8, LPM_FILL, (enum work[]){LPM_LOOKUP, WORKS}, n, file);
}

int main(int argc, char **argv)
{
	static const uint64_t sizes[] = {1000, 100000, 10000000};
	bool file = getenv("MAPS_BENCH_FILE") != NULL;

	for (size_t i = 0; argc < 2 && i < ARRAY_SIZE(sizes); i++)
		bench(sizes[i], file);
	for (int i = 1; i < argc; i++)
		bench(strtoull(argv[i], NULL, 0), file);
	return 0;
}
