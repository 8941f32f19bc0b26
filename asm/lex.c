#include "asm/local.h"

#include <ctype.h>
#include <strings.h>

struct loc loc_at(const struct assembler *a, const char *p, size_t len)
{
	const struct source *src = a->src;

	return (struct loc){
		.file = src->file,
		.line = src->line,
		.col = (uint32_t)(p - a->line) + 1,
		.len = (uint32_t)len,
		.text = src->text + (a->line - src->clean),
	};
}

bool is_word_start(char c)
{
	return isalpha((unsigned char)c) || c == '_' || c == '.' || c == '$';
}

bool is_word_char(char c)
{
	return is_word_start(c) || isdigit((unsigned char)c);
}

static size_t word_len(const struct assembler *a, const char *p)
{
	size_t n = 0;

	while (p + n < a->end && is_word_char(p[n]))
		n++;
	return n;
}

void skip_spaces(struct assembler *a)
{
	while (a->p < a->end && isspace((unsigned char)*a->p))
		a->p++;
}

struct loc here(const struct assembler *a)
{
	const char *p = a->p;

	while (p < a->end && isspace((unsigned char)*p))
		p++;
	return loc_at(a, p, max(word_len(a, p), (size_t)1));
}

bool at_end(struct assembler *a)
{
	skip_spaces(a);
	return a->p == a->end;
}

bool accept(struct assembler *a, const char *punct)
{
	size_t len = strlen(punct);

	skip_spaces(a);
	if ((size_t)(a->end - a->p) < len || memcmp(a->p, punct, len) != 0)
		return false;
	a->p += len;
	return true;
}

bool accept_word(struct assembler *a, const char *word)
{
	size_t len;

	skip_spaces(a);
	len = word_len(a, a->p);
	if (len != strlen(word) || strncasecmp(a->p, word, len) != 0)
		return false;
	a->p += len;
	return true;
}

/* What stands at the cursor, for "got '...'". */
static const char *found(struct assembler *a)
{
	size_t len;

	if (at_end(a))
		return "the end of the statement";
	len = word_len(a, a->p);
	return arena_printf(a->arena, "'%.*s'", (int)max(len, (size_t)1), a->p);
}

int expect(struct assembler *a, const char *punct)
{
	struct loc loc = here(a);

	if (accept(a, punct))
		return 0;
	return fail(a->d, &loc, -EINVAL, "expected '%s', got %s", punct, found(a));
}

int expect_end(struct assembler *a)
{
	struct loc loc = here(a);

	if (at_end(a))
		return 0;
	return fail(a->d, &loc, -EINVAL, "expected the end of the statement, got %s", found(a));
}

int parse_name(struct assembler *a, const char *what, const char **name)
{
	struct loc loc = here(a);
	struct bytes quoted;
	size_t len;
	int err;

	skip_spaces(a);
	if (a->p < a->end && *a->p == '"') {
		err = parse_string(a, &quoted);
		if (err)
			return err;
		if (quoted.size == 0 || memchr(quoted.data, 0, quoted.size))
			return fail(a->d, &loc, -EINVAL, "expected %s, got an empty string", what);
		*name = (const char *)quoted.data;
		return 0;
	}
	len = word_len(a, a->p);
	if (!len || !is_word_start(*a->p))
		return fail(a->d, &loc, -EINVAL, "expected %s, got %s", what, found(a));
	*name = arena_strndup(a->arena, a->p, len);
	a->p += len;
	return 0;
}

/*
 * One character, perhaps escaped, at *p; moves *p behind it. Negative when the escape is unknown.
 */
