/*
 * The intermediate form of the optimizing tier: functions of blocks, each a list of instructions
 * and one jump. Before ssa() the variables of the program (its registers, the slots of its frame
 * that are never addressed) are REF_VAR and may be assigned many times; from then on there are only
 * temporaries with one definition each, and phis. After isel() instructions have the shape that the
 * target's have; after regalloc() only REF_REG is left of REF_TMP.
 *
 * All of it lives in fn->arena, the arrays of blocks too, which arena_push() makes longer.
 */
#ifndef JIT_IR_H
#define JIT_IR_H

#include "core/base/arena.h"
#include "core/base/vec.h"
#include "core/obj/prog.h"
#include "core/verify/facts.h"

struct run_ctx;
struct target;

enum ir_op {
	IR_NOP, /* removed; passes step over it */
#define IR(name, ...) IR_##name,
#include "jit/ir.def"
	IR_COUNT
};

enum ir_mode {
	IR_COMM = 1 << 0,
	IR_PURE = 1 << 1,
	IR_READS = 1 << 2,
	IR_WRITES = 1 << 3,
	IR_EFFECT = 1 << 4,
};

struct ir_op_desc {
	const char *text;
	uint8_t modes;
};

extern const struct ir_op_desc ir_ops[IR_COUNT];

/* Comparisons, in the order of JMP rows; cc ^ 1 is the opposite. */
enum ir_cc {
	CC_EQ,
	CC_NE,
	CC_ULT,
	CC_UGE,
	CC_UGT,
	CC_ULE,
	CC_SLT,
	CC_SGE,
	CC_SGT,
	CC_SLE,
	CC_SET,
	CC_CLEAR, /* a & b is not 0, is 0 */
	CC_COUNT
};
/* b cc a when it was a cc b */
extern const uint8_t ir_swapped[CC_COUNT];

enum ir_atomic { ATOMIC_ADD, ATOMIC_OR, ATOMIC_AND, ATOMIC_XOR, ATOMIC_XCHG };

enum ref_kind {
	REF_NONE,
	REF_TMP,   /* fn->tmps */
	REF_VAR,   /* before ssa(): registers r0 to r10, then slots, see ir_fn.nvars */
	REF_CON,   /* fn->cons */
	REF_REG,   /* a register of the target */
	REF_MEM,   /* fn->mems: an address, from isel() on */
	REF_SPILL, /* a word that spill() gave a place in the frame */
};

struct ref {
	uint32_t kind : 3, val : 29;
};

#define NO_REF ((struct ref){REF_NONE, 0})

static inline bool ref_eq(struct ref a, struct ref b)
{
	return a.kind == b.kind && a.val == b.val;
}

/* base + index * scale + disp; a frame's address is one from its upper end. One for each user. */
struct ir_mem {
	struct ref base, index; /* NO_REF: none */
	uint8_t scale;		/* 1, 2, 4, 8 */
	bool frame;		/* base is the frame's upper end (r10), and NO_REF */
	int32_t disp;
};

/* What is known of a value: true wherever it is used. */
struct ir_value {
	struct tnum bits; /* of a number: it; of an address: its offset in what it is of */
	uint64_t umin, umax;
	uint8_t kind; /* enum fact_kind */
};

struct ir_tmp {
	struct ir_ins *def; /* NULL: a phi's, or an argument's */
	struct ir_blk *blk; /* where it is defined */
	uint32_t uses;	    /* when fill_uses() says they are counted */
	bool frame;	    /* it is the frame's end and disp; fold() says so, too */
	int32_t disp;
	const struct ir_value *value; /* NULL: nothing is known */
	struct ref
		hint; /* a register that it would like, or the temporary it is a copy of; isel's */
};

enum ir_callee {
	CALLEE_NATIVE, /* target is a C function of this process */
	CALLEE_FUNC,   /* func is a function of this program */
	CALLEE_REF,    /* arg[5] is what OP_CALLX has: a helper's id or a struct subprog */
};

