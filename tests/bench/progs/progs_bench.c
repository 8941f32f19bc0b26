/*
 * Programs with maps, against the same C natively (native.h) and against the kernel's JIT: all
 * sides in one process, in turns, with maps of the same contents.
 *
 *	progs_bench ROUNDS NAME.so NAME.locks.so NAME.o ...
 *
 * A ratio is the median of the rounds; its spread follows, and in the end the geometric mean and
 * the worst. The second library is the same C with a lock around lookups, too. Without bpf(2) the
 * kernel's side is left out.
 */
#include <dlfcn.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/load/load.h"
#include "core/prove.h"
#include "core/run/run.h"
#include "core/vm.h"
#include "jit/jit.h"
#include "tests/bench/progs/kernel.h"

enum {
	RUNS = 10,	/* that are timed together, */
	TRIES = 10,	/* the best of so many of which counts */
	WARM_RUNS = 8,	/* whose results must be the same on all sides */
	FILLS = 4,	/* as prog.h has it */
	OPS = 1024,
	MAX_ROUNDS = 99,
	MAX_PROGS = 2,
};

enum { NATIVE, LOCKS, FAST, OPT, KERNEL, SIDES };
static const char *const side_names[SIDES] = {"native", "locks", "fast", "opt", "kernel"};

/* One side: its ways to run fill and bench. */
struct side {
	int (*native[MAX_PROGS])(void *ctx);
	struct vm vm;
	struct prog *progs[MAX_PROGS];
	struct verify_result proofs[MAX_PROGS];
	int fds[MAX_PROGS];
	bool is_there;
};

/* Of all workloads */
struct sum {
	double logs[SIDES], worst[SIDES];
	char worst_name[SIDES][32];
	int n, behind; /* where the kernel is ahead of opt */
};
static const char *const prog_names[MAX_PROGS] = {"fill", "bench"};
enum { FILL, BENCH };

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void stop(const char *path, const char *what)
{
	fprintf(stderr, "progs_bench: %s: %s\n", path, what);
	exit(2);
}

/* ---- ours ---- */

static void prove(struct side *s, struct image *image, struct diag *d)
{
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .want_facts = true};
	struct load_options load = {0};
	struct prover p;

	prove_open_with(&p, image, &load, s->vm.maps, d);
	for (uint32_t i = 0; i < MAX_PROGS; i++) {
		for (uint32_t k = 0; k < image->nprogs; k++) {
			if (strcmp(image->progs[k].name, prog_names[i]) != 0)
				continue;
			if (prove_prog(&p, &image->progs[k], &opts, NULL, &s->proofs[i]) ||
			    s->proofs[i].err)
				stop(image->path, "not accepted");
			s->progs[i] = s->vm.progs[k];
			s->progs[i]->facts = s->proofs[i].insn_facts;
		}
		if (!s->progs[i] || s->vm.engine->prepare(s->progs[i], d))
			stop(image->path, "no such program, or no code");
	}
	prove_close(&p);
}

static void open_ours(struct side *s, struct image *image, const struct engine *engine,
		      struct diag *d)
{
	if (vm_open(&s->vm, image, d))
		stop(image->path, "no maps");
	vm_trust(&s->vm, engine);
	s->vm.rc.ctx = &s->vm.ctx;
	prove(s, image, d);
	s->is_there = true;
}

static void close_ours(struct side *s)
{
	vm_close(&s->vm);
	for (int i = 0; i < MAX_PROGS; i++)
		verify_result_free(&s->proofs[i]);
}

/* ---- all sides ---- */

/* One after the other; what the last one returned, and how many seconds they took. */
static uint32_t run(struct side *s, int prog, uint32_t n, double *seconds)
{
	double start = now();
	uint64_t r0 = 0;

	if (s->fds[prog])
		return kernel_run(s->fds[prog], n, seconds);
	for (uint32_t i = 0; i < n; i++)
		if (s->native[prog])
			r0 = (uint32_t)s->native[prog](NULL);
		else if (run_once(&s->vm.rc, s->progs[prog], &r0))
			stop(s->vm.image->path, "a fault");
	*seconds = now() - start;
	return (uint32_t)r0;
}

/* Fills the maps; then runs must have the same results as natively. */
static void warm_up(struct side sides[SIDES], const char *path)
{
	for (int i = 0; i < SIDES; i++) {
		double ignored;

		if (!sides[i].is_there)
			continue;
		for (int k = 0; k < FILLS; k++)
			run(&sides[i], FILL, 1, &ignored);
	}
	for (int k = 0; k < WARM_RUNS; k++) {
		uint32_t want = 0, got;
		double ignored;

		for (int i = 0; i < SIDES; i++) {
			if (!sides[i].is_there)
				continue;
			got = run(&sides[i], BENCH, 1, &ignored);
			want = i ? want : got;
			if (got != want)
				stop(path, side_names[i]);
		}
	}
}

