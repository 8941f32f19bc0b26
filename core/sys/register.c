/*
 * What is registered with the kernel's interfaces of struct_ops: maps without BPF_F_LINK once they
 * are filled, and maps that links have (bpf_struct_ops_link_create() and what follows it there).
 * There is one registry for a store, which is looked at and changed with its directory locked: a
 * name is there once. Both end with the last user of the map, or of the link.
 */
#include <sys/file.h>

#include "core/sys/local.h"
#include "core/tcp/tcp.h"

static int lock(struct sys *sys)
{
	return flock(sys->store->obj, LOCK_EX) == 0 ? 0 : -errno;
}

static void unlock(struct sys *sys)
{
	flock(sys->store->obj, LOCK_UN);
}

/* ---- names ---- */

struct search {
	struct sys *sys;
	uint32_t type; /* of the value */
	char name[SYS_NAME_LEN];
};

static bool is_same(const struct search *s, struct object *map)
{
	char name[SYS_NAME_LEN];

	return map->map->ops->type == MAP_TYPE_STRUCT_OPS && map->map->kernel_value_id == s->type &&
	       struct_ops_name(map, name) && strcmp(name, s->name) == 0;
}

static bool is_map_taken(const struct search *s, uint32_t id)
{
	struct object *map;
	bool taken;

	if (object_by_id(s->sys, STORE_MAP, id, &map) != 0)
		return false;
	taken = is_same(s, map) && struct_ops_state(map->map) == STRUCT_OPS_INUSE &&
		store_has_users(s->sys->store, STORE_MAP, id, map->fd);
	object_put(map);
	return taken;
}

uint32_t struct_ops_map_of(const struct link *link)
{
	uint32_t id = link->live.at ? link->live.at->prog_id : 0;

	return id ? id : (uint32_t)link->head.link.place[0];
}

static bool is_link_taken(const struct search *s, uint32_t id)
{
	struct object *link, *map;
	bool taken = false;

	if (object_by_id(s->sys, STORE_LINK, id, &link) != 0)
		return false;
	if (link->link->head.link.type == SYS_LINK_STRUCT_OPS && link_is_alive(link) &&
	    object_by_id(s->sys, STORE_MAP, struct_ops_map_of(link->link), &map) == 0) {
		taken = is_same(s, map);
		object_put(map);
	}
	object_put(link);
	return taken;
}

/* Those of congestion controls that come with the simulator are there always. */
static bool is_native(const struct search *s)
{
	for (size_t i = 0; i < tcp_nnatives; i++)
		if (strcmp(tcp_natives[i].name, s->name) == 0)
			return true;
	return false;
}

static bool has_other(const struct search *s)
{
	struct store *store = s->sys->store;
	uint32_t id = 0;

	if (is_native(s))
		return true;
	while (store_next_id(store, STORE_MAP, id, &id) == 0)
		if (is_map_taken(s, id))
			return true;
	id = 0;
	while (store_next_id(store, STORE_LINK, id, &id) == 0)
		if (is_link_taken(s, id))
			return true;
	return false;
}

/* -EEXIST, said: something has the name that the map has. */
static int check_name_free(struct object *map)
{
	struct search s = {.sys = map->sys, .type = map->map->kernel_value_id};

	if (!struct_ops_name(map, s.name) || !has_other(&s))
		return 0;
	return fail(&map->sys->diag, NULL, -EEXIST, "'%s' is registered already", s.name);
}

int struct_ops_register(struct object *map, const void *value)
{
	int err = lock(map->sys);

	if (err)
		return err;
	/* The name is looked for in the value: no state says yet that it is there. */
	err = struct_ops_set(map->map, value, STRUCT_OPS_INIT);
	if (!err)
		err = check_name_free(map);
	if (!err)
		err = struct_ops_set(map->map, value, STRUCT_OPS_INUSE);
	unlock(map->sys);
	return err;
}

/* ---- links ---- */

