/* Kernel symbols, kfuncs and configuration, weak and strong. */
#include "common.h"

extern const int runqueues __ksym;
extern const int absent_variable __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern int bpf_absent_function(int a, const char *b__str) __ksym __weak;
extern int LINUX_KERNEL_VERSION __kconfig;
extern unsigned long CONFIG_HZ __kconfig;
extern _Bool CONFIG_BPF_SYSCALL __kconfig __weak;
extern char CONFIG_LOCALVERSION[32] __kconfig __weak;

SEC("tc") int use(struct __sk_buff *skb)
{
	int res = 0;

	bpf_rcu_read_lock();
	if (&absent_variable)
		res += absent_variable;
	if (bpf_absent_function)
		res += bpf_absent_function(1, "name");
	if (LINUX_KERNEL_VERSION > 0x060000)
		res += CONFIG_HZ;
	if (CONFIG_BPF_SYSCALL)
		res += CONFIG_LOCALVERSION[1];
	bpf_rcu_read_unlock();
	return res + (&runqueues != 0);
}

LICENSE("GPL");
