/* Routes of addresses, all of which have one */
#include "tests/bench/progs/prog.h"

TRIE(routes, struct prefix, u64, ENTRIES);

INLINE struct prefix prefix_of(u32 i, u32 bits)
{
	u32 addr = i * 0x9e3779b1;

	return (struct prefix){bits, {addr >> 24, addr >> 16, addr >> 8, 0}};
}

FILL({
	struct prefix key = prefix_of(i, i % 4 ? 24 : 16);
	u64 value = i;

	if (i % 4 == 0)
		key.addr[2] = 0;
	UPDATE(routes, &key, &value);
})

BENCH({
	struct prefix key = prefix_of(i, 32);
	u64 *value = LOOKUP(routes, &key);

	if (value)
		sum += *value;
})
