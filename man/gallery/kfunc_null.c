/* E1221: A kernel function that may return NULL */
#include "bpf.h"

struct task_struct *bpf_task_from_pid(int pid) __ksym;
void bpf_task_release(struct task_struct *p) __ksym;

SEC("tp_btf/sched_wakeup")
int wakeup(u64 *ctx)
{
	struct task_struct *p = bpf_task_from_pid(1);

#ifdef FIXED
	if (!p)
		return 0;
#endif
	bpf_task_release(p);
	return 0;
}

LICENSE;
