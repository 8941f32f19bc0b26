/*
 * What is known of values: the bits of each, by the operation that makes it and by what the proof
 * has of it. Of phis in loops only whether the upper half is zero is followed around.
 */
#include "jit/fold.h"

struct tnum known_bits(const struct fold *f, struct ref r)
{
	if (ref_is_con(r))
		return tnum_const(fold_con_of(f, r));
	return r.kind == REF_TMP ? f->tmps.v[r.val].bits : TNUM_UNKNOWN;
}

uint64_t known_umax(const struct fold *f, struct ref r)
{
	if (ref_is_con(r))
		return fold_con_of(f, r);
	return r.kind == REF_TMP ? f->tmps.v[r.val].umax : UINT64_MAX;
}

/* size bytes with nothing known of them */
static struct tnum sized(uint8_t size)
{
	return (struct tnum){0, fold_mask(size)};
}

/* All numbers below and at max */
static struct tnum up_to(uint64_t max)
{
	return (struct tnum){0, max ? UINT64_MAX >> __builtin_clzll(max) : 0};
}

static struct tnum sign_extended(struct tnum a, uint32_t bits)
{
	return tnum_arshift(tnum_lshift(a, (uint8_t)(64 - bits)), (uint8_t)(64 - bits), 64);
}

static struct tnum shifted(const struct ir_ins *ins, struct tnum a, struct tnum b)
{
	uint8_t bits = ins->width * 8, n = b.value & (bits - 1);

	if (!tnum_is_const(b))
		return ins->op == IR_SHR ? up_to(a.value | a.mask) : sized(ins->width);
	switch (ins->op) {
	case IR_SHL:
		return tnum_lshift(a, n);
	case IR_SHR:
		return tnum_rshift(a, n);
	case IR_SAR:
		return tnum_arshift(a, n, bits);
	default:
		return sized(ins->width);
	}
}

/* Only how long a product is, and how many zeroes it ends in. */
static struct tnum product(struct tnum a, struct tnum b)
{
	uint64_t amax = a.value | a.mask, bmax = b.value | b.mask, high;
	uint32_t zeroes = (amax ? (uint32_t)__builtin_ctzll(amax) : 63) +
			  (bmax ? (uint32_t)__builtin_ctzll(bmax) : 63);

	if (__builtin_mul_overflow(amax, bmax, &high))
		high = UINT64_MAX;
	return tnum_lshift(tnum_rshift(up_to(high), (uint8_t)min(zeroes, 63u)),
			   (uint8_t)min(zeroes, 63u));
}

static struct tnum swapped(struct tnum a, uint8_t width)
{
	return width == 2 ? tnum_bswap16(a) : width == 4 ? tnum_bswap32(a) : tnum_bswap64(a);
}

static uint64_t high_product(uint8_t width, uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b >> width * 8);
}

static struct tnum of_operands(const struct ir_ins *ins, struct tnum a, struct tnum b)
{
	switch ((enum ir_op)ins->op) {
	case IR_ADD:
		return tnum_add(a, b);
	case IR_SUB:
		return tnum_sub(a, b);
	case IR_NEG:
		return tnum_sub(tnum_const(0), a);
	case IR_NOT:
		return tnum_xor(a, tnum_const(UINT64_MAX));
	case IR_MUL:
		return product(a, b);
	case IR_AND:
		return tnum_and(a, b);
	case IR_OR:
		return tnum_or(a, b);
	case IR_XOR:
		return tnum_xor(a, b);
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
		return shifted(ins, a, b);
	case IR_UDIV:
		return up_to(b.value && tnum_is_const(b) ? (a.value | a.mask) / b.value
							 : a.value | a.mask);
	case IR_UMOD:
		return up_to(min(a.value | a.mask, (b.value | b.mask) - 1));
	case IR_BSWAP:
		return swapped(a, ins->width);
	case IR_SEXT8:
		return sign_extended(a, 8);
	case IR_SEXT16:
		return sign_extended(a, 16);
	case IR_SEXT32:
		return sign_extended(a, 32);
	case IR_ZEXT8:
		return tnum_cast(a, 1);
	case IR_ZEXT16:
		return tnum_cast(a, 2);
	case IR_ZEXT32:
		return tnum_cast(a, 4);
	case IR_COPY:
		return a;
	case IR_SELECT:
		return tnum_union(a, b);
	case IR_MULH:
		return up_to(high_product(ins->width, a.value | a.mask, b.value | b.mask));
	case IR_SET:
		return (struct tnum){0, 1};
	default:
		return TNUM_UNKNOWN;
	}
}

struct tnum known_result(const struct fold *f, const struct ir_ins *ins)
{
	struct tnum a = known_bits(f, ins->arg[0]), b = known_bits(f, ins->arg[1]);
	bool is_4 = ins->width == 4;

