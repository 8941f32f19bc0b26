/* E0608: A context pointer that was moved */
#include "bpf.h"

SEC("tc")
int classify(struct __sk_buff *skb)
{
#ifndef FIXED
	u32 *cb = skb->cb;

	barrier_var(cb);
	return cb[1] ? TC_ACT_SHOT : TC_ACT_OK;
#else
	return skb->cb[1] ? TC_ACT_SHOT : TC_ACT_OK;
#endif
}

LICENSE;
