/*
 * What somebody expects of a run, one line of text each:
 *
 *	[INPUTS:] retval OP VERDICT	inputs by number, as 1,3-9: of those alone
 *	[INPUTS:] insns OP NUMBER
 *	[INPUTS:] context FIELD OP VALUE
 *	[INPUTS:] packet FIELD OP VALUE		field of a header, as ip.ttl, or length
 *	[INPUTS:] packet = SPEC			all of it: pkt:LAYERS or hex:BYTES
 *	[INPUTS:] packet unchanged
 *	[INPUTS:] packet changes FIELD...	these and no others
 *	[INPUTS:] packet has LAYER, packet lacks LAYER
 *	[INPUTS:] record MAP VALUE
 *	[INPUTS:] printk TEXT, action TEXT, output TEXT
 *	map NAME KEY OP VALUE, map NAME KEY absent
 *	variable NAME OP VALUE
 *	count retval VERDICT OP NUMBER, count printk OP NUMBER, count action OP NUMBER,
 *	count record [MAP] OP NUMBER, count map NAME OP NUMBER
 *	accepted, rejected [TEXT], log TEXT	by the verifier
 *	fault [TEXT]
 *
 * OP is =, !=, <, <=, > or >=. Here such lines are taken apart; what they mean for a run is for
 * those who have one.
 */
#ifndef CORE_RUN_EXPECT_H
#define CORE_RUN_EXPECT_H

#include "core/base/arena.h"
#include "core/base/diag.h"
#include "core/run/numbers.h"

enum expect_what {
	EXPECT_RETVAL,
	EXPECT_INSNS,
	EXPECT_CONTEXT,
	EXPECT_PACKET,
	EXPECT_RECORD,
	EXPECT_PRINTK,
	EXPECT_ACTION,
	EXPECT_OUTPUT,
	EXPECT_MAP,
	EXPECT_VARIABLE,
	EXPECT_COUNT,
	EXPECT_ACCEPTED,
	EXPECT_REJECTED,
	EXPECT_LOG,
	EXPECT_FAULT,
	EXPECT_SUBJECTS
};

enum expect_op {
	EXPECT_EQ,
	EXPECT_NE,
	EXPECT_LT,
	EXPECT_LE,
	EXPECT_GT,
	EXPECT_GE,
	EXPECT_ABSENT,
	EXPECT_UNCHANGED,
	EXPECT_CHANGES,
	EXPECT_HAS,
	EXPECT_LACKS,
	EXPECT_OPS
};
extern const char *const expect_op_names[EXPECT_OPS];

struct expectation {
	enum expect_what what;
	enum expect_what of; /* what is counted */
	enum expect_op op;
	struct numbers inputs;
	const char *name;  /* of a field, a map, a variable, a layer; NULL: none was said */
	const char *key;   /* of a map's element */
	const char *value; /* or text, unescaped; NULL: any will do */
	const char *text;  /* all of it, for messages */
	struct loc loc;
};

/* 0, or -EINVAL, said. All strings are the arena's; the inputs are freed with vec_free(). */
int expect_parse(const char *text, const struct loc *loc, struct arena *a, struct diag *d,
		 struct expectation *out);
/* The same of what is to be so before a run: MAP KEY=VALUE, or VARIABLE=VALUE. */
int expect_parse_put(const char *text, const struct loc *loc, struct arena *a, struct diag *d,
		     struct expectation *out);
/* Does the order of two numbers (-1, 0, 1) fit the operator? Only for EQ to GE. */
bool expect_op_holds(enum expect_op op, int order);
/* retval, packet, ... */
const char *expect_subject_name(enum expect_what what);
/* Is it about single inputs, to be looked at after each of them? */
bool expect_is_of_input(const struct expectation *e);

#endif
