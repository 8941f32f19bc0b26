/*
 * Coverage as one page of HTML: no scripts, nothing from elsewhere. A file is drawn as a strip, a
 * stripe for each line; a line is a <details>, which opens to its instructions.
 */
#include "cmd/cover.h"

static const char style[] =
	"body{font:15px system-ui,sans-serif;margin:2em auto;max-width:76em;padding:0 1em;"
	"color:#1f2933;background:#fff}\n"
	"h1{font-size:1.4em}h2{font-size:1.1em;margin:2em 0 .4em}\n"
	"table{border-collapse:collapse}td,th{padding:.25em 1em .25em 0;text-align:left}\n"
	"td.n{text-align:right;font-variant-numeric:tabular-nums}\n"
	"svg{display:block;width:100%;height:14px;border-radius:3px}\n"
	"summary,pre,.l{font:13px/1.45 ui-monospace,Menlo,Consolas,monospace;white-space:pre;"
	"tab-size:8}\n"
	"summary{cursor:pointer;list-style:none}summary::-webkit-details-marker{display:none}\n"
	"pre{margin:0 0 .4em 14em;color:#52606d}pre b{color:#ba2525}\n"
	".c,.n{display:inline-block;text-align:right;color:#7b8794}.c{width:9em}.n{width:5em;"
	"margin-right:1em}\n"
	"td.n{display:table-cell;width:auto}\n"
	".hit>summary{background:#e3f9e5}.missed>summary{background:#ffe3e3}"
	".part>summary{background:#fff3c4}.dead>summary{background:#eef0f2;color:#7b8794}\n"
	".plain{fill:#f5f7fa}.hit{fill:#3f9142}.missed{fill:#d64545}.part{fill:#e0a800}"
	".dead{fill:#cbd2d9}\n";

void html_add(struct strbuf *b, const char *s)
{
	strbuf_add_xml(b, s, strlen(s));
}

/* A jump of the line ran and yet has an outcome that it could have and never had. */
static bool is_partial(const struct cover_row *row)
{
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_insn *insn = row->places[i].insn;

		if (!(insn->flags & COVER_COND) || !insn->count.runs)
			continue;
		for (int jump = 0; jump < 2; jump++)
			if (cover_can(insn, jump) && !cover_outcome(insn, jump))
				return true;
	}
	return false;
}

static const char *class_of(const struct cover_row *row)
{
	if (row->state == COVER_PLAIN)
		return "plain";
	if (row->state == COVER_DEAD)
		return "dead";
	if (row->state == COVER_MISSED)
		return "missed";
	return is_partial(row) ? "part" : "hit";
}

/* Stripes of one colour are one. */
static void add_strip(struct strbuf *b, const struct cover_file *file)
{
	strbuf_addf(b, "<svg viewBox=\"0 0 %u 1\" preserveAspectRatio=\"none\">", file->nrows);
	for (uint32_t i = 0, end; i < file->nrows; i = end) {
		const char *class = class_of(&file->rows[i]);

		for (end = i + 1; end < file->nrows && class_of(&file->rows[end]) == class;)
			end++;
		strbuf_addf(b, "<rect class=\"%s\" x=\"%u\" width=\"%u\" height=\"1\"/>", class, i,
			    end - i);
	}
	strbuf_add(b, "</svg>\n");
}

/* ---- lines ---- */

static void add_way(struct strbuf *b, const struct cover_insn *insn, bool jumped)
{
	uint64_t n = cover_outcome(insn, jumped);

	strbuf_add(b, jumped ? "jumped " : ", went on ");
	if (!cover_can(insn, jumped))
		strbuf_add(b, "(cannot)");
	else if (n)
		strbuf_addf(b, "%llu", (unsigned long long)n);
	else
		strbuf_add(b, "<b>never</b>");
}

