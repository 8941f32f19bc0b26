/* E1304: A ring buffer's record that is used after it was submitted */
#include "bpf.h"

struct event {
	u32 pid;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("kprobe/do_unlinkat")
int unlink(struct pt_regs *ctx)
{
	struct event *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

	if (!e)
		return 0;
#ifndef FIXED
	bpf_ringbuf_submit(e, 0);
	e->pid = bpf_get_current_pid_tgid() >> 32;
#else
	e->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_ringbuf_submit(e, 0);
#endif
	return 0;
}

LICENSE;
