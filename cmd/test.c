#include <errno.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/test.h"

enum { KEY_FILTER = KEY_COMMAND, KEY_ENGINE, KEY_TIMEOUT };
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
			usage_error(state->name, "--engine: there is none called '%s'", arg);
		o->engine = arg;
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
			OPTION_FORMAT("text|tap|json|junit"),
			{"filter", KEY_FILTER, "NAME", 0,
			 "Only cases whose file and name have that in them; * stands for anything",
			 0},
			{"jobs", 'j', "N", 0,
			 "Run N cases at a time (default: as many as there are processors)", 0},
			{"engine", KEY_ENGINE, "check|interp|fast|opt|all", 0,
			 "Who runs them; all: each that can, with the same answers (default check)",
			 0},
			{"timeout", KEY_TIMEOUT, "SECONDS", 0,
			 "A case that takes longer fails (default 60)", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "FILE|DIR...",
	.doc = "Run the cases of test files, of all files *.t and *.data in directories. A case "
	       "is a program, what it runs on, and what has to come of it. The result is text on "
	       "a terminal, otherwise TAP; exit code 1 when a case failed.",
	.children = COMMON_CHILDREN,
};

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
	report_begin(t);
	report_progress(t);
	err = tests_run(t);
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
	if (!o.paths.n)
		usage_error(argv[0], "which FILE or DIR?");
	err = status_of(&t, run(&t));
	tests_free(&t);
	vec_free(&o.paths);
	return finish(err);
}
