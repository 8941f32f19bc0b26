// A congestion control as a program: adds one packet a round trip, takes a third off at a loss, and
// counts what it is told. Built with
//	clang -g -O2 -mcpu=v3 --target=bpf -c aimd.bpf.c
// and run on aimd.tcp with
//	ebpf run --ctx aimd.tcp aimd.bpf.o

#define SEC(name) __attribute__((section(name), used))
#define KSYM __attribute__((section(".ksyms")))

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock;

// What of it is looked at; where that lies is found when it is loaded.
struct tcp_sock {
	u32 snd_cwnd;
	u32 snd_ssthresh;
	u32 prior_cwnd;
};

struct ack_sample {
	u32 pkts_acked;
	int rtt_us;
	u32 in_flight;
};

#pragma clang attribute pop

struct tcp_congestion_ops {
	u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, u32 ack, u32 acked);
	u32 (*undo_cwnd)(struct sock *sk);
	void (*pkts_acked)(struct sock *sk, const struct ack_sample *sample);
	char name[16];
};

extern u32 tcp_slow_start(struct tcp_sock *tp, u32 acked) KSYM;
extern void tcp_cong_avoid_ai(struct tcp_sock *tp, u32 w, u32 acked) KSYM;
extern u32 tcp_reno_undo_cwnd(struct sock *sk) KSYM;

u64 losses, acked_packets;
int rtt_min_us = 0x7fffffff;

SEC("struct_ops")
u32 aimd_ssthresh(u64 *ctx)
{
	struct tcp_sock *tp = (void *)ctx[0];
	u32 cwnd = tp->snd_cwnd;

	losses++;
	return cwnd > 3 ? cwnd - cwnd / 3 : 2;
}

SEC("struct_ops")
void aimd_cong_avoid(u64 *ctx)
{
	struct tcp_sock *tp = (void *)ctx[0];
	u32 acked = ctx[2];

	if (tp->snd_cwnd < tp->snd_ssthresh)
		acked = tcp_slow_start(tp, acked);
	if (acked)
		tcp_cong_avoid_ai(tp, tp->snd_cwnd, acked);
}

SEC("struct_ops")
u32 aimd_undo_cwnd(u64 *ctx)
{
	return tcp_reno_undo_cwnd((struct sock *)ctx[0]);
}

SEC("struct_ops")
void aimd_pkts_acked(u64 *ctx)
{
	const struct ack_sample *sample = (void *)ctx[1];

	acked_packets += sample->pkts_acked;
	if (sample->rtt_us > 0 && sample->rtt_us < rtt_min_us)
		rtt_min_us = sample->rtt_us;
}

SEC(".struct_ops.link")
struct tcp_congestion_ops aimd = {
	.ssthresh = (void *)aimd_ssthresh,
	.cong_avoid = (void *)aimd_cong_avoid,
	.undo_cwnd = (void *)aimd_undo_cwnd,
	.pkts_acked = (void *)aimd_pkts_acked,
	.name = "aimd",
};

char _license[] SEC("license") = "GPL";
