/*
 * The verifier against the running kernel's: programs that generators make, judged by both; where
 * the answers differ, a program made small that shows it.
 *
 *	diff -t|-T FILE...
 *	diff [-v] [-n PROGRAMS] [-s SEED] [-j JOBS] [-g GENERATOR] [-m MODE] [-w WORLD] [-k KEEP]
 *	     [FILE...]
 *
 * -t runs the cases of .t files (cases.c) and asks no kernel, -T asks it whether they are right.
 *
 * FILEs (objects, assembler text, .t files) are what the generator "mutate" begins with; -k puts
 * what is found into files, -v says of each program what its last message is: how well generators
 * do. Nothing is attached and nothing pinned. The last line counts; exit code 77 where bpf(2) is
 * not allowed, or the kernel is not the one that the verifier is held against.
 */
#include "tests/verify/trial.h"

#include "core/base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct generator *const generators[] = {
	&gen_mutate, &gen_range, &gen_valid,  &gen_real, &gen_call,
	&gen_cross,  &gen_frames, &gen_attr, &gen_walk, &gen_packet};

/* ---- modes: how the same program is loaded ---- */

enum { MODE_FREQ = VERIFY_TEST_STATE_FREQ, CAP_NET = VERIFY_CAP_NET_ADMIN };
static const struct mode {
	const char *name;
	uint32_t caps, flags;
	uint32_t weight;
} modes[] = {
	{"root", VERIFY_CAP_ALL, 0, 8},
	{"freq", VERIFY_CAP_ALL, MODE_FREQ, 4},
	{"invariants", VERIFY_CAP_ALL, VERIFY_TEST_REG_INVARIANTS, 2},
	{"strict", VERIFY_CAP_ALL, VERIFY_STRICT_ALIGNMENT, 2},
	{"any", VERIFY_CAP_ALL, VERIFY_ANY_ALIGNMENT, 1},
	{"sleepable", VERIFY_CAP_ALL, VERIFY_SLEEPABLE, 1},
	{"level1", VERIFY_CAP_ALL, 0, 1},
	{"bpf", VERIFY_CAP_BPF | CAP_NET, 0, 3},
	{"bpf-freq", VERIFY_CAP_BPF | CAP_NET, MODE_FREQ, 1},
	{"perfmon", VERIFY_CAP_BPF | VERIFY_CAP_PERFMON | CAP_NET, 0, 1},
	{"nobody", 0, 0, 1},
};

/* ---- what all jobs count ---- */

struct counts {
	uint64_t made[ARRAY_SIZE(generators)][ARRAY_SIZE(modes)];
	uint64_t accepted[ARRAY_SIZE(generators)];
	uint64_t skipped[ARRAY_SIZE(generators)]; /* TOO_LONG, NOT_ASKED */
	uint64_t differ[ARRAY_SIZE(generators)][DIFF_COUNT];
	uint64_t by_mode[ARRAY_SIZE(modes)][DIFF_COUNT];
	/* Open addressing; what was shown once is counted only. */
	uint64_t shown[1024];
};

struct options {
	uint64_t programs, seed;
	unsigned int jobs;
	const char *generator, *mode, *world, *keep;
	bool verbose, cases, ask;
};

static bool is_generator(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(generators); i++)
		if (strcmp(name, generators[i]->name) == 0)
			return true;
	return !name;
}

static bool is_mode(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_SIZE(modes); i++)
		if (strcmp(name, modes[i].name) == 0)
			return true;
	return !name;
}

static void count(uint64_t *n)
{
	__atomic_fetch_add(n, 1, __ATOMIC_RELAXED);
}

