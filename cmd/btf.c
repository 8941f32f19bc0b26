/* ebpf btf: the types of objects of the store, and of files. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"
#include "core/base/file.h"
#include "core/btf/bundled.h"
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
	.args_doc = "dump file FILE|kernel|map MAP|prog PROG|id N",
	.doc = "Write types as bpftool's raw dump does, or as a header in C (--format c): those of "
	       "a file (raw BTF, or ELF with a section .BTF), of the kernel (what EBPF_BTF names, "
	       "or those that come with ebpf), of a map or program of the store, or of a BTF "
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

static int read_kernel(struct objects *o, struct bytes *out)
{
	const char *path = getenv("EBPF_BTF");

	if (path && *path)
		return read_file(o, path, out);
	*out = btf_bundled_blob();
	return 0;
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

static int dump(struct objects *o)
{
	const char *verb = need_word(o, "dump");
	const char *what = need_word(o, "file, kernel, map, prog or id");
	const char *name = "BTF";
	struct strbuf b = {0};
	struct bytes raw = {0};
	struct btf *btf;
	int err;

	if (strcmp(verb, "dump") != 0)
		usage_error(o->d->prefix, "unknown word '%s'", verb);
	if (strcmp(what, "file") == 0)
		err = read_file(o, name = need_word(o, "a file"), &raw);
	else if (strcmp(what, "kernel") == 0)
		err = read_kernel(o, &raw);
	else if (strcmp(what, "map") == 0)
		err = read_object(o, WORD_MAP, &raw);
	else if (strcmp(what, "prog") == 0)
		err = read_object(o, WORD_PROG, &raw);
	else if (strcmp(what, "id") == 0)
		err = btf_bytes(o, (uint32_t)need_number(o, "an id", UINT32_MAX), &raw);
	else
		usage_error(o->d->prefix, "expected file, kernel, map, prog or id, got '%s'", what);
	if (err)
		return err;
	need_end(o);
	err = btf_parse(raw.data, raw.size, NULL, name, o->d, &btf);
	if (err)
		return err;
	if (o->out.format == OUT_C)
		btf_print_header(&b, btf);
	else
		btf_text(&b, btf, "");
	o->out.format = OUT_TEXT;
	out_text_mem(&o->out, strbuf_str(&b), b.len);
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