	switch ((enum ir_op)ins->op) {
	case IR_LOAD:
	case IR_LOAD_ACQ:
	case IR_FETCH:
	case IR_CMPXCHG:
		return sized(ins->width);
	case IR_PROBE:
		return ins->sx ? TNUM_UNKNOWN : sized(ins->width);
	case IR_LOADSX:
	case IR_CALL:
	case IR_TAILCALL:
	case IR_LEAVE:
	case IR_FRAME:
		return TNUM_UNKNOWN;
	default:
		break;
	}
	if (is_4) {
		a = tnum_subreg(a);
		b = tnum_subreg(b);
	}
	a = of_operands(ins, a, b);
	return is_4 ? tnum_subreg(a) : a;
}

uint64_t known_result_umax(const struct fold *f, const struct ir_ins *ins, struct tnum bits)
{
	uint64_t max = bits.value | bits.mask, a = known_umax(f, ins->arg[0]),
		 b = known_umax(f, ins->arg[1]), sum;

	if (ins->width == 4) {
		a = min(a, (uint64_t)UINT32_MAX);
		b = min(b, (uint64_t)UINT32_MAX);
	}
	switch ((enum ir_op)ins->op) {
	case IR_ADD:
		return __builtin_add_overflow(a, b, &sum) ? max : min(max, sum);
	case IR_MUL:
		return __builtin_mul_overflow(a, b, &sum) ? max : min(max, sum);
	case IR_AND:
		a = min(a, b);
		return min(max, a);
	case IR_UDIV:
		return ref_is_con(ins->arg[1]) && b ? min(max, a / b) : min(max, a);
	case IR_UMOD:
		return min(max, b ? b - 1 : max);
	case IR_SELECT:
		a = max(a, b);
		return min(max, a);
	case IR_SHR:
		return ref_is_con(ins->arg[1]) ? min(max, a >> (b & (ins->width * 8 - 1)))
					       : min(max, a);
	default:
		return max;
	}
}

/* ---- upper halves around loops ---- */

struct halves {
	struct ir_fn *fn;
	bool *is_short;
};

static bool is_short(const struct halves *h, struct ref r)
{
	if (ref_is_con(r))
		return (uint64_t)ref_con(h->fn, r) <= UINT32_MAX;
	return r.kind == REF_TMP && h->is_short[r.val];
}

static bool gives_short(const struct halves *h, const struct ir_ins *ins)
{
	switch ((enum ir_op)ins->op) {
	case IR_LOAD:
	case IR_LOAD_ACQ:
	case IR_FETCH:
	case IR_CMPXCHG:
		return ins->width <= 4;
	case IR_PROBE:
		return ins->width <= 4 && !ins->sx;
	case IR_LOADSX:
	case IR_CALL:
	case IR_TAILCALL:
	case IR_LEAVE:
	case IR_FRAME:
		return false;
	case IR_ZEXT8:
	case IR_ZEXT16:
	case IR_ZEXT32:
	case IR_SET:
		return true;
	case IR_AND:
		return ins->width == 4 || is_short(h, ins->arg[0]) || is_short(h, ins->arg[1]);
	case IR_OR:
	case IR_XOR:
	case IR_SELECT:
		return ins->width == 4 || (is_short(h, ins->arg[0]) && is_short(h, ins->arg[1]));
	case IR_COPY:
	case IR_UDIV:
	case IR_UMOD:
		return ins->width == 4 || is_short(h, ins->arg[0]);
	case IR_SHR:
		return ins->width == 4 || is_short(h, ins->arg[0]) ||
		       (ref_is_con(ins->arg[1]) && (ref_con(h->fn, ins->arg[1]) & 63) >= 32);
	case IR_BSWAP:
		return ins->width <= 4;
	default:
		return ins->width == 4;
	}
}

static bool phi_is_short(const struct halves *h, const struct ir_blk *blk, const struct ir_phi *phi)
{
	for (size_t i = 0; i < blk->pred.n; i++)
		if (!is_short(h, phi->arg[i]))
			return false;
	return true;
}

static bool fits(const struct ir_tmp *tmp)
{
	return tmp->value && tmp->value->kind <= FACT_NUMBER && tmp->value->umax <= UINT32_MAX;
}

/* Takes away what does not hold; has anything changed? */
static bool narrow(struct halves *h, struct ir_blk *blk)
{
	bool changed = false;

	vec_each(&blk->phis, phi) {
		bool *now = &h->is_short[phi->to.val];

		if (!*now || fits(ref_tmp(h->fn, phi->to)) || phi_is_short(h, blk, phi))
			continue;
		*now = false;
		changed = true;
	}
	vec_each(&blk->ins, ins) {
		bool *now = &h->is_short[ins->to.val];

		if (ins->to.kind != REF_TMP || !*now || fits(ref_tmp(h->fn, ins->to)) ||
		    gives_short(h, ins))
			continue;
		*now = false;
		changed = true;
	}
	return changed;
}

bool *known_short(struct ir_fn *fn)
{
	struct halves h = {fn, xmalloc(fn->tmps.n + 1)};
	bool changed = true;

	memset(h.is_short, true, fn->tmps.n + 1);
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		if (fn->args[i].kind == REF_TMP)
			h.is_short[fn->args[i].val] = false;
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < fn->nrpo; i++)
			changed |= narrow(&h, fn->rpo[i]);
	}
	return h.is_short;
}
