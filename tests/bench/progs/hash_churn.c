/* What is there goes and comes again */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);

	UPDATE(table, &key, &key);
})

BENCH({
	u64 key = scatter(i);

	DELETE(table, &key);
	UPDATE(table, &key, &seed);
	sum += i;
})
