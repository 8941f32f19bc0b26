/* E0403: A pointer that was kept in 32 bits */
#include "bpf.h"

SEC("xdp")
int first_byte(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;
#ifndef FIXED
	u32 ip = (u32)(long)data + sizeof(struct ethhdr);
#else
	void *ip = data + sizeof(struct ethhdr);
#endif

	if ((void *)(long)ip + 1 > data_end)
		return XDP_PASS;
	return *(u8 *)(long)ip == 0x45 ? XDP_PASS : XDP_DROP;
}

LICENSE;
