/* A seedable generator (splitmix64): the same seed gives the same run everywhere. */
#ifndef CORE_BASE_RNG_H
#define CORE_BASE_RNG_H

#include "core/base/base.h"

struct rng {
	uint64_t state;
};

static inline uint64_t rng_u64(struct rng *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

/* Uniform below n, n > 0; the bias for n far below 2^64 is nil for our uses. */
static inline uint64_t rng_below(struct rng *r, uint64_t n)
{
	return rng_u64(r) % n;
}

#endif
