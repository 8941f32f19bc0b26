/*
 * Does every pass leave programs what they are? Programs that the verifier accepts (tests/sound)
 * and programs that compute (dense.c) are run by the interpreter, as the intermediate form after
 * each pass, after each of them alone, and as machine code: all have to end with the same result,
 * maps, packet and fault. What the hash map is, goes round.
 *
 *	passes [COUNT [SEED]]	until COUNT programs were compared; SEED is the number of the first
 *	passes machine [COUNT [SEED]]	the same of machine code alone, of both tiers
 *	passes one SEED		that program alone, with its text and what each pass made of it
 */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/interp/step.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/verify/facts.h"
#include "core/verify/verify.h"
#include "jit/jit.h"
#include "jit/target.h"
#include "maps/maps.h"
#include "tests/jit/dense.h"
#include "tests/jit/ir_run.h"

/* Not before the map types: it has a MAP_TYPE of its own. */
#include <sys/mman.h>
#include "tests/sound/gen.h"
#include "tests/sound/types.h"
#include "tests/unit/unit.h"

enum { RUNS = 3, BUDGET = 4000, WALK_MAX = 20000, PACKET_SIZE = 64 };

enum { HASH_TYPES = 4, PASSES_MAX = 32 };

struct test {
	struct map *maps[GEN_MAP_COUNT];
	struct map *hashes[HASH_TYPES];
	struct gen_types types;
	struct packet pkt;
	union packet_ctx ctx;
	uint8_t *stack, *other_stack;
	uint8_t fresh; /* what a new frame has in each byte */
	_Alignas(16) uint8_t mem[DENSE_MEM]; /* for atomic operations */
	struct diag d;
	bool machine_only;
	uint64_t made, compared, runs, left, faults;
	struct pass_runs {
		uint64_t behind, alone; /* the others before it */
	} passes[PASSES_MAX];
};

struct subject {
	struct test *t;
	uint64_t seed;
	bool dense;  /* over memory, not proved */
	bool probes; /* ... and to where nothing is */
	uint16_t flags[GEN_INSNS_MAX + 2];
	struct facts facts; /* the flags alone */
	struct gen_prog gen;
	struct verify_result result;
	struct prog *prog;
	bool failed;
};

/* What a run leaves. */
struct ending {
	enum fault_kind fault;
	uint32_t slot; /* of the fault */
	uint64_t r0, sum;
};

static void print_program(const struct subject *s)
{
	struct strbuf b = {0};

	for (uint32_t i = 0; i < s->gen.n; i += insn_slots(&s->gen.insns[i])) {
		strbuf_reset(&b);
		insn_text(&b, &s->gen.insns[i], NOTATION_KERNEL, NULL);
		fprintf(stderr, "%4u: %s\n", i, strbuf_str(&b));
	}
	strbuf_free(&b);
}

/* ---- runs ---- */

static void fill_maps(struct test *t, struct rng *rng)
{
	uint64_t value[GEN_VALUE_SIZE / 8];
	uint32_t key;

	while (map_next_key(t->maps[GEN_MAP_HASH], NULL, &key) == 0)
		map_delete(t->maps[GEN_MAP_HASH], &key);
	for (uint32_t m = 0; m < GEN_MAP_COUNT; m++)
		for (key = 0; key < GEN_TABLE_ENTRIES; key++) {
			for (size_t i = 0; i < ARRAY_SIZE(value); i++)
				value[i] = gen_number(rng);
			map_update(t->maps[m], &key, value, 0);
		}
}

static void fill_packet(struct packet *pkt, struct rng *rng)
{
	uint8_t bytes[PACKET_SIZE];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)gen_number(rng);
	packet_set(pkt, bytes, 14 + (uint32_t)rng_below(rng, sizeof(bytes) - 14), NULL);
}

