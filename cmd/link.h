/* Links, as the commands that show them see them. */
#ifndef CMD_LINK_H
#define CMD_LINK_H

#include "cmd/objects.h"

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
/* What it is, as text and as members of the open object of the document. */
int show_link(struct objects *o, int fd);
/* Calls fn for each link of the store that can be opened, until it fails. */
int each_link(struct objects *o, int (*fn)(struct objects *o, int fd, void *arg), void *arg);

/* link_graph.c */
/* Programs and who replaces, traces or tail-calls whom: text, DOT or SVG. */
int link_graph(struct objects *o);

#endif
