/*
 * A program that can run: instructions whose form was checked, the operation of each, its
 * functions, the maps it names and where its source lines are. What proves things about it, and
 * what machine code it has, hangs on it later.
 *
 * All of it lives in the program's arena; maps are borrowed and must outlive it.
 */
#ifndef CORE_OBJ_PROG_H
#define CORE_OBJ_PROG_H

#include "core/obj/image.h"
#include "core/base/diag.h"

struct btf;
struct map;
struct engine;
struct run_ctx;
struct facts;
struct fact_state;

/*
 * What runs in a function's place, while programs run: call() does, which is given the function's
 * arguments and answers in its stead. It may call the function itself (engine->call()). Who makes
 * one keeps it as long as somebody may be inside, and ends it then.
 */
struct detour {
	uint64_t (*call)(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5]);
	const struct prog *of, *prog; /* whose function; the program that replaces it, or NULL */
	uint32_t func;		      /* of->subs[] */
	/*
	 * Machine code that does the same, entered as functions are (jit.h): made of prog or of
	 * call() when programs are compiled, unless it is there.
	 */
	const void *code;
	void *made; /* what it is freed by; NULL: it is the maker's own */
	void (*free_code)(struct detour *to);
};

/* The address of a struct subprog is what a function pointer holds in a running program. */
struct subprog {
	const char *name; /* NULL: unknown */
	uint32_t start, end; /* slots */
	const void *code; /* its machine code; NULL: there is none */
	/* Where calls go: code, or its detour's. One word each, changed while programs run. */
	const void *entry;
	struct detour *detour; /* NULL: there is none */
};

/* What runs in a helper's or a kernel function's place. */
typedef uint64_t helper_fn(uint64_t r1, uint64_t r2, uint64_t r3, uint64_t r4, uint64_t r5,
			   struct run_ctx *rc);

/* A call of a kernel function; core/run binds it to what runs. */
struct kfunc_call {
	uint32_t insn;	  /* slot of the call */
	const char *name; /* "": not known */
	uint16_t id;	  /* KFUNC_* */
	helper_fn *func;  /* NULL: it cannot run here */
};

/* Of a program that is attached to functions. */
struct prog_counts {
	uint64_t runs, ns;  /* while somebody wants to know */
	uint64_t misses;    /* times that it was left out, since it ran on that thread already */
	uint32_t guard;	    /* its number among such programs and one more; 0: none yet */
};

/* How often an instruction was come to, and how often it jumped if it is a conditional jump. */
struct insn_count {
	uint64_t runs, taken;
	uint64_t samples; /* times that a profiler found the machine there */
};

struct prog {
	/* subs[0].entry once more: runs and tail calls go through this word; jit_run() has it first
	 */
	const void *entry;
	struct arena arena;
	const char *name;
	uint32_t type, attach_type; /* BPF_PROG_TYPE_*, BPF_* attach type */
	struct bpf_insn *insns;
	uint16_t *ops; /* enum insn_op of each slot; OP_BAD for the second half of a wide one */
	uint32_t ninsns;
	struct subprog *subs; /* by start; [0] is the program itself */
	uint32_t nsubs;
	struct map **maps; /* what PSEUDO_MAP_IDX counts */
	uint32_t nmaps;
	struct kfunc_call *kfuncs; /* by slot */
	uint32_t nkfuncs;
	const struct poison_def *poisons; /* by slot */
	uint32_t npoisons;
	/* By id: who runs in each helper's place, NULL where nobody can */
	helper_fn *const *helpers;
	uint32_t exception_cb; /* slot of the function that what is thrown goes to; 0: none */
	struct map *pages; /* its arena, or NULL */
	uint64_t pages_high; /* upper half of the addresses of its pages in this process */
	const struct btf *btf; /* its types; NULL: it has none */
	const struct line_def *lines; /* by slot */
	uint32_t nlines;
	const struct facts *facts; /* what was proved, core/verify/facts.h; NULL: nothing */
	uint32_t ctx_end; /* behind the last byte of the context that it reaches, where proved */
	/* Before each instruction, to be asserted by checked execution; NULL: nothing is */
	const struct fact_state *const *fact_states;
	struct prog_counts counts;
	/* By slot, and one for behind the last; engines that count make them. NULL: nobody does */
	struct insn_count *insn_counts;
	/* By slot: where blocks begin, which alone are counted; NULL: each instruction is */
	const uint8_t *blocks;
	const struct engine *engine; /* that prepared it; NULL: none yet */
	bool has_odd; /* what insn_check() refuses, which must not run */
	/* Calls of functions go through their entries, and none is part of another. */
	bool is_open;
	bool is_hardened; /* none of its constants is in its machine code as it is */
	void *code; /* the engine's own form */
	void (*free_code)(struct prog *prog);
};

/*
 * Makes a program of def, whose instructions are checked one by one (insn_check_form(), targets
 * inside the program); that alone makes them fit to be interpreted, not safe. Messages name the
 * slot and, where known, the source line. file is for messages and may be NULL.
 */
int prog_new(const struct prog_def *def, struct map *const *maps, uint32_t nmaps, const char *file,
	     struct diag *d, struct prog **out);
void prog_free(struct prog *prog);
/* Without what an engine made of it; another one may prepare it. */
void prog_drop_code(struct prog *prog);

/*
 * Appends n instructions, whose jumps may go up to and including the end. On -EINVAL, said, nothing
 * changed. For prompts; the program must not be prepared for an engine yet.
 */
int prog_append(struct prog *prog, const struct bpf_insn *insns, uint32_t n, struct diag *d);

/*
 * From now on whoever calls the function, or runs the program when it is its first, comes to the
 * detour; NULL: to the function. Those inside stay. A compiled program is compiled again before,
 * once, so that no function is part of another; where nobody does this nothing is lost.
 */
int prog_detour(struct prog *prog, uint32_t func, struct detour *to, struct diag *d);
/* By engines: the function's code is there. */
void prog_set_code(struct prog *prog, uint32_t func, const void *code);
/* Nobody is inside any more. */
void detour_end(struct detour *to);

static inline struct detour *subprog_detour(const struct subprog *sub)
{
	return __atomic_load_n(&sub->detour, __ATOMIC_ACQUIRE);
}

/* license_is_gpl_compatible() */
bool license_is_gpl(const char *license);

/* Makes insn_counts, unless they are there; they stay with the program. */
void prog_count(struct prog *prog);
/*
 * The same for an engine that counts blocks alone: from where jumps, calls and functions lead to
 * the next that may not go on.
 */
void prog_count_blocks(struct prog *prog);
/* What a slot was counted. */
struct insn_count prog_counted(const struct prog *prog, uint32_t slot);
/* The function beginning at a slot, or NULL. */
struct subprog *prog_subprog_at(const struct prog *prog, uint32_t slot);
/* What the call at a slot stands for that is not there (poison_def.reason); NULL: nothing. */
const char *prog_poison(const struct prog *prog, uint32_t slot);
/* The call of a kernel function at a slot. */
const struct kfunc_call *prog_kfunc_at(const struct prog *prog, uint32_t slot);
/* The source line of a slot, or NULL. */
const struct line_def *prog_line(const struct prog *prog, uint32_t slot);
/* The last of n lines, in order, that begins at a slot or before it; NULL: none does. */
const struct line_def *line_find(const struct line_def *lines, uint32_t n, uint32_t slot);

#endif
