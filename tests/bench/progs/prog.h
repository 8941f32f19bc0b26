/*
 * A workload with maps: bench() of OPS operations, and fill(), which before that is run FILLS
 * times. It is compiled twice: as two XDP programs, and natively with the maps of native.h. Where
 * keys go on from, and what the workload returns, is the same everywhere.
 */
#ifndef TESTS_BENCH_PROGS_PROG_H
#define TESTS_BENCH_PROGS_PROG_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

enum { OPS = 1024, FILLS = 4, ENTRIES = 4096 };

struct ctx {
	u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

/* As <linux/bpf.h> has it for keys of tries */
struct prefix {
	u32 bits;
	u8 addr[4];
};

#define INLINE static inline __attribute__((always_inline))

#ifdef __bpf__

#define SEC(name) __attribute__((section(name), used))

enum {
	ARRAY = 2,
	HASH = 1,
	PERCPU_HASH = 5,
	PERCPU_ARRAY = 6,
	LRU_HASH = 9,
	LPM = 11,
	QUEUE = 22,
	STACK = 23,
};

#define MAP_OF(what, name, key_type, value_type, n, options)                                       \
	struct {                                                                                   \
		int(*type)[what];                                                                  \
		int(*max_entries)[n];                                                              \
		key_type *key;                                                                     \
		value_type *value;                                                                 \
		options                                                                            \
	} name SEC(".maps")
#define MAP(what, name, key_type, value_type, n) MAP_OF(what, name, key_type, value_type, n, )
#define TRIE(name, key_type, value_type, n)                                                        \
	MAP_OF(LPM, name, key_type, value_type, n, int(*map_flags)[1];)

/* Of a queue or a stack */
#define LINE(what, name, value_type, n)                                                            \
	struct {                                                                                   \
		int(*type)[what];                                                                  \
		int(*max_entries)[n];                                                              \
		value_type *value;                                                                 \
	} name SEC(".maps")

#define PROG(name) SEC("xdp") int name(struct ctx *ctx)

static void *(*const map_lookup)(void *map, const void *key) = (void *)1;
static long (*const map_update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static long (*const map_delete)(void *map, const void *key) = (void *)3;
static long (*const map_push)(void *map, const void *value, u64 flags) = (void *)87;
static long (*const map_pop)(void *map, void *value) = (void *)88;

#define LOOKUP(map, key) map_lookup(&(map), key)
#define UPDATE(map, key, value) map_update(&(map), key, value, 0)
#define DELETE(map, key) map_delete(&(map), key)
#define PUSH(map, value) map_push(&(map), value, 0)
#define POP(map, value) map_pop(&(map), value)

char license_of_it[] SEC("license") = "GPL";

#else

#define PROG(name)                                                                                 \
	int name(struct ctx *ctx) __attribute__((visibility("default")));                          \
	int name(struct ctx *ctx __attribute__((unused)))
#include "tests/bench/progs/native.h"

#endif

/* Where keys go on from in the next run */
MAP(ARRAY, state, u32, u64, 1);

INLINE u32 next_random(u64 *at)
{
	*at = *at * 6364136223846793005u + 1442695040888963407u;
	return *at >> 32;
}

/* Numbers in no order that a table could profit from */
INLINE u64 scatter(u64 i)
{
	i = (i + 1) * 0xd6e8feb86659fd93;
	return (i ^ i >> 32) * 0xd6e8feb86659fd93;
}

/* OPS times body, with a number of what fill() had in i */
#define BENCH(body)                                                                                \
	PROG(bench)                                                                                \
	{                                                                                          \
		u32 zero = 0;                                                                      \
		u64 *at = LOOKUP(state, &zero), seed, sum = 0;                                     \
		if (!at)                                                                           \
			return 0;                                                                  \
		seed = *at;                                                                        \
		for (u32 n = 0; n < OPS; n++) {                                                    \
			u32 i = next_random(&seed) % ENTRIES;                                      \
			body                                                                       \
		}                                                                                  \
		*at = seed;                                                                        \
		return sum ^ sum >> 32;                                                            \
	}

/* body for each number below ENTRIES, OPS of them in each run */
#define FILL(body)                                                                                 \
	PROG(fill)                                                                                 \
	{                                                                                          \
		u32 zero = 0;                                                                      \
		u64 *at = LOOKUP(state, &zero), from;                                              \
		if (!at)                                                                           \
			return 0;                                                                  \
		from = *at;                                                                        \
		for (u32 n = 0; n < OPS; n++) {                                                    \
			u32 i = (from + n) % ENTRIES;                                              \
			body                                                                       \
		}                                                                                  \
		*at = from + OPS;                                                                  \
		return 0;                                                                          \
	}

#endif
