/* Test files: found, read, and judged as far as that can be without running anything. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/test.h"
#include "core/base/file.h"
#include "core/run/expect.h"

enum { MAX_DEPTH = 32 }; /* of directories */

const struct section_kind test_sections[TEST_SECTIONS] = {
#define SECTION(id, name, repeats) {name, repeats},
#include "cmd/test_sections.def"
#undef SECTION
};

static bool has_ending(const char *path, const char *ending)
{
	size_t len = strlen(path), n = strlen(ending);

	return len > n && strcmp(path + len - n, ending) == 0;
}

static bool is_test_file(const char *path)
{
	return has_ending(path, ".t") || has_ending(path, ".data");
}

/* ---- what can be seen of a case ---- */

typedef int line_parser(const char *text, const struct loc *loc, struct arena *a, struct diag *d,
			struct expectation *out);

static int check_lines(const struct case_section *s, line_parser *parse, struct arena *a,
		       struct diag *d)
{
	struct section_walk w = {.s = s};
	struct expectation e;
	const char *line;
	int err = 0, one;

	while ((line = section_next(&w, a))) {
		one = parse(line, &w.loc, a, d, &e);
		err = err ? err : one;
		vec_free(&e.inputs);
	}
	return err;
}

static int check_case(const struct text_case *c, struct arena *a, struct diag *d)
{
	const struct case_section *source = case_find(c, TEST_ASM);
	const char *odd = source ? test_odd_word(source, a) : NULL;
	bool has_object = case_find(c, TEST_OBJECT);
	int err = 0, one;

	if (has_object && (case_find(c, TEST_ASM) || case_find(c, TEST_RAW)))
		return fail(d, &c->loc, -EINVAL,
			    "the case has two programs: object, and asm or raw");
	if (!has_object && !case_find(c, TEST_ASM) && !case_find(c, TEST_RAW))
		return fail(d, &c->loc, -EINVAL,
			    "the case has no program: one of -- asm, -- object and -- raw");
	if (odd)
		return fail(d, &source->loc, -EINVAL,
			    "'%s' is no dialect (gnu, llvm, ubpf, kernel), no version (v1 to v4) "
			    "and not relax",
			    odd);
	vec_each(&c->sections, s) {
		one = s->kind == TEST_EXPECT ? check_lines(s, expect_parse, a, d)
		      : s->kind == TEST_PUT  ? check_lines(s, expect_parse_put, a, d)
					     : 0;
		err = err ? err : one;
	}
	return err;
}

static bool has_program(const struct text_case *c)
{
	return case_find(c, TEST_ASM) || case_find(c, TEST_RAW);
}

/* What the suite has beside programs is for others. */
static int check_suite(const struct text_case *c, struct diag *d)
{
	if (!has_program(c) || case_find(c, TEST_RESULT) || case_find(c, TEST_ERROR))
		return 0;
	return fail(d, &c->loc, -EINVAL, "the case expects nothing: neither result nor error");
}

int test_file_check(const struct test_file *f, struct diag *d)
{
	struct arena a = {0};
	int err = 0, one;

	vec_each(&f->cases.cases, c) {
		one = f->is_conformance ? check_suite(c, d) : check_case(c, &a, d);
		err = err ? err : one;
	}
	arena_free(&a);
	return err;
}

/* ---- files ---- */

static void add_jobs(struct tests *t)
{
	const char *engine = t->o->engine;
	bool all = engine && strcmp(engine, "all") == 0;

	vec_each(&t->cases, test) {
		if (test->result == TEST_FAILED)
			continue;
		test->job = t->jobs.n;
		test->njobs = test->left = all ? (uint32_t)nengine_choices : 1;
		for (uint32_t i = 0; i < test->njobs; i++)
			vec_push(&t->jobs, ((struct test_job){
						   .test = test,
						   .engine = all      ? &engine_choices[i]
							     : engine ? engine_by_name(engine)
								      : NULL,
						   .compares = all,
						   .counts = t->o->coverage && i == 0,
					   }));
	}
}

