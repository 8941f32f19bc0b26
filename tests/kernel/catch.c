/* A program that takes what it throws: loaders before libbpf 1.4 cannot load it. */
#include "kfuncs.h"

static __noinline int deep(struct __sk_buff *skb)
{
	if (skb->len)
		bpf_throw(40);
	return 1;
}

__noinline int caught(__u64 cookie)
{
	return cookie + 1000;
}

SEC("tc") __attribute__((btf_decl_tag("exception_callback:caught"))) int catches(struct __sk_buff *skb)
{
	return deep(skb) + 2;
}
char _license[] SEC("license") = "GPL";
