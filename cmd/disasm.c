#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "cmd/command.h"
#include "cmd/common.h"
#include "core/base/file.h"
#include "core/load/load.h"
#include "disasm/disasm.h"

enum {
	KEY_SECTION = KEY_COMMAND,
	KEY_PROG,
	KEY_OPCODES,
	KEY_SOURCE,
	KEY_KERNEL,
	KEY_BRIEF,
	KEY_DWARF,
	KEY_CFG,
	KEY_FROM,
	KEY_BIG_ENDIAN,
};

struct options {
	struct common common;
	struct dis_options dis;
	const char *path;
	enum dis_input from;
	bool kernel, cfg, has_format, big_endian;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_FORMAT:
		o->has_format = true;
		return set_format(state, &o->common, arg);
	case KEY_SECTION:
		o->dis.section = arg;
		return 0;
	case KEY_PROG:
		o->dis.prog = arg;
		return 0;
	case KEY_OPCODES:
		o->dis.opcodes = true;
		return 0;
	case KEY_SOURCE:
		o->dis.source = true;
		return 0;
	case KEY_KERNEL:
		o->kernel = true;
		return 0;
	case KEY_BRIEF:
		o->dis.brief = true;
		return 0;
	case KEY_DWARF:
		o->dis.dwarf = true;
		return 0;
	case KEY_CFG:
		o->cfg = true;
		return 0;
	case KEY_FROM:
		o->from = (enum dis_input)choice(state, key, arg);
		return 0;
	case KEY_BIG_ENDIAN:
		o->big_endian = true;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->path, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_disasm_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json|dot|svg"),
			{"section", KEY_SECTION, "NAME", 0, "Only this section", 0},
			{"prog", KEY_PROG, "NAME", 0, "Only this function", 0},
			{"source", KEY_SOURCE, NULL, 0, "Lines of C between the instructions", 0},
			{"opcodes", KEY_OPCODES, NULL, 0, "The bytes of each instruction", 0},
			{"brief", KEY_BRIEF, NULL, 0,
			 "No types and line records: to read, not to assemble", 0},
			{"kernel", KEY_KERNEL, NULL, 0,
			 "The kernel's notation, as bpftool and the verifier's log have it", 0},
			{"cfg", KEY_CFG, NULL, 0, "Draw the control flow (DOT, or --format svg)",
			 0},
			{"dwarf", KEY_DWARF, NULL, 0, "Keep the sections of debuggers", 0},
			{"from", KEY_FROM, "auto|elf|raw|hex|c|cbpf|log|asm", 0, "What FILE is", 0},
			{"big-endian", KEY_BIG_ENDIAN, NULL, 0,
			 "Bare instructions have the big-endian byte order", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "FILE",
	.doc = "Turn a program into text: assembly that `ebpf asm` reads back into an equal "
	       "object, "
	       "or a listing. FILE is an object, bare instructions as bytes, hex or C, a classic "
	       "filter, or a dump of the kernel or bpftool; - is standard input.",
	.children = COMMON_CHILDREN,
};

/* ---- JSON ---- */

static void row_fields(struct out *o, const struct dis_func *f, const struct dis_row *row)
{
	out_open(o, NULL, OUT_OBJECT);
	out_field(o, "slot", row->slot);
	if (row->label)
		out_field(o, "label", row->label);
	out_bytes(o, "bytes", row->bytes, row->slots * 8u);
	out_field(o, "text", row->text);
	out_field(o, "code", row->insn->code);
	out_field(o, "dst", (unsigned int)row->insn->dst_reg);
	out_field(o, "src", (unsigned int)row->insn->src_reg);
	out_field(o, "off", row->insn->off);
	out_field(o, "imm", row->insn->imm);
	if (row->is_bad)
		out_field(o, "valid", false);
	if (row->target >= 0)
		out_field(o, "target", f->rows[row->target].slot);
	if (row->note)
		out_field(o, "note", row->note);
	if (row->source) {
		out_open(o, "source", OUT_OBJECT);
		out_field(o, "file", row->source->file);
		out_field(o, "line", row->source->line);
		out_field(o, "column", row->source->col);
		out_field(o, "text", row->source->text);
		out_close(o);
	}
	out_close(o);
}

static void list_fields(struct out *o, const struct dis_list *list)
{
	out_open(o, "functions", OUT_LIST);
	for (uint32_t i = 0; i < list->nfuncs; i++) {
		const struct dis_func *f = &list->funcs[i];

		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "name", f->name);
		out_field(o, "section", f->section);
		if (f->proto)
			out_field(o, "prototype", f->proto);
		out_open(o, "instructions", OUT_LIST);
		for (uint32_t r = 0; r < f->nrows; r++)
			row_fields(o, f, &f->rows[r]);
		out_close(o);
		out_close(o);
	}
	out_close(o);
}

