/*
 * Programs that call each helper in its usual and its wrong ways and fold the answers into one
 * number: helpers.expect has what Linux 6.18 returns for the packet in its first line.
 */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#define MAP(name, t, n, kt, vt)                                                                    \
	struct {                                                                                   \
		__uint(type, t);                                                                   \
		__uint(max_entries, n);                                                            \
		__type(key, kt);                                                                   \
		__type(value, vt);                                                                 \
	} name SEC(".maps")
MAP(arr, BPF_MAP_TYPE_ARRAY, 4, __u32, __u64);
MAP(hash, BPF_MAP_TYPE_HASH, 4, __u32, __u64);
MAP(pcpu, BPF_MAP_TYPE_PERCPU_ARRAY, 2, __u32, __u64);
MAP(phash, BPF_MAP_TYPE_PERCPU_HASH, 8, __u32, __u64);
MAP(lru, BPF_MAP_TYPE_LRU_HASH, 64, __u32, __u64);
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 2);
	__type(value, __u32);
} queue SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 2);
	__type(value, __u32);
} stack SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_BLOOM_FILTER);
	__uint(max_entries, 8);
	__type(value, __u32);
} bloom SEC(".maps");
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");
struct key {
	__u32 bits;
	__u8 addr[4];
};
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 8);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct key);
	__type(value, __u32);
} lpm SEC(".maps");

struct guarded {
	__u32 a;
	struct bpf_spin_lock lock;
	__u64 b;
};
MAP(locks, BPF_MAP_TYPE_ARRAY, 2, __u32, struct guarded);
MAP(hlocks, BPF_MAP_TYPE_HASH, 2, __u32, struct guarded);

static __u64 sum;
int factor = 3;
const volatile int limit = 7;
const char words[3][6] = {"alpha", "beta", "gamma"};
char out[64];

SEC("xdp") int array_ops(struct xdp_md *c)
{
	__u32 k = 1, far = 9;
	__u64 v = 5, *p;
	long a = bpf_map_update_elem(&arr, &k, &v, BPF_ANY),
	     b = bpf_map_update_elem(&arr, &k, &v, BPF_NOEXIST),
	     d = bpf_map_update_elem(&arr, &far, &v, BPF_ANY), e = bpf_map_delete_elem(&arr, &k),
	     f = bpf_map_update_elem(&arr, &k, &v, 77);
	p = bpf_map_lookup_elem(&arr, &k);
	return (p ? *p : 0) * 1000000 - a - b * 10 - d * 100 - e * 1000 - f * 10000;
}

SEC("xdp") int hash_ops(struct xdp_md *c)
{
	__u64 v = 1, r = 0;
#pragma unroll
	for (int i = 0; i < 6; i++) {
		__u32 k = i;
		r = r * 10 - bpf_map_update_elem(&hash, &k, &v, BPF_NOEXIST);
	}
	__u32 k = 3;
	r = r * 7 - bpf_map_update_elem(&hash, &k, &v, BPF_NOEXIST);
	r = r * 7 - bpf_map_delete_elem(&hash, &k);
	r = r * 7 - bpf_map_delete_elem(&hash, &k);
	r = r * 7 - bpf_map_update_elem(&hash, &k, &v, BPF_EXIST);
	return r;
}

SEC("xdp") int percpu_ops(struct xdp_md *c)
{
	__u32 k = 1, none = 5;
	__u64 v = 9, *p = bpf_map_lookup_elem(&pcpu, &k), r = 0;
	if (!p)
		return -1;
	*p += 3;
	r = *p;
	bpf_map_update_elem(&phash, &none, &v, BPF_ANY);
	p = bpf_map_lookup_percpu_elem(&phash, &none, bpf_get_smp_processor_id());
	r = r * 10 + (p ? *p : 0);
	p = bpf_map_lookup_percpu_elem(&pcpu, &k, 100000);
	return r * 10 + !p;
}

SEC("xdp") int lru_ops(struct xdp_md *c)
{
	__u64 v = 4, *p;
	__u32 k = 8;
	long r = bpf_map_update_elem(&lru, &k, &v, BPF_EXIST);
	r = r * 10 + bpf_map_update_elem(&lru, &k, &v, BPF_NOEXIST);
	p = bpf_map_lookup_elem(&lru, &k);
	return r * 10 + (p ? *p : 0);
}

