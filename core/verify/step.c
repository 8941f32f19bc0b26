/*
 * The walk: one instruction after the other along a path, then the next path that waits, until none
 * is left (do_check() of Linux). A path ends at an exit of the program, or where it comes to what
 * was looked at before; a path that is only mispredicted ends at a barrier too, and at what it must
 * not do.
 */
#include "core/verify/local.h"

/* ---- registers by their number ---- */

int check_reg_in(struct env *env, struct func_state *fs, uint32_t regno, enum reg_access access)
{
	struct reg_state *reg;

	if (regno >= REG_COUNT)
		return reject(env, REASON_REG_NUMBER, "R%d is invalid\n", regno);
	reg = &fs->regs[regno];
	mark_reg_scratched(env, regno);
	if (access == REG_SRC) {
		if (reg->type == T_NOT_INIT)
			return reject(env, REASON_REG_UNINIT, "R%d !read_ok\n", regno);
		return 0;
	}
	if (regno == REG_FP)
		return reject(env, REASON_REG_FP_WRITE, "frame pointer is read only\n");
	if (access == REG_DST)
		mark_reg_unknown(env, reg);
	return 0;
}

int check_reg(struct env *env, uint32_t regno, enum reg_access access)
{
	return check_reg_in(env, cur_func(env), regno, access);
}

/* ---- 64-bit immediates ---- */

static int load_kernel_symbol(struct env *env, struct reg_state *dst)
{
	const struct insn_aux *aux = cur_aux(env);

	dst->type = aux->btf_var.reg_type;
	switch (type_base(dst->type)) {
	case T_MEM:
		dst->mem_size = aux->btf_var.mem_size;
		return 0;
	case T_BTF_ID:
		dst->btf = aux->btf_var.btf;
		dst->btf_id = aux->btf_var.btf_id;
		return 0;
	default:
		return reject_bug(env, "pseudo btf id: unexpected dst reg type");
	}
}

static int load_func(struct env *env, const struct bpf_insn *insn, struct reg_state *dst)
{
	int subprog = find_subprog(env, env->insn + (uint32_t)insn->imm + 1);

	if (!env->job->nfuncs)
		return reject(env, REASON_CALLBACK_FUNC, "missing btf func_info\n");
	if (subprog < 0)
		return reject_bug(env, "pseudo func: no function there");
	if (env->subs[subprog].is_global)
		return reject(env, REASON_CALLBACK_FUNC, "callback function not static\n");
	dst->type = T_FUNC;
	dst->subprog = (uint32_t)subprog;
	return 0;
}

/* Offsets into a value need no id: there is one value only. */
static int load_map(struct env *env, const struct bpf_insn *insn, struct reg_state *dst)
{
	const struct insn_aux *aux = cur_aux(env);
	struct map *map = env->maps[aux->map_index].map;

	dst->map = map;
	switch (insn->src_reg) {
	case PSEUDO_MAP_VALUE:
	case PSEUDO_MAP_IDX_VALUE:
		if (map->ops->type == MAP_TYPE_ARENA) {
			mark_reg_unknown(env, dst);
			return 0;
		}
		dst->type = T_MAP_VALUE;
		dst->off = (int32_t)aux->map_off;
		return 0;
	case PSEUDO_MAP_FD:
	case PSEUDO_MAP_IDX:
		dst->type = T_MAP_PTR;
		return 0;
	default:
		return reject_bug(env, "unexpected src reg value for ldimm64");
	}
}

static int check_ld_imm(struct env *env, const struct bpf_insn *insn)
{
	struct reg_state *dst;
	int err;

	if ((insn->code & INSN_SIZE_MASK) != INSN_DW)
		return reject(env, REASON_BAD_LD_IMM64, "invalid BPF_LD_IMM insn\n");
	if (insn->off)
		return reject(env, REASON_RESERVED_FIELD, "BPF_LD_IMM64 uses reserved fields\n");
	err = check_reg(env, insn->dst_reg, REG_DST);
	if (err)
		return err;
	dst = &cur_regs(env)[insn->dst_reg];
	if (!insn->src_reg) {
		mark_reg_const(dst, insn_imm64(insn));
		return 0;
	}
	mark_reg_known_zero(dst);
	if (insn->src_reg == PSEUDO_BTF_ID)
		return load_kernel_symbol(env, dst);
	if (insn->src_reg == PSEUDO_FUNC)
		return load_func(env, insn, dst);
	return load_map(env, insn, dst);
}

/* ---- packet loads of classic BPF ---- */

