/* Who replaces, traces and tail-calls whom, of the programs of a store. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/link.h"
#include "core/base/vec.h"
#include "core/obj/prog_type.h"

struct prog_node {
	uint32_t id;
	const char *name, *type;
	const uint32_t *maps; /* ids */
	uint32_t nmaps;
};

struct prog_edge {
	uint32_t from, to; /* nodes */
	const char *does;  /* "replaces" ... */
	const char *what;  /* the function, or the slot */
};

struct prog_graph {
	VEC(struct prog_node) nodes;
	VEC(struct prog_edge) edges;
};

/* ---- what there is ---- */

static int add_program(struct objects *o, struct prog_graph *g, int fd)
{
	struct sys_prog_info info = {0}, first = {0};
	char word[32];
	uint32_t *maps;
	int err = prog_info_of(o, fd, &first);

	maps = arena_array(&o->arena, uint32_t, first.nr_map_ids + 1);
	info.nr_map_ids = first.nr_map_ids;
	info.map_ids = (uintptr_t)maps;
	if (!err)
		err = prog_info_of(o, fd, &info);
	if (err)
		return err;
	vec_push(&g->nodes, ((struct prog_node){
				    .id = info.id,
				    .name = arena_strdup(&o->arena, info.name),
				    .type = arena_strdup(&o->arena,
							 prog_type_str(info.type, word)),
				    .maps = maps,
				    .nmaps = min(info.nr_map_ids, first.nr_map_ids),
			    }));
	return 0;
}

