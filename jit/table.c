/*
 * Trees of questions for one value become tables of jumps, where few values are possible or all
 * that are not near each other lead to one place, which a bounds test then tells apart.
 *
 * A switch that chooses anew each time costs one wrong guess at most with a table, and one in two
 * questions without: 8 to 16 random numbers take two thirds of the time. One whose choices repeat,
 * which the processor has learned, takes a tenth more with a table, and twice as much at worst; so
 * a table behind a bounds test is for larger ones, and where a profile says that the first question
 * nearly always ends it, it stays.
 */
#include "jit/table.h"

#include <stdlib.h>

#include "jit/local.h"

enum {
	FEWEST = 5,	    /* questions that are worth a table */
	FEWEST_OF_ANY = 10, /* ... and a bounds test: about 8 numbers */
	ENTRIES_MAX = 256,
	SPARSE = 8, /* entries for each question, as GCC's jump-table-max-growth-ratio-for-speed */
	NODES_MAX = 2 * ENTRIES_MAX,
	NEAR = 16, /* a table that would begin up to there begins at 0, which saves a subtraction */
	MOST = INT32_MAX / 8, /* so that x86-64's displacements reach the table's beginning */
};

struct tree {
	struct ir_fn *fn;
	struct ir_blk *first;
	const struct ir_value *known; /* of the value, which is one of few; NULL: nobody knows */
	VEC(struct ir_blk *) nodes;   /* first, and those that are asked next, in any order */
};

/* ---- questions ---- */

static bool is_less(const struct ir_jmp *jmp, uint64_t a, uint64_t b)
{
	if (jmp->cc >= CC_SLT)
		return jmp->width == 4 ? (int32_t)a < (int32_t)b : (int64_t)a < (int64_t)b;
	return jmp->width == 4 ? (uint32_t)a < (uint32_t)b : a < b;
}

static uint64_t mask_of(const struct ir_jmp *jmp)
{
	return jmp->width == 4 ? UINT32_MAX : UINT64_MAX;
}

static bool holds(const struct ir_jmp *jmp, uint64_t a, uint64_t b)
{
	switch ((enum ir_cc)(jmp->cc & ~1)) {
	case CC_EQ:
		return ((a & mask_of(jmp)) == (b & mask_of(jmp))) != (jmp->cc & 1);
	case CC_SET:
		return ((a & b & mask_of(jmp)) != 0) != (jmp->cc & 1);
	case CC_ULT:
	case CC_SLT:
		return is_less(jmp, a, b) != (jmp->cc & 1);
	default: /* more than, and its opposite */
		return is_less(jmp, b, a) != (jmp->cc & 1);
	}
}

static bool asks(const struct ir_blk *blk)
{
	return blk->jmp.kind == JUMP_IF && blk->jmp.arg[0].kind == REF_REG &&
	       ref_is_con(blk->jmp.arg[1]);
}

/* What any value answers is known of comparisons of the same bits. */
static bool is_alike(const struct tree *t, const struct ir_jmp *jmp)
{
	return t->known || (jmp->cc < CC_SET && jmp->width == t->first->jmp.width);
}

static bool is_node(const struct tree *t, const struct ir_blk *blk)
{
	return blk != t->first && blk->pred.n == 1 && !blk->ins.n && asks(blk) &&
	       ref_eq(blk->jmp.arg[0], t->first->jmp.arg[0]) && is_alike(t, &blk->jmp);
}

static struct ir_blk *follow(const struct tree *t, uint64_t value)
{
	struct ir_blk *blk = t->first;

	do {
		uint64_t number = (uint64_t)ref_con(t->fn, blk->jmp.arg[1]);

		blk = blk->to[!holds(&blk->jmp, value, number)];
	} while (is_node(t, blk));
	return blk;
}

/* False: there are too many. */
static bool collect(struct tree *t)
{
	t->nodes.n = 0;
	vec_push(&t->nodes, t->first);
	for (size_t i = 0; i < t->nodes.n && t->nodes.n <= NODES_MAX; i++)
		for (int k = 0; k < 2; k++)
			if (is_node(t, t->nodes.v[i]->to[k]))
				vec_push(&t->nodes, t->nodes.v[i]->to[k]);
	return t->nodes.n <= NODES_MAX;
}

/* Does a profile say that the first question is nearly all there is? */
static bool is_settled(const struct tree *t)
{
	const struct ir_blk *blk = t->first;

	return (blk->jmp.odds >= 7 && !is_node(t, blk->to[0])) ||
	       (blk->jmp.odds <= 1 && !is_node(t, blk->to[1]));
}

/* ---- which values are in the table ---- */

struct span {
	uint64_t least, most;
};

static bool is_narrow(const struct ir_value *v)
{
	return v && v->kind == FACT_NUMBER && v->umax - v->umin < ENTRIES_MAX;
}

