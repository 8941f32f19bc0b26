/*
 * Conditions: is one decided by what is known of its operands (is_branch_taken()), and what does
 * each side know of them afterwards (regs_refine_cond_op()).
 *
 * Both operands may be one and the same register. What is learned is therefore written field by
 * field, and the second operand is read again after the first was written.
 */
#include "core/verify/local.h"

/* Not a condition that a program can have: no bit of the two is set in both. */
enum { JUMP_JSET_NOT = JUMP_JSET | INSN_SRC_X };

#define COND(code) [(code) >> 4]
static const struct {
	uint8_t flipped;  /* a OP b is b FLIPPED a */
	uint8_t reversed; /* not a OP b is a REVERSED b */
	bool is_signed;
} conds[16] = {
	COND(JUMP_JEQ) = {JUMP_JEQ, JUMP_JNE, false},
	COND(JUMP_JNE) = {JUMP_JNE, JUMP_JEQ, false},
	COND(JUMP_JSET) = {JUMP_JSET, JUMP_JSET_NOT, false},
	COND(JUMP_JGT) = {JUMP_JLT, JUMP_JLE, false},
	COND(JUMP_JGE) = {JUMP_JLE, JUMP_JLT, false},
	COND(JUMP_JLT) = {JUMP_JGT, JUMP_JGE, false},
	COND(JUMP_JLE) = {JUMP_JGE, JUMP_JGT, false},
	COND(JUMP_JSGT) = {JUMP_JSLT, JUMP_JSLE, true},
	COND(JUMP_JSGE) = {JUMP_JSLE, JUMP_JSLT, true},
	COND(JUMP_JSLT) = {JUMP_JSGT, JUMP_JSGE, true},
	COND(JUMP_JSLE) = {JUMP_JSGE, JUMP_JSGT, true},
};

static uint8_t flipped(uint8_t code)
{
	return conds[code >> 4].flipped;
}

static bool is_const_reg(const struct reg_state *reg, unsigned int bits)
{
	return reg->type == T_SCALAR && tnum_is_const(tnum_low(reg->var_off, bits));
}

/* ---- decided? ---- */

enum { UNDECIDED = -1 };

static bool are_apart(struct view a, struct view b)
{
	return a.umin > b.umax || a.umax < b.umin || a.smin > b.smax || a.smax < b.smin;
}

static int is_equal(const struct reg_state *a, const struct reg_state *b, unsigned int bits)
{
	struct tnum s = tnum_low(a->var_off, bits), t = tnum_low(b->var_off, bits);

	if (tnum_is_const(s) && tnum_is_const(t))
		return s.value == t.value;
	if (!tnum_overlap(s, t) || are_apart(view_of(a, bits), view_of(b, bits)))
		return 0;
	/* Equal registers have equal low halves. */
	if (bits == 64 && are_apart(view_of(a, 32), view_of(b, 32)))
		return 0;
	return UNDECIDED;
}

static int has_common_bits(const struct reg_state *a, const struct reg_state *b, unsigned int bits)
{
	const struct reg_state *word = is_const_reg(b, bits) ? a : b;
	const struct reg_state *mask = is_const_reg(b, bits) ? b : a;
	struct tnum s = tnum_low(word->var_off, bits), t = tnum_low(mask->var_off, bits);

	if (!is_const_reg(mask, bits))
		return UNDECIDED;
	if (s.value & t.value)
		return 1;
	return (s.value | s.mask) & t.value ? UNDECIDED : 0;
}

/* The ends of a range as numbers that compare like those of the condition's kind. */
static void ends_of(const struct reg_state *reg, unsigned int bits, bool is_signed, uint64_t *lo,
		    uint64_t *hi)
{
	struct view v = view_of(reg, bits);

	*lo = is_signed ? (uint64_t)v.smin ^ UINT64_C(1) << 63 : v.umin;
	*hi = is_signed ? (uint64_t)v.smax ^ UINT64_C(1) << 63 : v.umax;
}

static int is_greater(const struct reg_state *a, const struct reg_state *b, bool or_equal,
		      bool is_signed, unsigned int bits)
{
	uint64_t alo, ahi, blo, bhi;

	ends_of(a, bits, is_signed, &alo, &ahi);
	ends_of(b, bits, is_signed, &blo, &bhi);
	if (or_equal ? alo >= bhi : alo > bhi)
		return 1;
	if (or_equal ? ahi < blo : ahi <= blo)
		return 0;
	return UNDECIDED;
}

