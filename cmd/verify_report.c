/* Verdicts in words, as a table, and as members of a document. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/table.h"
#include "cmd/verify.h"

enum { COLUMN_TEXT, COLUMN_NUMBER };

static const struct verdict_member {
	struct column column;
	size_t offset;
} members[VERDICT_COLUMN_COUNT] = {
#define VERDICT_COLUMN(key, kind, title)                                                           \
	[VERDICT_##key] = {{#key, title, COLUMN_##kind == COLUMN_NUMBER},                          \
			   offsetof(struct verdict, key)},
	VERDICT_COLUMNS(VERDICT_COLUMN)
#undef VERDICT_COLUMN
};

uint64_t verdict_number(const struct verdict *verdict, enum verdict_column column)
{
	return *(const uint64_t *)((const char *)verdict + members[column].offset);
}

const char *verdict_text(const struct verdict *verdict, enum verdict_column column)
{
	return *(const char *const *)((const char *)verdict + members[column].offset);
}

const char *verdict_key(enum verdict_column column)
{
	return members[column].column.key;
}

/* Times differ from run to run: they are told to who asks. */
static bool is_told(const struct verify *v, enum verdict_column column)
{
	return column != VERDICT_us || v->o->time;
}

/* ---- one after the other ---- */

static void say_accepted(struct verify *v, const struct verdict *of)
{
	out_styled(&v->out, STYLE_GOOD, "accepted");
	out_text(&v->out, ": %llu insns processed, %llu states, stack %s",
		 (unsigned long long)of->processed, (unsigned long long)of->total_states,
		 of->depths);
	if (v->o->time)
		out_text(&v->out, ", %llu us", (unsigned long long)of->us);
	out_text(&v->out, "\n");
}

static void say_rejected(struct verify *v, const struct verdict *of)
{
	out_styled(&v->out, STYLE_BAD, "rejected: ");
	out_text(&v->out, "%s\n", *of->message ? of->message : errno_name(-of->err));
	for (size_t i = 0; i < of->nwhy; i++) {
		if (i) {
			out_styled(&v->out, STYLE_STRONG, "%s: ", of->name);
			out_styled(&v->out, STYLE_BAD, "and: ");
			out_text(&v->out, "%s\n", of->why[i]->message);
		}
		show_explanation(&v->out, of->why[i]);
	}
}

static void say_verdict(struct verify *v, const struct verdict *of)
{
	if (v->o->paths.n > 1)
		out_text(&v->out, "%s: ", of->file);
	out_styled(&v->out, STYLE_STRONG, "%s: ", of->name);
	if (of->err)
		say_rejected(v, of);
	else
		say_accepted(v, of);
	show_lines(&v->out, of->lines, of->nlines);
	for (uint32_t i = 0; i < WARNING_COUNT; i++)
		if (of->warned[i])
			out_text(&v->out, "  warning %s: %s: %s\n", verify_warnings[i].code,
				 of->warned[i], verify_warnings[i].text);
	if (of->facts)
		out_text_mem(&v->out, of->facts, strlen(of->facts));
}

static void add_warnings(struct verify *v, const struct verdict *of)
{
	out_open(&v->out, "warnings", OUT_LIST);
	for (uint32_t i = 0; i < WARNING_COUNT; i++) {
		if (!of->warned[i])
			continue;
		out_open(&v->out, NULL, OUT_OBJECT);
		out_field(&v->out, "code", verify_warnings[i].code);
		out_field(&v->out, "place", of->warned[i]);
		out_field(&v->out, "message", verify_warnings[i].text);
		out_close(&v->out);
	}
	out_close(&v->out);
}

/* What else is wrong with it */
static void add_others(struct verify *v, const struct verdict *of)
{
	out_open(&v->out, "others", OUT_LIST);
	for (size_t i = 1; i < of->nwhy; i++) {
		out_open(&v->out, NULL, OUT_OBJECT);
		out_field(&v->out, "message", of->why[i]->message);
		write_explanation(&v->out, of->why[i]);
		out_close(&v->out);
	}
	out_close(&v->out);
}

