/*
 * One value of the pass that finds facts: what it is, and how far from there. Numbers are computed
 * with as the walk does it (alu.c, range.c, tnum.c); what is here is what the walk has no need of:
 * the union of two values, and leaps, so that loops come to an end.
 */
#include "core/verify/flow.h"
#include "core/verify/local.h"

/* ---- values ---- */

static struct reg_state to_reg(const struct fact_reg *v)
{
	return (struct reg_state){.type = T_SCALAR, .var_off = v->bits, .r = v->r};
}

static void set_number(struct fact_reg *v, const struct reg_state *reg)
{
	v->bits = reg->var_off;
	v->r = reg->r;
}

/* All bytes of it, so that values can be compared as bytes. */
static struct fact_reg value(enum fact_kind kind)
{
	struct fact_reg v;

	memset(&v, 0, sizeof(v));
	v.kind = (uint8_t)kind;
	return v;
}

static void set_unknown(struct fact_reg *v)
{
	struct reg_state reg = {.var_off = TNUM_UNKNOWN};

	mark_reg_unbounded(&reg);
	set_number(v, &reg);
}

struct fact_reg fact_any(void)
{
	struct fact_reg v = value(FACT_ANY);

	set_unknown(&v);
	return v;
}

struct fact_reg fact_const(uint64_t number)
{
	struct fact_reg v = value(FACT_NUMBER);
	struct reg_state reg = {.type = T_SCALAR};

	mark_reg_known(&reg, number);
	set_number(&v, &reg);
	return v;
}

struct fact_reg fact_sized(uint32_t size, bool is_signed)
{
	struct fact_reg v = fact_any();
	struct reg_state reg = to_reg(&v);

	v.kind = FACT_NUMBER;
	if (size < 8 && is_signed)
		coerce_reg_to_size_sx(&reg, (int)size);
	else if (size < 8)
		coerce_reg_to_size(&reg, (int)size);
	set_number(&v, &reg);
	return v;
}

struct fact_reg fact_address(enum fact_kind kind)
{
	struct fact_reg v = fact_const(0);

	v.kind = (uint8_t)kind;
	return v;
}

/* Where an address is in memory is not known, and nor are its bits. */
struct fact_reg fact_as_number(const struct fact_reg *v)
{
	struct fact_reg n = *v;

	if (fact_is_address(v))
		n = fact_any();
	n.kind = FACT_NUMBER;
	n.id = 0;
	n.delta = 0;
	return n;
}

/* ---- arithmetic ---- */

/* A quotient is no more than what is divided, a remainder less than what it is divided by. */
static void bound_division(const struct bpf_insn *insn, struct reg_state *reg,
			   const struct fact_reg *a, const struct fact_reg *b)
{
	bool is_32 = (insn->code & INSN_CLASS_MASK) == INSN_ALU;
	uint64_t amax = is_32 ? a->r.u32_max : a->r.umax;
	uint64_t bmin = is_32 ? b->r.u32_min : b->r.umin, bmax = is_32 ? b->r.u32_max : b->r.umax;
	uint8_t op = insn->code & INSN_OP_MASK;
	uint64_t limit = amax;

	if (insn->off || (op != ALU_DIV && op != ALU_MOD && op != ALU_RSH))
		return;
	if (op == ALU_DIV && bmin)
		limit = amax / bmin;
	else if (op == ALU_MOD && bmin)
		limit = min(amax, bmax - 1);
	reg->r.umax = min(reg->r.umax, limit);
}

struct fact_reg fact_result(const struct bpf_insn *insn, const struct fact_reg *a,
			    const struct fact_reg *b)
{
	struct reg_state dst = to_reg(a), src = to_reg(b);
	struct fact_reg v = value(FACT_NUMBER);

	scalar_result(insn, &dst, &src);
	if (insn_desc(insn)->flags & INSN_W32 && dst.r.umax > UINT32_MAX)
		coerce_reg_to_size(&dst, 4);
	bound_division(insn, &dst, a, b);
	reg_bounds_sync(&dst);
	set_number(&v, &dst);
	return v;
}

