/* E1754: A callback that returns neither 0 nor 1 */
#include "bpf.h"

static long step(u32 i, u64 *sum)
{
	*sum += i;
#ifndef FIXED
	return i;
#else
	return 0;
#endif
}

SEC("xdp")
int add(struct xdp_md *ctx)
{
	u64 sum = 0;

	bpf_loop(10, step, &sum, 0);
	return sum > 40 ? XDP_PASS : XDP_DROP;
}

LICENSE;
