/*
 * What a program may return (check_return_code() of Linux): most hooks know a few values only, and
 * callbacks and global functions return numbers to callers that rely on it.
 */
#include "core/verify/local.h"

#include <stdio.h>

bool range_has(struct ret_range range, const struct reg_state *reg, bool is_32)
{
	if (is_32)
		return range.min <= reg->r.s32_min && reg->r.s32_max <= range.max;
	return range.min <= reg->r.smin && reg->r.smax <= range.max;
}

int reject_range(struct env *env, const struct reg_state *reg, struct ret_range range,
		 const char *place, const char *reg_name)
{
	char smin[32] = "", smax[32] = "";

	if (reg->r.smin > INT64_MIN)
		snprintf(smin, sizeof(smin), " smin=%lld", (long long)reg->r.smin);
	if (reg->r.smax < INT64_MAX)
		snprintf(smax, sizeof(smax), " smax=%lld", (long long)reg->r.smax);
	return reject(env, REASON_RETURN_RANGE,
		      "%s the register %s has%s%s%s should have been in [%d, %d]\n", place,
		      reg_name, smin, smax, *smin || *smax ? "" : " unknown scalar value",
		      range.min, range.max);
}

/* What is returned, judged. */
enum verdict {
	ANY,	   /* good, whatever it is */
	RANGE,	   /* a number in a range */
	RANGE_LOW, /* its low 32 bits are */
	UNKNOWN,   /* nobody knows the attach type: -ENOTSUPP */
};

/* The return type of the function that the program stands for; 0: void. */
static uint32_t hook_return_type(const struct env *env)
{
	const struct attach_info *a = &env->attach;

	return a->btf && a->func_proto ? btf_type(a->btf, a->func_proto)->type : 0;
}

static uint32_t attach_type_of(const struct env *env)
{
	const struct verify_job *job = env->job;

	return job->type == PROG_TYPE_EXT && job->attach_to ? job->attach_to->attach_type
							    : job->attach_type;
}

static struct ret_range sock_addr_range(uint32_t attach_type)
{
	switch (attach_type) {
	case ATTACH_TYPE_CGROUP_UDP4_RECVMSG:
	case ATTACH_TYPE_CGROUP_UDP6_RECVMSG:
	case ATTACH_TYPE_CGROUP_UNIX_RECVMSG:
	case ATTACH_TYPE_CGROUP_INET4_GETPEERNAME:
	case ATTACH_TYPE_CGROUP_INET6_GETPEERNAME:
	case ATTACH_TYPE_CGROUP_UNIX_GETPEERNAME:
	case ATTACH_TYPE_CGROUP_INET4_GETSOCKNAME:
	case ATTACH_TYPE_CGROUP_INET6_GETSOCKNAME:
	case ATTACH_TYPE_CGROUP_UNIX_GETSOCKNAME:
		return (struct ret_range){1, 1};
	case ATTACH_TYPE_CGROUP_INET4_BIND:
	case ATTACH_TYPE_CGROUP_INET6_BIND:
		return (struct ret_range){0, 3};
	default:
		return (struct ret_range){0, 1};
	}
}

static enum verdict tracing_range(uint32_t attach_type, struct ret_range *range)
{
	switch (attach_type) {
	case ATTACH_TYPE_TRACE_FENTRY:
	case ATTACH_TYPE_TRACE_FEXIT:
		*range = (struct ret_range){0, 0};
		return RANGE;
	case ATTACH_TYPE_TRACE_ITER:
		*range = (struct ret_range){0, 1};
		return RANGE;
	case ATTACH_TYPE_TRACE_RAW_TP:
	case ATTACH_TYPE_MODIFY_RETURN:
		return ANY;
	default:
		return UNKNOWN;
	}
}

static enum verdict lsm_range(const struct env *env, struct ret_range *range)
{
	if (env->job->attach_type == ATTACH_TYPE_LSM_CGROUP) {
		/* What a void hook returns must look as if nothing had been said. */
		*range = (struct ret_range){hook_return_type(env) ? 0 : 1, 1};
		return RANGE;
	}
	if (!get_func_retval_range(env, range))
		return ANY;
	return range->min == INT32_MIN && range->max == INT32_MAX ? ANY : RANGE_LOW;
}

/* Does a struct_ops function return a pointer, and to which type? */
static bool struct_ops_target(const struct env *env, uint32_t *target)
{
	const struct btf *btf = env->attach.btf;
	uint32_t id = hook_return_type(env);

	if (!id)
		return false;
	id = btf_resolve(btf, id);
	if (btf_kind_of(btf, id) != BTF_KIND_PTR)
		return false;
	*target = btf_resolve(btf, btf_type(btf, id)->type);
	return true;
}

/* What the main program, or the exception callback in its place, may return. */
static enum verdict prog_range(const struct env *env, struct ret_range *range)
{
	uint32_t attach_type = attach_type_of(env), target;

