/*
 * Logs come with what others wrote around them: "libbpf: ", a time and a host, a tab, "\r", or as
 * one line with "\n" spelled out. What all instructions of a log have in front of them is no part
 * of it; a line whose beginning has the same shape loses as much.
 */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

enum {
	PREFIX_MAX = 160, /* of one line */
	SPELLED_MIN = 2,  /* "\n" spelled out more often than written make a log of one line */
	ENOUGH = 4096,	  /* instructions to look at */
};

/* ---- one line that was many ---- */

static size_t count(const char *text, size_t size, const char *what)
{
	size_t n = 0, len = strlen(what);

	for (size_t i = 0; i + len <= size; i++)
		n += memcmp(text + i, what, len) == 0;
	return n;
}

/* What a backslash makes of a letter in JSON and in C; 0: nothing. */
static char spelled(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case '"':
	case '\\':
		return c;
	default:
		return 0;
	}
}

static struct bytes unspell(const char *text, size_t size, struct arena *a)
{
	char *out = arena_alloc(a, size + 1);
	size_t n = 0;

	for (size_t i = 0; i < size; i++) {
		char c = text[i] == '\\' && i + 1 < size ? spelled(text[i + 1]) : 0;

		out[n++] = c ? c : text[i];
		i += c != 0;
	}
	return (struct bytes){(const uint8_t *)out, n};
}

/* ---- what is no text ---- */

/* Colours of a terminal are dropped; other controls, which might do things to one, become blanks.
 */
static struct bytes clean(struct bytes text, struct arena *a)
{
	char *out = arena_alloc(a, text.size + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.size; i++) {
		uint8_t c = text.data[i];

		if (c == '\033' && i + 1 < text.size && text.data[i + 1] == '[') {
			for (i += 2; i < text.size && !isalpha(text.data[i]);)
				i++;
			continue;
		}
		out[n++] = c < ' ' && c != '\n' && c != '\t' ? ' ' : (char)c;
	}
	return (struct bytes){(const uint8_t *)out, n};
}

/* ---- prefixes ---- */

/* Does an instruction begin here: "12: (b7) "? */
static bool is_insn(struct scan in)
{
	uint64_t n;

	return scan_uint(&in, &n) && scan_word(&in, ": (") && in.end - in.s > 2 &&
	       isxdigit((unsigned char)in.s[0]) && isxdigit((unsigned char)in.s[1]) &&
	       in.s[2] == ')';
}

/* Where a line's instruction begins; its size: it has none. */
static size_t insn_at_column(struct bytes line)
{
	for (size_t i = 0; i < line.size && i < PREFIX_MAX; i++) {
		struct scan in = scan_of(line);

		/* Other instructions are quoted by what is said about precision. */
		if (bytes_begin((struct bytes){line.data + i, line.size - i}, "before "))
			break;
		in.s += i;
		if (isdigit(line.data[i]) && (!i || !isalnum(line.data[i - 1])) && is_insn(in))
			return i;
	}
	return line.size;
}

/* Digits and blanks change from line to line. */
static char shape_of(uint8_t c)
{
	if (isdigit(c) || isblank(c))
		return '0';
	return isalpha(c) ? 'a' : (char)c;
}

static bool has_shape(struct bytes line, struct bytes prefix)
{
	if (line.size < prefix.size)
		return false;
	for (size_t i = 0; i < prefix.size; i++)
		if (shape_of(line.data[i]) != shape_of(prefix.data[i]))
			return false;
	return true;
}

/* The prefix that most instructions have, and so all. */
static struct bytes find_prefix(const struct log_lines *lines)
{
	uint32_t seen[PREFIX_MAX] = {0};
	struct bytes first[PREFIX_MAX];
	size_t best = 0, n = 0;

	for (size_t i = 0; i < lines->n && n < ENOUGH; i++) {
		struct bytes line = lines->v[i];
		size_t at = insn_at_column(line);

		if (at >= line.size)
			continue;
		if (!seen[at]++)
			first[at] = (struct bytes){line.data, at};
		n++;
	}
	for (size_t i = 0; i < PREFIX_MAX; i++)
		if (seen[i] > seen[best])
			best = i;
	return seen[best] ? first[best] : (struct bytes){0};
}

/* Up to the quote that ends it: msg="0: (b7) r0 = 0" level=info */
static struct bytes unquote(struct bytes line, struct arena *a)
{
	size_t n = 0;

	while (n < line.size && line.data[n] != '"')
		n += line.data[n] == '\\' ? 2 : 1;
	return unspell((const char *)line.data, min(n, line.size), a);
}

void log_lines(const char *text, size_t size, struct arena *a, struct log_lines *out)
{
	struct bytes all = {(const uint8_t *)text, size}, prefix;
	size_t n = count(text, size, "\\n");
	struct scan in;

	if (n >= SPELLED_MIN && n > count(text, size, "\n"))
		all = unspell(text, size, a);
	all = clean(all, a);
	in = scan_of(all);
	while (in.s < in.end) {
		vec_push(out, scan_until(&in, "\n"));
		in.s += in.s < in.end;
	}
	prefix = find_prefix(out);
	vec_each(out, line) {
		if (has_shape(*line, prefix)) {
			line->data += prefix.size;
			line->size -= prefix.size;
			if (prefix.size && prefix.data[prefix.size - 1] == '"')
				*line = unquote(*line, a);
		}
		*line = bytes_trim(*line);
	}
}
