/* libFuzzer target of test files: whatever the text is, it is taken or refused. */
#include "core/base/cases.h"
#include "core/run/expect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct section_kind kinds[] = {
	{.name = "asm"}, {.name = "expect", .repeats = true}, {.name = "put", .repeats = true}};

static void drop(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	(void)d;
	(void)sev;
	(void)loc;
	(void)msg;
}

static void take_lines(const struct case_section *s, struct arena *a, struct diag *d)
{
	struct section_walk w = {.s = s};
	struct expectation e;
	const char *line;

	while ((line = section_next(&w, a))) {
		expect_parse(line, &w.loc, a, d, &e);
		vec_free(&e.inputs);
		expect_parse_put(line, &w.loc, a, d, &e);
		vec_free(&e.inputs);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0};
	struct diag d = {.sink = drop};
	struct case_file f = {.path = "fuzz", .kinds = kinds, .nkinds = ARRAY_SIZE(kinds)};

	f.arena = &a;
	f.others = size && data[0] & 1 ? cases_suite_others : NULL;
	cases_read(&f, (struct bytes){data, size}, &d);
	vec_each(&f.cases, c)
		vec_each(&c->sections, s)
			take_lines(s, &a, &d);
	cases_free(&f);
	arena_free(&a);
	return 0;
}
