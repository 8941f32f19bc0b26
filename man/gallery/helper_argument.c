/* E1109: An argument of the wrong kind */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, long);
	__uint(max_entries, 64);
} counts SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	u64 key = ctx->rx_queue_index;
#ifndef FIXED
	long *v = bpf_map_lookup_elem(&counts, (void *)key);
#else
	long *v = bpf_map_lookup_elem(&counts, &key);
#endif

	return v ? XDP_PASS : XDP_DROP;
}

LICENSE;
