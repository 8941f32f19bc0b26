/* Making and freezing maps. */
#include "core/sys/local.h"

/* The types of a map: btf_id of the object whose bytes it carries. */
struct map_types {
	struct object *object; /* of the descriptor; NULL: untyped */
	int err;	       /* what is wrong with them, told after the map's own faults */
};

/* Array keys are plain 32-bit integers (array_map_check_btf()). */
static bool is_index_type(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	return btf_kind(t) == BTF_KIND_INT && t->size == 4 && BTF_INT_BITS(btf_int(t)) == 32 &&
	       BTF_INT_OFFSET(btf_int(t)) == 0;
}

static bool is_data_section(const struct btf *btf, const struct map_def *def)
{
	return !def->btf_key_id && def->max_entries == 1 &&
	       btf_kind_of(btf, def->btf_value_id) == BTF_KIND_DATASEC;
}

/* map_check_btf() of Linux: sizes, then what the type of map says. */
static int check_types(const struct btf *btf, const struct map_def *def)
{
	bool is_array = def->type == MAP_TYPE_ARRAY || def->type == MAP_TYPE_PERCPU_ARRAY;

	if (!def->btf_value_id)
		return 0;
	if (!btf_has(btf, def->btf_key_id) || !btf_has(btf, def->btf_value_id))
		return -EINVAL;
	if (def->btf_key_id ? btf_size(btf, def->btf_key_id) != def->key_size : !is_array)
		return -EINVAL;
	if (btf_size(btf, def->btf_value_id) != def->value_size)
		return -EINVAL;
	if (is_array && !is_data_section(btf, def) &&
	    !(def->btf_key_id && is_index_type(btf, btf_resolve(btf, def->btf_key_id))))
		return -EINVAL;
	if (def->type == MAP_TYPE_LPM_TRIE &&
	    btf_kind_of(btf, btf_resolve(btf, def->btf_key_id)) != BTF_KIND_STRUCT)
		return -EINVAL;
	return 0;
}

static struct map_types find_types(struct call *c, const struct map_def *def)
{
	struct map_types types = {0};

	if (!c->attr.btf_key_type_id && !c->attr.btf_value_type_id)
		return types;
	types.err = object_of(c->sys, (int)c->attr.btf_fd, STORE_BTF, &types.object);
	if (types.err) {
		types.object = NULL;
		return types;
	}
	types.err = check_types(types.object->btf->btf, def);
	if (types.err)
		fail(&c->sys->diag, NULL, types.err, "map %s: its types do not fit its dimensions",
		     def->name);
	return types;
}

/* Dimensions of the map behind inner_map_fd; those of some map when it is none. */
static int find_inner(struct call *c, struct map_def *inner)
{
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.inner_map_fd, STORE_MAP, &o);

	*inner = err ? (struct map_def){
		.type = MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1,
	} : (struct map_def){
		.type = o->map->ops->type,
		.key_size = o->map->key_size,
		.value_size = o->map->value_size,
		.max_entries = o->map->max_entries,
		.flags = o->map->flags,
	};
	return err;
}

/* What Linux asks before it looks at the type of map. */
static int check_create(const struct call *c)
{
	const union sys_attr *a = &c->attr;

	if (a->btf_vmlinux_value_type_id) {
		if (a->map_type != MAP_TYPE_STRUCT_OPS || a->btf_key_type_id ||
		    a->btf_value_type_id)
			return -EINVAL;
	} else if (a->btf_key_type_id && !a->btf_value_type_id) {
		return -EINVAL;
	}
	if (a->map_type == MAP_TYPE_STRUCT_OPS && !a->btf_vmlinux_value_type_id)
		return -EINVAL;
	if (a->map_extra && a->map_type != MAP_TYPE_BLOOM_FILTER && a->map_type != MAP_TYPE_ARENA)
		return -EINVAL;
	if (a->map_flags & MAP_RDONLY && a->map_flags & MAP_WRONLY)
		return -EINVAL;
	if (a->map_flags & MAP_NUMA_NODE && a->numa_node && a->numa_node != UINT32_MAX)
		return -EINVAL;
	if (!a->map_type || a->map_type >= MAP_TYPE_COUNT)
		return fail(&c->sys->diag, NULL, -EINVAL, "there is no map type %u", a->map_type);
	return 0;
}

/* From the descriptor that the maker has to the one that the user gets. */
static int user_descriptor(struct sys *sys, uint32_t id, uint32_t access, int *fd)
{
	int got, err;

	if (!access)
		return 0;
	err = store_get_id(sys->store, STORE_MAP, id, access, &got);
	if (err)
		return err;
	close(*fd);
	*fd = got;
	return 0;
}

