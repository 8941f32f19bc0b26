/*
 * The graph of programs as a picture, laid out as disasm/layout.h does it but from left to right:
 * each program stands left of those that it calls, traces or replaces. Programs that edges connect
 * are a part of the picture; those without edges come in rows below all parts.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/link.h"
#include "core/base/strbuf.h"
#include "disasm/layout.h"

enum {
	BOX_H = 44,
	PORT_H = 18, /* between edges that end at one box: a label's height */
	ROW_GAP = 20,
	CHAR_W = 8,
	MARGIN = 20,
	BENDS = 70,	    /* between the straight ends of edges */
	LONELY_WIDTH = 640, /* of rows of programs without edges, at least */
};

/* Programs that edges connect; the layout's x is our y. */
struct part {
	struct graph graph;
	struct layout l;
	uint32_t *nodes; /* of the blocks */
	uint32_t *edges; /* of the graph's edges */
	double *left;	 /* of layers */
	double top;
};

struct drawing {
	const struct prog_graph *g;
	struct arena arena;
	uint32_t *part_of; /* nodes; 0: without edges */
	VEC(struct part) parts;
	double right, bottom;
	struct strbuf *b;
};

static const struct {
	const char *word, *colour;
} looks[] = {
	[DOES_CALL] = {"call", "#15803d"},
	[DOES_TRACE] = {"trace", "#1d4ed8"},
	[DOES_REPLACE] = {"replace", "#b91c1c"},
	[DOES_STAND] = {"stand", "#64748b"},
};

/* ---- parts ---- */

static bool join(struct drawing *d, uint32_t part)
{
	bool changed = false;

	vec_each(&d->g->edges, e) {
		uint32_t *from = &d->part_of[e->from], *to = &d->part_of[e->to];

		if (*from == *to || (*from != part && *to != part))
			continue;
		*from = *to = part;
		changed = true;
	}
	return changed;
}

/* Numbers from 1; how many there are. */
static uint32_t find_parts(struct drawing *d)
{
	uint32_t n = 0;

	d->part_of = arena_array(&d->arena, uint32_t, d->g->nodes.n + 1);
	vec_each(&d->g->edges, e)
		d->part_of[e->from] = d->part_of[e->to] = UINT32_MAX;
	for (uint32_t i = 0; i < d->g->nodes.n; i++) {
		if (d->part_of[i] != UINT32_MAX)
			continue;
		d->part_of[i] = ++n;
		while (join(d, n))
			;
	}
	return n;
}

/* Edges to where the search is coming from lead back; order is filled from its end. */
static uint32_t search(struct graph *g, uint32_t block, uint8_t *state, uint32_t left)
{
	enum { UNDER_WAY = 1, DONE };

	state[block] = UNDER_WAY;
	for (uint32_t i = 0; i < g->nedges; i++) {
		struct edge *e = &g->edges[i];

		if (e->from != block)
			continue;
		e->is_back = state[e->to] == UNDER_WAY;
		if (!state[e->to])
			left = search(g, e->to, state, left);
	}
	state[block] = DONE;
	g->order[--left] = block;
	return left;
}

static void add_edges(struct drawing *d, struct part *p, const uint32_t *block_of)
{
	struct graph *g = &p->graph;

	for (uint32_t b = 0; b < g->nblocks; b++) {
		for (uint32_t i = 0; i < d->g->edges.n; i++) {
			const struct graph_edge *e = &d->g->edges.v[i];

			if (e->from != p->nodes[b] || e->to == e->from)
				continue;
			p->edges[g->nedges] = i;
			g->edges[g->nedges++] = (struct edge){.from = b, .to = block_of[e->to]};
		}
	}
}