static uint64_t sum_up(const struct subject *s)
{
	const struct test *t = s->t;
	uint64_t sum;

	if (s->dense)
		return hash_mem(t->mem, sizeof(t->mem));
	sum = hash_mem(t->pkt.buf + t->pkt.data, t->pkt.end - t->pkt.data);
	for (uint32_t m = 0; m < GEN_MAP_COUNT; m++)
		for (uint32_t key = 0; key < GEN_TABLE_ENTRIES; key++) {
			const void *value = t->maps[m]->ops->lookup(t->maps[m], &key, 0);

			sum = sum * 31 + (value ? hash_mem(value, GEN_VALUE_SIZE) : 1);
		}
	return sum;
}

/* What runs: a program, or what passes made of it. */
static struct ir_prog *running;

static uint64_t ir_engine_run(struct run_ctx *rc, const struct prog *prog __unused)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx, rc->ctx_size};

	return ir_run(running, rc, 0, arg);
}

static uint64_t ir_engine_call(struct run_ctx *rc, const struct prog *prog,
			       const struct subprog *sub, const uint64_t arg[5])
{
	return ir_run(running, rc, (uint32_t)(sub - prog->subs), arg);
}

static const struct engine ir_engine = {
	.name = "intermediate form", .run = ir_engine_run, .call = ir_engine_call};

/* What new frames of noisy_engine hold: numbers of every kind. */
static struct rng noise;

static uint64_t noisy_steps(struct stepper *st, enum step_result res)
{
	uint32_t nframes = 0;

	while (res == STEP_MORE) {
		uint64_t *fp = (uint64_t *)(uintptr_t)st->reg[REG_FP];

		for (int i = 1; st->nframes + 1 > nframes && i <= STACK_SIZE / 8; i++)
			fp[-i] = gen_number(&noise);
		nframes = st->nframes + 1;
		res = step(st);
	}
	step_end(st);
	return res == STEP_EXIT ? st->reg[0] : 0;
}

static uint64_t noisy_call(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
			   const uint64_t arg[5])
{
	struct stepper st;

	return noisy_steps(&st, step_begin(&st, rc, prog, sub->start, arg, 0x3e));
}

static uint64_t noisy_run(struct run_ctx *rc, const struct prog *prog)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx, rc->ctx_size};

	return noisy_call(rc, prog, &prog->subs[0], arg);
}

static const struct engine noisy_engine = {
	.name = "checked, over noise", .run = noisy_run, .call = noisy_call};

static bool is_checked(const struct engine *engine)
{
	return engine == &step_engine || engine == &noisy_engine;
}

/* Frames of machine code begin with zeros too, as far as it goes. */
static __attribute__((noinline)) void clear_native_stack(void)
{
	volatile uint8_t below[1 << 14];

	for (size_t i = 0; i < sizeof(below); i++)
		below[i] = 0;
}

static struct ending run_program(struct subject *s, uint64_t input, const struct engine *engine)
{
	const struct packet_type *type = s->dense ? NULL : packet_type(s->gen.type);
	struct rng rng = {input};
	struct runtime rt = {.fixed_clock = true, .rng = {~input}};
	struct mem mem = {.any_reg = true, .fresh = s->t->fresh, .probe_loads = s->probes};
	struct run_ctx rc = {.engine = engine,
			     .stack = s->t->stack,
			     .rt = &rt,
			     .mem = is_checked(engine) ? &mem : NULL,
			     .budget = is_checked(engine) ? BUDGET : 20 * BUDGET};
	struct ending end;

	if (s->dense) {
		for (size_t i = 0; i < sizeof(s->t->mem); i++)
			s->t->mem[i] = (uint8_t)gen_number(&rng);
		rc.ctx = s->t->mem;
		rc.ctx_size = sizeof(s->t->mem);
	} else {
		fill_maps(s->t, &rng);
		fill_packet(&s->t->pkt, &rng);
		mem.ctx = type->ctx;
		mem.user = type->user;
		mem.write_packet = type->write_packet;
		rc.pkt = &s->t->pkt;
		rc.ctx = &s->t->ctx;
		type->enter(type, &s->t->ctx, &s->t->pkt);
	}
	if (!is_checked(engine))
		clear_native_stack();
	run_once(&rc, s->prog, &end.r0);
	end.fault = rc.fault.kind;
	end.slot = rc.fault.kind ? rc.fault.insn : 0;
	end.sum = sum_up(s);
	s->t->runs++;
	return end;
}

