/* Basic blocks of one function, for those who draw them. */
#ifndef DISASM_GRAPH_H
#define DISASM_GRAPH_H

#include "disasm/disasm.h"

enum edge_kind { EDGE_PLAIN, EDGE_TRUE, EDGE_FALSE };

struct edge {
	uint32_t from, to; /* blocks */
	enum edge_kind kind;
	bool is_back; /* closes a loop */
};

struct block {
	uint32_t first, nrows; /* rows of the function */
};

struct graph {
	const struct dis_func *func;
	struct block *blocks;
	struct edge *edges; /* by from */
	uint32_t nblocks, nedges;
	uint32_t *order; /* blocks, each behind all that lead to it by edges that are not back */
};

/* func has one row at least; everything lives in a. */
void graph_build(struct graph *g, const struct dis_func *f, struct arena *a);

#endif
