/*
 * The receiver: what is in order and what is not (RFC 2018, 2883), when it answers (RFC 5681, 4.2,
 * with Linux's quick mode at the beginning), and what it says of marks (RFC 3168, 6.1.3).
 */
#include "core/tcp/local.h"

enum { DELACK_NS = 40000000, EVERY = 2, QUICK_ON_MARK = 2 };

/* The block around a segment, first in the list; what no longer fits is forgotten. */
static void note_block(struct flow *f, uint64_t n)
{
	struct sack_block b = {n, n + 1}, *v = f->blocks;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->nblocks; i++) {
		if (v[i].end < b.first || v[i].first > b.end) {
			v[kept++] = v[i];
			continue;
		}
		b.first = min(b.first, v[i].first);
		b.end = max(b.end, v[i].end);
	}
	kept = min(kept, (uint32_t)SACK_BLOCKS - 1);
	for (uint32_t i = kept; i; i--)
		v[i] = v[i - 1];
	v[0] = b;
	f->nblocks = kept + 1;
}

static void drop_blocks(struct flow *f)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < f->nblocks; i++)
		if (f->blocks[i].end > f->want)
			f->blocks[kept++] = f->blocks[i];
	f->nblocks = kept;
}

static uint8_t *got(struct flow *f, uint64_t n)
{
	return &f->got[n % WINDOW_MAX];
}

/* tcp_ecn_check_ce(): a control that asked for marks is told of every segment's. */
static void see_ecn(struct flow *f, const struct tcp_packet *p)
{
	struct tcp_sock *sk = &f->rx->sk;
	bool asked = cong_flags(f->rx->cong) & TCP_CONG_NEEDS_ECN;

	if (!(sk->ecn_flags & TCP_ECN_OK))
		return;
	if (!p->ect && !p->ce) {
		/* Sent again: when there were marks, it may be for a loss that is to be told. */
		if (sk->ecn_flags & TCP_ECN_SEEN)
			sk->ack_quick = max(sk->ack_quick, (uint8_t)QUICK_ON_MARK);
		return;
	}
	if (asked)
		cong_event(f->rx, p->ce ? CA_EVENT_ECN_IS_CE : CA_EVENT_ECN_NO_CE);
	if (p->ce && !(sk->ecn_flags & TCP_ECN_DEMAND_CWR)) {
		sk->ack_quick = max(sk->ack_quick, (uint8_t)QUICK_ON_MARK);
		sk->ecn_flags |= TCP_ECN_DEMAND_CWR;
	}
	sk->ecn_flags |= TCP_ECN_SEEN;
}

void ack_send(struct flow *f, uint64_t ack)
{
	struct tcp_sock *sk = &f->rx->sk;
	struct tcp_packet *p = packet_new(f);

	p->is_ack = true;
	p->ack = ack;
	p->ts_ns = f->ts_recent_ns;
	p->ece = sk->ecn_flags & TCP_ECN_DEMAND_CWR;
	p->dsack = f->dsack_due;
	p->nsack = f->nblocks;
	for (uint32_t i = 0; i < f->nblocks; i++)
		p->sack[i] = f->blocks[i];
	f->dsack_due = false;
	f->last_ack_sent = ack;
	sk->segs_out++;
	link_answer(f->sim, p);
	if (ack != f->want)
		return; /* one that says what was, before a mark; the others are due still */
	f->unacked = 0;
	sk->ack_pending = 0;
	sk->ack_quick -= sk->ack_quick > 0;
	timer_stop(f, TIMER_DELACK);
}

/* True: it has to be answered at once. */
static bool take(struct flow *f, const struct tcp_packet *p)
{
	bool fills = f->nblocks;

	if (p->seg <= f->last_ack_sent)
		f->ts_recent_ns = max(f->ts_recent_ns, p->ts_ns);
	if (p->seg < f->want || (p->seg - f->want < WINDOW_MAX && *got(f, p->seg))) {
		f->dsack_due = true;
		return true;
	}
	if (p->seg > f->want) {
		*got(f, p->seg) = 1;
		note_block(f, p->seg);
		return true;
	}
	do {
		*got(f, f->want++) = 0;
		f->unacked++;
	} while (*got(f, f->want));
	drop_blocks(f);
	f->rx->sk.rcv_nxt = seq_of(f, f->want);
	return fills;
}

void data_arrived(struct flow *f, struct tcp_packet *p)
{
	struct tcp_sock *sk = &f->rx->sk;
	bool now = take(f, p);

	if (p->cwr)
		sk->ecn_flags &= (uint8_t)~TCP_ECN_DEMAND_CWR;
	see_ecn(f, p);
	if (now || f->unacked >= EVERY || sk->ack_quick || sk->ack_pending & ACK_NOW) {
		ack_send(f, f->want);
		return;
	}
	if (!(sk->ack_pending & ACK_TIMER))
		timer_set(f, TIMER_DELACK, f->sim->now + DELACK_NS);
	sk->ack_pending |= ACK_SCHED | ACK_TIMER;
}

void delack_timeout(struct flow *f)
{
	if (f->unacked)
		ack_send(f, f->want);
}
