/* Machine code where it meets the rest: callbacks, tail calls, maps, faults, what is proved. */
#include <string.h>

#include "core/isa/build.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/verify/flow.h"
#include "jit/code.h"
#include "jit/jit.h"
#include "maps/maps.h"
#include "tests/unit/unit.h"

/* Whose code it is */
static const struct engine *engine;
static struct diag d = {.prefix = "jit_test"};

static struct prog *make(const char *name, struct bpf_insn *insns, uint32_t n, struct map **maps,
			 uint32_t nmaps, const struct facts *facts)
{
	struct prog_def def = {.name = name, .insns = insns, .ninsns = n};
	struct prog *prog = NULL;

	if (prog_new(&def, maps, nmaps, NULL, &d, &prog))
		return NULL;
	prog->facts = facts;
	CHECK(engine->prepare(prog, &d) == 0, "%s is compiled by %s", name, engine->name);
	return prog;
}

static struct run_ctx run(const struct prog *prog, uint64_t *r0)
{
	static struct runtime rt = {.fixed_clock = true};
	static uint64_t ctx[8];
	struct run_ctx rc = {.engine = engine, .rt = &rt, .ctx = ctx};

	memset(ctx, 0, sizeof(ctx));
	run_once(&rc, prog, r0);
	return rc;
}

#define PROG(name, ...)                                                                            \
	make(name, (struct bpf_insn[]){__VA_ARGS__},                                               \
	     sizeof((struct bpf_insn[]){__VA_ARGS__}) / sizeof(struct bpf_insn), NULL, 0, NULL)
/* Both slots of the address of a function at a distance from the second */
#define FUNC(dst, rel) insn_make(OP_LD_IMM64_FUNC, dst, 0, 0, rel), {0}

/* The callback adds its index to what r2 points at; each frame has its own registers. */
static void callbacks(void)
{
	struct prog *prog = PROG("loop", INSN_MOV64_K(6, 1000), INSN_ST_DW(10, -8, 0),
				 INSN_MOV64_K(1, 10), FUNC(2, 9), INSN_MOV64_X(3, 10),
				 INSN_ADD64_K(3, -8), INSN_MOV64_K(4, 0), INSN_CALL(HELPER_loop),
				 INSN_LDX_DW(1, 10, -8), INSN_ADD64_X(0, 1), INSN_ADD64_X(0, 6),
				 INSN_EXIT(), INSN_MOV64_X(6, 2), INSN_LDX_DW(7, 6, 0),
				 INSN_ADD64_X(7, 1), INSN_STX_DW(6, 7, 0), INSN_MOV64_K(0, 0),
				 INSN_EXIT());
	uint64_t r0;
	struct run_ctx rc = run(prog, &r0);

	CHECK(!rc.fault.kind && r0 == 10 + 45 + 1000, "%llu %s", (unsigned long long)r0,
	      rc.fault.text);
	prog_free(prog);
}

/* A fault in a callback leaves it, the helper, and the program. */
static void faults(void)
{
	struct prog *prog = PROG("faults", INSN_MOV64_K(1, 10), FUNC(2, 6), INSN_MOV64_K(3, 0),
				 INSN_MOV64_K(4, 0), INSN_CALL(HELPER_loop), INSN_MOV64_K(0, 1),
				 INSN_EXIT(), INSN_MOV64_K(8, 64), INSN_STX_DW(8, 1, 8),
				 INSN_MOV64_K(0, 0), INSN_EXIT());
	uint64_t r0;
	struct run_ctx rc;

	for (int i = 0; i < 3; i++) {
		rc = run(prog, &r0);
		CHECK(rc.fault.kind == FAULT_MEMORY && rc.fault.insn == 9, "%d at %u: %s",
		      rc.fault.kind, rc.fault.insn, rc.fault.text);
	}
	prog_free(prog);
	prog = PROG("divides", INSN_MOV64_K(0, 5), INSN_MOV64_K(1, 0), INSN_DIV64_X(0, 1),
		    INSN_EXIT());
	rc = run(prog, &r0);
	CHECK(!rc.fault.kind && r0 == 0, "%llu", (unsigned long long)r0);
	prog_free(prog);
}

static bool is_arm64(void)
{
	return strcmp(jit_target->name, "arm64") == 0;
}

