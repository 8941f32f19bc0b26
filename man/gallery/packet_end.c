/* E0405: Arithmetic on the packet's end */
#include "bpf.h"

SEC("xdp")
int last_byte(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *data_end = (void *)(long)ctx->data_end;

#ifndef FIXED
	if (data > data_end - 1)
#else
	if (data + 1 > data_end)
#endif
		return XDP_DROP;
	return *(u8 *)data ? XDP_PASS : XDP_DROP;
}

LICENSE;
