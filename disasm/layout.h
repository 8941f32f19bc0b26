/*
 * Where the blocks of a graph and the bends of its edges lie on a drawing. Layers run from top to
 * bottom; edges that skip layers have a bend in each of them.
 */
#ifndef DISASM_LAYOUT_H
#define DISASM_LAYOUT_H

#include "disasm/graph.h"

struct node {
	uint32_t layer;
	uint32_t rank; /* place in its layer, from the left */
	bool is_bend;
	double x;    /* centre */
	double w, h; /* 0 of bends */
	double key;  /* for sorting */
};

/* A stretch of an edge from one layer to the next. */
struct link {
	uint32_t from, to; /* nodes */
	double x1, x2;	   /* where it leaves and arrives */
};

/* How an edge runs: through links, or around by a lane beside the blocks. */
struct route {
	uint32_t first, nlinks; /* in links[]; 0 links: by a lane */
	double lane;		/* x of the lane */
	double x1, x2;
};

struct layer {
	uint32_t *nodes;
	uint32_t nnodes;
	double top, height;
	double right; /* end of what lies in it */
};

struct layout {
	const struct graph *graph;
	struct node *nodes; /* the graph's blocks first */
	uint32_t nnodes;
	struct link *links;
	uint32_t nlinks;
	struct route *routes; /* as graph->edges */
	struct layer *layers;
	uint32_t nlayers;
	double width, height;
};

/* Sizes of the blocks are set in advance: sizes[block] is {width, height}. */
void layout_graph(struct layout *l, const struct graph *g, const double (*sizes)[2],
		  struct arena *a);

#endif
