#include "bpf.h"

SEC("?kprobe/sys_open")
int optional(void *ctx)
{
	return 0;
}
SEC("uprobe//proc/self/exe:main+0x10")
int uprobe(void *ctx)
{
	return 1;
}
SEC("tracepoint/syscalls/sys_enter_write")
int tracepoint(void *ctx)
{
	return 2;
}
SEC("fentry.s/a-b+c,d*")
int odd(void *ctx)
{
	return 3;
}
u32 _version SEC("version") = 0x61200;
