#include "tests/bench/bench.h"

/* Fourteen words at a time are sorted on the stack, by insertion. */
enum { N = 14 };

u64 bench(u8 *mem, u64 size)
{
	u64 *w = (u64 *)mem, sum = 0;

	for (u64 at = 0; at + N <= size / 8; at += N) {
		u64 v[N];

		for (int i = 0; i < N; i++)
			v[i] = w[at + i];
		for (int i = 1; i < N; i++) {
			u64 x = v[i];
			int k = i;

			for (; k > 0 && v[k - 1] > x; k--)
				v[k] = v[k - 1];
			v[k] = x;
		}
		sum = sum * 31 + v[N / 2] + v[0];
	}
	return sum;
}
