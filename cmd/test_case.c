/*
 * One case in a child process: its sections become options of `ebpf run`, text that stands in the
 * file becomes files in memory, whose places in messages are those of the test file again.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/run.h"
#include "cmd/test.h"

enum { MAX_WORDS = 128 }; /* of -- run */

/* Text of a section as a file. */
struct inline_file {
	char path[32];
	const struct case_section *section;
};

struct child {
	const struct test_job *job;
	const struct text_case *c;
	struct arena arena;
	struct diag d;	  /* to standard error, with places in the test file */
	struct diag said; /* what a run says */
	struct strbuf messages, counts;
	VEC(struct inline_file) files;
	struct run_options o;
};

/* ---- messages ---- */

static const struct inline_file *file_at(const struct child *k, const char *path)
{
	vec_each(&k->files, f)
		if (strncmp(path, f->path, strlen(f->path)) == 0 &&
		    !isdigit((unsigned char)path[strlen(f->path)]))
			return f;
	return NULL;
}

/* Is it in the program's text? That has the file's lines, but is called by its name alone. */
static bool is_in_program(const struct child *k, const struct loc *loc)
{
	return loc && loc->file && k->o.as.path && strcmp(loc->file, k->o.as.path) == 0 &&
	       case_find(k->c, TEST_ASM);
}

/* The place in the test file that a message is about; at least the program. */
static struct loc place_of(const struct child *k, const struct loc *loc)
{
	const struct inline_file *f = loc && loc->file ? file_at(k, loc->file) : NULL;
	struct loc at = loc && loc->file
				? *loc
				: (struct loc){.file = k->c->loc.file, .line = k->c->loc.line};

	if (f) {
		at.file = f->section->loc.file;
		at.line += f->section->loc.line;
		return at;
	}
	if (is_in_program(k, loc)) {
		at.file = k->c->loc.file;
		return at;
	}
	/* Text behind a section's name that was read as something of its own. */
	vec_each(&k->c->sections, s) {
		const char *found = at.text && *at.text ? strstr(s->words, at.text) : NULL;
		const char *words = found ? strstr(s->loc.text, s->words) : NULL;

		if (!words)
			continue;
		at.col += (uint32_t)(words + (found - s->words) - s->loc.text);
		at.file = s->loc.file;
		at.line = s->loc.line;
		at.text = s->loc.text;
	}
	return at;
}

/* A message whose text has places: PATH:LINE of a file in memory. */
static void add_translated(const struct child *k, const char *msg, struct strbuf *out)
{
	const char *at;

	for (; (at = strstr(msg, "/proc/self/fd/")); msg = at) {
		const struct inline_file *f = file_at(k, at);
		char *end;

		strbuf_addmem(out, msg, (size_t)(at - msg));
		if (!f) {
			strbuf_addch(out, *at++);
			continue;
		}
		at += strlen(f->path);
		strbuf_add(out, f->section->loc.file);
		if (*at != ':' || !isdigit((unsigned char)at[1]))
			continue;
		strbuf_addf(out, ":%lu", strtoul(at + 1, &end, 10) + f->section->loc.line);
		at = end;
	}
	strbuf_add(out, msg);
}

static void tell(struct diag *said, enum severity sev, const struct loc *loc, const char *msg)
{
	static const char *const severities[] = {"error", "warning", "note"};
	struct child *k = said->sink_arg;
	struct loc at = place_of(k, loc);
	struct strbuf text = {0};

	/* With the place in its section, as `-- error` has it. */
	if (loc && loc->line)
		strbuf_addf(&k->messages, "%u:%u: ",
			    is_in_program(k, loc) ? loc->line - case_find(k->c, TEST_ASM)->loc.line
						  : loc->line,
			    loc->col);
	strbuf_addf(&k->messages, "%s: %s\n", severities[sev], msg);
	add_translated(k, msg, &text);
	if (sev == SEV_ERROR)
		fail(&k->d, &at, -EINVAL, "%s", strbuf_str(&text));
	else if (sev == SEV_WARNING)
		warn(&k->d, &at, "%s", strbuf_str(&text));
	else
		note(&k->d, loc && loc->line ? &at : NULL, "%s", strbuf_str(&text));
	strbuf_free(&text);
}

/* ---- sections ---- */

