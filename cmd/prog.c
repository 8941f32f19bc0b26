/* ebpf prog: bpftool's words over programs of the store. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/loader.h"
#include "cmd/program_file.h"
#include "core/base/file.h"
#include "core/base/vec.h"
#include "core/obj/prog_type.h"

const struct argp cmd_prog_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			OPTION_BPFFS,
			OPTION_CPUS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "show [PROG]\n"
		    "load|loadall OBJ PATH [type T] [map name N MAP] [pinmaps DIR] [target PROG] "
		    "[func NAME]\n"
		    "dump xlated PROG [file FILE | opcodes linum]\ndump jited PROG\n"
		    "run PROG [data_in FILE] [ctx_in FILE] [repeat N]",
	.doc = "Load programs into the store, show them, run them. PROG is a pin's path (a name of "
	       "the "
	       "store unless it begins with / or .), id N, name NAME or tag TAG.",
	.children = COMMON_CHILDREN,
};

static int read_info(struct objects *o, int fd, struct sys_prog_info *info)
{
	struct sys_prog_info first = {0};
	int err = prog_info_of(o, fd, &first);

	if (err)
		return err;
	*info = (struct sys_prog_info){
		.nr_map_ids = first.nr_map_ids,
		.map_ids = (uintptr_t)arena_array(&o->arena, uint32_t, first.nr_map_ids + 1),
	};
	return prog_info_of(o, fd, info);
}

int show_program(struct objects *o, int fd)
{
	struct sys_prog_info info;
	char word[32];
	const uint32_t *ids;
	int err = read_info(o, fd, &info);

	if (err)
		return err;
	ids = (const uint32_t *)(uintptr_t)info.map_ids;
	out_text(&o->out, "%u: %s  name %s  tag ", info.id, prog_type_str(info.type, word),
		 *info.name ? info.name : "(anon)");
	for (int i = 0; i < SYS_TAG_SIZE; i++)
		out_text(&o->out, "%02x", info.tag[i]);
	out_text(&o->out, "%s", info.gpl_compatible ? "  gpl" : "");
	if (info.run_cnt)
		out_text(&o->out, " run_time_ns %llu run_cnt %llu",
			 (unsigned long long)info.run_time_ns, (unsigned long long)info.run_cnt);
	out_text(&o->out, "\n\tuid %u  xlated %uB", info.created_by_uid, info.xlated_prog_len);
	for (uint32_t i = 0; i < info.nr_map_ids; i++)
		out_text(&o->out, "%s%u", i ? "," : "  map_ids ", ids[i]);
	if (info.btf_id)
		out_text(&o->out, "  btf_id %u", info.btf_id);
	out_text(&o->out, "\n");
	out_field(&o->out, "id", info.id);
	out_field(&o->out, "type", prog_type_str(info.type, word));
	out_field(&o->out, "name", (const char *)info.name);
	out_bytes(&o->out, "tag", info.tag, sizeof(info.tag));
	out_field(&o->out, "gpl_compatible", (bool)info.gpl_compatible);
	out_field(&o->out, "uid", info.created_by_uid);
	out_field(&o->out, "bytes_xlated", info.xlated_prog_len);
	if (info.run_cnt) {
		out_field(&o->out, "run_time_ns", info.run_time_ns);
		out_field(&o->out, "run_cnt", info.run_cnt);
	}
	out_open(&o->out, "map_ids", OUT_LIST);
	for (uint32_t i = 0; i < info.nr_map_ids; i++)
		out_field(&o->out, NULL, ids[i]);
	out_close(&o->out);
	if (info.btf_id)
		out_field(&o->out, "btf_id", info.btf_id);
	return 0;
}

static int show_one(struct objects *o, int fd)
{
	int err;

	out_open(&o->out, NULL, OUT_OBJECT);
	err = show_program(o, fd);
	out_close(&o->out);
	close(fd);
	return err;
}

static int prog_show(struct objects *o)
{
	union sys_attr attr = {0};
	int fd, err = 0;

	out_open(&o->out, "programs", OUT_LIST);
	if (peek_word(o)) {
		while (peek_word(o) && !err) {
			fd = need_object(o, WORD_PROG);
			err = fd < 0 ? fd : show_one(o, fd);
		}
		return err;
	}
	while (sys_bpf(o->sys, SYS_PROG_GET_NEXT_ID, &attr, sizeof(attr)) == 0) {
		union sys_attr by = {.start_id = attr.next_id};

		attr = (union sys_attr){.start_id = attr.next_id};
		fd = (int)sys_bpf(o->sys, SYS_PROG_GET_FD_BY_ID, &by, sizeof(by));
		if (fd >= 0)
			show_one(o, fd);
		else if (fd != -ENOENT)
			not_shown(o, "prog", attr.start_id, fd);
	}
	return 0;
}

struct load_words {
	const char *obj, *path, *pinmaps;
	struct load_options opts;
	struct load_target target;
	VEC(struct replacement) maps;
};

static int read_load_words(struct objects *o, struct load_words *w)
{
	const char *word;

	w->obj = need_word(o, "an object");
	w->path = need_word(o, "a path");
	while ((word = next_word(o))) {
		if (strcmp(word, "type") == 0) {
			int type = prog_type_by_name(need_word(o, "a type"), &(const char *){NULL});

			if (type < 0)
				usage_error(o->d->prefix, "unknown program type");
			w->opts.prog_type = (uint32_t)type;
			w->target.extends = type == PROG_TYPE_EXT;
		} else if (strcmp(word, "target") == 0) {
			w->target.fd = need_object(o, WORD_PROG);
			if (w->target.fd < 0)
				return w->target.fd;
		} else if (strcmp(word, "func") == 0) {
			w->target.func = need_word(o, "a function");
		} else if (strcmp(word, "pinmaps") == 0) {
			w->pinmaps = need_word(o, "a directory");
		} else if (strcmp(word, "map") == 0) {
			struct replacement *r = vec_add(&w->maps);

			next_is(o, "name");
			r->name = need_word(o, "a map's name in the object");
			r->fd = need_object(o, WORD_MAP);
			if (r->fd < 0)
				return r->fd;
		} else {
			usage_error(o->d->prefix, "unknown word '%s'", word);
		}
	}
	return 0;
}

/* What was made so far: pins, and directories before what is in them. */
struct made {
	const char **v;
	size_t n, cap;
};

