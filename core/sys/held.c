/*
 * Elements that stand for other objects: the slots of prog arrays. Outside a value is a descriptor
 * when it is written and an id when it is read; inside it is an id, and a name of the object in the
 * store, which goes away with the last slot that has it.
 */
#include "core/sys/local.h"

/* What must be equal of programs that tail call each other (bpf_prog_map_compatible()); never 0. */
static uint32_t owner_word(const struct program *p)
{
	enum { SET = 1u << 31, FRAGS = 1 << 16 };
	const struct blob_head *h = &p->head;

	return SET | h->prog.type | (h->prog.attach_type & 0xff) << 8 |
	       (h->prog.flags & SYS_F_XDP_HAS_FRAGS ? FRAGS : 0);
}

int held_check_owner(struct object *map, const struct program *p)
{
	if (map->map->ops->type != MAP_TYPE_PROG_ARRAY)
		return 0;
	return prog_array_own(map->map, owner_word(p));
}

static bool has_slot(struct map *map, uint32_t id)
{
	for (uint32_t i = 0; i < map->max_entries; i++)
		if (prog_array_id(map, i) == id)
			return true;
	return false;
}

/* Ends what this process found for ids that no slot has any more. */
static void forget_programs(struct object *o)
{
	for (size_t i = 0; i < o->held.n;) {
		if (has_slot(o->map, o->held.v[i]->id)) {
			i++;
			continue;
		}
		object_put(o->held.v[i]);
		o->held.v[i] = vec_pop(&o->held);
	}
}

/* Who made the file of an id is not known, so it must be what this table takes. */
static const struct prog *resolve(void *arg, uint32_t id)
{
	struct object *o = arg, *prog;

	if (object_by_id(o->sys, STORE_PROG, id, &prog) != 0)
		return NULL;
	if (prog_array_own(o->map, owner_word(prog->prog)) != 0) {
		object_put(prog);
		return NULL;
	}
	vec_push(&o->held, prog);
	return prog->prog->prog;
}

void held_begin(struct object *map)
{
	if (map->map->ops->type == MAP_TYPE_PROG_ARRAY)
		prog_array_resolve(map->map, resolve, map);
}

void held_end(struct object *map)
{
	vec_each(&map->held, prog)
		object_put(*prog);
	vec_free(&map->held);
}

static int set_slot(struct object *o, uint32_t slot, uint32_t id)
{
	uint32_t old;
	int err = prog_array_swap(o->map, slot, id, &old);

	if (err)
		return err;
	if (old && old != id && !has_slot(o->map, old))
		store_unref(o->sys->store, STORE_MAP, o->id, STORE_PROG, old);
	forget_programs(o);
	return id || old ? 0 : -ENOENT;
}

static int store_program(struct object *o, uint32_t slot, const void *value, uint64_t flags)
{
	struct object *prog;
	int fd, err;

	if (flags)
		return -EINVAL;
	if (slot >= o->map->max_entries)
		return -E2BIG;
	memcpy(&fd, value, sizeof(fd));
	err = object_of(o->sys, fd, STORE_PROG, &prog);
	if (!err)
		err = held_check_owner(o, prog->prog);
	if (!err)
		err = store_ref(o->sys->store, STORE_MAP, o->id, STORE_PROG, prog->id, prog->fd);
	return err ? err : set_slot(o, slot, prog->id);
}

int elem_store(struct object *o, const void *key, const void *value, uint64_t flags)
{
	uint32_t slot;

	if (o->map->ops->type != MAP_TYPE_PROG_ARRAY)
		return map_update(o->map, key, value, flags);
	memcpy(&slot, key, sizeof(slot));
	return store_program(o, slot, value, flags);
}

int elem_delete(struct object *o, const void *key)
{
	uint32_t slot;

	if (o->map->ops->type != MAP_TYPE_PROG_ARRAY)
		return map_delete(o->map, key);
	memcpy(&slot, key, sizeof(slot));
	return set_slot(o, slot, 0);
}

int elem_load(struct object *o, const void *key, void *value)
{
	uint32_t slot, id;

	if (o->map->ops->type != MAP_TYPE_PROG_ARRAY)
		return map_lookup(o->map, key, value);
	memcpy(&slot, key, sizeof(slot));
	id = prog_array_id(o->map, slot);
	if (!id)
		return -ENOENT;
	memcpy(value, &id, sizeof(id));
	return 0;
}

void held_sweep(struct object *o)
{
	if (o->map->ops->type != MAP_TYPE_PROG_ARRAY ||
	    store_has_users(o->sys->store, STORE_MAP, o->id, o->fd))
		return;
	for (uint32_t i = 0; i < o->map->max_entries; i++)
		if (prog_array_id(o->map, i))
			set_slot(o, i, 0);
}
