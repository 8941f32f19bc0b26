#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "cmd/shell.h"
#include "core/run/later.h"

/* Instructions that one line may run. */
#define LINE_BUDGET 1000000

/* A packet program sees the memory as its packet. */
static void set_packet(struct session *s)
{
	packet_set(&s->vm.pkt, s->mem.s, (uint32_t)s->mem.len, NULL);
	s->vm.pkt.wire_len = (uint32_t)s->mem.len;
	s->vm.type->enter(s->vm.type, &s->vm.ctx, &s->vm.pkt);
	s->rc.pkt = &s->vm.pkt;
	s->rc.ctx = &s->vm.ctx;
	s->rc.mem = &s->vm.mem;
}

static void begin(struct session *s)
{
	uint64_t arg[5] = {0};
	uint16_t known = s->mem.len ? 1 << 1 | 1 << 2 : 0;

	s->rc = (struct run_ctx){
		.engine = &step_engine,
		.prog = s->prog,
		.ctx = s->mem.s,
		.ctx_size = s->mem.len,
		.stack = s->rc.stack,
		.mem = &s->may,
		.rt = &s->rt,
	};
	if (s->is_loaded && s->vm.type) {
		set_packet(s);
		known = 1 << 1;
	}
	arg[0] = (uintptr_t)s->rc.ctx;
	arg[1] = s->rc.ctx_size;
	memset(s->rc.stack, 0, RUN_FRAMES * STACK_SIZE);
	step_begin(&s->step, &s->rc, s->prog, 0, arg, known);
	memcpy(s->reg, s->step.reg, sizeof(s->reg));
	s->known = s->step.known;
	s->low = STACK_SIZE;
}

/* Takes what runs and what was remembered away. */
static void drop_program(struct session *s)
{
	vec_each(&s->labels, label)
		free(label->name);
	vec_free(&s->labels);
	strbuf_reset(&s->directives);
	if (!s->is_loaded)
		prog_free(s->prog);
	if (s->vm.image)
		vm_close(&s->vm);
	program_file_free(&s->file);
	s->vm = (struct vm){0};
	s->file = (struct program_file){0};
	s->prog = NULL;
	s->is_loaded = false;
}

void session_reset(struct session *s)
{
	struct prog_def none = {.name = "shell"};

	drop_program(s);
	if (prog_new(&none, NULL, 0, NULL, s->diag, &s->prog) == 0)
		begin(s);
}

void session_rewind(struct session *s)
{
	if (s->is_loaded)
		begin(s);
	else
		session_reset(s);
}

static void print_line(void *arg, const char *line, size_t len)
{
	struct session *s = arg;

	out_text(s->out, "printk: %.*s\n", (int)len, line);
}

void session_open(struct session *s, struct out *out, struct diag *d, bool is_scripted)
{
	*s = (struct session){.out = out, .diag = d};
	s->rt.fixed_clock = is_scripted;
	s->rt.printk = print_line;
	s->rt.printk_arg = s;
	s->rc.stack = xcalloc(RUN_FRAMES, STACK_SIZE);
	session_reset(s);
}

void session_close(struct session *s)
{
	drop_program(s);
	later_close(&s->rt);
	strbuf_free(&s->directives);
	strbuf_free(&s->mem);
	free(s->rc.stack);
}

/* The assembler's messages are about our text; the user's line is its last. */
static void at_line(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	struct session *s = d->sink_arg;
	struct loc here = s->loc;

	here.col = loc ? loc->col : 0;
	here.len = loc ? loc->len : 0;
	if (sev == SEV_ERROR)
		fail(s->diag, &here, -EINVAL, "%s", msg);
	else if (sev == SEV_WARNING)
		warn(s->diag, &here, "%s", msg);
	else
		note(s->diag, &here, "%s", msg);
}

/*
 * Earlier instructions are zeroes in the text, with the labels between them: so jumps find their
 * targets, and the line may be of any dialect.
 */
