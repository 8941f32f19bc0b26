/*
 * The graph of programs as a picture, in layers from left to right (Sugiyama, Tagawa, Toda: Methods
 * for visual understanding of hierarchical system structures, 1981): each program stands left of
 * those that it calls, traces or replaces, edges that go further pass through spots of their own in
 * the layers between, and spots are ordered by where their neighbours are. Edges against the
 * direction, which cycles have, are laid out the other way round.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/link.h"
#include "core/base/strbuf.h"

enum {
	BOX_H = 44,
	PORT_H = 17, /* between edges that end at one box: a label's height */
	ROW_GAP = 20,
	PASS_H = 16, /* of a spot that an edge passes */
	CHAR_W = 8,
	MARGIN = 20,
	SWEEPS = 8,
	LONELY_WIDTH = 640, /* of rows of programs without edges, at least */
};

/* A node, or where an edge passes a layer. */
struct spot {
	uint32_t layer, part; /* part: those that edges connect */
	bool is_node;
	double x, y, height, want; /* y: its middle */
};

/* What connects spots of neighbouring layers. */
struct segment {
	uint32_t from, to, edge;
};

struct drawing {
	const struct prog_graph *g;
	VEC(struct spot) spots; /* nodes first */
	VEC(struct segment) segments;
	VEC(uint32_t) order; /* spots by part, layer and place */
	bool *is_back;	     /* of edges: laid out the other way round */
	uint32_t nlayers, nparts;
	double *left, *width; /* of layers */
	double right, bottom;
};

static uint32_t from_of(const struct drawing *d, uint32_t edge)
{
	return d->is_back[edge] ? d->g->edges.v[edge].to : d->g->edges.v[edge].from;
}

static uint32_t to_of(const struct drawing *d, uint32_t edge)
{
	return d->is_back[edge] ? d->g->edges.v[edge].from : d->g->edges.v[edge].to;
}

/* ---- layers ---- */

/* Edges that lead back to where the search is coming from. */
static void find_back(struct drawing *d, uint32_t node, uint8_t *state)
{
	enum { UNDER_WAY = 1, DONE };

	state[node] = UNDER_WAY;
	for (uint32_t i = 0; i < d->g->edges.n; i++) {
		const struct graph_edge *e = &d->g->edges.v[i];

		if (e->from != node || e->to == node)
			continue;
		if (state[e->to] == UNDER_WAY)
			d->is_back[i] = true;
		else if (!state[e->to])
			find_back(d, e->to, state);
	}
	state[node] = DONE;
}

static void find_layers(struct drawing *d)
{
	uint32_t n = (uint32_t)d->g->nodes.n;
	uint8_t *state = xcalloc(n + 1, 1);
	bool changed = true;

	for (uint32_t i = 0; i < n; i++) {
		vec_push(&d->spots, ((struct spot){.is_node = true}));
		if (!state[i])
			find_back(d, i, state);
	}
	free(state);
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < d->g->edges.n; i++) {
			uint32_t from = from_of(d, i), to = to_of(d, i);
			uint32_t least = d->spots.v[from].layer + 1;

			if (from == to || d->spots.v[to].layer >= least)
				continue;
			d->spots.v[to].layer = least;
			changed = true;
		}
	}
	vec_each(&d->spots, s)
		d->nlayers = max(d->nlayers, s->layer + 1);
}

/* Parts by number, from 1; 0: programs without edges. */
static void find_parts(struct drawing *d)
{
	bool changed = true;

	vec_each(&d->g->edges, e)
		d->spots.v[e->from].part = d->spots.v[e->to].part = UINT32_MAX;
	for (uint32_t i = 0; i < d->spots.n; i++) {
		if (d->spots.v[i].part != UINT32_MAX)
			continue;
		d->spots.v[i].part = ++d->nparts;
		for (changed = true; changed;) {
			changed = false;
			vec_each(&d->g->edges, e) {
				struct spot *from = &d->spots.v[e->from], *to = &d->spots.v[e->to];

				if (from->part == to->part)
					continue;
				if (from->part != d->nparts && to->part != d->nparts)
					continue;
				from->part = to->part = d->nparts;
				changed = true;
			}
		}
	}
}

