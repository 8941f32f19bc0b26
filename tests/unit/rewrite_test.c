/*
 * Random programs: what the verifier makes of one that it accepts does what it did, whichever way
 * it is rewritten, and is a program like others. rewrite_test N: with N of them.
 */
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/isa/build.h"
#include "core/verify/verify.h"
#include "tests/unit/outcome.h"
#include "tests/unit/unit.h"

/* ---- making them ---- */

/*
 * Straight arithmetic on r0 and r6 to r9 in both widths, with branches that are decided and others,
 * code that is dead, jumps over nothing, loops, spills, atomics, calls. r1 to r5 are scratch.
 */
struct gen {
	struct bpf_insn insns[4096];
	uint32_t n;
	struct rng rng;
	uint32_t loops; /* that one is in */
	bool is_main;
	uint32_t calls[64], ncalls; /* to be aimed at the function behind */
};

enum { GEN_ROOM = 3500, GEN_SLOTS = 4 };

static void emit(struct gen *g, struct bpf_insn insn)
{
	g->insns[g->n++] = insn;
}

static uint8_t any_reg(struct gen *g)
{
	static const uint8_t regs[] = {0, 6, 7, 8};

	return regs[rng_below(&g->rng, ARRAY_SIZE(regs))];
}

static int32_t any_imm(struct gen *g)
{
	return rng_below(&g->rng, 2) ? (int32_t)rng_below(&g->rng, 8) - 3
				     : (int32_t)rng_u64(&g->rng);
}

static void gen_alu(struct gen *g)
{
	static const enum insn_op ops[] = {
#define ALU(name, ...)	   OP_##name##64_X, OP_##name##64_K, OP_##name##32_X, OP_##name##32_K,
#define MOVSX64(bits, ...) OP_MOVSX##bits##_64,
#define MOVSX(bits, ...)   OP_MOVSX##bits##_64, OP_MOVSX##bits##_32,
#define END(name, ...)	   OP_##name,
#include "core/isa/isa.def"
		OP_NEG64,
		OP_NEG32,
	};
	enum insn_op op = ops[rng_below(&g->rng, ARRAY_SIZE(ops))];
	const struct insn_desc *desc = &insn_descs[op];
	uint8_t code = desc->code & INSN_OP_MASK, fields = insn_fields[desc->shape];
	bool is_shift = code == 0x60 || code == 0x70 || code == 0xc0;
	bool divides = code == 0x30 || code == 0x90;
	int32_t imm = any_imm(g);

	if (is_shift && desc->shape == SHAPE_ALU_K)
		imm &= desc->flags & INSN_W32 ? 31 : 63;
	if (divides && desc->shape == SHAPE_ALU_K && !imm)
		imm = 3;
	emit(g, insn_make(op, any_reg(g), fields & FIELD_SRC ? any_reg(g) : 0, 0,
			  fields & FIELD_IMM ? imm : 0));
}

static void gen_memory(struct gen *g)
{
	static const enum insn_op loads[] = {
#define MEM(name, ...)	 OP_LDX_##name,
#define MEMSX(name, ...) OP_LDXSX_##name,
#include "core/isa/isa.def"
	};
	static const enum insn_op stores[] = {
#define MEM(name, ...) OP_STX_##name,
#include "core/isa/isa.def"
	};
	int16_t off = (int16_t)(-8 * (1 + (int)rng_below(&g->rng, GEN_SLOTS)));

	switch (rng_below(&g->rng, 4)) {
	case 0:
		emit(g, insn_make(stores[rng_below(&g->rng, ARRAY_SIZE(stores))], REG_FP,
				  any_reg(g), off, 0));
		break;
	case 1:
		emit(g, INSN_ATOMIC32_FETCH_ADD(REG_FP, any_reg(g), off));
		break;
	case 2:
		emit(g, INSN_ATOMIC32_CMPXCHG(REG_FP, any_reg(g), off));
		break;
	default:
		emit(g, insn_make(loads[rng_below(&g->rng, ARRAY_SIZE(loads))], any_reg(g), REG_FP,
				  off, 0));
	}
}

