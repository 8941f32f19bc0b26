/*
 * Drawing in layers, after Sugiyama, Tagawa and Toda (1981). Without the edges that close loops
 * each block lies below all that lead to it. Within layers, nodes are ordered by the mean place of
 * their neighbours, a few times up and down; then each is moved to the mean x of its neighbours as
 * far as order and spacing let it: the least-squares answer, found by pooling neighbours that would
 * overlap. Edges that go back or skip very many layers run beside the blocks in lanes of their own.
 */
#include "disasm/layout.h"

#include <stdlib.h>

enum {
	GAP_X = 28,	 /* between blocks of a layer */
	GAP_BEND = 14,	 /* between bends */
	GAP_Y = 52,	 /* between layers */
	LANE = 11,	 /* between lanes */
	LANE_CLEAR = 18, /* between blocks and the first lane */
	MARGIN = 20,
	PORT = 22,     /* between the ends of edges at a block */
	MAX_SKIP = 24, /* layers that an edge may pass with a bend in each */
	ORDER_ROUNDS = 12,
	PLACE_ROUNDS = 16,
	MAX_LANE_STEPS = 20000000, /* layers looked at to place lanes */
};

/* ---- layers ---- */

/* Edges of a block stand together in the graph's list. */
static void set_layers(struct layout *l, struct arena *a)
{
	const struct graph *g = l->graph;
	uint32_t *first = arena_array(a, uint32_t, g->nblocks);

	for (uint32_t e = g->nedges; e-- > 0;)
		first[g->edges[e].from] = e;
	for (uint32_t i = 0; i < g->nblocks; i++) {
		uint32_t b = g->order[i], layer = l->nodes[b].layer;

		for (uint32_t e = first[b]; e < g->nedges && g->edges[e].from == b; e++) {
			struct node *to = &l->nodes[g->edges[e].to];

			if (!g->edges[e].is_back && to->layer <= layer)
				to->layer = layer + 1;
		}
		l->nlayers = layer + 1 > l->nlayers ? layer + 1 : l->nlayers;
	}
}

static uint32_t layers_skipped(const struct layout *l, const struct edge *e)
{
	return l->nodes[e->to].layer - l->nodes[e->from].layer - 1;
}

static bool takes_lane(const struct layout *l, const struct edge *e)
{
	return e->is_back || layers_skipped(l, e) > MAX_SKIP;
}

static void add_link(struct layout *l, uint32_t from, uint32_t to)
{
	l->links[l->nlinks++] = (struct link){.from = from, .to = to};
}

static void add_routes(struct layout *l, struct arena *a)
{
	const struct graph *g = l->graph;
	uint32_t bends = 0, links = 0;
	struct node *nodes;

	for (uint32_t e = 0; e < g->nedges; e++) {
		if (takes_lane(l, &g->edges[e]))
			continue;
		bends += layers_skipped(l, &g->edges[e]);
		links += layers_skipped(l, &g->edges[e]) + 1;
	}
	nodes = arena_array(a, struct node, g->nblocks + bends);
	for (uint32_t b = 0; b < g->nblocks; b++)
		nodes[b] = l->nodes[b];
	l->nodes = nodes;
	l->nnodes = g->nblocks;
	l->links = arena_array(a, struct link, links);
	l->routes = arena_array(a, struct route, g->nedges);
	for (uint32_t e = 0; e < g->nedges; e++) {
		uint32_t at = g->edges[e].from, skipped;

		if (takes_lane(l, &g->edges[e]))
			continue;
		skipped = layers_skipped(l, &g->edges[e]);
		l->routes[e] = (struct route){.first = l->nlinks, .nlinks = skipped + 1};
		for (uint32_t i = 0; i < skipped; i++) {
			l->nodes[l->nnodes] =
				(struct node){.layer = l->nodes[at].layer + 1, .is_bend = true};
			add_link(l, at, l->nnodes);
			at = l->nnodes++;
		}
		add_link(l, at, g->edges[e].to);
	}
}