int is_scalar_taken(const struct reg_state *a, const struct reg_state *b, uint8_t code,
		    bool is_jmp32)
{
	unsigned int bits = is_jmp32 ? 32 : 64;
	bool is_signed = conds[code >> 4].is_signed;
	int equal;

	switch (code) {
	case JUMP_JEQ:
		return is_equal(a, b, bits);
	case JUMP_JNE:
		equal = is_equal(a, b, bits);
		return equal == UNDECIDED ? UNDECIDED : !equal;
	case JUMP_JSET:
		return has_common_bits(a, b, bits);
	case JUMP_JGT:
	case JUMP_JSGT:
		return is_greater(a, b, false, is_signed, bits);
	case JUMP_JGE:
	case JUMP_JSGE:
		return is_greater(a, b, true, is_signed, bits);
	case JUMP_JLT:
	case JUMP_JSLT:
		return is_greater(b, a, false, is_signed, bits);
	case JUMP_JLE:
	case JUMP_JSLE:
		return is_greater(b, a, true, is_signed, bits);
	default:
		return UNDECIDED;
	}
}

/* A packet pointer that was found beyond the end, or at it, is so again. */
static int is_packet_taken(const struct reg_state *a, const struct reg_state *b, uint8_t code)
{
	const struct reg_state *packet = a;

	if (b->type != T_PACKET_END) {
		if (a->type != T_PACKET_END)
			return UNDECIDED;
		packet = b;
		code = flipped(code);
	}
	if (packet->range >= 0)
		return UNDECIDED;
	if (code == JUMP_JLE || code == JUMP_JGT)
		return packet->range == BEYOND_PACKET_END ? code == JUMP_JGT : UNDECIDED;
	if (code == JUMP_JLT || code == JUMP_JGE)
		return code == JUMP_JGE;
	return UNDECIDED;
}

/*
 * A pointer that is not NULL is not 0; nothing else is known of pointers. Linux 6.18 says the same
 * of its low half, which is not so where the pointer is a multiple of 2^32.
 */
static int is_pointer_taken(struct env *env, const struct reg_state *a, const struct reg_state *b,
			    uint8_t code, unsigned int bits)
{
	const struct reg_state *ptr = is_const_reg(b, bits) ? a : b;
	const struct reg_state *value = is_const_reg(b, bits) ? b : a;

	if (!is_const_reg(value, bits) || !reg_not_null(env, ptr) ||
	    tnum_low(value->var_off, bits).value)
		return UNDECIDED;
	if (code != JUMP_JEQ && code != JUMP_JNE)
		return UNDECIDED;
	if (bits == 32)
		warn_hole(env, WARNING_NULL_LOW_HALF);
	else if (!tnum_is_const(ptr->var_off) && ptr->r.smax >= VAR_OFF_MAX)
		warn_hole(env, WARNING_NULL_OFFSET);
	return code == JUMP_JNE;
}

int is_branch_taken(struct env *env, const struct reg_state *a, const struct reg_state *b,
		    uint8_t op, bool is_jmp32)
{
	unsigned int bits = is_jmp32 ? 32 : 64;

	if (likely(a->type == T_SCALAR && b->type == T_SCALAR))
		return is_scalar_taken(a, b, op, is_jmp32);
	if (!is_jmp32 && reg_is_pkt_pointer_any(a) && reg_is_pkt_pointer_any(b))
		return is_packet_taken(a, b, op);
	return is_pointer_taken(env, a, b, op, bits);
}

/* ---- what is learned ---- */

static struct tnum with_low_bits(struct tnum a, struct tnum low, unsigned int bits)
{
	return bits == 32 ? tnum_with_subreg(a, low) : low;
}

static void refine_equal(struct reg_state *a, struct reg_state *b, unsigned int bits)
{
	struct tnum s = tnum_low(a->var_off, bits), t = tnum_low(b->var_off, bits);
	struct view v = view_of(a, bits), w = view_of(b, bits);

	v.umin = max(v.umin, w.umin);
	v.umax = min(v.umax, w.umax);
	v.smin = max(v.smin, w.smin);
	v.smax = min(v.smax, w.smax);
	set_view(a, bits, v);
	set_view(b, bits, v);
	t = tnum_intersect(s, t);
	a->var_off = with_low_bits(a->var_off, t, bits);
	b->var_off = with_low_bits(b->var_off, t, bits);
}

/* A value at the end of a range that it is not is outside of it. */
static void refine_not_value(struct reg_state *reg, uint64_t value, unsigned int bits)
{
	struct view v = view_of(reg, bits);

	if (v.umin == value)
		v.umin++;
	if (v.umax == value)
		v.umax--;
	if (v.smin == sext(value, bits))
		v.smin = (int64_t)((uint64_t)v.smin + 1);
	if (v.smax == sext(value, bits))
		v.smax = (int64_t)((uint64_t)v.smax - 1);
	set_view(reg, bits, v);
}