static int make_dir(struct objects *o, const char *path, struct made *made)
{
	const char *full = store_path(o, path);

	if (mkdir(full, 0700) == 0) {
		vec_push(made, full);
		return 0;
	}
	return errno == EEXIST ? 0 : fail(o->d, NULL, -errno, "%s: %s", full, strerror(errno));
}

static int pin_one(struct objects *o, int fd, const char *path, struct made *made)
{
	int err = pin_object(o, fd, path);

	if (!err)
		vec_push(made, store_path(o, path));
	return err;
}

/* A name that a pin may have: no dots (as libbpf replaces them). */
static const char *pin_name(struct objects *o, const char *dir, const char *name)
{
	char *clean = arena_strdup(&o->arena, name);

	for (char *p = clean; *p; p++)
		if (*p == '.')
			*p = '_';
	return arena_printf(&o->arena, "%s/%s", dir, clean);
}

static int pin_progs(struct objects *o, const struct loaded *l, const char *dir, struct made *made)
{
	int err = make_dir(o, dir, made);

	for (uint32_t i = 0; i < l->image->nprogs && !err; i++)
		if (l->progs[i] >= 0)
			err = pin_one(o, l->progs[i], pin_name(o, dir, l->image->progs[i].name),
				      made);
	return err;
}

static int pin_maps(struct objects *o, const struct loaded *l, const char *dir, struct made *made)
{
	int err = make_dir(o, dir, made);

	for (uint32_t i = 0; i < l->image->nmaps && !err; i++)
		err = pin_one(o, l->maps[i], pin_name(o, dir, l->image->maps[i].name), made);
	for (uint32_t i = 0; i < l->image->nops && !err; i++)
		if (l->ops[i] >= 0)
			err = pin_one(o, l->ops[i], pin_name(o, dir, l->image->ops[i].name), made);
	return err;
}

/* The program that load means: the first one there is. */
static int pin_first(struct objects *o, const struct loaded *l, const char *path,
		     struct made *made)
{
	for (uint32_t i = 0; i < l->image->nprogs; i++)
		if (l->progs[i] >= 0)
			return pin_one(o, l->progs[i], path, made);
	return fail(o->d, NULL, -EINVAL, "%s has no program to load", l->image->path);
}

