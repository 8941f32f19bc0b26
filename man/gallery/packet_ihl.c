/* E0801: A header whose length is in the packet */
#include "bpf.h"

SEC("xdp")
int drop_dns(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct udphdr *udp;

	if ((void *)(ip + 1) > data_end)
		return XDP_PASS;
	udp = (void *)ip + ip->ihl * 4;
#ifdef FIXED
	if ((void *)(udp + 1) > data_end)
		return XDP_PASS;
#endif
	return udp->dest == bpf_htons(53) ? XDP_DROP : XDP_PASS;
}

LICENSE;
