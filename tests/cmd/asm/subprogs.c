#include "bpf.h"

static noinline u32 twice(u32 x)
{
	return x * 2 + ktime();
}
noinline u32 exported(u32 x)
{
	return twice(x) + 1;
}
__attribute__((weak)) noinline u32 weak(u32 x)
{
	return exported(x) ^ 5;
}
static noinline u64 many(u64 a, u64 b, u64 c, u64 d, u64 e)
{
	return a + b * c - d / (e | 1) + ktime();
}
SEC("xdp")
static noinline int local_same(struct xdp_md *ctx)
{
	return many(ctx->data, 2, 3, 4, ctx->data_end);
}
SEC("xdp")
int one(struct xdp_md *ctx)
{
	return twice(ctx->data) + exported(3) + weak(4) + local_same(ctx);
}
SEC("tc")
int two(struct xdp_md *ctx)
{
	return one(ctx) + many(1, 2, 3, 4, ctx->data);
}
