/* Counters of each processor */
#include "tests/bench/progs/prog.h"

MAP(PERCPU_ARRAY, counters, u32, u64, 256);

FILL({
	(void)i;
})

BENCH({
	u32 key = i % 256;
	u64 *value = LOOKUP(counters, &key);

	if (value)
		sum += ++*value;
})
