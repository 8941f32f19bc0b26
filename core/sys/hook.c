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

/* How many; -EPERM: what is there is to be alone. */
static int count_link(void *arg, struct object *link)
{
	(*(uint32_t *)arg)++;
	return hook_is_bare(link) &&
			       !(link->link->head.link.attach_flags & SYS_F_ALLOW_MULTI)
		       ? -EPERM
		       : 0;
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
	fd = each_there(&count);
	if (!fd && n < hook->most)
		fd = link_new(prog->sys, &link);
	else if (!fd)
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
	uint32_t flags; /* that the programs were attached with; all have the same */
};

static int add_answer(void *arg, struct object *o)
{
	struct answer *a = arg;
	const union sys_attr *attr = &a->c->attr;
	uint32_t at = a->n++, id = hook_is_bare(o) ? 0 : o->id;

	a->flags = hook_is_bare(o) ? o->link->head.link.attach_flags : SYS_F_ALLOW_MULTI;
	if (at >= attr->query.count)
		return 0;
	if (attr->query.prog_ids &&
	    copy_out(attr->query.prog_ids + at * sizeof(uint32_t), &o->link->prog->id, 4) != 0)
		return -EFAULT;
	if (attr->query.link_ids &&
	    copy_out(attr->query.link_ids + at * sizeof(uint32_t), &id, 4) != 0)
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
	c->attr.query.attach_flags = hook->place == PLACE_CGROUP ? a.flags : 0;
	err = a.n > c->attr.query.count && c->attr.query.count ? -ENOSPC : 0;
	c->attr.query.count = a.n;
	if (put_attr(c, query.attach_flags) != 0 || put_attr(c, query.count) != 0)
		return -EFAULT;
	return err;
}

/* ---- attaching without a link (__cgroup_bpf_attach() and its kin) ---- */

bool hook_is_bare(const struct object *link)
{
	return link->link->head.link.is_bare;
}

/* What is on a control group already. */
struct there {
	const struct object *wanted; /* the program that is looked for; NULL: any */
	struct object *found;	     /* its record, which is used */
	uint32_t n, flags;
};

static int look_at(void *arg, struct object *o)
{
	struct there *t = arg;

	t->n++;
	t->flags = hook_is_bare(o) ? o->link->head.link.attach_flags : SYS_F_ALLOW_MULTI;
	if (!t->found && hook_is_bare(o) && (!t->wanted || o->link->prog == t->wanted))
		t->found = object_use(o);
	return 0;
}

static int check_attach_flags(const union sys_attr *a)
{
	const uint32_t both = SYS_F_ALLOW_OVERRIDE | SYS_F_ALLOW_MULTI;
	uint32_t flags = a->attach.attach_flags;

	if (flags & ~(both | SYS_F_REPLACE) || a->attach.relative_fd ||
	    a->attach.expected_revision || (flags & both) == both ||
	    (flags & SYS_F_REPLACE && !(flags & SYS_F_ALLOW_MULTI)))
		return -EINVAL;
	return 0;
}

/* The hook and the place of PROG_ATTACH and PROG_DETACH. */
static int find_group(struct call *c, const struct hook **hook, uint64_t place[2])
{
	*hook = find_hook(0, c->attr.attach.attach_type);
	if (!*hook || (*hook)->link_type == SYS_LINK_XDP)
		return -EINVAL;
	if ((*hook)->place != PLACE_CGROUP)
		return fail(&c->sys->diag, NULL, -EOPNOTSUPP,
			    "programs are attached there by links (LINK_CREATE)");
	return find_place(c, *hook, c->attr.attach.target_fd, place);
}

/* A record that keeps itself. */
static int attach_bare(struct object *prog, const struct hook *hook, const uint64_t place[2],
		       uint32_t flags)
{
	struct link link = {
		.prog = prog,
		.head.link = {.type = hook->link_type,
			      .attach_type = hook->attach_type,
			      .place = {place[0], place[1]},
			      .is_bare = true,
			      .attach_flags = flags},
	};
	int fd = link_new(prog->sys, &link), err;
	struct object *o;

	if (fd < 0)
		return fd;
	err = object_of(prog->sys, fd, STORE_LINK, &o);
	if (!err)
		err = store_ref(prog->sys->store, STORE_LINK, o->id, STORE_LINK, o->id, fd);
	close(fd);
	return err;
}

static int attach_to_group(struct object *prog, const struct object *replaced,
			   const struct hook *hook, const uint64_t place[2], uint32_t flags)
{
	bool multi = flags & SYS_F_ALLOW_MULTI;
	struct there t = {.wanted = !multi ? NULL : replaced ? replaced : prog};
	struct visit v = {prog->sys, hook, place, look_at, &t};
	int err;

	each_there(&v);
	if (t.n && t.flags != (flags & ~(uint32_t)SYS_F_REPLACE))
		err = -EPERM;
	else if (t.n >= hook->most)
		err = -E2BIG;
	else if (multi && t.found && !replaced)
		err = -EINVAL;
	else if (replaced && !t.found)
		err = -ENOENT;
	else if (t.found)
		err = hook_update(t.found, prog, NULL);
	else
		err = attach_bare(prog, hook, place, flags & ~(uint32_t)SYS_F_REPLACE);
	object_put(t.found);
	return err;
}

long sys_prog_attach(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct object *prog, *replaced = NULL;
	const struct hook *hook;
	uint64_t place[2];
	int err = check_attach_flags(a), lock;

	objects_sweep(c->sys);
	if (!err)
		err = object_of(c->sys, (int)a->attach.attach_bpf_fd, STORE_PROG, &prog);
	if (!err)
		err = find_group(c, &hook, place);
	if (!err && (prog->prog->head.prog.type != hook->prog_type ||
		     !may_attach(&prog->prog->head, hook->attach_type)))
		err = -EINVAL;
	if (!err && a->attach.attach_flags & SYS_F_REPLACE)
		err = object_of(c->sys, (int)a->attach.replace_bpf_fd, STORE_PROG, &replaced);
	if (err)
		return err;
	lock = lock_hooks(c->sys);
	if (lock < 0)
		return lock;
	err = attach_to_group(prog, replaced, hook, place, a->attach.attach_flags);
	close(lock);
	return err;
}

/* One program has no name when it is alone; of several it is said which. */
long sys_prog_detach(struct call *c)
{
	struct object *prog = NULL;
	const struct hook *hook;
	struct there t = {0};
	struct visit v = {.sys = c->sys, .fn = look_at, .arg = &t};
	uint64_t place[2];
	int err = find_group(c, &hook, place);

	if (err)
		return err;
	objects_sweep(c->sys);
	if (object_of(c->sys, (int)c->attr.attach.attach_bpf_fd, STORE_PROG, &prog) != 0)
		prog = NULL;
	t.wanted = prog;
	v.hook = hook;
	v.place = place;
	each_there(&v);
	if (t.n && t.flags & SYS_F_ALLOW_MULTI && !prog)
		err = -EINVAL;
	else if (!t.found)
		err = -ENOENT;
	else
		store_unref(c->sys->store, STORE_LINK, t.found->id, STORE_LINK, t.found->id);
	object_put(t.found);
	return err;
}
