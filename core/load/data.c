/*
 * Data sections as maps: an array with one element, the section. Names are libbpf's: the kernel's
 * 15 characters hold the end of the section's name whole and as much of the object's as fits in
 * front; sections with a name of their own (.data.NAME) are called just that.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"
#include "core/obj/map.h"

#define MAP_NAME_LEN 15
#define MIN_SUFFIX   7 /* ".rodata": the object's name takes the same room before the others */

static const char *map_name(struct linker *l, const char *section)
{
	const char *slash = strrchr(l->obj->path, '/');
	const char *base = slash ? slash + 1 : l->obj->path;
	size_t suffix = min(max(strlen(section), (size_t)MIN_SUFFIX), (size_t)MAP_NAME_LEN);
	size_t prefix = min(strcspn(base, "."), MAP_NAME_LEN - suffix);
	char *name;

	if (strchr(section + 1, '.'))
		prefix = 0;
	name = arena_printf(l->a, "%.*s%.*s", (int)prefix, base, MAP_NAME_LEN, section);
	for (char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '_' && *p != '.')
			*p = '_';
	return name;
}

/* User space may map what it can name: a data section with a variable that is not static. */
static bool is_mmapable(const struct linker *l, uint32_t datasec)
{
	const struct btf *btf = l->img->btf;
	const struct btf_type *t = datasec ? btf_type(btf, datasec) : NULL;

	for (uint32_t i = 0; t && i < btf_vlen(t); i++) {
		const struct btf_type *var = btf_type(btf, btf_secinfos(t)[i].type);

		if (btf_kind(var) == BTF_KIND_VAR && btf_var_linkage(var) != BTF_VAR_STATIC)
			return true;
	}
	return false;
}

int add_data_map(struct linker *l, const char *section, enum map_source source, uint64_t size,
		 const uint8_t *data, bool read_only)
{
	uint32_t id = l->img->btf ? btf_find(l->img->btf, section, BTF_KIND_DATASEC) : 0;
	uint32_t flags =
		(read_only ? MAP_RDONLY_PROG : 0) | (is_mmapable(l, id) ? MAP_MMAPABLE : 0);

	if (size > INT32_MAX)
		return fail_obj(l, "section '%s' has %llu bytes, too many for a map", section,
				(unsigned long long)size);
	return add_map(l,
		       &(struct map_def){
			       .name = map_name(l, section),
			       .source = source,
			       .type = MAP_TYPE_ARRAY,
			       .key_size = 4,
			       .value_size = (uint32_t)size,
			       .max_entries = 1,
			       .flags = flags,
			       .btf_value_id = id,
			       .data = data,
			       .read_only = read_only,
			       .section = section,
		       },
		       &(struct map_place){.values = NO_INDEX});
}

static bool is_kind(const char *section, const char *kind)
{
	size_t len = strlen(kind);

	return strncmp(section, kind, len) == 0 && (!section[len] || section[len] == '.');
}

/* Where compilers put variables of address space 1: they begin the object's arena. */
#define ARENA_SECTION ".addr_space.1"
#define ARENA_PAGE    4096

static int place_in_arena(struct linker *l, uint32_t sec)
{
	uint64_t size = l->obj->secs[sec].size;
	uint32_t i = 0;

	while (i < l->maps.n && l->maps.v[i].type != MAP_TYPE_ARENA)
		i++;
	if (i == l->maps.n)
		return fail_obj(l, "variables in section '%s', but no map is an arena",
				ARENA_SECTION);
	if (size > (uint64_t)l->maps.v[i].max_entries * ARENA_PAGE)
		return fail_obj(l, "map '%s' has %u pages, too few for section '%s'",
				l->maps.v[i].name, l->maps.v[i].max_entries, ARENA_SECTION);
	l->sec_map[sec] = i;
	l->maps.v[i].data = l->obj->secs[sec].data;
	l->maps.v[i].data_size = (uint32_t)size;
	return 0;
}

static int collect_section(struct linker *l, uint32_t sec)
{
	const struct section *s = &l->obj->secs[sec];
	bool ro = is_kind(s->name, ".rodata");
	bool bytes = s->type == SHT_PROGBITS && (ro || is_kind(s->name, ".data"));

	if (s->size && strcmp(s->name, ARENA_SECTION) == 0)
		return place_in_arena(l, sec);
	if (!s->size || !(bytes || (s->type == SHT_NOBITS && is_kind(s->name, ".bss"))))
		return 0;
	if (s->nrelocs)
		warn(l->d, &l->loc, "addresses in the initial values of section '%s' stay unset",
		     s->name);
	l->sec_map[sec] = (uint32_t)l->maps.n;
	return add_data_map(l, s->name, MAP_FROM_DATA, s->size, bytes ? s->data : NULL, ro);
}

int collect_data(struct linker *l)
{
	const struct object *obj = l->obj;

	l->sec_map = arena_array(l->a, uint32_t, obj->nsecs);
	for (uint32_t i = 0; i < obj->nsecs; i++)
		l->sec_map[i] = NO_INDEX;
	for (uint32_t i = 0; i < obj->nsecs; i++) {
		int err = collect_section(l, i);

		if (err)
			return err;
	}
	return 0;
}