SEC("xdp") int queue_stack(struct xdp_md *c)
{
	long r = 0;
	__u32 v;
#pragma unroll
	for (int i = 1; i < 4; i++) {
		v = i;
		r = r * 100 - bpf_map_push_elem(&queue, &v, 0) -
		    3 * bpf_map_push_elem(&stack, &v, 0);
	}
	v = 8;
	r = r * 11 - bpf_map_push_elem(&queue, &v, BPF_EXIST);
	r = r * 11 - bpf_map_push_elem(&queue, &v, 9);
#pragma unroll
	for (int i = 0; i < 4; i++) {
		v = 77;
		r = r * 13 - bpf_map_peek_elem(&queue, &v) + v;
		v = 77;
		r = r * 13 - bpf_map_pop_elem(&queue, &v) + v;
		v = 77;
		r = r * 13 - bpf_map_pop_elem(&stack, &v) + v;
	}
	return r;
}

SEC("xdp") int bloom_ops(struct xdp_md *c)
{
	__u32 v = 6;
	long r = bpf_map_peek_elem(&bloom, &v);
	r = r * 10 + bpf_map_push_elem(&bloom, &v, 0);
	r = r * 10 + bpf_map_peek_elem(&bloom, &v);
	return r * 100 + bpf_map_push_elem(&bloom, &v, 1);
}

SEC("xdp") int lpm_ops(struct xdp_md *c)
{
	struct key k = {8, {10}}, k2 = {16, {10, 1}}, q = {32, {10, 1, 2, 3}}, q2 = {32, {10, 2}},
		   bad = {33, {1}};
	__u32 v = 1, v2 = 2, *p;
	long r = bpf_map_update_elem(&lpm, &k, &v, 0);
	bpf_map_update_elem(&lpm, &k2, &v2, 0);
	r = r * 10 - bpf_map_update_elem(&lpm, &bad, &v, 0);
	p = bpf_map_lookup_elem(&lpm, &q);
	r = r * 10 + (p ? *p : 9);
	p = bpf_map_lookup_elem(&lpm, &q2);
	r = r * 10 + (p ? *p : 9);
	r = r * 10 - bpf_map_delete_elem(&lpm, &q);
	return r * 10 - bpf_map_delete_elem(&lpm, &k2);
}

SEC("xdp") int ring_ops(struct xdp_md *c)
{
	__u64 v = 3, *p;
	long r = bpf_ringbuf_output(&ring, &v, 8, 0);
	p = bpf_ringbuf_reserve(&ring, 16, 0);
	if (!p)
		return -1;
	p[0] = 1, p[1] = 2;
	bpf_ringbuf_submit(p, BPF_RB_NO_WAKEUP);
	p = bpf_ringbuf_reserve(&ring, 5000, 0);
	if (p)
		bpf_ringbuf_discard(p, 0);
	r = r * 2 + !p;
	r = r * 100 - bpf_ringbuf_output(&ring, &v, 8, 99);
	for (int i = 0; i < 8; i++)
		r = r * 2 - bpf_ringbuf_query(&ring, i);
	return r;
}

static long each(struct bpf_map *m, __u32 *k, __u64 *v, __u64 *ctx)
{
	*ctx = *ctx * 3 + *k + *v;
	return *k == 2;
}

SEC("xdp") int for_each(struct xdp_md *c)
{
	__u64 s = 0;
#pragma unroll
	for (int i = 0; i < 4; i++) {
		__u32 k = i;
		__u64 v = k + 1;
		bpf_map_update_elem(&arr, &k, &v, 0);
	}
	long n = bpf_for_each_map_elem(&arr, each, &s, 0),
	     bad = bpf_for_each_map_elem(&arr, each, &s, 1);
	return s * 100 + n * 10 - bad;
}

static long turn(__u32 i, __u64 *ctx)
{
	*ctx += i * factor;
	sum += i;
	return i == 9;
}

SEC("xdp") int loops(struct xdp_md *c)
{
	__u64 s = 0;
	long n = bpf_loop(5, turn, &s, 0), m = bpf_loop(100, turn, &s, 0),
	     e = bpf_loop(1, turn, &s, 1), big = bpf_loop(1 << 24, turn, &s, 0);
	return s * 100000 + n * 10000 + m * 100 - e - big + sum;
}

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__array(values, int(struct xdp_md *));
} tails SEC(".maps");

