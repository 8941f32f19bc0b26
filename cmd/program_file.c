#include "cmd/program_file.h"

#include <errno.h>
#include <stdlib.h>

#include "core/base/file.h"
#include "disasm/disasm.h"

static int assemble(struct bytes in, const char *path, const struct asm_options *as,
		    struct diag *d, struct object *obj)
{
	struct asm_options opts = *as;
	struct object *made = NULL;
	int err;

	opts.path = as->path ? as->path : path;
	err = asm_source(&opts, (const char *)in.data, in.size, d, &made);
	if (err)
		return err;
	*obj = *made;
	free(made);
	return 0;
}

static int read_object(struct bytes in, const char *path, const struct asm_options *as,
		       struct arena *a, struct diag *d, struct object *obj)
{
	int err = 0;

	switch (disasm_detect(in)) {
	case INPUT_ELF:
		return load_elf_bytes(in, path, d, obj);
	case INPUT_HEX:
		err = disasm_read_hex(in, path, a, d, &in);
		break;
	case INPUT_C:
		err = disasm_read_c(in, path, a, d, &in);
		break;
	case INPUT_RAW:
		break;
	case INPUT_CBPF:
		return fail(d, &(struct loc){.file = path}, -EINVAL,
			    "a classic BPF filter; only eBPF programs run");
	default:
		return assemble(in, path, as, d, obj);
	}
	return err ? err : load_raw(in, path, as->big_endian, d, obj);
}

int program_file_open_as(struct program_file *in, const char *path, const struct asm_options *as,
			 const struct load_options *opts, struct diag *d)
{
	struct bytes bytes;
	int err;

	*in = (struct program_file){0};
	err = file_read(path, 0, &in->arena, d, &bytes);
	if (!err)
		err = read_object(bytes, path, as, &in->arena, d, &in->obj);
	return err ? err : load_image(&in->obj, opts, d, &in->image);
}

int program_file_open(struct program_file *in, const char *path, const struct load_options *opts,
		      struct diag *d)
{
	const struct asm_options as = {0};

	return program_file_open_as(in, path, &as, opts, d);
}

void program_file_free(struct program_file *in)
{
	image_free(in->image);
	object_free(&in->obj);
	arena_free(&in->arena);
}
