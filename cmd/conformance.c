/*
 * The plug-in protocol of bpf_conformance: memory as hex in the first argument, a program as one
 * line of hex on standard input, r0 as hex on standard output.
 */
#include <errno.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/common.h"
#include "core/base/file.h"
#include "core/vm.h"
#include "disasm/disasm.h"

enum { KEY_PROGRAM = KEY_COMMAND, KEY_INTERPRET, KEY_DEBUG };

struct options {
	struct common common;
	const char *memory, *program;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case KEY_PROGRAM:
		o->program = arg;
		return 0;
	case KEY_INTERPRET:
	case KEY_DEBUG:
		return 0;
	case ARGP_KEY_ARG:
		return set_word(&o->memory, arg);
	default:
		return parse_shared(key, arg, state, &o->common);
	}
}

const struct argp cmd_conformance_argp = {
	.options =
		(const struct argp_option[]){
			{"program", KEY_PROGRAM, "HEX", 0,
			 "The program; without it a line of standard input", 0},
			{"interpret", KEY_INTERPRET, NULL, 0, "Interpret it, as is done anyway", 0},
			{"debug", KEY_DEBUG, NULL, OPTION_HIDDEN, NULL, 0},
			{0},
		},
	.parser = parse,
	.args_doc = "[MEMORY]",
	.doc = "Run one program as a plug-in of the bpf_conformance suite: MEMORY is hex, the "
	       "program is hex, and what is printed is r0, in hex. r1 points to the memory, r2 is "
	       "its size.",
	.children = COMMON_CHILDREN,
};

static int hex(const char *text, const char *what, struct arena *a, struct diag *d,
	       struct bytes *out)
{
	return disasm_read_hex((struct bytes){(const uint8_t *)text, strlen(text)}, what, a, d,
			       out);
}

static int read_program(struct options *o, struct arena *a, struct diag *d, struct bytes *code)
{
	struct bytes in;
	int err;

	if (o->program)
		return hex(o->program, "--program", a, d, code);
	err = file_read("-", 0, a, d, &in);
	return err ? err : disasm_read_hex(in, "standard input", a, d, code);
}

static int run(struct options *o, struct arena *a, struct vm *vm, uint64_t *r0)
{
	struct diag *d = &o->common.diag;
	struct image image = {.path = "the program"};
	struct prog_def def = {.name = "main", .autoload = true};
	struct bytes code, mem = {0};
	uint64_t ns;
	int err = read_program(o, a, d, &code);

	if (!err && o->memory && *o->memory)
		err = hex(o->memory, "the memory", a, d, &mem);
	if (err)
		return err;
	if (code.size % sizeof(struct bpf_insn) || !code.size)
		return fail(d, NULL, -EINVAL, "%zu bytes are no whole number of instructions",
			    code.size);
	def.insns = arena_memdup(a, code.data, code.size);
	def.ninsns = (uint32_t)(code.size / sizeof(struct bpf_insn));
	image.progs = &def;
	image.nprogs = 1;
	err = vm_open(vm, &image, d);
	vm->mem.any_reg = true;
	vm->rc.budget = VM_BUDGET;
	if (!err)
		err = vm_select(vm, NULL, d);
	if (!err)
		err = vm_run_memory(vm, arena_memdup(a, mem.data, mem.size), mem.size, r0, &ns);
	if (err == -EFAULT) {
		struct strbuf text = {0};

		run_fault_text(&vm->rc, &text);
		fail(d, NULL, err, "%s", strbuf_str(&text));
		strbuf_free(&text);
	}
	vm_close(vm);
	return err;
}

int cmd_conformance(int argc, char **argv)
{
	struct options o = {0};
	struct arena arena = {0};
	struct vm vm = {0};
	struct out out;
	uint64_t r0 = 0;
	int err;

	parse_args(&cmd_conformance_argp, argc, argv, &o, &o.common);
	out_begin(&out, o.common.format, "ebpf.conformance/1");
	err = run(&o, &arena, &vm, &r0);
	arena_free(&arena);
	if (err)
		return finish(err == -EFAULT ? EXIT_TRAPPED : exit_status(err));
	out_text(&out, "%llx\n", (unsigned long long)r0);
	return finish(exit_status(out_end(&out, o.common.output, &o.common.diag)));
}
