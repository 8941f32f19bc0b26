/* E0617: A reference that is stored as a plain pointer */
#include "bpf.h"

struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

struct slot {
	struct task_struct __kptr *task;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, u32);
	__type(value, struct slot);
	__uint(max_entries, 1);
} slots SEC(".maps");

SEC("tp_btf/sched_wakeup")
int wakeup(u64 *ctx)
{
	u32 key = 0;
	struct slot *s = bpf_map_lookup_elem(&slots, &key);
	struct task_struct *p;

	if (!s)
		return 0;
	p = bpf_task_from_pid(1);
	if (!p)
		return 0;
#ifndef FIXED
	s->task = p;
#else
	p = bpf_kptr_xchg(&s->task, p);
	if (p)
		bpf_task_release(p);
#endif
	return 0;
}

LICENSE;
