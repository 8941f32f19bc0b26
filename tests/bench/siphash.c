#include "tests/bench/bench.h"

/* SipHash-2-4 of 64 bytes at a time. */
#define ROUND                                                                                      \
	do {                                                                                       \
		v0 += v1;                                                                          \
		v1 = rol64(v1, 13) ^ v0;                                                           \
		v0 = rol64(v0, 32);                                                                \
		v2 += v3;                                                                          \
		v3 = rol64(v3, 16) ^ v2;                                                           \
		v0 += v3;                                                                          \
		v3 = rol64(v3, 21) ^ v0;                                                           \
		v2 += v1;                                                                          \
		v1 = rol64(v1, 17) ^ v2;                                                           \
		v2 = rol64(v2, 32);                                                                \
	} while (0)

u64 bench(u8 *mem, u64 size)
{
	u64 sum = 0;

	for (u64 at = 0; at + 64 <= size; at += 64) {
		u64 v0 = 0x736f6d6570736575 ^ sum, v1 = 0x646f72616e646f6d;
		u64 v2 = 0x6c7967656e657261 ^ sum, v3 = 0x7465646279746573;

		for (int i = 0; i < 8; i++) {
			u64 m = *(u64 *)(mem + at + i * 8);

			v3 ^= m;
			ROUND;
			ROUND;
			v0 ^= m;
		}
		v2 ^= 0xff;
		ROUND;
		ROUND;
		ROUND;
		ROUND;
		sum = v0 ^ v1 ^ v2 ^ v3;
	}
	return sum;
}
