/*
 * Rewriting: edits of a program, what is left of programs with dead code, what the program that
 * runs gives compared with the one that was judged. fix_test N: with N random programs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "asm/asm.h"
#include "core/base/rng.h"
#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/prove.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/verify/fix.h"
#include "tests/unit/unit.h"

/* ---- edits ---- */

/* "0: r1 = 1\n" and so on, with where each is from. */
static const char *draft_text(const struct draft *d, struct strbuf *b)
{
	strbuf_reset(b);
	for (uint32_t i = 0; i < d->n; i += insn_slots(&d->insns[i])) {
		insn_text(b, &d->insns[i], NOTATION_LLVM, NULL);
		strbuf_addf(b, " @%u\n", d->origin[i]);
	}
	return strbuf_str(b);
}

static void check_draft(const struct draft *d, const char *want)
{
	struct strbuf b = {0};

	CHECK(strcmp(draft_text(d, &b), want) == 0, "\n%s", strbuf_str(&b));
	strbuf_free(&b);
}

/* A program with jumps forward, backward and over, a call, a function's address, a wide one. */
static void make_draft(struct draft *d)
{
	struct bpf_insn insns[] = {
		INSN_MOV64_K(6, 0),    /* 0 */
		INSN_JEQ64_K(6, 1, 4), /* 1: to 6 */
		{0},
		{0},			/* 2: address of 9 */
		INSN_CALL_LOCAL(4),	/* 4: to 9 */
		INSN_JA(-5),		/* 5: to 1 */
		INSN_JA32(1),		/* 6: to 8 */
		INSN_MOV64_K(6, 7),	/* 7 */
		INSN_EXIT(),		/* 8 */
		INSN_MOV64_K(0, 0),	/* 9 */
		INSN_JNE32_K(0, 0, -2), /* 10: to 9 */
		INSN_EXIT(),		/* 11 */
	};

	insn_make_ld64(&insns[2], OP_LD_IMM64_FUNC, 1, 6);
	draft_init(d, insns, ARRAY_SIZE(insns));
}

static void test_unchanged(void)
{
	struct draft d;

	make_draft(&d);
	CHECK(draft_apply(&d, NULL, 0) == 0, "nothing");
	check_draft(&d, "r6 = 0 @0\nif r6 == 1 goto +4 @1\nld_pseudo r1, 4, 0x6 @2\n"
			"call pc+4 @4\ngoto -5 @5\ngotol +1 @6\nr6 = 7 @7\nexit @8\nr0 = 0 @9\n"
			"if w0 != 0 goto -2 @10\nexit @11\n");
	draft_free(&d);
}

/* Jumps over what is gone are shorter, those to it go to what followed. */
static void test_removed(void)
{
	const struct edit edits[] = {{.slot = 0, .outer = -1},
				     {.slot = 2, .outer = -1},
				     {.slot = 6, .outer = -1},
				     {.slot = 7, .outer = -1},
				     {.slot = 9, .outer = -1}};
	struct draft d;

	make_draft(&d);
	CHECK(draft_apply(&d, edits, ARRAY_SIZE(edits)) == 0, "removed");
	check_draft(&d, "if r6 == 1 goto +2 @1\ncall pc+2 @4\ngoto -3 @5\nexit @8\n"
			"if w0 != 0 goto -1 @10\nexit @11\n");
	CHECK(d.at[0] == 0 && d.at[1] == 0 && d.at[2] == 1 && d.at[3] == 1 && d.at[6] == 3 &&
		      d.at[7] == 3 && d.at[8] == 3 && d.at[9] == 4 && d.at[12] == 6,
	      "places");
	draft_free(&d);
}

