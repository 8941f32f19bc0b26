/*
 * Programs on devices, control groups, network namespaces, maps of sockets and hooks of netfilter.
 * The place is a name: a device's number, which need not be one of this machine, which directory it
 * is, the id of a map. Links are the record of who is there, and what runs programs asks for it
 * (PROG_QUERY); nothing here runs them by itself.
 */
#include "core/sys/hook.h"

#include <sys/stat.h>
#include <sys/vfs.h>

enum { NSFS_MAGIC = 0x6e736673, XDP_MODES = 2 | 4 | 8 };
#define HOOKS_FILE "hooks"

static const struct hook hooks[] = {
#define HOOK(prog, attach, link, place, most, full)                                                \
	{PROG_TYPE_##prog, ATTACH_TYPE_##attach, SYS_LINK_##link, PLACE_##place, most, -full},
#include "core/sys/hooks.def"
};

const struct hook *hook_find(uint32_t prog_type, uint32_t attach_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].attach_type == attach_type &&
		    (!prog_type || hooks[i].prog_type == prog_type))
			return &hooks[i];
	return NULL;
}

bool hook_takes(const struct blob_head *h, uint32_t attach_type)
{
	uint32_t loaded = h->prog.attach_type;

	switch (h->prog.type) {
	case PROG_TYPE_CGROUP_SOCK:
	case PROG_TYPE_CGROUP_SOCK_ADDR:
	case PROG_TYPE_CGROUP_SOCKOPT:
	case PROG_TYPE_SK_LOOKUP:
	case PROG_TYPE_LSM:
		return loaded == attach_type;
	case PROG_TYPE_CGROUP_SKB:
		return loaded == ATTACH_TYPE_CGROUP_INET_INGRESS || loaded == attach_type;
	case PROG_TYPE_XDP:
		return loaded != ATTACH_TYPE_XDP_DEVMAP && loaded != ATTACH_TYPE_XDP_CPUMAP;
	default:
		return true;
	}
}

bool hook_has_type(uint32_t prog_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].prog_type == prog_type)
			return true;
	return false;
}

/* A device, or why there is none: netlink's code and that of others do not agree. */
static int find_device(struct call *c, const struct hook *hook, uint32_t target)
{
	if (target && target <= INT32_MAX)
		return 0;
	return fail(&c->sys->diag, NULL, hook->link_type == SYS_LINK_XDP ? -EINVAL : -ENODEV,
		    "there is no device %u", target);
}

/* A map of sockets, by its id. */
static int find_sockets(struct call *c, uint32_t target, uint64_t place[2])
{
	struct object *map;
	int err = object_of(c->sys, (int)target, STORE_MAP, &map);

	if (err)
		return err;
	if (map->map->ops->type != MAP_TYPE_SOCKMAP && map->map->ops->type != MAP_TYPE_SOCKHASH)
		return fail(&c->sys->diag, NULL, -EINVAL, "the map is none of sockets");
	place[0] = map->id;
	return 0;
}

/* bpf_nf_check_pf_and_hooks(): one hook of a family, at a priority. */
static int find_netfilter(const struct call *c, uint64_t place[2])
{
	enum { IPV4 = 2, IPV6 = 10, HOOKS = 5, DEFRAG = 1, PRIORITY_DEFRAG = -400 };
	uint32_t pf = c->attr.link_create.netfilter.pf;
	uint32_t hook = c->attr.link_create.netfilter.hooknum;
	uint32_t flags = c->attr.link_create.netfilter.flags;
	int32_t priority = c->attr.link_create.netfilter.priority;

	if (pf != IPV4 && pf != IPV6)
		return -EAFNOSUPPORT;
	if (hook >= HOOKS)
		return -EPROTO;
	if (flags & ~(uint32_t)DEFRAG)
		return -EOPNOTSUPP;
	if (priority == INT32_MIN || priority == INT32_MAX ||
	    (flags && priority <= PRIORITY_DEFRAG))
		return -ERANGE;
	place[0] = (uint64_t)pf << 32 | hook;
	place[1] = (uint32_t)priority;
	return 0;
}