SEC("xdp") int tail_missing(struct xdp_md *c)
{
	bpf_tail_call(c, &tails, 2);
	bpf_tail_call(c, &tails, 99);
	return 12;
}

static __attribute__((noinline)) int twice(int x)
{
	return x * 2 + limit;
}
__attribute__((noinline)) int global_sub(struct xdp_md *c, int n)
{
	return n > 100 ? n : twice(n) + c->rx_queue_index;
}
SEC("xdp") int subprogs(struct xdp_md *c)
{
	return global_sub(c, c->data_end - c->data);
}

SEC("xdp") int rodata(struct xdp_md *c)
{
	__u32 i = bpf_xdp_get_buff_len(c) & 1;
	char b[8] = {};
	int n = words[i][0] * 100 + words[i][3];
	__builtin_memcpy(b, words[1], 5);
	return n * 100 + bpf_strncmp(b, 5, "betb") * 10 + bpf_strncmp(b, 5, "beta") +
	       bpf_strncmp(b, 2, "bezz") + factor;
}

SEC("xdp") int atomics(struct xdp_md *c)
{
	static __u64 g = 10;
	static __u32 w = 5;
	__u64 r = __sync_fetch_and_add(&g, 5);
	r = r * 100 + __sync_fetch_and_or(&g, 0x30);
	r = r * 100 + __sync_fetch_and_and(&g, 0x3c);
	r = r * 100 + __sync_fetch_and_xor(&w, 0xff);
	r = r * 7 + __sync_val_compare_and_swap(&w, 250, 6);
	r = r * 7 + __sync_val_compare_and_swap(&w, 251, 7);
	return r * 7 + __sync_lock_test_and_set(&w, 1) + w;
}

SEC("xdp") int snprintf_all(struct xdp_md *c)
{
	char *name = "abc";
	long n = BPF_SNPRINTF(out, sizeof(out), "%d|%5d|%05d|%x|%llx|%lld|%%|%s|%c", -3, 42, 42,
			      255, 255L, -1L, words[0], 'z');
	__u32 h = 0;
	for (int i = 0; i < 64; i++)
		h = h * 31 + out[i];
	return h + n;
}

SEC("xdp") int snprintf_ip(struct xdp_md *c)
{
	__u32 ip = bpf_htonl(0x0a000102);
	__u8 six[16] = {0x20, 1, 0xd, 0xb8, [15] = 1};
	char b[64] = {};
	long n = BPF_SNPRINTF(b, sizeof(b), "%pi4 %pI4 %pI6", &ip, &ip, six),
	     m = BPF_SNPRINTF(b, 4, "%u%u", 123, 456);
	__u32 h = 0;
	for (int i = 0; i < 64; i++)
		h = h * 31 + b[i];
	return h * 100 + n + m;
}

SEC("xdp") int printk_len(struct xdp_md *c)
{
	long a = bpf_printk("x %d %u %llx\n", -1, 2, 3LL),
	     b = bpf_printk("%d %d %d %d %d", 1, 2, 3, 4, 5);
	return a * 1000 + b;
}

SEC("xdp") int strtox(struct xdp_md *c)
{
	long v = 0, r;
	unsigned long u = 0;
	char a[] = "  -0x1fz", b[] = "077", d[] = "zz", e[] = "-5", f[] = "99999999999999999999",
	     g[] = "0x";
	r = bpf_strtol(a, sizeof(a), 0, &v) * 100 + v;
	r = r * 10 + bpf_strtol(b, sizeof(b), 0, &v) + v;
	r = r * 10 + bpf_strtol(d, sizeof(d), 10, &v);
	r = r * 10 + bpf_strtoul(e, sizeof(e), 0, &u);
	r = r * 10 + bpf_strtoul(f, sizeof(f), 0, &u);
	r = r * 10 + bpf_strtol(b, sizeof(b), 3, &v);
	r = r * 10 + bpf_strtol(b, 2, 0, &v) + v;
	r = r * 10 + bpf_strtol(g, sizeof(g), 0, &v) + v;
	return r;
}

SEC("xdp") int head_out(struct xdp_md *c)
{
	long r = bpf_xdp_adjust_head(c, -20);
	char *p = (void *)(long)c->data;
	if (p + 20 > (char *)(long)c->data_end)
		return -1;
	for (int i = 0; i < 20; i++)
		p[i] = i + 1;
	return r * 100 + bpf_xdp_adjust_head(c, 4) * 10 + c->data_end - c->data;
}