static void show(struct subject *s, uint32_t passes)
{
	struct ir_prog *p = ir_prog_new(s->prog, passes);
	struct strbuf b = {0};

	for (uint32_t i = 0; i < s->prog->nsubs; i++)
		ir_print(p->fns[i], &b);
	fprintf(stderr, "---- after %u passes\n%s", passes, strbuf_str(&b));
	strbuf_free(&b);
	ir_prog_free(p);
}

static bool show_pass(void *arg __unused, struct ir_fn *fn, const char *pass)
{
	struct strbuf b = {0};

	ir_print(fn, &b);
	fprintf(stderr, "---- after %s\n%s", pass, strbuf_str(&b));
	strbuf_free(&b);
	return true;
}

static void show_machine(struct subject *s, const struct jit_options *options)
{
	for (uint32_t i = 0; i < s->prog->nsubs; i++) {
		struct ir_fn *fn = jit_optimize(s->prog, i, s->prog->facts, NULL, NULL);

		fn->random = options->random_ra;
		fn->harden = options->harden;
		jit_to_machine(fn, jit_machine, show_pass, NULL);
		ir_free(fn);
	}
}

/* Who makes machine code, and how. */
struct maker {
	const struct engine *engine;
	struct jit_options options;
};

static void fail_machine(struct subject *s, const struct maker *m, const char *what)
{
	fprintf(stderr,
		"program %" PRIu64 ": as machine code of %s, --random-ra=%#" PRIx64
		"%s, in parts of %u: %s\n",
		s->seed, m->engine->name, m->options.random_ra,
		m->options.harden ? ", hardened" : "", m->options.part, what);
	if (!s->failed) {
		print_program(s);
		show_machine(s, &m->options);
	}
	s->failed = true;
}

static void fail_after(struct subject *s, uint32_t passes, bool alone, const char *what)
{
	fprintf(stderr, "program %" PRIu64 ": after %s%s: %s\n", s->seed,
		passes ? jit_passes[passes - 1].name : "lower", alone ? " alone" : "", what);
	if (!s->failed) {
		print_program(s);
		if (passes)
			show(s, passes - 1);
		show(s, passes);
	}
	s->failed = true;
}

/* NULL: they are the same. */
static const char *difference(const struct ending *got, const struct ending *want)
{
	if (got->fault != want->fault)
		return got->fault ? "it faults" : "it does not fault";
	if (got->slot != want->slot)
		return "it faults elsewhere";
	if (!got->fault && got->r0 != want->r0)
		return "another result";
	return got->sum != want->sum ? "memory differs" : NULL;
}

/* Runs p, which the passes made, or the last of them alone. */
static void try_form(struct subject *s, struct ir_prog *p, uint64_t input, uint32_t passes,
		     bool alone, const struct ending *want)
{
	const char *what = p->wrong;

	running = p;
	if (!what) {
		struct ending got = run_program(s, input, &ir_engine);

		what = difference(&got, want);
	}
	if (what)
		fail_after(s, passes, alone, what);
	ir_prog_free(p);
}

static void try_passes(struct subject *s, uint64_t input, const struct ending *want)
{
	for (uint32_t n = 0; !s->failed && (!n || jit_passes[n - 1].name); n++) {
		try_form(s, ir_prog_new(s->prog, n), input, n, false, want);
		s->t->passes[n].behind++;
	}
	for (uint32_t n = ir_passes_to_ssa(); !s->failed && jit_passes[n].name; n++) {
		try_form(s, ir_prog_alone(s->prog, n), input, n + 1, true, want);
		s->t->passes[n + 1].alone++;
	}
}

/* Machine code runs as long as it likes, and what it may not touch was never in a program. */
static bool is_comparable(const struct subject *s, const struct ending *want)
{
	return !want->fault || (s->probes && want->fault == FAULT_MEMORY);
}

