/* Reading a line of a log. */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>

void scan_blanks(struct scan *in)
{
	while (in->s < in->end && isspace((unsigned char)*in->s))
		in->s++;
}

bool scan_word(struct scan *in, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(in->end - in->s) < len || memcmp(in->s, word, len) != 0)
		return false;
	in->s += len;
	return true;
}

bool scan_uint(struct scan *in, uint64_t *n)
{
	const char *start = in->s;

	*n = 0;
	while (in->s < in->end && isdigit((unsigned char)*in->s))
		*n = *n * 10 + (uint64_t)(*in->s++ - '0');
	return in->s > start;
}

static bool scan_hex(struct scan *in, uint64_t *n)
{
	const char *start = in->s;

	*n = 0;
	for (; in->s < in->end && isxdigit((unsigned char)*in->s); in->s++) {
		int c = tolower((unsigned char)*in->s);

		*n = *n << 4 | (uint64_t)(isdigit(c) ? c - '0' : c - 'a' + 10);
	}
	return in->s > start;
}

bool scan_int(struct scan *in, int64_t *n)
{
	bool is_negative = scan_word(in, "-");
	uint64_t u;
	bool found;

	if (!is_negative)
		scan_word(in, "+");
	found = scan_word(in, "0x") ? scan_hex(in, &u) : scan_uint(in, &u);
	*n = (int64_t)(is_negative ? -u : u);
	return found;
}

struct bytes scan_until(struct scan *in, const char *chars)
{
	const char *start = in->s;

	while (in->s < in->end && !(*in->s && strchr(chars, *in->s)))
		in->s++;
	return (struct bytes){(const uint8_t *)start, (size_t)(in->s - start)};
}

bool scan_find(struct bytes text, const char *word, struct scan *in)
{
	size_t len = strlen(word);
	const char *at = text.size ? memmem(text.data, text.size, word, len) : NULL;

	*in = scan_of(text);
	if (at)
		in->s = at + len;
	return at != NULL;
}

bool bytes_begin(struct bytes b, const char *word)
{
	struct scan in = scan_of(b);

	return scan_word(&in, word);
}

bool bytes_equal(struct bytes b, const char *word)
{
	return b.size == strlen(word) && bytes_begin(b, word);
}

bool bytes_have(struct bytes b, const char *word)
{
	struct scan in;

	return scan_find(b, word, &in);
}

struct bytes bytes_trim(struct bytes b)
{
	while (b.size && isspace(b.data[0])) {
		b.data++;
		b.size--;
	}
	while (b.size && isspace(b.data[b.size - 1]))
		b.size--;
	return b;
}

char *bytes_str(struct arena *a, struct bytes b)
{
	return arena_strndup(a, (const char *)b.data, b.size);
}

bool number_after(struct bytes text, const char *key, int64_t *n)
{
	size_t len = strlen(key);

	for (size_t i = 0; i + len <= text.size; i++) {
		struct scan in = {(const char *)text.data + i, (const char *)text.data + text.size};

		/* A key is no end of another one: "off=" is not in "var_off=". */
		if (i && (isalnum(text.data[i - 1]) || text.data[i - 1] == '_') &&
		    isalpha((unsigned char)key[0]))
			continue;
		if (scan_word(&in, key) && scan_int(&in, n))
			return true;
	}
	return false;
}