/* Seconds of a round, the best of some tries: noise only adds. */
static double time_of(struct side *s)
{
	double best = 1e9, t;

	for (int i = 0; i < TRIES; i++) {
		run(s, BENCH, RUNS, &t);
		best = t < best ? t : best;
	}
	return best;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double median(double *v, int n)
{
	qsort(v, (size_t)n, sizeof(*v), by_value);
	return v[n / 2];
}

static void add_ratio(struct sum *sum, int side, const char *name, double ratio)
{
	sum->logs[side] += log(ratio);
	if (ratio < sum->worst[side])
		return;
	sum->worst[side] = ratio;
	snprintf(sum->worst_name[side], sizeof(sum->worst_name[side]), "%s", name);
}

/* The median ratios of one workload go into the sum; prints its line. */
static void measure(struct side sides[SIDES], const char *name, int rounds, struct sum *sum)
{
	double t[SIDES][MAX_ROUNDS], ratio[MAX_ROUNDS], medians[SIDES] = {0};

	for (int r = 0; r < rounds; r++)
		for (int i = 0; i < SIDES; i++)
			t[i][r] = sides[i].is_there ? time_of(&sides[i]) : 0;
	for (int i = 1; i < SIDES; i++) {
		if (!sides[i].is_there)
			continue;
		for (int r = 0; r < rounds; r++)
			ratio[r] = t[i][r] / t[NATIVE][r];
		medians[i] = median(ratio, rounds);
		add_ratio(sum, i, name, medians[i]);
		if (i == 1)
			printf("%-14s %7.2f ns", name,
			       t[NATIVE][rounds / 2] / (RUNS * OPS) * 1e9);
		printf("  %6.2f  %.2f..%.2f", ratio[rounds / 2], ratio[0], ratio[rounds - 1]);
	}
	putchar('\n');
	fflush(stdout);
	sum->n++;
	sum->behind += sides[KERNEL].is_there && medians[OPT] >= medians[KERNEL];
}

static void open_native(struct side *s, const char *so)
{
	void *lib = dlopen(so, RTLD_NOW);

	for (int i = 0; i < MAX_PROGS; i++) {
		s->native[i] = lib ? (int (*)(void *))dlsym(lib, prog_names[i]) : NULL;
		if (!s->native[i])
			stop(so, dlerror());
	}
	s->is_there = true;
}

static void compare(char **files, int rounds, struct sum *sum)
{
	const char *obj_path = files[2];
	struct diag d = {.prefix = "progs_bench"};
	const char *name = strrchr(obj_path, '/') ? strrchr(obj_path, '/') + 1 : obj_path;
	struct load_options load = {0};
	struct side sides[SIDES] = {0};
	struct object obj = {0};
	struct image *image;
	char label[32];

	if (load_elf(obj_path, &d, &obj) || load_image(&obj, &load, &d, &image))
		exit(2);
	open_native(&sides[NATIVE], files[0]);
	open_native(&sides[LOCKS], files[1]);
	open_ours(&sides[FAST], image, &jit_fast_engine, &d);
	open_ours(&sides[OPT], image, &jit_opt_engine, &d);
	sides[KERNEL].is_there = kernel_load(image, prog_names, MAX_PROGS, sides[KERNEL].fds);
	warm_up(sides, obj_path);
	snprintf(label, sizeof(label), "%.*s", (int)strcspn(name, "."), name);
	measure(sides, label, rounds, sum);
	close_ours(&sides[FAST]);
	close_ours(&sides[OPT]);
	kernel_unload(sides[KERNEL].fds, MAX_PROGS);
	image_free(image);
	object_free(&obj);
}

/* The kernel counts by cpu what all sides are to count alike. */
static void stay_on_cpu(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(sched_getcpu(), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void print_sum(const struct sum *sum)
{
	for (int i = 1; i < SIDES; i++)
		if (sum->logs[i] != 0)
			printf("%s: geometric mean of %d %.2f times native, the worst %s %.2f\n",
			       side_names[i], sum->n, exp(sum->logs[i] / sum->n),
			       sum->worst_name[i], sum->worst[i]);
		else
			printf("%s: not here, bpf(2) is not allowed\n", side_names[i]);
	if (sum->logs[KERNEL] != 0)
		printf("the kernel's JIT is ahead of opt in %d of %d\n", sum->behind, sum->n);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0;
	struct sum sum = {0};

	if (argc < 5 || argc % 3 != 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: progs_bench ROUNDS NAME.so NAME.locks.so NAME.o ...\n");
		return 64;
	}
	stay_on_cpu();
	printf("%-14s %10s", "with maps", "native");
	for (int i = 1; i < SIDES; i++)
		printf("  %7s and spread", side_names[i]);
	putchar('\n');
	for (int i = 2; i < argc; i += 3)
		compare(argv + i, rounds, &sum);
	print_sum(&sum);
	return 0;
}
