/* What the examples need of the headers of Linux and libbpf. */
#ifndef MAN_GALLERY_BPF_H
#define MAN_GALLERY_BPF_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;

#define NULL ((void *)0)
#define SEC(name) __attribute__((section(name), used))
#define __noinline __attribute__((noinline))
#define __always_inline inline __attribute__((always_inline))
#define __ksym __attribute__((section(".ksyms")))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
#define barrier_var(var) asm volatile("" : "+r"(var))
#define LICENSE char _license[] SEC("license") = "GPL"
#define bpf_htons(x) __builtin_bswap16(x)

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct task_struct {
	int pid, tgid;
	struct task_struct *parent;
};
#pragma clang attribute pop

enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PROG_ARRAY = 3,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { XDP_ABORTED, XDP_DROP, XDP_PASS, XDP_TX };
enum { TC_ACT_OK = 0, TC_ACT_SHOT = 2 };
enum { ETH_P_IP = 0x0800, IPPROTO_TCP = 6, IPPROTO_UDP = 17 };
enum { CLOCK_MONOTONIC = 1, BPF_F_CURRENT_NETNS = -1, BPF_ANY = 0, BPF_F_RDONLY_PROG = 1 << 7 };

struct ethhdr {
	u8 h_dest[6], h_source[6];
	u16 h_proto;
} __attribute__((packed));
struct iphdr {
	u8 ihl : 4, version : 4;
	u8 tos;
	u16 tot_len, id, frag_off;
	u8 ttl, protocol;
	u16 check;
	u32 saddr, daddr;
};
struct udphdr {
	u16 source, dest, len, check;
};

struct xdp_md {
	u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};
struct __sk_buff {
	u32 len, pkt_type, mark, queue_mapping, protocol, vlan_present, vlan_tci, vlan_proto;
	u32 priority, ingress_ifindex, ifindex, tc_index, cb[5], hash, tc_classid, data, data_end;
};
struct pt_regs {
	u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di;
};
struct bpf_sock_tuple {
	u32 saddr, daddr;
	u16 sport, dport;
};
struct bpf_sock {
	u32 bound_dev_if, family, type, protocol, mark;
};
struct bpf_spin_lock {
	u32 val;
};
struct bpf_timer {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_dynptr {
	u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_iter_num {
	u64 opaque[1];
} __attribute__((aligned(8)));

#define HELPER(id, ret, name, ...) static ret (*const bpf_##name)(__VA_ARGS__) = (void *)id
HELPER(1, void *, map_lookup_elem, void *map, const void *key);
HELPER(2, long, map_update_elem, void *map, const void *key, const void *value, u64 flags);
HELPER(5, u64, ktime_get_ns, void);
HELPER(6, long, trace_printk, const char *fmt, u32 size, ...);
HELPER(7, u32, get_prandom_u32, void);
HELPER(12, long, tail_call, void *ctx, void *map, u32 index);
HELPER(14, u64, get_current_pid_tgid, void);
HELPER(26, long, skb_load_bytes, const void *skb, u32 off, void *to, u32 len);
HELPER(44, long, xdp_adjust_head, struct xdp_md *ctx, int delta);
HELPER(84, struct bpf_sock *, sk_lookup_tcp, void *ctx, struct bpf_sock_tuple *tuple, u32 size,
       u64 netns, u64 flags);
HELPER(86, long, sk_release, void *sk);
HELPER(93, long, spin_lock, struct bpf_spin_lock *lock);
HELPER(94, long, spin_unlock, struct bpf_spin_lock *lock);
HELPER(113, long, probe_read_kernel, void *dst, u32 size, const void *src);
HELPER(114, long, probe_read_user_str, void *dst, u32 size, const void *src);
HELPER(131, void *, ringbuf_reserve, void *map, u64 size, u64 flags);
HELPER(132, void, ringbuf_submit, void *data, u64 flags);
HELPER(133, void, ringbuf_discard, void *data, u64 flags);
HELPER(148, long, copy_from_user, void *dst, u32 size, const void *src);
HELPER(165, long, snprintf, char *str, u32 size, const char *fmt, u64 *data, u32 len);
HELPER(169, long, timer_init, struct bpf_timer *timer, void *map, u64 flags);
HELPER(181, long, loop, u32 n, void *fn, void *ctx, u64 flags);
HELPER(194, void *, kptr_xchg, void *dst, void *ptr);
HELPER(198, long, ringbuf_reserve_dynptr, void *map, u32 size, u64 flags, struct bpf_dynptr *p);
HELPER(199, void, ringbuf_submit_dynptr, struct bpf_dynptr *p, u64 flags);
HELPER(201, long, dynptr_read, void *dst, u32 len, const struct bpf_dynptr *p, u32 off, u64 flags);
HELPER(202, long, dynptr_write, const struct bpf_dynptr *p, u32 off, void *src, u32 len, u64 flags);

#endif