static bool may_access_skb(uint32_t type)
{
	return type == PROG_TYPE_SOCKET_FILTER || type == PROG_TYPE_SCHED_CLS ||
	       type == PROG_TYPE_SCHED_ACT;
}

static int check_legacy_place(struct env *env, const struct bpf_insn *insn)
{
	bool is_abs = (insn->code & INSN_MODE_MASK) == INSN_ABS;

	if (!may_access_skb(prog_type_of(env)))
		return reject(env, REASON_LEGACY_LOAD,
			      "BPF_LD_[ABS|IND] instructions not allowed for this program type\n");
	if (insn->dst_reg || insn->off || (insn->code & INSN_SIZE_MASK) == INSN_DW ||
	    (is_abs && insn->src_reg))
		return reject(env, REASON_RESERVED_FIELD,
			      "BPF_LD_[ABS|IND] uses reserved fields\n");
	return 0;
}

enum { LEGACY_CTX_REG = 6 };

static int check_legacy_operands(struct env *env, const struct bpf_insn *insn)
{
	const struct reg_state *ctx = &cur_regs(env)[LEGACY_CTX_REG];
	int err;

	err = check_reg(env, LEGACY_CTX_REG, REG_SRC);
	if (err)
		return err;
	/* The load may end the program. */
	err = check_resource_leak(env, false, true, "BPF_LD_[ABS|IND]");
	if (err)
		return err;
	if (ctx->type != T_CTX)
		return reject(env, REASON_LEGACY_LOAD,
			      "at the time of BPF_LD_ABS|IND R6 != pointer to skb\n");
	if ((insn->code & INSN_MODE_MASK) == INSN_IND) {
		err = check_reg(env, insn->src_reg, REG_SRC);
		if (err)
			return err;
	}
	return check_ptr_off_reg(env, ctx, LEGACY_CTX_REG);
}

/* What follows is a path of its own; the walk goes on where the function returns r0. */
static int leave_func(struct env *env)
{
	mark_reg_scratched(env, REG_RETURN);
	return push_state(env, env->insn + 1, env->insn, false) ? 0 : -EFAULT;
}

/*
 * A call in disguise: r6 is the context, r0 the result, r1 to r5 are lost. When the packet is too
 * short the function returns 0, which a caller in the program sees.
 */
static int check_ld_abs(struct env *env, const struct bpf_insn *insn)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];
	int err;

	err = check_legacy_place(env, insn);
	if (err)
		return err;
	err = check_legacy_operands(env, insn);
	if (err)
		return err;
	mark_caller_saved(env);
	mark_reg_unknown(env, r0);
	if (!env->cur->curframe) {
		env->insn++;
		return 0;
	}
	err = leave_func(env);
	if (err)
		return err;
	mark_reg_known_zero(r0);
	return prepare_func_exit(env, &env->insn);
}

/* ---- one instruction; it sets env->insn to the next ---- */

static int check_call_fields(struct env *env, const struct bpf_insn *insn)
{
	bool is_kfunc = insn->src_reg == PSEUDO_KFUNC_CALL, is_ok;

	if (insn->code != insn_descs[OP_CALL].code || (!is_kfunc && insn->off) ||
	    insn->src_reg > PSEUDO_KFUNC_CALL || insn->dst_reg)
		return reject(env, REASON_RESERVED_FIELD, "BPF_CALL uses reserved fields\n");
	if (!env->cur->active_locks)
		return 0;
	if (is_kfunc)
		is_ok = !insn->off && kfunc_spin_allowed(env, insn);
	else
		is_ok = insn->src_reg || helper_facts(insn->imm) & HELPER_LOCKED_OK;
	if (!is_ok)
		return reject(env, REASON_LOCKED_CALL,
			      "function calls are not allowed while holding a lock\n");
	return 0;
}

/*
 * When a tail call succeeds, the other program returns in place of the function that made it, and
 * may have moved the packet; when it fails nothing has happened.
 */
static int step_tail_call(struct env *env)
{
	int err;

	if (!env->cur->curframe) {
		env->insn++;
		return 0;
	}
	err = leave_func(env);
	if (err)
		return err;
	clear_all_pkt_pointers(env);
	mark_reg_unknown(env, &cur_regs(env)[REG_RETURN]);
	return prepare_func_exit(env, &env->insn);
}

static int step_helper(struct env *env, const struct bpf_insn *insn)
{
	int err = check_helper_call(env, insn);

	if (err)
		return err;
	if (insn->imm == HELPER_tail_call)
		return step_tail_call(env);
	env->insn++;
	return 0;
}

