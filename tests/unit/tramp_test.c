/* Trampolines: order, arguments, results, what is left out, faults, threads that come meanwhile. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/rng.h"
#include "core/helper/helper.h"
#include "core/isa/build.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "jit/jit.h"
#include "jit/tramp.h"
#include "tests/unit/unit.h"

static struct diag d = {.prefix = "tramp_test"};
static struct runtime rt = {.ncpus = 8};
static uint32_t faults;

/* What programs did, a digit each. */
static uint64_t seen;
static uint64_t words[16];
static uint32_t nwords;

static struct prog *make(struct bpf_insn *insns, uint32_t n)
{
	struct prog_def def = {.name = "p", .insns = insns, .ninsns = n};
	struct prog *prog = NULL;

	CHECK(prog_new(&def, NULL, 0, NULL, &d, &prog) == 0);
	CHECK(run_prepare(prog, &d) == 0);
	CHECK(jit_fast_engine.prepare(prog, &d) == 0);
	return prog;
}

#define PROG(...)                                                                                  \
	make((struct bpf_insn[]){__VA_ARGS__},                                                     \
	     sizeof((struct bpf_insn[]){__VA_ARGS__}) / sizeof(struct bpf_insn))
#define ADDRESS(dst, p)                                                                            \
	insn_make(OP_LD_IMM64_IMM, dst, 0, 0, (int32_t)(uintptr_t)(p)),                            \
		{.imm = (int32_t)((uintptr_t)(p) >> 32)}

/* seen = seen * 10 + digit; answers that */
static struct prog *says(int32_t digit, int32_t answer)
{
	return PROG(ADDRESS(2, &seen), INSN_LDX_DW(3, 2, 0), INSN_MUL64_K(3, 10),
		    INSN_ADD64_K(3, digit), INSN_STX_DW(2, 3, 0), INSN_MOV64_K(0, answer),
		    INSN_EXIT());
}

/* Copies n words of the context to words[]. */
static struct prog *copies(uint32_t n)
{
	struct bpf_insn insns[64] = {ADDRESS(2, words)};
	uint32_t at = 2;

	for (uint32_t i = 0; i < n; i++) {
		insns[at++] = INSN_LDX_DW(3, 1, (int16_t)(i * 8));
		insns[at++] = INSN_STX_DW(2, 3, (int16_t)(i * 8));
	}
	insns[at++] = INSN_MOV64_K(0, 0);
	insns[at++] = INSN_EXIT();
	nwords = n;
	return make(insns, at);
}

static struct tramp *over(const struct func_model *m, const void *body)
{
	struct tramp_target to = {.model = m, .ip = 0x1234, .body = body};
	struct tramp *t = NULL;

	CHECK(tramp_new(&to, &d, &t) == 0);
	return t;
}

static struct tramp_link *attach(struct tramp *t, struct prog *prog, enum tramp_kind kind,
				 uint64_t cookie)
{
	struct tramp_link *link = calloc(1, sizeof(*link));

	link->prog = prog;
	link->kind = kind;
	link->attach.cookie = cookie;
	CHECK(tramp_attach(t, link) == 0, "%d", kind);
	return link;
}

static void drop(struct tramp_link *link)
{
	tramp_detach(link);
	CHECK(!link->on);
	prog_free(link->prog);
	free(link);
}

static struct func_model model_of(const char *sizes, uint32_t ret)
{
	struct func_model m = {.ret_size = (uint8_t)ret, .ret_signed = true};
	uint8_t regs = 0;

	for (; *sizes; sizes++) {
		struct func_arg *a = &m.arg[m.nargs++];

		a->size = (uint8_t)(*sizes == 'P' ? 16 : *sizes & 15);
		a->is_signed = true;
		a->slot = m.nslots;
		a->nslots = a->size > 8 ? 2 : 1;
		m.nslots += a->nslots;
		a->on_stack = regs + a->nslots > func_abi_here->nregs;
		a->where = a->on_stack ? m.nstack : regs;
		*(a->on_stack ? &m.nstack : &regs) += a->nslots;
	}
	return m;
}

typedef long fn2(long a, long b);

static long body2(long a, long b)
{
	seen = seen * 10 + 5;
	return a * 100 + b;
}

static long call2(const struct tramp *t, long a, long b)
{
	return ((fn2 *)(uintptr_t)tramp_entry(t))(a, b);
}

