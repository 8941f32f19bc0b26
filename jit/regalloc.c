/*
 * Registers, in one way down the dominance order: where a value is changes only where an
 * instruction needs its register, so what is to be kept is moved away just before, in one parallel
 * move with the operands that have a fixed place. spill() has seen to it that there is always room.
 * Where blocks meet, each takes over from one predecessor, and moves on the other edges make up for
 * the difference: ra_learn.c's hints are to leave none.
 */
#include "jit/regalloc.h"

/* ---- where values are ---- */

static void put_in(struct ra *ra, uint32_t t, uint8_t reg)
{
	struct ra_tmp *head = &ra->tmps[ra_family(ra, t)];

	if (reg == NO_REG) {
		ra->fn->unplaced = true;
		return;
	}
	ra->tmps[t].reg = reg;
	if (ra->tmps[t].home == NO_REG)
		ra->tmps[t].home = reg;
	if (head->family_reg == NO_REG)
		head->family_reg = reg;
	ra->at[reg] = t;
	ra->free &= ~REG_BIT(reg);
	ra->fn->used |= REG_BIT(reg);
}

static void take_out(struct ra *ra, uint32_t t)
{
	uint8_t reg = ra->tmps[t].reg;

	if (reg == NO_REG)
		return;
	ra->tmps[t].reg = NO_REG;
	ra->at[reg] = NO_TMP;
	ra->free |= REG_BIT(reg);
}

static void empty(struct ra *ra)
{
	for (uint32_t r = 0; r < ra->target->nregs; r++)
		if (ra->at[r] != NO_TMP)
			ra->tmps[ra->at[r]].reg = NO_REG;
	memset(ra->at, 0xff, sizeof(ra->at));
	ra->free = (uint32_t)ra->target->allocatable;
}

/* ---- fixed registers ---- */

/* An instruction that wants operands in fixed registers, or overwrites some. */
struct need {
	struct ir_ins *ins;
	const struct ir_uses *u;
	uint8_t reg[16];   /* of each operand, or REG_ANY */
	uint32_t clobbers; /* and the result's */
	uint32_t busy;	   /* and the operands' */
	struct pmove moves[MAX_REGS];
	uint32_t nmoves;
};

static void fill_need(struct ra *ra, struct need *n)
{
	uint8_t to = ra_reg_of(ra, n->ins, &n->ins->to);

	n->nmoves = 0;
	n->clobbers = (uint32_t)ra->target->clobbers(ra->fn, n->ins);
	if (to != REG_ANY)
		n->clobbers |= REG_BIT(to);
	n->busy = n->clobbers;
	for (uint32_t i = 0; i < n->u->n; i++) {
		n->reg[i] = ra_reg_of(ra, n->ins, n->u->v[i]);
		if (n->reg[i] != REG_ANY)
			n->busy |= REG_BIT(n->reg[i]);
	}
}

/* Must what is in the register be somewhere else while the instruction runs, and after it? */
static bool must_leave(const struct ra *ra, const struct need *n, uint8_t reg)
{
	bool survives = true, is_fixed_here = false, is_free_operand = false;

	for (uint32_t i = 0; i < n->u->n; i++) {
		const struct ref *r = n->u->v[i];

		if (r->kind != REF_TMP || r->val != ra->at[reg])
			continue;
		survives &= !(n->ins->last & 1 << i);
		is_fixed_here |= n->reg[i] == reg;
		is_free_operand |= n->reg[i] == REG_ANY;
	}
	if (is_free_operand)
		return true;
	return survives && (!is_fixed_here || n->clobbers & REG_BIT(reg));
}

/* Does what is in the register go to fixed places alone, and end there? */
static bool is_vacated(const struct ra *ra, const struct need *n, uint32_t reg)
{
	bool is_operand = false;

	for (uint32_t i = 0; i < n->u->n; i++) {
		if (n->u->v[i]->kind != REF_TMP || n->u->v[i]->val != ra->at[reg])
			continue;
		if (n->reg[i] == REG_ANY || !(n->ins->last & 1 << i))
			return false;
		is_operand = true;
	}
	return is_operand;
}

