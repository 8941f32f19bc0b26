/* As kfuncs.c: the task, what belongs to it, and what is asked of the kernel as a whole. */
#include "kfuncs.h"

struct task_struct {
	int pid, tgid;
} __attribute__((preserve_access_index));

extern struct task_struct *bpf_task_from_pid(int pid) weak_ksym;
extern struct task_struct *bpf_task_acquire(struct task_struct *task) weak_ksym;
extern void bpf_task_release(struct task_struct *task) weak_ksym;
extern __s64 bpf_map_sum_elem_count(const struct bpf_map *map) weak_ksym;

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u64);
} stored SEC(".maps");

SEC("tc") int storage(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 first = 5, *v;
	__u32 sum = 0;

	add(&sum, bpf_task_storage_get(&stored, task, 0, 0) != 0);
	v = bpf_task_storage_get(&stored, task, &first, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!v)
		return 1;
	add(&sum, (*v)++);
	v = bpf_task_storage_get(&stored, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (v)
		add(&sum, *v);
	add(&sum, bpf_task_storage_delete(&stored, task));
	add(&sum, bpf_task_storage_delete(&stored, task));
	v = bpf_task_storage_get(&stored, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (v)
		add(&sum, *v);
	add(&sum, bpf_task_storage_delete(&stored, task));
	add(&sum, bpf_task_storage_get(&stored, task, 0, 2) != 0);
	return sum;
}

SEC("tc") int who(struct __sk_buff *skb)
{
	struct task_struct *task = bpf_get_current_task_btf(), *found, *kept;
	__u64 ids = bpf_get_current_pid_tgid();
	struct bpf_pidns_info ns;
	__u32 sum = 0;

	add(&sum, task->pid == (__u32)ids);
	add(&sum, task->tgid == ids >> 32);
	add(&sum, bpf_get_ns_current_pid_tgid(0, 0, &ns, 4));
	add(&sum, bpf_get_ns_current_pid_tgid(1ull << 40, 0, &ns, sizeof(ns)));
	found = bpf_task_from_pid(-1);
	add(&sum, found != 0);
	if (found)
		bpf_task_release(found);
	kept = bpf_task_acquire(task);
	add(&sum, kept == task);
	if (kept)
		bpf_task_release(kept);
	add(&sum, bpf_get_current_ancestor_cgroup_id(-1));
	add(&sum, bpf_get_current_ancestor_cgroup_id(100));
	return sum;
}

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(max_entries, 4);
} events SEC(".maps");

SEC("tc") int outputs(struct __sk_buff *skb)
{
	__u64 data = 0x0123456789abcdef;
	__u32 sum = 0;

	add(&sum, bpf_perf_event_output(skb, &events, 4, &data, 8));
	add(&sum, bpf_perf_event_output(skb, &events, 1ull << 60, &data, 8));
	add(&sum, bpf_perf_event_output(skb, &events, 1ull << 51 | BPF_F_CURRENT_CPU, &data, 8));
	add(&sum, bpf_perf_event_read(&events, 7));
	add(&sum, bpf_perf_event_read(&events, 0));
	return sum;
}

SEC("tc") int hands_out(struct __sk_buff *skb)
{
	__u64 data = 0x0123456789abcdef;

	bpf_perf_event_output(skb, &events, BPF_F_CURRENT_CPU | 6ull << 32, &data, 8);
	return 0;
}

/* A SYN and the ACK that answers its cookie; what the cookie is, only whoever made it knows. */
SEC("tc") int cookies(struct __sk_buff *skb)
{
	struct {
		__u8 ip[20];
		__u8 tcp[24];
	} h = {.ip = {0x45, 0, 0, 44, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2},
	       .tcp = {0x12, 0x34, 0, 80, 1, 2, 3, 4, 0, 0, 0, 0, 0x60, 2, 0xff, 0xff, 0, 0, 0, 0,
		       2, 4, 5, 0xa0}};
	__s64 made = bpf_tcp_raw_gen_syncookie_ipv4((void *)h.ip, (void *)h.tcp, 24);
	__u32 sum = 0, cookie = made + 1;

	add(&sum, made >> 32);
	add(&sum, bpf_tcp_raw_gen_syncookie_ipv4((void *)h.ip, (void *)h.tcp, 20));
	add(&sum, bpf_tcp_raw_check_syncookie_ipv4((void *)h.ip, (void *)h.tcp));
	h.tcp[7]++;
	h.tcp[8] = cookie >> 24;
	h.tcp[9] = cookie >> 16;
	h.tcp[10] = cookie >> 8;
	h.tcp[11] = cookie;
	add(&sum, bpf_tcp_raw_check_syncookie_ipv4((void *)h.ip, (void *)h.tcp));
	h.tcp[0]++;
	add(&sum, bpf_tcp_raw_check_syncookie_ipv4((void *)h.ip, (void *)h.tcp));
	return sum;
}

struct btf_enum {
	__u32 name_off;
	__s32 val;
};
struct list_head {
	struct list_head *next, *prev;
};
typedef struct {
	int counter;
} atomic_t;

static __noinline __u32 shown(void *ptr, __u32 id, __u64 flags)
{
	struct btf_ptr p = {.ptr = ptr, .type_id = id};
	char text[256] = {};
	long n = bpf_snprintf_btf(text, sizeof(text), &p, sizeof(p), flags);
	__u32 sum = n;

	for (int i = 0; i < 200; i++)
		add(&sum, text[i]);
	return sum;
}

static __always_inline void show(__u32 *sum, void *ptr, __u32 id)
{
	add(sum, shown(ptr, id, 0));
	add(sum, shown(ptr, id, BTF_F_COMPACT));
	add(sum, shown(ptr, id, BTF_F_NONAME));
	add(sum, shown(ptr, id, BTF_F_COMPACT | BTF_F_ZERO | BTF_F_PTR_RAW));
	add(sum, shown(ptr, id, BTF_F_COMPACT | BTF_F_NONAME | BTF_F_PTR_RAW));
}

SEC("tc") int typed_simple(struct __sk_buff *skb)
{
	struct btf_enum e = {3, -1};
	atomic_t counter = {1}, zero = {0};
	int number = -4567;
	__u32 sum = 0;

	show(&sum, &number, bpf_core_type_id_kernel(int));
	show(&sum, &e, bpf_core_type_id_kernel(struct btf_enum));
	show(&sum, &counter, bpf_core_type_id_kernel(atomic_t));
	show(&sum, &zero, bpf_core_type_id_kernel(atomic_t));
	return sum;
}

SEC("tc") int typed_structs(struct __sk_buff *skb)
{
	struct bpf_insn insn = {1, 2, 3, 4, 5};
	struct list_head list = {0, (void *)0x1234};
	struct bpf_fib_lookup fib = {.family = 2, .ipv6_src = {1, 2, 3, 4}, .dmac = "ab"};
	enum bpf_map_type type = BPF_MAP_TYPE_HASH;
	__u32 sum = 0;

	show(&sum, &insn, bpf_core_type_id_kernel(struct bpf_insn));
	add(&sum, shown(&list, bpf_core_type_id_kernel(struct list_head),
			BTF_F_COMPACT | BTF_F_PTR_RAW));
	show(&sum, &fib, bpf_core_type_id_kernel(struct bpf_fib_lookup));
	show(&sum, &type, bpf_core_type_id_kernel(enum bpf_map_type));
	return sum;
}

SEC("tc") int typed_wrong(struct __sk_buff *skb)
{
	__u32 sum = 0;

	add(&sum, shown(0, bpf_core_type_id_kernel(int), 0));
	add(&sum, shown(&sum, 0, 0));
	add(&sum, shown(&sum, 1, 1 << 10));
	return sum;
}

char _license[] SEC("license") = "GPL";
