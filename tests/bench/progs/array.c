/* Any element of an array */
#include "tests/bench/progs/prog.h"

MAP(ARRAY, table, u32, u64, ENTRIES);

FILL({
	u64 value = scatter(i);

	UPDATE(table, &i, &value);
})

BENCH({
	u64 *value = LOOKUP(table, &i);

	if (value)
		sum += *value;
})
