/*
 * How many times native time the interpreter takes: bench ROUNDS NAME.so NAME.o ...
 *
 * Both sides run in turn in this process, on the same memory with the same contents, and must
 * answer the same. A ratio is the median of the rounds; its spread and the geometric mean follow.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/interp/interp.h"
#include "core/load/load.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

enum { SIZE = 1 << 16, MAX_ROUNDS = 99 };

static uint8_t mem[SIZE] __attribute__((aligned(64)));
static uint8_t stack[MAX_CALL_FRAMES * STACK_SIZE] __attribute__((aligned(16)));

typedef unsigned long long bench_fn(uint8_t *mem, unsigned long long size);

struct side {
	bench_fn *native; /* or */
	struct prog *prog;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static void fill(void)
{
	struct rng rng = {42};

	for (size_t i = 0; i < SIZE; i += 8) {
		uint64_t v = rng_u64(&rng);

		memcpy(mem + i, &v, 8);
	}
}

/* Seconds of one call, the best of n: noise only adds. */
static double best_of(const struct side *side, int n, uint64_t *result)
{
	struct runtime rt = {0};
	struct run_ctx rc = {
		.engine = &interp_engine, .stack = stack, .ctx = mem, .ctx_size = SIZE, .rt = &rt};
	double best = 1e9;

	while (n-- > 0) {
		double start;

		fill();
		start = now();
		if (side->native)
			*result = side->native(mem, SIZE);
		else if (run_once(&rc, side->prog, result))
			return 0;
		start = now() - start;
		best = start < best ? start : best;
	}
	return best;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static struct prog *load(const char *path)
{
	struct diag d = {.prefix = "bench"};
	struct object obj = {0};
	struct prog_def def = {.name = path};
	struct section *sec;
	struct prog *prog;

	if (load_elf(path, &d, &obj))
		exit(2);
	sec = object_section(&obj, ".text");
	if (!sec || sec->nrelocs) {
		fprintf(stderr, "bench: %s: no section .text, or it has relocations\n", path);
		exit(2);
	}
	def.insns = (struct bpf_insn *)sec->data;
	def.ninsns = (uint32_t)(sec->size / 8);
	if (prog_new(&def, NULL, 0, path, &d, &prog) || interp_engine.prepare(prog, &d))
		exit(2);
	object_free(&obj);
	return prog;
}

/* The median ratio of one workload; prints its line. */
static double measure(const char *so, const char *obj, int rounds)
{
	void *lib = dlopen(so, RTLD_NOW);
	struct side native = {.native = lib ? (bench_fn *)dlsym(lib, "bench") : NULL};
	struct side interp = {.prog = load(obj)};
	double ratio[MAX_ROUNDS], nat[MAX_ROUNDS], in[MAX_ROUNDS];
	const char *name = strrchr(obj, '/') ? strrchr(obj, '/') + 1 : obj;
	uint64_t want, got;

	if (!native.native) {
		fprintf(stderr, "bench: %s\n", dlerror());
		exit(2);
	}
	for (int i = 0; i < rounds; i++) {
		nat[i] = best_of(&native, 20, &want);
		in[i] = best_of(&interp, 3, &got);
		ratio[i] = in[i] / nat[i];
		if (want != got) {
			fprintf(stderr, "bench: %s: %#llx, natively %#llx\n", obj,
				(unsigned long long)got, (unsigned long long)want);
			exit(1);
		}
	}
	qsort(ratio, rounds, sizeof(*ratio), by_value);
	qsort(nat, rounds, sizeof(*nat), by_value);
	qsort(in, rounds, sizeof(*in), by_value);
	printf("%-12.*s %9.1f us %9.1f us %7.2f   %.2f..%.2f\n", (int)strcspn(name, "."), name,
	       nat[rounds / 2] * 1e6, in[rounds / 2] * 1e6, ratio[rounds / 2], ratio[0],
	       ratio[rounds - 1]);
	prog_free(interp.prog);
	dlclose(lib);
	return ratio[rounds / 2];
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0, n = 0;
	double logs = 0;

	if (argc < 4 || argc % 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: bench ROUNDS NAME.so NAME.o ...\n");
		return 64;
	}
	printf("%-12s %12s %12s %7s   %s\n", "workload", "native", "interpreter", "ratio",
	       "spread");
	for (int i = 2; i < argc; i += 2, n++)
		logs += log(measure(argv[i], argv[i + 1], rounds));
	printf("geometric mean of %d: %.2f times native\n", n, exp(logs / n));
	return 0;
}
