/* E0701: A field of the context that programs of this type do not have */
#include "bpf.h"

SEC("socket")
int queue(struct __sk_buff *skb)
{
#ifndef FIXED
	return skb->data_end - skb->data;
#else
	return skb->len;
#endif
}

LICENSE;
