/* What the machine-independent half of trampolines asks of a machine, and has for its code. */
#ifndef JIT_TRAMP_CODE_H
#define JIT_TRAMP_CODE_H

#include "jit/codebuf.h"
#include "jit/tramp.h"
#include "core/run/runtime.h"

/* The labels of a stub. */
enum stub_way {
	STUB_IN,
	STUB_ON,   /* out, to the body; without one, 0 is answered */
	STUB_BACK, /* out, to the caller */
	STUB_BODY, /* the body and nothing else; unbound without one */
	STUB_WAYS
};

/* A thread that came by. Compiled code knows it by the address of its rc. */
struct tramp_thread {
	struct runtime rt;
	struct tramp_thread *next;
	bool waits;	/* the grace period waits for it */
	uint64_t seen;	/* what `left` was when the period began */
	uint8_t guards[TRAMP_GUARDS]; /* by guard, from the end: does that program run? */
	struct run_ctx rc;
	uint64_t inside; /* how often it came in without having gone out */
	uint64_t left;	 /* how often it went out for good */
};

_Static_assert(offsetof(struct tramp_thread, rc) ==
		       offsetof(struct tramp_thread, guards) + TRAMP_GUARDS,
	       "guards are reached from rc, those that came first by short distances");

#define TRAMP_INSIDE (offsetof(struct tramp_thread, inside) - offsetof(struct tramp_thread, rc))
#define TRAMP_LEFT (offsetof(struct tramp_thread, left) - offsetof(struct tramp_thread, rc))

struct stub_plan {
	uint32_t first; /* labels, of enum stub_way */
	const void *body; /* NULL: there is none */
	const void *cell; /* the word that says where the image is */
	int32_t self;	  /* from the thread's pointer to where it keeps the address of its rc */
};

struct image_plan {
	const struct func_model *model;
	const struct tramp_link *first[TRAMP_KINDS];
	const void *body;
	uint64_t ip; /* of the function, for registers */
	const void *ways[STUB_WAYS];
	int32_t self;
	bool stats;
};

/*
 * An image that is being made. Its frame is addressed by one register, from which the distances
 * count.
 */
struct tramp_code {
	struct code_buf *b;
	const struct image_plan *plan;
	bool sees_regs; /* some program does */
	uint32_t nsessions;
	uint32_t done;	/* label: where it goes on when the function has been answered for */
	uint32_t own;	/* labels of the machine's, IMAGE_LABELS of them */
	/* Set by lay(): */
	int32_t ctx;	  /* words of arguments, and behind them what was returned */
	int32_t regs;	  /* struct pt_regs, if some program sees it */
	int32_t sessions; /* two words of each (enum session_word) */
	int32_t size;	  /* of the whole, with the arguments of the body that lie on the stack */
};

enum { IMAGE_LABELS = 3, TRAMP_WORD = 8 };

enum session_word {
	SESSION_KEPT, /* what its program keeps */
	SESSION_ANSWER,
	SESSION_WORDS
};

static inline int32_t tramp_slot(const struct tramp_code *im, uint32_t slot)
{
	return im->ctx + (int32_t)slot * TRAMP_WORD;
}

static inline int32_t tramp_returned(const struct tramp_code *im)
{
	return tramp_slot(im, im->plan->model->nslots);
}

static inline bool tramp_sees_regs(enum tramp_kind kind)
{
	return kind == TRAMP_KPROBE || kind == TRAMP_SESSION || kind == TRAMP_KRETPROBE ||
	       kind == TRAMP_SESSION_END;
}

/* What programs of a kind see. */
static inline int32_t tramp_context(const struct tramp_code *im, enum tramp_kind kind)
{
	return tramp_sees_regs(kind) ? im->regs : im->ctx;
}

/* A machine's code. "The answer" is what the last program gave, where C has results. */
struct tramp_machine {
	void (*stub)(struct code_buf *b, const struct stub_plan *plan);
	/* Code that calls a function with what it is called with, and keeps what rc has. */
	void (*outside)(struct code_buf *b, const void *func);
	/* Parts of images, in the order in which they are run */
	void (*lay)(struct tramp_code *im);
	void (*enter)(const struct tramp_code *im);
	void (*save_regs)(const struct tramp_code *im, bool behind);
	/* Before programs of a kind: what the body may have changed, when programs ran in it. */
	void (*set_run)(const struct tramp_code *im, enum tramp_kind kind);
	void (*run_link)(const struct tramp_code *im, const struct tramp_link *link);
	void (*use_session)(const struct tramp_code *im, int32_t kept);
	void (*clear)(const struct tramp_code *im, int32_t word);
	void (*keep_answer)(const struct tramp_code *im, int32_t word);
	void (*jump_if_answer)(const struct tramp_code *im, uint32_t label); /* it is not 0 */
	void (*jump_if)(const struct tramp_code *im, int32_t word, uint32_t label);
	void (*call_body)(const struct tramp_code *im);
	/* To the body with its arguments, or back with what was returned. */
	void (*leave)(const struct tramp_code *im, enum stub_way way);
	/* What several programs share, behind all that. */
	void (*shared)(const struct tramp_code *im);
};

/* tramp_image.c */
void tramp_image(struct code_buf *b, const struct image_plan *plan);

/* tramp_thread.c */
/* Makes the calling thread known; NULL: there is no memory. Called by stubs. */
struct run_ctx *tramp_come(void);
/* A program's run was dropped: gives its answer. Called by images. */
uint64_t tramp_fail(struct run_ctx *rc);
/* For counts: the time, and that a program is through. */
uint64_t tramp_clock(void);
void tramp_ran(const struct tramp_link *link, uint64_t since);
int32_t tramp_self(void);
bool tramp_counts(void);
/* The program's guard, which it may have to be given; -E2BIG: there are none left. */
int tramp_guard(struct tramp_link *link);
/* One link less of the program. */
void tramp_unguard(const struct tramp_link *link);
/* A code that nobody comes to any more, to be freed when nobody is inside. */
void tramp_retire(struct code *code);

#endif
