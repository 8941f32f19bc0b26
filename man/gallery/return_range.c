/* E1751: A value that the hook does not know */
#include "bpf.h"

SEC("cgroup_skb/ingress")
int filter(struct __sk_buff *skb)
{
#ifndef FIXED
	return skb->len > 100 ? 2 : 1;
#else
	return skb->len > 100 ? 0 : 1;
#endif
}

LICENSE;
