/* E0611: A lookup that may find nothing */
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
	u32 key = ctx->rx_queue_index;
	long *v = bpf_map_lookup_elem(&counts, &key);

#ifdef FIXED
	if (!v)
		return XDP_PASS;
#endif
	*v += 1;
	return XDP_PASS;
}

LICENSE;
