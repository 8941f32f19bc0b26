/* What the files of core/explain share: a log as data. */
#ifndef CORE_EXPLAIN_LOCAL_H
#define CORE_EXPLAIN_LOCAL_H

#include "core/explain/explain.h"

/* ---- lines.c: a text without what others wrote around it ---- */
struct log_lines { /* a VEC */
	struct bytes *v;
	size_t n, cap;
};
/* Lines without prefixes, line ends, controls and blanks around them; in a. */
void log_lines(const char *text, size_t size, struct arena *a, struct log_lines *out);

/* ---- scan.c: reading a line ---- */
struct scan {
	const char *s, *end;
};
static inline struct scan scan_of(struct bytes b)
{
	const char *s = b.data ? (const char *)b.data : "";

	return (struct scan){s, s + b.size};
}
static inline struct bytes scan_rest(const struct scan *in)
{
	return (struct bytes){(const uint8_t *)in->s, (size_t)(in->end - in->s)};
}
/* Goes behind the first word in a text; false: it is not there. */
bool scan_find(struct bytes text, const char *word, struct scan *in);
void scan_blanks(struct scan *in);
bool scan_word(struct scan *in, const char *word); /* takes it when it is there */
bool scan_uint(struct scan *in, uint64_t *n);	   /* decimal digits */
bool scan_int(struct scan *in, int64_t *n);	   /* decimal or hexadecimal, with a sign */
/* Up to the next of any of the characters, or the end. */
struct bytes scan_until(struct scan *in, const char *chars);
bool bytes_begin(struct bytes b, const char *word);
bool bytes_equal(struct bytes b, const char *word);
bool bytes_have(struct bytes b, const char *word);
struct bytes bytes_trim(struct bytes b);
char *bytes_str(struct arena *a, struct bytes b);

/* ---- log.c: the lines of one program as events ---- */
enum { WHAT_REFS = REG_COUNT };

/* What was printed of a register, a slot or the references. */
struct log_value {
	uint8_t frame;
	int16_t what; /* register; below 0: the slot's offset; WHAT_REFS */
	struct bytes text;
};

/* A run in log.values. */
struct log_values {
	uint32_t first, n;
};

/* An instruction that was walked. */
struct log_step {
	uint32_t insn;
	int32_t parent; /* the step before it on its path; -1: none, or lost */
	uint8_t code, frame;
	bool is_full;	 /* before is all that there was to know */
	bool seen;	 /* a path went on from it elsewhere */
	uint32_t source; /* index in log.sources; 0: none */
	struct bytes text;
	struct log_values before, after;
};

struct log_message {
	struct bytes text;
	size_t after; /* how many steps came before it */
};

struct log {
	struct arena *a;
	struct bytes prog; /* its name, when the log tells */
	VEC(struct log_step) steps;
	VEC(struct log_value) values;
	VEC(struct loc) sources;
	VEC(struct log_message) messages;
	bool is_ended;	 /* its last line was there */
	bool is_failed;	 /* a loader said so */
	bool has_states; /* behind each instruction, as kernels since 5.18 write them */
	uint64_t processed;
	struct bytes depths; /* "304+16": the stack of each function */
};
/* Reads lines from *at on, to the end of one program's log. */
void log_read(const struct log_lines *lines, size_t *at, struct arena *a, struct log *out);
void log_free(struct log *log);

/* ---- act.c: what an instruction does, by its opcode and text ---- */
enum act_kind {
	ACT_OTHER,
	ACT_CONST, /* dst = a constant, a map, a function */
	ACT_MOVE,
	ACT_MATH,
	ACT_LOAD,
	ACT_STORE, /* of src, or -1: of a constant */
	ACT_ATOMIC,
	ACT_CALL,      /* of a helper, or of a function of the kernel */
	ACT_CALL_PROG, /* of a function of the program */
	ACT_EXIT,
	ACT_BRANCH,
	ACT_GOTO,
};
struct act {
	enum act_kind kind;
	int dst, src, base;  /* registers; -1: none */
	int64_t off;	     /* of the access */
	bool is_32;	     /* works on, and leaves, 32 bits */
	struct bytes callee; /* "bpf_map_lookup_elem" */
	int64_t jump;	     /* slots from the next instruction */
};
struct act act_of(const struct log_step *step);

