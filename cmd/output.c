#include "cmd/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/file.h"

const char *const out_format_names[OUT_FORMATS] = {
#define FORMAT(name, word) word,
#include "cmd/formats.def"
#undef FORMAT
};

static bool is_json(const struct out *o)
{
	return o->format == OUT_JSON;
}

/*
 * Length of the UTF-8 sequence at s, 0 when it is none: overlong forms, surrogates and what is
 * above U+10FFFF are none (RFC 3629, section 4).
 */
static size_t utf8_length(const unsigned char *s, size_t left)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3
										      : 4;

	if (!len || len > left || s[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return len;
}

static void add_control(struct strbuf *b, unsigned char c)
{
	static const char letters[] = "\bb\tt\nn\ff\rr";

	for (size_t i = 0; i + 1 < sizeof(letters); i += 2)
		if (c == (unsigned char)letters[i]) {
			strbuf_addf(b, "\\%c", letters[i + 1]);
			return;
		}
	strbuf_addf(b, "\\u%04x", c);
}

void json_string(struct strbuf *b, const char *str, size_t len)
{
	const unsigned char *s = (const unsigned char *)str, *end = s + len;

	strbuf_addch(b, '"');
	while (s < end) {
		size_t n = utf8_length(s, (size_t)(end - s));

		if (!n)
			strbuf_add(b, "\\ufffd");
		else if (*s == '"' || *s == '\\')
			strbuf_addf(b, "\\%c", *s);
		else if (*s < 0x20 || *s == 0x7f)
			add_control(b, *s);
		else
			strbuf_addmem(b, s, n);
		s += n ? n : 1;
	}
	strbuf_addch(b, '"');
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
		json_string(&o->buf, key, strlen(key));
		strbuf_add(&o->buf, ": ");
	}
	return true;
}

void out_begin(struct out *o, enum out_format format, const char *schema)
{
	*o = (struct out){.format = format};
	out_open(o, NULL, OUT_OBJECT);
	out_string(o, "schema", schema);
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
		json_string(&o->buf, value, strlen(value));
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
	fwrite(o->buf.s, 1, o->buf.len, stdout);
	fflush(stdout);
	strbuf_reset(&o->buf);
}

int out_end(struct out *o, const char *path, struct diag *d)
{
	int err = 0;

	while (is_json(o) && o->depth)
		out_close(o);
	if (is_json(o))
		strbuf_addch(&o->buf, '\n');
	if (path && strcmp(path, "-") != 0)
		err = file_write(path, strbuf_str(&o->buf), o->buf.len, d);
	else
		out_flush(o);
	strbuf_free(&o->buf);
	return err;
}
