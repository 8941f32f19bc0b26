/* As helpers.c, for dynptrs over packets and what else is asked about packets. */
#include "kfuncs.h"

int bpf_dynptr_from_skb(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;
int bpf_dynptr_from_xdp(struct xdp_md *xdp, __u64 flags, struct bpf_dynptr *ptr) __ksym;
int bpf_dynptr_from_skb_meta(struct __sk_buff *skb, __u64 flags, struct bpf_dynptr *ptr) __ksym;

/* Reads, writes, slices. */
static __always_inline __u32 use(struct bpf_dynptr *ptr, __u64 flags)
{
	__u32 sum = 0;
	__u8 buf[16] = {}, *slice;
	struct bpf_dynptr copy;

	add(&sum, bpf_dynptr_size(ptr));
	add(&sum, bpf_dynptr_is_rdonly(ptr));
	add(&sum, bpf_dynptr_read(buf, sizeof(buf), ptr, 12, 0));
	add(&sum, buf[0] << 8 | buf[1]);
	add(&sum, bpf_dynptr_read(buf, sizeof(buf), ptr, 60, 0));
	add(&sum, bpf_dynptr_write(ptr, 20, "abcd", 4, flags));
	add(&sum, bpf_dynptr_write(ptr, 62, "abcd", 4, 0));
	add(&sum, bpf_dynptr_write(ptr, 20, "abcd", 4, 4));
	add(&sum, bpf_dynptr_data(ptr, 0, 4) != 0);
	slice = bpf_dynptr_slice(ptr, 18, buf, 8);
	add(&sum, slice ? slice[0] + slice[3] * 256 : 1);
	slice = bpf_dynptr_slice(ptr, 60, buf, 8);
	add(&sum, slice ? slice[0] : 1);
	add(&sum, bpf_dynptr_clone(ptr, &copy));
	add(&sum, bpf_dynptr_adjust(&copy, 14, 40));
	add(&sum, bpf_dynptr_size(&copy));
	slice = bpf_dynptr_slice(&copy, 8, buf, 2);
	add(&sum, slice ? slice[0] + slice[1] * 256 : 1);
	add(&sum, bpf_dynptr_memset(&copy, 0, 6, 0x55));
	add(&sum, bpf_dynptr_read(buf, 8, ptr, 14, 0));
	add(&sum, buf[5] + buf[6] * 256);
	add(&sum, bpf_dynptr_copy(ptr, 0, &copy, 4, 8));
	add(&sum, bpf_dynptr_read(buf, 8, ptr, 0, 0));
	add(&sum, buf[1] + buf[4] * 256);
	return sum;
}

SEC("tc") int of_skb(struct __sk_buff *skb)
{
	struct bpf_dynptr ptr;
	__u32 sum = 0;

	add(&sum, bpf_dynptr_from_skb(skb, 1, &ptr));
	add(&sum, bpf_dynptr_from_skb(skb, 0, &ptr));
	add(&sum, use(&ptr, 2));
	return sum;
}

SEC("lwt_in") int of_lwt(struct __sk_buff *skb)
{
	struct bpf_dynptr ptr;
	__u32 sum = 0;

	add(&sum, bpf_dynptr_from_skb(skb, 0, &ptr));
	add(&sum, use(&ptr, 0));
	return sum;
}

SEC("xdp") int of_xdp(struct xdp_md *xdp)
{
	struct bpf_dynptr ptr;
	__u32 sum = 0;

	add(&sum, bpf_dynptr_from_xdp(xdp, 0, &ptr));
	add(&sum, use(&ptr, 0));
	return sum;
}

SEC("xdp") int rdwr(struct xdp_md *xdp)
{
	struct bpf_dynptr ptr;
	__u8 buf[8], *slice;
	__u32 sum = 0;

	bpf_dynptr_from_xdp(xdp, 0, &ptr);
	slice = bpf_dynptr_slice_rdwr(&ptr, 2, buf, 8);
	if (!slice)
		return 1;
	slice[1] = 77;
	bpf_dynptr_read(buf, 8, &ptr, 0, 0);
	add(&sum, buf[3]);
	return sum;
}

SEC("tc") int meta(struct __sk_buff *skb)
{
	struct bpf_dynptr ptr;
	__u32 sum = 0;

	add(&sum, bpf_dynptr_from_skb_meta(skb, 0, &ptr));
	add(&sum, bpf_dynptr_size(&ptr));
	return sum;
}

SEC("xdp") int mtu_xdp(struct xdp_md *xdp)
{
	__u32 sum = 0, len = 0;

	add(&sum, bpf_check_mtu(xdp, 0, &len, 0, 0));
	add(&sum, len);
	len = 100;
	add(&sum, bpf_check_mtu(xdp, 0, &len, 0, 0));
	add(&sum, len);
	len = 0;
	add(&sum, bpf_check_mtu(xdp, 1, &len, 65536, 0));
	add(&sum, len);
	len = 70000;
	add(&sum, bpf_check_mtu(xdp, 1, &len, 0, 0));
	add(&sum, len);
	add(&sum, bpf_check_mtu(xdp, 77, &len, 0, 0));
	add(&sum, bpf_check_mtu(xdp, 1, &len, 0, 1));
	return sum;
}

SEC("tc") int mtu_skb(struct __sk_buff *skb)
{
	__u32 sum = 0, len = 0;

	add(&sum, bpf_check_mtu(skb, 0, &len, 0, 0));
	add(&sum, len);
	len = 100;
	add(&sum, bpf_check_mtu(skb, 0, &len, 0, 0));
	add(&sum, len);
	len = 0;
	add(&sum, bpf_check_mtu(skb, 1, &len, 65600, 0));
	add(&sum, len);
	len = 70000;
	add(&sum, bpf_check_mtu(skb, 1, &len, 0, 0));
	add(&sum, len);
	add(&sum, bpf_check_mtu(skb, 77, &len, 0, 0));
	add(&sum, bpf_check_mtu(skb, 1, &len, 0, 1));
	add(&sum, bpf_check_mtu(skb, 1, &len, 0, 4));
	return sum;
}

SEC("lwt_in") int encap(struct __sk_buff *skb)
{
	__u8 v4[28] = {0x45, 0, 0, 78, 0, 1, 0, 0, 64, 47, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 8};
	__u8 v6[40] = {0x60, 0, 0, 0, 0, 50, 41, 64}, byte;
	__u32 sum = 0;

	add(&sum, bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, v4, 16));
	add(&sum, bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, v4, sizeof(v4)));
	add(&sum, skb->len);
	add(&sum, skb->protocol);
	for (int i = 0; i < 30; i++) {
		bpf_skb_load_bytes(skb, i, &byte, 1);
		add(&sum, byte);
	}
	add(&sum, bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, v6, 30));
	add(&sum, bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, v6, sizeof(v6)));
	add(&sum, skb->len);
	add(&sum, skb->protocol);
	add(&sum, bpf_skb_load_bytes(skb, 40, &byte, 1));
	add(&sum, byte);
	v4[0] = 0x75;
	add(&sum, bpf_lwt_push_encap(skb, BPF_LWT_ENCAP_IP, v4, sizeof(v4)));
	add(&sum, bpf_lwt_push_encap(skb, 77, v4, sizeof(v4)));
	return sum;
}

char _license[] SEC("license") = "GPL";
