/*
 * Externs: undefined symbols that BTF places in .kconfig (values of the kernel's configuration) or
 * .ksyms (the kernel's variables and functions, found by name in the target's BTF).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

#define KCONFIG_MAX   (1 << 20) /* bytes of all values together, which we allocate */
#define KSYM_NAME_LEN 512	/* of the kernel's names, with the NUL */

/* VAR or FUNC id -> the data section that lists it */
static uint32_t *datasec_of(const struct btf *btf)
{
	uint32_t *owner = xcalloc(btf->nids, sizeof(*owner));

	for (uint32_t id = 1; id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);

		if (btf_kind(t) != BTF_KIND_DATASEC)
			continue;
		for (uint32_t i = 0; i < btf_vlen(t); i++)
			owner[btf_secinfos(t)[i].type] = id;
	}
	return owner;
}

static bool is_extern(const struct btf *btf, uint32_t id)
{
	const struct btf_type *t = btf_type(btf, id);

	if (btf_kind(t) == BTF_KIND_VAR)
		return btf_var_linkage(t) == BTF_VAR_GLOBAL_EXTERN;
	return btf_kind(t) == BTF_KIND_FUNC && btf_vlen(t) == BTF_FUNC_EXTERN;
}

/* Names of declarations without a definition, to ids. */
static void index_externs(const struct btf *btf, struct strmap *m)
{
	for (uint32_t id = 1; id < btf->nids; id++)
		if (is_extern(btf, id))
			strmap_put(m, btf_name(btf, id), id);
}

static int set_kconfig_place(struct linker *l, struct extern_sym *e)
{
	const struct btf *btf = l->img->btf;
	int64_t size = btf_size(btf, e->type);
	int align = btf_align(btf, e->type);

	if (size <= 0 || size > KCONFIG_MAX || align <= 0)
		return fail_obj(l, "extern '%s' has no size that fits a configuration value",
				e->name);
	e->size = (uint32_t)size;
	e->align = (uint32_t)align;
	return 0;
}

static int add_extern_sym(struct linker *l, uint32_t symno, const struct strmap *decls,
			  const uint32_t *owner)
{
	const struct symbol *sym = &l->obj->syms[symno];
	const struct btf *btf = l->img->btf;
	const uint64_t *decl = strmap_get(decls, sym->name);
	struct extern_sym e = {
		.name = sym->name,
		.sym = symno,
		.is_weak = sym->bind == STB_WEAK,
		.type = decl ? (uint32_t)*decl : 0,
	};
	const char *sec = e.type ? btf_name(btf, owner[e.type]) : "";
	bool is_func = btf_kind_of(btf, e.type) == BTF_KIND_FUNC;
	int err = 0;

	if (strcmp(sec, ".kconfig") == 0 && !is_func) {
		e.kind = EXTERN_KCONFIG;
		err = set_kconfig_place(l, &e);
	} else if (strcmp(sec, ".ksyms") == 0) {
		uint32_t type = btf_skip_mods(btf, btf_type(btf, e.type)->type);

		e.kind = is_func ? EXTERN_FUNC : type ? EXTERN_VAR : EXTERN_TYPELESS;
	} else {
		return 0; /* said when something refers to it */
	}
	if (!err)
		vec_push(&l->externs, e);
	return err;
}

struct extern_sym *extern_of(struct linker *l, uint32_t sym)
{
	size_t lo = 0, hi = l->externs.n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (l->externs.v[mid].sym < sym)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->externs.n && l->externs.v[lo].sym == sym ? &l->externs.v[lo] : NULL;
}

/*
 * libbpf's order: .kconfig, its strictest alignment first, then the smallest; each kind by name at
 * last.
 */