static void add_verdict(struct verify *v, const struct verdict *of)
{
	out_open(&v->out, NULL, OUT_OBJECT);
	for (uint32_t i = 0; i < VERDICT_COLUMN_COUNT; i++) {
		if (!is_told(v, i))
			continue;
		if (members[i].column.is_number)
			out_field(&v->out, members[i].column.key, verdict_number(of, i));
		else
			out_field(&v->out, members[i].column.key, verdict_text(of, i));
	}
	out_field(&v->out, "stack_depths", of->depths);
	if (of->err) {
		out_field(&v->out, "errno", errno_name(-of->err));
		out_field(&v->out, "message", of->message);
		write_explanation(&v->out, of->why[0]);
		add_others(v, of);
	} else {
		add_warnings(v, of);
	}
	if (of->nlines)
		write_lines(&v->out, of->lines, of->nlines);
	if (v->o->log_level)
		out_field(&v->out, "log", of->log);
	if (of->facts)
		out_field(&v->out, "facts", of->facts);
	out_close(&v->out);
}

/* ---- as a table ---- */

static void say_table(struct verify *v)
{
	struct column columns[VERDICT_COLUMN_COUNT];
	uint32_t told[VERDICT_COLUMN_COUNT];
	struct table t = {.columns = columns};
	bool is_one_file = v->o->paths.n == 1 && v->out.format == OUT_TEXT;

	for (uint32_t i = 0; i < VERDICT_COLUMN_COUNT; i++) {
		if (!is_told(v, i) || (i == VERDICT_file && is_one_file))
			continue;
		told[t.ncolumns] = i;
		columns[t.ncolumns++] = members[i].column;
	}
	vec_each(&v->verdicts, of)
		for (size_t i = 0; i < t.ncolumns; i++)
			table_add(&t, columns[i].is_number
					      ? arena_printf(&v->arena, "%llu",
							     (unsigned long long)verdict_number(
								     of, told[i]))
					      : verdict_text(of, told[i]));
	table_write(&t, &v->out);
	table_free(&t);
}

/* ---- all of it ---- */

/* For those who collect refusals; false: nobody does. */
static bool report_refusals(struct verify *v)
{
	VEC(struct finding) findings = {0};
	bool is_done;

	vec_each(&v->verdicts, of)
		for (size_t i = 0; i < of->nwhy; i++)
			vec_push(&findings, ((struct finding){of->file, of->why[i]}));
	is_done = report_findings(&v->out, findings.v, findings.n);
	vec_free(&findings);
	return is_done;
}

static bool comes_before(const struct verdict *a, const struct verdict *b,
			 enum verdict_column column)
{
	if (members[column].column.is_number)
		return verdict_number(a, column) > verdict_number(b, column);
	return strcmp(verdict_text(a, column), verdict_text(b, column)) < 0;
}

/* Large numbers and early words first; what is equal stays as it came. */
static void sort(struct verify *v, enum verdict_column column)
{
	struct verdict *list = v->verdicts.v;

	for (size_t i = 1; i < v->verdicts.n; i++) {
		struct verdict moved = list[i];
		size_t k = i;

		for (; k && comes_before(&moved, &list[k - 1], column); k--)
			list[k] = list[k - 1];
		list[k] = moved;
	}
}

void report_verdicts(struct verify *v)
{
	const struct verify_options *o = v->o;
	bool as_table = !o->log_level && (o->stats || o->common.format == OUT_CSV);

	if (o->sort)
		sort(v, (enum verdict_column)(o->sort - 1));
	if (report_refusals(v))
		return;
	if (as_table)
		say_table(v);
	out_open(&v->out, "programs", OUT_LIST);
	vec_each(&v->verdicts, of) {
		if (o->log_level)
			out_text_mem(&v->out, of->log, strlen(of->log));
		else if (!as_table && !o->compare)
			say_verdict(v, of);
		add_verdict(v, of);
	}
	out_close(&v->out);
}
