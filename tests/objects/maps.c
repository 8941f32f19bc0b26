/* Every way to declare a map. */
#include "bpf.h"

struct key {
	u32 a, b;
};
struct value {
	u64 n;
	char name[12];
};

struct {
	__uint(type, 1);
	__uint(max_entries, 1000);
	__type(key, struct key);
	__type(value, struct value);
	__uint(map_flags, 1);
} typed SEC(".maps");

struct {
	__uint(type, 5);
	__uint(key_size, 4);
	__uint(value_size, 24);
	__uint(max_entries, 7);
} sized SEC(".maps");

struct {
	__uint(type, 27);
	__uint(max_entries, 5000);
} ring SEC(".maps");

struct {
	__uint(type, 30);
	__uint(max_entries, 64);
	__uint(value_size, 8);
	__uint(map_extra, 3);
} bloom SEC(".maps");

struct {
	__uint(type, 9);
	__uint(max_entries, 64);
	__type(key, u32);
	__type(value, u64);
	__uint(pinning, 1);
} a_name_that_is_longer_than_the_kernel_takes SEC(".maps");

struct {
	__uint(type, 11);
	__uint(max_entries, 64);
	__uint(map_flags, 1);
	__uint(numa_node, 0);
	__type(key, struct key);
	__type(value, u64);
} trie SEC(".maps");

SEC("xdp") int use(struct xdp_md *ctx)
{
	struct key k = {1, 2};
	struct value *v = map_lookup(&typed, &k);
	u32 i = 0;

	(void)ctx;
	if (v)
		v->n++;
	map_lookup(&sized, &i);
	map_lookup(&trie, &k);
	map_lookup(&a_name_that_is_longer_than_the_kernel_takes, &i);
	return 2;
}

LICENSE;
