/* A dispatcher whose table the loader fills. */
#include "common.h"

int first(struct xdp_md *ctx), second(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__uint(key_size, sizeof(__u32));
	__array(values, int(void *));
} table SEC(".maps") = {
	.values = {[0] = (void *)&first, [2] = (void *)&second},
};

SEC("xdp") int first(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp") int second(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &table, 0);
	return XDP_DROP;
}

SEC("xdp") int dispatch(struct xdp_md *ctx)
{
	if (ctx->rx_queue_index == 7)
		bpf_tail_call_static(ctx, &table, 2);
	bpf_tail_call(ctx, &table, ctx->rx_queue_index);
	return XDP_ABORTED;
}

LICENSE("GPL");
