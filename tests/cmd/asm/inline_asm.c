#include "bpf.h"

SEC("xdp")
int inline_asm(struct xdp_md *ctx)
{
	u64 r = 5;

	asm volatile("%0 += 7; if %0 > 10 goto 1f; %0 = 3; 1: %0 <<= 2" : "+r"(r));
	asm volatile("r1 = 0x123456789abcdef0 ll\n\tr1 s>>= 3\n\t%0 ^= r1" : "+r"(r) : : "r1");
	asm volatile("goto l0_%=; r0 = 0; l0_%=: *(u64 *)(r10 - 8) = %0" : : "r"(r) : "r0");
	return r;
}
