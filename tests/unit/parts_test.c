/* Where parts of a large function begin, and what they hand on. */
#include <inttypes.h>

#include "core/isa/build.h"
#include "core/obj/prog.h"
#include "jit/jit.h"
#include "jit/lower.h"
#include "jit/passes.h"
#include "tests/unit/unit.h"

enum { SIZE = 16, LOOP = 10, LOOP_END = 20, END = 40 };

/* r6 counts in a loop, r7 is added to; what is behind the loop wants r7 and a slot of the frame. */
static struct prog *make(void)
{
	struct bpf_insn insns[END];
	struct prog_def def = {.name = "large", .insns = insns, .ninsns = END};
	struct diag d = {.prefix = "parts_test"};
	struct prog *prog = NULL;

	for (uint32_t i = 0; i < END; i++)
		insns[i] = INSN_ADD64_K(7, 1);
	insns[0] = INSN_MOV64_K(6, 0);
	insns[1] = INSN_MOV64_K(7, 0);
	insns[2] = INSN_STX_DW(10, 1, -24);
	insns[LOOP] = INSN_ADD64_K(6, 1);
	insns[LOOP_END] = INSN_JLT64_K(6, 5, LOOP - LOOP_END - 1);
	insns[END - 3] = INSN_LDX_DW(0, 10, -24);
	insns[END - 2] = INSN_ADD64_X(0, 7);
	insns[END - 1] = INSN_EXIT();
	CHECK(prog_new(&def, NULL, 0, NULL, &d, &prog) == 0, "the program can be made");
	return prog;
}

static void planned(const struct parts *p)
{
	uint32_t n = parts_count(p);

	CHECK(p->begins.v[0] == 0 && p->begins.v[n] == END, "parts are the whole function");
	for (uint32_t k = 0; k < n; k++) {
		uint32_t begin = p->begins.v[k], size = p->begins.v[k + 1] - begin;

		CHECK(size > 0 && size <= SIZE, "part %u has %u instructions", k, size);
		CHECK(begin <= LOOP || begin > LOOP_END, "part %u begins in the loop", k);
		CHECK(p->entries.v[parts_entry(p, begin)].slot == begin,
		      "part %u is come to from the one before", k);
	}
	CHECK(p->entries.n == n, "nobody jumps to another part");
	CHECK(p->whole == UINT64_C(1) << 2, "the slot is a variable");
}

static uint64_t bit(uint32_t var)
{
	return UINT64_C(1) << var;
}

/* The last part wants what it reads, those before what it does not assign. */
static void handed_on(struct parts *p)
{
	const struct part_entry *last = vec_last(&p->entries);

	CHECK(last->wanted[0] == UINT64_MAX, "before it is compiled all is wanted");
	for (uint32_t unit = 0; unit < parts_units(p); unit++)
		ir_free(jit_optimize_unit(p, unit, NULL, NULL));
	CHECK(last->wanted[0] == (bit(7) | bit(VAR_SLOTS + 2)) && !last->wanted[1],
	      "the last part wants %#" PRIx64, last->wanted[0]);
	CHECK(p->entries.v[0].wanted[0] == bit(1), "the first one wants %#" PRIx64,
	      p->entries.v[0].wanted[0]);
}

/* Jumps lead from everywhere to everywhere, and each place could find other values in the frame. */
static void left(void)
{
	enum { SLOTS = 64, N = 8000, FAR = 400 };
	struct bpf_insn insns[N];
	struct prog_def def = {.name = "tangle", .insns = insns, .ninsns = N};
	struct diag d = {.prefix = "parts_test"};
	struct prog *prog = NULL;
	int16_t i = 0;

	for (; i < SLOTS; i++)
		insns[i] = INSN_STX_DW(10, 1, (int16_t)(-8 * (i + 1)));
	for (; i < N - 2 * FAR - 4; i += 2) {
		insns[i] = INSN_STX_DW(10, i % 5 + 1, (int16_t)(-8 * (i / 2 * 7 % SLOTS + 1)));
		insns[i + 1] = INSN_JGT64_K(1, i, (int16_t)(2 * (1 + i * 31 % FAR)));
	}
	for (; i < N - 2; i++)
		insns[i] = INSN_LDX_DW(0, 10, (int16_t)(-8 * (i % SLOTS + 1)));
	insns[N - 2] = INSN_MOV64_K(0, 0);
	insns[N - 1] = INSN_EXIT();
	if (!jit_machine || prog_new(&def, NULL, 0, NULL, &d, &prog))
		return;
	CHECK(jit_optimized(prog, &(struct jit_options){0}, &d) == 0, "it has code");
	CHECK(prog->engine == &jit_fast_engine, "it is left to the one-pass tier");
	prog_free(prog);
}

int main(void)
{
	struct prog *prog = make();
	struct parts p;

	CHECK(!parts_plan(&p, prog, 0, NULL, END), "what is no larger has no parts");
	if (parts_plan(&p, prog, 0, NULL, SIZE)) {
		planned(&p);
		handed_on(&p);
	} else {
		CHECK(false, "what is larger has parts");
	}
	parts_free(&p);
	prog_free(prog);
	left();
	return unit_report();
}
