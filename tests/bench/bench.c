/*
 * How many times native time each engine takes: bench ROUNDS NAME.so NAME.o ...
 *
 * All sides run in turn in this process, on memory with the same contents, and must answer the
 * same. A ratio is the median of the rounds; its spread and the geometric mean follow. The kernel's
 * JIT runs what its verifier takes of them, with a may_goto in each loop, and opt once more beside
 * it. Then what it takes to prepare an instruction, a run of a program that does nothing, and a
 * tail call.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/rng.h"
#include "core/interp/interp.h"
#include "core/isa/build.h"
#include "core/load/load.h"
#include "core/obj/prog_type.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/verify/verify.h"
#include "jit/jit.h"
#include "maps/maps.h"
#include "tests/bench/mixed.h"
#include "tests/bench/prepare.h"
#include "tests/bench/progs/bounded.h"

enum { SIZE = 1 << 16, MAX_ROUNDS = 99 };

static const struct engine *const engines[] = {&interp_engine, &jit_fast_engine, &jit_opt_engine};
static const int calls[] = {3, 20, 20}; /* of each in a round, the best of which counts */
enum { ENGINES = ARRAY_SIZE(engines) };
_Static_assert(ARRAY_SIZE(calls) == ENGINES, "one for each");

static uint8_t mem[SIZE] __attribute__((aligned(64)));
static uint8_t stack[RUN_FRAMES * STACK_SIZE] __attribute__((aligned(16)));

typedef unsigned long long bench_fn(uint8_t *mem, unsigned long long size);

struct side {
	bench_fn *native; /* or */
	const struct engine *engine;
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
		.engine = side->engine, .stack = stack, .ctx = mem, .ctx_size = SIZE, .rt = &rt};
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

/* The instructions of a workload. */
static struct section *text_of(const char *path, struct diag *d, struct object *obj)
{
	struct section *sec;

	if (load_elf(path, d, obj))
		exit(2);
	sec = object_section(obj, ".text");
	if (!sec || sec->nrelocs) {
		fprintf(stderr, "bench: %s: no section .text, or it has relocations\n", path);
		exit(2);
	}
	return sec;
}

static void prepare(struct side *side, const char *path, const struct bpf_insn *insns, uint32_t n,
		    struct diag *d)
{
	struct prog_def def = {
		.name = path, .insns = (struct bpf_insn *)(uintptr_t)insns, .ninsns = n};

	if (prog_new(&def, NULL, 0, path, d, &side->prog) || side->engine->prepare(side->prog, d))
		exit(2);
}

static struct side load(const char *path, const struct engine *engine)
{
	struct diag d = {.prefix = "bench"};
	struct object obj = {0};
	struct side side = {.engine = engine};
	struct section *sec = text_of(path, &d, &obj);

	prepare(&side, path, (struct bpf_insn *)sec->data, (uint32_t)(sec->size / 8), &d);
	object_free(&obj);
	return side;
}

static void load_bounded(const char *path, struct side *side, struct bounded *b)
{
	struct diag d = {.prefix = "bench"};
	struct object obj = {0};
	struct section *sec = text_of(path, &d, &obj);

	bounded_open(b, (struct bpf_insn *)sec->data, (uint32_t)(sec->size / 8), SIZE);
	prepare(side, path, b->insns, b->n, &d);
	object_free(&obj);
}

/* Of the workloads that the kernel takes: its ratios, and those of opt beside it, as logarithms. */
struct kernel_logs {
	double sum[2];
	int n;
};

/*
 * The kernel's JIT, and opt beside it, on the program as the kernel takes it (bounded.h), in times
 * of the native code; nothing where its verifier does not take it.
 */
static void measure_kernel(const char *obj, const struct side *native, int rounds,
			   struct kernel_logs *logs)
{
	double ratio[2][MAX_ROUNDS];
	struct side ours = {.engine = &jit_opt_engine};
	struct bounded b;
	uint64_t got;

