/* A table of functions and data that libbpf registers. */
#include "common.h"

struct sock;

struct tcp_congestion_ops {
	__u32 key, flags;
	void (*init)(struct sock *sk);
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	char name[16];
	void *owner;
};

SEC("struct_ops/toy_init") void toy_init(__u64 *ctx)
{
}

SEC("struct_ops/toy_ssthresh") __u32 toy_ssthresh(__u64 *ctx)
{
	return ctx[0] != 0;
}

SEC("struct_ops") void toy_avoid(__u64 *ctx)
{
}

SEC("struct_ops") __u32 toy_undo(__u64 *ctx)
{
	return 2;
}

SEC(".struct_ops") struct tcp_congestion_ops toy = {
	.init = (void *)toy_init,
	.ssthresh = (void *)toy_ssthresh,
	.cong_avoid = (void *)toy_avoid,
	.undo_cwnd = (void *)toy_undo,
	.name = "toy",
};

SEC(".struct_ops.link") struct tcp_congestion_ops toy_link = {
	.ssthresh = (void *)toy_ssthresh,
	.undo_cwnd = (void *)toy_undo,
	.name = "toy_link",
};

LICENSE("GPL");
