/*
 * Tables of functions for the kernel: variables of .struct_ops and its kin. Their BTF type names
 * the kernel's struct, and their relocations the program of each member.
 */
#include <errno.h>
#include <string.h>

#include "core/load/local.h"

/* A table that is being read. */
struct ops_var {
	struct ops_def *def;
	const struct btf_type *type;
	uint32_t sec, off; /* where it lies */
};

struct ops_vars {
	VEC(struct ops_var) v;
};

static bool is_struct_ops(const char *section)
{
	if (*section == '?')
		section++;
	return strcmp(section, ".struct_ops") == 0 || strcmp(section, ".struct_ops.link") == 0;
}

/* The variable that begins last at or before off. */
static struct ops_var *find_var(struct ops_vars *vars, uint32_t sec, uint64_t off)
{
	struct ops_var *found = NULL;

	vec_each(&vars->v, var)
		if (var->sec == sec && var->off <= off)
			found = var;
	return found;
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

static int set_member(struct linker *l, struct ops_var *var, const char *member, struct func *f)
{
	struct ops_def *def = var->def;

	if (f->ops && (strcmp(f->ops, def->ops) != 0 || strcmp(f->ops_member, member) != 0))
		return fail_obj(l, "'%s' is %s of struct %s, and %s of struct %s too", f->name,
				f->ops_member, f->ops, member, def->ops);
	if (def->nslots == btf_vlen(var->type))
		return fail_obj(l, "%s: more relocations than members", def->name);
	f->ops = def->ops;
	f->ops_member = member;
	def->slots[def->nslots++] = (struct ops_slot){member, f->name};
	return 0;
}

static int read_slot(struct linker *l, struct ops_vars *vars, uint32_t index, const struct reloc *r)
{
	const struct section *sec = &l->obj->secs[index];
	const struct symbol *sym = &l->obj->syms[r->sym];
	uint64_t at = sym->value + (uint64_t)reloc_addend(l, sec, r);
	struct ops_var *var = find_var(vars, index, r->off);
	const char *member;
	struct func *f;

	if (!var)
		return fail_obj(l, "'%s': relocation at %#llx is in no struct", sec->name,
				(unsigned long long)r->off);
	member = member_at(l->img->btf, var->type, r->off - var->off);
	if (!member)
		return fail_obj(l, "'%s': relocation at %#llx of %s is at no member", sec->name,
				(unsigned long long)(r->off - var->off), var->def->name);
	f = at % sizeof(struct bpf_insn) || sym->sec >= l->obj->nsecs
		    ? NULL
		    : func_starting(l, sym->sec, at / sizeof(struct bpf_insn));
	if (!f || !f->is_prog)
		return fail_obj(l, "member %s of %s points to no program", member, var->def->name);
	return set_member(l, var, member, f);
}

static int add_var(struct linker *l, struct ops_vars *vars, uint32_t index,
		   const struct btf_var_secinfo *info)
{
	const struct section *sec = &l->obj->secs[index];
	const struct btf *btf = l->img->btf;
	const struct btf_type *var = btf_type(btf, info->type);
	uint32_t type = btf_resolve(btf, var->type);
	const struct btf_type *t = btf_type(btf, type);
	const char *name = btf_str(btf, var->name_off);
	struct ops_def *def = arena_new(l->a, struct ops_def);
	uint8_t *data;

	if (btf_kind(t) != BTF_KIND_STRUCT)
		return fail_obj(l, "'%s': %s is no struct", sec->name, name);
	if (info->offset > sec->size || t->size > sec->size - info->offset)
		return fail_obj(l, "'%s': %s lies outside", sec->name, name);
	data = arena_alloc(l->a, t->size);
	if (sec->data)
		memcpy(data, sec->data + info->offset, t->size);
	*def = (struct ops_def){
		.name = name,
		.ops = kernel_name(l, btf_str(btf, t->name_off)),
		.type = type,
		.data = data,
		.is_link = strstr(sec->name, ".link"),
		.autocreate = *sec->name != '?',
		.slots = arena_array(l->a, struct ops_slot, btf_vlen(t)),
	};
	vec_push(&vars->v, ((struct ops_var){def, t, index, info->offset}));
	return 0;
}

static int read_section(struct linker *l, struct ops_vars *vars, uint32_t index)
{
	const struct section *sec = &l->obj->secs[index];
	const struct btf *btf = l->img->btf;
	uint32_t id = btf ? btf_find(btf, sec->name, BTF_KIND_DATASEC) : 0;
	int err = 0;

	if (!id)
		return fail_obj(l, "section '%s' has no BTF; compile with -g", sec->name);
	for (uint32_t i = 0; i < btf_vlen(btf_type(btf, id)) && !err; i++)
		err = add_var(l, vars, index, &btf_secinfos(btf_type(btf, id))[i]);
	for (uint32_t k = 0; k < sec->nrelocs && !err; k++)
		err = read_slot(l, vars, index, &sec->relocs[k]);
	return err;
}

int collect_struct_ops(struct linker *l)
{
	struct ops_vars vars = {0};
	int err = 0;

	for (uint32_t i = 1; i < l->obj->nsecs && !err; i++)
		if (is_struct_ops(l->obj->secs[i].name) && l->obj->secs[i].size)
			err = read_section(l, &vars, i);
	l->img->ops = arena_array(l->a, struct ops_def, vars.v.n + 1);
	vec_each(&vars.v, var)
		l->img->ops[l->img->nops++] = *var->def;
	vec_free(&vars.v);
	return err;
}

/* ---- filled ---- */

static bool is_zero(const uint8_t *p, uint64_t n)
{
	while (n && !*p)
		p++, n--;
	return !n;
}

static const struct btf_member *member_named(const struct btf *btf, const struct btf_type *t,
					     const char *name)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (strcmp(btf_str(btf, btf_members(t)[i].name_off), name) == 0)
			return &btf_members(t)[i];
	return NULL;
}

int load_ops_data(const struct image *img, const struct ops_def *def, const struct btf *btf,
		  uint32_t id, uint8_t *out, struct diag *d)
{
	const struct btf_type *from = btf_type(img->btf, def->type), *to = btf_type(btf, id);

	for (uint32_t i = 0; i < btf_vlen(from); i++) {
		const struct btf_member *m = &btf_members(from)[i], *k;
		const char *name = btf_str(img->btf, m->name_off);
		uint64_t size = (uint64_t)max(btf_size(img->btf, m->type), (int64_t)0);
		const uint8_t *at = def->data + btf_member_bit(from, m) / 8;

		if (is_zero(at, size))
			continue;
		k = member_named(btf, to, name);
		if (!k || (int64_t)size != btf_size(btf, k->type))
			return fail(d, NULL, -ENOTSUPP,
				    "%s: the kernel has no such %s in struct %s", def->name, name,
				    def->ops);
		memcpy(out + btf_member_bit(to, k) / 8, at, size);
	}
	return 0;
}
