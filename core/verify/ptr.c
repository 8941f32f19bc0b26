/*
 * Arithmetic on a pointer and a number (adjust_ptr_min_max_vals()). A known number goes to the
 * fixed part of the pointer's offset, any other to the variable part; either way the offset must
 * stay where later sums of it cannot overflow.
 */
#include <inttypes.h>

#include "core/verify/local.h"

static bool is_far(int64_t off)
{
	return off >= VAR_OFF_MAX || off <= -VAR_OFF_MAX;
}

/* check_reg_sane_offset(); type: of the pointer, where reg is the number */
static int check_offset(struct env *env, const struct reg_state *reg, uint32_t type)
{
	if (tnum_is_const(reg->var_off) && is_far((int64_t)reg->var_off.value))
		return reject(env, REASON_PTR_OFFSET,
			      "math between %s pointer and %" PRId64 " is not allowed\n",
			      reg_type_str(env, type), (int64_t)reg->var_off.value);
	if (is_far(reg->off))
		return reject(env, REASON_PTR_OFFSET, "%s pointer offset %d is not allowed\n",
			      reg_type_str(env, type), reg->off);
	if (reg->r.smin == INT64_MIN)
		return reject(env, REASON_PTR_OFFSET,
			      "math between %s pointer and register with unbounded min value is "
			      "not allowed\n",
			      reg_type_str(env, type));
	if (is_far(reg->r.smin))
		return reject(env, REASON_PTR_OFFSET,
			      "value %" PRId64 " makes %s pointer be out of bounds\n", reg->r.smin,
			      reg_type_str(env, type));
	return 0;
}

/* Types that may be moved at all; known: by a constant, zero: by adding nothing */
static bool may_move(uint32_t type, bool known, bool zero)
{
	switch (type_base(type)) {
	case T_CTX:
	case T_MAP_VALUE:
	case T_MAP_KEY:
	case T_STACK:
	case T_PACKET_META:
	case T_PACKET:
	case T_TP_BUFFER:
	case T_BTF_ID:
	case T_MEM:
	case T_BUF:
	case T_FUNC:
	case T_DYNPTR:
		return true;
	case T_FLOW_KEYS:
		return known;
	case T_MAP_PTR:
		return zero;
	default:
		return false;
	}
}

/* Bounds that contradict each other are of a branch that is not taken. */
static bool is_offset_broken(const struct reg_state *off)
{
	const struct range *r = &off->r;

	if (tnum_is_const(off->var_off) && (r->smin != r->smax || r->umin != r->umax))
		return true;
	return r->smin > r->smax || r->umin > r->umax;
}

static int check_ptr_type(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
			  const struct reg_state *off)
{
	uint8_t code = insn->code & INSN_OP_MASK;
	bool known = tnum_is_const(off->var_off);

	if ((insn->code & INSN_CLASS_MASK) != INSN_ALU64)
		return reject(env, REASON_PTR_ALU_32, "R%d 32-bit pointer arithmetic prohibited\n",
			      insn->dst_reg);
	if (type_may_be_null(ptr->type))
		return reject(env, REASON_PTR_ALU_NULL,
			      "R%d pointer arithmetic on %s prohibited, null-check it first\n",
			      insn->dst_reg, reg_type_str(env, ptr->type));
	if (type_base(ptr->type) == T_MEM && ptr->type & PTR_UNTRUSTED)
		return 0;
	if (!may_move(ptr->type, known, known && !off->r.smin && code == ALU_ADD))
		return reject(env, REASON_PTR_ALU_TYPE, "R%d pointer arithmetic on %s prohibited\n",
			      insn->dst_reg, reg_type_str(env, ptr->type));
	return 0;
}

/* What the pointer points to; dst may be ptr. */
static void copy_target(struct reg_state *dst, const struct reg_state *ptr)
{
	dst->raw[0] = ptr->raw[0];
	dst->raw[1] = ptr->raw[1];
}

/* ptr moved by a constant: nothing is less known than before. */
static void move_fixed(struct reg_state *dst, const struct reg_state *ptr, int64_t off)
{
	dst->r.smin = ptr->r.smin;
	dst->r.smax = ptr->r.smax;
	dst->r.umin = ptr->r.umin;
	dst->r.umax = ptr->r.umax;
	dst->var_off = ptr->var_off;
	dst->off = (int32_t)off;
	copy_target(dst, ptr);
}

static void new_base(struct env *env, struct reg_state *dst, const struct reg_state *ptr,
		     bool forget_range)
{
	dst->off = ptr->off;
	copy_target(dst, ptr);
	if (!type_is_packet(ptr->type))
		return;
	dst->id = new_id(env);
	if (forget_range)
		memset(dst->raw, 0, sizeof(dst->raw));
}

static void add_off(struct env *env, struct reg_state *dst, const struct reg_state *ptr,
		    const struct reg_state *off)
{
	struct view p = view_of(ptr, 64), o = view_of(off, 64), v = view_unbounded(64);
	struct view sum;

	if (tnum_is_const(off->var_off) && ptr->off + o.smin == (int32_t)(ptr->off + o.smin)) {
		move_fixed(dst, ptr, ptr->off + o.smin);
		return;
	}
	if (!__builtin_add_overflow(p.smin, o.smin, &sum.smin) &&
	    !__builtin_add_overflow(p.smax, o.smax, &sum.smax)) {
		v.smin = sum.smin;
		v.smax = sum.smax;
	}
	if (!__builtin_add_overflow(p.umin, o.umin, &sum.umin) &&
	    !__builtin_add_overflow(p.umax, o.umax, &sum.umax)) {
		v.umin = sum.umin;
		v.umax = sum.umax;
	}
	set_view(dst, 64, v);
	dst->var_off = tnum_add(ptr->var_off, off->var_off);
	new_base(env, dst, ptr, true);
}

