/*
 * Programs as machine code. Two engines make it: jit_fast_engine in one pass, jit_opt_engine with
 * an intermediate form. Code of both is called the same way, so that either may call the other's.
 * They run what the verifier accepted, and take its word (prog->facts).
 *
 * A function gets r1 to r5 in the first five registers for arguments of the machine's C, and
 * the run_ctx in one that C functions preserve (r12 on x86-64); it answers in C's register for
 * results and preserves what C functions preserve. Helpers are C functions of six arguments, the
 * last is the run_ctx. Frames are on the native stack.
 *
 * C enters through target->enter, which leaves in rc->unwind where it is. After a fault everything
 * above is dropped and enter returns 0: compiled code asks rc->fault after calls of helpers, and a
 * signal inside of compiled code comes to the same (exc.c). Since a helper may call the program
 * back, entries nest; each is unwound by itself.
 *
 * A tail call gives back what its function has taken of the stack and of preserved registers, and
 * jumps to where prog->entry of the other program says. Function pointers are addresses of a struct
 * subprog, whose entry says where. So do calls of a program's own functions once it is open
 * (prog->is_open); before that, they are direct or part of their callers.
 *
 * Code is never written again: what changes while programs run are the words of entries. Code that
 * was made before a program was opened stays as long as the program, since runs may be inside.
 */
#ifndef JIT_JIT_H
#define JIT_JIT_H

#include "core/obj/runctx.h"
#include "jit/codebuf.h"

struct code;
struct strbuf;
struct fast;
struct tramp_machine;
struct text_entry;

extern const struct engine jit_fast_engine, jit_opt_engine;

/* How jit_opt_engine makes code. */
struct jit_options {
	uint64_t random_ra; /* a seed: registers and spills are chosen at random; 0: they are not */
	uint64_t harden; /* a seed: no constant of the program comes into its code; 0: they do */
	uint32_t part;	 /* slots of functions that are compiled at once, 3 or more; 0: JIT_PART */
};

enum { JIT_PART = 16384 };

/* jit_opt_engine's prepare() with other than the usual options. */
int jit_optimized(struct prog *prog, const struct jit_options *options, struct diag *d);

/*
 * The intermediate form of a program's functions as the optimizing tier has it after a pass:
 * "lower", or one of jit_passes[] and jit_machine_passes[]; false: there is none of that name. An
 * engine has prepared the program.
 */
bool jit_dump(const struct prog *prog, const char *pass, struct strbuf *b);

/* What prog->code is. */
struct jit_code {
	const struct prog *prog;
	struct code *code;
	struct jit_code *older; /* from before the program was opened */
	const struct code_origin *origins; /* by place */
	uint32_t norigins;
	bool has_cleared; /* loads that may find nothing: their register is 0 already */
};

#define NO_CLEARED UINT32_MAX

/* What a machine has to offer. */
struct jit_target {
	const char *name;
	uint64_t (*enter)(struct run_ctx *rc, const void *entry, uint64_t r1, uint64_t r2,
			  uint64_t r3, uint64_t r4, uint64_t r5);
	void (*pad)(uint8_t *at, uint32_t n);
	/*
	 * Bytes of an entry in tables of jumps: of 8 it is an address, of 4 the distance of one
	 * from the table.
	 */
	uint8_t table_entry;
	/* Makes the code of a whole program, function by function (fast.h); NULL: not here. */
	void (*fast)(struct fast *f);
	uint64_t reach;			/* of a jump */
	const struct text_entry *entry; /* of functions that are others' (text.h) */
	const struct tramp_machine *tramp; /* code of trampolines (tramp_code.h) */
	/*
	 * Makes what a detour is entered by: it runs to->prog, with the running program's name
	 * changed around it, or calls run_detour().
	 */
	void (*thunk)(struct code_buf *b, const struct detour *to);
	/*
	 * Of a signal's context inside of compiled code: makes it go on at a place, with a register
	 * of the program's set to 0, or NO_CLEARED; or drop the run.
	 */
	struct run_ctx *(*run_of)(const void *context);
	/* Of any signal's context: what ran, and the end of the stack. */
	void (*where)(const void *context, uintptr_t *pc, uintptr_t *sp);
	void (*resume)(void *context, uintptr_t pc, uint32_t cleared);
	void (*drop)(void *context);
};

extern const struct jit_target jit_x86_target, jit_arm64_target;
/* This machine's; NULL: there is none. */
extern const struct jit_target *const jit_target;

/* publish.c */
/*
 * The finished code of a program: links it, puts it where it can run and into prog. Labels from
 * first_sub on are the entries of its functions, in order; those that are not bound have none.
 */
int jit_publish(struct prog *prog, struct code_buf *b, uint32_t first_sub, struct diag *d);
/* Run and call of an engine; the first is what enter is, without a detour (the machine's abi.c). */
uint64_t jit_run(struct run_ctx *rc, const struct prog *prog);
uint64_t jit_call(struct run_ctx *rc, const struct prog *prog, const struct subprog *sub,
		  const uint64_t arg[5]);
/* thunk() of an engine */
int jit_thunk(struct detour *to, struct diag *d);
/* The slot that a byte of code is from, or ORIGIN_*; *next is where that of another begins. */
uint32_t jit_slot(const struct jit_code *jc, uint32_t at, uint32_t *next);

/* exc.c */
/* From now on faults inside of compiled code end the run, not the process. */
void jit_catch_faults(void);
/* Says where a run faulted, by an address inside of compiled code. */
void jit_place_fault(struct run_ctx *rc, uintptr_t pc);

/* Called by compiled code for what cannot be run: records the fault, by the slot of prog. */
void jit_refuse(struct run_ctx *rc, const struct prog *prog, uint32_t slot);

#endif
