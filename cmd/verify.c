/* ebpf verify: what Linux's verifier says of an object's programs. */
#include "cmd/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "core/obj/prog_type.h"

enum {
	KEY_PROG = KEY_COMMAND,
	KEY_SECTION,
	KEY_TYPE,
	KEY_ATTACH_TYPE,
	KEY_ATTACH_FUNC,
	KEY_ATTACH_PROG,
	KEY_PROG_FLAGS,
	KEY_CAPS,
	KEY_UNPRIVILEGED,
	KEY_PROFILE,
	KEY_RECORD_PROFILE,
	KEY_BTF,
	KEY_KERNEL,
	KEY_KCONFIG,
	KEY_LOG_LEVEL,
	KEY_STATS,
	KEY_ANNOTATE,
	KEY_SORT,
	KEY_COMPARE,
	KEY_MAX_REGRESS,
	KEY_TIME,
	KEY_FACTS,
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

/* bpf,perfmon,net_admin,sys_admin; with or without CAP_ in front */
static uint32_t parse_caps(const char *arg, const struct argp_state *state)
{
	static const struct {
		const char *name;
		uint32_t cap;
	} caps[] = {
		{"bpf", VERIFY_CAP_BPF},
		{"perfmon", VERIFY_CAP_PERFMON},
		{"net_admin", VERIFY_CAP_NET_ADMIN},
		{"sys_admin", VERIFY_CAP_SYS_ADMIN},
	};
	uint32_t had = 0;

	for (size_t len; *arg; arg += len + (arg[len] == ',')) {
		size_t skip = strncasecmp(arg, "cap_", 4) == 0 ? 4 : 0, i = 0;

		len = strcspn(arg, ",");
		while (i < ARRAY_SIZE(caps) &&
		       (strlen(caps[i].name) != len - skip ||
			strncasecmp(caps[i].name, arg + skip, len - skip) != 0))
			i++;
		if (i == ARRAY_SIZE(caps))
			usage_error(
				state->name,
				"--caps is a list of bpf, perfmon, net_admin and sys_admin, not "
				"'%.*s'",
				(int)len, arg);
		had |= caps[i].cap;
	}
	return had;
}

static double parse_percent(const char *arg, const struct argp_state *state)
{
	char *end;
	double percent = strtod(arg, &end);

	if (end == arg || (strcmp(end, "%") != 0 && *end) || !(percent >= 0))
		usage_error(state->name, "--max-regress is a percentage as 10%%, not '%s'", arg);
	return percent;
}

/* How the programs are loaded. */
static error_t parse_loading(int key, char *arg, struct argp_state *state)
{
	struct verify_options *o = state->input;

	switch (key) {
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
	case KEY_ATTACH_PROG:
		o->attach_prog = arg;
		return 0;
	case KEY_PROG_FLAGS:
		if (*arg)
			o->prove.flags = (uint32_t)number_arg(state, "--prog-flags", arg, 0, 0xff);
		return 0;
	case KEY_CAPS:
		o->prove.caps = parse_caps(arg, state);
		return 0;
	case KEY_UNPRIVILEGED:
		o->prove.caps = 0;
		return 0;
	case KEY_PROFILE:
		o->profile = arg;
		return 0;
	case KEY_BTF:
		o->load.btf = arg;
		return 0;
	case KEY_KERNEL:
		o->kernel = o->load.btf = arg;
		return 0;
	case KEY_KCONFIG:
		o->load.kconfig = arg;
		return 0;
	default:
		return parse_shared(key, arg, state, &o->common);
	}
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
	case KEY_RECORD_PROFILE:
		o->record = arg;
		return 0;
	case KEY_BPFFS:
		o->bpffs = arg;
		return 0;
	case KEY_LOG_LEVEL:
		o->log_level = (uint32_t)number_arg(state, "--log-level", arg, 0, 7);
		/* As bpftool and veristat ask for it: a log ends in all statistics. */
		if (o->log_level)
			o->log_level |= VERIFY_LOG_STATS;
		return 0;
	case KEY_STATS:
		o->stats = true;
		return 0;
	case KEY_ANNOTATE:
		o->annotate = true;
		return 0;
	case KEY_SORT:
		o->sort = choice(state, key, arg);
		o->time |= o->sort == VERDICT_us + 1;
		return 0;
	case KEY_COMPARE:
		o->compare = arg;
		return 0;
	case KEY_MAX_REGRESS:
		o->max_regress = parse_percent(arg, state);
		return 0;
	case KEY_FACTS:
		o->prove.want_facts = true;
		return 0;
	case KEY_TIME:
		o->time = true;
		return 0;
	case ARGP_KEY_ARG:
		vec_push(&o->paths, arg);
		return 0;
	default:
		return parse_loading(key, arg, state);
	}
}

#define COLUMN_CHOICE(key, kind, title) "|" #key

