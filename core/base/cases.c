#include "core/base/cases.h"

#include <ctype.h>
#include <errno.h>

enum { KIND_CASE = -1, KIND_ALL = -2, KIND_UNKNOWN = -3 };

struct reader {
	struct case_file *f;
	struct diag *d;
	struct loc loc;		      /* of the line at hand */
	struct text_case all;	      /* what every case has */
	bool in_all, skips;	      /* reading that; reading a section of no kind */
	struct case_section *section; /* being read, or NULL */
	const char *from;	      /* where its text begins */
};

static char *trimmed(struct arena *a, const char *s, size_t len)
{
	while (len && isspace((unsigned char)*s))
		s++, len--;
	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	return arena_strndup(a, s, len);
}

const char *const cases_suite_others[] = {"c", "no", "pyelf", "reload", "unload", NULL};

static int kind_of(const struct case_file *f, const char *name, size_t len)
{
	for (size_t i = 0; i < f->nkinds; i++)
		if (strlen(f->kinds[i].name) == len && strncmp(f->kinds[i].name, name, len) == 0)
			return (int)i;
	if (len == 4 && strncmp(name, "case", len) == 0)
		return KIND_CASE;
	return len == 3 && strncmp(name, "all", len) == 0 ? KIND_ALL : KIND_UNKNOWN;
}

static bool is_other(const struct case_file *f, const char *name, size_t len)
{
	for (const char *const *other = f->others; other && *other; other++)
		if (strlen(*other) == len && strncmp(*other, name, len) == 0)
			return true;
	return false;
}

