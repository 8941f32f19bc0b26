/* Rules of comparisons, of jumps and of choices. */
#include "jit/fold.h"

static bool is_signed(uint8_t cc)
{
	return cc >= CC_SLT && cc <= CC_SLE;
}

static bool is_equality(uint8_t cc)
{
	return cc == CC_EQ || cc == CC_NE;
}

static void order(struct fold *f, struct comparison *c)
{
	struct ref a;

	if (ref_is_con(c->a))
		c->a = fold_imm(f, fold_con_of(f, c->a), c->width);
	if (ref_is_con(c->b))
		c->b = fold_imm(f, fold_con_of(f, c->b), c->width);
	a = c->a;
	if (!ref_is_con(a) || ref_is_con(c->b))
		return;
	c->cc = ir_swapped[c->cc];
	c->a = c->b;
	c->b = a;
}

static bool strip(struct fold *f, struct ref *r)
{
	const struct ir_ins *def = fold_def(f, *r);

	if (!def || !(def->op == IR_ZEXT32 || (def->op == IR_SEXT32 && def->width == 8)))
		return false;
	*r = def->arg[0];
	return true;
}

/* Extended with its sign, or a number that may be */
static bool sign_extended(struct fold *f, struct ref *r)
{
	const struct ir_ins *def = fold_match(f, *r, IR_SEXT32, 8);

	if (ref_is_con(*r))
		return ref_con(f->fn, *r) == (int32_t)ref_con(f->fn, *r);
	if (def)
		*r = def->arg[0];
	return def;
}

/* Half the width where it says the same */
static bool shorten(struct fold *f, struct comparison *c)
{
	struct ref a = c->a, b = c->b;
	bool changed;

	if (c->width == 4) {
		changed = strip(f, &c->a);
		return strip(f, &c->b) || changed;
	}
	if (known_fits_32(f, a) && known_fits_32(f, b)) {
		/* Signs are 0, so it makes no difference whether they are looked at. */
		if (is_signed(c->cc))
			c->cc = c->cc - CC_SLT + CC_ULT;
		if (ref_is_con(b))
			c->b = fold_imm(f, fold_con_of(f, b), 4);
	} else if (c->cc != CC_SET && c->cc != CC_CLEAR && !ref_is_con(a) && sign_extended(f, &a) &&
		   sign_extended(f, &b)) {
		c->a = a;
		c->b = b;
	} else {
		return false;
	}
	c->width = 4;
	return true;
}

/* Bounds that are next to 0 are 0. */
static bool to_zero(struct fold *f, struct comparison *c)
{
	static const struct {
		uint8_t cc, is;
		int8_t b;
	} rows[] = {
		{CC_ULT, CC_EQ, 1},   {CC_UGE, CC_NE, 1},   {CC_UGT, CC_NE, 0},
		{CC_ULE, CC_EQ, 0},   {CC_SLT, CC_SLE, 1},  {CC_SGE, CC_SGT, 1},
		{CC_SGT, CC_SGE, -1}, {CC_SLE, CC_SLT, -1},
	};
	int64_t b = ref_con(f->fn, c->b);

	for (size_t i = 0; b >= -1 && b <= 1 && i < ARRAY_SIZE(rows); i++)
		if (rows[i].cc == c->cc && rows[i].b == b) {
			c->cc = rows[i].is;
			c->b = fold_con(f, 0);
			return true;
		}
	return false;
}

/* a == 0, or != 0, where a says how two other values compare */
static bool of_zero(struct comparison *c, const struct ir_ins *def)
{
	if (def->op == IR_SET) {
		*c = (struct comparison){c->cc == CC_NE ? def->cc : def->cc ^ 1, def->width,
					 def->arg[0], def->arg[1]};
		return true;
	}
	if (def->width > c->width)
		return false;
	if (def->op == IR_AND)
		*c = (struct comparison){c->cc == CC_NE ? CC_SET : CC_CLEAR, def->width,
					 def->arg[0], def->arg[1]};
	else if (def->op == IR_SUB || def->op == IR_XOR)
		*c = (struct comparison){c->cc, def->width, def->arg[0], def->arg[1]};
	else
		return false;
	return true;
}

static bool is_not_zero(struct fold *f, struct ref r)
{
	return known_bits(f, r).value != 0;
}

