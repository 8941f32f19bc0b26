#include "bpf.h"

u64 a, b;
u32 c, d;

SEC("xdp")
int locked(struct xdp_md *ctx)
{
	__sync_fetch_and_add(&a, ctx->data);
	__sync_fetch_and_add(&c, ctx->data);
#if __BPF_CPU_VERSION__ >= 3 || __clang_major__ < 15
#ifdef FETCH
	b = __sync_fetch_and_or(&a, 5) + __sync_fetch_and_xor(&a, 6) + __sync_fetch_and_and(&a, 9);
	d = __sync_fetch_and_add(&c, 5) + __sync_val_compare_and_swap(&c, 1, 2);
	b += __sync_lock_test_and_set(&a, 4) + __sync_val_compare_and_swap(&a, 3, 4);
#endif
#endif
	return 2;
}
