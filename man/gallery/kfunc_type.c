/* E1208: A kernel function that programs of this type cannot call */
#include "bpf.h"

struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
int bpf_dynptr_from_skb(struct __sk_buff *skb, u64 flags, struct bpf_dynptr *ptr) __ksym;
int bpf_dynptr_from_xdp(struct xdp_md *ctx, u64 flags, struct bpf_dynptr *ptr) __ksym;

SEC("xdp")
int open(struct xdp_md *ctx)
{
	struct bpf_dynptr ptr;

#ifndef FIXED
	bpf_dynptr_from_skb((void *)ctx, 0, &ptr);
#else
	bpf_dynptr_from_xdp(ctx, 0, &ptr);
#endif
	return XDP_PASS;
}

LICENSE;