/* What is proved is believed: a divisor that is 0 all the same ends the run, but not on arm64. */
static void believed(void)
{
	static const uint16_t divisor[4] = {0, 0, FACT_DIVISOR, 0};
	static const uint16_t probe[4] = {0, FACT_PROBE, 0, 0};
	static const uint16_t dead[4] = {0, FACT_TAKEN, FACT_DEAD, 0};
	struct facts facts = {.ninsns = 4, .flags = divisor};
	struct bpf_insn divides[] = {INSN_MOV64_K(0, 5), INSN_MOV64_K(1, 0), INSN_DIV64_X(0, 1),
				     INSN_EXIT()};
	struct bpf_insn probes[] = {INSN_MOV64_K(0, 5), INSN_LDX_W(0, 0, 16),
				    INSN_ADD64_K(0, 3), INSN_EXIT()};
	struct bpf_insn jumps[] = {INSN_MOV64_K(0, 5), INSN_JEQ64_K(0, 6, 1), INSN_MOV64_K(0, 9),
				   INSN_EXIT()};
	struct prog *prog = make("divides", divides, 4, NULL, 0, &facts);
	uint64_t r0;
	struct run_ctx rc = run(prog, &r0);

	CHECK(is_arm64() ? !rc.fault.kind && !r0
			 : rc.fault.kind == FAULT_INSN && rc.fault.insn == 2,
	      "%s", rc.fault.text);
	prog_free(prog);
	facts.flags = probe;
	prog = make("probes", probes, 4, NULL, 0, &facts);
	rc = run(prog, &r0);
	CHECK(!rc.fault.kind && r0 == 3, "%llu %s", (unsigned long long)r0, rc.fault.text);
	prog_free(prog);
	facts.flags = dead;
	prog = make("jumps", jumps, 4, NULL, 0, &facts);
	rc = run(prog, &r0);
	CHECK(!rc.fault.kind && r0 == 5, "%llu", (unsigned long long)r0);
	CHECK(((struct jit_code *)prog->code)->code->size == (is_arm64() ? 12 : 6),
	      "nothing is left of the jump");
	prog_free(prog);
}

/* The same when it is known beforehand which table: without the helper, but for what fails. */
static void known_tails(struct map *map, const struct prog *again)
{
	enum { CALL = 7 };
	struct flow_call call = {.known.map = map}, *calls[CALL + 1] = {[CALL] = &call};
	uint16_t flags[CALL + 3] = {[CALL] = FACT_CALL_MAP};
	struct flow flow = {.calls = calls};
	struct facts facts = {.ninsns = again->ninsns, .flags = flags, .flow = &flow};
	struct prog *known = make("known", again->insns, again->ninsns, again->maps, 1, &facts);
	struct run_ctx rc;
	uint64_t r0;

	prog_array_set(map, 1, known);
	rc = run(known, &r0);
	CHECK(!rc.fault.kind && r0 == 34, "%llu", (unsigned long long)r0);
	prog_array_set(map, 1, NULL);
	rc = run(known, &r0);
	CHECK(!rc.fault.kind && r0 == 1, "an empty slot: %llu", (unsigned long long)r0);
	prog_free(known);
}

/*
 * The program calls a function twice, which counts and goes to the program again: 33 times in all,
 * whoever calls; then each of the 34 programs still makes its second call.
 */
static void shared_budget(struct map *map)
{
	struct bpf_insn insns[] = {
		INSN_MOV64_X(6, 1),  INSN_CALL_LOCAL(4), INSN_MOV64_X(1, 6), INSN_CALL_LOCAL(2),
		INSN_LDX_DW(0, 6, 0), INSN_EXIT(),
		INSN_LDX_DW(2, 1, 0), INSN_ADD64_K(2, 1), INSN_STX_DW(1, 2, 0),
		insn_make(OP_LD_IMM64_MAP_IDX, 2, 0, 0, 0), {0},
		INSN_MOV64_K(3, 0), INSN_CALL(HELPER_tail_call), INSN_MOV64_K(0, 0), INSN_EXIT()};
	struct prog *prog = make("twice", insns, ARRAY_SIZE(insns), &map, 1, NULL);
	struct run_ctx rc;
	uint64_t r0;

	prog_array_set(map, 0, prog);
	rc = run(prog, &r0);
	CHECK(!rc.fault.kind && r0 == 2 * 34 && rc.tail_calls == 33, "%llu",
	      (unsigned long long)r0);
	prog_free(prog);
}

