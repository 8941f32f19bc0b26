#include "core/base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"

void strbuf_reserve(struct strbuf *b, size_t more)
{
	size_t want = b->len + more + 1;

	if (want <= b->cap)
		return;
	b->cap = max(want, b->cap * 2 + 64);
	b->s = xrealloc(b->s, b->cap);
}

void strbuf_addmem(struct strbuf *b, const void *data, size_t len)
{
	strbuf_reserve(b, len);
	if (len)
		memcpy(b->s + b->len, data, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void strbuf_add(struct strbuf *b, const char *s)
{
	strbuf_addmem(b, s, strlen(s));
}

void strbuf_addch(struct strbuf *b, char c)
{
	strbuf_addmem(b, &c, 1);
}

void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	strbuf_reserve(b, 64);
	n = vsnprintf(b->s + b->len, b->cap - b->len, fmt, ap);
	if ((size_t)n >= b->cap - b->len) {
		strbuf_reserve(b, (size_t)n);
		vsnprintf(b->s + b->len, b->cap - b->len, fmt, again);
	}
	va_end(again);
	b->len += (size_t)n;
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(b, fmt, ap);
	va_end(ap);
}

void strbuf_pad(struct strbuf *b, size_t col, bool force)
{
	size_t start = b->len, width;

	while (start && b->s[start - 1] != '\n')
		start--;
	width = b->len - start;
	if (width >= col && force)
		strbuf_addch(b, ' ');
	for (; width < col; width++)
		strbuf_addch(b, ' ');
}

void strbuf_reset(struct strbuf *b)
{
	b->len = 0;
	if (b->s)
		b->s[0] = '\0';
}

void strbuf_free(struct strbuf *b)
{
	free(b->s);
	*b = (struct strbuf){0};
}