/* What is put in begins where the instruction was; its end is left through jumps of its own. */
static void test_replaced(void)
{
	const struct bpf_insn two[] = {INSN_MOV64_K(3, 3), INSN_JA(0)};
	const struct bpf_insn wide[] = {{.code = 0x18, .dst_reg = 2, .imm = 5}, {0}, INSN_JA(7)};
	const struct edit edits[] = {
		{.slot = 2, .n = 3, .insns = wide, .outer = 2, .target = 9},
		{.slot = 9, .n = 2, .insns = two, .outer = -1},
		{.slot = 10, .n = 2, .insns = two, .outer = 1, .target = 10},
		{.slot = 12, .n = 2, .insns = two, .outer = -1},
	};
	struct draft d;

	make_draft(&d);
	CHECK(draft_apply(&d, edits, ARRAY_SIZE(edits)) == 0, "replaced");
	check_draft(&d, "r6 = 0 @0\nif r6 == 1 goto +5 @1\nr2 = 0x5 ll @2\ngoto +5 @2\n"
			"call pc+4 @4\ngoto -6 @5\ngotol +1 @6\nr6 = 7 @7\nexit @8\n"
			"r3 = 3 @9\ngoto +0 @9\nr3 = 3 @10\ngoto -2 @10\nexit @11\n"
			"r3 = 3 @12\ngoto +0 @12\n");
	CHECK(d.at[9] == 10 && d.at[10] == 12 && d.at[12] == 15, "places");
	CHECK(draft_apply(&d, edits, 0) == 0 && d.n == 17, "once more");
	draft_free(&d);
}

/* A jump that does not reach any more: nothing has changed. */
static void test_too_far(void)
{
	enum { N = 32768 };
	struct bpf_insn *insns = xcalloc(N + 1, sizeof(*insns));
	const struct bpf_insn two[] = {INSN_MOV64_K(0, 0), INSN_MOV64_K(0, 0)};
	struct edit edit = {.slot = 5, .n = 2, .insns = two, .outer = -1};
	struct draft d;

	for (int i = 0; i < N; i++)
		insns[i] = INSN_MOV64_K(0, 0);
	insns[0] = INSN_JA(INT16_MAX);
	insns[N] = INSN_EXIT();
	draft_init(&d, insns, N + 1);
	CHECK(draft_apply(&d, &edit, 1) == -ERANGE, "too far");
	CHECK(d.n == N + 1 && memcmp(d.insns, insns, d.n * sizeof(*insns)) == 0, "untouched");
	edit.n = 0;
	CHECK(draft_apply(&d, &edit, 1) == 0 && d.insns[0].off == INT16_MAX - 1, "shorter");
	draft_free(&d);
	free(insns);
}

/* A million instructions, half of them edited: time that is linear ends at once. */
static void test_million(void)
{
	enum { N = 1000000 };
	struct bpf_insn *insns = xcalloc(N, sizeof(*insns));
	const struct bpf_insn three[] = {INSN_MOV64_K(1, 1), INSN_MOV64_K(2, 2),
					 INSN_MOV64_K(3, 3)};
	struct edit *edits = xcalloc(N / 2, sizeof(*edits));
	clock_t start = clock();
	struct draft d;

	for (int i = 0; i < N; i++) {
		insns[i] = INSN_JA32(i % 2 ? 1 : -1);
		if (i % 2)
			edits[i / 2] = (struct edit){
				.slot = (uint32_t)i, .n = 3, .insns = three, .outer = -1};
	}
	draft_init(&d, insns, N);
	CHECK(draft_apply(&d, edits, N / 2) == 0 && d.n == 2 * N, "%u", d.n);
	for (int i = 0; i < N / 2; i++)
		edits[i] = (struct edit){.slot = (uint32_t)i * 4, .outer = -1};
	CHECK(draft_apply(&d, edits, N / 2) == 0 && d.n == N * 3 / 2, "%u", d.n);
	CHECK(clock() - start < 10 * CLOCKS_PER_SEC, "slow");
	draft_free(&d);
	free(edits);
	free(insns);
}

/* ---- programs as text ---- */

struct source {
	struct diag diag;
	struct load_options load;
	struct object *obj;
	struct image *image;
	struct prover prover;
};

static bool source_open(struct source *s, const char *text)
{
	struct asm_options asm_opts = {.path = "text"};

	*s = (struct source){.diag = {.prefix = "fix_test"}};
	if (asm_source(&asm_opts, text, strlen(text), &s->diag, &s->obj) == 0 &&
	    load_image(s->obj, &s->load, &s->diag, &s->image) == 0 &&
	    prove_open(&s->prover, s->image, &s->load, &s->diag) == 0)
		return true;
	CHECK(false, "%s", text);
	return false;
}

static void source_close(struct source *s)
{
	prove_close(&s->prover);
	image_free(s->image);
	if (s->obj)
		object_free(s->obj);
	free(s->obj);
}

