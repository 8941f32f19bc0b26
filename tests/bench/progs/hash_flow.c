/* Lookups of connections: addresses, ports, protocol */
#include "tests/bench/progs/prog.h"

struct flow {
	u32 from, to;
	u16 from_port, to_port;
	u32 proto;
};

MAP(HASH, flows, struct flow, u64, ENTRIES);

INLINE struct flow flow_of(u64 i)
{
	u64 bits = scatter(i);

	return (struct flow){bits, bits >> 32, bits >> 16, 443, 6};
}

FILL({
	struct flow key = flow_of(i);
	u64 value = i;

	UPDATE(flows, &key, &value);
})

BENCH({
	struct flow key = flow_of(i);
	u64 *value = LOOKUP(flows, &key);

	if (value)
		sum += ++*value;
})
