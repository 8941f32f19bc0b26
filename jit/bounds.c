/*
 * What a branch says is true of what it leads to: a walk over the dominator tree, with the
 * comparisons that hold on the way. They decide others of the same values, and choices; a value
 * that is equal to a number is that number. (What is known of values wherever they are used has
 * done its part in fold() already.)
 */
#include "jit/domwalk.h"
#include "jit/fold.h"

enum { LOOK_BACK = 24 }; /* comparisons, and choices: the last are the likeliest to tell */

struct change {
	uint32_t tmp;
	struct ref was;
};

struct bounds {
	struct ir_fn *fn;
	struct ref *as; /* of each temporary: what it is here; NO_REF: itself */
	VEC(struct comparison) holds;
	VEC(const struct ir_ins *) choices; /* those that were come by */
	VEC(struct change) undo;
	struct mark {
		size_t holds, choices, undo;
	} * mark; /* of each block: how long they were */
	bool cuts;
};

/* ---- relations ---- */

enum { LESS = 1, EQUAL = 2, MORE = 4, ALL = 7 };

/* Which of the three a comparison leaves, of unsigned or of signed numbers; ALL: it is neither. */
static uint8_t relation(uint8_t cc, bool is_signed)
{
	static const uint8_t of[CC_COUNT] = {
		[CC_EQ] = EQUAL, [CC_NE] = LESS | MORE,	  [CC_ULT] = LESS, [CC_UGE] = EQUAL | MORE,
		[CC_UGT] = MORE, [CC_ULE] = LESS | EQUAL, [CC_SLT] = LESS, [CC_SGE] = EQUAL | MORE,
		[CC_SGT] = MORE, [CC_SLE] = LESS | EQUAL, [CC_SET] = ALL,  [CC_CLEAR] = ALL,
	};
	bool either = cc == CC_EQ || cc == CC_NE;

	if (cc >= CC_SET || (!either && is_signed != (cc >= CC_SLT)))
		return ALL;
	return of[cc];
}

static bool same_values(const struct comparison *a, const struct comparison *b)
{
	return a->width == b->width && ref_eq(a->a, b->a) && ref_eq(a->b, b->b);
}

/* 1 or 0: what holds decides the question; -1: it does not. */
static int by_relation(const struct bounds *b, const struct comparison *c)
{
	bool is_signed = c->cc >= CC_SLT && c->cc <= CC_SLE;
	uint8_t asked = relation(c->cc, is_signed), known = ALL;

	for (size_t i = 0; i < LOOK_BACK && i < b->holds.n; i++) {
		const struct comparison *h = &b->holds.v[b->holds.n - 1 - i];

		if (!same_values(h, c))
			continue;
		if (h->cc == c->cc || h->cc == (c->cc ^ 1))
			return h->cc == c->cc;
		known &= relation(h->cc, is_signed);
	}
	if (asked == ALL || known == ALL)
		return -1;
	if (!(known & ~asked))
		return 1;
	return known & asked ? -1 : 0;
}

/* Cuts [lo, hi] to what a comparison with a number leaves. */
static void cut(uint8_t cc, uint64_t n, uint64_t *lo, uint64_t *hi)
{
	switch ((enum ir_cc)cc) {
	case CC_EQ:
		*lo = *hi = n;
		break;
	case CC_ULT:
		*hi = n ? min(*hi, n - 1) : *hi;
		break;
	case CC_ULE:
		*hi = min(*hi, n);
		break;
	case CC_UGT:
		*lo = n == UINT64_MAX ? *lo : max(*lo, n + 1);
		break;
	case CC_UGE:
		*lo = max(*lo, n);
		break;
	case CC_NE:
		*lo = *lo == n && n != UINT64_MAX ? n + 1 : *lo;
		break;
	default:
		break;
	}
}

static int by_range(const struct bounds *b, const struct comparison *c)
{
	uint64_t lo = 0, hi = fold_mask(c->width), n;

	if (!ref_is_con(c->b) || c->cc >= CC_SLT)
		return -1;
	for (size_t i = 0; i < LOOK_BACK && i < b->holds.n; i++) {
		const struct comparison *h = &b->holds.v[b->holds.n - 1 - i];

		if (h->width == c->width && ref_eq(h->a, c->a) && ref_is_con(h->b))
			cut(h->cc, (uint64_t)ref_con(b->fn, h->b) & fold_mask(h->width), &lo, &hi);
	}
	n = (uint64_t)ref_con(b->fn, c->b) & fold_mask(c->width);
	if (lo > hi)
		return -1;
	if (c->cc == CC_EQ || c->cc == CC_NE)
		return n < lo || n > hi ? c->cc == CC_NE : -1;
	if (ir_compare(c->cc, 8, lo, n) == ir_compare(c->cc, 8, hi, n))
		return ir_compare(c->cc, 8, lo, n);
	return -1;
}

static int decide(const struct bounds *b, const struct comparison *c)
{
	int holds;

	if (ref_is_con(c->a) && ref_is_con(c->b))
		return ir_compare(c->cc, c->width, (uint64_t)ref_con(b->fn, c->a),
				  (uint64_t)ref_con(b->fn, c->b));
	holds = by_relation(b, c);
	return holds >= 0 ? holds : by_range(b, c);
}

/* ---- what is something else here ---- */

static void set(struct bounds *b, struct ref tmp, struct ref is)
{
	if (tmp.kind != REF_TMP)
		return;
	b->fn->again = true;
	vec_push(&b->undo, ((struct change){tmp.val, b->as[tmp.val]}));
	b->as[tmp.val] = is;
}

