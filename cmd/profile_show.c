/* A profile in words and as members: hottest lines, what was called, and all of the source. */
#include <stdlib.h>

#include "cmd/run_profile.h"

enum { HOTTEST = 10, BAR = 24 };

/* A line or a function, and what it weighs. */
struct hot {
	const struct cover_file *file;
	const struct cover_row *row;
	const struct cover_func *func;
	uint64_t weight;
};

static double percent(const struct run_profile *p, uint64_t weight)
{
	return p->total ? 100.0 * (double)weight / (double)p->total : 0;
}

/* What does not weigh leaves the place empty. */
static void show_share(struct out *o, const struct run_profile *p, uint64_t weight)
{
	if (weight)
		out_text(o, "%6.1f%%", percent(p, weight));
	else
		out_text(o, "%7s", ".");
}

static void show_runs(struct out *o, const struct run_profile *p, uint64_t runs)
{
	if (p->counted || !p->is_timed)
		out_text(o, " %10llu", (unsigned long long)runs);
}

/* Would it be told as more than 0.0%? */
static bool is_warm(const struct run_profile *p, uint64_t weight)
{
	return percent(p, weight) >= 0.05;
}

static void show_bar(struct out *o, const struct run_profile *p, uint64_t weight)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned int units = (unsigned int)(percent(p, weight) * BAR * 8 / 100 + 0.5);
	unsigned int cells = units / 8 + (units % 8 > 0);

	if (!p->draws)
		return;
	out_text(o, " ");
	for (unsigned int i = 0; i < units / 8; i++)
		out_text(o, "█");
	out_text(o, "%s%*s", eighths[units % 8], (int)(BAR - min(cells, (unsigned int)BAR)), "");
}

static uint64_t row_weight(const struct run_profile *p, const struct cover_row *row)
{
	uint64_t weight = 0;

	for (uint32_t i = 0; i < row->nplaces; i++)
		weight += profile_weight(p, row->places[i].insn);
	return weight;
}

/* ---- what was measured ---- */

static void show_head(struct out *o, const struct run_profile *p)
{
	unsigned long long total = p->total, counted = p->counted;

	out_field(o, "measured", p->is_timed ? "time" : "instructions");
	out_field(o, "engine", p->engine);
	out_field(o, "total", p->total);
	if (p->is_timed) {
		out_field(o, "interval_ns", p->interval);
		out_field(o, "dropped", p->dropped);
		out_text(o, "profile: time in machine code (%s), by %llu samples, one each %llu us"
			    "\n",
			 p->engine, total, (unsigned long long)p->interval / 1000);
	} else {
		out_text(o, "profile: %llu instructions, counted (%s), not timed\n", total,
			 p->engine);
	}
	out_field(o, "counted_runs", p->counted);
	if (p->is_timed && p->counted)
		out_text(o, "counts: of %llu run%s, the first of each input\n", counted,
			 counted > 1 ? "s" : "");
	if (p->is_timed && !p->total)
		out_text(o, "the program ran too short to be found running: more --repeat\n");
}

/* ---- the hottest lines ---- */

static int by_weight(const void *a, const void *b)
{
	const struct hot *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->func < y->func ? -1 : x->func > y->func;
}

static const char *without_indent(const char *text)
{
	while (*text == ' ' || *text == '\t')
		text++;
	return text;
}

static void show_hottest(struct out *o, const struct run_profile *p)
{
	VEC(struct hot) all = {0};

	out_text(o, "hottest lines\n");
	vec_each(&p->report.files, file)
		for (uint32_t i = 0; i < file->nrows; i++)
			vec_push(&all, ((struct hot){.file = file,
						     .row = &file->rows[i],
						     .weight = row_weight(p, &file->rows[i])}));
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_weight);
	for (size_t i = 0; i < min(all.n, (size_t)HOTTEST) && is_warm(p, all.v[i].weight); i++) {
		show_share(o, p, all.v[i].weight);
		show_bar(o, p, all.v[i].weight);
		show_runs(o, p, all.v[i].row->runs);
		out_text(o, "  %s:%u: %s\n", all.v[i].file->path, all.v[i].row->line,
			 without_indent(all.v[i].row->text));
	}
	vec_free(&all);
}

