/*
 * BBR, the first version (draft-cardwell-iccrg-bbr-congestion-control-00): what the path delivers
 * at most and how fast it answers at best are measured, packets are paced at that rate, and about
 * twice of what it holds is let out. Not done: looking for policers, and room for acknowledgements
 * that come in heaps.
 */
#include "core/tcp/cong.h"

#define HIGH_GAIN 2.885f /* 2 / ln 2: doubles each round trip */

enum bbr_mode { STARTUP, DRAIN, PROBE_BW, PROBE_RTT };

enum {
	PHASES = 8,
	BW_ROUNDS = 10,
	FULL_ROUNDS = 3,
	CWND_MIN = 4,
	QUANTUM = 3, /* packets that are under way besides */
	RTT_AGE_US = 10000000,
	PROBE_RTT_US = 200000,
};

struct bbr_bw {
	uint32_t round;
	float bw; /* segments a second */
};

struct bbr {
	struct bbr_bw best[3]; /* of the last rounds, and what follows when the first is too old */
	uint64_t rtt_us, probe_end_us, phase_us; /* when each was set; probe_end_us: 0: not yet */
	uint32_t min_rtt_us, round, round_end, prior_cwnd;
	float full_bw;
	uint8_t mode, phase, full_rounds, prior_state;
	bool is_full, is_round_start, restarts, conserves, probed, has_rtt;
};
_Static_assert(sizeof(struct bbr) <= TCP_CA_PRIV_SIZE, "it fits where congestion controls live");

static struct bbr *bbr_of(struct tcp_sock *sk)
{
	return tcp_ca(sk);
}

/* ---- what was measured ---- */

static float best_bw(const struct bbr *b)
{
	return b->best[0].bw;
}

/* The largest of a window in which little is remembered (Nichols). */
static void see_bw(struct bbr *b, float bw)
{
	struct bbr_bw *best = b->best, s = {b->round, bw};
	uint32_t age = b->round - best[0].round;

	if (bw >= best[0].bw || b->round - best[2].round > BW_ROUNDS) {
		best[0] = best[1] = best[2] = s;
		return;
	}
	if (bw >= best[1].bw)
		best[1] = best[2] = s;
	else if (bw >= best[2].bw)
		best[2] = s;
	if (age > BW_ROUNDS) {
		best[0] = best[1];
		best[1] = best[2];
		best[2] = s;
	} else if (best[1].round == best[0].round && age > BW_ROUNDS / 4) {
		best[1] = best[2] = s;
	} else if (best[2].round == best[1].round && age > BW_ROUNDS / 2) {
		best[2] = s;
	}
}

static void update_bw(struct tcp_sock *sk, const struct rate_sample *rs)
{
	struct bbr *b = bbr_of(sk);
	float bw;

	b->is_round_start = false;
	if (rs->delivered < 0 || rs->interval_us <= 0)
		return;
	if (!seq_before(rs->prior_delivered, b->round_end)) {
		b->round_end = sk->delivered;
		b->round++;
		b->is_round_start = true;
		b->conserves = false;
	}
	bw = (float)rs->delivered * 1e6f / (float)rs->interval_us;
	if (!rs->is_app_limited || bw >= best_bw(b))
		see_bw(b, bw);
}

/* Three rounds in which it did not become faster by a quarter: that is all there is. */
static void update_full(struct bbr *b, const struct rate_sample *rs)
{
	if (b->is_full || !b->is_round_start || rs->is_app_limited)
		return;
	if (best_bw(b) >= b->full_bw * 1.25f) {
		b->full_bw = best_bw(b);
		b->full_rounds = 0;
		return;
	}
	b->is_full = ++b->full_rounds >= FULL_ROUNDS;
}

/* ---- gains ---- */

static float pacing_gain(const struct bbr *b)
{
	static const float phases[PHASES] = {1.25f, 0.75f, 1, 1, 1, 1, 1, 1};

	switch (b->mode) {
	case STARTUP:
		return HIGH_GAIN;
	case DRAIN:
		return 1 / HIGH_GAIN;
	case PROBE_BW:
		return phases[b->phase % PHASES];
	default:
		return 1;
	}
}

static float cwnd_gain(const struct bbr *b)
{
	return b->mode == PROBE_BW ? 2 : b->mode == PROBE_RTT ? 1 : HIGH_GAIN;
}

/* Segments that the path holds, times a gain. */
static uint32_t inflight(const struct bbr *b, float gain)
{
	float n;

	if (!b->min_rtt_us)
		return TCP_INIT_CWND;
	n = best_bw(b) * (float)b->min_rtt_us / 1e6f * gain + 1 + QUANTUM;
	if (b->mode == PROBE_BW && b->phase == 0)
		n += 2;
	/* Programs may have put anything into our state. */
	return n < 1 << 30 ? n > CWND_MIN ? (uint32_t)n : CWND_MIN : 1 << 30;
}

