/*
 * Loss and its repair: detection by time (RACK, RFC 8985), the states of a sender
 * (tcp_fastretrans_alert()), the window while it shrinks (PRR, RFC 9937), timeouts with F-RTO (RFC
 * 5682), and taking back what was done for nothing (Eifel, RFC 3522; DSACK, RFC 3708).
 */
#include "core/tcp/local.h"

void ca_state_set(struct endpoint *e, enum tcp_ca_state state)
{
	cong_call(e, TCP_set_state, state, 0, 0);
	e->sk.icsk_ca_state = state;
}

/* ---- what is lost ---- */

void seg_unmark_lost(struct flow *f, struct segment *seg)
{
	if (!(seg->flags & SEG_LOST))
		return;
	seg->flags &= (uint8_t)~SEG_LOST;
	f->tx->sk.lost_out--;
}

/* Was it a retransmission that was lost? */
static bool mark_lost(struct flow *f, struct segment *seg)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool again = seg->flags & SEG_RETRANS;

	if (seg->flags & SEG_SACKED || (seg->flags & SEG_LOST && !again))
		return false;
	if (again) {
		seg->flags &= (uint8_t)~SEG_RETRANS;
		sk->retrans_out--;
	}
	if (!(seg->flags & SEG_LOST)) {
		seg->flags |= SEG_LOST;
		sk->lost_out++;
	}
	sk->lost++;
	return again;
}

/* How late what was overtaken may still come (tcp_rack_reo_wnd()). */
static uint32_t reorder_window(const struct flow *f)
{
	const struct tcp_sock *sk = &f->tx->sk;

	if (!f->reord_seen &&
	    (sk->icsk_ca_state >= TCP_CA_RECOVERY || sk->sacked_out >= sk->reordering))
		return 0;
	return min(sk->rtt_min.s[0].v / 4, sk->srtt_us / 8);
}

/* Microseconds until a segment is lost; <= 0: it is. */
static int64_t time_left(const struct flow *f, const struct segment *seg)
{
	return (int64_t)f->rack_rtt_us + reorder_window(f) -
	       (int64_t)(f->tx->sk.tcp_mstamp - seg->sent_us);
}

static bool is_overtaken(const struct flow *f, const struct segment *seg, uint64_t n)
{
	return seg->sent_us < f->rack_sent_us ||
	       (seg->sent_us == f->rack_sent_us && n < f->rack_seg);
}

/* Marks what is; true when a retransmission was among it. */
static bool detect(struct flow *f)
{
	int64_t longest = 0;
	bool again = false;

	spend(f, f->nxt - f->una);
	for (uint64_t n = f->una; n < f->nxt; n++) {
		struct segment *seg = seg_of(f, n);
		int64_t left;

		if (seg->flags & SEG_SACKED ||
		    (seg->flags & SEG_LOST && !(seg->flags & SEG_RETRANS)) ||
		    !is_overtaken(f, seg, n))
			continue;
		left = time_left(f, seg);
		if (left <= 0)
			again |= mark_lost(f, seg);
		else
			longest = max(longest, left);
	}
	if (longest)
		timer_set(f, TIMER_REORDER, f->sim->now + (uint64_t)longest * 1000);
	else
		timer_stop(f, TIMER_REORDER);
	return again;
}

static void identify(struct flow *f, uint32_t *flag)
{
	if (f->rack_advanced && detect(f))
		*flag |= LOST_RETRANS;
}

/* ---- the window ---- */

static void begin_reduction(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	f->probed = 0;
	sk->high_seq = sk->snd_nxt;
	sk->snd_cwnd_cnt = 0;
	sk->prior_cwnd = sk->snd_cwnd;
	sk->prr_delivered = 0;
	sk->prr_out = 0;
	sk->snd_ssthresh = (uint32_t)cong_call(f->tx, TCP_ssthresh, 0, 0, 0);
	if (sk->ecn_flags & TCP_ECN_OK)
		sk->ecn_flags |= TCP_ECN_QUEUE_CWR;
}

