/*
 * Atomic instructions: operations that read and write, load-acquire and store-release. They are
 * not rewritten as loads and stores are, so only plain memory takes them.
 */
#include "core/verify/local.h"

/*
 * What the compiler of the machine that is verified for (x86-64) makes for arenas: no operation
 * that is a loop, for its body could fault (bpf_jit_supports_insn()).
 */
static bool arena_has(enum insn_op op)
{
	switch (op) {
	case OP_ATOMIC64_FETCH_AND:
	case OP_ATOMIC64_FETCH_OR:
	case OP_ATOMIC64_FETCH_XOR:
	case OP_ATOMIC32_FETCH_AND:
	case OP_ATOMIC32_FETCH_OR:
	case OP_ATOMIC32_FETCH_XOR:
		return false;
	default:
		return true;
	}
}

/* atomic_ptr_type_ok() */
static bool takes_atomics(uint32_t type, enum insn_op op)
{
	if (type == T_CTX || type_is_packet(type) || type == T_FLOW_KEYS ||
	    type_is_sk_pointer(type))
		return false;
	return type != T_ARENA || arena_has(op);
}

static int check_pointer(struct env *env, const char *does, uint32_t regno, enum insn_op op)
{
	uint32_t type = cur_regs(env)[regno].type;

	if (takes_atomics(type, op))
		return 0;
	return reject(env, REASON_ATOMIC_PTR, "BPF_ATOMIC %s R%u %s is not allowed\n", does, regno,
		      reg_type_str(env, type));
}

/* A register whose value goes to memory, where anybody may read it. */
static int check_operand(struct env *env, uint32_t regno)
{
	if (!leaks_pointer(env, &cur_regs(env)[regno]))
		return 0;
	return reject(env, REASON_PTR_LEAK, "R%u leaks addr into mem\n", regno);
}

static int check_operands(struct env *env, const struct bpf_insn *insn, enum insn_op op)
{
	bool compares = insn_descs[op].flags & INSN_RD_R0;
	int err;

	err = check_reg(env, insn->src_reg, REG_SRC);
	if (!err)
		err = check_reg(env, insn->dst_reg, REG_SRC);
	if (!err && compares)
		err = check_reg(env, REG_RETURN, REG_SRC);
	if (!err && compares)
		err = check_operand(env, REG_RETURN);
	if (!err)
		err = check_operand(env, insn->src_reg);
	return err ? err : check_pointer(env, "stores into", insn->dst_reg, op);
}

static int check_access(struct env *env, const struct bpf_insn *insn, int size, bool is_write,
			int value_regno)
{
	return check_mem_access(env, env->insn, insn->dst_reg, insn->off, size, is_write,
				value_regno, true, false);
}

/* check_atomic_rmw() */
static int check_rmw(struct env *env, const struct bpf_insn *insn, enum insn_op op)
{
	const struct insn_desc *desc = &insn_descs[op];
	int load_regno = -1, err;

	err = check_operands(env, insn, op);
	if (err)
		return err;
	if (desc->flags & INSN_FETCH) {
		load_regno = desc->flags & INSN_WR_R0 ? REG_RETURN : (int)insn->src_reg;
		err = check_reg(env, load_regno, REG_DST);
		if (err)
			return err;
	}
	/* It is read as a number; and then into the register, as a fill would be. */
	err = check_access(env, insn, desc->size, false, -1);
	if (!err && load_regno >= 0)
		err = check_access(env, insn, desc->size, false, load_regno);
	/* Only those of arenas become another instruction. */
	if (!err && cur_regs(env)[insn->dst_reg].type == T_ARENA)
		err = save_aux_ptr_type(env, T_ARENA, false);
	return err ? err : check_access(env, insn, desc->size, true, -1);
}

/* An operation of no known kind: of a size that none has, or not at all. */
static int reject_op(struct env *env, const struct bpf_insn *insn)
{
	struct bpf_insn word = *insn;

	word.code = (insn->code & ~INSN_SIZE_MASK) | INSN_W;
	if (insn_desc(&word)->shape == SHAPE_ATOMIC)
		return reject(env, REASON_ATOMIC_OP, "invalid atomic operand size\n");
	return reject(env, REASON_ATOMIC_OP, "BPF_ATOMIC uses invalid atomic opcode %02x\n",
		      insn->imm);
}

/* The pointer's type is asked for after the load, which may have replaced it. */
static int check_load_acquire(struct env *env, const struct bpf_insn *insn, enum insn_op op)
{
	uint32_t type = cur_regs(env)[insn->src_reg].type;
	int err = check_load(env, insn, true, false, false);

	if (!err)
		err = check_pointer(env, "loads from", insn->src_reg, op);
	if (!err && !takes_atomics(type, op))
		warn_hole(env, WARNING_ACQUIRE_CTX);
	return err;
}

int check_atomic(struct env *env, const struct bpf_insn *insn)
{
	enum insn_op op = env->ops[env->insn];
	int err;

	switch (insn_descs[op].shape) {
	case SHAPE_ATOMIC:
		return check_rmw(env, insn, op);
	case SHAPE_LOAD_ACQ:
		return check_load_acquire(env, insn, op);
	case SHAPE_STORE_REL:
		err = check_store(env, insn, true);
		return err ? err : check_pointer(env, "stores into", insn->dst_reg, op);
	default:
		return reject_op(env, insn);
	}
}
