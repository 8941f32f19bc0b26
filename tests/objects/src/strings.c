/* Constants that the compiler puts where it likes. */
#include "common.h"

static const struct {
	const char *name;
	int value;
} words[] = {{"alpha", 1}, {"beta", 2}, {"gamma \\ \x7f\x01 \"quoted\"", 3}};

SEC("tc") int printing(struct __sk_buff *skb)
{
	static const char fmt[] = "len %d\n";
	__u64 args[3] = {skb->len, (long)"literal", skb->mark};

	bpf_printk("one %d", skb->len);
	bpf_printk("two %s %d %d %d", "inner", skb->len, skb->mark, skb->hash);
	bpf_trace_printk(fmt, sizeof(fmt), skb->len);
	bpf_trace_vprintk("%llu %s %llu", 14, args, sizeof(args));
	return words[skb->len & 1].value;
}

SEC("tc") int tables(struct __sk_buff *skb)
{
	static const __u32 primes[] = {2, 3, 5, 7, 11, 13, 17, 19};
	const char *s = words[skb->mark & 1].name;

	return primes[skb->len & 7] + *(volatile const char *)s;
}

LICENSE("GPL");
