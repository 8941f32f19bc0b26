/*
 * Running: one run of a program from entry to verdict, and what engines need while it lasts. Bodies
 * of helpers are HELPER_FN(name, args...) in the h_*.c files, of kernel functions KFUNC_FN(name,
 * args...) in the k_*.c files, and all are rows of bodies.def; what has no body is known, and ends
 * the run by name when it is called.
 */
#ifndef CORE_RUN_RUN_H
#define CORE_RUN_RUN_H

#include "core/helper/helper.h"
#include "core/helper/kfunc.h"
#include "core/obj/prog_type.h"
#include "core/obj/runctx.h"
#include "core/isa/insn.h"
#include "core/run/packet.h"

/*
 * A helper's body. Arguments are the registers, as many as it looks at, named:
 *	HELPER_FN(map_lookup_elem, map, key) { ... rc ... }
 */
#define HELPER_FN(name, ...) HELPER_FN_(name, ##__VA_ARGS__, r1_, r2_, r3_, r4_, r5_)
#define HELPER_FN_(name, a, b, c, d, e, ...)                                                       \
	uint64_t helper_##name(uint64_t a __unused, uint64_t b __unused, uint64_t c __unused,      \
			       uint64_t d __unused, uint64_t e __unused,                           \
			       struct run_ctx *rc __unused)

/* A kernel function's: KFUNC_FN(bpf_strlen, s) { ... rc ... } */
#define KFUNC_FN(name, ...) KFUNC_FN_(name, ##__VA_ARGS__, r1_, r2_, r3_, r4_, r5_)
#define KFUNC_FN_(name, a, b, c, d, e, ...)                                                        \
	uint64_t kfunc_##name(uint64_t a __unused, uint64_t b __unused, uint64_t c __unused,       \
			      uint64_t d __unused, uint64_t e __unused,                            \
			      struct run_ctx *rc __unused)

#define BODY(name) helper_fn helper_##name;
#define KFUNC_BODY(name) helper_fn kfunc_##name;
#include "core/run/bodies.def"

/* By id; NULL without a body. */
extern helper_fn *const run_helpers[HELPER_ID_LIMIT];
extern helper_fn *const run_kfuncs[KFUNC_COUNT];

static inline bool run_has_helper(const struct prog *prog, int32_t id)
{
	return id > 0 && id < HELPER_ID_LIMIT && prog->helpers[id];
}

/* Whose arguments are the kernel's own structs (tracing_prog_func_proto()). */
static inline bool sees_kernel_types(const struct run_ctx *rc)
{
	uint32_t type = rc->prog->type;

	return type == PROG_TYPE_TRACING || type == PROG_TYPE_LSM || type == PROG_TYPE_SYSCALL;
}

/* Flags of helpers of ring buffers; nobody sleeps on one here. */
enum { RING_NO_WAKEUP = 1, RING_FORCE_WAKEUP = 2 };

/* bind.c */
/*
 * Binds what a program calls to what runs; once, before it runs. A kernel function is known by the
 * name that the program's object has for it, or else by its id in the kernel's types. btf is the
 * program's own types or NULL, and outlives it.
 */
void run_bind(struct prog *prog, const struct btf *btf, struct btf_source *kernel);
/*
 * addr_space_cast: an arena's address as its users have it to one that programs load from, and
 * back; imm is the instruction's. NULL stays NULL.
 */
uint64_t run_cast(const struct prog *prog, int32_t imm, uint64_t addr);
/* The upper half of what that gives; of one to the program's side the whole of addr is or is no
 * NULL, of one to users its lower half. */
uint64_t run_cast_high(const struct prog *prog, int32_t imm);
/* The call at a slot, of a helper that has no body or is none: ends the run by its name. */
void run_fault_helper(struct run_ctx *rc, const struct prog *prog, uint32_t slot);
/* A call of a kernel function that has no body: ends the run by its name. */
void run_fault_kfunc(struct run_ctx *rc, const struct kfunc_call *call);

/* run.c */
/* What the two-slot instruction at a slot loads in this process; NULL, or why it cannot. */
const char *run_imm64(const struct prog *prog, uint32_t at, uint64_t *out);
/* Before a program first runs: binds what is not bound, looks at what its instructions load. */
int run_prepare(struct prog *prog, struct diag *d);
/* The same for engines that do not look at each instruction again: all that may run are right. */
int run_prepare_blind(struct prog *prog, struct diag *d);
/*
 * After a run that nobody began with run_once() was dropped in the middle: gives its locks back. If
 * it threw, that is no fault any more; the answer is what it threw, or what was made of it.
 */
uint64_t run_drop(struct run_ctx *rc);
/* What is to be done behind a run that ended in a fault or with locks: run_once()'s end. */
int run_end(struct run_ctx *rc, uint64_t *retval);
/* Gives a lock back that the program has. */
void run_unlock(struct run_ctx *rc, struct held_lock *lock);
/* One of the program's functions, which runs when no program does; -EFAULT after a fault. */
int run_callback(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
		 const uint64_t arg[5]);
/* One of the program's functions, or what runs in its place, while the program runs. */
uint64_t run_call(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
		  const uint64_t arg[5]);
/* What runs in a function's place; the program that called is the running one again afterwards. */
uint64_t run_detour(struct run_ctx *rc, const struct detour *to, const uint64_t arg[5]);
/* Hands text to where printk's lines go, a line at a time. */
void run_print(struct run_ctx *rc, const char *text, size_t len);
/* What an instruction loads from an address that may lead nowhere (BPF_PROBE_MEM). */
uint64_t run_probe(struct run_ctx *rc, const struct insn_desc *desc, uint64_t addr);
/* Where the program's register leads that an instruction with FACT_ARENA accesses memory by. */
static inline uint64_t run_arena_base(const struct prog *prog, uint64_t reg)
{
	return prog->pages_high | (uint32_t)reg;
}
/* May an instruction with FACT_ARENA write there? What it writes beside the pages goes nowhere. */
bool run_arena_has(struct run_ctx *rc, uint64_t addr, uint32_t size);
/*
 * Is a program's instruction at a slot such a load? Those that Linux trusts are, too: they lead to
 * what somebody described.
 */
bool run_is_probe(const struct prog *prog, uint32_t slot);
/* Has it FACT_ARENA? */
bool run_is_arena(const struct prog *prog, uint32_t slot);
/* Says what the program did to the world. */
void run_say(struct run_ctx *rc, const char *fmt, ...) __printf(2, 3);
/* Adds what is known of the fault, in lines: what, the instruction, its source. */
void run_fault_text(const struct run_ctx *rc, struct strbuf *b);

static inline void run_begin(struct run_ctx *rc, const struct prog *prog)
{
	rc->prog = prog;
	rc->depth = rc->tail_calls = rc->detours = 0;
	rc->fault.kind = FAULT_NONE;
}

/*
 * One run: rc->stack is there, rc->ctx and rc->pkt are what the program is to see. *retval is r0
 * and means nothing after a fault, which is -EFAULT and told by rc->fault. It is here because
 * short programs take no longer than the calls around them.
 */
static inline int run_once(struct run_ctx *rc, const struct prog *prog, uint64_t *retval)
{
	run_begin(rc, prog);
	*retval = rc->engine->run(rc, prog);
	if (likely(!rc->fault.kind && !rc->lock.word && !rc->nres_locks))
		return 0;
	return run_end(rc, retval);
}

#endif