static void gen_block(struct gen *g, uint32_t depth);

/* A condition, often one whose outcome is known, and code on one side or on both. */
static void gen_if(struct gen *g, uint32_t depth)
{
	static const enum insn_op ops[] = {
#define JMP(name, ...) OP_##name##64_K, OP_##name##32_K,
#include "core/isa/isa.def"
	};
	uint8_t reg = any_reg(g);
	uint32_t cond, over = 0;
	bool has_else = rng_below(&g->rng, 2);

	if (rng_below(&g->rng, 2))
		emit(g, INSN_MOV64_K(reg = 5, any_imm(g)));
	cond = g->n;
	emit(g, insn_make(ops[rng_below(&g->rng, ARRAY_SIZE(ops))], reg, 0, 0, any_imm(g)));
	gen_block(g, depth + 1);
	if (has_else) {
		over = g->n;
		emit(g, INSN_JA(0));
	}
	g->insns[cond].off = (int16_t)(g->n - cond - 1);
	if (!has_else)
		return;
	gen_block(g, depth + 1);
	g->insns[over].off = (int16_t)(g->n - over - 1);
}

/* A few rounds, counted in r9, in memory where loops are nested, or by may_goto with a way out. */
static void gen_loop(struct gen *g, uint32_t depth)
{
	bool may_goto = rng_below(&g->rng, 2);
	uint32_t start, out;

	if (g->loops)
		return;
	g->loops++;
	emit(g, INSN_MOV64_K(9, 0));
	start = g->n;
	if (may_goto)
		emit(g, INSN_MAY_GOTO(0));
	emit(g, INSN_ADD64_K(9, 1));
	out = g->n;
	emit(g, INSN_JGT64_K(9, 1 + (int32_t)rng_below(&g->rng, 5), 0));
	gen_block(g, depth + 1);
	emit(g, INSN_JA((int16_t)(start - g->n - 1)));
	g->insns[out].off = (int16_t)(g->n - out - 1);
	if (may_goto)
		g->insns[start].off = (int16_t)(g->n - start - 1);
	g->loops--;
}

static void gen_nothing(struct gen *g)
{
	for (uint32_t n = 1 + rng_below(&g->rng, 3); n--;)
		emit(g, rng_below(&g->rng, 2) ? INSN_JA(0) : INSN_MAY_GOTO(0));
}

static void gen_call(struct gen *g)
{
	if (!g->is_main || g->ncalls == ARRAY_SIZE(g->calls))
		return;
	emit(g, INSN_MOV32_X(1, any_reg(g)));
	emit(g, INSN_MOV64_X(2, any_reg(g)));
	g->calls[g->ncalls++] = g->n;
	emit(g, INSN_CALL_LOCAL(0));
}

static void gen_block(struct gen *g, uint32_t depth)
{
	for (uint32_t n = 1 + rng_below(&g->rng, 6); n-- && g->n < GEN_ROOM;) {
		uint32_t what = rng_below(&g->rng, 16);

		if (what < 6)
			gen_alu(g);
		else if (what < 9)
			gen_memory(g);
		else if (what < 12 && depth < 4)
			gen_if(g, depth);
		else if (what < 13 && depth < 3)
			gen_loop(g, depth);
		else if (what < 14)
			gen_nothing(g);
		else if (what < 15)
			gen_call(g);
	}
}

/* r6 to r8 and the stack from the arguments, a block, all of them into r0. */
static void gen_func(struct gen *g, bool is_main)
{
	g->is_main = is_main;
	if (is_main) {
		emit(g, INSN_LDX_W(6, 1, 0));
		emit(g, INSN_LDX_DW(7, 1, 0));
	} else {
		emit(g, INSN_MOV64_X(6, 1));
		emit(g, INSN_MOV64_X(7, 2));
	}
	emit(g, INSN_MOV32_K(8, any_imm(g)));
	emit(g, INSN_MOV64_K(0, any_imm(g)));
	for (int i = 1; i <= GEN_SLOTS; i++)
		emit(g, INSN_STX_DW(REG_FP, any_reg(g), (int16_t)(-8 * i)));
	gen_block(g, 0);
	if (rng_below(&g->rng, 2))
		emit(g, INSN_XOR64_X(0, 6));
	emit(g, INSN_XOR32_X(8, 7));
	emit(g, INSN_ADD64_X(0, 8));
	emit(g, INSN_EXIT());
}

