/*
 * Is the verifier right? Programs that it accepts are run on random inputs, checked: they must not
 * fault, they must not come to what was never walked, nor use more stack than was counted, what is
 * in registers and on the stack must be covered by what was explored (cover.h), and all facts about
 * the program (core/verify/facts.h) must be true. What the verifier made of them must end as they
 * do, and so must the machine code of both.
 *
 *	sound [COUNT [SEED]]	until COUNT programs were accepted; SEED is the number of the first
 *	sound one SEED		that program alone, with its text and the verifier's log
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#undef MAP_TYPE /* a mask, of nobody here */

#include "core/base/hash.h"
#include "core/interp/step.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/verify/facts.h"
#include "core/verify/writes.h"
#include "jit/jit.h"
#include "maps/maps.h"
#include "tests/unit/unit.h"
#include "tests/sound/cover.h"
#include "tests/sound/gen.h"
#include "tests/sound/types.h"

enum {
	RUNS = 6, /* of each program */
	BUDGET = 2000,
	WALK_MAX = 20000, /* endless loops are not worth more */
	PACKET_SIZE = 64,
	OTHER_SIZE = 1 << 16,
	OTHER_STACKS = 3,
};

/* As whom programs are loaded. */
static const struct loader {
	const char *name;
	uint32_t weight, flags, caps;
	bool covers; /* every state is stored: they can be looked for */
} loaders[] = {
	{"all capabilities, a state at every chance", 6, VERIFY_TEST_STATE_FREQ, VERIFY_CAP_ALL,
	 true},
	{"all capabilities", 3, 0, VERIFY_CAP_ALL, false},
	{"CAP_BPF and CAP_NET_ADMIN", 1, VERIFY_TEST_STATE_FREQ,
	 VERIFY_CAP_BPF | VERIFY_CAP_NET_ADMIN, true},
	{"no capability", 1, 0, 0, false},
};

struct test {
	struct map *maps[GEN_MAP_COUNT];
	struct gen_types types;
	struct packet pkt;
	union packet_ctx ctx;
	uint8_t *stack, *other_stacks[OTHER_STACKS];
	struct diag d;
	struct tally {
		uint64_t made, accepted, holes, runs, steps, failed;
	} by_loader[ARRAY_SIZE(loaders)];
	uint64_t points; /* at which states were looked for */
};

/* One program. */
struct subject {
	struct test *t;
	uint64_t seed;
	const struct loader *loader;
	struct tally *tally;
	struct gen_prog gen;
	struct verify_result result;
	struct cover cover;
	uint32_t fixes; /* enum verify_fix */
	struct prog *prog, *rewritten;
	const struct engine *native; /* that both have machine code of; NULL: none */
	struct rng *noise; /* what new frames hold; NULL: what memory is fresh with */
	struct strbuf why;
	bool keeps_packet; /* nothing writes into it, as is said */
	bool failed;
};

/* What a run leaves. */
struct ending {
	enum fault_kind fault;
	uint64_t r0, sum; /* of what is in maps and in the packet */
};

/* A run, and what it is nested in when it is a callback's. */
struct running {
	struct subject *s;
	struct stepper step;
	struct running *outer;
};

/* ---- what is said ---- */

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

static void fail_at(struct subject *s, uint32_t insn, const char *what)
{
	if (s->failed)
		return;
	s->failed = true;
	if (s->result.warnings) {
		s->tally->holes++;
		return;
	}
	s->tally->failed++;
	fprintf(stderr, "program %llu (%s), insn %u: %s\n", (unsigned long long)s->seed,
		s->loader->name, insn, what);
	print_program(s);
}

/* ---- checks between steps ---- */

static uint32_t fill_frames(const struct running *r, struct cover_frame *frames)
{
	const struct stepper *s = &r->step;
	uint32_t n = r->outer ? fill_frames(r->outer, frames) : 0;
	uint64_t fp = s->reg[REG_FP] - s->nframes * STACK_SIZE;

	for (uint32_t i = 0; i < s->nframes; i++, fp += STACK_SIZE) {
		memcpy(&frames[n].regs[6], s->frames[i].saved, sizeof(s->frames[i].saved));
		frames[n].regs[REG_FP] = fp;
		frames[n++].insn = s->frames[i].insn;
	}
	memcpy(frames[n].regs, s->reg, sizeof(s->reg));
	frames[n++].insn = s->insn;
	return n;
}

static bool is_in_global(const struct gen_prog *prog, uint32_t insn)
{
	uint32_t i = prog->nfuncs - 1;

	while (i && prog->funcs[i].start > insn)
		i--;
	return prog->funcs[i].is_global;
}

