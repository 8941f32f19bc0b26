/* What is good to know of a temporary before it gets a register; and the choice of one. */
#include "jit/regalloc.h"

/* ---- families ---- */

uint32_t ra_family(struct ra *ra, uint32_t t)
{
	while (ra->tmps[t].family != t)
		t = ra->tmps[t].family = ra->tmps[ra->tmps[t].family].family;
	return t;
}

static void unite(struct ra *ra, uint32_t a, uint32_t b)
{
	a = ra_family(ra, a);
	b = ra_family(ra, b);
	ra->tmps[b].family = a;
}

/* Of several phis the one that it is moved to most often. */
static void want_phi(struct ra *ra, const struct ir_blk *blk, const struct ir_phi *phi,
		     uint32_t arg)
{
	uint32_t *want = &ra->tmps[arg].want;

	if (*want == NO_TMP || ra->fn->tmps.v[*want].blk->depth < blk->depth)
		*want = phi->to.val;
}

static void learn_phis(struct ra *ra, struct ir_blk *blk)
{
	vec_each(&blk->phis, phi)
		for (size_t i = 0; i < blk->pred.n; i++)
			if (phi->arg[i].kind == REF_TMP) {
				unite(ra, phi->to.val, phi->arg[i].val);
				want_phi(ra, blk, phi, phi->arg[i].val);
			}
}

/* A family that a call meets is best in registers that it leaves alone, all of it. */
static void share_avoid(struct ra *ra)
{
	for (uint32_t t = 0; t < ra->fn->tmps.n; t++)
		ra->tmps[ra_family(ra, t)].avoid |= ra->tmps[t].avoid;
}

/* ---- going up a block ---- */

static void live_add(struct ra *ra, uint32_t t)
{
	ra->live[ra->nlive++] = t;
	ra->tmps[t].alive = ra->nlive;
}

static void live_remove(struct ra *ra, uint32_t t)
{
	uint32_t at = ra->tmps[t].alive - 1, moved = ra->live[--ra->nlive];

	ra->live[at] = moved;
	ra->tmps[moved].alive = at + 1;
	ra->tmps[t].alive = 0;
}

/* The operands that nobody reads later, which are alive from here up. */
static uint16_t learn_last(struct ra *ra, const struct ir_uses *u)
{
	uint16_t last = 0;

	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP && !ra->tmps[u->v[i]->val].alive)
			last |= (uint16_t)(1 << i);
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP && !ra->tmps[u->v[i]->val].alive)
			live_add(ra, u->v[i]->val);
	return last;
}

/* An operand that ends here and whose register the result could take over. */
static bool may_pass_on(struct ra *ra, const struct ir_ins *ins, const struct ref *r, uint32_t last)
{
	return last && r->kind == REF_TMP && ins->to.kind == REF_TMP &&
	       (r == &ins->arg[0] || r == &ins->arg[1]) && ir_ops[ins->op].modes & IR_PURE &&
	       ra->tmps[r->val].want == NO_TMP && !ra->target->is_late(ra->fn, ins, r);
}

static void learn_wants(struct ra *ra, struct ir_ins *ins, const struct ir_uses *u)
{
	for (uint32_t i = 0; i < u->n; i++) {
		uint8_t reg = ra_reg_of(ra, ins, u->v[i]);

		if (u->v[i]->kind != REF_TMP)
			continue;
		if (reg != REG_ANY && ins->last & 1 << i)
			ra->tmps[u->v[i]->val].fixed = reg;
		if (may_pass_on(ra, ins, u->v[i], ins->last & 1 << i))
			ra->tmps[u->v[i]->val].want = ins->to.val;
	}
}

/* Registers that nobody may be in who survives the instruction. */
static uint32_t overwritten(struct ra *ra, const struct ir_ins *ins, const struct ir_uses *u)
{
	uint32_t mask = (uint32_t)ra->target->clobbers(ra->fn, ins);
	uint8_t reg;

	for (uint32_t i = 0; i <= u->n; i++) {
		reg = ra_reg_of(ra, ins, i < u->n ? u->v[i] : &ins->to);
		if (reg != REG_ANY)
			mask |= REG_BIT(reg);
	}
	return mask;
}

static void learn_ins(struct ra *ra, struct ir_ins *ins)
{
	struct ir_uses u;
	uint32_t mask;

	ir_uses(ra->fn, ins, &u);
	ins->last = 0;
	if (ins->to.kind == REF_TMP) {
		if (ra->tmps[ins->to.val].alive)
			live_remove(ra, ins->to.val);
		else
			ins->last = RESULT_UNUSED;
	}
	mask = overwritten(ra, ins, &u);
	for (uint32_t i = 0; mask && i < ra->nlive; i++)
		ra->tmps[ra->live[i]].avoid |= mask;
	ins->last |= learn_last(ra, &u);
	learn_wants(ra, ins, &u);
}