static bool source_prove(struct source *s, const struct prove_options *opts,
			 struct verify_result *result)
{
	struct strbuf log = {0};
	int err = prove_prog(&s->prover, &s->image->progs[0], opts, &log, result);

	CHECK(err == 0, "%s", strbuf_str(&log));
	strbuf_free(&log);
	return err == 0;
}

/* ---- what is left ---- */

static const struct listing {
	const char *name, *text, *want;
	uint32_t uncapable; /* capabilities that the loader lacks */
	uint32_t fixes, flags;
} listings[] = {
	{.name = "nothing to do",
	 .text = "r6 = r1; r0 = *(u32 *)(r6 + 0); if r0 == 0 goto 1f; r0 = 2; 1: exit",
	 .want = "r6 = r1; r0 = *(u32 *)(r6 + 0); if r0 == 0 goto +1; r0 = 2; exit; "},
	{.name = "a branch that is always taken, one that never is",
	 .text = "r0 = 0; if r0 == 0 goto 1f; r0 = 5; exit; "
		 "1: if r0 == 1 goto 2f; r0 = 7; exit; 2: r0 = 8; exit",
	 .want = "r0 = 0; r0 = 7; exit; "},
	{.name = "a side that was never taken, to where others come from elsewhere, as in Linux",
	 .text = "r0 = 0; if r0 == 1 goto 2f; r0 = 7; 2: exit",
	 .want = "r0 = 0; if r0 == 1 goto +1; r0 = 7; exit; "},
	{.name = "a branch back",
	 .text = "r0 = 0; goto 2f; 1: exit; 2: r0 += 1; if r0 == 1 goto 1b; r0 = 3; exit",
	 .want = "r0 = 0; goto +1; exit; r0 += 1; goto -3; "},
	{.name = "a wide instruction that is dead",
	 .text = "r0 = 1; if r0 != 0 goto 1f; r1 = 0x123456789 ll; r0 = r1; 1: exit",
	 .want = "r0 = 1; exit; "},
	{.name = "a far jump over what is gone stays",
	 .text = "r0 = 1; if r0 == 0 goto 2f; gotol 1f; 2: r0 = 2; 1: exit",
	 .want = "r0 = 1; gotol +0; exit; "},
	{.name = "jumps over nothing",
	 .text = "r0 = *(u32 *)(r1 + 0); goto +0; if r0 == 0 goto 1f; goto 2f; 1: goto +0; 2: exit",
	 .want = "r0 = *(u32 *)(r1 + 0); if r0 == 0 goto +1; goto +0; exit; "},
	{.name = "may_goto over nothing, and what then jumps over nothing",
	 .text = "r0 = 1; may_goto +2; may_goto +1; may_goto +0; exit",
	 .want = "r0 = 1; exit; "},
	{.name = "may_goto that is of use",
	 .text = "r0 = 0; 1: may_goto 2f; r0 += 1; goto 1b; 2: r0 = 0; exit",
	 .want = "r0 = 0; may_goto +2; r0 += 1; goto -3; r0 = 0; exit; "},
	{.name = "without CAP_BPF what is dead becomes a trap, and nothing moves",
	 .text = "r0 = 0; if r0 == 0 goto 1f; r1 = 5 ll; r0 = r1; 1: goto +0; exit",
	 .want = "r0 = 0; if r0 == 0 goto +3; goto -1; goto -1; goto -1; goto +0; exit; ",
	 .uncapable = VERIFY_CAP_ALL},
	{.name = "a spill around a call that stays a call",
	 .text = "r1 = 1; *(u64 *)(r10 - 8) = r1; call bpf_get_smp_processor_id; "
		 "r1 = *(u64 *)(r10 - 8); r0 = r1; exit",
	 .want = "r1 = 1; *(u64 *)(r10 - 8) = r1; call 8; r1 = *(u64 *)(r10 - 8); r0 = r1; exit; "},
	{.name = "upper halves that nobody reads, spoilt",
	 .text = "w1 = 1; w2 = 2; w0 = w1; w0 += w2; exit",
	 .want = "w1 = 1; r1 += -2147483648; r1 += -2147483648; "
		 "w2 = 2; r2 += -2147483648; r2 += -2147483648; "
		 "w0 = w1; r0 += -2147483648; r0 += -2147483648; w0 += w2; exit; ",
	 .flags = VERIFY_TEST_RND_HI32},
	{.name = "upper halves that somebody reads, cleared",
	 .text = "w1 = 1; w2 = 2; w3 = w2; r0 = r1; r0 += r3; exit",
	 .want = "w1 = 1; w1 = w1; w2 = 2; w3 = w2; w3 = w3; r0 = r1; r0 += r3; exit; ",
	 .fixes = VERIFY_FIX_ZEXT},
	{.name = "one path reads it, the other was judged to be the same",
	 .text = "r6 = *(u32 *)(r1 + 0); w6 = w6; if w6 > 5 goto 1f; w7 = w6; goto 2f; "
		 "1: w7 = 3; 2: r0 = r7; exit",
	 .want = "r6 = *(u32 *)(r1 + 0); w6 = w6; if w6 > 5 goto +3; w7 = w6; w7 = w7; goto +2; "
		 "w7 = 3; w7 = w7; r0 = r7; exit; ",
	 .fixes = VERIFY_FIX_ZEXT},
	{.name = "narrow loads, swaps and atomics are 32 bits wide or less",
	 .text = "*(u64 *)(r10 - 8) = 7; r1 = *(u8 *)(r10 - 8); r2 = *(s8 *)(r10 - 8); "
		 "r1 = be16 r1; w3 = 1; w3 = atomic_fetch_add((u32 *)(r10 - 8), w3); "
		 "r0 = r1; r0 += r2; r0 += r3; exit",
	 .want = "*(u64 *)(r10 - 8) = 7; r1 = *(u8 *)(r10 - 8); "
		 "r2 = *(s8 *)(r10 - 8); r1 = be16 r1; w1 = w1; w3 = 1; "
		 "w3 = atomic_fetch_add((u32 *)(r10 - 8), w3); w3 = w3; "
		 "r0 = r1; r0 += r2; r0 += r3; exit; ",
	 .fixes = VERIFY_FIX_ZEXT},
};

