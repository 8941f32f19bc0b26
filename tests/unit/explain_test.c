/* Logs in words: what messages mean, what states say, what loaders write around a log. */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

#include "tests/unit/unit.h"

static struct bytes text_of(const char *s)
{
	return (struct bytes){(const uint8_t *)s, strlen(s)};
}

/* ---- messages ---- */

/* A text that the format may make */
static char *sample(struct arena *a, const char *fmt)
{
	struct strbuf b = {0};
	char *out;

	while (*fmt && *fmt != '\n') {
		if (*fmt != '%') {
			strbuf_addch(&b, *fmt++);
			continue;
		}
		fmt += strcspn(fmt, "dusxci%");
		if (*fmt == '%')
			fmt += 1 + strcspn(fmt + 1, "dusxci%");
		strbuf_add(&b, *fmt == 's' ? "text" : *fmt == 'x' ? "ff" : "7");
		fmt += *fmt != 0;
	}
	out = arena_strndup(a, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return out;
}

static bool has_words(const char *fmt)
{
	for (; *fmt; fmt++)
		if (*fmt == '%')
			fmt += strcspn(fmt, "dusxci");
		else if (isalpha((unsigned char)*fmt))
			return true;
	return false;
}

/* Is the same message given with the reason, too? Few have two meanings. */
static bool is_given_with(struct arena *a, const char *text, enum verify_reason reason)
{
	const struct verify_message *const *all;
	size_t n;

	all = verify_messages(&n);
	for (size_t i = 0; i < n; i++)
		if (all[i]->reason == reason && strcmp(sample(a, all[i]->format), text) == 0)
			return true;
	return false;
}

/* The reason that a message is found to have is one of those that it is given with. */
static void test_messages(struct arena *a)
{
	const struct verify_message *const *all;
	size_t n;

	all = verify_messages(&n);
	CHECK(n > 400, "%zu messages", n);
	for (size_t i = 0; i < n; i++) {
		const char *text = sample(a, all[i]->format);
		enum verify_reason reason;
		bool found = false;

		if (!has_words(all[i]->format))
			continue;
		for (int is_call = 0; is_call < 2 && !found; is_call++) {
			reason = reason_of(text_of(text), is_call);
			found = is_given_with(a, text, reason);
		}
		CHECK(found, "%s: %s, not %s", text, verify_reasons[reason].name,
		      verify_reasons[all[i]->reason].name);
	}
	CHECK(reason_of(text_of("Hello, world"), false) == REASON_NONE, "no message");
	CHECK(reason_of(text_of(""), false) == REASON_NONE, "nothing");
}

/* What other kernels say is not what 6.18 says already. */
static void test_other_kernels(void)
{
	static const char *const others[] = {
#define MESSAGE(reason, text) text,
#include "core/explain/messages.def"
	};
	const struct verify_message *const *all;
	size_t n;

	all = verify_messages(&n);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		for (size_t k = 0; k < n; k++)
			CHECK(strncmp(others[i], all[k]->format, strcspn(all[k]->format, "\n")) !=
					      0 ||
				      strlen(others[i]) != strcspn(all[k]->format, "\n"),
			      "twice: %s", others[i]);
}

/* Every row has a code of its own and can be found by it, and says something in sentences. */
static void test_reasons(struct arena *a)
{
	for (int i = 1; i < REASON_COUNT; i++) {
		const struct verify_reason_desc *why = &verify_reasons[i];
		size_t len = strlen(why->advice);

		CHECK(explain_reason(why->code) == (enum verify_reason)i, "%s", why->code);
		CHECK(explain_reason(why->name) == (enum verify_reason)i, "%s", why->name);
		CHECK(strlen(why->code) == 5 && why->code[0] == 'E', "%s", why->code);
		CHECK(*why->brief && *why->category, "%s", why->name);
		CHECK(len && (why->advice[len - 1] == '.' || why->advice[len - 1] == ';'), "%s: %s",
		      why->name, why->advice);
	}
	CHECK(explain_reason("E0000") == REASON_NONE, "no code");
	CHECK(strcmp(explain_text(a, "use ${the pointer}: if (!${p})", "v"), "use v: if (!v)") == 0,
	      "with a name");
	CHECK(strcmp(explain_text(a, "use ${the pointer}", NULL), "use the pointer") == 0,
	      "without");
}

/* ---- states ---- */

static const struct {
	const char *state, *words;
} states[] = {
	{"", "nothing: it was not set"},
	{"5", "the number 5"},
	{"P-1", "the number -1"},
	{"inv0", "the number 0"},
	{"invP7", "the number 7"},
	{"scalar()", "any number"},
	{"inv(id=0)", "any number"},
	{"scalar(smin=0,smax=umax=0xffffffff,var_off=(0x0; 0xffffffff))", "any 32-bit number"},
	{"scalar(smin=smin32=0,smax=umax=smax32=umax32=255,var_off=(0x0; 0xff))",
	 "a number from 0 to 255"},
	{"inv(id=0,umax_value=60,var_off=(0x0; 0x3c))", "a number from 0 to 60, a multiple of 4"},
	{"scalar(smin=-5,smax=10)", "a number from -5 to 10"},
	{"scalar(smax=255)", "a number, at most 255"},
	{"scalar(umin=1)", "a number, at least 1"},
	{"ctx()", "the program's context"},
	{"fp-16", "the address of fp-16 on the stack"},
	{"fp[1]-8", "the address of fp-8 on the stack"},
	{"map_value_or_null(id=1,map=m,ks=4,vs=8)",
	 "a pointer into a value of map 'm' (8 bytes), or NULL"},
	{"map_value(id=0,off=4,ks=4,vs=8,imm=0)",
	 "a pointer into a value of a map (8 bytes), 4 bytes from its beginning"},
	{"map_ptr(map=m,ks=4,vs=8)", "the map 'm'"},
	{"pkt(off=14,r=34)", "a pointer into the packet, 14 bytes from its beginning; the packet "
			     "is known to have 34 bytes"},
	{"pkt_end()", "the packet's end"},
	{"trusted_ptr_or_null_task_struct(id=1,ref_obj_id=1)",
	 "a pointer to the kernel's struct task_struct, to be released, or NULL"},
	{"ringbuf_mem_or_null(id=2,ref_obj_id=2,sz=8)",
	 "a pointer to memory (8 bytes), from a ring buffer, to be released, or NULL"},
	{"mmmmmmmm", "data"},
	{"00000000", "zeroes"},
	{"????mmmm", "4 bytes of data; 4 never written"},
	{"dynptr_ringbuf(ref_id=2)", "a dynptr"},
};

static void test_states(struct arena *a)
{
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		const char *got = value_words(a, text_of(states[i].state));

		CHECK(strcmp(got, states[i].words) == 0, "%s: '%s'", states[i].state, got);
	}
}

