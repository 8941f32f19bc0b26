/*
 * Arithmetic (check_alu_op()). An operation on two scalars is a function of their bits and one of
 * their ranges, in scalar_ops[]; the ranges' function is asked for the whole registers and for
 * their low halves alike, whatever the instruction's width is, which only says how the result is
 * extended. Shifts move bits between the halves and know only one of them afterwards.
 */
#include "core/verify/local.h"

enum { ADDR_SPACE_CAST = 1 }; /* off of such a move */

const char *alu_sign(const struct bpf_insn *insn)
{
	struct bpf_insn plain = {.code = insn->code};

	return insn_descs[insn_decode(&plain)].text;
}

static uint8_t alu_code(const struct bpf_insn *insn)
{
	return insn->code & INSN_OP_MASK;
}

static unsigned int alu_width(const struct bpf_insn *insn)
{
	return (insn->code & INSN_CLASS_MASK) == INSN_ALU64 ? 64 : 32;
}

static bool has_src_reg(const struct bpf_insn *insn)
{
	return insn->code & INSN_SRC_X;
}

static bool is_leaked_pointer(const struct env *env, const struct reg_state *reg)
{
	return !env->allow_ptr_leaks && reg->type != T_SCALAR;
}

/* ---- ranges of a result, from those of the operands and from its bits ---- */

typedef struct view view_fn(struct view a, struct view b, struct tnum result, unsigned int bits);

/* Each true when the exact result is not what fits the width, which *out is. */
static bool overflows_add(int64_t a, int64_t b, int64_t *out, unsigned int bits)
{
	bool overflow = __builtin_add_overflow(a, b, out);

	return overflow || *out != sext((uint64_t)*out, bits);
}

static bool overflows_sub(int64_t a, int64_t b, int64_t *out, unsigned int bits)
{
	bool overflow = __builtin_sub_overflow(a, b, out);

	return overflow || *out != sext((uint64_t)*out, bits);
}

static bool overflows_mul(int64_t a, int64_t b, int64_t *out, unsigned int bits)
{
	bool overflow = __builtin_mul_overflow(a, b, out);

	return overflow || *out != sext((uint64_t)*out, bits);
}

static bool overflows_umul(uint64_t a, uint64_t b, uint64_t *out, unsigned int bits)
{
	bool overflow = __builtin_mul_overflow(a, b, out);

	return overflow || *out != zext(*out, bits);
}

/* Unsigned ends may wrap, if both do: the range is then as wide as before. */
static struct view view_add(struct view a, struct view b, struct tnum result __unused,
			    unsigned int bits)
{
	struct view v = view_unbounded(bits);
	uint64_t lo = zext(a.umin + b.umin, bits), hi = zext(a.umax + b.umax, bits);
	int64_t slo, shi;

	if (!overflows_add(a.smin, b.smin, &slo, bits) &&
	    !overflows_add(a.smax, b.smax, &shi, bits)) {
		v.smin = slo;
		v.smax = shi;
	}
	if (lo < a.umin || hi >= a.umax) {
		v.umin = lo;
		v.umax = hi;
	}
	return v;
}

static struct view view_sub(struct view a, struct view b, struct tnum result __unused,
			    unsigned int bits)
{
	struct view v = view_unbounded(bits);
	int64_t slo, shi;

	if (!overflows_sub(a.smin, b.smax, &slo, bits) &&
	    !overflows_sub(a.smax, b.smin, &shi, bits)) {
		v.smin = slo;
		v.smax = shi;
	}
	if (a.umin >= b.umax || a.umax < b.umin) {
		v.umin = zext(a.umin - b.umax, bits);
		v.umax = zext(a.umax - b.umin, bits);
	}
	return v;
}

static struct view view_mul(struct view a, struct view b, struct tnum result __unused,
			    unsigned int bits)
{
	struct view v = view_unbounded(bits);
	int64_t p[4];
	uint64_t lo, hi;

	if (!overflows_umul(a.umax, b.umax, &hi, bits) &&
	    !overflows_umul(a.umin, b.umin, &lo, bits)) {
		v.umin = lo;
		v.umax = hi;
	}
	if (!overflows_mul(a.smin, b.smin, &p[0], bits) &&
	    !overflows_mul(a.smin, b.smax, &p[1], bits) &&
	    !overflows_mul(a.smax, b.smin, &p[2], bits) &&
	    !overflows_mul(a.smax, b.smax, &p[3], bits)) {
		v.smin = v.smax = p[0];
		for (int i = 1; i < 4; i++) {
			v.smin = min(v.smin, p[i]);
			v.smax = max(v.smax, p[i]);
		}
	}
	return v;
}

