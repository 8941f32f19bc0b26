#include "bpf.h"

struct {
	__uint(type, 1);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 8);
} m SEC(".maps");
static u64 each(void *map, u32 *key, u64 *value, u64 *sum)
{
	*sum += *key * *value;
	return 0;
}
static long step(u32 i, u64 *sum)
{
	*sum ^= i;
	return i > 10;
}
SEC("tc")
int run(void *ctx)
{
	u64 sum = 0;

	for_each(&m, each, &sum, 0);
	loop(20, step, &sum, 0);
	return sum;
}
