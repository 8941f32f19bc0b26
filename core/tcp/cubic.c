/*
 * CUBIC (RFC 9438) with the slow start of Linux, HyStart: the window grows as
 *
 *	W(t) = C (t - K)^3 + Wmax,  K = cbrt((Wmax - cwnd_epoch) / C)
 *
 * around the window of the last loss, where t counts from the beginning of congestion avoidance,
 * or as fast as Reno would, whichever is more (4.3). Slow start ends early when round trips become
 * longer, or when acknowledgements of one round have kept coming for half of one.
 */
#include "core/tcp/cong.h"

#define CUBIC_C	    0.4
#define CUBIC_BETA  (717.0 / 1024) /* Linux's 0.7 */
#define CUBIC_ALPHA (3 * (1 - CUBIC_BETA) / (1 + CUBIC_BETA))

enum {
	HYSTART_WINDOW = 16,   /* from this window on */
	HYSTART_SAMPLES = 8,   /* of a round's RTT */
	HYSTART_GAP_US = 2000, /* acknowledgements closer than that are one train */
	HYSTART_MIN_US = 4000,
	HYSTART_MAX_US = 16000,
	CUBIC_STEP_MAX = 1 << 30,
};

struct cubic {
	double w_max, origin, k, w_est;
	uint64_t epoch_us; /* 0: none has begun */
	uint64_t round_us, last_ack_us;
	uint32_t min_rtt_us, round_rtt_us, round_end;
	uint32_t samples, count;
	bool found;
};
_Static_assert(sizeof(struct cubic) <= TCP_CA_PRIV_SIZE, "it fits where congestion controls live");

static struct cubic *cubic_of(struct tcp_sock *sk)
{
	return tcp_ca(sk);
}

/* Newton's method, from above. */
static double cube_root(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; i < 60 && x > 0; i++)
		r -= (r - x / (r * r)) / 3;
	return x > 0 ? r : 0;
}

static void begin_round(struct tcp_sock *sk)
{
	struct cubic *c = cubic_of(sk);

	c->round_us = c->last_ack_us = sk->tcp_mstamp;
	c->round_end = sk->snd_nxt;
	c->round_rtt_us = UINT32_MAX;
	c->samples = 0;
}

static void cubic_init(struct tcp_sock *sk)
{
	*cubic_of(sk) = (struct cubic){0};
	begin_round(sk);
}

static void begin_epoch(struct tcp_sock *sk)
{
	struct cubic *c = cubic_of(sk);
	double cwnd = sk->snd_cwnd;

	c->epoch_us = sk->tcp_mstamp;
	c->origin = c->w_max > cwnd ? c->w_max : cwnd;
	c->k = cube_root((c->origin - cwnd) / CUBIC_C);
	c->w_est = cwnd;
}

/* Segments that must be acknowledged for the window to grow by one. */
static uint32_t cubic_step(struct tcp_sock *sk, uint32_t acked)
{
	struct cubic *c = cubic_of(sk);
	double cwnd = sk->snd_cwnd, t, target, step;

	if (!c->epoch_us)
		begin_epoch(sk);
	t = (double)(sk->tcp_mstamp - c->epoch_us + c->min_rtt_us) / 1e6 - c->k;
	target = CUBIC_C * t * t * t + c->origin;
	c->w_est += CUBIC_ALPHA * acked / cwnd;
	step = target > cwnd ? cwnd / (target - cwnd) : 100 * cwnd;
	/* Nothing is known of what the path has: 5 % a round trip. */
	if (c->w_max == 0 && step > 20)
		step = 20;
	if (c->w_est > cwnd && cwnd / (c->w_est - cwnd) < step)
		step = cwnd / (c->w_est - cwnd);
	/* Programs may have put any window there, and anything into our state. */
	return step > 2 ? step < CUBIC_STEP_MAX ? (uint32_t)step : CUBIC_STEP_MAX : 2;
}

static void cubic_cong_avoid(struct tcp_sock *sk, uint32_t ack, uint32_t acked)
{
	if (!tcp_is_cwnd_limited(sk))
		return;
	if (tcp_in_slow_start(sk)) {
		if (seq_before(cubic_of(sk)->round_end, ack))
			begin_round(sk);
		acked = tcp_slow_start(sk, acked);
	}
	if (acked)
		tcp_cong_avoid_ai(sk, cubic_step(sk, acked), acked);
}

/* Who shrinks below the last Wmax leaves room for those that come (4.7). */
static uint32_t cubic_ssthresh(struct tcp_sock *sk)
{
	struct cubic *c = cubic_of(sk);
	double cwnd = sk->snd_cwnd;

	c->epoch_us = 0;
	c->w_max = cwnd < c->w_max ? cwnd * (1 + CUBIC_BETA) / 2 : cwnd;
	return max((uint32_t)(cwnd * CUBIC_BETA), 2u);
}

static void cubic_set_state(struct tcp_sock *sk, uint8_t state)
{
	if (state == TCP_CA_LOSS)
		cubic_init(sk);
}

/* Time without data is not time in which the window grows (RFC 9438, 5.8). */
static void cubic_cwnd_event(struct tcp_sock *sk, enum tcp_ca_event event)
{
	struct cubic *c = cubic_of(sk);
	int32_t idle = (int32_t)(tcp_jiffies(sk) - sk->lsndtime);

	if (event == CA_EVENT_TX_START && c->epoch_us && idle > 0)
		c->epoch_us = min(c->epoch_us + (uint64_t)idle * TCP_JIFFY_US, sk->tcp_mstamp);
}

static void look_for_end(struct tcp_sock *sk, uint32_t rtt)
{
	struct cubic *c = cubic_of(sk);
	uint32_t more =
		min(max(c->min_rtt_us / 8, (uint32_t)HYSTART_MIN_US), (uint32_t)HYSTART_MAX_US);

	if (sk->tcp_mstamp - c->last_ack_us <= HYSTART_GAP_US) {
		c->last_ack_us = sk->tcp_mstamp;
		c->found |= c->last_ack_us - c->round_us > c->min_rtt_us / 2;
	}
	c->round_rtt_us = min(c->round_rtt_us, rtt);
	if (c->samples < HYSTART_SAMPLES)
		c->samples++;
	else
		c->found |= c->round_rtt_us > c->min_rtt_us + more;
	if (c->found)
		sk->snd_ssthresh = sk->snd_cwnd;
}

static void cubic_pkts_acked(struct tcp_sock *sk, const struct ack_sample *sample)
{
	struct cubic *c = cubic_of(sk);
	uint32_t rtt = (uint32_t)max(sample->rtt_us, 1);

	if (sample->rtt_us < 0)
		return;
	/* Right after a recovery they are of queues that drain. */
	if (c->epoch_us && sk->tcp_mstamp - c->epoch_us < 1000000)
		return;
	if (!c->min_rtt_us || rtt < c->min_rtt_us)
		c->min_rtt_us = rtt;
	if (!c->found && tcp_in_slow_start(sk) && sk->snd_cwnd >= HYSTART_WINDOW)
		look_for_end(sk, rtt);
}

const struct tcp_congestion_ops tcp_cubic = {
	.name = "cubic",
	.flags = TCP_CONG_NON_RESTRICTED,
	.init = cubic_init,
	.ssthresh = cubic_ssthresh,
	.cong_avoid = cubic_cong_avoid,
	.set_state = cubic_set_state,
	.undo_cwnd = tcp_reno_undo_cwnd,
	.cwnd_event = cubic_cwnd_event,
	.pkts_acked = cubic_pkts_acked,
};
