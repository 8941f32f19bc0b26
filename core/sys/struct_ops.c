/*
 * Maps of struct_ops: their type, which is one of the kernel's, and what may be put into them,
 * asked in the order of bpf_struct_ops_map_update_elem(). What each struct asks beyond that is its
 * row in subsystems[]. A map with BPF_F_LINK becomes ready for a link, any other is registered when
 * it is filled (core/sys/register.c).
 */
#include "core/sys/local.h"

struct filling {
	struct object *map;
	const struct btf *btf;
	const struct btf_type *value_type, *type; /* of the value, and of the struct in it */
	uint8_t *value;				  /* with ids in place of descriptors */
	VEC(struct object *) progs;
};

/* ---- what subsystems ask ---- */

static bool is_given(const struct filling *f, const char *member)
{
	uint64_t pointer = 0;

	for (uint32_t i = 0; i < btf_vlen(f->type); i++) {
		const struct btf_member *m = &btf_members(f->type)[i];

		if (strcmp(btf_str(f->btf, m->name_off), member) == 0)
			memcpy(&pointer,
			       f->value + STRUCT_OPS_DATA + btf_member_bit(f->type, m) / 8,
			       sizeof(pointer));
	}
	return pointer != 0;
}

/* bpf_tcp_ca_init_member() */
static int init_tcp(const char *member, const uint8_t *data)
{
	enum { KNOWN = 0x1f }; /* TCP_CONG_MASK of 6.18 */
	char name[SYS_NAME_LEN];
	uint32_t flags;

	if (strcmp(member, "flags") == 0) {
		memcpy(&flags, data, sizeof(flags));
		return flags & ~(uint32_t)KNOWN ? -EINVAL : 1;
	}
	if (strcmp(member, "name") == 0)
		return check_name(name, (const char *)data) != 0 || !*name ? -EINVAL : 1;
	return 0;
}

/* tcp_validate_congestion_control() */
static int validate_tcp(const struct filling *f)
{
	if (is_given(f, "ssthresh") && is_given(f, "undo_cwnd") &&
	    (is_given(f, "cong_avoid") || is_given(f, "cong_control")))
		return 0;
	return fail(&f->map->sys->diag, NULL, -EINVAL,
		    "it needs ssthresh, undo_cwnd, and cong_avoid or cong_control");
}

/* bpf_dummy_init_member() */
static int init_dummy(const char *member __unused, const uint8_t *data __unused)
{
	return -EOPNOTSUPP;
}

static const struct subsystem {
	const char *name;
	/* A member: -errno, 0 when it is one as any other, 1 when it is accepted as it is. */
	int (*init_member)(const char *member, const uint8_t *data);
	int (*validate)(const struct filling *f); /* NULL: everything will do */
} subsystems[] = {
	{"tcp_congestion_ops", init_tcp, validate_tcp},
	{"bpf_dummy_ops", init_dummy, NULL},
};

static const struct subsystem *subsystem_of(const struct filling *f)
{
	const char *name = btf_str(f->btf, f->type->name_off);

	for (size_t i = 0; i < ARRAY_SIZE(subsystems); i++)
		if (strcmp(subsystems[i].name, name) == 0)
			return &subsystems[i];
	return NULL;
}

/* ---- types ---- */

/* struct bpf_struct_ops_NAME { struct bpf_struct_ops_common_value common; struct NAME data; } */
static int find_type(struct filling *f, struct sys *sys, uint32_t id)
{
	static const char prefix[] = "bpf_struct_ops_";
	const struct btf_member *m;
	const char *name;

	f->btf = btf_read(&sys->kernel);
	if (!f->btf || !btf_has(f->btf, id) || btf_kind_of(f->btf, id) != BTF_KIND_STRUCT)
		return -ENOTSUPP;
	f->value_type = btf_type(f->btf, id);
	name = btf_name(f->btf, id);
	m = btf_members(f->value_type);
	if (strncmp(name, prefix, strlen(prefix)) != 0 || btf_vlen(f->value_type) != 2 ||
	    btf_member_bit(f->value_type, &m[1]) != STRUCT_OPS_DATA * 8)
		return -ENOTSUPP;
	f->type = btf_type(f->btf, btf_resolve(f->btf, m[1].type));
	if (btf_kind(f->type) != BTF_KIND_STRUCT ||
	    strcmp(btf_str(f->btf, f->type->name_off), name + strlen(prefix)) != 0)
		return -ENOTSUPP;
	return subsystem_of(f) ? 0 : -ENOTSUPP;
}

int struct_ops_check_type(struct call *c)
{
	struct filling f = {0};
	struct object *types;
	int err;

	if (c->attr.map_flags & SYS_F_VTYPE_BTF_OBJ_FD) {
		err = object_of(c->sys, c->attr.value_type_btf_obj_fd, STORE_BTF, &types);
		return err ? err
			   : fail(&c->sys->diag, NULL, -EINVAL, "these are no module's types");
	}
	err = find_type(&f, c->sys, c->attr.btf_vmlinux_value_type_id);
	if (err)
		return fail(&c->sys->diag, NULL, err,
			    "type %u of the kernel is of no map of struct_ops",
			    c->attr.btf_vmlinux_value_type_id);
	return c->attr.value_size == f.value_type->size ? 0 : -EINVAL;
}

