/* E0501: An index into a local array that may be outside of it */
#include "bpf.h"

SEC("xdp")
int pick(struct xdp_md *ctx)
{
	u32 weights[4] = {}, i = ctx->rx_queue_index;

	bpf_probe_read_kernel(weights, sizeof(weights), ctx);
#ifdef FIXED
	if (i >= 4)
		return XDP_DROP;
#endif
	return weights[i] > 2 ? XDP_PASS : XDP_DROP;
}

LICENSE;