/* A value that spill() dropped before its first use is not brought in. */
static void keep_alive(const struct ra *ra, struct ir_set *in)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < in->n; i++)
		if (ra->tmps[in->v[i]].alive)
			in->v[n++] = in->v[i];
	in->n = n;
}

static void learn_blk(struct ra *ra, struct ir_blk *blk)
{
	struct ir_uses u;

	for (uint32_t i = 0; i < blk->out.n; i++)
		live_add(ra, blk->out.v[i]);
	ir_jmp_uses(ra->fn, &blk->jmp, &u);
	if (blk->jmp.kind == JUMP_RET && blk->jmp.arg[0].kind == REF_TMP)
		ra->tmps[blk->jmp.arg[0].val].fixed = ra->target->ret;
	learn_last(ra, &u);
	for (size_t i = blk->ins.n; i-- > 0;)
		learn_ins(ra, &blk->ins.v[i]);
	keep_alive(ra, &blk->in);
	while (ra->nlive)
		live_remove(ra, ra->live[ra->nlive - 1]);
}

void ra_learn(struct ra *ra)
{
	struct ir_fn *fn = ra->fn;

	for (uint32_t t = 0; t < fn->tmps.n; t++)
		ra->tmps[t] = (struct ra_tmp){
			.reg = NO_REG,
			.home = NO_REG,
			.fixed = NO_REG,
			.family_reg = NO_REG,
			.want = NO_TMP,
			.family = t,
		};
	for (uint32_t i = 0; i < fn->nrpo; i++)
		learn_phis(ra, ir_next(fn, i));
	for (uint32_t i = 0; i < fn->nrpo; i++)
		learn_blk(ra, ir_next(fn, i));
	share_avoid(ra);
}

/* ---- the choice ---- */

enum { FAR = 8 }; /* results of results that are looked through for a wish */

/* Where it should best be: with the phi, or the fixed operand, that its value becomes. */
static uint8_t wanted_reg(const struct ra *ra, uint32_t t)
{
	for (int i = 0; i < FAR && t != NO_TMP; i++) {
		const struct ra_tmp *tmp = &ra->tmps[t];

		if (i && tmp->home != NO_REG)
			return tmp->home;
		if (tmp->fixed != NO_REG)
			return tmp->fixed;
		t = tmp->want;
	}
	return NO_REG;
}

static uint32_t bit_or_none(uint8_t reg)
{
	return reg == NO_REG ? 0 : REG_BIT(reg);
}

/* Where the only block that comes next begins with it, if it is known. */
static uint32_t expected(struct ra *ra, const struct ir_blk *blk, uint32_t t)
{
	const uint32_t *begin;

	if (!blk->to[0] || blk->to[1] || !ra->is_done[blk->to[0]->id])
		return 0;
	begin = ra_entry(ra, blk->to[0]);
	for (uint32_t r = 0; r < ra->target->nregs; r++)
		if (begin[r] == t)
			return REG_BIT(r);
	return 0;
}

uint8_t ra_choose(struct ra *ra, const struct ir_blk *blk, uint32_t t, uint32_t from, uint8_t tied,
		  int weight)
{
	const struct ra_tmp *head = &ra->tmps[ra_family(ra, t)];
	uint32_t want = bit_or_none(wanted_reg(ra, t)) | expected(ra, blk, t);
	uint32_t family = bit_or_none(head->family_reg);
	uint32_t reserved = blk->loop ? ra->reserved[blk->loop->id] & ~want : 0;
	uint32_t avoid = ra->tmps[t].avoid | head->avoid;
	uint32_t fresh = (uint32_t)(ra->target->saved & ~ra->fn->used);
	int best = INT32_MIN;
	uint8_t found = NO_REG;

	if (ra->fn->random && from)
		for (uint64_t n = rng_below(&ra->rng, (uint64_t)__builtin_popcount(from)); n; n--)
			from &= from - 1;
	for (; from; from &= from - 1) {
		uint32_t bit = from & -from;
		int score = bit & avoid ? -16 : 0;

		score += bit & want ? 8 : 0;
		score -= bit & reserved ? 4 : 0;
		score += bit == bit_or_none(tied) ? weight : 0;
		score += bit & family ? 5 : 0;
		score -= bit & fresh ? 2 : bit & ra->target->saved ? 1 : 0;
		if (score > best) {
			best = score;
			found = (uint8_t)__builtin_ctz(bit);
		}
		if (ra->fn->random)
			break;
	}
	return found;
}
