/* E0605: An atomic operation on a member that is not aligned */
#include "bpf.h"

struct stats {
	u32 flags;
	u64 bytes;
#ifndef FIXED
} __attribute__((packed));
#else
};
#endif

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct stats);
	__uint(max_entries, 64);
} table SEC(".maps");

SEC("tc")
int account(struct __sk_buff *skb)
{
	u32 key = 0;
	struct stats *s = bpf_map_lookup_elem(&table, &key);

	if (s)
		__sync_fetch_and_add(&s->bytes, skb->len);
	return TC_ACT_OK;
}

LICENSE;
