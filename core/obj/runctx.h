/*
 * What a running program stands on, and who runs it. Every helper gets the run_ctx as its sixth
 * argument; compiled code keeps it in a register.
 */
#ifndef CORE_OBJ_RUNCTX_H
#define CORE_OBJ_RUNCTX_H

#include "core/isa/uapi.h"
#include "core/obj/prog.h"

struct map;
struct packet;
struct runtime;
struct run_ctx;
struct mem;

enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY,	/* an access outside of what the program may touch */
	FAULT_REGISTER, /* a register read that was never written */
	FAULT_BUDGET,	/* ran longer than it may */
	FAULT_CALL,	/* a call that cannot be made: no such helper, frames used up */
	FAULT_FACT,	/* something that was proved is not so */
	FAULT_INSN,	/* an instruction that cannot run here, or none: fell off the end */
	FAULT_THROWN,	/* no fault: the program threw rc->thrown, and all its frames are left */
};

/*
 * Frames that a run may have: a program's own, one more for each tail call out of a function, whose
 * callers stay (rc->tail_calls), and those of programs that run in a function's place, which have
 * as many as any (rc->detours).
 */
enum {
	/*
	 * Within each other: each function of a program that has as many frames as it may, what
	 * runs in the place of the last one, and each function of that.
	 */
	MAX_DETOURS = 3 * MAX_CALL_FRAMES,
	RUN_FRAMES = (1 + MAX_DETOURS) * MAX_CALL_FRAMES + MAX_TAIL_CALLS,
};

/* Why a run ended early: the first cause stays. */
struct fault {
	enum fault_kind kind;
	const struct prog *prog;
	uint32_t insn; /* slot */
	bool placed;   /* prog and insn are set; they are the engine's to set */
	char text[200];
};

/*
 * Interprets or runs machine code. prepare() makes prog->code once; run() runs the program from its
 * first instruction with rc->ctx in r1; call() runs one of its functions itself, whatever its
 * detour is, while the program runs. Both return r0; rc->fault tells whether that means anything.
 * thunk() is of engines that make machine code: makes to->code.
 */
struct engine {
	const char *name;
	int (*prepare)(struct prog *prog, struct diag *d);
	uint64_t (*run)(struct run_ctx *rc, const struct prog *prog);
	uint64_t (*call)(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
			 const uint64_t arg[5]);
	int (*thunk)(struct detour *to, struct diag *d);
};

/* A lock that a run has. */
struct held_lock {
	struct map *map; /* in whose value it is; NULL: in an object */
	void *word;
};

/* The place that a program is attached to, as it is told. */
struct run_attach {
	uint64_t ip, cookie;
	uint32_t nargs; /* words of the context that are arguments */
	bool returns;	/* the word behind them is what was returned */
};

struct run_ctx {
	/* The first three are where jit_run() has them. */
	void *unwind; /* compiled code: where the run's own frame on the native stack is */
	void *ctx;    /* r1 at entry */
	uint64_t ctx_size; /* r2 at entry, for programs over plain memory */
	const struct engine *engine;
	const struct prog *prog; /* running now; a tail call changes it */
	uint8_t *stack;		 /* RUN_FRAMES * STACK_SIZE, the first frame lowest */
	uint32_t depth;		 /* frames in use */
	uint32_t tail_calls;
	uint32_t detours; /* that are running */
	uint32_t cpu;
	uint32_t nesting; /* of callbacks */
	uint64_t budget;  /* instructions left; only checked engines count */
	uint64_t steps;	  /* instructions run, by engines that count */
	uint64_t missed;  /* loads that found nothing and gave 0 (BPF_PROBE_MEM) */
	struct packet *pkt; /* NULL: the program has none */
	struct runtime *rt;
	struct mem *mem; /* what may be touched; NULL: the program was proved, nothing is checked */
	struct held_lock lock; /* that the program has; word NULL: none */
	struct held_lock res_locks[8]; /* resilient ones */
	uint32_t nres_locks;
	const struct run_attach *attach; /* NULL: as rt->attach has it */
	uint64_t *session; /* what its program keeps from the entry to the return; NULL: rt's */
	const struct prog *tail; /* set by the tail_call helper: go there */
	struct fault fault;
	uint64_t thrown;
};

/* Are all frames in use that the run may have now? */
static inline bool run_is_deep(const struct run_ctx *rc)
{
	return rc->depth >= MAX_CALL_FRAMES * (1 + rc->detours) + rc->tail_calls;
}

/* Records why the run ends, unless it already does; the engine adds where. */
void run_fault(struct run_ctx *rc, enum fault_kind kind, const char *fmt, ...) __printf(3, 4);

#endif
