#include "core/obj/image.h"

#include <stdlib.h>

#include "core/btf/btf.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"

void image_free(struct image *img)
{
	if (!img)
		return;
	btf_free(img->btf);
	btf_free(img->target);
	btf_free(img->target_base);
	arena_free(&img->arena);
	free(img);
}

struct prog_info image_prog_info(const struct image *img, const struct prog_def *def,
				 struct arena *a)
{
	const struct btf *btf = img->btf;
	struct func_info *funcs = arena_array(a, struct func_info, def->nsubs + 1);
	struct line_info *lines = arena_array(a, struct line_info, def->nlines + 1);
	struct prog_info info = {.funcs = funcs, .lines = lines, .nfuncs = def->nsubs};

	for (uint32_t i = 0; i < def->nsubs; i++) {
		if (!btf || !def->subs[i].btf_id)
			return (struct prog_info){0};
		funcs[i] = (struct func_info){def->subs[i].start, def->subs[i].btf_id};
	}
	for (uint32_t i = 0; i < def->nlines && btf; i++) {
		const struct line_def *line = &def->lines[i];
		size_t file = (size_t)(line->file - btf->strs);
		size_t text = (size_t)(line->text - btf->strs);

		/* Strings of the image are strings of its BTF. */
		if (file >= btf->nstr || text >= btf->nstr)
			continue;
		if (info.nlines && lines[info.nlines - 1].insn_off >= line->insn)
			continue;
		lines[info.nlines++] =
			(struct line_info){line->insn, (uint32_t)file, (uint32_t)text,
					   line->line << 10 | (line->col & 0x3ff)};
	}
	if (info.nlines && lines[0].insn_off)
		info.nlines = 0;
	return info;
}

static uint32_t default_entries(uint32_t type, uint32_t ncpus)
{
	enum { PAGE = 4096, SOME = 64 };

	switch (type) {
	case MAP_TYPE_PERF_EVENT_ARRAY:
		return ncpus;
	case MAP_TYPE_RINGBUF:
	case MAP_TYPE_USER_RINGBUF:
		return PAGE;
	/* They have no entries of their own. */
	case MAP_TYPE_SK_STORAGE:
	case MAP_TYPE_INODE_STORAGE:
	case MAP_TYPE_TASK_STORAGE:
	case MAP_TYPE_CGRP_STORAGE:
	case MAP_TYPE_CGROUP_STORAGE:
	case MAP_TYPE_PERCPU_CGROUP_STORAGE:
		return 0;
	default:
		return SOME;
	}
}

void map_def_complete(struct map_def *def, uint32_t ncpus)
{
	enum { TRACE_SIZE = 127 * 8 }; /* PERF_MAX_STACK_DEPTH addresses */
	const uint64_t arena_address = 1ull << 44;

	if (def->type == MAP_TYPE_STACK_TRACE && !def->value_size)
		def->value_size = TRACE_SIZE;
	if (!def->max_entries)
		def->max_entries = default_entries(def->type, ncpus);
	if (def->type == MAP_TYPE_ARENA && !def->extra)
		def->extra = arena_address;
}