static void make_graph(struct drawing *d, struct part *p, uint32_t number)
{
	uint32_t nnodes = (uint32_t)d->g->nodes.n, nedges = (uint32_t)d->g->edges.n, left;
	uint32_t *block_of = arena_array(&d->arena, uint32_t, nnodes);
	struct graph *g = &p->graph;
	uint8_t *state;

	p->nodes = arena_array(&d->arena, uint32_t, nnodes);
	p->edges = arena_array(&d->arena, uint32_t, nedges);
	g->edges = arena_array(&d->arena, struct edge, nedges);
	for (uint32_t i = 0; i < nnodes; i++) {
		if (d->part_of[i] != number)
			continue;
		block_of[i] = g->nblocks;
		p->nodes[g->nblocks++] = i;
	}
	add_edges(d, p, block_of);
	g->order = arena_array(&d->arena, uint32_t, g->nblocks);
	state = arena_alloc(&d->arena, g->nblocks);
	memset(state, 0, g->nblocks);
	left = g->nblocks;
	for (uint32_t b = 0; b < g->nblocks; b++)
		if (!state[b])
			left = search(g, b, state, left);
}

/* ---- sizes ---- */

static double box_width(const struct graph_node *n)
{
	size_t len = strlen(n->name) + (n->id ? 6 : 2);

	return max(len, strlen(n->type) + 2) * (double)CHAR_W + 24;
}

static uint32_t count_ends(const struct part *p, uint32_t block, bool leave)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->graph.nedges; i++)
		n += (leave ? p->graph.edges[i].from : p->graph.edges[i].to) == block;
	return n;
}

static const struct graph_edge *edge_of(const struct drawing *d, const struct part *p, uint32_t i)
{
	return &d->g->edges.v[p->edges[i]];
}

/* The label is above an edge's end, at that box where fewer end. */
static bool is_labelled(const struct part *p, uint32_t edge, bool at_begin)
{
	const struct edge *e = &p->graph.edges[edge];

	return at_begin == (count_ends(p, e->from, true) < count_ends(p, e->to, false));
}

/* How far an edge is straight at one of its ends, for its label. */
static double lead(const struct drawing *d, const struct part *p, uint32_t edge, bool at_begin)
{
	const struct graph_edge *e = edge_of(d, p, edge);

	return is_labelled(p, edge, at_begin)
		       ? (double)(strlen(e->does) + strlen(e->what) + 1) * (CHAR_W - 1) + 24
		       : 8;
}

/* Edges that end beside a layer of boxes: behind it, or before it. */
static double longest_lead(const struct drawing *d, const struct part *p, uint32_t layer,
			   bool behind)
{
	double most = 8;

	for (uint32_t i = 0; i < p->graph.nedges; i++) {
		const struct edge *e = &p->graph.edges[i];

		if (p->l.nodes[behind ? e->from : e->to].layer == layer)
			most = max(most, lead(d, p, i, behind));
	}
	return most;
}

static void lay_out(struct drawing *d, struct part *p)
{
	double (*sizes)[2] = arena_alloc(&d->arena, sizeof(*sizes) * p->graph.nblocks);
	double x = MARGIN;

	for (uint32_t b = 0; b < p->graph.nblocks; b++) {
		uint32_t in = count_ends(p, b, false), out = count_ends(p, b, true);
		uint32_t most = max(in, out);

		sizes[b][0] = max((uint32_t)BOX_H, (most + 1) * PORT_H);
		sizes[b][1] = box_width(&d->g->nodes.v[p->nodes[b]]);
	}
	layout_graph(&p->l, &p->graph, (const double (*)[2])sizes, &d->arena);
	p->left = arena_array(&d->arena, double, p->l.nlayers);
	for (uint32_t l = 0; l < p->l.nlayers; l++) {
		if (l)
			x += longest_lead(d, p, l, false) + BENDS;
		p->left[l] = x;
		x += p->l.layers[l].height;
		d->right = max(d->right, x);
		x += longest_lead(d, p, l, true);
	}
	p->top = d->bottom - MARGIN;
	d->bottom += p->l.width - 2 * MARGIN + 2 * ROW_GAP;
}

/* ---- edges ---- */

static void add_label(const struct drawing *d, const struct graph_edge *e, double x, double y,
		      const char *anchor)
{
	strbuf_addf(d->b,
		    "<text class=\"label %s\" style=\"text-anchor:%s\" x=\"%.1f\" y=\"%.1f\">%s",
		    looks[e->kind].word, anchor, x, y, e->does);
	strbuf_add(d->b, *e->what ? " " : "");
	strbuf_add_xml(d->b, e->what, strlen(e->what));
	strbuf_add(d->b, "</text>\n");
}

