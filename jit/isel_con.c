/*
 * Constants that no instruction can have in it: each is made once, where that dominates its uses
 * and is outside of loops; spill() makes it again where registers are few.
 */
#include "jit/isel.h"

enum {
	CLIMB = 64,   /* dominators that are looked at for a common one */
	OUTSIDE = 64, /* constants that loops are left for: more would be alive in all of one */
};

/* Of two blocks; NULL: it is too far up. */
static struct ir_blk *common_dominator(struct ir_blk *a, struct ir_blk *b)
{
	for (int i = 0; i < CLIMB; i++) {
		if (a == b)
			return a;
		if (a->id > b->id)
			a = a->idom;
		else
			b = b->idom;
	}
	return NULL;
}

static uint32_t *place_of(struct isel *is, uint32_t con)
{
	if (con >= is->ncon_at) {
		uint32_t n = (uint32_t)is->fn->cons.cap + 1;

		is->con_at = xrealloc(is->con_at, n * sizeof(*is->con_at));
		memset(is->con_at + is->ncon_at, 0, (n - is->ncon_at) * sizeof(*is->con_at));
		is->ncon_at = n;
	}
	return &is->con_at[con];
}

struct ref isel_con(struct isel *is, int64_t value)
{
	struct ref con = ir_con(is->fn, value);
	uint32_t *at = place_of(is, con.val);
	struct isel_con *c = *at ? &is->cons.v[*at - 1] : NULL;
	struct ir_blk *blk = c ? common_dominator(c->blk, is->blk) : is->blk;

	if (!c || !blk) {
		vec_push(&is->cons, ((struct isel_con){ir_new_tmp(is->fn), is->blk, con.val}));
		*at = (uint32_t)is->cons.n;
		return vec_last(&is->cons)->tmp;
	}
	c->blk = blk;
	return c->tmp;
}

void isel_need_reg(struct isel *is, struct ref *r)
{
	if (r->kind == REF_CON)
		*r = isel_con(is, ref_con(is->fn, *r));
}

struct ref isel_near(struct isel *is, int64_t address, int32_t *disp)
{
	struct isel_con *c = is->anchor ? &is->cons.v[is->anchor - 1] : NULL;
	int64_t base = c ? is->fn->cons.v[c->con] : 0, at;
	struct ref tmp;

	if (!c || __builtin_add_overflow(address, *disp, &at) ||
	    __builtin_sub_overflow(at, base, &at) || !fits_32(at)) {
		base = address;
		at = *disp;
	}
	tmp = isel_con(is, base);
	is->anchor = *place_of(is, ir_con(is->fn, base).val);
	*disp = (int32_t)at;
	return tmp;
}

/* ---- placing ---- */

static struct ir_blk *out_of_loops(const struct isel *is, struct ir_blk *blk)
{
	while (is->cons.n <= OUTSIDE && blk->loop && blk->loop->idom)
		blk = blk->loop->idom;
	return blk;
}

static struct ir_ins make(const struct isel_con *c, uint32_t slot)
{
	return (struct ir_ins){.op = IR_COPY,
			       .width = 8,
			       .to = c->tmp,
			       .arg = {{REF_CON, c->con}, NO_REF},
			       .slot = slot};
}

/* Constants on their way into blocks. */
struct placing {
	uint32_t *first;  /* by block: place in cons + 1 */
	uint32_t *next;	  /* by place in cons: another one of the block, + 1 */
	uint32_t *of_tmp; /* by temporary from isel's first: place in cons + 1 */
	bool *is_pending; /* is to be made in the block that is worked on */
};

/* Those that the instruction uses are made before it. */
static void make_for(struct isel *is, struct placing *p, struct ir_ins *ins)
{
	struct ir_uses u;

	ir_uses(is->fn, ins, &u);
	for (uint32_t i = 0; i < u.n; i++) {
		uint32_t at;

		if (u.v[i]->kind != REF_TMP || u.v[i]->val < is->ntmps)
			continue;
		at = p->of_tmp[u.v[i]->val - is->ntmps];
		if (!at || !p->is_pending[at - 1])
			continue;
		p->is_pending[at - 1] = false;
		vec_push(&is->out, make(&is->cons.v[at - 1], ins->slot));
	}
}

static void place_in(struct isel *is, struct placing *p, struct ir_blk *blk)
{
	uint32_t first = p->first[blk->id];

	for (uint32_t i = first; i; i = p->next[i - 1])
		p->is_pending[i - 1] = true;
	is->out.n = 0;
	vec_each(&blk->ins, ins) {
		make_for(is, p, ins);
		if (ins->flags)
			break;
		vec_push(&is->out, *ins);
	}
	for (uint32_t i = first; i; i = p->next[i - 1]) {
		if (p->is_pending[i - 1])
			vec_push(&is->out, make(&is->cons.v[i - 1], blk->jmp.slot));
		p->is_pending[i - 1] = false;
	}
	if (blk->ins.n && vec_last(&blk->ins)->flags)
		vec_push(&is->out, *vec_last(&blk->ins));
	ir_set_ins(is->fn, blk, is->out.v, is->out.n);
}

void isel_place_cons(struct isel *is)
{
	struct ir_fn *fn = is->fn;
	size_t n = is->cons.n;
	struct placing p = {
		.first = xcalloc(fn->nrpo + 1, sizeof(*p.first)),
		.next = xcalloc(n + 1, sizeof(*p.next)),
		.of_tmp = xcalloc(fn->tmps.n - is->ntmps + 1, sizeof(*p.of_tmp)),
		.is_pending = xcalloc(n + 1, sizeof(*p.is_pending)),
	};

	for (uint32_t i = 0; i < n; i++) {
		struct ir_blk *blk = out_of_loops(is, is->cons.v[i].blk);

		p.of_tmp[is->cons.v[i].tmp.val - is->ntmps] = i + 1;
		p.next[i] = p.first[blk->id];
		p.first[blk->id] = i + 1;
	}
	for (uint32_t b = 0; b < fn->nrpo; b++)
		if (p.first[b])
			place_in(is, &p, fn->rpo[b]);
	free(p.first);
	free(p.next);
	free(p.of_tmp);
	free(p.is_pending);
}
