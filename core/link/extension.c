#include "core/link/extension.h"

#include "core/run/run.h"

/* The entry has a detour of its own when somebody traces the extension. */
static uint64_t run_extension(const struct detour *to, struct run_ctx *rc, const uint64_t arg[5])
{
	rc->prog = to->prog;
	return run_call(rc, to->prog, to->prog->subs, arg);
}

struct detour extension_of(const struct prog *of, uint32_t func, const struct prog *prog)
{
	return (struct detour){.call = run_extension, .of = of, .func = func, .prog = prog};
}
