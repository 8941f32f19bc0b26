/* ebpf jit: source lines, instructions and machine code side by side. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/capstone.h"
#include "cmd/command.h"
#include "cmd/common.h"
#include "cmd/engine.h"
#include "cmd/program_file.h"
#include "core/obj/prog_type.h"
#include "core/prove.h"
#include "core/verify/facts.h"
#include "core/vm.h"
#include "jit/code.h"
#include "jit/jit.h"

enum { KEY_PROG = KEY_COMMAND, KEY_TYPE, KEY_BTF, KEY_ENGINE, KEY_DUMP, KEY_HARDEN };

enum { COLUMN = 44, HEX_ROW = 8 };

struct options {
	struct common common;
	const char *path, *prog;
	const char *dump; /* a pass of the optimizing tier; NULL: machine code is shown */
	const struct engine_choice *engine; /* NULL: the one that runs programs */
	bool harden;
	struct load_options load;
};

struct listing {
	const struct options *o;
	struct program_file file;
	struct vm vm;
	struct prover prover;
	struct capstone *capstone;
	struct out out;
	struct strbuf left, right;
	bool is_listed; /* some program was shown, or tried */
};

static error_t parse_type(struct options *o, const char *arg, const struct argp_state *state)
{
	const char *near;
	int type = prog_type_by_name(arg, &near);

	if (type < 0)
		usage_error(state->name, "unknown program type '%s'", arg);
	o->load.prog_type = (uint32_t)type;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_PROG:
		o->prog = arg;
		return 0;
	case KEY_TYPE:
		return parse_type(o, arg, state);
	case KEY_BTF:
		o->load.btf = arg;
		return 0;
	case KEY_ENGINE:
		o->engine = engine_by_name(arg);
		if (!o->engine || !o->engine->makes_code)
			usage_error(state->name, "--engine: '%s' makes no machine code", arg);
		return 0;
	case KEY_HARDEN:
		o->harden = true;
		return 0;
	case KEY_DUMP:
		o->dump = arg;
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->path, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_jit_argp = {
	.options =
		(const struct argp_option[]){
			OPTION_FORMAT("text|json"),
			{"prog", KEY_PROG, "NAME", 0, "Only this program", 0},
			{"type", KEY_TYPE, "TYPE", 0,
			 "The type of programs whose section does not say it: xdp, sched_cls, ...",
			 0},
			{"btf", KEY_BTF, "FILE", 0, "The kernel's types", 0},
			{"engine", KEY_ENGINE, "fast|opt", 0, "Who makes the code", 0},
			{"dump", KEY_DUMP, "PASS", 0,
			 "What the optimizing engine has after a pass, not machine code", 0},
			{"harden", KEY_HARDEN, NULL, 0,
			 "No constant of the program comes into its machine code as it is", 0},
			{0},
		},
	.parser = parse,
	.args_doc = "OBJ",
	.doc = "Show the machine code of programs beside their instructions, as `ebpf run` would "
	       "run it. OBJ is an object, assembly text or bare instructions.",
	.children = COMMON_CHILDREN,
};

/* ---- one program ---- */

/* What is at the left: the line of source before its first instruction, then the instruction. */
static void say_source(struct listing *l, const struct prog *prog, uint32_t slot)
{
	const struct line_def *line = prog_line(prog, slot);
	const char *text = line ? line->text : "";

	if (!line || line->insn != slot)
		return;
	while (text && isspace((unsigned char)*text))
		text++;
	out_field(&l->out, "file", line->file);
	out_field(&l->out, "line", line->line);
	out_field(&l->out, "source", text);
	if (text && *text)
		out_text(&l->out, "; %.*s\n", (int)strcspn(text, "\n"), text);
}

static bool call_name(void *arg __unused, struct strbuf *b, const struct bpf_insn *insn)
{
	if (insn_decode(insn) != OP_CALL || !helper_name(insn->imm))
		return false;
	strbuf_addf(b, "bpf_%s", helper_name(insn->imm));
	return true;
}

static bool map_name(void *arg, struct strbuf *b, const struct bpf_insn *insn)
{
	const struct prog *prog = arg;
	enum insn_op op = insn_decode(insn);

	if (op != OP_LD_IMM64_MAP_IDX && op != OP_LD_IMM64_MAP_IDX_VALUE)
		return false;
	strbuf_addf(b, "%s", prog->maps[insn->imm]->name);
	if (op == OP_LD_IMM64_MAP_IDX_VALUE)
		strbuf_addf(b, " value + %u", (uint32_t)insn[1].imm);
	return true;
}

/* Puts a name in place of the number behind "0x" in the text from a place on. */
static void put_name(struct strbuf *b, size_t from, const char *name)
{
	b->len = from + (size_t)(strstr(b->s + from, "0x") - (b->s + from));
	strbuf_add(b, name);
}

/* Who is called out of the program, whose distance says nothing. insn: by whom, or NULL. */
static const char *callee(const struct bpf_insn *insn, uint64_t to)
{
	for (int32_t id = 0; id < HELPER_ID_LIMIT; id++)
		if (run_helpers[id] && (uintptr_t)run_helpers[id] == to)
			return helper_name(id);
	if (insn && insn_decode(insn) == OP_CALL && helper_name(insn->imm))
		return helper_name(insn->imm);
	return "outside";
}

/* What is another address in every run is told by name. */
static void name_addresses(struct listing *l, const struct jit_code *jc, uint32_t slot, size_t from)
{
	bool is_slot = slot < jc->prog->ninsns;
	const struct bpf_insn *insn = is_slot ? &jc->prog->insns[slot] : NULL;
	const char *text = l->right.s + from;
	struct strbuf name = {0};
	uint64_t to;

	if (strncmp(text, "call 0x", 7) == 0 || strncmp(text, "jmp 0x", 6) == 0) {
		to = strtoull(strstr(text, "0x"), NULL, 16);
		if (to >= jc->code->size)
			put_name(&l->right, from,
				 callee(insn, to + (uintptr_t)jc->code->at));
	} else if (insn && strstr(text, ", 0x") &&
		   map_name((void *)(uintptr_t)jc->prog, &name, insn)) {
		put_name(&l->right, from, strbuf_str(&name));
	} else if (strncmp(text, "movabs", 6) == 0 && insn_decode(insn) != OP_LD_IMM64_IMM) {
		put_name(&l->right, from, "an address"); /* of a map's memory, for one */
	}
	strbuf_free(&name);
}

static void say_row(struct listing *l)
{
	out_text(&l->out, "%-*s  %s\n", COLUMN, strbuf_str(&l->left), strbuf_str(&l->right));
	strbuf_reset(&l->left);
	strbuf_reset(&l->right);
}

/* One instruction of the machine, or a row of bytes where nobody knows them. */
static size_t say_machine(struct listing *l, const struct jit_code *jc, uint32_t slot, size_t at,
			  size_t to)
{
	struct bytes rest = {jc->code->at + at, to - at};
	size_t size = 0, text;

	strbuf_addf(&l->right, "%5zx: ", at);
	text = l->right.len;
	if (l->capstone)
		size = capstone_text(l->capstone, rest, at, &l->right);
	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "at", (uint64_t)at);
	if (size) {
		name_addresses(l, jc, slot, text);
		out_field(&l->out, "text", (const char *)l->right.s + text);
	} else {
		size = min(rest.size, (size_t)HEX_ROW);
	}
	out_bytes(&l->out, "bytes", rest.data, size);
	out_close(&l->out);
	for (size_t i = 0; i < size && !l->capstone; i++)
		strbuf_addf(&l->right, "%02x ", rest.data[i]);
	say_row(l);
	return size;
}

