/*
 * Processor time that the two tiers of the JIT take for an instruction, of programs of several
 * shapes and of a thousand to a million instructions: what a tier takes must not grow with the
 * program.
 *
 *	compile_bench [SHAPE ...]
 *	compile_bench passes SHAPE ...	how long each pass of the second tier takes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/helper/helper.h"
#include "core/isa/build.h"
#include "core/obj/prog.h"
#include "core/run/run.h"
#include "jit/jit.h"
#include "jit/passes.h"
#include "jit/target.h"
#include "tests/bench/mixed.h"
#include "tests/bench/prepare.h"

enum { SIZES = 4, MANY = 1000000 };

static const uint32_t sizes[SIZES] = {1000, 10000, 100000, MANY};

struct program {
	struct bpf_insn *insns;
	uint32_t n, room;
};

/* Fills up to room instructions and leaves some for the end. */
typedef void shape_fn(struct program *p);

static void emit(struct program *p, struct bpf_insn insn)
{
	p->insns[p->n++] = insn;
}

static bool has_room(const struct program *p, uint32_t n)
{
	return p->n + n <= p->room;
}

static void land(struct program *p, uint32_t from)
{
	p->insns[from].off = (int16_t)(p->n - from - 1);
}

static int16_t back_to(const struct program *p, uint32_t to)
{
	return (int16_t)((int32_t)to - (int32_t)p->n - 1);
}

/* r2 to r5, which calls leave with nothing in them, begin with something of the context. */
static void emit_loads(struct program *p)
{
	for (uint8_t r = 2; r <= 5; r++)
		emit(p, INSN_LDX_DW(r, 6, (int16_t)(8 * r)));
}

static void straight(struct program *p)
{
	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_MOV64_K(0, 0));
	for (int16_t i = 0; has_room(p, 12); i = (int16_t)((i + 8) % 1024)) {
		emit_loads(p);
		emit(p, INSN_ADD64_X(2, 3));
		emit(p, INSN_XOR64_X(4, 5));
		emit(p, INSN_MUL64_K(2, 31 + i));
		emit(p, INSN_RSH64_K(4, 7));
		emit(p, INSN_ADD64_X(2, 4));
		emit(p, INSN_STX_DW(6, 2, i));
	}
}

static void mixed(struct program *p)
{
	p->n = p->room;
	mixed_program(p->insns, p->room + 1);
}

/* Four loops, one in the other, again and again. */
static void loops(struct program *p)
{
	enum { DEPTH = 4 };
	uint32_t begin[DEPTH];

	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_MOV64_K(0, 0));
	while (has_room(p, 5 * DEPTH + 4)) {
		for (uint8_t d = 0; d < DEPTH; d++) {
			emit(p, INSN_MOV64_K(2 + d, 0));
			begin[d] = p->n;
			emit(p, INSN_ADD64_X(0, 2 + d));
		}
		emit(p, INSN_LDX_DW(7, 6, 8));
		emit(p, INSN_XOR64_X(0, 7));
		emit(p, INSN_STX_DW(6, 0, 16));
		for (uint8_t d = DEPTH; d-- > 0;) {
			emit(p, INSN_ADD64_K(2 + d, 1));
			emit(p, INSN_JLT64_K(2 + d, 10, back_to(p, begin[d])));
		}
	}
}

/* One of two ways, again and again, with little in either. */
static void branches(struct program *p)
{
	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_MOV64_K(0, 0));
	for (int32_t i = 0; has_room(p, 6); i++) {
		uint32_t jump, over;

		emit(p, INSN_LDX_W(2, 6, (int16_t)(i % 100 * 4)));
		jump = p->n;
		emit(p, INSN_JEQ32_K(2, i, 0));
		emit(p, INSN_ADD64_X(0, 2));
		over = p->n;
		emit(p, INSN_JA(0));
		land(p, jump);
		emit(p, INSN_XOR64_K(0, i));
		land(p, over);
	}
}

/* Jumps past the end of a part from everywhere in it: blocks with many ways to them. */
static void exits(struct program *p)
{
	enum { WAYS = 1000 };
	uint32_t jumps[WAYS], n;

	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_MOV64_K(0, 0));
	while (has_room(p, 4)) {
		for (n = 0; n < WAYS && has_room(p, 4); n++) {
			emit(p, INSN_LDX_W(2, 6, (int16_t)(n * 4)));
			emit(p, INSN_ADD64_X(0, 2));
			jumps[n] = p->n;
			emit(p, INSN_JGT64_K(2, (int32_t)n, 0));
		}
		while (n)
			land(p, jumps[--n]);
	}
}

enum { WORDS = 40 };

static void access_word(struct program *p, enum insn_op op, uint8_t reg, uint32_t word)
{
	int16_t off = (int16_t)(-8 * (int)(word % WORDS + 1));

	emit(p, op == OP_LDX_DW ? INSN_LDX_DW(reg, 10, off) : INSN_STX_DW(10, reg, off));
}

/* Forty words of the frame, all alive, two of which change in one of two ways. */
static void phis(struct program *p)
{
	emit(p, INSN_MOV64_X(6, 1));
	for (uint32_t i = 0; i < WORDS; i++)
		access_word(p, OP_STX_DW, 6, i);
	for (uint32_t i = 0; has_room(p, 2 * WORDS + 7); i++) {
		uint32_t jump;

		access_word(p, OP_LDX_DW, 2, i);
		access_word(p, OP_LDX_DW, 3, i + 7);
		jump = p->n;
		emit(p, INSN_JGT64_X(2, 3, 0));
		emit(p, INSN_ADD64_K(2, 3));
		access_word(p, OP_STX_DW, 2, i + 3);
		access_word(p, OP_STX_DW, 3, i + 11);
		land(p, jump);
	}
	for (uint32_t i = 0; i < WORDS; i++) {
		access_word(p, OP_LDX_DW, 0, i);
		emit(p, INSN_STX_DW(6, 0, 0));
	}
}

