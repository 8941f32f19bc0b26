/* What coverage tells apart: both ways of branches, loops, callbacks, tail calls, dead code. */
#include "bpf.h"

struct ctx {
	u32 data, data_end;
};

const volatile u32 debug = 0;
u64 odd, sum;

SEC("xdp") int last(struct ctx *ctx);

struct {
	__uint(type, 3);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__array(values, int(struct ctx *));
} next SEC(".maps") = {.values = {(void *)&last}};

static NOINLINE int classify(u32 byte)
{
	if (byte & 1) {
		odd++;
		return 1;
	}
	return 0;
}

static long each(u32 i, void *arg)
{
	(void)arg;
	sum += i;
	return 0;
}

SEC("xdp") int first(struct ctx *ctx)
{
	u8 *p = (void *)(unsigned long)ctx->data, *end = (void *)(unsigned long)ctx->data_end;

	if (p + 1 > end)
		return 0;
	if (debug)
		trace_printk("debug", 6);
	loop(classify(*p) ? 3 : 5, each, 0, 0);
	tail_call(ctx, &next, 0);
	return 1;
}

SEC("xdp") int last(struct ctx *ctx)
{
	u8 *p = (void *)(unsigned long)ctx->data, *end = (void *)(unsigned long)ctx->data_end;
	int n = 0;

	if (p + 8 > end)
		return 0;
	for (u32 i = 0; i < 8; i++)
		n += classify(p[i]);
	return n > 4 ? 2 : 3;
}

SEC("xdp") int unused(struct ctx *ctx)
{
	(void)ctx;
	return classify(sum);
}

LICENSE;
