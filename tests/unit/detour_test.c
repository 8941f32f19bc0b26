/* What runs in a function's place, in every engine: while it is there, and not before or after. */
#include <string.h>

#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/link/traced.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "jit/jit.h"
#include "maps/maps.h"
#include "tests/unit/unit.h"

static const struct engine *engine;
static struct diag d = {.prefix = "detour_test"};
static uint8_t stack[RUN_FRAMES * STACK_SIZE] __attribute__((aligned(16)));

static struct prog *make(const char *name, struct bpf_insn *insns, uint32_t n, struct map **maps,
			 uint32_t nmaps)
{
	struct prog_def def = {.name = name, .insns = insns, .ninsns = n};
	struct prog *prog = NULL;

	if (prog_new(&def, maps, nmaps, NULL, &d, &prog))
		return NULL;
	CHECK(engine->prepare(prog, &d) == 0, "%s is prepared by %s", name, engine->name);
	return prog;
}

#define PROG(name, ...)                                                                            \
	make(name, (struct bpf_insn[]){__VA_ARGS__},                                               \
	     sizeof((struct bpf_insn[]){__VA_ARGS__}) / sizeof(struct bpf_insn), NULL, 0)

static struct run_ctx run(const struct prog *prog, uint64_t *r0)
{
	static struct runtime rt = {.fixed_clock = true};
	static uint64_t ctx[8];
	static struct mem mem;
	struct run_ctx rc = {
		.engine = engine,
		.rt = &rt,
		.ctx = ctx,
		.stack = stack,
		.budget = 10000,
		.mem = engine == &step_engine ? &mem : NULL,
	};

	mem = (struct mem){0};
	run_once(&rc, prog, r0);
	return rc;
}

static void expect(const struct prog *prog, uint64_t want, const char *what)
{
	uint64_t r0 = 0;
	struct run_ctx rc = run(prog, &r0);

	CHECK(!rc.fault.kind && r0 == want, "%s, %s: %llu, want %llu %s", engine->name, what,
	      (unsigned long long)r0, (unsigned long long)want, rc.fault.text);
	CHECK(rc.prog == prog && !rc.detours, "%s, %s: who runs", engine->name, what);
}

/* r0 = 1 + f(3), where f(x) = 10 x + g(), g() = 2 */
static struct prog *target(void)
{
	return PROG("target", INSN_MOV64_K(1, 3), INSN_CALL_LOCAL(2), INSN_ADD64_K(0, 1),
		    INSN_EXIT(), INSN_MOV64_X(6, 1), INSN_MUL64_K(6, 10), INSN_CALL_LOCAL(2),
		    INSN_ADD64_X(0, 6), INSN_EXIT(), INSN_MOV64_K(0, 2), INSN_EXIT());
}

static uint64_t around(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5])
{
	uint64_t args[5] = {arg[0] + 1};

	return 5000 + rc->engine->call(rc, to->of, &to->of->subs[to->func], args);
}

static uint64_t fails(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5])
{
	run_fault(rc, FAULT_CALL, "function %u of %llu", to->func, (unsigned long long)arg[0]);
	return 0;
}

static uint64_t replaced(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5])
{
	rc->prog = to->prog;
	return run_call(rc, to->prog, to->prog->subs, arg);
}

static void functions(void)
{
	struct prog *t = target();
	/* h(x) = x + k(), k() = 1000: its own functions and its own frame */
	struct prog *ext = PROG("ext", INSN_STX_DW(10, 1, -512), INSN_CALL_LOCAL(3),
				INSN_LDX_DW(1, 10, -512), INSN_ADD64_X(0, 1), INSN_EXIT(),
				INSN_MOV64_K(0, 1000), INSN_EXIT());
	struct detour f = {.call = replaced, .of = t, .prog = ext, .func = 1};
	struct detour g = {.call = around, .of = t, .func = 2};
	struct detour h = {.call = around, .of = ext, .func = 0};
	struct run_ctx rc;
	uint64_t r0;

	expect(t, 33, "nothing");
	CHECK(prog_detour(t, 2, &g, &d) == 0, "an inner function");
	expect(t, 5033, "an inner function");
	CHECK(prog_detour(t, 1, &f, &d) == 0, "its caller");
	expect(t, 1004, "its caller");
	CHECK(prog_detour(ext, 0, &h, &d) == 0, "what replaces it");
	expect(t, 6005, "what replaces it");
	CHECK(prog_detour(t, 1, NULL, &d) == 0, "back");
	expect(t, 5033, "back");
	CHECK(prog_detour(t, 2, NULL, &d) == 0, "back");
	expect(t, 33, "all of it");
	detour_end(&g);
	g = (struct detour){.call = fails, .of = t, .func = 2};
	CHECK(prog_detour(t, 2, &g, &d) == 0, "one that fails");
	rc = run(t, &r0);
	CHECK(rc.fault.kind == FAULT_CALL, "%s, one that fails: %s", engine->name, rc.fault.text);
	detour_end(&f);
	detour_end(&g);
	detour_end(&h);
	prog_free(ext);
	prog_free(t);
}