static int find_file(struct call *c, const struct hook *hook, int fd, uint64_t place[2])
{
	struct statfs fs;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -EBADF;
	if (hook->place == PLACE_CGROUP && !S_ISDIR(st.st_mode))
		return fail(&c->sys->diag, NULL, -EBADF,
			    "a control group is named by its directory");
	if (hook->place == PLACE_NETNS &&
	    (fstatfs(fd, &fs) != 0 || (uint32_t)fs.f_type != NSFS_MAGIC))
		return -EINVAL;
	place[0] = st.st_dev;
	place[1] = st.st_ino;
	return 0;
}

int hook_own_netns(uint64_t place[2])
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st) != 0)
		return -errno;
	place[0] = st.st_dev;
	place[1] = st.st_ino;
	return 0;
}

int hook_place(struct call *c, const struct hook *hook, uint32_t target, uint64_t place[2])
{
	place[0] = target;
	place[1] = 0;
	switch (hook->place) {
	case PLACE_DEVICE:
		return find_device(c, hook, target);
	case PLACE_MAP:
		return find_sockets(c, target, place);
	case PLACE_NETFILTER:
		return find_netfilter(c, place);
	default:
		return find_file(c, hook, (int)target, place);
	}
}

/* ---- who is there ---- */

static uint32_t order_of(const struct object *o)
{
	return o->link->live.at ? o->link->live.at->order : 0;
}

/* Behind all that are not to come later; ids come in their order. */
static void add_in_order(struct hook_list *l, struct object *o)
{
	size_t at = l->v.n;

	vec_push(&l->v, o);
	for (; at > 0 && order_of(l->v.v[at - 1]) > order_of(o); at--)
		l->v.v[at] = l->v.v[at - 1];
	l->v.v[at] = o;
}

void hook_list(struct sys *sys, const struct hook *hook, const uint64_t place[2],
	       struct hook_list *out)
{
	uint32_t id = 0;

	*out = (struct hook_list){0};
	while (store_next_id(sys->store, STORE_LINK, id, &id) == 0) {
		const struct blob_head *h;
		struct object *o;

		if (object_by_id(sys, STORE_LINK, id, &o) != 0)
			continue;
		h = &o->link->head;
		if (h->link.type == hook->link_type && h->link.attach_type == hook->attach_type &&
		    memcmp(h->link.place, place, sizeof(h->link.place)) == 0 && link_is_alive(o))
			add_in_order(out, o);
		else
			object_put(o);
	}
}

void hook_list_end(struct hook_list *l)
{
	vec_each(&l->v, o)
		object_put(*o);
	vec_free(&l->v);
}

/* STREAM_VERDICT and SKB_VERDICT exclude each other (sock_map_prog_link_lookup()). */
int hook_excluded(struct sys *sys, const struct hook *hook, const uint64_t place[2])
{
	uint32_t other = hook->attach_type == ATTACH_TYPE_SK_SKB_VERDICT
				 ? ATTACH_TYPE_SK_SKB_STREAM_VERDICT
			 : hook->attach_type == ATTACH_TYPE_SK_SKB_STREAM_VERDICT
				 ? ATTACH_TYPE_SK_SKB_VERDICT
				 : 0;
	struct hook_list l = {0};
	bool any;

	if (other)
		hook_list(sys, hook_find(PROG_TYPE_SK_SKB, other), place, &l);
	any = l.v.n;
	hook_list_end(&l);
	return any ? -EBUSY : 0;
}

int hooks_lock(struct sys *sys)
{
	int fd = openat(sys->store->obj, HOOKS_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			0600);
	int err = fd < 0 ? -errno : lease_wait(fd, LEASE_HELD);

	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

uint64_t hooks_revision(int lock)
{
	uint64_t n = 0;

	return pread(lock, &n, sizeof(n), 0) == sizeof(n) ? n + 1 : 1;
}

/* A file system without room leaves it as it is. */
void hooks_revise(int lock)
{
	uint64_t n = hooks_revision(lock);

	(void)!pwrite(lock, &n, sizeof(n), 0);
}

/* ---- attaching ---- */

static int check_flags(struct call *c, const struct hook *hook, uint32_t flags)
{
	if (hook->link_type == SYS_LINK_XDP)
		return flags & ~(uint32_t)XDP_MODES || flags & (flags - 1) ? -EINVAL : 0;
	if (flags && hook->place != PLACE_DEVICE)
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "programs are attached behind those that are there");
	return 0;
}

