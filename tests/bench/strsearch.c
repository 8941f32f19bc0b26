#include "tests/bench/bench.h"

/* How often four bytes occur in the buffer, naively. */
u64 bench(u8 *mem, u64 size)
{
	u8 p0 = mem[100] & 15, p1 = mem[101] & 15, p2 = mem[102] & 15, p3 = mem[103] & 15;
	u64 found = 0;

	for (u64 i = 0; i + 4 <= size; i++)
		if ((mem[i] & 15) == p0 && (mem[i + 1] & 15) == p1 && (mem[i + 2] & 15) == p2 &&
		    (mem[i + 3] & 15) == p3)
			found += i;
	return found;
}
