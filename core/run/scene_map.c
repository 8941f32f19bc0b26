#include "core/obj/map.h"
#include "core/run/scene.h"

void scene_map_text(const struct map *map, uint32_t id, const char *name, struct strbuf *b)
{
	strbuf_addf(b,
		    "{map_type=%u, key_size=%u, value_size=%u, max_entries=%u, map_extra=%llu, "
		    "map_flags=%u, id=%u, numa_node=-1, btf_key_type_id=%u, btf_value_type_id=%u, "
		    "btf_vmlinux_value_type_id=%u, name=\"%s\", frozen=%d}",
		    map->ops->type, map->key_size, map->value_size, map->max_entries,
		    (unsigned long long)map->extra, map->flags, id, map->btf_key_id,
		    map->btf_value_id, map->kernel_value_id, name, *map->frozen != 0);
}
