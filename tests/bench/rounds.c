#include "tests/bench/bench.h"

/* The shape of SHA-256's compression: eight words, rotations, a schedule in memory. */
u64 bench(u8 *mem, u64 size)
{
	u32 a = 0x6a09e667, b = 0xbb67ae85, c = 0x3c6ef372, d = 0xa54ff53a;
	u32 e = 0x510e527f, f = 0x9b05688c, g = 0x1f83d9ab, h = 0x5be0cd19;
	u32 *w = (u32 *)mem;

	for (u64 i = 0; i < size / 4; i++) {
		u32 s1 = rol32(e, 26) ^ rol32(e, 21) ^ rol32(e, 7);
		u32 t1 = h + s1 + ((e & f) ^ (~e & g)) + w[i] + 0x428a2f98;
		u32 s0 = rol32(a, 30) ^ rol32(a, 19) ^ rol32(a, 10);
		u32 t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));

		h = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}
	return (u64)(a ^ b ^ c ^ d) << 32 | (e ^ f ^ g ^ h);
}
