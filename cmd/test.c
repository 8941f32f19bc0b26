#include <errno.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/cover.h"
#include "cmd/test.h"

enum { KEY_FILTER = KEY_COMMAND, KEY_ENGINE, KEY_TIMEOUT, KEY_COVERAGE };
enum { TIMEOUT = 60, JOBS_MAX = 1024, DAY = 86400 };

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct test_options *o = state->input;

	switch (key) {
	case KEY_FILTER:
		o->filter = arg;
		return 0;
	case KEY_ENGINE:
		if (strcmp(arg, "all") != 0 && !engine_by_name(arg))
			engine_unknown(state->name, arg, ", all");
		o->engine = arg;
		return 0;
	case KEY_COVERAGE:
		o->coverage = arg;
		return 0;
	case KEY_TIMEOUT:
		o->timeout = (uint32_t)number_arg(state, "--timeout", arg, 1, DAY);
		return 0;
	case 'j':
		o->jobs = (uint32_t)number_arg(state, "-j", arg, 1, JOBS_MAX);
		return 0;
	case ARGP_KEY_ARG:
		vec_push(&o->paths, arg);
		return 0;
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_test_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|tap|json|junit|github"),
			{"filter", KEY_FILTER, "NAME", 0,
			 "Only cases whose file and name have that in them; * stands for anything",
			 0},
			{"jobs", 'j', "N", 0,
			 "Run N cases at a time (default: as many as there are processors)", 0},
			{"engine", KEY_ENGINE, "check|interp|fast|opt|all", 0,
			 "Who runs them; all: each that can, with the same answers (default check)",
			 0},
			{"coverage", KEY_COVERAGE, "FILE", 0,
			 "Count what runs of objects, and add it to the record FILE", 0},
			{"timeout", KEY_TIMEOUT, "SECONDS", 0,
			 "A case that takes longer fails (default 60)", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "FILE|DIR...",
	.doc = "Run the cases of test files (- is standard input), of all files *.t and *.data in "
	       "directories. A case "
	       "is a program, what it runs on, and what has to come of it. The result is text on "
	       "a terminal, otherwise TAP; exit code 1 when a case failed.",
	.children = COMMON_CHILDREN,
};

static void check_coverage(const struct test_options *o, const char *name)
{
	const struct engine_choice *engine = o->engine ? engine_by_name(o->engine) : NULL;

	if (o->coverage && cover_is_listing(o->coverage))
		usage_error(name, "--coverage writes a file, which `ebpf coverage` shows");
	if (o->coverage && engine && !engine->counts)
		usage_error(name, "machine code does not count: not with --engine %s", o->engine);
}

static int status_of(const struct tests *t, int err)
{
	if (err)
		return exit_status(err);
	if (t->malformed)
		return EXIT_MALFORMED;
	if (t->counts[TEST_FAILED] || !t->said)
		return EXIT_NO;
	return t->counts[TEST_SKIPPED] == t->said ? EXIT_SKIPPED : EXIT_YES;
}

static int run(struct tests *t)
{
	int err = tests_find(t);

	if (err)
		return err;
	if (!t->cases.n)
		fail(t->d, NULL, -ENOENT,
		     t->o->filter ? "no case has that name" : "there is no case");
	if (t->o->coverage)
		err = cover_load(&t->cover, t->o->coverage, t->d);
	if (err)
		return err;
	report_begin(t);
	report_progress(t);
	err = tests_run(t);
	if (!err && t->o->coverage)
		err = cover_close(&t->cover, t->o->coverage, &t->out, t->d);
	return err ? err : report_end(t);
}

int cmd_test(int argc, char **argv)
{
	struct test_options o = {
		.common.format = isatty(STDOUT_FILENO) ? OUT_TEXT : OUT_TAP,
		.jobs = (uint32_t)get_nprocs(),
		.timeout = TIMEOUT,
	};
	struct tests t = {.o = &o, .d = &o.common.diag};
	int err;

	parse_args(&cmd_test_argp, argc, argv, &o, &o.common);
	check_coverage(&o, argv[0]);
	if (!o.paths.n)
		usage_error(argv[0], "which FILE or DIR?");
	err = status_of(&t, run(&t));
	tests_free(&t);
	cover_free(&t.cover);
	vec_free(&o.paths);
	return finish(err);
}
