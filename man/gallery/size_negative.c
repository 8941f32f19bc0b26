/* E1117: A length that may be negative */
#include "bpf.h"

s64 wanted;
char buf[256];

SEC("kprobe/do_unlinkat")
int copy(struct pt_regs *ctx)
{
#ifndef FIXED
	s64 len = wanted;
#else
	u64 len = wanted;
#endif

	if (len > 256)
		len = 256;
	bpf_probe_read_kernel(buf, len, (void *)ctx->si);
	return 0;
}

LICENSE;