static void add_cases(struct tests *t, const struct test_file *f)
{
	const char *filter = t->o->filter;
	const char *pattern = filter ? arena_printf(&t->arena, "*%s*", filter) : NULL;

	vec_each(&f->cases.cases, c) {
		const char *name =
			*c->name ? arena_printf(&t->arena, "%s: %s", f->cases.path, c->name)
				 : f->cases.path;

		if (pattern && fnmatch(pattern, name, 0) != 0)
			continue;
		if (f->is_conformance && !has_program(c))
			continue;
		vec_push(&t->cases, ((struct test_case){.file = f, .c = c, .name = name}));
	}
}

/* What is wrong with a file, and where else to say what is odd. */
struct complaint {
	struct strbuf text;
	struct diag *d;
};

static void keep(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	struct complaint *why = d->sink_arg;

	if (sev == SEV_WARNING) {
		warn(why->d, loc, "%s", msg);
		return;
	}
	if (loc && loc->line)
		strbuf_addf(&why->text, "%s:%u: ", loc->file, loc->line);
	strbuf_addf(&why->text, "%s\n", msg);
}

/* A file that cannot be read is a case that failed: nobody is to overlook it. */
static void add_malformed(struct tests *t, const struct test_file *f, struct strbuf text)
{
	t->malformed = true;
	vec_push(&t->cases, ((struct test_case){.file = f,
						.c = arena_new(&t->arena, struct text_case),
						.name = f->cases.path,
						.result = TEST_FAILED,
						.text = text}));
}

static int read_file(struct tests *t, const char *path)
{
	struct test_file *f = arena_new(&t->arena, struct test_file);
	struct complaint why = {.d = t->d};
	struct diag d = {.sink = keep, .sink_arg = &why};
	struct bytes in;
	int err = file_read(path, 0, &t->arena, t->d, &in);

	if (err)
		return err;
	f->is_conformance = has_ending(path, ".data");
	f->cases = (struct case_file){
		.path = path,
		.kinds = test_sections,
		.nkinds = TEST_SECTIONS,
		.others = f->is_conformance ? cases_suite_others : NULL,
		.arena = &t->arena,
	};
	vec_push(&t->files, f);
	err = cases_read(&f->cases, in, &d);
	if (!err)
		err = test_file_check(f, &d);
	if (err)
		add_malformed(t, f, why.text);
	else
		add_cases(t, f);
	return 0;
}

static int visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int find(struct tests *t, const char *path, int depth);

static int find_in(struct tests *t, const char *dir, int depth)
{
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort), err = 0;

	if (n < 0)
		return fail(t->d, NULL, -errno, "%s: %s", dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		const char *path = arena_printf(&t->arena, "%s/%s", dir, names[i]->d_name);
		struct stat st;

		if (!err && stat(path, &st) == 0 &&
		    (S_ISDIR(st.st_mode) || (S_ISREG(st.st_mode) && is_test_file(path))))
			err = find(t, path, depth + 1);
		free(names[i]);
	}
	free(names);
	return err;
}

static int find(struct tests *t, const char *path, int depth)
{
	struct stat st;

	if (strcmp(path, "-") == 0)
		return read_file(t, path);
	if (stat(path, &st) != 0)
		return fail(t->d, NULL, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return read_file(t, path);
	if (depth > MAX_DEPTH)
		return fail(t->d, NULL, -ELOOP, "%s: directories nested too deep", path);
	return find_in(t, path, depth);
}

int tests_find(struct tests *t)
{
	int err = 0;

	for (size_t i = 0; i < t->o->paths.n && !err; i++)
		err = find(t, t->o->paths.v[i], 0);
	/* The cases stay where they are from now on. */
	add_jobs(t);
	return err;
}

void tests_free(struct tests *t)
{
	vec_each(&t->cases, c)
		strbuf_free(&c->text);
	vec_each(&t->files, f)
		cases_free(&(*f)->cases);
	vec_free(&t->cases);
	vec_free(&t->jobs);
	vec_free(&t->files);
	arena_free(&t->arena);
}
