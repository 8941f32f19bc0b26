/*
 * Faults that are not the end, and those that are. The process gets one handler for SIGSEGV,
 * SIGBUS, SIGFPE and SIGTRAP, which passes on to the handler before it whatever is not about
 *
 *  - a watched mapping of a file that somebody truncated: zero pages take the place of the whole
 *    mapping, its range is marked dead and the access goes on. Code that uses the mapping pays
 *    nothing; it asks for `dead` where it can say so.
 *  - fault_copy(), whose source or destination need not exist;
 *  - code that somebody looks after (fault_catch()), and SIGFPE and SIGTRAP in it.
 *
 * The handler's list and the handlers before it are this process's, hence the only globals here.
 */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <stdatomic.h>

#include "core/base/base.h"

struct fault_range {
	_Atomic uintptr_t start; /* 0: free for another mapping */
	size_t size;
	atomic_bool dead; /* the file was cut short under the mapping */
	struct fault_range *next;
};

/* Watches a mapping until fault_unwatch(), which comes before munmap(). NULL: out of memory. */
struct fault_range *fault_watch(void *start, size_t size);
void fault_unwatch(struct fault_range *range);

static inline bool fault_is_dead(const struct fault_range *range)
{
	return atomic_load_explicit(&range->dead, memory_order_relaxed);
}

/* Copies n bytes; -EFAULT when some could not be read or written, how many is not told. */
int fault_copy(void *dst, const void *src, size_t n);

/*
 * Is asked about a signal at pc, with the address that was accessed; context is a ucontext_t, which
 * it may change. False: it is not about its code.
 */
typedef bool fault_fn(int sig, uintptr_t pc, uintptr_t address, void *context);
/* There is one such; asking again for it does nothing. */
void fault_catch(fault_fn *fn);

/* A signal that nobody looks after, where it would end the process. */
struct fault_last {
	int sig; /* SIGALRM, too: who sets a timer is told when it is over */
	uintptr_t pc, sp;
	uintptr_t lr; /* where the last call goes back to, of machines with such a register; or 0 */
	uintptr_t address; /* that was accessed */
	bool is_address;   /* it is known */
};

/*
 * The last words of a process: fn may end it, and must allocate nothing. The calling thread gets a
 * stack for handlers, so that one that has used up its own is told of, too. -errno: there is no
 * memory for that. NULL: nobody is asked any more.
 */
typedef void fault_last_fn(void *arg, const struct fault_last *f);
int fault_last(fault_last_fn *fn, void *arg);

#endif
