/*
 * What a processor may do before it knows that it should not, for loaders without CAP_PERFMON. An
 * offset that is added to a pointer will be masked when the program runs, so that it stays within
 * the object even where a branch was mispredicted. Here is checked that one mask fits all paths,
 * and the path is pushed on which the mask made the offset 0 (Linux, "bpf: prevent out of bounds
 * speculation on pointer arithmetic").
 */
#include "core/verify/local.h"

/* insn_aux.alu_state: how the offset is to be masked */
enum {
	MASKS_SRC = 1 << 0,
	MASKS_DST = 1 << 1,
	OFFSET_IS_NEGATIVE = 1 << 2,
	NO_POINTER = 1 << 3,
	OFFSET_IS_CONST = 1 << 4,
};

/* Why an operation cannot be made safe; negative numbers, for sanitize_err() */
enum {
	WHY_BOUNDS = -1,
	WHY_TYPE = -2,
	WHY_PATHS = -3,
	WHY_LIMIT = -4,
	WHY_PUSH = -5,
};

/* How far the pointer may move: to its object's end, or to its begin. */
static int ptr_limit(const struct reg_state *ptr, bool mask_to_left, uint32_t *limit)
{
	uint32_t most, value;

	switch (ptr->type) {
	case T_STACK:
		/* fp itself is outside, but a good place to come from. */
		most = STACK_SIZE + mask_to_left;
		value = -((uint32_t)ptr->var_off.value + (uint32_t)ptr->off);
		break;
	case T_MAP_VALUE:
		most = ptr->map->value_size;
		value = (mask_to_left ? (uint32_t)ptr->r.smin : (uint32_t)ptr->r.umax) +
			(uint32_t)ptr->off;
		break;
	default:
		return WHY_TYPE;
	}
	if (value >= most)
		return WHY_LIMIT;
	*limit = value;
	return 0;
}

static bool may_skip(const struct env *env, const struct bpf_insn *insn)
{
	return env->bypass_spec_v1 || !(insn->code & INSN_SRC_X) || cur_aux(env)->nospec;
}

/* One instruction has one mask. */
static int set_mask(uint8_t *state, uint32_t *limit, uint8_t new_state, uint32_t new_limit)
{
	if (*state && (*state != new_state || *limit != new_limit))
		return WHY_PATHS;
	*state = new_state;
	*limit = new_limit;
	return 0;
}

int sanitize_val_alu(struct env *env, const struct bpf_insn *insn)
{
	struct insn_aux *aux = cur_aux(env);

	if (may_skip(env, insn))
		return 0;
	return set_mask(&aux->alu_state, &aux->alu_limit, NO_POINTER, 0);
}

int sanitize_speculative_path(struct env *env, const struct bpf_insn *insn, uint32_t next,
			      uint32_t cur)
{
	struct state *branch = push_state(env, next, cur, true);
	struct reg_state *regs;

	if (!branch)
		return -EFAULT;
	if (insn) {
		regs = branch->frame[branch->curframe]->regs;
		mark_reg_unknown(env, &regs[insn->dst_reg]);
		if (insn->code & INSN_SRC_X)
			mark_reg_unknown(env, &regs[insn->src_reg]);
	}
	return 0;
}

/* The path on which the offset was masked to 0: dst is the pointer, unmoved. */
static int push_masked(struct env *env, struct reg_state *dst, const struct reg_state *ptr)
{
	struct reg_state saved = *dst;
	int err;

	if (ptr != dst)
		*dst = *ptr;
	err = sanitize_speculative_path(env, NULL, env->insn + 1, env->insn);
	if (err < 0)
		return WHY_PUSH;
	*dst = saved;
	return 0;
}

/* Before the move: in which direction, and how far at most */
static int begin_mask(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
		      const struct reg_state *off, const struct reg_state *dst,
		      struct sanitize *info)
{
	bool is_add = (insn->code & INSN_OP_MASK) == ALU_ADD, is_neg = off->r.smin < 0;
	bool is_const = tnum_is_const(off->var_off);
	uint8_t state = ptr == dst ? MASKS_SRC : MASKS_DST;
	uint32_t limit;
	int err;