static void begin_path(const struct drawing *d, const struct graph_edge *e, double x, double y)
{
	strbuf_addf(d->b, "<path class=\"%s\" marker-end=\"url(#%s)\" d=\"M%.1f %.1f",
		    looks[e->kind].word, looks[e->kind].word, x, y);
}

/* The end of a box, or of a layer's room behind it. */
static double box_end(const struct drawing *d, const struct part *p, uint32_t block)
{
	return p->left[p->l.nodes[block].layer] + box_width(&d->g->nodes.v[p->nodes[block]]);
}

static double layer_end(const struct part *p, uint32_t node)
{
	uint32_t layer = p->l.nodes[node].layer;

	return p->left[layer] + p->l.layers[layer].height;
}

static void draw_links(const struct drawing *d, const struct part *p, uint32_t i)
{
	const struct route *r = &p->l.routes[i];
	const struct graph_edge *e = edge_of(d, p, i);
	const struct link *first = &p->l.links[r->first], *last = first + r->nlinks - 1;
	double y1 = p->top + first->x1, y2 = p->top + last->x2;
	double x2 = p->left[p->l.nodes[last->to].layer];

	begin_path(d, e, box_end(d, p, first->from), y1);
	for (const struct link *k = first; k <= last; k++) {
		double begin = layer_end(p, k->from), end = p->left[p->l.nodes[k->to].layer];
		double bend;

		begin += longest_lead(d, p, p->l.nodes[k->from].layer, true);
		end -= longest_lead(d, p, p->l.nodes[k->to].layer, false);
		bend = (end - begin) / 2;
		strbuf_addf(d->b, "H%.1fC%.1f %.1f %.1f %.1f %.1f %.1f", begin, begin + bend,
			    p->top + k->x1, end - bend, p->top + k->x2, end, p->top + k->x2);
	}
	strbuf_addf(d->b, "H%.1f\"/>\n", x2);
	if (is_labelled(p, i, true))
		add_label(d, e, layer_end(p, first->from) + 12, y1 - 4, "start");
	else
		add_label(d, e, x2 - 14, y2 - 4, "end");
}

/* An edge that leads back, below all that lies between its ends. */
static void draw_lane(const struct drawing *d, const struct part *p, uint32_t i)
{
	const struct route *r = &p->l.routes[i];
	const struct graph_edge *e = edge_of(d, p, i);
	uint32_t from = p->graph.edges[i].from, to = p->graph.edges[i].to;
	double x1 = box_end(d, p, from), x2 = p->left[p->l.nodes[to].layer];
	double y1 = p->top + r->x1, y2 = p->top + r->x2, lane = p->top + r->lane;

	begin_path(d, e, x1, y1);
	strbuf_addf(d->b, "h4q8 0 8 8V%.1fq0 8 -8 8H%.1fq-8 0 -8 -8V%.1fq0 -8 8 -8H%.1f\"/>\n",
		    lane - 8, x2 - 6, y2 + 8, x2);
	add_label(d, e, x1, lane - 4, "end");
}

/* A program that calls itself, below its box. */
static void draw_loop(const struct drawing *d, const struct graph_edge *e, double x, double y)
{
	begin_path(d, e, x + 16, y);
	strbuf_add(d->b, "c0 20 26 20 26 0\"/>\n");
	add_label(d, e, x + 48, y + 14, "start");
}

/* ---- boxes ---- */

