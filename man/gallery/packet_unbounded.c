/* E0407: An offset into the packet that has no limit */
#include "bpf.h"

SEC("tc")
int at_mark(struct __sk_buff *skb)
{
	void *data = (void *)(long)skb->data;
	void *data_end = (void *)(long)skb->data_end;
	u64 off = bpf_ktime_get_ns();
	u8 *at;

#ifdef FIXED
	if (off > 1500)
		return TC_ACT_OK;
#endif
	at = data + off;
	if ((void *)(at + 1) > data_end)
		return TC_ACT_OK;
	return *at ? TC_ACT_SHOT : TC_ACT_OK;
}

LICENSE;
