/*
 * Whether a run was what was expected of it (core/run/expect.h): what came is kept while programs
 * run, single inputs are looked at after each, all else at the end.
 */
#ifndef CMD_RUN_EXPECT_H
#define CMD_RUN_EXPECT_H

#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/run/expect.h"

struct run;
struct run_options;
struct ctx_input;
struct capture;
struct prog_def;
struct verify_result;

/* What a program handed out. */
struct heard {
	enum expect_what what;
	uint64_t number; /* of the input */
	const char *map; /* of a record */
	uint32_t type;	 /* of a record, in the object's own types; 0: bytes */
	struct bytes data; /* a NUL follows it */
	bool taken;	 /* by an expectation: one record meets one */
};

/* How an expectation fares. */
struct expect_state {
	uint64_t looked; /* at so many inputs */
	uint64_t unmet;	 /* so often */
};

struct expecting {
	VEC(struct heard) heard;
	struct expect_state *states; /* by expectation */
	struct strbuf log;	     /* of the verifier */
	bool judged, accepted;	     /* by it */
	const char *fault;	     /* what a run ended in, or NULL */
	struct capture *packets;     /* of --expect-packets, or NULL */
	uint64_t packets_unmet;
	struct strbuf *answers; /* takes down what came, to be compared with another run's */
};

/* Understands what options say; 0 or -EINVAL, said. */
int run_open_expect(struct run *r);
bool run_expects(const struct run *r, enum expect_what what);
/* Does somebody want to know what comes? */
bool run_is_watched(const struct run *r);
void run_hear(struct run *r, enum expect_what what, const char *map, uint32_t type,
	      struct bytes data);
/* What the verifier said of a program. */
void run_hear_verdict(struct run *r, const struct verify_result *result, const struct strbuf *log);
/*
 * Where there are no inputs, or only some of what inputs have: -ESRCH, why said, when something
 * else is expected of one. EXPECT_SUBJECTS: of none.
 */
int run_expect_only(struct run *r, enum expect_what only, const char *why);
/* After a run. */
void run_expect_input(struct run *r, const struct ctx_input *in);
/*
 * At the end of all runs, which may have ended with err: that, 0 when this is what was expected, or
 * -ENOMSG when something is not met, said.
 */
int run_end_expect(struct run *r, int err);
void run_close_expect(struct run *r);

/* Says that an expectation is not met: "SUBJECT is GOT, expected VALUE"; false: often enough. */
bool run_unmet(struct run *r, const struct expectation *e, const char *fmt, ...) __printf(3, 4);
/* The same when why has been said. */
void run_unmet_said(struct run *r, const struct expectation *e);
/* "< 5", or the value alone. */
const char *run_wanted(struct run *r, const struct expectation *e);
/* How a number that has no sign compares with the one that is expected; false: that is none. */
bool run_expected_order(const struct expectation *e, uint64_t got, int *order);
/* -1, 0, 1 */
static inline int order_of(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* run_expect_packet.c */
void run_expect_packet(struct run *r, const struct expectation *e, const struct ctx_input *in);
void run_expect_context(struct run *r, const struct expectation *e);
/* --expect-packets: the next of the capture is to be the packet at hand. */
void run_compare_packet(struct run *r);
void run_end_packets(struct run *r);

/* run_expect_end.c */
/* One that is about the whole run. */
void run_expect_whole(struct run *r, const struct expectation *e);
/* Does the answer have that name, or number? -EINVAL when answers cannot be so, said. */
int run_is_verdict(struct run *r, const struct expectation *e, const char *name, uint64_t retval);
/* Maps as they are, for answers. */
void run_answer_maps(struct run *r, struct strbuf *out);

#endif