/* The operands of a CALL and of what else has more than two. */
struct ir_call {
	uint8_t callee; /* enum ir_callee */
	uint8_t nargs;
	bool gets_rc;	   /* the run_ctx is its sixth argument, however many there are */
	bool may_fault;	   /* rc->fault has to be looked at when it returns */
	bool keeps_regs;   /* no register but the result's is touched */
	bool keeps_frame;  /* it may read the frame, but not write it */
	bool is_blind;	   /* an update: the function has no address of a value; blind.c */
	uint8_t cc, width; /* of a SELECT's comparison of arg[0] and arg[1] */
	uint32_t func;	   /* fn->prog->subs[] */
	struct map *table; /* a TAILCALL's, when it is known, and the slot, or UINT32_MAX */
	uint32_t table_slot;
	const void *target;
	const char *name; /* for people */
	struct ref arg[6];
};

struct ir_ins {
	uint8_t op;    /* enum ir_op */
	uint8_t width; /* bytes: 4 or 8; 1, 2, 4, 8 for memory */
	uint8_t cc;    /* enum ir_cc, enum ir_atomic */
	uint8_t sub;   /* enum ir_op of an RMW */
	bool sx;       /* of a PROBE */
	bool flags;    /* the jump behind it looks at its flags; isel's */
	uint16_t last; /* operands, by bit in ir_uses' order, that nobody reads later; regalloc's */
	int32_t disp;  /* memory at a + disp, where a is no REF_MEM; a FRAME's */
	struct ref to, arg[2];
	struct ir_call *call; /* NULL but for CALL, TAILCALL, CMPXCHG, SELECT */
	uint32_t slot;	      /* the BPF instruction that it is of: for faults, lines, listings */
	/* What is known of `to`, until ssa() makes it a temporary's */
	const struct ir_value *value;
};

struct ir_phi {
	struct ref to;
	struct ref *arg; /* one for each of blk->pred, in that order */
	uint32_t var;	 /* that it is of */
};

enum ir_jump {
	JUMP_GOTO,  /* to[0] */
	JUMP_IF,    /* arg[0] cc arg[1] ? to[0] : to[1] */
	JUMP_FLAGS, /* the last instruction's result cc 0 ? to[0] : to[1]; isel's */
	JUMP_RET,   /* arg[0] is r0 */
	JUMP_TABLE, /* by arg[0], where table says; table.c */
	JUMP_STOP,  /* never reached: what is before it does not return */
};

struct ir_jmp {
	uint8_t kind, cc, width;
	struct ref arg[2];
	uint32_t slot;
	/* How often to[0] is taken of 8 times; 4 when nobody knows. */
	uint8_t odds;
	/* Until ssa(): before it 1 is taken off arg[0], how often it still goes on to to[1] */
	bool may_goto;
	/* Of a JUMP_IF, from regalloc() on: registers that are free there, which calls change */
	uint32_t free;
	const struct ir_value *value; /* ... what is known of arg[0] */
	const struct jump_table *table;
};

/* Temporaries, each once. */
struct ir_set {
	uint32_t *v, n;
};

struct ir_blk {
	/* What is asked most is side by side, in as few lines of the cache as can be. */
	uint32_t id;	/* its place in fn->rpo, once that is filled */
	uint32_t depth; /* of loops around it */
	struct ir_blk *to[2];
	uint32_t pos[2];	   /* its place in to[]->pred; cfg.c */
	VEC(struct ir_blk *) pred; /* cfg.c; nobody is in it twice */
	VEC(struct ir_phi) phis;
	VEC(struct ir_ins) ins;
	struct ir_jmp jmp;
	uint32_t slot; /* where it begins in the program */
	/* live.c: temporaries; from spill() on, those in registers, in[] without phis */
	struct ir_set in, out;
	struct ir_blk *idom;  /* cfg.c */
	struct ir_blk *loop;  /* the header of the innermost loop it is in; NULL: none */
	struct ir_blk *outer; /* of a header: that of the loop around its own; NULL: none */
	/* What is known of r0 to r9, variables from known_from, where it begins, until ssa() */
	const struct ir_value **known; /* NULL: nothing */
	uint32_t known_from;
};

