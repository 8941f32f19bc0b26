/*
 * Scenarios of TCP flows (ebpf-tcp.5), whose congestion controls may be an object's: what `ebpf
 * run` does with one, and how it is shown.
 */
#ifndef CMD_RUN_TCP_H
#define CMD_RUN_TCP_H

#include "cmd/run.h"
#include "core/tcp/tcp.h"

/* A table of an object that is registered as a congestion control. */
struct tcp_control {
	struct tcp_cong cong;
	char name[TCP_CA_NAME_MAX];
	struct prog *members[TCP_MEMBERS];
	struct tcp_runner *runner;
};

struct tcp_runner {
	struct run *r;
	struct tcp_scenario scenario;
	VEC(struct tcp_control *) controls;
	VEC(struct tcp_cong) congs; /* theirs */
	VEC(int) fds; /* of programs of the store */
	struct tcp_world world;
	struct tcp_result result;
	struct space space; /* the sockets, and what is shown with them */
	struct ack_sample *ack;
	struct rate_sample *rate;
	uint32_t nesting; /* of members: one may set another control, which begins */
	uint8_t *stacks[2];
	int err;
	struct strbuf trace; /* of one moment of one socket */
	uint64_t trace_ns;
	uint32_t trace_flow;
	bool trace_receiver;
};

/* run_tcp.c */
/* Is what was asked for a scenario? */
bool run_is_scenario(const struct run_options *o);
/* 0 or -errno, said. */
int run_tcp(struct run *r);
/* A member that is a program: struct tcp_cong's run(). */
uint64_t tcp_run_member(const struct tcp_cong *cong, struct tcp_sim *sim, enum tcp_member m,
			const uint64_t args[TCP_ARGS]);

/* run_tcp_load.c */
/* The tables of the object, each proved and ready to run. */
int tcp_load(struct tcp_runner *t);
/* The member that is a function of that name, or -1. */
int tcp_member_by_name(const char *name);
/* A control whose name, flags and members are known; false: it lacks what each must have. */
bool tcp_add_control(struct tcp_runner *t, struct tcp_control *c);
/* Makes the members of all controls ready for the engine. */
int tcp_prepare(struct tcp_runner *t);

/* run_tcp_store.c */
/* Those that are registered in the store. */
int tcp_load_store(struct tcp_runner *t);

/* run_tcp_report.c */
void tcp_traced(void *runner, uint64_t ns, uint32_t flow, bool receiver, char letter,
		int64_t number);
void tcp_trace_end(struct tcp_runner *t);
void tcp_report(struct tcp_runner *t);

/* run_tcp_draw.c */
/* What is drawn: each a curve a flow, or one of the link. */
struct tcp_curve {
	const char *what, *unit;
	double (*value)(const struct tcp_result *r, uint32_t flow, uint32_t i); /* < 0: none */
	/* Drawn as points with it; NULL: there is no such thing. */
	double (*mark)(const struct tcp_result *r, uint32_t flow, uint32_t i);
	bool of_link;
};
extern const struct tcp_curve tcp_curves[];
extern const size_t tcp_ncurves;
double tcp_curve_top(const struct tcp_curve *c, const struct tcp_result *r);
/* All of them, in dots of Braille. */
void tcp_draw(struct out *out, const struct tcp_result *r);
void tcp_draw_svg(struct strbuf *b, const struct tcp_scenario *s, const struct tcp_result *r);

#endif
