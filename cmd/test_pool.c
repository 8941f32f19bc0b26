/*
 * Jobs side by side, each in a child: what it writes on standard error is what is wrong, its exit
 * code is what became of it. Whatever a program does to its process, the other cases go on.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/test.h"
#include "core/base/clock.h"

enum { TEXT_MAX = 1 << 16 }; /* bytes that are kept of what a child says */

/* A child that is at work; pid 0: none. */
struct worker {
	struct test_job *job;
	pid_t pid;
	int fd;	   /* what it says */
	bool late; /* it was killed */
	uint64_t start;
};

struct pool {
	struct tests *t;
	struct worker *workers;
	struct pollfd *fds;
	uint32_t n, running;
	size_t next; /* job */
};

/* ---- children ---- */

int test_memory_file(void)
{
	return memfd_create("test", MFD_CLOEXEC);
}

static void become_child(const struct worker *w, int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	test_job_run(w->job);
}

static int start(struct pool *p, struct worker *w)
{
	struct test_job *job = &p->t->jobs.v[p->next++];
	int fds[2];

	*w = (struct worker){.job = job, .start = clock_ns()};
	job->file = job->compares ? test_memory_file() : -1;
	job->record = job->counts ? test_memory_file() : -1;
	if (pipe2(fds, O_CLOEXEC) != 0)
		return fail(p->t->d, NULL, -errno, "a pipe: %s", strerror(errno));
	fflush(NULL);
	w->pid = fork();
	if (w->pid == 0)
		become_child(w, fds[1]);
	close(fds[1]);
	w->fd = fds[0];
	if (w->pid < 0) {
		w->pid = 0;
		close(fds[0]);
		return fail(p->t->d, NULL, -errno, "fork: %s", strerror(errno));
	}
	p->running++;
	return 0;
}

/* ---- what became of them ---- */

static enum test_result judge(struct worker *w, int status, uint32_t timeout)
{
	struct strbuf *b = &w->job->text;

	if (w->late)
		strbuf_addf(b, "did not end within %u s\n", timeout);
	else if (WIFSIGNALED(status))
		strbuf_addf(b, "the process that ran it died: %s\n", strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == EXIT_SKIPPED)
		return TEST_SKIPPED;
	else if (WEXITSTATUS(status) == EXIT_YES)
		return TEST_PASSED;
	return TEST_FAILED;
}

/* The first line in which two texts differ, of each. */
static void say_difference(struct strbuf *b, const char *want, const char *got)
{
	size_t n, m;

	for (;;) {
		n = strcspn(want, "\n");
		m = strcspn(got, "\n");
		if (n != m || strncmp(want, got, n) != 0 || !*want)
			break;
		want += n + 1;
		got += m + 1;
	}
	strbuf_addf(b, "  - %.*s\n  + %.*s\n", (int)n, want, (int)m, got);
}

/* What an engine says that others said before is said once: the engines that say so. */
static bool said_before(const struct test_job *jobs, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (strcmp(strbuf_str(&jobs[k].text), strbuf_str(&jobs[i].text)) == 0)
			return true;
	return false;
}

static void join_text(struct test_case *test, const struct test_job *jobs)
{
	for (uint32_t i = 0; i < test->njobs; i++) {
		const char *text = strbuf_str(&jobs[i].text), *comma = "on engine ";

		if (!*text || said_before(jobs, i))
			continue;
		for (uint32_t k = i; jobs[i].compares && k < test->njobs; k++) {
			if (strcmp(text, strbuf_str(&jobs[k].text)) != 0)
				continue;
			strbuf_addf(&test->text, "%s%s", comma, jobs[k].engine->name);
			comma = ", ";
		}
		strbuf_addf(&test->text, "%s%s", jobs[i].compares ? ":\n" : "", text);
	}
}

/* All engines that ran a case are to have answered as the first of them did. */
static void compare_answers(struct test_case *test, const struct test_job *jobs)
{
	const struct test_job *first = NULL;

	for (uint32_t i = 0; i < test->njobs; i++) {
		const struct test_job *job = &jobs[i];

		if (job->result != TEST_PASSED || !job->compares)
			continue;
		first = first ? first : job;
		if (strcmp(strbuf_str(&job->answers), strbuf_str(&first->answers)) == 0)
			continue;
		test->result = TEST_FAILED;
		strbuf_addf(&test->text, "engine %s answers otherwise than %s:\n",
			    job->engine->name, first->engine->name);
		say_difference(&test->text, strbuf_str(&first->answers), strbuf_str(&job->answers));
	}
}

