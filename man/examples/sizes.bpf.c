/*
 * How long packets are: a histogram of powers of two, kept in a global array.
 *
 *	clang -target bpf -O2 -g -c -o sizes.o sizes.bpf.c
 *	ebpf run --ctx small.pcap sizes.o
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define TC_ACT_OK 0

__u64 slots[16];

SEC("tc")
int sizes(struct __sk_buff *skb)
{
	__u32 len = skb->len, slot = 0;

	while (len > 1 && slot < 15) {
		len >>= 1;
		slot++;
	}
	slots[slot]++;
	return TC_ACT_OK;
}

char LICENSE[] SEC("license") = "GPL";
