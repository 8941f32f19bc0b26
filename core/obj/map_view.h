/*
 * What programs see of a map: its address is that of the kernel's struct, whose members they may
 * read. Their places are those of the kernel's types that a program is checked against.
 */
#ifndef CORE_OBJ_MAP_VIEW_H
#define CORE_OBJ_MAP_VIEW_H

#include "core/base/base.h"

struct btf;
struct map;

enum { MAP_VIEW_SIZE = 1024 }; /* struct bpf_htab, the largest, has 832 bytes on Linux 6.18 */

enum map_field {
#define MAP_FIELD(type, member, ...) MAP_FIELD_##type##_##member,
#include "core/obj/ctx/map_fields.def"
	MAP_FIELD_COUNT
};

struct map_view {
	uint8_t bytes[MAP_VIEW_SIZE];
	uint16_t ends[MAP_FIELD_COUNT]; /* behind each field; 0: the struct has none */
	bool shown;			/* the bytes are there */
};

/* The kernel's struct behind a map of a type ("bpf_array"), or NULL. */
const char *map_struct(uint32_t map_type);
/* Fills what programs see, once; also of the maps that were found in it. */
void map_view_show(struct map *map, const struct btf *kernel);
/* The same of one that was found in outer, if outer is shown. */
void map_view_inner(struct map *map, const struct map *outer);

#endif
