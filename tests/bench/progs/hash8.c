/* Lookups of what is there, by 8 bytes */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u64, u64, ENTRIES);

#define KEY(i) scatter(i)

FILL({
	u64 value = i;
	u64 key = KEY(i);

	UPDATE(table, &key, &value);
})

BENCH({
	u64 key = KEY(i);
	u64 *value = LOOKUP(table, &key);

	if (value)
		sum += *value;
})