static int step_call(struct env *env, const struct bpf_insn *insn, bool *done)
{
	int err;

	err = check_call_fields(env, insn);
	if (err)
		return err;
	switch (insn->src_reg) {
	case PSEUDO_CALL:
		err = check_func_call(env, insn, &env->insn);
		break;
	case PSEUDO_KFUNC_CALL:
		err = check_kfunc_call(env, insn, &env->insn);
		if (!err && is_kfunc_bpf_throw(env, insn))
			return check_exit(env, done, true);
		env->insn++;
		break;
	default:
		err = step_helper(env, insn);
	}
	if (!err)
		mark_reg_scratched(env, REG_RETURN);
	return err;
}

static int step_ja(struct env *env, const struct bpf_insn *insn)
{
	bool is_32 = (insn->code & INSN_CLASS_MASK) == INSN_JMP32;

	if (insn->code & INSN_SRC_X || insn->src_reg || insn->dst_reg ||
	    (is_32 ? insn->off : insn->imm))
		return reject(env, REASON_RESERVED_FIELD, "BPF_JA uses reserved fields\n");
	env->insn = (uint32_t)insn_target(insn, env->insn);
	return 0;
}

static int step_exit(struct env *env, const struct bpf_insn *insn, bool *done)
{
	if (insn->code != insn_descs[OP_EXIT].code || insn->imm || insn->src_reg || insn->dst_reg)
		return reject(env, REASON_RESERVED_FIELD, "BPF_EXIT uses reserved fields\n");
	return check_exit(env, done, false);
}

static int step_jump(struct env *env, const struct bpf_insn *insn, bool *done)
{
	uint8_t op = insn->code & INSN_OP_MASK;

	env->jumps_processed++;
	if (op == (insn_descs[OP_CALL].code & INSN_OP_MASK))
		return step_call(env, insn, done);
	if (op == (insn_descs[OP_EXIT].code & INSN_OP_MASK))
		return step_exit(env, insn, done);
	if (op == (insn_descs[OP_JA].code & INSN_OP_MASK))
		return step_ja(env, insn);
	return check_cond_jump(env, insn, &env->insn);
}

static int step_stx(struct env *env, const struct bpf_insn *insn)
{
	uint8_t mode = insn->code & INSN_MODE_MASK;

	if (mode == INSN_ATOMIC)
		return check_atomic(env, insn);
	if (mode != INSN_MEM || insn->imm)
		return reject(env, REASON_RESERVED_FIELD, "BPF_STX uses reserved fields\n");
	return check_store(env, insn, false);
}

static int step_st(struct env *env, const struct bpf_insn *insn)
{
	if ((insn->code & INSN_MODE_MASK) != INSN_MEM || insn->src_reg)
		return reject(env, REASON_RESERVED_FIELD, "BPF_ST uses reserved fields\n");
	return check_store_imm(env, insn);
}

/* What only a mispredicted path comes to is not seen: it is dead code all the same. */
static void mark_seen(struct env *env)
{
	if (!env->cur->speculative)
		cur_aux(env)->seen = env->pass;
}

static int step_ld(struct env *env, const struct bpf_insn *insn)
{
	uint8_t mode = insn->code & INSN_MODE_MASK;
	int err;

	if (mode == INSN_ABS || mode == INSN_IND)
		return check_ld_abs(env, insn);
	if (mode != INSN_IMM)
		return reject(env, REASON_UNKNOWN_OPCODE, "invalid BPF_LD mode\n");
	err = check_ld_imm(env, insn);
	if (err)
		return err;
	env->insn++;
	mark_seen(env);
	env->insn++;
	return 0;
}

/* done: the path is at its end. */
static int step(struct env *env, const struct bpf_insn *insn, bool *done)
{
	bool is_sx;
	int err;

	switch (insn->code & INSN_CLASS_MASK) {
	case INSN_ALU:
	case INSN_ALU64:
		err = check_alu(env, insn);
		break;
	case INSN_LDX:
		is_sx = (insn->code & INSN_MODE_MASK) == INSN_MEMSX;
		err = check_load(env, insn, false, is_sx, true);
		break;
	case INSN_STX:
		err = step_stx(env, insn);
		break;
	case INSN_ST:
		err = step_st(env, insn);
		break;
	case INSN_LD:
		return step_ld(env, insn);
	default:
		return step_jump(env, insn, done);
	}
	env->insn++;
	return err;
}

/* ---- the log of the walk ---- */

static const char *path_kind(const struct env *env)
{
	return env->cur->speculative ? " (speculative execution)" : "";
}

static void log_safe(struct env *env)
{
	if (!log_has_insns(env))
		return;
	if (env->log.print_pending)
		vlog(env, "\nfrom %d to %d%s: safe\n", (int)env->prev_insn, env->insn,
		     path_kind(env));
	else
		vlog(env, "%d: safe\n", env->insn);
}

