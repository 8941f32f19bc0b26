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