/* Is what is at a place in the way of a link, or does that take its place? *bare is that. */
static int look_at(const struct hook *hook, struct object *o, const struct object *prog,
		   struct object **bare)
{
	bool is_bare = hook_is_bare(o);

	switch (hook->place) {
	case PLACE_CGROUP: /* what is there is to be alone */
		return is_bare && !(o->link->head.link.attach_flags & SYS_F_ALLOW_MULTI) ? -EPERM
										       : 0;
	case PLACE_DEVICE: /* bpf_mprog_attach() */
		return hook->most > 1 && o->link->prog == prog ? -EEXIST : 0;
	case PLACE_NETNS:
		return is_bare ? -EEXIST : 0;
	case PLACE_MAP: /* sock_map_prog_update() */
		if (is_bare)
			*bare = o;
		return 0;
	default:
		return 0;
	}
}

/* May a link be made there? *where: its place among those that have one. */
static int check_room(struct call *c, const struct object *prog, const struct hook *hook,
		      const struct hook_list *l, const struct hook_order *order,
		      struct object **bare, int *where)
{
	int err = 0;

	*where = (int)l->v.n;
	for (size_t i = 0; i < l->v.n && !err; i++)
		err = look_at(hook, l->v.v[i], prog, bare);
	if (!err && hook->place == PLACE_DEVICE && hook->most > 1)
		err = hook_seek(c, hook, l, order, -1, where);
	return !err && l->v.n - (*bare != NULL) >= hook->most ? hook->full : err;
}

static int make_link(struct call *c, struct object *prog, const struct hook *hook,
		     const uint64_t place[2])
{
	struct link link = {
		.prog = prog,
		.head.link = {.type = hook->link_type,
			      .attach_type = hook->attach_type,
			      .place = {place[0], place[1]},
			      .attach_flags = hook->place == PLACE_NETFILTER
						      ? c->attr.link_create.netfilter.flags
						      : 0},
	};

	if (hook->place == PLACE_MAP)
		object_of(c->sys, (int)c->attr.link_create.target_fd, STORE_MAP, &link.map);
	return link_new(prog->sys, &link);
}

static int attach_locked(struct call *c, struct object *prog, const struct hook *hook,
			 const uint64_t place[2], int lock)
{
	struct hook_order order = {0};
	struct object *bare = NULL, *o;
	struct hook_list l;
	int where, fd;

	if (hook->place == PLACE_DEVICE && hook->most > 1)
		order = (struct hook_order){c->attr.link_create.flags,
					    c->attr.link_create.order.relative_fd,
					    c->attr.link_create.order.expected_revision};
	hook_list(prog->sys, hook, place, &l);
	fd = hook_excluded(prog->sys, hook, place);
	if (!fd && order.revision && order.revision != hooks_revision(lock))
		fd = -ESTALE;
	if (!fd)
		fd = check_room(c, prog, hook, &l, &order, &bare, &where);
	if (!fd)
		fd = make_link(c, prog, hook, place);
	if (fd >= 0 && object_of(prog->sys, fd, STORE_LINK, &o) == 0) {
		hook_put(&l, &order, o, where);
		hooks_revise(lock);
		if (bare)
			hook_end_bare(bare);
	}
	hook_list_end(&l);
	return fd;
}

static int attach_there(struct call *c, struct object *prog, const struct hook *hook,
			const uint64_t place[2])
{
	int lock = hooks_lock(prog->sys), fd;

	if (lock < 0)
		return lock;
	fd = attach_locked(c, prog, hook, place, lock);
	close(lock);
	return fd;
}