static void check_listing(const struct listing *row)
{
	struct prove_options opts = {.type = PROG_TYPE_SOCKET_FILTER,
				     .caps = VERIFY_CAP_ALL & ~row->uncapable,
				     .log_level = VERIFY_LOG_PATH,
				     .fixes = row->fixes,
				     .flags = row->flags};
	struct verify_result result;
	struct strbuf got = {0};
	struct source s;

	if (source_open(&s, row->text) && source_prove(&s, &opts, &result)) {
		const struct verify_code *code = &result.code;

		for (uint32_t i = 0; i < code->ninsns; i += insn_slots(&code->insns[i])) {
			insn_text(&got, &code->insns[i], NOTATION_LLVM, NULL);
			strbuf_add(&got, "; ");
		}
		CHECK(strcmp(strbuf_str(&got), row->want) == 0, "%s: %s", row->name,
		      strbuf_str(&got));
		verify_result_free(&result);
	}
	strbuf_free(&got);
	source_close(&s);
}

/* Functions that are never called are gone, and records of lines go where their code went. */
static void test_records(void)
{
	static const char text[] = ".license \"GPL\"\n"	     /* 1 */
				   ".prog p, \"socket\"\n"   /* 2 */
				   "r6 = 0\n"		     /* 3 */
				   "if r6 == 0 goto 1f\n"    /* 4 */
				   "call unused\n"	     /* 5 */
				   "1: call used\n"	     /* 6 */
				   "r0 = 0\n"		     /* 7 */
				   "exit\n"		     /* 8 */
				   ".func static unused()\n" /* 9 */
				   "r0 = 5\n"		     /* 10 */
				   "exit\n"		     /* 11 */
				   ".func static used()\n"   /* 12 */
				   "goto +0\n"		     /* 13 */
				   "r0 = 6\n"		     /* 14 */
				   "exit\n";		     /* 15 */
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .log_level = VERIFY_LOG_PATH};
	struct verify_result result;
	struct strbuf got = {0};
	struct source s;

	if (source_open(&s, text) && source_prove(&s, &opts, &result)) {
		const struct verify_code *code = &result.code;
		const struct btf *btf = s.image->btf;

		for (uint32_t i = 0; i < code->nfuncs; i++)
			strbuf_addf(&got, "%s %u; ", btf_name(btf, code->funcs[i].type_id),
				    code->funcs[i].insn_off);
		for (uint32_t i = 0; i < code->nlines; i++)
			strbuf_addf(&got, "%u:%u ", code->lines[i].insn_off,
				    code->lines[i].line_col >> 10);
		for (uint32_t i = 0; i < code->ninsns; i++)
			strbuf_addf(&got, "@%u", code->origin[i]);
		CHECK(strcmp(strbuf_str(&got), "p 0; used 4; 0:3 1:6 2:7 3:8 4:14 5:15 "
					       "@0@3@4@5@9@10") == 0,
		      "%s", strbuf_str(&got));
		CHECK(result.nsubprogs == 2, "%u frames", result.nsubprogs);
		verify_result_free(&result);
	}
	strbuf_free(&got);
	source_close(&s);
}

