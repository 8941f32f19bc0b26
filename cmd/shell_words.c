#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/shell.h"

#define MAX_ARGS 64
#define MAX_SOURCES 8

static int word_regs(struct session *s, char *args __unused)
{
	show_regs(s);
	return 0;
}

static int word_stack(struct session *s, char *args __unused)
{
	show_stack(s);
	return 0;
}

static int word_list(struct session *s, char *args __unused)
{
	show_list(s);
	return 0;
}

static int word_reset(struct session *s, char *args __unused)
{
	session_reset(s);
	return 0;
}

static int word_quit(struct session *s, char *args __unused)
{
	s->quit = true;
	return 0;
}

/*
 * Gives r1 and r2 a memory of these bytes: a loaded program begins again, a typed one is forgotten.
 */
static int word_mem(struct session *s, char *args)
{
	struct strbuf bytes = {0};
	char byte[3] = "";

	for (char *p = args; *p; p += 2) {
		p += strspn(p, " \t,");
		if (!*p)
			break;
		memcpy(byte, p, 2);
		if (!isxdigit((unsigned char)byte[0]) || !isxdigit((unsigned char)byte[1])) {
			strbuf_free(&bytes);
			return fail(s->diag, &s->loc, -EINVAL, "expected bytes in hex, got '%s'",
				    p);
		}
		strbuf_addch(&bytes, (char)strtoul(byte, NULL, 16));
	}
	if (bytes.len > PACKET_MAX)
		return fail(s->diag, &s->loc, -E2BIG, "more than %d bytes", PACKET_MAX);
	if (bytes.len) {
		strbuf_free(&s->mem);
		s->mem = bytes;
		session_rewind(s);
	}
	show_mem(s);
	return 0;
}

static int word_load(struct session *s, char *args)
{
	char *name = args + strcspn(args, " \t");
	int err;

	if (!*args)
		return fail(s->diag, &s->loc, -EINVAL, "load needs a file");
	if (*name) {
		*name++ = '\0';
		name += strspn(name, " \t");
	}
	err = session_load(s, args, *name ? name : NULL);
	if (!err)
		show_list(s);
	return err;
}

static int word_step(struct session *s, char *args)
{
	uint64_t n = *args ? strtoull(args, NULL, 0) : 1;

	if (s->step.insn >= s->prog->ninsns) {
		out_text(s->out, "at the end\n");
		return 0;
	}
	show_insn(s, s->step.insn);
	return session_run(s, n ? n : 1);
}

static int word_go(struct session *s, char *args __unused)
{
	return session_run(s, UINT64_MAX);
}

static int word_source(struct session *s, char *args)
{
	struct loc here = s->loc;
	struct input *in;
	char *line;
	int err = 0;

	if (s->sources >= MAX_SOURCES)
		return fail(s->diag, &s->loc, -ELOOP, "files source each other too deep");
	in = input_open(args, s->diag);
	if (!in)
		return -ENOENT;
	s->sources++;
	s->loc = (struct loc){.file = args};
	while (!err && !s->quit && (line = input_line(in))) {
		s->loc.line++;
		err = shell_line(s, line);
	}
	s->sources--;
	s->loc = here;
	input_close(in);
	return err;
}

const struct word shell_words[] = {
#define WORD(name, args, brief) {#name, args, brief, word_##name},
#include "cmd/shell.def"
#undef WORD
};
const size_t nshell_words = ARRAY_SIZE(shell_words);

static void show_help(struct session *s)
{
	out_text(s->out, "Type an instruction in any dialect, a directive, or a label.\n\n");
	for (size_t i = 0; i < nshell_words; i++) {
		const struct word *w = &shell_words[i];

		out_text(s->out, "  %s %-*s %s\n", w->name, (int)(16 - strlen(w->name)), w->args,
			 w->brief);
	}
	out_text(s->out, "\nCommands of ebpf work as well; `help COMMAND` explains one.\n");
}

/* In a child: a command may end its process, and its memory is its own. */
static int run_command(struct session *s, char *line)
{
	char *argv[MAX_ARGS];
	int argc = split_words(line, argv, MAX_ARGS), status = 0;
	pid_t pid;

	if (argc == -EINVAL)
		return fail(s->diag, &s->loc, argc, "a quote has no end");
	if (argc < 0)
		return fail(s->diag, &s->loc, -E2BIG, "more than %d words", MAX_ARGS - 1);
	out_flush(s->out);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(finish(command_run(argc, argv)));
	if (pid < 0)
		return fail(s->diag, &s->loc, -errno, "fork: %s", strerror(errno));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

int shell_line(struct session *s, char *line)
{
	size_t len;
	char *end;

	line += strspn(line, " \t");
	for (end = line + strlen(line); end > line && isspace((unsigned char)end[-1]);)
		*--end = '\0';
	s->loc.text = line;
	len = strcspn(line, " \t");
	if (!*line || *line == '#')
		return 0;
	for (size_t i = 0; i < nshell_words; i++) {
		const struct word *w = &shell_words[i];

		if (strlen(w->name) == len && strncmp(w->name, line, len) == 0)
			return w->run(s, line + len + strspn(line + len, " \t"));
	}
	if (strcmp(line, "help") == 0) {
		show_help(s);
		return 0;
	}
	for (size_t i = 0; i < ncommands; i++)
		if (strlen(commands[i].name) == len && strncmp(commands[i].name, line, len) == 0)
			return run_command(s, line);
	return session_type(s, line);
}
