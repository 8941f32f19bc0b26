/* New values for what is there */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);

	UPDATE(table, &key, &key);
})

BENCH({
	u64 key = scatter(i);

	UPDATE(table, &key, &seed);
	sum += i;
})
