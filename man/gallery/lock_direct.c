/* E0615: A lock that is written to */
#include "bpf.h"

struct account {
	struct bpf_spin_lock lock;
	u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, u32);
	__type(value, struct account);
	__uint(max_entries, 64);
} accounts SEC(".maps");

SEC("tc")
int account(struct __sk_buff *skb)
{
	u32 key = 0;
	struct account *a = bpf_map_lookup_elem(&accounts, &key);

	if (!a)
		return TC_ACT_OK;
#ifndef FIXED
	*a = (struct account){};
#else
	a->bytes = 0;
#endif
	return TC_ACT_OK;
}

LICENSE;
