/*
 * `ebpf test`: cases of text files, each run as `ebpf run` would run it, in a process of its own.
 * Files are read (test_file.c), cases become jobs, one for each engine that is asked for, jobs run
 * side by side (test_pool.c), each in a child (test_case.c), and what became of a case is said in
 * the order of the files (test_report.c).
 */
#ifndef CMD_TEST_H
#define CMD_TEST_H

#include "cmd/common.h"
#include "cmd/engine.h"
#include "core/base/cases.h"
#include "core/cover/cover.h"

enum test_section {
#define SECTION(id, name, repeats) TEST_##id,
#include "cmd/test_sections.def"
#undef SECTION
	TEST_SECTIONS
};
extern const struct section_kind test_sections[TEST_SECTIONS];

struct test_options {
	struct common common;
	const char *filter; /* NULL: all cases */
	const char *engine; /* NULL: the checked interpreter; "all" */
	const char *coverage; /* a record to add to, or NULL */
	uint32_t jobs, timeout;
	VEC(const char *) paths;
};

enum test_result { TEST_PASSED, TEST_FAILED, TEST_SKIPPED, TEST_RESULTS };

struct test_file {
	struct case_file cases;
	bool is_conformance; /* of the public suite, by its name */
};

struct test_case {
	const struct test_file *file;
	const struct text_case *c;
	const char *name;
	size_t job;	/* its first */
	uint32_t njobs; /* it has so many, one for each engine */
	uint32_t left;	/* of them, that are not done */
	enum test_result result;
	uint64_t ns;	    /* that they took */
	struct strbuf text; /* what is to be said of it */
};

/* A case on an engine. */
struct test_job {
	struct test_case *test;
	const struct engine_choice *engine; /* NULL: as the case says */
	bool compares; /* it is one of several, whose answers have to be the same */
	bool counts;   /* it is asked what ran of its object */
	int file, record; /* that take answers, and counts; -1: none */
	enum test_result result;
	struct strbuf text, answers;
};

struct tests {
	struct test_options *o;
	struct diag *d;
	struct arena arena;
	VEC(struct test_file *) files;
	VEC(struct test_case) cases;
	VEC(struct test_job) jobs;
	struct cover cover;
	bool malformed; /* some file cannot be read; the others' cases run */
	size_t said;	/* cases that were reported */
	uint64_t counts[TEST_RESULTS], ns;
	struct out out;
};

/* test_file.c */
/* Finds and reads all files. 0, or -errno when one is not there, said. */
int tests_find(struct tests *t);
/* Judges a file's cases as far as that can be without running them: -EINVAL, said. */
int test_file_check(const struct test_file *f, struct diag *d);
void tests_free(struct tests *t);

/* test_case.c */
/* In a child: runs it, says what is wrong on standard error, ends the process. */
void test_job_run(const struct test_job *job) __attribute__((noreturn));

/* test_asm.c: sections about the assembler alone */
/* 0, or -ENOMSG when bytes or text are others, said. */
int test_assembled(const struct test_case *t, struct arena *a, struct diag *d);
/*
 * Words behind `-- asm`: a dialect, a version of instructions, relax. The text is called by the
 * file's name, without the folder, which is the child's current one.
 */
struct asm_options;
void test_asm_options(const struct test_case *t, struct asm_options *out);
/* The first word behind `-- asm` that is none of these, or NULL. */
const char *test_odd_word(const struct case_section *s, struct arena *a);
/* The bytes of `-- raw`. */
int test_raw_bytes(const struct case_section *s, struct arena *a, struct diag *d,
		   struct bytes *out);

/* test_pool.c */
/* A new file that lies in memory alone; its descriptor, or -1 and errno. */
int test_memory_file(void);
/* Runs all jobs; -errno when none can be started, said. */
int tests_run(struct tests *t);

/* test_report.c */
void report_begin(struct tests *t);
/* Says cases that are done, in order, as far as there are any. */
void report_progress(struct tests *t);
int report_end(struct tests *t);

#endif
