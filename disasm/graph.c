/*
 * Control flow as basic blocks. A block begins where a jump arrives or after one; its edges go to
 * the target (taken) and to the next block (not taken). Calls do not end a block.
 */
#include "disasm/graph.h"

#include <string.h>

static bool ends_block(const struct dis_row *row)
{
	uint32_t flags = row->is_bad ? 0 : insn_desc(row->insn)->flags;

	return flags & (INSN_JUMP | INSN_EXITS);
}

static uint32_t *mark_starts(const struct dis_func *f, struct arena *a, uint32_t *nblocks)
{
	uint32_t *block_of = arena_array(a, uint32_t, f->nrows + 1);

	*nblocks = 0;
	block_of[0] = 1;
	for (uint32_t i = 0; i < f->nrows; i++) {
		if (f->rows[i].target >= 0)
			block_of[f->rows[i].target] = 1;
		if (ends_block(&f->rows[i]))
			block_of[i + 1] = 1;
	}
	for (uint32_t i = 0; i < f->nrows; i++) {
		*nblocks += block_of[i];
		block_of[i] = *nblocks - 1;
	}
	return block_of;
}

static void add_edge(struct graph *g, uint32_t from, uint32_t to, enum edge_kind kind)
{
	struct edge *e = &g->edges[g->nedges++];

	*e = (struct edge){.from = from, .to = to, .kind = kind};
}

static void block_edges(struct graph *g, const uint32_t *block_of, uint32_t b)
{
	const struct block *block = &g->blocks[b];
	const struct dis_row *last = &g->func->rows[block->first + block->nrows - 1];
	uint32_t flags = last->is_bad ? 0 : insn_desc(last->insn)->flags;
	bool branches = (flags & INSN_JUMP) && last->target >= 0;
	bool falls = b + 1 < g->nblocks && !(flags & INSN_EXITS) &&
		     (!(flags & INSN_JUMP) || (flags & INSN_COND));

	if (falls)
		add_edge(g, b, b + 1, flags & INSN_COND ? EDGE_FALSE : EDGE_PLAIN);
	if (branches)
		add_edge(g, b, block_of[last->target], flags & INSN_COND ? EDGE_TRUE : EDGE_PLAIN);
}

/*
 * Depth first from the entry, and from what it does not reach: an edge to a block that is still
 * being visited goes back. What remains has no cycles; order lists it with sources before targets.
 */
static void find_back_edges(struct graph *g, struct arena *a)
{
	enum { NEW, OPEN, DONE };
	uint8_t *state = arena_alloc(a, g->nblocks);
	uint32_t *stack = arena_array(a, uint32_t, g->nblocks);
	uint32_t *next = arena_array(a, uint32_t, g->nblocks + 1);
	uint32_t left = g->nblocks;

	for (uint32_t e = g->nedges; e-- > 0;)
		next[g->edges[e].from] = e;
	for (uint32_t root = 0; root < g->nblocks; root++) {
		uint32_t depth = 0;

		if (state[root] == NEW) {
			state[root] = OPEN;
			stack[depth++] = root;
		}
		while (depth) {
			uint32_t b = stack[depth - 1];
			struct edge *e = &g->edges[next[b]];

			if (next[b] == g->nedges || e->from != b) {
				state[b] = DONE;
				g->order[--left] = b;
				depth--;
				continue;
			}
			next[b]++;
			e->is_back = state[e->to] == OPEN;
			if (state[e->to] == NEW) {
				state[e->to] = OPEN;
				stack[depth++] = e->to;
			}
		}
	}
}

void graph_build(struct graph *g, const struct dis_func *f, struct arena *a)
{
	uint32_t *block_of;

	*g = (struct graph){.func = f};
	block_of = mark_starts(f, a, &g->nblocks);
	g->blocks = arena_array(a, struct block, g->nblocks);
	g->edges = arena_array(a, struct edge, g->nblocks * 2);
	for (uint32_t i = f->nrows; i-- > 0;) {
		g->blocks[block_of[i]].first = i;
		g->blocks[block_of[i]].nrows++;
	}
	for (uint32_t b = 0; b < g->nblocks; b++)
		block_edges(g, block_of, b);
	g->order = arena_array(a, uint32_t, g->nblocks);
	find_back_edges(g, a);
}

/* A DOT string; \l ends a line that is set flush left. */
static void add_dot(struct strbuf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			strbuf_addch(b, '\\');
		strbuf_addch(b, (unsigned char)*s < ' ' ? ' ' : *s);
	}
}

static void dot_block(const struct graph *g, uint32_t func, uint32_t b,
		      const struct dis_options *opt, struct strbuf *out)
{
	const struct block *block = &g->blocks[b];

	strbuf_addf(out, "\t\tf%u_b%u [label=\"", func, b);
	for (uint32_t i = 0; i < block->nrows; i++) {
		const struct dis_row *row = &g->func->rows[block->first + i];

		if (!i && row->label) {
			add_dot(out, row->label);
			strbuf_add(out, ":\\l");
		}
		if (opt->source && row->source && (!i || row->new_line)) {
			strbuf_add(out, "// ");
			add_dot(out, row->source->text);
			strbuf_add(out, "\\l");
		}
		strbuf_addf(out, "%u: ", row->slot);
		add_dot(out, row->text);
		strbuf_add(out, "\\l");
	}
	strbuf_add(out, "\"];\n");
}

void disasm_dot(const struct dis_list *list, const struct dis_options *opt, struct strbuf *out)
{
	static const char *const styles[] = {
		[EDGE_PLAIN] = "color=\"#475569\"",
		[EDGE_TRUE] = "color=\"#15803d\"",
		[EDGE_FALSE] = "color=\"#b91c1c\"",
	};

	strbuf_add(out, "digraph ebpf {\n\tnode [shape=box, fontname=monospace];\n");
	for (uint32_t f = 0; f < list->nfuncs; f++) {
		struct arena arena = {0};
		struct graph g;

		graph_build(&g, &list->funcs[f], &arena);
		strbuf_addf(out, "\tsubgraph cluster_%u {\n\t\tlabel=\"", f);
		add_dot(out, g.func->proto ? g.func->proto : g.func->name);
		strbuf_add(out, "\";\n");
		for (uint32_t b = 0; b < g.nblocks; b++)
			dot_block(&g, f, b, opt, out);
		for (uint32_t e = 0; e < g.nedges; e++)
			strbuf_addf(out, "\t\tf%u_b%u -> f%u_b%u [%s%s];\n", f, g.edges[e].from, f,
				    g.edges[e].to, styles[g.edges[e].kind],
				    g.edges[e].is_back ? ", style=dashed" : "");
		strbuf_add(out, "\t}\n");
		arena_free(&arena);
	}
	strbuf_add(out, "}\n");
}
