/* What the files of ebpf map share. */
#ifndef CMD_MAP_H
#define CMD_MAP_H

#include "cmd/objects.h"
#include "maps/maps.h"

/* A map that a command works on. */
struct target {
	int fd;
	const char *name; /* as it was given, for messages */
	struct sys_map_info info;
	struct map *map;
	const struct btf *btf; /* NULL: untyped */
	uint64_t value_size;
	uint8_t *key, *value;
};

/* Reads MAP and opens it. */
int target_begin(struct objects *o, struct target *t);
/* The attribute of a command on one element: the target's key and value. */
union sys_attr target_elem(const struct target *t);

/* map_watch.c */
int map_watch(struct objects *o);

/* map_from.c */
/* Elements as ebpf map dump --format json writes them, or a list of them; all or none are read. */
int map_update_from(struct objects *o, const char *file);
/* A map as ebpf get --format json describes it. */
int map_create_from(struct objects *o, const char *file, const char *path);

#endif
