#include "tests/bench/bench.h"

/* A random number generator and remainders of what it gives. */
u64 bench(u8 *mem, u64 size)
{
	u64 x = mem[0] + 88172645463325252ull, sum = 0;

	for (u64 i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		sum += x % 1000;
	}
	return sum;
}