/* An unsigned range that does not cross the sign boundary is the signed one too. */
static struct view view_of_unsigned(uint64_t lo, uint64_t hi, unsigned int bits)
{
	struct view v = view_unbounded(bits);

	v.umin = lo;
	v.umax = hi;
	if (sext(lo, bits) <= sext(hi, bits)) {
		v.smin = sext(lo, bits);
		v.smax = sext(hi, bits);
	}
	return v;
}

static struct view view_and(struct view a, struct view b, struct tnum result, unsigned int bits)
{
	return view_of_unsigned(result.value, min(a.umax, b.umax), bits);
}

static struct view view_or(struct view a, struct view b, struct tnum result, unsigned int bits)
{
	return view_of_unsigned(max(a.umin, b.umin), result.value | result.mask, bits);
}

static struct view view_xor(struct view a __unused, struct view b __unused, struct tnum result,
			    unsigned int bits)
{
	return view_of_unsigned(result.value, result.value | result.mask, bits);
}

/* ---- shifts by a known number; the half that is not said is to be found out from the bits ---- */

typedef void shift_fn(struct reg_state *dst, unsigned int n, unsigned int bits);

static struct view view_shl(struct view v, unsigned int n, unsigned int bits)
{
	struct view shifted = view_unbounded(bits);

	if (n < bits && v.umax <= UINT64_C(1) << (bits - 1 - n)) {
		shifted.umin = v.umin << n;
		shifted.umax = v.umax << n;
	}
	return shifted;
}

static void shift_left(struct reg_state *dst, unsigned int n, unsigned int bits)
{
	struct range r = dst->r;

	set_view(dst, 32, view_shl(view_of(dst, 32), n, 32));
	if (bits == 32) {
		mark_reg64_unbounded(dst);
	} else {
		set_view(dst, 64, view_shl(view_of(dst, 64), n, 64));
		/* r <<= 32; r s>>= 32 is how compilers extend a sign. */
		if (n == 32) {
			dst->r.smin = (int64_t)r.s32_min * (INT64_C(1) << 32);
			dst->r.smax = (int64_t)r.s32_max * (INT64_C(1) << 32);
		}
	}
	dst->var_off = tnum_low(tnum_lshift(tnum_low(dst->var_off, bits), (uint8_t)n), bits);
}

static void shift_right(struct reg_state *dst, unsigned int n, unsigned int bits)
{
	struct view v = view_unbounded(bits), old = view_of(dst, bits);

	v.umin = old.umin >> n;
	v.umax = old.umax >> n;
	mark_reg_unbounded(dst);
	set_view(dst, bits, v);
	dst->var_off = tnum_rshift(tnum_low(dst->var_off, bits), (uint8_t)n);
}

static void shift_right_signed(struct reg_state *dst, unsigned int n, unsigned int bits)
{
	struct view v = view_unbounded(bits), old = view_of(dst, bits);

	v.smin = old.smin >> n;
	v.smax = old.smax >> n;
	mark_reg_unbounded(dst);
	set_view(dst, bits, v);
	dst->var_off = tnum_arshift(tnum_low(dst->var_off, bits), (uint8_t)n, (uint8_t)bits);
}

/* ---- operations ---- */

/* What has neither makes an unknown value. */
struct scalar_op {
	struct tnum (*bits)(struct tnum a, struct tnum b);
	view_fn *view;
	shift_fn *shift;
	bool is_bitwise; /* known bits make known ranges */
	bool forks;	 /* worth a path of its own for 0 and for -1 */
	bool sanitized;	 /* under speculation */
	bool links;	 /* by a constant: the result is linked to what dst was */
};

#define OP(code) [(code) >> 4]
static const struct scalar_op scalar_ops[16] = {
	OP(ALU_ADD) = {tnum_add, view_add, .sanitized = true, .links = true},
	OP(ALU_SUB) = {tnum_sub, view_sub, .sanitized = true, .links = true},
	OP(ALU_MUL) = {tnum_mul, view_mul},
	OP(ALU_AND) = {tnum_and, view_and, .is_bitwise = true, .forks = true},
	OP(ALU_OR) = {tnum_or, view_or, .is_bitwise = true, .forks = true},
	OP(ALU_XOR) = {tnum_xor, view_xor, .is_bitwise = true},
	OP(ALU_LSH) = {.shift = shift_left},
	OP(ALU_RSH) = {.shift = shift_right},
	OP(ALU_ARSH) = {.shift = shift_right_signed},
};

