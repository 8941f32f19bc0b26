#include "jit/sample.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/hash.h"
#include "core/helper/proto.h"
#include "jit/code.h"
#include "jit/jit.h"

enum { STACKS = 8192 }; /* a power of two */

struct jit_sampler {
	uintptr_t base;
	uint64_t count, dropped;
	size_t n;
	struct jit_stack stacks[STACKS]; /* those before n, by first come */
	uint32_t by_hash[2 * STACKS];	 /* 1 more than their number; 0: free */
};

/* A signal's handler has nothing but what is the process's. */
static struct jit_sampler *_Atomic sampler;

/* Behind an instruction's code lies that of another: a return address is in the one before. */
static bool find_place(uintptr_t pc, struct jit_place *out)
{
	const struct code *code = code_find(pc);
	const struct jit_code *jc = code ? code->owner : NULL;
	uint32_t next;

	if (!jc)
		return false;
	out->prog = jc->prog;
	out->slot = jit_slot(jc, (uint32_t)(pc - (uintptr_t)code->at), &next);
	return out->slot < jc->prog->ninsns;
}

static bool is_call(const struct jit_place *p)
{
	return insn_descs[p->prog->ops[p->slot]].flags & (INSN_CALLS | INSN_LEGACY);
}

/* Can code of programs run inside of what the place calls? */
static bool calls_programs(const struct jit_place *p)
{
	switch (p->prog->ops[p->slot]) {
	case OP_CALL:
		return helper_facts(p->prog->insns[p->slot].imm) & HELPER_CALLS_BACK;
	case OP_CALL_LOCAL:
	case OP_CALLX:
		return true;
	default:
		return false;
	}
}

/* Calls that the stack says are under way, the innermost first; sanitizers mind their words. */
__attribute__((no_sanitize("address"))) static uint32_t find_calls(uintptr_t sp, uintptr_t base,
								    struct jit_place *out)
{
	uint32_t n = 0;

	for (uintptr_t at = sp & -sizeof(uintptr_t); at < base; at += sizeof(uintptr_t)) {
		uintptr_t word = *(const uintptr_t *)at;

		if (!find_place(word - 1, &out[n]) || !is_call(&out[n]))
			continue;
		/* Those further out matter more. */
		if (++n == JIT_DEPTH - 1) {
			memmove(out, out + 1, (n - 1) * sizeof(*out));
			n--;
		}
	}
	return n;
}

/*
 * Behind a call that does not come back to programs there is none, if the machine is in C; else
 * that call is none.
 */
static uint32_t drop_false(struct jit_place *calls, uint32_t n, bool in_call)
{
	uint32_t kept = n;

	for (uint32_t i = n; i-- > 0;) {
		if (!calls_programs(&calls[i]) && !in_call)
			continue;
		calls[--kept] = calls[i];
		if (!calls_programs(&calls[i]))
			break;
	}
	memmove(calls, calls + kept, (n - kept) * sizeof(*calls));
	return n - kept;
}

static void add(struct jit_sampler *s, const struct jit_stack *found)
{
	uint64_t hash = hash_mem(found->places, found->n * sizeof(*found->places)) + found->in_call;
	uint32_t at = (uint32_t)hash;

	for (;; at++) {
		uint32_t *entry = &s->by_hash[at % ARRAY_SIZE(s->by_hash)];
		struct jit_stack *old = *entry ? &s->stacks[*entry - 1] : NULL;

		if (!old && s->n == STACKS) {
			s->dropped++;
			return;
		}
		if (!old) {
			s->stacks[s->n++] = *found;
			*entry = (uint32_t)s->n;
			return;
		}
		if (old->n == found->n && old->in_call == found->in_call &&
		    memcmp(old->places, found->places, old->n * sizeof(*old->places)) == 0) {
			old->samples++;
			return;
		}
	}
}

static void on_tick(int sig __unused, siginfo_t *info __unused, void *context)
{
	struct jit_sampler *s = atomic_load(&sampler);
	struct jit_stack found;
	struct jit_place *calls;
	uintptr_t pc, sp;

	if (!s)
		return;
	/* What pads places is part of what is hashed. */
	memset(&found, 0, sizeof(found));
	found.samples = 1;
	jit_target->where(context, &pc, &sp);
	found.in_call = !find_place(pc, &found.places[0]);
	calls = &found.places[!found.in_call];
	found.n = drop_false(calls, find_calls(sp, s->base, calls), found.in_call);
	found.n += !found.in_call;
	if (!found.n)
		return;
	s->count++;
	add(s, &found);
}

struct jit_sampler *jit_sample_start(uint64_t ns, const void *base)
{
	struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
	struct itimerspec every = {.it_interval.tv_nsec = (long)ns, .it_value.tv_nsec = (long)ns};
	struct sigevent to_us = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	struct jit_sampler *s;
	timer_t timer;

	if (!jit_target || !jit_target->where)
		return NULL;
	to_us._sigev_un._tid = gettid();
	s = xcalloc(1, sizeof(*s));
	s->base = (uintptr_t)base;
	atomic_store(&sampler, s);
	if (sigaction(SIGPROF, &action, NULL) == 0 &&
	    timer_create(CLOCK_MONOTONIC, &to_us, &timer) == 0 &&
	    timer_settime(timer, 0, &every, NULL) == 0)
		return s;
	jit_sample_stop();
	jit_sample_free(s);
	return NULL;
}

const struct jit_stack *jit_samples(const struct jit_sampler *s, size_t *n)
{
	*n = s->n;
	return s->stacks;
}

uint64_t jit_sample_count(const struct jit_sampler *s)
{
	return s->count;
}

uint64_t jit_sample_dropped(const struct jit_sampler *s)
{
	return s->dropped;
}

/* In the sandbox the timer can no longer be stopped, but nobody has to hear it. */
void jit_sample_stop(void)
{
	sigset_t tick;

	sigemptyset(&tick);
	sigaddset(&tick, SIGPROF);
	pthread_sigmask(SIG_BLOCK, &tick, NULL);
	atomic_store(&sampler, NULL);
}

void jit_sample_free(struct jit_sampler *s)
{
	free(s);
}
