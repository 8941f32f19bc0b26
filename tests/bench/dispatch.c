#include "tests/bench/bench.h"

/* A small machine: what a byte means decides what is done with two words. */
u64 bench(u8 *mem, u64 size)
{
	u64 a = 1, b = 2;

	for (u64 i = 0; i < size; i++) {
		switch (mem[i] & 15) {
		case 0:
			a += b;
			break;
		case 1:
			b ^= a;
			break;
		case 2:
			a = a << 3 | a >> 61;
			break;
		case 3:
			b -= i;
			break;
		case 4:
			a *= 5;
			break;
		case 5:
			b += mem[i];
			break;
		case 6:
			a ^= 0x55;
			break;
		case 7:
			b = ~b;
			break;
		case 8:
			a -= b >> 7;
			break;
		case 9:
			b *= 3;
			break;
		case 10:
			a |= 1;
			break;
		case 11:
			b &= ~(u64)2;
			break;
		case 12:
			a ^= i;
			break;
		case 13:
			b += a;
			break;
		case 14:
			a = b;
			break;
		default:
			b ^= b >> 9;
		}
	}
	return a ^ b;
}
