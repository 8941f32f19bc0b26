/* Maps of many types, typed and untyped, pinned, nested, with initial values. */
#include "common.h"

struct key {
	__u32 addr;
	__u16 port;
	__u8 proto, pad;
};

struct value {
	__u64 packets, bytes;
	struct bpf_spin_lock lock;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct key);
	__type(value, struct value);
	__uint(max_entries, 1024);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} flows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 16);
	__uint(max_entries, 8);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u64);
	__type(value, char[32]);
	__uint(max_entries, 100);
	__uint(numa_node, 0);
} recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__type(value, __u32);
	__uint(max_entries, 16);
} stack SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(key_size, 8);
	__type(value, __u32);
	__uint(max_entries, 64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} routes SEC(".maps");

struct inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, int);
	__type(value, __u64);
	__uint(max_entries, 4);
} inner_a SEC(".maps"), inner_b SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 3);
	__type(key, int);
	__array(values, struct inner);
} outer SEC(".maps") = {
	.values = {[0] = (void *)&inner_a, [2] = (void *)&inner_b},
};

SEC("socket") int count(struct __sk_buff *skb)
{
	struct key key = {.addr = skb->remote_ip4, .port = skb->local_port, .proto = 6};
	struct value *v = bpf_map_lookup_elem(&flows, &key);

	if (!v) {
		struct value fresh = {.packets = 1, .bytes = skb->len};

		bpf_map_update_elem(&flows, &key, &fresh, BPF_ANY);
		return 0;
	}
	bpf_spin_lock(&v->lock);
	v->packets++;
	v->bytes += skb->len;
	bpf_spin_unlock(&v->lock);
	return 1;
}

SEC("socket/second") int nested(struct __sk_buff *skb)
{
	int zero = 0;
	void *map = bpf_map_lookup_elem(&outer, &zero);
	__u64 *slot, *e;

	if (!map)
		return 0;
	slot = bpf_map_lookup_elem(map, &zero);
	if (slot)
		__sync_fetch_and_add(slot, 1);
	slot = bpf_map_lookup_elem(&slots, &zero);
	if (slot)
		slot[1] += skb->len;
	e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);
	if (e) {
		*e = skb->hash;
		bpf_ringbuf_submit(e, 0);
	}
	bpf_map_push_elem(&stack, &zero, 0);
	return bpf_map_delete_elem(&recent, &(__u64){skb->mark}) ||
	       bpf_map_lookup_elem(&routes, &(__u64){32}) != 0;
}

LICENSE("GPL");
