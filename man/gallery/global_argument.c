/* E1056: A global function's argument of no known size */
#include "bpf.h"

#ifndef FIXED
__noinline int first(void *header)
#else
__noinline int first(struct ethhdr *header)
#endif
{
	return header && *(u8 *)header;
}

SEC("xdp")
int unicast(struct xdp_md *ctx)
{
	struct ethhdr header = {.h_proto = 8};

	return first((void *)&header) ? XDP_PASS : XDP_DROP;
}

LICENSE;
