#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "cmd/shell.h"
#include "core/base/file.h"
#include "core/load/load.h"

/* Instructions that one line may run. */
#define LINE_BUDGET 1000000

static void begin(struct session *s)
{
	uint64_t arg[5] = {(uintptr_t)s->mem.s, s->mem.len};

	s->rc = (struct run_ctx){
		.engine = &step_engine,
		.prog = s->prog,
		.ctx = s->mem.s,
		.ctx_size = s->mem.len,
		.stack = s->rc.stack,
		.mem = &s->may,
		.rt = &s->rt,
	};
	memset(s->rc.stack, 0, MAX_CALL_FRAMES * STACK_SIZE);
	step_begin(&s->step, &s->rc, s->prog, 0, arg, s->mem.len ? 1 << 1 | 1 << 2 : 0);
	memcpy(s->reg, s->step.reg, sizeof(s->reg));
	s->known = s->step.known;
	s->low = STACK_SIZE;
}

static void set_program(struct session *s, struct prog *prog)
{
	prog_free(s->prog);
	s->prog = prog;
	begin(s);
}

void session_reset(struct session *s)
{
	struct prog_def none = {.name = "shell"};
	struct prog *prog;

	vec_each(&s->labels, label)
		free(label->name);
	vec_free(&s->labels);
	strbuf_reset(&s->directives);
	if (prog_new(&none, NULL, 0, NULL, s->diag, &prog) == 0)
		set_program(s, prog);
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
	s->rc.stack = xcalloc(MAX_CALL_FRAMES, STACK_SIZE);
	session_reset(s);
}

void session_close(struct session *s)
{
	vec_each(&s->labels, label)
		free(label->name);
	vec_free(&s->labels);
	strbuf_free(&s->directives);
	strbuf_free(&s->mem);
	prog_free(s->prog);
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
	int err = assemble(s, line, &obj);

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

int session_load(struct session *s, const char *path)
{
	struct prog_def def = {.name = path};
	struct object obj = {0};
	struct prog *prog = NULL;
	struct section *code = NULL;
	int err = load_elf(path, s->diag, &obj);

	for (uint32_t i = 1; !err && i < obj.nsecs && !code; i++)
		if (section_is_code(&obj.secs[i]) && obj.secs[i].size)
			code = &obj.secs[i];
	if (!err && (!code || code->nrelocs))
		err = fail(s->diag, NULL, -EINVAL, "%s: %s", path,
			   code ? "needs maps, which the shell does not have" : "has no instructions");
	if (!err) {
		def.insns = (struct bpf_insn *)code->data;
		def.ninsns = (uint32_t)(code->size / sizeof(*def.insns));
		err = prog_new(&def, NULL, 0, path, s->diag, &prog);
	}
	object_free(&obj);
	if (err)
		return err;
	session_reset(s);
	set_program(s, prog);
	return 0;
}
