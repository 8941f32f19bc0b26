/* Reports of what `ebpf run --coverage` and `ebpf test --coverage` have recorded. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/cover.h"
#include "core/base/file.h"

enum { KEY_SUMMARY = KEY_COMMAND, KEY_UNDER, KEY_SOURCE };

struct options {
	struct common common;
	VEC(const char *) records;
	const char *source; /* where sources are, or NULL */
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
	case KEY_SOURCE:
		o->source = arg;
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
			{"source", KEY_SOURCE, "DIR", 0,
			 "Show sources whole, of files below DIR", 0},
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

static bool leaves_dir(const char *path)
{
	for (const char *at = path; (at = strstr(at, "..")); at++)
		if ((at == path || at[-1] == '/') && (at[2] == '/' || !at[2]))
			return true;
	return false;
}

/* The longest tail of the path that is a file below the directory; NULL: there is none. */
static const char *find_source(const struct options *o, const char *path, struct arena *a)
{
	struct stat st;

	for (const char *tail = path; tail; tail = strchr(tail, '/')) {
		const char *file;

		tail += strspn(tail, "/");
		file = arena_printf(a, "%s/%s", o->source, tail);
		if (!leaves_dir(tail) && stat(file, &st) == 0 && S_ISREG(st.st_mode))
			return file;
	}
	return NULL;
}

static int add_sources(struct options *o, struct cover_report *r)
{
	int err = 0;

	for (size_t i = 0; o->source && i < r->files.n && !err; i++) {
		struct cover_file *file = &r->files.v[i];
		const char *path =
			file->is_source ? find_source(o, file->path, &r->arena) : NULL;
		struct bytes text;

		if (!path)
			continue;
		err = file_read(path, 0, &r->arena, &o->common.diag, &text);
		if (!err && cover_add_source(r, file, text))
			warn(&o->common.diag, &(struct loc){.file = path},
			     "it is not what was compiled, and is not shown");
	}
	return err;
}

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
		err = add_sources(&o, &report);
	if (!err)
		err = write_report(&o, &c, &report);
	status = err ? exit_status(err) : judge(&o, &report);
	cover_report_free(&report);
	cover_free(&c);
	vec_free(&o.records);
	return finish(status);
}
