/*
 * The .t runner: one case is a test of the assembler, the disassembler, the round trip between them
 * and every engine. run_t FILE...; the last line counts. Files are those of `ebpf test`, of whose
 * sections it has these:
 *
 *	-- asm		the program; words: a dialect (gnu, ubpf, kernel, llvm), v1 to v4, relax
 *	-- raw		its bytes: hex digits, or 64-bit words written 0x...; word: be for
 *			big-endian
 *	-- disasm	how its instructions are written, one a line
 *	-- mem		memory that r1 points to, r2 bytes of it, in hex
 *	-- result	r0 after running it, and after it was verified and rewritten, if it is
 *			accepted as a program on plain memory
 *	-- error	parts of the assembler's messages, one a line; nothing else is checked then
 *	-- fault	part of the fault that checked running ends in
 *
 * The public bpf_conformance files have this shape; their names end in .data, and they are in
 * ubpf's dialect.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asm/asm.h"
#include "core/base/cases.h"
#include "core/base/file.h"
#include "core/interp/interp.h"
#include "core/interp/step.h"
#include "core/isa/build.h"
#include "core/load/load.h"
#include "core/run/mem.h"
#include "core/run/runtime.h"
#include "core/verify/verify.h"
#include "disasm/disasm.h"
#include "jit/jit.h"

enum { SEC_ASM, SEC_RAW, SEC_DISASM, SEC_MEM, SEC_RESULT, SEC_ERROR, SEC_FAULT, SEC_COUNT };

static const struct section_kind kinds[SEC_COUNT] = {
	[SEC_ASM] = {"asm"},	 [SEC_RAW] = {"raw"},	    [SEC_DISASM] = {"disasm"},
	[SEC_MEM] = {"mem"},	 [SEC_RESULT] = {"result"}, [SEC_ERROR] = {"error"},
	[SEC_FAULT] = {"fault"},
};
/* Sections whose text may stand behind the name. */
static const bool has_text_behind[SEC_COUNT] = {
	[SEC_MEM] = true, [SEC_RESULT] = true, [SEC_ERROR] = true, [SEC_FAULT] = true};

struct t_section {
	bool is_there;
	uint32_t line; /* of its first line of text */
	const char *words;
	struct strbuf text;
};

struct t_case {
	const char *file, *name;
	struct t_section sec[SEC_COUNT];
};

/* A run that does not end is a failure of the test, not of the runner. */
#define T_BUDGET 30000000

static unsigned int passed, failed;

