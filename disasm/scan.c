#include "disasm/local.h"

#include <ctype.h>
#include <errno.h>

struct scan scan_open(struct bytes in, const char *path, struct diag *d)
{
	const char *text = (const char *)in.data;

	return (struct scan){text, text + in.size, text, {.file = path, .line = 1}, d};
}

static bool starts(const struct scan *s, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(s->end - s->p) >= len && memcmp(s->p, word, len) == 0;
}

static void step(struct scan *s)
{
	if (*s->p == '\n') {
		s->loc.line++;
		s->line = s->p + 1;
	}
	s->p++;
}

void scan_space(struct scan *s)
{
	while (s->p < s->end) {
		if (isspace((unsigned char)*s->p)) {
			step(s);
		} else if (starts(s, "//")) {
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		} else if (starts(s, "/*")) {
			while (s->p < s->end && !starts(s, "*/"))
				step(s);
			s->p += min(s->end - s->p, (ptrdiff_t)2);
		} else {
			return;
		}
	}
}

bool scan_accept(struct scan *s, char c)
{
	scan_space(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

int scan_fail(struct scan *s, const char *fmt, ...)
{
	struct strbuf b = {0};
	struct loc loc = s->loc;
	va_list ap;
	int err;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	loc.col = (uint32_t)(s->p - s->line) + 1;
	loc.text = s->line < s->end ? s->line : NULL;
	err = fail(s->d, &loc, -EINVAL, "%s", strbuf_str(&b));
	strbuf_free(&b);
	return err;
}

static unsigned int digit(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned int)(c - '0');
	return isxdigit((unsigned char)c) ? (unsigned int)(tolower((unsigned char)c) - 'a' + 10)
					  : UINT32_MAX;
}

int scan_number(struct scan *s, uint64_t *out)
{
	bool negative = scan_accept(s, '-');
	unsigned int base = 10;
	const char *first;

	scan_space(s);
	first = s->p;
	if (starts(s, "0x") || starts(s, "0X")) {
		base = 16;
		first = s->p += 2;
	} else if (s->end - s->p > 1 && *s->p == '0' && isdigit((unsigned char)s->p[1])) {
		base = 8;
	}
	for (*out = 0; s->p < s->end && digit(*s->p) < base; s->p++) {
		if (*out > (UINT64_MAX - digit(*s->p)) / base)
			return scan_fail(s, "the number does not fit 64 bits");
		*out = *out * base + digit(*s->p);
	}
	if (s->p == first)
		return scan_fail(s, s->p == s->end ? "expected a number, got the end"
						   : "expected a number");
	if (s->p < s->end && (isalnum((unsigned char)*s->p) || *s->p == '_'))
		return scan_fail(s, "'%c' is no digit of a base %u number", *s->p, base);
	if (negative)
		*out = -*out;
	return 0;
}

bool scan_bracket(struct scan *s)
{
	for (; s->p < s->end; s->p++) {
		char open;

		scan_space(s);
		if (s->p == s->end)
			return false;
		open = *s->p;
		if (open != '{' && open != '(')
			continue;
		s->p++;
		scan_space(s);
		if (s->p < s->end &&
		    (isdigit((unsigned char)*s->p) || *s->p == '.' || *s->p == '-'))
			return true;
		s->p--;
	}
	return false;
}
