/* Arithmetic, jumps and memory of every width, for each version of the instruction set. */
#include "bpf.h"

u64 out[32];
volatile s64 big = -77;
volatile s32 word = -5;
volatile signed char byte = -3;
volatile short half = -9;

static NOINLINE u64 mix(u64 a, u32 b, s64 c)
{
	u64 r = a;

	for (u32 i = 0; i < (b & 31); i++) {
		r = r * 6364136223846793005ull + 1442695040888963407ull;
		r ^= r >> 29;
		if ((s64)r < c)
			r += b;
		else if ((u32)r > b)
			r -= (u64)c;
	}
	return r;
}

SEC("socket") int compute(void *ctx)
{
	u64 n = (u64)(unsigned long)ctx;

	out[0] = mix(n, (u32)n, big);
	out[1] = n / 7 + n % 13;
	out[2] = (u64)(word * 3) + (u64)(s64)byte + (u64)(s64)half;
	out[3] = __builtin_bswap64(n) ^ __builtin_bswap32((u32)n) ^ __builtin_bswap16((u16)n);
	out[4] = (u32)n << (n & 31) | (u64)((s32)n >> 3);
	__sync_fetch_and_add(&out[5], n);
	return (int)(out[0] ^ out[3]);
}

LICENSE;
