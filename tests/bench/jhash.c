#include "tests/bench/bench.h"

/* Jenkins' lookup3, as Linux has it for keys of any length; here of 36 bytes. */
u64 bench(u8 *mem, u64 size)
{
	u64 sum = 0;

	for (u64 at = 0; at + 36 <= size; at += 36) {
		u32 a = 0xdeadbeef + 36, b = a, c = a + (u32)sum;

		for (int i = 0; i < 3; i++) {
			u32 *k = (u32 *)(mem + at + i * 12);

			a += k[0];
			b += k[1];
			c += k[2];
			a = (a - c) ^ rol32(c, 4), c += b;
			b = (b - a) ^ rol32(a, 6), a += c;
			c = (c - b) ^ rol32(b, 8), b += a;
			a = (a - c) ^ rol32(c, 16), c += b;
			b = (b - a) ^ rol32(a, 19), a += c;
			c = (c - b) ^ rol32(b, 4), b += a;
		}
		c = (c ^ b) - rol32(b, 14);
		a = (a ^ c) - rol32(c, 11);
		b = (b ^ a) - rol32(a, 25);
		c = (c ^ b) - rol32(b, 16);
		sum += c;
	}
	return sum;
}
