/*
 * An explanation, for people and for machines:
 *
 *	  at count.bpf.c:18:9, instruction 9: r1 = *(u64 *)(r0 +0)
 *	    18 |         *v += 1;
 *	       |         ^ v may be NULL here
 *	  required: a pointer that is not NULL
 *	  known: v (r0) is a pointer into a value of map 'counts' (8 bytes), or NULL
 *	  ...
 */
#include "cmd/explain.h"

#include <ctype.h>
#include <string.h>

enum { GUTTER = 6 }; /* columns for a line's number */

/* ---- for people ---- */

static const char *skip_newlines(const char *text)
{
	return text + strspn(text, "\r\n");
}

/* The source line, and beneath it the note, at the column where there is one. */
static void show_line(struct out *o, struct loc at, enum out_style style, const char *note)
{
	const char *text = skip_newlines(at.text);
	size_t len = strcspn(text, "\r\n"), col = at.col ? at.col - 1 : 0;

	if (at.line)
		out_styled(o, STYLE_FAINT, "%*u | ", GUTTER, at.line);
	else
		out_styled(o, STYLE_FAINT, "%*s | ", GUTTER, "");
	out_text(o, "%.*s\n", (int)len, text);
	if (!at.col) {
		if (note)
			out_styled(o, style, "%*s = %s\n", GUTTER, "", note);
		return;
	}
	out_styled(o, STYLE_FAINT, "%*s | ", GUTTER, "");
	for (size_t i = 0; i < min(col, len); i++)
		out_text(o, "%c", text[i] == '\t' ? '\t' : ' ');
	out_styled(o, style, "^%s%s\n", note ? " " : "", note ? note : "");
}

/* What there is to show of an instruction: its source line, or itself. */
static void show_insn(struct out *o, const struct explain_insn *insn, enum out_style style,
		      const char *note)
{
	if (insn->at.text && *skip_newlines(insn->at.text))
		show_line(o, insn->at, style, note);
	else if (insn->code)
		out_text(o, "%*lld: %s%s%s\n", GUTTER, (long long)insn->insn, insn->code,
			 note ? "   # " : "", note ? note : "");
	else if (note)
		out_text(o, "%*s   %s\n", GUTTER, "", note);
}

static void show_label(struct out *o, const char *label)
{
	out_styled(o, STYLE_STRONG, "  %s:", label);
}

static void show_sentence(struct out *o, const char *label, const char *text)
{
	show_label(o, label);
	out_text(o, " %s\n", text);
}

static void add_fact(struct strbuf *b, const struct explain_fact *f)
{
	if (f->var)
		strbuf_addf(b, "%s (%s) is %s", f->var, f->name, f->words);
	else
		strbuf_addf(b, "%s is %s", f->name, f->words);
}

static void show_known(struct out *o, const struct explanation *e)
{
	for (size_t i = 0; i < e->nknown; i++) {
		struct strbuf b = {0};

		add_fact(&b, &e->known[i]);
		show_sentence(o, "known", b.s);
		strbuf_free(&b);
	}
}

/* Two instructions of a line are told apart by themselves. */
static bool is_same_line(const struct explain_step *a, const struct explain_step *b)
{
	return a->insn.code && a->insn.at.text && b->insn.at.text &&
	       a->insn.at.line == b->insn.at.line && strcmp(a->insn.at.text, b->insn.at.text) == 0;
}

static void show_steps(struct out *o, const char *label, const struct explain_step *steps, size_t n,
		       uint32_t unshown)
{
	if (!n)
		return;
	show_label(o, label);
	if (unshown)
		out_text(o, " (%u earlier branches are left out)", unshown);
	out_text(o, "\n");
	for (size_t i = 0; i < n; i++) {
		struct strbuf b = {0};
		if (i && is_same_line(&steps[i], &steps[i - 1]))
			strbuf_addf(&b, "(%s) ", steps[i].insn.code);
		strbuf_add(&b, steps[i].words);
		if (steps[i].times > TIMES_MAX)
			strbuf_addf(&b, ", the last of more than %d times", TIMES_MAX);
		else if (steps[i].times > 1)
			strbuf_addf(&b, ", the last of %u times", steps[i].times);
		for (size_t k = 0; k < steps[i].nfacts; k++) {
			strbuf_add(&b, k ? ", and " : ": ");
			add_fact(&b, &steps[i].facts[k]);
		}
		show_insn(o, &steps[i].insn, STYLE_CARET, b.s);
		strbuf_free(&b);
	}
}

