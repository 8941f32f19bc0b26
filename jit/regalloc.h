/* What the parts of the allocation of registers share: regalloc.c, ra_learn.c, ra_edge.c. */
#ifndef JIT_REGALLOC_H
#define JIT_REGALLOC_H

#include "core/base/rng.h"
#include "jit/local.h"
#include "jit/pmove.h"

enum { NO_REG = UINT8_MAX, NO_TMP = UINT32_MAX, RESULT_UNUSED = 1 << 15 };

#define REG_BIT(r) (UINT32_C(1) << (r))

/* Of a temporary. */
struct ra_tmp {
	uint8_t reg;	    /* where it is now */
	uint8_t home;	    /* where it was first */
	uint8_t fixed;	    /* where an instruction wants it that is the last to read it */
	uint8_t family_reg; /* of a family's head: where the first of them was put */
	uint32_t avoid;	    /* registers that are overwritten while it is alive */
	uint32_t want;	    /* the temporary that should be where it is: a phi, a result */
	uint32_t family;    /* those that phis connect; the way to their head */
	uint32_t alive;	    /* its place in ra.live + 1 */
};

struct ra {
	struct ir_fn *fn;
	const struct target *target;
	struct rng rng;
	struct ra_tmp *tmps;
	uint32_t *live, nlive;	/* ra_learn.c's set while it goes up a block */
	uint32_t at[MAX_REGS];	/* the temporary in each register, NO_TMP */
	uint32_t free;		/* registers */
	uint32_t *entry, *exit; /* rows like at[] of each block, where it begins and ends */
	uint8_t *is_done;	/* blocks that have theirs */
	bool *has_early;	/* blocks that end with moves for one of two successors */
	uint32_t *reserved;	/* by loop header: registers of its phis and those around it */
	VEC(struct ir_ins) out; /* the block as it becomes */
};

static inline uint32_t *ra_entry(struct ra *ra, const struct ir_blk *blk)
{
	return ra->entry + (size_t)blk->id * ra->target->nregs;
}

static inline uint32_t *ra_exit(struct ra *ra, const struct ir_blk *blk)
{
	return ra->exit + (size_t)blk->id * ra->target->nregs;
}

static inline uint8_t ra_reg_of(struct ra *ra, const struct ir_ins *ins, const struct ref *r)
{
	return ra->target->reg_of(ra->fn, ins, r);
}

/* ---- ra_learn.c ---- fills avoid, want, fixed, families, and ir_ins.last */
void ra_learn(struct ra *ra);
/*
 * The register of `from` that suits t best, where tied is one that would save a move now, of that
 * weight, or NO_REG.
 */
uint8_t ra_choose(struct ra *ra, const struct ir_blk *blk, uint32_t t, uint32_t from, uint8_t tied,
		  int weight);
uint32_t ra_family(struct ra *ra, uint32_t t);
/* ---- ra_edge.c ---- moves between where blocks end and where the next begin */
void ra_edges(struct ra *ra);

#endif
