/* Names of sections, several programs in one, and one that is not loaded by itself. */
#include "bpf.h"

#define PROG(sec, name)                                                                            \
	SEC(sec) int name(void *ctx)                                                               \
	{                                                                                          \
		return ctx != 0;                                                                   \
	}

PROG("xdp", xdp_a)
PROG("xdp", xdp_b)
PROG("xdp.frags", xdp_frags)
PROG("xdp/devmap", devmap)
PROG("tc", tc_prog)
PROG("socket", sock_filter)
PROG("cgroup_skb/egress", egress)
PROG("cgroup/connect4", connect4)
PROG("cgroup/sysctl", sysctl_prog)
PROG("kprobe/do_unlinkat", kp)
PROG("kretprobe/do_unlinkat", krp)
PROG("uprobe", up)
PROG("tracepoint/syscalls/sys_enter_openat", tp)
PROG("raw_tp/sys_enter", raw)
PROG("perf_event", perf)
PROG("sockops", sockops_prog)
PROG("sk_skb/stream_verdict", verdict)
PROG("sk_msg", msg)
PROG("sk_reuseport", reuse)
PROG("lwt_in", lwt)
PROG("sk_lookup", lookup)
PROG("flow_dissector", dissect)
PROG("syscall", sys)
PROG("?xdp", not_by_itself)

LICENSE;
u32 _version SEC("version") = 0x061200;
