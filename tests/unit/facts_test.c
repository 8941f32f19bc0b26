/*
 * What is true of small programs: the text of their facts has these lines and not those.
 */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/prove.h"
#include "core/verify/facts.h"

struct test {
	const char *name, *text;
	const char *want[8],
		*never[4]; /* parts of lines, from their begin; "\t": of the next line */
};

#define HEAD ".license \"GPL\"\n.map one, array, key=u32, value_size=48, max_entries=4\n"
#define XDP  HEAD ".prog p, \"xdp\"\n"
/* r0 = a value of one, with an offset of the stack that holds 2 */
#define LOOKUP "*(u32 *)(r10 - 4) = 2\nr2 = r10\nr2 += -4\nr1 = one ll\ncall map_lookup_elem\n"
/* r2 = any number of 64 bits */
#define NUMBER LOOKUP "if r0 == 0 goto out\nr2 = *(u64 *)(r0 + 0)\n"
#define OUT    "out:\nr0 = 0\nexit\n"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
static const struct test tests[] = {
	{"constants decide jumps, and what they jump over is dead",
	 XDP "r0 = 1\nr0 += 2\nif r0 == 3 goto out\nr0 = 7\n" OUT,
	 {"2: if r0 == 0x3 goto pc+1\t; taken\n\tr0=3\n", "3: r0 = 7\t; dead"},
	 {"2: if r0 == 0x3 goto pc+1\t; not"}},
	{"where ways meet, both values may be",
	 XDP "r2 = 1\nr3 = *(u32 *)(r1 + 12)\nif r3 == 4 goto +1\nr2 = 5\nr4 = r2\nr0 = 0\nexit\n",
	 {"4: r4 = r2\n\tr2=[1, 5] bits 0x1/0x4\n"}},
	{"32-bit results have no upper half",
	 XDP NUMBER "w3 = w2\nw4 = w3\nw5 = w2\nr5 = r5\n" OUT,
	 {"9: w4 = w3\t; extended"},
	 {"8: w3 = w2\t; extended"}},
	{"the counter of a loop",
	 XDP "r2 = 0\nagain:\nr3 = r2\nr2 += 1\nif r2 < 10 goto again\nr4 = r2\n" OUT,
	 {"1: r3 = r2\n\tr2=[0, 9]\n", "4: r4 = r2\n\tr2=10\n"}},
	{"a loop that counts in memory",
	 XDP "r2 = 0\n*(u64 *)(r10 - 8) = r2\nagain:\nr3 = *(u64 *)(r10 - 8)\n"
	     "if r3 > 20 goto out\nr3 += 1\n*(u64 *)(r10 - 8) = r3\ngoto again\n" OUT,
	 {"function 0, whole fp-8", "4: r3 += 1\n\tr3=[0, 20] fp-8=[0, 20]\n",
	  "7: r0 = 0\n\tfp-8=21\n"}},
	{"what is equal is known together",
	 XDP NUMBER "r3 = r2\nr3 += 4\nif r2 > 7 goto out\nr4 = r3\n" OUT,
	 {"11: r4 = r3\n\tr3=[4, 11]"}},
	{"bits of what is equal may leave one number",
	 XDP "r8 = 29\nr3 = *(u32 *)(r1 + 12)\nif r3 == 4 goto +1\nr8 = 62\nr3 = r8\nr8 += 14\n"
	     "if r8 & 0xa3 goto out\nr4 = r3\n" OUT,
	 {"7: r4 = r3\n\tr3=62"}},
	{"and is not in the next round of a loop",
	 XDP "r3 = 0\nr8 = 0\nr6 = r1\nagain:\nr7 = r8\nr8 = *(u32 *)(r6 + 12)\nr9 = r8\n"
	     "r3 += 1\nif r3 == 1 goto again\nif r8 > 7 goto out\nr4 = r7\n" OUT,
	 {"9: r4 = r7\n\tr7=[0, 4294967295]\n"},
	 {"9: r4 = r7\n\tr7=[0, 7]"}},
	{"a value with an offset that was masked is in bounds",
	 XDP NUMBER "r2 &= 31\nr0 += r2\nr3 = *(u64 *)(r0 + 8)\nr3 = *(u64 *)(r0 + 9)\n" OUT,
	 {"10: r3 = *(u64 *)(r0 +8)\t; in bounds\n\tr0=value(one)+[0, 31] r2=[0, 31]",
	  "11: r3 = *(u64 *)(r0 +9)\t; in bounds"}},
	{"all copies of what was looked up are checked at once",
	 XDP LOOKUP "r6 = r0\n*(u64 *)(r10 - 16) = r0\nif r6 == 0 goto out\n"
		    "r7 = *(u64 *)(r10 - 16)\nr3 = *(u8 *)(r7 + 47)\n" OUT,
	 {"8: if r6 == 0x0 goto pc+2\n\tr0=value(one) or null r6=value(one) or null",
	  "10: r3 = *(u8 *)(r7 +47)\t; in bounds",
	  "9: r7 = *(u64 *)(r10 -16)\t; in bounds, slot\n\tfp-8=[8589934592, 12884901887] "
	  "fp-16=value(one)\n"}},
	{"the map and the key of a call", XDP LOOKUP OUT, {"5: call unknown#1\t; map one, key 2"}},
	{"a key that is one of two is not constant",
	 XDP "r3 = *(u32 *)(r1 + 12)\nif r3 == 4 goto +1\nr3 = 5\n*(u32 *)(r10 - 4) = r3\n"
	     "r2 = r10\nr2 += -4\nr1 = one ll\ncall map_lookup_elem\n" OUT,
	 {"8: call unknown#1\t; map one\n"},
	 {"8: call unknown#1\t; map one, key"}},
	{"bytes of a packet that were compared with its end",
	 XDP "r2 = *(u32 *)(r1 + 0)\nr3 = *(u32 *)(r1 + 4)\nr4 = r2\nr4 += 14\n"
	     "if r4 > r3 goto out\nr5 = *(u8 *)(r2 + 13)\nr5 = *(u8 *)(r4 - 1)\n" OUT,
	 {"5: r5 = *(u8 *)(r2 +13)\t; in bounds\n\tr2=packet room 14 r4=packet+14\n",
	  "6: r5 = *(u8 *)(r4 -1)\t; in bounds"}},
	{"a packet that may have moved",
	 XDP "r6 = r1\nr7 = *(u32 *)(r1 + 0)\nr2 = 0\ncall xdp_adjust_head\nr0 = 0\nexit\n",
	 {"3: call unknown#44\n\tr1=ctx r2=0 r6=ctx r7=packet", "4: r0 = 0\n\tr0=number r6=ctx\n"}},
	{"slots that helpers are given, or that are found by a sum, are no registers",
	 XDP LOOKUP "*(u64 *)(r10 - 16) = 1\n*(u32 *)(r10 - 24) = 1\n*(u64 *)(r10 - 32) = 1\n"
		    "if r0 == 0 goto out\nr2 = *(u64 *)(r0 + 0)\nr2 &= 7\nr3 = r10\nr3 += r2\n"
		    "*(u8 *)(r3 - 32) = 1\n" OUT,
	 {"function 0, direct fp-24, whole fp-16\n", "14: *(u8 *)(r3 -32) = 1\t; in bounds\n"}},
	{"divisors",
	 XDP NUMBER "r3 = 100\nr3 /= r2\nr2 |= 1\nr3 /= r2\n" OUT,
	 {"11: r3 /= r2\t; divisor not 0\n"},
	 {"9: r3 /= r2\t; divisor"}},
	{"a function gets what its calls have in common, and returns what its ways have",
	 HEAD ".prog p, \"xdp\"\nr6 = r1\nr1 = 1\nr2 = r6\ncall f\nr7 = r0\nr1 = 3\nr2 = r6\n"
	      "call f\nr0 += r7\nexit\n"
	      ".func static f(u64 a, void *b)\nr0 = r1\nr0 <<= 1\nexit\n",
	 {"10: r0 = r1\n\tr1=[1, 3]", "4: r7 = r0\n\tr0=[2, 6]"}},
	{"a function's pointer to its caller's stack, and what the caller knows of that then",
	 HEAD ".prog p, \"xdp\"\n*(u64 *)(r10 - 8) = 1\nr1 = r10\nr1 += -8\ncall f\n"
	      "r0 = *(u64 *)(r10 - 8)\nr0 = 0\nexit\n"
	      ".func static f(u64 a)\n*(u64 *)(r1 + 0) = 7\nr0 = 0\nexit\n",
	 {"function 0\n", "4: r0 = *(u64 *)(r10 -8)\t; in bounds, slot\n\tr0=0\n",
	  "7: *(u64 *)(r1 +0) = 7\n\tr1=caller's fp"}},
	{"a global function may be given and may return anything",
	 HEAD ".prog p, \"xdp\"\nr1 = 1\ncall f\nr7 = r0\nr0 = 0\nexit\n"
	      ".func f(u64 a) -> int\nr0 = r1\nexit\n",
	 {"5: r0 = r1\n6: exit", "2: r7 = r0\n3: r0 = 0"}},
};

