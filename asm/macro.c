/* Text that makes text: macros, repetitions, includes. A body is kept as written; a call
 * substitutes the arguments and pushes the result as a source. */
#include "asm/local.h"

#include <ctype.h>
#include <strings.h>

struct macro_param {
	const char *name, *fallback;
	bool required, takes_rest;
};

struct macro {
	const char *name, *file;
	struct bytes body;
	uint32_t line;			/* of the line in front of the body */
	VEC(struct macro_param) params; /* owned by the arena once it is complete */
	bool purged;
};

struct argument {
	const char *text;
	size_t len;
};

/* ---- bodies ---- */

/* Is the line at the cursor the directive ".NAME"? */
static bool is_line_of(struct assembler *a, const char *const *names)
{
	const char *s = a->p;
	size_t len = 0;

	while (s < a->eol && isspace((unsigned char)*s))
		s++;
	if (s == a->eol || *s != '.')
		return false;
	while (s + 1 + len < a->eol && is_word_char(s[1 + len]))
		len++;
	for (; *names; names++)
		if (strlen(*names) == len && strncasecmp(*names, s + 1, len) == 0)
			return true;
	return false;
}

static const char *const macro_begin[] = {"macro", NULL};
static const char *const macro_end[] = {"endm", "endmacro", NULL};
static const char *const repeat_begin[] = {"rept", "rep", "irp", "irpc", NULL};
static const char *const repeat_end[] = {"endr", NULL};

/* Lines up to the matching end, which is read too. */
static int read_body(struct assembler *a, const struct loc *loc, const char *const *begin,
		     const char *const *end, struct bytes *body)
{
	struct source *src = a->src;
	const char *start = src->clean + min(src->next, src->size);
	unsigned int depth = 1;

	while (next_line_here(a)) {
		if (is_line_of(a, begin))
			depth++;
		else if (is_line_of(a, end) && --depth == 0) {
			*body = (struct bytes){(const uint8_t *)start, (size_t)(a->line - start)};
			a->p = a->end;
			return 0;
		}
	}
	a->p = a->end = a->eol;
	return fail(a->d, loc, -EINVAL, "no '.%s' for this", end[0]);
}

/* period: lines of a repetition's body, which b has several times; 0 when it is none. */
static int push_text(struct assembler *a, const char *file, uint32_t line, uint32_t period,
		     struct strbuf *b, const struct loc *from)
{
	const char *text = arena_strndup(a->arena, strbuf_str(b), b->len);
	int err;

	a->expanded += b->len;
	err = source_push(a, period ? SOURCE_REPEAT : SOURCE_MACRO, file, text, b->len, from);
	if (!err) {
		a->src->line = a->src->first = line;
		a->src->period = period;
	}
	strbuf_free(b);
	return err;
}

static uint32_t count_lines(struct bytes body)
{
	uint32_t n = 0;

	for (size_t i = 0; i < body.size; i++)
		n += body.data[i] == '\n';
	return n;
}

static int check_budget(struct assembler *a, size_t more, const struct loc *loc)
{
	if (a->expanded + more <= MAX_EXPANSION)
		return 0;
	a->stop = true;
	return fail(a->d, loc, -E2BIG, "macros and repetitions make more than %d MiB of text",
		    MAX_EXPANSION >> 20);
}

/* ---- substitution ---- */

static size_t word_len(const char *s, const char *end)
{
	size_t n = 0;

	while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '$'))
		n++;
	return n;
}

