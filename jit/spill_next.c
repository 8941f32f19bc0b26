/* How many values are alive at once, and where each is used next. */
#include "jit/spill.h"

/* ---- pressure ---- */

static uint32_t count(uint64_t mask)
{
	return (uint32_t)__builtin_popcountll(mask);
}

struct sp_room sp_room(struct sp *sp, const struct ir_ins *ins, const struct ir_uses *u,
		       uint32_t last)
{
	const struct target *target = sp->fn->target;
	uint64_t busy = target->clobbers(sp->fn, ins);
	uint8_t to = target->reg_of(sp->fn, ins, &ins->to);
	struct sp_room room = {0};

	if (to != REG_ANY)
		busy |= UINT64_C(1) << to;
	for (uint32_t i = 0; i < u->n; i++) {
		uint8_t reg = target->reg_of(sp->fn, ins, u->v[i]);
		bool ends = last & 1 << i && u->v[i]->kind == REF_TMP;

		if (reg != REG_ANY)
			busy |= UINT64_C(1) << reg;
		room.any += ends && reg == REG_ANY;
		room.late += ends && reg == REG_ANY && target->is_late(sp->fn, ins, u->v[i]);
	}
	busy &= target->allocatable;
	room.before = room.after = sp->nregs - min(count(busy), sp->nregs);
	room.after -= ins->to.kind == REF_TMP && to == REG_ANY && room.after;
	return room;
}

/* Operands become alive; those that were not, by bit. */
static uint32_t raise_uses(struct sp *sp, const struct ir_uses *u)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP && !sp->alive[u->v[i]->val])
			last |= 1u << i;
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP)
			sp->alive[u->v[i]->val] = true;
	return last;
}

/* How many different temporaries are among them. */
static uint32_t count_last(const struct ir_uses *u, uint32_t last)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < u->n; i++) {
		bool again = false;

		for (uint32_t k = 0; k < i; k++)
			again |= ref_eq(*u->v[k], *u->v[i]);
		n += last >> i & 1 && !again;
	}
	return n;
}

static bool ins_fits(struct sp *sp, struct ir_ins *ins, uint32_t *alive)
{
	struct ir_uses u;
	struct sp_room room;
	uint32_t last;
	bool fits;

	ir_uses(sp->fn, ins, &u);
	if (ins->to.kind == REF_TMP && sp->alive[ins->to.val]) {
		sp->alive[ins->to.val] = false;
		--*alive;
	}
	last = raise_uses(sp, &u);
	room = sp_room(sp, ins, &u, last);
	fits = *alive + room.any <= room.before && *alive + room.late <= room.after;
	*alive += count_last(&u, last);
	return fits;
}

static void begin(struct sp *sp, struct ir_blk *blk)
{
	for (uint32_t i = 0; i < blk->in.n; i++)
		sp->alive[blk->in.v[i]] = false;
	vec_each(&blk->phis, phi)
		sp->alive[phi->to.val] = false;
	for (uint32_t i = 0; blk == sp->fn->rpo[0] && i < ARRAY_SIZE(sp->fn->args); i++)
		if (sp->fn->args[i].kind == REF_TMP)
			sp->alive[sp->fn->args[i].val] = false;
}

/* How many values are alive at once in a block; false when registers do not suffice there. */
static bool blk_fits(struct sp *sp, struct ir_blk *blk, uint32_t *most)
{
	uint32_t alive = blk->out.n;
	struct ir_uses u;
	bool fits = true;

	for (uint32_t i = 0; i < blk->out.n; i++)
		sp->alive[blk->out.v[i]] = true;
	ir_jmp_uses(sp->fn, &blk->jmp, &u);
	alive += count_last(&u, raise_uses(sp, &u));
	*most = alive;
	for (size_t i = blk->ins.n; i-- > 0;) {
		fits &= ins_fits(sp, &blk->ins.v[i], &alive);
		*most = max(*most, alive);
	}
	begin(sp, blk);
	*most = max(*most, blk->in.n + (uint32_t)blk->phis.n);
	return fits && *most <= sp->nregs;
}

bool sp_fits(struct sp *sp)
{
	bool fits = true;
	uint32_t most;

	for (uint32_t i = sp->fn->nrpo; fits && i-- > 0;)
		fits = blk_fits(sp, sp->fn->rpo[i], &most);
	return fits;
}

void sp_pressure(struct sp *sp)
{
	for (uint32_t i = sp->fn->nrpo; i-- > 0;) {
		struct ir_blk *blk = sp->fn->rpo[i], *header = blk->loop;
		uint32_t most;

		(void)blk_fits(sp, blk, &most);
		sp_blk(sp, blk)->most = most = max(most, sp_blk(sp, blk)->most);
		if (header && header == blk)
			header = blk->outer;
		if (header)
			sp_blk(sp, header)->most = max(sp_blk(sp, header)->most, most);
	}
}

/* ---- distances ---- */

/* next of what is alive where the block ends, counted from there. */
static void look_behind(struct sp *sp, struct ir_blk *blk)
{
	for (uint32_t i = 0; i < blk->out.n; i++)
		sp->tmps[blk->out.v[i]].next = NEVER - LOOP_EXIT;
	for (uint32_t k = 0; k < 2 && blk->to[k]; k++) {
		struct ir_blk *to = blk->to[k];
		uint32_t *next = sp_blk(sp, to)->next;
		uint32_t far = to->depth < blk->depth ? LOOP_EXIT : 0, pred = 0;

		for (uint32_t i = 0; next && i < to->in.n; i++) {
			uint32_t *n = &sp->tmps[to->in.v[i]].next;
			uint32_t there = min(next[i], NEVER - LOOP_EXIT * 2) + far;

			*n = min(*n, there);
		}
		while (to->pred.v[pred] != blk)
			pred++;
		vec_each(&to->phis, phi)
			if (phi->arg[pred].kind == REF_TMP) {
				uint32_t *n = &sp->tmps[phi->arg[pred].val].next;

				*n = min(*n, far);
			}
	}
}

