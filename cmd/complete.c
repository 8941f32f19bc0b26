/* Completion scripts, written from the argp tables. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"

/* What an option's argument is, by the way it is written in the table. */
static bool is_choice(const char *arg)
{
	return arg && strchr(arg, '|');
}

static bool is_path(const char *arg)
{
	return arg && (strstr(arg, "FILE") || strstr(arg, "DIR"));
}

static void add_words(struct strbuf *b, const char *choices)
{
	for (; *choices; choices++)
		strbuf_addch(b, *choices == '|' ? ' ' : *choices);
}

static void bash_options(struct strbuf *b, const struct option_rows *rows)
{
	vec_each(rows, row) {
		if (row->opt->name)
			strbuf_addf(b, " --%s", row->opt->name);
		if (row->opt->key > ' ' && row->opt->key < 0x7f)
			strbuf_addf(b, " -%c", row->opt->key);
	}
}

/* The words that may follow the previous one: one case per option with choices. */
static void bash_choices(struct strbuf *b, const char *cmd, const struct option_rows *rows)
{
	vec_each(rows, row) {
		if (!is_choice(row->arg) || !row->opt->name)
			continue;
		strbuf_addf(b, "\t%s,--%s)\n\t\tCOMPREPLY=($(compgen -W '", cmd, row->opt->name);
		add_words(b, row->arg);
		strbuf_add(b, "' -- \"$cur\"))\n\t\treturn ;;\n");
	}
}

static void bash_commands(struct strbuf *b)
{
	for (size_t i = 0; i < ncommands; i++)
		strbuf_addf(b, "%s%s", i ? " " : "", commands[i].name);
}

static void complete_bash(struct strbuf *b)
{
	strbuf_add(b, "# bash completion for ebpf, written by `ebpf --complete bash`\n"
		      "_ebpf()\n{\n"
		      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		      "\tlocal cmd=${COMP_WORDS[1]} words=\n"
		      "\tCOMPREPLY=()\n"
		      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W '");
	bash_commands(b);
	for (size_t i = 0; i < nmain_options; i++)
		strbuf_addf(b, " %s", main_options[i].name);
	strbuf_add(b, "' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $cmd,$prev in\n");
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		bash_choices(b, commands[i].name, &rows);
		vec_free(&rows);
	}
	strbuf_add(b, "\tesac\n\tcase $cmd in\n");
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		strbuf_addf(b, "\t%s) words='", commands[i].name);
		bash_options(b, &rows);
		strbuf_add(b, "' ;;\n");
		vec_free(&rows);
	}
	strbuf_add(b, "\tesac\n"
		      "\tcase $cmd,$cur in\n"
		      "\t*,-*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
		      "\thelp,*) COMPREPLY=($(compgen -W '");
	bash_commands(b);
	strbuf_add(b, " exit' -- \"$cur\")) ;;\n"
		      "\t*) COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"
		      "\tesac\n"
		      "}\n"
		      "complete -o filenames -F _ebpf ebpf\n");
}

/* text inside single quotes of a shell; zsh's specs also read []: specially. */
static void add_quoted(struct strbuf *b, const char *text, const char *escaped)
{
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_add(b, "'\\''");
		else if (strchr(escaped, *text))
			strbuf_addf(b, "\\%c", *text);
		else
			strbuf_addch(b, *text);
	}
}

static void zsh_argument(struct strbuf *b, const char *arg)
{
	if (!arg)
		return;
	strbuf_add(b, ":");
	if (is_choice(arg)) {
		strbuf_add(b, "choice:(");
		add_words(b, arg);
		strbuf_add(b, ")");
		return;
	}
	add_quoted(b, arg, "[]:\\");
	strbuf_add(b, is_path(arg) ? ":_files" : ":");
}

static void zsh_spec(struct strbuf *b, const char *dash, const char *name,
		     const struct option_row *row)
{
	strbuf_addf(b, " \\\n\t\t\t'*%s%s", dash, name);
	if (row->arg && dash[1])
		strbuf_addch(b, '=');
	strbuf_add(b, "[");
	add_quoted(b, row->opt->doc ? row->opt->doc : "", "[]:\\");
	strbuf_add(b, "]");
	zsh_argument(b, row->arg);
	strbuf_add(b, "'");
}