/* Some bit of the mask is set: which one is known if it has only one. */
static void refine_some_set(struct reg_state *reg, uint64_t mask, unsigned int bits)
{
	struct tnum low = tnum_low(reg->var_off, bits);

	if (mask && !(mask & (mask - 1)))
		reg->var_off = with_low_bits(reg->var_off, tnum_or(low, tnum_const(mask)), bits);
}

/* Ranges are forgotten, and come back from the bits: on a dead branch they contradict them. */
static void refine_none_set(struct reg_state *reg, uint64_t mask, unsigned int bits)
{
	struct tnum low = tnum_low(reg->var_off, bits);

	mark_reg_unbounded(reg);
	reg->var_off = with_low_bits(reg->var_off, tnum_and(low, tnum_const(~mask)), bits);
}

/* The conditions that say something of one register only if the other is a constant */
static void refine_by_const(struct reg_state *a, struct reg_state *b, uint8_t code,
			    unsigned int bits)
{
	struct reg_state *reg = is_const_reg(b, bits) ? a : b;
	struct reg_state *other = is_const_reg(b, bits) ? b : a;
	uint64_t value = tnum_low(other->var_off, bits).value;

	if (!is_const_reg(other, bits))
		return;
	if (code == JUMP_JNE)
		refine_not_value(reg, value, bits);
	else if (code == JUMP_JSET)
		refine_some_set(reg, value, bits);
	else
		refine_none_set(reg, value, bits);
}

/* a is less than b, by one at least when strict. */
static void refine_less(struct reg_state *a, struct reg_state *b, unsigned int strict,
			unsigned int bits)
{
	struct view v = view_of(a, bits), w = view_of(b, bits);
	uint64_t least = max(zext(v.umin + strict, bits), w.umin);

	v.umax = min(v.umax, zext(w.umax - strict, bits));
	set_view(a, bits, v);
	w = view_of(b, bits);
	w.umin = least;
	set_view(b, bits, w);
}

static void refine_less_signed(struct reg_state *a, struct reg_state *b, unsigned int strict,
			       unsigned int bits)
{
	struct view v = view_of(a, bits), w = view_of(b, bits);
	int64_t least = max(sext((uint64_t)v.smin + strict, bits), w.smin);

	v.smax = min(v.smax, sext((uint64_t)w.smax - strict, bits));
	set_view(a, bits, v);
	w = view_of(b, bits);
	w.smin = least;
	set_view(b, bits, w);
}

static void refine(struct reg_state *a, struct reg_state *b, uint8_t code, unsigned int bits)
{
	switch (code) {
	case JUMP_JEQ:
		refine_equal(a, b, bits);
		break;
	case JUMP_JNE:
	case JUMP_JSET:
	case JUMP_JSET_NOT:
		refine_by_const(a, b, code, bits);
		break;
	case JUMP_JLT:
	case JUMP_JLE:
		refine_less(a, b, code == JUMP_JLT, bits);
		break;
	case JUMP_JSLT:
	case JUMP_JSLE:
		refine_less_signed(a, b, code == JUMP_JSLT, bits);
		break;
	case JUMP_JGT:
	case JUMP_JGE:
		refine_less(b, a, code == JUMP_JGT, bits);
		break;
	case JUMP_JSGT:
	case JUMP_JSGE:
		refine_less_signed(b, a, code == JUMP_JSGT, bits);
		break;
	}
	reg_bounds_sync(a);
	reg_bounds_sync(b);
}

void refine_scalars(struct reg_state *a, struct reg_state *b, uint8_t op, bool is_jmp32, bool taken)
{
	refine(a, b, taken ? op : conds[op >> 4].reversed, is_jmp32 ? 32 : 64);
}

int set_branch_bounds(struct env *env, struct reg_state *true_a, struct reg_state *true_b,
		      struct reg_state *false_a, struct reg_state *false_b, uint8_t op,
		      bool is_jmp32)
{
	int err;

	/* Of pointers nothing is learned by their order. */
	if (false_a->type != T_SCALAR || false_b->type != T_SCALAR)
		return 0;
	refine_scalars(false_a, false_b, op, is_jmp32, false);
	refine_scalars(true_a, true_b, op, is_jmp32, true);
	err = check_reg_bounds(env, true_a, "true_reg1");
	if (!err)
		err = check_reg_bounds(env, true_b, "true_reg2");
	if (!err)
		err = check_reg_bounds(env, false_a, "false_reg1");
	if (!err)
		err = check_reg_bounds(env, false_b, "false_reg2");
	return err;
}
