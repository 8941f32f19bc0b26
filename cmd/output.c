#include "cmd/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"

const char *const out_format_names[OUT_FORMATS] = {
#define FORMAT(name, word) word,
#include "cmd/formats.def"
#undef FORMAT
};

static bool is_json(const struct out *o)
{
	return o->format == OUT_JSON || o->format == OUT_SARIF;
}

static void indent(struct out *o)
{
	strbuf_addch(&o->buf, '\n');
	for (unsigned int i = 0; i < o->depth; i++)
		strbuf_add(&o->buf, "  ");
}

/* What stands before a member: comma, line break, key. False when there is nobody to tell. */
static bool begin_member(struct out *o, const char *key)
{
	bool *filled = &o->filled[o->depth ? o->depth - 1 : 0];

	if (!is_json(o))
		return false;
	if (o->depth) {
		if (*filled)
			strbuf_addch(&o->buf, ',');
		*filled = true;
		indent(o);
	}
	if (key) {
		strbuf_add_json(&o->buf, key, strlen(key));
		strbuf_add(&o->buf, ": ");
	}
	return true;
}

void out_begin(struct out *o, enum out_format format, const char *schema)
{
	*o = (struct out){.format = format};
	out_open(o, NULL, OUT_OBJECT);
	if (format == OUT_SARIF) {
		out_string(o, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
		out_string(o, "version", "2.1.0");
	} else {
		out_string(o, "schema", schema);
	}
}

void out_open(struct out *o, const char *key, enum out_kind kind)
{
	if (!begin_member(o, key))
		return;
	if (o->depth == OUT_DEPTH)
		die("output nested deeper than %d", OUT_DEPTH);
	strbuf_addch(&o->buf, kind == OUT_LIST ? '[' : '{');
	o->kinds[o->depth] = kind;
	o->filled[o->depth++] = false;
}

void out_close(struct out *o)
{
	if (!is_json(o) || !o->depth)
		return;
	o->depth--;
	if (o->filled[o->depth])
		indent(o);
	strbuf_addch(&o->buf, o->kinds[o->depth] == OUT_LIST ? ']' : '}');
}

void out_text(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (is_json(o))
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&o->buf, fmt, ap);
	va_end(ap);
}

void out_text_mem(struct out *o, const void *text, size_t len)
{
	if (!is_json(o))
		strbuf_addmem(&o->buf, text, len);
}

void out_styled(struct out *o, enum out_style style, const char *fmt, ...)
{
	static const char *const colors[STYLE_COUNT] = {
		[STYLE_BAD] = "\033[1;31m",  [STYLE_GOOD] = "\033[1;32m",
		[STYLE_STRONG] = "\033[1m", [STYLE_CARET] = "\033[1;32m",
		[STYLE_FAINT] = "\033[2m",
	};
	va_list ap;

	if (is_json(o))
		return;
	if (o->color && colors[style])
		strbuf_add(&o->buf, colors[style]);
	va_start(ap, fmt);
	strbuf_vaddf(&o->buf, fmt, ap);
	va_end(ap);
	if (o->color && colors[style])
		strbuf_add(&o->buf, "\033[0m");
}

/* A property's value has commas and colons spelled out, too. */
static void add_escaped(struct strbuf *b, const char *text, bool is_property)
{
	for (; *text; text++)
		if (strchr("%\r\n", *text) || (is_property && strchr(":,", *text)))
			strbuf_addf(b, "%%%02X", (unsigned char)*text);
		else
			strbuf_addch(b, *text);
}

void out_annotation(struct out *o, const struct loc *loc, const char *title, const char *text)
{
	struct strbuf b = {0};

	strbuf_add(&b, "::error file=");
	add_escaped(&b, loc->file, true);
	if (loc->line)
		strbuf_addf(&b, ",line=%u", loc->line);
	if (loc->line && loc->col)
		strbuf_addf(&b, ",col=%u", loc->col);
	if (title) {
		strbuf_add(&b, ",title=");
		add_escaped(&b, title, true);
	}
	strbuf_add(&b, "::");
	add_escaped(&b, text, false);
	strbuf_addch(&b, '\n');
	out_text_mem(o, b.s, b.len);
	strbuf_free(&b);
}

void out_bool(struct out *o, const char *key, bool value)
{
	if (begin_member(o, key))
		strbuf_add(&o->buf, value ? "true" : "false");
}

void out_signed(struct out *o, const char *key, int64_t value)
{
	if (begin_member(o, key))
		strbuf_addf(&o->buf, "%lld", (long long)value);
}

void out_unsigned(struct out *o, const char *key, uint64_t value)
{
	if (begin_member(o, key))
		strbuf_addf(&o->buf, "%llu", (unsigned long long)value);
}

void out_string(struct out *o, const char *key, const char *value)
{
	if (!begin_member(o, key))
		return;
	if (value)
		strbuf_add_json(&o->buf, value, strlen(value));
	else
		strbuf_add(&o->buf, "null");
}

void out_bytes(struct out *o, const char *key, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	if (!begin_member(o, key))
		return;
	strbuf_addch(&o->buf, '"');
	for (size_t i = 0; i < size; i++)
		strbuf_addf(&o->buf, "%02x", bytes[i]);
	strbuf_addch(&o->buf, '"');
}

void out_flush(struct out *o)
{
	if (!o->buf.len)
		return;
	if ((fwrite(o->buf.s, 1, o->buf.len, stdout) != o->buf.len || fflush(stdout)) && !o->err)
		o->err = -errno;
	strbuf_reset(&o->buf);
}

/*
 * What finish() would ask about after others have set errno. That it is closed is no EBADF, which a
 * running kernel says of a descriptor that a program was given.
 */
static int said_flush(struct out *o, struct diag *d)
{
	out_flush(o);
	if (o->err && o->err != -EPIPE)
		fail(d, NULL, o->err, "standard output: %s", strerror(-o->err));
	clearerr(stdout);
	return o->err == -EBADF ? -EIO : o->err;
}

static void close_all(struct out *o)
{
	while (is_json(o) && o->depth)
		out_close(o);
	if (is_json(o))
		strbuf_addch(&o->buf, '\n');
}

void out_expect_last(struct out *o)
{
	enum { ROOM = OUT_DEPTH * (2 * OUT_DEPTH + 3) }; /* what closing each level takes */

	strbuf_reserve(&o->buf, ROOM);
}

void out_last(struct out *o)
{
	close_all(o);
	for (size_t done = 0; done < o->buf.len;) {
		ssize_t n = write(STDOUT_FILENO, o->buf.s + done, o->buf.len - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

int out_end(struct out *o, const char *path, struct diag *d)
{
	int err = 0;

	close_all(o);
	if (path && strcmp(path, "-") != 0)
		err = file_write(path, strbuf_str(&o->buf), o->buf.len, d);
	else
		err = said_flush(o, d);
	strbuf_free(&o->buf);
	return err;
}