enum { OTHER_SIZE = RUN_FRAMES * STACK_SIZE + 4096 };

/* Does it depend on where its frame is, or what was there before? Machine code has another one. */
static bool depends_on_frame(struct subject *s, uint64_t input, const struct ending *want)
{
	static const uint8_t patterns[] = {0x5a, 0xff, 0x01, 0x80};
	static const uint32_t steps[ARRAY_SIZE(patterns)] = {0x558, 0xaa0, 0x3f8, 0xc00};
	uint8_t *stack = s->t->stack;
	bool depends = false;

	for (size_t i = 0; i < ARRAY_SIZE(patterns) && !depends; i++) {
		struct ending end;

		s->t->stack = s->t->other_stack + steps[i];
		s->t->fresh = patterns[i];
		end = run_program(s, input, &step_engine);
		depends = difference(&end, want);
	}
	s->t->stack = stack;
	s->t->fresh = 0;
	return depends;
}

/* The same, of programs that seem to be compiled wrongly: with all that may be there. */
static bool depends_on_noise(struct subject *s, uint64_t input, const struct ending *want)
{
	enum { TRIES = 256 };
	bool depends = false;

	noise.state = input;
	for (int i = 0; i < TRIES && !depends; i++) {
		struct ending end = run_program(s, input, &noisy_engine);

		depends = difference(&end, want);
	}
	return depends;
}

