#include "bpf.h"

SEC("tc")
int sum(struct xdp_md *ctx)
{
	u8 *p = (void *)(u64)ctx->data, *end = (void *)(u64)ctx->data_end;
	u64 h = 14695981039346656037ull;
	int n = 0;

	for (u32 i = 0; i < 64; i++) {
		if (p + i + 1 > end)
			break;
		h = (h ^ p[i]) * 1099511628211ull;
		for (int j = 7; j >= 0; j--)
			n += (p[i] >> j) & 1 ? i : -j;
	}
#pragma clang loop unroll(full)
	for (int i = 0; i < 9; i++)
		n ^= n << i;
	return (int)(h >> 32) ^ n;
}
