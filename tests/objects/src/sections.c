/* One program for many section names. */
#include "common.h"

#define PROG(name, section)                                                                        \
	SEC(section) int name(void *ctx)                                                           \
	{                                                                                          \
		return ctx != 0;                                                                   \
	}

PROG(p1, "xdp") PROG(p2, "xdp.frags") PROG(p3, "xdp/devmap") PROG(p4, "tc/ingress")
PROG(p5, "kprobe/vfs_read") PROG(p6, "kretprobe/vfs_read") PROG(p7, "uprobe//bin/sh:main+4")
PROG(p8, "tracepoint/syscalls/sys_enter_openat") PROG(p9, "raw_tracepoint/sched_switch")
PROG(p10, "perf_event") PROG(p11, "cgroup_skb/egress") PROG(p12, "cgroup/connect4")
PROG(p13, "cgroup/sysctl") PROG(p14, "lsm/file_open") PROG(p15, "lsm.s/bprm_check_security")
PROG(p16, "fentry/do_unlinkat") PROG(p17, "fexit.s/do_unlinkat") PROG(p18, "fmod_ret/f")
PROG(p19, "sk_msg") PROG(p20, "sk_skb/stream_parser") PROG(p21, "sockops")
PROG(p22, "iter/task") PROG(p23, "freplace/other") PROG(p24, "struct_ops/init")
PROG(p25, "flow_dissector") PROG(p26, "sk_lookup") PROG(p27, "lirc_mode2")
PROG(p28, "?kprobe/optional") PROG(p29, "usdt/lib:provider:name")
#if HAS_CLANG
PROG(p30, "a name with spaces")
#endif
/* the same section again, further down */
PROG(q1, "xdp") PROG(q2, "xdp")

LICENSE("GPL");
