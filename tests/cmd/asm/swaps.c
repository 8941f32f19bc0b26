#include "bpf.h"

u64 out;

SEC("xdp")
int swaps(struct xdp_md *ctx)
{
	out = __builtin_bswap16(ctx->data) + __builtin_bswap32(ctx->data_end) +
	      __builtin_bswap64(out);
	return out >> 7;
}
