/*
 * What compilers leave in BTF and BPF_BTF_LOAD refuses, made good in place, so that every id stays:
 * declarations of externs become definitions, the section .kconfig gets its layout, .ksyms, which
 * lists what is no variable, turns into a nameless struct of ints of equal length, and functions
 * that are hidden are static, as libbpf has it.
 */
#include <stdlib.h>

#include "core/load/local.h"

_Static_assert(sizeof(struct btf_member) == sizeof(struct btf_var_secinfo),
	       "a data section can turn into a struct");

/* The blob is the image's own copy. */
static struct btf_type *own_type(struct linker *l, uint32_t id)
{
	return (struct btf_type *)btf_type(l->img->btf, id);
}

/* An INT of four bytes, or 0. */
static uint32_t find_int(const struct btf *btf)
{
	for (uint32_t id = 1; id < btf->nids; id++)
		if (btf_kind_of(btf, id) == BTF_KIND_INT && btf_type(btf, id)->size == 4)
			return id;
	return 0;
}

/* The kernel wants parameters to have names, which declarations may lack; any will do. */
static void name_params(struct linker *l, const struct btf_type *func)
{
	struct btf_type *proto = own_type(l, btf_func_proto(l->img->btf, func->type));
	struct btf_param *params = (struct btf_param *)(proto + 1);

	for (uint32_t i = 0; i < btf_vlen(proto); i++)
		if (!params[i].name_off && params[i].type)
			params[i].name_off = func->name_off;
}

static void define(struct linker *l, const struct extern_sym *e, uint32_t int_id)
{
	struct btf_type *t = own_type(l, e->type);

	if (e->kind == EXTERN_FUNC) {
		name_params(l, t);
		t->info = btf_info(BTF_KIND_FUNC, false, BTF_FUNC_GLOBAL);
		return;
	}
	((struct btf_var *)(t + 1))->linkage = BTF_VAR_GLOBAL_ALLOCATED;
	if (e->kind != EXTERN_KCONFIG && int_id)
		t->type = int_id;
}

static int compare_offsets(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void lay_out_kconfig(struct linker *l)
{
	uint32_t id = btf_find(l->img->btf, ".kconfig", BTF_KIND_DATASEC);
	struct btf_type *t = own_type(l, id);
	struct btf_var_secinfo *vars = (struct btf_var_secinfo *)(t + 1);
	const struct extern_sym **by_type;

	if (!id || l->kconfig_map == NO_INDEX)
		return;
	by_type = xcalloc(l->img->btf->nids, sizeof(*by_type));
	vec_each(&l->externs, e)
		by_type[e->type] = e;
	t->size = l->maps.v[l->kconfig_map].value_size;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct extern_sym *e = by_type[vars[i].type];

		vars[i].offset = e ? e->off : 0;
		vars[i].size = e ? e->size : 0;
	}
	free(by_type);
	qsort(vars, btf_vlen(t), sizeof(*vars), compare_offsets);
}

static void turn_ksyms(struct linker *l, uint32_t int_id)
{
	uint32_t id = btf_find(l->img->btf, ".ksyms", BTF_KIND_DATASEC);
	struct btf_type *t = own_type(l, id);
	struct btf_member *members = (struct btf_member *)(t + 1);

	if (!id || !int_id)
		return;
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		members[i] = (struct btf_member){.type = int_id, .offset = 32 * i};
	t->name_off = 0;
	t->size = 4 * btf_vlen(t);
	t->info = btf_info(BTF_KIND_STRUCT, false, btf_vlen(t));
}

/*
 * GCC 12 has signed characters, which are more than one thing, forward declarations of a type, and
 * functions without a name, which may as well be pointers.
 */
static void mend(struct btf_type *t)
{
	uint32_t *word = (uint32_t *)(t + 1), encoding;

	switch (btf_kind(t)) {
	case BTF_KIND_FWD:
		t->type = 0;
		return;
	case BTF_KIND_INT:
		encoding = BTF_INT_ENCODING(*word);
		if (encoding & (encoding - 1))
			*word = (*word & 0xffffff) | (encoding & BTF_INT_SIGNED) << 24;
		return;
	case BTF_KIND_FUNC:
		if (!t->name_off)
			t->info = btf_info(BTF_KIND_PTR, false, 0);
		return;
	}
}

int publish_types(struct linker *l)
{
	uint32_t int_id;

	if (!l->img->btf)
		return 0;
	for (uint32_t id = 1; id < l->img->btf->nids; id++)
		mend(own_type(l, id));
	int_id = find_int(l->img->btf);
	vec_each(&l->externs, e)
		define(l, e, int_id);
	lay_out_kconfig(l);
	turn_ksyms(l, int_id);
	vec_each(&l->funcs, f)
		if (!f->is_global && btf_kind_of(l->img->btf, f->btf_id) == BTF_KIND_FUNC)
			own_type(l, f->btf_id)->info =
				btf_info(BTF_KIND_FUNC, false, BTF_FUNC_STATIC);
	return 0;
}