static void draw_box(const struct drawing *d, uint32_t i, double x, double middle, double h)
{
	const struct graph_node *n = &d->g->nodes.v[i];
	double w = box_width(n), text = middle - BOX_H / 2.0;

	strbuf_addf(d->b,
		    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
		    "rx=\"%d\"/>\n<text class=\"name\" x=\"%.1f\" y=\"%.1f\">",
		    n->id ? "prog" : "place", x, middle - h / 2, w, h, n->id ? 6 : BOX_H / 2,
		    x + 14, text + (n->id ? 19 : 27));
	strbuf_add_xml(d->b, n->name, strlen(n->name));
	strbuf_add(d->b, "</text>\n");
	if (n->id)
		strbuf_addf(d->b,
			    "<text class=\"id\" x=\"%.1f\" y=\"%.1f\">%u</text>\n"
			    "<text class=\"type\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
			    x + w - 10, text + 19, n->id, x + 14, text + 36, n->type);
	vec_each(&d->g->edges, e)
		if (e->from == i && e->to == i)
			draw_loop(d, e, x, middle + h / 2);
}

static void draw_part(const struct drawing *d, const struct part *p)
{
	for (uint32_t i = 0; i < p->graph.nedges; i++) {
		if (p->l.routes[i].nlinks)
			draw_links(d, p, i);
		else
			draw_lane(d, p, i);
	}
	for (uint32_t b = 0; b < p->graph.nblocks; b++) {
		const struct node *n = &p->l.nodes[b];

		draw_box(d, p->nodes[b], p->left[n->layer], p->top + n->x, n->w);
	}
}

/* Programs without edges, in rows below all others. */
static void draw_lonely(struct drawing *d)
{
	double x = MARGIN, limit = max(d->right, (double)LONELY_WIDTH);
	bool any = false;

	for (uint32_t i = 0; i < d->g->nodes.n; i++) {
		double width = box_width(&d->g->nodes.v[i]);

		if (d->part_of[i])
			continue;
		if (any && x + width > limit) {
			x = MARGIN;
			d->bottom += BOX_H + ROW_GAP;
		}
		any = true;
		draw_box(d, i, x, d->bottom + BOX_H / 2.0, BOX_H);
		x += width + ROW_GAP;
		d->right = max(d->right, x - ROW_GAP);
	}
	d->bottom += any ? BOX_H + ROW_GAP : 0;
}

static void add_style(double width, double height, struct strbuf *b)
{
	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\">\n"
		    "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
		    "<style>text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;"
		    "fill:#0f172a}.prog{fill:#f8fafc;stroke:#334155;stroke-width:1.2}"
		    ".place{fill:#fffbeb;stroke:#b45309}.name{font-weight:bold}"
		    ".type,.id{fill:#64748b;font-size:11px}.id{text-anchor:end}"
		    "path{fill:none;stroke-width:1.5}.label{font-size:12px}\n",
		    width, height);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		strbuf_addf(b, "path.%s{stroke:%s}text.%s{fill:%s}\n", looks[i].word,
			    looks[i].colour, looks[i].word, looks[i].colour);
	strbuf_add(b, "path.stand{stroke-dasharray:5 4}</style>\n<defs>\n");
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		strbuf_addf(b,
			    "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" "
			    "markerWidth=\"9\" markerHeight=\"9\" orient=\"auto\" "
			    "markerUnits=\"userSpaceOnUse\">"
			    "<path d=\"M0 0L8 4L0 8z\" style=\"fill:%s;stroke:none\"/></marker>\n",
			    looks[i].word, looks[i].colour);
	strbuf_add(b, "</defs>\n");
}

/* How large it is shows when it is drawn. */
void link_draw(const struct prog_graph *g, struct strbuf *b)
{
	struct strbuf picture = {0};
	struct drawing d = {.g = g, .bottom = MARGIN, .b = &picture};
	uint32_t n = find_parts(&d);

	for (uint32_t i = 1; i <= n; i++) {
		vec_push(&d.parts, ((struct part){.top = 0}));
		make_graph(&d, &d.parts.v[i - 1], i);
		lay_out(&d, &d.parts.v[i - 1]);
		draw_part(&d, &d.parts.v[i - 1]);
	}
	draw_lonely(&d);
	add_style(d.right + MARGIN, max(d.bottom - ROW_GAP + MARGIN, 2.0 * MARGIN), b);
	strbuf_addmem(b, picture.s, picture.len);
	strbuf_add(b, "</svg>\n");
	strbuf_free(&picture);
	vec_free(&d.parts);
	arena_free(&d.arena);
}
