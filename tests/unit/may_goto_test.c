/*
 * Loops that a may_goto ends if need be, of all shapes, where it has few passes left: what is
 * optimized ends them where other engines do.
 */
#include <string.h>

#include "core/base/rng.h"
#include "core/base/strbuf.h"
#include "core/interp/interp.h"
#include "core/isa/build.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "jit/jit.h"
#include "tests/unit/unit.h"

enum { COUNTER = 6, LIMIT = 7, SUM = 8, LOOPS = 6, INSNS_MAX = 300, PROGRAMS = 150, LEFT_MAX = 24 };

static struct diag d = {.prefix = "may_goto_test"};

struct made {
	struct rng rng;
	struct bpf_insn insns[INSNS_MAX];
	uint32_t n;
	uint32_t out[8], nout; /* jumps to where the loop is left */
};

static uint32_t below(struct made *m, uint32_t n)
{
	return (uint32_t)rng_below(&m->rng, n);
}

static void emit(struct made *m, struct bpf_insn insn)
{
	m->insns[m->n++] = insn;
}

static void emit_out(struct made *m, struct bpf_insn insn)
{
	m->out[m->nout++] = m->n;
	emit(m, insn);
}

static int32_t number(struct made *m)
{
	static const int32_t some[] = {0,  1,	2,     3,	  8,	     40,	100,
				       -1, -2, -40, INT32_MAX, INT32_MIN, INT32_MAX - 2, 0x10000};

	return below(m, 4) ? (int32_t)below(m, 16) - 3 : some[below(m, ARRAY_SIZE(some))];
}

static void set(struct made *m, uint8_t reg)
{
	emit(m, below(m, 4) ? INSN_MOV64_K(reg, number(m)) : INSN_MOV32_K(reg, number(m)));
	if (below(m, 3))
		return;
	emit(m, INSN_ADD64_X(reg, SUM));
	if (below(m, 6))
		emit(m, INSN_AND64_K(reg, 15));
}

/* A question that is asked of the counter: where to go is for the caller. */
static struct bpf_insn question(struct made *m)
{
	static const enum insn_op ops[] = {OP_JNE64_X,	OP_JLT64_X,  OP_JSLT64_X, OP_JGT64_X,
					   OP_JSGT64_X, OP_JEQ64_X,  OP_JGE64_X,  OP_JLE64_X,
					   OP_JSGE64_X, OP_JSLE64_X, OP_JNE32_X,  OP_JLT32_X,
					   OP_JSLT32_X, OP_JGT32_X,  OP_JSGT32_X, OP_JEQ32_X,
					   OP_JGE32_X,	OP_JLE32_X};
	enum insn_op op = ops[below(m, ARRAY_SIZE(ops))];
	int32_t imm = number(m);

	switch (below(m, 3)) {
	case 0:
		return insn_make(op, COUNTER, LIMIT, 0, 0);
	case 1:
		return insn_make(op, LIMIT, COUNTER, 0, 0);
	default:
		return insn_make(op + 1, COUNTER, 0, 0, imm);
	}
}

static void step(struct made *m)
{
	static const int32_t steps[] = {1, 1, 1, 2, 4, 8, 3, 6, 160, -1, -1, -2, -3, 512, 1 << 20};
	int32_t by = steps[below(m, ARRAY_SIZE(steps))];

	switch (below(m, 4)) {
	case 0:
		emit(m, INSN_ADD32_K(COUNTER, by));
		break;
	case 1:
		emit(m, INSN_SUB64_K(COUNTER, -by));
		break;
	default:
		emit(m, INSN_ADD64_K(COUNTER, by));
	}
}

static void body(struct made *m)
{
	emit(m, INSN_MUL64_K(SUM, 31));
	emit(m, INSN_ADD64_X(SUM, COUNTER));
}

static void jump_over(struct made *m)
{
	emit(m, INSN_JSET64_K(SUM, 1 << below(m, 6), 2));
	if (below(m, 2))
		emit(m, INSN_ADD64_K(SUM, 7));
	else
		emit_out(m, INSN_JSET64_K(SUM, 1 << 8, 0));
	emit(m, INSN_XOR64_K(SUM, 77));
}

