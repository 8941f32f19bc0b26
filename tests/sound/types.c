#include "tests/sound/types.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/btf/build.h"

/* A function of nparams numbers, but for those that are pointers. */
static uint32_t add_func(struct btf_build *b, uint32_t number, uint32_t pointer, uint32_t nparams,
			 uint32_t pointers, bool is_global)
{
	uint32_t proto = btf_add_func_proto(b, number);
	char name[32];

	for (uint32_t i = 0; i < nparams; i++) {
		snprintf(name, sizeof(name), "p%u", i);
		btf_add_param(b, name, pointers >> i & 1 ? pointer : number);
	}
	snprintf(name, sizeof(name), "%s_%u_%u", is_global ? "global" : "local", nparams, pointers);
	return btf_add_func(b, name, proto, is_global);
}

void gen_types_begin(struct gen_types *t, struct diag *d)
{
	struct btf_build b = {0};
	uint32_t number, byte, area, pointer;
	struct bytes blob;

	*t = (struct gen_types){0};
	number = btf_add_int(&b, "long", 8, 0);
	byte = btf_add_int(&b, "char", 1, 0);
	byte = btf_add_array(&b, byte, number, GEN_VALUE_SIZE);
	area = btf_add_struct(&b, "area", false, GEN_VALUE_SIZE);
	btf_add_member(&b, "bytes", byte, 0, 0);
	pointer = btf_add_ref(&b, BTF_KIND_PTR, "", area);
	for (uint32_t g = 0; g < 2; g++)
		for (uint32_t n = 0; n <= GEN_PARAMS_MAX; n++)
			for (uint32_t p = 0; p < 1u << n; p++)
				t->funcs[g][n][p] = add_func(&b, number, pointer, n, p, g);
	blob = btf_build_finish(&b, false, &t->arena);
	if (btf_parse(blob.data, blob.size, NULL, "sound", d, &t->btf))
		abort();
	btf_build_free(&b);
}

void gen_types_end(struct gen_types *t)
{
	btf_free(t->btf);
	arena_free(&t->arena);
}

void gen_types_funcs(const struct gen_types *t, const struct gen_prog *prog, struct func_info *out)
{
	for (uint32_t i = 0; i < prog->nfuncs; i++) {
		const struct gen_func *f = &prog->funcs[i];

		out[i] = (struct func_info){f->start,
					    t->funcs[f->is_global][f->nparams][f->pointers]};
	}
}
