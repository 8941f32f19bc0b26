/* Graphs as SVG: one drawing, the functions below each other. Coordinates are rounded to pixels. */
#include <stdio.h>
#include <string.h>

#include "disasm/layout.h"

enum {
	FONT = 12,
	LINE = 17,
	PAD_X = 12,
	PAD_Y = 9,
	HEADING = 34,  /* height of a function's headline */
	MAX_TEXT = 96, /* characters of a line */
	RADIUS = 7,    /* of an edge's corners */
};
#define CHAR_WIDTH 7.23 /* of usual monospaced fonts at that size */

static const struct {
	const char *name, *colour;
} edge_styles[] = {
	[EDGE_PLAIN] = {"plain", "#64748b"},
	[EDGE_TRUE] = {"true", "#16a34a"},
	[EDGE_FALSE] = {"false", "#dc2626"},
};

struct svg {
	struct strbuf *b;
	const struct dis_options *opt;
	const struct layout *l;
	double y; /* of the function's drawing */
};

static void add_xml(struct strbuf *b, const char *s, size_t max)
{
	strbuf_add_xml(b, s, min(strlen(s), max));
	if (strlen(s) > max)
		strbuf_add(b, "…");
}

/* ---- blocks ---- */

/* A block's first row says its line even if the block above in the text ended with it. */
static bool has_source(const struct svg *s, const struct dis_row *row, bool is_first)
{
	return s->opt->source && row->source && row->source->text[0] && (is_first || row->new_line);
}

static void block_size(const struct svg *s, const struct graph *g, uint32_t b, double size[2])
{
	const struct block *block = &g->blocks[b];
	size_t width = 6, lines = 0;

	for (uint32_t i = 0; i < block->nrows; i++) {
		const struct dis_row *row = &g->func->rows[block->first + i];
		size_t slen = has_source(s, row, !i) ? strlen(row->source->text) : 0;
		size_t len = strlen(row->text) + 6;

		width = len > width ? len : width;
		width = slen > width ? slen : width;
		lines += 1 + (slen > 0);
	}
	lines += g->func->rows[block->first].label != NULL;
	size[0] = (width < MAX_TEXT ? width : MAX_TEXT + 1) * CHAR_WIDTH + 2 * PAD_X;
	size[1] = lines * LINE + 2.0 * PAD_Y;
}

static void text_line(struct svg *s, double x, double y, const char *class, const char *text)
{
	strbuf_addf(s->b, "<text x=\"%.0f\" y=\"%.0f\"%s%s%s>", x, y, class ? " class=\"" : "",
		    class ? class : "", class ? "\"" : "");
	add_xml(s->b, text, MAX_TEXT);
	strbuf_add(s->b, "</text>\n");
}

/* What an instruction does to the flow gives it its colour. */
static const char *row_class(const struct dis_row *row)
{
	uint32_t flags = row->is_bad ? 0 : insn_desc(row->insn)->flags;

	if (row->is_bad)
		return "bad";
	if (flags & INSN_CALLS)
		return "call";
	return flags & (INSN_JUMP | INSN_EXITS) ? "jump" : NULL;
}

static void draw_row(struct svg *s, const struct dis_row *row, bool is_first, double x, double *y)
{
	char slot[16];

	if (has_source(s, row, is_first)) {
		text_line(s, x, *y, "source", row->source->text);
		*y += LINE;
	}
	snprintf(slot, sizeof(slot), "%u", row->slot);
	text_line(s, x + 4 * CHAR_WIDTH, *y, "slot", slot);
	text_line(s, x + 5 * CHAR_WIDTH, *y, row_class(row), row->text);
	*y += LINE;
}

static void draw_block(struct svg *s, const struct graph *g, uint32_t b)
{
	const struct block *block = &g->blocks[b];
	const struct dis_row *first = &g->func->rows[block->first],
			     *last = first + block->nrows - 1;
	const struct node *n = &s->l->nodes[b];
	double x = n->x - n->w / 2, top = s->y + s->l->layers[n->layer].top;
	bool exits = !last->is_bad && insn_desc(last->insn)->flags & INSN_EXITS;
	double y = top + PAD_Y + FONT;

	strbuf_addf(s->b,
		    "<rect x=\"%.0f\" y=\"%.0f\" width=\"%.0f\" height=\"%.0f\" rx=\"6\" "
		    "class=\"%s\"/>\n",
		    x, top, n->w, n->h,
		    !b	    ? "entry"
		    : exits ? "exit"
			    : "block");
	if (first->label) {
		text_line(s, x + PAD_X, y, "label", first->label);
		y += LINE;
	}
	for (const struct dis_row *row = first; row <= last; row++)
		draw_row(s, row, row == first, x + PAD_X, &y);
}

/* ---- edges ---- */

static double layer_bottom(const struct svg *s, uint32_t layer)
{
	return s->y + s->l->layers[layer].top + s->l->layers[layer].height;
}

static void draw_links(struct svg *s, const struct edge *e, const struct route *r)
{
	const struct node *from = &s->l->nodes[e->from];
	const struct link *k = &s->l->links[r->first];
	uint32_t layer = from->layer;

	strbuf_addf(s->b, "M%.0f %.0f", k->x1, s->y + s->l->layers[layer].top + from->h);
	for (uint32_t i = 0; i < r->nlinks; i++, k++, layer++) {
		double y1 = layer_bottom(s, layer), y2 = s->y + s->l->layers[layer + 1].top;

		strbuf_addf(s->b, "V%.0fC%.0f %.0f %.0f %.0f %.0f %.0f", y1, k->x1, (y1 + y2) / 2,
			    k->x2, (y1 + y2) / 2, k->x2, i + 1 == r->nlinks ? y2 - 2 : y2);
	}
}