/* A global function was walked without those that call it. */
static uint32_t first_frame(const struct subject *s, const struct cover_frame *frames, uint32_t n)
{
	for (uint32_t i = n - 1; i; i--)
		if (is_in_global(&s->gen, frames[i].insn))
			return i;
	return 0;
}

static void check_point(const struct running *r)
{
	struct subject *s = r->s;
	const struct insn_aux *aux = s->result.aux;
	struct cover_frame frames[RUN_FRAMES];
	uint32_t n, first;

	if (!aux[r->step.insn].seen) {
		fail_at(s, r->step.insn, "comes to what was never walked");
		return;
	}
	if (!aux[r->step.insn].prune_point || !s->cover.ninsns)
		return;
	n = fill_frames(r, frames);
	first = first_frame(s, frames, n);
	s->t->points++;
	if (!cover_has(&s->cover, r->step.rc, aux, frames + first, n - first, &s->why))
		fail_at(s, r->step.insn, strbuf_str(&s->why));
}

/*
 * Frames lie side by side: what leaves one for another is no fault of its own. Slots that are
 * touched by accesses of known slots alone are not touched by others.
 */
static void check_frame(const struct running *r, uint32_t insn, uint64_t off)
{
	const struct facts *facts = r->s->result.insn_facts;
	const struct fact_func *func = facts_func(facts, insn);
	uint64_t fp = r->step.reg[REG_FP] - (uintptr_t)r->s->t->stack;
	uint32_t slot = (uint32_t)((fp - 1 - off) / SLOT_SIZE), size = r->step.change.size;

	if (off / STACK_SIZE != (off + size - 1) / STACK_SIZE)
		fail_at(r->s, insn, "an access across two frames");
	if (off >= fp || fp - off > STACK_SIZE)
		return;
	if (r->s->result.nsubprogs == 1 && fp - off > r->s->result.stack_depth[0])
		fail_at(r->s, insn, "an access below the stack that was counted");
	if (func->direct >> slot & 1 && !(facts->flags[insn] & FACT_SLOT))
		fail_at(r->s, insn, "false fact: this slot is not touched so");
	if (func->whole >> slot & 1 && size != SLOT_SIZE)
		fail_at(r->s, insn, "false fact: all of this slot is touched");
}

static void check_access(const struct running *r, uint32_t insn)
{
	uint64_t off = r->step.change.addr - (uintptr_t)r->s->t->stack;

	if (r->step.change.size && off < RUN_FRAMES * STACK_SIZE)
		check_frame(r, insn, off);
	if (r->step.change.wrote && r->s->keeps_packet &&
	    r->step.change.addr - (uintptr_t)r->s->t->pkt.buf < r->s->t->pkt.cap)
		fail_at(r->s, insn, "a write into a packet that nobody was said to write into");
}

/* ---- runs ---- */

static void fill_frame(struct running *r)
{
	uint64_t *fp = (uint64_t *)(uintptr_t)r->step.reg[REG_FP];

	for (uint32_t i = 1; i <= STACK_SIZE / SLOT_SIZE; i++)
		fp[-(int)i] = gen_number(r->s->noise);
}

static uint64_t run_steps(struct running *r, enum step_result res)
{
	uint32_t nframes = 0;

	while (res == STEP_MORE && !r->s->failed) {
		uint32_t insn = r->step.insn;

		if (r->s->noise && r->step.nframes + 1 > nframes)
			fill_frame(r);
		nframes = r->step.nframes + 1;
		check_point(r);
		res = step(&r->step);
		check_access(r, insn);
	}
	step_end(&r->step);
	return res == STEP_EXIT ? r->step.reg[0] : 0;
}

/* The run that goes on: engines are given nothing of their own. */
static struct running *innermost;

static uint64_t sound_call(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
			   const uint64_t arg[5])
{
	struct running r = {.s = innermost->s, .outer = innermost};
	uint64_t r0;

	innermost = &r;
	r0 = run_steps(&r, step_begin(&r.step, rc, prog, sub->start, arg, 0x3e));
	innermost = r.outer;
	return r0;
}

static uint64_t sound_run(struct run_ctx *rc, const struct prog *prog)
{
	uint64_t arg[5] = {(uintptr_t)rc->ctx};
	struct running *r = innermost;

	return run_steps(r, step_begin(&r->step, rc, prog, 0, arg, 1 << 1));
}

static const struct engine sound_engine = {
	.name = "checked, and compared with what was verified",
	.run = sound_run,
	.call = sound_call,
};

