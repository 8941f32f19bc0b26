/* Values of three words that are replaced as a whole */
#include "tests/bench/progs/prog.h"

struct record {
	u64 bytes, packets, last;
};

INLINE struct record record_of(u64 bytes, u64 packets, u64 last)
{
	return (struct record){bytes, packets, last};
}

MAP(HASH, table, u64, struct record, ENTRIES);

FILL({
	u64 key = scatter(i);
	struct record record = record_of(i, 1, 0);

	UPDATE(table, &key, &record);
})

BENCH({
	u64 key = scatter(i);
	struct record record = record_of(i, n, seed);

	UPDATE(table, &key, &record);
	sum += i;
})