static void calls(struct program *p)
{
	emit(p, INSN_MOV64_X(6, 1));
	emit(p, INSN_MOV64_K(7, 0));
	while (has_room(p, 6)) {
		emit(p, INSN_CALL(HELPER_ktime_get_ns));
		emit(p, INSN_ADD64_X(7, 0));
		emit(p, INSN_CALL(HELPER_get_prandom_u32));
		emit(p, INSN_XOR64_X(7, 0));
		emit(p, INSN_STX_DW(6, 7, 8));
	}
}

/* Functions of about thirty, called one after the other. */
static void functions(struct program *p)
{
	enum { SIZE = 30 };
	uint32_t n = p->room / (SIZE + 2);

	for (uint32_t i = 0; i < n; i++) {
		emit(p, INSN_MOV64_K(1, (int32_t)i));
		emit(p, INSN_CALL_LOCAL((int32_t)((n - i) * 2 + i * (SIZE - 2)) - 1));
	}
	emit(p, INSN_EXIT());
	for (uint32_t i = 0; i < n; i++) {
		emit(p, INSN_MOV64_X(0, 1));
		emit(p, INSN_CALL(HELPER_ktime_get_ns));
		for (int32_t k = 0; k < SIZE - 6; k += 2) {
			emit(p, INSN_ADD64_K(0, k));
			emit(p, INSN_XOR64_K(0, (int32_t)i));
		}
		emit(p, INSN_JGT64_K(0, 5, 0));
		emit(p, INSN_EXIT());
	}
}

static const struct shape {
	const char *name;
	shape_fn *fill;
} shapes[] = {
	{"straight", straight}, {"mixed", mixed}, {"loops", loops}, {"branches", branches},
	{"exits", exits},	{"phis", phis},	  {"calls", calls}, {"functions", functions},
};

static struct program program_of(const struct shape *shape, uint32_t size)
{
	struct program p = {.room = size - 1};

	p.insns = xcalloc(size, sizeof(*p.insns));
	shape->fill(&p);
	emit(&p, INSN_EXIT());
	return p;
}

static void measure(const struct shape *shape)
{
	double ns[2][SIZES];

	for (int s = 0; s < SIZES; s++) {
		struct program p = program_of(shape, sizes[s]);

		ns[0][s] = prepare_ns(&jit_fast_engine, shape->name, p.insns, p.n);
		ns[1][s] = prepare_ns(&jit_opt_engine, shape->name, p.insns, p.n);
		free(p.insns);
	}
	printf("%-12s", shape->name);
	for (int e = 0; e < 2; e++)
		for (int s = 0; s < SIZES; s++)
			printf(" %8.0f", ns[e][s]);
	putchar('\n');
	fflush(stdout);
}

/* ---- pass by pass ---- */

enum { PASSES_MAX = 64 };

struct times {
	const char *name[PASSES_MAX];
	double took[PASSES_MAX][SIZES]; /* seconds */
	double last;
	int n, size;
};

static bool note_time(void *arg, struct ir_fn *fn __unused, const char *pass)
{
	struct times *t = arg;
	double then = processor_time();

	t->name[t->n] = pass;
	t->took[t->n++][t->size] += then - t->last;
	t->last = processor_time();
	return true;
}

static void measure_passes(const struct shape *shape)
{
	struct times t = {0};

	for (t.size = 0; t.size < SIZES; t.size++) {
		struct program p = program_of(shape, sizes[t.size]);
		struct prog_def def = {.name = shape->name, .insns = p.insns, .ninsns = p.n};
		struct diag d = {.prefix = "compile_bench"};
		struct prog *prog;

		if (prog_new(&def, NULL, 0, NULL, &d, &prog) || run_prepare(prog, &d))
			exit(2);
		for (uint32_t i = 0; i < prog->nsubs; i++) {
			struct parts parts;
			bool large = parts_plan(&parts, prog, i, NULL, JIT_PART);

			for (uint32_t u = 0; u < (large ? parts_units(&parts) : 1); u++) {
				struct ir_fn *fn;

				t.n = 0;
				t.last = processor_time();
				fn = large ? jit_optimize_unit(&parts, u, note_time, &t)
					   : jit_optimize(prog, i, NULL, note_time, &t);
				jit_to_machine(fn, jit_machine, note_time, &t);
				ir_free(fn);
			}
			parts_free(&parts);
		}
		prog_free(prog);
		free(p.insns);
	}
	for (int i = 0; i < t.n; i++) {
		printf("%-12s", t.name[i]);
		for (int s = 0; s < SIZES; s++)
			printf(" %8.1f", t.took[i][s] / sizes[s] * 1e9);
		putchar('\n');
	}
}

static bool is_chosen(const char *name, int argc, char **argv)
{
	bool chosen = argc < 2;

	for (int i = 1; i < argc; i++)
		chosen |= strcmp(name, argv[i]) == 0;
	return chosen;
}

int main(int argc, char **argv)
{
	bool passes = argc > 2 && strcmp(argv[1], "passes") == 0;

	if (!passes)
		printf("ns an instruction   fast of 1000, 10000, 100000, 1000000   opt likewise\n");
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
		if (is_chosen(shapes[i].name, argc, argv)) {
			if (passes)
				measure_passes(&shapes[i]);
			else
				measure(&shapes[i]);
		}
	return 0;
}
