/* What became of cases, for people, for harnesses of tests (TAP) and for CI systems. */
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/test.h"
#include "core/base/clock.h"

static const char *const result_names[TEST_RESULTS] = {"passed", "failed", "skipped"};

static unsigned long long as_ms(uint64_t ns)
{
	return (unsigned long long)(ns / 1000000);
}

/* ---- text ---- */

/* Every line of it behind so many blanks. */
static void say_indented(struct out *o, uint32_t blanks, const struct strbuf *text)
{
	struct strbuf b = {0};
	const char *at;

	strbuf_add_printable(&b, strbuf_str(text), text->len);
	for (at = strbuf_str(&b); *at;) {
		size_t n = strcspn(at, "\n");

		out_text(o, "%*s", (int)blanks, "");
		out_text_mem(o, at, n);
		out_text(o, "\n");
		at += n + (at[n] == '\n');
	}
	strbuf_free(&b);
}

static struct strbuf first_line(const struct test_case *c)
{
	struct strbuf b = {0};

	strbuf_add_printable(&b, strbuf_str(&c->text), strcspn(strbuf_str(&c->text), "\n"));
	return b;
}

static void say_case(struct tests *t, const struct test_case *c)
{
	static const char *const words[TEST_RESULTS] = {"ok", "not ok", "skipped"};
	static const enum out_style styles[TEST_RESULTS] = {STYLE_GOOD, STYLE_BAD, STYLE_FAINT};

	if (c->result == TEST_PASSED && !t->o->common.verbose)
		return;
	out_styled(&t->out, styles[c->result], "%s", words[c->result]);
	out_text(&t->out, "  %s", c->name);
	if (t->o->common.verbose)
		out_text(&t->out, "  (%llu ms)", as_ms(c->ns));
	out_text(&t->out, "\n");
	if (c->result != TEST_PASSED || t->o->common.verbose > 1)
		say_indented(&t->out, 4, &c->text);
}

static void say_sum(struct tests *t)
{
	uint64_t took = clock_ns() - t->ns;

	out_text(&t->out, "%zu case%s: ", t->said, t->said == 1 ? "" : "s");
	for (int i = 0; i < TEST_RESULTS; i++)
		if (t->counts[i] || i == TEST_PASSED)
			out_text(&t->out, "%llu %s, ", (unsigned long long)t->counts[i],
				 result_names[i]);
	out_text(&t->out, "%llu.%02llu s\n", as_ms(took) / 1000, as_ms(took) / 10 % 100);
}

/* ---- TAP 14 (testanything.org) ---- */

/* A # in a name would begin a directive, and what ends a line the next result. */
static void add_tap_name(struct strbuf *b, const char *name)
{
	for (; *name; name++) {
		if (*name == '#' || *name == '\\')
			strbuf_addch(b, '\\');
		strbuf_addch(b, *name == '\n' || *name == '\r' ? ' ' : *name);
	}
}

static void tap_case(struct tests *t, const struct test_case *c)
{
	struct strbuf name = {0}, why = first_line(c);

	add_tap_name(&name, c->name);
	out_text(&t->out, "%sok %zu - %s", c->result == TEST_FAILED ? "not " : "", t->said,
		 strbuf_str(&name));
	if (c->result == TEST_SKIPPED)
		out_text(&t->out, " # SKIP %s", strbuf_str(&why));
	out_text(&t->out, "\n");
	if (c->result == TEST_FAILED) {
		out_text(&t->out, "  ---\n  at: ");
		strbuf_reset(&name);
		strbuf_add_json(&name, c->file->cases.path, strlen(c->file->cases.path));
		out_text(&t->out, "{file: %s, line: %u}\n  duration_ms: %llu\n  message: |\n",
			 strbuf_str(&name), c->c->loc.line, as_ms(c->ns));
		say_indented(&t->out, 4, &c->text);
		out_text(&t->out, "  ...\n");
	}
	strbuf_free(&name);
	strbuf_free(&why);
}

/* ---- JSON ---- */

static void json_case(struct tests *t, const struct test_case *c)
{
	out_open(&t->out, NULL, OUT_OBJECT);
	out_field(&t->out, "name", c->name);
	out_field(&t->out, "file", c->file->cases.path);
	out_field(&t->out, "line", c->c->loc.line);
	out_field(&t->out, "result", result_names[c->result]);
	out_field(&t->out, "ns", c->ns);
	if (c->text.len)
		out_field(&t->out, "message", strbuf_str(&c->text));
	out_close(&t->out);
}

/* ---- JUnit, as CI systems read it ---- */

static void add_attribute(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, " %s=\"", name);
	strbuf_add_xml(b, value, strlen(value));
	strbuf_addch(b, '"');
}

