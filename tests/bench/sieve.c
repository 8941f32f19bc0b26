#include "tests/bench/bench.h"

/* The primes below size, crossed out in a buffer. */
u64 bench(u8 *mem, u64 size)
{
	u64 count = 0;

	for (u64 i = 0; i < size; i++)
		mem[i] = 1;
	for (u64 i = 2; i < size; i++) {
		if (!mem[i])
			continue;
		count++;
		for (u64 j = i * i; j < size; j += i)
			mem[j] = 0;
	}
	return count;
}