static void add_places(struct strbuf *b, const struct cover_row *row)
{
	const struct cover_func *func = NULL;

	strbuf_add(b, "<pre>");
	for (uint32_t i = 0; i < row->nplaces; i++) {
		const struct cover_place *p = &row->places[i];

		if (p->func != func) {
			func = p->func;
			html_add(b, func->name);
			strbuf_add(b, ":\n");
		}
		strbuf_addf(b, "%10llu  %5u: ", (unsigned long long)p->insn->count.runs,
			    p->insn->slot);
		html_add(b, p->insn->text);
		if (p->insn->flags & COVER_COND && p->insn->count.runs) {
			strbuf_add(b, "    ");
			add_way(b, p->insn, true);
			add_way(b, p->insn, false);
		}
		strbuf_addch(b, '\n');
	}
	strbuf_add(b, "</pre>");
}

static void add_row(struct strbuf *b, const struct cover_row *row)
{
	if (row->state == COVER_PLAIN) {
		strbuf_addf(b, "<div class=\"l\"><span class=\"c\"></span>"
			       "<span class=\"n\">%u</span>", row->line);
		html_add(b, row->text);
		strbuf_add(b, "</div>\n");
		return;
	}
	strbuf_addf(b, "<details class=\"%s\"><summary><span class=\"c\">", class_of(row));
	if (row->state != COVER_DEAD)
		strbuf_addf(b, "%llu", (unsigned long long)row->runs);
	strbuf_addf(b, "</span><span class=\"n\">%u</span>", row->line);
	html_add(b, row->text);
	strbuf_add(b, "</summary>");
	add_places(b, row);
	strbuf_add(b, "</details>\n");
}

/* ---- the page ---- */

static void add_totals(struct strbuf *b, const struct cover_total *totals)
{
	for (int k = 0; k < COVER_KINDS; k++)
		if (totals[k].found)
			strbuf_addf(b, "<td class=\"n\">%.1f%%</td><td class=\"n\">%llu/%llu</td>",
				    cover_percent(totals[k]), (unsigned long long)totals[k].hit,
				    (unsigned long long)totals[k].found);
		else
			strbuf_add(b, "<td></td><td></td>");
}

static void add_overview(struct strbuf *b, const struct cover_report *r)
{
	strbuf_add(b, "<table><tr><th>file</th>");
	for (int k = 0; k < COVER_KINDS; k++)
		strbuf_addf(b, "<th colspan=\"2\">%s</th>", cover_kinds[k]);
	strbuf_add(b, "</tr>\n");
	for (size_t i = 0; i < r->files.n; i++) {
		strbuf_addf(b, "<tr><td><a href=\"#f%zu\">", i);
		html_add(b, r->files.v[i].path);
		strbuf_add(b, "</a></td>");
		add_totals(b, r->files.v[i].totals);
		strbuf_add(b, "</tr>\n");
	}
	strbuf_add(b, "<tr><td>total</td>");
	add_totals(b, r->totals);
	strbuf_add(b, "</tr></table>\n");
}

void cover_html(struct strbuf *b, const struct cover_report *r)
{
	strbuf_addf(b,
		    "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
		    "<title>coverage</title>\n<style>\n%s</style></head>\n<body>\n"
		    "<h1>coverage</h1>\n<p>Green ran, red did not, yellow ran but a jump never "
		    "went one of its ways, grey is what the verifier has found no way to. A click "
		    "on a line shows its instructions.</p>\n",
		    style);
	add_overview(b, r);
	for (size_t i = 0; i < r->files.n; i++) {
		const struct cover_file *file = &r->files.v[i];

		strbuf_addf(b, "<h2 id=\"f%zu\">", i);
		html_add(b, file->path);
		strbuf_addf(b, "%s</h2>\n", file->is_source ? "" : " (instructions)");
		add_strip(b, file);
		for (uint32_t k = 0; k < file->nrows; k++)
			add_row(b, &file->rows[k]);
	}
	strbuf_add(b, "</body></html>\n");
}
