/* E1852: A function that calls itself */
#include "bpf.h"

u32 left;

static __noinline int count(u32 n)
{
#ifndef FIXED
	left++;
	return n ? count(n - 1) + left : 0;
#else
	for (; n && n < 100; n--)
		left++;
	return left;
#endif
}

SEC("xdp")
int start(struct xdp_md *ctx)
{
	return count(ctx->rx_queue_index) ? XDP_PASS : XDP_DROP;
}

LICENSE;
