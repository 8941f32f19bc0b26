#include "tests/bench/bench.h"

/* CRC-32 with a table that is made first. */
u64 bench(u8 *mem, u64 size)
{
	u32 *table = (u32 *)mem;
	u32 crc = 0xffffffff;

	for (u32 i = 0; i < 256; i++) {
		u32 c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ 0xedb88320 : c >> 1;
		table[i] = c;
	}
	for (u64 i = 1024; i < size; i++)
		crc = table[(crc ^ mem[i]) & 255] ^ crc >> 8;
	return ~crc;
}
