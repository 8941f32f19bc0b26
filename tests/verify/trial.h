/*
 * One program put before two judges: the running kernel by bpf(2), and verify_prog(). Generators
 * make trials, judge.c has them judged, compare.c says how the answers differ, reduce.c makes a
 * trial small while they still differ in the same way.
 */
#ifndef TESTS_VERIFY_TRIAL_H
#define TESTS_VERIFY_TRIAL_H

#include "core/base/rng.h"
#include "core/base/strbuf.h"
#include "core/load/load.h"
#include "core/verify/verify.h"

enum {
	TRIAL_INSNS = 8192, /* most slots of a program */
	TRIAL_FUNCS = 128,
	TRIAL_LINES = 4096,
	WORLD_MAPS = 128,
	/* Descriptors of a world's maps begin here, so that a program is the same in every run. */
	WORLD_FD = 200,
};

/* What programs refer to: maps and types, made for both judges. */
struct world {
	struct object *obj;
	struct image *image;
	struct btf_source *kernel; /* its types */
	struct btf_source own;	   /* ... that come with the program */
	struct map *maps[WORLD_MAPS];
	int fds[WORLD_MAPS]; /* the kernel's, from fd_base on */
	uint32_t nmaps;
	int fd_base;
	bool is_in_kernel;
	int btf_fd; /* -1: the kernel does not take the types, and nobody has any */
	const struct btf *btf;
	bool is_changed; /* maps or types are not what the object declares */
	struct btf *declared; /* the object's types before they were changed */
};

struct trial {
	const struct world *world;
	uint32_t type, attach_type; /* PROG_TYPE_*, ATTACH_TYPE_* */
	uint32_t attach_btf_id;	    /* the kernel's; 0: none */
	uint32_t flags;		    /* enum verify_flag */
	uint32_t caps;		    /* enum verify_cap */
	uint32_t log_level;	    /* enum verify_log */
	bool proprietary;	    /* its licence */
	uint32_t n, nfuncs, nlines;
	struct func_info funcs[TRIAL_FUNCS];
	struct line_info lines[TRIAL_LINES];
	struct bpf_insn insns[TRIAL_INSNS];
};

/* world.c */
struct judges;
/*
 * The maps and types of an object, or of text to be assembled, made for both; j NULL: for us alone;
 * changed a little when there is a change. 0 or -errno, said in d; world_close() either way.
 */
int world_open(struct world *w, struct bytes in, const char *path, struct judges *j, int fd_base,
	       struct rng *change, struct diag *d);
void world_close(struct world *w);
/* world_change.c */
void world_change_types(struct world *w, struct rng *r);
void world_change_map(struct map_def *def, struct rng *r);
/* Maps that hold programs belong to the first one that uses them: gives the kernel new ones. */
void world_renew(const struct world *w, const struct trial *t);
/* The index of the map that a descriptor stands for, or -1. */
int world_map_at(const struct world *w, int fd);
/* A program of the world's image; false when it is too long. */
bool world_trial(const struct world *w, const struct prog_def *def, struct trial *t);

/* judge.c */
enum judged {
	JUDGED,
	TOO_LONG,  /* or of a kind that the running kernel does not survive */
	NOT_ASKED, /* the kernel refused before its verifier was asked */
};
struct verdict {
	int err; /* 0 or a positive errno */
	bool is_fatal; /* to 6.18, should it accept that too */
	struct strbuf log;
};
struct judges {
	struct arena arena;
	struct bytes vmlinux; /* the running kernel's types */
	struct btf *btf;
	struct btf_source kernel;
	uint32_t *kfuncs;
	uint32_t nkfuncs;
	uint32_t may_use; /* enum verify_cap that this process has */
	int *fds_end;	  /* of the array of descriptors; memory ends there */
	char *log;
	struct verdict theirs, ours;
};
/* NULL, or why the kernel cannot be asked. */
const char *judges_open(struct judges *j);
/* May a program be loaded by somebody who can do no more than this? */
bool judges_may_ask(struct judges *j, uint32_t caps);
/* A kernel function, most often one whose name begins as that of another does. */
uint32_t judges_kfunc(const struct judges *j, struct rng *r, uint32_t like);
/* What a typed context is that of: a raw tracepoint or an iterator. */
uint32_t judges_place(const struct judges *j, struct rng *r, uint32_t *attach_type);
enum judged judge(struct judges *j, const struct trial *t);
/* Our verdict alone; returns how many instructions were walked. */
uint32_t judge_here(const struct trial *t, uint32_t log_level, struct verdict *out);
/* The same with a log of what was walked, unless that is much. */
bool judge_shortly(const struct trial *t, struct verdict *out);
void judges_close(struct judges *j);

