/*
 * Functions of a program: where they begin, and that control stays inside of each but for calls.
 */
#include "core/verify/local.h"

#include <stdio.h>

enum {
	CODE_LD_IMM64 = 0x18,
	CODE_CALL = 0x85,
	CODE_EXIT = 0x95,
	CODE_JA = 0x05,
	CODE_JA32 = 0x06,
};

/* ---- looking them up ---- */

uint32_t containing_subprog(const struct env *env, uint32_t insn)
{
	uint32_t lo = 0, hi = env->nsubs - 1;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo + 1) / 2;

		if (env->subs[mid].start <= insn)
			lo = mid;
		else
			hi = mid - 1;
	}
	return lo;
}

int find_subprog(const struct env *env, uint32_t insn)
{
	uint32_t i;

	if (!env->nsubs || insn >= env->ninsns)
		return -1;
	i = containing_subprog(env, insn);
	return env->subs[i].start == insn ? (int)i : -1;
}

/* ---- finding them ---- */

/* Keeps the list sorted by start. */
static int add_subprog(struct env *env, int64_t start)
{
	struct subprog_info *subs = env->subs;
	uint32_t at = env->nsubs;

	if (start < 0 || start >= env->ninsns)
		return reject(env, REASON_CALL_TARGET, "call to invalid destination\n");
	if (find_subprog(env, (uint32_t)start) >= 0)
		return 0;
	if (env->nsubs >= SUBPROGS_MAX)
		return reject(env, REASON_TOO_MANY_SUBPROGS, "too many subprograms\n");
	for (; at > 0 && subs[at - 1].start > start; at--)
		subs[at].start = subs[at - 1].start;
	subs[at].start = (uint32_t)start;
	env->nsubs++;
	return 0;
}

static bool is_pseudo_func(const struct bpf_insn *insn)
{
	return insn->code == CODE_LD_IMM64 && insn->src_reg == PSEUDO_FUNC;
}

static bool is_call(const struct bpf_insn *insn, uint8_t src)
{
	return insn->code == CODE_CALL && insn->src_reg == src;
}

/* All slots are looked at, second halves of wide instructions too: what they are comes later. */
static int add_callees(struct env *env)
{
	for (uint32_t i = 0; i < env->ninsns; i++) {
		const struct bpf_insn *insn = &env->insns[i];
		bool is_local = is_pseudo_func(insn) || is_call(insn, PSEUDO_CALL);
		int err;

		if (!is_local && !is_call(insn, PSEUDO_KFUNC_CALL))
			continue;
		if (!env->bpf_capable)
			return reject(env, REASON_PRIV_FUNCS,
				      "loading/calling other bpf or kernel functions are allowed "
				      "for CAP_BPF and CAP_SYS_ADMIN\n");
		err = is_local ? add_subprog(env, (int64_t)i + insn->imm + 1)
			       : add_kfunc_call(env, insn);
		if (err < 0)
			return err;
	}
	return 0;
}

/* ---- the exception callback: a tag of the main function names it ---- */

#define EXCEPTION_TAG "exception_callback:"

/* What follows the prefix in the only tag of a type that begins with it; NULL: there is none. */
static int find_tag(struct env *env, uint32_t id, const char *prefix, const char **value)
{
	const struct btf *btf = env->job->btf;

	*value = NULL;
	for (uint32_t i = 1; i < btf->nids; i++) {
		const struct btf_type *t = btf_type(btf, i);
		const char *name = btf_str(btf, t->name_off);

		if (btf_kind(t) != BTF_KIND_DECL_TAG || t->type != id || btf_component(t) != -1 ||
		    strncmp(name, prefix, strlen(prefix)) != 0)
			continue;
		if (*value)
			return reject_with(env, REASON_EXCEPTION_CALLBACK, EEXIST,
					   "multiple exception callback tags for main subprog\n");
		*value = name + strlen(prefix);
	}
	return 0;
}

static int find_func_record(struct env *env, uint32_t id, uint32_t *insn)
{
	bool at_main = false;

	*insn = 0;
	for (uint32_t i = 0; i < env->job->nfuncs; i++) {
		if (env->job->funcs[i].type_id != id)
			continue;
		*insn = env->job->funcs[i].insn_off;
		at_main |= *insn == 0;
	}
	if (at_main)
		vlog_why(env, REASON_EXCEPTION_CALLBACK,
			 "invalid exception callback insn_off in func_info: 0\n");
	if (*insn)
		return 0;
	if (at_main)
		return reject(env, REASON_EXCEPTION_CALLBACK, "%s", "");
	return reject(env, REASON_EXCEPTION_CALLBACK,
		      "exception callback type id not found in func_info\n");
}

