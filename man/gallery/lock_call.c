/* E1051: A call while a lock is held */
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
#ifdef FIXED
	u64 now = bpf_ktime_get_ns();
#endif

	if (!a)
		return TC_ACT_OK;
	bpf_spin_lock(&a->lock);
#ifndef FIXED
	a->bytes = bpf_ktime_get_ns();
#else
	a->bytes = now;
#endif
	bpf_spin_unlock(&a->lock);
	return TC_ACT_OK;
}

LICENSE;
