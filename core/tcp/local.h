/* What the files of the simulator share. */
#ifndef CORE_TCP_LOCAL_H
#define CORE_TCP_LOCAL_H

#include "core/base/rng.h"
#include "core/tcp/tcp.h"

enum {
	HEADERS = 66,	      /* Ethernet, IPv4, TCP with timestamps */
	WINDOW_MAX = 1 << 16, /* segments: what the receiver lets come */
	SACK_BLOCKS = 3,      /* with timestamps */
	DUP_THRESH = 3,
	RTT_BUCKETS = 32 * 64, /* by power of two and 64ths of it */
};

#define CLOCK_BEGIN 100000000000ull /* 100 s: no clock of anybody's is 0 */
#define ISS	    1000u	    /* what sequence numbers begin with, on both sides */

/* ---- packets and events ---- */

struct sack_block {
	uint64_t first, end;
};

struct tcp_packet {
	uint32_t flow;
	bool is_ack, syn, ect, ce, cwr, ece, dsack;
	uint64_t seg;	/* of data, counted from 0 */
	uint64_t ack;	/* the segment that is wanted next */
	uint64_t ts_ns; /* when it was sent, or, echoed, when that was which it answers */
	struct sack_block sack[SACK_BLOCKS];
	uint32_t nsack;
	struct tcp_packet *next; /* in a list of free ones */
};

enum flow_timer {
	TIMER_RTO,
	TIMER_PROBE, /* in place of it */
	TIMER_REORDER,
	TIMER_DELACK,
	TIMER_PACING,
	TIMER_RESUME,
	FLOW_TIMERS
};

enum event_kind {
	EVENT_START,
	EVENT_ARRIVE,
	EVENT_DEPART,
	EVENT_TIMER,
	EVENT_CHANGE,
	EVENT_SAMPLE
};

struct event {
	uint64_t at, order; /* of those at one time, the one that was made first */
	enum event_kind kind;
	uint32_t flow; /* or the number of a change */
	enum flow_timer timer;
	struct tcp_packet *packet;
};

/* ---- a flow ---- */

/* A segment between snd_una and snd_nxt. */
enum { SEG_SACKED = 1, SEG_LOST = 2, SEG_RETRANS = 4, SEG_EVER_RETRANS = 8 };

struct segment {
	uint64_t sent_us, first_tx_us, delivered_us; /* what rate samples need (tcp_rate.c) */
	uint32_t delivered, delivered_ce;
	uint8_t flags;
	bool app_limited;
};

/* A socket, where the simulator finds the flow from it. */
struct endpoint {
	struct tcp_sock sk;
	const struct tcp_cong *cong;
	struct flow *flow;
};

struct flow {
	const struct tcp_flow_def *def;
	struct tcp_sim *sim;
	uint32_t number;
	struct endpoint *tx, *rx;
	uint64_t una, nxt, limit; /* segments; limit: what there is to send */
	struct segment *segs;	  /* by number, below WINDOW_MAX */
	uint64_t numbered;	  /* data packets sent, for fates */
	bool connected, closed, paused;
	uint64_t timer[FLOW_TIMERS], queued[FLOW_TIMERS]; /* when; 0: it is not armed */
	/* RACK: the latest sent of what was delivered (RFC 8985, 6.2) */
	uint64_t rack_sent_us, rack_seg;
	uint32_t rack_rtt_us;
	bool rack_advanced, reord_seen;
	uint64_t highest_sacked; /* the segment behind it */
	uint64_t probed;	 /* where a tail loss probe's round ends; 0: none is out */
	bool probe_again;	 /* it was sent again, not new */
	uint64_t tsecr_us;	 /* of the acknowledgement that is looked at */
	uint64_t next_send_ns;	 /* when pacing lets it */
	/* the receiver */
	uint64_t want;			       /* the next in order */
	uint8_t *got;			       /* by number, below WINDOW_MAX */
	struct sack_block blocks[SACK_BLOCKS]; /* the latest first */
	uint32_t nblocks, unacked;
	uint64_t ts_recent_ns, last_ack_sent;
	bool dsack_due;
	uint32_t rtt_counts[RTT_BUCKETS];
	uint64_t rtt_sum_us, nrtts;
	struct tcp_flow_result *result;
};

struct tcp_sim {
	const struct tcp_scenario *s;
	const struct tcp_world *world;
	struct rng rng;
	uint64_t now, order, end;
	VEC(struct event) heap;
	struct tcp_link link;
	VEC(struct tcp_packet *) queue; /* a ring: head counts what left */
	uint64_t head, tail;
	bool busy, stopped;
	/* Segments looked at: a window beyond all measure would be sent and lost without end. */
	uint64_t work, work_max;
	const struct flow *endless; /* whose was */
	uint64_t rate_since;	    /* from when on capacity is still to be counted */
	double capacity;	    /* bytes that the link could have carried */
	struct tcp_packet *free;
	struct flow *flows;
	struct tcp_result *result;
};

