#include "bpf.h"

int tentative;
static int local_zero;
static struct { u64 a, b; char c[3]; } aligned __attribute__((aligned(64)));
__attribute__((visibility("hidden"))) int concealed = 1;
const int constant = 42;

__attribute__((visibility("hidden"))) noinline int helper(int x)
{
	return x + tentative + constant + ktime();
}
SEC("xdp")
int use(struct xdp_md *ctx)
{
	local_zero += helper(ctx->data);
	aligned.b += concealed++;
	return local_zero + aligned.c[ctx->data & 1];
}