/* Where values can go that have to leave. */
static uint32_t find_room(const struct ra *ra, const struct need *n)
{
	uint32_t room = ra->free;

	for (uint32_t r = 0; r < ra->target->nregs; r++)
		if (ra->at[r] != NO_TMP && is_vacated(ra, n, r))
			room |= REG_BIT(r);
	return room & ~n->busy;
}

static void add_move(struct need *n, uint8_t to, struct ref from)
{
	n->moves[n->nmoves++] = (struct pmove){to, from};
}

/* Moves away what is in the way; the values' places are the new ones afterwards. */
static void evict(struct ra *ra, const struct ir_blk *blk, struct need *n)
{
	uint32_t room = find_room(ra, n);

	for (uint32_t mask = n->busy & ~ra->free; mask; mask &= mask - 1) {
		uint8_t reg = (uint8_t)__builtin_ctz(mask), to;
		uint32_t t = ra->at[reg], from = room & ra->free ? room & ra->free : room;

		if (t == NO_TMP || !must_leave(ra, n, reg))
			continue;
		to = ra_choose(ra, blk, t, from, NO_REG, 0);
		if (to == NO_REG) {
			ra->fn->unplaced = true;
			return;
		}
		room &= ~REG_BIT(to);
		add_move(n, to, (struct ref){REF_REG, reg});
		ra->at[reg] = NO_TMP;
		ra->free |= REG_BIT(reg) & (uint32_t)ra->target->allocatable;
		if (ra->at[to] != NO_TMP)
			ra->tmps[ra->at[to]].reg = NO_REG;
		put_in(ra, t, to);
	}
}

/* Puts the moves that the instruction needs before it. */
static void satisfy(struct ra *ra, const struct ir_blk *blk, struct need *n)
{
	struct ir_ins out[MAX_REGS];
	struct ref from[16];
	uint32_t nout;

	for (uint32_t i = 0; i < n->u->n; i++) {
		struct ref r = *n->u->v[i];

		from[i] = r.kind == REF_TMP ? (struct ref){REF_REG, ra->tmps[r.val].reg} : r;
	}
	evict(ra, blk, n);
	if (ra->fn->unplaced)
		return;
	for (uint32_t i = 0; i < n->u->n; i++)
		if (n->reg[i] != REG_ANY) {
			add_move(n, n->reg[i], from[i]);
			ra->fn->used |= REG_BIT(n->reg[i]);
		}
	nout = pmove(out, n->moves, n->nmoves);
	for (uint32_t i = 0; i < nout; i++) {
		out[i].slot = n->ins->slot;
		vec_push(&ra->out, out[i]);
	}
}

/* ---- instructions ---- */

/* Operands become registers; who dies leaves; the registers that the result must not be in. */
static uint32_t rewrite_uses(struct ra *ra, struct ir_ins *ins, const struct ir_uses *u,
			     const struct need *n)
{
	uint32_t late = n ? n->clobbers : 0, last[16], nlast = 0;

	for (uint32_t i = 0; i < u->n; i++) {
		struct ref *r = u->v[i];
		bool is_late = ins->to.kind == REF_TMP && ra->target->is_late(ra->fn, ins, r);
		uint8_t reg = n ? n->reg[i] : REG_ANY;

		if (reg == REG_ANY && r->kind != REF_TMP)
			continue;
		if (r->kind == REF_TMP && ins->last & 1 << i)
			last[nlast++] = r->val;
		if (reg == REG_ANY)
			reg = ra->tmps[r->val].reg;
		*r = (struct ref){REF_REG, reg};
		late |= is_late ? REG_BIT(reg) : 0;
	}
	while (nlast)
		take_out(ra, last[--nlast]);
	return late;
}

enum { TIED = 6, TIED_LOOSELY = 2 };

/* The register of an operand that ended here and that the result would like to be in. */
static uint8_t tied_reg(const struct ra *ra, const struct ir_ins *ins)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct ref r = ins->arg[i];

		if (i && !(ir_ops[ins->op].modes & IR_COMM))
			break;
		if (r.kind == REF_REG && ra->free & REG_BIT(r.val))
			return (uint8_t)r.val;
	}
	return NO_REG;
}