SEC("xdp") int head_far(struct xdp_md *c)
{
	long a = bpf_xdp_adjust_head(c, -300), b = bpf_xdp_adjust_head(c, 1000),
	     d = bpf_xdp_adjust_head(c, c->data_end - c->data - 14), e = bpf_xdp_adjust_head(c, 1);
	return -a * 1000 - b * 100 - d * 10 - e;
}

SEC("xdp") int meta(struct xdp_md *c)
{
	long a = bpf_xdp_adjust_meta(c, -8), b = bpf_xdp_adjust_meta(c, -3),
	     d = bpf_xdp_adjust_meta(c, 100), e = bpf_xdp_adjust_meta(c, -256),
	     f = bpf_xdp_adjust_head(c, -100), g = bpf_xdp_adjust_head(c, -100);
	__u32 *m = (void *)(long)c->data_meta;
	if ((void *)(m + 2) > (void *)(long)c->data)
		return -1;
	m[0] = 7;
	return -a - b * 3 - d * 5 - e * 7 - f * 11 - g * 13 + (c->data - c->data_meta) * 1000 +
	       m[0] * 10000;
}

SEC("xdp") int tail_grow(struct xdp_md *c)
{
	long a = bpf_xdp_adjust_tail(c, 30), b = bpf_xdp_adjust_tail(c, 100000),
	     d = bpf_xdp_adjust_tail(c, -100000);
	long e = bpf_xdp_adjust_tail(c, -10);
	return (c->data_end - c->data) * 10000 - a * 1000 - b * 100 - d * 10 - e;
}

SEC("xdp") int xdp_bytes(struct xdp_md *c)
{
	char b[6] = {};
	long a = bpf_xdp_load_bytes(c, 6, b, 6), d = bpf_xdp_load_bytes(c, 5000, b, 6);
	long e = bpf_xdp_store_bytes(c, 0, b, 6),
	     f = bpf_xdp_store_bytes(c, bpf_xdp_get_buff_len(c) - 3, b, 6);
	return -a * 1000 - d * 100 - e * 10 - f + b[0] + b[5];
}

SEC("xdp") int csums(struct xdp_md *c)
{
	__u32 a[4] = {1, 0xfffffffe, 0x12345678, 9}, b[4] = {5, 6, 7, 0xabcdef01};
	__s64 r = bpf_csum_diff(a, 16, b, 16, 0);
	r = r * 3 + bpf_csum_diff(0, 0, b, 16, 0x1234567);
	r = r * 3 + bpf_csum_diff(a, 16, 0, 0, 0xffffffff);
	r = r * 3 + bpf_csum_diff(a, 4, b, 8, 77);
	return r * 3 + bpf_csum_diff(a, 3, b, 8, 77);
}

SEC("xdp") int redirects(struct xdp_md *c)
{
	return bpf_redirect(3, 0) * 10 + bpf_redirect(3, 1);
}
SEC("tc") int tc_redirects(struct __sk_buff *s)
{
	return bpf_redirect(3, 0) * 100 + bpf_redirect(3, 1) * 10 + bpf_redirect(3, 2);
}

SEC("tc") int skb_bytes(struct __sk_buff *s)
{
	char b[8] = {};
	long a = bpf_skb_load_bytes(s, 6, b, 6), d = bpf_skb_load_bytes(s, 5000, b, 6),
	     e = bpf_skb_store_bytes(s, 0, "\1\2\3\4\5\6", 6, 0),
	     f = bpf_skb_store_bytes(s, 20000, b, 6, 0), g = bpf_skb_store_bytes(s, 0, b, 2, 64);
	long h = bpf_skb_load_bytes_relative(s, 0, b, 4, BPF_HDR_START_NET);
	return -a * 1000 - d * 100 - e * 10 - f * 3 - g * 7 - h + b[0] + s->len;
}

