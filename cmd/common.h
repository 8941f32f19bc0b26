/*
 * What the commands' command lines share. A command's options struct holds a struct common; its
 * argp has COMMON_CHILDREN, its parser leaves the other keys to parse_shared(), and its main begins
 * with parse_args():
 *
 *	static error_t parse(int key, char *arg, struct argp_state *state)
 *	{
 *		struct my_options *o = state->input;
 *
 *		switch (key) {
 *		...
 *		case ARGP_KEY_ARG:
 *			return set_word(&o->path, arg);
 *		default:
 *			return parse_shared(key, arg, state, &o->common);
 *		}
 *	}
 *
 * Never argp_error() or argp_usage(), which do not know our style: usage_error().
 */
#ifndef CMD_COMMON_H
#define CMD_COMMON_H

#include <argp.h>

#include "cmd/output.h"
#include "core/base/diag.h"
#include "core/base/vec.h"

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct common {
	const char *output; /* -o FILE; NULL: standard output */
	enum color color;   /* of what is written there; the diag has its own */
	enum out_format format;
	unsigned int verbose;
	struct diag diag; /* prefix, --quiet, --color, and JSON messages with --format json */
};

enum {
	KEY_FORMAT = 0x1000,
	KEY_COLOR,
	KEY_COMMAND = 0x2000, /* the first key for a command's own long-only options */
};

/* --output, --quiet, --verbose, --color, --help. Its input is a struct common. */
extern const struct argp common_argp;
#define COMMON_CHILDREN ((const struct argp_child[]){{&common_argp, 0, NULL, -2}, {0}})

/* The keys that mean the same to every command: the beginning, and --format where there is one. */
error_t parse_shared(int key, char *arg, struct argp_state *state, struct common *c);
/* The only word that a command takes; a second one is unexpected. */
error_t set_word(const char **word, const char *arg);

/*
 * An option's argument written "text|json|dot" is a choice: what the help shows is what is accepted
 * and completed. OPTION_FORMAT("text|json") names the formats a command has, the first is the
 * default (set .format to another when it is not OUT_TEXT).
 */
#define OPTION_FORMAT(choices) {"format", KEY_FORMAT, choices, 0, "What to write", 0}
error_t set_format(const struct argp_state *state, struct common *c, const char *arg);
/* The position of arg among the choices of the option with this key; anything else is a usage
 * error. */
unsigned int choice(const struct argp_state *state, int key, const char *arg);
/* A number of any C base within [lo, hi]; anything else is a usage error naming the option. */
uint64_t number_arg(const struct argp_state *state, const char *option, const char *arg,
		    uint64_t lo, uint64_t hi);

/*
 * Parses, prints help when asked (and exits), sets the diag's prefix; a usage error exits with 64.
 */
void parse_args(const struct argp *argp, int argc, char **argv, void *input, struct common *c);
/* "ebpf asm: error: ...", and a hint at --help; exits with 64. name is argv[0] or state->name. */
void usage_error(const char *name, const char *fmt, ...) __printf(2, 3) __attribute__((noreturn));

/*
 * Splits a line, which it writes into, at blanks; quotes keep them. How many words, with a NULL
 * behind them; -E2BIG: more than max with that, -EINVAL: a quote has no end.
 */
int split_words(char *line, char **argv, int max);

/* Is text that goes to standard output, or to --output, to be coloured? */
bool wants_color(const struct common *c);

/* The exit code for what a library call returned: 0, malformed input or the environment. */
int exit_status(int err);
/* "EINVAL", of a positive number. */
const char *errno_name(int err);
/* Flushes standard output; what cannot be written turns a success into EXIT_ENVIRONMENT. */
int finish(int status);

/* One option of an argp tree, not a hidden one; aliases have the argument of what they alias. */
struct option_row {
	const struct argp_option *opt;
	const char *arg; /* NULL: takes none */
};
struct option_rows { /* a VEC */
	struct option_row *v;
	size_t n, cap;
};
void option_rows_add(struct option_rows *rows, const struct argp *argp);

#endif