static bool prove(const struct test *t, struct strbuf *facts, struct diag *d)
{
	const struct asm_options options = {.path = t->name};
	const struct load_options load = {0};
	struct object *obj = NULL;
	struct image *image = NULL;
	struct prover prover = {0};
	struct verify_result r = {0};
	struct strbuf log = {0};
	struct prove_options opts = {
		.caps = VERIFY_CAP_ALL, .want_facts = true, .log_level = VERIFY_LOG_PATH};
	int err = asm_source(&options, t->text, strlen(t->text), d, &obj);

	if (!err)
		err = load_image(obj, &load, d, &image);
	if (!err)
		err = prove_open(&prover, image, &load, d);
	if (!err)
		err = prove_prog(&prover, &image->progs[0], &opts, &log, &r);
	CHECK(!err && !r.err && r.insn_facts, "%s: %s", t->name, strbuf_str(&log));
	if (r.insn_facts)
		facts_text(r.insn_facts, facts);
	verify_result_free(&r);
	prove_close(&prover);
	image_free(image);
	if (obj)
		object_free(obj);
	free(obj);
	strbuf_free(&log);
	return facts->len != 0;
}

static bool has_line(const char *text, const char *part)
{
	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		if (at == text || at[-1] == '\n')
			return true;
	return false;
}

static void check(const struct test *t)
{
	struct diag d = {.prefix = "facts_test"};
	struct strbuf facts = {0};

	if (prove(t, &facts, &d)) {
		for (int i = 0; t->want[i]; i++)
			CHECK(has_line(strbuf_str(&facts), t->want[i]), "%s: no '%s' in\n%s",
			      t->name, t->want[i], strbuf_str(&facts));
		for (int i = 0; t->never[i]; i++)
			CHECK(!has_line(strbuf_str(&facts), t->never[i]), "%s: '%s' in\n%s",
			      t->name, t->never[i], strbuf_str(&facts));
	}
	strbuf_free(&facts);
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		check(&tests[i]);
	return unit_report();
}
