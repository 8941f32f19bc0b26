/*
 * --profile: where the time of programs goes. Machine code is sampled (jit/sample.h) and, of inputs
 * that run several times, the first run counts its instructions in an interpreter; where no machine
 * code runs, instructions are counted and nothing is timed.
 */
#ifndef CMD_RUN_PROFILE_H
#define CMD_RUN_PROFILE_H

#include "cmd/output.h"
#include "core/cover/cover.h"

/* What is called, and what it took by itself. */
struct profile_call {
	const char *name;
	uint64_t samples, calls;
};

/* Names from the outermost in, and how much was found with the last of them running. */
struct profile_stack {
	const char **names;
	uint32_t n;
	bool in_call; /* the last is what programs call */
	uint64_t weight;
};

struct run_profile {
	struct arena arena;
	bool is_timed;
	bool draws;	   /* bars */
	const char *engine;
	uint64_t interval; /* ns between samples */
	uint64_t dropped;
	uint64_t counted;  /* runs */
	uint64_t total;	   /* of weights: samples, or else instructions */
	struct cover cover;
	struct cover_report report;
	VEC(struct profile_call) calls;	  /* the heaviest first */
	VEC(struct profile_stack) stacks; /* by name */
};

/* What an instruction weighs. */
static inline uint64_t profile_weight(const struct run_profile *p, const struct cover_insn *insn)
{
	return p->is_timed ? insn->count.samples : insn->count.runs;
}

/* profile_show.c */
void profile_show(struct out *o, const struct run_profile *p);

/* profile_flame.c */
/* A line for each stack, as flamegraph.pl and its kin read them. */
void profile_folded(struct strbuf *b, const struct run_profile *p);
/* The same as a picture. */
void profile_svg(struct strbuf *b, const struct run_profile *p);

#endif
