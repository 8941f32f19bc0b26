/* Instructions that the compiler does not make by itself. */
#include "common.h"

SEC("socket") int atomics(struct __sk_buff *skb)
{
	__u64 v = skb->len, old;
	__u32 w = skb->mark;

	__sync_fetch_and_add(&v, 5);
	old = __sync_fetch_and_add(&v, 2);
#if defined(__BPF_CPU_VERSION__) && __BPF_CPU_VERSION__ >= 3
	old += __sync_fetch_and_or(&v, 8) + __sync_fetch_and_and(&v, 15) + __sync_fetch_and_xor(&w, 1);
	old += __sync_val_compare_and_swap(&v, 1, 2) + __sync_lock_test_and_set(&w, 7);
#endif
	return old + v + w;
}

SEC("socket") int swaps(struct __sk_buff *skb)
{
	__u64 a = skb->len;

	a = __builtin_bswap16(a) + __builtin_bswap32(a) + __builtin_bswap64(a);
	return a;
}

SEC("socket") int legacy(struct __sk_buff *skb)
{
#if HAS_CLANG
	extern unsigned long long load_byte(void *skb, unsigned long long off) asm("llvm.bpf.load.byte");
	extern unsigned long long load_half(void *skb, unsigned long long off) asm("llvm.bpf.load.half");
	extern unsigned long long load_word(void *skb, unsigned long long off) asm("llvm.bpf.load.word");

	return load_byte(skb, 12) + load_half(skb, 14) + load_word(skb, skb->mark);
#else
	return 0;
#endif
}

SEC("socket") int inlined(struct __sk_buff *skb)
{
	int res = 0;

#if HAS_CLANG
	asm volatile("r1 = %[skb]\n"
		     "w0 = 1\n"
		     "1: r0 += 1\n"
		     "if r0 < 10 goto 1b\n"
		     "r2 = -r2\n"
		     "r2 = be16 r2\n"
		     "r3 = 0x123456789abcdef ll\n"
		     "*(u16 *)(r10 - 8) = r3\n"
		     "r3 s>>= 4\n"
		     "if w3 s< w0 goto +1\n"
		     "r0 = 5\n"
		     "%[res] = r0\n"
		     : [res] "=r"(res)
		     : [skb] "r"(skb)
		     : "r0", "r1", "r2", "r3", "memory");
#endif
	return res;
}

LICENSE("GPL");
