/* E1853: A tail call in a function whose callers use much stack */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(u32));
	__uint(value_size, sizeof(u32));
	__uint(max_entries, 4);
} next SEC(".maps");

static __noinline int jump(struct __sk_buff *skb, const char *name)
{
	bpf_tail_call(skb, &next, name[0]);
	return TC_ACT_OK;
}

SEC("tc")
int dispatch(struct __sk_buff *skb)
{
#ifndef FIXED
	char name[320];
#else
	char name[128];
#endif

	if (bpf_skb_load_bytes(skb, 0, name, sizeof(name)))
		return TC_ACT_OK;
	return jump(skb, name);
}

LICENSE;
