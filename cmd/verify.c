/* ebpf verify: what Linux's verifier says of an object's programs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/program_file.h"
#include "cmd/verify.h"

enum {
	KEY_PROG = KEY_COMMAND,
	KEY_SECTION,
	KEY_TYPE,
	KEY_ATTACH_TYPE,
	KEY_ATTACH_FUNC,
	KEY_PROG_FLAGS,
	KEY_BTF,
	KEY_LOG_LEVEL,
	KEY_TIME,
};

/* A word of a table or a number; EMPTY asks for what the section says. */
static int parse_word(const char *arg, int (*by_name)(const char *, const char **),
		      const struct argp_state *state, const char *what)
{
	const char *near;
	char *end;
	long n = strtol(arg, &end, 0);
	int found;

	if (!*end && *arg)
		return (int)n;
	found = by_name(arg, &near);
	if (found < 0)
		usage_error(state->name, "unknown %s '%s'%s%s%s", what, arg,
			    near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
	return found;
}

static void parse_attach_type(struct verify_options *o, const char *arg,
			      const struct argp_state *state)
{
	o->prove.has_attach_type = *arg != 0;
	if (*arg)
		o->prove.attach_type =
			(uint32_t)parse_word(arg, attach_type_by_name, state, "attach type");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct verify_options *o = state->input;

	switch (key) {
	case KEY_PROG:
		o->prog = arg;
		return 0;
	case KEY_SECTION:
		o->section = arg;
		return 0;
	case KEY_TYPE:
		if (*arg)
			o->prove.type =
				(uint32_t)parse_word(arg, prog_type_by_name, state, "program type");
		o->load.prog_type = o->prove.type;
		return 0;
	case KEY_ATTACH_TYPE:
		parse_attach_type(o, arg, state);
		return 0;
	case KEY_ATTACH_FUNC:
		o->prove.attach_func = *arg ? arg : NULL;
		return 0;
	case KEY_PROG_FLAGS:
		if (*arg)
			o->prove.flags = (uint32_t)number_arg(state, "--prog-flags", arg, 0, 0xff);
		return 0;
	case KEY_BTF:
		o->load.btf = arg;
		return 0;
	case KEY_LOG_LEVEL:
		o->log_level = (uint32_t)number_arg(state, "--log-level", arg, 0, 7);
		/* As bpftool and veristat ask for it: a log ends in all statistics. */
		if (o->log_level)
			o->log_level |= VERIFY_LOG_STATS;
		return 0;
	case KEY_TIME:
		o->time = true;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->path, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_verify_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			{"prog", KEY_PROG, "NAME", 0, "Only the program of this name", 0},
			{"section", KEY_SECTION, "NAME", 0, "Only programs of this section", 0},
			{"type", KEY_TYPE, "TYPE", 0,
			 "The type of the programs, whatever their section says: xdp, kprobe, ... "
			 "or a number",
			 0},
			{"attach-type", KEY_ATTACH_TYPE, "TYPE", 0,
			 "What they are meant to be attached to: cgroup_inet_ingress, ... or a "
			 "number",
			 0},
			{"attach-func", KEY_ATTACH_FUNC, "NAME", 0,
			 "The kernel's function, hook or tracepoint that they are attached to", 0},
			{"prog-flags", KEY_PROG_FLAGS, "N", 0,
			 "Flags of loading, added: 1 strict alignment, 2 any alignment, "
			 "8 a state at every chance, 16 sleepable, ...",
			 0},
			{"btf", KEY_BTF, "FILE", 0, "The kernel's types", 0},
			{"log-level", KEY_LOG_LEVEL, "N", 0,
			 "Write the kernel's log and nothing else: 1 the path that failed, "
			 "2 everything, 4 only statistics, which the others end in",
			 0},
			{"time", KEY_TIME, NULL, 0, "Say how long it took", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "OBJ",
	.doc = "Say whether Linux 6.18 would load the programs of an object, and why not. Nothing "
	       "is loaded and no privileges are needed. Exit code 0: all are accepted; 1: one is "
	       "rejected.",
	.children = COMMON_CHILDREN,
};

static bool is_wanted(const struct verify_options *o, const struct prog_def *def)
{
	if (o->prog && strcmp(o->prog, def->name) != 0)
		return false;
	if (o->section && strcmp(o->section, def->section + (*def->section == '?')) != 0 &&
	    strcmp(o->section, def->section) != 0)
		return false;
	return o->prog || o->section || def->autoload;
}

static int judge_one(struct verify *v, const struct prog_def *def)
{
	struct prove_options opts = v->o->prove;
	struct verify_result result;
	struct strbuf log = {0};
	int err;

	if (!def->type && !opts.type)
		return fail(v->d, &(struct loc){.file = v->o->path}, -EINVAL,
			    "program %s: section '%s' does not say its type; --type does",
			    def->name, def->section);
	opts.log_level = v->o->log_level ? v->o->log_level : VERIFY_LOG_PATH;
	err = prove_prog(&v->prover, def, &opts, &log, &result);
	if (err == -ESRCH)
		return err;
	v->rejected += err != 0;
	v->judged++;
	if (v->o->log_level)
		out_text_mem(&v->out, strbuf_str(&log), log.len);
	else
		report_verdict(v, def, err, &log, &result);
	verify_result_free(&result);
	strbuf_free(&log);
	return 0;
}

/* What cannot be judged keeps none of the others from it. */
static int judge_all(struct verify *v)
{
	const struct image *image = v->file.image;
	int err = 0;

	out_open(&v->out, "programs", OUT_LIST);
	for (uint32_t i = 0; i < image->nprogs; i++) {
		int one = is_wanted(v->o, &image->progs[i]) ? judge_one(v, &image->progs[i]) : 0;

		err = err ? err : one;
	}
	out_close(&v->out);
	if (!err && !v->judged)
		err = fail(v->d, &(struct loc){.file = v->o->path}, -EINVAL,
			   v->o->prog || v->o->section ? "no such program" : "no program");
	return err;
}

int cmd_verify(int argc, char **argv)
{
	struct verify_options o = {.prove.caps = VERIFY_CAP_ALL};
	struct verify v = {.o = &o, .d = &o.common.diag};
	int err, end;

	parse_args(&cmd_verify_argp, argc, argv, &o, &o.common);
	if (!o.path)
		usage_error(argv[0], "which OBJ?");
	out_begin(&v.out, o.common.format, "ebpf.verify/1");
	err = program_file_open(&v.file, o.path, &o.load, v.d);
	if (!err)
		err = prove_open(&v.prover, v.file.image, &o.load, v.d);
	if (!err)
		err = judge_all(&v);
	end = v.judged ? out_end(&v.out, o.common.output, v.d) : 0;
	prove_close(&v.prover);
	program_file_free(&v.file);
	err = err ? err : end;
	return finish(err ? exit_status(err) : v.rejected ? EXIT_NO : EXIT_YES);
}
