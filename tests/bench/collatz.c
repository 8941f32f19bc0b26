#include "tests/bench/bench.h"

/* The longest Collatz chain below 3000. */
u64 bench(u8 *mem, u64 size)
{
	u64 best = 0, where = 0;

	for (u64 n = 1; n < 3000; n++) {
		u64 x = n, len = 0;

		while (x != 1) {
			x = x & 1 ? 3 * x + 1 : x / 2;
			len++;
		}
		if (len > best) {
			best = len;
			where = n;
		}
	}
	return where << 32 | (best + mem[0] + size);
}
