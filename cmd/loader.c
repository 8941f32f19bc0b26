#include "cmd/loader.h"

#include <errno.h>
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "core/btf/bundled.h"
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/prove.h"
#include "maps/store.h"

/*
 * The blob of an image's types, which may have been changed since they were read. As in libbpf,
 * what has types that nobody accepts is loaded without: -1.
 */
static int load_btf(struct objects *o, const struct btf *btf)
{
	struct bytes blob = btf_blob(btf, &o->arena);
	union sys_attr attr = {.btf = (uintptr_t)blob.data, .btf_size = (uint32_t)blob.size};
	long fd = sys_bpf(o->sys, SYS_BTF_LOAD, &attr, sizeof(attr));

	if (fd < 0)
		warn(o->d, NULL, "the types are left out: %s",
		     *sys_why(o->sys) ? sys_why(o->sys) : strerror((int)-fd));
	return (int)max(fd, -1l);
}

/* A pin that is reused must be such a map. */
static int check_reused(struct objects *o, const struct map_def *def, int fd, const char *path)
{
	struct sys_map_info info;
	char words[2][32];
	int err = map_info_of(o, fd, &info);

	if (err)
		return err;
	if (info.type == def->type && info.key_size == def->key_size &&
	    info.value_size == def->value_size && info.max_entries == def->max_entries)
		return 0;
	return fail(o->d, NULL, -EINVAL,
		    "%s: the pinned map (%s, key %u, value %u, %u entries) differs from what map "
		    "%s is declared as (%s, key %u, value %u, %u entries)",
		    path, map_type_str(info.type, words[0]), info.key_size, info.value_size,
		    info.max_entries, def->name, map_type_str(def->type, words[1]),
		    def->key_size, def->value_size, def->max_entries);
}

static int set_data(struct objects *o, const struct map_def *def, int fd)
{
	uint32_t zero = 0;
	union sys_attr attr = {
		.map_fd = (uint32_t)fd,
		.key = (uintptr_t)&zero,
		.value = (uintptr_t)def->data,
	};
	int err = def->data ? (int)door(o, SYS_MAP_UPDATE_ELEM, &attr, def->name) : 0;

	if (err || !def->read_only)
		return err;
	attr = (union sys_attr){.map_fd = (uint32_t)fd};
	return (int)door(o, SYS_MAP_FREEZE, &attr, def->name);
}

/* Makes a map, with its types where they fit. inner: what the maps in it look like, or -1. */
static int create_map(struct objects *o, const struct loaded *l, const struct map_def *def,
		      int inner)
{
	bool one_each = def->type == MAP_TYPE_PERF_EVENT_ARRAY && !def->max_entries;
	union sys_attr attr = {
		.map_type = def->type,
		.key_size = def->key_size,
		.value_size = def->value_size,
		.max_entries = one_each ? (uint32_t)get_nprocs_conf() : def->max_entries,
		.map_flags = def->flags,
		.numa_node = def->flags & MAP_NUMA_NODE ? def->numa_node : 0,
		.map_extra = def->extra,
		.inner_map_fd = inner >= 0 ? (uint32_t)inner : 0,
	};
	int fd;

	memcpy(attr.map_name, def->name, strnlen(def->name, SYS_NAME_LEN - 1));
	if (l->btf < 0 || !def->btf_value_id)
		return (int)door(o, SYS_MAP_CREATE, &attr, def->name);
	attr.btf_fd = (uint32_t)l->btf;
	attr.btf_key_type_id = def->btf_key_id;
	attr.btf_value_type_id = def->btf_value_id;
	fd = (int)sys_bpf(o->sys, SYS_MAP_CREATE, &attr, sizeof(attr));
	if (fd >= 0)
		return fd;
	attr.btf_fd = attr.btf_key_type_id = attr.btf_value_type_id = 0;
	return (int)door(o, SYS_MAP_CREATE, &attr, def->name);
}

static int make_map(struct objects *o, struct loaded *l, const struct map_def *def, int *fd)
{
	int inner = def->inner ? create_map(o, l, def->inner, -1) : -1;

	if (def->inner && inner < 0)
		return inner;
	*fd = create_map(o, l, def, inner);
	if (inner >= 0)
		close(inner);
	return *fd < 0 ? *fd : set_data(o, def, *fd);
}

