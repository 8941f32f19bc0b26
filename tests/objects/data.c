/* Data sections of every kind, and addresses into their middle. */
#include "bpf.h"

const volatile u32 limit = 7;
const volatile char words[4][8] = {"a", "bc", "def", "ghij"};
u64 counters[16];
static u32 hidden_counter;
u32 start = 5;
struct {
	u8 a;
	u32 b[3];
} pair = {1, {2, 3, 4}};
u32 own SEC(".data.own") = 9;
const u32 own_ro SEC(".rodata.own") = 11;
static volatile u32 own_static SEC(".data.quiet") = 3;
u64 own_zero[3] SEC(".bss.own");

SEC("tc") int use(void *ctx)
{
	static const char fmt[] = "count %d\n";

	(void)ctx;
	counters[start & 15] += limit;
	counters[3]++;
	hidden_counter += words[2][1];
	pair.b[2] = own + own_ro + own_static;
	own_zero[1] = pair.a;
	trace_printk(fmt, sizeof(fmt), hidden_counter);
	return 0;
}

LICENSE;
