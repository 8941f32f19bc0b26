#include "tests/bench/bench.h"

/* The Internet checksum of 40 packets of 1500 bytes. */
u64 bench(u8 *mem, u64 size)
{
	u64 all = 0;

	for (u64 p = 0; p + 1500 <= size; p += 1500) {
		u16 *w = (u16 *)(mem + p);
		u32 sum = 0;

		for (int i = 0; i < 750; i++)
			sum += w[i];
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		all = all * 31 + (u16)~sum;
	}
	return all;
}
