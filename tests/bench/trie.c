#include "tests/bench/bench.h"

/* Longest-prefix matches in a binary trie of 2000 nodes that lies in the buffer. */
enum { NODES = 2000 };

u64 bench(u8 *mem, u64 size)
{
	u16(*child)[2] = (u16(*)[2])mem;
	u32 seed = 12345;
	u64 depth = 0;

	for (u32 i = 0; i < NODES; i++) {
		child[i][0] = 2 * i + 1 < NODES ? 2 * i + 1 : 0;
		child[i][1] = 2 * i + 2 < NODES && i % 7 ? 2 * i + 2 : 0;
	}
	for (int n = 0; n < 5000; n++) {
		u32 at = 0, addr;

		seed = seed * 1664525 + 1013904223;
		addr = seed;
		for (int bit = 31; bit >= 0; bit--) {
			at = child[at][addr >> bit & 1];
			if (!at)
				break;
			depth += at;
		}
	}
	return depth + size;
}
