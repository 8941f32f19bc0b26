#include "asm/local.h"

#include <ctype.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/file.h"

/* ---- comments ---- */

/* How long the quoted text at s is; 1 when it does not end on this line. */
static size_t quoted_len(const char *s, const char *end)
{
	const char *p = s + 1;

	if (*s == '\'') { /* a character constant, else an apostrophe */
		size_t len = p < end && *p == '\\' ? 3 : 2;

		return p + len <= end && p[len - 1] == '\'' && *p != '\n' ? 1 + len : 1;
	}
	for (; p < end && *p != '\n'; p++) {
		if (*p == '\\' && p + 1 < end && p[1] != '\n')
			p++;
		else if (*p == '"')
			return (size_t)(p + 1 - s);
	}
	return 1;
}

/* In a kernel log the '#' of "call bpf_x#1" belongs to the instruction. */
static bool is_line_comment(enum asm_dialect dialect, const char *text, const char *s)
{
	if (s[0] == '/')
		return s[1] == '/';
	if (s[0] == ';')
		return dialect != ASM_LLVM;
	return s[0] == '#' && (dialect != ASM_KERNEL || s == text || isspace((unsigned char)s[-1]));
}

/* Overwrites comments with spaces. Returns where an unfinished one starts, or NULL. */
static char *blank_comments(enum asm_dialect dialect, char *text, size_t size)
{
	char *end = text + size, *s = text;

	while (s < end) {
		if (*s == '"' || *s == '\'') {
			s += quoted_len(s, end);
		} else if (s[0] == '/' && s[1] == '*') {
			char *stop = memmem(s + 2, (size_t)(end - s) - 2, "*/", 2);

			if (!stop)
				return s;
			for (; s < stop + 2; s++)
				if (*s != '\n')
					*s = ' ';
		} else if (is_line_comment(dialect, text, s)) {
			while (s < end && *s != '\n')
				*s++ = ' ';
		} else {
			s++;
		}
	}
	return NULL;
}

/* ---- which dialect ---- */

static bool starts_with(const char *s, const char *end, const char *what)
{
	size_t len = strlen(what);

	return (size_t)(end - s) >= len && strncasecmp(s, what, len) == 0;
}

/*
 * Pseudo-C begins with a register, a '*', or one of few words; "exit" and "call" belong to all. A
 * word that is nobody's may be a macro and tells nothing.
 */
static enum asm_dialect dialect_of(const char *s, const char *end)
{
	static const char *const words[] = {"if ",   "goto",	  "lock *",	   "may_goto",
					    "callx", "ld_pseudo", "store_release", "nospec"};
	const char *word = s;

	if (*s == '*')
		return ASM_LLVM;
	if (!isalpha((unsigned char)*s) || starts_with(s, end, "exit") ||
	    starts_with(s, end, "call "))
		return ASM_AUTO;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (starts_with(s, end, words[i]))
			return ASM_LLVM;
	while (word < end && is_word_char(*word))
		word++;
	if ((tolower((unsigned char)*s) == 'r' || tolower((unsigned char)*s) == 'w') &&
	    isdigit((unsigned char)s[1]))
		return ASM_LLVM;
	return is_mnemonic(s, (size_t)(word - s)) ? ASM_GNU : ASM_AUTO;
}

/*
 * The last character of a directive that goes on over lines which are no instructions; or s, or the
 * end of the text when it never ends.
 */
static const char *skip_block(const char *s, const char *end)
{
	static const char *const braced[] = {".struct ", ".union ", ".enum "};
	const char *stop;
	int depth = 0;

	if (starts_with(s, end, ".btf")) {
		stop = memmem(s, (size_t)(end - s), ".endbtf", strlen(".endbtf"));
		return stop ? stop : end;
	}
	for (size_t i = 0; i < ARRAY_SIZE(braced); i++) {
		if (!starts_with(s, end, braced[i]))
			continue;
		for (stop = s; stop < end; stop++) {
			depth += *stop == '{' ? 1 : *stop == '}' ? -1 : 0;
			if (*stop == '}' && depth <= 0)
				break;
		}
		return stop;
	}
	return s;
}

static const char *line_end(const char *s, const char *end)
{
	const char *eol = memchr(s, '\n', (size_t)(end - s));

	return eol ? eol : end;
}

static const char *line_start(const char *s, const char *eol)
{
	while (s < eol && isspace((unsigned char)*s))
		s++;
	return s;
}

