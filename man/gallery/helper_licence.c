/* E1103: A helper for programs under the GPL */
#include "bpf.h"

SEC("kprobe/do_unlinkat")
int trace(struct pt_regs *ctx)
{
	char text[] = "unlinked";

	bpf_trace_printk(text, sizeof(text));
	return 0;
}

#ifndef FIXED
char _license[] SEC("license") = "Proprietary";
#else
char _license[] SEC("license") = "GPL";
#endif
