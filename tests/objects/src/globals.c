/* Variables in every kind of section, with pointers between them. */
#include "common.h"

struct point {
	int x, y;
	const char *name;
	struct point *next;
};

int counter;
static int hidden = 7;
__u64 big = 0x123456789abcdef0;
short words[3] = {1, -2, 3};
__u8 bytes[5] = {1, 2, 3, 4, 5};
const volatile int limit = 100;
static const char greeting[] = "hello, \"world\"\n";
const char *names[3] = {"one", "two", "three"};
char text[16] = "short";
static __u64 zeroes[40];
int sparse[64] = {[3] = 1, [60] = 2};
__u32 in_section SEC(".data.special") = 42;
static volatile const __u64 table[4] SEC(".rodata.tables") = {1, 1ull << 40, 3, ~0ull};
__u64 late SEC(".bss.late");
_Bool flag = 1;
double unused_double = 1.5;
__attribute__((visibility("hidden"))) int secret = 3;
__attribute__((weak)) int soft = 9;

SEC("xdp") int use(struct xdp_md *ctx)
{
	counter++;
	hidden += counter;
	big ^= hidden;
	zeroes[counter & 31] = big;
	words[1] += bytes[ctx->rx_queue_index & 3];
	late += table[counter & 3] + in_section + secret + soft;
	sparse[counter & 63] = limit;
	bpf_trace_printk(greeting, sizeof(greeting), counter);
	if (flag)
		text[counter & 15] = *(const volatile char *)&greeting[counter & 7];
	return zeroes[3] > limit ? XDP_DROP : XDP_PASS;
}

LICENSE("Dual BSD/GPL");
__u32 _version SEC("version") = 0x060c00;