static bool is_new(struct counts *c, uint64_t signature)
{
	for (size_t i = 0; i < ARRAY_SIZE(c->shown); i++) {
		uint64_t *slot = &c->shown[(signature + i) % ARRAY_SIZE(c->shown)], none = 0;

		if (*slot == signature)
			return false;
		if (__atomic_compare_exchange_n(slot, &none, signature, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
	}
	return false;
}

/* ---- one job ---- */

struct job {
	const struct options *o;
	struct counts *counts;
	struct judges *judges;
	struct fuzz fuzz;
	bool can[ARRAY_SIZE(modes)];
};

static size_t pick_mode(struct job *job)
{
	uint32_t sum = 0, at;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		sum += job->can[i] ? modes[i].weight : 0;
	at = below(&job->fuzz, sum);
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		uint32_t weight = job->can[i] ? modes[i].weight : 0;

		if (at < weight)
			return i;
		at -= weight;
	}
	return 0;
}

static size_t pick_generator(struct job *job)
{
	size_t i;

	do
		i = below(&job->fuzz, ARRAY_SIZE(generators));
	while (job->o->generator && strcmp(job->o->generator, generators[i]->name) != 0);
	return i;
}

/* Says what differs and, once for each kind of line, with the smallest program that shows it. */
static void show(struct job *job, struct trial *t, struct comparison c, const char *mode)
{
	struct strbuf text = {0};
	char path[4096];

	if (!is_new(job->counts, comparison_signature(&c)))
		return;
	strbuf_addf(&text, "# found as:\n# kernel: %s\n# ebpf:   %s\n", c.theirs, c.ours);
	reduce(job->judges, t, c.kind);
	judge(job->judges, t);
	c = compare(job->judges);
	strbuf_addf(&text, "# %s, mode %s, errno %d and %d, line %u:\n# kernel: %s\n# ebpf:   %s\n",
		    difference_names[c.kind], mode, job->judges->theirs.err, job->judges->ours.err,
		    c.line, c.theirs, c.ours);
	trial_text(t, &job->judges->theirs.log, &text);
	if (job->o->keep) {
		snprintf(path, sizeof(path), "%s/%s-%016llx.t", job->o->keep,
			 difference_names[c.kind], (unsigned long long)comparison_signature(&c));
		file_write(path, text.s, text.len, &job->fuzz.d);
	} else {
		fwrite(text.s, 1, text.len, stdout);
	}
	strbuf_free(&text);
}

static void one_trial(struct job *job, struct trial *t)
{
	size_t m = pick_mode(job), g = pick_generator(job);
	struct comparison c;

	generators[g]->make(&job->fuzz, t);
	if (!t->n) {
		count(&job->counts->skipped[g]);
		return;
	}
	t->proprietary = one_in(&job->fuzz, 20);
	t->flags |= modes[m].flags;
	if (one_in(&job->fuzz, 20))
		t->flags ^= 1u << below(&job->fuzz, 8);
	/* Nobody here says which device that is. */
	t->flags &= ~(uint32_t)VERIFY_XDP_DEV_BOUND_ONLY;
	t->caps = modes[m].caps;
	t->log_level = (strcmp(modes[m].name, "level1") == 0 ? VERIFY_LOG_PATH : VERIFY_LOG_ALL) |
		       VERIFY_LOG_STATS;
	if (judge(job->judges, t) != JUDGED) {
		count(&job->counts->skipped[g]);
		return;
	}
	count(&job->counts->made[g][m]);
	if (!job->judges->theirs.err)
		count(&job->counts->accepted[g]);
	c = compare(job->judges);
	if (job->o->verbose)
		printf("%s: %.*s\n", generators[g]->name, (int)c.message.len, c.message.s);
	count(&job->counts->differ[g][c.kind]);
	count(&job->counts->by_mode[m][c.kind]);
	if (c.kind)
		show(job, t, c, modes[m].name);
}

static void ignore(struct diag *d __unused, enum severity sev __unused,
		   const struct loc *loc __unused, const char *msg __unused)
{
}

static int open_job(struct job *job, struct diag *d)
{
	struct bytes text;
	int err = file_read(job->o->world, 0, &job->fuzz.seeds.arena, d, &text);

	if (!err)
		err = world_open(&job->fuzz.world, text, job->o->world, job->judges, WORLD_FD,
				 NULL, d);
	for (size_t i = 0; i < ARRAY_SIZE(modes) && !err; i++)
		job->can[i] = (!job->o->mode || strcmp(job->o->mode, modes[i].name) == 0) &&
			      judges_may_ask(job->judges, modes[i].caps);
	return err;
}

static int run_job(struct job *job, unsigned int nr, struct diag *d)
{
	static struct trial t;
	uint64_t n = job->o->programs / job->o->jobs;
	int err = open_job(job, d);

	for (uint64_t i = 0; i < n && !err; i++) {
		/* So that any trial can be had again by its number alone. */
		job->fuzz.rng.state = job->o->seed * 1000003 + nr * 7919 + i * 0x5851f42d4c957f2d;
		one_trial(job, &t);
	}
	world_close(&job->fuzz.seed_world);
	world_close(&job->fuzz.world);
	return err;
}

/* ---- all of them ---- */

static uint64_t report(const struct counts *c)
{
	uint64_t bad = 0;

	for (size_t g = 0; g < ARRAY_SIZE(generators); g++) {
		uint64_t made = 0;

		for (size_t m = 0; m < ARRAY_SIZE(modes); m++)
			made += c->made[g][m];
		printf("%-10s %8llu judged, %llu accepted, %llu skipped", generators[g]->name,
		       (unsigned long long)made, (unsigned long long)c->accepted[g],
		       (unsigned long long)c->skipped[g]);
		for (int k = DIFF_NONE + 1; k < DIFF_COUNT; k++) {
			bad += c->differ[g][k];
			if (c->differ[g][k])
				printf(", %llu %s", (unsigned long long)c->differ[g][k],
				       difference_names[k]);
		}
		puts("");
	}
	for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
		uint64_t made = 0;

		for (size_t g = 0; g < ARRAY_SIZE(generators); g++)
			made += c->made[g][m];
		printf("%-10s %8llu judged", modes[m].name, (unsigned long long)made);
		for (int k = DIFF_NONE + 1; k < DIFF_COUNT; k++)
			if (c->by_mode[m][k])
				printf(", %llu %s", (unsigned long long)c->by_mode[m][k],
				       difference_names[k]);
		puts("");
	}
	return bad;
}