/*
 * Above ssthresh, what goes out is to what is delivered as ssthresh is to the window there was;
 * below, the window may grow as in slow start as long as nothing more is lost.
 */
void reduce_window(struct tcp_sock *sk, uint32_t acked_sacked, uint32_t lost, uint32_t flag)
{
	int64_t room = (int64_t)sk->snd_ssthresh - tcp_in_flight(sk), count;

	if (!acked_sacked || !sk->prior_cwnd)
		return;
	sk->prr_delivered += acked_sacked;
	if (room < 0) {
		uint64_t share = (uint64_t)sk->snd_ssthresh * sk->prr_delivered;

		count = (int64_t)((share + sk->prior_cwnd - 1) / sk->prior_cwnd) - sk->prr_out;
	} else {
		count = max((int64_t)sk->prr_delivered - sk->prr_out, (int64_t)acked_sacked);
		if (flag & UNA_ADVANCED && !lost)
			count++;
		count = min(room, count);
	}
	/* The first segment that was lost goes out in any case. */
	count = max(count, (int64_t)(sk->prr_out ? 0 : 1));
	sk->snd_cwnd = tcp_in_flight(sk) + (uint32_t)count;
}

static void end_reduction(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (cong_has(f->tx, TCP_cong_control))
		return;
	if (sk->snd_ssthresh < TCP_INFINITE_SSTHRESH &&
	    (sk->icsk_ca_state == TCP_CA_CWR || sk->undo_marker)) {
		sk->snd_cwnd = sk->snd_ssthresh;
		sk->snd_cwnd_stamp = tcp_jiffies(sk);
	}
	cong_event(f->tx, CA_EVENT_COMPLETE_CWR);
}

/* ---- taking back ---- */

static void init_undo(struct tcp_sock *sk)
{
	sk->undo_marker = sk->snd_una;
	sk->undo_retrans = sk->retrans_out ? (int32_t)sk->retrans_out : -1;
}

/* What is acknowledged was sent before anything was sent again. */
static bool is_delayed(const struct flow *f)
{
	const struct tcp_sock *sk = &f->tx->sk;

	return sk->retrans_stamp && seq_before((uint32_t)f->tsecr_us, sk->retrans_stamp);
}

static bool may_undo(const struct flow *f)
{
	const struct tcp_sock *sk = &f->tx->sk;

	return sk->undo_marker && (!sk->undo_retrans || is_delayed(f));
}

static void undo(struct flow *f, bool unmark)
{
	struct tcp_sock *sk = &f->tx->sk;

	spend(f, unmark ? f->nxt - f->una : 0);
	for (uint64_t n = f->una; unmark && n < f->nxt; n++)
		seg_unmark_lost(f, seg_of(f, n));
	if (sk->prior_ssthresh) {
		sk->snd_cwnd = (uint32_t)cong_call(f->tx, TCP_undo_cwnd, 0, 0, 0);
		if (sk->prior_ssthresh > sk->snd_ssthresh) {
			sk->snd_ssthresh = sk->prior_ssthresh;
			sk->ecn_flags &= (uint8_t)~TCP_ECN_QUEUE_CWR;
		}
		f->result->undos++;
	}
	sk->snd_cwnd_stamp = tcp_jiffies(sk);
	sk->undo_marker = 0;
}

/* ---- states ---- */

static void keep_open(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	enum tcp_ca_state state = sk->sacked_out || sk->lost_out || sk->retrans_out ||
						  (sk->undo_marker && sk->retrans_stamp)
					  ? TCP_CA_DISORDER
					  : TCP_CA_OPEN;

	if (sk->icsk_ca_state == state)
		return;
	ca_state_set(f->tx, state);
	sk->high_seq = sk->snd_nxt;
}