static const char *memory_file(struct child *k, const struct case_section *s, struct bytes text)
{
	struct inline_file *f = vec_add(&k->files);
	int fd = test_memory_file();

	if (fd < 0 || write(fd, text.data, text.size) != (ssize_t)text.size) {
		fail(&k->d, &s->loc, -errno, "a file in memory: %s", strerror(errno));
		_exit(EXIT_ENVIRONMENT);
	}
	f->section = s;
	snprintf(f->path, sizeof(f->path), "/proc/self/fd/%d", fd);
	return arena_strdup(&k->arena, f->path);
}

/* Behind the name stands a file, or a SPEC; otherwise the text below is it. */
static const char *file_of(struct child *k, const struct case_section *s)
{
	return *s->words ? s->words : memory_file(k, s, s->text);
}

static int run_section(struct child *k, const struct case_section *s)
{
	char *line = arena_printf(&k->arena, "%s\n%s", s->words, (const char *)s->text.data);
	char *argv[MAX_WORDS];
	int argc = split_words(line, argv + 1, MAX_WORDS - 1);

	if (argc == -EINVAL)
		return fail(&k->d, &s->loc, -ESRCH, "a quote has no end");
	if (argc < 0)
		return fail(&k->d, &s->loc, -ESRCH, "more than %d words", MAX_WORDS - 2);
	argv[0] = arena_printf(&k->arena, "%s:%u: -- run", s->loc.file, s->loc.line);
	parse_args(&cmd_run_argp, argc + 1, argv, &k->o, &k->o.common);
	return k->o.path ? fail(&k->d, &s->loc, -ESRCH, "'%s': programs stand in sections",
				k->o.path)
			 : 0;
}

static void add_texts(struct child *k, struct run_texts *list, const struct case_section *s)
{
	struct section_walk w = {.s = s};
	const char *text;

	while ((text = section_next(&w, &k->arena)))
		vec_push(list, ((struct run_text){text, w.loc}));
}

/* What the section's first line says is an expectation. */
static void expect_text(struct child *k, const struct case_section *s, const char *what)
{
	struct section_walk w = {.s = s};
	const char *text = section_next(&w, &k->arena);

	text = arena_printf(&k->arena, "%s%s", what, text ? text : "");
	vec_push(&k->o.expects, ((struct run_text){text, w.loc}));
}

static int raw_section(struct child *k, const struct case_section *s)
{
	struct bytes code;
	struct strbuf hex = {0};
	int err;

	if (case_find(k->c, TEST_ASM))
		return 0;
	err = test_raw_bytes(s, &k->arena, &k->said, &code);
	/* Bytes might look like something else; hex digits do not. */
	for (size_t i = 0; !err && i < code.size; i++)
		strbuf_addf(&hex, "%02x%c", code.data[i], i % 8 == 7 ? '\n' : ' ');
	if (!err)
		k->o.path = memory_file(k, s, (struct bytes){(uint8_t *)strbuf_str(&hex), hex.len});
	strbuf_free(&hex);
	return err;
}

/* Cases in several folders may name one object: what is counted has its whole path. */
static int named_object(struct child *k, const struct case_section *s)
{
	char *path = k->job->counts ? realpath(s->words, NULL) : NULL;

	k->o.path = path ? arena_strdup(&k->arena, path) : s->words;
	k->o.counts = path ? &k->counts : NULL;
	free(path);
	return 0;
}

static int take_section(struct child *k, const struct case_section *s)
{
	struct run_options *o = &k->o;

	switch ((enum test_section)s->kind) {
	case TEST_ASM:
		o->path = memory_file(k, s, s->text);
		return 0;
	case TEST_RAW:
		return raw_section(k, s);
	case TEST_OBJECT:
		return named_object(k, s);
	case TEST_CTX:
		vec_push(&o->ctxs, (struct run_spec){.text = file_of(k, s)});
		return 0;
	case TEST_MEM:
		vec_push(&o->ctxs, (struct run_spec){
					   .text = arena_printf(&k->arena, "hex:%s",
								section_content(s, &k->arena))});
		return 0;
	case TEST_PUT:
		add_texts(k, &o->puts, s);
		return 0;
	case TEST_EXPECT:
		add_texts(k, &o->expects, s);
		return 0;
	case TEST_MOCK:
		o->mock = file_of(k, s);
		return 0;
	case TEST_NETWORK:
		o->packet.network = file_of(k, s);
		return 0;
	case TEST_RESULT:
		expect_text(k, s, "retval = ");
		return 0;
	case TEST_FAULT:
		expect_text(k, s, "fault ");
		return 0;
	default:
		return 0;
	}
}

