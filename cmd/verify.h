/* What the files of `ebpf verify` share. */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include "cmd/explain.h"
#include "cmd/objects.h"
#include "cmd/program_file.h"
#include "core/load/library.h"
#include "core/prove.h"

struct verify_options {
	struct common common;
	struct load_options load;
	struct prove_options prove;
	VEC(const char *) paths;
	const char *prog, *section;
	const char *attach_prog; /* OBJ[:PROG] */
	const char *profile, *record;
	const char *kernel;  /* a library that plays it, or NULL */
	const char *compare; /* a document of before */
	const char *bpffs;
	double max_regress; /* per cent */
	uint32_t log_level;
	unsigned int sort; /* of the choices of --sort; 0: as they come */
	bool time, stats, annotate;
};

/* What is said of a program; all of it is in struct verify's arena. */
struct verdict {
	const char *file, *name, *section, *verdict;
	const char *depths;  /* of the functions' frames: "32+0+16" */
	const char *message; /* the kernel's last word on a rejected one */
	const char *log;     /* where --log-level asks for one */
	const struct explanation **why; /* of a rejected one: the verdict, and what else is wrong */
	size_t nwhy;
	const struct explain_line *lines; /* of --annotate */
	size_t nlines;
	const char *facts;   /* where --facts asks for them; NULL: there are none */
	uint64_t processed, total_states, peak_states, max_states_per_insn;
	uint64_t stack_depth, insns, us;
	int err, reason;
	const char *warned[WARNING_COUNT]; /* where: "insn 7, prog.c:12"; NULL: nowhere */
};

/* Members of struct verdict that are told as numbers and words: key, kind, title of a table */
#define VERDICT_COLUMNS(C)                                                                         \
	C(file, TEXT, "file")                                                                      \
	C(name, TEXT, "program")                                                                   \
	C(section, TEXT, "section")                                                                \
	C(verdict, TEXT, "verdict")                                                                \
	C(processed, NUMBER, "insns")                                                              \
	C(total_states, NUMBER, "states")                                                          \
	C(peak_states, NUMBER, "peak")                                                             \
	C(max_states_per_insn, NUMBER, "max/insn")                                                 \
	C(stack_depth, NUMBER, "stack")                                                            \
	C(insns, NUMBER, "size")                                                                   \
	C(us, NUMBER, "us")

enum verdict_column {
#define VERDICT_COLUMN(key, kind, title) VERDICT_##key,
	VERDICT_COLUMNS(VERDICT_COLUMN)
#undef VERDICT_COLUMN
	VERDICT_COLUMN_COUNT
};

struct verify {
	const struct verify_options *o;
	struct diag *d;
	struct out out;
	struct arena arena;
	VEC(struct verdict) verdicts;
	struct profile profile;
	struct program_file target_file; /* of --attach-prog */
	struct prover target_prover;
	struct verify_target target;
	struct library library; /* of --kernel */
	struct objects store; /* of pinned programs; its sys is NULL while there was none */
	uint64_t next_word;   /* ns: when to say again what is being done */
	uint32_t rejected, worse;
	bool misnamed; /* no program is called as --prog or --section says */
};

/* verify_judge.c */
/* Reads what --profile and --attach-prog name into prove. 0 or -errno, said. */
int verify_prepare(struct verify *v, struct prove_options *prove);
/* Judges the programs of one object that are wanted, or a pinned one. 0 or -errno, said. */
int verify_object(struct verify *v, const char *path, const struct prove_options *prove);
void verify_end(struct verify *v);

/* verify_report.c */
void report_verdicts(struct verify *v);
uint64_t verdict_number(const struct verdict *verdict, enum verdict_column column);
const char *verdict_text(const struct verdict *verdict, enum verdict_column column);
const char *verdict_key(enum verdict_column column);

/* verify_compare.c */
/* Says what is not as it was before; counts what got worse. 0 or -errno, said. */
int compare_verdicts(struct verify *v);

/* verify_record.c */
/* Asks the kernel that runs what it lacks and writes it to o->record. 0 or -errno, said. */
int record_profile(const struct verify_options *o, struct diag *d);

#endif