/* \name, \@ and \() in a body; any other backslash stays. */
static int substitute(struct assembler *a, struct strbuf *b, struct bytes body,
		      const struct macro_param *params, size_t n, const struct argument *args,
		      const struct loc *loc)
{
	const char *s = (const char *)body.data, *end = s + body.size;

	while (s < end) {
		size_t len, i;

		if (check_budget(a, b->len, loc))
			return -E2BIG;
		if (*s != '\\' || s + 1 == end) {
			strbuf_addch(b, *s++);
			continue;
		}
		if (s[1] == '@') {
			strbuf_addf(b, "%u", a->invocations);
			s += 2;
			continue;
		}
		if (end - s >= 3 && s[1] == '(' && s[2] == ')') {
			s += 3;
			continue;
		}
		len = word_len(s + 1, end);
		for (i = 0; i < n; i++)
			if (strlen(params[i].name) == len &&
			    strncmp(params[i].name, s + 1, len) == 0)
				break;
		if (i < n) {
			strbuf_addmem(b, args[i].text, args[i].len);
			s += 1 + len;
		} else {
			strbuf_addch(b, *s++);
		}
	}
	return 0;
}

/*
 * One argument: up to a comma, or to a space where spaces separate too; commas inside quotes and
 * parentheses belong to it.
 */
static struct argument take_argument(struct assembler *a, bool rest)
{
	const char *start;
	unsigned int depth = 0;
	struct argument arg;

	skip_spaces(a);
	start = a->p;
	while (a->p < a->end && (rest || depth || *a->p != ',')) {
		if (*a->p == '"') {
			for (a->p++; a->p < a->end && *a->p != '"'; a->p++)
				a->p += *a->p == '\\' && a->p + 1 < a->end;
		} else if (*a->p == '(') {
			depth++;
		} else if (*a->p == ')' && depth) {
			depth--;
		}
		a->p += a->p < a->end;
	}
	arg = (struct argument){start, (size_t)(a->p - start)};
	while (arg.len && isspace((unsigned char)start[arg.len - 1]))
		arg.len--;
	return arg;
}

/* ---- macros ---- */

static struct macro *find_macro(const struct assembler *a, const char *name, size_t len)
{
	const uint64_t *i = strmap_getn(&a->macro_index, name, len);
	struct macro *m = i ? a->macros.v[*i] : NULL;

	return m && !m->purged ? m : NULL;
}

static size_t macro_name_len(const struct assembler *a)
{
	size_t n = 0;

	while (a->p + n < a->end && is_word_char(a->p[n]))
		n++;
	return n;
}

bool is_macro_call(const struct assembler *a)
{
	return find_macro(a, a->p, macro_name_len(a));
}

/* name, name=default, name:req, name:vararg */
static int parse_param(struct assembler *a, struct macro *m, struct macro_param *p)
{
	struct loc loc = here(a);
	size_t len;

	skip_spaces(a);
	len = word_len(a->p, a->end);
	if (!len)
		return fail(a->d, &loc, -EINVAL, "expected a parameter of macro '%s'", m->name);
	p->name = arena_strndup(a->arena, a->p, len);
	a->p += len;
	if (accept(a, ":")) {
		loc = here(a);
		p->required = accept_word(a, "req");
		p->takes_rest = !p->required && accept_word(a, "vararg");
		if (!p->required && !p->takes_rest)
			return fail(a->d, &loc, -EINVAL, "expected 'req' or 'vararg'");
	}
	if (accept(a, "=")) {
		const char *start;

		skip_spaces(a);
		start = a->p;
		while (a->p < a->end && *a->p != ',' && !isspace((unsigned char)*a->p))
			a->p++;
		p->fallback = arena_strndup(a->arena, start, (size_t)(a->p - start));
	}
	return 0;
}

static int parse_params(struct assembler *a, struct macro *m)
{
	VEC(struct macro_param) params = {0};
	int err = 0;

	accept(a, ",");
	while (!err && !at_end(a)) {
		struct macro_param p = {0};

		err = parse_param(a, m, &p);
		vec_push(&params, p);
		accept(a, ",");
	}
	m->params.n = params.n;
	m->params.v = arena_memdup(a->arena, params.v, params.n * sizeof(*params.v));
	vec_free(&params);
	return err;
}

