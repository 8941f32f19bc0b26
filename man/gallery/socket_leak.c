/* E1301: A socket that is not given back on every path */
#include "bpf.h"

SEC("tc")
int established(struct __sk_buff *skb)
{
	struct bpf_sock_tuple tuple = {.dport = bpf_htons(80)};
	struct bpf_sock *sk;
	int family;

	sk = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), BPF_F_CURRENT_NETNS, 0);
	if (!sk)
		return TC_ACT_OK;
	family = sk->family;
#ifdef FIXED
	bpf_sk_release(sk);
#endif
	if (family != 2)
		return TC_ACT_SHOT;
#ifndef FIXED
	bpf_sk_release(sk);
#endif
	return TC_ACT_OK;
}

LICENSE;
