/* A linked object through the door: its BTF, its maps, its programs, each a descriptor. */
#ifndef CMD_LOADER_H
#define CMD_LOADER_H

#include "cmd/objects.h"
#include "core/obj/image.h"

struct loaded {
	const struct image *image;
	int btf;	   /* -1: none */
	int *maps, *progs, *ops; /* by their place in the image; -1: not made */
};

/* Takes this map in place of one that the object declares. */
struct replacement {
	const char *name;
	int fd;
};

/* The program that those of an object are for, which replace or trace its functions. */
struct load_target {
	int fd;		  /* -1: none */
	const char *func; /* NULL: what their sections name */
	bool extends; /* whatever their sections say, they run in a function's place */
};

/*
 * Makes everything, reuses pins of maps that are pinned by name, and fills what declarations fill.
 * 0 or -errno, said; loader_close() closes what there is either way.
 */
int loader_load(struct objects *o, const struct image *image, const struct replacement *maps,
		size_t nmaps, const struct load_target *target, struct loaded *out);
/* The parts of that: types, and one map, its pin or its replacement. */
int loader_begin(struct objects *o, const struct image *image, struct loaded *out);
int loader_open_map(struct objects *o, struct loaded *l, uint32_t i, const struct replacement *maps,
		    size_t nmaps);
void loader_close(struct loaded *l);

/*
 * loader_ops.c: programs that are members of the kernel's structs, and tables of them, which are
 * made only where image->target is there.
 */
int loader_set_member(struct objects *o, const struct image *image, const struct prog_def *def,
		      union sys_attr *attr);
int loader_make_tables(struct objects *o, struct loaded *l);

#endif