/* ---- what it gives ---- */

static uint8_t stack[MAX_CALL_FRAMES * STACK_SIZE] __attribute__((aligned(16)));

enum { CTX_SIZE = 64 };

struct outcome {
	uint64_t r0;
	uint8_t ctx[CTX_SIZE];
	enum fault_kind fault;
	char text[200];
};

static struct outcome run_code(const struct engine *engine, const struct bpf_insn *insns,
			       uint32_t n, struct map **maps, uint32_t nmaps)
{
	struct prog_def def = {.name = "t", .insns = (struct bpf_insn *)insns, .ninsns = n};
	struct mem checks = {.any_reg = true};
	struct runtime rt = {.fixed_clock = true};
	struct outcome out = {.ctx = {1, 2, 3, 4, 0xff, 0xfe, 0x80, 0x90}};
	struct run_ctx rc = {.engine = engine,
			     .stack = stack,
			     .ctx = out.ctx,
			     .ctx_size = CTX_SIZE,
			     .budget = 1000000000,
			     .rt = &rt,
			     .mem = engine == &step_engine ? &checks : NULL};
	struct diag d = {.prefix = "fix_test"};
	struct prog *prog = NULL;

	memset(stack, 0, sizeof(stack));
	out.fault = FAULT_INSN;
	if (prog_new(&def, maps, nmaps, NULL, &d, &prog) == 0 && engine->prepare(prog, &d) == 0) {
		run_once(&rc, prog, &out.r0);
		out.fault = rc.fault.kind;
		memcpy(out.text, rc.fault.text, sizeof(out.text));
	}
	prog_free(prog);
	return out;
}

static bool same_outcome(const struct outcome *a, const struct outcome *b)
{
	return a->r0 == b->r0 && a->fault == b->fault && memcmp(a->ctx, b->ctx, CTX_SIZE) == 0;
}

static const struct engine *const engines[] = {&interp_engine, &step_engine};

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

/*
 * Inlining, with what the text calls: results by the helpers' bodies, and by instructions. The
 * texts end with all that matters in r0.
 */
