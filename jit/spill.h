/* What the parts of spilling share: spill.c, spill_next.c, spill_edge.c. */
#ifndef JIT_SPILL_H
#define JIT_SPILL_H

#include "core/base/rng.h"
#include "jit/local.h"

enum {
	NEVER = UINT32_MAX, /* it is not used again */
	LOOP_EXIT = 100000, /* what a use behind a loop is further away than one in it */
	MAX_OPERANDS = 16,
};

/* The values that are in registers, in no order. */
struct held {
	uint32_t v[MAX_REGS], n;
};

/* Of a temporary. */
struct sp_tmp {
	uint32_t next;	      /* where it is used next, in instructions of this block; NEVER */
	uint32_t held;	      /* its place in the set that is worked on, + 1 */
	uint32_t seen;	      /* in how many predecessors' registers it is */
	uint32_t first, last; /* where it is alive, in instructions of the whole function */
	uint32_t slot;	      /* its word in the frame */
	bool has_slot;	      /* it is stored where it is defined */
	const struct ir_ins *cheap; /* what makes it again: a constant, an address in the frame */
};

struct sp_blk {
	uint32_t *next;		  /* of blk->in, where the block begins */
	uint32_t *phi_next;	  /* of its phis */
	uint32_t most;		  /* values at once; of a header: in its loop */
	struct ir_set begin, end; /* those in registers */
	struct ir_set need[2];	  /* those that the edge to to[] wants in registers */
	struct ir_blk *edge[2];	  /* a block of its own that it got */
};

struct sp {
	struct ir_fn *fn;
	uint32_t nregs; /* that there are */
	struct rng rng;
	bool *alive; /* temporaries: sp_fits(), sp_pressure() */
	struct sp_tmp *tmps;
	uint32_t ntmps; /* but those that loads and stores between blocks make */
	struct sp_blk *blks;
	struct held held;
	uint32_t *after; /* of each operand and result of a block: where it is used next */
	VEC(struct ir_ins) out;
};

/* How many values may be in registers at an instruction. */
struct sp_room {
	uint32_t before;    /* survivors, and operands that may be in any register */
	uint32_t after;	    /* survivors, operands that are late, the result */
	uint32_t late, any; /* operands that end here and are late, may be anywhere */
};

/* ---- spill_next.c ---- */
/* last: operands that end here, by bit. */
struct sp_room sp_room(struct sp *sp, const struct ir_ins *ins, const struct ir_uses *u,
		       uint32_t last);
/* Do registers suffice everywhere? */
bool sp_fits(struct sp *sp);
/* Fills most. */
void sp_pressure(struct sp *sp);
/* Fills next, phi_next, first and last of all. */
void sp_distances(struct sp *sp);
/* Fills after[], from the end, and next of what is alive where the block begins; how long it is. */
uint32_t sp_look_ahead(struct sp *sp, struct ir_blk *blk);
/* ---- spill_edge.c ---- loads and stores between blocks; in[] and out[] become those in registers
 */
void sp_edges(struct sp *sp);

static inline struct sp_blk *sp_blk(struct sp *sp, const struct ir_blk *blk)
{
	return &sp->blks[blk->id];
}
static inline void held_add(struct sp *sp, uint32_t t)
{
	sp->held.v[sp->held.n++] = t;
	sp->tmps[t].held = sp->held.n;
}
static inline void held_remove(struct sp *sp, uint32_t t)
{
	uint32_t at = sp->tmps[t].held - 1, moved = sp->held.v[--sp->held.n];

	sp->held.v[at] = moved;
	sp->tmps[moved].held = at + 1;
	sp->tmps[t].held = 0;
}
static inline void held_clear(struct sp *sp)
{
	while (sp->held.n)
		sp->tmps[sp->held.v[--sp->held.n]].held = 0;
}
static inline struct ir_set held_copy(struct sp *sp)
{
	size_t size = sp->held.n * sizeof(*sp->held.v);

	return (struct ir_set){arena_memdup(&sp->fn->arena, sp->held.v, size), sp->held.n};
}
/* It is not in a register any more: what wants it will make it again, or load it. */
static inline void sp_drop(struct sp *sp, uint32_t t)
{
	if (!sp->tmps[t].cheap)
		sp->tmps[t].has_slot = true;
}
/* What puts it in a register again; spill() makes a word of the frame of the temporary. */
static inline struct ir_ins sp_load(struct sp *sp, uint32_t t, uint32_t slot)
{
	struct ir_ins ins = {.op = IR_COPY, .width = 8, .arg = {{REF_SPILL, t}, NO_REF}};

	if (sp->tmps[t].cheap)
		ins = *sp->tmps[t].cheap;
	ins.to = (struct ref){REF_TMP, t};
	ins.slot = slot;
	return ins;
}

#endif