int loader_open_map(struct objects *o, struct loaded *l, uint32_t i,
		    const struct replacement *maps, size_t nmaps)
{
	const struct map_def *def = &l->image->maps[i];
	const char *path;
	int err;

	for (size_t k = 0; k < nmaps; k++) {
		if (strcmp(maps[k].name, def->name) != 0)
			continue;
		l->maps[i] = dup(maps[k].fd);
		return check_reused(o, def, l->maps[i], def->name);
	}
	if (def->pinning != PIN_BY_NAME)
		return make_map(o, l, def, &l->maps[i]);
	path = store_path(o, def->name);
	if (access(path, F_OK) == 0) {
		l->maps[i] = open_path(o, path, 0);
		return l->maps[i] < 0 ? l->maps[i] : check_reused(o, def, l->maps[i], path);
	}
	err = make_map(o, l, def, &l->maps[i]);
	return err ? err : pin_object(o, l->maps[i], path);
}

static void set_info(struct objects *o, const struct loaded *l, const struct prog_def *def,
		     union sys_attr *attr)
{
	struct prog_info info = image_prog_info(l->image, def, &o->arena);

	attr->prog_btf_fd = (uint32_t)l->btf;
	attr->func_info = info.nfuncs ? (uintptr_t)info.funcs : 0;
	attr->func_info_cnt = info.nfuncs;
	attr->func_info_rec_size = sizeof(*info.funcs);
	attr->line_info = info.nlines ? (uintptr_t)info.lines : 0;
	attr->line_info_cnt = info.nlines;
	attr->line_info_rec_size = sizeof(*info.lines);
}

static bool is_for_target(const struct load_target *target, const struct prog_def *def)
{
	return target->extends || def->type == PROG_TYPE_EXT || def->type == PROG_TYPE_TRACING;
}

/* A target that none of the programs is for is a mistake. */
static int check_target(struct objects *o, const struct image *image,
			const struct load_target *target)
{
	uint32_t i = 0;

	if (!target || (target->fd < 0 && !target->func))
		return 0;
	if (target->fd < 0)
		return fail(o->d, NULL, -EINVAL, "func %s: of which program? say target PROG",
			    target->func);
	while (i < image->nprogs && !is_for_target(target, &image->progs[i]))
		i++;
	if (i < image->nprogs)
		return 0;
	return fail(o->d, NULL, -EINVAL, "target: no program of %s replaces or traces a function",
		    image->path);
}

/* attach_prog_fd and attach_btf_id of a program that is for another one. */
static int set_target(struct objects *o, const struct load_target *target,
		      const struct prog_def *def, union sys_attr *attr)
{
	const char *func = target->func ? target->func : def->attach_to;
	struct sys_prog_info info = {0};
	int err = target->fd >= 0 ? prog_info_of(o, target->fd, &info) : 0;

	if (err || target->fd < 0 || !is_for_target(target, def))
		return err;
	if (target->extends) {
		attr->prog_type = PROG_TYPE_EXT;
		attr->expected_attach_type = 0;
	}
	if (!func)
		return fail(o->d, NULL, -EINVAL, "program %s: of which function? say func NAME",
			    def->name);
	attr->attach_prog_fd = (uint32_t)target->fd;
	attr->attach_btf_id = program_func(o, &info, func);
	if (attr->attach_btf_id)
		return 0;
	return fail(o->d, NULL, -EINVAL, "program %s: %s has no function '%s'", def->name,
		    info.name, func);
}

/* The same of one that is for something of the kernel, whose types are the door's. */
static int set_kernel_target(struct objects *o, const struct prog_def *def, union sys_attr *attr)
{
	struct btf *kernel;

	if ((def->type != PROG_TYPE_TRACING && def->type != PROG_TYPE_LSM) || !def->attach_to ||
	    attr->attach_prog_fd)
		return 0;
	kernel = btf_bundled();
	attr->attach_btf_id = prove_find_target(kernel, def->attach_type, def->attach_to);
	btf_free(kernel);
	return attr->attach_btf_id
		       ? 0
		       : fail(o->d, NULL, -EINVAL, "program %s: nothing of the kernel's is '%s'",
			      def->name, def->attach_to);
}

