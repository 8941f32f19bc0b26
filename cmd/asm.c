#include "asm/asm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "core/base/file.h"

enum {
	KEY_DIALECT = KEY_COMMAND,
	KEY_ISA,
	KEY_RELAX,
	KEY_BIG_ENDIAN,
	KEY_SECTION,
};

struct options {
	struct common common;
	struct asm_options text;
	VEC(const char *) dirs;
	const char *section;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_DIALECT:
		o->text.dialect = (enum asm_dialect)choice(state, key, arg);
		return 0;
	case KEY_ISA:
		o->text.isa = (uint8_t)(choice(state, key, arg) + 1);
		return 0;
	case KEY_RELAX:
		o->text.relax = true;
		return 0;
	case KEY_BIG_ENDIAN:
		o->text.big_endian = true;
		return 0;
	case KEY_SECTION:
		o->section = arg;
		return 0;
	case 'I':
		vec_push(&o->dirs, arg);
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->text.path, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_asm_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("elf|raw|hex|c"),
			{"dialect", KEY_DIALECT, "auto|llvm|gnu|ubpf|kernel", 0,
			 "How FILE writes instructions", 0},
			{"isa", KEY_ISA, "v1|v2|v3|v4", 0, "Refuse newer instructions", 0},
			{"relax", KEY_RELAX, NULL, 0, "Make jumps long that are out of reach", 0},
			{"big-endian", KEY_BIG_ENDIAN, NULL, 0, "Make a big-endian object", 0},
			{"include", 'I', "DIR", 0, "Look here for included files too", 0},
			{"section", KEY_SECTION, "NAME", 0,
			 "The section to write where the format is no object", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "FILE",
	.doc = "Turn text into an object that libbpf loads. FILE may be pseudo-C as LLVM has it, "
	       "GNU "
	       "or ubpf mnemonics, a verifier's log or a dump of bpftool, unmodified output of "
	       "clang -S; - is standard input.",
	.children = COMMON_CHILDREN,
};

static int write_object(struct options *o, const struct object *obj)
{
	struct diag *d = &o->common.diag;
	struct strbuf b = {0};
	int err;

	switch (o->common.format) {
	case OUT_RAW:
		err = asm_write_insns(obj, o->section, ASM_RAW, &b, d);
		break;
	case OUT_HEX:
		err = asm_write_insns(obj, o->section, ASM_HEX, &b, d);
		break;
	case OUT_C:
		err = asm_write_insns(obj, o->section, ASM_C, &b, d);
		break;
	default:
		err = asm_write_elf(obj, &b, d);
	}
	if (!err)
		err = file_write(o->common.output ? o->common.output : "-", b.s, b.len, d);
	strbuf_free(&b);
	return err;
}

int cmd_asm(int argc, char **argv)
{
	struct options o = {.common.format = OUT_ELF};
	struct arena arena = {0};
	struct object *obj = NULL;
	struct bytes text;
	int err;

	parse_args(&cmd_asm_argp, argc, argv, &o, &o.common);
	if (!o.text.path)
		usage_error(argv[0], "no FILE");
	if (!o.common.output && o.common.format <= OUT_RAW && isatty(STDOUT_FILENO))
		usage_error(argv[0], "an object is nothing for a terminal: use -o FILE");
	o.text.include_dirs = o.dirs.v;
	o.text.ninclude_dirs = o.dirs.n;
	err = file_read(o.text.path, 0, &arena, &o.common.diag, &text);
	if (!err)
		err = asm_source(&o.text, (const char *)text.data, text.size, &o.common.diag, &obj);
	if (!err)
		err = write_object(&o, obj);
	if (obj)
		object_free(obj);
	free(obj);
	vec_free(&o.dirs);
	arena_free(&arena);
	return finish(exit_status(err));
}
