/*
 * Tables of functions for the kernel: variables of .struct_ops and its kin. Their BTF type names
 * the kernel's struct, and their relocations the program of each member.
 */
#include <string.h>

#include "core/load/local.h"

/* One table. */
struct ops_var {
	const char *name;
	const struct btf_type *type;
	uint32_t off; /* in its section */
};

static bool is_struct_ops(const char *section)
{
	if (*section == '?')
		section++;
	return strcmp(section, ".struct_ops") == 0 || strcmp(section, ".struct_ops.link") == 0;
}

/* The variable of a data section that begins last at or before off. */
static bool find_var(const struct btf *btf, uint32_t datasec, uint64_t off, struct ops_var *var)
{
	const struct btf_type *sec = btf_type(btf, datasec), *t;
	const struct btf_var_secinfo *info = NULL;

	for (uint32_t i = 0; i < btf_vlen(sec) && btf_secinfos(sec)[i].offset <= off; i++)
		info = &btf_secinfos(sec)[i];
	if (!info)
		return false;
	t = btf_type(btf, info->type);
	*var = (struct ops_var){
		.name = btf_str(btf, t->name_off),
		.type = btf_type(btf, btf_resolve(btf, t->type)),
		.off = info->offset,
	};
	return btf_kind(var->type) == BTF_KIND_STRUCT;
}

/* The name of the member that begins at an offset, or NULL. */
static const char *member_at(const struct btf *btf, const struct btf_type *t, uint64_t off)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (btf_member_bit(t, &btf_members(t)[i]) == off * 8)
			return btf_str(btf, btf_members(t)[i].name_off);
	return NULL;
}

/* The kernel's name of a struct, which may be a flavour here (x___y). */
static const char *kernel_name(struct linker *l, const char *name)
{
	return arena_strndup(l->a, name, btf_essential_len(name));
}

static int set_member(struct linker *l, const struct ops_var *var, const char *member,
		      struct func *f)
{
	const char *ops = kernel_name(l, btf_str(l->img->btf, var->type->name_off));

	if (f->ops && (strcmp(f->ops, ops) != 0 || strcmp(f->ops_member, member) != 0))
		return fail_obj(l, "'%s' is %s of struct %s, and %s of struct %s too", f->name,
				f->ops_member, f->ops, member, ops);
	f->ops = ops;
	f->ops_member = member;
	return 0;
}

static int read_slot(struct linker *l, uint32_t datasec, const struct section *sec,
		     const struct reloc *r)
{
	const struct symbol *sym = &l->obj->syms[r->sym];
	uint64_t at = sym->value + (uint64_t)reloc_addend(l, sec, r);
	struct ops_var var;
	const char *member;
	struct func *f;

	if (!find_var(l->img->btf, datasec, r->off, &var))
		return fail_obj(l, "'%s': relocation at %#llx is in no struct", sec->name,
				(unsigned long long)r->off);
	member = member_at(l->img->btf, var.type, r->off - var.off);
	if (!member)
		return fail_obj(l, "'%s': relocation at %#llx of %s is at no member", sec->name,
				(unsigned long long)(r->off - var.off), var.name);
	f = at % sizeof(struct bpf_insn) || sym->sec >= l->obj->nsecs
		    ? NULL
		    : func_starting(l, sym->sec, at / sizeof(struct bpf_insn));
	if (!f || !f->is_prog)
		return fail_obj(l, "member %s of %s points to no program", member, var.name);
	return set_member(l, &var, member, f);
}

int collect_struct_ops(struct linker *l)
{
	for (uint32_t i = 1; i < l->obj->nsecs; i++) {
		const struct section *sec = &l->obj->secs[i];
		uint32_t id;

		if (!is_struct_ops(sec->name) || !sec->nrelocs)
			continue;
		id = l->img->btf ? btf_find(l->img->btf, sec->name, BTF_KIND_DATASEC) : 0;
		if (!id)
			return fail_obj(l, "section '%s' has no BTF; compile with -g", sec->name);
		for (uint32_t k = 0; k < sec->nrelocs; k++) {
			int err = read_slot(l, id, sec, &sec->relocs[k]);

			if (err)
				return err;
		}
	}
	return 0;
}
