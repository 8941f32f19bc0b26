#include "core/obj/map_view.h"

#include <string.h>

#include "core/btf/btf.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"

const char *map_struct(uint32_t map_type)
{
	static const char *const names[MAP_TYPE_COUNT] = {
#define MAP_STRUCT(type, name) [MAP_TYPE_##type] = name,
#include "core/obj/ctx/map_structs.def"
	};

	return map_type < MAP_TYPE_COUNT ? names[map_type] : NULL;
}

static const struct {
	const char *type, *member;
	uint32_t size;
} fields[] = {
#define MAP_FIELD(type, member, size, value) {#type, #member, size},
#include "core/obj/ctx/map_fields.def"
};

static uint64_t round_up_pow2(uint64_t n)
{
	uint64_t p = 1;

	while (p < n)
		p <<= 1;
	return p;
}

/* struct htab_elem, then the key, then the value or where those of each cpu are */
static uint32_t htab_elem_size(const struct map *map)
{
	return 48 + round_up(map->key_size, 8) + (map->ops->percpu ? 8 : map_value_stride(map));
}

static bool has_field(const struct map *map, enum map_field f)
{
	const char *own = map_struct(map->ops->type);

	return map->view.ends[f] && own &&
	       (strcmp(fields[f].type, "bpf_map") == 0 || strcmp(fields[f].type, own) == 0);
}

static void fill(struct map *map)
{
	const uint64_t values[] = {
#define MAP_FIELD(type, member, size, value) value,
#include "core/obj/ctx/map_fields.def"
	};

	for (uint32_t f = 0; f < MAP_FIELD_COUNT; f++)
		if (has_field(map, f))
			memcpy(map->view.bytes + map->view.ends[f] - fields[f].size, &values[f],
			       fields[f].size);
	map->view.shown = true;
}

static void find_fields(struct map_view *view, const struct btf *kernel)
{
	uint32_t at;

	for (uint32_t f = 0; f < MAP_FIELD_COUNT; f++)
		if (btf_member_at(kernel, btf_find(kernel, fields[f].type, BTF_KIND_STRUCT),
				  fields[f].member, &at) &&
		    at <= MAP_VIEW_SIZE - fields[f].size)
			view->ends[f] = (uint16_t)(at + fields[f].size);
}

void map_view_inner(struct map *map, const struct map *outer)
{
	if (!outer->view.shown || map->view.shown)
		return;
	memcpy(map->view.ends, outer->view.ends, sizeof(map->view.ends));
	fill(map);
}

void map_view_show(struct map *map, const struct btf *kernel)
{
	struct map *inner;

	if (map->view.shown || !kernel)
		return;
	find_fields(&map->view, kernel);
	fill(map);
	if (map->inner)
		map_view_inner(map->inner, map);
	for (uint32_t i = 0; map->ops->inner && (inner = map->ops->inner(map, i)); i++)
		map_view_inner(inner, map);
}
