/* E1119: A length that has no limit */
#include "bpf.h"

u32 wanted;
char buf[256];

SEC("kprobe/do_unlinkat")
int copy(struct pt_regs *ctx)
{
	u32 len = wanted;

#ifdef FIXED
	if (len > sizeof(buf))
		len = sizeof(buf);
#endif
	bpf_probe_read_kernel(buf, len, (void *)ctx->si);
	return 0;
}

LICENSE;
