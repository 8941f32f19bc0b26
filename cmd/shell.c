#include "cmd/shell.h"

#include <errno.h>

#include "cmd/command.h"
#include "cmd/common.h"

struct shell_options {
	struct common common;
	const char *script;
	bool keep_going;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct shell_options *o = state->input;

	switch (key) {
	case 'k':
		o->keep_going = true;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->script, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_shell_argp = {
	.options =
		(const struct argp_option[]){
			{"keep-going", 'k', NULL, 0, "A script goes on after an error", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "[SCRIPT]",
	.doc = "Type an instruction and see what it does to registers and memory. `help` at the "
	       "prompt lists what else can be typed.",
	.children = COMMON_CHILDREN,
};

static int status_of(int err)
{
	return err == -EFAULT ? EXIT_TRAPPED : err == -ECHILD ? EXIT_NO : exit_status(err);
}

int cmd_shell(int argc, char **argv)
{
	struct shell_options o = {.script = NULL};
	struct session s;
	struct input *in;
	struct out out;
	char *line;
	int err = 0, first = 0;

	parse_args(&cmd_shell_argp, argc, argv, &o, &o.common);
	in = input_open(o.script ? o.script : "-", &o.common.diag);
	if (!in)
		return EXIT_ENVIRONMENT;
	out_begin(&out, OUT_TEXT, "ebpf.shell/1");
	session_open(&s, &out, &o.common.diag, !input_is_terminal(in));
	if (!input_is_terminal(in))
		s.loc.file = o.script ? o.script : "-";
	while (!s.quit && (line = input_line(in))) {
		s.loc.line++;
		err = shell_line(&s, line);
		out_flush(&out);
		first = first ? first : err;
		if (err && !input_is_terminal(in) && !o.keep_going)
			break;
	}
	session_close(&s);
	err = out_end(&out, NULL, &o.common.diag);
	if (input_is_terminal(in))
		first = 0;
	input_close(in);
	return first ? status_of(first) : exit_status(err);
}
