/* The types of what generated programs are made of: functions by what they are given. */
#ifndef TESTS_SOUND_TYPES_H
#define TESTS_SOUND_TYPES_H

#include "core/btf/btf.h"
#include "core/obj/image.h"
#include "tests/sound/gen.h"

struct gen_types {
	struct arena arena;
	struct btf *btf;
	uint32_t funcs[2][GEN_PARAMS_MAX + 1][1 << GEN_PARAMS_MAX]; /* [global][count][pointers] */
};

void gen_types_begin(struct gen_types *t, struct diag *d);
void gen_types_end(struct gen_types *t);
/* func_info of a program */
void gen_types_funcs(const struct gen_types *t, const struct gen_prog *prog, struct func_info *out);

#endif
