/* Links, as the commands that show them see them. */
#ifndef CMD_LINK_H
#define CMD_LINK_H

#include "cmd/objects.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"

/* A link with what its ids stand for; strings live in the arena of the command. */
struct link_view {
	struct sys_link_info info;
	const char *prog;   /* name of its program; NULL: a map is attached */
	const char *target; /* of the program that it is on; NULL: on none */
	const char *func;   /* of that */
	const char *does;   /* "replaces", or an attach type's word */
	const char *iterates; /* what an iterator goes over; NULL: it is none */
};

int link_view(struct objects *o, int fd, struct link_view *out);
/* Where its program is, in a word or two; NULL: on a function, or a map is attached. */
const char *link_place(struct objects *o, const struct link_view *v);
/* What it is, as text and as members of the open object of the document. */
int show_link(struct objects *o, int fd);
/* Calls fn for each link of the store that can be opened, until it fails. */
int each_link(struct objects *o, int (*fn)(struct objects *o, int fd, void *arg), void *arg);

/* link_graph.c */
/* Programs and who replaces, traces or tail-calls whom, and where they are: text, DOT or SVG. */
int link_graph(struct objects *o);

struct graph_node {
	uint32_t id; /* of a program; 0: a place */
	const char *name, *type; /* type "" of a place */
	const uint32_t *maps; /* ids */
	uint32_t nmaps;
};

enum graph_does { DOES_CALL, DOES_TRACE, DOES_REPLACE, DOES_STAND };

struct graph_edge {
	uint32_t from, to; /* nodes */
	enum graph_does kind;
	const char *does; /* "replaces" ... */
	const char *what; /* the function, or the slot; "" of a place */
};

struct prog_graph {
	VEC(struct graph_node) nodes;
	VEC(struct graph_edge) edges;
};

/* link_draw.c: adds the picture. */
void link_draw(const struct prog_graph *g, struct strbuf *b);

#endif
