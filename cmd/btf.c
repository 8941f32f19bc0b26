/* ebpf btf: the types of objects of the store, and of files. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"
#include "core/base/file.h"
#include "core/btf/print.h"
#include "core/btf/text.h"
#include "core/load/load.h"

const struct argp cmd_btf_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|c"),
			OPTION_BPFFS,
			{0},
		},
	.parser = objects_parse,
	.args_doc = "dump file FILE|map MAP|prog PROG|id N",
	.doc = "Write types as bpftool's raw dump does, or as C (--format c): those of a file (raw "
	       "BTF, or ELF with a section .BTF), of a map or program of the store, or of a BTF "
	       "object.",
	.children = COMMON_CHILDREN,
};

static int read_file(struct objects *o, const char *path, struct bytes *out)
{
	struct bytes file;
	int err = file_read(path, 0, &o->arena, o->d, &file);

	if (err)
		return err;
	if (!load_is_elf(file)) {
		*out = file;
		return 0;
	}
	err = load_elf_section(file, path, ".BTF", &o->arena, o->d, out);
	return err == -ENOENT ? fail(o->d, NULL, -EINVAL, "%s has no section .BTF", path) : err;
}

static int read_object(struct objects *o, enum object_word kind, struct bytes *out)
{
	int fd = need_object(o, kind), err;
	struct sys_prog_info prog = {0};
	struct sys_map_info map = {0};
	uint32_t id;

	if (fd < 0)
		return fd;
	err = kind == WORD_MAP ? map_info_of(o, fd, &map) : prog_info_of(o, fd, &prog);
	id = kind == WORD_MAP ? map.btf_id : prog.btf_id;
	if (!err)
		err = id ? btf_bytes(o, id, out) : fail(o->d, NULL, -ENOENT, "it has no types");
	close(fd);
	return err;
}

/* Definitions, each after its last; what has no name is written where it is used. */
static void say_c(struct objects *o, const struct btf *btf)
{
	struct strbuf b = {0};

	for (uint32_t id = 1; id < btf->nids; id++) {
		const struct btf_type *t = btf_type(btf, id);

		if (!*btf_name(btf, id) && !btf_is_enum(t))
			continue;
		if (!btf_is_composite(t) && !btf_is_enum(t) && btf_kind(t) != BTF_KIND_TYPEDEF)
			continue;
		strbuf_reset(&b);
		btf_print_def(&b, btf, id);
		out_text(&o->out, "%s;\n\n", strbuf_str(&b));
	}
	strbuf_free(&b);
}

static int dump(struct objects *o)
{
	const char *verb = need_word(o, "dump"), *what = need_word(o, "file, map, prog or id");
	struct strbuf b = {0};
	struct bytes raw = {0};
	struct btf *btf;
	int err;

	if (strcmp(verb, "dump") != 0)
		usage_error(o->d->prefix, "unknown word '%s'", verb);
	if (strcmp(what, "file") == 0)
		err = read_file(o, need_word(o, "a file"), &raw);
	else if (strcmp(what, "map") == 0)
		err = read_object(o, WORD_MAP, &raw);
	else if (strcmp(what, "prog") == 0)
		err = read_object(o, WORD_PROG, &raw);
	else if (strcmp(what, "id") == 0)
		err = btf_bytes(o, (uint32_t)need_number(o, "an id", UINT32_MAX), &raw);
	else
		usage_error(o->d->prefix, "expected file, map, prog or id, got '%s'", what);
	if (err)
		return err;
	need_end(o);
	err = btf_parse(raw.data, raw.size, NULL, "BTF", o->d, &btf);
	if (err)
		return err;
	if (o->out.format == OUT_C) {
		o->out.format = OUT_TEXT;
		say_c(o, btf);
	} else {
		btf_text(&b, btf, "");
		out_text_mem(&o->out, strbuf_str(&b), b.len);
	}
	strbuf_free(&b);
	btf_free(btf);
	return 0;
}

int cmd_btf(int argc, char **argv)
{
	struct objects o = {0};
	int err = objects_begin(&o, &cmd_btf_argp, argc, argv, "ebpf.btf/1");

	return err ? err : objects_end(&o, dump(&o));
}