/* bpf_struct_ops_valid_to_reg() */
static int find_ready(struct call *c, uint32_t fd, struct object **map)
{
	int err = object_of(c->sys, (int)fd, STORE_MAP, map);
	struct diag *d = &c->sys->diag;

	if (err)
		return err;
	if ((*map)->map->ops->type != MAP_TYPE_STRUCT_OPS)
		return fail(d, NULL, -EINVAL, "map %u is no table of functions (struct_ops)",
			    (*map)->id);
	if (!((*map)->map->flags & MAP_LINK))
		return fail(d, NULL, -EINVAL, "map %u was not made for links (flag link)",
			    (*map)->id);
	if (struct_ops_state((*map)->map) != STRUCT_OPS_READY)
		return fail(d, NULL, -EINVAL, "map %u has no functions yet", (*map)->id);
	return 0;
}

long struct_ops_attach(struct call *c)
{
	struct object *map;
	struct link link = {.head.link.type = SYS_LINK_STRUCT_OPS,
			    .head.link.attach_type = ATTACH_TYPE_STRUCT_OPS};
	long fd = find_ready(c, c->attr.link_create.prog_fd, &map);

	if (fd)
		return fd;
	link.map = map;
	link.head.link.place[0] = map->id;
	fd = lock(c->sys);
	if (fd)
		return fd;
	fd = check_name_free(map);
	if (!fd)
		fd = link_new(c->sys, &link);
	unlock(c->sys);
	return fd;
}

/* What an update names as the map that is there. */
static int find_old(struct call *c, struct object **old)
{
	const union sys_attr *a = &c->attr;

	*old = NULL;
	if (a->link_update.flags & SYS_F_REPLACE)
		return object_of(c->sys, (int)a->link_update.old_prog_fd, STORE_MAP, old);
	return a->link_update.old_prog_fd ? -EINVAL : 0;
}

/* tcp_update_congestion_control(): under the same name only. */
static int check_update(struct object *link, struct object *new, const struct object *expected)
{
	char name[SYS_NAME_LEN], old_name[SYS_NAME_LEN];
	struct object *old;
	int err = object_by_id(link->sys, STORE_MAP, struct_ops_map_of(link->link), &old);

	if (err)
		return err;
	if (expected && expected != old)
		err = -EPERM;
	else if (new->map->kernel_value_id != old->map->kernel_value_id)
		err = fail(&link->sys->diag, NULL, -EINVAL, "map %u is a table of another type",
			   new->id);
	else if (!struct_ops_name(new, name) || !struct_ops_name(old, old_name) ||
		 strcmp(name, old_name) != 0)
		err = fail(&link->sys->diag, NULL, -EINVAL, "map %u has another name than '%s'",
			   new->id, old_name);
	object_put(old);
	return err;
}

static int put_map(struct object *link, struct object *new)
{
	struct store *store = link->sys->store;
	uint32_t old = struct_ops_map_of(link->link);
	int err;

	if (!link->link->live.at)
		return -EPERM;
	if (old == new->id)
		return 0;
	err = store_ref(store, STORE_LINK, link->id, STORE_MAP, new->id, new->fd);
	if (err)
		return err;
	link->link->live.at->prog_id = new->id;
	store_unref(store, STORE_LINK, link->id, STORE_MAP, old);
	return 0;
}

long struct_ops_update(struct call *c, struct object *link)
{
	struct object *new, *old;
	int err = object_of(c->sys, (int)c->attr.link_update.new_prog_fd, STORE_MAP, &new);

	if (!err)
		err = find_old(c, &old);
	if (!err)
		err = find_ready(c, c->attr.link_update.new_prog_fd, &new);
	if (!err)
		err = lock(c->sys);
	if (err)
		return err;
	if (link->link->live.at && link->link->live.at->is_detached)
		err = -ENOLINK;
	else
		err = check_update(link, new, old);
	if (!err)
		err = put_map(link, new);
	unlock(c->sys);
	return err;
}

long struct_ops_detach(struct object *link)
{
	if (!link->link->live.at)
		return -EPERM;
	link->link->live.at->is_detached = true;
	return 0;
}
