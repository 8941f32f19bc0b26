/* Counters at known places of an array, as of packets and bytes */
#include "tests/bench/progs/prog.h"

MAP(ARRAY, counters, u32, u64, 4);

FILL({
	(void)i;
})

INLINE void count(u32 key, u64 by)
{
	u64 *value = LOOKUP(counters, &key);

	if (value)
		*value += by;
}

BENCH({
	count(0, 1);
	if (i & 1)
		count(1, i);
	else
		count(2, i);
	sum += i;
})
