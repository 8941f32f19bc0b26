/* E1118: A length that may be 0 */
#include "bpf.h"

SEC("tc")
int tail(struct __sk_buff *skb)
{
	char buf[64];
	u32 len = skb->len & 63;

#ifdef FIXED
	if (!len)
		return TC_ACT_OK;
#endif
	if (bpf_skb_load_bytes(skb, 14, buf, len))
		return TC_ACT_OK;
	return buf[0] ? TC_ACT_OK : TC_ACT_SHOT;
}

LICENSE;
