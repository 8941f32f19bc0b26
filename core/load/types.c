/* The object's own types, and the target's. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/btf/bundled.h"
#include "core/load/local.h"

static int compare_secinfos(const void *a, const void *b)
{
	const struct btf_var_secinfo *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/*
 * Compilers leave the size of a data section and the places of its variables to the linker; symbols
 * have them. Static variables have their places already.
 */
static void measure_datasec(struct linker *l, struct btf_type *t)
{
	struct btf_var_secinfo *vars = (struct btf_var_secinfo *)(t + 1);
	uint32_t sec = section_named(l, btf_str(l->img->btf, t->name_off));

	if (!sec)
		return;
	t->size = (uint32_t)l->obj->secs[sec].size;
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const struct btf_type *var = btf_type(l->img->btf, vars[i].type);
		const uint64_t *sym;

		if (btf_kind(var) != BTF_KIND_VAR || btf_var_linkage(var) == BTF_VAR_STATIC)
			continue;
		sym = strmap_get(&l->syms, btf_str(l->img->btf, var->name_off));
		if (sym && l->obj->syms[*sym].sec == sec)
			vars[i].offset = (uint32_t)l->obj->syms[*sym].value;
	}
	qsort(vars, btf_vlen(t), sizeof(*vars), compare_secinfos);
}

/* The blob is our own copy (in the arena, or in the btf), so its records may change. */
static void measure_datasecs(struct linker *l)
{
	const struct btf *btf = l->img->btf;

	for (uint32_t id = 1; id < btf->nids; id++)
		if (btf_kind_of(btf, id) == BTF_KIND_DATASEC)
			measure_datasec(l, (struct btf_type *)btf_type(btf, id));
}

uint32_t section_named(const struct linker *l, const char *name)
{
	const uint64_t *sec = strmap_get(&l->secs, name);

	return sec ? (uint32_t)*sec : 0;
}

int read_types(struct linker *l)
{
	const struct section *sec = object_section(l->obj, ".BTF");
	const struct section *ext = object_section(l->obj, ".BTF.ext");
	int err;

	if (!sec || !sec->data || !sec->size)
		return 0;
	err = btf_parse(arena_memdup(l->a, sec->data, sec->size), sec->size, NULL, l->loc.file,
			l->d, &l->img->btf);
	if (err)
		return err;
	measure_datasecs(l);
	btf_index(l->img->btf);
	if (!ext || !ext->data || !ext->size)
		return 0;
	return btf_ext_parse(ext->data, ext->size, l->img->btf, l->loc.file, l->a, l->d, &l->ext);
}

static int read_btf_file(const char *path, const struct btf *base, struct arena *a, struct diag *d,
			 struct btf **out)
{
	struct loc loc = {.file = path};
	struct arena scratch = {0};
	struct bytes file, blob;
	int err = file_read(path, 0, &scratch, d, &file);

	if (!err && load_is_elf(file)) {
		err = load_elf_section(file, path, ".BTF", a, d, &blob);
		if (err == -ENOENT)
			err = fail(d, &loc, -EINVAL, "the file has no section .BTF");
	} else if (!err) {
		blob = (struct bytes){arena_memdup(a, file.data, file.size), file.size};
	}
	arena_free(&scratch);
	if (err)
		return err;
	return btf_parse(blob.data, blob.size, base, path, d, out);
}

/*
 * The BTF that opts name, or the bundled one; *base is what it is split from, or NULL. Data lives
 * in the arena, both are the caller's to btf_free().
 */
static int read_target(const struct load_options *opts, struct arena *a, struct diag *d,
		       struct btf **base, struct btf **out)
{
	const char *path = opts->btf ? opts->btf : getenv("EBPF_BTF");
	int err = 0;

	*base = *out = NULL;
	if (opts->target) {
		err = btf_parse(opts->target->data, opts->target->size, NULL, "target", d, out);
	} else if (!path || !*path) {
		*out = btf_bundled();
	} else {
		if (opts->btf_base)
			err = read_btf_file(opts->btf_base, NULL, a, d, base);
		if (!err)
			err = read_btf_file(path, *base, a, d, out);
	}
	if (!err)
		btf_index(*out);
	return err;
}

int load_target(struct image *img, const struct load_options *opts, struct diag *d)
{
	if (img->target)
		return 0;
	return read_target(opts, &img->arena, d, &img->target_base, &img->target);
}

int need_target(struct linker *l)
{
	return load_target(l->img, l->opts, l->d);
}
