/*
 * Links: objects that attach a program to something as long as somebody has one, by a descriptor or
 * a pin. A link's file is the record of it, which every process reads; what changes lies behind the
 * head (struct blob_live).
 */
#include <sys/stat.h>

#include "core/sys/local.h"

enum { NAME_MAX_SIZE = 128 };

void link_free(struct link *link)
{
	struct arena a = link->arena;

	blob_unmap_live(&link->live);
	arena_free(&a);
	free(link);
}

static uint32_t prog_id_of(const struct link *link)
{
	uint32_t id = link->live.at ? link->live.at->prog_id : 0;

	return id ? id : link->head.link.prog_id;
}

static int find_program(struct sys *sys, uint32_t id, struct object **out)
{
	int err = object_by_id(sys, STORE_PROG, id, out);

	if (!err)
		return 0;
	*out = NULL;
	return fail(&sys->diag, NULL, err, "its program %u: %s", id, strerror(-err));
}

static int read_link(struct sys *sys, int fd, struct link *link)
{
	struct bytes name;
	int err = blob_read(fd, STORE_LINK, &link->arena, &link->head, &name, &sys->diag);

	if (err)
		return err;
	if (!name.size || name.size > NAME_MAX_SIZE || name.data[name.size - 1])
		return fail(&sys->diag, NULL, -EUCLEAN, "damaged: its parts do not fit");
	link->name = (const char *)name.data;
	blob_map_live(fd, &link->head, &link->live);
	if (link->head.link.type == SYS_LINK_STRUCT_OPS)
		return 0;
	err = find_program(sys, prog_id_of(link), &link->prog);
	if (!err && link->head.link.target_id)
		err = find_program(sys, link->head.link.target_id, &link->target);
	return err;
}

int link_object_open(struct sys *sys, int fd, struct object *o)
{
	struct link *link = xcalloc(1, sizeof(*link));
	int err = read_link(sys, fd, link);

	o->link = link;
	o->id = link->head.id;
	if (err) {
		object_put(link->prog);
		object_put(link->target);
		link_free(link);
	}
	return err;
}

/* Names by which the store keeps what a link needs. */
static int refer(struct sys *sys, uint32_t id, const struct link *link)
{
	int err = 0;

	if (link->map)
		err = store_ref(sys->store, STORE_LINK, id, STORE_MAP, link->map->id,
				link->map->fd);
	if (!err && link->prog)
		err = store_ref(sys->store, STORE_LINK, id, STORE_PROG, link->prog->id,
				link->prog->fd);
	if (!err && link->target && link->target != link->prog)
		err = store_ref(sys->store, STORE_LINK, id, STORE_PROG, link->target->id,
				link->target->fd);
	return err;
}

int link_new(struct sys *sys, const struct link *what)
{
	struct object made = {.sys = sys, .kind = STORE_LINK, .fd = -1};
	struct link *link = memcpy(xmalloc(sizeof(*link)), what, sizeof(*link));
	const char *name = what->name ? what->name : "";
	int fd, err = store_create(sys->store, STORE_LINK, &made.id, &fd);

	if (err) {
		free(link);
		return err;
	}
	made.link = link;
	link->name = arena_strdup(&link->arena, name);
	link->head.id = made.id;
	link->head.link.prog_id = link->prog ? link->prog->id : 0;
	link->head.link.target_id = link->target ? link->target->id : 0;
	object_use(link->prog);
	object_use(link->target);
	err = blob_write(fd, STORE_LINK, &link->head, name, strlen(name) + 1);
	if (!err) {
		blob_map_live(fd, &link->head, &link->live);
		err = refer(sys, made.id, link);
	}
	link->map = NULL;
	if (err)
		object_drop(&made);
	else
		err = object_add(sys, &made, fd);
	if (!err)
		return fd;
	close(fd);
	store_reap(sys->store, STORE_LINK, made.id);
	return err;
}

/* No object needs a link: besides the hidden name only pins are names of it. */
bool link_is_alive(struct object *o)
{
	struct blob_live *live = o->link->live.at;
	struct stat st;

	if (live && live->is_detached)
		return false;
	return lease_is_held(o->fd, LEASE_USER, LEASE_USERS) ||
	       (fstat(o->fd, &st) == 0 && st.st_nlink > 1);
}

/* ---- commands ---- */

/* bpf_prog_attach_check_attach_type(): of those types that are not attached to hook.c's places. */
static int check_attach_type(const struct program *p, uint32_t attach)
{
	uint32_t loaded = p->head.prog.attach_type;

	switch (p->head.prog.type) {
	case PROG_TYPE_TRACING:
	case PROG_TYPE_LSM:
		return attach == loaded ? 0 : -EINVAL;
	case PROG_TYPE_PERF_EVENT:
	case PROG_TYPE_TRACEPOINT:
		return attach == ATTACH_TYPE_PERF_EVENT ? 0 : -EINVAL;
	case PROG_TYPE_KPROBE:
		if (loaded && attach != loaded)
			return -EINVAL;
		return attach == ATTACH_TYPE_PERF_EVENT ||
				       attach == ATTACH_TYPE_TRACE_KPROBE_MULTI ||
				       attach == ATTACH_TYPE_TRACE_KPROBE_SESSION ||
				       attach == ATTACH_TYPE_TRACE_UPROBE_MULTI ||
				       attach == ATTACH_TYPE_TRACE_UPROBE_SESSION
			       ? 0
			       : -EINVAL;
	default:
		return 0;
	}
}

