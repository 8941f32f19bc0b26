/* E0602: An index that may be one too large */
#include "bpf.h"

struct table {
	u32 slots[12];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct table);
	__uint(max_entries, 64);
} tables SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	u32 key = 0, i = ctx->rx_queue_index;
	struct table *t = bpf_map_lookup_elem(&tables, &key);

	if (!t)
		return XDP_PASS;
#ifndef FIXED
	if (i > 12)
#else
	if (i >= 12)
#endif
		return XDP_PASS;
	t->slots[i]++;
	return XDP_PASS;
}

LICENSE;