/* ---- calls, functions ---- */

static void show_one(struct out *o, const struct run_profile *p, const char *name, uint64_t weight,
		     uint64_t runs)
{
	show_share(o, p, weight);
	show_bar(o, p, weight);
	show_runs(o, p, runs);
	out_text(o, "  %s\n", name);
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "name", name);
	out_field(o, "runs", runs);
	out_field(o, "weight", weight);
	out_close(o);
}

static void show_calls(struct out *o, const struct run_profile *p)
{
	if (p->calls.n)
		out_text(o, "helpers and kernel functions%s\n",
			 p->is_timed ? ", by themselves" : "");
	out_open(o, "calls", OUT_LIST);
	vec_each(&p->calls, call)
		show_one(o, p, call->name, call->samples, call->calls);
	out_close(o);
}

static void show_funcs(struct out *o, const struct run_profile *p)
{
	VEC(struct hot) all = {0};

	vec_each(&p->cover.funcs, f) {
		struct hot hot = {.func = f};

		for (uint32_t i = 0; i < f->ninsns; i++)
			hot.weight += profile_weight(p, &f->insns[i]);
		if (hot.weight)
			vec_push(&all, hot);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_weight);
	out_text(o, "functions%s\n", p->is_timed ? ", with the helpers that they call" : "");
	out_open(o, "functions", OUT_LIST);
	vec_each(&all, hot)
		show_one(o, p, hot->func->name, hot->weight, hot->func->insns[0].count.runs);
	out_close(o);
	vec_free(&all);
}

/* ---- all lines; instructions of those that weigh something ---- */

static void show_insns(struct out *o, const struct run_profile *p, const struct cover_row *row,
		       bool is_hot)
{
	out_open(o, "instructions", OUT_LIST);
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_insn *insn = row->places[i].insn;
		uint64_t weight = profile_weight(p, insn);

		if (is_hot && row->nplaces > 1) {
			show_share(o, p, weight);
			show_runs(o, p, insn->count.runs);
			out_text(o, ":        %5u: %s\n", insn->slot, insn->text);
		}
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "function", row->places[i].func->name);
		out_field(o, "slot", insn->slot);
		out_field(o, "text", insn->text);
		out_field(o, "runs", insn->count.runs);
		out_field(o, "weight", weight);
		out_close(o);
	}
	out_close(o);
}

static void show_row(struct out *o, const struct run_profile *p, const struct cover_file *file,
		     const struct cover_row *row)
{
	uint64_t weight = row_weight(p, row);
	bool is_hot = percent(p, weight) >= 1;

	show_share(o, p, weight);
	show_runs(o, p, row->runs);
	out_styled(o, is_hot ? STYLE_STRONG : STYLE_PLAIN, ":%5u: %s", row->line, row->text);
	out_text(o, "\n");
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "path", file->path);
	out_field(o, "line", row->line);
	out_field(o, "text", row->text);
	out_field(o, "runs", row->runs);
	out_field(o, "weight", weight);
	show_insns(o, p, row, is_hot);
	out_close(o);
}

void profile_show(struct out *o, const struct run_profile *p)
{
	out_open(o, "profile", OUT_OBJECT);
	show_head(o, p);
	show_hottest(o, p);
	show_calls(o, p);
	show_funcs(o, p);
	out_open(o, "lines", OUT_LIST);
	vec_each(&p->report.files, file) {
		out_styled(o, STYLE_STRONG, "%s\n", file->path);
		for (uint32_t i = 0; i < file->nrows; i++)
			show_row(o, p, file, &file->rows[i]);
	}
	out_close(o);
	out_close(o);
}
