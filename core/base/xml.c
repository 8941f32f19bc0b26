/*
 * Text of any bytes in documents that may not hold them. XML 1.0 (section 2.2) has characters that
 * stand in no document, escaped or not; YAML has nearly the same (YAML 1.2.2, section 5.1).
 */
#include <string.h>

#include "core/base/strbuf.h"

static const char replacement[] = "\xef\xbf\xbd"; /* U+FFFD */

/* The length of a character that a document may hold, 0: it may not. */
static size_t good_length(const char *s, size_t left)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t n = utf8_length(u, left);

	if (n == 1 && (*u == 0x7f || (*u < 0x20 && !strchr("\t\n", *u))))
		return 0;
	/* C1 controls, U+FFFE and U+FFFF */
	if (n == 2 && u[0] == 0xc2 && u[1] < 0xa0)
		return 0;
	if (n == 3 && u[0] == 0xef && u[1] == 0xbf && u[2] >= 0xbe)
		return 0;
	return n;
}

void strbuf_add_printable(struct strbuf *b, const char *s, size_t len)
{
	const char *end = s + len;

	while (s < end) {
		size_t n = *s ? good_length(s, (size_t)(end - s)) : 0;

		strbuf_addmem(b, n ? s : replacement, n ? n : sizeof(replacement) - 1);
		s += n ? n : 1;
	}
}

void strbuf_add_xml(struct strbuf *b, const char *s, size_t len)
{
	struct strbuf text = {0};

	strbuf_add_printable(&text, s, len);
	for (size_t i = 0; i < text.len; i++)
		switch (text.s[i]) {
		case '&':
			strbuf_add(b, "&amp;");
			break;
		case '<':
			strbuf_add(b, "&lt;");
			break;
		case '>':
			strbuf_add(b, "&gt;");
			break;
		case '"':
			strbuf_add(b, "&quot;");
			break;
		default:
			strbuf_addch(b, text.s[i]);
		}
	strbuf_free(&text);
}
