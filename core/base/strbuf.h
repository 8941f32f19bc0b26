/* Growable text, always NUL-terminated once something was added. A zeroed one is empty. */
#ifndef CORE_BASE_STRBUF_H
#define CORE_BASE_STRBUF_H

#include <stdarg.h>

#include "core/base/base.h"

struct strbuf {
	char *s; /* NULL until something is added; strbuf_str() never is */
	size_t len, cap;
};

/* Room for so many bytes more, which then are added without allocating anything. */
void strbuf_reserve(struct strbuf *b, size_t more);
void strbuf_addmem(struct strbuf *b, const void *data, size_t len);
void strbuf_add(struct strbuf *b, const char *s);
void strbuf_addch(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __printf(2, 3);
void strbuf_vaddf(struct strbuf *b, const char *fmt, va_list ap);
/* Spaces up to column col of the last line; one space at least when force. */
void strbuf_pad(struct strbuf *b, size_t col, bool force);
/* json.c: length of the UTF-8 sequence at s, of which left bytes are there; 0: it is none. */
size_t utf8_length(const unsigned char *s, size_t left);
/* s as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD. */
void strbuf_add_json(struct strbuf *b, const char *s, size_t len);
/* xml.c: s without characters that no document of XML or YAML may hold; they become U+FFFD. */
void strbuf_add_printable(struct strbuf *b, const char *s, size_t len);
/* The same as text of XML or HTML: an element's, or an attribute's in double quotes. */
void strbuf_add_xml(struct strbuf *b, const char *s, size_t len);
/* Forgets the text, keeps the memory. */
void strbuf_reset(struct strbuf *b);
void strbuf_free(struct strbuf *b);

static inline const char *strbuf_str(const struct strbuf *b)
{
	return b->s ? b->s : "";
}

#endif
