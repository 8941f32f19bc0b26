#include "core/base/fault.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>

/*
 * Copies byte by byte and returns how many were left; a fault anywhere inside goes on at
 * fault_copy_done, with the count still in its register. Hidden, since linkers for arm64 give two
 * labels of a section one entry in the table of addresses that others are found by.
 */
#pragma GCC visibility push(hidden)
size_t fault_copy_bytes(void *dst, const void *src, size_t n);
extern const char fault_copy_done[];
#pragma GCC visibility pop

#if defined(__x86_64__)
__asm__(".text\n"
	".type fault_copy_bytes, @function\n"
	"fault_copy_bytes:\n"
	"	mov %rdx, %rcx\n"
	"	rep movsb\n"
	"fault_copy_done:\n"
	"	mov %rcx, %rax\n"
	"	ret\n"
	".size fault_copy_bytes, . - fault_copy_bytes\n");

static uintptr_t get_pc(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

static uintptr_t get_sp(const ucontext_t *uc)
{
	return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

static uintptr_t get_lr(const ucontext_t *uc __unused)
{
	return 0;
}

static void set_pc(ucontext_t *uc, uintptr_t pc)
{
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}
#elif defined(__aarch64__)
__asm__(".text\n"
	".type fault_copy_bytes, @function\n"
	"fault_copy_bytes:\n"
	"	cbz x2, fault_copy_done\n"
	"	ldrb w3, [x1], #1\n"
	"	strb w3, [x0], #1\n"
	"	sub x2, x2, #1\n"
	"	b fault_copy_bytes\n"
	"fault_copy_done:\n"
	"	mov x0, x2\n"
	"	ret\n"
	".size fault_copy_bytes, . - fault_copy_bytes\n");

static uintptr_t get_pc(const ucontext_t *uc)
{
	return uc->uc_mcontext.pc;
}

static uintptr_t get_sp(const ucontext_t *uc)
{
	return uc->uc_mcontext.sp;
}

static uintptr_t get_lr(const ucontext_t *uc)
{
	return uc->uc_mcontext.regs[30];
}

static void set_pc(ucontext_t *uc, uintptr_t pc)
{
	uc->uc_mcontext.pc = pc;
}
#else
#error "fault_copy_bytes needs a few instructions for this machine"
#endif

static struct {
	pthread_once_t once, once_last;
	pthread_mutex_t lock; /* of who adds and removes; the handler only reads */
	_Atomic(struct fault_range *) ranges;
	_Atomic(fault_fn *) catcher;
	_Atomic(fault_last_fn *) last;
	void *last_arg;
	struct sigaction before[7];
} faults = {.once = PTHREAD_ONCE_INIT, .once_last = PTHREAD_ONCE_INIT,
	      .lock = PTHREAD_MUTEX_INITIALIZER};

/* Behind the first few, those that are of interest to last words alone. */
static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGTRAP, SIGILL, SIGABRT, SIGALRM};
enum { ALWAYS = 4 };

static struct fault_range *find_range(uintptr_t addr)
{
	struct fault_range *r = atomic_load(&faults.ranges);

	while (r && addr - atomic_load(&r->start) >= r->size)
		r = r->next;
	return r;
}

/* Zero pages in place of what the file does not hold any longer; mmap() is a bare system call. */
static bool bury(uintptr_t addr)
{
	struct fault_range *r = find_range(addr);
	int saved = errno;
	void *p;

	if (!r)
		return false;
	p = mmap((void *)atomic_load(&r->start), r->size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0);
	atomic_store(&r->dead, true);
	errno = saved;
	return p != MAP_FAILED;
}

static void pass_on(int sig, siginfo_t *info, void *uc)
{
	const struct sigaction *before = faults.before;

	for (size_t i = 0; signals[i] != sig; i++)
		before++;
	if (before->sa_flags & SA_SIGINFO)
		before->sa_sigaction(sig, info, uc);
	else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN)
		before->sa_handler(sig);
	else
		signal(sig, SIG_DFL); /* the access faults again, for good */
	if (sig == SIGTRAP && before->sa_handler == SIG_DFL)
		raise(sig); /* behind a breakpoint nothing does again */
}

