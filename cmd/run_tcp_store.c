/*
 * Congestion controls that are registered in a store (core/sys/register.c): tables that were filled
 * without a link, and those that links have. Their programs are looked after while they run.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/engine.h"
#include "cmd/link.h"
#include "cmd/run_tcp.h"
#include "core/obj/prog_type.h"
#include "maps/maps.h"

static const char value_name[] = "bpf_struct_ops_tcp_congestion_ops";

struct finding {
	struct tcp_runner *t;
	const struct btf *kernel;
	VEC(uint32_t) linked; /* maps that links have */
};

static int note_link(struct objects *o, int fd, void *arg)
{
	struct finding *f = arg;
	struct link_view v;
	int err = link_view(o, fd, &v);

	if (!err && v.info.type == SYS_LINK_STRUCT_OPS && v.info.struct_ops.map_id)
		vec_push(&f->linked, v.info.struct_ops.map_id);
	return err;
}

static bool is_registered(const struct finding *f, uint32_t map, uint32_t state)
{
	vec_each(&f->linked, id)
		if (*id == map)
			return true;
	return state == STRUCT_OPS_INUSE;
}

/* The program with an id, for as long as the command lasts. */
static int open_program(struct finding *f, uint32_t id, struct prog **out)
{
	struct objects *o = &f->t->r->store;
	int fd = open_id(o, SYS_PROG_GET_FD_BY_ID, id);

	if (fd < 0)
		return fd;
	vec_push(&f->t->fds, fd);
	return sys_prog(o->sys, fd, out);
}

/* A member of the kernel's struct: a function that is a program, or what the control is called. */
static int read_member(struct finding *f, const struct btf_type *t, uint32_t i, const uint8_t *data,
		       struct tcp_control *c)
{
	const struct btf_member *m = &btf_members(t)[i];
	const uint8_t *at = data + btf_member_bit(t, m) / 8;
	const char *name = btf_str(f->kernel, m->name_off);
	int member = tcp_member_by_name(name);
	uint64_t id = 0;

	if (strcmp(name, "name") == 0)
		memcpy(c->name, at, TCP_CA_NAME_MAX - 1);
	if (strcmp(name, "flags") == 0)
		memcpy(&c->cong.flags, at, sizeof(c->cong.flags));
	if (member < 0)
		return 0;
	memcpy(&id, at, sizeof(id));
	return id ? open_program(f, (uint32_t)id, &c->members[member]) : 0;
}

static int read_value(struct finding *f, const struct sys_map_info *info, const uint8_t *value)
{
	const struct btf *kernel = f->kernel;
	const struct btf_type *t;
	struct tcp_control *c;
	uint32_t state;
	int err = 0;

	memcpy(&state, value + sizeof(state), sizeof(state));
	if (!is_registered(f, info->id, state))
		return 0;
	c = arena_new(&f->t->r->arena, struct tcp_control);
	t = btf_type(kernel,
		     btf_find(kernel, value_name + strlen("bpf_struct_ops_"), BTF_KIND_STRUCT));
	for (uint32_t i = 0; i < btf_vlen(t) && !err; i++)
		err = read_member(f, t, i, value + STRUCT_OPS_DATA, c);
	if (!err)
		tcp_add_control(f->t, c);
	return err;
}

static int read_map(struct finding *f, int fd)
{
	struct objects *o = &f->t->r->store;
	struct sys_map_info info;
	uint32_t zero = 0;
	union sys_attr attr;
	uint8_t *value;
	int err = map_info_of(o, fd, &info);

	if (err || info.type != MAP_TYPE_STRUCT_OPS ||
	    info.btf_vmlinux_value_type_id != btf_find(f->kernel, value_name, BTF_KIND_STRUCT) ||
	    btf_size(f->kernel, info.btf_vmlinux_value_type_id) != info.value_size)
		return err;
	value = arena_alloc(&o->arena, info.value_size);
	attr = (union sys_attr){
		.map_fd = (uint32_t)fd, .key = (uintptr_t)&zero, .value = (uintptr_t)value};
	err = (int)door(o, SYS_MAP_LOOKUP_ELEM, &attr, "map");
	return err ? err : read_value(f, &info, value);
}

static int read_maps(struct finding *f)
{
	struct objects *o = &f->t->r->store;
	union sys_attr next = {0};
	int err = 0;

	while (!err && sys_bpf(o->sys, SYS_MAP_GET_NEXT_ID, &next, sizeof(next)) == 0) {
		int fd;

		next.start_id = next.next_id;
		fd = open_id(o, SYS_MAP_GET_FD_BY_ID, next.start_id);
		if (fd < 0)
			return fd;
		err = read_map(f, fd);
		close(fd);
	}
	return err;
}

int tcp_load_store(struct tcp_runner *t)
{
	struct run *r = t->r;
	struct sys_options opts = {.store = r->o->bpffs};
	struct finding f = {.t = t};
	int err;

	if (r->o->engine && r->o->engine->trusts)
		return fail(r->d, NULL, -EPERM,
			    "--engine %s: what is registered in a store is looked after while it "
			    "runs",
			    r->o->engine->name);
	r->file.image = xcalloc(1, sizeof(*r->file.image));
	run_know_kernel(r);
	f.kernel = btf_read(&r->kernel);
	r->store.d = r->d;
	err = f.kernel ? sys_open(&opts, r->d, &r->store.sys) : -EINVAL;
	if (!err)
		err = each_link(&r->store, note_link, &f);
	if (!err)
		err = read_maps(&f);
	vec_free(&f.linked);
	if (err || !t->controls.n)
		return err;
	vm_open_prog(&r->vm, r->file.image, t->controls.v[0]->members[TCP_ssthresh]);
	return tcp_prepare(t);
}