static const struct scalar_op *scalar_op_of(const struct bpf_insn *insn)
{
	return &scalar_ops[insn->code >> 4];
}

static struct view result_view(const struct scalar_op *op, const struct reg_state *dst,
			       const struct reg_state *src, struct tnum result, unsigned int bits)
{
	struct tnum low = tnum_low(result, bits);

	if (op->is_bitwise && tnum_is_const(tnum_low(src->var_off, bits)) && tnum_is_const(low))
		return view_const(low.value, bits);
	return op->view(view_of(dst, bits), view_of(src, bits), low, bits);
}

static void apply(const struct scalar_op *op, struct reg_state *dst, const struct reg_state *src)
{
	struct tnum result = op->bits(dst->var_off, src->var_off);
	struct view low = result_view(op, dst, src, result, 32);
	struct view whole = result_view(op, dst, src, result, 64);

	dst->var_off = result;
	set_view(dst, 32, low);
	set_view(dst, 64, whole);
	if (op->is_bitwise)
		update_reg_bounds(dst);
}

void add_scalar(struct reg_state *dst, const struct reg_state *src)
{
	apply(&scalar_ops[ALU_ADD >> 4], dst, src);
}

/* As __mark_reg_known(): the register is no longer what others are linked to. */
static void set_known(struct reg_state *reg, uint64_t value)
{
	reg->off = 0;
	memset(reg->raw, 0, sizeof(reg->raw));
	reg->id = 0;
	reg->ref_obj_id = 0;
	mark_reg_known(reg, value);
}

static void set_known_low(struct reg_state *reg, uint32_t value)
{
	reg->var_off = tnum_const_subreg(reg->var_off, value);
	set_view(reg, 32, view_const(value, 32));
}

static void negate(struct reg_state *dst)
{
	struct reg_state old = *dst;

	set_known(dst, 0);
	apply(&scalar_ops[ALU_SUB >> 4], dst, &old);
}

/* Hosts are little endian: "to little endian" cuts off, and nothing at 64 bits. */
static void swap_bytes(struct reg_state *dst, const struct bpf_insn *insn)
{
	bool swaps = alu_width(insn) == 64 || has_src_reg(insn);

	if (swaps) {
		dst->var_off = insn->imm == 16	 ? tnum_bswap16(dst->var_off)
			       : insn->imm == 32 ? tnum_bswap32(dst->var_off)
						 : tnum_bswap64(dst->var_off);
		mark_reg_unbounded(dst);
	}
	if (swaps || insn->imm != 64)
		clear_scalar_id(dst);
	if (insn->imm != 64)
		coerce_reg_to_size(dst, insn->imm / 8);
}

/*
 * What is 0 or -1 is mostly the mask that a sign made: the path parts into one for each, and the
 * instruction is walked again with 0 (maybe_fork_scalars()).
 */
static int fork_at_sign(struct env *env, const struct bpf_insn *insn, struct reg_state *dst)
{
	bool whole = dst->r.smin == -1 && dst->r.smax == 0;
	struct reg_state *other;
	struct state *branch;

	if (!whole && (dst->r.s32_min != -1 || dst->r.s32_max != 0))
		return 0;
	branch = push_state(env, env->insn, env->insn, false);
	if (!branch)
		return -EFAULT;
	other = &branch->frame[branch->curframe]->regs[insn->dst_reg];
	if (whole) {
		set_known(other, 0);
		set_known(dst, UINT64_MAX);
	} else {
		set_known_low(other, 0);
		set_known_low(dst, UINT32_MAX);
	}
	return 0;
}

/* Only shifts by a known number less than the width are known. */
static bool is_good_shift(const struct reg_state *src, unsigned int bits)
{
	struct view v = view_of(src, bits);

	return tnum_is_const(tnum_low(src->var_off, bits)) && v.smin == v.smax &&
	       v.umin == v.umax && src->r.umax < bits;
}

/* Is more known of the result than that it is a number? */
static bool is_computable(const struct bpf_insn *insn, const struct reg_state *src)
{
	const struct scalar_op *op = scalar_op_of(insn);

	return op->shift ? is_good_shift(src, alu_width(insn)) : op->view != NULL;
}