/* Where other parts come to this one, before ssa(), and what is wanted there, behind it. */
struct ir_entry {
	struct ir_blk *blk;
	const uint64_t *wanted; /* variables, a bit each */
};

/* One function of the program, or a part of it, those inlined into it included. */
struct ir_fn {
	struct arena arena;
	const struct prog *prog;
	uint32_t func; /* prog->subs[] */
	const struct facts *facts;
	const struct target *target;
	VEC(struct ir_blk *) blks; /* in any order, the first is where it begins */
	struct ir_blk **rpo;	   /* nrpo of them that are reached; cfg.c */
	uint32_t nrpo;
	VEC(struct ir_tmp) tmps;
	VEC(int64_t) cons; /* no number twice */
	struct {
		uint32_t *at; /* places in cons + 1, by hash */
		uint32_t cap; /* a power of two */
	} con_table;
	VEC(struct ir_mem) mems;
	uint32_t nvars;	    /* before ssa(): r0 to r10, then slots and others */
	VEC(struct ir_entry) entries;
	struct ref args[5]; /* the temporaries that r1 to r5 are at entry; NO_REF: not used */
	uint32_t frame;	 /* bytes of BPF stack that stay memory, those of inlined functions included
			  */
	uint32_t spills; /* words; spill.c */
	uint64_t used;	 /* registers that were given to somebody; regalloc.c */
	bool calls;	 /* anything at all */
	uint64_t random; /* a seed: registers and spills are chosen at random; 0: they are not */
	uint64_t harden; /* a seed: no constant of the program comes into its code; 0: they do */
	bool irreducible; /* there is a loop with several entries; cfg.c */
	bool unplaced;	  /* a value found no register: there is no code of it; regalloc.c */
	bool again;	  /* a pass made what fold() and gvn() can do something about */
	bool may_goto;	  /* there is a JUMP_IF that is one */
	bool is_part;	  /* others go on with its frame; parts.h */
};

/* ---- ir.c ---- */
struct ir_fn *ir_new(const struct prog *prog, uint32_t func);
void ir_free(struct ir_fn *fn);
struct ir_blk *ir_new_blk(struct ir_fn *fn);
/* Before ssa(): one that does the same, with temporaries of its own. */
struct ir_blk *ir_copy_blk(struct ir_fn *fn, const struct ir_blk *blk);
struct ref ir_new_tmp(struct ir_fn *fn);
/* Before ssa(): one that nobody has. */
struct ref ir_new_var(struct ir_fn *fn);
struct ref ir_con(struct ir_fn *fn, int64_t value);
struct ref ir_new_mem(struct ir_fn *fn, struct ir_mem mem);
/* Does it, or what is behind it in fn->rpo, go to it? */
bool ir_is_entered_again(const struct ir_blk *blk);
/* Does a loop begin here, in the order of fn->rpo, which is that of memory in the end? */
bool ir_is_loop_top(const struct ir_blk *blk);
/* Appends; the pointer is good until the next. */
struct ir_ins *ir_add(struct ir_fn *fn, struct ir_blk *blk, struct ir_ins ins);

/*
 * fn->rpo[i], where a pass goes from the first to the last: a large function does not fit into the
 * cache, so what is come to soon begins to be loaded.
 */
static inline struct ir_blk *ir_next(const struct ir_fn *fn, uint32_t i)
{
	enum { SOON = 8, LATER = 16, LINE = 64 };

	if (i + LATER < fn->nrpo) {
		const struct ir_blk *soon = fn->rpo[i + SOON];
		const char *later = (const char *)fn->rpo[i + LATER],
			   *ins = (const char *)soon->ins.v;

		for (int line = 0; line < 3; line++) {
			__builtin_prefetch(later + line * LINE);
			__builtin_prefetch(ins + line * LINE);
		}
		__builtin_prefetch(soon->phis.v);
		__builtin_prefetch(soon->pred.v);
	}
	return fn->rpo[i];
}