static void classic_fields(struct out *o, const struct classic_insn *insns, uint32_t n)
{
	struct strbuf text = {0};

	out_open(o, "classic", OUT_LIST);
	for (uint32_t i = 0; i < n; i++) {
		strbuf_reset(&text);
		classic_insn_text(&insns[i], i, &text);
		out_open(o, NULL, OUT_OBJECT);
		out_field(o, "text", strbuf_str(&text));
		out_field(o, "code", insns[i].code);
		out_field(o, "jt", insns[i].jt);
		out_field(o, "jf", insns[i].jf);
		out_field(o, "k", insns[i].k);
		out_close(o);
	}
	out_close(o);
	strbuf_free(&text);
}

/* ---- one input ---- */

static int show_list(struct options *o, const struct object *obj, struct strbuf *text,
		     struct out *out)
{
	struct dis_list list = {0};
	int err = disasm_list(obj, &o->dis, &o->common.diag, &list);

	if (!err) {
		if (o->common.format == OUT_SVG)
			disasm_svg(&list, &o->dis, text);
		else if (o->common.format == OUT_DOT)
			disasm_dot(&list, &o->dis, text);
		else if (o->kernel)
			disasm_kernel(&list, &o->dis, text);
		list_fields(out, &list);
	}
	dis_list_free(&list);
	return err;
}

static int show_object(struct options *o, const struct object *obj, struct out *out)
{
	bool listed = o->common.format != OUT_TEXT || o->kernel;
	struct strbuf text = {0};
	int err = listed ? show_list(o, obj, &text, out)
			 : disasm_object(obj, &o->dis, &o->common.diag, &text);

	out_text_mem(out, strbuf_str(&text), text.len);
	strbuf_free(&text);
	return err;
}

static int show_classic(struct options *o, struct bytes in, struct arena *a, struct out *out)
{
	struct diag *d = &o->common.diag;
	struct loc loc = {.file = o->path};
	struct classic_insn *insns;
	struct strbuf text = {0};
	uint32_t n, at;
	const char *why;
	int err;

	if (o->common.format != OUT_TEXT && o->common.format != OUT_JSON)
		return fail(d, &loc, -EINVAL, "no graphs of classic BPF");
	err = classic_read(in, o->path, a, d, &insns, &n);
	if (err)
		return err;
	why = classic_check(insns, n, &at);
	if (why)
		return fail(d, &loc, -EINVAL, "instruction %u: %s", at, why);
	classic_text(insns, n, o->dis.opcodes, &text);
	out_text_mem(out, strbuf_str(&text), text.len);
	classic_fields(out, insns, n);
	strbuf_free(&text);
	return 0;
}

/* Text in any notation goes through the assembler: what comes out is canonical. */
static int assemble(struct options *o, struct bytes in, struct object *obj)
{
	struct asm_options opts = {
		.path = o->path,
		.dialect = o->from == INPUT_LOG ? ASM_KERNEL : ASM_AUTO,
		.big_endian = o->big_endian,
	};
	struct object *made = NULL;
	int err = asm_source(&opts, (const char *)in.data, in.size, &o->common.diag, &made);

	if (!err)
		*obj = *made; /* its arena goes along */
	free(made);
	return err;
}

static int read_object(struct options *o, struct bytes in, struct arena *a, struct object *obj)
{
	struct diag *d = &o->common.diag;
	int err = 0;

	switch (o->from) {
	case INPUT_ELF:
		return load_elf_bytes(in, o->path, d, obj);
	case INPUT_HEX:
		err = disasm_read_hex(in, o->path, a, d, &in);
		break;
	case INPUT_C:
		err = disasm_read_c(in, o->path, a, d, &in);
		break;
	case INPUT_RAW:
		break;
	default:
		return assemble(o, in, obj);
	}
	return err ? err : load_raw(in, o->path, o->big_endian, d, obj);
}

static int show(struct options *o, struct arena *a, struct out *out)
{
	struct object obj = {0};
	struct bytes in;
	int err = file_read(o->path, 0, a, &o->common.diag, &in);

	if (err)
		return err;
	if (o->from == INPUT_AUTO)
		o->from = disasm_detect(in);
	if (o->from == INPUT_CBPF)
		return show_classic(o, in, a, out);
	err = read_object(o, in, a, &obj);
	if (!err)
		err = show_object(o, &obj, out);
	object_free(&obj);
	return err;
}

int cmd_disasm(int argc, char **argv)
{
	struct options o = {0};
	struct arena arena = {0};
	struct out out;
	int err, end;

	parse_args(&cmd_disasm_argp, argc, argv, &o, &o.common);
	if (!o.path)
		usage_error(argv[0], "which FILE?");
	if (o.cfg && !o.has_format)
		o.common.format = OUT_DOT;
	out_begin(&out, o.common.format, "ebpf.disasm/1");
	err = show(&o, &arena, &out);
	end = err ? 0 : out_end(&out, o.common.output, &o.common.diag);
	arena_free(&arena);
	if (err == -ESRCH) /* --prog or --section names nothing: an answer, not a failure */
		return finish(EXIT_NO);
	return finish(exit_status(err ? err : end));
}
