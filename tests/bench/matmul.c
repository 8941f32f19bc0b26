#include "tests/bench/bench.h"

/* The product of two 40 by 40 matrices. */
enum { N = 40 };

u64 bench(u8 *mem, u64 size)
{
	u32 *a = (u32 *)mem, *b = a + N * N, *c = b + N * N;
	u64 sum = 0;

	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			u32 acc = 0;

			for (int k = 0; k < N; k++)
				acc += a[i * N + k] * b[k * N + j];
			c[i * N + j] = acc;
			sum += acc;
		}
	return sum + size;
}
