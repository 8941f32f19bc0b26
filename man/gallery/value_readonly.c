/* E0614: A write to a constant */
#include "bpf.h"

#ifndef FIXED
volatile const int limit = 100;
#else
volatile int limit = 100;
#endif

SEC("xdp")
int adjust(struct xdp_md *ctx)
{
	int *p = (int *)&limit;

	barrier_var(p);
	*p = 200;
	return XDP_PASS;
}

LICENSE;
