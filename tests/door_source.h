/*
 * Programs of a source in scripts of door_t.c: assembled, and loaded with their types.
 *
 *	prog NAME FILE PROG [field=value...] [=> ERRNO [what the log has]]
 *	func NAME FILE FUNC	the id of a function of its types
 */
#ifndef TESTS_DOOR_SOURCE_H
#define TESTS_DOOR_SOURCE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asm/asm.h"
#include "core/base/file.h"
#include "core/btf/btf.h"
#include "core/load/load.h"
#include "core/sys/attr.h"

enum { SOURCES = 8, SOURCE_LOG = 1 << 16 };

/* A file, in one row. */
struct source {
	const char *name;
	struct object *obj;
	struct image *image;
	int btf;
};

static const struct image *source_read(struct arena *a, const char *script, struct source *s)
{
	const char *slash = strrchr(script, '/');
	const char *path = arena_printf(a, "%.*s/%s", (int)(slash - script), script, s->name);
	struct asm_options opts = {.path = path};
	struct diag d = {.prefix = "door_t"};
	struct bytes text;

	if (file_read(path, 0, a, &d, &text) != 0 ||
	    asm_source(&opts, (const char *)text.data, text.size, &d, &s->obj) != 0 ||
	    load_image(s->obj, &(struct load_options){0}, &d, &s->image) != 0)
		exit(4);
	return s->image;
}

static void source_free(struct source *s)
{
	if (!s->name)
		return;
	image_free(s->image);
	object_free(s->obj);
	free(s->obj);
	if (s->btf >= 0)
		close(s->btf);
}

static const struct prog_def *source_prog(const struct source *s, const char *name)
{
	for (uint32_t i = 0; i < s->image->nprogs; i++)
		if (strcmp(s->image->progs[i].name, name) == 0)
			return &s->image->progs[i];
	fprintf(stderr, "%s has no program %s\n", s->name, name);
	exit(4);
}

/* PROG_LOAD's attribute for a program of the source. */
static void source_fill(const struct source *s, const struct prog_def *def, struct arena *a,
			char *log, union sys_attr *attr)
{
	struct prog_info info = image_prog_info(s->image, def, a);

	*attr = (union sys_attr){
		.prog_type = def->type,
		.expected_attach_type = def->attach_type,
		.insns = (uintptr_t)def->insns,
		.insn_cnt = def->ninsns,
		.license = (uintptr_t)"GPL",
		.prog_flags = def->flags,
		.prog_btf_fd = (uint32_t)s->btf,
		.func_info = (uintptr_t)info.funcs,
		.func_info_cnt = info.nfuncs,
		.func_info_rec_size = sizeof(*info.funcs),
		.log_level = 1,
		.log_buf = (uintptr_t)log,
		.log_size = SOURCE_LOG,
	};
	memcpy(attr->prog_name, def->name, min(strlen(def->name), sizeof(attr->prog_name) - 1));
}

#endif
