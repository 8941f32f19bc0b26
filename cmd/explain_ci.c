/*
 * Refusals for those who collect findings: SARIF 2.1.0 (OASIS), whose results have the way to the
 * refusal as a code flow, and annotations of GitHub's workflows, one line each.
 */
#include <string.h>

#include "cmd/explain.h"

/* ---- SARIF ---- */

static void write_text(struct out *o, const char *key, const char *text)
{
	out_open(o, key, OUT_OBJECT);
	out_field(o, "text", text);
	out_close(o);
}

/* members: what a location has besides its place */
static void write_location(struct out *o, const struct finding *f, const struct explain_insn *insn,
			   const char *message)
{
	const struct loc *at = &insn->at;

	out_open(o, "physicalLocation", OUT_OBJECT);
	out_open(o, "artifactLocation", OUT_OBJECT);
	out_field(o, "uri", at->line && at->file ? at->file : f->file);
	out_close(o);
	if (at->line) {
		out_open(o, "region", OUT_OBJECT);
		out_field(o, "startLine", at->line);
		if (at->col)
			out_field(o, "startColumn", at->col);
		if (at->text)
			write_text(o, "snippet", at->text);
		out_close(o);
	}
	out_close(o);
	if (f->why->prog) {
		out_open(o, "logicalLocations", OUT_LIST);
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "name", f->why->prog);
		out_field(o, "kind", "function");
		out_close(o);
		out_close(o);
	}
	if (message)
		write_text(o, "message", message);
}

static bool has_places(const struct explain_step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (steps[i].insn.at.line)
			return true;
	return false;
}

static void write_flow(struct out *o, const struct finding *f, const struct explain_step *steps,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!steps[i].insn.at.line)
			continue;
		out_open(o, NULL, OUT_OBJECT);
		out_open(o, "location", OUT_OBJECT);
		write_location(o, f, &steps[i].insn, steps[i].words);
		out_close(o);
		out_close(o);
	}
}

static void write_flows(struct out *o, const struct finding *f, const char *what,
			const struct explain_step *steps, size_t n)
{
	if (!has_places(steps, n))
		return;
	out_open(o, NULL, OUT_OBJECT);
	write_text(o, "message", what);
	out_open(o, "threadFlows", OUT_LIST);
	out_open(o, NULL, OUT_OBJECT);
	out_open(o, "locations", OUT_LIST);
	write_flow(o, f, steps, n);
	for (int i = 0; i < 4; i++)
		out_close(o);
}

static char *sentence(const struct explanation *e, struct arena *a)
{
	return arena_printf(a, "%s%s%s%s%s%s%s", e->prog ? e->prog : "", e->prog ? ": " : "",
			    e->cause ? e->cause : e->message, e->cause ? ". The kernel says: " : "",
			    e->cause ? e->message : "", e->advice ? ". " : "",
			    e->advice ? e->advice : "");
}

static void write_result(struct out *o, const struct finding *f, struct arena *a)
{
	const struct explanation *e = f->why;

	out_open(o, NULL, OUT_OBJECT);
	if (e->reason)
		out_field(o, "ruleId", verify_reasons[e->reason].code);
	out_field(o, "level", "error");
	write_text(o, "message", sentence(e, a));
	out_open(o, "locations", OUT_LIST);
	out_open(o, NULL, OUT_OBJECT);
	write_location(o, f, &e->insn, NULL);
	out_close(o);
	out_close(o);
	if (has_places(e->path, e->npath) || has_places(e->origin, e->norigin)) {
		out_open(o, "codeFlows", OUT_LIST);
		write_flows(o, f, "before that", e->origin, e->norigin);
		write_flows(o, f, "path", e->path, e->npath);
		out_close(o);
	}
	out_close(o);
}

/* The rules that results name, each once. */
static void write_rules(struct out *o, const struct finding *all, size_t n, struct arena *a)
{
	bool told[REASON_COUNT] = {0};

	out_open(o, "rules", OUT_LIST);
	for (size_t i = 0; i < n; i++) {
		const struct verify_reason_desc *why = &verify_reasons[all[i].why->reason];

		if (!all[i].why->reason || told[all[i].why->reason])
			continue;
		told[all[i].why->reason] = true;
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "id", why->code);
		out_field(o, "name", why->name);
		write_text(o, "shortDescription", explain_text(a, why->brief, NULL));
		write_text(o, "help", explain_text(a, why->advice, NULL));
		out_close(o);
	}
	out_close(o);
}

static void report_sarif(struct out *o, const struct finding *all, size_t n, struct arena *a)
{
	out_open(o, "runs", OUT_LIST);
	out_open(o, NULL, OUT_OBJECT);
	out_open(o, "tool", OUT_OBJECT);
	out_open(o, "driver", OUT_OBJECT);
	out_field(o, "name", "ebpf");
	write_rules(o, all, n, a);
	out_close(o);
	out_close(o);
	out_field(o, "columnKind", "utf16CodeUnits");
	out_open(o, "results", OUT_LIST);
	for (size_t i = 0; i < n; i++)
		write_result(o, &all[i], a);
	out_close(o);
	out_close(o);
	out_close(o);
}

/* ---- GitHub ---- */

static void report_github(struct out *o, const struct finding *all, size_t n, struct arena *a)
{
	for (size_t i = 0; i < n; i++) {
		const struct explanation *e = all[i].why;
		const struct loc *at = &e->insn.at;
		struct loc loc = {.file = at->line && at->file ? at->file : all[i].file,
				  .line = at->line,
				  .col = at->col};

		out_annotation(o, &loc, e->reason ? verify_reasons[e->reason].code : NULL,
			       sentence(e, a));
	}
}

bool report_findings(struct out *o, const struct finding *all, size_t n)
{
	struct arena a = {0};

	if (o->format == OUT_SARIF)
		report_sarif(o, all, n, &a);
	else if (o->format == OUT_GITHUB)
		report_github(o, all, n, &a);
	else
		return false;
	arena_free(&a);
	return true;
}
