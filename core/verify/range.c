/*
 * What is known of a scalar, or of the variable part of a pointer's offset: its bits (var_off) and
 * four ranges, of the register and of its low half, unsigned and signed. Whatever learns something
 * changes one of the five; reg_bounds_sync() lets the others know, in the order of Linux, because
 * another order would find other ranges of the same values.
 */
#include <inttypes.h>
#include <stdio.h>

#include "core/verify/local.h"

void mark_reg64_unbounded(struct reg_state *reg)
{
	set_view(reg, 64, view_unbounded(64));
}

void mark_reg32_unbounded(struct reg_state *reg)
{
	set_view(reg, 32, view_unbounded(32));
}

void mark_reg_unbounded(struct reg_state *reg)
{
	mark_reg64_unbounded(reg);
	mark_reg32_unbounded(reg);
}

/* The least signed member has an unknown sign bit set and all else clear, the greatest vice versa.
 */
static struct view narrow_by_tnum(struct view v, struct tnum t, unsigned int bits)
{
	uint64_t sign = t.mask & (bits == 32 ? UINT64_C(1) << 31 : UINT64_C(1) << 63);

	v.smin = max(v.smin, sext(t.value | sign, bits));
	v.smax = min(v.smax, sext(t.value | (t.mask & ~sign), bits));
	v.umin = max(v.umin, t.value);
	v.umax = min(v.umax, t.value | t.mask);
	return v;
}

void update_reg32_bounds(struct reg_state *reg)
{
	set_view(reg, 32, narrow_by_tnum(view_of(reg, 32), tnum_subreg(reg->var_off), 32));
}

/* When only one value of the tnum is in the unsigned range, that is the register's. */
static void find_single_value(struct reg_state *reg)
{
	struct tnum t = reg->var_off;
	uint64_t umin = reg->r.umin, umax = reg->r.umax, next = tnum_step(t, umin);

	if ((umin & ~t.mask) == t.value) {
		if (next > umax)
			mark_reg_known(reg, umin);
	} else if (next == (t.value | t.mask) || (next <= umax && tnum_step(t, next) > umax)) {
		mark_reg_known(reg, next);
	}
}

void update_reg_bounds(struct reg_state *reg)
{
	update_reg32_bounds(reg);
	set_view(reg, 64, narrow_by_tnum(view_of(reg, 64), reg->var_off, 64));
	find_single_value(reg);
}

static void narrow_unsigned(struct view *v, uint64_t lo, uint64_t hi)
{
	v->umin = max(v->umin, lo);
	v->umax = min(v->umax, hi);
}

static void narrow_signed(struct view *v, int64_t lo, int64_t hi)
{
	v->smin = max(v->smin, lo);
	v->smax = min(v->smax, hi);
}

/*
 * Between signed and unsigned: a range that does not cross the sign boundary is one of the other
 * kind too. A signed range that crosses zero is the two ends of the unsigned line; when the
 * unsigned range meets only one of them, that one is what both are.
 */
static void deduce_signs(struct view *v, unsigned int bits)
{
	uint64_t lo, hi;

	if (sext(v->umin, bits) <= sext(v->umax, bits))
		narrow_signed(v, sext(v->umin, bits), sext(v->umax, bits));
	lo = zext((uint64_t)v->smin, bits);
	hi = zext((uint64_t)v->smax, bits);
	if (lo <= hi) {
		narrow_unsigned(v, lo, hi);
	} else if (v->umax < lo) {
		v->smin = sext(v->umin, bits);
		v->umax = min(v->umax, hi);
	} else if (hi < v->umin) {
		v->smax = sext(v->umax, bits);
		v->umin = max(v->umin, lo);
	}
}

/*
 * What a 64-bit range says of the low halves: with one upper half all the way they are a range;
 * with two that follow each other, too, as signed numbers that go from below zero to above.
 */
static void deduce_low(struct view *low, uint64_t lo, uint64_t hi, bool is_signed)
{
	bool across = (uint32_t)(lo >> 32) + 1 == (uint32_t)(hi >> 32) && (int32_t)lo < 0 &&
		      (int32_t)hi >= 0;

	if (lo >> 32 == hi >> 32) {
		if (!is_signed || (uint32_t)lo <= (uint32_t)hi)
			narrow_unsigned(low, (uint32_t)lo, (uint32_t)hi);
		across = (int32_t)lo <= (int32_t)hi;
	}
	if (across)
		narrow_signed(low, (int32_t)lo, (int32_t)hi);
}