static void find_programs(struct objects *o, struct prog_graph *g)
{
	union sys_attr attr = {0};

	while (sys_bpf(o->sys, SYS_PROG_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		union sys_attr by = {.start_id = attr.next_id};
		int fd = (int)sys_bpf(o->sys, SYS_PROG_GET_FD_BY_ID, &by, sizeof(by));

		attr = (union sys_attr){.start_id = attr.next_id};
		if (fd < 0)
			continue;
		add_program(o, g, fd);
		close(fd);
	}
}

static int32_t node_of(const struct prog_graph *g, uint32_t id)
{
	for (size_t i = 0; i < g->nodes.n; i++)
		if (g->nodes.v[i].id == id)
			return (int32_t)i;
	return -1;
}

static void add_edge(struct prog_graph *g, int32_t from, int32_t to, const char *does,
		     const char *what)
{
	if (from >= 0 && to >= 0)
		vec_push(&g->edges,
			 ((struct prog_edge){(uint32_t)from, (uint32_t)to, does, what}));
}

static int add_link(struct objects *o, int fd, void *arg)
{
	struct prog_graph *g = arg;
	struct link_view v;
	int err = link_view(o, fd, &v);

	if (!err && v.target)
		add_edge(g, node_of(g, v.info.prog_id), node_of(g, v.info.tracing.target_obj_id),
			 v.does, v.func ? v.func : "?");
	return err;
}

/* All that may be reached through a table, from each program that has it. */
static void add_table(struct objects *o, struct prog_graph *g, int fd,
		      const struct sys_map_info *info)
{
	for (uint32_t slot = 0; slot < info->max_entries; slot++) {
		uint32_t id = 0;
		union sys_attr attr = {.map_fd = (uint32_t)fd, .key = (uintptr_t)&slot};
		const char *what;

		attr.value = (uintptr_t)&id;
		if (sys_bpf(o->sys, SYS_MAP_LOOKUP_ELEM, &attr, sizeof(attr)) != 0)
			continue;
		what = arena_printf(&o->arena, "%s[%u]", info->name, slot);
		for (size_t i = 0; i < g->nodes.n; i++)
			for (uint32_t m = 0; m < g->nodes.v[i].nmaps; m++)
				if (g->nodes.v[i].maps[m] == info->id)
					add_edge(g, (int32_t)i, node_of(g, id), "calls", what);
	}
}

static void find_tables(struct objects *o, struct prog_graph *g)
{
	union sys_attr attr = {0};

	while (sys_bpf(o->sys, SYS_MAP_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		union sys_attr by = {.start_id = attr.next_id};
		int fd = (int)sys_bpf(o->sys, SYS_MAP_GET_FD_BY_ID, &by, sizeof(by));
		struct sys_map_info info;

		attr = (union sys_attr){.start_id = attr.next_id};
		if (fd < 0)
			continue;
		if (map_info_of(o, fd, &info) == 0 && info.type == MAP_TYPE_PROG_ARRAY)
			add_table(o, g, fd, &info);
		close(fd);
	}
}

/* ---- as text, and as a document ---- */

static void write_text(struct objects *o, const struct prog_graph *g)
{
	out_open(&o->out, "programs", OUT_LIST);
	vec_each(&g->nodes, n) {
		out_open(&o->out, NULL, OUT_OBJECT);
		out_field(&o->out, "id", n->id);
		out_field(&o->out, "name", n->name);
		out_field(&o->out, "type", n->type);
		out_open(&o->out, "edges", OUT_LIST);
		out_text(&o->out, "prog %u %s  %s\n", n->id, n->name, n->type);
		vec_each(&g->edges, e) {
			const struct prog_node *to = &g->nodes.v[e->to];

			if (&g->nodes.v[e->from] != n)
				continue;
			out_text(&o->out, "\t%s %s -> prog %u %s\n", e->does, e->what, to->id,
				 to->name);
			out_open(&o->out, NULL, OUT_OBJECT);
			out_field(&o->out, "does", e->does);
			out_field(&o->out, "what", e->what);
			out_field(&o->out, "to", to->id);
			out_close(&o->out);
		}
		out_close(&o->out);
		out_close(&o->out);
	}
	out_close(&o->out);
}

/* Names of objects have letters, digits, '_' and '.' only, those of functions may have more. */
static void add_quoted(struct strbuf *b, const char *s)
{
	for (; *s; s++)
		strbuf_addf(b, "%s%c", *s == '"' || *s == '\\' ? "\\" : "", *s);
}

static void write_dot(const struct prog_graph *g, struct strbuf *b)
{
	strbuf_add(b, "digraph programs {\n\trankdir=LR\n\tnode [shape=box]\n");
	vec_each(&g->nodes, n) {
		strbuf_addf(b, "\tp%u [label=\"%u ", n->id, n->id);
		add_quoted(b, n->name);
		strbuf_addf(b, "\\n%s\"]\n", n->type);
	}
	vec_each(&g->edges, e) {
		strbuf_addf(b, "\tp%u -> p%u [label=\"%s ", g->nodes.v[e->from].id,
			    g->nodes.v[e->to].id, e->does);
		add_quoted(b, e->what);
		strbuf_add(b, "\"]\n");
	}
	strbuf_add(b, "}\n");
}

/* ---- drawn: programs in a column, arcs beside them, each as wide as it reaches ---- */

enum { ROW = 64, BOX_W = 240, BOX_H = 40, LEFT = 16, REACH = 36, LABEL = 260 };

static double middle(uint32_t node)
{
	return 16 + node * ROW + BOX_H / 2.0;
}

static void draw_edge(const struct prog_edge *e, uint32_t lane, struct strbuf *b)
{
	double from = middle(e->from) - 6 + lane % 3 * 3, to = middle(e->to) + 6;
	double x = LEFT + BOX_W, out = x + REACH * (1 + abs((int)e->from - (int)e->to));

	strbuf_addf(b,
		    "<path class=\"edge\" d=\"M%g %gC%g %g %g %g %g %g\" "
		    "marker-end=\"url(#arrow)\"/>\n<text x=\"%g\" y=\"%g\">%s ",
		    x, from, out, from, out, to, x + 8, to, x + (out - x) * 0.75 + 6,
		    (from + to) / 2 + 4, e->does);
	strbuf_add_xml(b, e->what, strlen(e->what));
	strbuf_add(b, "</text>\n");
}

static void write_svg(const struct prog_graph *g, struct strbuf *b)
{
	uint32_t n = (uint32_t)g->nodes.n, lane = 0;

	strbuf_addf(b,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\">\n"
		    "<style>text{font:13px monospace;fill:#0f172a}.edge{fill:none;stroke:#64748b}"
		    "rect{fill:#eff6ff;stroke:#334155}.type{fill:#64748b}</style>\n"
		    "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" "
		    "markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\">"
		    "<path d=\"M0 0L8 4L0 8z\" fill=\"#64748b\"/></marker></defs>\n",
		    LEFT + BOX_W + REACH * (n + 1) + LABEL, n * ROW + 16);
	for (uint32_t i = 0; i < n; i++) {
		const struct prog_node *p = &g->nodes.v[i];
		double y = middle(i) - BOX_H / 2.0;

		strbuf_addf(b,
			    "<rect x=\"%d\" y=\"%g\" width=\"%d\" height=\"%d\" rx=\"4\"/>\n"
			    "<text x=\"%d\" y=\"%g\">%u ",
			    LEFT, y, BOX_W, BOX_H, LEFT + 10, y + 17, p->id);
		strbuf_add_xml(b, p->name, strlen(p->name));
		strbuf_addf(b, "</text>\n<text class=\"type\" x=\"%d\" y=\"%g\">%s</text>\n",
			    LEFT + 10, y + 33, p->type);
	}
	vec_each(&g->edges, e)
		draw_edge(e, lane++, b);
	strbuf_add(b, "</svg>\n");
}

int link_graph(struct objects *o)
{
	struct prog_graph g = {0};
	struct strbuf b = {0};
	int err;

	need_end(o);
	find_programs(o, &g);
	err = each_link(o, add_link, &g);
	find_tables(o, &g);
	if (o->out.format == OUT_DOT)
		write_dot(&g, &b);
	else if (o->out.format == OUT_SVG)
		write_svg(&g, &b);
	else
		write_text(o, &g);
	if (b.len)
		out_text_mem(&o->out, b.s, b.len);
	strbuf_free(&b);
	vec_free(&g.nodes);
	vec_free(&g.edges);
	return err;
}
