/* Sending: tcp_write_xmit(), tcp_xmit_retransmit_queue() and what they ask first. */
#include "core/tcp/local.h"

enum { SEND_WORK = 100 }; /* what a packet costs */

bool flow_has_data(const struct flow *f)
{
	return f->connected && !f->closed && !f->paused && f->nxt < f->limit;
}

/* RFC 6298, 5: from the moment the oldest segment was sent (tcp_rearm_rto()). */
void rto_arm(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint64_t rto = (uint64_t)sk->icsk_rto * TCP_JIFFY_US << sk->icsk_backoff;

	timer_stop(f, TIMER_PROBE);
	if (!sk->packets_out)
		timer_stop(f, TIMER_RTO);
	else
		timer_set(f, TIMER_RTO, f->sim->now + min(rto, (uint64_t)120000000) * 1000);
}

/*
 * RFC 8985, 7.2 (tcp_schedule_loss_probe()): after two round trips without an acknowledgement, or
 * when the timeout would be; latest is that one.
 */
static void probe_arm(struct flow *f, uint64_t latest)
{
	enum { DELAYED_ACK_US = 200000, LEAST_US = 2 * TCP_JIFFY_US };
	struct tcp_sock *sk = &f->tx->sk;
	uint64_t us = sk->srtt_us / 4 + (sk->packets_out == 1 ? DELAYED_ACK_US : LEAST_US);

	if (!sk->packets_out || !sk->srtt_us ||
	    (sk->icsk_ca_state != TCP_CA_OPEN && sk->icsk_ca_state != TCP_CA_CWR))
		return;
	timer_stop(f, TIMER_RTO);
	timer_set(f, TIMER_PROBE, min(f->sim->now + us * 1000, latest));
}

void xmit_timer_arm(struct flow *f)
{
	rto_arm(f);
	probe_arm(f, f->timer[TIMER_RTO]);
}

/* One data packet (tcp_transmit_skb(), tcp_event_data_sent()). */
static void transmit(struct flow *f, uint64_t n, bool again)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct tcp_packet *p = packet_new(f);

	spend(f, SEND_WORK);
	rate_sent(f, seg_of(f, n));
	if (!tcp_in_flight(sk))
		cong_event(f->tx, CA_EVENT_TX_START);
	sk->lsndtime = tcp_jiffies(sk);
	sk->segs_out++;
	sk->data_segs_out++;
	sk->bytes_sent += sk->mss_cache;
	f->result->sent++;
	f->numbered++;
	p->seg = n;
	p->ts_ns = f->sim->now;
	p->ect = !again && sk->ecn_flags & TCP_ECN_OK;
	if (p->ect && sk->ecn_flags & TCP_ECN_QUEUE_CWR) {
		p->cwr = true;
		sk->ecn_flags &= (uint8_t)~TCP_ECN_QUEUE_CWR;
	}
	link_send(f->sim, p);
}

/* May the next packet go out, where they are paced? If not, it is tried again then. */
static bool is_paced_out(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint64_t now = f->sim->now, ns;

	if (sk->sk_pacing_status == SK_PACING_NONE || !sk->sk_pacing_rate)
		return false;
	if (f->next_send_ns > now) {
		timer_set(f, TIMER_PACING, f->next_send_ns);
		return true;
	}
	ns = (uint64_t)((double)sk->mss_cache * 1e9 / (double)sk->sk_pacing_rate);
	f->next_send_ns = now + min(ns, (uint64_t)1000000000);
	return false;
}

/* tcp_cwnd_application_limited(): a window that is not used is half forgotten. */
static void forget_unused(struct tcp_sock *sk)
{
	uint32_t used = max(sk->snd_cwnd_used, (uint32_t)TCP_INIT_CWND);

	if (sk->icsk_ca_state == TCP_CA_OPEN && used < sk->snd_cwnd) {
		sk->snd_ssthresh = current_ssthresh(sk);
		sk->snd_cwnd = (sk->snd_cwnd + used) / 2;
	}
	sk->snd_cwnd_used = 0;
	sk->snd_cwnd_stamp = tcp_jiffies(sk);
}

/* tcp_cwnd_validate(), RFC 7661: was this round's window used? */
static void validate_window(struct flow *f, bool limited)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!seq_before(sk->snd_una, sk->cwnd_usage_seq) || limited ||
	    (!sk->is_cwnd_limited && sk->packets_out > sk->max_packets_out)) {
		sk->is_cwnd_limited = limited;
		sk->max_packets_out = sk->packets_out;
		sk->cwnd_usage_seq = sk->snd_nxt;
	}
	if (tcp_is_cwnd_limited(sk)) {
		sk->snd_cwnd_used = 0;
		sk->snd_cwnd_stamp = tcp_jiffies(sk);
		return;
	}
	sk->snd_cwnd_used = max(sk->snd_cwnd_used, sk->packets_out);
	if ((int32_t)(tcp_jiffies(sk) - sk->snd_cwnd_stamp) >= (int32_t)sk->icsk_rto &&
	    !cong_has(f->tx, TCP_cong_control))
		forget_unused(sk);
}