/*
 * The program calls a function, which goes to another program by a tail call: that one returns in
 * its place. One that goes to itself does so 33 times.
 */
static void tail_calls(void)
{
	struct map_def def = {.name = "table",
			      .type = MAP_TYPE_PROG_ARRAY,
			      .key_size = 4,
			      .value_size = 4,
			      .max_entries = 2};
	struct bpf_insn other[] = {INSN_MOV64_K(0, 40), INSN_MOV64_K(6, 1), INSN_EXIT()};
	struct bpf_insn main[] = {
		INSN_MOV64_K(6, 2),  INSN_CALL_LOCAL(2), INSN_ADD64_X(0, 6), INSN_EXIT(),
		INSN_MOV64_K(7, 77), insn_make(OP_LD_IMM64_MAP_IDX, 2, 0, 0, 0), {0},
		INSN_MOV64_K(3, 0),  INSN_CALL(HELPER_tail_call), INSN_MOV64_K(0, 9), INSN_EXIT()};
	struct bpf_insn again[] = {INSN_LDX_DW(2, 1, 0), INSN_ADD64_K(2, 1),
				   INSN_STX_DW(1, 2, 0), INSN_MOV64_X(6, 2),
				   insn_make(OP_LD_IMM64_MAP_IDX, 2, 0, 0, 0), {0},
				   INSN_MOV64_K(3, 1),	 INSN_CALL(HELPER_tail_call),
				   INSN_MOV64_X(0, 6),	 INSN_EXIT()};
	struct prog *a, *b, *c;
	struct run_ctx rc;
	struct map *map;
	uint64_t r0;

	if (map_new(&def, 1, &d, &map))
		return;
	a = make("main", main, ARRAY_SIZE(main), &map, 1, NULL);
	b = make("other", other, ARRAY_SIZE(other), &map, 1, NULL);
	c = make("again", again, ARRAY_SIZE(again), &map, 1, NULL);
	rc = run(a, &r0);
	CHECK(!rc.fault.kind && r0 == 9 + 2, "an empty slot: %llu", (unsigned long long)r0);
	prog_array_set(map, 0, b);
	prog_array_set(map, 1, c);
	rc = run(a, &r0);
	CHECK(!rc.fault.kind && r0 == 42 && rc.prog == a, "%llu", (unsigned long long)r0);
	rc = run(c, &r0);
	CHECK(!rc.fault.kind && r0 == 34, "%llu", (unsigned long long)r0);
	if (engine == &jit_fast_engine) /* facts that are made up are too few for the other */
		known_tails(map, c);
	shared_budget(map);
	prog_free(a);
	prog_free(b);
	prog_free(c);
	map_free(map);
}

/* What a program that calls a helper with the map, a key of words and a value of 78 makes of it. */
static uint64_t ask(struct map *map, int32_t helper, const uint32_t words[4])
{
	struct bpf_insn insns[] = {
		INSN_ST_W(10, -16, (int32_t)words[0]), INSN_ST_W(10, -12, (int32_t)words[1]),
		INSN_ST_H(10, -8, (int32_t)(words[2] & 0xffff)),
		INSN_ST_H(10, -6, (int32_t)(words[2] >> 16)),
		INSN_ST_W(10, -4, (int32_t)words[3]),  INSN_ST_DW(10, -24, 78),
		insn_make(OP_LD_IMM64_MAP_IDX, 1, 0, 0, 0), {0},
		INSN_MOV64_X(2, 10), INSN_ADD64_K(2, -16), INSN_MOV64_X(3, 10),
		INSN_ADD64_K(3, -24), INSN_MOV64_K(4, 0), INSN_CALL(helper),
		INSN_JNE64_K(0, 0, 2), INSN_MOV64_K(0, 1), INSN_EXIT(),
		INSN_JSLT64_K(0, 0, 1), INSN_LDX_DW(0, 0, 0), INSN_EXIT()};
	struct prog *prog = make("ask", insns, ARRAY_SIZE(insns), &map, 1, NULL);
	struct run_ctx rc;
	uint64_t r0;

	rc = run(prog, &r0);
	CHECK(!rc.fault.kind, "%s", rc.fault.text);
	prog_free(prog);
	return r0;
}

