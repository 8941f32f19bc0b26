/* E1406: A section of RCU that is not left */
#include "bpf.h"

void bpf_rcu_read_lock(void) __ksym;
void bpf_rcu_read_unlock(void) __ksym;

SEC("tp_btf/sched_wakeup")
int wakeup(u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	int pid;

	bpf_rcu_read_lock();
	pid = task->parent->pid;
	if (pid == 1) {
#ifdef FIXED
		bpf_rcu_read_unlock();
#endif
		return 0;
	}
	bpf_rcu_read_unlock();
	return 0;
}

LICENSE;
