/* E0619: An address of the kernel that is used as a pointer */
#include "bpf.h"

SEC("kprobe/wake_up_new_task")
int parent(struct pt_regs *ctx)
{
	struct task_struct *task = (void *)ctx->di;
	int pid;

#ifndef FIXED
	pid = task->pid;
#else
	bpf_probe_read_kernel(&pid, sizeof(pid), &task->pid);
#endif
	return pid == 1;
}

LICENSE;