long link_refuse_type(struct call *c, const struct program *p)
{
	uint32_t attach = c->attr.link_create.attach_type;
	char word[32];

	return fail(&c->sys->diag, NULL, -EINVAL, "a program of type %s, loaded as this one was, "
		    "is not attached as %s",
		    prog_type_str(p->head.prog.type, word),
		    attach < ATTACH_TYPE_COUNT ? attach_type_names[attach] : "that");
}

/* bpf_tracing_prog_attach() and its kin, of programs that name what they are for. */
static long attach_named(struct call *c, struct object *prog)
{
	const union sys_attr *a = &c->attr;

	switch (prog->prog->head.prog.attach_type) {
	case ATTACH_TYPE_TRACE_RAW_TP:
		return tracepoint_attach(c, 0);
	case ATTACH_TYPE_TRACE_ITER:
		return iter_attach(c, prog);
	case ATTACH_TYPE_LSM_CGROUP:
		return hook_attach(c, prog);
	default:
		return extend_attach(c, prog, (int)a->link_create.target_fd,
				     a->link_create.target_btf_id, a->link_create.tracing.cookie);
	}
}

long sys_link_create(struct call *c)
{
	const union sys_attr *a = &c->attr;
	struct object *prog;
	uint32_t type;
	int err;

	if (a->link_create.attach_type == ATTACH_TYPE_STRUCT_OPS)
		return struct_ops_attach(c);
	err = object_of(c->sys, (int)a->link_create.prog_fd, STORE_PROG, &prog);
	if (err)
		return err;
	type = prog->prog->head.prog.type;
	err = check_attach_type(prog->prog, a->link_create.attach_type);
	if (err)
		return link_refuse_type(c, prog->prog);
	switch (type) {
	case PROG_TYPE_EXT:
		return extend_attach(c, prog, (int)a->link_create.target_fd,
				     a->link_create.target_btf_id, a->link_create.tracing.cookie);
	case PROG_TYPE_TRACING:
	case PROG_TYPE_LSM:
		return attach_named(c, prog);
	case PROG_TYPE_PERF_EVENT:
	case PROG_TYPE_TRACEPOINT:
	case PROG_TYPE_KPROBE:
		return probe_attach(c, prog);
	default:
		if (hook_has_type(type))
			return hook_attach(c, prog);
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "programs of this type are not attached by links");
	}
}

/* bpf_raw_tracepoint_open() */
long sys_raw_tracepoint_open(struct call *c)
{
	sys_ptr name = c->attr.raw_tracepoint.name;
	struct object *prog;
	int err = object_of(c->sys, (int)c->attr.raw_tracepoint.prog_fd, STORE_PROG, &prog);

	if (err)
		return err;
	switch (prog->prog->head.prog.type) {
	case PROG_TYPE_EXT:
	case PROG_TYPE_TRACING:
	case PROG_TYPE_LSM:
		if (name)
			return -EINVAL;
		if (prog->prog->head.prog.attach_type == ATTACH_TYPE_TRACE_RAW_TP)
			return tracepoint_attach(c, 0);
		return extend_attach(c, prog, 0, 0, c->attr.raw_tracepoint.cookie);
	case PROG_TYPE_RAW_TRACEPOINT:
	case PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
		return name ? tracepoint_attach(c, name) : -EFAULT;
	default:
		return -EINVAL;
	}
}

/* The program that a link is to have, or is to have had. */
static int find_update(struct call *c, struct object **new, struct object **old)
{
	const union sys_attr *a = &c->attr;
	int err = object_of(c->sys, (int)a->link_update.new_prog_fd, STORE_PROG, new);

	*old = NULL;
	if (err)
		return err;
	if (a->link_update.flags & SYS_F_REPLACE)
		return object_of(c->sys, (int)a->link_update.old_prog_fd, STORE_PROG, old);
	return a->link_update.old_prog_fd ? -EINVAL : 0;
}

long sys_link_update(struct call *c)
{
	struct object *o, *new, *old;
	int err;

	if (c->attr.link_update.flags & ~(uint32_t)SYS_F_REPLACE)
		return -EINVAL;
	err = object_of(c->sys, (int)c->attr.link_update.link_fd, STORE_LINK, &o);
	if (!err && o->link->head.link.type == SYS_LINK_STRUCT_OPS)
		return struct_ops_update(c, o);
	if (!err)
		err = find_update(c, &new, &old);
	if (err)
		return err;
	switch (o->link->head.link.type) {
	case SYS_LINK_TRACING:
		return fail(&c->sys->diag, NULL, -EINVAL,
			    "links of functions keep the program they were made with");
	case SYS_LINK_NETFILTER:
		return -EOPNOTSUPP; /* bpf_nf_link_update() */
	default:
		return link_replace(o, new, old);
	}
}

long sys_link_detach(struct call *c)
{
	struct object *o;
	int err = object_of(c->sys, (int)c->attr.link_detach.link_fd, STORE_LINK, &o);

	if (err)
		return err;
	switch (o->link->head.link.type) {
	case SYS_LINK_STRUCT_OPS:
		return struct_ops_detach(o);
	case SYS_LINK_TRACING:
	case SYS_LINK_ITER:
		return fail(&c->sys->diag, NULL, -EOPNOTSUPP,
			    "links of functions and of iterators are detached when their last "
			    "descriptor and pin go");
	default:
		return link_give_up(o);
	}
}

long sys_token_create(struct call *c)
{
	if (c->attr.token_create.flags)
		return -EINVAL;
	return fail(&c->sys->diag, NULL, -EOPNOTSUPP, "there are no tokens: nobody lacks rights");
}
