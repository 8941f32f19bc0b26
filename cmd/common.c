#include "cmd/common.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"

static const struct argp_option common_options[] = {
	{"output", 'o', "FILE", 0, "Write the result to FILE; - is standard output", 0},
	{"quiet", 'q', NULL, 0, "No warnings and no summary", 0},
	{"verbose", 'v', NULL, 0, "Say more; twice says still more", 0},
	{"color", KEY_COLOR, "auto|always|never", 0, "Colour messages", 0},
	{"help", 'h', NULL, 0, "Print this help", 0},
	{0},
};

/* A terminal gets colour unless the environment says otherwise (no-color.org; EBPF_COLOR wins). */
static bool color_by_default(int fd)
{
	const char *ours = getenv("EBPF_COLOR"), *no = getenv("NO_COLOR");

	if (ours && strcmp(ours, "always") == 0)
		return true;
	if ((ours && strcmp(ours, "never") == 0) || (no && *no))
		return false;
	return isatty(fd);
}

bool wants_color(const struct common *c)
{
	if (c->color == COLOR_AUTO)
		return !c->output && color_by_default(STDOUT_FILENO);
	return c->color == COLOR_ALWAYS;
}

static void set_color(const struct argp_state *state, struct common *c, const char *arg)
{
	c->color = (enum color)choice(state, KEY_COLOR, arg);
	c->diag.color = c->color == COLOR_ALWAYS ||
			(c->color == COLOR_AUTO && color_by_default(STDERR_FILENO));
}

