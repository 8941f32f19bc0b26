/* Who replaces, traces and tail-calls whom, of the programs of a store, and where they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/link.h"
#include "core/obj/prog_type.h"

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
	vec_push(&g->nodes, ((struct graph_node){
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

static void add_edge(struct prog_graph *g, int32_t from, int32_t to, enum graph_does kind,
		     const char *does, const char *what)
{
	if (from >= 0 && to >= 0)
		vec_push(&g->edges, ((struct graph_edge){(uint32_t)from, (uint32_t)to, kind, does,
							 what}));
}

/* The node of a place, which is made when it is the first to be there. */
static int32_t place_node(struct prog_graph *g, const char *name)
{
	for (size_t i = 0; i < g->nodes.n; i++)
		if (!g->nodes.v[i].id && strcmp(g->nodes.v[i].name, name) == 0)
			return (int32_t)i;
	vec_push(&g->nodes, ((struct graph_node){.name = name, .type = ""}));
	return (int32_t)g->nodes.n - 1;
}

static int add_link(struct objects *o, int fd, void *arg)
{
	struct prog_graph *g = arg;
	struct link_view v;
	int err = link_view(o, fd, &v);
	int32_t from = err ? -1 : node_of(g, v.info.prog_id);
	const char *place = err ? NULL : link_place(o, &v);

	if (!err && v.target)
		add_edge(g, from, node_of(g, v.info.tracing.target_obj_id),
			 strcmp(v.does, "replaces") == 0 ? DOES_REPLACE : DOES_TRACE, v.does,
			 v.func ? v.func : "?");
	else if (place)
		add_edge(g, from, place_node(g, place), DOES_STAND,
			 v.info.type == SYS_LINK_ITER ? "goes over" : "is on", "");
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
					add_edge(g, (int32_t)i, node_of(g, id), DOES_CALL,
						 "calls", what);
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

static void write_edge(struct objects *o, const struct graph_edge *e, const struct graph_node *to)
{
	out_open(&o->out, NULL, OUT_OBJECT);
	out_field(&o->out, "does", e->does);
	if (to->id) {
		out_text(&o->out, "\t%s %s -> prog %u %s\n", e->does, e->what, to->id, to->name);
		out_field(&o->out, "what", e->what);
		out_field(&o->out, "to", to->id);
	} else {
		out_text(&o->out, "\t%s %s\n", e->does, to->name);
		out_field(&o->out, "place", to->name);
	}
	out_close(&o->out);
}

static void write_text(struct objects *o, const struct prog_graph *g)
{
	out_open(&o->out, "programs", OUT_LIST);
	vec_each(&g->nodes, n) {
		if (!n->id)
			continue;
		out_open(&o->out, NULL, OUT_OBJECT);
		out_field(&o->out, "id", n->id);
		out_field(&o->out, "name", n->name);
		out_field(&o->out, "type", n->type);
		out_open(&o->out, "edges", OUT_LIST);
		out_text(&o->out, "prog %u %s  %s\n", n->id, n->name, n->type);
		vec_each(&g->edges, e)
			if (&g->nodes.v[e->from] == n)
				write_edge(o, e, &g->nodes.v[e->to]);
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
	for (uint32_t i = 0; i < g->nodes.n; i++) {
		const struct graph_node *n = &g->nodes.v[i];

		if (n->id)
			strbuf_addf(b, "\tp%u [label=\"%u ", n->id, n->id);
		else
			strbuf_addf(b, "\tplace%u [shape=oval, label=\"", i);
		add_quoted(b, n->name);
		strbuf_addf(b, "%s%s\"]\n", n->id ? "\\n" : "", n->type);
	}
	vec_each(&g->edges, e) {
		const struct graph_node *to = &g->nodes.v[e->to];

		strbuf_addf(b, "\tp%u -> %s%u [label=\"%s", g->nodes.v[e->from].id,
			    to->id ? "p" : "place", to->id ? to->id : e->to, e->does);
		strbuf_add(b, *e->what ? " " : "");
		add_quoted(b, e->what);
		strbuf_add(b, "\"]\n");
	}
	strbuf_add(b, "}\n");
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
		link_draw(&g, &b);
	else
		write_text(o, &g);
	if (b.len)
		out_text_mem(&o->out, b.s, b.len);
	strbuf_free(&b);
	vec_free(&g.nodes);
	vec_free(&g.edges);
	return err;
}