/* Makes answers change nowhere but at values of the range, and behind its last. */
static void widen(struct span *r, const struct ir_jmp *jmp, uint64_t number)
{
	uint64_t from = number & mask_of(jmp), upto = from;

	if (jmp->cc == CC_UGT || jmp->cc == CC_ULE || jmp->cc == CC_SGT || jmp->cc == CC_SLE)
		from = (from + 1) & mask_of(jmp);
	if (jmp->cc != CC_EQ && jmp->cc != CC_NE)
		upto = from - 1;
	if (!from && upto)
		return;
	r->least = min(r->least, from);
	r->most = max(r->most, upto);
}

/*
 * Where all that is not in the range leads; NULL: to several places. Above it answers change in the
 * middle of the numbers alone, where signed ones begin, so the ends tell.
 */
static struct ir_blk *outside(const struct tree *t, const struct span *r)
{
	struct ir_blk *to = follow(t, UINT64_MAX);

	if (follow(t, r->most + 1) != to || (r->least && follow(t, 0) != to))
		return NULL;
	return to;
}

static bool is_worth(const struct tree *t, const struct span *r)
{
	size_t fewest = t->known ? FEWEST : FEWEST_OF_ANY;
	size_t most = t->known ? ENTRIES_MAX : min((size_t)ENTRIES_MAX, SPARSE * t->nodes.n);

	return t->nodes.n >= fewest && r->least <= r->most && r->most < MOST &&
	       r->most - r->least < most;
}

/* The values of the table, and where others lead; false: there is none to be made. */
static bool choose(const struct tree *t, struct span *r, struct ir_blk **none)
{
	*r = (struct span){UINT64_MAX, 0};
	if (t->known)
		*r = (struct span){t->known->umin, t->known->umax};
	else
		vec_each(&t->nodes, blk)
			widen(r, &(*blk)->jmp, (uint64_t)ref_con(t->fn, (*blk)->jmp.arg[1]));
	if (!is_worth(t, r))
		return false;
	if (!t->known && r->least <= NEAR)
		r->least = 0;
	*none = t->known ? NULL : outside(t, r);
	return t->known || *none;
}

/* ---- tables ---- */

static bool is_upper_clear(const struct ir_value *v)
{
	return v && v->kind == FACT_NUMBER && v->umax <= UINT32_MAX;
}

/* For the address, and for an index that is not the value as it is. */
static bool has_regs(const struct tree *t, const struct jump_table *table)
{
	bool has_index = table->none && (table->least || table->width == 4);
	uint32_t want = t->fn->target->table_regs * (1u + has_index);

	return (uint32_t)__builtin_popcount(t->first->jmp.free) >= want;
}

/* NULL: it does not pay, or cannot be. */
static struct jump_table *make_table(const struct tree *t)
{
	const struct ir_jmp *jmp = &t->first->jmp;
	struct jump_table *table;
	struct ir_blk *none;
	struct span r;

	if (!choose(t, &r, &none))
		return NULL;
	table = arena_array(&t->fn->arena, struct jump_table, 1);
	*table = (struct jump_table){
		.width = t->known || is_upper_clear(jmp->value) ? 8 : jmp->width,
		.least = (uint32_t)r.least,
		.n = (uint32_t)(r.most - r.least) + 1,
		.to = arena_array(&t->fn->arena, struct ir_blk *, r.most - r.least + 1),
		.none = none,
	};
	for (uint32_t i = 0; i < table->n; i++)
		table->to[i] = follow(t, r.least + i);
	return has_regs(t, table) ? table : NULL;
}

/* The other nodes are behind nobody else. */
static void replace(struct tree *t, struct jump_table *table, bool *is_gone)
{
	for (size_t i = 1; i < t->nodes.n; i++)
		is_gone[t->nodes.v[i]->id] = true;
	t->first->jmp.kind = JUMP_TABLE;
	t->first->jmp.table = table;
	t->first->to[0] = t->first->to[1] = NULL;
}

static bool find_tree(struct tree *t, struct ir_blk *first)
{
	const struct ir_jmp *jmp = &first->jmp;

	t->first = first;
	if (!asks(first))
		return false;
	t->known = is_narrow(jmp->value) ? jmp->value : NULL;
	return is_alike(t, jmp) && collect(t) && !is_settled(t);
}

static void drop(struct ir_fn *fn, const bool *is_gone)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < fn->nrpo; i++)
		if (!is_gone[i])
			fn->rpo[n++] = fn->rpo[i];
	fn->nrpo = n;
	fill_pred(fn);
}

void tables(struct ir_fn *fn)
{
	struct tree t = {.fn = fn};
	bool *is_gone = xcalloc(fn->nrpo, sizeof(*is_gone)), any = false;

	for (uint32_t i = 0; i < fn->nrpo && !fn->harden; i++) {
		struct jump_table *table;

		if (is_gone[i] || !find_tree(&t, fn->rpo[i]))
			continue;
		table = make_table(&t);
		if (!table)
			continue;
		replace(&t, table, is_gone);
		any = true;
	}
	if (any)
		drop(fn, is_gone);
	vec_free(&t.nodes);
	free(is_gone);
}