static void give_result(struct ra *ra, const struct ir_blk *blk, struct ir_ins *ins, uint32_t late)
{
	uint8_t reg = ra_reg_of(ra, ins, &ins->to);
	uint32_t t = ins->to.val;

	if (reg == REG_ANY)
		reg = ra_choose(ra, blk, t, ra->free & ~late, tied_reg(ra, ins),
				ra->target->is_tied(ins) ? TIED : TIED_LOOSELY);
	put_in(ra, t, reg);
	ins->to = (struct ref){REF_REG, reg};
	if (ins->last & RESULT_UNUSED)
		take_out(ra, t);
}

static bool is_no_move(const struct ir_ins *ins)
{
	return ins->op == IR_COPY && ref_eq(ins->to, ins->arg[0]);
}

static void do_ins(struct ra *ra, const struct ir_blk *blk, const struct ir_ins *old)
{
	struct ir_ins ins = *old;
	struct ir_uses u;
	struct need n = {.ins = &ins, .u = &u};
	uint32_t late;

	if (ins.op == IR_NOP)
		return;
	ir_uses(ra->fn, &ins, &u);
	fill_need(ra, &n);
	if (n.busy)
		satisfy(ra, blk, &n);
	if (ra->fn->unplaced)
		return;
	late = rewrite_uses(ra, &ins, &u, n.busy ? &n : NULL);
	if (ins.to.kind == REF_TMP)
		give_result(ra, blk, &ins, late);
	if (!is_no_move(&ins))
		vec_push(&ra->out, ins);
}

/* ---- blocks ---- */

/* r1 to r5 are where they are passed; those that cannot stay there move at once. */
static void begin_function(struct ra *ra, struct ir_blk *blk)
{
	struct ir_fn *fn = ra->fn;
	struct pmove moves[ARRAY_SIZE(fn->args)];
	struct ir_ins out[ARRAY_SIZE(fn->args)];
	uint32_t n = 0, passed = 0;

	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		if (fn->args[i].kind == REF_TMP && fn->tmps.v[fn->args[i].val].uses)
			passed |= REG_BIT(ra->target->arg[i]);
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++) {
		uint8_t from = ra->target->arg[i];
		uint32_t t = fn->args[i].val;
		uint8_t reg;

		if (!(passed & REG_BIT(from)))
			continue;
		reg = ra_choose(ra, blk, t, (ra->free & ~passed) | REG_BIT(from), from, TIED);
		put_in(ra, t, reg);
		moves[n++] = (struct pmove){reg, {REF_REG, from}};
	}
	n = pmove(out, moves, n);
	for (uint32_t i = 0; i < n; i++)
		vec_push(&ra->out, out[i]);
}

/* The predecessor whose end the block takes over. */
static uint32_t choose_pred(const struct ra *ra, const struct ir_blk *blk)
{
	uint32_t best = NO_TMP;

	for (uint32_t i = 0; i < blk->pred.n; i++) {
		const struct ir_blk *pred = blk->pred.v[i];

		if (ra->is_done[pred->id] &&
		    (best == NO_TMP || pred->depth >= blk->pred.v[best]->depth))
			best = i;
	}
	return best;
}

/* A phi is put where its value is on the way from that predecessor, if that is free now. */
static void begin_phis(struct ra *ra, struct ir_blk *blk, uint32_t pred)
{
	const uint32_t *row = ra_exit(ra, blk->pred.v[pred]);

	vec_each(&blk->phis, phi) {
		struct ref arg = phi->arg[pred];
		uint8_t tied = NO_REG;

		for (uint8_t r = 0; arg.kind == REF_TMP && r < ra->target->nregs; r++)
			if (row[r] == arg.val && ra->free & REG_BIT(r))
				tied = r;
		put_in(ra, phi->to.val, ra_choose(ra, blk, phi->to.val, ra->free, tied, TIED));
	}
	if (blk->loop == blk && !ra->fn->unplaced) {
		uint32_t mask = blk->outer ? ra->reserved[blk->outer->id] : 0;

		vec_each(&blk->phis, phi)
			mask |= REG_BIT(ra->tmps[phi->to.val].home);
		ra->reserved[blk->id] = mask;
	}
}