static void enter_cwr(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	sk->prior_ssthresh = 0;
	if (sk->icsk_ca_state >= TCP_CA_CWR)
		return;
	sk->undo_marker = 0;
	begin_reduction(f);
	ca_state_set(f->tx, TCP_CA_CWR);
}

void probe_repaired(struct flow *f)
{
	begin_reduction(f);
	ca_state_set(f->tx, TCP_CA_CWR);
	end_reduction(f);
	keep_open(f);
}

static void enter_recovery(struct flow *f, bool ece)
{
	struct tcp_sock *sk = &f->tx->sk;

	sk->prior_ssthresh = 0;
	init_undo(sk);
	if (!is_in_reduction(sk)) {
		if (!ece)
			sk->prior_ssthresh = current_ssthresh(sk);
		begin_reduction(f);
	}
	ca_state_set(f->tx, TCP_CA_RECOVERY);
	f->result->recoveries++;
}

static void try_to_open(struct flow *f, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!sk->retrans_out)
		sk->retrans_stamp = 0;
	if (flag & SAW_ECE)
		enter_cwr(f);
	if (sk->icsk_ca_state != TCP_CA_CWR)
		keep_open(f);
}

static void leave_recovery(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool undone = may_undo(f);

	if (undone)
		undo(f, false);
	ca_state_set(f->tx, TCP_CA_OPEN);
	end_reduction(f);
	if (undone)
		sk->retrans_stamp = 0;
}

/* Everything that was out when the state began was acknowledged. */
static void leave_state(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (sk->icsk_ca_state == TCP_CA_RECOVERY) {
		leave_recovery(f);
	} else if (sk->icsk_ca_state == TCP_CA_CWR && sk->snd_una != sk->high_seq) {
		/* Held for one segment more, so that CWR reaches the receiver. */
		end_reduction(f);
		ca_state_set(f->tx, TCP_CA_OPEN);
	}
}

static bool undo_loss(struct flow *f, bool spurious)
{
	if (!spurious && !may_undo(f))
		return false;
	undo(f, true);
	f->tx->sk.icsk_retransmits = 0;
	f->tx->sk.frto = 0;
	ca_state_set(f->tx, TCP_CA_OPEN);
	return true;
}

/* RFC 5682, 3.1; true: new data is what to send. */
static bool frto_sends_new(struct flow *f, uint32_t flag, bool recovered)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (seq_before(sk->high_seq, sk->snd_nxt)) {
		if (flag & SACKED_DATA || !(flag & UNA_ADVANCED))
			sk->frto = 0; /* 3.a: the loss was real */
	} else if (flag & UNA_ADVANCED && !recovered) {
		sk->high_seq = sk->snd_nxt;
		if (flow_has_data(f))
			return true; /* 2.b */
		sk->frto = 0;
	}
	return false;
}

static enum rexmit process_loss(struct flow *f, uint32_t flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool recovered = !seq_before(sk->snd_una, sk->high_seq);

	if (flag & UNA_ADVANCED && undo_loss(f, false))
		return REXMIT_NONE;
	if (sk->frto) {
		/* 3.b: what was sent once only has arrived */
		if (flag & ORIG_SACK_ACKED && undo_loss(f, true))
			return REXMIT_NONE;
		if (frto_sends_new(f, flag, recovered))
			return REXMIT_NEW;
	}
	if (!recovered)
		return REXMIT_LOST;
	if (may_undo(f))
		undo(f, false);
	ca_state_set(f->tx, TCP_CA_OPEN);
	return REXMIT_NONE;
}

/* True: there is nothing more to do about this acknowledgement. */
static bool undo_partial(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;

	if (!sk->undo_marker || !is_delayed(f))
		return false;
	if (!sk->retrans_out) {
		undo(f, true);
		keep_open(f);
	}
	return true;
}

