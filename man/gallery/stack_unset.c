/* E0502: A struct that is not written whole before a helper reads it */
/* ebpf verify --caps bpf,net_admin */
#include "bpf.h"

struct key {
	u8 proto;
	u32 addr;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key);
	__type(value, long);
	__uint(max_entries, 64);
} counts SEC(".maps");

SEC("xdp")
int count(struct xdp_md *ctx)
{
	struct key key;
	long *v;

#ifdef FIXED
	__builtin_memset(&key, 0, sizeof(key));
#endif
	key.proto = 6;
	key.addr = ctx->rx_queue_index;
	v = bpf_map_lookup_elem(&counts, &key);
	return v ? XDP_PASS : XDP_DROP;
}

LICENSE;