static void order(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);
	struct tramp_link *en1, *en2, *ex1, *ex2, *mod1, *mod2;

	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 5, "without programs");
	en1 = attach(t, says(1, 0), TRAMP_FENTRY, 0);
	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 15, "%llu", (unsigned long long)seen);
	ex1 = attach(t, says(3, 0), TRAMP_FEXIT, 0);
	en2 = attach(t, says(2, 0), TRAMP_FENTRY, 0);
	ex2 = attach(t, says(4, 0), TRAMP_FEXIT, 0);
	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 21543, "%llu", (unsigned long long)seen);
	mod1 = attach(t, says(6, 0), TRAMP_MODIFY, 0);
	mod2 = attach(t, says(7, 0), TRAMP_MODIFY, 0);
	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 2176543, "%llu", (unsigned long long)seen);
	drop(mod2);
	mod2 = attach(t, says(8, -7), TRAMP_MODIFY, 0);
	seen = 0;
	CHECK(call2(t, 3, 4) == -7 && seen == 21843, "%llu", (unsigned long long)seen);
	drop(mod2);
	drop(en1);
	drop(ex2);
	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 2653, "%llu", (unsigned long long)seen);
	drop(mod1);
	drop(ex1);
	drop(en2);
	seen = 0;
	CHECK(call2(t, 3, 4) == 304 && seen == 5 && !tramp_count(t), "without programs again");
	tramp_free(t);
}

struct pair {
	long a, b;
};

static long body12(long a, struct pair p, int c, short e, struct pair q, signed char f, long g,
		   long h)
{
	return a + p.a + p.b + c + e + q.a + q.b + f + g + h;
}

static void arguments(void)
{
	struct func_model m = model_of("8P42P188", 4);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body12);
	__typeof__(body12) *f = (__typeof__(body12) *)(uintptr_t)tramp_entry(t);
	static const uint64_t want[] = {1, 2, 3, -4, -5, 6, 7, -8, 9, 10, 21};
	struct tramp_link *en = attach(t, copies(10), TRAMP_FENTRY, 0), *ex;

	CHECK(f(1, (struct pair){2, 3}, -4, -5, (struct pair){6, 7}, -8, 9, 10) == 21);
	CHECK(memcmp(words, want, 10 * 8) == 0);
	memset(words, 0, sizeof(words));
	ex = attach(t, copies(11), TRAMP_FEXIT, 0);
	CHECK((int)f(1, (struct pair){2, 3}, -4, -5, (struct pair){6, 7}, -8, 9, 10) == 21);
	for (uint32_t i = 0; i < 11; i++)
		CHECK(words[i] == want[i], "%u: %lld", i, (long long)words[i]);
	drop(en);
	drop(ex);
	tramp_free(t);
}

/* The program asks what it is told of its place. */
static struct prog *asks(int32_t helper)
{
	return PROG(INSN_MOV64_X(6, 1), INSN_MOV64_K(2, 0), INSN_CALL(helper), ADDRESS(2, words),
		    INSN_STX_DW(2, 0, 0), INSN_MOV64_K(0, 0), INSN_EXIT());
}

static void places(void)
{
	static const struct {
		int32_t helper;
		enum tramp_kind kind;
		uint64_t want;
	} rows[] = {
		{HELPER_get_func_ip, TRAMP_FENTRY, 0x1234},
		{HELPER_get_attach_cookie, TRAMP_FENTRY, 77},
		{HELPER_get_attach_cookie, TRAMP_FEXIT, 77},
		{HELPER_get_func_arg_cnt, TRAMP_FEXIT, 2},
		{HELPER_get_func_ret, TRAMP_FENTRY, (uint64_t)-EOPNOTSUPP},
	};
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct tramp_link *other = attach(t, says(1, 0), rows[i].kind, 5);
		struct tramp_link *link = attach(t, asks(rows[i].helper), rows[i].kind, 77);

		words[0] = 0;
		call2(t, 1, 2);
		CHECK(words[0] == rows[i].want, "%zu: %lld", i, (long long)words[0]);
		drop(other);
		drop(link);
	}
	tramp_free(t);
}

