/* Programs of control groups, sockets and messages: what they ask and do is printed. */
#include <linux/bpf.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

enum { LEVEL_SOCKET = 1, LEVEL_TCP = 6, MARK = 36, CONGESTION = 13 };
enum { HDR_PARSE = 13, HDR_LEN = 14, HDR_WRITE = 15 };

struct {
	__uint(type, BPF_MAP_TYPE_SOCKMAP);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
} socks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SOCKHASH);
	__uint(max_entries, 4);
	__type(key, int);
	__type(value, int);
} hashed SEC(".maps");

static __always_inline void options(struct bpf_sock_ops *s)
{
	__u8 new[6] = {254, 6, 0xeb, 0x9f, 1, 2}, found[8] = {2};
	int ret;

	if (s->op == HDR_LEN) {
		bpf_printk("reserve %d", bpf_reserve_hdr_opt(s, 6, 0));
	} else if (s->op == HDR_WRITE) {
		ret = bpf_store_hdr_opt(s, new, 6, 0);
		bpf_printk("store %d, header %d", ret, (int)(s->skb_data_end - s->skb_data));
		bpf_printk("again %d", bpf_store_hdr_opt(s, new, 6, 0));
	} else if (s->op == HDR_PARSE) {
		ret = bpf_load_hdr_opt(s, found, 8, 0);
		bpf_printk("load %d: %d", ret, found[2] << 8 | found[3]);
		found[0] = 99;
		found[1] = 0;
		bpf_printk("none %d", bpf_load_hdr_opt(s, found, 8, 0));
	}
}

SEC("sockops") int ops(struct bpf_sock_ops *s)
{
	struct bpf_sock *sk = s->sk;
	struct bpf_tcp_sock *tcp;
	int v = 5, key = 1, ret;
	char name[16] = {};

	if (s->op >= HDR_PARSE) {
		options(s);
		return 1;
	}
	bpf_printk("flags %d: %x", bpf_sock_ops_cb_flags_set(s, 0x1ff), s->bpf_sock_ops_cb_flags);
	bpf_printk("mark %d", bpf_setsockopt(s, LEVEL_SOCKET, MARK, &v, 4));
	bpf_printk("congestion %d", bpf_setsockopt(s, LEVEL_TCP, CONGESTION, "cubic", 6));
	ret = bpf_getsockopt(s, LEVEL_TCP, CONGESTION, name, sizeof(name));
	bpf_printk("congestion %d %s", ret, name);
	bpf_printk("unknown %d", bpf_setsockopt(s, LEVEL_SOCKET, 9999, &v, 4));
	bpf_printk("map %d, %d", bpf_sock_map_update(s, &socks, &key, 0),
		   bpf_sock_hash_update(s, &hashed, &key, 0));
	if (!sk)
		return 1;
	tcp = bpf_tcp_sock(sk);
	bpf_printk("sk mark %d port %d, window %d", sk->mark, bpf_ntohs(sk->dst_port),
		   tcp ? tcp->snd_cwnd : -1);
	return 1;
}

SEC("cgroup/connect4") int connect(struct bpf_sock_addr *a)
{
	int v = 7;

	if (a->user_ip4 == bpf_htonl(0x0a000001)) {
		a->user_ip4 = bpf_htonl(0x7f000001);
		a->user_port = bpf_htons(8080);
	}
	bpf_setsockopt(a, LEVEL_SOCKET, MARK, &v, 4);
	bpf_printk("protocol %d", a->sk->protocol);
	return 1;
}

SEC("cgroup/setsockopt") int setopt(struct bpf_sockopt *o)
{
	__u8 *p = o->optval;

	if (p + 1 > (__u8 *)o->optval_end)
		return 0;
	bpf_printk("option %d, %d bytes: %d, family %d", o->optname, o->optlen, p[0],
		   o->sk->family);
	p[0] = 99;
	o->optlen = 1;
	return 1;
}