static void fill_maps(struct test *t, struct rng *rng)
{
	uint64_t value[GEN_VALUE_SIZE / 8];
	uint32_t key;

	while (map_next_key(t->maps[GEN_MAP_HASH], NULL, &key) == 0)
		map_delete(t->maps[GEN_MAP_HASH], &key);
	for (uint32_t m = 0; m < GEN_MAP_COUNT; m++) {
		for (key = 0; key < GEN_TABLE_ENTRIES; key++) {
			for (size_t i = 0; i < ARRAY_SIZE(value); i++)
				value[i] = gen_number(rng);
			if (m == GEN_MAP_HASH && rng_below(rng, 2))
				map_delete(t->maps[m], &key);
			else
				map_update(t->maps[m], &key, value, 0);
		}
	}
}

static void fill_packet(struct packet *pkt, struct rng *rng)
{
	uint8_t bytes[PACKET_SIZE];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)gen_number(rng);
	packet_set(pkt, bytes, 14 + (uint32_t)rng_below(rng, sizeof(bytes) - 14), NULL);
	pkt->ifindex = (uint32_t)gen_number(rng);
}

static uint64_t sum_up(const struct test *t)
{
	uint64_t sum = hash_mem(t->pkt.buf + t->pkt.data, t->pkt.end - t->pkt.data);

	for (uint32_t m = 0; m < GEN_MAP_COUNT; m++)
		for (uint32_t key = 0; key < GEN_TABLE_ENTRIES; key++) {
			const void *value = t->maps[m]->ops->lookup(t->maps[m], &key, 0);

			sum = sum * 31 + (value ? hash_mem(value, GEN_VALUE_SIZE) : 1);
		}
	return sum;
}

/* What native frames find where they begin, as far as nobody else was there. */
static __attribute__((noinline)) void paint_stack(uint8_t byte)
{
	uint8_t frames[RUN_FRAMES * STACK_SIZE];

	memset(frames, byte, sizeof(frames));
	__asm__ volatile("" : : "r"(frames) : "memory");
}

/* Native code is trusted, and has a stack of its own. */
static struct ending run_program(struct subject *s, uint64_t input, const struct engine *engine,
				 const struct prog *prog, uint8_t *stack, uint8_t spoil)
{
	const struct packet_type *type = packet_type(s->gen.type);
	struct rng rng = {input};
	struct runtime rt = {.fixed_clock = true, .rng = {~input}};
	/* Inlined loops save registers that may never have been written. */
	struct mem mem = {.ctx = type->ctx,
			  .user = type->user,
			  .write_packet = type->write_packet,
			  .any_reg = engine != &sound_engine,
			  .fresh = (uint8_t)gen_number(&rng)};
	struct run_ctx rc = {.engine = engine,
			     .stack = stack,
			     .rt = &rt,
			     .mem = engine == s->native ? NULL : &mem,
			     .pkt = &s->t->pkt,
			     .ctx = &s->t->ctx,
			     .budget = engine == &sound_engine ? BUDGET : 2 * BUDGET};
	struct running r = {.s = s};
	struct ending end;

	mem.fresh ^= spoil;
	fill_maps(s->t, &rng);
	fill_packet(&s->t->pkt, &rng);
	type->enter(type, &s->t->ctx, &s->t->pkt);
	innermost = &r;
	if (engine == s->native)
		paint_stack(mem.fresh);
	run_once(&rc, prog, &end.r0);
	end.fault = rc.fault.kind;
	end.sum = sum_up(s->t);
	if (end.fault && end.fault != FAULT_BUDGET) {
		strbuf_reset(&s->why);
		run_fault_text(&rc, &s->why);
		fail_at(s, rc.fault.insn, strbuf_str(&s->why));
	}
	s->tally->runs++;
	s->tally->steps += rc.steps;
	return end;
}

static bool is_same(const struct ending *a, const struct ending *b)
{
	return a->r0 == b->r0 && a->sum == b->sum;
}

static void say_differs(struct subject *s, const struct ending *want, const struct ending *got,
			const char *what)
{
	strbuf_reset(&s->why);
	strbuf_addf(&s->why, "r0 = %#llx, %s (fixes %u) %#llx%s", (unsigned long long)want->r0,
		    what, s->fixes, (unsigned long long)got->r0,
		    want->sum == got->sum ? "" : ", maps and packet differ");
	fail_at(s, 0, strbuf_str(&s->why));
}

static bool ends_so(struct subject *s, uint64_t input, const struct ending *want, uint8_t spoil)
{
	uint8_t *stack = s->t->other_stacks[spoil % OTHER_STACKS];
	struct ending got = run_program(s, input, &sound_engine, s->prog, stack, spoil);

	return !got.fault && is_same(want, &got);
}

