/* E1222: A pointer that was read out of a struct and is passed on */
#include "bpf.h"

struct task_struct *bpf_task_acquire(struct task_struct *p) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;
void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

SEC("tp_btf/sched_wakeup")
int wakeup(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0], *p;

#ifndef FIXED
	p = bpf_task_acquire(task->parent->parent);
#else
	p = bpf_task_acquire(task);
#endif
	if (p)
		bpf_task_release(p);
	return 0;
}

LICENSE;