static void compute(const struct bpf_insn *insn, struct reg_state *dst, const struct reg_state *src)
{
	const struct scalar_op *op = scalar_op_of(insn);
	unsigned int bits = alu_width(insn);

	if (op->view)
		apply(op, dst, src);
	else
		op->shift(dst, (unsigned int)view_of(src, bits).umin, bits);
	if (op->shift && bits == 32)
		update_reg32_bounds(dst);
	else if (op->shift)
		update_reg_bounds(dst);
	if (bits == 32)
		zext_32_to_64(dst);
	reg_bounds_sync(dst);
}

static int transfer(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
		    const struct reg_state *src)
{
	const struct scalar_op *op = scalar_op_of(insn);
	int err;

	if (!is_computable(insn, src)) {
		mark_reg_unknown(env, dst);
		return 0;
	}
	if (op->sanitized) {
		err = sanitize_val_alu(env, insn);
		if (err < 0)
			return sanitize_err(env, insn, err, NULL, NULL);
	}
	if (op->forks && tnum_is_const(src->var_off)) {
		err = fork_at_sign(env, insn, dst);
		if (err)
			return err;
	}
	compute(insn, dst, src);
	return 0;
}

static void transfer_unary(const struct bpf_insn *insn, struct reg_state *dst)
{
	if (alu_code(insn) == ALU_NEG) {
		negate(dst);
		if (alu_width(insn) == 32)
			zext_32_to_64(dst);
	} else {
		swap_bytes(dst, insn);
	}
	reg_bounds_sync(dst);
}

/*
 * Compilers compute r1 = r2 + K, compare r2, and use r1: a constant delta keeps the two linked. One
 * delta to a register, no more; umax is what dst was at most.
 */
static bool link_by_delta(const struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			  const struct reg_state *src, uint64_t umax)
{
	unsigned int bits = alu_width(insn);
	struct tnum value = tnum_low(src->var_off, bits);
	int64_t delta;

	if (!env->bpf_capable || !scalar_op_of(insn)->links || !dst->id || dst->id & ID_ADD_CONST ||
	    !tnum_is_const(value))
		return false;
	if (has_src_reg(insn) && insn->src_reg == insn->dst_reg)
		return false;
	delta = sext(value.value, bits);
	if (delta != (int32_t)delta || (bits == 32 && umax > UINT32_MAX))
		return false;
	if (alu_code(insn) == ALU_SUB) {
		if (delta == INT32_MIN)
			return false;
		delta = -delta;
	}
	dst->id |= bits == 32 ? ID_ADD_CONST32 : ID_ADD_CONST64;
	dst->off = (int32_t)delta;
	return true;
}

static int adjust_scalars(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			  const struct reg_state *src)
{
	uint64_t umax = dst->r.umax;
	struct reg_state copy;
	int err;

	if (src == dst) {
		copy = *src;
		src = &copy;
	}
	err = transfer(env, insn, dst, src);
	if (err)
		return err;
	if (!link_by_delta(env, insn, dst, src, umax))
		clear_scalar_id(dst);
	return 0;
}

/* adjust_reg_min_max_vals() with a register on the right */
static int adjust_by_reg(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			 const struct reg_state *src)
{
	int err;

	if (src->type != T_SCALAR && dst->type != T_SCALAR) {
		if (alu_code(insn) == ALU_SUB && env->allow_ptr_leaks) {
			mark_reg_unknown(env, dst);
			return 0;
		}
		return reject(env, REASON_PTR_AND_PTR, "R%d pointer %s pointer prohibited\n",
			      insn->dst_reg, alu_sign(insn));
	}
	if (src->type != T_SCALAR) {
		err = mark_chain_precision(env, insn->dst_reg);
		if (err)
			return err;
		return adjust_ptr(env, insn, src, dst);
	}
	if (dst->type != T_SCALAR || dst->precise) {
		err = mark_chain_precision(env, insn->src_reg);
		if (err)
			return err;
	}
	if (dst->type != T_SCALAR)
		return adjust_ptr(env, insn, dst, src);
	return adjust_scalars(env, insn, dst, src);
}

/* Arena pointers are 32 bits wide, and any arithmetic on them is as good as another. */
static void adjust_arena(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			 const struct reg_state *src)
{
	if (dst->type != T_ARENA)
		*dst = *src;
	if (alu_width(insn) == 64)
		cur_aux(env)->needs_zext = true;
}

