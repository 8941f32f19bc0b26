/* E1105: A helper that may sleep in a program that must not */
#include "bpf.h"

#ifndef FIXED
SEC("uprobe")
#else
SEC("uprobe.s")
#endif
int copy(struct pt_regs *ctx)
{
	u64 word = 0;

	bpf_copy_from_user(&word, sizeof(word), (void *)ctx->si);
	return word != 0;
}

LICENSE;