/* A run of bytes that is from one slot. */
static void say_piece(struct listing *l, const struct jit_code *jc, uint32_t slot, uint32_t from,
		      uint32_t to)
{
	struct insn_names names = {
		.arg = (void *)(uintptr_t)jc->prog, .call = call_name, .imm64 = map_name};

	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "slot", slot);
	say_source(l, jc->prog, slot);
	insn_text(&l->left, &jc->prog->insns[slot], NOTATION_LLVM, &names);
	out_field(&l->out, "insn", strbuf_str(&l->left));
	strbuf_reset(&l->left);
	strbuf_addf(&l->left, "%4u: ", slot);
	insn_text(&l->left, &jc->prog->insns[slot], NOTATION_LLVM, &names);
	out_open(&l->out, "code", OUT_LIST);
	if (from == to)
		say_row(l);
	while (from < to)
		from += (uint32_t)say_machine(l, jc, slot, from, to);
	out_close(&l->out);
	out_close(&l->out);
}

/* Where an entry of the table that begins at `table` leads, from where the code begins. */
static uint64_t entry_of(const struct jit_code *jc, uint32_t table, uint32_t at)
{
	const uint8_t *p = jc->code->at + at;
	uint64_t address;
	int32_t distance;

	if (jit_target->table_entry == sizeof(distance)) {
		memcpy(&distance, p, sizeof(distance));
		return (uint64_t)(table + distance);
	}
	memcpy(&address, p, sizeof(address));
	return address - (uintptr_t)jc->code->at;
}

