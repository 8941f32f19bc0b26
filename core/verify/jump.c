/*
 * Conditional jumps: which way is known, or both are taken with what each tells
 * (check_cond_jmp_op() of Linux). The way that jumps is kept for later, the walk goes on behind the
 * jump; only may_goto, whose loop may end at any time, has it the other way round.
 */
#include "core/verify/local.h"

/* A comparison: its operands, and where it goes. */
struct cond {
	const struct bpf_insn *insn;
	uint8_t op; /* enum jump_code */
	bool is_x, is_32;
	uint32_t through, taken; /* instructions */
	struct reg_state *dst, *src;
	struct reg_state imm; /* src of a comparison with a constant */
};

static int check_may_goto(struct env *env, const struct bpf_insn *insn, uint32_t *next)
{
	struct state *queued, *prev;

	if (env->ops[env->insn] != OP_MAY_GOTO || insn->dst_reg || insn->imm)
		return reject(env, REASON_RESERVED_FIELD, "invalid may_goto imm %d\n", insn->imm);
	prev = find_prev_entry(env, env->cur->parent, env->insn);
	queued = push_state(env, env->insn + 1, env->insn, false);
	if (!queued)
		return -ENOMEM;
	queued->may_goto_depth++;
	if (prev)
		widen_imprecise_scalars(env, prev, queued);
	*next = (uint32_t)insn_target(insn, env->insn);
	return 0;
}

static int check_src(struct env *env, struct cond *c)
{
	int err;

	if (!c->is_x) {
		if (c->insn->src_reg)
			return reject(env, REASON_RESERVED_FIELD,
				      "BPF_JMP/JMP32 uses reserved fields\n");
		memset(&c->imm, 0, sizeof(c->imm));
		mark_reg_const(&c->imm, (uint64_t)(int64_t)c->insn->imm);
		c->src = &c->imm;
		return 0;
	}
	if (c->insn->imm)
		return reject(env, REASON_RESERVED_FIELD, "BPF_JMP/JMP32 uses reserved fields\n");
	err = check_reg(env, c->insn->src_reg, REG_SRC);
	if (err)
		return err;
	c->src = &cur_regs(env)[c->insn->src_reg];
	if (!(reg_is_pkt_pointer_any(c->dst) && reg_is_pkt_pointer_any(c->src)) &&
	    leaks_pointer(env, c->src))
		return reject(env, REASON_PTR_COMPARE, "R%d pointer comparison prohibited\n",
			      c->insn->src_reg);
	return 0;
}

static int check_operands(struct env *env, struct cond *c)
{
	uint32_t flags = 0;
	int err;

	err = check_reg(env, c->insn->dst_reg, REG_SRC);
	if (err)
		return err;
	c->dst = &cur_regs(env)[c->insn->dst_reg];
	err = check_src(env, c);
	if (err)
		return err;
	/* Walking back, an address on the stack is nothing that was computed. */
	if (c->src->type == T_STACK)
		flags |= HIST_SRC_STACK;
	if (c->dst->type == T_STACK)
		flags |= HIST_DST_STACK;
	return flags ? push_jump_history(env, env->cur, flags, 0) : 0;
}

/* The outcome is known: it hangs on the operands' values, and the other way only on a
 * misprediction.
 */
/* What the way that is walked on has learned */
static void log_narrowed(struct env *env)
{
	if (!log_has_insns(env))
		return;
	if (env->job->log_whole)
		mark_verifier_state_scratched(env);
	print_insn_state(env, env->cur, env->cur->curframe);
}

static int go_known_way(struct env *env, const struct cond *c, bool taken, uint32_t *next)
{
	int err = 0;

	if (c->dst->type == T_SCALAR)
		err = mark_chain_precision(env, c->insn->dst_reg);
	if (!err && c->is_x && c->src->type == T_SCALAR)
		err = mark_chain_precision(env, c->insn->src_reg);
	if (err)
		return err;
	if (!env->bypass_spec_v1) {
		err = sanitize_speculative_path(env, c->insn, taken ? c->through : c->taken,
						env->insn);
		if (err < 0)
			return err;
	}
	log_narrowed(env);
	*next = taken ? c->taken : c->through;
	return 0;
}

/* Before the push, so that both ways have the list in the history of the state that they share. */
static int collect_links(struct env *env, const struct cond *c, struct linked_regs *linked)
{
	linked->n = 0;
	if (c->is_x && c->src->type == T_SCALAR && c->src->id)
		collect_linked_regs(env, env->cur, c->src->id, linked);
	if (c->dst->type == T_SCALAR && c->dst->id)
		collect_linked_regs(env, env->cur, c->dst->id, linked);
	if (linked->n < 2)
		return 0;
	return push_jump_history(env, env->cur, 0, linked_regs_pack(linked));
}

