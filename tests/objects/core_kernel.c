/* CO-RE against the kernel's own types. */
#include "bpf.h"

struct pid_namespace {
	int level;
} CORE;
struct upid {
	int nr;
	struct pid_namespace *ns;
} CORE;
struct pid {
	unsigned int level;
	struct upid numbers[1];
} CORE;
struct mm_struct {
	unsigned long start_code;
	unsigned long arg_start;
} CORE;
struct task_struct {
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	struct mm_struct *mm;
	char comm[16];
	unsigned int in_execve : 1;
	unsigned int flags;
} CORE;
struct task_struct___old {
	long state;
} CORE;
struct no_such_struct {
	int a;
} CORE;
struct iphdr {
	u8 ihl : 4, version : 4;
	u8 tos;
	u16 tot_len;
} CORE;
struct sk_buff {
	unsigned int len;
	u8 pkt_type : 3;
	u8 ip_summed : 2;
} CORE;
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 100,
	BPF_MAP_TYPE_ARENA = 200,
	BPF_MAP_TYPE_NEVER___made = 300,
};

u64 out[40];

#define exists(f) __builtin_preserve_field_info(f, 2)
#define size(f) __builtin_preserve_field_info(f, 1)
#define offset(f) __builtin_preserve_field_info(f, 0)
#define is_signed(f) __builtin_preserve_field_info(f, 3)
#define lshift(f) __builtin_preserve_field_info(f, 4)
#define rshift(f) __builtin_preserve_field_info(f, 5)
#define type_info(t, kind) __builtin_preserve_type_info(*(t *)0, kind)
#define enum_info(t, v, kind) __builtin_preserve_enum_value(*(t *)v, kind)

SEC("tp_btf/sched_switch") int use(u64 *ctx)
{
	struct task_struct *p = (void *)(unsigned long)ctx[1];
	struct task_struct___old *old = (void *)p;
	struct no_such_struct *none = (void *)p;
	struct sk_buff *skb = (void *)p;
	struct iphdr *ip = (void *)p;

	out[0] = (u64)p->pid + (u64)p->tgid + p->flags;
	out[1] = (u64)p->thread_pid->numbers[0].nr + (u64)p->comm[3];
	out[2] = p->mm ? p->mm->arg_start : 0;
	if (exists(old->state))
		out[3] = (u64)old->state;
	if (exists(none->a))
		out[4] = (u64)none->a;
	out[5] = size(p->comm) + size(p->pid) + size(skb->len);
	out[6] = lshift(p->in_execve);
	out[7] = rshift(p->in_execve) + is_signed(p->pid) + is_signed(p->flags);
	out[8] = offset(p->in_execve) + size(p->in_execve);
	out[9] = offset(skb->pkt_type);
	out[10] = lshift(skb->ip_summed) + (u64)rshift(skb->ip_summed);
	out[11] = lshift(ip->version) + (u64)rshift(ip->ihl);
	out[12] = type_info(struct task_struct, 0) + type_info(struct task_struct, 1);
	out[13] = type_info(struct no_such_struct, 0) + type_info(struct no_such_struct, 1);
	out[14] = __builtin_btf_type_id(*(struct task_struct *)0, 1);
	out[15] = __builtin_btf_type_id(*(struct no_such_struct *)0, 1);
	out[16] = __builtin_btf_type_id(*(struct task_struct *)0, 0);
	out[17] = enum_info(enum bpf_map_type, BPF_MAP_TYPE_HASH, 0);
	out[18] = enum_info(enum bpf_map_type, BPF_MAP_TYPE_HASH, 1);
	out[19] = enum_info(enum bpf_map_type, BPF_MAP_TYPE_ARENA, 1);
	out[20] = enum_info(enum bpf_map_type, BPF_MAP_TYPE_NEVER___made, 0);
	return 0;
}

LICENSE;
