/* E1121: A format that is not constant */
#include "bpf.h"

char out[64];
#ifndef FIXED
char format[] = "first argument %llx";
#else
const char format[] = "first argument %llx";
#endif

SEC("kprobe/do_unlinkat")
int unlink(struct pt_regs *ctx)
{
	u64 args[1] = {ctx->di};

	bpf_snprintf(out, sizeof(out), format, args, sizeof(args));
	return 0;
}

LICENSE;
