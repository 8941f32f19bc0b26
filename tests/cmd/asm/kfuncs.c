#include "bpf.h"

extern void bpf_rcu_read_lock(void) SEC(".ksyms");
extern void bpf_rcu_read_unlock(void) SEC(".ksyms");
extern int maybe(int) __attribute__((weak)) SEC(".ksyms");
extern const int bpf_prog_active SEC(".ksyms");
extern int LINUX_KERNEL_VERSION SEC(".kconfig");
extern char CONFIG_NAME[20] __attribute__((weak)) SEC(".kconfig");

SEC("tp_btf/task_newtask")
int calls(u64 *ctx)
{
	int r = CONFIG_NAME[2];

	bpf_rcu_read_lock();
	if (maybe)
		r = maybe(ctx[0]);
	bpf_rcu_read_unlock();
	return r + LINUX_KERNEL_VERSION + *(volatile int *)&bpf_prog_active;
}
