/*
 * Lines for the shell. A terminal is read through libreadline when it can be loaded; it is a
 * library of the prompt alone, so that no other command pays for it.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/shell.h"

#define PROMPT "ebpf> "
#define HISTORY_LINES 1000

/* What we use of <readline/readline.h> and <readline/history.h>. */
struct readline {
	char *(*readline)(const char *prompt);
	void (*add_history)(const char *line);
	int (*read_history)(const char *path);
	int (*write_history)(const char *path);
	void (*stifle_history)(int lines);
	char **(*completion_matches)(const char *text, char *(*entry)(const char *, int));
	char **(**attempted_completion)(const char *, int, int);
};

struct input {
	FILE *file;
	bool is_terminal;
	struct readline rl;
	char *history; /* file; NULL: none is kept */
	char *line;
	size_t cap;
};

static bool load_readline(struct readline *rl)
{
	static const struct {
		const char *name;
		size_t at;
	} symbols[] = {
		{"readline", offsetof(struct readline, readline)},
		{"add_history", offsetof(struct readline, add_history)},
		{"read_history", offsetof(struct readline, read_history)},
		{"write_history", offsetof(struct readline, write_history)},
		{"stifle_history", offsetof(struct readline, stifle_history)},
		{"rl_completion_matches", offsetof(struct readline, completion_matches)},
		{"rl_attempted_completion_function",
		 offsetof(struct readline, attempted_completion)},
	};
	void *lib = dlopen("libreadline.so.8", RTLD_LAZY);

	for (size_t i = 0; lib && i < ARRAY_SIZE(symbols); i++) {
		void *sym = dlsym(lib, symbols[i].name);

		if (!sym)
			return false;
		memcpy((char *)rl + symbols[i].at, &sym, sizeof(sym));
	}
	return lib;
}

/*
 * The next word that begins as text does: the shell's own, then the commands. state 0 begins. What
 * readline calls back has no argument, hence the static variables here.
 */
static char *next_word(const char *text, int state)
{
	static size_t at;
	size_t len = strlen(text);

	if (!state)
		at = 0;
	while (at < nshell_words + ncommands) {
		const char *name = at < nshell_words ? shell_words[at].name
						     : commands[at - nshell_words].name;

		at++;
		if (strncmp(name, text, len) == 0)
			return strdup(name);
	}
	return NULL;
}

static char **(*matches_of)(const char *, char *(*)(const char *, int));

/* The first word of a line is ours to complete, files are readline's. */
static char **complete(const char *text, int start, int end __unused)
{
	return start ? NULL : matches_of(text, next_word);
}

/* $XDG_STATE_HOME/ebpf/history, made as far as it is not there. NULL: nowhere to put it. */
static char *history_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct strbuf b = {0};

	if (state && *state == '/')
		strbuf_add(&b, state);
	else if (home && *home == '/')
		strbuf_addf(&b, "%s/.local/state", home);
	else
		return NULL;
	strbuf_add(&b, "/ebpf/history");
	for (char *slash = b.s + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(b.s, 0700);
		*slash = '/';
	}
	return b.s;
}

struct input *input_open(const char *path, struct diag *d)
{
	struct input *in = xcalloc(1, sizeof(*in));

	in->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	if (!in->file) {
		fail(d, NULL, -errno, "%s: %s", path, strerror(errno));
		free(in);
		return NULL;
	}
	/* A command's process shares the file's position: nothing may be read ahead. */
	setvbuf(in->file, NULL, _IONBF, 0);
	in->is_terminal = in->file == stdin && isatty(STDIN_FILENO);
	if (!in->is_terminal || !load_readline(&in->rl)) {
		in->rl.readline = NULL;
		return in;
	}
	matches_of = in->rl.completion_matches;
	*in->rl.attempted_completion = complete;
	in->history = history_path();
	if (in->history)
		in->rl.read_history(in->history);
	in->rl.stifle_history(HISTORY_LINES);
	return in;
}

char *input_line(struct input *in)
{
	if (in->rl.readline) {
		free(in->line);
		in->line = in->rl.readline(PROMPT);
		if (in->line && *in->line)
			in->rl.add_history(in->line);
		return in->line;
	}
	if (in->is_terminal) {
		fputs(PROMPT, stdout);
		fflush(stdout);
	}
	if (getline(&in->line, &in->cap, in->file) < 0)
		return NULL;
	in->line[strcspn(in->line, "\n")] = '\0';
	return in->line;
}

bool input_is_terminal(const struct input *in)
{
	return in->is_terminal;
}

void input_close(struct input *in)
{
	if (in->history)
		in->rl.write_history(in->history);
	if (in->file != stdin)
		fclose(in->file);
	free(in->history);
	free(in->line);
	free(in);
}