static void send_one(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	*seg_of(f, f->nxt) = (struct segment){0};
	transmit(f, f->nxt, false);
	f->nxt++;
	sk->snd_nxt = seq_of(f, f->nxt);
	sk->packets_out++;
	if (sk->packets_out == 1 || f->timer[TIMER_PROBE])
		rto_arm(f);
}

void send_new(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool limited = false, sent = false;

	if (!flow_has_data(f))
		return;
	cong_call(f->tx, TCP_min_tso_segs, 0, 0, 0);
	while (flow_has_data(f) && f->nxt - f->una < WINDOW_MAX && !f->sim->stopped) {
		limited = tcp_in_flight(sk) >= sk->snd_cwnd;
		if (limited || is_paced_out(f))
			break;
		send_one(f);
		sent = true;
		if (is_in_reduction(sk))
			sk->prr_out++;
	}
	limited |= tcp_in_flight(sk) >= sk->snd_cwnd;
	if (sent)
		probe_arm(f, f->timer[TIMER_RTO]);
	if (sent || limited)
		validate_window(f, limited);
	rate_check_app_limited(f);
}

void send_again(struct flow *f, uint64_t n)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct segment *seg = seg_of(f, n);

	transmit(f, n, true);
	if (!(seg->flags & SEG_RETRANS))
		sk->retrans_out++;
	seg->flags |= SEG_RETRANS | SEG_EVER_RETRANS;
	if (!sk->retrans_stamp)
		sk->retrans_stamp = (uint32_t)sk->tcp_mstamp;
	sk->undo_retrans = max(sk->undo_retrans, 0) + 1;
	sk->total_retrans++;
	sk->bytes_retrans += sk->mss_cache;
	f->result->retransmits++;
}

/* RFC 8985, 7.3 (tcp_send_loss_probe()): new data, or the last segment again. */
void probe_timeout(struct flow *f)
{
	if (!f->tx->sk.packets_out)
		return;
	if (!f->probed) {
		f->probe_again = !flow_has_data(f) || f->nxt - f->una >= WINDOW_MAX;
		cong_call(f->tx, TCP_min_tso_segs, 0, 0, 0);
		if (f->probe_again)
			send_again(f, f->nxt - 1);
		else
			send_one(f);
		f->probed = f->nxt;
	}
	rto_arm(f);
}

void send_lost(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!sk->packets_out)
		return;
	cong_call(f->tx, TCP_min_tso_segs, 0, 0, 0);
	if (sk->lost_out > sk->retrans_out)
		spend(f, f->nxt - f->una);
	for (uint64_t n = f->una; n < f->nxt && sk->lost_out > sk->retrans_out; n++) {
		uint8_t flags = seg_of(f, n)->flags;

		if (flags & (SEG_SACKED | SEG_RETRANS) || !(flags & SEG_LOST))
			continue;
		if (tcp_in_flight(sk) >= sk->snd_cwnd || is_paced_out(f) || f->sim->stopped)
			return;
		send_again(f, n);
		if (is_in_reduction(sk))
			sk->prr_out++;
		if (n == f->una)
			rto_arm(f);
	}
}

/* tcp_slow_start_after_idle_check(), RFC 5681, 4.1: half for each timeout that passed. */
static void restart_window(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint32_t floor = min(sk->snd_cwnd, (uint32_t)TCP_INIT_CWND), cwnd = sk->snd_cwnd;
	int64_t idle = (int32_t)(tcp_jiffies(sk) - sk->lsndtime);

	if (sk->packets_out || cong_has(f->tx, TCP_cong_control) || idle <= sk->icsk_rto ||
	    !sk->icsk_rto)
		return;
	cong_event(f->tx, CA_EVENT_CWND_RESTART);
	sk->snd_ssthresh = current_ssthresh(sk);
	while ((idle -= sk->icsk_rto) > 0 && cwnd > floor)
		cwnd >>= 1;
	sk->snd_cwnd = max(cwnd, floor);
	sk->snd_cwnd_stamp = tcp_jiffies(sk);
	sk->snd_cwnd_used = 0;
}

void send_resumed(struct flow *f)
{
	f->paused = false;
	if (!flow_has_data(f))
		return;
	restart_window(f);
	send_new(f);
}
