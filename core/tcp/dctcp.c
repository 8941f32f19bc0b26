/*
 * DCTCP (RFC 8257): the window shrinks by half of alpha, the moving average of how much of what was
 * delivered came with a mark; the receiver's acknowledgements say of each segment whether it did.
 */
#include "core/tcp/tcp.h"

enum { ALPHA_ONE = 1024, GAIN_SHIFT = 4 }; /* g = 1/16 */

struct dctcp {
	uint32_t old_delivered, old_delivered_ce, next_seq; /* of the window that is observed */
	uint32_t alpha, loss_cwnd;
	uint32_t prior_rcv_nxt; /* what the last segment that came made of it */
	bool ce;		/* and its mark */
};

static struct dctcp *dctcp_of(struct tcp_sock *sk)
{
	return tcp_ca(sk);
}

static void begin_window(struct tcp_sock *sk)
{
	struct dctcp *d = dctcp_of(sk);

	d->next_seq = sk->snd_nxt;
	d->old_delivered = sk->delivered;
	d->old_delivered_ce = sk->delivered_ce;
}

static void dctcp_init(struct tcp_sock *sk)
{
	*dctcp_of(sk) = (struct dctcp){.alpha = ALPHA_ONE, .prior_rcv_nxt = sk->rcv_nxt};
	begin_window(sk);
}

static uint32_t dctcp_ssthresh(struct tcp_sock *sk)
{
	struct dctcp *d = dctcp_of(sk);
	uint64_t less = (uint64_t)sk->snd_cwnd * d->alpha / (2 * ALPHA_ONE);

	d->loss_cwnd = sk->snd_cwnd;
	return max(sk->snd_cwnd - (uint32_t)less, 2u);
}

/* Once a window (3.3). */
static void dctcp_in_ack_event(struct tcp_sock *sk, uint32_t flags __unused)
{
	struct dctcp *d = dctcp_of(sk);
	uint32_t marked = sk->delivered_ce - d->old_delivered_ce;
	uint32_t all = max(sk->delivered - d->old_delivered, 1u), decay = d->alpha >> GAIN_SHIFT;

	if (seq_before(sk->snd_una, d->next_seq))
		return;
	d->alpha -= decay ? decay : d->alpha;
	d->alpha += (uint32_t)((uint64_t)marked * (ALPHA_ONE >> GAIN_SHIFT) / all);
	d->alpha = min(d->alpha, (uint32_t)ALPHA_ONE);
	begin_window(sk);
}

static void halve(struct tcp_sock *sk)
{
	dctcp_of(sk)->loss_cwnd = sk->snd_cwnd;
	sk->snd_ssthresh = max(sk->snd_cwnd / 2, 2u);
}

static void dctcp_set_state(struct tcp_sock *sk, uint8_t state)
{
	if (state == TCP_CA_RECOVERY && sk->icsk_ca_state != TCP_CA_RECOVERY)
		halve(sk);
}

static void echo_mark(struct tcp_sock *sk, bool ce)
{
	sk->ecn_flags &= (uint8_t)~TCP_ECN_DEMAND_CWR;
	if (ce)
		sk->ecn_flags |= TCP_ECN_DEMAND_CWR;
}

/* What came before and waits for its acknowledgement gets it under the old mark (3.2). */
static void see_mark(struct tcp_sock *sk, bool ce)
{
	struct dctcp *d = dctcp_of(sk);

	if (d->ce != ce) {
		if (sk->ack_pending & ACK_TIMER) {
			echo_mark(sk, d->ce);
			tcp_send_ack(sk, d->prior_rcv_nxt);
		}
		sk->ack_pending |= ACK_NOW;
	}
	d->prior_rcv_nxt = sk->rcv_nxt;
	d->ce = ce;
	echo_mark(sk, ce);
}

static void dctcp_cwnd_event(struct tcp_sock *sk, enum tcp_ca_event event)
{
	if (event == CA_EVENT_ECN_IS_CE || event == CA_EVENT_ECN_NO_CE)
		see_mark(sk, event == CA_EVENT_ECN_IS_CE);
	else if (event == CA_EVENT_LOSS)
		halve(sk);
}

static uint32_t dctcp_undo_cwnd(struct tcp_sock *sk)
{
	return max(sk->snd_cwnd, dctcp_of(sk)->loss_cwnd);
}

const struct tcp_congestion_ops tcp_dctcp = {
	.name = "dctcp",
	.flags = TCP_CONG_NEEDS_ECN,
	.init = dctcp_init,
	.in_ack_event = dctcp_in_ack_event,
	.cwnd_event = dctcp_cwnd_event,
	.ssthresh = dctcp_ssthresh,
	.cong_avoid = tcp_reno_cong_avoid,
	.undo_cwnd = dctcp_undo_cwnd,
	.set_state = dctcp_set_state,
};
