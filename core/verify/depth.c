/*
 * How much stack a program takes: the frames of all functions on the longest chain of calls
 * (check_max_stack_depth() of Linux). Called functions are walked in the order of their calls,
 * without following jumps, and a function is walked once for each call of it. Callbacks count as
 * called where their address is taken; those that run later begin a chain of their own.
 *
 * Programs whose functions may be interrupted by themselves get private stacks: frames that are
 * large enough do not count there but for themselves.
 */
#include "core/verify/local.h"

enum {
	PRIV_STACK_MIN = 64,	   /* BPF_PRIV_STACK_MIN_SIZE */
	TAIL_CALL_STACK_MAX = 256, /* of the frames below a function with a tail call */
	FRAME_ALIGN = 16,
};

/* Where the walk is: functions from the first on, and where each goes on. */
struct chain {
	struct {
		uint32_t subprog, insn;
	} at[MAX_CALL_FRAMES];
	uint32_t frame;
	uint32_t depth; /* bytes of all frames that are not private */
	bool may_be_private, tail_call;
};

static uint32_t frame_size(const struct subprog_info *sub)
{
	return (uint32_t)round_up(sub->stack_depth, FRAME_ALIGN);
}

/* Is a function on the chain a callback? */
static bool in_callback(const struct env *env, const struct chain *c)
{
	for (uint32_t i = 0; i <= c->frame; i++)
		if (env->subs[c->at[i].subprog].is_cb)
			return true;
	return false;
}

static int add_frame(struct env *env, struct chain *c, uint32_t subprog)
{
	struct subprog_info *sub = &env->subs[subprog];
	uint32_t size = frame_size(sub);

	if (c->may_be_private && sub->priv_stack == PRIV_STACK_UNKNOWN && size >= PRIV_STACK_MIN)
		sub->priv_stack = PRIV_STACK_ADAPTIVE;
	if (sub->priv_stack == PRIV_STACK_ADAPTIVE) {
		if (size > STACK_SIZE)
			return reject(env, REASON_STACK_DEPTH,
				      "stack size of subprog %d is %d. Too large\n", subprog, size);
		return 0;
	}
	c->depth += size;
	if (c->depth > STACK_SIZE)
		return reject(env, REASON_STACK_DEPTH,
			      "combined stack size of %d calls is %d. Too large\n", c->frame + 1,
			      c->depth);
	return 0;
}

static int enter(struct env *env, struct chain *c, uint32_t subprog)
{
	struct subprog_info *sub = &env->subs[subprog];

	c->at[c->frame].subprog = subprog;
	c->at[c->frame].insn = sub->start;
	if (!c->may_be_private)
		sub->priv_stack = NO_PRIV_STACK;
	if (subprog && sub->has_tail_call && c->depth >= TAIL_CALL_STACK_MAX)
		return reject(env, REASON_STACK_DEPTH,
			      "tail_calls are not allowed when call stack of previous frames is %d "
			      "bytes. Too large\n",
			      c->depth);
	return add_frame(env, c, subprog);
}

/* A call, or the address of a function is taken; *entered: of one on this chain. */
static int follow(struct env *env, struct chain *c, uint32_t insn, bool *entered)
{
	uint32_t target = insn + (uint32_t)env->insns[insn].imm + 1;
	bool is_call = env->ops[insn] == OP_CALL_LOCAL;
	int subprog = find_subprog(env, target);
	const struct subprog_info *sub;

	if (subprog < 0)
		return reject_bug(env, "callee not found at insn %d", target);
	sub = &env->subs[subprog];
	if (sub->is_async_cb) {
		if (sub->has_tail_call)
			return reject_bug(env, "subprog has tail_call and async cb");
		if (!is_call)
			return 0;
		if (sub->is_exception_cb)
			return reject(env, REASON_EXCEPTION_CALL,
				      "insn %d cannot call exception cb directly", insn);
	}
	c->at[c->frame].insn = insn + 1;
	if (!c->may_be_private)
		env->subs[subprog].priv_stack = NO_PRIV_STACK;
	c->tail_call |= sub->has_tail_call;
	if (++c->frame >= MAX_CALL_FRAMES)
		return reject(env, REASON_CALL_DEPTH, "the call stack of %d frames is too deep !\n",
			      c->frame);
	*entered = true;
	return enter(env, c, (uint32_t)subprog);
}

/* Goes on in the last function until it calls another or ends. */
static int go_on(struct env *env, struct chain *c, bool *entered)
{
	uint32_t subprog = c->at[c->frame].subprog, end = env->subs[subprog + 1].start;
	int err = 0;

	*entered = false;
	for (uint32_t i = c->at[c->frame].insn; i < end && !err && !*entered; i++) {
		switch (env->ops[i]) {
		case OP_CALL_KFUNC:
			if (!is_kfunc_bpf_throw(env, &env->insns[i]) || !in_callback(env, c))
				break;
			return reject(env, REASON_THROW_CALLBACK,
				      "bpf_throw kfunc (insn %d) cannot be called from callback "
				      "subprog %d\n",
				      i, subprog);
		case OP_CALL_LOCAL:
		case OP_LD_IMM64_FUNC:
			err = follow(env, c, i, entered);
			break;
		}
	}
	return err;
}

/* Those that called what makes a tail call must hand over its count. */
static int mark_tail_callers(struct env *env, const struct chain *c)
{
	for (uint32_t i = 0; c->tail_call && i < c->frame; i++) {
		struct subprog_info *sub = &env->subs[c->at[i].subprog];

		if (sub->is_exception_cb)
			return reject(env, REASON_EXCEPTION_CALL,
				      "cannot tail call within exception cb\n");
		sub->tail_call_reachable = true;
	}
	return 0;
}

static int check_chain(struct env *env, uint32_t subprog, bool may_be_private)
{
	struct chain c = {.may_be_private = may_be_private};
	bool entered;
	int err;

	err = enter(env, &c, subprog);
	while (!err) {
		err = go_on(env, &c, &entered);
		if (err || entered)
			continue;
		err = mark_tail_callers(env, &c);
		if (err || !c.frame)
			break;
		if (env->subs[c.at[c.frame].subprog].priv_stack != PRIV_STACK_ADAPTIVE)
			c.depth -= frame_size(&env->subs[c.at[c.frame].subprog]);
		c.frame--;
	}
	return err;
}

/* May the program's functions have private stacks (bpf_enable_priv_stack())? */
static bool has_priv_stacks(const struct env *env)
{
	const struct verify_job *job = env->job;

	for (uint32_t i = 0; i < env->nsubs; i++)
		if (env->subs[i].has_tail_call)
			return false;
	switch (job->type) {
	case PROG_TYPE_KPROBE:
	case PROG_TYPE_TRACEPOINT:
	case PROG_TYPE_PERF_EVENT:
	case PROG_TYPE_RAW_TRACEPOINT:
		return true;
	case PROG_TYPE_TRACING: /* through a trampoline, which keeps a program from recursion */
		return job->attach_type != ATTACH_TYPE_TRACE_ITER;
	case PROG_TYPE_STRUCT_OPS:
		return env->attach.struct_ops_priv_stack;
	default:
		return false;
	}
}

/*
 * From the last function to the first: what functions that run later may call has no private stack
 * wherever it is called.
 */
int check_max_stack_depth(struct env *env)
{
	bool priv = has_priv_stacks(env);

	for (uint32_t i = env->nsubs; i-- > 0;) {
		int err = 0;

		if (!i || env->subs[i].is_async_cb)
			err = check_chain(env, i, !i && priv);
		if (err)
			return err;
	}
	return 0;
}
