#include "jit/passes.h"

#include "jit/local.h"

const struct jit_pass jit_passes[] = {
	{"cfg", fill_cfg},
	{"ssa", ssa},
	{"copy", copy},
	{"fold", fold},
	{"combine", combine},
	{"inline", inline_map},
	{"gvn", gvn},
	{"mem", memopt},
	{"select", select_values},
	{"copy", copy},
	{"bounds", bounds},
	{"loop", loop},
	{"fold", fold},
	{"gvn", gvn},
	{"copy", copy},
	{"dce", dce},
	{NULL, NULL},
};

struct ir_fn *jit_optimize(const struct prog *prog, uint32_t func, const struct facts *facts,
			   jit_watch *watch, void *arg)
{
	struct ir_fn *fn = lower(prog, func, facts);
	bool goes_on = !watch || watch(arg, fn, "lower");

	for (const struct jit_pass *pass = jit_passes; goes_on && pass->name; pass++) {
		pass->run(fn);
		goes_on = !watch || watch(arg, fn, pass->name);
	}
	return fn;
}
