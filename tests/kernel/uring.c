/* Drains a user ring buffer that samples.h filled, and folds what it saw into one number. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_USER_RINGBUF);
	__uint(max_entries, 4096);
} uring SEC(".maps");

struct seen {
	__u64 values, answers;
};

static long nested(struct bpf_dynptr *sample, void *ctx)
{
	return 1;
}

static long show(struct bpf_dynptr *sample, void *ctx)
{
	struct seen *s = ctx;
	__u32 value = 0, twice = 0;
	__u32 *at;

	if (bpf_dynptr_read(&value, sizeof(value), sample, 0, 0))
		value = 9;
	at = bpf_dynptr_data(sample, 0, sizeof(*at));
	if (at)
		*at *= 2;
	bpf_dynptr_read(&twice, sizeof(twice), sample, 0, 0);
	s->values = s->values * 100 + value * 10 + (twice == 2 * value);
	s->answers = s->answers * 100 - bpf_user_ringbuf_drain(&uring, nested, ctx, 0);
	return value == 5;
}

SEC("tc") int drain(struct __sk_buff *skb)
{
	struct seen s = {};
	long r = -bpf_user_ringbuf_drain(&uring, show, &s, 8);

	r = r * 10 + bpf_user_ringbuf_drain(&uring, show, &s, 0);
	r = r * 10 + bpf_user_ringbuf_drain(&uring, show, &s, BPF_RB_NO_WAKEUP);
	r = r * 10 + bpf_user_ringbuf_drain(&uring, show, &s, BPF_RB_FORCE_WAKEUP);
	return r * 1000003 + s.values * 1009 + s.answers;
}

char _license[] SEC("license") = "GPL";