static void add_history(const struct session *s, struct strbuf *b)
{
	uint32_t at = 0;

	strbuf_add(b, strbuf_str(&s->directives));
	vec_each(&s->labels, label) {
		if (label->slot > at)
			strbuf_addf(b, ".zero %u\n", (label->slot - at) * 8);
		strbuf_addf(b, "%s:\n", label->name);
		at = label->slot;
	}
	if (s->prog->ninsns > at)
		strbuf_addf(b, ".zero %u\n", (s->prog->ninsns - at) * 8);
}

static int assemble(struct session *s, const char *line, struct object **out)
{
	struct diag d = {.sink = at_line, .sink_arg = s};
	struct asm_options opts = {.path = s->loc.file};
	struct strbuf text = {0};
	int err;

	add_history(s, &text);
	strbuf_addf(&text, "%s\n", line);
	err = asm_source(&opts, text.s, text.len, &d, out);
	strbuf_free(&text);
	return err;
}

/* The label that a line begins with and leaves nothing behind: "loop:". */
static bool is_label(const char *line, size_t *len)
{
	*len = strspn(line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.$");
	return *len && line[*len] == ':';
}

static int append(struct session *s, const struct object *obj)
{
	struct section *sec = object_section(obj, ".text");
	uint32_t from = s->prog->ninsns, n = sec ? (uint32_t)(sec->size / 8) : 0;
	int err;

	if (n <= from)
		return 0;
	if (sec->nrelocs)
		return fail(s->diag, &s->loc, -EINVAL, "refers to what the shell does not have");
	err = prog_append(s->prog, (struct bpf_insn *)sec->data + from, n - from, s->diag);
	if (err)
		return err;
	run_bind(s->prog, NULL, NULL);
	s->step.insn = from;
	err = session_run(s, UINT64_MAX);
	if (err)
		s->prog->ninsns = from;
	s->step.insn = s->prog->ninsns;
	return err;
}

int session_type(struct session *s, const char *line)
{
	struct object *obj = NULL;
	uint32_t slot = s->prog->ninsns;
	size_t len;
	int err;

	if (s->is_loaded)
		return fail(s->diag, &s->loc, -EINVAL,
			    "a loaded program is only stepped through; `reset` begins a new one");
	err = assemble(s, line, &obj);
	if (err)
		return err;
	err = append(s, obj);
	object_free(obj);
	free(obj);
	if (err)
		return err;
	if (is_label(line, &len))
		*vec_add(&s->labels) = (struct session_label){strndup(line, len), slot};
	else if (*line == '.')
		strbuf_addf(&s->directives, "%s\n", line);
	return 0;
}

int session_run(struct session *s, uint64_t n)
{
	enum step_result res = STEP_MORE;

	if (s->step.insn >= s->prog->ninsns)
		return 0;
	s->rc.budget = LINE_BUDGET;
	s->rc.fault = (struct fault){0};
	while (n-- && res == STEP_MORE && s->step.insn < s->prog->ninsns) {
		res = step(&s->step);
		if (res != STEP_FAULT)
			show_write(s);
	}
	show_changes(s);
	if (res == STEP_FAULT)
		return fail(s->diag, &s->loc, -EFAULT, "%s", s->rc.fault.text);
	if (res == STEP_EXIT) {
		out_text(s->out, "exit: r0 = 0x%llx\n", (unsigned long long)s->step.reg[0]);
		s->step.insn = s->prog->ninsns;
	}
	return 0;
}

int session_load(struct session *s, const char *path, const char *name)
{
	struct load_options opts = {0};
	int err;

	drop_program(s);
	err = program_file_open(&s->file, path, &opts, s->diag);
	if (!err)
		err = vm_open(&s->vm, s->file.image, s->diag);
	if (!err)
		err = vm_select(&s->vm, name, s->diag);
	if (err) {
		session_reset(s);
		return err;
	}
	s->prog = s->vm.main;
	s->is_loaded = true;
	begin(s);
	return 0;
}
