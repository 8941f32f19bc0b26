/* A stack of numbers, from which as many go as come */
#include "tests/bench/progs/prog.h"

LINE(STACK, table, u64, ENTRIES);

FILL({
	u64 value = i;

	if (i % 2)
		PUSH(table, &value);
})

BENCH({
	u64 value = i;

	if (i % 2)
		PUSH(table, &value);
	else if (POP(table, &value) == 0)
		sum += value;
})