static void print_help(const struct argp_state *state)
{
	setenv("ARGP_HELP_FMT", "no-dup-args-note,opt-doc-col=31", 0);
	argp_help(state->root_argp, stdout, ARGP_HELP_SHORT_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC,
		  state->argv[0]);
	exit(finish(EXIT_YES));
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct common *c = state->input;

	switch (key) {
	case 'o':
		c->output = arg;
		return 0;
	case 'q':
		c->diag.quiet = true;
		return 0;
	case 'v':
		c->verbose++;
		return 0;
	case KEY_COLOR:
		set_color(state, c, arg);
		return 0;
	case 'h':
		print_help(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp common_argp = {.options = common_options, .parser = parse_common};

error_t parse_shared(int key, char *arg, struct argp_state *state, struct common *c)
{
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = c;
		return 0;
	case KEY_FORMAT:
		return set_format(state, c, arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

error_t set_word(const char **word, const char *arg)
{
	if (*word)
		return ARGP_ERR_UNKNOWN;
	*word = arg;
	return 0;
}

void option_rows_add(struct option_rows *rows, const struct argp *argp)
{
	const struct argp_option *o = argp->options;
	const char *arg = NULL;

	for (; o && (o->name || o->key || o->doc); o++) {
		if (!(o->flags & OPTION_ALIAS))
			arg = o->arg;
		if ((o->name || o->key) && !(o->flags & OPTION_HIDDEN))
			vec_push(rows, ((struct option_row){o, arg}));
	}
	for (const struct argp_child *c = argp->children; c && c->argp; c++)
		option_rows_add(rows, c->argp);
}

unsigned int choice(const struct argp_state *state, int key, const char *arg)
{
	struct option_rows rows = {0};
	size_t len = strlen(arg);

	option_rows_add(&rows, state->root_argp);
	vec_each(&rows, row) {
		const char *s = row->arg;

		if (row->opt->key != key || !s)
			continue;
		for (unsigned int i = 0; *s; i++) {
			size_t n = strcspn(s, "|");

			if (n == len && memcmp(s, arg, n) == 0) {
				vec_free(&rows);
				return i;
			}
			s += n + (s[n] == '|');
		}
		usage_error(state->argv[0], "--%s is %s, not '%s'", row->opt->name, row->arg, arg);
	}
	usage_error(state->argv[0], "no such choice: '%s'", arg);
}

error_t set_format(const struct argp_state *state, struct common *c, const char *arg)
{
	choice(state, KEY_FORMAT, arg);
	for (unsigned int i = 0; i < OUT_FORMATS; i++)
		if (strcmp(out_format_names[i], arg) == 0)
			c->format = (enum out_format)i;
	c->diag.format = c->format == OUT_JSON ? DIAG_JSON : DIAG_TEXT;
	return 0;
}

uint64_t number_arg(const struct argp_state *state, const char *option, const char *arg,
		    uint64_t lo, uint64_t hi)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = strtoull(arg, &end, 0);
	if (errno || end == arg || *end || strchr(arg, '-') || n < lo || n > hi)
		usage_error(state->argv[0], "%s is a number from %llu to %llu, not '%s'", option,
			    (unsigned long long)lo, (unsigned long long)hi, arg);
	return n;
}

void usage_error(const char *name, const char *fmt, ...)
{
	struct diag d = {.prefix = name, .color = color_by_default(STDERR_FILENO)};
	struct strbuf b = {0};
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&b, fmt, ap);
	va_end(ap);
	fail(&d, NULL, -EINVAL, "%s", strbuf_str(&b));
	strbuf_free(&b);
	exit(EXIT_USAGE);
}

/* The row that --name (len bytes of it) means; *count tells how many it may mean. */
static const struct option_row *find_long(const struct option_rows *rows, const char *name,
					  size_t len, unsigned int *count)
{
	const struct option_row *found = NULL;

	*count = 0;
	vec_each(rows, row) {
		if (!row->opt->name || strncmp(row->opt->name, name, len) != 0)
			continue;
		if (!row->opt->name[len]) {
			*count = 1;
			return row;
		}
		found = row;
		++*count;
	}
	return found;
}

static const struct option_row *find_short(const struct option_rows *rows, char c)
{
	vec_each(rows, row)
		if (c > ' ' && row->opt->key == c)
			return row;
	return NULL;
}

static void bad_name(const char *title, const struct option_rows *rows, const char *word,
		     size_t len)
{
	char *name = strndup(word, len);
	const char **names = xcalloc(rows->n + 1, sizeof(*names)), *near;

	for (size_t i = 0; i < rows->n; i++)
		names[i] = rows->v[i].opt->name;
	near = nearest_name(name, names, rows->n);
	usage_error(title, near ? "unknown option '--%s'; did you mean '--%s'?"
				: "unknown option '--%s'; --help lists them", name, near);
}

/* Judges word, a long option, and tells whether the next word is its argument. */
static bool check_long(const char *title, const struct option_rows *rows, const char *word,
		       bool is_last)
{
	size_t len = strcspn(word, "=");
	unsigned int count;
	const struct option_row *row = find_long(rows, word, len, &count);

	if (!row)
		bad_name(title, rows, word, len);
	if (count > 1)
		usage_error(title, "option '--%.*s' is ambiguous", (int)len, word);
	if (word[len] && !row->arg)
		usage_error(title, "option '--%s' takes no argument", row->opt->name);
	if (word[len] || !row->arg || row->opt->flags & OPTION_ARG_OPTIONAL)
		return false;
	if (is_last)
		usage_error(title, "option '--%s' needs an argument: %s", row->opt->name, row->arg);
	return true;
}

static bool check_short(const char *title, const struct option_rows *rows, const char *word,
			bool is_last)
{
	for (; *word; word++) {
		const struct option_row *row = find_short(rows, *word);

		if (!row)
			usage_error(title, "unknown option '-%c'; --help lists them", *word);
		if (!row->arg)
			continue;
		if (word[1] || row->opt->flags & OPTION_ARG_OPTIONAL)
			return false;
		if (is_last)
			usage_error(title, "option '-%c' needs an argument: %s", *word, row->arg);
		return true;
	}
	return false;
}

/*
 * argp tells that it could not go on, not why: its own messages are in getopt's style. Judges the
 * words as getopt would, and does not return when it finds the culprit.
 */
static void explain_failure(const struct argp *argp, int argc, char **argv)
{
	struct option_rows rows = {0};

	option_rows_add(&rows, argp);
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		const char *word = argv[i];
		bool is_last = i + 1 == argc;

		if (word[0] != '-' || !word[1])
			continue;
		if (word[1] == '-')
			i += check_long(argv[0], &rows, word + 2, is_last);
		else
			i += check_short(argv[0], &rows, word + 1, is_last);
	}
	vec_free(&rows);
}

void parse_args(const struct argp *argp, int argc, char **argv, void *input, struct common *c)
{
	int stopped = 0, err;

	c->diag.prefix = argv[0];
	c->diag.color = color_by_default(STDERR_FILENO);
	err = argp_parse(argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, &stopped, input);
	if (!err && stopped == argc)
		return;
	explain_failure(argp, argc, argv);
	if (stopped < argc)
		usage_error(argv[0], "unexpected argument '%s'", argv[stopped]);
	usage_error(argv[0], "wrong arguments; --help explains them");
}

int split_words(char *line, char **argv, int max)
{
	int argc = 0;

	while (*(line += strspn(line, " \t\n"))) {
		char *to = line, quote = '\0';

		if (argc == max - 1)
			return -E2BIG;
		argv[argc++] = to;
		for (; *line && (quote || !isspace((unsigned char)*line)); line++) {
			if (*line == quote)
				quote = '\0';
			else if (!quote && (*line == '"' || *line == '\''))
				quote = *line;
			else
				*to++ = *line;
		}
		if (quote)
			return -EINVAL;
		line += *line != '\0';
		*to = '\0';
	}
	argv[argc] = NULL;
	return argc;
}

const char *errno_name(int err)
{
	const char *name = err == ENOTSUPP ? "ENOTSUPP" : strerrorname_np(err);

	return name ? name : "an error without a name";
}

int exit_status(int err)
{
	static const int environment[] = {ENOENT,	EACCES, EPERM,	EIO,   ENOSPC, EISDIR,
					  ENOTDIR,	EMFILE, ENFILE, EROFS, ELOOP,  ENXIO,
					  ENAMETOOLONG, ENOMEM, EBUSY,	EPIPE, EAGAIN, EDQUOT};

	if (!err)
		return EXIT_YES;
	for (size_t i = 0; i < ARRAY_SIZE(environment); i++)
		if (-err == environment[i])
			return EXIT_ENVIRONMENT;
	return EXIT_MALFORMED;
}

int finish(int status)
{
	struct diag d = {.prefix = "ebpf"};

	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	if (errno != EPIPE) /* 0: an earlier write has failed */
		fail(&d, NULL, -EIO, "standard output: %s",
		     errno ? strerror(errno) : "not all of it could be written");
	clearerr(stdout); /* who asks again is not told twice */
	return status == EXIT_YES ? EXIT_ENVIRONMENT : status;
}