int dir_macro(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct macro *m = arena_new(a->arena, struct macro);
	int err = parse_name(a, "a macro's name", &m->name), body_err;

	(void)arg;
	if (!err)
		err = parse_params(a, m);
	m->file = a->src->file;
	m->line = a->src->line;
	body_err = read_body(a, loc, macro_begin, macro_end, &m->body);
	if (err || body_err)
		return -EINVAL;
	if (find_macro(a, m->name, strlen(m->name)))
		return fail(a->d, loc, -EEXIST, "macro '%s' is already defined", m->name);
	strmap_put(&a->macro_index, m->name, a->macros.n);
	vec_push(&a->macros, m);
	return 0;
}

/* "name=value" among the arguments of a call? Moves behind the '='. */
static bool take_keyword(struct assembler *a, const struct macro *m, size_t *param)
{
	const char *s;
	size_t len;

	skip_spaces(a);
	s = a->p;
	len = word_len(s, a->end);
	for (*param = 0; *param < m->params.n; ++*param)
		if (strlen(m->params.v[*param].name) == len &&
		    strncmp(m->params.v[*param].name, s, len) == 0)
			break;
	s += len;
	while (s < a->end && *s == ' ')
		s++;
	if (!len || *param == m->params.n || s == a->end || *s != '=' ||
	    (s + 1 < a->end && s[1] == '='))
		return false;
	a->p = s + 1;
	return true;
}

static int parse_arguments(struct assembler *a, const struct macro *m, struct argument *args,
			   const struct loc *loc)
{
	size_t next = 0, i;

	while (!at_end(a)) {
		struct loc at = here(a);

		if (take_keyword(a, m, &i)) {
			args[i] = take_argument(a, m->params.v[i].takes_rest);
		} else if (next < m->params.n) {
			args[next] = take_argument(a, m->params.v[next].takes_rest);
			next++;
		} else {
			return fail(a->d, &at, -EINVAL, "macro '%s' takes %zu argument%s", m->name,
				    m->params.n, m->params.n == 1 ? "" : "s");
		}
		if (!accept(a, ","))
			break;
	}
	for (i = 0; i < m->params.n; i++) {
		const struct macro_param *p = &m->params.v[i];

		if (args[i].len)
			continue;
		if (p->required)
			return fail(a->d, loc, -EINVAL, "macro '%s' needs argument '%s'", m->name,
				    p->name);
		if (p->fallback)
			args[i] = (struct argument){p->fallback, strlen(p->fallback)};
	}
	return 0;
}

int call_macro(struct assembler *a)
{
	size_t len = macro_name_len(a);
	struct macro *m = find_macro(a, a->p, len);
	struct loc loc = loc_at(a, a->p, len);
	struct argument *args = arena_array(a->arena, struct argument, m->params.n + 1);
	struct strbuf b = {0};
	int err;

	a->p += len;
	err = parse_arguments(a, m, args, &loc);
	if (!err)
		err = check_budget(a, m->body.size + 1, &loc);
	if (!err)
		err = substitute(a, &b, m->body, m->params.v, m->params.n, args, &loc);
	if (err) {
		strbuf_free(&b);
		return err;
	}
	a->invocations++;
	a->expanded++;
	a->p = a->end;
	return push_text(a, m->file, m->line, 0, &b, &loc);
}

static void skip_rest(struct source *src)
{
	src->next = src->size;
	src->rest = NULL;
}

/* Leaves the innermost macro, and conditionals that it opened. */
int dir_exitm(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct source *src = a->src;

	(void)arg;
	while (src && src->kind == SOURCE_REPEAT)
		src = src->up;
	if (!src || src->kind != SOURCE_MACRO)
		return fail(a->d, loc, -EINVAL, "'.exitm' outside of a macro");
	for (struct source *in = a->src; in != src->up; in = in->up)
		skip_rest(in);
	a->conds.n = src->conds;
	for (struct source *in = a->src; in != src; in = in->up)
		in->conds = src->conds;
	a->eol = a->end;
	return 0;
}

