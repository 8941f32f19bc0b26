/* RFC 8259's grammar, in recursive descent. */
#include "cmd/json.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/strbuf.h"

enum { MAX_NESTING = 64 };

struct reader {
	struct json_doc *doc;
	struct arena *arena;
	const char *at;
	int depth;
};

int json_fail(const struct json_doc *doc, const char *at, int err, const char *fmt, ...)
{
	const char *line = (const char *)doc->text.data, *end = line + doc->text.size;
	struct loc loc = {.file = doc->file, .line = 1};
	char why[512];
	va_list ap;

	for (const char *p = line; p < at && p < end; p++)
		if (*p == '\n') {
			loc.line++;
			line = p + 1;
		}
	loc.col = (uint32_t)(at - line) + 1;
	loc.text = line;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return fail(doc->d, &loc, err, "%s", why);
}

static int bad(const struct reader *r, const char *why)
{
	return json_fail(r->doc, r->at, -EINVAL, "%s", why);
}

static char peek(struct reader *r)
{
	while (*r->at && strchr(" \t\r\n", *r->at))
		r->at++;
	return *r->at;
}

static bool take(struct reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->at++;
	return true;
}

static void add_utf8(struct strbuf *b, unsigned int c)
{
	if (c < 0x80) {
		strbuf_addch(b, (char)c);
	} else if (c < 0x800) {
		strbuf_addch(b, (char)(0xc0 | c >> 6));
		strbuf_addch(b, (char)(0x80 | (c & 0x3f)));
	} else {
		strbuf_addch(b, (char)(0xe0 | c >> 12));
		strbuf_addch(b, (char)(0x80 | (c >> 6 & 0x3f)));
		strbuf_addch(b, (char)(0x80 | (c & 0x3f)));
	}
}

/* Behind a backslash. Halves of a surrogate pair stay two characters. */
static int escape(struct reader *r, struct strbuf *b)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which = *r->at ? strchr(from, *r->at) : NULL;
	unsigned int c = 0;

	if (which) {
		strbuf_addch(b, to[which - from]);
		r->at++;
		return 0;
	}
	if (*r->at != 'u')
		return bad(r, "no such escape");
	for (int i = 1; i <= 4; i++) {
		if (!isxdigit((unsigned char)r->at[i]))
			return bad(r, "expected four hex digits");
		c = c << 4 | (unsigned int)(isdigit((unsigned char)r->at[i])
						    ? r->at[i] - '0'
						    : (r->at[i] | 0x20) - 'a' + 10);
	}
	if (!c)
		return bad(r, "a string cannot hold a NUL");
	add_utf8(b, c);
	r->at += 5;
	return 0;
}

static int string(struct reader *r, const char **out)
{
	struct strbuf b = {0};
	int err = 0;

	if (!take(r, '"'))
		return bad(r, "expected a string");
	while (!err && *r->at != '"') {
		if ((unsigned char)*r->at < 0x20)
			err = bad(r, "a string without its end");
		else if (*r->at++ == '\\')
			err = escape(r, &b);
		else
			strbuf_addch(&b, r->at[-1]);
	}
	r->at++;
	*out = arena_strdup(r->arena, strbuf_str(&b));
	strbuf_free(&b);
	return err;
}

static int value(struct reader *r, struct json_node *n);

/* Behind the opening bracket, to the closing one. */
static int members(struct reader *r, struct json_node *n)
{
	char close = n->kind == JSON_OBJECT ? '}' : ']';
	struct json_node **tail = &n->first;
	int err = 0;

	if (take(r, close))
		return 0;
	do {
		struct json_node *m = *tail = arena_new(r->arena, struct json_node);

		tail = &m->next;
		if (n->kind == JSON_OBJECT) {
			err = string(r, &m->name);
			if (!err && !take(r, ':'))
				err = bad(r, "expected :");
		}
		if (!err)
			err = value(r, m);
	} while (!err && take(r, ','));
	if (err)
		return err;
	return take(r, close) ? 0 : bad(r, close == '}' ? "expected , or }" : "expected , or ]");
}

static int value(struct reader *r, struct json_node *n)
{
	char c = peek(r);
	int err = 0;

	n->at = r->at;
	if (r->depth == MAX_NESTING)
		return bad(r, "nested too deep");
	r->depth++;
	if (c == '{' || c == '[') {
		n->kind = c == '{' ? JSON_OBJECT : JSON_LIST;
		r->at++;
		err = members(r, n);
	} else if (c == '"') {
		n->kind = JSON_STRING;
		err = string(r, &n->str);
	} else {
		n->kind = JSON_WORD;
		while (isalnum((unsigned char)*r->at) || (*r->at && strchr("+-.", *r->at)))
			r->at++;
		if (r->at == n->at)
			err = bad(r, "expected a value");
		n->str = arena_strndup(r->arena, n->at, (size_t)(r->at - n->at));
	}
	r->depth--;
	n->len = (size_t)(r->at - n->at);
	return err;
}

int json_read(const char *path, struct arena *a, struct diag *d, struct json_doc *doc)
{
	struct reader r = {.doc = doc, .arena = a};
	int err;

	*doc = (struct json_doc){.file = strcmp(path, "-") == 0 ? "<stdin>" : path, .d = d};
	err = file_read(path, 0, a, d, &doc->text);
	if (err)
		return err;
	r.at = (const char *)doc->text.data;
	doc->root = arena_new(a, struct json_node);
	err = value(&r, doc->root);
	if (!err && (peek(&r) || r.at != (const char *)doc->text.data + doc->text.size))
		err = bad(&r, "more than one value");
	return err;
}

const struct json_node *json_member(const struct json_node *n, const char *name)
{
	if (n->kind != JSON_OBJECT)
		return NULL;
	for (const struct json_node *m = n->first; m; m = m->next)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

int json_number(const struct json_doc *doc, const struct json_node *n, uint64_t hi, uint64_t *out)
{
	char *end;

	if (n->kind != JSON_WORD || !isdigit((unsigned char)*n->str))
		return json_fail(doc, n->at, -EINVAL, "expected a number");
	errno = 0;
	*out = strtoull(n->str, &end, 0);
	if (*end)
		return json_fail(doc, n->at, -EINVAL, "expected a whole number");
	if (errno || *out > hi)
		return json_fail(doc, n->at, -EINVAL, "the number does not fit");
	return 0;
}
