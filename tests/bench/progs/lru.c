/* Lookups in a table that forgets */
#include "tests/bench/progs/prog.h"

MAP(LRU_HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);
	u64 value = i;

	if (i % 2)
		UPDATE(table, &key, &value);
})

BENCH({
	u64 key = scatter(i | 1);
	u64 *value = LOOKUP(table, &key);

	if (value)
		sum += ++*value;
})