bool struct_ops_name(struct object *map, char name[SYS_NAME_LEN])
{
	struct filling f = {.map = map};
	uint8_t *value;
	bool found = false;

	if (find_type(&f, map->sys, map->map->kernel_value_id) != 0 ||
	    f.value_type->size != map->map->value_size)
		return false;
	value = xmalloc(map->map->value_size);
	struct_ops_value(map->map, value);
	for (uint32_t i = 0; i < btf_vlen(f.type) && !found; i++) {
		const struct btf_member *m = &btf_members(f.type)[i];

		found = strcmp(btf_str(f.btf, m->name_off), "name") == 0 &&
			btf_size(f.btf, m->type) == SYS_NAME_LEN;
		if (found)
			memcpy(name, value + STRUCT_OPS_DATA + btf_member_bit(f.type, m) / 8,
			       SYS_NAME_LEN);
	}
	free(value);
	return found && !name[SYS_NAME_LEN - 1];
}

/* ---- values ---- */

static bool is_zero(const uint8_t *p, size_t n)
{
	while (n && !*p)
		p++, n--;
	return n == 0;
}

/* check_zero_holes() */
static int check_holes(const struct btf *btf, const struct btf_type *t, const uint8_t *data)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_member *m = &btf_members(t)[i];
		uint32_t at = btf_member_bit(t, m) / 8;
		int64_t size = btf_size(btf, m->type);

		if (size < 0)
			return (int)size;
		if (at > end && !is_zero(data + end, at - end))
			return -EINVAL;
		end = at + (uint32_t)size;
	}
	return end < t->size && !is_zero(data + end, t->size - end) ? -EINVAL : 0;
}

/* A program of this very member, whose id the value gets. */
static int put_program(struct filling *f, uint8_t *at, uint32_t member)
{
	uint64_t pointer, id;
	struct object *prog;
	const struct blob_head *h;
	int err;

	memcpy(&pointer, at, sizeof(pointer));
	if (!(int32_t)pointer)
		return 0;
	err = object_of(f->map->sys, (int32_t)pointer, STORE_PROG, &prog);
	if (err)
		return err;
	h = &prog->prog->head;
	if (h->prog.type != PROG_TYPE_STRUCT_OPS || h->prog.attach_type != member ||
	    btf_type(f->btf, h->prog.attach_btf_id) != f->type)
		return -EINVAL;
	vec_push(&f->progs, prog);
	id = prog->id;
	memcpy(at, &id, sizeof(id));
	return 0;
}

static int put_member(struct filling *f, uint32_t i)
{
	const struct btf_member *m = &btf_members(f->type)[i];
	const struct btf_type *t = btf_type(f->btf, btf_resolve(f->btf, m->type)), *to = NULL;
	uint8_t *at = f->value + STRUCT_OPS_DATA + btf_member_bit(f->type, m) / 8;
	uint32_t size = (uint32_t)max(btf_size(f->btf, m->type), (int64_t)0);
	int taken;

	if (btf_kind(t) == BTF_KIND_PTR)
		to = btf_type(f->btf, btf_resolve(f->btf, t->type));
	if (to && strcmp(btf_str(f->btf, to->name_off), "module") == 0)
		return is_zero(at, size) ? 0 : -EINVAL;
	taken = subsystem_of(f)->init_member(btf_str(f->btf, m->name_off), at);
	if (taken)
		return min(taken, 0);
	if (to && btf_kind(to) == BTF_KIND_FUNC_PROTO)
		return put_program(f, at, i);
	return is_zero(at, size) ? 0 : -EINVAL;
}

static void forget_programs(const struct filling *f, size_t n)
{
	while (n--)
		store_unref(f->map->sys->store, STORE_MAP, f->map->id, STORE_PROG,
			    f->progs.v[n]->id);
}

/* Keeps the programs with the map. */
static int name_programs(const struct filling *f)
{
	struct store *store = f->map->sys->store;
	size_t n = 0;
	int err = 0;

	for (; n < f->progs.n && !err; n++)
		err = store_ref(store, STORE_MAP, f->map->id, STORE_PROG, f->progs.v[n]->id,
				f->progs.v[n]->fd);
	if (err)
		forget_programs(f, n);
	return err;
}

/* Alone: of two that fill it, one comes too late. */
static int fill(struct filling *f)
{
	const struct subsystem *s = subsystem_of(f);
	struct map *map = f->map->map;
	int err = struct_ops_state(map) == STRUCT_OPS_INIT ? 0 : -EBUSY;

	for (uint32_t i = 0; i < btf_vlen(f->type) && !err; i++)
		err = put_member(f, i);
	if (!err && s->validate)
		err = s->validate(f);
	if (!err)
		err = name_programs(f);
	if (err)
		return err;
	if (map->flags & MAP_LINK)
		return struct_ops_set(map, f->value, STRUCT_OPS_READY);
	err = struct_ops_register(f->map, f->value);
	if (err)
		forget_programs(f, f->progs.n);
	return err;
}

int struct_ops_store(struct object *o, const void *key, const void *value, uint64_t flags)
{
	struct filling f = {.map = o};
	uint32_t index;
	int err;

	memcpy(&index, key, sizeof(index));
	if (flags)
		return -EINVAL;
	if (index)
		return -E2BIG;
	err = find_type(&f, o->sys, o->map->kernel_value_id);
	if (!err && f.value_type->size != o->map->value_size)
		err = -EINVAL;
	if (!err)
		err = check_holes(f.btf, f.value_type, value);
	if (!err)
		err = check_holes(f.btf, f.type, (const uint8_t *)value + STRUCT_OPS_DATA);
	if (!err && !is_zero(value, 8))
		err = -EINVAL;
	if (!err)
		err = lease_wait(o->fd, LEASE_HELD);
	if (err)
		return err;
	f.value = malloc(o->map->value_size);
	err = f.value ? 0 : -ENOMEM;
	if (!err) {
		memcpy(f.value, value, o->map->value_size);
		err = fill(&f);
	}
	lease_set(o->fd, F_UNLCK, LEASE_HELD, 1);
	free(f.value);
	vec_free(&f.progs);
	return err;
}
