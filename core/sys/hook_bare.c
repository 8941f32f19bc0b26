/*
 * PROG_ATTACH and PROG_DETACH: programs that stay where they are attached, without a link. The
 * record of one is a link all the same, which keeps itself and which nobody is shown.
 */
#include "core/sys/hook.h"

bool hook_is_bare(const struct object *link)
{
	return link->link->head.link.is_bare;
}

void hook_end_bare(struct object *link)
{
	store_unref(link->sys->store, STORE_LINK, link->id, STORE_LINK, link->id);
}

/* What is there already. */
struct there {
	const struct object *prog;   /* that is attached, and */
	bool has_prog;		     /* ... is there already */
	const struct object *wanted; /* the program that is looked for; NULL: any */
	struct object *found;	     /* its record, which is used; rather one without a link */
	struct object *last;	     /* the last of all, used */
	uint32_t n, links, flags;
};

static void look_at(struct there *t, struct object *o)
{
	bool is_bare = hook_is_bare(o);
	bool fits = t->wanted ? o->link->prog == t->wanted : is_bare;

	t->n++;
	t->links += !is_bare;
	t->has_prog |= o->link->prog == t->prog;
	t->flags = is_bare ? o->link->head.link.attach_flags : SYS_F_ALLOW_MULTI;
	if (fits && (!t->found || (is_bare && !hook_is_bare(t->found)))) {
		object_put(t->found);
		t->found = object_use(o);
	}
	object_put(t->last);
	t->last = object_use(o);
}

static void there_end(struct there *t)
{
	object_put(t->found);
	object_put(t->last);
}

/* ---- each kind of place: what it takes, and what it makes of those that are there ---- */

struct bare {
	struct call *c;
	const struct hook *hook;
	uint64_t place[2];
	struct object *prog, *replaced; /* replaced: of F_REPLACE, or NULL */
	struct hook_order order;
	struct hook_list list;
	struct there there;
};

static uint32_t flags_of(const struct bare *b)
{
	return b->c->attr.attach.attach_flags;
}

/* A record that keeps itself, at a place among those that are there. */
static int make_at(struct bare *b, int where)
{
	uint32_t flags = flags_of(b) & ~(uint32_t)SYS_F_REPLACE;
	struct link link = {
		.prog = b->prog,
		.head.link = {.type = b->hook->link_type,
			      .attach_type = b->hook->attach_type,
			      .place = {b->place[0], b->place[1]},
			      .is_bare = true,
			      .attach_flags = b->hook->place == PLACE_CGROUP ? flags : 0},
	};
	struct sys *sys = b->c->sys;
	struct object *o;
	int fd, err;

	if (b->hook->place == PLACE_MAP)
		object_of(sys, (int)b->c->attr.attach.target_fd, STORE_MAP, &link.map);
	fd = link_new(sys, &link);
	if (fd < 0)
		return fd;
	err = object_of(sys, fd, STORE_LINK, &o);
	if (!err)
		err = store_ref(sys->store, STORE_LINK, o->id, STORE_LINK, o->id, fd);
	if (!err)
		hook_put(&b->list, &b->order, o, where);
	close(fd);
	return err;
}

static int make(struct bare *b)
{
	return make_at(b, (int)b->list.v.n);
}

/* __cgroup_bpf_attach() */
static int attach_to_group(struct bare *b)
{
	const struct there *t = &b->there;
	uint32_t flags = flags_of(b);
	bool multi = flags & SYS_F_ALLOW_MULTI, found = t->found && hook_is_bare(t->found);

	if (t->n && t->flags != (flags & ~(uint32_t)SYS_F_REPLACE))
		return -EPERM;
	if (t->n >= b->hook->most)
		return -E2BIG;
	if (multi && found && !b->replaced)
		return -EINVAL;
	if (b->replaced && !found)
		return -ENOENT;
	return found ? link_replace(t->found, b->prog, NULL) : make(b);
}

static int detach_from_group(struct bare *b)
{
	const struct there *t = &b->there;

	if (t->n && t->flags & SYS_F_ALLOW_MULTI && !b->prog)
		return -EINVAL;
	if (!t->found || !hook_is_bare(t->found))
		return -ENOENT;
	hook_end_bare(t->found);
	return 0;
}

static int index_of(const struct bare *b, const struct object *o)
{
	int i = 0;

	while ((size_t)i < b->list.v.n && b->list.v.v[i] != o)
		i++;
	return i;
}