static int unknown_section(struct reader *r, const char *name, size_t len)
{
	const char **names, *near;
	char *word = arena_strndup(r->f->arena, name, min(len, (size_t)40));

	names = arena_array(r->f->arena, const char *, r->f->nkinds + 1);
	for (size_t i = 0; i < r->f->nkinds; i++)
		names[i] = r->f->kinds[i].name;
	names[r->f->nkinds] = "case";
	near = nearest_name(word, names, r->f->nkinds + 1);
	if (r->f->others) {
		warn(r->d, &r->loc, "section '%s' is passed over%s%s%s", word,
		     near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
		return 0;
	}
	return fail(r->d, &r->loc, -EINVAL, "there is no section '%s'%s%s%s", word,
		    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The section that was being read ends before `end`. */
static void end_section(struct reader *r, const char *end)
{
	size_t len = (size_t)(end - r->from);

	if (r->section)
		r->section->text =
			(struct bytes){(uint8_t *)arena_strndup(r->f->arena, r->from, len), len};
	r->section = NULL;
}

static struct text_case *begin_case(struct reader *r, const char *name)
{
	struct text_case *c;

	/* There may be many, which processes that run them get copies of. */
	if (r->f->cases.n)
		vec_trim(&vec_last(&r->f->cases)->sections);
	c = vec_add(&r->f->cases);
	c->name = name;
	c->loc = r->loc;
	r->in_all = false;
	vec_each(&r->all.sections, s)
		vec_push(&c->sections, *s);
	return c;
}

static bool is_of_all(const struct reader *r, const struct case_section *s)
{
	vec_each(&r->all.sections, a)
		if (a->loc.line == s->loc.line)
			return true;
	return false;
}

/* A case's own section stands in place of that of all cases, unless there may be several. */
static int place_section(struct reader *r, struct text_case *c, uint32_t kind,
			 struct case_section **out)
{
	const struct section_kind *k = &r->f->kinds[kind];

	*out = NULL;
	vec_each(&c->sections, s) {
		if (s->kind != kind || k->repeats)
			continue;
		if (c == &r->all || !is_of_all(r, s))
			return fail(r->d, &r->loc, -EINVAL,
				    "the case has a section '%s' already; '-- case NAME' begins "
				    "another",
				    k->name);
		*out = s;
	}
	if (!*out)
		*out = vec_add(&c->sections);
	return 0;
}

static int begin_section(struct reader *r, int kind, char *words)
{
	struct text_case *c;
	int err;

	if (kind == KIND_CASE) {
		begin_case(r, words);
		return 0;
	}
	if (kind == KIND_ALL) {
		if (r->f->cases.n)
			return fail(r->d, &r->loc, -EINVAL,
				    "what all cases have stands before the first");
		r->in_all = true;
		return 0;
	}
	if (!r->in_all && !r->f->cases.n)
		begin_case(r, "");
	c = r->in_all ? &r->all : vec_last(&r->f->cases);
	err = place_section(r, c, (uint32_t)kind, &r->section);
	if (err)
		return err;
	*r->section = (struct case_section){.kind = (uint32_t)kind, .loc = r->loc, .words = words};
	return 0;
}

/* "-- NAME WORDS", of len bytes; next is the line below. */
static int head_line(struct reader *r, const char *line, size_t len, const char *next)
{
	const char *name = line + 3;
	size_t n = 0;
	int kind;

	while (n < len - 3 && !isspace((unsigned char)name[n]))
		n++;
	kind = kind_of(r->f, name, n);
	end_section(r, line);
	r->from = next;
	r->skips = kind == KIND_UNKNOWN;
	if (r->skips)
		return is_other(r->f, name, n) ? 0 : unknown_section(r, name, n);
	return begin_section(r, kind, trimmed(r->f->arena, name + n, len - 3 - n));
}

/* A line outside of sections */
static int bare_line(struct reader *r, const char *line, size_t len)
{
	while (len && isspace((unsigned char)*line))
		line++, len--;
	if (!len || *line == '#' || r->f->others)
		return 0;
	return fail(r->d, &r->loc, -EINVAL, "expected a section: '-- NAME'");
}

/* The line at r->loc.text, of len bytes; next is the one below. */
static int any_line(struct reader *r, size_t len, const char *next)
{
	const char *line = r->loc.text;

	r->loc.line++;
	if (memchr(line, 0, len))
		return fail(r->d, &(struct loc){.file = r->f->path, .line = r->loc.line}, -EINVAL,
			    "a NUL byte: this is no text");
	if (len >= 3 && strncmp(line, "-- ", 3) == 0)
		return head_line(r, line, len, next);
	return r->section || r->skips ? 0 : bare_line(r, line, len);
}

int cases_read(struct case_file *f, struct bytes in, struct diag *d)
{
	struct reader r = {.f = f, .d = d, .loc = {.file = f->path}};
	/* Lines are shown in messages after in is gone. */
	const char *at = arena_strndup(f->arena, (const char *)in.data, in.size);
	const char *end = at + in.size, *next;
	int err = 0;

	for (; at < end && !err; at = next) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));

		next = nl ? nl + 1 : end;
		r.loc.text = at;
		err = any_line(&r, (size_t)((nl ? nl : end) - at), next);
	}
	end_section(&r, end);
	vec_free(&r.all.sections);
	return err;
}

void cases_free(struct case_file *f)
{
	vec_each(&f->cases, c)
		vec_free(&c->sections);
	vec_free(&f->cases);
}

const struct case_section *case_find(const struct text_case *c, uint32_t kind)
{
	vec_each(&c->sections, s)
		if (s->kind == kind)
			return s;
	return NULL;
}

const char *section_content(const struct case_section *s, struct arena *a)
{
	return *s->words ? arena_printf(a, "%s\n%s", s->words, (const char *)s->text.data)
			 : (const char *)s->text.data;
}

const char *section_next(struct section_walk *w, struct arena *a)
{
	if (!w->at) {
		w->at = (const char *)w->s->text.data;
		w->loc = w->s->loc;
		if (*w->s->words)
			return w->s->words;
	}
	while (*w->at) {
		size_t len = strcspn(w->at, "\n");
		const char *text = trimmed(a, w->at, len);

		w->loc.line++;
		w->loc.text = w->at;
		w->at += len + (w->at[len] == '\n');
		if (*text && *w->loc.text != '#')
			return text;
	}
	return NULL;
}

bool section_has_word(const struct case_section *s, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = s->words; (p = strstr(p, word)); p += len)
		if ((p == s->words || isspace((unsigned char)p[-1])) &&
		    (!p[len] || isspace((unsigned char)p[len])))
			return true;
	return false;
}