static void say_table(struct listing *l, const struct jit_code *jc, uint32_t from, uint32_t to)
{
	uint32_t size = jit_target->table_entry;

	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "insn", "table of jumps");
	strbuf_add(&l->left, "table of jumps");
	out_open(&l->out, "code", OUT_LIST);
	for (uint32_t at = from; at + size <= to; at += size) {
		uint64_t leads = entry_of(jc, from, at);

		strbuf_addf(&l->right, "%5x: %#" PRIx64, at, leads);
		out_open(&l->out, NULL, OUT_OBJECT);
		out_field(&l->out, "at", at);
		out_field(&l->out, "to", leads);
		out_close(&l->out);
		say_row(l);
	}
	out_close(&l->out);
	out_close(&l->out);
}

static void say_calls(struct listing *l, const struct jit_code *jc, uint32_t from, uint32_t to)
{
	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "insn", "calls of helpers");
	strbuf_add(&l->left, "calls of helpers");
	out_open(&l->out, "code", OUT_LIST);
	while (from < to)
		from += (uint32_t)say_machine(l, jc, ORIGIN_CALLS, from, to);
	out_close(&l->out);
	out_close(&l->out);
}

static void say_either(struct listing *l, const struct jit_code *jc, uint32_t slot, uint32_t from,
		       uint32_t to)
{
	if (slot == ORIGIN_NONE)
		say_table(l, jc, from, to);
	else if (slot == ORIGIN_CALLS)
		say_calls(l, jc, from, to);
	else
		say_piece(l, jc, slot, from, to);
}

/* Pieces of one slot that follow each other, as a function's beginning and its first, are one. */
static void say_code(struct listing *l, const struct prog *prog)
{
	const struct jit_code *jc = prog->code;

	out_text(&l->out, "%s: %u instructions, %zu bytes of machine code\n", prog->name,
		 prog->ninsns, jc->code->size);
	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "program", prog->name);
	out_field(&l->out, "insns", prog->ninsns);
	out_field(&l->out, "bytes", (uint64_t)jc->code->size);
	out_open(&l->out, "rows", OUT_LIST);
	for (uint32_t i = 0, next; i < jc->norigins; i = next) {
		for (next = i + 1; next < jc->norigins; next++)
			if (jc->origins[next].slot != jc->origins[i].slot)
				break;
		say_either(l, jc, jc->origins[i].slot, jc->origins[i].at,
			   next < jc->norigins ? jc->origins[next].at : (uint32_t)jc->code->size);
	}
	out_close(&l->out);
	out_close(&l->out);
}

