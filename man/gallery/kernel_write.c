/* E0905: A write into a struct of the kernel */
#include "bpf.h"

#ifdef FIXED
int last;
#endif

SEC("tp_btf/sched_wakeup")
int wakeup(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];

#ifndef FIXED
	task->pid = 0;
#else
	last = task->pid;
#endif
	return 0;
}

LICENSE;
