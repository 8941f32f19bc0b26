/* Text files of cases, and what is expected of runs as text. */
#include <string.h>

#include "core/base/cases.h"
#include "core/base/strbuf.h"
#include "core/run/expect.h"
#include "tests/unit/unit.h"

/* NULL is no text either. */
static void check_text(int line, const char *got, const char *want)
{
	CHECK(strcmp(got ? got : "", want) == 0, "line %d: '%s', expected '%s'", line, got, want);
}
#define CHECK_STR(got, want) check_text(__LINE__, got, want)

enum { PROGRAM, LINES, KINDS };
static const struct section_kind kinds[KINDS] = {
	[PROGRAM] = {.name = "program"}, [LINES] = {.name = "lines", .repeats = true}};

static void keep(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)sev;
	strbuf_reset(d->sink_arg);
	strbuf_addf(d->sink_arg, "%u: %s", loc->line, msg);
}

struct read {
	struct arena arena;
	struct strbuf said;
	struct case_file f;
	int err;
};

static struct read read_text(const char *text, bool lenient)
{
	struct read r = {.f = {.path = "t",
			       .kinds = kinds,
			       .nkinds = KINDS,
			       .others = lenient ? cases_suite_others : NULL}};
	struct diag d = {.sink = keep, .sink_arg = &r.said};

	r.f.arena = &r.arena;
	r.err = cases_read(&r.f, (struct bytes){(const uint8_t *)text, strlen(text)}, &d);
	return r;
}

static void done(struct read *r)
{
	cases_free(&r->f);
	strbuf_free(&r->said);
	arena_free(&r->arena);
}

static void test_cases(void)
{
	struct read r = read_text("# people\n\n-- all\n-- program of all\nA\n-- lines x\n\n"
				  "-- case one\n-- lines y  z \n l1\n# no\nl2\n"
				  "-- case two\n-- program\nB",
				  false);
	const struct text_case *c = r.f.cases.v;
	const struct case_section *s;
	struct section_walk w;

	CHECK(!r.err && r.f.cases.n == 2, "%s, %zu cases", strbuf_str(&r.said), r.f.cases.n);
	if (r.f.cases.n != 2)
		return;
	CHECK_STR(c[0].name, "one");
	CHECK(c[0].loc.line == 8, "line %u", c[0].loc.line);
	s = case_find(&c[0], PROGRAM);
	CHECK(s && strcmp(s->words, "of all") == 0, "the program of all cases");
	CHECK(s && strcmp((const char *)s->text.data, "A\n") == 0, "its text");
	CHECK(s && section_has_word(s, "all") && !section_has_word(s, "al"), "its words");
	s = case_find(&c[1], PROGRAM);
	CHECK(s && strcmp((const char *)s->text.data, "B") == 0, "the case's own program");
	CHECK(c[0].sections.n == 3 && c[1].sections.n == 2, "%zu, %zu sections", c[0].sections.n,
	      c[1].sections.n);
	w = (struct section_walk){.s = vec_last(&c[0].sections)};
	CHECK_STR(section_next(&w, &r.arena), "y  z");
	CHECK(w.loc.line == 9, "words stand in line %u", w.loc.line);
	CHECK_STR(section_next(&w, &r.arena), "l1");
	CHECK_STR(section_next(&w, &r.arena), "l2");
	CHECK(w.loc.line == 12, "l2 stands in line %u", w.loc.line);
	CHECK(!section_next(&w, &r.arena) && !section_next(&w, &r.arena), "the end stays");
	done(&r);
}

static void test_refused(void)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{"-- case\n-- progam\n",
		 "2: there is no section 'progam'; did you mean 'program'?"},
		{"-- program\n-- program\n",
		 "2: the case has a section 'program' already; '-- case NAME' begins another"},
		{"-- case\n-- all\n", "2: what all cases have stands before the first"},
		{"text\n", "1: expected a section: '-- NAME'"},
		{"-- case a\n x\n-- program\n-- case", "2: expected a section: '-- NAME'"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct read r = read_text(rows[i].text, false);

		CHECK(r.err, "%s: is read", rows[i].text);
		CHECK_STR(strbuf_str(&r.said), rows[i].said);
		done(&r);
	}
}

static void test_lenient(void)
{
	struct read r = read_text("anything\n-- c\nint\n-- program\nA\n-- note\nB\n", true);

	CHECK(!r.err && r.f.cases.n == 1, "%zu cases", r.f.cases.n);
	CHECK(r.f.cases.n && r.f.cases.v[0].sections.n == 1, "one section is known");
	CHECK_STR(strbuf_str(&r.said), "6: section 'note' is passed over");
	done(&r);
}

