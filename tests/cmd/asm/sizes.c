#include "bpf.h"

struct mixed {
	u8 a;
	u16 b;
	u32 c;
	u64 d;
	signed char e;
	short f;
	int g;
	s64 h;
} __attribute__((packed)) m;
volatile struct mixed v;

SEC("xdp")
int sizes(struct xdp_md *ctx)
{
	s64 n = (signed char)ctx->data + (short)ctx->data_end + (int)ctx->data_meta;

	v.a = n;
	v.b = n >> 3;
	v.c = v.a * v.b;
#if __BPF_CPU_VERSION__ >= 4 || defined(SDIV)
	v.c += n / 7 + n % 5 + (int)n / 3;
#endif
	v.d = (u64)n / 7 + (u64)n % 9;
	v.e = v.f - v.g;
	v.h = -v.h + (n << (ctx->data & 63));
	v.g = -v.g;
	return v.e + v.f + v.g + v.h;
}
