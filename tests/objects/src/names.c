/* Symbols whose names mean something else to an assembler. */
#include "common.h"

int r1 = 1, w2 = 2, goto_ = 3, ll = 4, exit_code SEC(".data.exit") = 5;
int call asm("call") = 6, lock asm("lock") = 7, odd asm("a$b.c") = 8, end asm("exit") = 9;
int number asm("0day") = 10, local asm(".Lkept") = 11, blank asm("with blank") = 12;
int license_ asm("license.") SEC("license.more") = 13;

static __noinline int bpf_get_smp_processor_id_(int a) asm("bpf_get_prandom_u32_mine");
static __noinline int bpf_get_smp_processor_id_(int a)
{
	volatile int b = a;

	return b;
}

__noinline int xdp(int a) asm("bpf_map_lookup_elem");
__noinline int xdp(int a)
{
	volatile int b = a;

	return b + 1;
}

SEC("xdp") int prog(struct xdp_md *ctx)
{
	return r1 + w2 + goto_ + ll + call + lock + odd + end + number + local + blank + license_ +
	       exit_code + bpf_get_smp_processor_id_(1) + xdp(2) + bpf_get_prandom_u32();
}

LICENSE("GPL");
