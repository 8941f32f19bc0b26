/*
 * TCP flows through a bottleneck on a virtual clock: senders and receivers that do what Linux does
 * (RFC 5681, 6298, 6675, 6937, 7323, 8985 and 3168 as net/ipv4 has them), so that a congestion
 * control sees the calls, the order of calls and the fields that it sees there. The same scenario
 * gives the same run everywhere.
 */
#ifndef CORE_TCP_TCP_H
#define CORE_TCP_TCP_H

#include "core/base/strbuf.h"
#include "core/tcp/cong.h"
#include "core/tcp/scenario.h"

struct tcp_sim;

enum tcp_member {
#define TCP_MEMBER(name, letter) TCP_##name,
#include "core/tcp/members.def"
	TCP_MEMBERS,
};

enum { TCP_ARGS = 4 };

struct tcp_member_desc {
	const char *name;
	char letter;
};
extern const struct tcp_member_desc tcp_members[TCP_MEMBERS];

/* A congestion control: native functions, or somebody who runs its members. */
struct tcp_cong {
	const char *name;
	uint32_t flags;			      /* TCP_CONG_* */
	uint32_t has;			      /* bit per member */
	const struct tcp_congestion_ops *ops; /* NULL: run */
	/* args are those of the member, the socket first. */
	uint64_t (*run)(const struct tcp_cong *cong, struct tcp_sim *sim, enum tcp_member member,
			const uint64_t args[TCP_ARGS]);
	void *arg;
};

/* Those that come with us. */
extern const struct tcp_cong tcp_natives[];
extern const size_t tcp_nnatives;

struct tcp_world {
	void *arg;		      /* of all functions */
	const struct tcp_cong *congs; /* more of them, which go before ours; "-" is the first */
	size_t ncongs;
	/* Zeroed memory for sockets that lasts as long as the run; NULL: any will do. */
	void *(*memory)(void *arg, uint64_t size);
	/* One call: K3 at a time, by the sender's socket or the receiver's; NULL: nobody asks. */
	void (*called)(void *arg, uint64_t ns, uint32_t flow, bool receiver, char letter,
		       int64_t number);
	struct tcp_sim **running; /* is told of the run while it lasts, or NULL */
};

/* A flow at one moment. */
struct tcp_point {
	uint32_t cwnd, ssthresh, srtt_us, in_flight;
	uint64_t acked; /* bytes */
};

struct tcp_flow_result {
	const char *cong;			  /* at the end */
	uint64_t acked;				  /* bytes */
	uint64_t start_ns, end_ns;		  /* from connecting to the last acknowledgement */
	uint64_t sent, retransmits, drops, marks; /* packets */
	uint64_t recoveries, timeouts, undos;
	uint32_t rtt_min_us, rtt_mean_us, rtt_p99_us; /* 0: there was none */
	struct tcp_point *points;
};

struct tcp_result {
	struct tcp_flow_result *flows;
	uint32_t nflows, npoints;
	uint64_t sample_ns;
	uint32_t *queue;     /* packets, at each point */
	uint64_t link_bytes; /* that went through */
	double utilisation;  /* of the link, from the first flow's start on */
	uint32_t queue_max;
	struct arena arena;
};

/*
 * 0 or -errno, said: -EINVAL: there is no such congestion control; -EFAULT: one makes its flow
 * send and lose without end. The result is the caller's to free, then too. A run that was stopped
 * has the result up to then.
 */
int tcp_run(const struct tcp_scenario *s, const struct tcp_world *world, struct diag *d,
	    struct tcp_result *result);
void tcp_result_free(struct tcp_result *result);

/* report.c */
/* A number of nanoseconds, bits a second, as people write it. */
const char *tcp_time_text(char buf[32], uint64_t ns);
const char *tcp_rate_text(char buf[32], double bits);
double tcp_throughput(const struct tcp_flow_result *f); /* bits a second */
/* The first line of a report, and the table at its end. */
void tcp_print_title(struct strbuf *b, const struct tcp_scenario *s);
void tcp_print_result(struct strbuf *b, const struct tcp_result *r);

/* ---- for who is called ---- */

/* The virtual clock, in nanoseconds; it does not begin at 0. */
uint64_t tcp_now(const struct tcp_sim *sim);
/* Ends the run after this event. */
void tcp_stop(struct tcp_sim *sim);
/* Is that the address of one of the run's sockets? */
bool tcp_has_sock(const struct tcp_sim *sim, uint64_t addr);
/* An acknowledgement now, up to rcv_nxt. */
void tcp_send_ack(struct tcp_sock *sk, uint32_t rcv_nxt);
/* setsockopt(TCP_CONGESTION): -ENOENT: no such one; -EBUSY: one that is being set sets one. */
int tcp_set_congestion(struct tcp_sim *sim, struct tcp_sock *sk, const char *name);
const char *tcp_congestion(const struct tcp_sock *sk);

#endif
