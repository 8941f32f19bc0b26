/*
 * A variable gets a phi where it lives and several definitions of it meet, which are the dominance
 * frontiers of those (R. Cytron and others, "Efficiently Computing Static Single Assignment Form
 * and the Control Dependence Graph", 1991), and one walk over the dominator tree gives each use the
 * definition that reaches it. Where frontiers are too many together, each variable that lives at a
 * join gets one: superfluous phis are those whose arguments are one value, and copy() removes them
 * (J. Aycock, N. Horspool, "Simple Generation of Static Single-Assignment Form", CC 2000). Copies
 * vanish on the way: what was copied is the definition.
 */
#include "jit/domwalk.h"

/* A block in a frontier, and the next in it; + 1, 0: none */
struct front {
	uint32_t blk, next;
};

#define NO_BLK UINT32_MAX

struct ssa {
	struct ir_fn *fn;
	uint32_t nwords;   /* of a set of variables */
	uint64_t *in;	   /* of each block: variables whose value is wanted where it begins */
	uint32_t (*to)[2]; /* ... its successors, by id; NO_BLK: none */
	uint64_t *kill;	   /* ... that it assigns, by phis too */
	uint64_t *phis;	   /* ... that have a phi there */
	uint32_t *front;   /* ... the first of its frontier in fronts */
	VEC(struct front) fronts;
	VEC(uint32_t) work;
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
	for (int k = 0; k < 2; k++)
		s->to[blk->id][k] = blk->to[k] ? blk->to[k]->id : NO_BLK;
	vec_each(&blk->ins, ins) {
		ir_each_use(s->fn, ins, note_use, s);
		if (ins->to.kind == REF_VAR)
			set_of(s->kill, s, blk)[ins->to.val / 64] |= UINT64_C(1)
								     << ins->to.val % 64;
	}
	ir_each_jmp_use(s->fn, blk, note_use, s);
}

static bool widen_in(struct ssa *s, uint32_t id)
{
	uint64_t *in = s->in + (size_t)id * s->nwords, *kill = s->kill + (size_t)id * s->nwords;
	bool changed = false;

	for (uint32_t k = 0; k < 2 && s->to[id][k] != NO_BLK; k++) {
		const uint64_t *next = s->in + (size_t)s->to[id][k] * s->nwords;

		for (uint32_t i = 0; i < s->nwords; i++) {
			uint64_t more = next[i] & ~kill[i] & ~in[i];

			in[i] |= more;
			changed |= more != 0;
		}
	}
	return changed;
}

static void note_wanted(struct ssa *s)
{
	vec_each(&s->fn->entries, entry) {
		entry->wanted = arena_memdup(&s->fn->arena, set_of(s->in, s, entry->blk),
					     s->nwords * sizeof(*s->in));
	}
}

static void fill_live(struct ssa *s)
{
	bool changed = true;

	for (uint32_t i = 0; i < s->fn->nrpo; i++)
		look_at_blk(s, ir_next(s->fn, i));
	while (changed) {
		changed = false;
		for (uint32_t i = s->fn->nrpo; i-- > 0;)
			changed |= widen_in(s, i);
	}
}

/* ---- phis ---- */

static void add_front(struct ssa *s, const struct ir_blk *of, const struct ir_blk *blk)
{
	vec_push(&s->fronts, ((struct front){blk->id, s->front[of->id]}));
	s->front[of->id] = (uint32_t)s->fronts.n;
}

/*
 * Where what a block dominates ends (K. Cooper, T. Harvey, K. Kennedy, "A Simple, Fast Dominance
 * Algorithm", 2001, figure 5). False: they are too many.
 */
static bool fill_fronts(struct ssa *s)
{
	enum { EACH = 16 }; /* of a block, on the average */
	uint32_t *seen = xcalloc(s->fn->nrpo, sizeof(*seen));
	bool fits = true;

	for (uint32_t i = 0; i < s->fn->nrpo && fits; i++) {
		struct ir_blk *blk = ir_next(s->fn, i);

		if (blk->pred.n < 2)
			continue;
		vec_each(&blk->pred, pred) {
			struct ir_blk *at = *pred;

			for (; at != blk->idom && seen[at->id] != i + 1; at = at->idom) {
				seen[at->id] = i + 1;
				add_front(s, at, blk);
			}
		}
		fits = s->fronts.n <= (size_t)EACH * s->fn->nrpo;
	}
	free(seen);
	return fits;
}