static int compare_externs(const void *a, const void *b)
{
	const struct extern_sym *x = *(const struct extern_sym *const *)a;
	const struct extern_sym *y = *(const struct extern_sym *const *)b;

	if ((x->kind == EXTERN_KCONFIG) != (y->kind == EXTERN_KCONFIG))
		return x->kind == EXTERN_KCONFIG ? -1 : 1;
	if (x->align != y->align)
		return x->align > y->align ? -1 : 1;
	if (x->size != y->size)
		return x->size < y->size ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Leaves numbers, and offsets in .kconfig; its size. */
static uint64_t place_externs(struct linker *l)
{
	VEC(struct extern_sym *) sorted = {0};
	uint64_t size = 0;

	vec_each(&l->externs, e)
		vec_push(&sorted, e);
	if (sorted.n)
		qsort(sorted.v, sorted.n, sizeof(*sorted.v), compare_externs);
	for (size_t i = 0; i < sorted.n; i++) {
		struct extern_sym *e = sorted.v[i];

		e->number = (uint32_t)i;
		if (e->kind != EXTERN_KCONFIG)
			continue;
		size = round_up(size, e->align);
		e->off = (uint32_t)min(size, (uint64_t)UINT32_MAX);
		size += e->size;
	}
	vec_free(&sorted);
	return size;
}

static int collect_kconfig(struct linker *l)
{
	uint64_t size = place_externs(l);
	uint8_t *data;
	int err;

	if (!size)
		return 0;
	if (size > KCONFIG_MAX)
		return fail_obj(l, "more than %d bytes of configuration values", KCONFIG_MAX);
	l->kconfig_map = (uint32_t)l->maps.n;
	err = add_data_map(l, ".kconfig", MAP_FROM_KCONFIG, size, NULL, true);
	if (err)
		return err;
	data = arena_alloc(l->a, size);
	l->maps.v[l->kconfig_map].data = data;
	return set_kconfig(l, data);
}

/* ---- .ksyms ---- */

/* The target's type of the same name and kind that is compatible, flavours of the name aside. */
static uint32_t find_in_target(struct linker *l, const struct extern_sym *e)
{
	const struct btf *target = l->img->target, *btf = l->img->btf;
	uint32_t kind = btf_kind_of(btf, e->type), id = 0;
	size_t len = btf_essential_len(e->name);
	char name[KSYM_NAME_LEN];

	if (len >= sizeof(name))
		return 0;
	memcpy(name, e->name, len);
	name[len] = '\0';
	if (e->kind == EXTERN_TYPELESS) {
		id = btf_find(target, name, BTF_KIND_VAR);
		return id ? id : btf_find(target, name, BTF_KIND_FUNC);
	}
	return btf_find(target, name, kind);
}

static int resolve_ksym(struct linker *l, struct extern_sym *e)
{
	int err = need_target(l);

	if (err)
		return err;
	e->target_id = find_in_target(l, e);
	if (e->target_id && e->kind != EXTERN_TYPELESS &&
	    !types_compatible(l->img->btf, btf_type(l->img->btf, e->type)->type, l->img->target,
			      btf_type(l->img->target, e->target_id)->type, &l->steps)) {
		if (!e->is_weak)
			return fail_obj(l, "extern '%s' has another type in the target", e->name);
		e->target_id = 0;
	}
	/* BTF does not list every symbol of a kernel: what must be there is taken to be there. */
	e->found = e->target_id || (e->kind == EXTERN_TYPELESS && !e->is_weak);
	if (!e->found && !e->is_weak)
		return fail_obj(l, "extern '%s' is not in the target's BTF", e->name);
	return 0;
}

int collect_externs(struct linker *l)
{
	struct strmap decls = {0};
	uint32_t *owner;
	int err = 0;

	l->kconfig_map = NO_INDEX;
	if (!l->img->btf)
		return 0;
	owner = datasec_of(l->img->btf);
	index_externs(l->img->btf, &decls);
	for (uint32_t i = 1; i < l->obj->nsyms && !err; i++) {
		const struct symbol *sym = &l->obj->syms[i];

		if (sym->sec == SHN_UNDEF && sym->bind != STB_LOCAL && *sym->name)
			err = add_extern_sym(l, i, &decls, owner);
	}
	strmap_free(&decls);
	free(owner);
	if (!err)
		err = collect_kconfig(l);
	for (size_t i = 0; i < l->externs.n && !err; i++)
		if (l->externs.v[i].kind != EXTERN_KCONFIG)
			err = resolve_ksym(l, &l->externs.v[i]);
	return err;
}