/* Lookups and changes of known maps, by keys of all lengths that have code of their own. */
static void known_maps(void)
{
	static const struct {
		uint32_t type, key_size, flags;
	} rows[] = {
		{MAP_TYPE_HASH, 4, 0},		 {MAP_TYPE_HASH, 8, 0},
		{MAP_TYPE_HASH, 12, 0},		 {MAP_TYPE_HASH, 16, 0},
		{MAP_TYPE_PERCPU_HASH, 8, 0},	 {MAP_TYPE_PERCPU_HASH, 16, 0},
		{MAP_TYPE_LRU_HASH, 4, 0},	 {MAP_TYPE_LRU_HASH, 16, 0},
		{MAP_TYPE_LRU_PERCPU_HASH, 8, 0}, {MAP_TYPE_LPM_TRIE, 8, MAP_NO_PREALLOC},
		{MAP_TYPE_LPM_TRIE, 12, MAP_NO_PREALLOC},
	};
	static const uint32_t key[] = {32, 0x02030405, 0x86078809, 0x0a0b0c0d};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct map_def def = {.name = "known",
				      .type = rows[i].type,
				      .key_size = rows[i].key_size,
				      .value_size = 8,
				      .max_entries = 4,
				      .flags = rows[i].flags};
		struct map *map;
		uint64_t r[6];

		if (map_new(&def, 1, &d, &map))
			return;
		r[0] = ask(map, HELPER_map_lookup_elem, key);
		r[1] = ask(map, HELPER_map_update_elem, key);
		r[2] = ask(map, HELPER_map_lookup_elem, key);
		r[3] = ask(map, HELPER_map_delete_elem, key);
		r[4] = ask(map, HELPER_map_delete_elem, key);
		r[5] = ask(map, HELPER_map_lookup_elem, key);
		CHECK(r[0] == 1 && r[1] == 1 && r[2] == 78 && r[3] == 1 && r[4] == -2ull &&
			      r[5] == 1,
		      "type %u, keys of %u bytes: %lld %lld %lld %lld %lld %lld", def.type,
		      def.key_size, (long long)r[0], (long long)r[1], (long long)r[2],
		      (long long)r[3], (long long)r[4], (long long)r[5]);
		map_free(map);
	}
}

/* What a queue or a stack has in it comes to where the program has put something else. */
static void keyless_maps(void)
{
	static const uint32_t types[] = {MAP_TYPE_QUEUE, MAP_TYPE_STACK};
	struct bpf_insn insns[] = {
		INSN_MOV64_K(6, 1),
		/* push: */
		INSN_STX_DW(10, 6, -8), insn_make(OP_LD_IMM64_MAP_IDX, 1, 0, 0, 0), {0},
		INSN_MOV64_X(2, 10), INSN_ADD64_K(2, -8), INSN_MOV64_K(3, 0),
		INSN_CALL(HELPER_map_push_elem), INSN_JNE64_K(0, 0, 9),
		INSN_ADD64_K(6, 1), INSN_JNE64_K(6, 3, -10),
		insn_make(OP_LD_IMM64_MAP_IDX, 1, 0, 0, 0), {0},
		INSN_MOV64_X(2, 10), INSN_ADD64_K(2, -8), INSN_CALL(HELPER_map_pop_elem),
		INSN_LDX_DW(1, 10, -8), INSN_ADD64_X(0, 1), INSN_EXIT()};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct map_def def = {
			.name = "keyless", .type = types[i], .value_size = 8, .max_entries = 2};
		struct map *map;
		struct prog *prog;
		uint64_t r0[2];

		if (map_new(&def, 1, &d, &map))
			return;
		prog = make("keyless", insns, ARRAY_SIZE(insns), &map, 1, NULL);
		run(prog, &r0[0]);
		run(prog, &r0[1]);
		CHECK(r0[0] == i + 1 && r0[1] == -7ull, "type %u: %lld, then %lld", types[i],
		      (long long)r0[0], (long long)r0[1]);
		prog_free(prog);
		map_free(map);
	}
}

int main(void)
{
	if (!jit_target) {
		printf("0 passed, 0 failed, 1 skipped\n");
		return 77;
	}
	for (int i = !jit_target->fast; i < 2; i++) {
		engine = i ? &jit_opt_engine : &jit_fast_engine;
		callbacks();
		faults();
		if (engine == &jit_fast_engine)
			believed();
		tail_calls();
		known_maps();
		keyless_maps();
	}
	return unit_report();
}
