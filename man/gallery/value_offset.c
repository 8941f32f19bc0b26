/* E0404: Arithmetic on a pointer that may be NULL */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, u64[4]);
	__uint(max_entries, 64);
} values SEC(".maps");

SEC("xdp")
int third(struct xdp_md *ctx)
{
	u32 key = 0;
	u64 *v = bpf_map_lookup_elem(&values, &key);

#ifdef FIXED
	if (!v)
		return XDP_PASS;
#endif
	v += 2;
	barrier_var(v);
	return v ? XDP_PASS : XDP_DROP;
}

LICENSE;
