/*
 * Maps that a program declares: variables of section .maps, whose BTF type says everything (each
 * member is a pointer to what it means, a number n being a pointer to an array of n), and structs
 * of numbers in the old section maps.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"
#include "core/obj/map.h"

#define PAGE	  4096u
#define SLOT_SIZE 8 /* of an initialiser: a pointer */

/* One declaration being read. */
struct parse {
	struct linker *l;
	struct map_def *def;
	bool is_inner;
	bool has_key, has_value;
	uint32_t values; /* offset, NO_INDEX: none */
};

int add_map(struct linker *l, const struct map_def *def, const struct map_place *place)
{
	if (l->maps.n >= IMAGE_MAX_MAPS)
		return fail_obj(l, "more than %d maps", IMAGE_MAX_MAPS);
	vec_push(&l->places, *place);
	vec_push(&l->maps, *def);
	return 0;
}

uint32_t map_defined_at(const struct linker *l, uint32_t sec, uint64_t off)
{
	for (size_t i = 0; i < l->places.n; i++)
		if (l->places.v[i].sec == sec && l->places.v[i].off == off)
			return (uint32_t)i;
	return NO_INDEX;
}

static bool is_map_of_maps(uint32_t type)
{
	return type == MAP_TYPE_ARRAY_OF_MAPS || type == MAP_TYPE_HASH_OF_MAPS;
}

/* ---- members of a declaration ---- */

/* A pointer to an array of n, or an enum whose only value is n. */
static int read_number(struct parse *p, const struct btf_member *m, uint64_t *out)
{
	const struct btf *btf = p->l->img->btf;
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, m->type));

	if (btf_kind(t) == BTF_KIND_PTR) {
		t = btf_type(btf, btf_resolve(btf, t->type));
		if (btf_kind(t) == BTF_KIND_ARRAY) {
			*out = btf_array(t)->nelems;
			return 0;
		}
	} else if (btf_kind(t) == BTF_KIND_ENUM && btf_vlen(t) == 1) {
		*out = (uint64_t)(int64_t)btf_enums(t)->val;
		return 0;
	} else if (btf_kind(t) == BTF_KIND_ENUM64 && btf_vlen(t) == 1) {
		*out = btf_enum64_value(btf_enums64(t));
		return 0;
	}
	return fail_obj(p->l, "map '%s': member '%s' is no number as __uint() makes it",
			p->def->name, btf_str(btf, m->name_off));
}

static int read_u32(struct parse *p, const struct btf_member *m, uint32_t *out)
{
	uint64_t n;
	int err = read_number(p, m, &n);

	if (err)
		return err;
	if (n > UINT32_MAX)
		return fail_obj(p->l, "map '%s': member '%s' is out of range", p->def->name,
				btf_str(p->l->img->btf, m->name_off));
	*out = (uint32_t)n;
	return 0;
}

/* The type that a member points to. */
static int read_pointee(struct parse *p, const struct btf_member *m, uint32_t *id)
{
	const struct btf *btf = p->l->img->btf;
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, m->type));

	if (btf_kind(t) != BTF_KIND_PTR)
		return fail_obj(p->l, "map '%s': member '%s' is no pointer to a type", p->def->name,
				btf_str(btf, m->name_off));
	*id = t->type;
	return 0;
}

static int set_size(struct parse *p, const char *what, uint32_t size, bool *has, uint32_t *out)
{
	if (*has && *out != size)
		return fail_obj(p->l, "map '%s': %s size is %u in one place, %u in another",
				p->def->name, what, *out, size);
	*has = true;
	*out = size;
	return 0;
}

static int set_typed(struct parse *p, const struct btf_member *m, const char *what, bool *has,
		     uint32_t *size, uint32_t *id)
{
	int64_t bytes;
	int err = read_pointee(p, m, id);

	if (err)
		return err;
	bytes = btf_size(p->l->img->btf, *id);
	if (bytes < 0)
		return fail_obj(p->l, "map '%s': the %s type has no size", p->def->name, what);
	return set_size(p, what, (uint32_t)bytes, has, size);
}

static int set_type(struct parse *p, const struct btf_member *m)
{
	return read_u32(p, m, &p->def->type);
}

static int set_max_entries(struct parse *p, const struct btf_member *m)
{
	return read_u32(p, m, &p->def->max_entries);
}

