/* E1851: A loop with too many ways through it */
#include "bpf.h"

u32 table[1024];
#ifdef FIXED

static long add(u32 i, u32 *sum)
{
	if (i < 1024 && table[i] & 1)
		*sum += table[i];
	return 0;
}
#endif

SEC("xdp")
int checksum(struct xdp_md *ctx)
{
	u32 sum = 0;

#ifndef FIXED
	for (u32 i = 0; i < 1024 * 1024; i++)
		if (table[i % 1024] & 1)
			sum += table[i % 1024];
#else
	bpf_loop(1024 * 1024, add, &sum, 0);
#endif
	return sum & 1 ? XDP_PASS : XDP_DROP;
}

LICENSE;