static void fill_layers(struct layout *l, struct arena *a)
{
	l->layers = arena_array(a, struct layer, l->nlayers);
	for (uint32_t n = 0; n < l->nnodes; n++)
		l->layers[l->nodes[n].layer].nnodes++;
	for (uint32_t i = 0; i < l->nlayers; i++) {
		l->layers[i].nodes = arena_array(a, uint32_t, l->layers[i].nnodes);
		l->layers[i].nnodes = 0;
	}
	for (uint32_t n = 0; n < l->nnodes; n++) {
		struct layer *y = &l->layers[l->nodes[n].layer];

		l->nodes[n].rank = y->nnodes;
		y->nodes[y->nnodes++] = n;
		y->height = l->nodes[n].h > y->height ? l->nodes[n].h : y->height;
	}
}

/* ---- order within layers ---- */

/* For every node of a layer: the links that lead to it from above, or from it down. */
struct ends {
	uint32_t *first, *links; /* links[first[n]] to links[first[n + 1] - 1] */
};

static struct ends list_ends(const struct layout *l, bool above, struct arena *a)
{
	struct ends e = {arena_array(a, uint32_t, l->nnodes + 2),
			 arena_array(a, uint32_t, l->nlinks)};

	for (uint32_t i = 0; i < l->nlinks; i++)
		e.first[(above ? l->links[i].to : l->links[i].from) + 2]++;
	for (uint32_t n = 0; n < l->nnodes; n++)
		e.first[n + 2] += e.first[n + 1];
	for (uint32_t i = 0; i < l->nlinks; i++)
		e.links[e.first[(above ? l->links[i].to : l->links[i].from) + 1]++] = i;
	return e;
}

/* Mean rank, or mean x, of the neighbours; the node's own when it has none. */
static double mean(const struct layout *l, const struct ends *ends, bool above, uint32_t n,
		   bool of_x)
{
	uint32_t from = ends->first[n], to = ends->first[n + 1];
	double sum = 0;

	for (uint32_t i = from; i < to; i++) {
		const struct link *k = &l->links[ends->links[i]];
		const struct node *other = &l->nodes[above ? k->from : k->to];

		sum += of_x ? other->x : other->rank;
	}
	if (from == to)
		return of_x ? l->nodes[n].x : l->nodes[n].rank;
	return sum / (to - from);
}

