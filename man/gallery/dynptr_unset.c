/* E1503: A dynptr that was never made */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("kprobe/do_unlinkat")
int unlink(struct pt_regs *ctx)
{
	u64 pid = bpf_get_current_pid_tgid();
	struct bpf_dynptr ptr;

#ifndef FIXED
	bpf_dynptr_write(&ptr, 0, &pid, sizeof(pid), 0);
#else
	bpf_ringbuf_reserve_dynptr(&events, sizeof(pid), 0, &ptr);
	bpf_dynptr_write(&ptr, 0, &pid, sizeof(pid), 0);
	bpf_ringbuf_submit_dynptr(&ptr, 0);
#endif
	return 0;
}

LICENSE;
