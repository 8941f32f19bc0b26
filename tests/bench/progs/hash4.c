/* Lookups of what is there, by 4 bytes */
#include "tests/bench/progs/prog.h"

MAP(HASH, table, u32, u64, ENTRIES);

#define KEY(i) ((u32)scatter(i))

FILL({
	u64 value = i;
	u32 key = KEY(i);

	UPDATE(table, &key, &value);
})

BENCH({
	u32 key = KEY(i);
	u64 *value = LOOKUP(table, &key);

	if (value)
		sum += *value;
})