static inline struct segment *seg_of(struct flow *f, uint64_t n)
{
	return &f->segs[n % WINDOW_MAX];
}

/* So many more are looked at; too many end the run. */
static inline void spend(struct flow *f, uint64_t n)
{
	struct tcp_sim *sim = f->sim;

	sim->work += n;
	if (sim->work > sim->work_max) {
		sim->stopped = true;
		sim->endless = f;
	}
}

static inline uint32_t seq_of(const struct flow *f, uint64_t seg)
{
	return ISS + 1 + (uint32_t)(seg * f->tx->sk.mss_cache);
}

static inline bool is_in_reduction(const struct tcp_sock *sk)
{
	return sk->icsk_ca_state == TCP_CA_CWR || sk->icsk_ca_state == TCP_CA_RECOVERY;
}

/* tcp_current_ssthresh(): what slow start may come back to */
static inline uint32_t current_ssthresh(const struct tcp_sock *sk)
{
	uint32_t most = sk->snd_cwnd / 2 + sk->snd_cwnd / 4;

	return is_in_reduction(sk) ? sk->snd_ssthresh : max(sk->snd_ssthresh, most);
}

/* sim.c */
void event_add(struct tcp_sim *sim, const struct event *e);
void timer_set(struct flow *f, enum flow_timer t, uint64_t at);
static inline void timer_stop(struct flow *f, enum flow_timer t)
{
	f->timer[t] = 0;
}
/* The socket's clocks. */
void mstamp_refresh(struct endpoint *e);
struct tcp_packet *packet_new(struct flow *f);
void packet_drop(struct tcp_sim *sim, struct tcp_packet *p);

/* call.c */
uint32_t cong_flags(const struct tcp_cong *cong);
bool cong_has(const struct endpoint *e, enum tcp_member m);
uint64_t cong_call(struct endpoint *e, enum tcp_member m, uint64_t a, uint64_t b, uint64_t c);
void cong_event(struct endpoint *e, enum tcp_ca_event event);
void cong_init(struct endpoint *e);
void cong_release(struct endpoint *e);
const struct tcp_cong *cong_find(const struct tcp_world *world, const char *name);

/* link.c */
void link_send(struct tcp_sim *sim, struct tcp_packet *p);
void link_depart(struct tcp_sim *sim);
void link_answer(struct tcp_sim *sim, struct tcp_packet *p);
uint32_t link_waiting(const struct tcp_sim *sim);

/* send.c */
/* New data, as far as the window lets it. */
void send_new(struct flow *f);
/* Lost segments again, as far as the window lets it. */
void send_lost(struct flow *f);
/* One segment, whatever the window says. */
void send_again(struct flow *f, uint64_t seg);
/* The application has something, after a time in which it had not. */
void send_resumed(struct flow *f);
void rto_arm(struct flow *f);
/* Something was acknowledged: a probe, where one is due, else the timeout. */
void xmit_timer_arm(struct flow *f);
void probe_timeout(struct flow *f);
bool flow_has_data(const struct flow *f);

/* rate.c */
void rate_sent(struct flow *f, struct segment *seg);
void rate_delivered(struct flow *f, const struct segment *seg, uint64_t n, struct rate_sample *rs);
void rate_finish(struct flow *f, uint32_t delivered, uint32_t lost, struct rate_sample *rs);
void rate_check_app_limited(struct flow *f);
void pacing_update(struct tcp_sock *sk);
void rtt_sample(struct flow *f, uint32_t rtt_us);
uint32_t rtt_quantile(const struct flow *f, double q);

/* ack.c */
void ack_arrived(struct flow *f, const struct tcp_packet *p);

/* recover.c */
/* With the numbers of Linux's FLAG_*, since congestion controls are shown them (cong_control). */
enum {
	WIN_UPDATE = 0x2,
	ACKED_DATA = 0x4,
	ACKED_RETRANS = 0x8, /* some of it was sent again */
	SACKED_DATA = 0x20,
	SAW_ECE = 0x40,
	LOST_RETRANS = 0x80,
	SLOWPATH = 0x100,
	ORIG_SACK_ACKED = 0x200, /* of what was in flight before, without a retransmission */
	UNA_ADVANCED = 0x400,
	DSACKING = 0x800,
};
enum rexmit { REXMIT_NONE, REXMIT_LOST, REXMIT_NEW };
enum rexmit recover(struct flow *f, uint64_t prior_una, uint32_t *flag);
void reduce_window(struct tcp_sock *sk, uint32_t acked_sacked, uint32_t lost, uint32_t flag);
void seg_unmark_lost(struct flow *f, struct segment *seg);
void timeout(struct flow *f);
/* What a probe repaired was lost: once the window is reduced. */
void probe_repaired(struct flow *f);
void reorder_timeout(struct flow *f);
void ca_state_set(struct endpoint *e, enum tcp_ca_state state);

/* receive.c */
void data_arrived(struct flow *f, struct tcp_packet *p);
void delack_timeout(struct flow *f);
void ack_send(struct flow *f, uint64_t ack);

#endif