static void begin_blk(struct ra *ra, struct ir_blk *blk)
{
	uint32_t pred, *row;

	empty(ra);
	if (blk == ra->fn->rpo[0]) {
		begin_function(ra, blk);
		return;
	}
	pred = choose_pred(ra, blk);
	row = ra_exit(ra, blk->pred.v[pred]);
	for (uint8_t r = 0; r < ra->target->nregs; r++)
		if (row[r] != NO_TMP)
			ra->tmps[row[r]].reg = r;
	for (uint32_t i = 0; i < blk->in.n; i++)
		put_in(ra, blk->in.v[i], ra->tmps[blk->in.v[i]].reg);
	for (uint8_t r = 0; r < ra->target->nregs; r++)
		if (row[r] != NO_TMP && ra->at[r] != row[r])
			ra->tmps[row[r]].reg = NO_REG;
	begin_phis(ra, blk, pred);
	memcpy(ra_entry(ra, blk), ra->at, ra->target->nregs * sizeof(*ra->at));
}

/* For a table of jumps (table.c) */
static void note_free(struct ra *ra, struct ir_jmp *jmp)
{
	if (jmp->kind != JUMP_IF || jmp->arg[0].kind != REF_TMP)
		return;
	jmp->free = ra->free & ~(uint32_t)ra->target->saved;
	jmp->value = ref_tmp(ra->fn, jmp->arg[0])->value;
}

static void end_blk(struct ra *ra, struct ir_blk *blk)
{
	struct ir_uses u;

	note_free(ra, &blk->jmp);
	ir_jmp_uses(ra->fn, &blk->jmp, &u);
	for (uint32_t i = 0; i < u.n; i++)
		if (u.v[i]->kind == REF_TMP)
			*u.v[i] = (struct ref){REF_REG, ra->tmps[u.v[i]->val].reg};
	if (blk->jmp.kind == JUMP_RET) {
		struct pmove move = {ra->target->ret, blk->jmp.arg[0]};
		struct ir_ins out;

		if (pmove(&out, &move, 1)) {
			out.slot = blk->jmp.slot;
			vec_push(&ra->out, out);
		}
		blk->jmp.arg[0] = (struct ref){REF_REG, ra->target->ret};
	}
	memcpy(ra_exit(ra, blk), ra->at, ra->target->nregs * sizeof(*ra->at));
	ra->is_done[blk->id] = true;
}

static void do_blk(struct ra *ra, struct ir_blk *blk)
{
	ra->out.n = 0;
	begin_blk(ra, blk);
	for (size_t i = 0; i < blk->ins.n && !ra->fn->unplaced; i++)
		do_ins(ra, blk, &blk->ins.v[i]);
	if (ra->fn->unplaced)
		return;
	end_blk(ra, blk);
	ir_set_ins(ra->fn, blk, ra->out.v, ra->out.n);
}

void regalloc(struct ir_fn *fn)
{
	const struct target *target = fn->target;
	size_t rows = (size_t)fn->nrpo * target->nregs;
	struct ra ra = {
		.fn = fn,
		.target = target,
		.rng = {fn->random},
		.tmps = xcalloc(fn->tmps.n + 1, sizeof(*ra.tmps)),
		.live = xcalloc(fn->tmps.n + 1, sizeof(*ra.live)),
		.entry = xcalloc(rows, sizeof(*ra.entry)),
		.exit = xcalloc(rows, sizeof(*ra.exit)),
		.is_done = xcalloc(fn->nrpo, sizeof(*ra.is_done)),
		.has_early = xcalloc(fn->nrpo, sizeof(*ra.has_early)),
		.reserved = xcalloc(fn->nrpo, sizeof(*ra.reserved)),
	};

	memset(ra.at, 0xff, sizeof(ra.at));
	memset(ra.entry, 0xff, rows * sizeof(*ra.entry));
	ra_learn(&ra);
	for (uint32_t i = 0; i < fn->nrpo && !fn->unplaced; i++)
		do_blk(&ra, ir_next(fn, i));
	if (!fn->unplaced)
		ra_edges(&ra);
	vec_free(&ra.out);
	free(ra.tmps);
	free(ra.live);
	free(ra.entry);
	free(ra.exit);
	free(ra.is_done);
	free(ra.has_early);
	free(ra.reserved);
}
