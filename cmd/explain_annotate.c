/*
 * A program beside its source, with what was known before each instruction:
 *
 *	    15 |  long *v = bpf_map_lookup_elem(&counts, &key);
 *	            ... 3 instructions
 *	         6: call bpf_map_lookup_elem#1          r1 is the map 'counts'
 *	    18 |  *v += 1;
 *	       > 7: r1 = *(u64 *)(r0 +0)                r0 is a pointer ..., or NULL
 *
 * Runs of instructions that only compute are folded, and so are those that nobody came to.
 */
#include "cmd/explain.h"

#include <string.h>

enum {
	GUTTER = 6,  /* columns for a line's number */
	COLUMN = 44, /* where what is known begins */
	FOLD_MIN = 2,
};

static bool is_folded(const struct explain_line *line)
{
	return !line->is_refused && (!line->visits || !line->matters);
}

static bool same_source(const struct explain_line *a, const struct explain_line *b)
{
	const char *file = a->insn.at.file, *other = b->insn.at.file;

	return a->insn.at.line == b->insn.at.line && !file == !other &&
	       (!file || strcmp(file, other) == 0);
}

static void show_source(struct out *o, const struct loc *at)
{
	const char *text = at->text ? at->text : "";

	if (!at->line)
		return;
	out_styled(o, STYLE_FAINT, "%*u | ", GUTTER, at->line);
	out_styled(o, STYLE_STRONG, "%.*s\n", (int)strcspn(text, "\r\n"), text);
}

static void show_insn(struct out *o, const struct explain_line *line)
{
	struct strbuf b = {0};

	strbuf_addf(&b, "%*s%s%4lld: %s", GUTTER, "", line->is_refused ? " > " : "   ",
		    (long long)line->insn.insn, line->insn.code ? line->insn.code : "");
	if (line->visits > 1)
		strbuf_addf(&b, "  (%u times)", line->visits);
	for (size_t i = 0; i < line->nfacts; i++) {
		if (!i)
			strbuf_pad(&b, COLUMN, true);
		else
			strbuf_add(&b, "; ");
		strbuf_addf(&b, "%s is %s", line->facts[i].name, line->facts[i].words);
	}
	out_styled(o, line->is_refused ? STYLE_BAD : STYLE_PLAIN, "%s\n", b.s);
	strbuf_free(&b);
}

/* How many lines from i on, of one source line, are folded together */
static size_t fold(const struct explain_line *lines, size_t n, size_t i)
{
	size_t end = i;

	while (end < n && is_folded(&lines[end]) && !lines[end].visits == !lines[i].visits &&
	       same_source(&lines[end], &lines[i]))
		end++;
	return end - i;
}

void show_lines(struct out *o, const struct explain_line *lines, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t folded = fold(lines, n, i);

		if (!i || !same_source(&lines[i], &lines[i - 1]))
			show_source(o, &lines[i].insn.at);
		if (folded >= FOLD_MIN || (folded && !lines[i].visits)) {
			out_styled(o, STYLE_FAINT, "%*s        ... %zu instruction%s%s\n", GUTTER,
				   "", folded, folded == 1 ? "" : "s",
				   lines[i].visits ? "" : " that no path came to");
			i += folded;
			continue;
		}
		show_insn(o, &lines[i++]);
	}
}

void write_lines(struct out *o, const struct explain_line *lines, size_t n)
{
	out_open(o, "annotated", OUT_LIST);
	for (size_t i = 0; i < n; i++) {
		out_open(o, NULL, OUT_OBJECT);
		write_insn(o, &lines[i].insn);
		out_field(o, "visits", lines[i].visits);
		if (lines[i].is_refused)
			out_field(o, "refused", true);
		write_facts(o, "known", lines[i].facts, lines[i].nfacts);
		out_close(o);
	}
	out_close(o);
}