static int say_form(struct listing *l, const struct prog *prog, struct diag *d)
{
	struct strbuf form = {0};
	int err = 0;

	if (!jit_dump(prog, l->o->dump, &form))
		err = fail(d, NULL, -ESRCH, "no pass is called '%s'", l->o->dump);
	out_open(&l->out, NULL, OUT_OBJECT);
	out_field(&l->out, "program", prog->name);
	out_field(&l->out, "form", strbuf_str(&form));
	out_close(&l->out);
	out_text(&l->out, "%s", strbuf_str(&form));
	strbuf_free(&form);
	return err;
}

/* What is not accepted has code all the same, which nothing but --unchecked runs. */
static int show_program(struct listing *l, uint32_t i, const struct engine *engine)
{
	struct prove_options opts = {.caps = VERIFY_CAP_ALL, .want_facts = true};
	const struct prog_def *def = &l->file.image->progs[i];
	struct diag *d = (struct diag *)&l->o->common.diag;
	struct prog *prog = l->vm.progs[i];
	struct verify_result result = {0};
	int err = def->type ? prove_prog(&l->prover, def, &opts, NULL, &result) : 0;

	if (def->type && !err && result.err)
		warn(d, NULL, "Linux would not load program %s; `ebpf verify %s` says why",
		     def->name, l->o->path);
	if (!err && !result.err)
		facts_use(prog, result.insn_facts);
	prog->is_hardened = l->o->harden;
	err = engine->prepare(prog, d);
	if (!err && l->o->dump)
		err = say_form(l, prog, d);
	else if (!err)
		say_code(l, prog);
	prog_drop_code(prog);
	facts_use(prog, NULL);
	verify_result_free(&result);
	return err;
}

static int show_all(struct listing *l, struct diag *d)
{
	const struct engine *engine =
		l->o->harden   ? &jit_opt_engine
		: l->o->engine ? l->o->engine->engine
			       : engine_of_choice(1);
	const struct image *image = l->file.image;
	int err;

	if (!engine)
		return fail(d, NULL, -ENOTSUPP, "no machine code can be made on this machine");
	out_field(&l->out, "engine", engine_name(engine));
	out_open(&l->out, "programs", OUT_LIST);
	err = vm_say_left_out(&l->vm, l->o->prog, d);
	for (uint32_t i = 0; i < image->nprogs; i++) {
		int one;

		if (!l->vm.progs[i] || (l->o->prog && strcmp(image->progs[i].name, l->o->prog)))
			continue;
		one = show_program(l, i, engine);
		err = err ? err : one;
		if (one == -ESRCH) /* of --dump, and so of all */
			break;
		l->is_listed = true;
	}
	out_close(&l->out);
	return l->is_listed || err ? err : vm_fail_to_find(&l->vm, l->o->prog, d);
}

static int run(struct listing *l, struct diag *d)
{
	int err = program_file_open(&l->file, l->o->path, &l->o->load, d);

	if (!err)
		err = vm_open(&l->vm, l->file.image, d);
	if (err)
		return err;
	prove_open_with(&l->prover, l->file.image, &l->o->load, l->vm.maps, d);
	return show_all(l, d);
}

int cmd_jit(int argc, char **argv)
{
	struct options o = {0};
	struct listing l = {.o = &o};
	struct diag *d = &o.common.diag;
	int err;

	parse_args(&cmd_jit_argp, argc, argv, &o, &o.common);
	if (!o.path)
		usage_error(argv[0], "which OBJ?");
	out_begin(&l.out, o.common.format, "ebpf.jit/1");
	l.capstone = capstone_open();
	err = run(&l, d);
	if (!err || l.is_listed) {
		int end = out_end(&l.out, o.common.output, d);

		err = err ? err : end;
	}
	capstone_close(l.capstone);
	if (l.vm.image)
		vm_close(&l.vm);
	prove_close(&l.prover);
	program_file_free(&l.file);
	strbuf_free(&l.left);
	strbuf_free(&l.right);
	if (err == -ESRCH)
		return finish(EXIT_USAGE);
	return finish(err == -ENOTSUPP ? EXIT_SKIPPED : exit_status(err));
}
