/* E1102: A helper that programs of this type cannot call */
#include "bpf.h"

SEC("xdp")
int first(struct xdp_md *ctx)
{
	u8 byte = 0;
#ifndef FIXED

	bpf_skb_load_bytes(ctx, 0, &byte, sizeof(byte));
#else
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

	if (data + 1 > data_end)
		return XDP_DROP;
	byte = *(u8 *)data;
#endif
	return byte ? XDP_PASS : XDP_DROP;
}

LICENSE;
