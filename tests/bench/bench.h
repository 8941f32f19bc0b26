/*
 * A compute workload: bench() over size bytes of memory, compiled twice, natively and to BPF. No
 * globals, no calls that are not inlined, no library.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

enum { BENCH_SIZE = 1 << 16 };

#define INLINE static inline __attribute__((always_inline))
u64 bench(u8 *mem, u64 size) __attribute__((used, visibility("default")));

INLINE u32 rol32(u32 x, int n)
{
	return x << n | x >> (32 - n);
}

INLINE u64 rol64(u64 x, int n)
{
	return x << n | x >> (64 - n);
}

#endif
