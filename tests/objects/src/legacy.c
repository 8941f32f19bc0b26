/* Maps as they were before BTF, and a program array filled from the object. */
#include "common.h"

struct bpf_map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct bpf_map_def SEC("maps") old_hash = {
	.type = BPF_MAP_TYPE_HASH,
	.key_size = 4,
	.value_size = 8,
	.max_entries = 32,
};

struct bpf_map_def SEC("maps") old_array = {BPF_MAP_TYPE_ARRAY, 4, 64, 2, 0};

SEC("socket") int old(struct __sk_buff *skb)
{
	int key = skb->len;
	__u64 *v = bpf_map_lookup_elem(&old_hash, &key);

	return v ? *v : bpf_map_lookup_elem(&old_array, &key) != 0;
}

LICENSE("GPL");
