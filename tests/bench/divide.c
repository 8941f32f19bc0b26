#include "tests/bench/bench.h"

/* Numbers in decimal, seconds as dates, and a divisor that is not known. */
u64 bench(u8 *mem, u64 size)
{
	u32 *w = (u32 *)mem;
	u64 sum = 0;

	for (u64 i = 0; i < size / 16; i++) {
		u32 t = w[i], n = t;

		while (n) {
			sum += n % 10;
			n /= 10;
		}
		sum += t / 86400 * 7 + t / 3600 % 24 + t / 60 % 60 + t % 60;
		sum ^= sum / 1000003;
		sum += t / (w[i + 1] | 1);
	}
	return sum;
}
