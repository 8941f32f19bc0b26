/*
 * Running: one run of a program from entry to verdict, and what engines need while it lasts. Helper
 * bodies are HELPER_FN(name, args...) in the h_*.c files and rows of bodies.def; a helper without a
 * body is known, and ends the run by name when it is called.
 */
#ifndef CORE_RUN_RUN_H
#define CORE_RUN_RUN_H

#include "core/helper/helper.h"
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

#define BODY(name) helper_fn helper_##name;
#include "core/run/bodies.def"

/* By id; NULL without a body. */
extern helper_fn *const run_helpers[HELPER_ID_LIMIT];

static inline bool run_has_helper(int32_t id)
{
	return id > 0 && id < HELPER_ID_LIMIT && run_helpers[id];
}

/* Flags of helpers of ring buffers; nobody sleeps on one here. */
enum { RING_NO_WAKEUP = 1, RING_FORCE_WAKEUP = 2 };

/* run.c */
/* What the two-slot instruction at a slot loads in this process; NULL, or why it cannot. */
const char *run_imm64(const struct prog *prog, uint32_t at, uint64_t *out);
/* All of a program's. */
int run_check_imm64s(const struct prog *prog, struct diag *d);
/*
 * One run: rc->stack is there, rc->ctx and rc->pkt are what the program is to see. *retval is r0
 * and means nothing after a fault, which is -EFAULT and told by rc->fault.
 */
int run_once(struct run_ctx *rc, const struct prog *prog, uint64_t *retval);
/* Gives a lock in a value back that the program has. */
void run_unlock(struct run_ctx *rc);
/* Adds what is known of the fault, in lines: what, the instruction, its source. */
void run_fault_text(const struct run_ctx *rc, struct strbuf *b);

#endif