long hook_attach(struct call *c, struct object *prog)
{
	const union sys_attr *a = &c->attr;
	const struct blob_head *h = &prog->prog->head;
	const struct hook *hook = hook_find(h->prog.type, a->link_create.attach_type);
	uint64_t place[2];
	int err;

	if (!hook || !hook_takes(h, hook->attach_type))
		return link_refuse_type(c, prog->prog);
	objects_sweep(c->sys);
	err = check_flags(c, hook, a->link_create.flags);
	if (!err)
		err = hook_place(c, hook, a->link_create.target_fd, place);
	return err ? err : attach_there(c, prog, hook, place);
}

/* ---- links that are there ---- */

int link_replace(struct object *o, struct object *new, const struct object *old)
{
	struct link *link = o->link;
	const struct blob_head *is = &link->prog->prog->head, *to = &new->prog->head;
	struct store *store = o->sys->store;
	int err;

	if (!link->live.at)
		return -EPERM;
	if (link->live.at->is_detached)
		return -ENOLINK;
	if (old && old != link->prog)
		return -EPERM;
	if (is->prog.type != to->prog.type || is->prog.attach_type != to->prog.attach_type ||
	    is->prog.attach_btf_id != to->prog.attach_btf_id)
		return fail(&o->sys->diag, NULL, -EINVAL,
			    "program %u is of another type, or for another attach type, than that "
			    "of the link",
			    new->id);
	if (new == link->prog)
		return 0;
	err = store_ref(store, STORE_LINK, o->id, STORE_PROG, new->id, new->fd);
	if (err)
		return err;
	link->live.at->prog_id = new->id;
	store_unref(store, STORE_LINK, o->id, STORE_PROG, link->prog->id);
	object_put(link->prog);
	link->prog = object_use(new);
	return 0;
}

int link_give_up(struct object *o)
{
	if (!o->link->live.at)
		return -EPERM;
	o->link->live.at->is_detached = true;
	return 0;
}

/* ---- PROG_QUERY ---- */

static int answer(struct call *c, const struct hook_list *l)
{
	const union sys_attr *a = &c->attr;

	for (uint32_t i = 0; i < min((uint32_t)l->v.n, a->query.count); i++) {
		const struct object *o = l->v.v[i];
		uint32_t id = hook_is_bare(o) ? 0 : o->id;

		if (a->query.prog_ids && copy_out(a->query.prog_ids + i * sizeof(uint32_t),
						  &o->link->prog->id, 4) != 0)
			return -EFAULT;
		if (a->query.link_ids &&
		    copy_out(a->query.link_ids + i * sizeof(uint32_t), &id, 4) != 0)
			return -EFAULT;
	}
	return 0;
}

/* That the programs were attached with; all have the same. */
static uint32_t flags_of(const struct hook_list *l)
{
	const struct object *last = l->v.n ? l->v.v[l->v.n - 1] : NULL;

	if (!last)
		return 0;
	return hook_is_bare(last) ? last->link->head.link.attach_flags : SYS_F_ALLOW_MULTI;
}

long sys_prog_query(struct call *c)
{
	const struct hook *hook = hook_find(0, c->attr.query.attach_type);
	uint32_t room = c->attr.query.count;
	struct hook_list l;
	uint64_t place[2];
	int err, lock;

	if (!hook || hook->place == PLACE_NETFILTER || c->attr.query.query_flags)
		return -EINVAL;
	objects_sweep(c->sys);
	err = hook_place(c, hook, c->attr.query.target_fd, place);
	lock = err ? err : hooks_lock(c->sys);
	if (lock < 0)
		return lock;
	hook_list(c->sys, hook, place, &l);
	err = answer(c, &l);
	c->attr.query.attach_flags = hook->place == PLACE_CGROUP ? flags_of(&l) : 0;
	c->attr.query.count = (uint32_t)l.v.n;
	c->attr.query.revision = hooks_revision(lock);
	hook_list_end(&l);
	close(lock);
	if (err || put_attr(c, query.attach_flags) != 0 || put_attr(c, query.count) != 0 ||
	    (hook->place == PLACE_DEVICE && put_attr(c, query.revision) != 0))
		return -EFAULT;
	return c->attr.query.count > room && room ? -ENOSPC : 0;
}