enum asm_dialect detect_dialect(const char *text, size_t size)
{
	const char *end = text + size, *s = text, *eol;
	enum asm_dialect guess;
	bool in_comment = false;

	if (insn_text_is_dump(text, size)) /* much of it is no instruction; one line tells */
		return ASM_KERNEL;
	for (; s < end; s = eol + 1) {
		const char *colon;

		eol = line_end(s, end);
		s = line_start(s, eol);
		if (in_comment || starts_with(s, eol, "/*")) {
			in_comment = !memmem(s, (size_t)(eol - s), "*/", 2);
			continue;
		}
		colon = s;
		while (colon < eol && is_word_char(*colon))
			colon++;
		if (colon < eol && *colon == ':')
			s = line_start(colon + 1, eol);
		if (s < eol && *s == '.') {
			s = skip_block(s, end);
			eol = line_end(s, end);
		}
		if (s == eol || *s == '.' || *s == '}' || *s == '#' || *s == ';' || *s == '/')
			continue;
		guess = dialect_of(s, eol);
		if (guess != ASM_AUTO)
			return guess;
	}
	return ASM_LLVM;
}

/* ---- the stack of inputs ---- */

int source_push(struct assembler *a, enum source_kind kind, const char *file, const char *text,
		size_t size, const struct loc *from)
{
	struct source *src = arena_new(a->arena, struct source);
	unsigned int depth = 0;
	char *open;

	for (const struct source *up = a->src; up; up = up->up)
		depth++;
	if (depth >= MAX_SOURCE_DEPTH) {
		a->stop = true; /* each level may call twice */
		return fail(a->d, from, -EINVAL, "more than %d nested includes and macro calls",
			    MAX_SOURCE_DEPTH);
	}
	*src = (struct source){
		.up = a->src, .kind = kind, .file = file, .size = size, .conds = a->conds.n};
	if (!a->src)
		src->line = a->opts->line;
	if (from)
		src->from = *from;
	src->clean = arena_strndup(a->arena, text, size);
	src->text = text;
	a->src = src;
	if (kind != SOURCE_FILE)
		return 0;
	open = blank_comments(a->dialect, src->clean, size);
	if (open) {
		struct loc loc = {.file = file, .line = src->line + 1};

		for (const char *s = src->clean; s < open; s++)
			loc.line += *s == '\n';
		src->size = (size_t)(open - src->clean);
		return fail(a->d, &loc, -EINVAL, "comment never ends");
	}
	return 0;
}

static void source_pop(struct assembler *a)
{
	while (a->conds.n > a->src->conds) {
		struct cond c = vec_pop(&a->conds);

		fail(a->d, &c.loc, -EINVAL, "conditional has no .endif");
	}
	a->src = a->src->up;
}

bool next_line_here(struct assembler *a)
{
	struct source *src = a->src;
	char *start = src->clean + src->next, *nl;

	if (src->rest) {
		a->line = src->rest_line;
		a->p = src->rest;
		src->rest = NULL;
		nl = memchr(a->p, '\n', (size_t)(src->clean + src->size - a->p));
		a->eol = a->end = nl ? nl : src->clean + src->size;
		return true;
	}
	if (src->next >= src->size)
		return false;
	nl = memchr(start, '\n', src->size - src->next);
	a->line = a->p = start;
	a->eol = a->end = nl ? nl : src->clean + src->size;
	src->next = (size_t)(a->end - src->clean) + 1;
	src->line++;
	if (src->period && src->line > src->first + src->period)
		src->line = src->first + 1;
	return true;
}

static bool next_line(struct assembler *a)
{
	while (a->src && !a->stop) {
		if (next_line_here(a))
			return true;
		source_pop(a);
	}
	return false;
}

/* Messages name the innermost place; this adds how the text came there. */
static void note_expansion(struct assembler *a)
{
	for (const struct source *src = a->src; src && src->up; src = src->up)
		note(a->d, &src->from,
		     src->kind == SOURCE_FILE	 ? "included from here"
		     : src->kind == SOURCE_MACRO ? "in the macro called here"
						 : "in the repetition that starts here");
}

int find_file(struct assembler *a, const char *name, const struct loc *loc, const char **path,
	      struct bytes *out)
{
	const struct source *src = a->src;
	const char *slash;
	const char *candidate = name;

