#include "tests/bench/bench.h"

/* FNV-1a, byte by byte: one long chain of dependent operations. */
u64 bench(u8 *mem, u64 size)
{
	u64 h = 0xcbf29ce484222325;

	for (u64 i = 0; i < size; i++)
		h = (h ^ mem[i]) * 0x100000001b3;
	return h;
}