static uint64_t pacing_rate(const struct tcp_sock *sk, float bw, float gain)
{
	double rate = (double)bw * sk->mss_cache * (double)gain * 0.99;

	return rate > 0 ? rate < 1e18 ? (uint64_t)rate : (uint64_t)1e18 : 0;
}

static void begin_pacing(struct tcp_sock *sk)
{
	float rtt_us = sk->srtt_us ? (float)sk->srtt_us / 8 : 1000;

	bbr_of(sk)->has_rtt = sk->srtt_us;
	sk->sk_pacing_rate = min(pacing_rate(sk, (float)sk->snd_cwnd * 1e6f / rtt_us, HIGH_GAIN),
				 sk->sk_max_pacing_rate);
}

static void update_pacing(struct tcp_sock *sk, float gain)
{
	struct bbr *b = bbr_of(sk);
	uint64_t rate = min(pacing_rate(sk, best_bw(b), gain), sk->sk_max_pacing_rate);

	if (!b->has_rtt && sk->srtt_us)
		begin_pacing(sk);
	if (b->is_full || rate > sk->sk_pacing_rate)
		sk->sk_pacing_rate = rate;
}

/* ---- modes ---- */

static void next_phase(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);

	b->phase = (b->phase + 1) % PHASES;
	b->phase_us = sk->tcp_mstamp;
}

/* Flows that began together do not probe together: any phase but the one that drains. */
static void begin_mode(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);

	b->mode = b->is_full ? PROBE_BW : STARTUP;
	b->phase = (uint8_t)(PHASES - 1 - sk->tcp_mstamp % (PHASES - 1));
	if (b->is_full)
		next_phase(sk);
}

static void update_phase(struct tcp_sock *sk, const struct rate_sample *rs)
{
	struct bbr *b = bbr_of(sk);
	bool over = sk->tcp_mstamp - b->phase_us > b->min_rtt_us;
	float gain = pacing_gain(b);

	if (b->mode != PROBE_BW)
		return;
	if (gain > 1)
		over = over && (rs->losses || rs->prior_in_flight >= inflight(b, gain));
	else if (gain < 1)
		over = over || rs->prior_in_flight <= inflight(b, 1);
	if (over)
		next_phase(sk);
}

static void update_drain(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);

	if (b->mode == STARTUP && b->is_full) {
		b->mode = DRAIN;
		sk->snd_ssthresh = inflight(b, 1);
	}
	if (b->mode == DRAIN && tcp_in_flight(sk) <= inflight(b, 1))
		begin_mode(sk);
}

static void save_cwnd(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);
	bool is_small = b->prior_state >= TCP_CA_RECOVERY || b->mode == PROBE_RTT;

	b->prior_cwnd = is_small ? max(b->prior_cwnd, sk->snd_cwnd) : sk->snd_cwnd;
}

static void end_probe(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);

	if (!b->probe_end_us || sk->tcp_mstamp <= b->probe_end_us)
		return;
	b->rtt_us = sk->tcp_mstamp;
	sk->snd_cwnd = max(sk->snd_cwnd, b->prior_cwnd);
	begin_mode(sk);
}

/* Next to nothing is under way for a while, and for a round. */
static void probe_rtt(struct tcp_sock *sk)
{
	struct bbr *b = bbr_of(sk);

	sk->app_limited = max(sk->delivered + tcp_in_flight(sk), 1u);
	if (!b->probe_end_us && tcp_in_flight(sk) <= CWND_MIN) {
		b->probe_end_us = sk->tcp_mstamp + PROBE_RTT_US;
		b->probed = false;
		b->round_end = sk->delivered;
	} else if (b->probe_end_us) {
		b->probed |= b->is_round_start;
		if (b->probed)
			end_probe(sk);
	}
}

static void update_rtt(struct tcp_sock *sk, const struct rate_sample *rs)
{
	struct bbr *b = bbr_of(sk);
	bool is_old = sk->tcp_mstamp > b->rtt_us + RTT_AGE_US;

	if (rs->rtt_us >= 0 && (!b->min_rtt_us || rs->rtt_us < b->min_rtt_us ||
				(is_old && !rs->is_ack_delayed))) {
		b->min_rtt_us = max((uint32_t)rs->rtt_us, 1u);
		b->rtt_us = sk->tcp_mstamp;
	}
	if (is_old && !b->restarts && b->mode != PROBE_RTT) {
		save_cwnd(sk);
		b->mode = PROBE_RTT;
		b->probe_end_us = 0;
	}
	if (b->mode == PROBE_RTT)
		probe_rtt(sk);
	if (rs->delivered > 0)
		b->restarts = false;
}

/* ---- the window ---- */

