/* E0611: A global function does not know what its callers pass */
#include "bpf.h"

struct pair {
	u32 a, b;
};

__noinline int sum(struct pair *pair)
{
#ifdef FIXED
	if (!pair)
		return 0;
#endif
	return pair->a + pair->b;
}

SEC("xdp")
int both(struct xdp_md *ctx)
{
	struct pair pair = {ctx->rx_queue_index, 1};

	return sum(&pair) > 3 ? XDP_PASS : XDP_DROP;
}

LICENSE;