static int find_exception_callback(struct env *env, uint32_t *insn)
{
	const struct btf *btf = env->job->btf;
	const char *name;
	uint32_t id;
	int err;

	*insn = 0;
	if (!env->job->nfuncs)
		return 0;
	err = find_tag(env, env->job->funcs[0].type_id, EXCEPTION_TAG, &name);
	if (err || !name)
		return err;
	id = btf_find(btf, name, BTF_KIND_FUNC);
	if (!id)
		return reject_with(env, REASON_EXCEPTION_CALLBACK, ENOENT,
				   "exception callback '%s' could not be found in BTF\n", name);
	if (btf_vlen(btf_type(btf, id)) != BTF_FUNC_GLOBAL)
		return reject(env, REASON_EXCEPTION_CALLBACK,
			      "exception callback '%s' must have global linkage\n", name);
	return find_func_record(env, id, insn);
}

static int add_exception_callback(struct env *env)
{
	struct subprog_info *sub;
	uint32_t start;
	int err = find_exception_callback(env, &start);

	if (err || !start)
		return err;
	err = add_subprog(env, start);
	if (err)
		return err;
	env->exception_callback_subprog = (uint32_t)find_subprog(env, start);
	sub = &env->subs[env->exception_callback_subprog];
	sub->is_cb = true;
	sub->is_async_cb = true;
	sub->is_exception_cb = true;
	return 0;
}

/* Leaves subs[], one more than nsubs of them, and the kfuncs that are called. */
int add_subprogs_and_kfuncs(struct env *env)
{
	int err = add_subprog(env, 0);

	if (!err)
		err = add_callees(env);
	if (!err)
		err = add_exception_callback(env);
	if (err)
		return err;
	env->subs[env->nsubs].start = env->ninsns;
	if (env->log.level & VERIFY_LOG_ALL)
		for (uint32_t i = 0; i < env->nsubs; i++)
			vlog(env, "func#%d @%d\n", i, env->subs[i].start);
	return 0;
}

/* ---- judging them ---- */

static void note_insn(struct subprog_info *sub, const struct bpf_insn *insn)
{
	uint8_t mode = insn->code & INSN_MODE_MASK;

	if (is_call(insn, 0) && insn->imm == HELPER_tail_call) {
		sub->has_tail_call = true;
		sub->tail_call_reachable = true;
	}
	if ((insn->code & INSN_CLASS_MASK) == INSN_LD && (mode == INSN_ABS || mode == INSN_IND))
		sub->has_ld_abs = true;
}

static bool is_jump(const struct bpf_insn *insn)
{
	uint8_t class = insn->code & INSN_CLASS_MASK, op = insn->code & INSN_OP_MASK;

	return (class == INSN_JMP || class == INSN_JMP32) && op != (CODE_EXIT & INSN_OP_MASK) &&
	       op != (CODE_CALL & INSN_OP_MASK);
}

static int check_jump(struct env *env, const struct subprog_info *sub, uint32_t insn)
{
	const struct bpf_insn *at = &env->insns[insn];
	int64_t to = (int64_t)insn + 1 + (at->code == CODE_JA32 ? at->imm : at->off);

	if (to >= sub->start && to < sub[1].start)
		return 0;
	return reject(env, REASON_JUMP_RANGE, "jump out of range from insn %d to %d\n", insn,
		      (int)to);
}

/* What throws does not count: Linux only says that it does. */
static bool ends_subprog(const struct bpf_insn *insn)
{
	return insn->code == CODE_EXIT || insn->code == CODE_JA || insn->code == CODE_JA32;
}

/* Needs subs. Leaves in them whether they have tail calls or legacy loads, and their last insn. */
int check_subprogs(struct env *env)
{
	for (uint32_t s = 0; s < env->nsubs; s++) {
		struct subprog_info *sub = &env->subs[s];
		uint32_t last = sub[1].start - 1;

		for (uint32_t i = sub->start; i <= last; i++) {
			int err = 0;

			note_insn(sub, &env->insns[i]);
			if (is_jump(&env->insns[i]))
				err = check_jump(env, sub, i);
			if (err)
				return err;
		}
		if (!ends_subprog(&env->insns[last]))
			return reject(env, REASON_FALLS_OFF, "last insn is not an exit or jmp\n");
		sub->exit_insn = last;
	}
	return 0;
}
