/*
 * The table of objects that this process has open. A descriptor says nothing but which file it is
 * of, so that descriptors made here, inherited or received over a socket are all the same; and when
 * one is closed nobody tells us. Whether a descriptor is left is asked of its lease, at the calls
 * that make or enumerate objects.
 */
#include <sys/stat.h>

#include "core/run/later.h"
#include "core/sys/local.h"

/* Frees what an object has. */
void object_drop(struct object *o)
{
	switch (o->kind) {
	case STORE_MAP:
		held_end(o);
		later_forget_map(&o->sys->rt, o->map);
		map_put(&o->sys->maps, o->map);
		break;
	case STORE_PROG:
		for (uint32_t i = 0; i < o->prog->head.prog.nmaps; i++)
			object_put(o->prog->maps[i]);
		object_put(o->prog->target);
		links_end(o);
		if (o->prog->prog)
			later_forget_prog(&o->sys->rt, o->prog->prog);
		program_free(o->prog);
		break;
	case STORE_LINK:
		object_put(o->link->prog);
		object_put(o->link->target);
		link_free(o->link);
		break;
	default:
		type_data_free(o->btf);
		break;
	}
	object_put(o->btf_object);
	if (o->fd >= 0)
		close(o->fd);
}

static void free_object(struct object *o)
{
	object_drop(o);
	free(o);
}

struct object *object_use(struct object *o)
{
	if (o)
		o->uses++;
	return o;
}

void object_put(struct object *o)
{
	if (o)
		o->uses--;
}

static struct object *find(struct sys *sys, const struct stat *st)
{
	for (struct object *o = sys->objects; o; o = o->next)
		if (o->ino == st->st_ino && o->dev == st->st_dev)
			return o;
	return NULL;
}

static void link_object(struct sys *sys, struct object *o, const struct stat *st)
{
	o->dev = st->st_dev;
	o->ino = st->st_ino;
	o->next = sys->objects;
	sys->objects = o;
	if (o->kind == STORE_MAP)
		held_begin(o);
}

/* Our own descriptor, which others can see is in use. */
static int own_descriptor(int fd)
{
	int own = lease_reopen(fd, O_RDWR), err;

	if (own == -EACCES || own == -EROFS)
		own = lease_reopen(fd, O_RDONLY);
	if (own < 0)
		return own;
	err = lease_set(own, F_RDLCK, LEASE_OBJECT, 1);
	if (!err)
		return own;
	close(own);
	return err;
}

int object_add(struct sys *sys, const struct object *made, int fd)
{
	struct object *o = xcalloc(1, sizeof(*o));
	struct stat st;

	*o = *made;
	o->fd = own_descriptor(fd);
	if (o->fd < 0 || fstat(fd, &st) != 0) {
		int err = o->fd < 0 ? o->fd : -errno;

		free_object(o);
		return err;
	}
	link_object(sys, o, &st);
	return 0;
}

/* Opens what an unknown file holds; everything in it is somebody else's word. */
static int open_object(struct sys *sys, int fd, struct object **out)
{
	struct object made = {.sys = sys, .fd = -1};
	int err = store_kind_of(fd, &made.kind);

	if (err)
		return err == -EACCES ? err : -EINVAL;
	switch (made.kind) {
	case STORE_MAP:
		err = map_object_open(sys, fd, &made);
		break;
	case STORE_PROG:
		err = prog_object_open(sys, fd, &made);
		break;
	case STORE_BTF:
		err = btf_object_open(sys, fd, &made);
		break;
	case STORE_LINK:
		err = link_object_open(sys, fd, &made);
		break;
	default:
		return -EINVAL;
	}
	if (!err)
		err = object_add(sys, &made, fd);
	if (!err)
		*out = sys->objects;
	return err;
}

int object_of(struct sys *sys, int fd, int kind, struct object **out)
{
	struct object *o;
	struct stat st;
	int err;

	if (fstat(fd, &st) != 0)
		return -EBADF;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	o = find(sys, &st);
	if (!o) {
		err = open_object(sys, fd, &o);
		if (err)
			return err;
	}
	if (kind != ANY_KIND && o->kind != (enum store_kind)kind)
		return -EINVAL;
	*out = o;
	return 0;
}

int object_by_id(struct sys *sys, enum store_kind kind, uint32_t id, struct object **out)
{
	struct stat st;
	int fd, err;

	err = store_find_id(sys->store, kind, id, STORE_RDWR, &fd);
	if (err == -EACCES)
		err = store_find_id(sys->store, kind, id, STORE_RDONLY, &fd);
	if (err)
		return err;
	err = object_of(sys, fd, kind, out);
	/* It may have been removed before our own lease on it was seen. */
	if (!err && (fstat(fd, &st) != 0 || !st.st_nlink))
		err = -ENOENT;
	if (!err)
		object_use(*out);
	close(fd);
	return err;
}

static bool is_used(struct object *o)
{
	bool held = lease_is_held(o->fd, LEASE_USER, LEASE_USERS);

	if (!held && o->kind == STORE_MAP)
		held_sweep(o);
	return held || o->uses;
}

/* An object that goes may be the last that used another: until nothing changes. */
static void sweep(struct sys *sys, bool all)
{
	bool again;

	/* What is attached to a program uses it, and so may what is in its tables. */
	for (struct object *o = sys->objects; o && all; o = o->next) {
		if (o->kind == STORE_PROG)
			links_end(o);
		if (o->kind == STORE_MAP && o->map->ops->prog)
			held_end(o);
	}
	do {
		again = false;
		for (struct object **at = &sys->objects; *at;) {
			struct object *o = *at;
			enum store_kind kind = o->kind;
			uint32_t id = o->id;

			if (all ? o->uses : is_used(o)) {
				at = &o->next;
				continue;
			}
			*at = o->next;
			free_object(o);
			store_reap(sys->store, kind, id);
			again = true;
		}
	} while (again);
}

void objects_sweep(struct sys *sys)
{
	for (struct object *o = sys->objects; o; o = o->next)
		if (o->kind == STORE_PROG)
			links_sync(o);
	sweep(sys, false);
}

void objects_free(struct sys *sys)
{
	sweep(sys, true);
}

int sys_map(struct sys *sys, int fd, struct map **out)
{
	struct object *o;
	int err = object_of(sys, fd, STORE_MAP, &o);

	if (!err)
		*out = o->map;
	return err;
}

int sys_prog(struct sys *sys, int fd, struct prog **out)
{
	struct object *o;
	int err = object_of(sys, fd, STORE_PROG, &o);

	if (!err)
		*out = o->prog->prog;
	return err;
}
