/*
 * An acknowledgement at the sender, in the order of tcp_ack(): what it takes out of the window and
 * what it reports, the calls pkts_acked and in_ack_event, then the state machine, then the window.
 */
#include "core/tcp/local.h"

/* What one acknowledgement said. */
struct acked {
	uint64_t first_us, last_us; /* when what it takes out was sent; 0: nothing, or sent twice */
	uint64_t first_sack_us, last_sack_us;
	uint32_t segs;
	uint64_t highest_sacked; /* now; what was before is in the flow */
	struct rate_sample rs;
};

static void count_delivered(struct tcp_sock *sk, uint32_t flag)
{
	sk->delivered++;
	if (flag & SAW_ECE)
		sk->delivered_ce++;
}

/* RFC 8985, 6.2, step 2 */
static void rack_advance(struct flow *f, const struct segment *seg, uint64_t n)
{
	uint32_t rtt = (uint32_t)(f->tx->sk.tcp_mstamp - seg->sent_us);

	/* It may be the original's, not the retransmission's. */
	if (seg->flags & SEG_EVER_RETRANS && rtt < f->tx->sk.rtt_min.s[0].v)
		return;
	if (seg->sent_us < f->rack_sent_us || (seg->sent_us == f->rack_sent_us && n < f->rack_seg))
		return;
	f->rack_sent_us = seg->sent_us;
	f->rack_seg = n;
	f->rack_rtt_us = rtt;
	f->rack_advanced = true;
}

/* Something arrived behind what was sent after it, and not because it was sent again. */
static void see_reordering(struct flow *f, uint64_t n)
{
	enum { REORDERING_MAX = 300 };
	struct tcp_sock *sk = &f->tx->sk;
	uint64_t distance = f->highest_sacked - n;

	if (n + 1 >= f->highest_sacked)
		return;
	f->reord_seen = true;
	if (distance > sk->reordering)
		sk->reordering = (uint32_t)min(distance, (uint64_t)REORDERING_MAX);
}

static void deliver(struct flow *f, struct acked *a, uint64_t n, uint32_t flag)
{
	count_delivered(&f->tx->sk, flag);
	rack_advance(f, seg_of(f, n), n);
	rate_delivered(f, seg_of(f, n), n, &a->rs);
}

/* tcp_sacktag_one() */
static uint32_t sack_one(struct flow *f, struct acked *a, uint64_t n, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct segment *seg = seg_of(f, n);

	if (!(seg->flags & SEG_EVER_RETRANS)) {
		see_reordering(f, n);
		if (seq_before(seq_of(f, n), sk->high_seq))
			flag |= ORIG_SACK_ACKED;
		if (!a->first_sack_us)
			a->first_sack_us = seg->sent_us;
		a->last_sack_us = seg->sent_us;
	}
	if (seg->flags & SEG_RETRANS) {
		seg->flags &= (uint8_t)~SEG_RETRANS;
		sk->retrans_out--;
	}
	seg_unmark_lost(f, seg);
	deliver(f, a, n, flag);
	seg->flags |= SEG_SACKED;
	sk->sacked_out++;
	return flag | SACKED_DATA;
}

static uint32_t sack_blocks(struct flow *f, struct acked *a, const struct tcp_packet *p,
			    uint32_t flag)
{
	a->highest_sacked = f->highest_sacked;
	for (uint32_t i = 0; i < p->nsack; i++) {
		uint64_t end = min(p->sack[i].end, f->nxt);

		spend(f, p->sack[i].end - p->sack[i].first);
		for (uint64_t n = max(p->sack[i].first, f->una); n < end; n++)
			if (!(seg_of(f, n)->flags & SEG_SACKED))
				flag |= sack_one(f, a, n, flag);
		a->highest_sacked = max(a->highest_sacked, end);
	}
	return flag;
}

/* One segment leaves the window (tcp_clean_rtx_queue()). */
static uint32_t take_one(struct flow *f, struct acked *a, uint64_t n, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct segment *seg = seg_of(f, n);

	if (seg->flags & SEG_EVER_RETRANS) {
		flag |= ACKED_RETRANS;
		if (seg->flags & SEG_RETRANS)
			sk->retrans_out--;
	} else if (!(seg->flags & SEG_SACKED)) {
		if (!a->first_us)
			a->first_us = seg->sent_us;
		a->last_us = seg->sent_us;
		see_reordering(f, n);
		if (seq_before(seq_of(f, n), sk->high_seq))
			flag |= ORIG_SACK_ACKED;
	}
	if (seg->flags & SEG_SACKED)
		sk->sacked_out--;
	else
		deliver(f, a, n, flag);
	seg_unmark_lost(f, seg);
	sk->packets_out--;
	a->segs++;
	return flag | ACKED_DATA;
}

static void measure(struct flow *f, struct acked *a, uint32_t flag)
{
	uint64_t now = f->tx->sk.tcp_mstamp, rtt = 0;

	a->rs.rtt_us = -1;
	if (a->first_us && !(flag & ACKED_RETRANS)) {
		rtt = now - a->first_us;
		a->rs.rtt_us = (int64_t)(now - a->last_us);
	} else if (a->first_sack_us) {
		rtt = now - a->first_sack_us;
		a->rs.rtt_us = (int64_t)(now - a->last_sack_us);
	} else if (flag & ACKED_DATA && f->tsecr_us) {
		rtt = now - f->tsecr_us;
	}
	if (rtt)
		rtt_sample(f, (uint32_t)min(rtt, (uint64_t)UINT32_MAX));
}

