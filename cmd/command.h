/*
 * The command table. A subcommand is a row of commands.def, a function that takes its own argv
 * (argv[0] is "ebpf NAME") and returns an exit code, and an argp table: the only place where its
 * options are written. Help, completions and the checks of the manual read that table.
 */
#ifndef CMD_COMMAND_H
#define CMD_COMMAND_H

#include <argp.h>

#include "core/base/base.h"

enum exit_code {
#define EXIT_CODE(name, number, meaning) EXIT_##name = number,
#include "cmd/exit.def"
#undef EXIT_CODE
};

struct command {
	const char *name, *group, *brief;
	int (*main)(int argc, char **argv);
	const struct argp *argp;
};

#define COMMAND(name, group, brief)                                                                \
	int cmd_##name(int argc, char **argv);                                                     \
	extern const struct argp cmd_##name##_argp;
#include "cmd/commands.def"
#undef COMMAND

/* main.c */
extern const struct command commands[];
extern const size_t ncommands;
/* NULL when there is none. */
const struct command *command_find(const char *name);
/*
 * Runs argv[0] as a command; an unknown one is a usage error. argv[0] is replaced by "ebpf NAME".
 */
int command_run(int argc, char **argv);

/* help.c */
/* `ebpf --help`: usage, the commands by group, the options of ebpf itself. */
int help_all(int argc, char **argv);

/* complete.c */
/* `ebpf --complete SHELL`: writes the shell's completion script. */
int complete_main(int argc, char **argv);

/* install.c */
/* `ebpf --install DIR`: a link ebpf-NAME in DIR for each command. */
int install_main(int argc, char **argv);

/* What ebpf itself takes in a command's place; help and completions list these rows too. */
struct main_option {
	const char *name, *arg, *brief;
	int (*main)(int argc, char **argv); /* argv[0] is name */
};
extern const struct main_option main_options[];
extern const size_t nmain_options;

#endif