const struct argp cmd_verify_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json|csv|sarif|github"),
			{"prog", KEY_PROG, "NAME", 0, "Only programs of this name", 0},
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
			 "The function, hook or tracepoint that they are attached to", 0},
			{"attach-prog", KEY_ATTACH_PROG, "OBJ[:PROG]", 0,
			 "The program that has this function; without it the kernel has", 0},
			{"prog-flags", KEY_PROG_FLAGS, "N", 0,
			 "Flags of loading, added: 1 strict alignment, 2 any alignment, "
			 "8 a state at every chance, 16 sleepable, ...",
			 0},
			{"caps", KEY_CAPS, "LIST", 0,
			 "The loader's capabilities, of bpf,perfmon,net_admin,sys_admin (default: "
			 "all)",
			 0},
			{"unprivileged", KEY_UNPRIVILEGED, NULL, 0, "The loader has none", 0},
			{"profile", KEY_PROFILE, "FILE", 0,
			 "What the kernel was configured without (default: nothing)", 0},
			{"record-profile", KEY_RECORD_PROFILE, "FILE", 0,
			 "Ask the kernel that runs what it was configured without, and write that",
			 0},
			{"btf", KEY_BTF, "FILE", 0, "The kernel's types", 0},
			{"kernel", KEY_KERNEL, "LIB", 0,
			 "A shared library that plays the kernel: its types, and what it "
			 "declares (ebpf-kernel(7))",
			 0},
			{"kconfig", KEY_KCONFIG, "FILE", 0,
			 "The kernel's configuration, which programs may ask for", 0},
			OPTION_BPFFS,
			{"log-level", KEY_LOG_LEVEL, "N", 0,
			 "Write the kernel's log and nothing else: 1 the path that failed, "
			 "2 everything, 4 only statistics, which the others end in",
			 0},
			{"annotate", KEY_ANNOTATE, NULL, 0,
			 "Write the programs out, with what is known before each instruction", 0},
			{"stats", KEY_STATS, NULL, 0,
			 "A table of what it took to walk the programs", 0},
			{"sort", KEY_SORT, "input" VERDICT_COLUMNS(COLUMN_CHOICE), 0,
			 "The order of the programs: large numbers first", 0},
			{"compare", KEY_COMPARE, "FILE", 0,
			 "Say what is not as it was in FILE, written by --format json; exit code 1 "
			 "when a program got worse",
			 0},
			{"max-regress", KEY_MAX_REGRESS, "N%", 0,
			 "How much more may be walked before that is worse (default 0%)", 0},
			{"time", KEY_TIME, NULL, 0, "Say how long it took", 0},
			{"facts", KEY_FACTS, NULL, 0,
			 "For developers: what is true at each instruction of accepted programs, "
			 "whatever way led there",
			 0},
			{0},
		},
	.parser = parse,
	.args_doc = "OBJ...",
	.doc = "Say whether Linux 6.18 would load the programs of objects, or a program of the "
	       "store, and why not. Nothing is loaded and no privileges are needed. Exit code 0: "
	       "all "
	       "are accepted; 1: one is rejected. With -q there is nothing but the exit code.",
	.children = COMMON_CHILDREN,
};

/* Goes on with other objects after one that is malformed; the first error counts. */
static int judge_objects(struct verify *v)
{
	struct prove_options prove;
	int err = verify_prepare(v, &prove), first = err;

	for (size_t i = 0; i < v->o->paths.n && !err; i++) {
		int bad = verify_object(v, v->o->paths.v[i], &prove);

		first = first ? first : bad;
	}
	progress(v->d, NULL);
	return first;
}

static int report(struct verify *v)
{
	const struct verify_options *o = v->o;
	int err = 0, end;

	report_verdicts(v);
	if (o->compare)
		err = compare_verdicts(v);
	if (o->common.diag.quiet && !o->common.output)
		strbuf_reset(&v->out.buf);
	else if (!err && (end = out_end(&v->out, o->common.output, v->d)) != 0)
		err = end;
	return err;
}

int cmd_verify(int argc, char **argv)
{
	struct verify_options o = {.prove.caps = VERIFY_CAP_ALL};
	struct verify v = {.o = &o, .d = &o.common.diag};
	int err = 0, said;
	bool is_no;

	parse_args(&cmd_verify_argp, argc, argv, &o, &o.common);
	if (!o.paths.n && !o.record)
		usage_error(argv[0], "which OBJ?");
	if (o.record)
		err = record_profile(&o, v.d);
	if (err == -ENOTSUPP)
		return finish(EXIT_SKIPPED);
	out_begin(&v.out, o.common.format, "ebpf.verify/1");
	v.out.color = wants_color(&o.common);
	if (!err && o.paths.n)
		err = judge_objects(&v);
	said = v.verdicts.n ? report(&v) : 0;
	err = err ? err : said;
	is_no = o.compare ? v.worse : v.rejected;
	verify_end(&v);
	vec_free(&o.paths);
	if (v.misnamed)
		return finish(EXIT_USAGE);
	return finish(err ? exit_status(err) : is_no ? EXIT_NO : EXIT_YES);
}
