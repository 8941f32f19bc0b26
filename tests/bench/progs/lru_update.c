/* A table that forgets, of half of the keys there are */
#include "tests/bench/progs/prog.h"

MAP(LRU_HASH, table, u64, u64, ENTRIES / 2);

FILL({
	u64 key = scatter(i);

	UPDATE(table, &key, &key);
})

BENCH({
	u64 key = scatter(i);

	UPDATE(table, &key, &seed);
	sum += i;
})