static void complain(const struct t_case *c, int sec, const char *fmt, ...) __printf(3, 4);
static void complain(const struct t_case *c, int sec, const char *fmt, ...)
{
	va_list ap;

	failed++;
	fprintf(stderr, "%s:%u: ", c->file, c->sec[sec].line);
	if (*c->name)
		fprintf(stderr, "%s: ", c->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

static void check(const struct t_case *c, int sec, bool holds, const char *what)
{
	if (holds)
		passed++;
	else
		complain(c, sec, "%s", what);
}

/* Takes the assembler's messages as "line:col: error: text". */
static void keep_message(struct diag *d, enum severity sev, const struct loc *loc, const char *msg)
{
	static const char *const names[] = {"error", "warning", "note"};

	if (loc && loc->line)
		strbuf_addf(d->sink_arg, "%u:%u: ", loc->line, loc->col);
	strbuf_addf(d->sink_arg, "%s: %s\n", names[sev], msg);
}

/* Hex digits, or 64-bit words with 0x in front (the wire form of an instruction, little-endian). */
static bool read_hex(const char *s, struct strbuf *out)
{
	while (*(s += strspn(s, " \t\r\n,"))) {
		char *end;

		if (strncmp(s, "0x", 2) == 0) {
			uint64_t v = strtoull(s, &end, 16);

			strbuf_addmem(out, &v, sizeof(v));
		} else {
			char byte[3] = {s[0], s[1], '\0'};
			uint8_t v = (uint8_t)strtoul(byte, &end, 16);

			if (end != byte + 2)
				return false;
			strbuf_addmem(out, &v, 1);
			end = (char *)s + 2;
		}
		s = end;
	}
	return true;
}

static bool has_ending(const char *path, const char *ending)
{
	size_t len = strlen(path), n = strlen(ending);

	return len > n && strcmp(path + len - n, ending) == 0;
}

static bool has_word(const struct t_section *s, const char *word)
{
	const char *p = s->words;
	size_t len = strlen(word);

	for (; p && (p = strstr(p, word)); p += len)
		if ((p == s->words || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

static int assemble(const struct t_case *c, const char *text, size_t len, bool is_first,
		    struct strbuf *messages, struct object **out)
{
	const struct t_section *s = &c->sec[SEC_ASM];
	struct diag d = {.sink = keep_message, .sink_arg = messages};
	struct asm_options o = {.path = c->file, .big_endian = has_word(&c->sec[SEC_RAW], "be")};

	if (is_first && has_ending(c->file, ".data"))
		o.dialect = ASM_UBPF;
	for (int i = 0; is_first && i < ASM_DIALECTS; i++)
		if (has_word(s, asm_dialect_names[i]))
			o.dialect = (enum asm_dialect)i;
	for (char v[3] = "v1"; is_first && v[1] <= '4'; v[1]++)
		if (has_word(s, v))
			o.isa = (uint8_t)(v[1] - '0');
	o.relax = is_first && has_word(s, "relax");
	*out = NULL;
	return asm_source(&o, text, len, &d, out);
}

static struct section *code_of(struct object *obj)
{
	for (uint32_t i = 1; i < obj->nsecs; i++)
		if (section_is_code(&obj->secs[i]) && obj->secs[i].size)
			return &obj->secs[i];
	return NULL;
}

static void drop(struct object *obj)
{
	if (!obj)
		return;
	object_free(obj);
	free(obj);
}

/* Every line of the section is somewhere in the messages. */
static void check_error(const struct t_case *c, int err, const char *messages)
{
	char *lines = xstrdup(strbuf_str(&c->sec[SEC_ERROR].text)), *save = NULL;

	check(c, SEC_ERROR, err == -EINVAL, "assembles, but an error was expected");
	for (char *l = strtok_r(lines, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		l += strspn(l, " \t");
		if (!*l || strstr(messages, l))
			passed++;
		else
			complain(c, SEC_ERROR, "no message \"%s\" in:\n%s", l, messages);
	}
	free(lines);
}

static void check_raw(const struct t_case *c, const struct section *code)
{
	struct strbuf want = {0};

	if (!read_hex(strbuf_str(&c->sec[SEC_RAW].text), &want)) {
		complain(c, SEC_RAW, "not hex");
	} else if (want.len == code->size && memcmp(want.s, code->data, want.len) == 0) {
		passed++;
	} else {
		complain(c, SEC_RAW, "other bytes:");
		for (size_t i = 0; i < code->size; i++)
			fprintf(stderr, "%02x%c", code->data[i], i % 8 == 7 ? '\n' : ' ');
	}
	strbuf_free(&want);
}

static void check_text(const struct t_case *c, const struct bpf_insn *insns, size_t n)
{
	struct strbuf got = {0}, want = {0};

	for (size_t i = 0; i < n; i += insn_slots(&insns[i])) {
		insn_text(&got, &insns[i], NOTATION_LLVM, NULL);
		strbuf_addch(&got, '\n');
	}
	for (const char *s = strbuf_str(&c->sec[SEC_DISASM].text); *s; s += strspn(s, " \t\n")) {
		size_t len = strcspn(s, "\n");

		strbuf_addf(&want, "%.*s\n", (int)len, s);
		s += len;
	}
	if (strcmp(strbuf_str(&got), strbuf_str(&want)) == 0)
		passed++;
	else
		complain(c, SEC_DISASM, "written otherwise:\n%s", strbuf_str(&got));
	strbuf_free(&got);
	strbuf_free(&want);
}

/* The disassembler's text assembles to the same bytes. */
static void check_round(const struct t_case *c, int sec, struct object *obj)
{
	struct strbuf text = {0}, messages = {0};
	struct diag d = {.sink = keep_message, .sink_arg = &messages};
	struct dis_options opt = {0};
	struct section *a = code_of(obj), *b = NULL;
	struct object *again = NULL;
	int err = disasm_object(obj, &opt, &d, &text);

	if (!err)
		err = assemble(c, strbuf_str(&text), text.len, false, &messages, &again);
	if (again)
		b = code_of(again);
	if (!err && b && a->size == b->size && memcmp(a->data, b->data, a->size) == 0)
		passed++;
	else
		complain(c, sec, "no round trip: %s%s", strbuf_str(&messages), strbuf_str(&text));
	drop(again);
	strbuf_free(&text);
	strbuf_free(&messages);
}

/* Runs prog over a copy of mem; -EFAULT leaves rc->fault. */
static uint64_t run_with(struct run_ctx *rc, const struct engine *engine, const struct prog *prog,
			 const struct strbuf *mem, bool is_checked, bool any_reg)
{
	/* The copy ends where the allocation ends, so that sanitizers see what runs over. */
	uint8_t *copy = mem->len ? memcpy(xmalloc(mem->len), mem->s, mem->len) : NULL;
	struct mem may = {.any_reg = any_reg};
	struct runtime rt = {.fixed_clock = true};
	uint64_t r0;

	*rc = (struct run_ctx){
		.engine = engine,
		.prog = prog,
		.ctx = copy,
		.ctx_size = mem->len,
		.stack = xcalloc(RUN_FRAMES, STACK_SIZE),
		.budget = T_BUDGET,
		.rt = &rt,
		.mem = is_checked ? &may : NULL,
	};
	r0 = engine->run(rc, prog);
	free(rc->stack);
	free(copy);
	return r0;
}

/* As it is, with registers and spills chosen at random. */
static int prepare_at_random(struct prog *prog, struct diag *d)
{
	static uint64_t seed;

	return jit_optimized(prog, &(struct jit_options){.random_ra = ++seed}, d);
}

static const struct engine random_engine = {
	.name = "opt with registers at random",
	.prepare = prepare_at_random,
	.run = jit_run,
	.call = jit_call,
};

/* In parts of a few instructions, as large functions are. */
static int prepare_in_parts(struct prog *prog, struct diag *d)
{
	static uint32_t calls;

	return jit_optimized(prog, &(struct jit_options){.part = 3 + calls++ % 7}, d);
}

static const struct engine parts_engine = {
	.name = "opt in small parts",
	.prepare = prepare_in_parts,
	.run = jit_run,
	.call = jit_call,
};

static bool is_opt(const struct engine *engine)
{
	return engine == &jit_opt_engine || engine == &random_engine || engine == &parts_engine;
}

/* Not every machine has code made for it. */
static bool is_here(const struct engine *engine)
{
	if (engine == &jit_fast_engine)
		return jit_target && jit_target->fast;
	return !is_opt(engine) || jit_target;
}

static void check_run(const struct t_case *c, struct prog *prog)
{
	const struct {
		const struct engine *engine;
		bool is_checked;
	} ways[] = {{&step_engine, true},
		    {&step_count_engine, true},
		    {&interp_engine, false},
		    {&interp_count_engine, false},
		    {&jit_fast_engine, false},
		    {&jit_opt_engine, false},
		    {&random_engine, false},
		    {&parts_engine, false}};
	const struct t_section *result = &c->sec[SEC_RESULT], *fault = &c->sec[SEC_FAULT];
	struct strbuf mem = {0}, messages = {0};
	struct diag d = {.sink = keep_message, .sink_arg = &messages};
	uint64_t want = strtoull(strbuf_str(&result->text), NULL, 0), r0;
	struct run_ctx rc;

	if (!read_hex(strbuf_str(&c->sec[SEC_MEM].text), &mem))
		complain(c, SEC_MEM, "not hex");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		int sec = fault->is_there ? SEC_FAULT : SEC_RESULT;

		if ((fault->is_there && !ways[i].is_checked) || !is_here(ways[i].engine))
			continue;
		prog_drop_code(prog);
		if (ways[i].engine->prepare && ways[i].engine->prepare(prog, &d)) {
			complain(c, sec, "%s: %s", ways[i].engine->name, strbuf_str(&messages));
			continue;
		}
		r0 = run_with(&rc, ways[i].engine, prog, &mem, ways[i].is_checked,
			      !fault->is_there);
		if (fault->is_there) {
			const char *part = strbuf_str(&fault->text);

			if (rc.fault.kind &&
			    memmem(rc.fault.text, strlen(rc.fault.text), part, strcspn(part, "\n")))
				passed++;
			else
				complain(c, sec, "no such fault, but r0 = 0x%llx, '%s'",
					 (unsigned long long)r0, rc.fault.text);
		} else if (!rc.fault.kind && r0 == want) {
			passed++;
		} else {
			complain(c, sec, "%s: r0 = 0x%llx %s", ways[i].engine->name,
				 (unsigned long long)r0, rc.fault.text);
		}
	}
	strbuf_free(&mem);
	strbuf_free(&messages);
}

/* A program that is accepted gives the same when it was rewritten, in every way there is. */
static void check_rewritten(const struct t_case *c, const struct prog_def *def)
{
	static const struct {
		uint32_t fixes, flags;
	} ways[] = {
		{0, 0},
		{VERIFY_FIX_INLINE, 0},
		{VERIFY_FIX_ZEXT, VERIFY_TEST_RND_HI32},
		{0, VERIFY_TEST_RND_HI32},
	};

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct verify_job job = {.type = PROG_TYPE_SYSCALL,
					 .flags = VERIFY_SLEEPABLE | ways[i].flags,
					 .caps = VERIFY_CAP_ALL,
					 .gpl = true,
					 .insns = def->insns,
					 .ninsns = def->ninsns,
					 .fixes = ways[i].fixes};
		struct diag d = {.prefix = "run_t"};
		struct verify_result result;
		struct prog *prog;

		if (verify_prog(&job, &result) == 0) {
			struct prog_def made = {.name = "rewritten",
						.insns = result.code.insns,
						.ninsns = result.code.ninsns};

			if (prog_new(&made, NULL, 0, c->file, &d, &prog) == 0) {
				check_run(c, prog);
				prog_free(prog);
			} else {
				complain(c, SEC_RESULT, "cannot run when it was rewritten");
			}
		}
		verify_result_free(&result);
	}
}

/* What the case says about the instructions of obj; sec is where they come from. */
static void check_object(const struct t_case *c, int sec, struct object *obj)
{
	struct section *code = code_of(obj);
	struct strbuf messages = {0};
	struct diag d = {.sink = keep_message, .sink_arg = &messages};
	struct prog_def def = {.name = "t"};
	struct prog *prog = NULL;

	if (!code) {
		complain(c, sec, "no code");
		return;
	}
	if (c->sec[SEC_RAW].is_there && sec != SEC_RAW)
		check_raw(c, code);
	check_round(c, sec, obj);
	def.ninsns = (uint32_t)(code->size / sizeof(struct bpf_insn));
	def.insns = memcpy(xmalloc(code->size), code->data, code->size);
	if (obj->big_endian)
		insn_swap_order(def.insns, def.ninsns);
	if (c->sec[SEC_DISASM].is_there)
		check_text(c, def.insns, def.ninsns);
	if (c->sec[SEC_RESULT].is_there || c->sec[SEC_FAULT].is_there) {
		if (prog_new(&def, NULL, 0, c->file, &d, &prog) == 0)
			check_run(c, prog);
		else
			complain(c, sec, "cannot run: %s", strbuf_str(&messages));
		if (c->sec[SEC_RESULT].is_there)
			check_rewritten(c, &def);
	}
	prog_free(prog);
	free(def.insns);
	strbuf_free(&messages);
}

static void run_asm(const struct t_case *c)
{
	const struct t_section *s = &c->sec[SEC_ASM];
	struct strbuf messages = {0};
	struct object *obj;
	int err = assemble(c, strbuf_str(&s->text), s->text.len, true, &messages, &obj);

	if (c->sec[SEC_ERROR].is_there && (err || !c->sec[SEC_RESULT].is_there))
		check_error(c, err, strbuf_str(&messages));
	else if (err)
		complain(c, SEC_ASM, "does not assemble:\n%s", strbuf_str(&messages));
	else
		check_object(c, SEC_ASM, obj);
	drop(obj);
	strbuf_free(&messages);
}

static void run_raw(const struct t_case *c)
{
	struct strbuf code = {0}, messages = {0};
	struct diag d = {.sink = keep_message, .sink_arg = &messages};
	struct object obj = {0};

	if (!read_hex(strbuf_str(&c->sec[SEC_RAW].text), &code))
		complain(c, SEC_RAW, "not hex");
	else if (load_raw((struct bytes){(uint8_t *)code.s, code.len}, c->file,
			  has_word(&c->sec[SEC_RAW], "be"), &d, &obj))
		complain(c, SEC_RAW, "cannot be loaded: %s", strbuf_str(&messages));
	else
		check_object(c, SEC_RAW, &obj);
	object_free(&obj);
	strbuf_free(&code);
	strbuf_free(&messages);
}

/* Lines for people are none of a section's, but the assembler has comments of its own. */
static void take_section(struct t_case *c, const struct case_section *from, struct arena *a)
{
	struct t_section *s = &c->sec[from->kind];
	struct section_walk w = {.s = from};
	const char *line;

	s->is_there = true;
	s->line = from->loc.line + 1;
	s->words = from->words;
	if (from->kind == SEC_ASM)
		strbuf_addmem(&s->text, from->text.data, from->text.size);
	while (from->kind != SEC_ASM && (line = section_next(&w, a)))
		if (w.loc.line != from->loc.line || has_text_behind[from->kind])
			strbuf_addf(&s->text, "%s\n", line);
}

static void run_case(const char *path, const struct text_case *from, struct arena *a)
{
	struct t_case c = {.file = path, .name = from->name};

	vec_each(&from->sections, s)
		take_section(&c, s, a);
	if (c.sec[SEC_ASM].is_there)
		run_asm(&c);
	else if (c.sec[SEC_RAW].is_there)
		run_raw(&c);
	for (int i = 0; i < SEC_COUNT; i++)
		strbuf_free(&c.sec[i].text);
}

static int run_file(const char *path)
{
	struct diag d = {.prefix = "run_t"};
	struct arena a = {0};
	struct case_file f = {.path = path,
			      .kinds = kinds,
			      .nkinds = SEC_COUNT,
			      .others = has_ending(path, ".data") ? cases_suite_others : NULL,
			      .arena = &a};
	struct bytes text;
	int err = file_read(path, 0, &a, &d, &text);

	if (!err)
		err = cases_read(&f, text, &d);
	vec_each(&f.cases, c)
		run_case(path, c, &a);
	cases_free(&f);
	arena_free(&a);
	return err;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (run_file(argv[i]))
			failed++;
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