/* Each edge as a chain through the layers. */
static void make_segments(struct drawing *d)
{
	for (uint32_t i = 0; i < d->g->edges.n; i++) {
		uint32_t at = from_of(d, i), to = to_of(d, i);

		while (at != to) {
			uint32_t layer = d->spots.v[at].layer + 1, next = to;

			if (layer < d->spots.v[to].layer) {
				next = (uint32_t)d->spots.n;
				vec_push(&d->spots, ((struct spot){.layer = layer,
								   .part = d->spots.v[at].part,
								   .height = PASS_H}));
			}
			vec_push(&d->segments, ((struct segment){at, next, i}));
			at = next;
		}
	}
}

/* ---- order, and places ---- */

/* Boxes are high enough for the edges that end at them. */
static void find_heights(struct drawing *d)
{
	for (uint32_t i = 0; i < d->g->nodes.n; i++) {
		uint32_t in = 0, out = 0, most;

		vec_each(&d->segments, s) {
			in += s->to == i;
			out += s->from == i;
		}
		most = max(in, out);
		d->spots.v[i].height = max((uint32_t)BOX_H, most * PORT_H + 8);
	}
}

/* Where the neighbours on one side, or on both, are on average; where it is when there are none. */
static double middle_of_neighbours(const struct drawing *d, uint32_t spot, bool left, bool right)
{
	double sum = 0;
	uint32_t n = 0;

	vec_each(&d->segments, s) {
		if (left && s->to == spot) {
			sum += d->spots.v[s->from].y;
			n++;
		}
		if (right && s->from == spot) {
			sum += d->spots.v[s->to].y;
			n++;
		}
	}
	return n ? sum / n : d->spots.v[spot].y;
}

/* The spots of a layer in the part that begins at *begin are [*begin, *end) of the order. */
static bool next_range(const struct drawing *d, size_t *begin, size_t *end)
{
	const struct spot *first;

	*begin = *end;
	if (*begin >= d->order.n)
		return false;
	first = &d->spots.v[d->order.v[*begin]];
	while (*end < d->order.n && d->spots.v[d->order.v[*end]].layer == first->layer &&
	       d->spots.v[d->order.v[*end]].part == first->part)
		++*end;
	return true;
}

static bool is_before(const struct drawing *d, uint32_t a, uint32_t b)
{
	const struct spot *x = &d->spots.v[a], *y = &d->spots.v[b];

	if (x->part != y->part)
		return x->part < y->part;
	return x->layer != y->layer ? x->layer < y->layer : x->want < y->want;
}

/* By part, layer and where they want to be; equals stay as they are. */
static void sort(struct drawing *d)
{
	for (size_t i = 1; i < d->order.n; i++) {
		uint32_t spot = d->order.v[i];
		size_t at = i;

		for (; at > 0 && is_before(d, spot, d->order.v[at - 1]); at--)
			d->order.v[at] = d->order.v[at - 1];
		d->order.v[at] = spot;
	}
}

static void stack(struct drawing *d)
{
	size_t begin, end = 0;

	while (next_range(d, &begin, &end)) {
		double y = 0;

		for (size_t i = begin; i < end; i++) {
			struct spot *s = &d->spots.v[d->order.v[i]];

			s->y = y + s->height / 2;
			y += s->height + ROW_GAP;
		}
	}
}

static void find_order(struct drawing *d)
{
	for (uint32_t i = 0; i < d->spots.n; i++) {
		vec_push(&d->order, i);
		d->spots.v[i].want = i;
	}
	sort(d);
	stack(d);
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		for (uint32_t i = 0; i < d->spots.n; i++)
			d->spots.v[i].want = middle_of_neighbours(d, i, sweep % 2 == 0, sweep % 2);
		sort(d);
		stack(d);
	}
}

