/* E1126: A timer that is set up with another map than its own */
#include "bpf.h"

struct entry {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct entry);
	__uint(max_entries, 1);
} first SEC(".maps"), second SEC(".maps");

SEC("tc")
int start(struct __sk_buff *skb)
{
	u32 key = 0;
	struct entry *e = bpf_map_lookup_elem(&first, &key);

	if (!e)
		return TC_ACT_OK;
#ifndef FIXED
	bpf_timer_init(&e->timer, &second, CLOCK_MONOTONIC);
#else
	bpf_timer_init(&e->timer, &first, CLOCK_MONOTONIC);
#endif
	return TC_ACT_OK;
}

LICENSE;
