/* Commands on one element: each in the order in which Linux asks its questions. */
#include "core/sys/local.h"

/* Room for a key and a value; the small ones need no allocation. */
struct room {
	uint8_t *p;
	_Alignas(8) uint8_t small[256];
};

static int room_new(struct room *room, size_t n)
{
	room->p = n <= sizeof(room->small) ? room->small : malloc(n);
	return room->p ? 0 : -ENOMEM;
}

static void room_free(struct room *room)
{
	if (room->p != room->small)
		free(room->p);
}

struct elem {
	struct map *map;
	struct object *object;
	struct room key, value;
	uint64_t value_size; /* as the caller sees it */
};

int check_access(int fd, bool read, bool write)
{
	int mode = fcntl(fd, F_GETFL) & O_ACCMODE;

	if ((read && mode == O_WRONLY) || (write && mode == O_RDONLY))
		return -EPERM;
	return 0;
}

/* The map, if its descriptor allows what is asked. */
static int begin(struct call *c, struct elem *e, bool read, bool write)
{
	int err = object_of(c->sys, (int)c->attr.map_fd, STORE_MAP, &e->object);

	if (err)
		return err;
	e->key.p = e->key.small;
	e->value.p = e->value.small;
	e->map = e->object->map;
	e->value_size = map_user_size(e->map);
	err = check_access((int)c->attr.map_fd, read, write);
	if (!err && write && map_is_frozen(e->map))
		return fail(&c->sys->diag, NULL, -EPERM, "the map is frozen");
	return err;
}

static void end(struct elem *e)
{
	room_free(&e->key);
	room_free(&e->value);
}

/* Maps without keys take none; any other map needs one. */
static int read_key(struct call *c, struct elem *e)
{
	int err;

	if (!e->map->key_size)
		return c->attr.key ? -EINVAL : 0;
	err = room_new(&e->key, e->map->key_size);
	return err ? err : copy_in(e->key.p, c->attr.key, e->map->key_size);
}

static int check_lock(const struct elem *e, uint64_t flags)
{
	return flags & SYS_F_LOCK && !map_has_lock(e->map) ? -EINVAL : 0;
}

static long lookup(struct call *c, struct elem *e)
{
	int err = check_lock(e, c->attr.flags);

	if (!err)
		err = read_key(c, e);
	if (!err)
		err = room_new(&e->value, e->value_size);
	if (!err && e->map->ops->type == MAP_TYPE_BLOOM_FILTER)
		err = copy_in(e->value.p, c->attr.value, e->value_size);
	if (!err)
		err = elem_load(e->object, e->key.p, e->value.p, c->attr.flags);
	return err ? err : copy_out(c->attr.value, e->value.p, e->value_size);
}

long sys_map_lookup_elem(struct call *c)
{
	struct elem e;
	long ret;

	if (c->attr.flags & ~(uint64_t)SYS_F_LOCK)
		return -EINVAL;
	ret = begin(c, &e, true, false);
	if (ret)
		return ret;
	ret = lookup(c, &e);
	end(&e);
	return ret;
}

static long update(struct call *c, struct elem *e)
{
	int err = check_lock(e, c->attr.flags);

	if (!err)
		err = read_key(c, e);
	if (!err)
		err = room_new(&e->value, e->value_size);
	if (!err)
		err = copy_in(e->value.p, c->attr.value, e->value_size);
	return err ? err : elem_store(e->object, e->key.p, e->value.p, c->attr.flags);
}

long sys_map_update_elem(struct call *c)
{
	struct elem e;
	long ret = begin(c, &e, false, true);

	if (ret)
		return ret;
	ret = update(c, &e);
	end(&e);
	return ret;
}

long sys_map_delete_elem(struct call *c)
{
	struct elem e;
	long ret = begin(c, &e, false, true);

	if (ret)
		return ret;
	ret = read_key(c, &e);
	if (!ret)
		ret = elem_delete(e.object, e.key.p);
	end(&e);
	return ret;
}

static long next_key(struct call *c, struct elem *e)
{
	int err = c->attr.key ? read_key(c, e) : 0;

	if (!err)
		err = room_new(&e->value, e->map->key_size);
	if (!err)
		err = map_next_key(e->map, c->attr.key ? e->key.p : NULL, e->value.p);
	return err ? err : copy_out(c->attr.next_key, e->value.p, e->map->key_size);
}

long sys_map_get_next_key(struct call *c)
{
	struct elem e;
	long ret = begin(c, &e, true, false);

	if (ret)
		return ret;
	ret = next_key(c, &e);
	end(&e);
	return ret;
}

static long lookup_and_delete(struct call *c, struct elem *e)
{
	bool is_queue = e->map->ops->type == MAP_TYPE_QUEUE || e->map->ops->type == MAP_TYPE_STACK;
	int err = c->attr.flags && is_queue ? -EINVAL : check_lock(e, c->attr.flags);

	if (!err)
		err = read_key(c, e);
	if (!err)
		err = room_new(&e->value, e->value_size);
	if (!err)
		err = e->map->ops->pop && !is_queue
			      ? -ENOTSUPP
			      : map_take(e->map, e->key.p, e->value.p, c->attr.flags);
	return err ? err : copy_out(c->attr.value, e->value.p, e->value_size);
}

long sys_map_lookup_and_delete_elem(struct call *c)
{
	struct elem e;
	long ret;

	if (c->attr.flags & ~(uint64_t)SYS_F_LOCK)
		return -EINVAL;
	ret = begin(c, &e, true, true);
	if (ret)
		return ret;
	ret = lookup_and_delete(c, &e);
	end(&e);
	return ret;
}
