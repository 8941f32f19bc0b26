#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"

struct help_options {
	struct common common;
	const char *topic;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct help_options *o = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		return set_word(&o->topic, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_help_argp = {
	.options = (const struct argp_option[]){OPTION_FORMAT("text|json"), {0}},
	.parser = parse,
	.args_doc = "[COMMAND|exit]",
	.doc = "List the commands, explain one of them, or list the exit codes.",
	.children = COMMON_CHILDREN,
};

static void add_exit_codes(struct out *o)
{
	out_text(o, "Exit codes of every command:\n");
	out_open(o, "exit_codes", OUT_LIST);
#define EXIT_CODE(name, number, meaning)                                                           \
	out_text(o, "  %3d  %s\n", number, meaning);                                               \
	out_open(o, NULL, OUT_OBJECT);                                                             \
	out_field(o, "code", number);                                                              \
	out_field(o, "meaning", meaning);                                                          \
	out_close(o);
#include "cmd/exit.def"
#undef EXIT_CODE
	out_close(o);
}

static void add_commands(struct out *o)
{
	const char *group = "";

	out_text(o, "Usage: ebpf COMMAND [ARGUMENT...]\n");
	out_open(o, "commands", OUT_LIST);
	for (size_t i = 0; i < ncommands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(group, c->group) != 0)
			out_text(o, "\n%s:\n", c->group);
		group = c->group;
		out_text(o, "  %-12s %s\n", c->name, c->brief);
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "name", c->name);
		out_field(o, "group", c->group);
		out_field(o, "brief", c->brief);
		out_close(o);
	}
	out_close(o);
	out_text(o, "\nInstead of a command:\n");
	for (size_t i = 0; i < nmain_options; i++) {
		const struct main_option *m = &main_options[i];

		out_text(o, "  %s %-*s %s\n", m->name, (int)(26 - strlen(m->name)),
			 m->arg ? m->arg : "", m->brief);
	}
	out_text(o,
		 "\n`ebpf COMMAND --help` explains a command, `ebpf help exit` the exit codes.\n");
}

int help_all(int argc __unused, char **argv __unused)
{
	struct diag d = {.prefix = "ebpf"};
	struct out o;

	out_begin(&o, OUT_TEXT, "ebpf.help/1");
	add_commands(&o);
	return exit_status(out_end(&o, NULL, &d));
}

int cmd_help(int argc, char **argv)
{
	struct help_options opts = {0};
	struct out o;

	parse_args(&cmd_help_argp, argc, argv, &opts, &opts.common);
	if (opts.topic && strcmp(opts.topic, "exit") != 0)
		return command_run(2, (char *[]){(char *)opts.topic, (char *)"--help", NULL});
	out_begin(&o, opts.common.format, "ebpf.help/1");
	if (opts.topic)
		add_exit_codes(&o);
	else
		add_commands(&o);
	return exit_status(out_end(&o, opts.common.output, &opts.common.diag));
}
