/*
 * A scenario: the bottleneck, the flows through it, and what happens while they run. Times are
 * nanoseconds from the beginning, probabilities parts of a million.
 */
#ifndef CORE_TCP_SCENARIO_H
#define CORE_TCP_SCENARIO_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/base/vec.h"

struct tcp_link {
	uint64_t rate;	 /* bits a second, with all headers */
	uint64_t rtt_ns; /* without waiting */
	uint32_t queue;	 /* packets */
	uint32_t ecn;	 /* packets from which on those that may be are marked; 0: never */
	uint32_t loss, reorder;
	uint64_t reorder_ns; /* how much later */
};

struct tcp_flow_def {
	const char *cong;
	uint64_t start_ns, bytes, rtt_ns; /* 0: no end, and the link's */
	uint32_t line;
	bool ecn;
};

enum tcp_change_kind {
	CHANGE_RATE,
	CHANGE_RTT,
	CHANGE_QUEUE,
	CHANGE_LOSS,
	CHANGE_ECN,
	CHANGE_PAUSE, /* value: how long nothing is written */
};

struct tcp_change {
	uint64_t at_ns, value;
	enum tcp_change_kind kind;
	uint32_t flow, line;
};

/* What becomes of data packets by number, from 1, as they are sent: both ends included. */
struct tcp_fate {
	uint32_t flow;
	uint64_t first, last;
	bool drops; /* otherwise they are marked */
};

struct tcp_scenario {
	const char *title;
	const char *file; /* for messages; not its own */
	uint64_t duration_ns, sample_ns, seed;
	uint32_t mss;
	struct tcp_link link;
	VEC(struct tcp_flow_def) flows;
	VEC(struct tcp_change) changes;
	VEC(struct tcp_fate) fates;
	struct arena arena;
};

/* Does a text begin as one does? */
bool tcp_is_scenario(struct bytes start);
/* 0 or -EINVAL, said; tcp_scenario_free() either way. file is for messages. */
int tcp_scenario_read(struct tcp_scenario *s, struct bytes text, const char *file, struct diag *d);
/* How many the link can carry while it lasts, at the highest of its rates. */
double tcp_scenario_packets(const struct tcp_scenario *s);
void tcp_scenario_free(struct tcp_scenario *s);

#endif
