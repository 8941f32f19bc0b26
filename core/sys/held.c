/*
 * Elements that stand for other objects: those of prog arrays and of maps of maps. Outside a value
 * is a descriptor when it is written and an id when it is read; inside it is an id, and a name of
 * the object in the store, which goes away with the last element that has it.
 */
#include "core/sys/local.h"

/* What must be equal of programs that tail call each other (bpf_prog_map_compatible()); never 0. */
static uint32_t owner_word(const struct program *p)
{
	enum { SET = 1u << 31, FRAGS = 1 << 16 };
	const struct blob_head *h = &p->head;

	return SET | p->prog->type | (h->prog.attach_type & 0xff) << 8 |
	       (h->prog.flags & SYS_F_XDP_HAS_FRAGS ? FRAGS : 0);
}

static bool is_prog_array(const struct map *map)
{
	return map->ops->type == MAP_TYPE_PROG_ARRAY;
}

int held_check_owner(struct object *map, const struct program *p)
{
	if (!is_prog_array(map->map))
		return 0;
	return prog_array_own(map->map, owner_word(p));
}

static bool holds_objects(const struct map *map)
{
	return is_prog_array(map) || map_is_of_maps(map);
}

static enum store_kind held_kind(const struct map *map)
{
	return is_prog_array(map) ? STORE_PROG : STORE_MAP;
}

static uint32_t slot_of(const void *key)
{
	uint32_t slot;

	memcpy(&slot, key, sizeof(slot));
	return slot;
}

/* The id in an element; 0: there is none. */
static uint32_t id_of(struct map *map, const void *key)
{
	uint32_t id;

	if (is_prog_array(map))
		return prog_array_id(map, slot_of(key));
	return map_lookup(map, key, &id) == 0 ? id : 0;
}

/* Whether some element has the id. */
static bool has_id(struct map *map, uint32_t id)
{
	uint8_t *key = xmalloc((size_t)map->key_size * 2), *next = key + map->key_size;
	bool found = false;
	int err = map_next_key(map, NULL, key);

	while (!err && !found) {
		found = id_of(map, key) == id;
		err = map_next_key(map, key, next);
		memcpy(key, next, map->key_size);
	}
	free(key);
	return found;
}

/* Ends what this process found for ids that no element has any more. */
static void forget_objects(struct object *o)
{
	for (size_t i = 0; i < o->held.n;) {
		if (has_id(o->map, o->held.v[i]->id)) {
			i++;
			continue;
		}
		if (map_is_of_maps(o->map))
			map_of_maps_forget(o->map, o->held.v[i]->id);
		object_put(o->held.v[i]);
		o->held.v[i] = vec_pop(&o->held);
	}
}

/* Who made the file of an id is not known, so it must be what this table takes. */
static const struct prog *resolve_prog(void *arg, uint32_t id)
{
	struct object *o = arg, *prog;

	if (object_by_id(o->sys, STORE_PROG, id, &prog) != 0)
		return NULL;
	if (prog_array_own(o->map, owner_word(prog->prog)) != 0 || !program_trust(prog)) {
		object_put(prog);
		return NULL;
	}
	vec_push(&o->held, prog);
	return prog->prog->prog;
}

static int resolve_map(void *arg, uint32_t id, struct map **out)
{
	struct object *o = arg, *map;
	int err = object_by_id(o->sys, STORE_MAP, id, &map);

	if (err)
		return err;
	if (!map_of_maps_takes(o->map, map->map)) {
		object_put(map);
		return -EINVAL;
	}
	vec_push(&o->held, map);
	*out = map->map;
	return 0;
}

void held_begin(struct object *map)
{
	if (is_prog_array(map->map))
		prog_array_resolve(map->map, resolve_prog, map);
	else if (map_is_of_maps(map->map))
		map_of_maps_resolve(map->map, resolve_map, map);
}

void held_end(struct object *map)
{
	vec_each(&map->held, prog)
		object_put(*prog);
	vec_free(&map->held);
}

/* One element gets an id; 0 takes it out. */
static int swap_id(struct map *map, const void *key, uint32_t id, uint64_t flags, uint32_t *old)
{
	if (is_prog_array(map))
		return prog_array_swap(map, slot_of(key), id, old);
	*old = id_of(map, key);
	return id ? map_update(map, key, &id, flags) : map_delete(map, key);
}