static void junit_case(struct tests *t, const struct test_case *c)
{
	static const char *const elements[TEST_RESULTS] = {NULL, "failure", "skipped"};
	struct strbuf b = {0}, why = first_line(c);
	const char *element = elements[c->result];

	strbuf_add(&b, "    <testcase");
	add_attribute(&b, "classname", c->file->cases.path);
	add_attribute(&b, "name", *c->c->name ? c->c->name : c->name);
	strbuf_addf(&b, " time=\"%llu.%03llu\">", as_ms(c->ns) / 1000, as_ms(c->ns) % 1000);
	if (element) {
		strbuf_addf(&b, "\n      <%s", element);
		add_attribute(&b, "message", strbuf_str(&why));
		strbuf_addch(&b, '>');
		strbuf_add_xml(&b, strbuf_str(&c->text), c->text.len);
		strbuf_addf(&b, "</%s>\n    ", element);
	}
	strbuf_add(&b, "</testcase>\n");
	out_text_mem(&t->out, b.s, b.len);
	strbuf_free(&b);
	strbuf_free(&why);
}

static void add_counts(struct strbuf *b, const uint64_t counts[TEST_RESULTS])
{
	strbuf_addf(b, " tests=\"%llu\" failures=\"%llu\" errors=\"0\" skipped=\"%llu\">\n",
		    (unsigned long long)(counts[0] + counts[1] + counts[2]),
		    (unsigned long long)counts[TEST_FAILED],
		    (unsigned long long)counts[TEST_SKIPPED]);
}

/* Cases of one file stand in a row. */
static void junit_all(struct tests *t)
{
	struct strbuf b = {0};

	out_text(&t->out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	strbuf_add(&b, "<testsuites name=\"ebpf test\"");
	add_counts(&b, t->counts);
	for (size_t i = 0, end; i < t->said; i = end) {
		const struct test_file *file = t->cases.v[i].file;
		uint64_t counts[TEST_RESULTS] = {0};

		for (end = i; end < t->said && t->cases.v[end].file == file; end++)
			counts[t->cases.v[end].result]++;
		strbuf_add(&b, "  <testsuite");
		add_attribute(&b, "name", file->cases.path);
		add_counts(&b, counts);
		out_text_mem(&t->out, b.s, b.len);
		strbuf_reset(&b);
		for (size_t k = i; k < end; k++)
			junit_case(t, &t->cases.v[k]);
		strbuf_add(&b, "  </testsuite>\n");
	}
	strbuf_add(&b, "</testsuites>\n");
	out_text_mem(&t->out, b.s, b.len);
	strbuf_free(&b);
}

/* ---- GitHub ---- */

/* A message of the case's file, "FILE:LINE:[COL:] error: TEXT"; false: the line is none. */
static bool read_message(const char *file, const char *line, struct loc *at, const char **text)
{
	size_t len = strlen(file);
	char *end;

	if (strncmp(line, file, len) != 0 || line[len] != ':')
		return false;
	*at = (struct loc){.file = file, .line = (uint32_t)strtoul(line + len + 1, &end, 10)};
	*text = strstr(end, ": error: ");
	if (!at->line || !*text || *text > line + strcspn(line, "\n"))
		return false;
	*text += strlen(": error: ");
	return true;
}

/* Each message stands at its own line; a case without any, at its first. */
static void github_case(struct tests *t, const struct test_case *c)
{
	const char *line = strbuf_str(&c->text), *text;
	struct loc at = {.file = c->file->cases.path, .line = c->c->loc.line};
	struct arena a = {0};
	size_t n = 0;
	struct loc own;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (!read_message(at.file, line, &own, &text))
			continue;
		out_annotation(&t->out, &own, c->name,
			       arena_strndup(&a, text, strcspn(text, "\n")));
		n++;
	}
	if (!n)
		out_annotation(&t->out, &at, c->name, strbuf_str(&c->text));
	arena_free(&a);
}

/* ---- all formats ---- */

void report_begin(struct tests *t)
{
	t->ns = clock_ns();
	out_begin(&t->out, t->o->common.format, "ebpf.test/1");
	t->out.color = wants_color(&t->o->common);
	if (t->out.format == OUT_TAP)
		out_text(&t->out, "TAP version 14\n1..%zu\n", t->cases.n);
	out_open(&t->out, "cases", OUT_LIST);
}

static void report_case(struct tests *t, const struct test_case *c)
{
	t->counts[c->result]++;
	t->said++;
	if (t->out.format == OUT_TAP)
		tap_case(t, c);
	else if (t->out.format == OUT_TEXT)
		say_case(t, c);
	else if (t->out.format == OUT_JSON)
		json_case(t, c);
	else if (t->out.format == OUT_GITHUB && c->result == TEST_FAILED)
		github_case(t, c);
}

void report_progress(struct tests *t)
{
	bool grows = t->out.format != OUT_JUNIT && !t->o->common.output;

	while (t->said < t->cases.n && !t->cases.v[t->said].left)
		report_case(t, &t->cases.v[t->said]);
	if (grows && t->out.buf.len) {
		progress(t->d, NULL);
		out_flush(&t->out);
	}
	progress(t->d, "%zu of %zu, %llu failed", t->said, t->cases.n,
		 (unsigned long long)t->counts[TEST_FAILED]);
}

int report_end(struct tests *t)
{
	progress(t->d, NULL);
	out_close(&t->out);
	for (int i = 0; i < TEST_RESULTS; i++)
		out_field(&t->out, result_names[i], t->counts[i]);
	if (t->out.format == OUT_TEXT && !t->d->quiet)
		say_sum(t);
	if (t->out.format == OUT_JUNIT)
		junit_all(t);
	return out_end(&t->out, t->o->common.output, t->d);
}