/* While losses are repaired a packet goes out for each that arrived; true: that is all. */
static bool conserve(struct tcp_sock *sk, const struct rate_sample *rs, uint32_t *cwnd)
{
	struct bbr *b = bbr_of(sk);
	uint8_t prior = b->prior_state, state = sk->icsk_ca_state;
	uint32_t most = tcp_in_flight(sk) + rs->acked_sacked;

	if (rs->losses > 0)
		*cwnd = (uint32_t)max((int64_t)*cwnd - rs->losses, (int64_t)1);
	if (state == TCP_CA_RECOVERY && prior != TCP_CA_RECOVERY) {
		b->conserves = true;
		b->round_end = sk->delivered;
		*cwnd = most;
	} else if (prior >= TCP_CA_RECOVERY && state < TCP_CA_RECOVERY) {
		b->conserves = false;
		*cwnd = max(*cwnd, b->prior_cwnd);
	}
	b->prior_state = state;
	if (b->conserves)
		*cwnd = max(*cwnd, most);
	return b->conserves;
}

static void update_cwnd(struct tcp_sock *sk, const struct rate_sample *rs)
{
	struct bbr *b = bbr_of(sk);
	uint32_t cwnd = sk->snd_cwnd, target = inflight(b, cwnd_gain(b));

	if (rs->acked_sacked && !conserve(sk, rs, &cwnd)) {
		if (b->is_full)
			cwnd = min(cwnd + rs->acked_sacked, target);
		else if (cwnd < target || sk->delivered < TCP_INIT_CWND)
			cwnd += rs->acked_sacked;
		cwnd = max(cwnd, (uint32_t)CWND_MIN);
	}
	if (b->mode == PROBE_RTT)
		cwnd = min(cwnd, (uint32_t)CWND_MIN);
	sk->snd_cwnd = min(cwnd, sk->snd_cwnd_clamp);
}

/* ---- members ---- */

static void bbr_main(struct tcp_sock *sk, uint32_t ack __unused, int flag __unused,
		     const struct rate_sample *rs)
{
	struct bbr *b = bbr_of(sk);

	update_bw(sk, rs);
	update_phase(sk, rs);
	update_full(b, rs);
	update_drain(sk);
	update_rtt(sk, rs);
	update_pacing(sk, pacing_gain(b));
	update_cwnd(sk, rs);
}

static void bbr_init(struct tcp_sock *sk)
{
	*bbr_of(sk) = (struct bbr){
		.round_end = sk->delivered,
		.rtt_us = sk->tcp_mstamp,
		.min_rtt_us = sk->rtt_min.s[0].v,
	};
	sk->snd_ssthresh = TCP_INFINITE_SSTHRESH;
	begin_pacing(sk);
	if (sk->sk_pacing_status == SK_PACING_NONE)
		sk->sk_pacing_status = SK_PACING_NEEDED;
	begin_mode(sk);
}

static void bbr_cwnd_event(struct tcp_sock *sk, enum tcp_ca_event event)
{
	struct bbr *b = bbr_of(sk);

	if (event != CA_EVENT_TX_START || !sk->app_limited)
		return;
	b->restarts = true;
	if (b->mode == PROBE_BW)
		update_pacing(sk, 1);
	else if (b->mode == PROBE_RTT)
		end_probe(sk);
}

static void bbr_set_state(struct tcp_sock *sk, uint8_t state)
{
	struct bbr *b = bbr_of(sk);

	if (state != TCP_CA_LOSS)
		return;
	b->prior_state = state;
	b->full_bw = 0;
	b->is_round_start = true;
}

static uint32_t bbr_ssthresh(struct tcp_sock *sk)
{
	save_cwnd(sk);
	return sk->snd_ssthresh;
}

static uint32_t bbr_undo_cwnd(struct tcp_sock *sk)
{
	bbr_of(sk)->full_bw = 0;
	bbr_of(sk)->full_rounds = 0;
	return sk->snd_cwnd;
}

static uint32_t bbr_min_tso_segs(struct tcp_sock *sk)
{
	enum { SLOW = 1200000 / 8 };

	return sk->sk_pacing_rate < SLOW ? 1 : 2;
}

static uint32_t bbr_sndbuf_expand(struct tcp_sock *sk __unused)
{
	return 3;
}

const struct tcp_congestion_ops tcp_bbr = {
	.name = "bbr",
	.flags = TCP_CONG_NON_RESTRICTED,
	.init = bbr_init,
	.cong_control = bbr_main,
	.cwnd_event = bbr_cwnd_event,
	.set_state = bbr_set_state,
	.ssthresh = bbr_ssthresh,
	.undo_cwnd = bbr_undo_cwnd,
	.min_tso_segs = bbr_min_tso_segs,
	.sndbuf_expand = bbr_sndbuf_expand,
};
