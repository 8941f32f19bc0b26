/*
 * What a block expects and what its predecessors leave: phis get their values, and what ended up
 * elsewhere goes where it is expected, all in one parallel move for each edge.
 */
#include "jit/regalloc.h"

struct edge {
	struct ir_blk *from, *to;
	uint32_t pred; /* of to's */
	struct pmove moves[MAX_REGS];
	uint32_t n;
	uint32_t reads, writes; /* registers */
};

static void add_move(struct edge *e, uint8_t to, struct ref from)
{
	if (from.kind == REF_REG) {
		e->reads |= REG_BIT(from.val);
		if (from.val == to)
			return;
	}
	e->writes |= REG_BIT(to);
	e->moves[e->n++] = (struct pmove){to, from};
}

static struct ref at_end(const struct ra *ra, struct ref r)
{
	return r.kind == REF_TMP ? (struct ref){REF_REG, ra->tmps[r.val].reg} : r;
}

static void fill_edge(struct ra *ra, struct edge *e)
{
	const uint32_t *begin = ra_entry(ra, e->to), *end = ra_exit(ra, e->from);
	uint32_t n = ra->target->nregs, phis = 0;

	for (uint8_t r = 0; r < n; r++)
		if (end[r] != NO_TMP)
			ra->tmps[end[r]].reg = r;
	vec_each(&e->to->phis, phi) {
		uint8_t home = ra->tmps[phi->to.val].home;

		add_move(e, home, at_end(ra, phi->arg[e->pred]));
		phis |= REG_BIT(home);
	}
	for (uint8_t r = 0; r < n; r++)
		if (begin[r] != NO_TMP && !(phis & REG_BIT(r)))
			add_move(e, r, (struct ref){REF_REG, ra->tmps[begin[r]].reg});
	for (uint8_t r = 0; r < n; r++)
		if (end[r] != NO_TMP)
			ra->tmps[end[r]].reg = NO_REG;
}

static struct ir_blk *split(struct ra *ra, struct edge *e)
{
	struct ir_blk *blk = ir_new_blk(ra->fn);

	blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = e->from->jmp.slot, .odds = 8};
	blk->to[0] = e->to;
	blk->depth = min(e->from->depth, e->to->depth);
	blk->loop = e->from->depth < e->to->depth ? e->from->loop : e->to->loop;
	blk->slot = e->to->slot;
	arena_push(&ra->fn->arena, &blk->pred, e->from);
	e->from->to[e->from->to[0] == e->to ? 0 : 1] = blk;
	e->to->pred.v[e->pred] = blk;
	return blk;
}

/* Can the moves be before the jump, which also goes elsewhere, without harm? */
static bool may_come_early(struct ra *ra, const struct edge *e)
{
	struct edge other = {.from = e->from};
	struct ir_uses u;

	other.to = e->from->to[e->from->to[0] == e->to];
	if (ra->has_early[e->from->id] || other.to->id >= ra->fn->nrpo)
		return false;
	while (other.to->pred.v[other.pred] != e->from)
		other.pred++;
	fill_edge(ra, &other);
	ir_jmp_uses(ra->fn, &e->from->jmp, &u);
	for (uint32_t i = 0; i < u.n; i++)
		if (u.v[i]->kind == REF_REG)
			other.reads |= REG_BIT(u.v[i]->val);
	ra->has_early[e->from->id] = !(e->writes & other.reads);
	return ra->has_early[e->from->id];
}

static void insert(struct ra *ra, struct ir_blk *blk, size_t at, const struct ir_ins *ins,
		   uint32_t n)
{
	size_t behind = blk->ins.n - at;

	for (uint32_t i = 0; i < n; i++)
		(void)arena_add(&ra->fn->arena, &blk->ins);
	memmove(blk->ins.v + at + n, blk->ins.v + at, behind * sizeof(*ins));
	memcpy(blk->ins.v + at, ins, n * sizeof(*ins));
}

static void place_moves(struct ra *ra, struct edge *e)
{
	struct ir_ins out[MAX_REGS];
	uint32_t n = pmove(out, e->moves, e->n);

	for (uint32_t i = 0; i < n; i++)
		out[i].slot = e->from->jmp.slot;
	if (!e->from->to[1])
		insert(ra, e->from, e->from->ins.n, out, n);
	else if (e->to->pred.n == 1)
		insert(ra, e->to, 0, out, n);
	else if (e->to->depth >= e->from->to[e->from->to[0] == e->to]->depth &&
		 may_come_early(ra, e)) {
		insert(ra, e->from, e->from->ins.n, out, n);
		e->from->jmp.free = 0;
	} else {
		insert(ra, split(ra, e), 0, out, n);
	}
}

void ra_edges(struct ra *ra)
{
	struct ir_fn *fn = ra->fn;

	for (uint32_t i = 1; i < fn->nrpo; i++)
		for (uint32_t k = 0; k < fn->rpo[i]->pred.n; k++) {
			struct edge e = {
				.from = fn->rpo[i]->pred.v[k], .to = fn->rpo[i], .pred = k};

			fill_edge(ra, &e);
			if (e.n)
				place_moves(ra, &e);
		}
	for (uint32_t i = 0; i < fn->nrpo; i++)
		fn->rpo[i]->phis.n = 0;
}