/* adjust_reg_min_max_vals() */
static int adjust(struct env *env, const struct bpf_insn *insn)
{
	struct reg_state *regs = cur_regs(env), *dst = &regs[insn->dst_reg];
	const struct reg_state *src = has_src_reg(insn) ? &regs[insn->src_reg] : NULL;
	struct reg_state imm;

	if (dst->type == T_ARENA || (src && src->type == T_ARENA)) {
		adjust_arena(env, insn, dst, src);
		return 0;
	}
	if (src)
		return adjust_by_reg(env, insn, dst, src);
	memset(&imm, 0, sizeof(imm));
	imm.type = T_SCALAR;
	mark_reg_known(&imm, (uint64_t)(int64_t)insn->imm);
	if (dst->type != T_SCALAR)
		return adjust_ptr(env, insn, dst, &imm);
	return adjust_scalars(env, insn, dst, &imm);
}

/* ---- the same for who has no path ---- */

static void move(const struct bpf_insn *insn, struct reg_state *dst, const struct reg_state *src)
{
	*dst = *src;
	if (alu_width(insn) == 64) {
		if (insn->off)
			coerce_reg_to_size_sx(dst, insn->off / 8);
		return;
	}
	if (insn->off)
		coerce_subreg_to_size_sx(dst, insn->off / 8);
	zext_32_to_64(dst);
	reg_bounds_sync(dst);
}

void scalar_result(const struct bpf_insn *insn, struct reg_state *dst, const struct reg_state *src)
{
	uint8_t code = alu_code(insn);

	if (code == ALU_NEG || code == ALU_END) {
		transfer_unary(insn, dst);
	} else if (code == ALU_MOV) {
		move(insn, dst, src);
	} else if (is_computable(insn, src)) {
		compute(insn, dst, src);
	} else {
		dst->var_off = TNUM_UNKNOWN;
		mark_reg_unbounded(dst);
	}
}

/* ---- checks of each form ---- */

static int check_unary(struct env *env, const struct bpf_insn *insn)
{
	struct reg_state *dst = &cur_regs(env)[insn->dst_reg];
	bool bad = insn->src_reg || insn->off;
	int err;

	if (alu_code(insn) == ALU_NEG) {
		if (bad || has_src_reg(insn) || insn->imm)
			return reject(env, REASON_RESERVED_FIELDS,
				      "BPF_NEG uses reserved fields\n");
	} else if (bad || (insn->imm != 16 && insn->imm != 32 && insn->imm != 64) ||
		   (alu_width(insn) == 64 && has_src_reg(insn))) {
		return reject(env, REASON_RESERVED_FIELDS, "BPF_END uses reserved fields\n");
	}
	err = check_reg(env, insn->dst_reg, REG_SRC);
	if (err)
		return err;
	if (is_leaked_pointer(env, dst))
		return reject(env, REASON_PTR_IN_PARTS, "R%d pointer arithmetic prohibited\n",
			      insn->dst_reg);
	if (dst->type != T_SCALAR)
		return check_reg(env, insn->dst_reg, REG_DST);
	err = check_reg(env, insn->dst_reg, REG_DST_NO_MARK);
	if (!err)
		transfer_unary(insn, dst);
	return err;
}

static bool has_arena(const struct env *env)
{
	for (uint32_t i = 0; i < env->nmaps; i++)
		if (env->maps[i].map->ops->type == MAP_TYPE_ARENA)
			return true;
	return false;
}

static int check_mov_fields(struct env *env, const struct bpf_insn *insn)
{
	unsigned int bits = alu_width(insn);
	bool good;

	if (!has_src_reg(insn)) {
		good = !insn->src_reg && !insn->off;
	} else if (bits == 64 && insn->off == ADDR_SPACE_CAST) {
		if (insn->imm != 1 && insn->imm != 1 << 16)
			return reject(env, REASON_ADDR_SPACE,
				      "addr_space_cast insn can only convert between address space "
				      "1 and 0\n");
		if (!has_arena(env))
			return reject(env, REASON_NO_ARENA,
				      "addr_space_cast insn can only be used in a program that has "
				      "an associated arena\n");
		good = true;
	} else {
		good = !insn->imm && (insn->off == 0 || insn->off == 8 || insn->off == 16 ||
				      (insn->off == 32 && bits == 64));
	}
	if (!good)
		return reject(env, REASON_RESERVED_FIELDS, "BPF_MOV uses reserved fields\n");
	return 0;
}

/* dst = src, a scalar of which something may be cut off; same: nothing is */
static void copy_scalar(struct env *env, struct reg_state *dst, struct reg_state *src, bool same)
{
	if (same)
		assign_scalar_id(env, src);
	*dst = *src;
	if (!same)
		clear_scalar_id(dst);
}

