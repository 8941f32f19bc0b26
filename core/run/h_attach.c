/* What a program asks of the place that it is attached to. */
#include <errno.h>

#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"

static const struct run_attach *place_of(const struct run_ctx *rc)
{
	return rc->attach ? rc->attach : &rc->rt->attach;
}

HELPER_FN(get_func_ip, ctx)
{
	return arg_ctx(rc, ctx) ? place_of(rc)->ip : 0;
}

HELPER_FN(get_attach_cookie, ctx)
{
	return arg_ctx(rc, ctx) ? place_of(rc)->cookie : 0;
}

HELPER_FN(get_func_arg_cnt, ctx)
{
	return arg_ctx(rc, ctx) ? place_of(rc)->nargs : 0;
}

/* A word of the context: the arguments, and what was returned behind them. */
static uint64_t get_word(struct run_ctx *rc, uint64_t ctx, uint32_t at, uint64_t out_arg)
{
	uint64_t *out = arg_ctx(rc, ctx) ? arg_mem_out(rc, out_arg, sizeof(*out)) : NULL;

	if (out)
		*out = ((const uint64_t *)rc->ctx)[at];
	return 0;
}

HELPER_FN(get_func_arg, ctx, n, out)
{
	if ((uint32_t)n >= place_of(rc)->nargs)
		return -EINVAL;
	return get_word(rc, ctx, (uint32_t)n, out);
}

HELPER_FN(get_func_ret, ctx, out)
{
	if (!place_of(rc)->returns)
		return -EOPNOTSUPP;
	return get_word(rc, ctx, place_of(rc)->nargs, out);
}

/* What the hook will return, of programs of control groups. */
HELPER_FN(get_retval)
{
	return (uint64_t)(int64_t)rc->rt->retval;
}

HELPER_FN(set_retval, value)
{
	rc->rt->retval = (int32_t)value;
	return 0;
}

KFUNC_FN(bpf_session_is_return)
{
	return place_of(rc)->returns;
}

KFUNC_FN(bpf_session_cookie)
{
	return rc->session ? (uintptr_t)rc->session : (uintptr_t)&rc->rt->session;
}