static int set_flags(struct parse *p, const struct btf_member *m)
{
	return read_u32(p, m, &p->def->flags);
}

static int set_numa_node(struct parse *p, const struct btf_member *m)
{
	return read_u32(p, m, &p->def->numa_node);
}

static int set_extra(struct parse *p, const struct btf_member *m)
{
	return read_number(p, m, &p->def->extra);
}

static int set_key_size(struct parse *p, const struct btf_member *m)
{
	uint32_t size = 0;
	int err = read_u32(p, m, &size);

	return err ? err : set_size(p, "key", size, &p->has_key, &p->def->key_size);
}

static int set_value_size(struct parse *p, const struct btf_member *m)
{
	uint32_t size = 0;
	int err = read_u32(p, m, &size);

	return err ? err : set_size(p, "value", size, &p->has_value, &p->def->value_size);
}

static int set_key(struct parse *p, const struct btf_member *m)
{
	return set_typed(p, m, "key", &p->has_key, &p->def->key_size, &p->def->btf_key_id);
}

static int set_value(struct parse *p, const struct btf_member *m)
{
	return set_typed(p, m, "value", &p->has_value, &p->def->value_size, &p->def->btf_value_id);
}

static int set_pinning(struct parse *p, const struct btf_member *m)
{
	uint32_t pinning = 0;
	int err = read_u32(p, m, &pinning);

	if (err)
		return err;
	if (p->is_inner)
		return fail_obj(p->l, "map '%s': an inner map cannot be pinned", p->def->name);
	if (pinning != PIN_NONE && pinning != PIN_BY_NAME)
		return fail_obj(p->l, "map '%s': unknown pinning %u", p->def->name, pinning);
	p->def->pinning = pinning;
	return 0;
}

static int parse_map(struct parse *p, uint32_t id);

static int set_inner(struct parse *p, uint32_t id)
{
	struct map_def *inner = arena_new(p->l->a, struct map_def);
	struct parse q = {.l = p->l, .def = inner, .is_inner = true, .values = NO_INDEX};

	if (p->is_inner)
		return fail_obj(p->l, "map '%s': maps of maps of maps do not exist", p->def->name);
	inner->name = arena_printf(p->l->a, "%s.inner", p->def->name);
	inner->source = MAP_FROM_BTF;
	inner->section = p->def->section;
	p->def->inner = inner;
	return parse_map(&q, id);
}

/* The last member, an array without length of pointers to inner maps or programs. */
static int set_values(struct parse *p, const struct btf_member *m)
{
	const struct btf *btf = p->l->img->btf;
	const struct btf_type *t = btf_type(btf, btf_resolve(btf, m->type));
	uint32_t id;
	int err;

	if (btf_kind(t) != BTF_KIND_ARRAY || btf_array(t)->nelems)
		return fail_obj(p->l, "map '%s': 'values' is no array without length",
				p->def->name);
	t = btf_type(btf, btf_resolve(btf, btf_array(t)->type));
	id = btf_kind(t) == BTF_KIND_PTR ? btf_resolve(btf, t->type) : 0;
	err = set_size(p, "value", 4, &p->has_value, &p->def->value_size);
	if (err)
		return err;
	p->values = m->offset / 8;
	if (is_map_of_maps(p->def->type) && btf_kind_of(btf, id) == BTF_KIND_STRUCT)
		return set_inner(p, id);
	if (p->def->type == MAP_TYPE_PROG_ARRAY && btf_kind_of(btf, id) == BTF_KIND_FUNC_PROTO)
		return 0;
	return fail_obj(p->l,
			"map '%s': 'values' must point to inner maps of a map of maps, or to the "
			"programs of a prog_array",
			p->def->name);
}

static const struct {
	const char *name;
	int (*set)(struct parse *p, const struct btf_member *m);
} fields[] = {
	{"type", set_type},
	{"max_entries", set_max_entries},
	{"map_flags", set_flags},
	{"numa_node", set_numa_node},
	{"map_extra", set_extra},
	{"key_size", set_key_size},
	{"value_size", set_value_size},
	{"key", set_key},
	{"value", set_value},
	{"pinning", set_pinning},
	{"values", set_values},
};

/* ---- whole declarations ---- */