/* As near to where they want to be as they can without changing their order. */
static void settle(struct drawing *d, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++) {
		struct spot *s = &d->spots.v[d->order.v[i]];

		s->y = s->want;
		if (i > begin) {
			const struct spot *above = &d->spots.v[d->order.v[i - 1]];

			s->y = max(s->y, above->y + (above->height + s->height) / 2 + ROW_GAP);
		}
	}
	for (size_t i = end; i-- > begin;) {
		struct spot *s = &d->spots.v[d->order.v[i]];
		double low = s->want;

		if (i + 1 < end) {
			const struct spot *below = &d->spots.v[d->order.v[i + 1]];

			low = min(low, below->want -
					       (below->height + s->height) / 2 - ROW_GAP);
		}
		s->want = low;
		s->y = (s->y + low) / 2;
	}
}

/* Parts below each other. */
static void stack_parts(struct drawing *d)
{
	double y = MARGIN;

	for (uint32_t part = 1; part <= d->nparts; part++) {
		double top = 1e9, bottom = 0;

		vec_each(&d->spots, s)
			if (s->part == part)
				top = min(top, s->y - s->height / 2);
		vec_each(&d->spots, s) {
			if (s->part != part)
				continue;
			s->y += y - top;
			bottom = max(bottom, s->y + s->height / 2);
		}
		y = bottom + 2 * ROW_GAP;
	}
	d->bottom = y;
}

static void find_places(struct drawing *d)
{
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		size_t begin, end = 0;

		for (uint32_t i = 0; i < d->spots.n; i++)
			d->spots.v[i].want = middle_of_neighbours(d, i, true, true);
		while (next_range(d, &begin, &end))
			settle(d, begin, end);
	}
	stack_parts(d);
}

/* ---- widths ---- */

static double box_width(const struct graph_node *n)
{
	size_t len = strlen(n->name) + (n->id ? 6 : 2);

	return max(len, strlen(n->type) + 2) * (double)CHAR_W + 24;
}

static double label_width(const struct graph_edge *e)
{
	return (double)(strlen(e->does) + strlen(e->what) + 1) * (CHAR_W - 1);
}

static uint32_t ends_at(const struct drawing *d, uint32_t spot, bool leave)
{
	uint32_t n = 0;

	vec_each(&d->segments, s)
		n += (leave ? s->from : s->to) == spot;
	return n;
}

/* The label is above an edge's end, at that box where fewer end. */
static bool is_labelled(const struct drawing *d, const struct segment *s, bool at_begin)
{
	bool begin = ends_at(d, from_of(d, s->edge), true) < ends_at(d, to_of(d, s->edge), false);

	if (begin != at_begin)
		return false;
	return begin ? s->from == from_of(d, s->edge) : s->to == to_of(d, s->edge);
}

/* How far a segment is straight at one of its ends, for its label. */
static double lead(const struct drawing *d, const struct segment *s, bool at_begin)
{
	return is_labelled(d, s, at_begin) ? label_width(&d->g->edges.v[s->edge]) + 24 : 8;
}

/* The room between two layers: for labels on both sides, and for the bends between them. */
static double gap_behind(const struct drawing *d, uint32_t layer)
{
	enum { BENDS = 70 };
	double begin = 0, end = 0;

	vec_each(&d->segments, s) {
		if (d->spots.v[s->from].layer != layer)
			continue;
		begin = max(begin, lead(d, s, true));
		end = max(end, lead(d, s, false));
	}
	return begin + end + BENDS;
}

static void find_columns(struct drawing *d)
{
	double x = MARGIN;

	/* Those without edges are placed in rows. */
	d->left = xcalloc(d->nlayers + 1, sizeof(double));
	d->width = xcalloc(d->nlayers + 1, sizeof(double));
	for (uint32_t l = 0; l < d->nlayers; l++) {
		for (uint32_t i = 0; i < d->g->nodes.n; i++)
			if (d->spots.v[i].part && d->spots.v[i].layer == l)
				d->width[l] = max(d->width[l], box_width(&d->g->nodes.v[i]));
		d->left[l] = x;
		d->right = x + d->width[l];
		x = d->right + gap_behind(d, l);
	}
	vec_each(&d->spots, s)
		s->x = d->left[s->layer];
}