	if (!is_const && is_neg != (off->r.smax < 0))
		return WHY_BOUNDS;
	info->mask_to_left = is_add == is_neg;
	err = ptr_limit(ptr, info->mask_to_left, &limit);
	if (err)
		return err;
	if (is_neg)
		state |= OFFSET_IS_NEGATIVE;
	if (is_const)
		state |= OFFSET_IS_CONST;
	else
		env->explore_alu_limits = true;
	return set_mask(&info->alu_state, &info->alu_limit, state, limit);
}

/* After the move: no farther than it went */
static int commit_mask(struct env *env, const struct reg_state *ptr, const struct sanitize *info)
{
	struct insn_aux *aux = cur_aux(env);
	uint32_t limit;
	int err = ptr_limit(ptr, info->mask_to_left, &limit);

	if (err)
		return err;
	return set_mask(&aux->alu_state, &aux->alu_limit, info->alu_state,
			(uint32_t)abs((int32_t)(info->alu_limit - limit)));
}

int sanitize_ptr_alu(struct env *env, const struct bpf_insn *insn, const struct reg_state *ptr,
		     const struct reg_state *off, struct reg_state *dst, struct sanitize *info,
		     bool commit_window)
{
	int err = 0;

	if (may_skip(env, insn))
		return 0;
	/* A speculative path is there for what it accesses only: its mask is known. */
	if (!env->cur->speculative) {
		err = commit_window ? commit_mask(env, ptr, info)
				    : begin_mask(env, insn, ptr, off, dst, info);
		if (err < 0)
			return err;
	}
	/* A constant offset becomes an immediate, which nothing masks. */
	if (commit_window || tnum_is_const(off->var_off))
		return 0;
	return push_masked(env, dst, ptr);
}

#define NOT_FOR_USERS "pointer arithmetic with it prohibited for !root"

int sanitize_err(struct env *env, const struct bpf_insn *insn, int why, const struct reg_state *off,
		 const struct reg_state *dst)
{
	const char *op = (insn->code & INSN_OP_MASK) == ALU_ADD ? "add" : "sub";
	bool off_in_dst = off == dst;

	switch (why) {
	case WHY_BOUNDS:
		return reject(env, REASON_SPEC_BOUNDS,
			      "R%d has unknown scalar with mixed signed bounds, " NOT_FOR_USERS
			      "\n",
			      off_in_dst ? insn->dst_reg : insn->src_reg);
	case WHY_TYPE:
		return reject(env, REASON_SPEC_TYPE,
			      "R%d has pointer with unsupported alu operation, " NOT_FOR_USERS "\n",
			      off_in_dst ? insn->src_reg : insn->dst_reg);
	case WHY_PATHS:
		return reject(
			env, REASON_SPEC_PATHS,
			"R%d tried to %s from different maps, paths or scalars, " NOT_FOR_USERS
			"\n",
			insn->dst_reg, op);
	case WHY_LIMIT:
		return reject(env, REASON_SPEC_LIMIT,
			      "R%d tried to %s beyond pointer bounds, " NOT_FOR_USERS "\n",
			      insn->dst_reg, op);
	default:
		return reject(env, REASON_SPEC_PUSH,
			      "R%d could not be pushed for speculative verification, " NOT_FOR_USERS
			      "\n",
			      insn->dst_reg);
	}
}

static int check_stack_ptr_alu(struct env *env, uint32_t regno, const struct reg_state *reg)
{
	int off = (int)(reg->off + (int64_t)reg->var_off.value);

	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_SPEC_STACK,
			      "R%d variable stack access prohibited for !root, var_off=%s off=%d\n",
			      regno, tnum_str(env, reg->var_off), off);
	if (off >= 0 || off < -STACK_SIZE)
		return reject(env, REASON_SPEC_STACK,
			      "R%d stack pointer arithmetic goes out of range, prohibited for "
			      "!root; off=%d\n",
			      regno, off);
	return 0;
}

/* Masks keep a pointer in an object where it is already: it must be there after each move. */
int check_ptr_alu_unpriv(struct env *env, const struct bpf_insn *insn, const struct reg_state *dst)
{
	if (env->bypass_spec_v1)
		return 0;
	switch (dst->type) {
	case T_STACK:
		return check_stack_ptr_alu(env, insn->dst_reg, dst);
	case T_MAP_VALUE:
		if (check_map_access(env, insn->dst_reg, dst->off, 1, false, true))
			return reject(env, REASON_SPEC_MAP,
				      "R%d pointer arithmetic of map value goes out of range, "
				      "prohibited for !root\n",
				      insn->dst_reg);
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}
