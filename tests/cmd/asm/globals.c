#include "bpf.h"

int counter;
static u64 hidden = 7;
const volatile u32 limit = 100;
static const volatile char name[16] = "globals";
u32 table[8] = {1, 2, 3, 4};
static u32 zeroes[32];
u32 *pointer = &table[3];
const char *strings[] = {"one", "two", "three"};
u64 in_section SEC(".data.more") = 5;

SEC("xdp")
int touch(struct xdp_md *ctx)
{
	u32 i = ctx->data & 7;

	hidden += table[i] + name[i] + zeroes[i + 1];
	zeroes[i]++;
	in_section++;
	counter += *pointer + strings[i & 1][1];
	return counter > limit;
}
