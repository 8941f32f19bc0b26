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
	static const char *const paths[] = {"FILE", "DIR", "LIB", "OBJ", "SPEC", "PATH"};

	for (size_t i = 0; arg && i < ARRAY_SIZE(paths); i++)
		if (strstr(arg, paths[i]))
			return true;
	return false;
}

/* The words that a command may begin with: those in small letters that begin its ways of use. */
static void add_first_words(struct strbuf *b, const struct command *c)
{
	const char *use = c->argp->args_doc, *before = NULL;
	size_t len, old = 0;

	while (use && *use) {
		len = strspn(use, "abcdefghijklmnopqrstuvwxyz");
		if (len && (len != old || memcmp(use, before, len) != 0))
			strbuf_addf(b, "%s%.*s", before ? " " : "", (int)len, use);
		if (len) {
			before = use;
			old = len;
		}
		use = use[len] == '|' ? use + len + 1 : strchrnul(use, '\n');
		use += *use == '\n';
	}
}

/* Are its arguments names of a store? */
static bool takes_names(const struct command *c)
{
	return strcmp(c->group, "stored objects") == 0;
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

static void add_commands(struct strbuf *b)
{
	for (size_t i = 0; i < ncommands; i++)
		strbuf_addf(b, "%s%s", i ? " " : "", commands[i].name);
}

static void bash_words(struct strbuf *b)
{
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		strbuf_addf(b, "\t%s) words='", commands[i].name);
		bash_options(b, &rows);
		strbuf_add(b, "' first='");
		add_first_words(b, &commands[i]);
		strbuf_addf(b, "' stored=%s ;;\n", takes_names(&commands[i]) ? "1" : "");
		vec_free(&rows);
	}
}

