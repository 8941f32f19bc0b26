#include "tests/bench/bench.h"

/* How often each byte occurs, and in which power of two words are. */
u64 bench(u8 *mem, u64 size)
{
	u32 *count = (u32 *)mem, *logs = count + 256;
	u64 sum = 0;

	for (int i = 0; i < 320; i++)
		count[i] = 0;
	for (u64 i = 2048; i + 8 <= size; i += 8) {
		u64 v = *(u64 *)(mem + i) >> (mem[i] & 63);
		int log = 0;

		for (int k = 0; k < 8; k++)
			count[mem[i + k]]++;
		for (int s = 32; s; s >>= 1)
			if (v >> s) {
				v >>= s;
				log += s;
			}
		logs[log]++;
	}
	for (int i = 0; i < 320; i++)
		sum = sum * 31 + count[i];
	return sum;
}
