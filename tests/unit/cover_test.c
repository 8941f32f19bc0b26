/* Counting engines against counts made by hand and against each other; records read back. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "core/cover/cover.h"
#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static uint8_t stack[RUN_FRAMES * STACK_SIZE] __attribute__((aligned(16)));
static const struct engine *const engines[] = {&interp_count_engine, &step_count_engine};

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

static struct diag quiet = {.sink = drop};

/* A program that has run a number of times. */
static struct prog *run_counted(const struct engine *engine, const struct prog_def *def, int times)
{
	struct mem checks = {0};
	struct runtime rt = {0};
	struct run_ctx rc = {.engine = engine, .stack = stack, .budget = 1000000, .rt = &rt,
			     .mem = engine == &step_count_engine ? &checks : NULL};
	struct prog *prog = NULL;
	uint64_t r0;

	if (prog_new(def, NULL, 0, NULL, &quiet, &prog) || engine->prepare(prog, &quiet)) {
		CHECK(false, "cannot make the program");
		return NULL;
	}
	for (int i = 0; i < times; i++) {
		CHECK(run_once(&rc, prog, &r0) == 0, "%s: %s", engine->name, rc.fault.text);
	}
	return prog;
}

struct expected {
	uint64_t runs, taken;
};

static void check_counts(const char *what, struct bpf_insn *insns, uint32_t n,
			 const struct expected *want)
{
	struct prog_def def = {.name = "test", .insns = insns, .ninsns = n};

	for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
		struct prog *prog = run_counted(engines[e], &def, 2);

		for (uint32_t i = 0; prog && i < n; i++)
			CHECK(prog_counted(prog, i).runs == 2 * want[i].runs &&
				      prog_counted(prog, i).taken == 2 * want[i].taken,
			      "%s, %s, slot %u: %llu %llu", what, engines[e]->name, i,
			      (unsigned long long)prog_counted(prog, i).runs,
			      (unsigned long long)prog_counted(prog, i).taken);
		if (prog)
			prog_free(prog);
	}
}

#define COUNTS(what, insns, ...)                                                                   \
	check_counts(what, insns, ARRAY_SIZE(insns), (const struct expected[]){__VA_ARGS__})

static void test_loop(void)
{
	struct bpf_insn p[] = {
		INSN_MOV64_K(0, 10),
		INSN_SUB64_K(0, 1),	 /* ten times */
		INSN_JSET64_K(0, 1, 1),	 /* of 9 to 0 five are odd */
		INSN_MOV64_X(1, 0),
		INSN_JNE32_K(0, 0, -4),
		INSN_JA(1),
		INSN_MOV64_K(0, 1),
		INSN_EXIT(),
	};

	COUNTS("loop", p, {1, 0}, {10, 0}, {10, 5}, {5, 0}, {10, 9}, {1, 0}, {0, 0}, {1, 0});
}

/* Pairs of the other interpreter are two instructions, wide ones are one; may_goto is a jump. */
static void test_kinds(void)
{
	struct bpf_insn p[] = {
		INSN_MOV64_K(0, 0),
		{0}, {0},
		INSN_MOV64_X(3, 2),
		INSN_ADD64_K(3, 1),
		INSN_MAY_GOTO(2),
		INSN_ADD64_K(0, 1),
		INSN_JLT64_K(0, 3, -3),
		INSN_CALL(HELPER_get_smp_processor_id),
		INSN_CALL(HELPER_get_smp_processor_id),
		INSN_JEQ64_X(0, 0, 0),
		INSN_EXIT(),
	};

	insn_make_ld64(&p[1], OP_LD_IMM64_IMM, 2, 0x123456789abcdef);
	COUNTS("kinds", p, {1, 0}, {1, 0}, {0, 0}, {1, 0}, {1, 0}, {3, 0}, {3, 0}, {3, 2}, {1, 0},
	       {1, 0}, {1, 1}, {1, 0});
}

/* Slots 0 to 7, a function that bpf_loop calls, and one that both call. */
static struct bpf_insn nested[14];
static struct subprog_def nested_subs[] = {
	{.name = "main"}, {.name = "each", .start = 8}, {.name = "leaf", .start = 12}};
static struct line_def nested_lines[] = {
	{.insn = 0, .file = "a.c", .text = "int main(void)", .line = 7},
	{.insn = 5, .file = "a.c", .text = "\tloop(4, each, 0, 0);", .line = 9},
	{.insn = 7, .file = "a.c", .text = "}", .line = 12},
	{.insn = 8, .file = "a.c", .text = "static int each(int i)", .line = 2},
	{.insn = 12, .file = "b.h", .text = "<&\"'\x01\xff", .line = 3},
};

static struct prog_def nested_def(int32_t loops)
{
	const struct bpf_insn insns[] = {
		INSN_MOV64_K(1, loops),
		{0}, {0},
		INSN_MOV64_K(3, 0),
		INSN_MOV64_K(4, 0),
		INSN_CALL(HELPER_loop),
		INSN_CALL_LOCAL(5),
		INSN_EXIT(),
		INSN_MOV64_K(0, 0),
		INSN_JSGT64_K(1, 1, 1),
		INSN_CALL_LOCAL(1),
		INSN_EXIT(),
		INSN_MOV64_K(0, 0),
		INSN_EXIT(),
	};

