/*
 * One binary, many commands: `ebpf NAME ...`, or a link called ebpf-NAME or bpfNAME. Nothing
 * happens before the command is found, so that starting costs what the dynamic linker costs.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "core/ebpf.h"

const struct command commands[] = {
#define COMMAND(name, group, brief) {#name, group, brief, cmd_##name, &cmd_##name##_argp},
#include "cmd/commands.def"
#undef COMMAND
};
const size_t ncommands = ARRAY_SIZE(commands);

static int print_version(int argc __unused, char **argv __unused)
{
	puts("ebpf " EBPF_VERSION);
	return EXIT_YES;
}

static int list_commands(int argc __unused, char **argv __unused)
{
	for (size_t i = 0; i < ncommands; i++)
		puts(commands[i].name);
	return EXIT_YES;
}

const struct main_option main_options[] = {
	{"--help", NULL, "list the commands", help_all},
	{"--version", NULL, "print the version", print_version},
	{"--list", NULL, "print the names of the commands", list_commands},
	{"--install", "DIR", "make a link ebpf-NAME in DIR for each command", install_main},
	{"--complete", "bash|zsh|fish", "write a completion script for the shell", complete_main},
};
const size_t nmain_options = ARRAY_SIZE(main_options);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ncommands; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int command_run(int argc, char **argv)
{
	const struct command *cmd = command_find(argv[0]);
	const char *names[ARRAY_SIZE(commands)], *near;
	char title[32];

	if (cmd) {
		snprintf(title, sizeof(title), "ebpf %s", cmd->name);
		argv[0] = title;
		return cmd->main(argc, argv);
	}
	for (size_t i = 0; i < ncommands; i++)
		names[i] = commands[i].name;
	near = nearest_name(argv[0], names, ncommands);
	usage_error("ebpf", near ? "unknown command '%s'; did you mean '%s'?"
				 : "unknown command '%s'; `ebpf help` lists them", argv[0], near);
}

/* The command that a link's name means: asm of ebpf-asm and bpfasm; NULL for ebpf itself. */
static const char *command_of_link(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;

	if (strncmp(base, "ebpf-", 5) == 0)
		return base + 5;
	if (strncmp(base, "bpf", 3) == 0 && command_find(base + 3))
		return base + 3;
	return NULL;
}

int main(int argc, char **argv)
{
	const char *link = argc ? command_of_link(argv[0]) : NULL;

	if (link) {
		argv[0] = (char *)link;
		return finish(command_run(argc, argv));
	}
	if (argc < 2)
		usage_error("ebpf", "no command; `ebpf help` lists them");
	for (size_t i = 0; i < nmain_options; i++)
		if (strcmp(argv[1], main_options[i].name) == 0)
			return finish(main_options[i].main(argc - 1, argv + 1));
	if (argv[1][0] == '-')
		usage_error("ebpf", "unknown option '%s'; `ebpf --help` lists them", argv[1]);
	return finish(command_run(argc - 1, argv + 1));
}