/* ---- instructions ---- */

static void test_acts(void)
{
	static const struct {
		uint8_t code;
		const char *text;
		enum act_kind kind;
		int dst, src, base;
		int64_t off;
	} rows[] = {
		{0xb7, "r1 = 5", ACT_CONST, 1, -1, -1, 0},
		{0xbf, "r6 = r0", ACT_MOVE, 6, 0, -1, 0},
		{0xbc, "w6 = w0", ACT_MOVE, 6, 0, -1, 0},
		{0x0f, "r1 += r2", ACT_MATH, 1, 2, -1, 0},
		{0x79, "r1 = *(u64 *)(r10 -8)", ACT_LOAD, 1, -1, 10, -8},
		{0x7b, "*(u64 *)(r10 -16) = r1", ACT_STORE, -1, 1, 10, -16},
		{0x62, "*(u32 *)(r10 -4) = 0", ACT_STORE, -1, -1, 10, -4},
		{0xdb, "lock *(u64 *)(r0 +4) += r1", ACT_ATOMIC, -1, 1, 0, 4},
		{0xdb, "r1 = atomic64_fetch_add((u64 *)(r2 +8), r1)", ACT_ATOMIC, 1, 1, 2, 8},
		{0x85, "call bpf_map_lookup_elem#1", ACT_CALL, -1, -1, -1, 0},
		{0x85, "call pc+5", ACT_CALL_PROG, -1, -1, -1, 0},
		{0x95, "exit", ACT_EXIT, -1, -1, -1, 0},
		{0x15, "if r0 == 0x0 goto pc+6", ACT_BRANCH, 0, -1, -1, 0},
		{0x18, "r1 = 0xffff888000000000", ACT_CONST, 1, -1, -1, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct log_step step = {.code = rows[i].code, .text = text_of(rows[i].text)};
		struct act act = act_of(&step);

		CHECK(act.kind == rows[i].kind && act.dst == rows[i].dst &&
			      act.src == rows[i].src && act.base == rows[i].base &&
			      act.off == rows[i].off,
		      "%s: kind %d dst %d src %d base %d off %lld", rows[i].text, act.kind, act.dst,
		      act.src, act.base, (long long)act.off);
	}
}

/* ---- what stands around a log ---- */

static const char plain[] = "0: R1=ctx() R10=fp0\n"
			    "; int p(void *ctx) @ p.c:3\n"
			    "0: (61) r2 = *(u32 *)(r1 +16)         ; R1=ctx() R2=scalar()\n"
			    "1: (71) r0 = *(u8 *)(r2 +0)\n"
			    "R2 invalid mem access 'scalar'\n"
			    "processed 2 insns (limit 1000000) max_states_per_insn 0\n";

static struct strbuf wrapped(const char *before, const char *after)
{
	struct strbuf b = {0};

	for (const char *s = plain; *s;) {
		size_t len = strcspn(s, "\n");

		strbuf_addf(&b, "%s%.*s%s\n", before, (int)len, s, after);
		s += len + 1;
	}
	return b;
}

static void check_wrapped(struct arena *a, const char *before, const char *after)
{
	struct strbuf b = wrapped(before, after);
	struct explain_input in = {.text = b.s, .size = b.len};
	struct explanation *e;
	size_t n;

	e = explain(&in, a, &n);
	CHECK(n == 1 && e->reason == REASON_MEM_NUMBER && e->insn.insn == 1 &&
		      e->insn.at.line == 3 && e->norigin == 1 && e->processed == 2,
	      "'%s' before, '%s' behind: %zu, %s, at %lld", before, after, n,
	      n ? verify_reasons[e->reason].code : "", n ? (long long)e->insn.insn : -2);
	strbuf_free(&b);
}

static void test_wrappings(struct arena *a)
{
	check_wrapped(a, "", "");
	check_wrapped(a, "", "\r");
	check_wrapped(a, "\t", "");
	check_wrapped(a, "[  123.456789] ", "");
	check_wrapped(a, "Nov 29 16:49:10 host agent[812]: ", "");
	check_wrapped(a, "2026-11-29T16:49:10.123Z INFO loader: ", "");
	check_wrapped(a, "> ", "");
	check_wrapped(a, "level=warning msg=\"", "\" subsys=loader");
	check_wrapped(a, "{\"level\":\"info\",\"msg\":\"", "\",\"n\":1}");
}

static void test_spelled(struct arena *a)
{
	struct strbuf b = {0};
	struct explain_input in;
	struct explanation *e;
	size_t n;

	for (const char *s = plain; *s; s++)
		if (*s == '\n')
			strbuf_add(&b, "\\n");
		else
			strbuf_addch(&b, *s);
	in = (struct explain_input){.text = b.s, .size = b.len};
	e = explain(&in, a, &n);
	CHECK(n == 1 && e->reason == REASON_MEM_NUMBER && e->insn.insn == 1, "spelled out");
	strbuf_free(&b);
}

int main(void)
{
	struct arena a = {0};

	test_messages(&a);
	test_other_kernels();
	test_reasons(&a);
	test_states(&a);
	test_acts();
	test_wrappings(&a);
	test_spelled(&a);
	arena_free(&a);
	return unit_report();
}
