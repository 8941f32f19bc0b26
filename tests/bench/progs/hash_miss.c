/* Lookups of what is not there */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);

	UPDATE(table, &key, &key);
})

BENCH({
	u64 key = scatter(i + ENTRIES);
	u64 *value = LOOKUP(table, &key);

	sum += value ? *value : 1;
})
