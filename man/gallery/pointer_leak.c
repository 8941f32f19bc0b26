/* E0607: An address that is written where others can read it, by a loader without CAP_PERFMON */
/* ebpf verify --caps bpf,net_admin */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, u64);
	__uint(max_entries, 1);
} seen SEC(".maps");

SEC("xdp")
int remember(struct xdp_md *ctx)
{
	u32 key = 0;
	u64 *v = bpf_map_lookup_elem(&seen, &key);

	if (!v)
		return XDP_PASS;
#ifndef FIXED
	*v = (u64)(long)ctx;
#else
	*v = ctx->rx_queue_index;
#endif
	return XDP_PASS;
}

LICENSE;
