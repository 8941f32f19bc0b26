/* Programs of netfilter: what they see of a packet is printed. */
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct net_device {
	int ifindex;
} __attribute__((preserve_access_index));
struct nf_hook_state {
	__u8 hook, pf;
	struct net_device *in, *out;
} __attribute__((preserve_access_index));
struct sk_buff {
	unsigned int len, data_len, mark;
	__u16 protocol;
	struct net_device *dev;
} __attribute__((preserve_access_index));
struct bpf_nf_ctx {
	const struct nf_hook_state *state;
	struct sk_buff *skb;
};

int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;
__u32 bpf_dynptr_size(const struct bpf_dynptr *p) __ksym;
void *bpf_dynptr_slice(const struct bpf_dynptr *p, __u32 off, void *buf, __u32 size) __ksym;

SEC("netfilter") int filter(struct bpf_nf_ctx *ctx)
{
	struct sk_buff *skb = ctx->skb;
	const struct nf_hook_state *state = ctx->state;
	struct bpf_dynptr ptr;
	__u8 buf[20], *ip;
	int ret;

	bpf_printk("mark %d hook %d pf %d len %d protocol %x", skb->mark, state->hook, state->pf,
		   skb->len, bpf_ntohs(skb->protocol));
	ret = bpf_dynptr_from_skb((struct __sk_buff *)skb, 0, &ptr);
	ip = bpf_dynptr_slice(&ptr, 0, buf, sizeof(buf));
	if (ip)
		bpf_printk("dynptr %d, %d bytes, %02x %02x", ret, bpf_dynptr_size(&ptr), ip[0],
			   ip[9]);
	return skb->mark != 9;
}

SEC("netfilter") int devices(struct bpf_nf_ctx *ctx)
{
	struct net_device *out = ctx->state->out, *in = ctx->state->in;

	bpf_printk("out %d in %d dev %d", out ? out->ifindex : -1, in ? in->ifindex : -1,
		   ctx->skb->dev ? ctx->skb->dev->ifindex : -1);
	return 1;
}

char _license[] SEC("license") = "GPL";
