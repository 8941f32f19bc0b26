/*
 * Where machine code spends its time. A timer interrupts the thread that runs programs, every so
 * many nanoseconds, and each time it is asked in which instruction of which program the machine
 * was, or in what function of C that an instruction calls, and who called. Nothing is put into the
 * code.
 *
 * Functions of C leave no trace of their frames: who has called them is found by looking at the
 * stack for addresses behind calls of ours. A call may be seen there that ended already; callers
 * that contradict those further out are left away.
 */
#ifndef JIT_SAMPLE_H
#define JIT_SAMPLE_H

#include "core/obj/prog.h"

struct jit_place {
	const struct prog *prog;
	uint32_t slot;
};

enum { JIT_DEPTH = 20 };

/* Found so often. */
struct jit_stack {
	uint64_t samples;
	uint32_t n;
	bool in_call; /* in what the first place calls, not in it */
	struct jit_place places[JIT_DEPTH]; /* the innermost first */
};

struct jit_sampler;

/*
 * This thread, from now on until jit_sample_stop(); one at a time in a process. base is an address
 * of the stack, above all that runs programs. NULL: there is no such timer here.
 */
struct jit_sampler *jit_sample_start(uint64_t ns, const void *base);
/* Where it was found, in no order. */
const struct jit_stack *jit_samples(const struct jit_sampler *s, size_t *n);
/* How often it was found there, and how often there was no more room to say where. */
uint64_t jit_sample_count(const struct jit_sampler *s);
uint64_t jit_sample_dropped(const struct jit_sampler *s);
void jit_sample_stop(void);
void jit_sample_free(struct jit_sampler *s);

#endif