/*
 * What depends on where the stack is, or on what was there before, may differ; so may what has no
 * end with something else there.
 */
static bool is_determined(struct subject *s, uint64_t input, const struct ending *want)
{
	struct rng noise = {input};
	bool same = true;

	for (int spoil = 0; spoil <= UINT8_MAX && same && !s->failed; spoil++)
		same = ends_so(s, input, want, (uint8_t)spoil);
	s->noise = &noise;
	for (int i = 0; i <= UINT8_MAX && same && !s->failed; i++)
		same = ends_so(s, input, want, (uint8_t)i);
	s->noise = NULL;
	return same;
}

static void compare_native(struct subject *s, uint64_t input, const struct ending *want,
			   const struct prog *prog, const char *what)
{
	struct ending got = run_program(s, input, s->native, prog, s->t->stack, 0);

	if (!s->failed && !is_same(want, &got) && is_determined(s, input, want))
		say_differs(s, want, &got, what);
}

static void run_all(struct subject *s, uint64_t input)
{
	struct ending a = run_program(s, input, &sound_engine, s->prog, s->t->stack, 0), b;

	if (s->failed || a.fault)
		return;
	b = run_program(s, input, &step_engine, s->rewritten, s->t->stack, 0);
	if (!s->failed && !b.fault && !is_same(&a, &b))
		say_differs(s, &a, &b, "rewritten");
	if (s->failed || !s->native)
		return;
	compare_native(s, input, &a, s->prog, "natively");
	if (!b.fault)
		compare_native(s, input, &a, s->rewritten, "rewritten, natively");
}

/* ---- verdicts ---- */

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

static bool is_accepted(struct subject *s, struct strbuf *log)
{
	struct verify_host host = {s->t, host_map, host_btf, host_fd_at};
	struct func_info funcs[GEN_FUNCS_MAX];
	struct verify_job job = {
		.type = s->gen.type,
		.flags = s->loader->flags | (s->seed % 3 ? 0 : VERIFY_TEST_RND_HI32),
		.fixes = s->fixes,
		.caps = s->loader->caps,
		.gpl = true,
		.walk_max = WALK_MAX,
		.want_facts = true,
		.name = "sound",
		.insns = s->gen.insns,
		.ninsns = s->gen.n,
		.host = &host,
		.log_level = log ? VERIFY_LOG_ALL : 0,
		.log = log,
		.explored = s->loader->covers ? cover_add : NULL,
		.explored_arg = &s->cover,
	};

	gen_types_funcs(&s->t->types, &s->gen, funcs);
	if (s->gen.has_types) {
		job.btf = s->t->types.btf;
		job.funcs = funcs;
		job.nfuncs = s->gen.nfuncs;
	}
	if (s->loader->covers)
		cover_begin(&s->cover, s->gen.n);
	return verify_prog(&job, &s->result) == 0;
}

static const struct loader *pick_loader(struct rng *rng)
{
	uint32_t sum = 0, at;

	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++)
		sum += loaders[i].weight;
	at = (uint32_t)rng_below(rng, sum);
	for (size_t i = 0;; i++) {
		if (at < loaders[i].weight)
			return &loaders[i];
		at -= loaders[i].weight;
	}
}

static bool make_prog(struct subject *s, struct bpf_insn *insns, uint32_t n, struct prog **out)
{
	struct prog_def def = {.name = "sound", .type = s->gen.type, .insns = insns, .ninsns = n};

	if (prog_new(&def, s->t->maps, GEN_MAP_COUNT, NULL, &s->t->d, out) != 0)
		return false;
	run_bind(*out, NULL, NULL);
	return true;
}

static bool make_progs(struct subject *s)
{
	const struct helper_prog who = {
		.type = s->gen.type, .bpf = true, .perfmon = true, .admin = true};
	const struct verify_code *code = &s->result.code;

	if (!make_prog(s, s->gen.insns, s->gen.n, &s->prog) ||
	    !make_prog(s, code->insns, code->ninsns, &s->rewritten))
		return false;
	facts_use(s->prog, s->result.insn_facts);
	s->keeps_packet = !facts_may_write_packet(s->result.insn_facts, s->gen.insns,
						  helper_groups(&who));
	s->prog->fact_states = facts_states(s->result.insn_facts, &s->prog->arena);
	if (s->result.warnings || !jit_target)
		return true;
	s->native = s->seed % 2 || !jit_target->fast ? &jit_opt_engine : &jit_fast_engine;
	return s->native->prepare(s->prog, &s->t->d) == 0 &&
	       s->native->prepare(s->rewritten, &s->t->d) == 0;
}