static void gen_prog(struct gen *g, uint64_t seed)
{
	*g = (struct gen){.rng = {seed}};
	gen_func(g, true);
	if (!g->ncalls)
		return;
	for (uint32_t i = 0; i < g->ncalls; i++)
		g->insns[g->calls[i]].imm = (int32_t)(g->n - g->calls[i] - 1);
	gen_func(g, false);
}

/* ---- judging and running them ---- */

static const struct way {
	const char *name;
	uint32_t fixes, flags;
	bool again; /* it is accepted once more */
} ways[] = {
	{"plain", 0, 0, true},
	{"inline", VERIFY_FIX_INLINE, 0, false},
	{"zext", VERIFY_FIX_ZEXT, 0, true},
	{"spoilt", 0, VERIFY_TEST_RND_HI32, false},
	{"zext, spoilt", VERIFY_FIX_ZEXT, VERIFY_TEST_RND_HI32, false},
};

static int judge(const struct bpf_insn *insns, uint32_t n, const struct way *way,
		 struct verify_result *result)
{
	struct verify_job job = {.type = PROG_TYPE_SYSCALL,
				 .flags = VERIFY_SLEEPABLE | way->flags,
				 .caps = VERIFY_CAP_ALL,
				 .gpl = true,
				 .insns = insns,
				 .ninsns = n,
				 .fixes = way->fixes};

	return verify_prog(&job, result);
}

static void check_way(uint64_t seed, const struct gen *g, const struct way *way,
		      const struct outcome *want)
{
	struct verify_result result, again;

	if (judge(g->insns, g->n, way, &result) == 0) {
		const struct verify_code *code = &result.code;

		for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
			struct outcome got =
				run_code(engines[e], code->insns, code->ninsns, NULL, 0);

			CHECK(same_outcome(&got, want), "program %llu, %s, %s: %#llx, not %#llx %s",
			      (unsigned long long)seed, way->name, engines[e]->name,
			      (unsigned long long)got.r0, (unsigned long long)want->r0, got.text);
		}
		if (way->again) {
			CHECK(judge(code->insns, code->ninsns, way, &again) == 0,
			      "program %llu, %s: refused when it is rewritten",
			      (unsigned long long)seed, way->name);
			verify_result_free(&again);
		}
	}
	verify_result_free(&result);
}

/* What was rewritten does what the program did, whichever way, and is a program like others. */
static void test_random(uint32_t n)
{
	struct gen *g = xcalloc(1, sizeof(*g));
	uint32_t accepted = 0, shorter = 0;

	for (uint64_t seed = 1; seed <= n; seed++) {
		struct verify_result result;
		struct outcome want;
		bool ok;

		gen_prog(g, seed);
		ok = judge(g->insns, g->n, &ways[0], &result) == 0;
		accepted += ok;
		shorter += ok && result.code.ninsns < g->n;
		verify_result_free(&result);
		if (!ok)
			continue;
		want = run_code(&interp_engine, g->insns, g->n, NULL, 0);
		CHECK(!want.fault, "program %llu: %s", (unsigned long long)seed, want.text);
		for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
			check_way(seed, g, &ways[i], &want);
	}
	CHECK(accepted > n * 3 / 4, "%u of %u accepted", accepted, n);
	CHECK(shorter > n / 2, "%u of %u shorter", shorter, n);
	free(g);
}

int main(int argc, char **argv)
{
	test_random(argc > 1 ? (uint32_t)atoi(argv[1]) : 300);
	return unit_report();
}