static void ask_last(int sig, const siginfo_t *info, const ucontext_t *uc)
{
	fault_last_fn *fn = atomic_load(&faults.last);
	struct fault_last f = {
		.sig = sig,
		.pc = get_pc(uc),
		.sp = get_sp(uc),
		.lr = get_lr(uc),
		.address = (uintptr_t)info->si_addr,
		.is_address = (sig == SIGSEGV || sig == SIGBUS) && info->si_code > 0 &&
			      info->si_code != SI_KERNEL,
	};

	if (fn)
		fn(faults.last_arg, &f);
}

static void on_fault(int sig, siginfo_t *info, void *uc)
{
	fault_fn *catcher = atomic_load(&faults.catcher);
	uintptr_t pc = get_pc(uc);

	if (sig == SIGBUS && bury((uintptr_t)info->si_addr))
		return;
	if (catcher && catcher(sig, pc, (uintptr_t)info->si_addr, uc))
		return;
	if (sig != SIGTRAP && pc >= (uintptr_t)fault_copy_bytes && pc < (uintptr_t)fault_copy_done)
		set_pc(uc, (uintptr_t)fault_copy_done);
	else {
		ask_last(sig, info, uc);
		pass_on(sig, info, uc);
	}
}

static void on_end(int sig, siginfo_t *info, void *uc)
{
	ask_last(sig, info, uc);
	if (sig != SIGALRM) /* whose timer may run on */
		pass_on(sig, info, uc);
}

/* Handlers read memory that may not be there: their own faults are not the end either. */
static void install_some(size_t first, size_t end, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = {
		.sa_sigaction = handler,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART,
	};

	sigemptyset(&action.sa_mask);
	for (size_t i = first; i < end; i++)
		sigaction(signals[i], &action, &faults.before[i]);
}

static void install(void)
{
	install_some(0, ALWAYS, on_fault);
}

static void install_last(void)
{
	install_some(ALWAYS, ARRAY_SIZE(signals), on_end);
}

/* Ranges are reused but never freed: a handler may be looking at one at any time. */
struct fault_range *fault_watch(void *start, size_t size)
{
	struct fault_range *r;

	pthread_once(&faults.once, install);
	pthread_mutex_lock(&faults.lock);
	for (r = atomic_load(&faults.ranges); r && atomic_load(&r->start); r = r->next)
		;
	if (!r && (r = calloc(1, sizeof(*r)))) {
		r->next = atomic_load(&faults.ranges);
		atomic_store(&faults.ranges, r);
	}
	if (r) {
		r->size = size;
		atomic_store(&r->dead, false);
		atomic_store(&r->start, (uintptr_t)start);
	}
	pthread_mutex_unlock(&faults.lock);
	return r;
}

void fault_unwatch(struct fault_range *range)
{
	pthread_mutex_lock(&faults.lock);
	range->size = 0;
	atomic_store(&range->start, 0);
	pthread_mutex_unlock(&faults.lock);
}

int fault_copy(void *dst, const void *src, size_t n)
{
	pthread_once(&faults.once, install);
	return fault_copy_bytes(dst, src, n) ? -EFAULT : 0;
}

void fault_catch(fault_fn *fn)
{
	pthread_once(&faults.once, install);
	atomic_store(&faults.catcher, fn);
}

/* Of the process's lifetime, as the handler is. */
static int give_stack(void)
{
	enum { SIZE = 64 * 1024 };
	stack_t stack = {.ss_size = SIZE};

	stack.ss_sp = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return stack.ss_sp == MAP_FAILED || sigaltstack(&stack, NULL) ? -errno : 0;
}

int fault_last(fault_last_fn *fn, void *arg)
{
	int err = fn ? give_stack() : 0;

	pthread_once(&faults.once, install);
	if (err)
		return err;
	faults.last_arg = arg;
	atomic_store(&faults.last, fn);
	if (fn)
		pthread_once(&faults.once_last, install_last);
	return 0;
}