/* bpf_mprog_attach() */
static int attach_to_device(struct bare *b)
{
	const struct there *t = &b->there;
	int exact = -1, where, err;

	if (t->has_prog)
		return -EEXIST;
	if (b->replaced && (!t->found || !hook_is_bare(t->found)))
		return t->found ? -EBUSY : -ENOENT;
	if (b->replaced)
		exact = index_of(b, t->found);
	err = hook_seek(b->c, b->hook, &b->list, &b->order, exact, &where);
	if (err)
		return err;
	if (b->replaced)
		return link_replace(t->found, b->prog, NULL);
	return t->n >= b->hook->most ? b->hook->full : make_at(b, where);
}

/* bpf_mprog_detach(): the last one when nothing is said. */
static int detach_from_device(struct bare *b)
{
	const struct there *t = &b->there;
	int exact = -1, where, err;
	struct object *o;

	if (flags_of(b) & SYS_F_REPLACE)
		return -EINVAL;
	if (!t->n || (b->prog && !t->found))
		return -ENOENT;
	if (b->prog && !hook_is_bare(t->found))
		return -EBUSY;
	if (b->prog)
		exact = index_of(b, t->found);
	err = hook_seek(b->c, b->hook, &b->list, &b->order, exact, &where);
	if (err)
		return err;
	o = b->list.v.v[min((size_t)max(where, 0), b->list.v.n - 1)];
	if (!hook_is_bare(o))
		return -EBUSY;
	hook_end_bare(o);
	return 0;
}

/* sock_map_prog_update(): it takes the place of what is there, unless that is a link's. */
static int attach_to_sockets(struct bare *b)
{
	const struct there *t = &b->there;
	int err = hook_excluded(b->c->sys, b->hook, b->place);

	if (err || t->links)
		return err ? err : -EBUSY;
	return t->last ? link_replace(t->last, b->prog, NULL) : make(b);
}

static int detach_from_sockets(struct bare *b)
{
	const struct there *t = &b->there;
	int err = hook_excluded(b->c->sys, b->hook, b->place);

	if (err || t->links)
		return err ? err : -EBUSY;
	if (!t->found)
		return t->n ? -EPERM : -ENOENT;
	hook_end_bare(t->found);
	return 0;
}

/* netns_bpf_prog_attach(): the process's own network namespace */
static int attach_to_netns(struct bare *b)
{
	const struct there *t = &b->there;

	if (t->links)
		return -EEXIST;
	if (t->found)
		return -EINVAL;
	return t->last ? link_replace(t->last, b->prog, NULL) : make(b);
}

static int detach_from_netns(struct bare *b)
{
	if (b->there.links || !b->there.found)
		return b->there.links ? -EINVAL : -ENOENT;
	hook_end_bare(b->there.found);
	return 0;
}

static const struct {
	int (*attach)(struct bare *b);
	int (*detach)(struct bare *b);
} kinds[] = {
	[PLACE_CGROUP] = {attach_to_group, detach_from_group},
	[PLACE_DEVICE] = {attach_to_device, detach_from_device},
	[PLACE_MAP] = {attach_to_sockets, detach_from_sockets},
	[PLACE_NETNS] = {attach_to_netns, detach_from_netns},
};

/* ---- commands ---- */

/* The receivers of remote controls are the kernel's. */
static long lirc_refuse(struct call *c, uint32_t fd)
{
	if (fcntl((int)fd, F_GETFD) < 0)
		return -EBADF;
	return fail(&c->sys->diag, NULL, -EINVAL, "this is no receiver of remote controls");
}

static long lirc_attach(struct call *c)
{
	struct object *prog;
	int err = c->attr.attach.attach_flags
			  ? -EINVAL
			  : object_of(c->sys, (int)c->attr.attach.attach_bpf_fd, STORE_PROG, &prog);

	if (!err && prog->prog->head.prog.type != PROG_TYPE_LIRC_MODE2)
		err = -EINVAL;
	return err ? err : lirc_refuse(c, c->attr.attach.target_fd);
}

/* The hook of an attach type; those of netfilter, XDP and sk_lookup take links alone. */
static const struct hook *find_kind(uint32_t attach_type)
{
	const struct hook *hook = hook_find(0, attach_type);

	return hook && hook->link_type != SYS_LINK_XDP && hook->place != PLACE_NETFILTER &&
			       attach_type != ATTACH_TYPE_SK_LOOKUP
		       ? hook
		       : NULL;
}

static int check_attach_flags(const struct hook *hook, const union sys_attr *a)
{
	const uint32_t both = SYS_F_ALLOW_OVERRIDE | SYS_F_ALLOW_MULTI;
	uint32_t flags = a->attach.attach_flags;

	if (hook->place == PLACE_DEVICE)
		return flags & ~(uint32_t)SYS_F_ORDER ? -EINVAL : 0;
	if (a->attach.relative_fd || a->attach.expected_revision)
		return -EINVAL;
	switch (hook->place) {
	case PLACE_CGROUP:
		return flags & ~(both | SYS_F_REPLACE) || (flags & both) == both ||
				       (flags & SYS_F_REPLACE && !(flags & SYS_F_ALLOW_MULTI))
			       ? -EINVAL
			       : 0;
	default:
		return flags || a->attach.replace_bpf_fd ? -EINVAL : 0;
	}
}

