/*
 * Tables of functions for the kernel, through the door: each is a map, whose value has the layout
 * of the kernel's struct of the same name, with programs where that has functions
 * (bpf_map__init_kern_struct_ops() of libbpf).
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/loader.h"
#include "core/btf/btf.h"
#include "core/load/load.h"
#include "core/obj/prog_type.h"
#include "core/prove.h"

enum { DATA_OFF = 64 }; /* of the struct in the value */

int loader_set_member(struct objects *o, const struct image *image, const struct prog_def *def,
		      union sys_attr *attr)
{
	uint32_t id, member;

	if (def->type != PROG_TYPE_STRUCT_OPS || !def->ops)
		return 0;
	id = image->target ? btf_find(image->target, def->ops, BTF_KIND_STRUCT) : 0;
	member = id ? prove_find_member(image->target, id, def->ops_member) : 0;
	if (!id || member >= btf_vlen(btf_type(image->target, id)))
		return fail(o->d, NULL, -ENOTSUPP, "program %s: the kernel has no %s of struct %s",
			    def->name, def->ops_member, def->ops);
	attr->attach_btf_id = id;
	attr->expected_attach_type = member;
	return 0;
}

static int slot_fd(const struct loaded *l, const char *name)
{
	for (uint32_t i = 0; i < l->image->nprogs; i++)
		if (strcmp(l->image->progs[i].name, name) == 0)
			return l->progs[i];
	return -1;
}

static void put_programs(const struct loaded *l, const struct ops_def *def, uint32_t id,
			 uint8_t *out)
{
	const struct btf *kernel = l->image->target;
	const struct btf_type *to = btf_type(kernel, id);

	for (uint32_t i = 0; i < def->nslots; i++) {
		uint32_t n = prove_find_member(kernel, id, def->slots[i].member);
		uint64_t fd = (uint64_t)(uint32_t)slot_fd(l, def->slots[i].prog);

		/* Programs of members that there are not were refused. */
		if (n < btf_vlen(to))
			memcpy(out + btf_member_bit(to, &btf_members(to)[n]) / 8, &fd, sizeof(fd));
	}
}

static int make_table(struct objects *o, struct loaded *l, uint32_t i)
{
	const struct ops_def *def = &l->image->ops[i];
	const struct btf *kernel = l->image->target;
	const char *value_name = arena_printf(&o->arena, "bpf_struct_ops_%s", def->ops);
	uint32_t id = btf_find(kernel, def->ops, BTF_KIND_STRUCT), zero = 0;
	uint32_t value_id = btf_find(kernel, value_name, BTF_KIND_STRUCT);
	union sys_attr attr = {.map_type = MAP_TYPE_STRUCT_OPS,
			       .key_size = sizeof(zero),
			       .max_entries = 1,
			       .map_flags = def->is_link ? SYS_F_LINK : 0,
			       .btf_fd = (uint32_t)l->btf,
			       .btf_vmlinux_value_type_id = value_id};
	uint8_t *value;
	int err;

	if (!id || !value_id)
		return fail(o->d, NULL, -ENOTSUPP, "%s: the kernel lets nobody fill struct %s",
			    def->name, def->ops);
	attr.value_size = btf_type(kernel, value_id)->size;
	memcpy(attr.map_name, def->name, strnlen(def->name, SYS_NAME_LEN - 1));
	l->ops[i] = (int)door(o, SYS_MAP_CREATE, &attr, def->name);
	if (l->ops[i] < 0)
		return l->ops[i];
	value = arena_alloc(&o->arena, attr.value_size);
	err = load_ops_data(l->image, def, kernel, id, value + DATA_OFF, o->d);
	if (err)
		return err;
	put_programs(l, def, id, value + DATA_OFF);
	attr = (union sys_attr){
		.map_fd = (uint32_t)l->ops[i], .key = (uintptr_t)&zero, .value = (uintptr_t)value};
	err = (int)sys_bpf(o->sys, SYS_MAP_UPDATE_ELEM, &attr, sizeof(attr));
	if (!err)
		return 0;
	/* An object may have several, some of which are there to be refused. */
	warn(o->d, NULL, "%s is left out: %s", def->name,
	     *sys_why(o->sys) ? sys_why(o->sys) : strerror(-err));
	close(l->ops[i]);
	l->ops[i] = -1;
	return 0;
}

int loader_make_tables(struct objects *o, struct loaded *l)
{
	int err = 0;

	for (uint32_t i = 0; i < l->image->nops && !err; i++)
		if (l->image->ops[i].autocreate && l->image->target)
			err = make_table(o, l, i);
	return err;
}