	*range = (struct ret_range){0, 1};
	switch (prog_type_of(env)) {
	case PROG_TYPE_CGROUP_SOCK_ADDR:
		*range = sock_addr_range(attach_type);
		return RANGE;
	case PROG_TYPE_CGROUP_SKB:
		if (attach_type == ATTACH_TYPE_CGROUP_INET_EGRESS)
			range->max = 3;
		return RANGE;
	case PROG_TYPE_CGROUP_SOCK:
	case PROG_TYPE_SOCK_OPS:
	case PROG_TYPE_CGROUP_DEVICE:
	case PROG_TYPE_CGROUP_SYSCTL:
	case PROG_TYPE_CGROUP_SOCKOPT:
	case PROG_TYPE_SK_LOOKUP:
	case PROG_TYPE_NETFILTER:
		return RANGE;
	case PROG_TYPE_RAW_TRACEPOINT:
		range->max = 0;
		return env->job->attach_btf_id ? RANGE : ANY;
	case PROG_TYPE_TRACING:
		return tracing_range(attach_type, range);
	case PROG_TYPE_KPROBE:
		return attach_type == ATTACH_TYPE_TRACE_KPROBE_SESSION ||
				       attach_type == ATTACH_TYPE_TRACE_UPROBE_SESSION
			       ? RANGE
			       : ANY;
	case PROG_TYPE_LSM:
		return lsm_range(env, range);
	case PROG_TYPE_STRUCT_OPS:
		range->max = 0;
		return struct_ops_target(env, &target) ? RANGE : ANY;
	default:
		return ANY;
	}
}

/* Does the program return nothing at all? */
static bool returns_void(const struct env *env)
{
	switch (prog_type_of(env)) {
	case PROG_TYPE_LSM:
		return env->job->attach_type != ATTACH_TYPE_LSM_CGROUP && !hook_return_type(env);
	case PROG_TYPE_STRUCT_OPS:
		return !hook_return_type(env);
	default:
		return false;
	}
}

/* A referenced object that a struct_ops function may hand over to the kernel. */
static bool returns_object(const struct env *env, const struct reg_state *reg)
{
	uint32_t target;

	if (prog_type_of(env) != PROG_TYPE_STRUCT_OPS || type_base(reg->type) != T_BTF_ID ||
	    !reg->ref_obj_id)
		return false;
	return struct_ops_target(env, &target) && reg->btf == env->attach.btf &&
	       reg->btf_id == target;
}

static int check_range(struct env *env, uint32_t regno, const char *reg_name, const char *place,
		       struct ret_range range, bool is_32)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	int err;

	if (reg->type != T_SCALAR)
		return reject(env, REASON_RETURN_SCALAR,
			      "%s the register R%d is not a known value (%s)\n", place, regno,
			      reg_type_str(env, reg->type));
	err = mark_chain_precision(env, regno);
	if (err)
		return err;
	return range_has(range, reg, is_32) ? 0 : reject_range(env, reg, range, place, reg_name);
}

static int check_prog_return(struct env *env, uint32_t regno, const char *reg_name)
{
	struct ret_range range;
	enum verdict verdict = prog_range(env, &range);
	int err;

	if (verdict == ANY)
		return 0;
	if (verdict == UNKNOWN)
		return reject_with(env, REASON_RETURN_RANGE, ENOTSUPP, "%s", "");
	err = check_range(env, regno, reg_name, "At program exit", range, verdict == RANGE_LOW);
	if (err == -EINVAL && !env->cur->frame[0]->subprog && prog_type_of(env) == PROG_TYPE_LSM &&
	    cur_regs(env)[regno].type == T_SCALAR &&
	    env->job->attach_type == ATTACH_TYPE_LSM_CGROUP && !hook_return_type(env))
		vlog_why(env, REASON_RETURN_RANGE,
			 "Note, BPF_LSM_CGROUP that attach to void LSM hooks can't modify return "
			 "value!\n");
	return err;
}

int check_return_code(struct env *env, uint32_t regno, const char *reg_name)
{
	const struct func_state *main = env->cur->frame[0];
	const struct reg_state *reg = &cur_regs(env)[regno];
	bool is_prog = !main->subprog || main->in_exception_callback;
	int err;

	if (is_prog && returns_void(env))
		return 0;
	if (is_prog && !main->in_exception_callback && returns_object(env, reg))
		return check_ptr_off_reg(env, reg, regno);
	err = check_reg(env, regno, REG_SRC);
	if (err)
		return err;
	if (leaks_pointer(env, reg))
		return reject(env, REASON_RETURN_LEAK, "R%d leaks addr as return value\n", regno);
	if (main->in_async_callback)
		return check_range(env, regno, reg_name, "At async callback return",
				   main->callback_ret_range, false);
	if (is_prog)
		return check_prog_return(env, regno, reg_name);
	if (reg->type != T_SCALAR)
		return reject(env, REASON_RETURN_SCALAR,
			      "At subprogram exit the register R%d is not a scalar value (%s)\n",
			      regno, reg_type_str(env, reg->type));
	return 0;
}
