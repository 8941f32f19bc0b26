#include "tests/bench/bench.h"

/* Fibonacci numbers by addition, too long to be folded. */
u64 bench(u8 *mem, u64 size)
{
	u64 a = mem[0], b = 1;

	for (u64 i = 0; i < size * 4; i++) {
		u64 t = a + b;

		a = b;
		b = t ^ i;
	}
	return a;
}
