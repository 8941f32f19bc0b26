/*
 * What passes make of small programs: pass_t FILE...; the last line counts. Files are those of
 * core/base/cases.h:
 *
 *	-- asm		the program; it is not proved, and runs over plain memory
 *	-- pass NAME	after which pass, the last of that name, the form is looked at
 *	-- ir		parts of lines that are in it, in this order; % is any temporary
 *	-- not		parts of lines that are not in it
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/base/cases.h"
#include "core/base/file.h"
#include "core/load/load.h"
#include "core/run/run.h"
#include "jit/local.h"
#include "jit/passes.h"
#include "tests/unit/unit.h"

enum { SEC_ASM, SEC_PASS, SEC_IR, SEC_NOT, SEC_COUNT };

static const struct section_kind kinds[SEC_COUNT] = {
	{.name = "asm"}, {.name = "pass"}, {.name = "ir"}, {.name = "not"}};

struct test {
	const char *file, *name, *pass;
	struct strbuf text[SEC_COUNT];
	struct strbuf form; /* after the pass */
	bool seen;
};

static bool watch(void *arg, struct ir_fn *fn, const char *pass)
{
	struct test *t = arg;
	const char *wrong = ir_check(fn);

	CHECK(!wrong, "%s: %s: after %s: %s", t->file, t->name, pass, wrong);
	if (strcmp(pass, t->pass) != 0)
		return true;
	strbuf_reset(&t->form);
	ir_print(fn, &t->form);
	t->seen = true;
	return true;
}

/* Does the text begin as the pattern says? */
static bool begins(const char *text, const char *pattern)
{
	for (; *pattern; pattern++) {
		if (*text++ != *pattern)
			return false;
		while (*pattern == '%' && isdigit((unsigned char)*text))
			text++;
	}
	return true;
}

static const char *find(const char *text, const char *pattern)
{
	for (; *text; text++)
		if (begins(text, pattern))
			return text;
	return NULL;
}

static void compare(struct test *t)
{
	const char *at = strbuf_str(&t->form);
	char *rest = t->text[SEC_IR].s, *line;

	while ((line = strsep(&rest, "\n"))) {
		const char *found = find(at, line);

		CHECK(found, "%s: %s: no '%s' in\n%s", t->file, t->name, line, at);
		at = found ? found + 1 : at;
	}
	rest = t->text[SEC_NOT].s;
	while ((line = strsep(&rest, "\n")))
		if (*line)
			CHECK(!find(strbuf_str(&t->form), line), "%s: %s: '%s' in\n%s", t->file,
			      t->name, line, strbuf_str(&t->form));
}

static bool compile(struct test *t, struct diag *d)
{
	const struct asm_options options = {.path = t->name};
	const struct load_options load = {0};
	struct object *obj = NULL;
	struct image *image = NULL;
	struct prog *prog = NULL;
	int err =
		asm_source(&options, strbuf_str(&t->text[SEC_ASM]), t->text[SEC_ASM].len, d, &obj);

	if (!err)
		err = load_image(obj, &load, d, &image);
	if (!err)
		err = prog_new(&image->progs[0], NULL, 0, t->file, d, &prog);
	if (!err)
		err = run_prepare(prog, d);
	if (!err)
		ir_free(jit_optimize(prog, 0, NULL, watch, t));
	prog_free(prog);
	if (image)
		image_free(image);
	if (obj)
		object_free(obj);
	free(obj);
	return !err;
}

static void finish(struct test *t)
{
	struct diag d = {.prefix = "pass_t"};

	if (compile(t, &d)) {
		CHECK(t->seen, "%s: %s: no pass %s", t->file, t->name, t->pass);
		compare(t);
	} else {
		CHECK(false, "%s: %s: the program is in no order", t->file, t->name);
	}
	for (int i = 0; i < SEC_COUNT; i++)
		strbuf_free(&t->text[i]);
	strbuf_free(&t->form);
}

static void run_case(const char *path, const struct text_case *from, struct arena *a)
{
	struct test t = {.file = path, .name = from->name, .pass = ""};

	vec_each(&from->sections, s) {
		struct section_walk w = {.s = s};
		struct strbuf *text = &t.text[s->kind];
		const char *line;

		if (s->kind == SEC_PASS)
			t.pass = s->words;
		while (s->kind != SEC_PASS && (line = section_next(&w, a)))
			strbuf_addf(text, "%s%s", text->len ? "\n" : "", line);
	}
	finish(&t);
}

static void run_file(const char *path)
{
	struct diag d = {.prefix = "pass_t"};
	struct arena a = {0};
	struct case_file f = {.path = path, .kinds = kinds, .nkinds = SEC_COUNT, .arena = &a};
	struct bytes in = {0};

	CHECK(file_read(path, 1 << 20, &a, &d, &in) == 0, "%s cannot be read", path);
	CHECK(cases_read(&f, in, &d) == 0, "%s is malformed", path);
	vec_each(&f.cases, c)
		run_case(path, c, &a);
	cases_free(&f);
	arena_free(&a);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	return unit_report();
}
