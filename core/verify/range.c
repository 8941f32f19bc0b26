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

/* ---- the five of a register, while they learn from each other ---- */

struct known {
	struct tnum bits;
	struct view whole, low;
};

static struct known known_of(const struct reg_state *reg)
{
	return (struct known){reg->var_off, view_of(reg, 64), view_of(reg, 32)};
}

static void set_known(struct reg_state *reg, const struct known *k)
{
	reg->var_off = k->bits;
	set_view(reg, 64, k->whole);
	set_view(reg, 32, k->low);
}

static uint64_t view_diff(const struct view *a, const struct view *b)
{
	return (a->umin ^ b->umin) | (a->umax ^ b->umax) | (uint64_t)(a->smin ^ b->smin) |
	       (uint64_t)(a->smax ^ b->smax);
}

static bool is_same_known(const struct known *a, const struct known *b)
{
	return !(view_diff(&a->whole, &b->whole) | view_diff(&a->low, &b->low) |
		 (a->bits.value ^ b->bits.value) | (a->bits.mask ^ b->bits.mask));
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

/* The least signed member has an unknown sign bit set and nothing else of what is unknown. */
static void narrow_by_tnum(struct view *v, struct tnum t, unsigned int bits)
{
	uint64_t sign = t.mask & (bits == 32 ? UINT64_C(1) << 31 : UINT64_C(1) << 63);

	narrow_signed(v, sext(t.value | sign, bits), sext(t.value | (t.mask & ~sign), bits));
	narrow_unsigned(v, t.value, t.value | t.mask);
}

/* When only one value of the tnum is in the unsigned range, that is the register's. */
static void find_single_value(struct known *k)
{
	struct tnum t = k->bits;
	uint64_t umin = k->whole.umin, umax = k->whole.umax, next, single;

	if ((umin & ~t.mask) == t.value) {
		if (tnum_step(t, umin) <= umax)
			return;
		single = umin;
	} else {
		next = tnum_step(t, umin);
		if (next != (t.value | t.mask) && (next > umax || tnum_step(t, next) <= umax))
			return;
		single = next;
	}
	*k = (struct known){tnum_const(single), view_const(single, 64), view_const(single, 32)};
}

static inline void narrow_by_bits(struct known *k)
{
	narrow_by_tnum(&k->low, tnum_low(k->bits, 32), 32);
	narrow_by_tnum(&k->whole, k->bits, 64);
	find_single_value(k);
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
static inline void deduce_low(struct view *low, uint64_t lo, uint64_t hi, bool is_signed)
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

static void deduce_mixed(struct known *k)
{
	struct view *v = &k->whole, *low = &k->low;

	narrow_low(v, (uint32_t)low->umin, (uint32_t)low->umax);
	if ((uint32_t)low->smin <= (uint32_t)low->smax)
		narrow_low(v, (uint32_t)low->smin, (uint32_t)low->smax);
	/* A sign-extended number whose low half is not negative has no ones above it. */
	if (low->smin >= 0 && v->smin >= INT32_MIN && v->smax <= INT32_MAX) {
		v->smin = low->smin;
		v->smax = low->smax;
		v->umin = (uint64_t)low->smin;
		v->umax = (uint64_t)low->smax;
		k->bits = tnum_intersect(k->bits, tnum_range(v->umin, v->umax));
	}
}

static void deduce(struct known *k)
{
	deduce_low(&k->low, k->whole.umin, k->whole.umax, false);
	deduce_low(&k->low, (uint64_t)k->whole.smin, (uint64_t)k->whole.smax, true);
	deduce_signs(&k->low, 32);
	deduce_signs(&k->whole, 64);
	deduce_mixed(k);
}

static void narrow_bits(struct known *k)
{
	struct tnum t = tnum_intersect(k->bits, tnum_range(k->whole.umin, k->whole.umax));
	struct tnum low = tnum_intersect(tnum_subreg(t), tnum_range(k->low.umin, k->low.umax));

	k->bits = tnum_or(tnum_clear_subreg(t), low);
}

static bool view_is_const(const struct reg_state *reg, unsigned int bits)
{
	uint64_t value = tnum_low(reg->var_off, bits).value;
	struct view v = view_of(reg, bits);

	return v.umin == value && v.umax == value && v.smin == sext(value, bits) &&
	       v.smax == sext(value, bits);
}

void update_reg32_bounds(struct reg_state *reg)
{
	struct view v = view_of(reg, 32);

	narrow_by_tnum(&v, tnum_low(reg->var_off, 32), 32);
	set_view(reg, 32, v);
}

void update_reg_bounds(struct reg_state *reg)
{
	struct known k = known_of(reg);

	narrow_by_bits(&k);
	set_known(reg, &k);
}

static bool is_unbounded(const struct reg_state *reg)
{
	const struct range *r = &reg->r;

	return r->umax == UINT64_MAX && !r->umin && r->smax == INT64_MAX && r->smin == INT64_MIN &&
	       r->u32_max == UINT32_MAX && !r->u32_min && r->s32_max == INT32_MAX &&
	       r->s32_min == INT32_MIN;
}

/* Known or unknown: then there is nothing to be learnt. */
static bool is_plain(const struct reg_state *reg)
{
	if (tnum_is_const(reg->var_off))
		return view_is_const(reg, 64) && view_is_const(reg, 32);
	return tnum_is_unknown(reg->var_off) && is_unbounded(reg);
}

void reg_bounds_sync(struct reg_state *reg)
{
	enum { ROUNDS = 3 };
	struct known k, before;

	if (is_plain(reg))
		return;
	k = known_of(reg);
	narrow_by_bits(&k);
	for (int i = 0; i < ROUNDS; i++) {
		before = k;
		deduce(&k);
		/* A round that finds nothing is followed by such ones. */
		if (is_same_known(&before, &k))
			break;
	}
	narrow_bits(&k);
	narrow_by_bits(&k);
	set_known(reg, &k);
}

bool is_empty_range(const struct range *r)
{
	return r->umin > r->umax || r->smin > r->smax || r->u32_min > r->u32_max ||
	       r->s32_min > r->s32_max;
}

/* What is impossible about the register, when its views agree; NULL: nothing. */
static const char *find_violation(const struct reg_state *reg)
{
	if (is_empty_range(&reg->r))
		return "range bounds violation";
	if (tnum_is_const(reg->var_off) && !view_is_const(reg, 64))
		return "const tnum out of sync with range bounds";
	if (tnum_is_const(tnum_subreg(reg->var_off)) && !view_is_const(reg, 32))
		return "const subreg tnum out of sync with range bounds";
	return NULL;
}

bool is_impossible(const struct reg_state *reg)
{
	return find_violation(reg) != NULL;
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

/* The low half is all there is; its signed range is the register's unless it has negative ends. */
void zext_32_to_64(struct reg_state *reg)
{
	struct view v = view_of(reg, 32);

	if (v.smin < 0 || v.smax < 0) {
		v.smin = 0;
		v.smax = UINT32_MAX;
	}
	reg->var_off = tnum_subreg(reg->var_off);
	set_view(reg, 64, v);
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
