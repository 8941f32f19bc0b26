/* Rewriting: edits of a program, what is left of programs with dead code, inlined helpers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "asm/asm.h"
#include "core/isa/build.h"
#include "core/prove.h"
#include "core/verify/fix.h"
#include "tests/unit/outcome.h"
#include "tests/unit/unit.h"

/* ---- edits ---- */

static void begin_draft(struct draft *d, const struct bpf_insn *insns, uint32_t n)
{
	uint16_t *ops = xcalloc(n, sizeof(*ops));

	for (uint32_t i = 0; i < n; i += insn_slots(&insns[i]))
		ops[i] = (uint16_t)insn_decode(&insns[i]);
	draft_init(d, insns, ops, n);
	free(ops);
}

/* "r1 = 1 @0\n" and so on, with where each is from. */
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
	begin_draft(d, insns, ARRAY_SIZE(insns));
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
	begin_draft(&d, insns, N + 1);
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
	begin_draft(&d, insns, N);
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

	if (!err)
		err = result->err;
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

/* A program that throws and catches nothing is given a function for it, behind all others. */
static void test_exceptions(void)
{
	static const char text[] =
		".license \"GPL\"; .kfunc bpf_throw(u64 cookie); .prog p, \"tc\"; "
		"r1 = 7; call f; r0 = 0; exit; "
		".func static f(u64 x) -> int; call bpf_throw; r0 = 1; exit";
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .log_level = VERIFY_LOG_PATH};
	struct verify_result result;
	struct source s;

	if (source_open(&s, text) && source_prove(&s, &opts, &result)) {
		const struct verify_code *code = &result.code;

		CHECK(code->ninsns == 5 && code->exception_cb == 3 && code->nfuncs == 2, "%u %u %u",
		      code->ninsns, code->exception_cb, code->nfuncs);
		CHECK(code->insns[3].src_reg == 1 && code->insns[4].code == INSN_EXIT().code,
		      "the handler");
		CHECK(code->origin[2] == 4 && code->origin[3] == 7, "%u %u", code->origin[2],
		      code->origin[3]);
		CHECK(result.nsubprogs == 3, "%u frames", result.nsubprogs);
		verify_result_free(&result);
	}
	source_close(&s);
}

/* A jump that just reaches: nothing is inlined under it, and nothing spoilt for a test. */
static void test_no_room(void)
{
	static const char text[] =
		".prog p, \"syscall\"; r0 = *(u32 *)(r1 + 0); if r0 == 0 goto 1f; "
		"r1 = 3; r2 = f ll; r3 = 0; r4 = 0; call bpf_loop\n"
		".rept 32755\nw0 = 0\n.endr\n1: exit; "
		".func static f(u32 i, u64 *ctx) -> long; r0 = 0; exit";
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .fixes = VERIFY_FIX_INLINE};
	struct verify_result result;
	struct strbuf log = {0};
	struct source s;

	if (source_open(&s, text)) {
		CHECK(prove_prog(&s.prover, &s.image->progs[0], &opts, &log, &result) == 0 &&
			      !result.err && result.code.ninsns == s.image->progs[0].ninsns,
		      "%u", result.code.ninsns);
		verify_result_free(&result);
		opts.flags = VERIFY_TEST_RND_HI32;
		CHECK(prove_prog(&s.prover, &s.image->progs[0], &opts, &log, &result) == 0 &&
			      result.err == -ENOMEM,
		      "%d", result.err);
		CHECK(result.reason == REASON_JUMP_FAR && !result.code.ninsns, "another reason");
		verify_result_free(&result);
	}
	strbuf_free(&log);
	source_close(&s);
}

/* ---- what inlined helpers give ---- */

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

int main(void)
{
	test_unchanged();
	test_removed();
	test_replaced();
	test_too_far();
	test_million();
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		check_listing(&listings[i]);
	test_records();
	test_exceptions();
	test_no_room();
	for (size_t i = 0; i < ARRAY_SIZE(inlined); i++)
		check_inlined(inlined[i]);
	return unit_report();
}