SEC("cgroup/sysctl") int control(struct bpf_sysctl *s)
{
	char b[32] = {};
	unsigned long n = 0;
	int ret;

	ret = bpf_sysctl_get_name(s, b, sizeof(b), BPF_F_SYSCTL_BASE_NAME);
	bpf_printk("base %d %s", ret, b);
	ret = bpf_sysctl_get_name(s, b, sizeof(b), 0);
	bpf_printk("name %d %s", ret, b);
	bpf_printk("cut %d", bpf_sysctl_get_name(s, b, 4, 0));
	ret = bpf_sysctl_get_current_value(s, b, sizeof(b));
	bpf_strtoul(b, sizeof(b), 0, &n);
	bpf_printk("current %d %d", ret, n);
	bpf_printk("new %d", bpf_sysctl_get_new_value(s, b, sizeof(b)));
	bpf_printk("set %d", bpf_sysctl_set_new_value(s, "600", 3));
	return 1;
}

SEC("sk_msg") int msg(struct sk_msg_md *m)
{
	char *d;
	int key = 2;

	bpf_msg_apply_bytes(m, 100);
	bpf_msg_cork_bytes(m, 10);
	bpf_printk("pull %d", bpf_msg_pull_data(m, 1, 3, 0));
	d = m->data;
	if (d + 2 <= (char *)m->data_end)
		bpf_printk("%d, %d of %d", d[0], (int)((char *)m->data_end - d), m->size);
	bpf_printk("push %d", bpf_msg_push_data(m, 1, 2, 0));
	bpf_printk("pop %d", bpf_msg_pop_data(m, 4, 1, 0));
	bpf_printk("size %d", m->size);
	bpf_printk("no such socket %d", bpf_msg_redirect_map(m, &socks, 7, 0));
	bpf_msg_redirect_hash(m, &hashed, &key, 0);
	return bpf_msg_redirect_map(m, &socks, 2, BPF_F_INGRESS);
}

SEC("sk_lookup") int lookup(struct bpf_sk_lookup *l)
{
	struct bpf_sock *sk;
	int key = 1, ret;

	sk = bpf_map_lookup_elem(&socks, &key);
	if (!sk)
		return SK_DROP;
	bpf_printk("port %d", sk->src_port);
	ret = bpf_sk_assign(l, sk, 0);
	bpf_printk("assign %d, again %d", ret, bpf_sk_assign(l, sk, 0));
	bpf_sk_release(sk);
	return SK_PASS;
}

SEC("tc") int cookie(struct __sk_buff *skb)
{
	struct bpf_sock_tuple t = {};
	struct iphdr ip = {.version = 4, .ihl = 5, .protocol = 6};
	struct tcphdr tcp = {.doff = 5, .syn = 1, .seq = bpf_htonl(1000)};
	struct bpf_sock *sk;
	long ret;

	t.ipv4.daddr = bpf_htonl(0x0a000001);
	t.ipv4.dport = bpf_htons(80);
	sk = bpf_sk_lookup_tcp(skb, &t, sizeof(t.ipv4), -1, 0);
	if (!sk)
		return 2;
	ret = bpf_tcp_gen_syncookie(sk, &ip, sizeof(ip), &tcp, sizeof(tcp));
	bpf_printk("segments of %d", (int)(ret >> 32));
	tcp.syn = 0;
	tcp.ack = 1;
	tcp.seq = bpf_htonl(1001);
	tcp.ack_seq = bpf_htonl((__u32)ret + 1);
	bpf_printk("check %d", bpf_tcp_check_syncookie(sk, &ip, sizeof(ip), &tcp, sizeof(tcp)));
	tcp.ack_seq = 0;
	bpf_printk("wrong %d", bpf_tcp_check_syncookie(sk, &ip, sizeof(ip), &tcp, sizeof(tcp)));
	ip.version = 5;
	bpf_printk("version %d", bpf_tcp_check_syncookie(sk, &ip, sizeof(ip), &tcp, sizeof(tcp)));
	tcp.ack = 0;
	bpf_printk("no ack %d", bpf_tcp_check_syncookie(sk, &ip, sizeof(ip), &tcp, sizeof(tcp)));
	bpf_sk_release(sk);
	return 0;
}

char _license[] SEC("license") = "GPL";
