/* E1406: A path on which a lock is not unlocked */
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
	u32 key = 0, len = skb->len;
	struct account *a = bpf_map_lookup_elem(&accounts, &key);

	if (!a)
		return TC_ACT_OK;
	bpf_spin_lock(&a->lock);
	if (a->bytes > 1000000) {
#ifdef FIXED
		bpf_spin_unlock(&a->lock);
#endif
		return TC_ACT_SHOT;
	}
	a->bytes += len;
	bpf_spin_unlock(&a->lock);
	return TC_ACT_OK;
}

LICENSE;
