#include "tests/bench/bench.h"

/* A hash of eight bytes at a time in four lanes, as xxHash has it. */
u64 bench(u8 *mem, u64 size)
{
	u64 a = 1, b = 2, c = 3, d = 4;

	for (int round = 0; round < 4; round++)
		for (u64 i = 0; i + 32 <= size; i += 32) {
			u64 *w = (u64 *)(mem + i);

			a = rol64(a + w[0] * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
			b = rol64(b + w[1] * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
			c = rol64(c + w[2] * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
			d = rol64(d + w[3] * 0xc2b2ae3d27d4eb4f, 31) * 0x9e3779b185ebca87;
		}
	return rol64(a, 1) + rol64(b, 7) + rol64(c, 12) + rol64(d, 18);
}
