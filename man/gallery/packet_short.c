/* E0801: A check that covers less than what is read */
#include "bpf.h"

SEC("xdp")
int drop_udp(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = data + sizeof(*eth);

#ifndef FIXED
	if ((void *)ip > data_end)
#else
	if ((void *)(ip + 1) > data_end)
#endif
		return XDP_DROP;
	return ip->protocol == IPPROTO_UDP ? XDP_DROP : XDP_PASS;
}

LICENSE;