static void complete_bash(struct strbuf *b)
{
	strbuf_add(b, "# bash completion for ebpf, written by `ebpf --complete bash`\n"
		      "_ebpf()\n{\n"
		      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		      "\tlocal cmd=${COMP_WORDS[1]} words= first= stored=\n"
		      "\tCOMPREPLY=()\n"
		      "\t[ \"$prev\" = = ] && prev=${COMP_WORDS[COMP_CWORD-2]}\n"
		      "\t[ \"$cur\" = = ] && cur=\n"
		      "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		      "\t\tCOMPREPLY=($(compgen -W '");
	add_commands(b);
	for (size_t i = 0; i < nmain_options; i++)
		strbuf_addf(b, " %s", main_options[i].name);
	strbuf_add(b, "' -- \"$cur\"))\n\t\treturn\n\tfi\n\tcase $cmd,$prev in\n");
	for (size_t i = 0; i < nmain_options; i++) {
		if (!is_choice(main_options[i].arg))
			continue;
		strbuf_addf(b, "\t%s,*)\n\t\tCOMPREPLY=($(compgen -W '", main_options[i].name);
		add_words(b, main_options[i].arg);
		strbuf_add(b, "' -- \"$cur\"))\n\t\treturn ;;\n");
	}
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		bash_choices(b, commands[i].name, &rows);
		vec_free(&rows);
	}
	strbuf_add(b, "\tesac\n\tcase $cmd in\n");
	bash_words(b);
	strbuf_add(b, "\tesac\n"
		      "\tcase $cmd,$cur in\n"
		      "\t*,-*) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")) ;;\n"
		      "\thelp,*) COMPREPLY=($(compgen -W '");
	add_commands(b);
	strbuf_add(b, " exit' -- \"$cur\")) ;;\n"
		      "\t*)\n"
		      "\t\t[ \"$COMP_CWORD\" -eq 2 ] || first=\n"
		      "\t\t[ -z \"$stored\" ] || first+=\" \"$(ebpf ls 2>/dev/null |\n"
		      "\t\t\twhile read -r name _; do echo \"$name\"; done)\n"
		      "\t\tCOMPREPLY=($(compgen -W \"$first\" -- \"$cur\") "
		      "$(compgen -f -- \"$cur\")) ;;\n"
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

static void zsh_descriptions(struct strbuf *b)
{
	strbuf_add(b, "\tlocal -a commands=(\n");
	for (size_t i = 0; i < ncommands; i++) {
		strbuf_addf(b, "\t\t'%s:", commands[i].name);
		add_quoted(b, commands[i].brief, ":\\");
		strbuf_add(b, "'\n");
	}
	strbuf_add(b, "\t) options=(\n");
	for (size_t i = 0; i < nmain_options; i++) {
		strbuf_addf(b, "\t\t'%s:", main_options[i].name);
		add_quoted(b, main_options[i].brief, ":\\");
		strbuf_add(b, "'\n");
	}
	strbuf_add(b, "\t)\n");
}

/* What follows a command besides options. */
static void zsh_arguments(struct strbuf *b, const struct command *c)
{
	struct strbuf first = {0};

	add_first_words(&first, c);
	if (first.len)
		strbuf_addf(b, " \\\n\t\t\t'1:word: _ebpf_first %s'", strbuf_str(&first));
	strbuf_add(b, " \\\n\t\t\t'*:");
	if (strcmp(c->name, "help") == 0) {
		strbuf_add(b, "command:(");
		add_commands(b);
		strbuf_add(b, " exit)");
	} else {
		strbuf_add(b, takes_names(c) ? "name: _ebpf_names" : "file:_files");
	}
	strbuf_add(b, "' ;;\n");
	strbuf_free(&first);
}

static void complete_zsh(struct strbuf *b)
{
	strbuf_add(b, "#compdef ebpf\n# zsh completion for ebpf, written by `ebpf --complete zsh`\n"
		      "_ebpf_names()\n{\n"
		      "\tlocal -a names=(${(f)\"$(ebpf ls 2>/dev/null)\"})\n"
		      "\tcompadd -- ${names%% *}\n"
		      "\t_files\n}\n"
		      "_ebpf_first()\n{\n"
		      "\tcompadd -- $@\n"
		      "\t_ebpf_names\n}\n"
		      "_ebpf()\n{\n");
	zsh_descriptions(b);
	strbuf_add(b, "\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n"
		      "\t\t_describe -o option options\n"
		      "\t\treturn\n\tfi\n\tlocal cmd=$words[2]\n\tshift words\n\t((CURRENT--))\n"
		      "\tcase $cmd in\n");
	for (size_t i = 0; i < nmain_options; i++) {
		if (!is_choice(main_options[i].arg))
			continue;
		strbuf_addf(b, "\t%s)\n\t\tcompadd ", main_options[i].name);
		add_words(b, main_options[i].arg);
		strbuf_add(b, " ;;\n");
	}
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		strbuf_addf(b, "\t%s)\n\t\t_arguments", commands[i].name);
		zsh_options(b, &rows);
		zsh_arguments(b, &commands[i]);
		vec_free(&rows);
	}
	strbuf_add(b, "\tesac\n}\n_ebpf \"$@\"\n");
}

static void fish_option(struct strbuf *b, const char *cmd, const struct option_row *row)
{
	strbuf_addf(b, "complete -c ebpf -n '__ebpf_is %s'", cmd);
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

static void fish_main_option(struct strbuf *b, const struct main_option *m)
{
	strbuf_addf(b, "complete -c ebpf -n __ebpf_is_first -l %s -d '", m->name + 2);
	add_quoted(b, m->brief, "\\");
	strbuf_add(b, "'\n");
	if (!is_choice(m->arg))
		return;
	strbuf_addf(b, "complete -c ebpf -n '__ebpf_is %s' -f -a '", m->name);
	add_words(b, m->arg);
	strbuf_add(b, "'\n");
}

/* What follows a command besides options; files do in any case. */
static void fish_arguments(struct strbuf *b, const struct command *c)
{
	struct strbuf first = {0};

	add_first_words(&first, c);
	if (first.len)
		strbuf_addf(b, "complete -c ebpf -n '__ebpf_is %s; and __ebpf_has 2' -a '%s'\n",
			    c->name, strbuf_str(&first));
	if (takes_names(c))
		strbuf_addf(b, "complete -c ebpf -n '__ebpf_is %s' -a '(__ebpf_names)'\n", c->name);
	if (strcmp(c->name, "help") == 0) {
		strbuf_addf(b, "complete -c ebpf -n '__ebpf_is %s' -f -a '", c->name);
		add_commands(b);
		strbuf_add(b, " exit'\n");
	}
	strbuf_free(&first);
}

static void complete_fish(struct strbuf *b)
{
	strbuf_add(b, "# fish completion for ebpf, written by `ebpf --complete fish`\n"
		      "function __ebpf_has\n"
		      "\ttest (count (commandline -opc)) -eq $argv[1]\nend\n"
		      "function __ebpf_is_first\n\t__ebpf_has 1\nend\n"
		      "function __ebpf_is\n"
		      "\tset -l words (commandline -opc)\n"
		      "\ttest (count $words) -gt 1; and test $words[2] = $argv[1]\nend\n"
		      "function __ebpf_names\n"
		      "\tebpf ls 2>/dev/null | string replace -r ' .*' ''\nend\n");
	for (size_t i = 0; i < ncommands; i++) {
		strbuf_addf(b, "complete -c ebpf -n __ebpf_is_first -f -a %s -d '",
			    commands[i].name);
		add_quoted(b, commands[i].brief, "\\");
		strbuf_add(b, "'\n");
	}
	for (size_t i = 0; i < nmain_options; i++)
		fish_main_option(b, &main_options[i]);
	for (size_t i = 0; i < ncommands; i++) {
		struct option_rows rows = {0};

		option_rows_add(&rows, commands[i].argp);
		vec_each(&rows, row)
			fish_option(b, commands[i].name, row);
		fish_arguments(b, &commands[i]);
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
