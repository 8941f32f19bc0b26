#include "core/base/strbuf.h"

/*
 * Overlong forms, surrogates and what is above U+10FFFF are no sequences (RFC 3629, section 4).
 */
size_t utf8_length(const unsigned char *s, size_t left)
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

void strbuf_add_json(struct strbuf *b, const char *str, size_t len)
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