static int by_key(const void *a, const void *b, void *arg)
{
	const struct node *nodes = arg, *x = &nodes[*(const uint32_t *)a],
			  *y = &nodes[*(const uint32_t *)b];

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static void order_layer(struct layout *l, struct layer *y, const struct ends *ends, bool above)
{
	for (uint32_t i = 0; i < y->nnodes; i++)
		l->nodes[y->nodes[i]].key = mean(l, ends, above, y->nodes[i], false);
	qsort_r(y->nodes, y->nnodes, sizeof(*y->nodes), by_key, l->nodes);
	for (uint32_t i = 0; i < y->nnodes; i++)
		l->nodes[y->nodes[i]].rank = i;
}

/* ---- places within layers ---- */

static double spacing(const struct node *left, const struct node *right)
{
	double gap = left->is_bend && right->is_bend ? GAP_BEND : GAP_X;

	return left->w / 2 + gap + right->w / 2;
}

/* Nodes that touch, and move as one. */
struct pool {
	double sum, weight;
	uint32_t n;
};

/*
 * The places nearest to the wished ones (key) that keep the order and the spacing. With the spacing
 * taken off, places only must not fall; where wishes fall, pools of neighbours share their mean.
 */
static void place_layer(struct layout *l, struct layer *y, struct pool *pools)
{
	double offset = 0;
	uint32_t np = 0, at = 0;

	for (uint32_t i = 0; i < y->nnodes; i++) {
		const struct node *n = &l->nodes[y->nodes[i]];
		double weight = n->is_bend ? 3 : 1;

		if (i)
			offset += spacing(&l->nodes[y->nodes[i - 1]], n);
		pools[np++] = (struct pool){(n->key - offset) * weight, weight, 1};
		while (np > 1 && pools[np - 2].sum / pools[np - 2].weight >
					 pools[np - 1].sum / pools[np - 1].weight) {
			np--;
			pools[np - 1].sum += pools[np].sum;
			pools[np - 1].weight += pools[np].weight;
			pools[np - 1].n += pools[np].n;
		}
	}
	offset = 0;
	for (uint32_t p = 0; p < np; p++) {
		for (uint32_t i = 0; i < pools[p].n; i++, at++) {
			struct node *n = &l->nodes[y->nodes[at]];

			if (at)
				offset += spacing(&l->nodes[y->nodes[at - 1]], n);
			n->x = pools[p].sum / pools[p].weight + offset;
		}
	}
}

static void wish(struct layout *l, struct layer *y, const struct ends *ends, bool above)
{
	for (uint32_t i = 0; i < y->nnodes; i++)
		l->nodes[y->nodes[i]].key = mean(l, ends, above, y->nodes[i], true);
}

static void place_nodes(struct layout *l, struct arena *a)
{
	struct ends up = list_ends(l, true, a), down = list_ends(l, false, a);
	struct pool *pools = arena_array(a, struct pool, l->nnodes);

	for (unsigned int r = 0; r < ORDER_ROUNDS; r++)
		for (uint32_t i = 0; i < l->nlayers; i++)
			order_layer(l, &l->layers[r & 1 ? l->nlayers - 1 - i : i],
				    r & 1 ? &down : &up, !(r & 1));
	for (unsigned int r = 0; r < PLACE_ROUNDS; r++) {
		for (uint32_t i = 0; i < l->nlayers; i++) {
			struct layer *y = &l->layers[r & 1 ? l->nlayers - 1 - i : i];

			wish(l, y, r & 1 ? &down : &up, !(r & 1));
			place_layer(l, y, pools);
		}
	}
}

/* ---- the rest of the picture ---- */

static void set_extents(struct layout *l)
{
	double left = 0, y = MARGIN;

	for (uint32_t n = 0; n < l->nnodes; n++)
		if (!n || l->nodes[n].x - l->nodes[n].w / 2 < left)
			left = l->nodes[n].x - l->nodes[n].w / 2;
	for (uint32_t n = 0; n < l->nnodes; n++) {
		struct node *node = &l->nodes[n];
		struct layer *layer = &l->layers[node->layer];

		node->x += MARGIN - left;
		if (node->x + node->w / 2 > layer->right)
			layer->right = node->x + node->w / 2;
	}
	for (uint32_t i = 0; i < l->nlayers; i++) {
		l->layers[i].top = y;
		y += l->layers[i].height + GAP_Y;
	}
	l->height = y - GAP_Y + MARGIN;
}

/* One end of an edge at a block. */
struct end {
	double *x;  /* to be set */
	double key; /* where the other end lies */
	uint32_t node;
	bool is_top;
};

static int by_place(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->is_top != y->is_top)
		return x->is_top ? 1 : -1;
	return x->key < y->key ? -1 : x->key > y->key;
}

static void spread(const struct layout *l, struct end *ends, uint32_t n)
{
	const struct node *node = &l->nodes[ends->node];
	double step = node->w / (n + 1) < PORT ? node->w / (n + 1) : PORT;

	for (uint32_t i = 0; i < n; i++)
		*ends[i].x = node->x + (i - (n - 1) / 2.0) * step;
}

