#include "tests/bench/bench.h"

/* The edit distance of two strings of 200 bytes, row by row. */
enum { N = 200 };

u64 bench(u8 *mem, u64 size)
{
	u8 *a = mem, *b = mem + N;
	u32 *row = (u32 *)(mem + 2 * N);

	for (u32 j = 0; j <= N; j++)
		row[j] = j;
	for (u32 i = 1; i <= N; i++) {
		u32 diag = row[0];

		row[0] = i;
		for (u32 j = 1; j <= N; j++) {
			u32 best = diag + ((a[i - 1] & 7) != (b[j - 1] & 7));

			diag = row[j];
			if (diag + 1 < best)
				best = diag + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[N] + size;
}