static void limits(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);
	struct tramp_link *links[TRAMP_LINKS_MAX], one = {0};

	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		links[i] = attach(t, says(0, 0), (enum tramp_kind)(i % TRAMP_SESSION_END), i);
	CHECK(call2(t, 3, 4) == 304);
	one.prog = says(0, 0);
	one.kind = TRAMP_FEXIT;
	CHECK(tramp_attach(t, &one) == -E2BIG);
	drop(links[0]);
	prog_free(one.prog);
	one.prog = links[1]->prog;
	CHECK(tramp_attach(t, &one) == -EBUSY, "twice the same program");
	for (uint32_t i = 1; i < TRAMP_LINKS_MAX; i++)
		drop(links[i]);
	tramp_free(t);
	/* All of the kind that takes most room */
	t = over(&m, (const void *)(uintptr_t)body2);
	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		links[i] = attach(t, says(0, 0), TRAMP_MODIFY, i);
	CHECK(call2(t, 3, 4) == 304);
	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		drop(links[i]);
	tramp_free(t);
}

/* Guards are given back: there may be any number of programs, one after another. */
static void many_programs(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);

	for (uint32_t i = 0; i < TRAMP_GUARDS + 10; i++)
		drop(attach(t, says(0, 0), TRAMP_FENTRY, 0));
	CHECK(call2(t, 3, 4) == 304);
	tramp_free(t);
}

/* A program that calls the function it is attached to would not come to an end. */
static struct tramp *again;

static uint64_t call_again(uint64_t r1 __unused, uint64_t r2 __unused, uint64_t r3 __unused,
			   uint64_t r4 __unused, uint64_t r5 __unused, struct run_ctx *rc)
{
	struct run_ctx saved = *rc;

	call2(again, 1, 1);
	*rc = saved;
	return 0;
}

static void recursion(void)
{
	static helper_fn *helpers[HELPER_ID_LIMIT];
	struct bpf_insn insns[] = {INSN_CALL(HELPER_get_smp_processor_id), INSN_MOV64_K(0, 0),
				   INSN_EXIT()};
	struct prog_def def = {.name = "again", .insns = insns, .ninsns = ARRAY_SIZE(insns)};
	struct func_model m = model_of("88", 8);
	struct tramp_link *link, *ex;
	struct prog *prog = NULL;

	helpers[HELPER_get_smp_processor_id] = call_again;
	CHECK(prog_new(&def, NULL, 0, NULL, &d, &prog) == 0);
	prog->helpers = helpers;
	CHECK(jit_fast_engine.prepare(prog, &d) == 0);
	again = over(&m, (const void *)(uintptr_t)body2);
	ex = attach(again, says(1, 0), TRAMP_FEXIT, 0);
	link = attach(again, prog, TRAMP_FENTRY, 0);
	seen = 0;
	CHECK(call2(again, 3, 4) == 304 && seen == 5151, "%llu", (unsigned long long)seen);
	CHECK(prog->counts.misses == 1, "%llu", (unsigned long long)prog->counts.misses);
	drop(ex);
	drop(link);
	tramp_free(again);
}

static void count_fault(void *arg __unused, const struct run_ctx *rc)
{
	faults += rc->fault.kind == FAULT_MEMORY;
}

#ifdef __aarch64__
#define KEPT1 "x21"
#define KEPT2 "x22"
#else
#define KEPT1 "r14"
#define KEPT2 "r15"
#endif

/* What faults answers 0, and the others run. */
static void dropped(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);
	struct tramp_link *en = attach(t, says(1, 0), TRAMP_FENTRY, 0), *bad, *ex;

	bad = attach(t,
		     PROG(INSN_MOV64_K(6, 1), INSN_MOV64_K(7, 2), INSN_MOV64_K(8, 3),
			  INSN_MOV64_K(9, 4), INSN_MOV64_K(1, 8), INSN_LDX_DW(0, 1, 0),
			  INSN_EXIT()),
		     TRAMP_FENTRY, 0);
	ex = attach(t, says(2, 0), TRAMP_FEXIT, 0);
	for (uint32_t i = 0; i < 3; i++) {
		register long keep1 __asm__(KEPT1) = 11, keep2 __asm__(KEPT2) = 12;
		long got;

		__asm__ volatile("" : "+r"(keep1), "+r"(keep2));
		seen = 0;
		got = call2(t, 3, 4);
		__asm__ volatile("" : "+r"(keep1), "+r"(keep2));
		CHECK(got == 304 && seen == 152, "%llu", (unsigned long long)seen);
		CHECK(keep1 == 11 && keep2 == 12);
	}
	CHECK(faults == 3, "%u", faults);
	drop(en);
	drop(bad);
	drop(ex);
	tramp_free(t);
}