static const char *const inlined[] = {
	/* how often, what the callback saw, and that r6 to r8 are as they were */
	".prog p, \"syscall\"; r6 = 6; r7 = 7; r8 = 8; *(u64 *)(r10 - 8) = 0; r1 = 10; r2 = f ll; "
	"r3 = r10; r3 += -8; r4 = 0; call bpf_loop; r0 <<= 8; r0 |= r6; r0 <<= 8; r0 |= r7; "
	"r0 <<= 8; r0 |= r8; r0 <<= 16; r1 = *(u64 *)(r10 - 8); r0 |= r1; exit; "
	".func static f(u32 i, u64 *ctx) -> long; r3 = *(u64 *)(r2 + 0); r3 += r1; "
	"*(u64 *)(r2 + 0) = r3; r0 = 0; exit",
	/* an early end */
	".prog p, \"syscall\"; r1 = 1000000; r2 = f ll; r3 = 0; r4 = 0; call bpf_loop; exit; "
	".func static f(u32 i, u64 *ctx) -> long; r0 = 0; if r1 != 77 goto 1f; r0 = 1; 1: exit",
	/* none, too many, and upper bits that do not count */
	".prog p, \"syscall\"; r1 = 0; r2 = f ll; r3 = 0; r4 = 0; call bpf_loop; exit; "
	".func static f(u32 i, u64 *ctx) -> long; r0 = 0; exit",
	".prog p, \"syscall\"; r1 = *(u64 *)(r1 + 0); r1 |= 0x1000000; r2 = f ll; r3 = 0; r4 = 0; "
	"call bpf_loop; exit; .func static f(u32 i, u64 *ctx) -> long; r0 = 0; exit",
	".prog p, \"syscall\"; r1 = 0x500000003 ll; r2 = f ll; r3 = 0; r4 = 0; call bpf_loop; "
	"exit; "
	".func static f(u32 i, u64 *ctx) -> long; r0 = 0; exit",
	/* two loops in one frame, one within a callback */
	".prog p, \"syscall\"; *(u64 *)(r10 - 16) = 0; r1 = 5; r2 = f ll; r3 = r10; r3 += -16; r4 "
	"= 0; "
	"call bpf_loop; r1 = 3; r2 = g ll; r3 = r10; r3 += -16; r4 = 0; call bpf_loop; "
	"r0 = *(u64 *)(r10 - 16); exit; "
	".func static f(u32 i, u64 *ctx) -> long; r1 = 4; r3 = r2; r2 = g ll; r4 = 0; "
	"call bpf_loop; r0 = 0; exit; "
	".func static g(u32 i, u64 *ctx) -> long; r3 = *(u64 *)(r2 + 0); r3 += 1; "
	"*(u64 *)(r2 + 0) = r3; r0 = 0; exit",
	/* a frame that has no room for it */
	".prog p, \"syscall\"; *(u64 *)(r10 - 512) = 1; r1 = 5; r2 = f ll; r3 = 0; r4 = 0; "
	"call bpf_loop; exit; .func static f(u32 i, u64 *ctx) -> long; r0 = 0; exit",
	/* an array: values, and keys behind them */
	".map m, array, key=u32, value_size=12, max_entries=3; .prog p, \"syscall\"; "
	"r6 = 0; r7 = 0; 1: *(u32 *)(r10 - 4) = r6; r2 = r10; r2 += -4; r1 = m ll; "
	"call bpf_map_lookup_elem; r7 <<= 8; if r0 == 0 goto 2f; r1 = *(u32 *)(r0 + 8); r1 += r6; "
	"r1 += 5; *(u32 *)(r0 + 8) = r1; r7 |= r1; goto 3f; 2: r7 |= 0x80; 3: r6 += 1; "
	"if r6 < 6 goto 1b; r0 = r7; exit",
};

/* Empty maps again, so that each run begins alike. */
static void clear_maps(struct source *s)
{
	for (uint32_t i = 0; i < s->image->nmaps; i++)
		memset(s->prover.maps[i]->ops->direct(s->prover.maps[i]), 0,
		       (size_t)map_value_stride(s->prover.maps[i]) *
			       s->prover.maps[i]->max_entries);
}

static void check_inlined(const char *text)
{
	struct outcome want = {0}, got;
	struct source s;

	if (!source_open(&s, text)) {
		source_close(&s);
		return;
	}
	for (uint32_t fixes = 0; fixes <= VERIFY_FIX_INLINE; fixes += VERIFY_FIX_INLINE) {
		struct prove_options opts = {
			.caps = VERIFY_CAP_ALL, .log_level = VERIFY_LOG_PATH, .fixes = fixes};
		struct verify_result result;

		if (!source_prove(&s, &opts, &result))
			break;
		for (size_t e = 0; e < ARRAY_SIZE(engines); e++) {
			clear_maps(&s);
			got = run_code(engines[e], result.code.insns, result.code.ninsns,
				       s.prover.maps, s.image->nmaps);
			if (!fixes && !e)
				want = got;
			CHECK(!got.fault && same_outcome(&got, &want),
			      "%s, fixes %u: %#llx, not %#llx %s in:\n%s", engines[e]->name, fixes,
			      (unsigned long long)got.r0, (unsigned long long)want.r0, got.text,
			      text);
		}
		verify_result_free(&result);
	}
	source_close(&s);
}

/* ---- random programs ---- */

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
	test_unchanged();
	test_removed();
	test_replaced();
	test_too_far();
	test_million();
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		check_listing(&listings[i]);
	test_records();
	for (size_t i = 0; i < ARRAY_SIZE(inlined); i++)
		check_inlined(inlined[i]);
	test_random(argc > 1 ? (uint32_t)atoi(argv[1]) : 300);
	return unit_report();
}
