/* E1853: More stack than there is, over all functions of a chain */
#include "bpf.h"

#ifdef FIXED
struct {
	char path[300];
} scratch;
#endif

static __noinline int hash(const char *text, u32 size)
{
	u32 sum = 0;

	for (u32 i = 0; i < size; i++)
		sum = sum * 31 + text[i];
	return sum;
}

static __noinline int inner(void *ctx)
{
	char name[300] = {};

	bpf_probe_read_kernel(name, sizeof(name), ctx);
	return hash(name, 16);
}

SEC("xdp")
int outer(struct xdp_md *ctx)
{
#ifndef FIXED
	char path[300] = {};
#else
	char *path = scratch.path;
#endif

	bpf_probe_read_kernel(path, 300, ctx);
	return inner(ctx) + hash(path, 16) ? XDP_PASS : XDP_DROP;
}

LICENSE;
