/* ebpf prog dump: the instructions of a program, between the lines of its source. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/objects.h"
#include "core/base/file.h"
#include "core/btf/print.h"
#include "core/helper/helper.h"
#include "core/isa/insn.h"

struct dump {
	struct objects *o;
	const struct bpf_insn *insns;
	uint32_t ninsns;
	const struct prog *prog; /* has the lines */
	const struct func_info *funcs;
	uint32_t nfuncs;
	struct btf *btf; /* of the functions; NULL: none */
	bool opcodes, linum;
	const char *file;
};

static int read_words(struct objects *o, struct dump *d)
{
	const char *word;

	while ((word = next_word(o))) {
		if (strcmp(word, "opcodes") == 0)
			d->opcodes = true;
		else if (strcmp(word, "linum") == 0)
			d->linum = true;
		else if (strcmp(word, "file") == 0)
			d->file = need_word(o, "a file");
		else
			usage_error(o->d->prefix, "unknown word '%s'", word);
	}
	if (d->file && (d->opcodes || d->linum))
		usage_error(o->d->prefix, "a file has the instructions alone");
	return 0;
}

static int read_program(struct objects *o, int fd, struct dump *d)
{
	struct sys_prog_info first = {0}, info;
	struct bytes raw;
	int err = prog_info_of(o, fd, &first);
	struct prog *prog;

	if (!err)
		err = sys_prog(o->sys, fd, &prog);
	if (err)
		return err;
	info = (struct sys_prog_info){
		.xlated_prog_len = first.xlated_prog_len,
		.xlated_prog_insns = (uintptr_t)arena_alloc(&o->arena, first.xlated_prog_len + 1),
		.nr_func_info = first.nr_func_info,
		.func_info = (uintptr_t)arena_array(&o->arena, struct func_info,
						    first.nr_func_info + 1),
		.func_info_rec_size = sizeof(struct func_info),
	};
	err = prog_info_of(o, fd, &info);
	if (err)
		return err;
	d->prog = prog;
	d->insns = (const struct bpf_insn *)(uintptr_t)info.xlated_prog_insns;
	d->ninsns = info.xlated_prog_len / (uint32_t)sizeof(*d->insns);
	if (!info.nr_func_info)
		return 0;
	err = btf_bytes(o, info.btf_id, &raw);
	if (err || btf_parse(raw.data, raw.size, NULL, "btf", o->d, &d->btf) != 0)
		return err;
	d->funcs = (const struct func_info *)(uintptr_t)info.func_info;
	d->nfuncs = info.nr_func_info;
	return 0;
}

/* Before the first instruction of a function: what it is. */
static void say_function(const struct dump *d, uint32_t at)
{
	struct strbuf b = {0};

	for (uint32_t i = 0; i < d->nfuncs; i++) {
		if (d->funcs[i].insn_off != at || !btf_has(d->btf, d->funcs[i].type_id))
			continue;
		btf_print_decl(&b, d->btf, d->funcs[i].type_id,
			       btf_name(d->btf, d->funcs[i].type_id));
		out_text(&d->o->out, "%s:\n", strbuf_str(&b));
		out_field(&d->o->out, "proto", strbuf_str(&b));
	}
	strbuf_free(&b);
}

/* Before the first instruction of a source line: that line. */
static void say_line(const struct dump *d, uint32_t at)
{
	const struct line_def *line = prog_line(d->prog, at);
	const char *text = line ? line->text : "";

	while (isspace((unsigned char)*text))
		text++;
	if (!*text || line->insn != at)
		return;
	out_text(&d->o->out, "; %s", text);
	if (d->linum)
		out_text(&d->o->out, " [file:%s line_num:%u line_col:%u]", line->file, line->line,
			 line->col);
	out_text(&d->o->out, "\n");
	out_field(&d->o->out, "src", text);
	if (!d->linum)
		return;
	out_field(&d->o->out, "file", line->file);
	out_field(&d->o->out, "line_num", line->line);
	out_field(&d->o->out, "line_col", line->col);
}

/* Maps by id and functions by distance, as bpftool writes them. */
static bool dump_imm64(void *arg __unused, struct strbuf *b, const struct bpf_insn *insn)
{
	switch (insn_decode(insn)) {
	case OP_LD_IMM64_MAP_FD:
		strbuf_addf(b, "map[id:%u]", (uint32_t)insn->imm);
		return true;
	case OP_LD_IMM64_MAP_VALUE:
		strbuf_addf(b, "map[id:%u][0]+%u", (uint32_t)insn->imm, (uint32_t)insn[1].imm);
		return true;
	case OP_LD_IMM64_FUNC:
		strbuf_addf(b, "subprog[%+d]", insn->imm);
		return true;
	default:
		return false;
	}
}

static bool dump_call(void *arg __unused, struct strbuf *b, const struct bpf_insn *insn)
{
	if (insn_decode(insn) != OP_CALL || !helper_name(insn->imm))
		return false;
	strbuf_addf(b, "bpf_%s#%d", helper_name(insn->imm), insn->imm);
	return true;
}

static void say_bytes(const struct dump *d, const uint8_t *bytes, size_t n)
{
	out_text(&d->o->out, "       ");
	for (size_t i = 0; i < n; i++)
		out_text(&d->o->out, "%s%02x", i ? " " : "", bytes[i]);
	out_text(&d->o->out, "\n");
}

static void say_insns(const struct dump *d)
{
	static const struct insn_names names = {.call = dump_call, .imm64 = dump_imm64};
	struct out *out = &d->o->out;
	struct strbuf line = {0};
	uint32_t n;

	out_open(out, "insns", OUT_LIST);
	for (uint32_t i = 0; i < d->ninsns; i += n) {
		const struct bpf_insn *insn = &d->insns[i];

		n = min(insn_slots(insn), d->ninsns - i);
		out_open(out, NULL, OUT_OBJECT);
		say_function(d, i);
		say_line(d, i);
		strbuf_reset(&line);
		insn_text(&line, insn, NOTATION_KERNEL, &names);
		out_text(out, "%4u: (%02x) %s\n", i, insn->code, strbuf_str(&line));
		out_field(out, "slot", i);
		out_field(out, "disasm", strbuf_str(&line));
		out_bytes(out, "code", insn, n * sizeof(*insn));
		if (d->opcodes)
			say_bytes(d, (const uint8_t *)insn, n * sizeof(*insn));
		out_close(out);
	}
	out_close(out);
	strbuf_free(&line);
}

int prog_dump(struct objects *o)
{
	const char *what = need_word(o, "xlated or jited");
	struct dump d = {.o = o};
	int fd, err;

	if (strcmp(what, "xlated") != 0 && strcmp(what, "jited") != 0)
		usage_error(o->d->prefix, "expected xlated or jited, got '%s'", what);
	fd = need_object(o, WORD_PROG);
	if (fd < 0)
		return fd;
	read_words(o, &d);
	if (strcmp(what, "jited") == 0) {
		close(fd);
		return fail(o->d, NULL, -ENOSYS,
			    "programs of the store are interpreted: there is no machine code");
	}
	err = read_program(o, fd, &d);
	if (!err && d.file)
		err = file_write(d.file, d.insns, d.ninsns * sizeof(*d.insns), o->d);
	else if (!err)
		say_insns(&d);
	btf_free(d.btf);
	close(fd);
	return err;
}
