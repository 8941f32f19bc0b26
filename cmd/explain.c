/* ebpf explain: what a refusal means, by its code, its message, or the log of a kernel. */
#include "cmd/explain.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/program_file.h"
#include "core/base/file.h"

enum {
	KEY_OBJECT = KEY_COMMAND,
	KEY_PROG,
};

struct explain_options {
	struct common common;
	struct load_options load;
	const char *word, *object, *prog;
};

struct explaining {
	const struct explain_options *o;
	struct diag *d;
	struct out out;
	struct program_file file;
	struct arena arena;
	VEC(struct finding) findings;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain_options *o = state->input;

	switch (key) {
	case KEY_OBJECT:
		o->object = arg;
		return 0;
	case KEY_PROG:
		o->prog = arg;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->word, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_explain_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json|sarif|github"),
			{"object", KEY_OBJECT, "OBJ", 0,
			 "The object that the log is of: it has lines and columns that the log "
			 "does "
			 "not show",
			 0},
			{"prog", KEY_PROG, "NAME", 0,
			 "The program of it, where the log does not say which", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "[CODE|MESSAGE|FILE]",
	.doc = "Say what a refusal means: by its code, as `ebpf verify` writes it, by the message "
	       "of "
	       "a kernel, or by the log of a verifier in a file or, with -, on standard input. "
	       "Without an argument, list all reasons. Exit code 1: the log is of a program that "
	       "was rejected.",
	.children = COMMON_CHILDREN,
};

/* ---- logs ---- */

static void show_program(struct explaining *x, const struct explanation *e)
{
	const char *name = e->prog ? e->prog : "program";

	out_open(&x->out, NULL, OUT_OBJECT);
	out_field(&x->out, "name", e->prog);
	out_styled(&x->out, STYLE_STRONG, "%s: ", name);
	if (e->rejected) {
		out_field(&x->out, "verdict", "rejected");
		out_styled(&x->out, STYLE_BAD, "rejected: ");
		out_text(&x->out, "%s\n", e->message);
		out_field(&x->out, "message", e->message);
		show_explanation(&x->out, e);
		write_explanation(&x->out, e);
	} else if (e->processed) {
		out_field(&x->out, "verdict", "accepted");
		out_styled(&x->out, STYLE_GOOD, "accepted");
		out_text(&x->out, ": %llu insns processed\n", (unsigned long long)e->processed);
	} else {
		out_field(&x->out, "verdict", "unknown");
		out_text(&x->out, "the log has no verdict\n");
	}
	if (e->processed)
		out_field(&x->out, "processed", e->processed);
	out_close(&x->out);
}

static int open_object(struct explaining *x, struct explain_input *in)
{
	int err;

	if (!x->o->object)
		return 0;
	err = program_file_open(&x->file, x->o->object, &x->o->load, x->d);
	if (err)
		return err;
	in->image = x->file.image;
	for (uint32_t i = 0; x->o->prog && i < in->image->nprogs; i++)
		if (strcmp(in->image->progs[i].name, x->o->prog) == 0)
			in->prog = &in->image->progs[i];
	if (x->o->prog && !in->prog)
		return fail(x->d, &(struct loc){.file = x->o->object}, -ESRCH, "no program %s",
			    x->o->prog);
	return 0;
}

static int explain_logs(struct explaining *x, struct bytes text)
{
	struct explain_input in = {.text = (const char *)text.data, .size = text.size};
	struct explanation *all;
	size_t n;
	int err = open_object(x, &in);

	if (err)
		return err;
	all = explain(&in, &x->arena, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i].rejected)
			vec_push(&x->findings, ((struct finding){x->o->word, &all[i]}));
	if (report_findings(&x->out, x->findings.v, x->findings.n))
		return 0;
	out_open(&x->out, "programs", OUT_LIST);
	for (size_t i = 0; i < n; i++)
		show_program(x, &all[i]);
	out_close(&x->out);
	return 0;
}

/* "E0801" */
static bool is_code(const char *word)
{
	return *word == 'E' && word[1] && !word[1 + strspn(word + 1, "0123456789")];
}

/* A file, or the text of a message, which no file is called. */
static int explain_word(struct explaining *x, const char *word)
{
	enum verify_reason reason = explain_reason(word);
	struct bytes text;
	int err;

	if (reason) {
		show_reason(&x->out, reason, &x->arena);
		return 0;
	}
	if (strchr(word, ' ') && access(word, F_OK) != 0)
		return explain_logs(x, (struct bytes){(const uint8_t *)word, strlen(word)});
	if (is_code(word) && access(word, F_OK) != 0)
		usage_error(x->d->prefix, "no reason has the code %s; `ebpf explain` lists all",
			    word);
	err = file_read(word, 0, &x->arena, x->d, &text);
	return err ? err : explain_logs(x, text);
}

int cmd_explain(int argc, char **argv)
{
	struct explain_options o = {0};
	struct explaining x = {.o = &o, .d = &o.common.diag};
	int err = 0, end;
	bool is_no;

	parse_args(&cmd_explain_argp, argc, argv, &o, &o.common);
	out_begin(&x.out, o.common.format, "ebpf.explain/1");
	x.out.color = wants_color(&o.common);
	if (o.word)
		err = explain_word(&x, o.word);
	else
		list_reasons(&x.out, &x.arena);
	end = err ? 0 : out_end(&x.out, o.common.output, x.d);
	err = err ? err : end;
	is_no = x.findings.n != 0;
	vec_free(&x.findings);
	program_file_free(&x.file);
	arena_free(&x.arena);
	return finish(err ? exit_status(err) : is_no ? EXIT_NO : EXIT_YES);
}
