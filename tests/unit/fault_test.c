#include "core/base/fault.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

enum { PAGE = 4096 };

static sigjmp_buf own;

static void own_handler(int sig)
{
	siglongjmp(own, sig);
}

static void test_truncated(void)
{
	int fd = memfd_create("fault", MFD_CLOEXEC), other = memfd_create("other", MFD_CLOEXEC);
	struct fault_range *r, *s;
	volatile uint8_t *p, *q;

	CHECK(ftruncate(fd, 4 * PAGE) == 0 && ftruncate(other, PAGE) == 0);
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	q = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, other, 0);
	r = fault_watch((void *)p, 4 * PAGE);
	s = fault_watch((void *)q, PAGE);
	p[0] = p[3 * PAGE] = q[0] = 7;
	CHECK(ftruncate(fd, PAGE) == 0 && !fault_is_dead(r));
	CHECK(p[0] == 7, "what is left stays");
	CHECK(p[3 * PAGE] == 0 && fault_is_dead(r));
	p[2 * PAGE] = 5;
	CHECK(p[0] == 0 && p[2 * PAGE] == 5, "all of it is memory of our own now");
	CHECK(q[0] == 7 && !fault_is_dead(s), "other ranges live on");
	fault_unwatch(r);
	munmap((void *)p, 4 * PAGE);
	CHECK(fault_watch((void *)q, PAGE) == r && !fault_is_dead(r), "ranges are used again");
	fault_unwatch(r);
	fault_unwatch(s);
	munmap((void *)q, PAGE);
	close(fd);
	close(other);
}

static void test_copy(void)
{
	uint8_t *p =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char to[16] = "";

	memcpy(p + PAGE - 4, "abcd", 4);
	mprotect(p + PAGE, PAGE, PROT_NONE);
	CHECK(fault_copy(to, p + PAGE - 4, 4) == 0 && memcmp(to, "abcd", 4) == 0);
	CHECK(fault_copy(to, p + PAGE - 4, 5) == -EFAULT);
	CHECK(fault_copy(to, NULL, 1) == -EFAULT && fault_copy(NULL, to, 1) == -EFAULT);
	CHECK(fault_copy(to, NULL, 0) == 0);
	CHECK(fault_copy(to, (void *)(uintptr_t)0xdead000000000000, 8) == -EFAULT, "not canonical");
	munmap(p, 2 * PAGE);
}

/* Faults that are not ours reach the handler that was there before. */
static void test_chain(void)
{
	volatile int *volatile nowhere = (volatile int *)64;

	if (sigsetjmp(own, 1) == 0) {
		*nowhere = 1;
		__asm__ volatile("" ::: "memory"); /* nothing moves in front of the access */
		CHECK(false, "the access went on");
	} else {
		CHECK(true);
	}
}

/* ---- last words ---- */

enum { SAID = 40 };

/* Reads what is not there, as who looks at a stack does, and goes on. */
static void say_last(void *arg, const struct fault_last *f)
{
	char c;

	if (fault_copy(&c, arg, 1) != -EFAULT)
		_exit(1);
	if (f->sig == SIGSEGV && f->is_address)
		_exit(f->address - f->sp + PAGE < 2 * PAGE ? SAID + 1 : SAID);
	_exit(SAID + 1 + f->sig);
}

static int recurse(int n)
{
	volatile char room[256];

	room[n % 256] = 1;
	return n < 1 << 30 ? recurse(n + 1) + room[n % 256] : 0;
}

static void end_by(int how)
{
	volatile int *volatile nowhere = (volatile int *)64;

	fault_last(say_last, (void *)8);
	if (how == 0)
		*nowhere = 1;
	else if (how == 1)
		recurse(0);
	else
		raise(how - 1);
}

static void test_last(void)
{
	static const int hows[] = {0, 1, SIGILL + 1, SIGABRT + 1, SIGALRM + 1, SIGTRAP + 1};

	for (size_t i = 0; i < ARRAY_SIZE(hows); i++) {
		int status = 0;
		pid_t child = fork();

		if (!child) {
			end_by(hows[i]);
			_exit(0);
		}
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == SAID + hows[i]);
	}
}

/* Who is asked no more says nothing, and what was there before goes on. */
static void test_forgotten(void)
{
	CHECK(fault_last(say_last, (void *)8) == 0 && fault_last(NULL, NULL) == 0);
	test_chain();
}

int main(void)
{
	signal(SIGSEGV, own_handler);
	test_truncated();
	test_copy();
	test_chain();
	test_last();
	test_forgotten();
	return unit_report();
}