/* compare.c */
enum difference {
	DIFF_NONE,
	DIFF_ACCEPTED, /* by us alone: the worst there is */
	DIFF_REJECTED, /* by us alone */
	DIFF_ERRNO,
	DIFF_MESSAGE, /* the last line that is no statistics */
	DIFF_NUMBERS, /* statistics */
	DIFF_LOG,
	DIFF_COUNT
};
extern const char *const difference_names[DIFF_COUNT];
struct line {
	const char *s;
	size_t len;
};
/* The line at *s, which goes on behind it; false at the end. */
bool line_next(const char **s, struct line *l);
/* Addresses of maps and the time that it took are never equal, and do not count. */
bool line_is_equal(struct line a, struct line b);
/* Differing lines, without what is never equal; line numbers from 1. */
struct comparison {
	enum difference kind;
	struct line message; /* the kernel's last */
	uint32_t line;
	char theirs[200], ours[200];
};
struct comparison compare(const struct judges *j);
/* What differs, with its numbers left out: equal for what probably has one cause. */
uint64_t comparison_signature(const struct comparison *c);

/* edit.c */
/* Slots [at, at + del) become add[nadd]; jumps, functions and lines move along. False: no room. */
bool trial_splice(struct trial *t, uint32_t at, uint32_t del, const struct bpf_insn *add,
		  uint32_t nadd);
/* Slots of the instruction that begins at a slot, or 1. */
uint32_t trial_slots(const struct trial *t, uint32_t at);
/* Where an instruction begins. */
uint32_t trial_pick(const struct trial *t, struct rng *r);
/* The slot that a jump, call or function address goes to, or -1. */
int64_t trial_target(const struct trial *t, uint32_t at);
void trial_set_target(struct trial *t, uint32_t at, int64_t target);

/* reduce.c */
void reduce(struct judges *j, struct trial *t, enum difference kind);
/* The trial as a case of a .t file, with the kernel's log. */
void trial_text(const struct trial *t, const struct strbuf *log, struct strbuf *out);

/*
 * cases.c: programs of .t files, whose logs were the kernel's; with j they still are. Returns how
 * many failed.
 */
unsigned int run_cases(const char *path, struct judges *j, unsigned int *passed, struct diag *d);

/* A generator makes trials, in a world, of nothing but random numbers. */
struct fuzz;
struct generator {
	const char *name;
	void (*make)(struct fuzz *f, struct trial *t);
};
/* gen_*.c */
extern const struct generator gen_attr, gen_call, gen_cross, gen_frames, gen_mutate, gen_packet,
	gen_range, gen_real, gen_valid, gen_walk;

/* seeds.c: programs to begin with */
struct seed {
	const char *path;
	struct bytes in;
};
struct seeds {
	struct arena arena;
	struct seed *v;
	size_t n, cap;
};
/* The programs of an object or a text, or all of a .t file's. 0 or -errno, said. */
int seeds_add(struct seeds *s, const char *path, struct diag *d);
void seeds_free(struct seeds *s);

struct fuzz {
	struct rng rng;
	struct judges *judges;
	struct world world; /* of the generators that make everything themselves */
	struct seeds seeds;
	struct world seed_world; /* of the seed that is being mutated */
	uint32_t seed_left;	 /* trials until another takes its place */
	struct diag d;
};

/*
 * A program of a seed, or false. Seeds stay for a while; change: half of them with changed maps and
 * types.
 */
bool seed_trial(struct fuzz *f, struct trial *t, bool change);
/* Another program of the same seed, or false when it is too long. */
bool seed_program(struct fuzz *f, struct trial *t);

/* gen_real.c: the same for programs that can be loaded where nothing is traced */
bool real_trial(struct fuzz *f, struct trial *t, bool change);
void real_change(struct fuzz *f, struct trial *t);

static inline uint32_t below(struct fuzz *f, uint32_t n)
{
	return (uint32_t)rng_below(&f->rng, n);
}
/* True once in n times. */
static inline bool one_in(struct fuzz *f, uint32_t n)
{
	return below(f, n) == 0;
}

/* gen.c: what generators share */
/* Numbers at which something happens. */
int32_t fuzz_imm(struct fuzz *f);
uint64_t fuzz_imm64(struct fuzz *f);
/* Any instruction there is, of one slot; where it leads is inside of a program of n slots. */
struct bpf_insn fuzz_insn(struct fuzz *f, uint32_t at, uint32_t n);
/* The same among operations on numbers: ALU with registers or constants that is not refused alone.
 */
struct bpf_insn fuzz_alu(struct fuzz *f, uint8_t dst, uint8_t src);
/* A conditional jump; where it leads is not said yet. */
struct bpf_insn fuzz_cond(struct fuzz *f, uint8_t dst, uint8_t src);
/* One of 1, 2, 4 and 8, mostly large; instructions that move as many bytes. */
uint32_t fuzz_size(struct fuzz *f);
struct bpf_insn fuzz_load(struct fuzz *f, uint32_t size, uint8_t dst, uint8_t src, int off);
struct bpf_insn fuzz_store(struct fuzz *f, uint32_t size, uint8_t dst, uint8_t src, int off);
/* Adds an instruction; when there is no room the program is no longer one, and not judged. */
void emit(struct trial *t, struct bpf_insn insn);
void emit_wide(struct trial *t, uint8_t dst, uint8_t src, uint64_t imm);
/* A map of the generators' world: its address, or that of a place in its first value. */
void emit_map(struct trial *t, uint8_t dst, const char *map);
void emit_value(struct trial *t, uint8_t dst, const char *map, uint32_t off);
/* A type that programs of a world can have, and what it is attached to. */
void fuzz_type(struct fuzz *f, struct trial *t);

#endif
