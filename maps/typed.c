/*
 * Types of keys and values: whether they fit a map (map_check_btf() of Linux), and what a map has
 * of them: BTF, which is its maker's or a private copy of what its file says, and the special
 * fields of its values.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/obj/prog_type.h"
#include "maps/local.h"

struct map_types {
	struct arena arena;
	struct btf *btf; /* NULL: somebody else's */
};

static bool is_plain_int(const struct btf *btf, uint32_t id, uint32_t size)
{
	const struct btf_type *t = btf_type(btf, id);

	return btf_kind(t) == BTF_KIND_INT && t->size == size &&
	       BTF_INT_BITS(btf_int(t)) == size * 8 && BTF_INT_OFFSET(btf_int(t)) == 0;
}

/* struct bpf_cgroup_storage_key, or its first member alone */
static bool is_cgroup_key(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);
	const struct btf_member *m = btf_members(t);

	if (btf_kind(t) != BTF_KIND_STRUCT)
		return is_plain_int(btf, id, 8);
	return btf_vlen(t) == 2 && is_plain_int(btf, btf_resolve(btf, m[0].type), 8) &&
	       is_plain_int(btf, btf_resolve(btf, m[1].type), 4) &&
	       btf_member_bit(t, &m[0]) == 0 && btf_member_bit(t, &m[1]) == 64;
}

/* id is resolved, 0: the key has no type, as variables of an object have no keys. */
static int check_key(const struct map_ops *ops, const struct map_def *def, const struct btf *btf,
		     uint32_t id)
{
	bool fits = true;

	switch (ops->key) {
	case MAP_KEY_TYPED:
		break;
	case MAP_KEY_INT:
		fits = id ? is_plain_int(btf, id, 4)
			  : ops->direct && def->max_entries == 1 &&
				    btf_kind_of(btf, btf_resolve(btf, def->btf_value_id)) ==
					    BTF_KIND_DATASEC;
		break;
	case MAP_KEY_STRUCT:
		fits = btf_kind_of(btf, id) == BTF_KIND_STRUCT;
		break;
	case MAP_KEY_CGROUP:
		fits = is_cgroup_key(btf, id);
		break;
	case MAP_KEY_NONE:
		fits = !id;
		break;
	case MAP_KEY_UNTYPED:
		return -ENOTSUPP;
	}
	return fits ? 0 : -EINVAL;
}

/* The sizes of both types are the map's. */
static bool have_sizes(const struct map_def *def, const struct btf *btf)
{
	return btf_has(btf, def->btf_key_id) && btf_has(btf, def->btf_value_id) &&
	       (!def->btf_key_id || btf_size(btf, def->btf_key_id) == def->key_size) &&
	       btf_size(btf, def->btf_value_id) == def->value_size;
}

static int find_fields(const struct map_ops *ops, const struct map_def *def, const struct btf *btf,
		       uint32_t mask, struct arena *a, const struct btf_record **record)
{
	/* What does not say where its fields are has none, as in Linux. */
	if (btf_fields(btf, def->btf_value_id, def->kernel, mask, def->value_size, a, record) != 0)
		*record = NULL;
	if (!*record)
		return 0;
	if (def->flags & (MAP_RDONLY_PROG | MAP_WRONLY_PROG))
		return -EACCES;
	return (*record)->mask & ~ops->fields ? -EOPNOTSUPP : 0;
}

static int judge(const struct map_def *def, const struct btf *btf, uint32_t mask, struct arena *a,
		 const struct btf_record **record)
{
	const struct map_ops *ops = map_ops_of(def->type);
	int err;

	if (!ops || !have_sizes(def, btf) || (ops->key == MAP_KEY_TYPED && !def->btf_key_id))
		return -EINVAL;
	err = find_fields(ops, def, btf, mask, a, record);
	return err ? err : check_key(ops, def, btf, btf_resolve(btf, def->btf_key_id));
}

int map_check_types(const struct map_def *def, const struct btf *btf, struct diag *d)
{
	const struct btf_record *record;
	struct arena a = {0};
	int err = judge(def, btf, BTF_VALUE_FIELDS, &a, &record);

	arena_free(&a);
	switch (err) {
	case 0:
		return 0;
	case -EACCES:
		return fail(d, NULL, err, "map %s: its values have fields that programs must write",
			    def->name);
	case -EOPNOTSUPP:
		return fail(d, NULL, err, "map %s: values of its type cannot have such fields",
			    def->name);
	case -ENOTSUPP:
		return fail(d, NULL, err, "map %s: maps of its type have no types", def->name);
	default:
		return fail(d, NULL, err, "map %s: its types do not fit its dimensions", def->name);
	}
}

static void drop_message(struct diag *d __unused, enum severity sev __unused,
			 const struct loc *loc __unused, const char *msg __unused)
{
}

void map_use_types(struct map_def *def, const struct btf *btf, struct btf_source *kernel,
		   struct arena *a)
{
	struct diag quiet = {.sink = drop_message};
	struct map_def *inner;

	if (!btf)
		return;
	def->kernel = kernel;
	if (def->btf_value_id && map_check_types(def, btf, &quiet) == 0)
		def->btf = btf;
	if (!def->inner)
		return;
	inner = arena_memdup(a, def->inner, sizeof(*inner));
	map_use_types(inner, btf, kernel, a);
	def->inner = inner;
}

static int parse_blob(struct map_types *t, struct bytes blob)
{
	struct diag quiet = {.sink = drop_message};
	void *copy = arena_memdup(&t->arena, blob.data, blob.size);

	if (btf_parse(copy, blob.size, NULL, "", &quiet, &t->btf) == 0)
		return 0;
	t->btf = NULL;
	return -EUCLEAN;
}

int types_begin(struct map *map, const struct map_def *def, uint32_t mask)
{
	const struct btf *btf = def->btf;
	struct map_types *t;
	int err = 0;

	if (!def->btf_value_id || (!btf && !def->btf_blob.size))
		return 0;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	map->types = t;
	if (!btf) {
		err = parse_blob(t, def->btf_blob);
		btf = t->btf;
	}
	if (!err)
		err = judge(def, btf, mask, &t->arena, &map->record);
	if (!err) {
		map->btf = btf;
		return 0;
	}
	types_end(map);
	return err;
}

void types_end(struct map *map)
{
	if (map->types) {
		btf_free(map->types->btf);
		arena_free(&map->types->arena);
		free(map->types);
	}
	map->types = NULL;
	map->btf = NULL;
	map->record = NULL;
}

/* The type that a field points to or that is in its list; "": none. */
static const char *target_name(const struct btf_field *f)
{
	if (f->type & (BTF_FIELD_KPTR | BTF_FIELD_UPTR))
		return btf_name(f->kptr.btf, f->kptr.btf_id);
	if (f->type & BTF_FIELD_GRAPH_ROOT)
		return btf_name(f->graph_root.btf, f->graph_root.value_btf_id);
	return "";
}

bool types_same_fields(const struct map *a, const struct map *b)
{
	const struct btf_record *x = a->record, *y = b->record;

	if (!x || !y || x->n != y->n)
		return x == y;
	for (uint32_t i = 0; i < x->n; i++) {
		const struct btf_field *f = &x->fields[i], *g = &y->fields[i];

		if (f->type != g->type || f->offset != g->offset ||
		    strcmp(target_name(f), target_name(g)) != 0)
			return false;
	}
	return true;
}
