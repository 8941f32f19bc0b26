/* E0803: Packet pointers that are used after the packet was changed */
#include "bpf.h"

SEC("xdp")
int strip(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;

	if (data + sizeof(*eth) > data_end)
		return XDP_DROP;
	if (bpf_xdp_adjust_head(ctx, 4))
		return XDP_DROP;
#ifdef FIXED
	data = (void *)(long)ctx->data;
	data_end = (void *)(long)ctx->data_end;
	eth = data;
	if (data + sizeof(*eth) > data_end)
		return XDP_DROP;
#endif
	eth->h_proto = bpf_htons(ETH_P_IP);
	return XDP_PASS;
}

LICENSE;