static void indirect(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, NULL);
	struct tramp_link *link;

	CHECK(call2(t, 3, 4) == 0, "nobody answers");
	link = attach(t,
		      PROG(INSN_LDX_DW(0, 1, 0), INSN_LDX_DW(2, 1, 8), INSN_MUL64_X(0, 2),
			   INSN_EXIT()),
		      TRAMP_FENTRY, 0);
	CHECK(call2(t, 6, 7) == 42);
	drop(link);
	CHECK(call2(t, 6, 7) == 0);
	tramp_free(t);
}

static void counted(void)
{
	struct tramp_home home = {.rt = &rt, .engine = &jit_fast_engine, .stats = true};
	struct func_model m = model_of("88", 8);
	struct tramp *t = over(&m, (const void *)(uintptr_t)body2);
	struct tramp_link *links[TRAMP_LINKS_MAX];

	tramp_home(&home);
	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++)
		links[i] = attach(t, says(0, 0), (enum tramp_kind)(i % TRAMP_SESSION_END), i);
	for (uint32_t i = 0; i < 10; i++)
		CHECK(call2(t, 3, 4) == 304);
	for (uint32_t i = 0; i < TRAMP_LINKS_MAX; i++) {
		CHECK(links[i]->prog->counts.runs == 10 && links[i]->prog->counts.ns > 0, "%u", i);
		drop(links[i]);
	}
	home.stats = false;
	home.fault = count_fault;
	tramp_home(&home);
	tramp_free(t);
}

/* ---- threads ---- */

enum { CALLERS = 4, CALLS = 20000, CHANGES = 2000, SETS = 6 };

static struct tramp *shared;
static atomic_uint running;

/* Programs of fexit add to what those of fentry made: no call may see half of a set. */
static long sum(long *to, long b)
{
	return *to + b;
}

static struct prog *adds(int32_t n)
{
	return PROG(INSN_LDX_DW(2, 1, 0), INSN_LDX_DW(3, 2, 0), INSN_ADD64_K(3, n),
		    INSN_STX_DW(2, 3, 0), INSN_MOV64_K(0, 0), INSN_EXIT());
}

static void *caller(void *arg)
{
	long (*f)(long *to, long b) = (long (*)(long *, long))(uintptr_t)tramp_entry(shared);
	uint32_t bad = 0;

	(void)arg;
	for (long i = 0; i < CALLS; i++) {
		long word = 0, got = f(&word, i), before = got - i;

		/* Before and after come from sets, and one set is not another. */
		bad += before < 0 || before > 63 || word < before;
	}
	atomic_fetch_sub(&running, 1);
	return (void *)(uintptr_t)bad;
}

static void threads(void)
{
	struct func_model m = model_of("88", 8);
	struct tramp_link links[SETS] = {0};
	struct rng rng = {.state = 7};
	pthread_t ids[CALLERS];
	uint32_t changes = 0;

	shared = over(&m, (const void *)(uintptr_t)sum);
	for (uint32_t i = 0; i < SETS; i++) {
		links[i].prog = adds(1 << i);
		links[i].kind = i % 2 ? TRAMP_FEXIT : TRAMP_FENTRY;
	}
	running = CALLERS;
	for (uint32_t i = 0; i < CALLERS; i++)
		pthread_create(&ids[i], NULL, caller, NULL);
	while (atomic_load(&running) || changes < CHANGES) {
		struct tramp_link *l = &links[rng_below(&rng, SETS)];

		if (l->on)
			tramp_detach(l);
		else
			CHECK(tramp_attach(shared, l) == 0);
		changes++;
	}
	for (uint32_t i = 0; i < CALLERS; i++) {
		void *bad;

		pthread_join(ids[i], &bad);
		CHECK(!bad, "%zu calls saw what no set of programs is", (size_t)bad);
	}
	for (uint32_t i = 0; i < SETS; i++) {
		tramp_detach(&links[i]);
		CHECK(tramp_wait());
		prog_free(links[i].prog);
	}
	tramp_free(shared);
}

int main(void)
{
	struct tramp_home home = {.rt = &rt, .engine = &jit_fast_engine, .fault = count_fault};

	if (!jit_target) {
		puts("skipped: there are no trampolines on this machine");
		return 77;
	}
	jit_catch_faults();
	tramp_home(&home);
	order();
	arguments();
	places();
	limits();
	many_programs();
	recursion();
	dropped();
	indirect();
	counted();
	threads();
	return unit_report();
}