SEC("tc") int skb_sums(struct __sk_buff *s)
{
	long a = bpf_l3_csum_replace(s, 24, 0x1111, 0x2222, 2),
	     b = bpf_l3_csum_replace(s, 24, 0xc0a80001, 0x0a000001, 4),
	     d = bpf_l3_csum_replace(s, 24, 0, 0x1234567, 0),
	     e = bpf_l3_csum_replace(s, 24, 1, 2, 3), f = bpf_l3_csum_replace(s, 25, 1, 2, 2),
	     g = bpf_l4_csum_replace(s, 50, 5, 6, 2 | BPF_F_PSEUDO_HDR),
	     h = bpf_l4_csum_replace(s, 50, 5, 6, 4 | BPF_F_MARK_MANGLED_0),
	     i = bpf_l4_csum_replace(s, 0x10000, 5, 6, 4),
	     j = bpf_l4_csum_replace(s, 50, 5, 6, 0x1000), k = bpf_l3_csum_replace(s, 24, 1, 2, 0);
	__u16 x = 0, y = 0;
	bpf_skb_load_bytes(s, 24, &x, 2);
	bpf_skb_load_bytes(s, 50, &y, 2);
	return -a - b * 3 - d * 5 - e * 7 - f * 11 - g * 13 - h * 17 - i * 19 - j * 23 - k * 29 +
	       x * 65536 + y;
}

SEC("tc") int skb_tail(struct __sk_buff *s)
{
	long a = bpf_skb_change_tail(s, s->len + 10, 0), n = s->len,
	     b = bpf_skb_change_tail(s, 20, 0), m = s->len, d = bpf_skb_change_tail(s, 10, 0),
	     e = bpf_skb_change_tail(s, 100, 1), f = bpf_skb_pull_data(s, 0),
	     g = bpf_skb_pull_data(s, 9999);
	return n * 100000 + m * 1000 - a * 2 - b * 3 - d * 5 - e * 7 - f * 11 - g * 13;
}

SEC("tc") int skb_head(struct __sk_buff *s)
{
	long a = bpf_skb_change_head(s, 14, 0), n = s->len, b = bpf_skb_change_head(s, 100000, 0),
	     d = bpf_skb_change_head(s, 4, 1);
	return n * 1000 - a - b * 3 - d * 5;
}

SEC("tc") int vlan(struct __sk_buff *s)
{
	long a = bpf_skb_vlan_push(s, bpf_htons(0x8100), 5), n = s->len, t = s->vlan_tci,
	     p = s->vlan_present, q = s->vlan_proto, b = bpf_skb_vlan_push(s, bpf_htons(0x88a8), 6),
	     m = s->len, u = s->vlan_tci, pr = s->protocol, d = bpf_skb_vlan_pop(s), o = s->len,
	     w = s->vlan_tci;
	return n + t * 3 + p * 5 + q * 7 + m * 11 + u * 13 + o * 17 + w * 19 + pr * 23 - a * 29 -
	       b * 31 - d * 37;
}

SEC("tc") int vlan_off(struct __sk_buff *s)
{
	long a = bpf_skb_vlan_pop(s), b = bpf_skb_vlan_push(s, bpf_htons(0x8100), 5),
	     d = bpf_skb_vlan_pop(s), e = bpf_skb_vlan_pop(s);
	return s->len - a - b * 3 - d * 5 - e * 7 + s->vlan_present * 1000 + s->protocol * 10000;
}

SEC("tc") int adjust_room(struct __sk_buff *s)
{
	long a = bpf_skb_adjust_room(s, 8, BPF_ADJ_ROOM_MAC, 0), n = s->len,
	     b = bpf_skb_adjust_room(s, -4, BPF_ADJ_ROOM_MAC, 0), m = s->len,
	     d = bpf_skb_adjust_room(s, 8, BPF_ADJ_ROOM_NET, 0), o = s->len,
	     e = bpf_skb_adjust_room(s, 5000, BPF_ADJ_ROOM_NET, 0),
	     f = bpf_skb_adjust_room(s, 4, 7, 0),
	     g = bpf_skb_adjust_room(s, -4000, BPF_ADJ_ROOM_NET, 0);
	return n + m * 100 + o * 10000 - a * 3 - b * 5 - d * 7 - e * 11 - f * 13 - g * 17;
}

SEC("tc") int skb_marks(struct __sk_buff *s)
{
	long a = bpf_skb_change_type(s, 3), t = s->pkt_type, b = bpf_skb_change_type(s, 9),
	     e = bpf_skb_change_type(s, 2);
	bpf_set_hash(s, 77);
	long h = bpf_get_hash_recalc(s), hh = s->hash;
	bpf_set_hash_invalid(s);
	s->mark = 6;
	barrier();
	s->cb[1] = 4;
	barrier();
	s->priority = 3;
	barrier();
	s->queue_mapping = 2;
	s->tc_classid = 5;
	return t - a * 3 - b * 5 - e * 7 + h * 11 + hh * 13 + s->mark * 17 + s->cb[1] * 19 +
	       s->priority * 23 + s->queue_mapping * 29 + s->tc_classid * 31;
}