/* What blk assigns meets something else where to begins. */
static void meet(struct ssa *s, const struct ir_blk *blk, const struct ir_blk *to)
{
	uint64_t *kill = set_of(s->kill, s, blk), *there = set_of(s->kill, s, to);
	uint64_t *in = set_of(s->in, s, to), *phis = set_of(s->phis, s, to), all = 0;

	for (uint32_t w = 0; w < s->nwords; w++) {
		uint64_t more = kill[w] & in[w] & ~phis[w];

		phis[w] |= more;
		all |= more & ~there[w];
		there[w] |= more;
	}
	if (all)
		vec_push(&s->work, to->id);
}

static void place_phis(struct ssa *s)
{
	for (uint32_t i = s->fn->nrpo; i-- > 0;)
		if (s->front[i])
			vec_push(&s->work, i);
	while (s->work.n) {
		const struct ir_blk *blk = s->fn->rpo[vec_pop(&s->work)];

		for (uint32_t at = s->front[blk->id]; at; at = s->fronts.v[at - 1].next)
			meet(s, blk, s->fn->rpo[s->fronts.v[at - 1].blk]);
	}
}

static void place_all_phis(struct ssa *s)
{
	for (uint32_t i = 0; i < s->fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(s->fn, i);

		if (blk->pred.n > 1)
			memcpy(set_of(s->phis, s, blk), set_of(s->in, s, blk),
			       s->nwords * sizeof(*s->phis));
	}
}

static uint32_t count_phis(struct ssa *s, const struct ir_blk *blk)
{
	uint32_t n = 0;

	for (uint32_t w = 0; w < s->nwords; w++)
		n += (uint32_t)__builtin_popcountll(set_of(s->phis, s, blk)[w]);
	return n;
}

static void add_phis(struct ssa *s, struct ir_blk *blk)
{
	const uint64_t *phis = set_of(s->phis, s, blk);
	uint32_t n = count_phis(s, blk);
	struct ref *arg;

	if (!n)
		return;
	ir_reserve(s->fn, &blk->phis, n);
	arg = arena_array(&s->fn->arena, struct ref, n * blk->pred.n);
	for (uint32_t w = 0; w < s->nwords; w++)
		for (uint64_t rest = phis[w]; rest; rest &= rest - 1) {
			uint32_t var = w * 64 + (uint32_t)__builtin_ctzll(rest);
			struct ir_phi phi = {.to = ir_new_tmp(s->fn), .arg = arg, .var = var};

			arg += blk->pred.n;
			if (blk->known && var - blk->known_from < REG_FP)
				ref_tmp(s->fn, phi.to)->value = blk->known[var - blk->known_from];
			arena_push(&s->fn->arena, &blk->phis, phi);
		}
}

/* ---- the walk ---- */

static void set_now(struct ssa *s, uint32_t var, struct ref value)
{
	vec_push(&s->undo, ((struct change){var, s->now[var]}));
	s->now[var] = value;
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
		.to = xcalloc(fn->nrpo, sizeof(*s.to)),
		.kill = xcalloc((size_t)fn->nrpo * nwords, sizeof(*s.kill)),
		.phis = xcalloc((size_t)fn->nrpo * nwords, sizeof(*s.phis)),
		.front = xcalloc(fn->nrpo, sizeof(*s.front)),
		.now = xcalloc(fn->nvars, sizeof(*s.now)),
		.mark = xcalloc(fn->nrpo, sizeof(*s.mark)),
	};

	fill_live(&s);
	note_wanted(&s);
	if (fill_fronts(&s))
		place_phis(&s);
	else
		place_all_phis(&s);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		add_phis(&s, ir_next(fn, i));
	dom_walk(fn, enter, leave, &s);
	fn->nvars = 0;
	free(s.in);
	free(s.to);
	free(s.kill);
	free(s.phis);
	free(s.front);
	vec_free(&s.fronts);
	vec_free(&s.work);
	free(s.now);
	free(s.mark);
	vec_free(&s.undo);
}