/* All of it, or nothing: programs in a directory or the first by its name, maps in a directory. */
static int pin_all(struct objects *o, const struct loaded *l, const char *dir, const char *first,
		   const char *maps)
{
	struct made made = {0};
	int err = dir ? pin_progs(o, l, dir, &made) : pin_first(o, l, first, &made);

	if (!err && maps)
		err = pin_maps(o, l, maps, &made);
	while (err && made.n)
		remove(made.v[--made.n]);
	vec_free(&made);
	return err;
}

static int load(struct objects *o, bool all)
{
	struct load_words w = {.target.fd = -1};
	struct program_file file;
	struct loaded l = {0};
	int err = read_load_words(o, &w);

	if (err)
		return err;
	err = program_file_open(&file, w.obj, &w.opts, o->d);
	if (!err && file.image->nops)
		err = load_target(file.image, &w.opts, o->d);
	if (!err)
		err = loader_load(o, file.image, w.maps.v, w.maps.n, &w.target, &l);
	if (!err)
		err = pin_all(o, &l, all ? w.path : NULL, w.path, w.pinmaps);
	loader_close(&l);
	program_file_free(&file);
	vec_each(&w.maps, r)
		close(r->fd);
	vec_free(&w.maps);
	if (w.target.fd >= 0)
		close(w.target.fd);
	return err;
}

static int prog_load_cmd(struct objects *o)
{
	return load(o, false);
}

static int prog_loadall(struct objects *o)
{
	return load(o, true);
}

int pin_object_file(struct objects *o, const char *obj, const char *dir)
{
	struct load_options opts = {0};
	struct program_file file;
	struct loaded l = {0};
	int err = program_file_open(&file, obj, &opts, o->d);

	if (!err && file.image->nops)
		err = load_target(file.image, &opts, o->d);
	if (!err)
		err = loader_load(o, file.image, NULL, 0, NULL, &l);
	if (!err)
		err = pin_all(o, &l, dir, NULL, dir);
	loader_close(&l);
	program_file_free(&file);
	return err;
}

/* bpftool's prog run, as far as packets go. */
static int prog_run(struct objects *o)
{
	int fd = need_object(o, WORD_PROG);
	union sys_attr attr = {.test = {.prog_fd = (uint32_t)fd}};
	const char *name = last_word(o), *word;
	struct bytes b = {0};
	int err = min(fd, 0);

	while (!err && (word = next_word(o))) {
		if (strcmp(word, "data_in") == 0) {
			err = file_read(need_word(o, "a file"), 0, &o->arena, o->d, &b);
			attr.test.data_in = (uintptr_t)b.data;
			attr.test.data_size_in = (uint32_t)b.size;
		} else if (strcmp(word, "ctx_in") == 0) {
			err = file_read(need_word(o, "a file"), 0, &o->arena, o->d, &b);
			attr.test.ctx_in = (uintptr_t)b.data;
			attr.test.ctx_size_in = (uint32_t)b.size;
		} else if (strcmp(word, "repeat") == 0) {
			attr.test.repeat = (uint32_t)need_number(o, "a number", UINT32_MAX);
		} else {
			usage_error(o->d->prefix, "unknown word '%s'", word);
		}
	}
	if (!err)
		err = (int)door(o, SYS_PROG_TEST_RUN, &attr, name);
	if (err)
		return err;
	out_text(&o->out, "Return value: %u, duration%s: %uns\n", attr.test.retval,
		 attr.test.repeat > 1 ? " (average)" : "", attr.test.duration);
	out_field(&o->out, "retval", attr.test.retval);
	out_field(&o->out, "duration", attr.test.duration);
	close(fd);
	return 0;
}

static const struct verb verbs[] = {
	{"show", prog_show},	   {"list", prog_show}, {"load", prog_load_cmd},
	{"loadall", prog_loadall}, {"dump", prog_dump}, {"run", prog_run},
};

int cmd_prog(int argc, char **argv)
{
	return objects_run(argc, argv, &cmd_prog_argp, "ebpf.prog/1", verbs, ARRAY_SIZE(verbs));
}
