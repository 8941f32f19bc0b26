/* Addresses of functions. */
#include "bpf.h"

struct {
	__uint(type, 2);
	__uint(max_entries, 8);
	__type(key, u32);
	__type(value, u64);
} table SEC(".maps");

struct sum {
	u64 n;
};

static NOINLINE u64 add(u64 a, u64 b)
{
	return a + b;
}

static long each(void *map, u32 *key, u64 *value, struct sum *sum)
{
	(void)map;
	sum->n = add(sum->n, *value + *key);
	return 0;
}

static long step(u32 i, struct sum *sum)
{
	sum->n = add(sum->n, i);
	return 0;
}

NOINLINE long global_step(u32 i, struct sum *sum)
{
	(void)sum;
	return i > 5;
}

SEC("tc") int walk(void *ctx)
{
	struct sum sum = {0};

	(void)ctx;
	for_each_map(&table, each, &sum, 0);
	loop(10, step, &sum, 0);
	return (int)sum.n;
}

SEC("xdp") int walk_again(struct xdp_md *ctx)
{
	struct sum sum = {0};

	(void)ctx;
	loop(10, step, &sum, 0);
	loop(20, global_step, &sum, 0);
	for_each_map(&table, each, &sum, 0);
	return (int)sum.n;
}

LICENSE;
