/*
 * Coverage: which instructions, lines, branches and functions of programs ran, and how often. An
 * engine counts (prog->insn_counts), nothing is put into the program. What was counted is added up
 * function by function over runs, programs, and records of other processes:
 *
 *	struct cover c = {0};
 *
 *	cover_read(&c, "out.info", d);				what there is already
 *	cover_add(&c, image, progs, results, d);		after the runs
 *	cover_record(&c, &buf);					as a file to be read again
 *	struct cover_report r; cover_report(&c, &r);		by file and line, for people
 *	cover_free(&c);
 *
 * A function that several programs have is one. Its lines are those of the program's line info; a
 * function without any is its own source, an instruction a line.
 */
#ifndef CORE_COVER_COVER_H
#define CORE_COVER_COVER_H

#include "core/base/diag.h"
#include "core/base/hash.h"
#include "core/base/strbuf.h"
#include "core/base/vec.h"
#include "core/obj/image.h"
#include "core/obj/prog.h"

struct verify_result;

enum cover_flag {
	COVER_COND = 1 << 0, /* a conditional jump: it has two outcomes */
	COVER_CALLS_OUT = 1 << 1, /* a helper or a kernel function */
	/* The verifier accepted a program that has it; what it found possible there */
	COVER_JUDGED = 1 << 2,
	COVER_CAN_RUN = 1 << 3,
	COVER_CAN_JUMP = 1 << 4,
	COVER_CAN_STAY = 1 << 5, /* not to jump */
	COVER_FLAGS = 0x3f,
};

struct cover_line {
	const char *file, *text; /* text may be "" */
	uint32_t line;
};

struct cover_insn {
	uint32_t slot; /* from where its function begins */
	uint32_t flags; /* enum cover_flag */
	uint32_t line;	/* of func->lines */
	const char *text;
	struct insn_count count;
};

struct cover_func {
	uint32_t object; /* of c->objects */
	const char *name;
	uint64_t shape; /* of its name, instructions and lines: equal functions are one */
	struct cover_line *lines; /* NULL: its instructions are its lines */
	uint32_t nlines;
	struct cover_insn *insns;
	uint32_t ninsns;
};

/* What was counted belongs to one build of an object: lines of two do not add up. */
struct cover_object {
	const char *path;
	uint64_t build;
};

struct cover {
	struct arena arena;
	VEC(struct cover_object) objects;
	VEC(struct cover_func) funcs;
	struct strmap by_path, by_shape; /* objects; functions, by struct cover_key */
};

struct cover_key {
	uint64_t shape, object;
};

/* ---- cover.c ---- */
/*
 * Adds what the programs of an image have counted; progs[i] is made of image->progs[i], or NULL.
 * results[i] is the verifier's of it, or NULL where it has none or did not accept; results may be
 * NULL. -EINVAL, said: another build of the object is there.
 */
int cover_add(struct cover *c, const struct image *image, struct prog *const *progs,
	      const struct verify_result *const *results, struct diag *d);
/* The object of that path, added when it is new. -EINVAL, said: there is another build of it. */
int cover_object(struct cover *c, const char *path, uint64_t build, struct diag *d,
		 uint32_t *object);
/* The same of an image. */
int cover_image(struct cover *c, const struct image *image, struct diag *d, uint32_t *object);
/* The function of that shape, or NULL. The other adds one; its shape is a new one. */
struct cover_func *cover_find(const struct cover *c, uint32_t object, uint64_t shape);
struct cover_func *cover_new(struct cover *c, uint32_t object, uint64_t shape);
/* More of what an instruction has already. What happened is possible, whatever somebody thought. */
void cover_count(struct cover_insn *insn, struct insn_count more, uint32_t flags);
void cover_free(struct cover *c);

/* ---- text.c ---- */
/* An instruction of a program with the names of what it calls and loads. */
void cover_insn_text(struct strbuf *b, const struct prog *prog, uint32_t slot);
/* Text of strangers on one line and as UTF-8; tabs stay. */
const char *cover_clean(struct arena *a, const char *s);

/* ---- record.c, read.c ---- */
/*
 * A tracefile of lcov(1), see geninfo(1), whose comments have what it cannot say: cover_read() adds
 * up what they say. 0 or -errno, said.
 */
#define COVER_MAGIC "#ebpf-coverage 1"
void cover_record(const struct cover *c, struct strbuf *b);
int cover_read(struct cover *c, const char *path, struct diag *d);
/* The same of a text in memory. */
int cover_parse(struct cover *c, const char *path, struct bytes text, struct diag *d);

/* ---- report.c ---- */
/* Of a line; what should be seen first is first. */
enum cover_state {
	COVER_MISSED,
	COVER_HIT,
	COVER_DEAD,  /* it never runs */
	COVER_PLAIN, /* it has no instructions; only with cover_add_source() */
	COVER_STATES
};

/* One instruction of a line. */
struct cover_place {
	const struct cover_func *func;
	const struct cover_insn *insn;
};

struct cover_row {
	uint32_t line;
	const char *text;
	/* Of each of its functions the instruction that ran most often, added up */
	uint64_t runs;
	enum cover_state state;
	const struct cover_place *places; /* by function and slot */
	uint32_t nplaces;
};

/* How many there are, without the dead, and how many ran. */
struct cover_total {
	uint64_t found, hit;
};

enum cover_kind { COVER_LINES, COVER_BRANCHES, COVER_FUNCS, COVER_INSNS, COVER_KINDS };
extern const char *const cover_kinds[COVER_KINDS];

struct cover_file {
	const char *path;
	bool is_source; /* else an object's instructions */
	struct cover_row *rows;
	uint32_t nrows;
	struct cover_total totals[COVER_KINDS];
	uint64_t dead; /* lines */
};

struct cover_report {
	struct arena arena;
	VEC(struct cover_file) files; /* by path */
	struct cover_total totals[COVER_KINDS];
	uint64_t dead;
};

/* What c has, which stays as it is meanwhile. */
void cover_report(const struct cover *c, struct cover_report *r);
void cover_report_free(struct cover_report *r);
/* Did nobody find out that it never runs? */
bool cover_can_run(const struct cover_insn *insn);
/* How often a conditional jump jumped, or did not; can it? */
uint64_t cover_outcome(const struct cover_insn *insn, bool jumped);
bool cover_can(const struct cover_insn *insn, bool jump);
/* Is the place the first of its function? Functions are found where they begin. */
bool cover_begins_func(const struct cover_place *place);
/* Of 100, rounded down so that 100 is all; 100 of nothing. */
double cover_percent(struct cover_total t);

/* ---- source.c ---- */
/*
 * Adds the lines without instructions, from the text of the file that was compiled. -EINVAL, not
 * said: it is another, and nothing changes.
 */
int cover_add_source(struct cover_report *r, struct cover_file *file, struct bytes text);

#endif
