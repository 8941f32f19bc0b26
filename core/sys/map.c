/* Making and freezing maps. */
#include "core/sys/local.h"

/* The types of a map: btf_id of the object whose bytes it carries. */
struct types {
	struct object *object; /* of the descriptor; NULL: untyped */
	int err;	       /* what is wrong with them, told after the map's own faults */
};

static struct types find_types(struct call *c, struct map_def *def)
{
	struct types types = {0};

	if (!c->attr.btf_key_type_id && !c->attr.btf_value_type_id && !def->kernel_value_id)
		return types;
	types.err = object_of(c->sys, (int)c->attr.btf_fd, STORE_BTF, &types.object);
	if (types.err) {
		types.object = NULL;
		return types;
	}
	if (!def->kernel_value_id) {
		def->kernel = &c->sys->kernel;
		types.err = map_check_types(def, types.object->btf->btf, &c->sys->diag);
		if (types.err)
			return types;
		def->btf = types.object->btf->btf;
	}
	def->btf_blob = types.object->btf->raw;
	return types;
}

/*
 * Dimensions and types of the map behind inner_map_fd; those of some map when it is none. types is
 * the object that has the types.
 */
static int find_inner(struct call *c, struct map_def *inner, struct object **types)
{
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.inner_map_fd, STORE_MAP, &o);

	*types = err ? NULL : o->btf_object;
	if (err) /* other faults are told in its place */
		fail(&c->sys->diag, NULL, err,
		     "a map of maps needs an inner map; MAPS OF MAPS of ebpf-map(1) has what to do "
		     "where a loader sets it");
	*inner = err ? (struct map_def){
		.type = MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1,
	} : (struct map_def){
		.type = o->map->ops->type,
		.key_size = o->map->key_size,
		.value_size = o->map->value_size,
		.max_entries = o->map->max_entries,
		.flags = o->map->flags,
		.btf_key_id = o->map->btf_key_id,
		.btf_value_id = o->map->btf_value_id,
		.btf_blob = map_btf(o->map),
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
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "a map of struct_ops has values of a type of the kernel");
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

/* bpf_map_offload_map_alloc(): no device here has maps of its own. */
static int check_device(const struct call *c)
{
	if (!c->attr.map_ifindex)
		return 0;
	return c->attr.map_type == MAP_TYPE_HASH || c->attr.map_type == MAP_TYPE_ARRAY ? -EOPNOTSUPP
										       : -EINVAL;
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

/* The map and the BTF object in which its types, or those of the maps in it, are the same. */
static int add_types(struct sys *sys, struct object *made, struct object *types)
{
	if (!types)
		return 0;
	made->btf_object = object_use(types);
	map_share_types(made->map, types->btf->btf, types->btf->raw, &sys->kernel);
	return store_ref(sys->store, STORE_MAP, made->id, STORE_BTF, types->id, types->fd);
}

static uint32_t cpus_of(const struct sys *sys)
{
	long cpus = sys->opts.ncpus ? sys->opts.ncpus : sysconf(_SC_NPROCESSORS_CONF);

	return cpus > 0 ? (uint32_t)min(cpus, (long)REGION_CPUS) : 1;
}

/* late: what is wrong besides, told after the map's own faults. */
static int make_map(struct call *c, const struct map_def *def, struct object *types, int late,
		    int *fd)
{
	struct sys *sys = c->sys;
	struct object made = {.kind = STORE_MAP, .fd = -1, .sys = sys};
	int err = store_create(sys->store, STORE_MAP, &made.id, fd);

	if (err)
		return err;
	err = map_create(def, cpus_of(sys), *fd, made.id, &sys->diag, &made.map);
	if (!err && late) {
		map_free(made.map);
		err = late;
	} else if (!err) {
		map_table_add(&sys->maps, *fd, made.map);
		err = add_types(sys, &made, types);
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
		.kernel_value_id = c->attr.btf_vmlinux_value_type_id,
	};
	struct types types;
	struct object *inner_types = NULL;
	struct map_def inner;
	int fd, err, late = check_device(c);

	if (c->attr.map_flags & SYS_F_TOKEN_FD)
		return -EBADF;
	if (c->attr.map_token_fd)
		return -EINVAL;
	err = check_create(c);
	if (err)
		return err;
	objects_sweep(c->sys);
	if (def.type == MAP_TYPE_ARRAY_OF_MAPS || def.type == MAP_TYPE_HASH_OF_MAPS) {
		err = find_inner(c, &inner, &inner_types);
		late = late ? late : err;
		def.inner = &inner;
	}
	if (def.type == MAP_TYPE_STRUCT_OPS)
		late = late ? late : struct_ops_check_type(c);
	err = check_name(name, c->attr.map_name);
	late = late ? late : err;
	types = find_types(c, &def);
	late = late ? late : types.err;
	err = make_map(c, &def, types.object ? types.object : inner_types, late, &fd);
	return err ? err : fd;
}

int sys_map_types(struct sys *sys, int fd, const struct btf **out)
{
	struct object *o;
	int err = object_of(sys, fd, STORE_MAP, &o);

	if (err)
		return err;
	*out = o->map->btf;
	return *out ? 0 : -ENOENT;
}

int map_object_open(struct sys *sys, int fd, struct object *o)
{
	int err = map_get(&sys->maps, fd, &sys->diag, &o->map);
	struct object *types;
	uint32_t id;

	if (err)
		return err;
	o->id = o->map->id;
	id = map_btf(o->map).size ? store_ref_of(sys->store, STORE_MAP, o->id, STORE_BTF) : 0;
	/* A map can be used without them. */
	if (!id || object_by_id(sys, STORE_BTF, id, &types) != 0)
		return 0;
	o->btf_object = types;
	map_share_types(o->map, types->btf->btf, types->btf->raw, &sys->kernel);
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
