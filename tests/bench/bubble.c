#include "tests/bench/bench.h"

/* Bubble sort of 300 words. */
enum { N = 300 };

u64 bench(u8 *mem, u64 size)
{
	u32 *v = (u32 *)mem;

	for (int n = N; n > 1; n--)
		for (int i = 0; i + 1 < n; i++)
			if (v[i] > v[i + 1]) {
				u32 t = v[i];

				v[i] = v[i + 1];
				v[i + 1] = t;
			}
	return v[0] + ((u64)v[N - 1] << 32) + size;
}
