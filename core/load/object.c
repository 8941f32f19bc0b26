/* Linking: the order of calls is the order in which one needs the other. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/load/local.h"

/* License, version: sections that hold one value. */
static int read_constants(struct linker *l)
{
	uint32_t license = section_named(l, "license"), version = section_named(l, "version");
	const struct section *secs = l->obj->secs;

	l->img->license = "";
	if (license && secs[license].data)
		l->img->license =
			arena_strndup(l->a, (const char *)secs[license].data, secs[license].size);
	if (!version)
		return 0;
	if (secs[version].size != sizeof(l->img->version) || !secs[version].data)
		return fail_obj(l, "section 'version' is not a 32-bit number");
	memcpy(&l->img->version, secs[version].data, sizeof(l->img->version));
	return 0;
}

static int index_names(struct linker *l)
{
	const struct object *obj = l->obj;

	if (obj->big_endian)
		return fail_obj(l, "a big-endian object can be read and disassembled, not linked");
	for (uint32_t i = obj->nsecs; i-- > 1;)
		if (*obj->secs[i].name)
			strmap_put(&l->secs, obj->secs[i].name, i);
	for (uint32_t i = obj->nsyms; i-- > 1;)
		if (obj->syms[i].sec != SHN_UNDEF && *obj->syms[i].name)
			strmap_put(&l->syms, obj->syms[i].name, i);
	return 0;
}

static int keep_maps(struct linker *l)
{
	l->img->nmaps = (uint32_t)l->maps.n;
	l->img->maps = arena_memdup(l->a, l->maps.v, l->maps.n * sizeof(*l->maps.v));
	return 0;
}

static int (*const steps[])(struct linker *l) = {
	index_names,	 read_constants,   read_types,	  collect_maps,	 collect_data,
	collect_externs, set_addend_style, collect_funcs, collect_inits, collect_struct_ops,
	keep_maps,	 apply_core,	   apply_relocs,  build_progs,	 publish_types,
};

static void linker_free(struct linker *l)
{
	vec_each(&l->funcs, f) {
		vec_free(&f->inner);
		vec_free(&f->refs);
		vec_free(&f->externs);
		vec_free(&f->poisons);
	}
	vec_free(&l->funcs);
	vec_free(&l->lines);
	vec_free(&l->externs);
	vec_free(&l->maps);
	vec_free(&l->places);
	strmap_free(&l->secs);
	strmap_free(&l->syms);
}

int load_image(const struct object *obj, const struct load_options *opts, struct diag *d,
	       struct image **out)
{
	struct image *img = xcalloc(1, sizeof(*img));
	struct linker l = {
		.obj = obj,
		.opts = opts,
		.d = d,
		.loc = {.file = obj->path},
		.img = img,
		.a = &img->arena,
		.steps = IMAGE_MAX_STEPS,
	};
	int err = 0;

	img->path = obj->path;
	for (size_t i = 0; i < ARRAY_SIZE(steps) && !err; i++)
		err = steps[i](&l);
	linker_free(&l);
	if (err) {
		image_free(img);
		img = NULL;
	}
	*out = img;
	return err;
}