static int narrow_operands(struct env *env, struct cond *c, struct state *other,
			   const struct linked_regs *linked)
{
	struct reg_state *regs = other->frame[other->curframe]->regs;
	struct reg_state *dst = &regs[c->insn->dst_reg], *src = &regs[c->insn->src_reg];
	struct reg_state imm;
	int err;

	if (!c->is_x) {
		imm = c->imm;
		src = &imm;
	}
	err = set_branch_bounds(env, dst, src, c->dst, c->src, c->op, c->is_32);
	if (err)
		return err;
	if (c->is_x && c->src->type == T_SCALAR && c->src->id && c->src->id == src->id) {
		sync_linked_regs(env, env->cur, c->src, linked);
		sync_linked_regs(env, other, src, linked);
	}
	if (c->dst->type == T_SCALAR && c->dst->id && c->dst->id == dst->id) {
		sync_linked_regs(env, env->cur, c->dst, linked);
		sync_linked_regs(env, other, dst, linked);
	}
	return 0;
}

/*
 * What is equal to an address that is not null is not null. A pointer to a kernel object may be
 * null although nothing says so, so these tell nothing.
 */
static void narrow_equal_pointers(struct env *env, const struct cond *c, struct state *other)
{
	struct reg_state *regs;
	bool src_may_be_null = type_may_be_null(c->src->type);

	if (!c->is_x || c->is_32 || c->src->type == T_SCALAR || c->dst->type == T_SCALAR ||
	    src_may_be_null == type_may_be_null(c->dst->type) ||
	    type_base(c->src->type) == T_BTF_ID || type_base(c->dst->type) == T_BTF_ID)
		return;
	if (c->op == JUMP_JEQ)
		regs = other->frame[other->curframe]->regs;
	else if (c->op == JUMP_JNE)
		regs = cur_regs(env);
	else
		return;
	mark_ptr_not_null(env, &regs[src_may_be_null ? c->insn->src_reg : c->insn->dst_reg]);
}

static int narrow_pointers(struct env *env, const struct cond *c, struct state *other)
{
	uint32_t regno = c->insn->dst_reg;
	bool is_eq = c->op == JUMP_JEQ, is_ne = c->op == JUMP_JNE;

	narrow_equal_pointers(env, c, other);
	if (!c->is_x && !c->is_32 && !c->insn->imm && (is_eq || is_ne) &&
	    type_may_be_null(c->dst->type)) {
		mark_ptr_or_null_regs(env, env->cur, regno, is_ne);
		mark_ptr_or_null_regs(env, other, regno, is_eq);
		return 0;
	}
	if (try_match_pkt_pointers(env, c->insn, c->dst, c->src, env->cur, other))
		return 0;
	if (leaks_pointer(env, c->dst))
		return reject(env, REASON_PTR_COMPARE, "R%d pointer comparison prohibited\n",
			      regno);
	return 0;
}

static int go_both_ways(struct env *env, struct cond *c)
{
	struct linked_regs linked;
	struct state *other;
	int err;

	err = collect_links(env, c, &linked);
	if (err)
		return err;
	other = push_state(env, c->taken, env->insn, false);
	if (!other)
		return -EFAULT;
	err = narrow_operands(env, c, other, &linked);
	if (err)
		return err;
	err = narrow_pointers(env, c, other);
	if (err)
		return err;
	log_narrowed(env);
	return 0;
}

int check_cond_jump(struct env *env, const struct bpf_insn *insn, uint32_t *next)
{
	struct cond c = {
		.insn = insn,
		.op = insn->code & INSN_OP_MASK,
		.is_x = insn->code & INSN_SRC_X,
		.is_32 = (insn->code & INSN_CLASS_MASK) == INSN_JMP32,
		.through = env->insn + 1,
		.taken = (uint32_t)(env->insn + 1 + insn->off),
	};
	int pred, err;

	if (c.op == (insn_descs[OP_MAY_GOTO].code & INSN_OP_MASK))
		return check_may_goto(env, insn, next);
	err = check_operands(env, &c);
	if (err)
		return err;
	pred = is_branch_taken(env, c.dst, c.src, c.op, c.is_32);
	if (pred >= 0)
		return go_known_way(env, &c, pred, next);
	err = go_both_ways(env, &c);
	if (!err)
		*next = c.through;
	return err;
}
