/*
 * Every variable that lives at a join gets a phi there, and one walk over the dominator tree gives
 * each use the definition that reaches it. Of these phis those are superfluous whose arguments are
 * one value; copy() removes them, which leaves the fewest there can be where loops have one entry
 * (J. Aycock, N. Horspool, "Simple Generation of Static Single-Assignment Form", CC 2000). Copies
 * vanish on the way: what was copied is the definition.
 */
#include "jit/domwalk.h"

struct ssa {
	struct ir_fn *fn;
	uint32_t nwords; /* of a set of variables */
	uint64_t *in;	 /* of each block: variables whose value is wanted where it begins */
	uint64_t *kill;	 /* ... that it assigns */
	struct ref *now; /* of each variable, where the walk is */
	/* What now[] was before the blocks around changed it, to go back to */
	VEC(struct change {
		uint32_t var;
		struct ref was;
	})
	undo;
	size_t *mark; /* of each block: how long undo was where it began */
	struct ir_blk *blk;
};

static uint64_t *set_of(uint64_t *sets, const struct ssa *s, const struct ir_blk *blk)
{
	return &sets[(size_t)blk->id * s->nwords];
}

/* ---- which variables live where ---- */

static void note_use(void *arg, struct ref *r)
{
	struct ssa *s = arg;

	if (r->kind != REF_VAR || set_of(s->kill, s, s->blk)[r->val / 64] >> r->val % 64 & 1)
		return;
	set_of(s->in, s, s->blk)[r->val / 64] |= UINT64_C(1) << r->val % 64;
}

static void look_at_blk(struct ssa *s, struct ir_blk *blk)
{
	s->blk = blk;
	vec_each(&blk->ins, ins) {
		ir_each_use(s->fn, ins, note_use, s);
		if (ins->to.kind == REF_VAR)
			set_of(s->kill, s, blk)[ins->to.val / 64] |= UINT64_C(1)
								     << ins->to.val % 64;
	}
	ir_each_jmp_use(s->fn, blk, note_use, s);
}

static bool widen_in(struct ssa *s, struct ir_blk *blk)
{
	uint64_t *in = set_of(s->in, s, blk), *kill = set_of(s->kill, s, blk);
	bool changed = false;

	for (uint32_t k = 0; k < 2 && blk->to[k]; k++) {
		const uint64_t *next = set_of(s->in, s, blk->to[k]);

		for (uint32_t i = 0; i < s->nwords; i++) {
			uint64_t more = next[i] & ~kill[i] & ~in[i];

			in[i] |= more;
			changed |= more != 0;
		}
	}
	return changed;
}

static void fill_live(struct ssa *s)
{
	bool changed = true;

	for (uint32_t i = 0; i < s->fn->nrpo; i++)
		look_at_blk(s, s->fn->rpo[i]);
	while (changed) {
		changed = false;
		for (uint32_t i = s->fn->nrpo; i-- > 0;)
			changed |= widen_in(s, s->fn->rpo[i]);
	}
}

/* ---- phis, and the walk ---- */

static void set_now(struct ssa *s, uint32_t var, struct ref value)
{
	vec_push(&s->undo, ((struct change){var, s->now[var]}));
	s->now[var] = value;
}

static void add_phis(struct ssa *s, struct ir_blk *blk)
{
	const uint64_t *in = set_of(s->in, s, blk);

	if (blk->pred.n < 2)
		return;
	for (uint32_t w = 0; w < s->nwords; w++)
		for (uint64_t rest = in[w]; rest; rest &= rest - 1) {
			uint32_t var = w * 64 + (uint32_t)__builtin_ctzll(rest);
			struct ir_phi phi = {.to = ir_new_tmp(s->fn), .var = var};

			phi.arg = arena_array(&s->fn->arena, struct ref, blk->pred.n);
			if (blk->known && var - blk->known_from < REG_FP)
				ref_tmp(s->fn, phi.to)->value = blk->known[var - blk->known_from];
			vec_push(&blk->phis, phi);
		}
}

/* What was never assigned is 0, as registers are when a program starts. */
static struct ref value_now(struct ssa *s, uint32_t var)
{
	return s->now[var].kind == REF_NONE ? ir_con(s->fn, 0) : s->now[var];
}

static void rename_use(void *arg, struct ref *r)
{
	if (r->kind == REF_VAR)
		*r = value_now(arg, r->val);
}

static void rename_ins(struct ssa *s, struct ir_ins *ins)
{
	uint32_t var = ins->to.val;

	ir_each_use(s->fn, ins, rename_use, s);
	if (ins->to.kind != REF_VAR)
		return;
	if (ins->op == IR_COPY) {
		set_now(s, var, ins->arg[0]);
		ins->op = IR_NOP;
		return;
	}
	ins->to = ir_new_tmp(s->fn);
	ref_tmp(s->fn, ins->to)->value = ins->value;
	set_now(s, var, ins->to);
}

static void drop_nops(struct ir_blk *blk)
{
	size_t n = 0;

	vec_each(&blk->ins, ins) {
		if (ins->op != IR_NOP)
			blk->ins.v[n++] = *ins;
	}
	blk->ins.n = n;
}

static void rename_blk(struct ssa *s, struct ir_blk *blk)
{
	vec_each(&blk->phis, phi) {
		set_now(s, phi->var, phi->to);
	}
	vec_each(&blk->ins, ins) {
		rename_ins(s, ins);
	}
	ir_each_jmp_use(s->fn, blk, rename_use, s);
	for (uint32_t k = 0; k < 2 && blk->to[k]; k++)
		vec_each(&blk->to[k]->phis, phi) {
			phi->arg[blk->pos[k]] = value_now(s, phi->var);
		}
	drop_nops(blk);
}

static void enter(void *arg, struct ir_blk *blk)
{
	struct ssa *s = arg;

	s->mark[blk->id] = s->undo.n;
	rename_blk(s, blk);
}

static void leave(void *arg, struct ir_blk *blk)
{
	struct ssa *s = arg;

	while (s->undo.n > s->mark[blk->id]) {
		struct change c = vec_pop(&s->undo);

		s->now[c.var] = c.was;
	}
}

void ssa(struct ir_fn *fn)
{
	uint32_t nwords = (fn->nvars + 63) / 64;
	struct ssa s = {
		.fn = fn,
		.nwords = nwords,
		.in = xcalloc((size_t)fn->nrpo * nwords, sizeof(*s.in)),
		.kill = xcalloc((size_t)fn->nrpo * nwords, sizeof(*s.kill)),
		.now = xcalloc(fn->nvars, sizeof(*s.now)),
		.mark = xcalloc(fn->nrpo, sizeof(*s.mark)),
	};

	fill_live(&s);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		add_phis(&s, fn->rpo[i]);
	dom_walk(fn, enter, leave, &s);
	fn->nvars = 0;
	free(s.in);
	free(s.kill);
	free(s.now);
	free(s.mark);
	vec_free(&s.undo);
}
