/* E0603: A signed index that is compared on one side only */
#include "bpf.h"

signed char level;
u8 slots[64];

SEC("xdp")
int count(struct xdp_md *ctx)
{
	long i = level;

#ifndef FIXED
	if (i < 64)
#else
	if (i >= 0 && i < 64)
#endif
		slots[i]++;
	return XDP_PASS;
}

LICENSE;