/* A ring takes a power of two of pages. */
static uint32_t round_ring(uint32_t size)
{
	uint32_t bytes = PAGE;

	if (!size)
		return 0;
	while (bytes < size && bytes <= UINT32_MAX / 2)
		bytes *= 2;
	return bytes < size ? size : bytes;
}

/*
 * Objects made for Go say of what type the records of a ring are, for bpf2go to read; cilium/ebpf
 * takes no size of values from that, and libbpf's objects do not have it.
 */
static void finish_ring(struct map_def *def)
{
	def->max_entries = round_ring(def->max_entries);
	if (!def->btf_value_id)
		return;
	def->value_size = 0;
	def->btf_value_id = 0;
}

static int parse_member(struct parse *p, const struct btf_member *m, bool is_last)
{
	const char *name = btf_str(p->l->img->btf, m->name_off);

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		if (fields[i].set == set_values && !is_last)
			return fail_obj(p->l, "map '%s': 'values' is not the last member",
					p->def->name);
		return fields[i].set(p, m);
	}
	return fail_obj(p->l, "map '%s': unknown member '%s'", p->def->name, name);
}

static int parse_map(struct parse *p, uint32_t id)
{
	const struct btf_type *t = btf_type(p->l->img->btf, id);
	int err;

	if (btf_kind(t) != BTF_KIND_STRUCT)
		return fail_obj(p->l, "map '%s' is not declared as a struct", p->def->name);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		err = parse_member(p, &btf_members(t)[i], i + 1 == btf_vlen(t));
		if (err)
			return err;
	}
	if (!p->def->type)
		return fail_obj(p->l, "map '%s' has no type", p->def->name);
	if (p->def->type == MAP_TYPE_RINGBUF || p->def->type == MAP_TYPE_USER_RINGBUF)
		finish_ring(p->def);
	return 0;
}

static int parse_var(struct linker *l, uint32_t sec, const struct btf_var_secinfo *info)
{
	const struct section *s = &l->obj->secs[sec];
	const struct btf *btf = l->img->btf;
	const struct btf_type *var = btf_type(btf, info->type);
	struct map_def def = {.source = MAP_FROM_BTF, .section = s->name};
	struct parse p = {.l = l, .def = &def, .values = NO_INDEX};
	struct map_place place = {.sec = sec, .off = info->offset};
	int err;

	def.name = btf_str(btf, var->name_off);
	if (btf_kind(var) != BTF_KIND_VAR || !*def.name)
		return fail_obj(l, "'.maps' has something else than variables");
	if (info->offset > s->size || info->size > s->size - info->offset)
		return fail_obj(l, "map '%s' reaches beyond section '.maps'", def.name);
	err = parse_map(&p, btf_resolve(btf, var->type));
	if (err)
		return err;
	place.values = p.values;
	return add_map(l, &def, &place);
}

static int collect_btf_maps(struct linker *l, uint32_t sec)
{
	const struct btf *btf = l->img->btf;
	uint32_t id = btf ? btf_find(btf, ".maps", BTF_KIND_DATASEC) : 0;
	const struct btf_type *t;

	if (!id)
		return fail_obj(l, "section '.maps' has no BTF; compile with -g");
	t = btf_type(btf, id);
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		int err = parse_var(l, sec, &btf_secinfos(t)[i]);

		if (err)
			return err;
	}
	return 0;
}

/* ---- the old section ---- */

/*
 * Three writers had structs of their own, which their sizes tell apart: libbpf before BTF stops
 * before id (20 bytes). The kernel's samples go on with the index of the inner map and a NUMA node
 * (28 bytes). iproute2 means an id and pinning by these, and may go on with the id of the inner map
 * and its slot (36 bytes).
 */
struct legacy_def {
	uint32_t type, key_size, value_size, max_entries, map_flags;
	uint32_t id, pinning;
	uint32_t inner_id, inner_idx;
};

#define LEGACY_SHORT  offsetof(struct legacy_def, id)
#define LEGACY_MIDDLE offsetof(struct legacy_def, inner_id)

struct legacy_map {
	const struct symbol *sym;
	struct legacy_def def;
	enum { NO_INNER, INNER_INDEX, INNER_ID } inner;
};

