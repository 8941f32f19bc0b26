#include "tests/bench/bench.h"

/* Bits counted, reversed and found by masks and shifts. */
u64 bench(u8 *mem, u64 size)
{
	u64 *w = (u64 *)mem, sum = 0;

	for (u64 i = 0; i < size / 8; i++) {
		u64 x = w[i], r = x;

		x = x - (x >> 1 & 0x5555555555555555);
		x = (x & 0x3333333333333333) + (x >> 2 & 0x3333333333333333);
		x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0f;
		sum += x * 0x0101010101010101 >> 56;
		r = (r >> 1 & 0x5555555555555555) | (r & 0x5555555555555555) << 1;
		r = (r >> 2 & 0x3333333333333333) | (r & 0x3333333333333333) << 2;
		sum ^= r & -r;
	}
	return sum;
}