/* The choice between 0 and what is not: which of them it was */
static bool of_choice(struct fold *f, struct comparison *c, const struct ir_ins *def)
{
	const struct ir_call *call = def->call;
	bool first;

	if (def->op != IR_SELECT || def->width != 8 || c->width != 8)
		return false;
	first = ref_is_con(def->arg[1]) && !fold_con_of(f, def->arg[1]);
	if (!first && !(ref_is_con(def->arg[0]) && !fold_con_of(f, def->arg[0])))
		return false;
	if (!is_not_zero(f, def->arg[!first]))
		return false;
	*c = (struct comparison){first == (c->cc == CC_NE) ? call->cc : call->cc ^ 1, call->width,
				 call->arg[0], call->arg[1]};
	return true;
}

/* a + k == b, a ^ k == b */
static bool of_sum(struct fold *f, struct comparison *c, const struct ir_ins *def)
{
	uint64_t k, b = fold_con_of(f, c->b);

	if ((def->op != IR_ADD && def->op != IR_XOR) || !ref_is_con(def->arg[1]) ||
	    def->width > c->width || !fold_single(f, c->a) ||
	    (def->width < c->width && b > UINT32_MAX))
		return false;
	k = fold_con_of(f, def->arg[1]);
	*c = (struct comparison){c->cc, def->width, def->arg[0],
				 fold_imm(f, def->op == IR_ADD ? b - k : b ^ k, def->width)};
	return true;
}

static bool simpler(struct fold *f, struct comparison *c)
{
	const struct ir_ins *def;

	order(f, c);
	if (shorten(f, c))
		return true;
	if (!ref_is_con(c->b))
		return false;
	if (to_zero(f, c))
		return true;
	def = fold_def(f, c->a);
	if (!def || !is_equality(c->cc))
		return false;
	if (!fold_con_of(f, c->b) && (of_zero(c, def) || of_choice(f, c, def)))
		return true;
	return of_sum(f, c, def);
}

/* What is left of the value in the comparison's width */
static struct tnum bits_of(struct fold *f, const struct comparison *c, struct ref r)
{
	struct tnum bits = known_bits(f, r);

	return c->width == 4 ? tnum_subreg(bits) : bits;
}

static uint64_t most(struct fold *f, const struct comparison *c, struct ref r)
{
	uint64_t max = known_umax(f, r);

	if (ref_is_con(r) && c->width == 4)
		return (uint32_t)max;
	return c->width == 4 && max > UINT32_MAX ? UINT32_MAX : max;
}

static int by_bits(uint8_t cc, struct tnum a, struct tnum b)
{
	bool differ = ((a.value ^ b.value) & ~(a.mask | b.mask)) != 0;

	switch ((enum ir_cc)cc) {
	case CC_EQ:
	case CC_NE:
		return differ ? cc == CC_NE : -1;
	case CC_SET:
	case CC_CLEAR:
		if (a.value & b.value)
			return cc == CC_SET;
		return (a.value | a.mask) & (b.value | b.mask) ? -1 : cc == CC_CLEAR;
	default:
		return -1;
	}
}

static int by_bounds(uint8_t cc, uint64_t amin, uint64_t amax, uint64_t bmin, uint64_t bmax)
{
	switch ((enum ir_cc)cc) {
	case CC_EQ:
	case CC_NE:
		return amax < bmin || bmax < amin ? cc == CC_NE : -1;
	case CC_ULT:
	case CC_UGE:
		if (amax < bmin)
			return cc == CC_ULT;
		return amin >= bmax ? cc == CC_UGE : -1;
	case CC_UGT:
	case CC_ULE:
		if (bmax < amin)
			return cc == CC_UGT;
		return bmin >= amax ? cc == CC_ULE : -1;
	default:
		return -1;
	}
}

static int of_itself(uint8_t cc)
{
	return cc == CC_EQ || cc == CC_UGE || cc == CC_ULE || cc == CC_SGE || cc == CC_SLE;
}

int fold_compare(struct fold *f, struct comparison *c)
{
	struct tnum a, b;
	int holds;

	while (simpler(f, c))
		;
	if (ref_is_con(c->a) && ref_is_con(c->b))
		return ir_compare(c->cc, c->width, fold_con_of(f, c->a), fold_con_of(f, c->b));
	if (ref_eq(c->a, c->b) && c->cc < CC_SET)
		return of_itself(c->cc);
	a = bits_of(f, c, c->a);
	b = bits_of(f, c, c->b);
	holds = by_bits(c->cc, a, b);
	return holds >= 0 ? holds
			  : by_bounds(c->cc, a.value, most(f, c, c->a), b.value, most(f, c, c->b));
}
