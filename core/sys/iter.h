/* iter.c runs a program on objects, iter_walk.c has the objects. */
#ifndef CORE_SYS_ITER_H
#define CORE_SYS_ITER_H

#include "core/run/mem.h"
#include "core/run/scene.h"
#include "core/sys/local.h"

struct iter {
	struct sys *sys;
	struct object *link, *prog;
	struct scene scene;
	struct scene_program what;
	struct notes notes; /* on the object that comes next, in arena */
	struct arena arena;
	struct run_ctx rc;
	struct mem mem;
	struct map *map; /* whose struct comes next; NULL: no map's */
	uint64_t session, seq_num;
	uint32_t shown;
	struct strbuf out;
};

/* Runs the program on what it->notes say, and forgets them; -errno ends the walk. */
int iter_show(struct iter *it);

/* iter_walk.c: all objects of a kind, and none in the end (for what a program writes last) */
int iter_maps(struct iter *it);
int iter_progs(struct iter *it);
int iter_links(struct iter *it);
int iter_elements(struct iter *it);

#endif
