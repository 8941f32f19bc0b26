/*
 * Cases of .t files (core/base/cases.h): programs with the log that Linux 6.18.44 has of them.
 *
 *	-- load TYPE [attach=N] [flags=N] [caps=N] [level=N] [proprietary] [err=ERRNO]
 *	-- asm		the program and what it refers to
 *	-- log		its log; a line ... stands for any lines
 */
#include "tests/verify/trial.h"

#include "core/base/cases.h"
#include "core/base/file.h"
#include "core/obj/prog_type.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEC_LOAD, SEC_ASM, SEC_LOG, SEC_COUNT };
static const struct section_kind kinds[SEC_COUNT] = {
	{.name = "load"}, {.name = "asm"}, {.name = "log"}};

struct verify_case {
	const char *path, *name;
	const struct case_section *load, *source, *log; /* a case has them all */
};

static bool fail_case(const struct verify_case *c, const char *what, const char *more)
{
	fprintf(stderr, "%s: %s: %s%s\n", c->path, c->name, what, more);
	return false;
}

/* ---- the log ---- */

static bool is_dots(struct line l)
{
	return l.len == 3 && memcmp(l.s, "...", 3) == 0;
}

/* Empty lines at the end are nobody's. */
static bool is_end(const char *s)
{
	return s[strspn(s, "\n")] == 0;
}

static bool matches(const char *want, const char *got, struct line *where)
{
	struct line w, g;

	while (!is_end(want)) {
		line_next(&want, &w);
		*where = w;
		if (is_dots(w)) {
			for (const char *at = got; *at; line_next(&at, &g))
				if (matches(want, at, where))
					return true;
			return is_end(want);
		}
		if (!line_next(&got, &g) || !line_is_equal(w, g))
			return false;
	}
	return is_end(got);
}

/* ---- one case ---- */

static uint32_t number(const char *words, const char *name, uint32_t otherwise)
{
	const char *at = strstr(words, name);

	return at ? (uint32_t)strtoul(at + strlen(name), NULL, 0) : otherwise;
}

/* err=NAME is what loading fails with, err=0 nothing; without it that is not looked at. */
static bool has_errno(const struct verify_case *c, int err)
{
	const char *at = strstr(c->load->words, " err="), *is = err ? strerrorname_np(err) : "0";
	size_t len = is ? strlen(is) : 0;

	if (!at)
		return true;
	at += strlen(" err=");
	return is && strncmp(at, is, len) == 0 && (!at[len] || at[len] == ' ');
}

static bool set_loading(const struct verify_case *c, struct trial *t)
{
	char words[256], *end;
	const char *near;
	int type;

	snprintf(words, sizeof(words), "%s", c->load->words);
	t->attach_type = number(words, " attach=", t->attach_type);
	t->flags = number(words, " flags=", 0);
	t->caps = number(words, " caps=", VERIFY_CAP_ALL);
	t->log_level = number(words, " level=", t->log_level);
	t->proprietary = strstr(words, " proprietary") != NULL;
	end = strchr(words, ' ');
	if (end)
		*end = 0;
	type = prog_type_by_name(words, &near);
	t->type = type > 0 ? (uint32_t)type : t->type;
	return type > 0;
}

/* Is it still what the kernel says, and all that it says? */
static bool ask(const struct verify_case *c, struct judges *j, const struct trial *t)
{
	struct line where = {0};
	struct comparison diff;

	if (judge(j, t) != JUDGED)
		return fail_case(c, "is not judged", "");
	diff = compare(j);
	if (diff.kind)
		return fail_case(c, difference_names[diff.kind], "");
	if (!has_errno(c, j->theirs.err))
		return fail_case(c, "another errno: ", strerrorname_np(j->theirs.err));
	return matches((const char *)c->log->text.data, strbuf_str(&j->theirs.log), &where) ||
	       fail_case(c, "the kernel says:\n", strbuf_str(&j->theirs.log));
}

static bool check_case(const struct verify_case *c, const struct world *w, struct judges *j)
{
	static struct trial t;
	struct verdict v = {0};
	struct line where = {0};
	char want[512];
	bool ok;

	if (!w->image->nprogs || !world_trial(w, &w->image->progs[0], &t))
		return fail_case(c, "no program", "");
	if (!set_loading(c, &t))
		return fail_case(c, "no such type", "");
	if (j)
		return ask(c, j, &t);
	judge_here(&t, t.log_level, &v);
	ok = has_errno(c, v.err);
	if (!ok)
		return fail_case(c, "another errno: ", strerrorname_np(v.err));
	ok = matches((const char *)c->log->text.data, strbuf_str(&v.log), &where);
	snprintf(want, sizeof(want), "no line '%.*s' in:\n", (int)where.len, where.s);
	if (!ok)
		fail_case(c, want, strbuf_str(&v.log));
	strbuf_free(&v.log);
	return ok;
}

static bool run_case(const struct verify_case *c, struct judges *j, struct diag *d)
{
	struct world w;
	bool ok;

	if (world_open(&w, c->source->text, c->path, j, WORLD_FD, NULL, d))
		ok = fail_case(c, "cannot be made", "");
	else
		ok = check_case(c, &w, j);
	world_close(&w);
	return ok;
}

/* ---- files ---- */

static bool run_text_case(const char *path, const struct text_case *from, struct judges *j,
			  struct diag *d)
{
	struct verify_case c = {.path = path,
				.name = from->name,
				.load = case_find(from, SEC_LOAD),
				.source = case_find(from, SEC_ASM),
				.log = case_find(from, SEC_LOG)};

	if (!c.load || !c.source || !c.log)
		return fail_case(&c, "a section is missing: load, asm or log", "");
	return run_case(&c, j, d);
}

unsigned int run_cases(const char *path, struct judges *j, unsigned int *passed, struct diag *d)
{
	struct arena a = {0};
	struct case_file f = {.path = path, .kinds = kinds, .nkinds = SEC_COUNT, .arena = &a};
	unsigned int failed = 0;
	struct bytes in;

	if (file_read(path, 0, &a, d, &in) || cases_read(&f, in, d))
		failed++;
	vec_each(&f.cases, c) {
		if (run_text_case(path, c, j, d))
			++*passed;
		else
			failed++;
	}
	cases_free(&f);
	arena_free(&a);
	return failed;
}