static uint32_t take_out(struct flow *f, struct acked *a, uint64_t upto, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	struct ack_sample sample;

	for (; f->una < upto; f->una++)
		flag = take_one(f, a, f->una, flag);
	f->highest_sacked = a->highest_sacked;
	measure(f, a, flag);
	sample = (struct ack_sample){
		.pkts_acked = a->segs,
		.rtt_us = (int32_t)a->rs.rtt_us,
		.in_flight = sk->mss_cache * (sk->delivered - a->rs.prior_delivered),
	};
	cong_call(f->tx, TCP_pkts_acked, (uintptr_t)&sample, 0, 0);
	return flag;
}

static void in_ack_event(struct flow *f, uint32_t flag)
{
	uint32_t told = flag & WIN_UPDATE ? CA_ACK_WIN_UPDATE : 0;

	if (flag & SLOWPATH)
		told |= CA_ACK_SLOWPATH | (flag & SAW_ECE ? CA_ACK_ECE : 0);
	cong_call(f->tx, TCP_in_ack_event, told, 0, 0);
}

/* tcp_cong_control() */
static void control(struct flow *f, const struct rate_sample *rs, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint32_t raises = sk->reordering > DUP_THRESH ? ACKED_DATA | SACKED_DATA : ACKED_DATA;

	if (cong_has(f->tx, TCP_cong_control)) {
		cong_call(f->tx, TCP_cong_control, sk->snd_una, flag, (uintptr_t)rs);
		return;
	}
	if (is_in_reduction(sk)) {
		reduce_window(sk, rs->acked_sacked, (uint32_t)rs->losses, flag);
	} else if (flag & raises) {
		cong_call(f->tx, TCP_cong_avoid, sk->snd_una, rs->acked_sacked, 0);
		sk->snd_cwnd_stamp = tcp_jiffies(sk);
	}
	pacing_update(sk);
}

/* The application may be done, or is let to write. */
static void finish(struct flow *f)
{
	if (f->nxt < f->limit || f->una < f->nxt || f->closed)
		return;
	f->closed = true;
	timer_stop(f, TIMER_RTO);
	timer_stop(f, TIMER_PROBE);
	timer_stop(f, TIMER_REORDER);
	cong_release(f->tx);
}

static uint32_t read_ack(struct flow *f, struct acked *a, const struct tcp_packet *p)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint32_t flag =
		p->nsack || p->dsack || (p->ece && sk->ecn_flags & TCP_ECN_OK) ? SLOWPATH : 0;

	a->rs.prior_in_flight = tcp_in_flight(sk);
	f->tsecr_us = p->ts_ns / 1000;
	if (p->ack > f->una) {
		flag |= UNA_ADVANCED | WIN_UPDATE;
		sk->icsk_retransmits = 0;
		sk->bytes_acked += (p->ack - f->una) * sk->mss_cache;
		sk->snd_una = seq_of(f, p->ack);
	}
	if (p->ece && sk->ecn_flags & TCP_ECN_OK)
		flag |= SAW_ECE;
	if (p->dsack && sk->undo_marker && sk->undo_retrans > 0)
		sk->undo_retrans--;
	return p->dsack ? flag | DSACKING : flag;
}

static bool is_dubious(const struct tcp_sock *sk, uint32_t flag)
{
	return !(flag & (UNA_ADVANCED | WIN_UPDATE)) || flag & (SACKED_DATA | SAW_ECE | DSACKING) ||
	       sk->icsk_ca_state != TCP_CA_OPEN;
}

/*
 * RFC 8985, 7.4 (tcp_process_tlp_ack()): what was sent again was lost when nobody says that it came
 * twice.
 */
static void process_probe(struct flow *f, uint32_t flag)
{
	if (!f->probed || f->una < f->probed)
		return;
	if (!f->probe_again || flag & DSACKING)
		f->probed = 0;
	else if (f->una > f->probed)
		probe_repaired(f);
	else if (!(flag & (UNA_ADVANCED | ACKED_DATA | SACKED_DATA)))
		f->probed = 0;
}

void ack_arrived(struct flow *f, const struct tcp_packet *p)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint32_t delivered = sk->delivered, lost = sk->lost, flag;
	uint64_t prior_una = f->una, upto = min(p->ack, f->nxt);
	struct acked a = {0};
	enum rexmit rexmit = REXMIT_NONE;

	if (!f->connected || f->closed)
		return;
	f->rack_advanced = false;
	flag = read_ack(f, &a, p);
	flag = sack_blocks(f, &a, p, flag);
	if (!sk->packets_out) {
		in_ack_event(f, flag);
		process_probe(f, flag);
		send_new(f);
		return;
	}
	flag = take_out(f, &a, upto, flag);
	in_ack_event(f, flag);
	process_probe(f, flag);
	if (is_dubious(sk, flag))
		rexmit = recover(f, prior_una, &flag);
	if (flag & UNA_ADVANCED)
		xmit_timer_arm(f);
	rate_finish(f, sk->delivered - delivered, sk->lost - lost, &a.rs);
	control(f, &a.rs, flag);
	if (rexmit == REXMIT_LOST)
		send_lost(f);
	send_new(f);
	f->result->end_ns = f->sim->now - CLOCK_BEGIN;
	finish(f);
}
