/* Kernel functions and variables, found and missing. */
#include "bpf.h"

struct task_struct {
	int pid;
};

extern struct task_struct *bpf_task_acquire(struct task_struct *p) KSYM;
extern void bpf_task_release(struct task_struct *p) KSYM;
extern void bpf_rcu_read_lock(void) KSYM;
extern void bpf_rcu_read_unlock(void) KSYM WEAK;
extern int no_such_kfunc(int a) KSYM WEAK;
extern const int no_such_variable KSYM WEAK;
extern const void no_such_symbol KSYM WEAK;

SEC("tp_btf/task_newtask") int use(u64 *ctx)
{
	struct task_struct *p = (void *)(unsigned long)ctx[0];

	bpf_rcu_read_lock();
	p = bpf_task_acquire(p);
	if (p)
		bpf_task_release(p);
	if (bpf_rcu_read_unlock)
		bpf_rcu_read_unlock();
	if (no_such_kfunc)
		return no_such_kfunc(3);
	if (&no_such_variable)
		return no_such_variable;
	return &no_such_symbol != 0;
}

LICENSE;
