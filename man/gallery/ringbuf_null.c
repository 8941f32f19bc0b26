/* E0611: A ring buffer that may be full */
#include "bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

SEC("kprobe/do_unlinkat")
int unlink(struct pt_regs *ctx)
{
	u64 *e = bpf_ringbuf_reserve(&events, sizeof(*e), 0);

#ifdef FIXED
	if (!e)
		return 0;
#endif
	*e = bpf_get_current_pid_tgid();
	bpf_ringbuf_submit(e, 0);
	return 0;
}

LICENSE;