/* The parts of a pass in any order. */
static void loop(struct made *m)
{
	bool asks_last = below(m, 2), has_leap = !below(m, 3);
	uint8_t part[] = {0, 1, 2, 3};
	struct bpf_insn jump;
	uint32_t top;

	m->nout = 0;
	set(m, COUNTER);
	set(m, LIMIT);
	top = m->n;
	for (uint32_t i = ARRAY_SIZE(part); i-- > 1;) {
		uint32_t k = below(m, i + 1);
		uint8_t was = part[i];

		part[i] = part[k];
		part[k] = was;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(part); i++) {
		if (has_leap && i == 2)
			jump_over(m);
		if (part[i] == 0)
			step(m);
		else if (part[i] == 1)
			body(m);
		else if (part[i] == 2)
			emit_out(m, INSN_MAY_GOTO(0));
		else if (!asks_last)
			emit_out(m, question(m));
	}
	jump = asks_last ? question(m) : INSN_JA(0);
	jump.off = (int16_t)((int)top - (int)m->n - 1);
	emit(m, jump);
	emit(m, INSN_ADD64_K(SUM, 5));
	for (uint32_t i = 0; i < m->nout; i++)
		m->insns[m->out[i]].off = (int16_t)(m->n - m->out[i] - 1);
	emit(m, INSN_MUL64_K(SUM, 33));
	emit(m, INSN_ADD64_X(SUM, COUNTER));
}

static void finish(struct made *m)
{
	emit(m, INSN_MOV64_X(0, SUM));
	emit(m, INSN_EXIT());
}

static void begin(struct made *m)
{
	emit(m, INSN_MOV64_K(SUM, (int32_t)below(m, 1000)));
	emit(m, INSN_MOV64_K(0, 0));
}

/* First one that leaves the may_goto few. */
static void make_program(struct made *m)
{
	begin(m);
	emit(m, INSN_MAY_GOTO(2));
	emit(m, INSN_ADD64_K(0, 1));
	emit(m, INSN_JNE64_K(0, MAX_LOOPS - 1 - (int32_t)below(m, LEFT_MAX), -3));
	for (int i = 0; i < LOOPS; i++)
		loop(m);
	finish(m);
}

static struct prog *prepare(struct made *m, const struct engine *engine)
{
	struct prog_def def = {.name = "loops", .insns = m->insns, .ninsns = m->n};
	struct prog *prog = NULL;
	int err = prog_new(&def, NULL, 0, NULL, &d, &prog);

	CHECK(!err && engine->prepare(prog, &d) == 0, "%s", engine->name);
	return prog;
}

static uint64_t run(struct made *m, const struct engine *engine)
{
	static struct runtime rt;
	struct run_ctx rc = {.engine = engine, .rt = &rt};
	struct prog *prog = prepare(m, engine);
	uint64_t r0 = 0;

	CHECK(!run_once(&rc, prog, &r0), "%s", rc.fault.text);
	prog_free(prog);
	return r0;
}

static void random_loops(void)
{
	const struct engine *other = jit_target->fast ? &jit_fast_engine : &interp_engine;

	for (uint32_t seed = 0; seed < PROGRAMS; seed++) {
		struct made m = {.rng = {seed}};

		make_program(&m);
		CHECK(run(&m, &jit_opt_engine) == run(&m, other), "seed %u", seed);
	}
}

/* Where it is known how many passes are left there is but the copy. */
static void is_copied(void)
{
	struct made m = {.rng = {1}};
	struct strbuf form = {0};
	struct prog *prog;
	const char *at;
	int n = 0;

	begin(&m);
	emit(&m, INSN_MAY_GOTO(4));
	emit(&m, INSN_MUL64_K(SUM, 31));
	emit(&m, INSN_ADD64_X(SUM, 0));
	emit(&m, INSN_ADD64_K(0, 1));
	emit(&m, INSN_JLT64_K(0, 100, -5));
	finish(&m);
	prog = prepare(&m, &jit_opt_engine);
	CHECK(jit_dump(prog, "dce", &form));
	for (at = strbuf_str(&form); (at = strstr(at, "loop 1")); at++)
		n++;
	CHECK(n == 1, "one block, that does not ask: %s", strbuf_str(&form));
	strbuf_free(&form);
	prog_free(prog);
}

int main(void)
{
	if (!jit_target) {
		printf("0 passed, 0 failed, 1 skipped\n");
		return 77;
	}
	is_copied();
	random_loops();
	return unit_report();
}