	if (a->opts->no_files)
		return fail(a->d, loc, -EPERM, "files may not be included here");
	while (src->up && src->kind != SOURCE_FILE)
		src = src->up;
	slash = src->file ? strrchr(src->file, '/') : NULL;
	if (slash && name[0] != '/')
		candidate = arena_printf(a->arena, "%.*s/%s", (int)(slash - src->file), src->file,
					 name);
	for (size_t i = 0; access(candidate, R_OK) && i < a->opts->ninclude_dirs; i++)
		candidate = arena_printf(a->arena, "%s/%s", a->opts->include_dirs[i], name);
	if (access(candidate, R_OK))
		return fail(a->d, loc, -errno, "cannot open '%s': %m", name);
	*path = candidate;
	return file_read(candidate, MAX_INCLUDED, a->arena, a->d, out);
}

/* ---- statements ---- */

/* Ends the statement at the next ';' that no quotes enclose, where that separates. */
static void bound_statement(struct assembler *a)
{
	const char *s = a->p;

	a->end = a->eol;
	if (a->dialect != ASM_LLVM)
		return;
	while (s < a->eol && *s != ';')
		s += *s == '"' || *s == '\'' ? quoted_len(s, a->eol) : 1;
	a->end = s;
}

/* "name:" or "1:" at the cursor? Moves behind it and defines it. */
static bool take_label(struct assembler *a, int *err)
{
	const char *start = a->p, *s = start;
	struct loc loc;
	const char *name;
	uint64_t n;

	if (a->p < a->end && *a->p == '"') {
		s += quoted_len(s, a->end);
	} else {
		while (s < a->end && is_word_char(*s))
			s++;
	}
	if (s == start || s == a->end || *s != ':')
		return false;
	loc = loc_at(a, start, (size_t)(s - start));
	if (isdigit((unsigned char)*start)) {
		*err = parse_number(a, &n);
		if (!*err)
			*err = define_numeric(a, n, &loc);
	} else {
		*err = parse_name(a, "a label", &name);
		if (!*err)
			*err = define_label(a, name, &loc);
	}
	a->p = s + 1;
	return true;
}

/* name = expr, where name is no register: an equate, as gas has it. */
static bool take_equate(struct assembler *a, int *err)
{
	const char *start = a->p, *s = start;
	bool is_reg = (*s | 32) == 'r' || (*s | 32) == 'w';
	const char *eq;
	const struct expr *e;
	struct loc loc;

	for (; s < a->end && is_word_char(*s); s++)
		is_reg &= s == start || isdigit((unsigned char)*s);
	eq = s;
	while (eq < a->end && *eq == ' ')
		eq++;
	if (s == start || !is_word_start(*start) || is_reg || eq + 1 >= a->end || *eq != '=' ||
	    eq[1] == '=')
		return false;
	loc = loc_at(a, start, (size_t)(s - start));
	a->p = eq + 1;
	*err = parse_expr(a, &e);
	if (!*err)
		*err = define_equate(a, arena_strndup(a->arena, start, (size_t)(s - start)), e,
				     true, &loc);
	return true;
}

static int read_statement(struct assembler *a)
{
	int err = 0;

	if (a->dialect == ASM_KERNEL && !at_end(a) && *a->p != '.')
		return read_dump_line(a);
	while (!at_end(a) && take_label(a, &err))
		if (err)
			return err;
	if (at_end(a))
		return 0;
	if (is_macro_call(a))
		return call_macro(a);
	if (*a->p == '.' && is_word_char(a->p[1]))
		err = parse_directive(a);
	else if (!take_equate(a, &err))
		err = parse_insn(a);
	return err ? err : expect_end(a);
}

/* In text that a false condition leaves out, only conditionals count. */
static int skip_statement(struct assembler *a)
{
	return at_end(a) || *a->p != '.' ? 0 : skip_directive(a);
}

void read_source(struct assembler *a)
{
	while (next_line(a)) {
		struct source *src = a->src;
		const char *eol = a->eol, *line = a->line;

		while (a->src == src && a->p <= eol && !a->stop) {
			unsigned int errors = a->d->errors;

			bound_statement(a);
			if (is_active(a))
				read_statement(a);
			else
				skip_statement(a);
			if (a->d->errors != errors)
				note_expansion(a);
			if (a->d->errors > MAX_ERRORS) {
				fail(a->d, NULL, -EINVAL, "too many errors");
				a->stop = true;
			}
			if (a->eol != eol)
				break;
			if (a->src != src && a->end < eol) {
				src->rest = a->end + 1;
				src->rest_line = line;
			}
			a->p = a->end + 1;
		}
	}
	while (a->src)
		source_pop(a);
}