static int compare_legacy(const void *a, const void *b)
{
	const struct legacy_map *x = a, *y = b;

	return x->sym->value < y->sym->value ? -1 : x->sym->value > y->sym->value;
}

static int read_legacy(struct linker *l, const struct section *s, struct legacy_map *m,
		       uint64_t end)
{
	uint64_t at = m->sym->value, known = end - at;

	if (known < LEGACY_SHORT || !s->data)
		return fail_obj(l, "map '%s' of section '%s' is shorter than %zu bytes",
				m->sym->name, s->name, LEGACY_SHORT);
	if (known != sizeof(m->def) && known != LEGACY_MIDDLE)
		known = LEGACY_SHORT;
	m->inner = known == LEGACY_SHORT    ? NO_INNER
		   : known == LEGACY_MIDDLE ? INNER_INDEX
					    : INNER_ID;
	memcpy(&m->def, s->data + at, known);
	for (uint64_t i = at + known; i < end; i++)
		if (s->data[i])
			return fail_obj(l, "map '%s' of section '%s' says more than is understood",
					m->sym->name, s->name);
	return 0;
}

static int add_legacy(struct linker *l, uint32_t sec, const struct legacy_map *m)
{
	const struct map_place place = {
		.sec = sec,
		.off = (uint32_t)m->sym->value,
		.values = NO_INDEX,
	};
	bool on_node = m->def.map_flags & MAP_NUMA_NODE;

	return add_map(l,
		       &(struct map_def){
			       .name = m->sym->name,
			       .source = MAP_FROM_LEGACY,
			       .type = m->def.type,
			       .key_size = m->def.key_size,
			       .value_size = m->def.value_size,
			       .max_entries = m->def.max_entries,
			       .flags = m->def.map_flags,
			       .numa_node = on_node ? m->def.pinning : 0,
			       .pinning = !on_node && m->def.pinning ? PIN_BY_NAME : PIN_NONE,
			       .section = l->obj->secs[sec].name,
		       },
		       &place);
}

/* Which of the section's maps is the template of a map of maps; n: none. */
static size_t legacy_inner(const struct legacy_map *maps, size_t n, const struct legacy_map *outer)
{
	size_t k = 0;

	if (outer->inner == INNER_INDEX)
		return outer->def.id;
	while (k < n && maps[k].def.id != outer->def.inner_id)
		k++;
	return k;
}

/* first is the section's first map. */
static int set_legacy_inner(struct linker *l, const struct legacy_map *maps, size_t n, size_t first)
{
	for (size_t i = 0; i < n; i++) {
		struct map_def *outer = &l->maps.v[first + i];
		size_t k = legacy_inner(maps, n, &maps[i]);

		if (!is_map_of_maps(outer->type) || maps[i].inner == NO_INNER)
			continue;
		if (k >= n || is_map_of_maps(maps[k].def.type))
			return fail_obj(l, "map '%s' names no map that it can hold", outer->name);
		outer->inner = arena_memdup(l->a, &l->maps.v[first + k], sizeof(*outer));
		outer->value_size = 4;
	}
	return 0;
}

/* Where linking dropped a weak definition its bytes are left, and no map may follow at once. */
static uint64_t legacy_end(const struct symbol *sym, uint64_t next)
{
	return sym->size && sym->size < next - sym->value ? sym->value + sym->size : next;
}

static int collect_legacy_maps(struct linker *l, uint32_t sec)
{
	const struct section *s = &l->obj->secs[sec];
	VEC(struct legacy_map) maps = {0};
	size_t first = l->maps.n;
	int err = 0;

	for (uint32_t i = 1; i < l->obj->nsyms; i++) {
		const struct symbol *sym = &l->obj->syms[i];

		if (sym->sec == sec && sym->type != STT_SECTION && *sym->name)
			vec_add(&maps)->sym = sym;
	}
	if (maps.n)
		qsort(maps.v, maps.n, sizeof(*maps.v), compare_legacy);
	for (size_t i = 0; i < maps.n && !err; i++) {
		err = read_legacy(l, s, &maps.v[i],
				  legacy_end(maps.v[i].sym,
					     i + 1 < maps.n ? maps.v[i + 1].sym->value : s->size));
		if (!err)
			err = add_legacy(l, sec, &maps.v[i]);
	}
	if (!err)
		err = set_legacy_inner(l, maps.v, maps.n, first);
	vec_free(&maps);
	return err;
}

