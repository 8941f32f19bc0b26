/*
 * When a library that plays the kernel crashes, or does not come back from a call, or a program
 * that is trusted comes to what nobody described: what it was, and where. All of it is said by a
 * handler of signals, which allocates nothing.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/run.h"
#include "core/base/fault.h"
#include "core/sys/kernel.h"

/* How much of the stack is looked at for the library's part in it. */
enum { STACK_WORDS = 4096, STACK_GUARD = 1 << 16 };

struct last_words {
	char text[768];
	size_t len;
};

static void __printf(2, 3) add(struct last_words *w, const char *fmt, ...)
{
	size_t room = sizeof(w->text) - w->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(w->text + w->len, room, fmt, ap);
	va_end(ap);
	w->len += min((size_t)max(n, 0), room - 1);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Is what is in front of an address a call that returns there? */
static bool is_behind_call(uintptr_t addr)
{
#ifdef __x86_64__
	enum { E8 = 5, FF_LONGEST = 7 };
	uint8_t code[FF_LONGEST];

	if (fault_copy(code, (const void *)(addr - sizeof(code)), sizeof(code)))
		return false;
	if (code[sizeof(code) - E8] == 0xe8)
		return true;
	for (size_t n = 2; n <= sizeof(code); n++) /* call r/m64 is FF /2 */
		if (code[sizeof(code) - n] == 0xff && (code[sizeof(code) - n + 1] & 0x38) == 0x10)
			return true;
	return false;
#else
	uint32_t insn;

	/* BL, BLR and its forms that authenticate */
	return addr % 4 == 0 && !fault_copy(&insn, (const void *)(addr - 4), sizeof(insn)) &&
	       ((insn & 0xfc000000) == 0x94000000 || (insn & 0xfefff000) == 0xd63f0000);
#endif
}

/* An address that a function may have signed. */
static uintptr_t strip(uintptr_t addr)
{
#ifdef __aarch64__
	register uintptr_t lr __asm__("x30") = addr;

	__asm__("hint #7" : "+r"(lr)); /* XPACLRI, if there is such */
	return lr;
#else
	return addr;
#endif
}

/* NULL: the address is not one that a call in the library goes back to. */
static const char *caller_at(const struct kernel *k, uintptr_t addr, uint64_t *offset)
{
	const char *name;

	addr = strip(addr);
	name = kernel_where(k, addr, offset);
	return name && *offset && is_behind_call(addr) ? name : NULL;
}

/* From which function of the library it came to where it is, as far as the stack shows. */
static const char *find_caller(const struct kernel *k, const struct fault_last *f, uint64_t *offset)
{
	const char *name = caller_at(k, f->lr, offset);
	uintptr_t word, sp = f->sp & -sizeof(word);

	for (size_t i = 0; i < STACK_WORDS && !name; i++) {
		if (fault_copy(&word, (const uintptr_t *)sp + i, sizeof(word)))
			return NULL;
		name = caller_at(k, word, offset);
	}
	return name;
}

static void add_place(struct last_words *w, const struct run *r, const struct fault_last *f)
{
	uint64_t offset = 0;
	const char *name = r->lib ? kernel_where(r->lib, f->pc, &offset) : NULL;
	const char *lib = base_name(r->o->kernel);
	Dl_info info;

	if (name) {
		add(w, ", in %s+0x%" PRIx64 " of %s", name, offset, lib);
		return;
	}
	if (!dladdr((const void *)f->pc, &info))
		add(w, ", at 0x%" PRIxPTR, f->pc);
	else if (info.dli_sname)
		add(w, ", in %s+0x%" PRIxPTR " of %s", info.dli_sname,
		    f->pc - (uintptr_t)info.dli_saddr, base_name(info.dli_fname));
	else
		add(w, ", at 0x%" PRIxPTR " of %s", f->pc - (uintptr_t)info.dli_fbase,
		    strncmp(info.dli_fname, "/proc/self/fd/", 14) == 0 ? lib
								       : base_name(info.dli_fname));
	name = r->lib ? find_caller(r->lib, f, &offset) : NULL;
	if (name)
		add(w, ", called from %s+0x%" PRIx64 " of %s", name, offset, lib);
}

/*
 * In the sandbox abort() cannot send itself a signal: it runs into an instruction that faults, or
 * a breakpoint.
 */
static bool is_abort(const struct fault_last *f)
{
	Dl_info info;

	if (f->sig != SIGSEGV && f->sig != SIGTRAP)
		return f->sig == SIGABRT;
	return dladdr((const void *)f->pc, &info) && info.dli_sname &&
	       strcmp(info.dli_sname, "abort") == 0;
}

static void add_access(struct last_words *w, const struct fault_last *f)
{
	if (!f->is_address)
		add(w, "access to an address that there cannot be");
	else if (f->address - (f->sp - STACK_GUARD) < 2 * STACK_GUARD)
		add(w, "its stack is used up");
	else
		add(w, "access to 0x%" PRIxPTR ", where no such memory is", f->address);
}

static void add_reason(struct last_words *w, const struct run *r, const struct fault_last *f)
{
	if (is_abort(f)) {
		add(w, "it calls abort()");
		return;
	}
	switch (f->sig) {
	case SIGALRM:
		add(w, "it did not come back within %" PRIu64 " s", r->o->patience);
		return;
	case SIGFPE:
		add(w, "a division that the machine cannot do");
		return;
	case SIGILL:
		add(w, "an instruction that the machine does not have");
		return;
	case SIGTRAP:
		add(w, "a breakpoint of nobody's");
		return;
	default:
		add_access(w, f);
	}
}

/* Did calls come back since the last tick? */
static bool comes_back(struct run *r)
{
	uint64_t before = r->made_before;

	return (r->made_before = r->made) != before;
}

static void end_with(struct run *r, const char *text)
{
	if (pthread_mutex_trylock(&r->saying) == 0)
		out_last(&r->out);
	fail_last(r->d, text);
	/* _exit() of a sanitizer's opens files. */
	syscall(SYS_exit_group, EXIT_TRAPPED);
}

static void on_last(void *arg, const struct fault_last *f)
{
	struct run *r = arg;
	bool is_ours = gettid() == getpid();
	struct last_words w = {0};

	/* Whatever else goes wrong is no library's fault. */
	if (is_ours && !r->doing)
		return;
	if (f->sig == SIGALRM && comes_back(r))
		return;
	if (!is_ours)
		add(&w, "a thread of ");
	add(&w, "%s: ", is_ours ? r->doing : base_name(r->o->kernel));
	add_reason(&w, r, f);
	add_place(&w, r, f);
	end_with(r, w.text);
}

/* Machine code ends with its own report (jit/exc.c), the interpreter and helpers do not. */
static void on_crash(void *arg, const struct fault_last *f)
{
	struct run *r = arg;
	struct last_words w = {0};

	if (f->sig == SIGALRM || f->sig == SIGABRT)
		return;
	add(&w, "program %s: ", r->vm.rc.prog ? r->vm.rc.prog->name : "?");
	add_reason(&w, r, f);
	add(&w, "; --engine check says which instruction it was");
	end_with(r, w.text);
}

int run_expect_crash(struct run *r)
{
	int err = r->lib || r->vm.rc.mem ? 0 : fault_last(on_crash, r);

	return err ? fail(r->d, NULL, err, "a stack for handlers: %s", strerror(-err)) : 0;
}

int run_expect_last(struct run *r)
{
	struct sigevent to_us = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGALRM};
	int err;

	to_us._sigev_un._tid = gettid();
	if (r->o->patience && timer_create(CLOCK_MONOTONIC, &to_us, &r->timer))
		return fail(r->d, NULL, -errno, "a timer: %s", strerror(errno));
	err = fault_last(on_last, r);
	return err ? fail(r->d, NULL, err, "a stack for handlers: %s", strerror(-err)) : 0;
}

void run_ask(struct run *r, const char *doing)
{
	struct itimerspec every = {0};

	r->made = r->made_before = UINT64_MAX;
	r->doing = doing;
	if (!r->o->patience)
		return;
	if (doing)
		every.it_interval.tv_sec = every.it_value.tv_sec = (time_t)r->o->patience;
	timer_settime(r->timer, 0, &every, NULL);
}