/* A corner between a horizontal and a vertical stretch. */
static void corner(struct svg *s, double x, double y, double from_x, double from_y, double to_x,
		   double to_y)
{
	double ax = from_x < x ? -RADIUS : from_x > x ? RADIUS : 0;
	double ay = from_y < y ? -RADIUS : from_y > y ? RADIUS : 0;
	double bx = to_x < x ? -RADIUS : to_x > x ? RADIUS : 0;
	double by = to_y < y ? -RADIUS : to_y > y ? RADIUS : 0;

	strbuf_addf(s->b, "L%.0f %.0fQ%.0f %.0f %.0f %.0f", x + ax, y + ay, x, y, x + bx, y + by);
}

/* Down from the block, along the lane, and to the target from above. */
static void draw_lane(struct svg *s, const struct edge *e, const struct route *r)
{
	const struct node *from = &s->l->nodes[e->from], *to = &s->l->nodes[e->to];
	double start = s->y + s->l->layers[from->layer].top + from->h;
	double y1 = layer_bottom(s, from->layer) + 14, end = s->y + s->l->layers[to->layer].top;
	double y2 = end - 16;

	strbuf_addf(s->b, "M%.0f %.0f", r->x1, start);
	corner(s, r->x1, y1, r->x1, start, r->lane, y1);
	corner(s, r->lane, y1, r->x1, y1, r->lane, y2);
	corner(s, r->lane, y2, r->lane, y1, r->x2, y2);
	corner(s, r->x2, y2, r->lane, y2, r->x2, end);
	strbuf_addf(s->b, "V%.0f", end - 2);
}

static void draw_edge(struct svg *s, const struct graph *g, uint32_t i)
{
	const struct edge *e = &g->edges[i];
	const char *name = edge_styles[e->kind].name;

	strbuf_addf(s->b, "<path class=\"%s%s\" marker-end=\"url(#%s)\" d=\"", name,
		    e->is_back ? " back" : "", name);
	if (s->l->routes[i].nlinks)
		draw_links(s, e, &s->l->routes[i]);
	else
		draw_lane(s, e, &s->l->routes[i]);
	strbuf_add(s->b, "\"/>\n");
}

/* ---- the drawing ---- */

static const char style[] =
	"text{font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#0f172a;"
	"white-space:pre}"
	".heading{font-size:14px;font-weight:bold}"
	".slot{fill:#94a3b8;text-anchor:end}.label{fill:#7c3aed;font-weight:bold}"
	".source{fill:#0f766e;font-style:italic}.call{fill:#1d4ed8}.jump{fill:#7c3aed}"
	".bad{fill:#dc2626}"
	"rect{stroke:#94a3b8;fill:#f8fafc}rect.entry{stroke:#334155;stroke-width:1.6;fill:#eff6ff}"
	"rect.exit{fill:#f1f5f9;stroke:#475569}rect.paper{fill:#fff;stroke:none}"
	"path{fill:none;stroke-width:1.4}path.back{stroke-dasharray:6 3}";

static void draw_styles(struct strbuf *b)
{
	strbuf_addf(b, "<style>%s", style);
	for (size_t i = 0; i < ARRAY_SIZE(edge_styles); i++)
		strbuf_addf(b, "path.%s{stroke:%s}", edge_styles[i].name, edge_styles[i].colour);
	strbuf_add(b, "</style>\n<defs>");
	for (size_t i = 0; i < ARRAY_SIZE(edge_styles); i++)
		strbuf_addf(b,
			    "<marker id=\"%s\" viewBox=\"0 0 10 10\" refX=\"8\" refY=\"5\" "
			    "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
			    "<polygon points=\"0 1 10 5 0 9\" fill=\"%s\"/></marker>\n",
			    edge_styles[i].name, edge_styles[i].colour);
	strbuf_add(b, "</defs>\n");
}

/* Draws one function at s->y and moves it on; returns the width. */
static double draw_function(struct svg *s, const struct dis_func *f)
{
	const char *title = f->proto ? f->proto : f->name;
	struct arena arena = {0};
	double(*sizes)[2], width;
	struct layout layout;
	struct graph g;

	graph_build(&g, f, &arena);
	sizes = arena_alloc(&arena, g.nblocks * sizeof(*sizes));
	for (uint32_t b = 0; b < g.nblocks; b++)
		block_size(s, &g, b, sizes[b]);
	layout_graph(&layout, &g, (const double(*)[2])sizes, &arena);
	s->l = &layout;
	text_line(s, 20, s->y + HEADING - 8, "heading", title);
	s->y += HEADING;
	for (uint32_t e = 0; e < g.nedges; e++)
		draw_edge(s, &g, e);
	for (uint32_t b = 0; b < g.nblocks; b++)
		draw_block(s, &g, b);
	s->y += layout.height;
	width = 40 + min(strlen(title), (size_t)MAX_TEXT + 1) * CHAR_WIDTH * 14 / FONT;
	width = layout.width > width ? layout.width : width;
	arena_free(&arena);
	return width;
}

void disasm_svg(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out)
{
	struct strbuf body = {0};
	struct svg s = {.b = &body, .opt = opt};
	double width = 200;

	for (uint32_t i = 0; i < list->nfuncs; i++) {
		double w = draw_function(&s, &list->funcs[i]);

		width = w > width ? w : width;
	}
	strbuf_addf(out,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
		    "viewBox=\"0 0 %.0f %.0f\">\n",
		    width, s.y + 1, width, s.y + 1);
	draw_styles(out);
	strbuf_add(out, "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
	strbuf_addmem(out, strbuf_str(&body), body.len);
	strbuf_add(out, "</svg>\n");
	strbuf_free(&body);
}