/* Each function of a program that has all its frames. */
static void nested(void)
{
	enum { DEPTH = MAX_CALL_FRAMES - 1 };
	struct bpf_insn insns[3 + 2 * (DEPTH - 1) + 2] = {INSN_MOV64_K(1, 0), INSN_CALL_LOCAL(1),
							  INSN_EXIT()};
	struct detour detours[DEPTH];
	uint32_t n = 3;
	struct prog *t;

	for (int i = 1; i < DEPTH; i++) {
		insns[n++] = INSN_CALL_LOCAL(1);
		insns[n++] = INSN_EXIT();
	}
	insns[n++] = INSN_MOV64_X(0, 1);
	insns[n++] = INSN_EXIT();
	t = make("nested", insns, n, NULL, 0);
	for (uint32_t i = 0; i < DEPTH; i++) {
		detours[i] = (struct detour){.call = around, .of = t, .func = i + 1};
		CHECK(prog_detour(t, i + 1, &detours[i], &d) == 0, "function %u", i + 1);
	}
	expect(t, DEPTH * 5001, "nested");
	for (uint32_t i = 0; i < DEPTH; i++)
		detour_end(&detours[i]);
	prog_free(t);
}

/* What programs around functions have seen: digits. */
static uint64_t seen;

/* seen = 100 * seen + 10 * the word of its context + digit; all registers are spoilt. */
static struct prog *tracer(const char *name, int16_t word, int32_t digit)
{
	struct bpf_insn insns[] = {
		INSN_LDX_DW(3, 1, (int16_t)(word * 8)),
		insn_make(OP_LD_IMM64_IMM, 2, 0, 0, (int32_t)(uintptr_t)&seen),
		{.imm = (int32_t)((uintptr_t)&seen >> 32)},
		INSN_LDX_DW(4, 2, 0), INSN_MUL64_K(4, 100), INSN_MUL64_K(3, 10),
		INSN_ADD64_X(4, 3), INSN_ADD64_K(4, digit), INSN_STX_DW(2, 4, 0),
		INSN_MOV64_K(5, 0), INSN_MOV64_K(6, 0), INSN_MOV64_K(7, 0), INSN_MOV64_K(8, 0),
		INSN_MOV64_K(9, 0), INSN_MOV64_K(0, 0), INSN_EXIT()};

	return make(name, insns, ARRAY_SIZE(insns), NULL, 0);
}

/* Programs before and behind f(3) = 32, which calls g; both lists, one of them, none. */
static void traced(void)
{
	struct prog *t = target(), *in = tracer("in", 0, 1), *out = tracer("out", 1, 2);
	struct tracer all[] = {
		{in, {.nargs = 1}}, {in, {.nargs = 1}}, {out, {.nargs = 1, .returns = true}}};
	static const struct { uint32_t first, n; uint64_t seen; } lists[] = {
		{0, 1, 31}, {0, 2, 3131}, {0, 3, 313100 + 322}, {2, 1, 322}};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct traced f;

		traced_init(&f, t, 1);
		f.nargs = 1;
		f.tracers = &all[lists[i].first];
		f.ntracers = lists[i].n;
		seen = 0;
		CHECK(prog_detour(t, 1, &f.detour, &d) == 0, "traced");
		expect(t, 33, "traced");
		CHECK(seen == lists[i].seen, "%s, list %zu: seen %llu", engine->name, i,
		      (unsigned long long)seen);
		CHECK(prog_detour(t, 1, NULL, &d) == 0, "not any more");
		detour_end(&f.detour);
	}
	prog_free(in);
	prog_free(out);
	prog_free(t);
}

/* The program itself, run or reached by a tail call out of a function. */
static void entries(void)
{
	struct map_def def = {.name = "table", .type = MAP_TYPE_PROG_ARRAY, .key_size = 4,
			      .value_size = 4, .max_entries = 1};
	struct bpf_insn insns[] = {
		INSN_CALL_LOCAL(2), INSN_ADD64_K(0, 7), INSN_EXIT(),
		insn_make(OP_LD_IMM64_MAP_IDX, 2, 0, 0, 0), {0},
		INSN_MOV64_K(3, 0), INSN_CALL(HELPER_tail_call), INSN_MOV64_K(0, 9), INSN_EXIT()};
	struct prog *t = target(), *ext = PROG("ext", INSN_MOV64_K(0, 8), INSN_EXIT()), *from;
	struct detour main = {.call = replaced, .of = t, .prog = ext};
	struct map *map;

	if (map_new(&def, 1, &d, &map))
		return;
	from = make("from", insns, ARRAY_SIZE(insns), &map, 1);
	prog_array_set(map, 0, t);
	if (engine != &step_engine)
		expect(from, 40, "a tail call");
	CHECK(prog_detour(t, 0, &main, &d) == 0, "main");
	expect(t, 8, "main");
	if (engine != &step_engine)
		expect(from, 15, "a tail call");
	prog_drop_code(t);
	CHECK(engine->prepare(t, &d) == 0, "prepared with a detour");
	expect(t, 8, "prepared with a detour");
	CHECK(prog_detour(t, 0, NULL, &d) == 0, "back");
	expect(t, 33, "back");
	detour_end(&main);
	prog_free(from);
	prog_free(t);
	prog_free(ext);
	map_free(map);
}

int main(void)
{
	static const struct engine *const engines[] = {&step_engine, &interp_engine,
						       &jit_fast_engine, &jit_opt_engine};

	for (size_t i = 0; i < ARRAY_SIZE(engines); i++) {
		engine = engines[i];
		if (engine->thunk && (!jit_target || (i == 2 && !jit_target->fast)))
			continue;
		functions();
		entries();
		nested();
		if (engine != &step_engine) /* programs here write where they may not */
			traced();
	}
	return unit_report();
}
