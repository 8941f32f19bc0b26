/*
 * From instructions to the intermediate form: what the lower*.c files share. Each operation of
 * isa.def has a row in lower.c, and a function here or there that makes it.
 */
#ifndef JIT_LOWER_H
#define JIT_LOWER_H

#include "core/isa/insn.h"
#include "jit/local.h"
#include "jit/parts.h"

/* Variables: r0 to r9, one that is none, the frame's slots from fp - 8 down, and this. */
enum {
	VAR_SLOTS = REG_COUNT,
	SLOT_BYTES = 8,
	VAR_LOOPS = VAR_SLOTS + STACK_SIZE / SLOT_BYTES, /* how often may_goto goes on */
	VAR_COUNT,
};

struct lower {
	struct ir_fn *fn;
	const struct prog *prog;
	const struct facts *facts; /* NULL: nothing is known */
	/* A function that is made part of another: of which, where it goes on behind the call */
	struct lower *outer;
	struct ir_blk *ret;
	uint32_t base;	     /* its variables begin here */
	uint32_t above;	     /* bytes of frames above its own */
	uint32_t frame;	     /* bytes of its own frame that stay memory */
	uint32_t *room;	     /* slots that may still be made part of the whole */
	uint32_t func;	     /* prog->subs[] */
	uint32_t start, end; /* slots of the function, or of its part */
	const struct parts *parts; /* ... of these; or NULL */
	struct ir_blk **exits; /* by entry of parts: what stores and goes there, if anybody does */
	uint64_t whole;	     /* slots of the frame that are variables */
	bool loops;	     /* has a may_goto */
	struct ir_blk **at;  /* by slot from start: the block that begins there */
	struct ir_blk *blk;  /* where instructions go; NULL: behind a jump */
	/* The instruction that is made */
	uint32_t slot, next;
	const struct bpf_insn *insn;
	const struct lower_row *row;
	const struct fact_state *st; /* before it, or NULL */
	/* What the one before left, of which st knows more: its place in a block */
	struct ir_blk *last_blk;
	size_t last;
};

/* How an operation is made: by fn, of op and so on. */
struct lower_row {
	void (*fn)(struct lower *l);
	uint8_t op, cc, width;
	bool is_k; /* imm in src's place */
};

/* ---- lower.c ---- */
/* A register's variable; the frame's end for r10. */
struct ref lower_reg(struct lower *l, uint8_t reg);
/* to = op a, b, of the instruction that is made */
struct ir_ins *lower_add(struct lower *l, uint8_t op, uint8_t width, struct ref to, struct ref a,
			 struct ref b);
/* Ends the block and begins the next. */
void lower_goto(struct lower *l, struct ir_blk *to);
void lower_if(struct lower *l, uint8_t cc, uint8_t width, struct ref a, struct ref b,
	      struct ir_blk *yes, struct ir_blk *no);
/* Ends the function. */
void lower_ret(struct lower *l, struct ref value);
/* The block of a slot that is jumped to. */
struct ir_blk *lower_blk_at(struct lower *l, int64_t slot);

static inline struct ref lower_var(const struct lower *l, uint32_t var)
{
	return (struct ref){REF_VAR, l->base + var};
}

/* All of it, from where l->blk is */
void lower_body(struct lower *l);
/* Which slots of the function's frame are variables, and how much of it stays memory. */
void lower_find_slots(struct lower *l);

/* ---- inline_func.c ---- */
enum { INLINE_ROOM = 1000 }; /* slots that a function may grow by */
/* Makes a function part of this one in place of its call; false: it is not worth it. */
bool lower_inlined(struct lower *l, uint32_t func);

/* ---- lower_call.c ---- */
void lower_call(struct lower *l);
void lower_call_local(struct lower *l);
void lower_call_kfunc(struct lower *l);
void lower_callx(struct lower *l);
void lower_legacy(struct lower *l);
/* What cannot run here: ends the run by its name. */
void lower_cannot(struct lower *l);

/* ---- runtime.c ---- what compiled code calls; as helpers are called */
/* jit_refuse() of a slot of a struct prog */
uint64_t jit_refused(uint64_t prog, uint64_t slot, uint64_t, uint64_t, uint64_t,
		     struct run_ctx *rc);
uint64_t jit_cannot(uint64_t why, uint64_t, uint64_t, uint64_t, uint64_t, struct run_ctx *rc);
uint64_t jit_missing_kfunc(uint64_t call, uint64_t, uint64_t, uint64_t, uint64_t,
			   struct run_ctx *rc);
/* The bytes of the packet, or UINT64_MAX: they are not all there. */
uint64_t jit_packet_load(uint64_t off, uint64_t size, uint64_t, uint64_t, uint64_t,
			 struct run_ctx *rc);

#endif
