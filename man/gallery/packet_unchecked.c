/* E0801: A packet that is read before anybody asked how long it is */
#include "bpf.h"

SEC("xdp")
int only_ip(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

#ifdef FIXED
	if (data + sizeof(*eth) > data_end)
		return XDP_DROP;
#endif
	return eth->h_proto == bpf_htons(ETH_P_IP) ? XDP_PASS : XDP_DROP;
}

LICENSE;
