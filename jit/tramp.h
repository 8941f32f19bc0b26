/*
 * Trampolines: what a function's entry becomes while programs are attached to it.
 *
 *	kprobe -> fentry -> modify_return -> the function -> fexit -> kretprobe
 *
 * A session is a program of kprobe and once more of kretprobe, two links: the second one does not
 * run when the first has answered other than 0, and both have a word in common for that call.
 *
 * Those that came last run first. Each modify_return program's answer becomes the function's, as
 * the first one that is not 0 does for good: then neither the others nor the function run.
 *
 * An image is the code for one set of programs. It is made anew whenever the set changes, switched
 * by storing one word, and freed when no thread can be inside any more. Threads come in and go out
 * through a stub, which stays where it is and counts them:
 *
 *	the function's entry -> stub -> *cell -> image -> stub -> the function's body, or its caller
 *
 * A trampoline without a function is one itself, for members of structs of operations: C calls it
 * with arguments of some prototype, and the last program's answer is the result.
 *
 * Programs see arguments as words, in the order of struct func_model's slots; those of kprobe and
 * kretprobe see registers, as struct pt_regs has them. Each thread has its
 * own run_ctx for them, made when it first comes by, which is a copy of the home's (tramp_home()),
 * but for the cpu's number. Of threads beyond the home's number of cpus no programs run.
 * A program that faults answers 0.
 */
#ifndef JIT_TRAMP_H
#define JIT_TRAMP_H

#include "core/btf/model.h"
#include "core/obj/runctx.h"

struct code;
struct runtime;
struct tramp;

enum tramp_kind {
	TRAMP_KPROBE,
	TRAMP_SESSION,
	TRAMP_FENTRY,
	TRAMP_MODIFY,
	TRAMP_FEXIT,
	TRAMP_KRETPROBE,
	TRAMP_SESSION_END,
	TRAMP_KINDS
};

enum {
	TRAMP_LINKS_MAX = 38,	/* BPF_MAX_TRAMP_LINKS */
	TRAMP_IMAGE_MAX = 4096, /* bytes of an image */
	TRAMP_GUARDS = 1024,	/* programs that are attached somewhere, in all */
};

/* A program on a function. The caller's memory, which stays there until nobody can be inside. */
struct tramp_link {
	struct run_attach attach; /* the cookie is the caller's; the rest is filled in */
	struct prog *prog;	  /* that an engine of the JIT has prepared */
	enum tramp_kind kind;
	const struct tramp_link *entry; /* of TRAMP_SESSION_END: the other one of the session */
	uint32_t guard;	  /* the program's */
	struct tramp *on; /* NULL: it is attached nowhere */
	struct code *spare; /* for the image without it */
	struct tramp_link *next;
};

/* What programs run with, and who is told of their faults; of this process. */
struct tramp_home {
	struct runtime *rt; /* of the thread that calls tramp_home(); others get copies */
	const struct engine *engine;
	/* rc->fault says what; NULL: nobody is told. On any thread. */
	void (*fault)(void *arg, const struct run_ctx *rc);
	void *arg;
	bool stats; /* counts runs, and how long they take; for images made from now on */
};

/* Once before anything is attached, and to change it while no program runs. */
void tramp_home(const struct tramp_home *home);

struct tramp_target {
	const struct func_model *model;
	uint64_t ip;	  /* what programs are told */
	const void *body; /* where the function goes on behind its entry; NULL: there is none */
};

/* -errno, said; the model is copied. */
int tramp_new(const struct tramp_target *to, struct diag *d, struct tramp **out);
/* Nobody may be inside any more, or come back. */
void tramp_free(struct tramp *t);
/* Where to jump to in place of the function, or the function itself; it stays the same. */
const void *tramp_entry(const struct tramp *t);
/* How many programs are attached. */
uint32_t tramp_count(const struct tramp *t);
/*
 * link->prog, kind and attach.cookie are set. -EBUSY: the program is attached there already;
 * -E2BIG: too many are; -ENOMEM. Not said.
 */
int tramp_attach(struct tramp *t, struct tramp_link *link);
/* Calls that begin from now on run without it; others may still be inside (tramp_wait()). */
void tramp_detach(struct tramp_link *link);
/* Waits until no call that began before is inside any more; false: this thread itself is. */
bool tramp_wait(void);

/*
 * Code by which programs call a function outside that may be anywhere, and in which others may run.
 * NULL: there is no memory.
 */
struct code *tramp_outside(const void *func);

#endif
