#include "bpf.h"

SEC("socket")
int classify(struct xdp_md *ctx)
{
	switch (ctx->data) {
	case 1:
		return 10;
	case 5:
		return 20;
	case 1000:
		return ctx->data_end * 3;
	case 0x12345678:
		return 40;
	case 0x80000000:
		return -1;
	case 7 ... 30:
		return ctx->data_meta;
	default:
		return (int)ctx->data < 0 ? -5 : 5;
	}
}