/* ---- value.c: states in words ---- */
/* "a number from 0 to 255" */
const char *value_words(struct arena *a, struct bytes state);
/* The same of a pointer into a packet of which range bytes are known to be there. */
const char *packet_words(struct arena *a, struct bytes state, int64_t range);
/* What kind of thing it is: "a pointer into a map's value" */
const char *value_kind(struct arena *a, struct bytes state);
bool value_is_packet(struct bytes state);
/* The name of the map that it leads to, or "" */
const char *value_map(struct arena *a, struct bytes state);
bool value_is_number(struct bytes state);
bool value_is_const(struct bytes state);
bool value_may_be_null(struct bytes state);
/* Is it a pointer with a part that is not known? */
bool value_has_var(struct bytes state);
/* "0 to 255" of a number or a pointer's variable part; NULL: there is nothing to tell */
const char *value_range(struct arena *a, struct bytes state);
static inline const char *bytes_word(int64_t n)
{
	return n == 1 ? "byte" : "bytes";
}
/* A number that follows a key in a message or a state: "vs=8" */
bool number_after(struct bytes text, const char *key, int64_t *n);

/* ---- reason.c ---- */
/* What a message means; is_call: the instruction that was refused is one. */
enum verify_reason reason_of(struct bytes message, bool is_call);

/* ---- path.c: the way to a step, and what was known on it ---- */
struct path {
	const struct log *log;
	const struct image *image;   /* whose types name arguments; NULL: not known */
	const struct prog_def *prog; /* NULL: not known */
	struct arena *a;
	uint32_t *steps; /* indices in log.steps, the first first */
	size_t n;
};
struct path path_to(const struct log *log, const struct image *image, const struct prog_def *prog,
		    struct arena *a);
static inline const struct log_step *path_step(const struct path *p, size_t i)
{
	return &p->log->steps.v[p->steps[i]];
}
/* What was known before a step of the log, by its path; size 0: nothing. */
struct bytes step_value(const struct log *log, int32_t step, uint8_t frame, int what);
/* What was known before the i-th step (or, at p->n, behind the last one); size 0: nothing. */
struct bytes path_value(const struct path *p, size_t i, uint8_t frame, int what);
struct explain_insn path_insn(const struct path *p, size_t i);
/* The same of an instruction that was not walked. */
struct explain_insn insn_at(const struct path *p, uint32_t insn);
struct explain_fact path_fact(const struct path *p, size_t i, uint8_t frame, int what);
bool loc_is_assembly(struct loc at);
/* Is the beginning of the path not in the log? */
bool path_is_cut(const struct path *p);
/* The branches and calls; at most max of them. */
void path_branches(const struct path *p, size_t max, struct explanation *out);

/* explain.c: its strings are copied into a. */
void explain_keep(struct explain_insn *insn, struct arena *a);

/* ---- origin.c: where a value came from ---- */
struct origin {
	size_t at; /* index in the path */
	enum {
		ORIGIN_MADE,	/* computed, loaded, returned, by that instruction */
		ORIGIN_LOST,	/* by a call that clears registers */
		ORIGIN_ENTRY,	/* it was there at the beginning */
		ORIGIN_UNSET,	/* nothing ever wrote it */
		ORIGIN_EARLIER, /* the log does not tell */
	} how;
	int reg;
	const char *words; /* what happened there, when it is not what how says */
};
enum { ORIGINS_MAX = 6 };
struct origins {
	struct origin v[ORIGINS_MAX]; /* the last first */
	size_t n;
	const char *var; /* the variable that the value seems to have been assigned to */
	size_t since;	 /* how many of v[] made something else of that variable */
	size_t use;	 /* where the value is used, in register reg */
	int reg;
};
/* of_var: of a pointer, the number that moves it. */
struct origins origins_of(const struct path *p, size_t i, uint8_t frame, int what, bool of_var);
/* What was known of the variable, or of the value where there is none, when it was last used. */
struct bytes origins_state(const struct path *p, const struct origins *o);
void origin_steps(const struct path *p, const struct origins *o, struct explanation *out);

/* ---- cause.c: what is wrong in this very case ---- */
struct refusal {
	const struct path *path;
	struct bytes message, details;
	enum verify_reason reason;
	size_t at;	     /* index in the path of what was refused; path->n: it was not walked */
	int reg;	     /* that it is about; -1: none */
	const char *subject; /* how to call that, or NULL */
	struct bytes state;  /* of it */
	struct bytes value;  /* of subject, when that is but a part of it: an index, a size */
	const char *range;   /* what subject can be, or NULL */
	const char *lost_by; /* whose call cleared it, or NULL */
	struct explain_insn loop; /* where most rounds were made, rounds of them */
	uint64_t rounds;
	const char *event; /* what happened at the step called when, or NULL */
	size_t when;
};

/* ---- refine.c: the same message for several causes ---- */
/* May change the reason, and finds what happened before that made it so. */
void refine(struct refusal *r);
const char *cause_of(const struct refusal *r);

#endif