static int unescape(const char **p, const char *end)
{
	static const char from[] = "abfnrtv\\\"'", to[] = "\a\b\f\n\r\t\v\\\"'";
	const char *s = *p, *known;
	int value = 0, digits = 0;

	if (*s != '\\' || s + 1 >= end) {
		*p = s + 1;
		return (unsigned char)*s;
	}
	s++;
	known = memchr(from, *s, sizeof(from) - 1);
	if (known) {
		*p = s + 1;
		return to[known - from];
	}
	if (*s == 'x' || *s == 'X') {
		for (s++; s < end && isxdigit((unsigned char)*s); s++, digits++)
			value = (value << 4 | (isdigit((unsigned char)*s)
						       ? *s - '0'
						       : tolower((unsigned char)*s) - 'a' + 10)) &
				0xff;
	} else {
		for (; s < end && digits < 3 && *s >= '0' && *s <= '7'; s++, digits++)
			value = value << 3 | (*s - '0');
	}
	*p = s;
	return digits ? value & 0xff : -1;
}

int parse_string(struct assembler *a, struct bytes *out)
{
	struct loc loc = here(a);
	uint8_t *buf;
	size_t n = 0;

	if (!accept(a, "\""))
		return fail(a->d, &loc, -EINVAL, "expected a string, got %s", found(a));
	buf = arena_alloc(a->arena, (size_t)(a->end - a->p) + 1);
	while (a->p < a->end && *a->p != '"') {
		const char *start = a->p;
		int c = unescape(&a->p, a->end);

		if (c < 0) {
			loc = loc_at(a, start, 2);
			return fail(a->d, &loc, -EINVAL, "unknown escape in a string");
		}
		buf[n++] = (uint8_t)c;
	}
	if (a->p == a->end)
		return fail(a->d, &loc, -EINVAL, "string has no closing quote");
	a->p++;
	*out = (struct bytes){buf, n};
	return 0;
}

const char *parse_raw(struct assembler *a)
{
	const char *start;
	struct bytes s;

	skip_spaces(a);
	if (a->p < a->end && *a->p == '"')
		return parse_string(a, &s) ? NULL : (const char *)s.data;
	start = a->p;
	while (a->p < a->end && *a->p != ',' && !isspace((unsigned char)*a->p))
		a->p++;
	return arena_strndup(a->arena, start, (size_t)(a->p - start));
}

bool is_number(const struct assembler *a)
{
	return a->p < a->end && (isdigit((unsigned char)*a->p) || *a->p == '\'');
}

static int parse_char(struct assembler *a, uint64_t *num)
{
	struct loc loc = loc_at(a, a->p, 3);
	int c = -1;

	a->p++;
	if (a->p < a->end && *a->p != '\'')
		c = unescape(&a->p, a->end);
	if (c < 0 || a->p == a->end || *a->p != '\'')
		return fail(a->d, &loc, -EINVAL, "malformed character constant");
	a->p++;
	*num = (uint64_t)c;
	return 0;
}

static int digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isalpha((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : 99;
}

int parse_number(struct assembler *a, uint64_t *num)
{
	size_t len = word_len(a, a->p), i = 0;
	struct loc loc = loc_at(a, a->p, max(len, (size_t)1));
	unsigned int base = 10;
	uint64_t n = 0;

	if (*a->p == '\'')
		return parse_char(a, num);
	if (len > 1 && a->p[0] == '0') {
		base = 8;
		i = 1;
		if (tolower((unsigned char)a->p[1]) == 'x')
			base = 16;
		else if (tolower((unsigned char)a->p[1]) == 'b')
			base = 2;
		if (base != 8 && ++i == len)
			return fail(a->d, &loc, -EINVAL, "number '%.*s' has no digits", (int)len,
				    a->p);
	}
	for (; i < len; i++) {
		int digit = digit_value(a->p[i]);

		if (digit >= (int)base)
			return fail(a->d, &loc, -EINVAL, "malformed number '%.*s'", (int)len, a->p);
		if (__builtin_mul_overflow(n, (uint64_t)base, &n) ||
		    __builtin_add_overflow(n, (uint64_t)digit, &n))
			return fail(a->d, &loc, -EINVAL, "number '%.*s' needs more than 64 bits",
				    (int)len, a->p);
	}
	a->p += len;
	*num = n;
	return 0;
}
