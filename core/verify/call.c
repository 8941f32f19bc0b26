/*
 * Functions of the program: a static one is walked where it is called, in a frame of its own, as if
 * it stood there; a global one is judged by its prototype alone (global.c).
 */
#include "core/verify/local.h"

struct call_facts *cur_call_facts(struct env *env)
{
	struct insn_aux *aux = cur_aux(env);

	if (!aux->call)
		aux->call = arena_new(&env->arena, struct call_facts);
	return aux->call;
}

/* ---- entering ---- */

static int set_callee(struct env *env __unused, struct func_state *caller,
		      struct func_state *callee, uint32_t insn __unused)
{
	memcpy(&callee->regs[1], &caller->regs[1], ARGS_MAX * sizeof(callee->regs[0]));
	return 0;
}

int setup_func_entry(struct env *env, uint32_t subprog, uint32_t callsite, set_callee_fn *set,
		     struct state *st)
{
	uint32_t frameno = st->curframe + 1;
	int err;

	if (frameno >= MAX_CALL_FRAMES)
		return reject(env, REASON_CALL_DEPTH, "the call stack of %d frames is too deep\n",
			      frameno + 1);
	init_func_state(env, make_frame(st, frameno), (int)callsite, frameno, subprog);
	err = set(env, st->frame[frameno - 1], st->frame[frameno], callsite);
	if (err)
		return err;
	st->curframe = frameno;
	return 0;
}

static int call_static(struct env *env, uint32_t subprog, uint32_t *insn_idx)
{
	struct state *st = env->cur;
	uint32_t caller = st->curframe;
	int err;

	err = setup_func_entry(env, subprog, *insn_idx, set_callee, st);
	if (err)
		return err;
	mark_caller_saved_in(env, st->frame[caller]);
	*insn_idx = env->subs[subprog].start;
	stacklive_reset_caller(env, st);
	if (log_has_insns(env)) {
		vlog(env, "caller:\n");
		print_state(env, st, caller, true);
		vlog(env, "callee:\n");
		print_state(env, st, st->curframe, true);
	}
	return 0;
}

static int call_global(struct env *env, uint32_t subprog, int args_err)
{
	const struct state *st = env->cur;
	struct subprog_info *sub = &env->subs[subprog];
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];

	if (st->active_locks)
		return reject(env, REASON_GLOBAL_LOCKED,
			      "global function calls are not allowed while holding a lock,\n"
			      "use static function instead\n");
	if (sub->might_sleep && !in_sleepable_context(env))
		return reject(env, REASON_GLOBAL_SLEEPS,
			      "global functions that may sleep are not allowed in non-sleepable "
			      "context,\n"
			      "i.e., in a RCU/IRQ/preempt-disabled section, or in\n"
			      "a non-sleepable BPF program context\n");
	if (args_err)
		return reject_with(env, REASON_GLOBAL_CALL, args_err,
				   "Caller passes invalid args into func#%d ('%s')\n", subprog,
				   subprog_name(env, subprog));
	vlog(env, "Func#%d ('%s') is global and assumed valid.\n", subprog,
	     subprog_name(env, subprog));
	if (sub->changes_pkt_data)
		clear_all_pkt_pointers(env);
	sub->called = true;
	mark_caller_saved(env);
	mark_reg_unknown(env, r0);
	return 0;
}

int check_func_call(struct env *env, const struct bpf_insn *insn, uint32_t *insn_idx)
{
	uint32_t target = (uint32_t)insn_target(insn, *insn_idx);
	int subprog = find_subprog(env, target);
	int err;

	if (subprog < 0)
		return reject_bug(env, "target of func call at insn %d is not a program", target);
	err = check_func_args(env, (uint32_t)subprog, cur_regs(env));
	if (err == -EFAULT)
		return err;
	if (!env->subs[subprog].is_global)
		return call_static(env, (uint32_t)subprog, insn_idx);
	err = call_global(env, (uint32_t)subprog, err);
	(*insn_idx)++;
	return err;
}

/* ---- leaving ---- */

static int check_callback_return(struct env *env, const struct func_state *callee, uint32_t insn)
{
	const struct reg_state *r0 = &callee->regs[REG_RETURN];
	struct ret_range range = callee->callback_ret_range;
	int err;

	if (r0->type != T_SCALAR)
		return reject(env, REASON_CALLBACK_RETURN, "R0 not a scalar value\n");
	err = mark_chain_precision(env, REG_RETURN);
	if (err)
		return err;
	if (!range_has(range, r0, false))
		return reject_range(env, r0, range, "At callback return", "R0");
	if (!env->aux[callee->callsite].calls_callback)
		return reject_bug(env, "in callback at %d, callsite %d !calls_callback", insn,
				  callee->callsite);
	return 0;
}

/*
 * A callback goes back to the call that called it, which then may call it again: what converges is
 * pruned there in the end. What it has counted is forgotten where nobody asks for it.
 */
static void widen_after_callback(struct env *env, uint32_t callsite)
{
	struct state *prev = find_prev_entry(env, env->cur, callsite);

	if (prev)
		widen_imprecise_scalars(env, prev, env->cur);
}

int prepare_func_exit(struct env *env, uint32_t *insn_idx)
{
	struct state *st = env->cur;
	struct func_state *callee = cur_func(env), *caller = st->frame[st->curframe - 1];
	bool in_callback = callee->in_callback;
	int err;

	err = stacklive_update(env);
	if (err)
		return err;
	if (callee->regs[REG_RETURN].type == T_STACK)
		return reject(env, REASON_RETURN_STACK,
			      "cannot return stack pointer to the caller\n");
	if (in_callback) {
		err = check_callback_return(env, callee, *insn_idx);
		if (err)
			return err;
	} else {
		caller->regs[REG_RETURN] = callee->regs[REG_RETURN];
	}
	*insn_idx = (uint32_t)callee->callsite + (in_callback ? 0 : 1);
	if (log_has_insns(env)) {
		vlog(env, "returning from callee:\n");
		print_state(env, st, st->curframe, true);
		vlog(env, "to caller at %d:\n", *insn_idx);
		print_state(env, st, st->curframe - 1, true);
	}
	st->curframe--;
	if (in_callback)
		widen_after_callback(env, *insn_idx);
	return 0;
}

int check_exit(struct env *env, bool *done, bool exception)
{
	bool nested = env->cur->curframe;
	int err;

	/* An exception leaves all frames at once, so that nothing may be held in any of them. */
	err = check_resource_leak(env, exception, exception || !nested,
				  exception ? "bpf_throw" : "BPF_EXIT instruction in main prog");
	if (err)
		return err;
	if (!exception && nested) {
		env->log.print_pending = true;
		return prepare_func_exit(env, &env->insn);
	}
	*done = true;
	return exception ? 0 : check_return_code(env, REG_RETURN, "R0");
}
