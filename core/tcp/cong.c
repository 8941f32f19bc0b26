/* Reno (RFC 5681), and what others take from it. Windows are counted in segments. */
#include "core/tcp/cong.h"

static void set_cwnd(struct tcp_sock *sk, uint32_t cwnd)
{
	sk->snd_cwnd = min(cwnd, sk->snd_cwnd_clamp);
}

uint32_t tcp_slow_start(struct tcp_sock *sk, uint32_t acked)
{
	uint32_t cwnd = sk->snd_cwnd;
	uint32_t grown = min(cwnd + acked, sk->snd_ssthresh);

	set_cwnd(sk, grown);
	return acked - (grown - cwnd);
}

void tcp_cong_avoid_ai(struct tcp_sock *sk, uint32_t w, uint32_t acked)
{
	uint32_t cwnd = sk->snd_cwnd, more = 0;

	w = max(w, 1u);
	/* w may have become smaller since the last time: credits of then give one segment. */
	if (sk->snd_cwnd_cnt >= w) {
		sk->snd_cwnd_cnt = 0;
		more = 1;
	}
	sk->snd_cwnd_cnt += acked;
	if (sk->snd_cwnd_cnt >= w) {
		more += sk->snd_cwnd_cnt / w;
		sk->snd_cwnd_cnt %= w;
	}
	set_cwnd(sk, cwnd + more);
}

uint32_t tcp_reno_ssthresh(struct tcp_sock *sk)
{
	return max(sk->snd_cwnd / 2, 2u);
}

void tcp_reno_cong_avoid(struct tcp_sock *sk, uint32_t ack __unused, uint32_t acked)
{
	if (!tcp_is_cwnd_limited(sk))
		return;
	if (tcp_in_slow_start(sk))
		acked = tcp_slow_start(sk, acked);
	if (acked)
		tcp_cong_avoid_ai(sk, sk->snd_cwnd, acked);
}

uint32_t tcp_reno_undo_cwnd(struct tcp_sock *sk)
{
	return max(sk->snd_cwnd, sk->prior_cwnd);
}

const struct tcp_congestion_ops tcp_reno = {
	.name = "reno",
	.flags = TCP_CONG_NON_RESTRICTED,
	.ssthresh = tcp_reno_ssthresh,
	.cong_avoid = tcp_reno_cong_avoid,
	.undo_cwnd = tcp_reno_undo_cwnd,
};