static inline bool ref_is_con(struct ref r)
{
	return r.kind == REF_CON;
}
static inline int64_t ref_con(const struct ir_fn *fn, struct ref r)
{
	return fn->cons.v[r.val];
}
static inline struct ir_tmp *ref_tmp(struct ir_fn *fn, struct ref r)
{
	return &fn->tmps.v[r.val];
}
/* An array of a block is going to have n elements. */
#define ir_reserve(fn, vec, want)                                                                  \
	((want) <= (vec)->cap ? (void)0                                                            \
			      : arena_grow_array(&(fn)->arena, (void **)&(vec)->v, &(vec)->cap,    \
						 (want), sizeof(*(vec)->v)))
struct ir_call *ir_new_call(struct ir_fn *fn, struct ir_call call);
void ir_each_mem_use(struct ir_fn *fn, struct ref r, void (*visit)(void *arg, struct ref *r),
		     void *arg);

static inline void ir_visit_ref(struct ir_fn *fn, struct ref *r,
				void (*visit)(void *arg, struct ref *r), void *arg)
{
	if (r->kind == REF_TMP || r->kind == REF_VAR)
		visit(arg, r);
	else if (r->kind == REF_MEM)
		ir_each_mem_use(fn, *r, visit, arg);
}

/*
 * Calls visit for each temporary or variable that an instruction, or a jump, reads, those in
 * addresses and calls included; the ref may be changed. Every pass goes through here for
 * everything, so visit is to be known where this is compiled.
 */
static inline void ir_each_use(struct ir_fn *fn, struct ir_ins *ins,
			       void (*visit)(void *arg, struct ref *r), void *arg)
{
	ir_visit_ref(fn, &ins->arg[0], visit, arg);
	ir_visit_ref(fn, &ins->arg[1], visit, arg);
	for (uint32_t i = 0; ins->call && i < ARRAY_SIZE(ins->call->arg); i++)
		ir_visit_ref(fn, &ins->call->arg[i], visit, arg);
}

static inline void ir_each_jmp_use(struct ir_fn *fn, struct ir_blk *blk,
				   void (*visit)(void *arg, struct ref *r), void *arg)
{
	ir_visit_ref(fn, &blk->jmp.arg[0], visit, arg);
	ir_visit_ref(fn, &blk->jmp.arg[1], visit, arg);
}

/*
 * ir_uses.c: the operands of an instruction, of a jump, that are not REF_NONE; of an address what
 * it is made of or, when that is nothing, itself.
 */
struct ir_uses {
	uint32_t n;
	struct ref *v[16];
};
/* What is in an address, or the address itself when that is nothing. */
void ir_mem_uses(struct ir_fn *fn, struct ref *r, struct ir_uses *u);

static inline void ir_add_use(struct ir_fn *fn, struct ref *r, struct ir_uses *u)
{
	if (r->kind == REF_MEM)
		ir_mem_uses(fn, r, u);
	else if (r->kind != REF_NONE)
		u->v[u->n++] = r;
}
static inline void ir_uses(struct ir_fn *fn, struct ir_ins *ins, struct ir_uses *u)
{
	u->n = 0;
	ir_add_use(fn, &ins->arg[0], u);
	ir_add_use(fn, &ins->arg[1], u);
	for (uint32_t i = 0; ins->call && i < ARRAY_SIZE(ins->call->arg); i++)
		ir_add_use(fn, &ins->call->arg[i], u);
}
static inline void ir_jmp_uses(struct ir_fn *fn, struct ir_jmp *jmp, struct ir_uses *u)
{
	u->n = 0;
	ir_add_use(fn, &jmp->arg[0], u);
	ir_add_use(fn, &jmp->arg[1], u);
}
/* The block's instructions are the n at v now. */
void ir_set_ins(struct ir_fn *fn, struct ir_blk *blk, const struct ir_ins *v, size_t n);
/* tmps[].uses, .def and .blk of the whole function. */
void ir_fill_uses(struct ir_fn *fn);

/* ---- ir_print.c ---- */
struct strbuf;
void ir_print(struct ir_fn *fn, struct strbuf *b);
/* What is wrong with it, or NULL: run after every pass in debug builds, and by the tests. */
const char *ir_check(struct ir_fn *fn);

#endif