static void zsh_options(struct strbuf *b, const struct option_rows *rows)
{
	vec_each(rows, row) {
		char letter[2] = {(char)row->opt->key, '\0'};

		if (row->opt->name)
			zsh_spec(b, "--", row->opt->name, row);
		if (row->opt->key > ' ' && row->opt->key < 0x7f)
			zsh_spec(b, "-", letter, row);
	}
}

static void complete_zsh(struct strbuf *b)
{
	strbuf_add(b, "#compdef ebpf\n# zsh completion for ebpf, written by `ebpf --complete zsh`\n"
		      "_ebpf()\n{\n"
		      "\tlocal -a commands=(\n");
	for (size_t i = 0; i < ncommands; i++) {
		strbuf_addf(b, "\t\t'%s:", commands[i].name);
		add_quoted(b, commands[i].brief, ":\\");
		strbuf_add(b, "'\n");
	}
	strbuf_add(b, "\t)\n\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n");
	strbuf_add(b, "\t\treturn\n\tfi\n\tlocal cmd=$words[2]\n\tshift words\n\t((CURRENT--))\n"
		      "\tcase $cmd in\n");
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		strbuf_addf(b, "\t%s)\n\t\t_arguments", commands[i].name);
		zsh_options(b, &rows);
		strbuf_addf(b, " \\\n\t\t\t'*:%s ;;\n", strcmp(commands[i].name, "help") == 0
							       ? "command:($commands[@]%%:*)'"
							       : "file:_files'");
		vec_free(&rows);
	}
	strbuf_add(b, "\tesac\n}\n_ebpf \"$@\"\n");
}

static void fish_option(struct strbuf *b, const char *cmd, const struct option_row *row)
{
	strbuf_addf(b, "complete -c ebpf -n '__fish_seen_subcommand_from %s'", cmd);
	if (row->opt->name)
		strbuf_addf(b, " -l %s", row->opt->name);
	if (row->opt->key > ' ' && row->opt->key < 0x7f)
		strbuf_addf(b, " -s %c", row->opt->key);
	if (row->arg)
		strbuf_add(b, is_path(row->arg) ? " -r -F" : " -x");
	if (is_choice(row->arg)) {
		strbuf_add(b, " -a '");
		add_words(b, row->arg);
		strbuf_add(b, "'");
	}
	if (row->opt->doc) {
		strbuf_add(b, " -d '");
		add_quoted(b, row->opt->doc, "\\");
		strbuf_add(b, "'");
	}
	strbuf_add(b, "\n");
}

static void complete_fish(struct strbuf *b)
{
	strbuf_add(b, "# fish completion for ebpf, written by `ebpf --complete fish`\n");
	for (size_t i = 0; i < ncommands; i++) {
		strbuf_addf(b, "complete -c ebpf -n __fish_use_subcommand -f -a %s -d '",
			    commands[i].name);
		add_quoted(b, commands[i].brief, "\\");
		strbuf_add(b, "'\n");
	}
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		vec_each(&rows, row)
			fish_option(b, commands[i].name, row);
		vec_free(&rows);
	}
}

static const struct {
	const char *name;
	void (*write)(struct strbuf *b);
} shells[] = {
	{"bash", complete_bash},
	{"zsh", complete_zsh},
	{"fish", complete_fish},
};

int complete_main(int argc, char **argv)
{
	struct diag d = {.prefix = "ebpf"};
	struct strbuf b = {0};
	struct out o;

	if (argc != 2)
		usage_error("ebpf", "--complete needs bash, zsh or fish");
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (strcmp(argv[1], shells[i].name) != 0)
			continue;
		shells[i].write(&b);
		out_begin(&o, OUT_TEXT, "ebpf.complete/1");
		out_text_mem(&o, b.s, b.len);
		strbuf_free(&b);
		return exit_status(out_end(&o, NULL, &d));
	}
	usage_error("ebpf", "--complete is bash, zsh or fish, not '%s'", argv[1]);
}
