/* What was counted, by file and line. */
#include <stdlib.h>
#include <string.h>

#include "core/cover/cover.h"

const char *const cover_kinds[COVER_KINDS] = {
	[COVER_LINES] = "lines",
	[COVER_BRANCHES] = "branches",
	[COVER_FUNCS] = "functions",
	[COVER_INSNS] = "instructions",
};

/* An instruction and its line, to be sorted. */
struct entry {
	struct cover_place place;
	const char *path, *text;
	uint32_t line, func;
};

static int by_line(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int path = strcmp(x->path, y->path);

	if (path)
		return path;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->func != y->func)
		return x->func < y->func ? -1 : 1;
	return x->place.insn->slot < y->place.insn->slot ? -1 : 1;
}

uint64_t cover_outcome(const struct cover_insn *insn, bool jumped)
{
	const struct insn_count *n = &insn->count;

	return jumped ? n->taken : n->runs - min(n->taken, n->runs);
}

static bool is_possible(const struct cover_insn *insn, uint32_t what)
{
	return !(insn->flags & COVER_JUDGED) || insn->flags & what;
}

bool cover_can_run(const struct cover_insn *insn)
{
	return is_possible(insn, COVER_CAN_RUN);
}

bool cover_can(const struct cover_insn *insn, bool jump)
{
	return is_possible(insn, jump ? COVER_CAN_JUMP : COVER_CAN_STAY);
}

bool cover_begins_func(const struct cover_place *place)
{
	return place->insn == place->func->insns;
}

double cover_percent(struct cover_total t)
{
	double percent = t.found ? 100.0 * (double)t.hit / (double)t.found : 100;

	/* Nothing that is missing is rounded away. */
	return t.hit < t.found && percent > 99.9 ? 99.9 : percent;
}

/* ---- one line ---- */

static void judge_row(struct cover_row *row)
{
	uint64_t most = 0;

	row->state = COVER_DEAD;
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_place *p = &row->places[i];

		if (i && p->func != p[-1].func) {
			row->runs += most;
			most = 0;
		}
		most = max(most, p->insn->count.runs);
		if (cover_can_run(p->insn))
			row->state = COVER_MISSED;
	}
	row->runs += most;
	if (row->runs)
		row->state = COVER_HIT;
}

static void count(struct cover_total *t, bool hit)
{
	t->found++;
	t->hit += hit;
}

static void total_row(struct cover_file *file, const struct cover_row *row)
{
	struct cover_total *t = file->totals;

	if (row->state == COVER_DEAD)
		file->dead++;
	else
		count(&t[COVER_LINES], row->runs);
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_insn *insn = row->places[i].insn;

		if (!cover_can_run(insn))
			continue;
		count(&t[COVER_INSNS], insn->count.runs);
		if (cover_begins_func(&row->places[i]))
			count(&t[COVER_FUNCS], insn->count.runs);
		for (int jump = 1; insn->flags & COVER_COND && jump >= 0; jump--)
			if (cover_can(insn, jump))
				count(&t[COVER_BRANCHES], cover_outcome(insn, jump));
	}
}

/* ---- all of them ---- */

static void add_rows(struct cover_report *r, struct cover_file *file, const struct entry *entries,
		     size_t n)
{
	struct cover_place *places = arena_array(&r->arena, struct cover_place, n);

	file->rows = arena_array(&r->arena, struct cover_row, n);
	for (size_t i = 0; i < n; i++) {
		struct cover_row *row = file->nrows ? &file->rows[file->nrows - 1] : NULL;

		places[i] = entries[i].place;
		if (!row || row->line != entries[i].line) {
			row = &file->rows[file->nrows++];
			row->line = entries[i].line;
			row->text = entries[i].text;
			row->places = &places[i];
		}
		/* Texts of one line are equal, or were lost on the way. */
		if (!row->text[0])
			row->text = entries[i].text;
		row->nplaces++;
	}
	for (uint32_t i = 0; i < file->nrows; i++) {
		judge_row(&file->rows[i]);
		total_row(file, &file->rows[i]);
	}
}

static struct entry *list_entries(const struct cover *c, size_t *n)
{
	uint32_t *behind = xcalloc(c->objects.n + 1, sizeof(*behind));
	struct entry *entries, *e;

	*n = 0;
	vec_each(&c->funcs, f)
		*n += f->ninsns;
	e = entries = xcalloc(*n + 1, sizeof(*entries));
	vec_each(&c->funcs, f) {
		for (uint32_t i = 0; i < f->ninsns; i++, e++) {
			const struct cover_insn *insn = &f->insns[i];
			const struct cover_line *line = f->nlines ? &f->lines[insn->line] : NULL;

			e->place = (struct cover_place){f, insn};
			e->func = (uint32_t)(f - c->funcs.v);
			e->path = line ? line->file : c->objects.v[f->object].path;
			e->line = line ? line->line : ++behind[f->object];
			e->text = line ? line->text : insn->text;
		}
	}
	free(behind);
	return entries;
}

void cover_report(const struct cover *c, struct cover_report *r)
{
	size_t n, end;
	struct entry *entries = list_entries(c, &n);

	*r = (struct cover_report){0};
	qsort(entries, n, sizeof(*entries), by_line);
	for (size_t i = 0; i < n; i = end) {
		struct cover_file *file = vec_add(&r->files);

		for (end = i; end < n && strcmp(entries[end].path, entries[i].path) == 0;)
			end++;
		file->path = entries[i].path;
		file->is_source = entries[i].place.func->nlines;
		add_rows(r, file, &entries[i], end - i);
		r->dead += file->dead;
		for (int k = 0; k < COVER_KINDS; k++) {
			r->totals[k].found += file->totals[k].found;
			r->totals[k].hit += file->totals[k].hit;
		}
	}
	free(entries);
}

void cover_report_free(struct cover_report *r)
{
	arena_free(&r->arena);
	vec_free(&r->files);
}