	load_bounded(obj, &ours, &b);
	for (int i = 0; i < rounds && b.arena; i++) {
		double nat = best_of(native, 20, &got), kernel = 1e9;
		uint32_t result = 0;

		for (int k = 0; k < 20; k++) {
			double t;

			fill();
			memcpy(b.arena, mem, SIZE);
			t = bounded_run(&b, &result);
			kernel = t < kernel ? t : kernel;
		}
		ratio[0][i] = kernel / nat;
		ratio[1][i] = best_of(&ours, 20, &got) / nat;
		if ((uint32_t)got != result) {
			fprintf(stderr, "bench: %s: %#x, in the kernel %#x\n", obj, (uint32_t)got,
				result);
			exit(1);
		}
	}
	for (int k = 0; k < 2 && b.arena; k++) {
		qsort(ratio[k], (size_t)rounds, sizeof(**ratio), by_value);
		printf("  %7.2f", ratio[k][rounds / 2]);
		logs->sum[k] += log(ratio[k][rounds / 2]);
	}
	logs->n += b.arena != NULL;
	bounded_close(&b);
	prog_free(ours.prog);
}

/* The median ratios of one workload, multiplied to logs; prints its line. */
static void measure(const char *so, const char *obj, int rounds, double logs[ENGINES],
		    struct kernel_logs *kernel)
{
	void *lib = dlopen(so, RTLD_NOW);
	struct side native = {.native = lib ? (bench_fn *)dlsym(lib, "bench") : NULL};
	struct side side[ENGINES];
	double ratio[ENGINES][MAX_ROUNDS], nat[MAX_ROUNDS];
	const char *name = strrchr(obj, '/') ? strrchr(obj, '/') + 1 : obj;
	uint64_t want, got;

	if (!native.native) {
		fprintf(stderr, "bench: %s\n", dlerror());
		exit(2);
	}
	for (int e = 0; e < ENGINES; e++)
		side[e] = load(obj, engines[e]);
	for (int i = 0; i < rounds; i++) {
		nat[i] = best_of(&native, 20, &want);
		for (int e = 0; e < ENGINES; e++) {
			ratio[e][i] = best_of(&side[e], calls[e], &got) / nat[i];
			if (want == got)
				continue;
			fprintf(stderr, "bench: %s, %s: %#llx, natively %#llx\n", obj,
				engines[e]->name, (unsigned long long)got,
				(unsigned long long)want);
			exit(1);
		}
	}
	qsort(nat, rounds, sizeof(*nat), by_value);
	printf("%-12.*s %9.1f us", (int)strcspn(name, "."), name, nat[rounds / 2] * 1e6);
	for (int e = 0; e < ENGINES; e++) {
		qsort(ratio[e], rounds, sizeof(**ratio), by_value);
		printf("  %7.2f  %.2f..%.2f", ratio[e][rounds / 2], ratio[e][0],
		       ratio[e][rounds - 1]);
		logs[e] += log(ratio[e][rounds / 2]);
		prog_free(side[e].prog);
	}
	measure_kernel(obj, &native, rounds, kernel);
	putchar('\n');
	fflush(stdout);
	dlclose(lib);
}

/* Of a large program of n instructions. */
static double large_ns(const struct engine *engine, uint32_t n)
{
	struct bpf_insn *insns = xcalloc(n, sizeof(*insns));
	double ns;

	mixed_program(insns, n);
	ns = prepare_ns(engine, "large", insns, n);
	free(insns);
	return ns;
}

/* Nanoseconds of a run of a program, the best of some. */
static double run_ns(const struct engine *engine, struct prog *prog)
{
	enum { RUNS = 1000000 };
	struct run_ctx rc = {.engine = engine, .stack = stack};
	double best = 1e9;
	uint64_t r0;

	for (int i = 0; i < 10; i++) {
		double start = now();

		for (int k = 0; k < RUNS; k++)
			run_once(&rc, prog, &r0);
		start = now() - start;
		best = start < best ? start : best;
	}
	return best / RUNS * 1e9;
}

static double empty_ns(const struct engine *engine)
{
	struct bpf_insn insns[] = {INSN_MOV64_K(0, 0), INSN_EXIT()};
	struct prog_def def = {.name = "empty", .insns = insns, .ninsns = 2};
	struct diag d = {.prefix = "bench"};
	struct prog *prog;
	double ns;

	if (prog_new(&def, NULL, 0, NULL, &d, &prog) || engine->prepare(prog, &d))
		exit(2);
	ns = run_ns(engine, prog);
	prog_free(prog);
	return ns;
}

