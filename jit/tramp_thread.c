/*
 * The threads that come by trampolines, and when what they may be in can be freed.
 *
 * A thread counts itself in and out with plain stores (jit/tramp.h). Whoever retires an image has
 * stored the new one's address before; a barrier on all threads (membarrier(2)) then tells apart
 * those that have counted themselves in, which may have seen the old address, and those that will
 * see the new one. The former are waited for: until they are out, or have been out since.
 *
 * Threads, retired images and numbers of programs are this process's, as is its memory.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/tramp_code.h"

/* A barrier is dear: as many images share one. */
enum { BATCH = 16 };

struct retired {
	struct code **v;
	size_t n, cap;
};

static struct {
	pthread_once_t once;
	pthread_key_t key;
	pthread_mutex_t lock;
	bool has_barrier;
	struct tramp_home home;
	struct tramp_thread *threads;
	struct retired waiting, later; /* of this grace period, and of the next one */
	uint32_t links[TRAMP_GUARDS];  /* of the program that has each guard; 0: nobody has it */
} all = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct run_ctx *self __attribute__((tls_model("initial-exec")));

static struct tramp_thread *thread_of(struct run_ctx *rc)
{
	return container_of(rc, struct tramp_thread, rc);
}

static void forget_thread(void *arg)
{
	struct tramp_thread *t = arg, **at = &all.threads;

	pthread_mutex_lock(&all.lock);
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	pthread_mutex_unlock(&all.lock);
	self = NULL;
	free(t);
}

static void open_all(void)
{
	pthread_key_create(&all.key, forget_thread);
	all.has_barrier =
		syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
}

int32_t tramp_self(void)
{
	const char *at = (const char *)&self;

	/* Else GCC loads half of the distance, which the linker does not know how to relax. */
	__asm__("" : "+r"(at));
	return (int32_t)(at - (const char *)__builtin_thread_pointer());
}

/* The lowest cpu number that no thread has: maps know by it who has a lock. */
static uint32_t free_cpu(void)
{
	const struct tramp_thread *t = all.threads;
	uint32_t cpu = 0;

	while (t) {
		bool taken = t->rc.cpu == cpu;

		cpu += taken;
		t = taken ? all.threads : t->next;
	}
	return cpu;
}

/* Threads have nothing in common but where their output goes. */
static struct run_ctx *add_thread(struct runtime *rt)
{
	struct tramp_thread *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	pthread_mutex_lock(&all.lock);
	t->rc.cpu = free_cpu();
	if (all.home.rt && t->rc.cpu >= max(all.home.rt->ncpus, 1u)) {
		pthread_mutex_unlock(&all.lock);
		free(t);
		return NULL;
	}
	if (!rt && all.home.rt) {
		t->rt = *all.home.rt;
		t->rt.heap = NULL;
		t->rt.armed = NULL;
		t->rt.seq = (struct strbuf){0};
	}
	t->rc.rt = rt ? rt : &t->rt;
	t->rc.engine = all.home.engine;
	t->next = all.threads;
	all.threads = t;
	pthread_mutex_unlock(&all.lock);
	pthread_setspecific(all.key, t);
	return self = &t->rc;
}

struct run_ctx *tramp_come(void)
{
	return self ? self : add_thread(NULL);
}

void tramp_home(const struct tramp_home *home)
{
	pthread_once(&all.once, open_all);
	pthread_mutex_lock(&all.lock);
	all.home = *home;
	pthread_mutex_unlock(&all.lock);
	if (!self)
		add_thread(home->rt);
	else
		self->rt = home->rt;
	if (self)
		self->engine = home->engine;
}

bool tramp_counts(void)
{
	return all.home.stats;
}

/* Low ones first: images are shorter with them. */
int tramp_guard(struct tramp_link *link)
{
	uint32_t *guard = &link->prog->counts.guard, i = 0;

	while (!*guard && i < TRAMP_GUARDS && all.links[i])
		i++;
	if (i == TRAMP_GUARDS)
		return -E2BIG;
	if (!*guard)
		*guard = i + 1;
	all.links[*guard - 1]++;
	link->guard = *guard;
	return 0;
}

void tramp_unguard(const struct tramp_link *link)
{
	if (--all.links[link->guard - 1] == 0)
		link->prog->counts.guard = 0;
}

/* ---- called by images ---- */

uint64_t tramp_fail(struct run_ctx *rc)
{
	const struct tramp_link *link = container_of(rc->attach, struct tramp_link, attach);
	uint64_t answer = run_drop(rc);

	thread_of(self)->guards[TRAMP_GUARDS - link->guard] = 0;
	if (rc->fault.kind && all.home.fault)
		all.home.fault(all.home.arg, rc);
	rc->fault.kind = FAULT_NONE;
	rc->fault.placed = false;
	return answer;
}

uint64_t tramp_clock(void)
{
	return clock_ns();
}

void tramp_ran(const struct tramp_link *link, uint64_t since)
{
	struct prog_counts *counts = &link->prog->counts;

	__atomic_add_fetch(&counts->runs, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&counts->ns, clock_ns() - since, __ATOMIC_RELAXED);
}

/* ---- grace periods ---- */

static uint64_t load(const uint64_t *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static bool begin_period(void)
{
	if (!all.has_barrier || syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0))
		return false;
	for (struct tramp_thread *t = all.threads; t; t = t->next) {
		t->seen = load(&t->left);
		t->waits = load(&t->inside) != 0;
	}
	return true;
}

static bool is_period_over(void)
{
	bool over = true;

	for (struct tramp_thread *t = all.threads; t; t = t->next) {
		t->waits = t->waits && load(&t->inside) && load(&t->left) == t->seen;
		over = over && !t->waits;
	}
	return over;
}

/* Frees what can be; a new period begins when that many are there for it. */
static void free_retired(size_t batch)
{
	do {
		if (!all.waiting.n) {
			struct retired empty = all.waiting;

			if (all.later.n < batch || !all.later.n || !begin_period())
				return;
			all.waiting = all.later;
			all.later = empty;
		}
		if (!is_period_over())
			return;
		vec_each(&all.waiting, code)
			code_free(*code);
		all.waiting.n = 0;
	} while (all.later.n >= batch);
}

void tramp_retire(struct code *code)
{
	pthread_mutex_lock(&all.lock);
	vec_push(&all.later, code);
	free_retired(BATCH);
	pthread_mutex_unlock(&all.lock);
}

bool tramp_wait(void)
{
	size_t left;

	if (self && thread_of(self)->inside)
		return false;
	do {
		pthread_mutex_lock(&all.lock);
		free_retired(1);
		left = all.has_barrier ? all.waiting.n + all.later.n : 0;
		pthread_mutex_unlock(&all.lock);
		if (left)
			sched_yield();
	} while (left);
	return true;
}