static void log_insn(struct env *env)
{
	struct state *st = env->cur;

	if (!log_has_insns(env))
		return;
	if (env->log.level & VERIFY_LOG_ALL && env->log.print_pending) {
		vlog(env, "\nfrom %d to %d%s:", (int)env->prev_insn, env->insn, path_kind(env));
		print_state(env, st, st->curframe, true);
		env->log.print_pending = false;
	}
	if (env->log.scratched_regs || env->log.scratched_slots)
		print_insn_state(env, st, st->curframe);
	print_line(env, env->insn, "; ");
	print_insn(env, env->insn);
}

/* ---- the walk ---- */

/* What a mispredicted path must not do is kept from it by a barrier. */
static bool may_be_barred(int err)
{
	return err == -EPERM || err == -EACCES || err == -EINVAL;
}

/* Before an instruction: is there one, was all of this seen, what must be remembered. */
static int arrive(struct env *env, bool *done)
{
	struct state *st = env->cur;
	int err;

	env->cur_hist = NULL;
	if (env->insn >= env->ninsns)
		return reject(env, REASON_INTERNAL, "invalid insn idx %d insn_cnt %d\n", env->insn,
			      env->ninsns);
	if (++env->processed > env->processed_max)
		return reject(env, REASON_PROG_COMPLEX,
			      "BPF program is too large. Processed %d insn\n", env->processed);
	st->last_insn = env->prev_insn;
	st->insn = env->insn;
	if (cur_aux(env)->prune_point) {
		err = check_visited(env, env->insn);
		if (err < 0)
			return err;
		if (err == PRUNE_HIT) {
			log_safe(env);
			*done = true;
			return 0;
		}
	}
	return cur_aux(env)->jump_point ? push_jump_history(env, st, 0, 0) : 0;
}

static int walk_insn(struct env *env, uint32_t *prev, bool *done)
{
	struct insn_aux *aux;
	bool is_speculative = env->cur->speculative;
	uint32_t insn = env->insn;
	int err, marks_err;

	log_insn(env);
	aux = cur_aux(env);
	mark_seen(env);
	*prev = insn;
	if (is_speculative && aux->nospec) {
		*done = true;
		return 0;
	}
	err = stacklive_begin_insn(env, insn);
	if (err)
		return err;
	err = step(env, &env->insns[insn], done);
	if (!err || may_be_barred(err)) {
		marks_err = stacklive_end_insn(env);
		if (marks_err)
			return marks_err;
	}
	if (is_speculative && may_be_barred(err)) {
		aux->nospec = true;
		aux->alu_state = 0;
		*done = true;
		return 0;
	}
	if (!err && is_speculative && aux->nospec_result)
		*done = true;
	return err;
}

/* Takes the next path; *more is false when there is none. */
static int end_path(struct env *env, uint32_t *prev, bool *more)
{
	int err;

	mark_verifier_state_scratched(env);
	err = update_branch_counts(env, env->cur);
	if (err)
		return err;
	err = stacklive_update(env);
	if (err)
		return err;
	show_explored(env);
	*more = pop_state(env, &env->insn, prev, !(env->log.level & VERIFY_LOG_ALL));
	env->log.print_pending = true;
	return 0;
}

/* What would meet the next path just the same */
static bool is_final(enum verify_reason reason)
{
	return reason == REASON_PROG_COMPLEX || reason == REASON_JUMPS_PENDING ||
	       reason == REASON_INTERNAL || reason == REASON_NONE;
}

/* Is there somebody who wants to know of other paths? This one is left as if it were at its end. */
static bool goes_on(struct env *env, int err)
{
	const struct verify_job *job = env->job;
	struct verify_result *res = env->result;

	if (!job->refused || is_final(res->reason))
		return false;
	if (!env->first_refusal.err) {
		env->first_refusal.err = err;
		env->first_refusal.reason = res->reason;
		env->first_refusal.insn = res->insn;
	}
	return job->refused(job->refused_arg, res, err);
}

int do_check(struct env *env)
{
	uint32_t prev = UINT32_MAX; /* as -1 in the log */
	bool more = true;
	int err;

	env->log.print_pending = false;
	while (more) {
		bool done = false;

		env->prev_insn = prev;
		err = arrive(env, &done);
		if (!err && !done)
			err = walk_insn(env, &prev, &done);
		if (err ? goes_on(env, err) : done)
			err = end_path(env, &prev, &more);
		if (err)
			return err;
	}
	return 0;
}