/* Does a scalar have the value of its low bits taken as a signed number? */
static bool is_sign_clear(const struct reg_state *reg, int bits)
{
	return reg->r.umax < UINT64_C(1) << (bits - 1);
}

static int mov64(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
		 struct reg_state *src)
{
	if (insn->imm) {
		mark_reg_unknown(env, dst);
		if (insn->imm == 1)
			dst->type = T_ARENA;
	} else if (!insn->off) {
		assign_scalar_id(env, src);
		*dst = *src;
	} else if (is_leaked_pointer(env, src)) {
		return reject(env, REASON_PTR_IN_PARTS, "R%d sign-extension part of pointer\n",
			      insn->src_reg);
	} else if (src->type == T_SCALAR) {
		copy_scalar(env, dst, src, is_sign_clear(src, insn->off));
		coerce_reg_to_size_sx(dst, insn->off / 8);
	} else {
		mark_reg_unknown(env, dst);
	}
	return 0;
}

static int mov32(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
		 struct reg_state *src)
{
	if (is_leaked_pointer(env, src))
		return reject(env, REASON_PTR_IN_PARTS, "R%d partial copy of pointer\n",
			      insn->src_reg);
	if (src->type != T_SCALAR) {
		mark_reg_unknown(env, dst);
	} else if (!insn->off) {
		copy_scalar(env, dst, src, src->r.umax <= UINT32_MAX);
	} else {
		copy_scalar(env, dst, src, is_sign_clear(src, insn->off));
		coerce_subreg_to_size_sx(dst, insn->off / 8);
	}
	zext_32_to_64(dst);
	reg_bounds_sync(dst);
	return 0;
}

static int check_mov(struct env *env, const struct bpf_insn *insn)
{
	struct reg_state *regs = cur_regs(env), *dst = &regs[insn->dst_reg];
	int err = check_mov_fields(env, insn);

	if (!err && has_src_reg(insn))
		err = check_reg(env, insn->src_reg, REG_SRC);
	if (!err)
		err = check_reg(env, insn->dst_reg, REG_DST_NO_MARK);
	if (err)
		return err;
	if (!has_src_reg(insn)) {
		mark_reg_unknown(env, dst);
		mark_reg_known(dst, zext((uint64_t)(int64_t)insn->imm, alu_width(insn)));
		return 0;
	}
	if (alu_width(insn) == 64)
		return mov64(env, insn, dst, &regs[insn->src_reg]);
	return mov32(env, insn, dst, &regs[insn->src_reg]);
}

static int check_binary(struct env *env, const struct bpf_insn *insn)
{
	bool divides = alu_code(insn) == ALU_DIV || alu_code(insn) == ALU_MOD;
	int err = 0;

	if ((has_src_reg(insn) ? insn->imm != 0 : insn->src_reg != 0) ||
	    (insn->off && !(insn->off == 1 && divides)))
		return reject(env, REASON_RESERVED_FIELDS, "BPF_ALU uses reserved fields\n");
	if (has_src_reg(insn))
		err = check_reg(env, insn->src_reg, REG_SRC);
	if (!err)
		err = check_reg(env, insn->dst_reg, REG_SRC);
	if (err)
		return err;
	if (!has_src_reg(insn)) {
		if (divides && !insn->imm)
			return reject(env, REASON_DIV_BY_ZERO, "div by zero\n");
		if (scalar_op_of(insn)->shift &&
		    (insn->imm < 0 || insn->imm >= (int)alu_width(insn)))
			return reject(env, REASON_SHIFT_COUNT, "invalid shift %d\n", insn->imm);
	}
	err = check_reg(env, insn->dst_reg, REG_DST_NO_MARK);
	return err ? err : adjust(env, insn);
}

int check_alu(struct env *env, const struct bpf_insn *insn)
{
	uint8_t code = alu_code(insn);
	int err;

	if (code == ALU_NEG || code == ALU_END)
		err = check_unary(env, insn);
	else if (code == ALU_MOV)
		err = check_mov(env, insn);
	else if (code > ALU_END)
		return reject(env, REASON_ALU_OPCODE, "invalid BPF_ALU opcode %x\n", code);
	else
		err = check_binary(env, insn);
	if (err)
		return err;
	return check_reg_bounds(env, &cur_regs(env)[insn->dst_reg], "alu");
}
