#include "tests/bench/bench.h"

/* Heap sort of 8192 words. */
enum { N = 8192 };

INLINE void sift(u32 *v, u32 i, u32 n)
{
	u32 x = v[i];

	for (u32 c = 2 * i + 1; c < n; c = 2 * i + 1) {
		if (c + 1 < n && v[c + 1] > v[c])
			c++;
		if (v[c] <= x)
			break;
		v[i] = v[c];
		i = c;
	}
	v[i] = x;
}

u64 bench(u8 *mem, u64 size)
{
	u32 *v = (u32 *)mem;

	for (u32 i = N / 2; i > 0; i--)
		sift(v, i - 1, N);
	for (u32 n = N - 1; n > 0; n--) {
		u32 t = v[0];

		v[0] = v[n];
		v[n] = t;
		sift(v, 0, n);
	}
	return v[1] + ((u64)v[N - 2] << 32) + size;
}
