/*
 * Coverage for people and for machines. The listing has one line of the source a line, as gcov(1)
 * writes it: how often it ran, or "#####" for what could have run and did not; "=====" is what the
 * verifier has found no way to.
 */
#include <stdio.h>

#include "cmd/cover.h"

static const struct {
	const char *name, *mark, *cell;
	enum out_style style;
} states[COVER_STATES] = {
	[COVER_MISSED] = {"missed", "#####", "█", STYLE_BAD},
	[COVER_HIT] = {"hit", NULL, "█", STYLE_GOOD},
	[COVER_DEAD] = {"dead", "=====", "░", STYLE_FAINT},
	[COVER_PLAIN] = {"plain", "-", " ", STYLE_PLAIN},
};

static void field_totals(struct out *o, const struct cover_total *totals, uint64_t dead)
{
	out_open(o, "totals", OUT_OBJECT);
	for (int k = 0; k < COVER_KINDS; k++) {
		out_open(o, cover_kinds[k], OUT_OBJECT);
		out_field(o, "found", totals[k].found);
		out_field(o, "hit", totals[k].hit);
		out_close(o);
	}
	out_field(o, "dead_lines", dead);
	out_close(o);
}

static void show_totals(struct out *o, const struct cover_total *totals, uint64_t dead)
{
	for (int k = 0; k < COVER_KINDS; k++) {
		const struct cover_total *t = &totals[k];

		out_text(o, "%s%s %llu of %llu", k ? ", " : "  ", cover_kinds[k],
			 (unsigned long long)t->hit, (unsigned long long)t->found);
		if (t->found)
			out_text(o, " (%.1f%%)", cover_percent(*t));
	}
	if (dead)
		out_text(o, "; %llu dead line%s", (unsigned long long)dead, dead > 1 ? "s" : "");
	out_text(o, "\n");
}

/* ---- a picture: the file from its first line to its last, as wide as a screen ---- */

static enum cover_state look(const struct cover_row *rows, uint32_t n)
{
	enum cover_state state = COVER_PLAIN;

	for (uint32_t i = 0; i < n; i++)
		state = min(state, rows[i].state);
	return state;
}

/* The state of a cell of so many. */
static enum cover_state cell(const struct cover_file *file, uint32_t i, uint32_t cells)
{
	uint32_t at = (uint32_t)((uint64_t)i * file->nrows / cells);
	uint32_t end = (uint32_t)((uint64_t)(i + 1) * file->nrows / cells);

	return look(&file->rows[at], end - at);
}

static void show_strip(struct out *o, const struct cover_file *file)
{
	enum { WIDTH = 64 };
	uint32_t cells = min(file->nrows, (uint32_t)WIDTH);
	struct strbuf run = {0};

	if (!o->color)
		return;
	out_text(o, "  ");
	for (uint32_t i = 0; i < cells; i++) {
		enum cover_state state = cell(file, i, cells);

		strbuf_add(&run, states[state].cell);
		if (i + 1 < cells && cell(file, i + 1, cells) == state)
			continue;
		out_styled(o, states[state].style, "%s", strbuf_str(&run));
		strbuf_reset(&run);
	}
	out_text(o, "\n");
	strbuf_free(&run);
}

/* ---- lines ---- */

static enum cover_state state_of(const struct cover_insn *insn, bool jumped)
{
	if (!cover_can(insn, jumped))
		return COVER_DEAD;
	return cover_outcome(insn, jumped) ? COVER_HIT : COVER_MISSED;
}

static void show_way(struct out *o, const struct cover_insn *insn, bool jumped)
{
	enum cover_state state = state_of(insn, jumped);

	out_text(o, jumped ? "jumped " : ", went on ");
	if (state == COVER_HIT)
		out_text(o, "%llu", (unsigned long long)cover_outcome(insn, jumped));
	else
		out_styled(o, states[state].style, state == COVER_DEAD ? "(cannot)" : "never");
}

/* Of a jump that did not run there is nothing to say. */
static void show_jumps(struct out *o, const struct cover_row *row)
{
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_insn *insn = row->places[i].insn;

		if (!(insn->flags & COVER_COND) || !insn->count.runs)
			continue;
		out_text(o, "%17s", "");
		show_way(o, insn, true);
		show_way(o, insn, false);
		out_text(o, "\n");
	}
}

static void show_row(struct out *o, const struct cover_row *row)
{
	const char *mark = states[row->state].mark;
	char count[24];

	snprintf(count, sizeof(count), "%llu", (unsigned long long)row->runs);
	out_styled(o, states[row->state].style, "%10s", mark ? mark : count);
	out_text(o, ":%5u: %s\n", row->line, row->text);
}

static void field_way(struct out *o, const struct cover_insn *insn, bool jumped)
{
	out_open(o, jumped ? "jumped" : "went_on", OUT_OBJECT);
	out_field(o, "count", cover_outcome(insn, jumped));
	out_field(o, "state", states[state_of(insn, jumped)].name);
	out_close(o);
}

static void field_places(struct out *o, const struct cover_row *row)
{
	out_open(o, "instructions", OUT_LIST);
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_place *p = &row->places[i];

		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "function", p->func->name);
		out_field(o, "slot", p->insn->slot);
		out_field(o, "text", p->insn->text);
		out_field(o, "count", p->insn->count.runs);
		if (p->insn->flags & COVER_COND) {
			field_way(o, p->insn, true);
			field_way(o, p->insn, false);
		}
		out_close(o);
	}
	out_close(o);
}

static void field_row(struct out *o, const struct cover_row *row)
{
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "line", row->line);
	out_field(o, "text", row->text);
	out_field(o, "count", row->runs);
	out_field(o, "state", states[row->state].name);
	field_places(o, row);
	out_close(o);
}

/* ---- files ---- */

static void show_rows(struct out *o, const struct cover_file *file)
{
	out_open(o, "lines", OUT_LIST);
	for (uint32_t i = 0; i < file->nrows; i++) {
		field_row(o, &file->rows[i]);
		show_row(o, &file->rows[i]);
		show_jumps(o, &file->rows[i]);
	}
	out_close(o);
}

static void show_file(struct out *o, const struct cover_file *file, enum cover_detail detail)
{
	out_open(o, NULL, OUT_OBJECT);
	out_styled(o, STYLE_STRONG, "%s", file->path);
	out_text(o, "%s\n", file->is_source ? "" : " (instructions)");
	out_field(o, "path", file->path);
	out_field(o, "is_source", file->is_source);
	show_strip(o, file);
	show_totals(o, file->totals, file->dead);
	field_totals(o, file->totals, file->dead);
	if (detail == COVER_LISTING)
		show_rows(o, file);
	out_close(o);
}

void cover_show(struct out *o, const struct cover_report *r, enum cover_detail detail)
{
	out_open(o, "files", OUT_LIST);
	vec_each(&r->files, file)
		show_file(o, file, detail);
	out_close(o);
	if (r->files.n != 1) {
		out_styled(o, STYLE_STRONG, "total\n");
		show_totals(o, r->totals, r->dead);
	}
	field_totals(o, r->totals, r->dead);
}
