/*
 * Programs on devices, control groups and network namespaces. The place is a name: a device's
 * number, which need not be one of this machine, or which directory it is. Links are the record of
 * who is there, and what runs programs asks for it (PROG_QUERY); nothing here runs them by itself.
 */
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/sys/local.h"

enum place { PLACE_DEVICE, PLACE_CGROUP, PLACE_NETNS };
enum { NSFS_MAGIC = 0x6e736673, XDP_MODES = 2 | 4 | 8 };
#define HOOKS_FILE "hooks"

static const struct hook {
	uint32_t prog_type, attach_type, link_type;
	enum place place;
	uint32_t most;
} hooks[] = {
#define HOOK(prog, attach, link, place, most)                                                      \
	{PROG_TYPE_##prog, ATTACH_TYPE_##attach, SYS_LINK_##link, PLACE_##place, most},
#include "core/sys/hooks.def"
};

/* NULL: programs of the type, or none, are attached so. */
static const struct hook *find_hook(uint32_t prog_type, uint32_t attach_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].attach_type == attach_type &&
		    (!prog_type || hooks[i].prog_type == prog_type))
			return &hooks[i];
	return NULL;
}

bool hook_has_type(uint32_t prog_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i].prog_type == prog_type)
			return true;
	return false;
}

/* Which one it is, of its kind. */
static int find_place(struct call *c, const struct hook *hook, uint32_t target, uint64_t place[2])
{
	struct statfs fs;
	struct stat st;

	place[0] = target;
	place[1] = 0;
	if (hook->place == PLACE_DEVICE)
		return target && target <= INT32_MAX ? 0
						     : fail(&c->sys->diag, NULL, -ENODEV,
							    "there is no device %u", target);
	if (fstat((int)target, &st) != 0)
		return -EBADF;
	if (hook->place == PLACE_CGROUP && !S_ISDIR(st.st_mode))
		return fail(&c->sys->diag, NULL, -EBADF,
			    "a control group is named by its directory");
	if (hook->place == PLACE_NETNS &&
	    (fstatfs((int)target, &fs) != 0 || (uint32_t)fs.f_type != NSFS_MAGIC))
		return -EINVAL;
	place[0] = st.st_dev;
	place[1] = st.st_ino;
	return 0;
}

/* ---- who is there ---- */

struct visit {
	struct sys *sys;
	const struct hook *hook;
	const uint64_t *place;
	/* Of each link that is there, as they were made; what it returns other than 0 ends it. */
	int (*fn)(void *arg, struct object *link);
	void *arg;
};

static bool is_there(const struct visit *v, struct object *o)
{
	const struct blob_head *h = &o->link->head;

	return h->link.type == v->hook->link_type &&
	       h->link.attach_type == v->hook->attach_type &&
	       memcmp(h->link.place, v->place, sizeof(h->link.place)) == 0 && link_is_alive(o);
}

static int each_there(const struct visit *v)
{
	uint32_t id = 0;
	int err = 0;

	while (!err && store_next_id(v->sys->store, STORE_LINK, id, &id) == 0) {
		struct object *o;

		if (object_by_id(v->sys, STORE_LINK, id, &o) != 0)
			continue;
		err = is_there(v, o) ? v->fn(v->arg, o) : 0;
		object_put(o);
	}
	return err;
}

static int count_link(void *arg, struct object *link __unused)
{
	(*(uint32_t *)arg)++;
	return 0;
}

/* Alone, of all processes, until it is closed. */
static int lock_hooks(struct sys *sys)
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

/* ---- attaching ---- */

static int check_flags(struct call *c, const struct hook *hook, uint32_t flags)
{
	if (hook->link_type == SYS_LINK_XDP)
		return flags & ~(uint32_t)XDP_MODES || flags & (flags - 1) ? -EINVAL : 0;
	if (flags)
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "programs are attached behind those that are there");
	return 0;
}

static int attach_there(struct object *prog, const struct hook *hook, const uint64_t place[2])
{
	struct link link = {
		.prog = prog,
		.head.link = {.type = hook->link_type,
			      .attach_type = hook->attach_type,
			      .place = {place[0], place[1]}},
	};
	uint32_t n = 0;
	struct visit count = {prog->sys, hook, place, count_link, &n};
	int lock = lock_hooks(prog->sys), fd;

	if (lock < 0)
		return lock;
	each_there(&count);
	if (n < hook->most)
		fd = link_new(prog->sys, &link);
	else
		fd = hook->link_type == SYS_LINK_XDP ? -EBUSY : -E2BIG;
	close(lock);
	return fd;
}

