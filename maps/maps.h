/*
 * Making maps, and using them from outside of programs: keys and values are whole (map_user_size()),
 * a capability that the type lacks is -ENOTSUPP, and a frozen map is not written.
 */
#ifndef MAPS_MAPS_H
#define MAPS_MAPS_H

#include "core/obj/image.h"
#include "core/obj/map.h"

/* A map with its initial data; ncpus is how many values a per-cpu map has of each. */
int map_new(const struct map_def *def, uint32_t ncpus, struct diag *d, struct map **out);
void map_free(struct map *map);

int map_lookup(struct map *map, const void *key, void *value);
int map_update(struct map *map, const void *key, const void *value, uint64_t flags);
int map_delete(struct map *map, const void *key);
int map_next_key(struct map *map, const void *key, void *next);

/* prog_array.c */
/* Puts a program into a slot; NULL takes it out. */
int prog_array_set(struct map *map, uint32_t slot, const struct prog *prog);

#endif