struct fact_reg fact_plus(const struct fact_reg *v, int64_t delta)
{
	struct reg_state dst = to_reg(v), src = {.type = T_SCALAR};
	struct fact_reg sum = *v;

	mark_reg_known(&src, (uint64_t)delta);
	add_scalar(&dst, &src);
	reg_bounds_sync(&dst);
	set_number(&sum, &dst);
	return sum;
}

bool fact_meet(struct fact_reg *v, const struct fact_reg *other)
{
	const struct range *o = &other->r;
	struct reg_state reg = to_reg(v);
	struct range *r = &reg.r;

	if (!tnum_overlap(v->bits, other->bits))
		return false;
	reg.var_off = tnum_intersect(v->bits, other->bits);
	*r = (struct range){
		.smin = max(r->smin, o->smin),
		.smax = min(r->smax, o->smax),
		.umin = max(r->umin, o->umin),
		.umax = min(r->umax, o->umax),
		.s32_min = max(r->s32_min, o->s32_min),
		.s32_max = min(r->s32_max, o->s32_max),
		.u32_min = max(r->u32_min, o->u32_min),
		.u32_max = min(r->u32_max, o->u32_max),
	};
	if (is_empty_range(r))
		return false;
	reg_bounds_sync(&reg);
	set_number(v, &reg);
	return !is_impossible(&reg);
}

/* ---- parts of a slot ---- */

struct fact_reg fact_part(const struct fact_reg *slot, uint32_t at, uint32_t size, bool is_signed)
{
	struct fact_reg v = fact_as_number(slot);
	struct reg_state reg = to_reg(&v);

	if (at) {
		reg.var_off = tnum_rshift(reg.var_off, (uint8_t)(at * 8));
		mark_reg_unbounded(&reg);
		reg_bounds_sync(&reg);
	}
	if (size < 8)
		coerce_reg_to_size(&reg, (int)size);
	if (size < 8 && is_signed)
		coerce_reg_to_size_sx(&reg, (int)size);
	reg_bounds_sync(&reg);
	set_number(&v, &reg);
	return v;
}

void fact_set_part(struct fact_reg *slot, uint32_t at, uint32_t size, const struct fact_reg *v)
{
	struct fact_reg word = fact_as_number(slot), part = fact_as_number(v);
	uint64_t mask = size < 8 ? (UINT64_C(1) << size * 8) - 1 : UINT64_MAX;
	struct reg_state reg = {.type = T_SCALAR};
	struct tnum low = tnum_cast(part.bits, (uint8_t)size);

	mask <<= at * 8;
	reg.var_off = tnum_or(tnum_and(word.bits, tnum_const(~mask)),
			      tnum_lshift(low, (uint8_t)(at * 8)));
	mark_reg_unbounded(&reg);
	if (!at && size == 4)
		set_view(&reg, 32,
			 (struct view){part.r.u32_min, part.r.u32_max, part.r.s32_min,
				       part.r.s32_max});
	reg_bounds_sync(&reg);
	set_number(&word, &reg);
	*slot = word;
}

/* ---- unions ---- */

/* Bounds that a loop's numbers are likely to have, so that they do not go up one by one. */
static const uint64_t tops[] = {0,	    0x7f,	0xff,	   0x7fff,    0xffff,
				0x7fffffff, 0xffffffff, INT64_MAX, UINT64_MAX};

static uint64_t leap_up(uint64_t v)
{
	for (size_t i = 0; i < ARRAY_SIZE(tops); i++)
		if (v <= tops[i])
			return tops[i];
	return UINT64_MAX;
}

static int64_t leap_up_signed(int64_t v)
{
	return v < 0 ? -1 : (int64_t)leap_up((uint64_t)v);
}

/* ~v is as far below zero as v is above. */
static int64_t leap_down_signed(int64_t v)
{
	return v >= 0 ? 0 : ~(int64_t)leap_up((uint64_t)~v);
}

