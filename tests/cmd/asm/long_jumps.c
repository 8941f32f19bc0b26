#include "bpf.h"

#define R4(x) x x x x
#define R64(x) R4(R4(R4(x)))
SEC("xdp")
int far(struct xdp_md *ctx)
{
	volatile u64 a = ctx->data;

	if (a > 5) {
		R64(a *= 3; a ^= 0x123456789ull;)
	} else {
		R64(a += ctx->data_end;)
	}
	return a;
}