/* The same, with its frame anywhere in the process. */
static bool depends_on_place(struct subject *s, uint64_t input, const struct ending *want)
{
	enum { TRIES = 256, PAGES_BITS = 46 - 12 };
	uint8_t *stack = s->t->stack;
	struct rng rng = {input};
	bool depends = false;

	for (int i = 0; i < TRIES && !depends; i++) {
		void *at = (void *)(rng_below(&rng, UINT64_C(1) << PAGES_BITS) << 12);
		struct ending end;

		at = mmap(at, OTHER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
		if (at == MAP_FAILED)
			continue;
		s->t->stack = (uint8_t *)at + rng_below(&rng, 4096 / 8) * 8;
		end = run_program(s, input, &step_engine);
		depends = difference(&end, want);
		munmap(at, OTHER_SIZE);
	}
	s->t->stack = stack;
	return depends;
}

static void compare_machine(struct subject *s, const struct maker *m, uint64_t input,
			    const struct ending *want)
{
	struct ending got = run_program(s, input, m->engine);
	const char *what = difference(&got, want);

	if (what && !depends_on_frame(s, input, want) && !depends_on_noise(s, input, want) &&
	    !depends_on_place(s, input, want))
		fail_machine(s, m, what);
}

/* What the optimizing tier leaves to the other one has a loop with several entries. */
static bool may_be_left(const struct subject *s)
{
	bool irreducible = false;

	for (uint32_t i = 0; i < s->prog->nsubs && !irreducible; i++) {
		struct ir_fn *fn = jit_optimize(s->prog, i, s->prog->facts, NULL, NULL);

		irreducible = fn->irreducible;
		ir_free(fn);
	}
	return irreducible;
}

static bool make_machine(struct subject *s, const struct maker *m)
{
	int err;

	prog_drop_code(s->prog);
	err = m->engine == &jit_opt_engine ? jit_optimized(s->prog, &m->options, &s->t->d)
					   : m->engine->prepare(s->prog, &s->t->d);
	if (err || s->prog->engine != m->engine) {
		s->t->left++;
		/* There is no other tier for what is hardened. */
		if ((err && !m->options.harden) || !may_be_left(s))
			fail_machine(s, m, err ? "no code" : "a value found no register");
	}
	return !err;
}

enum { PART_MAX = 64 };

static void try_machine(struct subject *s, const uint64_t inputs[RUNS],
			const struct ending want[RUNS], uint64_t random)
{
	const struct maker makers[] = {{&jit_fast_engine, {0}},
				       {&jit_opt_engine, {0}},
				       {&jit_opt_engine, {.random_ra = random | 1}},
				       {&jit_opt_engine, {.harden = random | 1}},
				       {&jit_opt_engine,
					{.part = 3 + random % PART_MAX,
					 .random_ra = random >> 63 ? random : 0}}};

	for (size_t k = jit_target && jit_target->fast ? 0 : 1; k < ARRAY_SIZE(makers); k++) {
		if (s->failed || !jit_target || !make_machine(s, &makers[k]))
			continue;
		for (uint32_t i = 0; i < RUNS && !s->failed; i++)
			if (is_comparable(s, &want[i]))
				compare_machine(s, &makers[k], inputs[i], &want[i]);
	}
}

static void run_all(struct subject *s, struct rng *rng)
{
	struct ending want[RUNS];
	uint64_t inputs[RUNS];
	bool any = false;

	for (uint32_t i = 0; i < RUNS && !s->failed; i++) {
		inputs[i] = rng_u64(rng);
		want[i] = run_program(s, inputs[i], &step_engine);
		if (is_comparable(s, &want[i]) && !s->t->machine_only) {
			if (depends_on_frame(s, inputs[i], &want[i]))
				want[i].fault = FAULT_BUDGET;
			else
				try_passes(s, inputs[i], &want[i]);
		}
		any |= is_comparable(s, &want[i]);
		s->t->faults += want[i].fault && is_comparable(s, &want[i]);
	}
	if (any)
		try_machine(s, inputs, want, inputs[0]);
}

/* ---- programs ---- */

static int host_map(void *arg, int fd, struct map **out)
{
	*out = ((struct test *)arg)->maps[fd];
	return 0;
}

static int host_btf(void *arg __unused, int fd __unused, const struct btf **out __unused)
{
	return -EBADF;
}

static int host_fd_at(void *arg __unused, uint32_t index, int *fd)
{
	*fd = (int)index;
	return index < GEN_MAP_COUNT ? 0 : -EFAULT;
}

static bool is_accepted(struct subject *s)
{
	struct verify_host host = {s->t, host_map, host_btf, host_fd_at};
	struct func_info funcs[GEN_FUNCS_MAX];
	struct verify_job job = {
		.type = s->gen.type,
		.caps = VERIFY_CAP_ALL,
		.gpl = true,
		.walk_max = WALK_MAX,
		.want_facts = true,
		.name = "passes",
		.insns = s->gen.insns,
		.ninsns = s->gen.n,
		.host = &host,
	};

	gen_types_funcs(&s->t->types, &s->gen, funcs);
	if (s->gen.has_types) {
		job.btf = s->t->types.btf;
		job.funcs = funcs;
		job.nfuncs = s->gen.nfuncs;
	}
	return verify_prog(&job, &s->result) == 0 && !s->result.warnings;
}

static bool make_prog(struct subject *s)
{
	struct prog_def def = {
		.name = "passes", .type = s->gen.type, .insns = s->gen.insns, .ninsns = s->gen.n};

	if (prog_new(&def, s->t->maps, GEN_MAP_COUNT, NULL, &s->t->d, &s->prog))
		return false;
	run_bind(s->prog, NULL, NULL);
	facts_use(s->prog, s->dense ? NULL : s->result.insn_facts);
	if (s->probes) {
		s->facts = (struct facts){.ninsns = s->gen.n, .flags = s->flags};
		s->prog->facts = &s->facts;
	}
	return true;
}

/* True: it was compared. */
static bool try_program(struct test *t, uint64_t seed, bool say)
{
	struct subject *s = xcalloc(1, sizeof(*s));
	struct rng rng = {seed};
	bool fits;

	s->t = t;
	s->seed = seed;
	s->dense = seed % 2;
	s->probes = seed % 8 == 7;
	t->maps[GEN_MAP_HASH] = t->hashes[seed / 2 % HASH_TYPES];
	if (s->dense)
		dense_program(&rng, &s->gen, s->probes ? s->flags : NULL);
	else
		gen_program(&rng, &s->gen);
	t->made++;
	fits = (s->dense || is_accepted(s)) && make_prog(s);
	if (fits && say) {
		print_program(s);
		for (uint32_t i = 0; !i || jit_passes[i - 1].name; i++)
			show(s, i);
	}
	if (fits)
		run_all(s, &rng);
	CHECK(!s->failed, "program %" PRIu64, seed);
	prog_free(s->prog);
	verify_result_free(&s->result);
	free(s);
	return fits;
}

/* ---- all of it ---- */

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

static struct map *new_map(struct test *t, struct map_def def)
{
	struct map *map;

	def.key_size = 4;
	def.value_size = GEN_VALUE_SIZE;
	if (map_new(&def, 1, &t->d, &map))
		abort();
	return map;
}

static void test_begin(struct test *t)
{
	static const struct map_def defs[GEN_MAP_HASH] = {
		[GEN_MAP_ONE] = {.name = "one", .type = MAP_TYPE_ARRAY, .max_entries = 1},
		[GEN_MAP_TABLE] = {.name = "table",
				   .type = MAP_TYPE_ARRAY,
				   .max_entries = GEN_TABLE_ENTRIES},
	};
	static const uint32_t hash_types[HASH_TYPES] = {MAP_TYPE_HASH, MAP_TYPE_LRU_HASH,
							MAP_TYPE_PERCPU_HASH,
							MAP_TYPE_LRU_PERCPU_HASH};

	/* Memory of one program is that of the next. */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	*t = (struct test){.d.sink = no_message};
	t->stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	/* Neither half of its address is that of an ordinary one. */
	t->other_stack = mmap((void *)0x3ff0f0000000, OTHER_SIZE,
			      PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->other_stack == MAP_FAILED)
		abort();
	for (int i = 0; i < GEN_MAP_HASH; i++)
		t->maps[i] = new_map(t, defs[i]);
	for (int i = 0; i < HASH_TYPES; i++)
		t->hashes[i] = new_map(t, (struct map_def){.name = "hash",
							   .type = hash_types[i],
							   .max_entries = 16});
	gen_types_begin(&t->types, &t->d);
	if (packet_alloc(&t->pkt, &t->d))
		abort();
}

static void test_end(struct test *t)
{
	for (int i = 0; i < GEN_MAP_HASH; i++)
		map_free(t->maps[i]);
	for (int i = 0; i < HASH_TYPES; i++)
		map_free(t->hashes[i]);
	packet_free(&t->pkt);
	gen_types_end(&t->types);
	free(t->stack);
	munmap(t->other_stack, OTHER_SIZE);
}

static void print_totals(const struct test *t)
{
	for (uint32_t n = 0; !t->machine_only && (!n || jit_passes[n - 1].name); n++)
		fprintf(stderr, "after %-8s %8" PRIu64 " runs compared, alone %8" PRIu64 "\n",
			n ? jit_passes[n - 1].name : "lower", t->passes[n].behind,
			t->passes[n].alone);
	fprintf(stderr,
		"%" PRIu64 " of %" PRIu64 " programs compared, %" PRIu64 " runs, %" PRIu64
		" inputs that end in faults, %" PRIu64 " left to the one-pass tier\n",
		t->compared, t->made, t->runs, t->faults, t->left);
}

int main(int argc, char **argv)
{
	enum { SHORT = 1000, FAILURES_MAX = 5 };
	bool one = argc > 2 && strcmp(argv[1], "one") == 0;
	bool machine = argc > 1 && strcmp(argv[1], "machine") == 0;
	struct test *t = xmalloc(sizeof(*t));
	uint64_t count, seed;

	argv += one || machine;
	argc -= one || machine;
	count = argc > 1 ? strtoull(argv[1], NULL, 0) : SHORT;
	seed = one ? count : argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
	test_begin(t);
	t->machine_only = machine;
	if (one)
		try_program(t, seed, true);
	for (; !one && t->compared < count && unit_failed < FAILURES_MAX; seed++)
		t->compared += try_program(t, seed, false);
	print_totals(t);
	test_end(t);
	free(t);
	return unit_report();
}