static void widen_view(struct view *now, const struct view *before, enum fact_pace pace,
		       unsigned int bits)
{
	struct view all = view_unbounded(bits);
	bool leaps = pace == FACT_WIDEN;

	if (now->umin != before->umin)
		now->umin = all.umin;
	if (now->umax != before->umax)
		now->umax = leaps ? min(leap_up(now->umax), all.umax) : all.umax;
	if (now->smin != before->smin)
		now->smin = leaps ? max(leap_down_signed(now->smin), all.smin) : all.smin;
	if (now->smax != before->smax)
		now->smax = leaps ? min(leap_up_signed(now->smax), all.smax) : all.smax;
}

/* Bits from the lowest that has become unknown up to where a leap of the highest goes. */
static struct tnum widen_bits(struct tnum now, struct tnum before, enum fact_pace pace)
{
	uint64_t fresh = now.mask & ~before.mask, more;

	if (!fresh)
		return now;
	if (pace == FACT_TOP)
		return TNUM_UNKNOWN;
	more = leap_up(now.mask) & ~((fresh & -fresh) - 1);
	now.mask |= more;
	now.value &= ~now.mask;
	return now;
}

static struct view union_of(struct view a, struct view b)
{
	return (struct view){min(a.umin, b.umin), max(a.umax, b.umax), min(a.smin, b.smin),
			     max(a.smax, b.smax)};
}

static void join_numbers(struct fact_reg *into, const struct fact_reg *v, enum fact_pace pace)
{
	struct reg_state a = to_reg(into), b = to_reg(v);
	struct tnum bits = tnum_union(a.var_off, b.var_off);

	for (unsigned int width = 32; width <= 64; width += 32) {
		struct view before = view_of(&a, width);
		struct view now = union_of(before, view_of(&b, width));

		if (pace != FACT_JOIN)
			widen_view(&now, &before, pace, width);
		set_view(&a, width, now);
	}
	a.var_off = pace == FACT_JOIN ? bits : widen_bits(bits, a.var_off, pace);
	set_number(into, &a);
}

static bool is_null(const struct fact_reg *v)
{
	return v->kind == FACT_NUMBER && fact_is_const(v) && !v->bits.value;
}

/* Addresses of one thing */
static bool is_same_thing(const struct fact_reg *a, const struct fact_reg *b)
{
	if (a->kind != b->kind)
		return false;
	switch ((enum fact_kind)a->kind) {
	case FACT_MAP:
	case FACT_MAP_VALUE:
		return a->map == b->map;
	case FACT_FUNC:
		return a->func == b->func;
	case FACT_MEM:
		return a->size == b->size;
	default:
		return true;
	}
}

/* Two of which one is an address, of different things: what is left of it is where it is not. */
static void join_kinds(struct fact_reg *into, const struct fact_reg *v, bool *exposed)
{
	bool on_stack = into->kind == FACT_STACK || v->kind == FACT_STACK;
	bool may_be_null = into->may_be_null || v->may_be_null;
	bool is_address = fact_is_address(into) && fact_is_address(v) && !on_stack;

	*exposed |= on_stack;
	*into = fact_any();
	if (!is_address)
		return;
	into->kind = FACT_OTHER;
	into->may_be_null = may_be_null;
}

bool fact_join(struct fact_reg *into, const struct fact_reg *v, enum fact_pace pace, bool *exposed)
{
	struct fact_reg before = *into;
	bool same_id = into->id == v->id && into->delta == v->delta;

	if (!memcmp(into, v, sizeof(*v)))
		return false;
	if (fact_is_address(v) && is_null(into)) {
		*into = *v;
		into->may_be_null = true;
	} else if (fact_is_address(into) && is_null(v)) {
		into->may_be_null = true;
	} else if (is_same_thing(into, v)) {
		into->may_be_null |= v->may_be_null;
		into->room = min(into->room, v->room);
		join_numbers(into, v, pace);
	} else if (fact_is_address(into) || fact_is_address(v)) {
		join_kinds(into, v, exposed);
	} else {
		into->kind = FACT_ANY;
		join_numbers(into, v, pace);
	}
	if (!same_id) {
		into->id = 0;
		into->delta = 0;
	}
	return memcmp(into, &before, sizeof(before)) != 0;
}