static int load_prog(struct objects *o, struct loaded *l, const struct load_target *target,
		     uint32_t i)
{
	enum { LOG_SIZE = 1 << 16 };
	const struct prog_def *def = &l->image->progs[i];
	char *log = arena_alloc(&o->arena, LOG_SIZE);
	union sys_attr attr = {
		.prog_type = def->type,
		.expected_attach_type = def->attach_type,
		.insns = (uintptr_t)def->insns,
		.insn_cnt = def->ninsns,
		.license = (uintptr_t)l->image->license,
		.prog_flags = def->flags,
		.fd_array = (uintptr_t)l->maps,
		.log_level = 1,
		.log_buf = (uintptr_t)log,
		.log_size = LOG_SIZE,
	};
	long fd;
	int err;

	if (!def->type)
		return fail(o->d, NULL, -EINVAL,
			    "program %s: section '%s' does not say its type; "
			    "say type TYPE",
			    def->name, def->section);
	memcpy(attr.prog_name, def->name, strnlen(def->name, SYS_NAME_LEN - 1));
	if (l->btf >= 0)
		set_info(o, l, def, &attr);
	err = target ? set_target(o, target, def, &attr) : 0;
	if (!err)
		err = set_kernel_target(o, def, &attr);
	if (!err)
		err = loader_set_member(o, l->image, def, &attr);
	if (err)
		return err;
	fd = sys_bpf(o->sys, SYS_PROG_LOAD, &attr, sizeof(attr));
	/* What has a log went to the verifier, and the answer was no. */
	if (fd < 0)
		return fail(o->d, NULL, *log ? -EKEYREJECTED : (int)fd,
			    "program %s is refused: %s%s%s", def->name, strerror((int)-fd),
			    *log ? "\n" : "", log);
	l->progs[i] = (int)fd;
	return 0;
}

/* What a slot is declared to hold. */
static int slot_fd(const struct loaded *l, const struct map_init *init)
{
	if (init->map != UINT32_MAX)
		return l->maps[init->map];
	for (uint32_t i = 0; i < l->image->nprogs; i++)
		if (strcmp(l->image->progs[i].name, init->name) == 0)
			return l->progs[i];
	return -1;
}

static int fill_slots(struct objects *o, const struct loaded *l, uint32_t m)
{
	const struct map_def *def = &l->image->maps[m];
	int err = 0;

	for (uint32_t i = 0; i < def->ninits && !err; i++) {
		int fd = slot_fd(l, &def->inits[i]);
		union sys_attr attr = {
			.map_fd = (uint32_t)l->maps[m],
			.key = (uintptr_t)&def->inits[i].key,
			.value = (uintptr_t)&fd,
		};

		err = (int)door(o, SYS_MAP_UPDATE_ELEM, &attr, def->name);
	}
	return err;
}

int loader_begin(struct objects *o, const struct image *image, struct loaded *l)
{
	*l = (struct loaded){.image = image, .btf = -1};
	l->maps = arena_array(&o->arena, int, image->nmaps + 1);
	l->progs = arena_array(&o->arena, int, image->nprogs + 1);
	memset(l->maps, -1, image->nmaps * sizeof(int));
	memset(l->progs, -1, image->nprogs * sizeof(int));
	l->ops = arena_array(&o->arena, int, image->nops + 1);
	memset(l->ops, -1, image->nops * sizeof(int));
	if (!image->btf || image->btf->base)
		return 0;
	l->btf = load_btf(o, image->btf);
	return 0;
}

int loader_load(struct objects *o, const struct image *image, const struct replacement *maps,
		size_t nmaps, const struct load_target *target, struct loaded *l)
{
	int err = check_target(o, image, target);

	if (!err)
		err = loader_begin(o, image, l);
	for (uint32_t i = 0; i < image->nmaps && !err; i++)
		err = loader_open_map(o, l, i, maps, nmaps);
	for (uint32_t i = 0; i < image->nprogs && !err; i++)
		if (image->progs[i].autoload)
			err = load_prog(o, l, target, i);
	for (uint32_t i = 0; i < image->nmaps && !err; i++)
		err = fill_slots(o, l, i);
	return err ? err : loader_make_tables(o, l);
}

static void close_all(const int *fds, uint32_t n)
{
	for (uint32_t i = 0; fds && i < n; i++)
		if (fds[i] >= 0)
			close(fds[i]);
}

void loader_close(struct loaded *l)
{
	if (!l->image)
		return;
	close_all(l->maps, l->image->nmaps);
	close_all(l->progs, l->image->nprogs);
	close_all(l->ops, l->image->nops);
	if (l->btf >= 0)
		close(l->btf);
}
