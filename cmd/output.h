/*
 * The one writer of results. A command says everything once: out_text() for people, out_open(),
 * out_field(), out_close() for machines; the format decides which is heard, so that no command asks
 * "is this JSON?". Numbers stay numbers, bytes become hex strings, strings are escaped.
 *
 *	struct out o;
 *
 *	out_begin(&o, c->format, "ebpf.run/1");
 *	out_open(&o, "packets", OUT_LIST);
 *	out_open(&o, NULL, OUT_OBJECT);
 *	out_field(&o, "number", n);
 *	out_field(&o, "verdict", "drop");
 *	out_text(&o, "%u: drop\n", n);
 *	out_close(&o);
 *	out_close(&o);
 *	return out_end(&o, c->output, &c->diag);
 */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "core/base/diag.h"
#include "core/base/strbuf.h"

/* Formats of all commands by name; each command has some of them (OPTION_FORMAT). */
enum out_format {
#define FORMAT(name, word) OUT_##name,
#include "cmd/formats.def"
#undef FORMAT
	OUT_FORMATS
};
extern const char *const out_format_names[OUT_FORMATS];

enum out_kind { OUT_OBJECT, OUT_LIST };

#define OUT_DEPTH 16

struct out {
	enum out_format format;
	bool color; /* out_style() is heard */
	struct strbuf buf;
	unsigned int depth;
	enum out_kind kinds[OUT_DEPTH];
	bool filled[OUT_DEPTH]; /* has a member, so that the next needs a comma */
	int err; /* of the first write to standard output that failed */
};

/* Opens the document; in JSON an object whose first member is "schema". */
void out_begin(struct out *o, enum out_format format, const char *schema);
/* Closes what is open and writes it all to path (NULL: standard output). 0 or -errno, said. */
int out_end(struct out *o, const char *path, struct diag *d);
/* Sends what there is to standard output, for documents that grow while a command runs. */
void out_flush(struct out *o);

/*
 * For a handler of signals, which may allocate nothing: sets memory aside, and ends the document
 * on standard output.
 */
void out_expect_last(struct out *o);
void out_last(struct out *o);

/* key is NULL inside a list. */
void out_open(struct out *o, const char *key, enum out_kind kind);
void out_close(struct out *o);
/* Text for people; nothing in JSON. */
void out_text(struct out *o, const char *fmt, ...) __printf(2, 3);
void out_text_mem(struct out *o, const void *text, size_t len);
/* The same in a colour, where there is colour. */
enum out_style {
	STYLE_PLAIN,
	STYLE_BAD,
	STYLE_GOOD,
	STYLE_STRONG,
	STYLE_CARET,
	STYLE_FAINT,
	STYLE_COUNT
};
void out_styled(struct out *o, enum out_style style, const char *fmt, ...) __printf(3, 4);
/* An error as GitHub Actions shows it at its place; title may be NULL. */
void out_annotation(struct out *o, const struct loc *loc, const char *title, const char *text);

/* One member: a bool, any integer, or a string (NULL is null). */
#define out_field(o, key, value)                                                                   \
	_Generic((value),                                                                          \
		bool: out_bool,                                                                    \
		char *: out_string,                                                                \
		const char *: out_string,                                                          \
		int8_t: out_signed,                                                                \
		int16_t: out_signed,                                                               \
		int32_t: out_signed,                                                               \
		int64_t: out_signed,                                                               \
		default: out_unsigned)(o, key, value)
void out_bool(struct out *o, const char *key, bool value);
void out_signed(struct out *o, const char *key, int64_t value);
void out_unsigned(struct out *o, const char *key, uint64_t value);
void out_string(struct out *o, const char *key, const char *value);
/* A string of hex digits. */
void out_bytes(struct out *o, const char *key, const void *data, size_t size);

#endif
