/*
 * Diagnostics: the only writer to stderr. A failure is one statement where its cause is known:
 *
 *	return fail(d, &tok->loc, -EINVAL, "expected register, got '%s'", tok->text);
 *
 * prints "ebpf asm: prog.s:12:7: error: expected register, got 'q1'", the source line and a caret,
 * and returns -EINVAL for the callers to pass on. Callers of the library may take the messages
 * themselves (struct diag's sink).
 */
#ifndef CORE_BASE_DIAG_H
#define CORE_BASE_DIAG_H

#include <stdarg.h>

#include "core/base/base.h"

/* A place in an input. Everything may be missing: no file, no line (0), no column (0), no text. */
struct loc {
	const char *file;
	uint32_t line, col; /* from 1 */
	uint32_t len;	    /* columns to underline; 0 and 1 make a single caret */
	const char *text;   /* the source line; ends at a newline or NUL; NULL: none is shown */
};

enum severity { SEV_ERROR, SEV_WARNING, SEV_NOTE };
enum diag_format { DIAG_TEXT, DIAG_JSON };

struct diag {
	const char *prefix; /* "ebpf asm" */
	const char *about;  /* the input that messages without a place are about; NULL: not said */
	enum diag_format format;
	bool quiet; /* no warnings, no notes */
	bool color;
	bool hold;  /* keep messages until diag_flush(), which sorts them by place */
	unsigned int errors, warnings;
	unsigned int max_errors; /* further errors are counted, not shown; 0: no limit */
	/* Takes each message instead of stderr when set. */
	void (*sink)(struct diag *d, enum severity sev, const struct loc *loc, const char *msg);
	void *sink_arg;
	struct diag_held *held;
	size_t nheld, capheld;
	bool shows_progress; /* a line that progress() wrote stands there */
};

/* Says what is wrong; loc may be NULL. Returns err, a negative errno. */
int fail(struct diag *d, const struct loc *loc, int err, const char *fmt, ...) __printf(4, 5);
void warn(struct diag *d, const struct loc *loc, const char *fmt, ...) __printf(3, 4);
/* More about the message before it: a suggestion, the place of an earlier definition. */
void note(struct diag *d, const struct loc *loc, const char *fmt, ...) __printf(3, 4);
/* One line on a terminal that says what is being done, in place of the one before; NULL ends it. */
void progress(struct diag *d, const char *fmt, ...) __printf(2, 3);
/* Prints what was held, by file order of appearance and line, and frees it. */
void diag_flush(struct diag *d);
/* Forgets what was held, and that it was counted. */
void diag_discard(struct diag *d);
/* An error said by a handler of signals: nothing is allocated, held or counted; msg is short. */
void fail_last(const struct diag *d, const char *msg);
/* The last word of a process that cannot go on (out of memory): message, exit 4. */
void die(const char *fmt, ...) __printf(1, 2) __attribute__((noreturn));

/*
 * The name among names[n] nearest to word, for "did you mean"; NULL when none is near.
 * Distance is Damerau-Levenshtein (optimal string alignment), near is at most a third of the
 * length.
 */
const char *nearest_name(const char *word, const char *const *names, size_t n);

#endif
