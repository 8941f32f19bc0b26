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
/* A command that writes; -errno, said, or in words. */
int change_element(struct objects *o, int cmd, union sys_attr *attr, const struct target *t);
const char *change_why(struct objects *o, int cmd, const struct target *t, long err);

/* map_snapshot.c */
/* All elements at one time, in the order of their keys' bytes: the key, then the whole value. */
struct snapshot {
	uint8_t *data;
	size_t n, cap, stride;
};

static inline uint8_t *snapshot_row(const struct snapshot *s, size_t i)
{
	return s->data + i * s->stride;
}

/* Fills s, whose memory is used again. -errno, said: also for a map that has no keys. */
int map_snapshot(struct objects *o, const struct target *t, struct snapshot *s);
/* Others may change a map while it is walked; who meets more keys than this walks in a circle. */
uint64_t most_keys(const struct target *t);

/* map_merge.c */
int map_merge(struct objects *o);

/* map_watch.c */
int map_watch(struct objects *o);

/* map_from.c */
/* Elements as ebpf map dump --format json writes them, or a list of them; all or none are read. */
int map_update_from(struct objects *o, const char *file);
/* A map as ebpf get --format json describes it. */
int map_create_from(struct objects *o, const char *file, const char *path);

#endif