static int take_sections(struct child *k)
{
	int err = 0;

	/* Options first: what they set anew, sections say. */
	vec_each(&k->c->sections, s)
		if (!err && s->kind == TEST_RUN)
			err = run_section(k, s);
	vec_each(&k->c->sections, s)
		if (!err)
			err = take_section(k, s);
	return err;
}

/* ---- running it ---- */

/* Every line is part of some message; what other implementations say counts for nothing. */
static int check_error(struct child *k, const struct case_section *s, int status)
{
	struct section_walk w = {.s = s};
	const char *line;

	if (status == EXIT_YES || status == EXIT_ENVIRONMENT || status == EXIT_USAGE) {
		fail(&k->d, &s->loc, -EINVAL, "an error was expected, but there was none");
		return EXIT_NO;
	}
	while (!k->job->test->file->is_conformance && (line = section_next(&w, &k->arena)))
		if (!strstr(strbuf_str(&k->messages), line)) {
			fail(&k->d, &w.loc, -EINVAL, "no message has '%s'", line);
			return EXIT_NO;
		}
	return EXIT_YES;
}

static void set_engine(struct child *k)
{
	const struct engine_choice *asked = k->job->engine;

	if (asked)
		k->o.engine = asked;
	else if (!k->o.engine)
		k->o.engine = engine_by_name("check");
	k->o.engine_if_can = asked != NULL;
}

/* One engine after the other asks the time, and all are to be told the same. */
static void stop_clock(struct child *k)
{
	if (!k->job->compares || k->o.fixed_clock)
		return;
	k->o.fixed_clock = true;
	k->o.clock = 1000000000;
}

/* Bytes and text of instructions are what such a case is about; it does not run. */
static bool is_assembled_only(const struct child *k)
{
	static const enum test_section others[] = {TEST_EXPECT, TEST_RESULT, TEST_FAULT, TEST_ERROR,
						   TEST_CTX};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (case_find(k->c, others[i]))
			return false;
	return case_find(k->c, TEST_ASM) &&
	       (case_find(k->c, TEST_RAW) || case_find(k->c, TEST_DISASM));
}

static int run_case(struct child *k)
{
	const struct case_section *error = case_find(k->c, TEST_ERROR);
	struct strbuf answers = {0};
	int err = take_sections(k), status;

	if (err)
		return EXIT_MALFORMED;
	k->o.common.diag = k->said;
	/* What conformance tests forget to set is 0 in their other implementations, too. */
	k->o.any_reg = case_find(k->c, TEST_RESULT) && !case_find(k->c, TEST_FAULT);
	k->o.answers = k->job->compares ? &answers : NULL;
	test_asm_options(k->job->test, &k->o.as);
	set_engine(k);
	stop_clock(k);
	if (!error && test_assembled(k->job->test, &k->arena, &k->said))
		return EXIT_NO;
	if (is_assembled_only(k))
		return EXIT_YES;
	status = run_with(&k->o);
	if (error && (status || !case_find(k->c, TEST_RESULT)))
		status = check_error(k, error, status);
	if (k->counts.len && write(k->job->record, k->counts.s, k->counts.len) < 0)
		return EXIT_ENVIRONMENT;
	if (k->o.answers && write(k->job->file, strbuf_str(&answers), answers.len) < 0)
		return EXIT_ENVIRONMENT;
	return status;
}

/* Who ends the process by exit() printed help, or something of the kind: no case has passed. */
static void abandon(void)
{
	fflush(NULL);
	_exit(EXIT_USAGE);
}

void test_job_run(const struct test_job *job)
{
	struct child k = {
		.job = job,
		.c = job->test->c,
		.o = {.repeat = 1, .budget = VM_BUDGET, .verify = RUN_VERIFY_TYPED},
	};
	const char *path = job->test->file->cases.path, *slash = strrchr(path, '/');
	int status;

	atexit(abandon);
	k.said = (struct diag){.sink = tell, .sink_arg = &k};
	/* Paths in a test file are beside it. */
	if (slash && chdir(strndupa(path, (size_t)(slash - path) + 1)) != 0) {
		fail(&k.d, NULL, -errno, "%s: %s", path, strerror(errno));
		_exit(EXIT_ENVIRONMENT);
	}
	status = run_case(&k);
	fflush(NULL);
	_exit(status);
}