int dir_purgem(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct loc at = here(a);
	struct macro *m;
	const char *name;
	int err = parse_name(a, "a macro's name", &name);

	(void)arg;
	(void)loc;
	if (err)
		return err;
	m = find_macro(a, name, strlen(name));
	if (!m)
		return fail(a->d, &at, -ENOENT, "no macro '%s'", name);
	m->purged = true;
	return 0;
}

int dir_stray(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	(void)arg;
	return fail(a->d, loc, -EINVAL, "this ends nothing that was begun");
}

/* ---- repetitions ---- */

int dir_rept(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	const char *file = a->src->file;
	uint32_t line = a->src->line;
	struct strbuf b = {0};
	struct bytes body;
	int64_t count = 0;
	int err = parse_abs(a, &count), body_err;

	(void)arg;
	if (!err)
		err = expect_end(a);
	body_err = read_body(a, loc, repeat_begin, repeat_end, &body);
	if (err || body_err)
		return -EINVAL;
	if (count < 0)
		return fail(a->d, loc, -EINVAL, "count %lld is negative", (long long)count);
	if (!body.size || !count)
		return 0;
	if ((uint64_t)count > MAX_EXPANSION / body.size)
		return check_budget(a, MAX_EXPANSION + 1u, loc);
	err = check_budget(a, (size_t)count * body.size, loc);
	if (err)
		return err;
	while (count--)
		strbuf_addmem(&b, body.data, body.size);
	return push_text(a, file, line, count_lines(body), &b, loc);
}

/* .irp x, a, b, c and .irpc x, abc */
int dir_irp(struct assembler *a, const struct loc *loc, unsigned int by_char)
{
	VEC(struct argument) values = {0};
	const char *file = a->src->file;
	uint32_t line = a->src->line;
	struct macro_param p = {0};
	struct strbuf b = {0};
	struct bytes body;
	int err = parse_name(a, "a parameter", &p.name), body_err;

	accept(a, ",");
	while (!err && !by_char && !at_end(a)) {
		vec_push(&values, take_argument(a, false));
		accept(a, ",");
	}
	skip_spaces(a);
	while (!err && by_char && a->p < a->end && !isspace((unsigned char)*a->p))
		vec_push(&values, ((struct argument){a->p++, 1}));
	body_err = read_body(a, loc, repeat_begin, repeat_end, &body);
	err = err ? err : body_err;
	vec_each(&values, v)
		if (!err)
			err = substitute(a, &b, body, &p, 1, v, loc);
	vec_free(&values);
	if (err) {
		strbuf_free(&b);
		return err;
	}
	return push_text(a, file, line, count_lines(body), &b, loc);
}

/* ---- files and messages ---- */

int dir_include(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	struct bytes name, text;
	const char *path;
	int err = parse_string(a, &name);

	(void)arg;
	if (!err)
		err = expect_end(a);
	if (!err)
		err = find_file(a, (const char *)name.data, loc, &path, &text);
	if (!err)
		err = check_budget(a, text.size, loc);
	if (err)
		return err;
	a->expanded += text.size;
	return source_push(a, SOURCE_FILE, path, (const char *)text.data, text.size, loc);
}

/* .err, .error "text", .warning "text", .print "text" */
int dir_message(struct assembler *a, const struct loc *loc, unsigned int kind)
{
	struct bytes s = {(const uint8_t *)"the text says so", 0};

	if (!at_end(a) && parse_string(a, &s))
		return -EINVAL;
	if (kind == 0)
		return fail(a->d, loc, -EINVAL, "%s", (const char *)s.data);
	if (kind == 1)
		warn(a->d, loc, "%s", (const char *)s.data);
	else
		note(a->d, loc, "%s", (const char *)s.data);
	return 0;
}

int dir_end(struct assembler *a, const struct loc *loc, unsigned int arg)
{
	(void)loc;
	(void)arg;
	for (struct source *in = a->src; in; in = in->up)
		skip_rest(in);
	a->eol = a->p = a->end;
	return 0;
}