static uint32_t after_block(uint32_t next, size_t len)
{
	return next > NEVER - LOOP_EXIT * 2 - len ? next : next + (uint32_t)len;
}

uint32_t sp_look_ahead(struct sp *sp, struct ir_blk *blk)
{
	uint32_t n = 0;
	struct ir_uses u;

	look_behind(sp, blk);
	for (uint32_t i = 0; i < blk->out.n; i++) {
		uint32_t *next = &sp->tmps[blk->out.v[i]].next;

		*next = after_block(*next, blk->ins.n + 1);
	}
	ir_jmp_uses(sp->fn, &blk->jmp, &u);
	for (size_t i = blk->ins.n + 1; i-- > 0;) {
		struct ir_ins *ins = i < blk->ins.n ? &blk->ins.v[i] : NULL;

		if (ins)
			ir_uses(sp->fn, ins, &u);
		if (ins && ins->to.kind == REF_TMP) {
			sp->after[n++] = sp->tmps[ins->to.val].next;
			sp->tmps[ins->to.val].next = NEVER;
		}
		for (uint32_t k = u.n; k-- > 0;)
			if (u.v[k]->kind == REF_TMP)
				sp->after[n++] = sp->tmps[u.v[k]->val].next;
		for (uint32_t k = 0; k < u.n; k++)
			if (u.v[k]->kind == REF_TMP)
				sp->tmps[u.v[k]->val].next = (uint32_t)i;
	}
	return n;
}

static void blk_distances(struct sp *sp, struct ir_blk *blk)
{
	struct sp_blk *b = sp_blk(sp, blk);

	sp_look_ahead(sp, blk);
	if (!b->next) {
		b->next = arena_array(&sp->fn->arena, uint32_t, blk->in.n + 1);
		b->phi_next = arena_array(&sp->fn->arena, uint32_t, blk->phis.n + 1);
	}
	for (uint32_t i = 0; i < blk->in.n; i++) {
		b->next[i] = sp->tmps[blk->in.v[i]].next;
		sp->tmps[blk->in.v[i]].next = NEVER;
	}
	for (size_t i = 0; i < blk->phis.n; i++) {
		b->phi_next[i] = sp->tmps[blk->phis.v[i].to.val].next;
		sp->tmps[blk->phis.v[i].to.val].next = NEVER;
	}
}

/* ---- where each is alive, if all instructions are numbered ---- */

static void stretch(struct sp *sp, struct ref r, uint32_t at)
{
	struct sp_tmp *tmp = &sp->tmps[r.val];

	if (r.kind != REF_TMP)
		return;
	tmp->first = min(tmp->first, at);
	tmp->last = max(tmp->last, at);
}

static uint32_t blk_lifetimes(struct sp *sp, struct ir_blk *blk, uint32_t at)
{
	struct ir_uses u;

	for (uint32_t i = 0; i < blk->in.n; i++)
		stretch(sp, (struct ref){REF_TMP, blk->in.v[i]}, at);
	vec_each(&blk->phis, phi)
		stretch(sp, phi->to, at);
	vec_each(&blk->ins, ins) {
		at++;
		ir_uses(sp->fn, ins, &u);
		for (uint32_t k = 0; k < u.n; k++)
			stretch(sp, *u.v[k], at);
		stretch(sp, ins->to, at);
	}
	at++;
	ir_jmp_uses(sp->fn, &blk->jmp, &u);
	for (uint32_t k = 0; k < u.n; k++)
		stretch(sp, *u.v[k], at);
	for (uint32_t i = 0; i < blk->out.n; i++)
		stretch(sp, (struct ref){REF_TMP, blk->out.v[i]}, at);
	/* Phis in memory are written there. */
	for (uint32_t k = 0; k < 2 && blk->to[k]; k++)
		vec_each(&blk->to[k]->phis, phi)
			stretch(sp, phi->to, at);
	return at + 1;
}

/* Room for the operands and results of the longest block. */
static uint32_t *new_after(struct sp *sp)
{
	uint32_t most = 0;
	struct ir_uses u;

	for (uint32_t i = 0; i < sp->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(sp->fn, i);
		uint32_t n = MAX_OPERANDS;

		vec_each(&blk->ins, ins) {
			ir_uses(sp->fn, ins, &u);
			n += u.n + 1;
		}
		most = max(most, n);
	}
	return arena_array(&sp->fn->arena, uint32_t, most);
}

void sp_distances(struct sp *sp)
{
	struct ir_fn *fn = sp->fn;
	uint32_t at = 0;

	sp->after = new_after(sp);
	for (size_t t = 0; t < fn->tmps.n; t++) {
		sp->tmps[t].next = NEVER;
		sp->tmps[t].first = NEVER;
	}
	/* Twice: what a loop's end looks forward to is where it begins. */
	for (int round = 0; round < 2; round++)
		for (uint32_t i = fn->nrpo; i-- > 0;)
			blk_distances(sp, fn->rpo[i]);
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		stretch(sp, fn->args[i], 0);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		at = blk_lifetimes(sp, ir_next(fn, i), at);
}
