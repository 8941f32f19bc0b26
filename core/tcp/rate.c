/*
 * What is measured: round trips (RFC 6298 with Linux's floors), delivery rates
 * (draft-cheng-iccrg-delivery-rate-estimation, tcp_rate.c), and what both make of pacing.
 */
#include "core/tcp/local.h"

enum { RTO_MIN_US = 200000, RTO_MAX_US = 120000000, RTT_WINDOW_US = 300000000 };

/* ---- round trips ---- */

/*
 * srtt is kept times 8 and the deviation times 4. What the timeout has is the larger of it and
 * RTO_MIN (tcp_rtt_estimator()).
 */
static void rtt_estimate(struct tcp_sock *sk, uint32_t rtt)
{
	int64_t err = (int64_t)rtt - sk->srtt_us / 8;

	if (!sk->srtt_us) {
		sk->srtt_us = rtt * 8;
		sk->mdev_us = rtt * 2;
	} else {
		sk->srtt_us = (uint32_t)max((int64_t)sk->srtt_us + err, (int64_t)1);
		err = (err < 0 ? -err : err) - sk->mdev_us / 4;
		sk->mdev_us = (uint32_t)((int64_t)sk->mdev_us + err);
	}
	sk->rttvar_us = max(sk->mdev_us, (uint32_t)RTO_MIN_US);
	sk->icsk_rto = min(sk->srtt_us / 8 + sk->rttvar_us, (uint32_t)RTO_MAX_US) / TCP_JIFFY_US;
}

static uint32_t bucket_of(uint32_t us)
{
	uint32_t power = us < 64 ? 0 : 26 - (uint32_t)__builtin_clz(us);

	return us < 64 ? us : power * 64 + (us >> (power - 1)) - 64;
}

static uint32_t bucket_us(uint32_t b)
{
	return b < 128 ? b : (b % 64 + 64) << (b / 64 - 1);
}

void rtt_sample(struct flow *f, uint32_t rtt_us)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct tcp_flow_result *r = f->result;

	rtt_estimate(sk, rtt_us);
	sk->icsk_backoff = 0;
	if (!sk->rtt_min.s[0].t || rtt_us <= sk->rtt_min.s[0].v ||
	    (uint32_t)sk->tcp_mstamp - sk->rtt_min.s[0].t > RTT_WINDOW_US)
		for (int i = 0; i < 3; i++) {
			sk->rtt_min.s[i].t = (uint32_t)sk->tcp_mstamp;
			sk->rtt_min.s[i].v = rtt_us;
		}
	f->rtt_counts[min(bucket_of(rtt_us), (uint32_t)RTT_BUCKETS - 1)]++;
	f->rtt_sum_us += rtt_us;
	f->nrtts++;
	r->rtt_min_us = f->nrtts > 1 ? min(r->rtt_min_us, rtt_us) : rtt_us;
}

uint32_t rtt_quantile(const struct flow *f, double q)
{
	uint64_t left = (uint64_t)((double)f->nrtts * q);
	uint32_t b = 0;

	while (b + 1 < RTT_BUCKETS && left >= f->rtt_counts[b])
		left -= f->rtt_counts[b++];
	return f->nrtts ? bucket_us(b) : 0;
}

/* ---- delivery rates ---- */

void rate_sent(struct flow *f, struct segment *seg)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!sk->packets_out)
		sk->first_tx_mstamp = sk->delivered_mstamp = sk->tcp_mstamp;
	seg->sent_us = sk->tcp_mstamp;
	seg->first_tx_us = sk->first_tx_mstamp;
	seg->delivered_us = sk->delivered_mstamp;
	seg->delivered = sk->delivered;
	seg->delivered_ce = sk->delivered_ce;
	seg->app_limited = sk->app_limited != 0;
}

/* Of what an acknowledgement delivers, the segment that was sent last counts. */
void rate_delivered(struct flow *f, const struct segment *seg, uint64_t n, struct rate_sample *rs)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!rs->prior_delivered || (int32_t)(seg->delivered - rs->prior_delivered) > 0) {
		rs->prior_delivered = seg->delivered;
		rs->prior_delivered_ce = seg->delivered_ce;
		rs->prior_mstamp = seg->delivered_us;
		rs->is_app_limited = seg->app_limited;
		rs->is_retrans = seg->flags & SEG_EVER_RETRANS;
		rs->last_end_seq = seq_of(f, n + 1);
		rs->interval_us = (int64_t)(seg->sent_us - seg->first_tx_us);
		sk->first_tx_mstamp = seg->sent_us;
	}
}

void rate_finish(struct flow *f, uint32_t delivered, uint32_t lost, struct rate_sample *rs)
{
	struct tcp_sock *sk = &f->tx->sk;
	int64_t snd = rs->interval_us, ack;

	if (sk->app_limited && (int32_t)(sk->delivered - sk->app_limited) > 0)
		sk->app_limited = 0;
	if (delivered)
		sk->delivered_mstamp = sk->tcp_mstamp;
	rs->acked_sacked = delivered;
	rs->losses = (int32_t)lost;
	if (!rs->prior_mstamp) {
		rs->delivered = -1;
		rs->interval_us = -1;
		return;
	}
	rs->delivered = (int32_t)(sk->delivered - rs->prior_delivered);
	rs->delivered_ce = (int32_t)(sk->delivered_ce - rs->prior_delivered_ce);
	ack = (int64_t)(sk->tcp_mstamp - rs->prior_mstamp);
	rs->snd_interval_us = (uint32_t)snd;
	rs->rcv_interval_us = (uint32_t)ack;
	rs->interval_us = max(snd, ack);
	/* Faster than the path's shortest round trip nothing is. */
	if (rs->interval_us < sk->rtt_min.s[0].v) {
		rs->interval_us = -1;
		return;
	}
	if (!rs->is_app_limited ||
	    (uint64_t)rs->delivered * sk->rate_interval_us >=
		    (uint64_t)sk->rate_delivered * (uint64_t)rs->interval_us) {
		sk->rate_delivered = (uint32_t)rs->delivered;
		sk->rate_interval_us = (uint32_t)rs->interval_us;
	}
}

/* Nothing to send, room in the window, and nothing lost that could go out. */
void rate_check_app_limited(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!flow_has_data(f) && tcp_in_flight(sk) < sk->snd_cwnd &&
	    sk->lost_out <= sk->retrans_out)
		sk->app_limited = max(sk->delivered + tcp_in_flight(sk), 1u);
}

/* tcp_update_pacing_rate(): twice the rate of a window a round trip in slow start, then 1.2. */
void pacing_update(struct tcp_sock *sk)
{
	uint64_t percent = sk->snd_cwnd < sk->snd_ssthresh / 2 ? 200 : 120;
	uint64_t bytes = (uint64_t)max(sk->snd_cwnd, sk->packets_out) * sk->mss_cache;
	uint64_t rate = bytes * 8 * 10000 * percent; /* srtt is times 8, the second a million */

	if (sk->srtt_us)
		rate /= sk->srtt_us;
	sk->sk_pacing_rate = min(rate, sk->sk_max_pacing_rate);
}
