#include "bpf.h"

int parse(struct xdp_md *ctx);
struct {
	__uint(type, 3);
	__uint(key_size, 4);
	__uint(max_entries, 2);
	__array(values, int(void *));
} table SEC(".maps") = {.values = {[1] = (void *)&parse}};

SEC("xdp")
int parse(struct xdp_md *ctx)
{
	tail_call(ctx, &table, 1);
	return 1;
}
SEC("xdp/entry")
int entry(struct xdp_md *ctx)
{
	tail_call(ctx, &table, ctx->data);
	return 2;
}
