/* Counters of each processor, by a key */
#include "tests/bench/progs/prog.h"

MAP(PERCPU_HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);
	u64 value = i;

	UPDATE(table, &key, &value);
})

BENCH({
	u64 key = scatter(i);
	u64 *value = LOOKUP(table, &key);

	if (value)
		sum += ++*value;
})