static void show_place(struct out *o, const struct explanation *e)
{
	const struct explain_insn *insn = &e->insn;
	const struct loc *at = &insn->at;

	if (insn->insn < 0 && !at->text) {
		if (e->cause)
			show_sentence(o, "cause", e->cause);
		return;
	}
	out_styled(o, STYLE_STRONG, "  at ");
	if (at->line)
		out_text(o, "%s:%u", at->file ? at->file : "", at->line);
	if (at->line && at->col)
		out_text(o, ":%u", at->col);
	out_text(o, "%sinstruction %lld", at->line ? ", " : "", (long long)insn->insn);
	out_text(o, "%s%s\n", insn->code ? ": " : "", insn->code ? insn->code : "");
	if (at->text)
		show_line(o, *at, STYLE_BAD, e->cause);
	else if (e->cause)
		show_sentence(o, "cause", e->cause);
}

void show_explanation(struct out *o, const struct explanation *e)
{
	if (*e->details) {
		struct scan_lines {
			const char *s;
		} in = {e->details};

		while (*in.s) {
			size_t len = strcspn(in.s, "\n");

			out_text(o, "  %.*s\n", (int)len, in.s);
			in.s += len + (in.s[len] != 0);
		}
	}
	show_place(o, e);
	if (e->required && *e->required)
		show_sentence(o, "required", e->required);
	show_known(o, e);
	show_steps(o, "before that", e->origin, e->norigin, 0);
	show_steps(o, "path", e->path, e->npath, e->unshown);
	if (e->advice && *e->advice)
		show_sentence(o, "usually", e->advice);
	if (e->reason)
		out_text(o, "  more: ebpf explain %s\n", verify_reasons[e->reason].code);
	if (e->is_cut)
		out_text(o, "  The beginning of the log is missing.\n");
}

/* ---- for machines ---- */

void write_insn(struct out *o, const struct explain_insn *insn)
{
	if (insn->insn >= 0)
		out_field(o, "insn", insn->insn);
	if (insn->code)
		out_field(o, "code", insn->code);
	if (!insn->at.line)
		return;
	out_field(o, "file", insn->at.file);
	out_field(o, "line", insn->at.line);
	if (insn->at.col)
		out_field(o, "column", insn->at.col);
	if (insn->at.text)
		out_field(o, "text", insn->at.text);
}

void write_facts(struct out *o, const char *key, const struct explain_fact *facts, size_t n)
{
	out_open(o, key, OUT_LIST);
	for (size_t i = 0; i < n; i++) {
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "name", facts[i].name);
		if (facts[i].var)
			out_field(o, "variable", facts[i].var);
		out_field(o, "state", facts[i].state);
		out_field(o, "words", facts[i].words);
		out_close(o);
	}
	out_close(o);
}

static void write_steps(struct out *o, const char *key, const struct explain_step *steps, size_t n)
{
	out_open(o, key, OUT_LIST);
	for (size_t i = 0; i < n; i++) {
		out_open(o, NULL, OUT_OBJECT);
		write_insn(o, &steps[i].insn);
		out_field(o, "words", steps[i].words);
		out_field(o, "times", steps[i].times);
		write_facts(o, "learned", steps[i].facts, steps[i].nfacts);
		out_close(o);
	}
	out_close(o);
}

void write_explanation(struct out *o, const struct explanation *e)
{
	const struct verify_reason_desc *why = &verify_reasons[e->reason];

	if (e->reason) {
		out_field(o, "code", why->code);
		out_field(o, "reason", why->name);
		out_field(o, "category", why->category);
	}
	out_field(o, "details", e->details);
	out_open(o, "place", OUT_OBJECT);
	write_insn(o, &e->insn);
	out_close(o);
	if (e->subject)
		out_field(o, "subject", e->subject);
	if (e->cause)
		out_field(o, "cause", e->cause);
	out_field(o, "required", e->required);
	out_field(o, "advice", e->advice);
	write_facts(o, "known", e->known, e->nknown);
	write_steps(o, "origin", e->origin, e->norigin);
	write_steps(o, "path", e->path, e->npath);
	out_field(o, "branches_left_out", e->unshown);
	out_field(o, "is_cut", e->is_cut);
}
