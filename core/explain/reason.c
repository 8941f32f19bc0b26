/*
 * From a message to what it means. Every message that core/verify can write is there with its
 * reason (verify_messages()); kernels before and after 6.18 have a few of their own (older.def). A
 * message may match several formats: the one with most letters of its own is meant.
 */
#include "core/explain/local.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const struct verify_message others[] = {
#define MESSAGE(why, text) {REASON_##why, text},
#include "core/explain/messages.def"
};

/* ---- does a text look as a format makes it? ---- */

/* What follows a '%': flags, width, length, and the letter that decides. */
static char read_conversion(const char **fmt)
{
	const char *s = *fmt;

	while (*s && strchr("#0- +.*hlzj123456789", *s))
		s++;
	*fmt = s + (*s != 0);
	return *s;
}

static bool take_number(struct scan *in, char conversion)
{
	const char *start = in->s;

	if (in->s < in->end && (*in->s == '-' || *in->s == '+'))
		in->s++;
	scan_word(in, "0x");
	while (in->s < in->end && (conversion == 'x' ? isxdigit((unsigned char)*in->s)
						     : isdigit((unsigned char)*in->s)))
		in->s++;
	return in->s > start;
}

/*
 * Texts of any length take as little as they can: where the rest does not fit, they take one letter
 * more. letters counts those of the format itself.
 */
static bool matches(const char *fmt, struct scan in, int depth, size_t *letters)
{
	for (;;) {
		char c;

		if (!*fmt) /* without a line's end, something else follows */
			return true;
		if (*fmt == '\n')
			return in.s == in.end;
		if (*fmt != '%' || fmt[1] == '%') {
			if (in.s == in.end || *in.s != *fmt)
				return false;
			fmt += *fmt == '%' ? 2 : 1;
			in.s++;
			++*letters;
			continue;
		}
		fmt++;
		c = read_conversion(&fmt);
		if (c != 's') {
			if (!take_number(&in, c))
				return false;
			continue;
		}
		for (; depth; in.s++) {
			size_t more = *letters;

			if (matches(fmt, in, depth - 1, &more)) {
				*letters = more;
				return true;
			}
			if (in.s == in.end)
				return false;
		}
		return false;
	}
}

enum { TEXTS_MAX = 8 }; /* %s in a format */

/* The same words are said of accesses and of calls: those of helpers and kernel functions. */
static bool is_about_calls(enum verify_reason reason)
{
	const char *category = verify_reasons[reason].category;

	return strcmp(category, "helpers") == 0 || strcmp(category, "kfuncs") == 0;
}

struct best {
	enum verify_reason reason;
	size_t letters;
	bool fits; /* the instruction is of the kind that the reason is for */
};

static void consider(struct best *best, const struct verify_message *m, struct bytes text,
		     bool is_call)
{
	size_t letters = 0;
	bool fits = is_about_calls(m->reason) == is_call;

	if (!matches(m->format, scan_of(text), TEXTS_MAX, &letters) || !letters)
		return;
	if (letters < best->letters || (letters == best->letters && (best->fits || !fits)))
		return;
	*best = (struct best){m->reason, letters, fits};
}

enum verify_reason reason_of(struct bytes message, bool is_call)
{
	const struct verify_message *const *all;
	struct best best = {0};
	size_t n;

	all = verify_messages(&n);
	for (size_t i = 0; i < n; i++)
		consider(&best, all[i], message, is_call);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		consider(&best, &others[i], message, is_call);
	return best.reason;
}

/* ---- reasons by name, and their texts ---- */

enum verify_reason explain_reason(const char *code)
{
	for (int i = 1; i < REASON_COUNT; i++)
		if (strcasecmp(verify_reasons[i].code, code) == 0 ||
		    strcasecmp(verify_reasons[i].name, code) == 0)
			return (enum verify_reason)i;
	return REASON_NONE;
}

const char *explain_text(struct arena *a, const char *text, const char *subject)
{
	struct strbuf b = {0};
	const char *at, *end;
	char *out;

	for (; (at = strstr(text, "${")) && (end = strchr(at, '}')); text = end + 1) {
		strbuf_addmem(&b, text, (size_t)(at - text));
		if (subject)
			strbuf_add(&b, subject);
		else
			strbuf_addmem(&b, at + 2, (size_t)(end - at - 2));
	}
	strbuf_add(&b, text);
	out = arena_strndup(a, strbuf_str(&b), b.len);
	strbuf_free(&b);
	return out;
}