static void deduce_32(struct reg_state *reg)
{
	struct view whole = view_of(reg, 64), low = view_of(reg, 32);

	deduce_low(&low, whole.umin, whole.umax, false);
	deduce_low(&low, (uint64_t)whole.smin, (uint64_t)whole.smax, true);
	deduce_signs(&low, 32);
	set_view(reg, 32, low);
}

static void deduce_64(struct reg_state *reg)
{
	struct view whole = view_of(reg, 64);

	deduce_signs(&whole, 64);
	set_view(reg, 64, whole);
}

static uint64_t with_low(uint64_t value, uint32_t low)
{
	return (value >> 32 << 32) | low;
}

/* Replaces the low halves of both 64-bit ranges by the ends of a range of low halves. */
static void narrow_low(struct view *v, uint32_t lo, uint32_t hi)
{
	narrow_unsigned(v, with_low(v->umin, lo), with_low(v->umax, hi));
	narrow_signed(v, (int64_t)with_low((uint64_t)v->smin, lo),
		      (int64_t)with_low((uint64_t)v->smax, hi));
}

static void deduce_mixed(struct reg_state *reg)
{
	struct range *r = &reg->r;
	struct view v = view_of(reg, 64);

	narrow_low(&v, r->u32_min, r->u32_max);
	if ((uint32_t)r->s32_min <= (uint32_t)r->s32_max)
		narrow_low(&v, (uint32_t)r->s32_min, (uint32_t)r->s32_max);
	/* A sign-extended number whose low half is not negative has no ones above it. */
	if (r->s32_min >= 0 && v.smin >= INT32_MIN && v.smax <= INT32_MAX) {
		v = view_of(reg, 32);
		v.umin = (uint64_t)v.smin;
		v.umax = (uint64_t)v.smax;
		reg->var_off = tnum_intersect(reg->var_off, tnum_range(v.umin, v.umax));
	}
	set_view(reg, 64, v);
}

static void narrow_tnum_by_bounds(struct reg_state *reg)
{
	const struct range *r = &reg->r;
	struct tnum t = tnum_intersect(reg->var_off, tnum_range(r->umin, r->umax));
	struct tnum low = tnum_intersect(tnum_subreg(t), tnum_range(r->u32_min, r->u32_max));

	reg->var_off = tnum_or(tnum_clear_subreg(t), low);
}

static bool view_is_const(const struct reg_state *reg, unsigned int bits)
{
	uint64_t value = tnum_low(reg->var_off, bits).value;
	struct view v = view_of(reg, bits);

	return v.umin == value && v.umax == value && v.smin == sext(value, bits) &&
	       v.smax == sext(value, bits);
}

void reg_bounds_sync(struct reg_state *reg)
{
	enum { ROUNDS = 3 };
	struct range before;
	struct tnum bits;

	if (tnum_is_const(reg->var_off) && view_is_const(reg, 64) && view_is_const(reg, 32))
		return;
	update_reg_bounds(reg);
	for (int i = 0; i < ROUNDS; i++) {
		before = reg->r;
		bits = reg->var_off;
		deduce_32(reg);
		deduce_64(reg);
		deduce_mixed(reg);
		/* A round that finds nothing is followed by such ones. */
		if (!memcmp(&before, &reg->r, sizeof(before)) && bits.mask == reg->var_off.mask &&
		    bits.value == reg->var_off.value)
			break;
	}
	narrow_tnum_by_bounds(reg);
	update_reg_bounds(reg);
}

/* What is impossible about the register; NULL: nothing. */
static const char *find_violation(const struct reg_state *reg)
{
	const struct range *r = &reg->r;

	if (r->umin > r->umax || r->smin > r->smax || r->u32_min > r->u32_max ||
	    r->s32_min > r->s32_max)
		return "range bounds violation";
	if (tnum_is_const(reg->var_off) && !view_is_const(reg, 64))
		return "const tnum out of sync with range bounds";
	if (tnum_is_const(tnum_subreg(reg->var_off)) && !view_is_const(reg, 32))
		return "const subreg tnum out of sync with range bounds";
	return NULL;
}