/* late: what is wrong besides, told after the map's own faults. */
static int make_map(struct call *c, const struct map_def *def, const struct map_types *types,
		    int late, int *fd)
{
	struct sys *sys = c->sys;
	struct object made = {.kind = STORE_MAP, .fd = -1, .sys = sys};
	struct bytes raw =
		types->object && !types->err ? types->object->btf->raw : (struct bytes){0};
	int err = store_create(sys->store, STORE_MAP, &made.id, fd);

	if (err)
		return err;
	err = map_create(def, sys->opts.ncpus, *fd, made.id, raw, &sys->diag, &made.map);
	if (!err && (late || types->err)) {
		map_free(made.map);
		err = late ? late : types->err;
	} else if (!err) {
		map_table_add(&sys->maps, *fd, made.map);
		made.btf_object = object_use(types->object);
		if (made.btf_object)
			err = store_ref(sys->store, STORE_MAP, made.id, STORE_BTF,
					made.btf_object->id, made.btf_object->fd);
		if (!err)
			err = object_add(sys, &made, *fd);
		if (!err)
			err = user_descriptor(sys, made.id,
					      c->attr.map_flags & (MAP_RDONLY | MAP_WRONLY), fd);
	}
	if (err) {
		close(*fd);
		store_reap(sys->store, STORE_MAP, made.id);
	}
	return err;
}

long sys_map_create(struct call *c)
{
	char name[SYS_NAME_LEN];
	struct map_def def = {
		.name = name,
		.type = c->attr.map_type,
		.key_size = c->attr.key_size,
		.value_size = c->attr.value_size,
		.max_entries = c->attr.max_entries,
		.flags = c->attr.map_flags,
		.numa_node = c->attr.numa_node,
		.extra = c->attr.map_extra,
		.btf_key_id = c->attr.btf_key_type_id,
		.btf_value_id = c->attr.btf_value_type_id,
	};
	struct map_types types;
	struct map_def inner;
	int fd, err, name_err, inner_err = 0;

	if (c->attr.map_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	if (c->attr.map_token_fd)
		return -EINVAL;
	err = check_create(c);
	if (err)
		return err;
	objects_sweep(c->sys);
	name_err = check_name(name, c->attr.map_name);
	if (def.type == MAP_TYPE_ARRAY_OF_MAPS || def.type == MAP_TYPE_HASH_OF_MAPS) {
		inner_err = find_inner(c, &inner);
		def.inner = &inner;
	}
	types = find_types(c, &def);
	err = make_map(c, &def, &types, inner_err ? inner_err : name_err, &fd);
	return err ? err : fd;
}

/* The types that a map carries, read when they are first asked for; NULL: none, or garbled. */
static const struct btf *types_of(struct object *o)
{
	const struct map *map = o->map;
	struct bytes raw = map_btf(map);
	struct map_def def = {
		.type = map->ops->type,
		.key_size = map->key_size,
		.value_size = map->value_size,
		.max_entries = map->max_entries,
		.btf_key_id = map->btf_key_id,
		.btf_value_id = map->btf_value_id,
	};
	struct type_data *t;

	if (o->types || !raw.size || !map->btf_value_id)
		return o->types ? o->types->btf : NULL;
	t = xcalloc(1, sizeof(*t));
	t->raw = (struct bytes){arena_memdup(&t->arena, raw.data, raw.size), raw.size};
	if (btf_parse(t->raw.data, t->raw.size, NULL, map->name, &o->sys->diag, &t->btf) != 0)
		t->btf = NULL;
	if (!t->btf || check_types(t->btf, &def) != 0) {
		type_data_free(t);
		return NULL;
	}
	o->types = t;
	return t->btf;
}

/* Does a value have a struct bpf_spin_lock? */
bool map_has_lock(struct object *o)
{
	const struct btf *btf = types_of(o);
	uint32_t id = btf ? btf_resolve(btf, o->map->btf_value_id) : 0;
	const struct btf_type *t = btf ? btf_type(btf, id) : NULL;

	for (uint32_t i = 0; t && btf_is_composite(t) && i < btf_vlen(t); i++) {
		uint32_t member = btf_resolve(btf, btf_members(t)[i].type);

		if (btf_kind_of(btf, member) == BTF_KIND_STRUCT &&
		    strcmp(btf_name(btf, member), "bpf_spin_lock") == 0)
			return true;
	}
	return false;
}

int sys_map_types(struct sys *sys, int fd, const struct btf **out)
{
	struct object *o;
	int err = object_of(sys, fd, STORE_MAP, &o);

	if (err)
		return err;
	*out = types_of(o);
	return *out ? 0 : -ENOENT;
}

int map_object_open(struct sys *sys, int fd, struct object *o)
{
	int err = map_get(&sys->maps, fd, &sys->diag, &o->map);
	uint32_t types;

	if (err)
		return err;
	o->id = o->map->id;
	types = o->map->btf_value_id ? store_ref_of(sys->store, STORE_MAP, o->id, STORE_BTF) : 0;
	/* A map can be used without them. */
	if (types && object_by_id(sys, STORE_BTF, types, &o->btf_object) != 0)
		o->btf_object = NULL;
	return 0;
}

long sys_map_freeze(struct call *c)
{
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.map_fd, STORE_MAP, &o);

	if (err)
		return err;
	if (map_is_frozen(o->map) || check_access((int)c->attr.map_fd, false, true) != 0)
		return -EPERM;
	return map_freeze(o->map);
}