	memcpy(nested, insns, sizeof(insns));
	insn_make_ld64(&nested[1], OP_LD_IMM64_FUNC, 2, 6);
	return (struct prog_def){.name = "main",
				 .insns = nested,
				 .ninsns = ARRAY_SIZE(nested),
				 .subs = nested_subs,
				 .nsubs = ARRAY_SIZE(nested_subs),
				 .lines = nested_lines,
				 .nlines = ARRAY_SIZE(nested_lines)};
}

static void test_functions(void)
{
	static const struct expected want[] = {
		{1, 0}, {1, 0}, {0, 0}, {1, 0}, {1, 0}, {1, 0}, {1, 0},
		{1, 0}, {4, 0}, {4, 2}, {2, 0}, {4, 0}, {3, 0}, {3, 0}};
	struct prog_def def = nested_def(4);

	for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
		struct prog *prog = run_counted(engines[e], &def, 1);

		for (uint32_t i = 0; prog && i < def.ninsns; i++)
			CHECK(prog_counted(prog, i).runs == want[i].runs &&
				      prog_counted(prog, i).taken == want[i].taken,
			      "%s, slot %u: %llu", engines[e]->name, i,
			      (unsigned long long)prog_counted(prog, i).runs);
		if (prog)
			prog_free(prog);
	}
}

/* ---- reports and records ---- */

static int add_nested(struct cover *c, int32_t loops, int times)
{
	struct prog_def def = nested_def(loops);
	struct image image = {.path = "a.o", .progs = &def, .nprogs = 1};
	struct prog *prog = run_counted(&interp_count_engine, &def, times);

	int err = prog ? cover_add(c, &image, &prog, NULL, &quiet) : -ENOMEM;

	if (prog)
		prog_free(prog);
	return err;
}

static void check_total(const struct cover_report *r, enum cover_kind kind, uint64_t hit,
			uint64_t found)
{
	CHECK(r->totals[kind].hit == hit && r->totals[kind].found == found, "%s: %llu of %llu",
	      cover_kinds[kind], (unsigned long long)r->totals[kind].hit,
	      (unsigned long long)r->totals[kind].found);
}

static void test_report(void)
{
	struct cover_report r;
	struct cover c = {0};

	CHECK(add_nested(&c, 4, 1) == 0 && add_nested(&c, 4, 2) == 0, "");
	cover_report(&c, &r);
	CHECK(c.funcs.n == 3 && r.files.n == 2, "%zu functions", c.funcs.n);
	CHECK(strcmp(r.files.v[0].path, "a.c") == 0 && r.files.v[0].nrows == 4, "");
	CHECK(r.files.v[0].rows[0].line == 2 && r.files.v[0].rows[0].runs == 12, "");
	CHECK(r.files.v[0].rows[1].line == 7 && r.files.v[0].rows[1].runs == 3, "");
	CHECK(r.files.v[1].rows[0].runs == 9, "");
	CHECK(strcmp(r.files.v[1].rows[0].text, "<&\"' ?") == 0, "%s", r.files.v[1].rows[0].text);
	check_total(&r, COVER_LINES, 5, 5);
	check_total(&r, COVER_BRANCHES, 2, 2);
	check_total(&r, COVER_FUNCS, 3, 3);
	check_total(&r, COVER_INSNS, 13, 13);
	cover_report_free(&r);
	cover_free(&c);
}

static void test_record(void)
{
	struct cover c = {0}, back = {0};
	struct strbuf one = {0}, two = {0};
	struct bytes text;

	CHECK(add_nested(&c, 4, 3) == 0, "");
	cover_record(&c, &one);
	text = (struct bytes){(const uint8_t *)one.s, one.len};
	CHECK(cover_parse(&back, "one", text, &quiet) == 0, "");
	cover_record(&back, &two);
	CHECK(one.len == two.len && memcmp(one.s, two.s, one.len) == 0, "%s", two.s);
	CHECK(cover_parse(&back, "one", text, &quiet) == 0, "");
	CHECK(back.funcs.n == 3 && back.funcs.v[0].insns[0].count.runs == 6, "");
	CHECK(add_nested(&back, 5, 1) == -EINVAL, "another build");
	cover_free(&c);
	cover_free(&back);
	strbuf_free(&one);
	strbuf_free(&two);
}

static void test_bad_records(void)
{
	static const char *const texts[] = {
		"",
		"TN:\nSF:a.c\nDA:1,1\nend_of_record\n",
		COVER_MAGIC "\n#O x a.o\n",
		COVER_MAGIC "\n#F 1 f\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 0 0 f 1 2 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 0 1 f 1 1 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 0 0 ff 1 1 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 0 0 f -1 1 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 1 0 f 1 1 x\n#I 1 0 f 1 1 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#I 0 0 f 1 1 x\n#F 1 g\n#I 0 0 f 1 1 x\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#L 0 a.c\n#I 0 0 f 1 1 exit\n",
		COVER_MAGIC "\n#O 1 a.o\n#F 1 f\n#T text\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct bytes text = {(const uint8_t *)texts[i], strlen(texts[i])};
		struct cover c = {0};

		CHECK(cover_parse(&c, "bad", text, &quiet) == -EINVAL, "%s", texts[i]);
		cover_free(&c);
	}
}

int main(void)
{
	test_loop();
	test_kinds();
	test_functions();
	test_report();
	test_record();
	test_bad_records();
	return unit_report();
}