/* The id's name goes when no element has it. */
static void unname(struct object *o, uint32_t id)
{
	if (!id || has_id(o->map, id))
		return;
	store_unref(o->sys->store, STORE_MAP, o->id, held_kind(o->map), id);
	forget_objects(o);
}

/*
 * One element gets an object, or none, and its name with it. Alone: another process that takes the
 * same object out of its last element would take away the name that was made for this one.
 */
static int set_object(struct object *o, const void *key, const struct object *held, uint64_t flags)
{
	struct store *store = o->sys->store;
	uint32_t id = held ? held->id : 0, old = 0;
	int err = lease_wait(o->fd, LEASE_HELD);

	if (err)
		return err;
	if (held)
		err = store_ref(store, STORE_MAP, o->id, held_kind(o->map), id, held->fd);
	if (!err) {
		err = swap_id(o->map, key, id, flags, &old);
		if (err)
			unname(o, id);
		else if (old != id)
			unname(o, old);
	}
	lease_set(o->fd, F_UNLCK, LEASE_HELD, 1);
	return err ? err : id || old ? 0 : -ENOENT;
}

/* What Linux asks of the element before it looks at the descriptor: nothing, in a hash. */
static int check_element(const struct map *map, const void *key, uint64_t flags)
{
	if (map->ops->type == MAP_TYPE_HASH_OF_MAPS)
		return 0;
	if (flags)
		return -EINVAL;
	return slot_of(key) < map->max_entries ? 0 : -E2BIG;
}

static int check_object(struct object *o, const struct object *held)
{
	if (is_prog_array(o->map)) {
		if (held->prog->head.prog.type == PROG_TYPE_EXT)
			return -EINVAL;
		return held_check_owner(o, held->prog);
	}
	return map_of_maps_takes(o->map, held->map) ? 0 : -EINVAL;
}

int elem_store(struct object *o, const void *key, const void *value, uint64_t flags)
{
	enum store_kind kind = held_kind(o->map);
	struct object *held;
	int fd, err;

	if (o->map->ops->type == MAP_TYPE_STRUCT_OPS)
		return struct_ops_store(o, key, value, flags);
	if (!holds_objects(o->map))
		return map_update(o->map, key, value, flags);
	err = check_element(o->map, key, flags);
	memcpy(&fd, value, sizeof(fd));
	if (!err)
		err = object_of(o->sys, fd, kind, &held);
	if (!err)
		err = check_object(o, held);
	if (err || kind != STORE_PROG)
		return err ? err : set_object(o, key, held, flags);
	/* Alone: nobody extends the program before others can see that it is in here. */
	err = lease_wait(held->fd, LEASE_HELD);
	if (err)
		return err;
	err = links_extend(held) ? -EBUSY : set_object(o, key, held, flags);
	lease_set(held->fd, F_UNLCK, LEASE_HELD, 1);
	return err;
}

int elem_delete(struct object *o, const void *key)
{
	if (!holds_objects(o->map))
		return map_delete(o->map, key);
	return set_object(o, key, NULL, 0);
}

int elem_load(struct object *o, const void *key, void *value, uint64_t flags)
{
	uint32_t id;

	if (flags & UPDATE_LOCK)
		return map_lookup_locked(o->map, key, value);
	if (!is_prog_array(o->map))
		return map_lookup(o->map, key, value);
	id = prog_array_id(o->map, slot_of(key));
	if (!id)
		return -ENOENT;
	memcpy(value, &id, sizeof(id));
	return 0;
}

int elem_take(struct object *o, const void *key, void *value, uint64_t flags)
{
	int err;

	if (!map_is_of_maps(o->map))
		return map_take(o->map, key, value, flags);
	err = map_lookup(o->map, key, value);
	return err ? err : elem_delete(o, key);
}

void held_sweep(struct object *o)
{
	if (!is_prog_array(o->map) ||
	    store_has_users(o->sys->store, STORE_MAP, o->id, o->fd))
		return;
	for (uint32_t i = 0; i < o->map->max_entries; i++)
		if (prog_array_id(o->map, i))
			set_object(o, &i, NULL, 0);
}