SEC("tc") int skb_misc(struct __sk_buff *s)
{
	long a = bpf_get_route_realm(s), b = bpf_get_cgroup_classid(s), c = bpf_csum_update(s, 5),
	     d = 0, e = 0;
	return a - b * 3 - c * 5 - d * 7;
}

SEC("tc") int direct(struct __sk_buff *s)
{
	unsigned char *p = (void *)(long)s->data, *e = (void *)(long)s->data_end;
	if (p + 34 > e)
		return TC_ACT_SHOT;
	p[22]--;
	return p[12] * 256 + p[13] + p[23];
}

SEC("tc") int kernel_read(struct __sk_buff *s)
{
	__u64 v = 5, w = 0;
	char b[6] = "zzzzz";
	long a = bpf_probe_read_kernel(&w, 8, &v), d = bpf_probe_read_kernel(&w, 8, (void *)8),
	     e = bpf_probe_read_kernel_str(b, 4, words[2]),
	     f = bpf_probe_read_kernel_str(b, 6, words[1]);
	return w * 100 - a - d * 3 + e * 5 + f * 7 + b[0] + b[5] + b[3];
}

SEC("tc") int times(struct __sk_buff *s)
{
	__u64 a = bpf_ktime_get_ns(), b = bpf_ktime_get_ns(), c = bpf_ktime_get_boot_ns(),
	      d = bpf_ktime_get_coarse_ns(), e = bpf_jiffies64(), f = bpf_ktime_get_tai_ns();
	return (b >= a) + 2 * (c >= a) + 4 * (d <= c) + 8 * (e > 0) + 16 * (f > c) +
	       32 * (bpf_get_prandom_u32() != bpf_get_prandom_u32());
}

struct task_struct {
	int pid;
} __attribute__((preserve_access_index));
struct list_head {
	void *next, *prev;
} __attribute__((preserve_access_index));
enum none { X };
SEC("tc") int core(struct __sk_buff *s)
{
	return __builtin_preserve_field_info(((struct list_head *)0)->prev, 0) * 100 +
	       __builtin_preserve_type_info(*(struct list_head *)0, 1) * 10 +
	       __builtin_preserve_field_info(((struct task_struct *)0)->pid, 2);
}

MAP(devices, BPF_MAP_TYPE_DEVMAP, 4, __u32, __u32);

SEC("xdp") int redirect_maps(struct xdp_md *c)
{
	return bpf_redirect_map(&devices, 9, XDP_TX) + 10 * bpf_redirect_map(&devices, 0, 64) +
	       100 * bpf_redirect_map(&devices, 1, XDP_PASS);
}

char _license[] SEC("license") = "GPL";

SEC("tc") int spin_locks(struct __sk_buff *c)
{
	struct guarded first = {.a = 3, .b = 40}, *v, *h;
	__u32 k = 1;
	long r = 0;

	r = r * 7 - bpf_map_update_elem(&locks, &k, &first, BPF_F_LOCK);
	r = r * 7 - bpf_map_update_elem(&hlocks, &k, &first, BPF_F_LOCK | BPF_EXIST);
	r = r * 7 - bpf_map_update_elem(&hlocks, &k, &first, BPF_F_LOCK | BPF_NOEXIST);
	r = r * 7 - bpf_map_update_elem(&arr, &k, &first, BPF_F_LOCK);
	v = bpf_map_lookup_elem(&locks, &k);
	h = bpf_map_lookup_elem(&hlocks, &k);
	if (!v || !h)
		return 0;
	bpf_spin_lock(&v->lock);
	v->a++;
	v->b += 2;
	bpf_spin_unlock(&v->lock);
	bpf_spin_lock(&h->lock);
	h->b -= h->a;
	bpf_spin_unlock(&h->lock);
	first.a = 9;
	r = r * 7 - bpf_map_update_elem(&hlocks, &k, &first, BPF_F_LOCK);
	return r * 1000000 + v->a * 10000 + v->b * 100 + h->b + h->a;
}

