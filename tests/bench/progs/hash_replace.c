/* New values made of old ones, of which the program has the address when it replaces them */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u64, u64, ENTRIES);

FILL({
	u64 key = scatter(i);

	UPDATE(table, &key, &key);
})

BENCH({
	u64 key = scatter(i);
	u64 next = i;
	u64 *value = LOOKUP(table, &key);

	if (value)
		next += *value;
	UPDATE(table, &key, &next);
	sum += next;
})
