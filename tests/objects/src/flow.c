/* Branches, loops and switches enough for every kind of jump. */
#include "common.h"

SEC("socket") int loops(struct __sk_buff *skb)
{
	int sum = 0;

	for (int i = 0; i < 40 && i < (int)skb->len; i++) {
		if (i % 3 == 0)
			continue;
		sum += i * skb->mark;
		if (sum < -500)
			break;
	}
	return sum;
}

SEC("socket") int switches(struct __sk_buff *skb)
{
	switch (skb->protocol) {
	case 1: return 10;
	case 2: return skb->len / 3;
	case 3: return skb->len % 7;
	case 4: return -(int)skb->len;
	case 5: return skb->len >> 3;
	case 6: return (int)skb->len >> (skb->mark & 31);
	case 9: return skb->len << 2 | 0x80000000;
	case 1000: return skb->len ^ 0x7fffffff;
	default: return 0;
	}
}

SEC("socket") int signs(struct __sk_buff *skb)
{
	long a = (int)skb->len, b = (short)skb->mark;
	signed char c = skb->queue_mapping;

	if (a < b && c > -5)
		return (__u64)a / (b | 1);
	if ((__u64)a >= 0xffffffff00000000)
		return c;
	return a > -1 ? b : (int)(a * c);
}

static __always_inline int in_macro(int a)
{
	return a ? a + 1 : 77;
}

SEC("socket") int inlined(struct __sk_buff *skb)
{
	return in_macro(skb->len) + in_macro(skb->mark);
}

LICENSE("GPL");