int collect_maps(struct linker *l)
{
	int err = 0;

	for (uint32_t i = 1; i < l->obj->nsecs && !err; i++) {
		const struct section *s = &l->obj->secs[i];

		if (!s->size || s->size > UINT32_MAX)
			continue;
		if (strcmp(s->name, ".maps") == 0)
			err = collect_btf_maps(l, i);
		else if (strcmp(s->name, "maps") == 0)
			err = collect_legacy_maps(l, i);
	}
	return err;
}

/* ---- initialisers ---- */

struct init_ref {
	uint32_t map;
	struct map_init init;
};

/* The map of a section whose definition begins last before off. */
static uint32_t map_holding(const struct linker *l, uint32_t sec, uint64_t off)
{
	uint32_t found = NO_INDEX;

	for (size_t i = 0; i < l->places.n; i++)
		if (l->places.v[i].sec == sec && l->places.v[i].off <= off &&
		    (found == NO_INDEX || l->places.v[i].off >= l->places.v[found].off))
			found = (uint32_t)i;
	return found;
}

/* What an initialiser's slot points to, by name. */
static int read_init(struct linker *l, const struct section *sec, const struct reloc *r,
		     struct init_ref *out)
{
	const struct symbol *sym = &l->obj->syms[r->sym];
	const struct map_def *map = &l->maps.v[out->map];
	uint64_t at = sym->value + (uint64_t)reloc_addend(l, sec, r);
	uint32_t inner;
	const struct func *f;

	if (map->type == MAP_TYPE_PROG_ARRAY) {
		f = at % sizeof(struct bpf_insn) || sym->sec >= l->obj->nsecs
			    ? NULL
			    : func_starting(l, sym->sec, at / sizeof(struct bpf_insn));
		if (!f || !f->is_prog)
			return fail_obj(l, "map '%s': slot %u points to no program", map->name,
					out->init.key);
		out->init.name = f->name;
		out->init.map = NO_INDEX;
		return 0;
	}
	inner = map_defined_at(l, sym->sec, at);
	if (inner == NO_INDEX || l->maps.v[inner].source != MAP_FROM_BTF)
		return fail_obj(l, "map '%s': slot %u points to no map", map->name, out->init.key);
	out->init.name = l->maps.v[inner].name;
	out->init.map = inner;
	return 0;
}

static int place_init(struct linker *l, uint32_t sec, const struct reloc *r, struct init_ref *out)
{
	const struct map_place *place;
	uint64_t at;

	out->map = map_holding(l, sec, r->off);
	if (out->map == NO_INDEX)
		return fail_obj(l, "'.maps': relocation at %#llx is in no map",
				(unsigned long long)r->off);
	place = &l->places.v[out->map];
	at = r->off - place->off;
	if (place->values == NO_INDEX || at < place->values || (at - place->values) % SLOT_SIZE)
		return fail_obj(l, "map '%s': relocation at %#llx is in no slot of its values",
				l->maps.v[out->map].name, (unsigned long long)r->off);
	out->init.key = (uint32_t)((at - place->values) / SLOT_SIZE);
	return read_init(l, &l->obj->secs[sec], r, out);
}

/* Relocations are sorted, so those of one map are neighbours. */
static int collect_section_inits(struct linker *l, uint32_t sec)
{
	const struct section *s = &l->obj->secs[sec];
	struct map_init *inits = arena_array(l->a, struct map_init, s->nrelocs);

	for (uint32_t i = 0; i < s->nrelocs; i++) {
		struct init_ref ref = {0};
		int err = place_init(l, sec, &s->relocs[i], &ref);

		if (err)
			return err;
		inits[i] = ref.init;
		if (!l->maps.v[ref.map].ninits)
			l->maps.v[ref.map].inits = &inits[i];
		l->maps.v[ref.map].ninits++;
	}
	return 0;
}

int collect_inits(struct linker *l)
{
	for (uint32_t i = 1; i < l->obj->nsecs; i++) {
		int err = 0;

		if (strcmp(l->obj->secs[i].name, ".maps") == 0)
			err = collect_section_inits(l, i);
		if (err)
			return err;
	}
	return 0;
}