static void resolve_use(void *arg, struct ref *r)
{
	struct bounds *b = arg;

	while (r->kind == REF_TMP && b->as[r->val].kind != REF_NONE)
		*r = b->as[r->val];
}

static struct comparison condition(const struct ir_call *call)
{
	return (struct comparison){call->cc, call->width, call->arg[0], call->arg[1]};
}

/* Is all of the value what the comparison looked at? */
static bool is_all(const struct bounds *b, const struct comparison *c)
{
	const struct ir_value *v = c->a.kind == REF_TMP ? b->fn->tmps.v[c->a.val].value : NULL;

	return c->width == 8 || (v && v->kind == FACT_NUMBER && v->umax <= UINT32_MAX);
}

static bool is_zero(const struct bounds *b, struct ref r)
{
	return ref_is_con(r) && !ref_con(b->fn, r);
}

/* A choice whose comparison is decided by what holds now, or that is not the 0 it could be */
static void learn_choice(struct bounds *b, const struct ir_ins *ins, const struct comparison *c)
{
	struct comparison of = condition(ins->call);
	bool not_zero =
		c->cc == CC_NE && c->width == 8 && ref_eq(c->a, ins->to) && is_zero(b, c->b);

	if (same_values(&of, c) && (of.cc == c->cc || of.cc == (c->cc ^ 1))) {
		set(b, ins->to, ins->arg[of.cc != c->cc]);
	} else if (not_zero && (is_zero(b, ins->arg[0]) || is_zero(b, ins->arg[1]))) {
		of.cc ^= is_zero(b, ins->arg[0]);
		vec_push(&b->holds, of);
		set(b, ins->to, ins->arg[is_zero(b, ins->arg[0])]);
	}
}

static void learn(struct bounds *b, const struct comparison *c)
{
	vec_push(&b->holds, *c);
	if (c->cc == CC_EQ && ref_is_con(c->b) && is_all(b, c))
		set(b, c->a,
		    ir_con(b->fn, (int64_t)((uint64_t)ref_con(b->fn, c->b) & fold_mask(c->width))));
	for (size_t i = 0; i < LOOK_BACK && i < b->choices.n; i++)
		learn_choice(b, b->choices.v[b->choices.n - 1 - i], c);
}

/* A choice that is decided here is one of its values. */
static void look_at_choice(struct bounds *b, struct ir_ins *ins)
{
	struct comparison c = condition(ins->call);
	int holds = decide(b, &c);

	if (holds < 0 || ins->width != 8) {
		vec_push(&b->choices, ins);
		return;
	}
	b->fn->again = true;
	ins->op = IR_COPY;
	ins->arg[0] = ins->arg[!holds];
	ins->arg[1] = NO_REF;
	ins->call = NULL;
}

static void look_at_jump(struct bounds *b, struct ir_blk *blk)
{
	struct comparison c = {blk->jmp.cc, blk->jmp.width, blk->jmp.arg[0], blk->jmp.arg[1]};
	int holds;

	if (blk->jmp.kind != JUMP_IF)
		return;
	holds = decide(b, &c);
	if (holds < 0)
		return;
	b->fn->again = true;
	blk->to[0] = blk->to[!holds];
	blk->pos[0] = blk->pos[!holds];
	blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = blk->jmp.slot, .odds = 4};
	blk->to[1] = NULL;
	b->cuts = true;
}

static void enter(void *arg, struct ir_blk *blk)
{
	struct bounds *b = arg;
	const struct ir_blk *from = blk->pred.n == 1 ? blk->pred.v[0] : NULL;

	b->mark[blk->id] = (struct mark){b->holds.n, b->choices.n, b->undo.n};
	if (from && from->jmp.kind == JUMP_IF && from->to[0] != from->to[1]) {
		struct comparison c = {from->jmp.cc, from->jmp.width, from->jmp.arg[0],
				       from->jmp.arg[1]};

		c.cc ^= from->to[0] != blk;
		learn(b, &c);
	}
	vec_each(&blk->ins, ins) {
		ir_each_use(b->fn, ins, resolve_use, b);
		if (ins->op == IR_SELECT)
			look_at_choice(b, ins);
	}
	ir_each_jmp_use(b->fn, blk, resolve_use, b);
	look_at_jump(b, blk);
	for (uint32_t k = 0; k < 2 && blk->to[k]; k++)
		vec_each(&blk->to[k]->phis, phi) {
			resolve_use(b, &phi->arg[blk->pos[k]]);
		}
}

static void leave(void *arg, struct ir_blk *blk)
{
	struct bounds *b = arg;
	const struct mark *mark = &b->mark[blk->id];

	b->holds.n = mark->holds;
	b->choices.n = mark->choices;
	while (b->undo.n > mark->undo) {
		struct change c = vec_pop(&b->undo);

		b->as[c.tmp] = c.was;
	}
}

void bounds(struct ir_fn *fn)
{
	struct bounds b = {.fn = fn};

	b.as = xcalloc(fn->tmps.n + 1, sizeof(*b.as));
	b.mark = xcalloc(fn->nrpo, sizeof(*b.mark));
	dom_walk(fn, enter, leave, &b);
	free(b.as);
	free(b.mark);
	vec_free(&b.holds);
	vec_free(&b.choices);
	vec_free(&b.undo);
	if (b.cuts)
		fill_cfg(fn);
}