static void sub_off(struct env *env, struct reg_state *dst, const struct reg_state *ptr,
		    const struct reg_state *off)
{
	struct view p = view_of(ptr, 64), o = view_of(off, 64), v = view_unbounded(64);
	struct view diff;

	if (tnum_is_const(off->var_off) && ptr->off - o.smin == (int32_t)(ptr->off - o.smin)) {
		move_fixed(dst, ptr, ptr->off - o.smin);
		return;
	}
	if (!__builtin_sub_overflow(p.smin, o.smax, &diff.smin) &&
	    !__builtin_sub_overflow(p.smax, o.smin, &diff.smax)) {
		v.smin = diff.smin;
		v.smax = diff.smax;
	}
	if (p.umin >= o.umax) {
		v.umin = p.umin - o.umax;
		v.umax = p.umax - o.umin;
	}
	set_view(dst, 64, v);
	dst->var_off = tnum_sub(ptr->var_off, off->var_off);
	/* A packet's proven bytes are there still when the pointer went towards its start. */
	new_base(env, dst, ptr, o.smin < 0);
}

static int move_ptr(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
		    const struct reg_state *ptr, const struct reg_state *off)
{
	uint8_t code = insn->code & INSN_OP_MASK;

	switch (code) {
	case ALU_ADD:
		add_off(env, dst, ptr, off);
		return 0;
	case ALU_SUB:
		if (dst != ptr)
			return reject(env, REASON_PTR_ALU_OP,
				      "R%d tried to subtract pointer from scalar\n", insn->dst_reg);
		/* JITs may lay out the stack so that this cannot be done. */
		if (ptr->type == T_STACK)
			return reject(env, REASON_PTR_ALU_OP,
				      "R%d subtraction from stack pointer prohibited\n",
				      insn->dst_reg);
		sub_off(env, dst, ptr, off);
		return 0;
	case ALU_AND:
	case ALU_OR:
	case ALU_XOR:
		return reject(env, REASON_PTR_ALU_OP,
			      "R%d bitwise operator %s on pointer prohibited\n", insn->dst_reg,
			      alu_sign(insn));
	default:
		return reject(env, REASON_PTR_ALU_OP,
			      "R%d pointer arithmetic with %s operator prohibited\n", insn->dst_reg,
			      alu_sign(insn));
	}
}

/* For loaders without CAP_PERFMON, after the move */
static int sanitize_moved(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			  const struct reg_state *off, struct sanitize *info)
{
	int err = check_ptr_alu_unpriv(env, insn, dst);

	if (err == -EACCES)
		return err;
	err = sanitize_ptr_alu(env, insn, dst, off, dst, info, true);
	return err < 0 ? sanitize_err(env, insn, err, off, dst) : 0;
}

/*
 * Linux 6.18 gives dst the type, id and offset of the pointer and no more: when dst held the
 * number, its frame and its reference stay those of the number.
 */
static void warn_sum(struct env *env, const struct reg_state *dst, const struct reg_state *ptr)
{
	bool same_frame = ptr->type != T_STACK || dst->frameno == ptr->frameno;

	if (!same_frame || dst->ref_obj_id != ptr->ref_obj_id)
		warn_hole(env, WARNING_SUM_OF_PTR);
}

/* One of ptr and off is dst. */
int adjust_ptr(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
	       const struct reg_state *off)
{
	struct reg_state *dst = &cur_regs(env)[insn->dst_reg];
	uint8_t code = insn->code & INSN_OP_MASK;
	struct sanitize info = {0};
	uint32_t type = ptr->type;
	int err;

	if (is_offset_broken(off) || ((insn->code & INSN_CLASS_MASK) != INSN_ALU64 &&
				      code == ALU_SUB && env->allow_ptr_leaks)) {
		mark_reg_unknown(env, dst);
		return 0;
	}
	err = check_ptr_type(env, insn, ptr, off);
	if (err)
		return err;
	/* Accesses to untrusted memory are probed: where it is does not matter. */
	if (type_base(type) == T_MEM && type & PTR_UNTRUSTED)
		return 0;
	dst->type = type;
	dst->id = ptr->id;
	err = check_offset(env, off, type);
	if (!err)
		err = check_offset(env, ptr, type);
	if (err)
		return err;
	mark_reg32_unbounded(dst);
	if (code == ALU_ADD || code == ALU_SUB) {
		err = sanitize_ptr_alu(env, insn, ptr, off, dst, &info, false);
		if (err < 0)
			return sanitize_err(env, insn, err, off, dst);
	}
	err = move_ptr(env, insn, dst, ptr, off);
	if (!err)
		err = check_offset(env, dst, type);
	if (err)
		return err;
	reg_bounds_sync(dst);
	warn_sum(env, dst, ptr);
	return env->bypass_spec_v1 ? 0 : sanitize_moved(env, insn, dst, off, &info);
}