/* Programs without edges, in rows below all others. */
static void place_lonely(struct drawing *d)
{
	double x = MARGIN, limit = max(d->right, (double)LONELY_WIDTH);
	bool any = false;

	for (uint32_t i = 0; i < d->g->nodes.n; i++) {
		struct spot *s = &d->spots.v[i];
		double width = box_width(&d->g->nodes.v[i]);

		if (s->part)
			continue;
		if (any && x + width > limit) {
			x = MARGIN;
			d->bottom += BOX_H + ROW_GAP;
		}
		any = true;
		s->x = x;
		s->y = d->bottom + BOX_H / 2.0;
		x += width + ROW_GAP;
		d->right = max(d->right, x - ROW_GAP);
	}
	d->bottom += any ? BOX_H + ROW_GAP : 0;
}

/* ---- the picture ---- */

static const char *const colours[] = {
	[DOES_CALL] = "call", [DOES_TRACE] = "trace", [DOES_REPLACE] = "replace",
	[DOES_STAND] = "stand",
};

/* Ends of several edges at one box lie beside each other, in the order of what they lead to. */
static double port(const struct drawing *d, const struct segment *at, uint32_t spot, bool leaves)
{
	uint32_t n = 0, before = 0;

	if (!d->spots.v[spot].is_node)
		return d->spots.v[spot].y;
	vec_each(&d->segments, s) {
		uint32_t here = leaves ? s->from : s->to, there = leaves ? s->to : s->from;
		double y = d->spots.v[there].y;
		double own = d->spots.v[leaves ? at->to : at->from].y;

		if (here != spot)
			continue;
		n++;
		before += y < own || (y == own && s < at);
	}
	return d->spots.v[spot].y + (before - (n - 1) / 2.0) * PORT_H;
}

static void draw_segment(const struct drawing *d, const struct segment *s, struct strbuf *b)
{
	const struct graph_edge *e = &d->g->edges.v[s->edge];
	const struct spot *from = &d->spots.v[s->from], *to = &d->spots.v[s->to];
	bool back = d->is_back[s->edge];
	double x1 = from->x + (from->is_node ? box_width(&d->g->nodes.v[s->from]) : 0);
	double x2 = to->x, end = d->left[from->layer] + d->width[from->layer];
	double y1 = port(d, s, s->from, true), y2 = port(d, s, s->to, false);
	double begin = end + lead(d, s, true), stop = x2 - lead(d, s, false);
	double bend = (stop - begin) / 2;

	strbuf_addf(b,
		    "<path class=\"%s\" d=\"M%.1f %.1fH%.1fC%.1f %.1f %.1f %.1f %.1f %.1fH%.1f\"",
		    colours[e->kind], x1, y1, begin, begin + bend, y1, stop - bend, y2, stop, y2,
		    x2);
	if (back ? from->is_node : to->is_node)
		strbuf_addf(b, " marker-%s=\"url(#%s)\"", back ? "start" : "end", colours[e->kind]);
	strbuf_add(b, "/>\n");
}

static void add_label(const struct graph_edge *e, double x, double y, const char *anchor,
		      struct strbuf *b)
{
	strbuf_addf(b,
		    "<text class=\"label %s\" style=\"text-anchor:%s\" x=\"%.1f\" y=\"%.1f\">%s",
		    colours[e->kind], anchor, x, y, e->does);
	strbuf_add(b, *e->what ? " " : "");
	strbuf_add_xml(b, e->what, strlen(e->what));
	strbuf_add(b, "</text>\n");
}

static void draw_label(const struct drawing *d, const struct segment *s, struct strbuf *b)
{
	const struct graph_edge *e = &d->g->edges.v[s->edge];
	uint32_t layer = d->spots.v[s->from].layer;

	if (is_labelled(d, s, true))
		add_label(e, d->left[layer] + d->width[layer] + 12, port(d, s, s->from, true) - 4,
			  "start", b);
	if (is_labelled(d, s, false))
		add_label(e, d->spots.v[s->to].x - 14, port(d, s, s->to, false) - 4, "end", b);
}

/* A program that calls itself, below its box. */
static void draw_loop(const struct drawing *d, const struct graph_edge *e, struct strbuf *b)
{
	const struct spot *s = &d->spots.v[e->from];
	double y = s->y + s->height / 2;

	strbuf_addf(b,
		    "<path class=\"%s\" d=\"M%.1f %.1fc0 20 26 20 26 0\" "
		    "marker-end=\"url(#%s)\"/>\n",
		    colours[e->kind], s->x + 16, y, colours[e->kind]);
	add_label(e, s->x + 48, y + 14, "start", b);
}