static int find_place(struct bare *b)
{
	uint32_t target = b->c->attr.attach.target_fd;

	if (b->hook->place != PLACE_NETNS)
		return hook_place(b->c, b->hook, target, b->place);
	return target ? -EINVAL : hook_own_netns(b->place);
}

static int act_locked(struct bare *b, const struct object *wanted, int (*fn)(struct bare *b),
		      int lock)
{
	const union sys_attr *a = &b->c->attr;
	int err;

	if (b->hook->place == PLACE_DEVICE)
		b->order = (struct hook_order){a->attach.attach_flags & ~(uint32_t)SYS_F_REPLACE,
					       a->attach.relative_fd,
					       a->attach.expected_revision};
	if (b->order.revision && b->order.revision != hooks_revision(lock))
		return -ESTALE;
	b->there.prog = b->prog;
	b->there.wanted = wanted;
	hook_list(b->c->sys, b->hook, b->place, &b->list);
	vec_each(&b->list.v, o)
		look_at(&b->there, *o);
	err = fn(b);
	if (!err)
		hooks_revise(lock);
	there_end(&b->there);
	hook_list_end(&b->list);
	return err;
}

/* Who is there, with the hooks locked; does what is to be done. */
static int act(struct bare *b, const struct object *wanted, int (*fn)(struct bare *b))
{
	int lock = hooks_lock(b->c->sys), err;

	if (lock < 0)
		return lock;
	err = act_locked(b, wanted, fn, lock);
	close(lock);
	return err;
}

/* Whose record is looked for when a program is attached; NULL: anybody's. */
static const struct object *replaced_by(const struct bare *b)
{
	if (b->hook->place == PLACE_CGROUP && !(flags_of(b) & SYS_F_ALLOW_MULTI))
		return NULL;
	return b->replaced ? b->replaced : b->prog;
}

long sys_prog_attach(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct bare b = {.c = c, .hook = find_kind(a->attach.attach_type)};
	int err;

	if (a->attach.attach_type == ATTACH_TYPE_LIRC_MODE2)
		return lirc_attach(c);
	err = b.hook ? check_attach_flags(b.hook, a) : -EINVAL;
	if (!err)
		err = object_of(c->sys, (int)a->attach.attach_bpf_fd, STORE_PROG, &b.prog);
	if (err)
		return err;
	if (b.prog->prog->head.prog.type != b.hook->prog_type ||
	    !hook_takes(&b.prog->prog->head, b.hook->attach_type))
		return -EINVAL;
	objects_sweep(c->sys);
	err = find_place(&b);
	if (!err && a->attach.attach_flags & SYS_F_REPLACE)
		err = object_of(c->sys, (int)a->attach.replace_bpf_fd, STORE_PROG, &b.replaced);
	return err ? err : act(&b, replaced_by(&b), kinds[b.hook->place].attach);
}

/*
 * Which program, of those that are there: a control group's may go without a name when it is alone,
 * a device's last one as well; others are named.
 */
static int find_detached(struct bare *b)
{
	int fd = (int)b->c->attr.attach.attach_bpf_fd, err;

	if (b->hook->place == PLACE_CGROUP) {
		if (object_of(b->c->sys, fd, STORE_PROG, &b->prog) != 0)
			b->prog = NULL;
		return 0;
	}
	if (b->hook->place == PLACE_DEVICE && !fd)
		return 0;
	err = object_of(b->c->sys, fd, STORE_PROG, &b->prog);
	if (!err && b->prog->prog->head.prog.type != b->hook->prog_type)
		err = -EINVAL;
	return err;
}

long sys_prog_detach(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct bare b = {.c = c, .hook = find_kind(a->attach.attach_type)};
	bool first = b.hook && b.hook->place == PLACE_DEVICE;
	int err;

	if (a->attach.attach_type == ATTACH_TYPE_LIRC_MODE2)
		return a->attach.attach_flags ? -EINVAL : lirc_refuse(c, a->attach.target_fd);
	if (!b.hook || (first ? a->attach.attach_flags & ~(uint32_t)SYS_F_ORDER
			      : a->attach.relative_fd || a->attach.expected_revision ||
					a->attach.attach_flags))
		return -EINVAL;
	objects_sweep(c->sys);
	/* Linux looks at the program of a device before it looks for that. */
	err = first ? find_detached(&b) : find_place(&b);
	if (!err)
		err = first ? find_place(&b) : find_detached(&b);
	return err ? err : act(&b, b.prog, kinds[b.hook->place].detach);
}