/* True: it was accepted. */
static bool try_program(struct test *t, uint64_t seed, struct strbuf *log)
{
	struct subject *s = xcalloc(1, sizeof(*s));
	struct rng rng = {seed};
	bool accepted;

	s->t = t;
	s->seed = seed;
	s->loader = pick_loader(&rng);
	s->tally = &t->by_loader[s->loader - loaders];
	s->fixes = (uint32_t)seed % 4;
	gen_program(&rng, &s->gen);
	if (log)
		print_program(s);
	s->tally->made++;
	accepted = is_accepted(s, log);
	s->tally->accepted += accepted;
	if (accepted && make_progs(s))
		for (uint64_t i = 0; i < RUNS && !s->failed; i++)
			run_all(s, rng_u64(&rng));
	prog_free(s->prog);
	prog_free(s->rewritten);
	verify_result_free(&s->result);
	cover_end(&s->cover);
	strbuf_free(&s->why);
	free(s);
	return accepted;
}

/* ---- all of it ---- */

static void no_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d, (void)sev, (void)loc, (void)msg;
}

/* Near an address, where that is free; little of any two stacks' addresses is the same. */
static uint8_t *stack_near(uint64_t place)
{
	uint8_t *p = mmap((void *)(uintptr_t)place, OTHER_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p + 0x5558;
}

static void test_begin(struct test *t)
{
	/* The lower halves are small, large and, as signed numbers, negative. */
	static const uint64_t places[OTHER_STACKS] = {0x10000000, 0x3ff07ff00000, 0x3ff0f0000000};
	static const struct map_def defs[GEN_MAP_COUNT] = {
		[GEN_MAP_ONE] = {.name = "one", .type = MAP_TYPE_ARRAY, .max_entries = 1},
		[GEN_MAP_TABLE] = {.name = "table",
				   .type = MAP_TYPE_ARRAY,
				   .max_entries = GEN_TABLE_ENTRIES},
		[GEN_MAP_HASH] = {.name = "hash", .type = MAP_TYPE_HASH, .max_entries = 16},
	};

	/* Memory of one program is that of the next. */
	mallopt(M_TRIM_THRESHOLD, 1 << 30);
	mallopt(M_MMAP_THRESHOLD, 1 << 30);
	*t = (struct test){.d.sink = no_message};
	t->stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	for (int i = 0; i < OTHER_STACKS; i++)
		t->other_stacks[i] = stack_near(places[i]);
	for (int i = 0; i < GEN_MAP_COUNT; i++) {
		struct map_def def = defs[i];

		def.key_size = 4;
		def.value_size = GEN_VALUE_SIZE;
		if (map_new(&def, 1, &t->d, &t->maps[i]))
			abort();
	}
	gen_types_begin(&t->types, &t->d);
	if (packet_alloc(&t->pkt, &t->d))
		abort();
}

static void test_end(struct test *t)
{
	for (int i = 0; i < GEN_MAP_COUNT; i++)
		map_free(t->maps[i]);
	packet_free(&t->pkt);
	gen_types_end(&t->types);
	free(t->stack);
}

static void report(const struct test *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(loaders); i++) {
		const struct tally *n = &t->by_loader[i];

		fprintf(stderr,
			"%s: %llu of %llu accepted, %llu runs, %llu instructions, %llu wrong by "
			"known holes\n",
			loaders[i].name, (unsigned long long)n->accepted,
			(unsigned long long)n->made, (unsigned long long)n->runs,
			(unsigned long long)n->steps, (unsigned long long)n->holes);
		CHECK(!n->failed, "%s: %llu programs", loaders[i].name,
		      (unsigned long long)n->failed);
		CHECK(n->accepted || !n->made, "%s: no program was accepted", loaders[i].name);
	}
	fprintf(stderr, "%llu states looked for\n", (unsigned long long)t->points);
}

int main(int argc, char **argv)
{
	enum { SHORT = 2000, EACH = 100000 };
	bool one = argc > 2 && strcmp(argv[1], "one") == 0;
	uint64_t count = argc > 1 && !one ? strtoull(argv[1], NULL, 0) : SHORT;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1, accepted = 0;
	struct strbuf log = {0};
	struct test t;

	test_begin(&t);
	if (one) {
		try_program(&t, seed, &log);
		fprintf(stderr, "%s", strbuf_str(&log));
	}
	for (; !one && accepted < count; seed++) {
		if (!try_program(&t, seed, NULL))
			continue;
		if (++accepted % EACH == 0)
			report(&t);
	}
	report(&t);
	test_end(&t);
	strbuf_free(&log);
	return unit_report();
}