SEC("tc") int dynptr_mem(struct __sk_buff *c)
{
	__u32 k = 1, w = 7;
	char b[8] = "abcdefg", d[4] = "";
	struct bpf_dynptr p;
	__u64 *v = bpf_map_lookup_elem(&arr, &k);
	char *s;
	long r;

	if (!v)
		return 0;
	r = -bpf_dynptr_from_mem(v, 8, 0, &p);
	r = r * 3 - bpf_dynptr_write(&p, 2, b, 5, 0);
	r = r * 3 - bpf_dynptr_write(&p, 4, b, 5, 0);
	r = r * 3 - bpf_dynptr_write(&p, 0, b, 1, 1);
	r = r * 3 - bpf_dynptr_read(d, 4, &p, 3, 0);
	r = r * 3 - bpf_dynptr_read(d, 4, &p, 5, 0);
	r = r * 3 - bpf_dynptr_read(d, 4, &p, 0, 1);
	s = bpf_dynptr_data(&p, 2, 4);
	if (s)
		r += s[0] + s[3] * 3;
	r += !bpf_dynptr_data(&p, 6, 4) * 5;
	return r * 1000 + d[0] + d[3] + (__u8)(*v >> 48);
}

SEC("tc") int dynptr_none(struct __sk_buff *c)
{
	char b[4] = "xyz";
	struct bpf_dynptr p;
	__u32 k = 1;
	__u64 *v = bpf_map_lookup_elem(&arr, &k);
	long r;

	if (!v)
		return 0;
	r = -bpf_dynptr_from_mem(v, 8, 1, &p);
	r = r * 7 - bpf_dynptr_read(b, 1, &p, 0, 0);
	r = r * 7 - bpf_dynptr_write(&p, 0, b, 1, 0);
	return r * 10 + !bpf_dynptr_data(&p, 0, 1);
}

SEC("tc") int dynptr_ring(struct __sk_buff *c)
{
	char b[8] = "record", d[4] = "";
	struct bpf_dynptr p;
	long r = 0, before = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);

	r = r * 3 - bpf_ringbuf_reserve_dynptr(&ring, 20, 0, &p);
	r = r * 3 - bpf_dynptr_write(&p, 4, b, 8, 0);
	r = r * 3 - bpf_dynptr_write(&p, 16, b, 8, 0);
	r = r * 3 - bpf_dynptr_read(d, 4, &p, 6, 0);
	bpf_ringbuf_submit_dynptr(&p, 0);
	r = r * 3 - bpf_ringbuf_reserve_dynptr(&ring, 5, 1, &p);
	bpf_ringbuf_discard_dynptr(&p, 0);
	r = r * 3 - bpf_ringbuf_reserve_dynptr(&ring, 5000, 0, &p);
	r = r * 3 - bpf_dynptr_write(&p, 0, b, 1, 0);
	bpf_ringbuf_submit_dynptr(&p, 0);
	r = r * 3 - bpf_ringbuf_reserve_dynptr(&ring, 1 << 24, 0, &p);
	bpf_ringbuf_discard_dynptr(&p, 0);
	r = r * 3 - bpf_ringbuf_reserve_dynptr(&ring, 5, 0, &p);
	bpf_ringbuf_discard_dynptr(&p, 0);
	return r * 1000 + (bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) - before) + d[0] + d[3];
}

static long fold(struct __sk_buff *c, long r, __u32 off, __u32 len, __u32 start)
{
	unsigned char b[4] = {9, 9, 9, 9};
	long err = bpf_skb_load_bytes_relative(c, off, b, len, start);

	return r * 7 - err + b[0] * 3 + b[1];
}

static int relative(struct __sk_buff *c)
{
	long r = fold(c, 0, 0, 2, BPF_HDR_START_MAC);

	r = fold(c, r, 2, 2, BPF_HDR_START_NET);
	r = fold(c, r, 46, 4, BPF_HDR_START_NET);
	r = fold(c, r, 60, 4, BPF_HDR_START_MAC);
	r = fold(c, r, 61, 4, BPF_HDR_START_MAC);
	r = fold(c, r, 65536, 4, BPF_HDR_START_MAC);
	return fold(c, r, 0, 4, 2);
}

SEC("tc") int relative_cls(struct __sk_buff *c)
{
	return relative(c);
}

SEC("socket") int relative_filter(struct __sk_buff *c)
{
	return relative(c);
}
