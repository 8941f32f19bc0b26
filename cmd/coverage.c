/* Reports of what `ebpf run --coverage` and `ebpf test --coverage` have recorded. */
#include <errno.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/cover.h"
#include "core/base/file.h"

enum { KEY_SUMMARY = KEY_COMMAND, KEY_UNDER };

struct options {
	struct common common;
	VEC(const char *) records;
	bool summary;
	uint64_t under; /* percent of lines that must have run */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_SUMMARY:
		o->summary = true;
		return 0;
	case KEY_UNDER:
		o->under = number_arg(state, "--fail-under", arg, 0, 100);
		return 0;
	case ARGP_KEY_ARG:
		vec_push(&o->records, arg);
		return 0;
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_coverage_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json|lcov|html"),
			{"summary", KEY_SUMMARY, NULL, 0, "Totals alone, not the sources", 0},
			{"fail-under", KEY_UNDER, "PERCENT", 0,
			 "Exit code 1 when fewer of the lines ran", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "RECORD...",
	.doc = "Add up records that --coverage of `ebpf run` has written, and show which lines, "
	       "branches, functions and instructions ran, and how often. lcov is a record again, "
	       "which genhtml reads; html is one page that shows the instructions of a line when "
	       "it is clicked.",
	.children = COMMON_CHILDREN,
};

/* Text and JSON are said with the out; the other formats are documents of their own. */
static int write_report(struct options *o, const struct cover *c, const struct cover_report *r)
{
	struct strbuf b = {0};
	struct out out;
	int err;

	if (o->common.format == OUT_LCOV) {
		cover_record(c, &b);
	} else if (o->common.format == OUT_HTML) {
		cover_html(&b, r);
	} else {
		out_begin(&out, o->common.format, "ebpf.coverage/1");
		out.color = wants_color(&o->common);
		cover_show(&out, r, o->summary ? COVER_SUMMARY : COVER_LISTING);
		return out_end(&out, o->common.output, &o->common.diag);
	}
	err = file_write(o->common.output ? o->common.output : "-", strbuf_str(&b), b.len,
			 &o->common.diag);
	strbuf_free(&b);
	return err;
}

static int judge(struct options *o, const struct cover_report *r)
{
	const struct cover_total *lines = &r->totals[COVER_LINES];

	if (cover_percent(*lines) >= (double)o->under)
		return EXIT_YES;
	fail(&o->common.diag, NULL, -EPERM, "%.1f%% of the lines ran, fewer than %llu%%",
	     cover_percent(*lines), (unsigned long long)o->under);
	return EXIT_NO;
}

int cmd_coverage(int argc, char **argv)
{
	struct options o = {0};
	struct cover_report report;
	struct cover c = {0};
	int err = 0, status;

	parse_args(&cmd_coverage_argp, argc, argv, &o, &o.common);
	if (!o.records.n)
		usage_error(argv[0], "which RECORD?");
	vec_each(&o.records, path)
		err = err ? err : cover_read(&c, *path, &o.common.diag);
	cover_report(&c, &report);
	if (!err)
		err = write_report(&o, &c, &report);
	status = err ? exit_status(err) : judge(&o, &report);
	cover_report_free(&report);
	cover_free(&c);
	vec_free(&o.records);
	return finish(status);
}
