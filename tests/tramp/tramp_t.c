/*
 * Programs on the functions of a library (target.c):
 *
 *	tramp_t LIB shapes		arguments and results, as the compiler passes them
 *	tramp_t LIB threads CHANGES	calls on four threads, while programs come and go
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/isa/build.h"
#include "core/run/runtime.h"
#include "core/sys/kernel.h"
#include "jit/jit.h"
#include "tests/unit/unit.h"

static struct diag d = {.prefix = "tramp_t"};
static struct kernel *kernel;

static struct prog *make(struct bpf_insn *insns, uint32_t n)
{
	struct prog_def def = {.name = "p", .insns = insns, .ninsns = n};
	struct prog *prog = NULL;

	if (prog_new(&def, NULL, 0, NULL, &d, &prog) || jit_fast_engine.prepare(prog, &d))
		exit(1);
	return prog;
}

/* No more arguments than the six that registers hold. */
static uint64_t call(const char *name, uint64_t a, uint64_t b)
{
	uint64_t regs[FUNC_REGS_MAX] = {a, b}, stack[FUNC_SLOTS_MAX] = {0};
	const struct kernel_func *f = kernel_func(kernel, name);

	CHECK(f, "%s is not in the library", name);
	return f ? kernel_call(f->addr, regs, stack) : 0;
}

/* ---- shapes ---- */

static uint64_t words[FUNC_SLOTS_MAX + 1];

/* Copies n words of the context to words[]. */
static struct prog *copies(uint32_t n)
{
	struct bpf_insn insns[64] = {
		insn_make(OP_LD_IMM64_IMM, 2, 0, 0, (int32_t)(uintptr_t)words),
		{.imm = (int32_t)((uintptr_t)words >> 32)},
	};
	uint32_t at = 2;

	for (uint32_t i = 0; i < n; i++) {
		insns[at++] = INSN_LDX_DW(3, 1, (int16_t)(i * 8));
		insns[at++] = INSN_STX_DW(2, 3, (int16_t)(i * 8));
	}
	insns[at++] = INSN_MOV64_K(0, 0);
	insns[at++] = INSN_EXIT();
	return make(insns, at);
}

static const char *const kinds[] = {
	[TRAMP_FENTRY] = "fentry", [TRAMP_MODIFY] = "fmod_ret", [TRAMP_FEXIT] = "fexit"};

static void check_kind(const char *name, const struct func_model *m, enum tramp_kind kind)
{
	bool returns = kind == TRAMP_FEXIT && m->ret_size;
	struct tramp_link link = {.prog = copies(m->nslots + returns), .kind = kind};
	char drive[64], want_name[64];
	const uint64_t *want;
	uint64_t result;

	snprintf(drive, sizeof(drive), "drive_%s", name);
	snprintf(want_name, sizeof(want_name), "want_%s", name);
	want = (const uint64_t *)(uintptr_t)call(want_name, 0, 0);
	result = call(drive, 0, 0);
	memset(words, 0x5a, sizeof(words));
	CHECK(kernel_attach(kernel, name, &link, &d) == 0, "%s", name);
	CHECK(call(drive, 0, 0) == result, "%s of %s: another result", kinds[kind], name);
	for (uint32_t i = 0; i < m->nslots; i++)
		CHECK(words[i] == want[i], "%s of %s, word %u: %#llx, not %#llx", kinds[kind], name,
		      i, (unsigned long long)words[i], (unsigned long long)want[i]);
	if (returns)
		CHECK(words[m->nslots] == result, "%s of %s: %#llx, not %#llx", kinds[kind], name,
		      (unsigned long long)words[m->nslots], (unsigned long long)result);
	kernel_detach(kernel, &link);
	CHECK(call(drive, 0, 0) == result, "%s: afterwards", name);
	tramp_wait();
	prog_free(link.prog);
}

static void check_shape(const char *name)
{
	const struct btf *btf = kernel_btf(kernel);
	uint32_t func = btf_find(btf, name, BTF_KIND_FUNC);
	struct func_model m;

	CHECK(func && func_model(func_abi_here, btf, btf_func_proto(btf, func), &m) == 0, "%s", name);
	for (uint32_t kind = TRAMP_FENTRY; kind <= TRAMP_FEXIT; kind++)
		check_kind(name, &m, (enum tramp_kind)kind);
}