static uint64_t equal(const struct counts *c)
{
	uint64_t n = 0;

	for (size_t g = 0; g < ARRAY_SIZE(generators); g++)
		n += c->differ[g][DIFF_NONE];
	return n;
}

static int skip(const char *why)
{
	printf("%s\n0 passed, 0 failed, 1 skipped\n", why);
	return 77;
}

static int run_jobs(struct job *job, struct diag *d)
{
	int failed = 0, status;

	for (unsigned int i = 0; i < job->o->jobs; i++) {
		if (fork() == 0)
			exit(run_job(job, i, d) ? 1 : 0);
	}
	while (wait(&status) > 0)
		failed |= status;
	return failed;
}

static int parse_options(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "tTvn:s:j:g:m:w:k:")) != -1) {
		switch (c) {
		case 'T':
			o->ask = true;
			/* fall through */
		case 't':
			o->cases = true;
			break;
		case 'v':
			o->verbose = true;
			break;
		case 'n':
			o->programs = strtoull(optarg, NULL, 0);
			break;
		case 's':
			o->seed = strtoull(optarg, NULL, 0);
			break;
		case 'j':
			o->jobs = max((unsigned int)strtoul(optarg, NULL, 0), 1u);
			break;
		case 'g':
			o->generator = optarg;
			break;
		case 'm':
			o->mode = optarg;
			break;
		case 'w':
			o->world = optarg;
			break;
		case 'k':
			o->keep = optarg;
			break;
		default:
			return -EINVAL;
		}
	}
	return 0;
}

static int run_files(char **files, struct judges *j, struct diag *d)
{
	unsigned int passed = 0, failed = 0;

	for (; *files; files++)
		failed += run_cases(*files, j, &passed, d);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}

static int fuzz(const struct options *o, char **files, struct judges *judges, struct diag *d)
{
	struct job job = {.o = o, .judges = judges};
	int err = 0, failed;
	uint64_t bad;

	job.fuzz.judges = judges;
	job.fuzz.d.sink = ignore;
	job.fuzz.seed_world.btf_fd = -1;
	job.counts = mmap(NULL, sizeof(*job.counts), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (; *files && !err; files++)
		err = seeds_add(&job.fuzz.seeds, *files, d);
	failed = err ? 1 : run_jobs(&job, d);
	bad = report(job.counts);
	printf("%llu passed, %llu failed, 0 skipped\n", (unsigned long long)equal(job.counts),
	       (unsigned long long)bad + (failed != 0));
	seeds_free(&job.fuzz.seeds);
	return failed || bad;
}

int main(int argc, char **argv)
{
	struct options o = {
		.programs = 3000, .seed = 1, .jobs = 1, .world = "tests/verify/world.s"};
	struct diag d = {.prefix = "diff"};
	struct judges judges;
	const char *why;
	int ret;

	if (parse_options(argc, argv, &o) || !is_generator(o.generator) || !is_mode(o.mode))
		return 64;
	if (o.cases && !o.ask)
		return run_files(argv + optind, NULL, &d);
	why = judges_open(&judges);
	if (why)
		ret = skip(why);
	else if (o.cases)
		ret = run_files(argv + optind, &judges, &d);
	else
		ret = fuzz(&o, argv + optind, &judges, &d);
	judges_close(&judges);
	return ret;
}