int check_reg_bounds(struct env *env, struct reg_state *reg, const char *what)
{
	const struct range *r = &reg->r;
	const char *violation = find_violation(reg);
	char text[320];

	if (likely(!violation))
		return 0;
	snprintf(text, sizeof(text),
		 "verifier bug: REG INVARIANTS VIOLATION (%s): %s u64=[0x%" PRIx64 ", 0x%" PRIx64
		 "] s64=[0x%" PRIx64 ", 0x%" PRIx64 "] u32=[0x%x, 0x%x] s32=[0x%x, 0x%x] "
		 "var_off=(0x%" PRIx64 ", 0x%" PRIx64 ")\n",
		 what, violation, r->umin, r->umax, (uint64_t)r->smin, (uint64_t)r->smax,
		 r->u32_min, r->u32_max, (uint32_t)r->s32_min, (uint32_t)r->s32_max,
		 reg->var_off.value, reg->var_off.mask);
	if (env->test_reg_invariants)
		return reject(env, REASON_INTERNAL, "%s", text);
	vlog(env, "%s", text);
	mark_reg_unbounded(reg);
	return 0;
}

void set_reg_min_max(struct env *env __unused, struct reg_state *reg)
{
	mark_reg_unbounded(reg);
	reg_bounds_sync(reg);
}

/* The low half's ranges as the register's: the signed one only when it is not negative. */
void assign_32_into_64(struct reg_state *reg)
{
	struct view v = view_of(reg, 32);

	if (v.smin < 0 || v.smax < 0) {
		v.smin = 0;
		v.smax = UINT32_MAX;
	}
	set_view(reg, 64, v);
}

void zext_32_to_64(struct reg_state *reg)
{
	reg->var_off = tnum_subreg(reg->var_off);
	assign_32_into_64(reg);
}

/* Keeps the low size bytes, fewer than eight. */
void coerce_reg_to_size(struct reg_state *reg, int size)
{
	uint64_t keep = (UINT64_C(1) << size * 8) - 1;
	struct view v = view_of(reg, 64);

	reg->var_off = tnum_cast(reg->var_off, (uint8_t)size);
	if ((v.umin & ~keep) == (v.umax & ~keep)) {
		v.umin &= keep;
		v.umax &= keep;
	} else {
		v.umin = 0;
		v.umax = keep;
	}
	v.smin = (int64_t)v.umin;
	v.smax = (int64_t)v.umax;
	set_view(reg, 64, v);
	if (size < 4)
		mark_reg32_unbounded(reg);
	reg_bounds_sync(reg);
}

static int64_t sign_extend(uint64_t value, int size)
{
	int drop = 64 - size * 8;

	return (int64_t)(value << drop) >> drop;
}

/* Ranges of a sign extension, and *bits; v: of what is extended. */
static struct view extended_view(struct view v, int size, unsigned int width, struct tnum *bits)
{
	int64_t lo = sign_extend((uint64_t)v.smin, size), hi = sign_extend((uint64_t)v.smax, size);
	int64_t limit = INT64_C(1) << (size * 8 - 1);

	if (tnum_is_const(*bits)) {
		lo = hi = sign_extend(bits->value, size);
		*bits = tnum_const((uint64_t)lo);
	} else if (v.smin >> size * 8 == v.smax >> size * 8 && (lo < 0) == (hi < 0)) {
		*bits = tnum_low(tnum_range((uint64_t)min(lo, hi), (uint64_t)max(lo, hi)), width);
	} else {
		*bits = tnum_low(TNUM_UNKNOWN, width);
		return (struct view){0, UINT64_MAX, -limit, limit - 1};
	}
	v.smin = min(lo, hi);
	v.smax = max(lo, hi);
	v.umin = (uint64_t)v.smin;
	v.umax = (uint64_t)v.smax;
	return v;
}

void coerce_reg_to_size_sx(struct reg_state *reg, int size)
{
	struct view v = extended_view(view_of(reg, 64), size, 64, &reg->var_off);

	set_view(reg, 64, v);
	set_view(reg, 32, v);
}

void coerce_subreg_to_size_sx(struct reg_state *reg, int size)
{
	set_view(reg, 32, extended_view(view_of(reg, 32), size, 32, &reg->var_off));
}

bool range_within(const struct reg_state *old, const struct reg_state *cur)
{
	const struct range *o = &old->r, *c = &cur->r;

	return o->umin <= c->umin && o->umax >= c->umax && o->smin <= c->smin &&
	       o->smax >= c->smax && o->u32_min <= c->u32_min && o->u32_max >= c->u32_max &&
	       o->s32_min <= c->s32_min && o->s32_max >= c->s32_max;
}
