#include "cmd/table.h"

#include <string.h>

void table_add(struct table *t, const char *cell)
{
	vec_push(&t->cells, cell);
}

/* ---- CSV ---- */

static void write_quoted(struct out *o, const char *cell)
{
	if (!strpbrk(cell, ",\"\r\n")) {
		out_text(o, "%s", cell);
		return;
	}
	out_text(o, "\"");
	for (; *cell; cell++)
		out_text(o, "%s%c", *cell == '"' ? "\"" : "", *cell);
	out_text(o, "\"");
}

static void write_csv(const struct table *t, struct out *o)
{
	for (size_t i = 0; i < t->ncolumns; i++)
		out_text(o, "%s%s", i ? "," : "", t->columns[i].key);
	for (size_t i = 0; i < t->cells.n; i++) {
		out_text(o, i % t->ncolumns ? "," : "\n");
		write_quoted(o, t->cells.v[i]);
	}
	out_text(o, "\n");
}

/* ---- text ---- */

static int width_of(const struct table *t, size_t column)
{
	size_t width = strlen(t->columns[column].title);

	for (size_t i = column; i < t->cells.n; i += t->ncolumns)
		width = max(width, strlen(t->cells.v[i]));
	return (int)width;
}

/* Columns stand two spaces apart; nothing stands behind the last one. */
static void write_cell(const struct table *t, struct out *o, size_t column, int width,
		       const char *cell)
{
	bool is_last = column + 1 == t->ncolumns;

	if (!t->columns[column].is_number)
		width = is_last ? 0 : -width;
	out_text(o, "%s%*s%s", column ? "  " : "", width, cell, is_last ? "\n" : "");
}

static void write_text(const struct table *t, struct out *o)
{
	int *widths = xcalloc(t->ncolumns, sizeof(*widths));

	for (size_t i = 0; i < t->ncolumns; i++) {
		widths[i] = width_of(t, i);
		write_cell(t, o, i, widths[i], t->columns[i].title);
	}
	for (size_t i = 0; i < t->cells.n; i++)
		write_cell(t, o, i % t->ncolumns, widths[i % t->ncolumns], t->cells.v[i]);
	free(widths);
}

void table_write(const struct table *t, struct out *o)
{
	if (o->format == OUT_CSV)
		write_csv(t, o);
	else
		write_text(t, o);
}

void table_free(struct table *t)
{
	vec_free(&t->cells);
}