/* bpf_prog_attach_check_attach_type(): must it have been loaded for that? */
static bool may_attach(const struct blob_head *h, uint32_t attach_type)
{
	uint32_t loaded = h->prog.attach_type;

	switch (h->prog.type) {
	case PROG_TYPE_CGROUP_SOCK:
	case PROG_TYPE_CGROUP_SOCK_ADDR:
	case PROG_TYPE_CGROUP_SOCKOPT:
	case PROG_TYPE_SK_LOOKUP:
		return loaded == attach_type;
	case PROG_TYPE_CGROUP_SKB:
		return loaded == ATTACH_TYPE_CGROUP_INET_INGRESS || loaded == attach_type;
	case PROG_TYPE_XDP:
		return loaded != ATTACH_TYPE_XDP_DEVMAP && loaded != ATTACH_TYPE_XDP_CPUMAP;
	default:
		return true;
	}
}

long hook_attach(struct call *c, struct object *prog)
{
	const union sys_attr *a = &c->attr;
	const struct blob_head *h = &prog->prog->head;
	const struct hook *hook = find_hook(h->prog.type, a->link_create.attach_type);
	uint64_t place[2];
	int err;

	if (!hook || !may_attach(h, hook->attach_type))
		return -EINVAL;
	objects_sweep(c->sys);
	err = check_flags(c, hook, a->link_create.flags);
	if (!err)
		err = find_place(c, hook, a->link_create.target_fd, place);
	return err ? err : attach_there(prog, hook, place);
}

/* ---- links that are there ---- */

static const struct hook *hook_of(const struct object *link)
{
	return find_hook(link->link->prog->prog->head.prog.type,
			 link->link->head.link.attach_type);
}

bool hook_is(const struct object *link)
{
	return link->link->head.link.type != SYS_LINK_TRACING && hook_of(link);
}

int hook_update(struct object *o, struct object *new, const struct object *old)
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
	if (is->prog.type != to->prog.type || is->prog.attach_type != to->prog.attach_type)
		return -EINVAL;
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

int hook_detach(struct object *o)
{
	if (!o->link->live.at)
		return -EPERM;
	o->link->live.at->is_detached = true;
	return 0;
}

/* ---- PROG_QUERY ---- */

struct answer {
	struct call *c;
	uint32_t n;
	int err;
};

static int add_answer(void *arg, struct object *o)
{
	struct answer *a = arg;
	const union sys_attr *attr = &a->c->attr;
	uint32_t at = a->n++;

	if (at >= attr->query.count)
		return 0;
	if (attr->query.prog_ids &&
	    copy_out(attr->query.prog_ids + at * sizeof(uint32_t), &o->link->prog->id, 4) != 0)
		return -EFAULT;
	if (attr->query.link_ids &&
	    copy_out(attr->query.link_ids + at * sizeof(uint32_t), &o->id, 4) != 0)
		return -EFAULT;
	return 0;
}

long sys_prog_query(struct call *c)
{
	const struct hook *hook = find_hook(0, c->attr.query.attach_type);
	struct answer a = {.c = c};
	struct visit v = {c->sys, hook, NULL, add_answer, &a};
	uint64_t place[2];
	int err;

	if (!hook || c->attr.query.query_flags)
		return -EINVAL;
	objects_sweep(c->sys);
	err = find_place(c, hook, c->attr.query.target_fd, place);
	v.place = place;
	if (!err)
		err = each_there(&v);
	if (err)
		return err;
	/* All are asked in Linux where links are: BPF_F_ALLOW_MULTI. */
	c->attr.query.attach_flags = hook->place == PLACE_CGROUP && a.n ? SYS_F_ALLOW_MULTI : 0;
	err = a.n > c->attr.query.count && c->attr.query.count ? -ENOSPC : 0;
	c->attr.query.count = a.n;
	if (put_attr(c, query.attach_flags) != 0 || put_attr(c, query.count) != 0)
		return -EFAULT;
	return err;
}

/* ---- attaching without a link ---- */

static long no_attach(struct call *c)
{
	if (!find_hook(0, c->attr.attach.attach_type))
		return -EINVAL;
	return fail(&c->sys->diag, NULL, -EOPNOTSUPP,
		    "programs are attached by links here (LINK_CREATE)");
}

long sys_prog_attach(struct call *c)
{
	return no_attach(c);
}

long sys_prog_detach(struct call *c)
{
	return no_attach(c);
}