enum rexmit recover(struct flow *f, uint64_t prior_una, uint32_t *flag)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool ece = *flag & SAW_ECE;
	enum rexmit rexmit;

	if (ece)
		sk->prior_ssthresh = 0;
	if (sk->icsk_ca_state == TCP_CA_OPEN)
		sk->retrans_stamp = 0;
	else if (!seq_before(sk->snd_una, sk->high_seq))
		leave_state(f);
	if (sk->icsk_ca_state == TCP_CA_RECOVERY && f->una > prior_una && undo_partial(f))
		return REXMIT_NONE;
	if (sk->icsk_ca_state == TCP_CA_LOSS) {
		rexmit = process_loss(f, *flag);
		identify(f, flag);
		if (sk->icsk_ca_state != TCP_CA_OPEN && !(*flag & LOST_RETRANS))
			return rexmit;
	} else {
		if (sk->undo_marker && !sk->undo_retrans && sk->icsk_ca_state != TCP_CA_CWR) {
			undo(f, false);
			keep_open(f);
		}
		identify(f, flag);
	}
	if (sk->icsk_ca_state == TCP_CA_RECOVERY)
		return REXMIT_LOST;
	if (!sk->lost_out) {
		try_to_open(f, *flag);
		return REXMIT_NONE;
	}
	enter_recovery(f, ece);
	return REXMIT_LOST;
}

/* ---- timers ---- */

/* What was overtaken had its time (tcp_rack_reo_timeout()). */
void reorder_timeout(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	uint32_t prior = tcp_in_flight(sk), lost = sk->lost;

	detect(f);
	if (tcp_in_flight(sk) == prior)
		return;
	if (sk->icsk_ca_state != TCP_CA_RECOVERY) {
		enter_recovery(f, false);
		if (!cong_has(f->tx, TCP_cong_control))
			reduce_window(sk, 1, sk->lost - lost, 0);
	}
	send_lost(f);
	rto_arm(f);
}

static void mark_all_lost(struct flow *f)
{
	spend(f, f->nxt - f->una);
	for (uint64_t n = f->una; n < f->nxt; n++)
		if (n == f->una || time_left(f, seg_of(f, n)) <= 0)
			mark_lost(f, seg_of(f, n));
}

/* tcp_enter_loss() */
static void enter_loss(struct flow *f)
{
	struct tcp_sock *sk = &f->tx->sk;
	bool fresh = sk->icsk_ca_state < TCP_CA_RECOVERY;

	mark_all_lost(f);
	if (sk->icsk_ca_state <= TCP_CA_DISORDER || !seq_before(sk->snd_una, sk->high_seq) ||
	    (sk->icsk_ca_state == TCP_CA_LOSS && !sk->icsk_retransmits)) {
		sk->prior_ssthresh = current_ssthresh(sk);
		sk->prior_cwnd = sk->snd_cwnd;
		sk->snd_ssthresh = (uint32_t)cong_call(f->tx, TCP_ssthresh, 0, 0, 0);
		cong_event(f->tx, CA_EVENT_LOSS);
		init_undo(sk);
	}
	sk->snd_cwnd = tcp_in_flight(sk) + 1;
	sk->snd_cwnd_cnt = 0;
	sk->snd_cwnd_stamp = tcp_jiffies(sk);
	ca_state_set(f->tx, TCP_CA_LOSS);
	sk->high_seq = sk->snd_nxt;
	if (sk->ecn_flags & TCP_ECN_OK)
		sk->ecn_flags |= TCP_ECN_QUEUE_CWR;
	sk->frto = fresh || sk->icsk_retransmits;
}

void timeout(struct flow *f)
{
	enum { BACKOFF_MAX = 10 };
	struct tcp_sock *sk = &f->tx->sk;

	if (!sk->packets_out)
		return;
	timer_stop(f, TIMER_REORDER);
	f->probed = 0;
	enter_loss(f);
	f->result->timeouts++;
	sk->icsk_retransmits += sk->icsk_retransmits < UINT8_MAX;
	send_again(f, f->una);
	if (sk->icsk_backoff < BACKOFF_MAX)
		sk->icsk_backoff++;
	rto_arm(f);
}
