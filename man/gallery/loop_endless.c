/* E0251: A loop that need not end */
#include "bpf.h"

int stop;

SEC("xdp")
int wait(struct xdp_md *ctx)
{
#ifndef FIXED
	while (!*(volatile int *)&stop)
		;
#else
	for (int i = 0; i < 100 && !*(volatile int *)&stop; i++)
		;
#endif
	return XDP_PASS;
}

LICENSE;
