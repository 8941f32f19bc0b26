#include "bpf.h"

SEC("xdp")
int wide(struct xdp_md *ctx)
{
	u64 x = ctx->data;

	x *= 0xdeadbeefcafebabeull;
	x += 0x80000000ull;
	x ^= 0xffffffff00000000ull;
	x |= 0x7fffffff;
	x -= 0xffffffff;
	if (x > 0x8000000000000000ull)
		x = -x;
	if ((s64)x < -5000000000ll || x == 0xffffffff)
		return 3;
	return x & 0xf0f0f0f0 ? 1 : 2;
}
