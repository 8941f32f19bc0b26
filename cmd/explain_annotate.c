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
	return !line->is_refused && !line->matters;
}

static bool same_file(const struct explain_line *a, const struct explain_line *b)
{
	const char *file = a->insn.at.file, *other = b->insn.at.file;

	return !file == !other && (!file || strcmp(file, other) == 0);
}

static bool same_source(const struct explain_line *a, const struct explain_line *b)
{
	return a->insn.at.line == b->insn.at.line && same_file(a, b);
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

/* How many instructions from i on, of one source line, are folded together */
static size_t fold(const struct explain_line *lines, size_t n, size_t i)
{
	size_t end = i;

	while (end < n && is_folded(&lines[end]) && lines[end].visits &&
	       same_source(&lines[end], &lines[i]))
		end++;
	return end - i;
}

static void show_fold(struct out *o, size_t n, const char *of)
{
	out_styled(o, STYLE_FAINT, "%*s        ... %zu instruction%s%s\n", GUTTER, "", n,
		   n == 1 ? "" : "s", of);
}

/* What nobody came to, of one line or of many (first is 0: of several files); where it ends. */
static size_t show_unseen(struct out *o, const struct explain_line *lines, size_t n, size_t i)
{
	uint32_t first = UINT32_MAX, last = 0;
	struct strbuf of = {0};
	size_t end = i;

	for (; end < n && !lines[end].visits; end++) {
		bool is_known = same_file(&lines[end], &lines[i]);

		first = min(first, is_known ? lines[end].insn.at.line : 0);
		last = max(last, lines[end].insn.at.line);
	}
	if (first && first < last)
		strbuf_addf(&of, " of lines %u to %u", first, last);
	else if (first)
		strbuf_addf(&of, " of line %u", first);
	strbuf_add(&of, " that no path came to");
	show_fold(o, end - i, of.s);
	strbuf_free(&of);
	return end;
}

void show_lines(struct out *o, const struct explain_line *lines, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t folded = fold(lines, n, i);

		if (!lines[i].visits) {
			i = show_unseen(o, lines, n, i);
			continue;
		}
		if (!i || !lines[i - 1].visits || !same_source(&lines[i], &lines[i - 1]))
			show_source(o, &lines[i].insn.at);
		if (folded >= FOLD_MIN) {
			show_fold(o, folded, "");
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