static const char *const shapes[] = {
#define SHAPE(name, ...) #name,
#include "tests/tramp/shapes.def"
};

/* ---- threads ---- */

enum { CALLERS = 4, PROGS = 10 };

static struct {
	uint16_t *sets; /* of programs, one bit each, after so many changes */
	atomic_uint begun, done; /* changes */
	atomic_bool stop;
	atomic_ulong calls;
} shared;

/* Adds n to the word that the function's first argument points to. */
static struct prog *adds(int32_t n)
{
	struct bpf_insn insns[] = {
		INSN_LDX_DW(2, 1, 0),	 INSN_LDX_DW(3, 2, 0), INSN_ADD64_K(3, n),
		INSN_STX_DW(2, 3, 0), INSN_MOV64_K(0, 0),   INSN_EXIT(),
	};

	return make(insns, ARRAY_SIZE(insns));
}

/* Was it the set at any time between two changes? */
static bool was_set(uint64_t set, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i <= to; i++)
		if (shared.sets[i] == set)
			return true;
	return false;
}

static void *caller(void *arg __unused)
{
	const void *f = kernel_func(kernel, "call_collect")->addr;
	uint64_t regs[FUNC_REGS_MAX] = {0}, stack[FUNC_SLOTS_MAX] = {0};
	uint64_t bad = 0, n = 0;

	for (; !atomic_load(&shared.stop) || n < 1000; n++) {
		uint32_t from = atomic_load(&shared.done);
		uint64_t set = kernel_call(f, regs, stack);

		bad += !was_set(set, from, atomic_load(&shared.begun));
	}
	atomic_fetch_add(&shared.calls, n);
	return (void *)(uintptr_t)bad;
}

static void change(struct tramp_link *links, uint32_t which, uint32_t n)
{
	uint16_t set = shared.sets[n] ^ (uint16_t)(1u << which);

	shared.sets[n + 1] = set;
	atomic_store(&shared.begun, n + 1);
	if (links[which].on)
		kernel_detach(kernel, &links[which]);
	else
		CHECK(kernel_attach(kernel, "collect", &links[which], &d) == 0);
	atomic_store(&shared.done, n + 1);
}

static void check_threads(uint32_t changes)
{
	struct tramp_link links[PROGS] = {0};
	struct rng rng = {.state = 1};
	pthread_t ids[CALLERS];

	shared.sets = xcalloc(changes + 1, sizeof(*shared.sets));
	for (uint32_t i = 0; i < PROGS; i++) {
		links[i].prog = adds(1 << i);
		links[i].kind = i % 2 ? TRAMP_FEXIT : TRAMP_FENTRY;
	}
	for (uint32_t i = 0; i < CALLERS; i++)
		pthread_create(&ids[i], NULL, caller, NULL);
	for (uint32_t n = 0; n < changes; n++)
		change(links, (uint32_t)rng_below(&rng, PROGS), n);
	atomic_store(&shared.stop, true);
	for (uint32_t i = 0; i < CALLERS; i++) {
		void *bad;

		pthread_join(ids[i], &bad);
		CHECK(!bad, "%zu calls saw what no set of programs was", (size_t)bad);
	}
	fprintf(stderr, "%lu calls, %u changes\n", shared.calls, changes);
	for (uint32_t i = 0; i < PROGS; i++) {
		kernel_detach(kernel, &links[i]);
		CHECK(tramp_wait());
		prog_free(links[i].prog);
	}
	free(shared.sets);
}

int main(int argc, char **argv)
{
	static struct runtime rt = {.ncpus = CALLERS + 1};
	struct tramp_home home = {.rt = &rt, .engine = &jit_fast_engine};

	if (argc < 3 || kernel_open(argv[1], &d, &kernel))
		return 1;
	tramp_home(&home);
	if (strcmp(argv[2], "threads") == 0)
		check_threads(argc > 3 ? (uint32_t)atoi(argv[3]) : 1000);
	else
		for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
			check_shape(shapes[i]);
	kernel_close(kernel);
	return unit_report();
}
