/*
 * The filter is classic BPF (linux/seccomp.h): the machine, then a binary search for the call's
 * number, since the kernel tries a filter on all numbers there are when it takes it. Memory never
 * becomes executable: the code that runs was made before.
 */
#include "cmd/sandbox.h"

#include <asm/ioctls.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#else
#define MACHINE 0
#endif

/* What mmap() and mprotect() call executable memory; only jit/code.c asks for it. */
#define EXECUTABLE 4

enum rule { ANY, WITHOUT, WITH };

/* A call that is allowed: always, or if an argument has none of some bits, or is a value. */
struct call {
	uint32_t nr;
	uint8_t kind; /* enum sandbox: who has it */
	uint8_t rule;
	uint8_t arg;
	uint32_t value;
};

static const struct call calls[] = {
	{SYS_read, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_write, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_readv, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_writev, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_pread64, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_pwrite64, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_lseek, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_close, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_fstat, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_newfstatat, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_fcntl, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_ftruncate, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_fallocate, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_fsync, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_ioctl, SANDBOX_CLOSED, WITH, 1, TCGETS},
	{SYS_mmap, SANDBOX_CLOSED, WITHOUT, 2, EXECUTABLE},
	{SYS_mprotect, SANDBOX_CLOSED, WITHOUT, 2, EXECUTABLE},
	{SYS_munmap, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_mremap, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_madvise, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_brk, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_futex, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_clock_gettime, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_clock_nanosleep, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_timer_settime, SANDBOX_CLOSED, ANY, 0, 0},
	/* of threads that begin and end meanwhile */
	{SYS_sigaltstack, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_set_robust_list, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_rseq, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_membarrier, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_restart_syscall, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_getrandom, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_getpid, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_gettid, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_sysinfo, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_sched_getaffinity, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_rt_sigaction, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_rt_sigprocmask, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_rt_sigreturn, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_exit, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_exit_group, SANDBOX_CLOSED, ANY, 0, 0},
	{SYS_openat, SANDBOX_FILES, ANY, 0, 0},
	{SYS_getdents64, SANDBOX_FILES, ANY, 0, 0},
	{SYS_statx, SANDBOX_FILES, ANY, 0, 0},
	{SYS_fstatfs, SANDBOX_FILES, ANY, 0, 0},
	{SYS_unlinkat, SANDBOX_FILES, ANY, 0, 0},
	{SYS_renameat2, SANDBOX_FILES, ANY, 0, 0},
	{SYS_linkat, SANDBOX_FILES, ANY, 0, 0},
	{SYS_fchmod, SANDBOX_FILES, ANY, 0, 0},
	{SYS_umask, SANDBOX_FILES, ANY, 0, 0}, /* what a new file's mode is */
#ifdef SYS_unlink
	{SYS_unlink, SANDBOX_FILES, ANY, 0, 0},
	{SYS_rename, SANDBOX_FILES, ANY, 0, 0},
	{SYS_link, SANDBOX_FILES, ANY, 0, 0},
#endif
};

enum { LEAF_MAX = 6, FILTER_MAX = 4 + ARRAY_SIZE(calls) * (LEAF_MAX + 1) };

struct filter {
	struct sock_filter insns[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, uint16_t code, uint8_t yes, uint8_t no, uint32_t k)
{
	f->insns[f->n++] = (struct sock_filter){code, yes, no, k};
}

static void add_answer(struct filter *f, bool allowed)
{
	add(f, BPF_RET | BPF_K, 0, 0,
	    allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM);
}

static void add_load(struct filter *f, size_t offset)
{
	add(f, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void add_call(struct filter *f, const struct call *c)
{
	add(f, BPF_JMP | BPF_JEQ | BPF_K, 0, c->rule == ANY ? 1 : 3, c->nr);
	if (c->rule != ANY) {
		add_load(f, offsetof(struct seccomp_data, args[c->arg]));
		add(f, BPF_JMP | BPF_K | (c->rule == WITH ? BPF_JEQ : BPF_JSET),
		    c->rule == WITHOUT, c->rule == WITH, c->value);
	}
	add_answer(f, true);
	add_answer(f, false);
}

/* Of sorted calls: the half that the number is in. */
static void add_search(struct filter *f, const struct call *c, size_t n)
{
	unsigned short at = f->n;

	if (n == 1) {
		add_call(f, c);
		return;
	}
	add(f, BPF_JMP | BPF_JGE | BPF_K, 0, 0, c[n / 2].nr);
	add_search(f, c, n / 2);
	f->insns[at].jt = (uint8_t)(f->n - at - 1);
	add_search(f, c + n / 2, n - n / 2);
}

static int by_number(const void *a, const void *b)
{
	const struct call *x = a, *y = b;

	return x->nr < y->nr ? -1 : x->nr > y->nr;
}

bool sandbox_enter(enum sandbox kind)
{
	struct call allowed[ARRAY_SIZE(calls)];
	struct filter f = {.n = 0};
	struct sock_fprog prog = {.filter = f.insns};
	size_t n = 0;

	if (!MACHINE)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].kind <= kind)
			allowed[n++] = calls[i];
	qsort(allowed, n, sizeof(*allowed), by_number);
	add_load(&f, offsetof(struct seccomp_data, arch));
	add(&f, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, MACHINE);
	add_answer(&f, false);
	add_load(&f, offsetof(struct seccomp_data, nr));
	add_search(&f, allowed, n);
	prog.len = f.n;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC,
		       &prog) == 0;
}