static void test_expectations(void)
{
	static const struct {
		const char *text;
		enum expect_what what;
		enum expect_op op;
		const char *name, *key, *value;
	} rows[] = {
		{"retval=2", EXPECT_RETVAL, EXPECT_EQ, NULL, NULL, "2"},
		{" 1,3-9: retval != XDP_DROP ", EXPECT_RETVAL, EXPECT_NE, NULL, NULL, "XDP_DROP"},
		{"map counts {.a = 1, .b = 2} >= {3}", EXPECT_MAP, EXPECT_GE, "counts",
		 "{.a = 1, .b = 2}", "{3}"},
		{"map counts \"a = b\" absent", EXPECT_MAP, EXPECT_ABSENT, "counts", "\"a = b\"",
		 NULL},
		{"packet ip.ttl < 64", EXPECT_PACKET, EXPECT_LT, "ip.ttl", NULL, "64"},
		{"packet = pkt:eth/ip(dst=1.2.3.4)", EXPECT_PACKET, EXPECT_EQ, NULL, NULL,
		 "pkt:eth/ip(dst=1.2.3.4)"},
		{"packet changes ip.ttl, ip.check", EXPECT_PACKET, EXPECT_CHANGES, NULL, NULL,
		 "ip.ttl, ip.check"},
		{"packet unchanged", EXPECT_PACKET, EXPECT_UNCHANGED, NULL, NULL, NULL},
		{"printk \"a\\tb\"", EXPECT_PRINTK, EXPECT_EQ, NULL, NULL, "a\tb"},
		{"record events {.pid = 1}", EXPECT_RECORD, EXPECT_EQ, "events", NULL,
		 "{.pid = 1}"},
		{"count map counts = 3", EXPECT_COUNT, EXPECT_EQ, "counts", NULL, "3"},
		{"count record <= 3", EXPECT_COUNT, EXPECT_LE, NULL, NULL, "3"},
		{"rejected", EXPECT_REJECTED, EXPECT_EQ, NULL, NULL, NULL},
		{"rejected R1 invalid mem access", EXPECT_REJECTED, EXPECT_EQ, NULL, NULL,
		 "R1 invalid mem access"},
	};
	struct arena a = {0};
	struct strbuf said = {0};
	struct diag d = {.sink = keep, .sink_arg = &said};
	struct loc loc = {.line = 7};
	struct expectation e;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CHECK(!expect_parse(rows[i].text, &loc, &a, &d, &e), "%s: %s", rows[i].text,
		      strbuf_str(&said));
		CHECK(e.what == rows[i].what && e.op == rows[i].op, "%s: %d %d", rows[i].text,
		      e.what, e.op);
		CHECK_STR(e.name, rows[i].name ? rows[i].name : "");
		CHECK_STR(e.key, rows[i].key ? rows[i].key : "");
		CHECK_STR(e.value, rows[i].value ? rows[i].value : "");
		vec_free(&e.inputs);
	}
	strbuf_free(&said);
	arena_free(&a);
}

static void test_refused_expectations(void)
{
	static const char *const refused[] = {
		"",
		"retvla = 1",
		"retval",
		"retval 2",
		"map a",
		"map a = 1",
		"3-1: retval = 1",
		"1: map a b = 1",
		"printk \"a",
		"printk \"a\" b",
		"count fault = 1",
		"packet",
		"accepted no",
		"0: retval = 1",
		"record a",
	};
	struct arena a = {0};
	struct strbuf said = {0};
	struct diag d = {.sink = keep, .sink_arg = &said};
	struct loc loc = {.line = 7};
	struct expectation e;

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		CHECK(expect_parse(refused[i], &loc, &a, &d, &e), "%s: is taken", refused[i]);
		vec_free(&e.inputs);
	}
	CHECK(!expect_parse_put("counts 80 = 3", &loc, &a, &d, &e) && e.what == EXPECT_MAP, "put");
	CHECK(!expect_parse_put("limit=3", &loc, &a, &d, &e) && e.what == EXPECT_VARIABLE, "put");
	CHECK(expect_parse_put("limit<3", &loc, &a, &d, &e), "an order is nothing to put");
	CHECK(expect_parse_put("= 3", &loc, &a, &d, &e), "put nowhere");
	strbuf_free(&said);
	arena_free(&a);
}

static void test_order(void)
{
	for (int order = -1; order <= 1; order++) {
		CHECK(expect_op_holds(EXPECT_EQ, order) == (order == 0), "%d", order);
		CHECK(expect_op_holds(EXPECT_NE, order) == (order != 0), "%d", order);
		CHECK(expect_op_holds(EXPECT_LT, order) == (order < 0), "%d", order);
		CHECK(expect_op_holds(EXPECT_LE, order) == (order <= 0), "%d", order);
		CHECK(expect_op_holds(EXPECT_GT, order) == (order > 0), "%d", order);
		CHECK(expect_op_holds(EXPECT_GE, order) == (order >= 0), "%d", order);
	}
}

int main(void)
{
	test_cases();
	test_refused();
	test_lenient();
	test_expectations();
	test_refused_expectations();
	test_order();
	return unit_report();
}
