/* Stacks as text, and as a flame graph (Gregg, "The Flame Graph", CACM 59(6), 2016). */
#include <stdio.h>
#include <string.h>

#include "cmd/cover.h"
#include "cmd/run_profile.h"

void profile_folded(struct strbuf *b, const struct run_profile *p)
{
	vec_each(&p->stacks, s) {
		for (uint32_t i = 0; i < s->n; i++) {
			if (i)
				strbuf_addch(b, ';');
			/* What parts names is in none of them. */
			for (const char *at = s->names[i]; *at; at++)
				strbuf_addch(b, *at == ';' || *at == ' ' ? '_' : *at);
		}
		strbuf_addf(b, " %llu\n", (unsigned long long)s->weight);
	}
}

enum { WIDTH = 1200, ROW = 18, PAD = 10, HEAD = 36, CHAR = 7 };

struct flame {
	struct strbuf *b;
	const struct run_profile *p;
	uint32_t depth; /* of the deepest stack */
};

static void add_box(struct flame *f, const char *name, bool is_call, uint32_t level, uint64_t from,
		    uint64_t weight)
{
	double scale = (double)(WIDTH - 2 * PAD) / (double)f->p->total;
	double x = PAD + (double)from * scale, width = (double)weight * scale;
	uint32_t y = HEAD + (f->depth - level) * ROW;
	char text[64];

	strbuf_addf(f->b, "<g><title>");
	html_add(f->b, name);
	strbuf_addf(f->b, ", %.1f%%</title><rect x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\" ",
		    100.0 * (double)weight / (double)f->p->total, x, y, width, ROW - 1);
	/* Warm for code of programs, cold for what it calls */
	strbuf_addf(f->b, "fill=\"hsl(%u,70%%,%u%%)\" rx=\"2\"/>",
		    is_call ? 205 : 20 + level * 7 % 30, is_call ? 75 : 68);
	if (width >= 4 * CHAR) {
		snprintf(text, sizeof(text), "%.*s", (int)(width / CHAR) - 1, name);
		strbuf_addf(f->b, "<text x=\"%.1f\" y=\"%u\">", x + 3, y + ROW - 6);
		html_add(f->b, text);
		strbuf_add(f->b, "</text>");
	}
	strbuf_add(f->b, "</g>\n");
}

/* Stacks lie by name: those that begin alike are beside each other. */
static bool is_same(const struct profile_stack *a, const struct profile_stack *b, uint32_t level)
{
	if (a->n <= level || b->n <= level)
		return false;
	for (uint32_t i = 0; i <= level; i++)
		if (strcmp(a->names[i], b->names[i]) != 0)
			return false;
	return true;
}

static void add_level(struct flame *f, uint32_t level)
{
	const struct run_profile *p = f->p;
	uint64_t at = 0, weight;

	for (size_t i = 0, end; i < p->stacks.n; i = end, at += weight) {
		const struct profile_stack *s = &p->stacks.v[i];

		weight = s->weight;
		for (end = i + 1; end < p->stacks.n && is_same(s, &p->stacks.v[end], level); end++)
			weight += p->stacks.v[end].weight;
		if (level < s->n)
			add_box(f, s->names[level], s->in_call && level + 1 == s->n, level, at,
				weight);
	}
}

void profile_svg(struct strbuf *b, const struct run_profile *p)
{
	struct flame f = {.b = b, .p = p};

	vec_each(&p->stacks, s)
		f.depth = max(f.depth, s->n);
	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %u\" "
		    "font-family=\"ui-monospace,monospace\" font-size=\"12\">\n"
		    "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n"
		    "<text x=\"%d\" y=\"22\">%llu %s, %s</text>\n",
		    WIDTH, HEAD + (f.depth + 1) * ROW + PAD, PAD, (unsigned long long)p->total,
		    p->is_timed ? "samples of time" : "instructions", p->engine);
	for (uint32_t level = 0; level < f.depth; level++)
		add_level(&f, level);
	strbuf_add(b, "</svg>\n");
}