static void draw_node(const struct drawing *d, uint32_t i, struct strbuf *b)
{
	const struct graph_node *n = &d->g->nodes.v[i];
	const struct spot *s = &d->spots.v[i];
	double x = s->x, y = s->y - s->height / 2, w = box_width(n), text = s->y - BOX_H / 2.0;

	strbuf_addf(b,
		    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
		    "rx=\"%d\"/>\n<text class=\"name\" x=\"%.1f\" y=\"%.1f\">",
		    n->id ? "prog" : "place", x, y, w, s->height, n->id ? 6 : BOX_H / 2, x + 14,
		    text + (n->id ? 19 : 27));
	strbuf_add_xml(b, n->name, strlen(n->name));
	strbuf_add(b, "</text>\n");
	if (!n->id)
		return;
	strbuf_addf(b,
		    "<text class=\"id\" x=\"%.1f\" y=\"%.1f\">%u</text>\n"
		    "<text class=\"type\" x=\"%.1f\" y=\"%.1f\">%s</text>\n",
		    x + w - 10, text + 19, n->id, x + 14, text + 36, n->type);
}

static void draw_style(const struct drawing *d, struct strbuf *b)
{
	static const char *const tones[] = {[DOES_CALL] = "#15803d", [DOES_TRACE] = "#1d4ed8",
					    [DOES_REPLACE] = "#b91c1c", [DOES_STAND] = "#64748b"};

	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\">\n"
		    "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
		    "<style>text{font:13px ui-monospace,'DejaVu Sans Mono',monospace;"
		    "fill:#0f172a}.prog{fill:#f8fafc;stroke:#334155;stroke-width:1.2}"
		    ".place{fill:#fffbeb;stroke:#b45309}.name{font-weight:bold}"
		    ".type,.id{fill:#64748b;font-size:11px}.id{text-anchor:end}"
		    "path{fill:none;stroke-width:1.5}"
		    ".label{font-size:12px}\n",
		    d->right + MARGIN, max(d->bottom - ROW_GAP + MARGIN, 2.0 * MARGIN));
	for (size_t i = 0; i < ARRAY_SIZE(tones); i++)
		strbuf_addf(b, "path.%s{stroke:%s}text.%s{fill:%s}\n", colours[i], tones[i],
			    colours[i], tones[i]);
	strbuf_add(b, "path.stand{stroke-dasharray:5 4}</style>\n<defs>\n");
	for (size_t i = 0; i < ARRAY_SIZE(tones); i++)
		strbuf_addf(b,
			    "<marker id=\"%s\" viewBox=\"0 0 8 8\" refX=\"7.5\" refY=\"4\" "
			    "markerWidth=\"9\" markerHeight=\"9\" orient=\"auto-start-reverse\" "
			    "markerUnits=\"userSpaceOnUse\">"
			    "<path d=\"M0 0L8 4L0 8z\" style=\"fill:%s;stroke:none\"/></marker>\n",
			    colours[i], tones[i]);
	strbuf_add(b, "</defs>\n");
}

void link_draw(const struct prog_graph *g, struct strbuf *b)
{
	struct drawing d = {.g = g, .is_back = xcalloc(g->edges.n + 1, sizeof(bool))};

	find_layers(&d);
	find_parts(&d);
	make_segments(&d);
	find_heights(&d);
	find_order(&d);
	find_places(&d);
	find_columns(&d);
	place_lonely(&d);
	draw_style(&d, b);
	vec_each(&d.segments, s)
		draw_segment(&d, s, b);
	for (uint32_t i = 0; i < g->nodes.n; i++)
		draw_node(&d, i, b);
	vec_each(&d.segments, s)
		draw_label(&d, s, b);
	vec_each(&g->edges, e)
		if (e->from == e->to)
			draw_loop(&d, e, b);
	strbuf_add(b, "</svg>\n");
	vec_free(&d.spots);
	vec_free(&d.segments);
	vec_free(&d.order);
	free(d.is_back);
	free(d.left);
	free(d.width);
}
