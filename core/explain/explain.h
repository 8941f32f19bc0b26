/*
 * A verdict, for people: from the text of a verifier's log to why a program was refused, where,
 * what was known there, which way led there, where the value came from and what usually mends it.
 *
 * The log may be core/verify's or any kernel's of the last years, of level 1 or 2, as it was copied
 * out of a terminal, a service's journal or a loader's error message: what stands before its lines,
 * and what else was printed around it, is left out. It is hostile input like any other. With the
 * object that the program came from, places have columns and lines that the log does not show.
 */
#ifndef CORE_EXPLAIN_EXPLAIN_H
#define CORE_EXPLAIN_EXPLAIN_H

#include "core/base/arena.h"
#include "core/base/vec.h"
#include "core/obj/image.h"
#include "core/verify/verify.h"

struct explanation;

struct explain_input {
	const char *text;
	size_t size;
	const struct image *image;   /* whose programs the log may be of; NULL: not known */
	const struct prog_def *prog; /* the one that it is of; NULL: whom the log names */
	enum verify_reason reason;   /* of a verdict of ours; REASON_NONE: what the message means */
	uint32_t insn;		     /* with a reason: what was refused */
	/* For explain_annotate(): all that was refused, in the order of the log. */
	const struct explanation *const *refusals;
	size_t nrefusals;
};

/* An instruction and its place. */
struct explain_insn {
	int64_t insn;	  /* -1: not known */
	const char *code; /* "r1 = *(u64 *)(r0 +0)", or NULL */
	struct loc at;	  /* line 0: not known */
};

/* What was known of a register or slot. */
struct explain_fact {
	const char *name;  /* "r1", "fp-8" */
	const char *var;   /* the variable that it seems to be, or NULL */
	const char *state; /* as the kernel writes it; NULL: not written before */
	const char *words;
};

/* Rounds of loops are not counted beyond that. */
enum { TIMES_MAX = 1000 };

/* Something that happened on the way. */
struct explain_step {
	struct explain_insn insn;
	const char *words;
	uint32_t times; /* that it was there, what is told is the last; TIMES_MAX + 1: or more */
	struct explain_fact *facts;
	size_t nfacts;
};

struct explanation {
	const char *prog;	   /* NULL: not known */
	bool rejected, is_cut;	   /* is_cut: the beginning of the log is missing */
	enum verify_reason reason; /* REASON_NONE: nobody knows the message */
	const char *message;	   /* the kernel's last words; "": there are none */
	const char *details;	   /* what it said before them, in lines; "" */
	struct explain_insn insn;  /* that was refused */
	const char *subject;	   /* the variable or register that it is about; NULL */
	const char *cause;	   /* what is wrong in this very case; NULL */
	const char *required, *advice;
	struct explain_fact *known;
	size_t nknown;
	struct explain_step *path; /* branches and calls, the first first */
	size_t npath;
	uint32_t unshown;	     /* earlier branches */
	struct explain_step *origin; /* where the value came from, the first first */
	size_t norigin;
	uint64_t processed; /* instructions; 0: not known */
};

/* Explains each program's log that there is, one at least with in->prog; all of it is in a's
 * memory. */
struct explanation *explain(const struct explain_input *in, struct arena *a, size_t *n);

/* annotate.c */
/* An instruction of a program, and what was known before it. */
struct explain_line {
	struct explain_insn insn;
	uint32_t visits;	    /* how often it was walked */
	bool is_refused, matters;   /* matters: accesses memory, branches or calls */
	struct explain_fact *facts; /* of what it reads */
	size_t nfacts;
};
/* The whole of in->prog by its log of level 2; in a's memory. */
struct explain_line *explain_annotate(const struct explain_input *in, struct arena *a, size_t *n);

/* reason.c */
/* The reason of a code ("E0601"), in any case, or of a name ("MEM_TYPE"); REASON_NONE: of none. */
enum verify_reason explain_reason(const char *code);
/* What a reason's text says of a variable or register, for which "${the pointer}" stands in it. */
const char *explain_text(struct arena *a, const char *text, const char *subject);

#endif
