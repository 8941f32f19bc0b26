/* Values of the kernel's configuration. */
#include "bpf.h"

enum libbpf_tristate { TRI_NO, TRI_YES, TRI_MODULE };

extern int LINUX_KERNEL_VERSION KCONFIG;
extern _Bool CONFIG_BPF_SYSCALL KCONFIG;
extern enum libbpf_tristate CONFIG_NF_CONNTRACK KCONFIG WEAK;
extern u64 CONFIG_NO_SUCH_THING KCONFIG WEAK;
extern char CONFIG_LOCALVERSION[20] KCONFIG WEAK;
extern unsigned short CONFIG_HZ KCONFIG WEAK;

SEC("tc") int use(void *ctx)
{
	(void)ctx;
	return LINUX_KERNEL_VERSION + CONFIG_BPF_SYSCALL + (int)CONFIG_NF_CONNTRACK +
	       (int)CONFIG_NO_SUCH_THING + CONFIG_LOCALVERSION[0] + CONFIG_HZ;
}

LICENSE;