/* An engine that cannot run a case says nothing about it, unless it is the only one. */
static void end_case(struct tests *t, struct test_case *test)
{
	struct test_job *jobs = &t->jobs.v[test->job];

	for (uint32_t i = 0; i < test->njobs; i++)
		if (jobs[i].result == TEST_FAILED ||
		    (jobs[i].result == TEST_SKIPPED && (i == 0 || !jobs[i].compares)))
			test->result = jobs[i].result;
	join_text(test, jobs);
	compare_answers(test, jobs);
	for (uint32_t i = 0; i < test->njobs; i++) {
		strbuf_free(&jobs[i].text);
		strbuf_free(&jobs[i].answers);
	}
}

static void read_file(int fd, struct strbuf *b)
{
	char part[4096];
	ssize_t n;

	if (fd < 0)
		return;
	for (off_t at = 0; (n = pread(fd, part, sizeof(part), at)) > 0; at += n)
		strbuf_addmem(b, part, (size_t)n);
	close(fd);
}

/* What a case of an object counted; others leave nothing. */
static void add_record(struct tests *t, const struct test_job *job)
{
	struct strbuf b = {0};

	read_file(job->record, &b);
	if (b.len)
		cover_parse(&t->cover, job->test->name,
			    (struct bytes){(const uint8_t *)b.s, b.len}, t->d);
	strbuf_free(&b);
}

static void finish_worker(struct pool *p, struct worker *w)
{
	struct test_case *test = w->job->test;
	int status = 0;

	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	close(w->fd);
	w->pid = 0;
	p->running--;
	w->job->result = judge(w, status, p->t->o->timeout);
	read_file(w->job->file, &w->job->answers);
	add_record(p->t, w->job);
	test->ns += clock_ns() - w->start;
	if (--test->left)
		return;
	end_case(p->t, test);
	report_progress(p->t);
}

static void read_some(struct pool *p, struct worker *w)
{
	char part[4096];
	ssize_t n = read(w->fd, part, sizeof(part));

	if (n > 0 && w->job->text.len < TEXT_MAX)
		strbuf_addmem(&w->job->text, part, (size_t)n);
	if (n == 0 || (n < 0 && errno != EINTR))
		finish_worker(p, w);
}

static void kill_late(struct pool *p)
{
	uint64_t now = clock_ns(), most = p->t->o->timeout * 1000000000ull;

	for (uint32_t i = 0; i < p->n; i++) {
		struct worker *w = &p->workers[i];

		if (!w->pid || w->late || now - w->start < most)
			continue;
		w->late = true;
		kill(w->pid, SIGKILL);
	}
}

/* ---- all of them ---- */

static void wait_some(struct pool *p)
{
	enum { A_WHILE = 200 }; /* ms until somebody may be late */
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->n; i++)
		p->fds[i] = (struct pollfd){.fd = p->workers[i].pid ? p->workers[i].fd : -1,
					    .events = POLLIN};
	n = (uint32_t)max(poll(p->fds, p->n, A_WHILE), 0);
	for (uint32_t i = 0; i < p->n && n; i++)
		if (p->fds[i].revents)
			read_some(p, &p->workers[i]);
	kill_late(p);
}

int tests_run(struct tests *t)
{
	struct pool p = {.t = t, .n = t->o->jobs};
	int err = 0;

	p.workers = xcalloc(p.n, sizeof(*p.workers));
	p.fds = xcalloc(p.n, sizeof(*p.fds));
	while (!err && (p.next < t->jobs.n || p.running)) {
		for (uint32_t i = 0; i < p.n && !err && p.next < t->jobs.n; i++)
			if (!p.workers[i].pid)
				err = start(&p, &p.workers[i]);
		if (!err)
			wait_some(&p);
	}
	free(p.workers);
	free(p.fds);
	return err;
}