static int table_of(void *arg, int fd __unused, struct map **out)
{
	*out = arg;
	return 0;
}

static int fd_of(void *arg __unused, uint32_t index, int *fd)
{
	*fd = (int)index;
	return 0;
}

/* What is proved of a program with one map. */
static void prove(struct prog *prog, struct map *table, struct verify_result *proof)
{
	struct verify_host host = {.arg = table, .map = table_of, .fd_at = fd_of};
	struct verify_job job = {
		.type = prog->type,
		.caps = VERIFY_CAP_ALL,
		.gpl = true,
		.want_facts = true,
		.name = prog->name,
		.insns = prog->insns,
		.ninsns = prog->ninsns,
		.host = &host,
	};

	if (verify_prog(&job, proof))
		exit(2);
	prog->facts = proof->insn_facts;
}

/* Nanoseconds of a tail call: of a program that goes on to itself as often as it may. */
static double tail_call_ns(const struct engine *engine, double empty)
{
	struct map_def table = {.name = "progs",
				.type = MAP_TYPE_PROG_ARRAY,
				.key_size = 4,
				.value_size = 4,
				.max_entries = 4};
	struct bpf_insn insns[8];
	struct prog_def def = {
		.name = "chain", .type = PROG_TYPE_XDP, .insns = insns, .ninsns = ARRAY_SIZE(insns)};
	struct diag d = {.prefix = "bench"};
	struct verify_result proof = {0};
	struct prog *prog;
	struct map *map;
	double ns;

	insn_make_ld64(insns, OP_LD_IMM64_MAP_IDX, 2, 0);
	insns[2] = INSN_MOV64_K(3, 1);
	insns[3] = INSN_CALL(HELPER_tail_call);
	insns[4] = INSN_MOV64_K(0, 0);
	insns[5] = insns[6] = insns[4];
	insns[7] = INSN_EXIT();
	if (map_new(&table, 1, &d, &map) || prog_new(&def, &map, 1, NULL, &d, &prog))
		exit(2);
	prove(prog, map, &proof);
	if (engine->prepare(prog, &d) || prog_array_set(map, 1, prog))
		exit(2);
	ns = (run_ns(engine, prog) - empty) / MAX_TAIL_CALLS;
	prog_free(prog);
	map_free(map);
	verify_result_free(&proof);
	return ns;
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 0, n = 0;
	double logs[ENGINES] = {0};
	struct kernel_logs kernel = {0};

	if (argc < 4 || argc % 2 || rounds < 1 || rounds > MAX_ROUNDS) {
		fprintf(stderr, "usage: bench ROUNDS NAME.so NAME.o ...\n");
		return 64;
	}
	printf("%-12s %12s", "workload", "native");
	for (int e = 0; e < ENGINES; e++)
		printf("  %11s and spread", engines[e]->name);
	printf("   kernel, opt beside it\n");
	for (int i = 2; i < argc; i += 2, n++)
		measure(argv[i], argv[i + 1], rounds, logs, &kernel);
	if (kernel.n)
		printf("kernel: geometric mean of %d %.2f times native, where opt takes %.2f; the "
		       "other %d its verifier does not take\n",
		       kernel.n, exp(kernel.sum[0] / kernel.n), exp(kernel.sum[1] / kernel.n),
		       n - kernel.n);
	else
		printf("kernel: not here, bpf(2) is not allowed\n");
	for (int e = 0; e < ENGINES; e++) {
		double empty = empty_ns(engines[e]);

		printf("%s: geometric mean of %d %.2f times native, %.1f ns to prepare an "
		       "instruction of 10000, %.1f of a million, %.1f ns for an empty run, "
		       "%.2f ns for a tail call\n",
		       engines[e]->name, n, exp(logs[e] / n), large_ns(engines[e], 10000),
		       large_ns(engines[e], 1000000), empty, tail_call_ns(engines[e], empty));
	}
	return 0;
}