/* Edges leave and arrive side by side, in the order of where they go and come from. */
static void set_ports(struct layout *l, struct arena *a)
{
	const struct graph *g = l->graph;
	struct end *ends = arena_array(a, struct end, g->nedges * 2);
	uint32_t n = 0;

	for (uint32_t e = 0; e < g->nedges; e++) {
		struct route *r = &l->routes[e];
		struct link *first = &l->links[r->first], *last = first + r->nlinks - 1;
		double far = l->width * 2;

		if (r->nlinks) {
			ends[n++] = (struct end){&first->x1, l->nodes[first->to].x,
						 g->edges[e].from, false};
			ends[n++] = (struct end){&last->x2, l->nodes[last->from].x, g->edges[e].to,
						 true};
		} else {
			ends[n++] = (struct end){&r->x1, far, g->edges[e].from, false};
			ends[n++] = (struct end){&r->x2, far, g->edges[e].to, true};
		}
	}
	for (uint32_t i = 0; i < l->nlinks; i++) {
		l->links[i].x1 = l->nodes[l->links[i].from].x;
		l->links[i].x2 = l->nodes[l->links[i].to].x;
	}
	qsort(ends, n, sizeof(*ends), by_place);
	for (uint32_t i = 0, k; i < n; i = k) {
		for (k = i;
		     k < n && ends[k].node == ends[i].node && ends[k].is_top == ends[i].is_top;)
			k++;
		spread(l, &ends[i], k - i);
	}
}

struct lane {
	uint32_t edge, top, bottom; /* layers */
};

static int by_span(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;
	uint32_t sx = x->bottom - x->top, sy = y->bottom - y->top;

	if (sx != sy)
		return sx < sy ? -1 : 1;
	return x->edge < y->edge ? -1 : x->edge > y->edge;
}

/* Short loops lie inside longer ones. */
static void set_lanes(struct layout *l, struct arena *a)
{
	const struct graph *g = l->graph;
	struct lane *lanes = arena_array(a, struct lane, g->nedges);
	uint32_t n = 0, widest = 0, left = MAX_LANE_STEPS;

	for (uint32_t e = 0; e < g->nedges; e++) {
		uint32_t x = l->nodes[g->edges[e].from].layer, y = l->nodes[g->edges[e].to].layer;

		if (!l->routes[e].nlinks)
			lanes[n++] = (struct lane){e, x < y ? x : y, x < y ? y : x};
	}
	qsort(lanes, n, sizeof(*lanes), by_span);
	for (uint32_t i = 0; i < l->nlayers; i++) {
		l->layers[i].right += LANE_CLEAR - LANE;
		widest = l->layers[i].right > l->layers[widest].right ? i : widest;
	}
	for (uint32_t i = 0; i < n; i++) {
		double x = 0;

		if (left < lanes[i].bottom - lanes[i].top) { /* too many: each beside the last */
			lanes[i].top = lanes[i].bottom = widest;
		}
		left -= lanes[i].bottom - lanes[i].top;
		for (uint32_t k = lanes[i].top; k <= lanes[i].bottom; k++)
			x = l->layers[k].right > x ? l->layers[k].right : x;
		x += LANE;
		for (uint32_t k = lanes[i].top; k <= lanes[i].bottom; k++) {
			l->layers[k].right = x;
			widest = x > l->layers[widest].right ? k : widest;
		}
		l->routes[lanes[i].edge].lane = x;
	}
	for (uint32_t i = 0; i < l->nlayers; i++)
		l->width = l->layers[i].right > l->width ? l->layers[i].right : l->width;
	l->width += MARGIN;
}

void layout_graph(struct layout *l, const struct graph *g, const double (*sizes)[2],
		  struct arena *a)
{
	*l = (struct layout){.graph = g, .nodes = arena_array(a, struct node, g->nblocks)};
	for (uint32_t b = 0; b < g->nblocks; b++)
		l->nodes[b] = (struct node){.w = sizes[b][0], .h = sizes[b][1]};
	set_layers(l, a);
	add_routes(l, a);
	fill_layers(l, a);
	place_nodes(l, a);
	set_extents(l);
	set_lanes(l, a);
	set_ports(l, a);
}
