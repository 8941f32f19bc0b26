#include "jit/passes.h"

#include "jit/local.h"

/* Once more, where passes in between have left them something to do */
static void fold_again(struct ir_fn *fn)
{
	if (fn->again)
		fold(fn);
}

static void gvn_again(struct ir_fn *fn)
{
	if (fn->again)
		gvn(fn);
}

const struct jit_pass jit_passes[] = {
	{"cfg", fill_cfg},
	{"split", split_loops},
	{"may_goto", may_gotos},
	{"ssa", ssa},
	{"copy", copy},
	{"fold", fold},
	{"combine", combine},
	{"blind", find_blind},
	{"inline", inline_map},
	{"gvn", gvn},
	{"mem", memopt},
	{"select", select_values},
	{"copy", copy},
	{"bounds", bounds},
	{"loop", loop},
	{"fold", fold_again},
	{"gvn", gvn_again},
	{"copy", copy},
	{"tree", trees},
	{"dce", dce},
	{NULL, NULL},
};

static struct ir_fn *run_passes(struct ir_fn *fn, jit_watch *watch, void *arg)
{
	bool goes_on = !watch || watch(arg, fn, "lower");

	for (const struct jit_pass *pass = jit_passes; goes_on && pass->name; pass++) {
		pass->run(fn);
		goes_on = !watch || watch(arg, fn, pass->name);
	}
	return fn;
}

struct ir_fn *jit_optimize(const struct prog *prog, uint32_t func, const struct facts *facts,
			   jit_watch *watch, void *arg)
{
	return run_passes(lower(prog, func, facts), watch, arg);
}

struct ir_fn *jit_optimize_unit(struct parts *p, uint32_t unit, jit_watch *watch, void *arg)
{
	struct ir_fn *fn = run_passes(lower_unit(p, unit), watch, arg);

	parts_note(p, unit, fn);
	return fn;
}
