/*
 * The optimizing tier: each function goes through the passes of the intermediate form (passes.c),
 * then through those below, which know the machine.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/strbuf.h"
#include "core/isa/insn.h"
#include "core/run/run.h"
#include "jit/code.h"
#include "jit/jit.h"
#include "jit/local.h"
#include "jit/passes.h"

#ifdef __x86_64__
const struct target *const jit_machine = &target_x86;
#elif defined(__aarch64__)
const struct target *const jit_machine = &target_arm64;
#else
const struct target *const jit_machine = NULL;
#endif

static void isel(struct ir_fn *fn)
{
	fn->target->isel(fn);
}

const struct jit_pass jit_machine_passes[] = {
	{"idioms", idioms}, {"harden", harden}, {"schedule", schedule}, {"advance", advance},
	{"isel", isel},	    {"sweep", dce},	{"live", live},		{"spill", spill},
	{"regs", regalloc}, {"jumps", jumps},	{"tables", tables},
	{NULL, NULL},
};

void jit_to_machine(struct ir_fn *fn, const struct target *to, jit_watch *watch, void *arg)
{
	fn->target = to;
	for (const struct jit_pass *pass = jit_machine_passes; pass->name; pass++) {
		pass->run(fn);
		if ((watch && !watch(arg, fn, pass->name)) || fn->unplaced)
			return;
	}
}

/* Does a function other than the program itself make tail calls? */
static bool subs_tail_call(const struct prog *prog)
{
	uint32_t first = prog->nsubs > 1 ? prog->subs[0].end : prog->ninsns;

	for (uint32_t i = first; i < prog->ninsns; i++)
		if (prog->ops[i] == OP_CALL && prog->insns[i].imm == HELPER_tail_call)
			return true;
	return false;
}

static bool is_dead(const struct prog *prog, uint32_t slot)
{
	return prog->facts && prog->facts->flags[slot] & FACT_DEAD;
}

enum outcome { MADE, IRREDUCIBLE, UNPLACED };

/*
 * A loop that still has several entries spilling knows nothing of; or it left more values than
 * there are registers.
 */
static enum outcome try_func(const struct prog *prog, uint32_t func, uint64_t random_ra,
			     uint64_t harden, const struct emit_env *env)
{
	struct ir_fn *fn = jit_optimize(prog, func, prog->facts, NULL, NULL);
	enum outcome end = fn->irreducible ? IRREDUCIBLE : MADE;

	fn->random = random_ra;
	fn->harden = harden;
	if (end == MADE) {
		jit_to_machine(fn, jit_machine, NULL, NULL);
		end = fn->unplaced ? UNPLACED : MADE;
	}
	if (end == MADE)
		jit_machine->emit(fn, env);
	ir_free(fn);
	return end;
}

/* What has no register with the best choice may well have one with another. */
static bool make_func(const struct prog *prog, uint32_t func, const struct jit_options *options,
		      const struct emit_env *env)
{
	enum { CHOICES = 4 };
	enum outcome end = try_func(prog, func, options->random_ra, options->harden, env);

	for (uint64_t choice = 1; end == UNPLACED && choice <= CHOICES; choice++)
		end = try_func(prog, func, choice, options->harden, env);
	return end == MADE;
}

struct dump {
	const char *pass;
	struct strbuf form;
	bool seen;
};

/* A pass that is there twice is shown as it was left last. */
static bool take_form(void *arg, struct ir_fn *fn, const char *pass)
{
	struct dump *d = arg;

	if (strcmp(pass, d->pass) != 0)
		return true;
	strbuf_reset(&d->form);
	ir_print(fn, &d->form);
	d->seen = true;
	return true;
}

bool jit_dump(const struct prog *prog, const char *pass, struct strbuf *b)
{
	struct dump d = {.pass = pass};

	for (uint32_t i = 0; i < prog->nsubs; i++) {
		struct ir_fn *fn;

		if (is_dead(prog, prog->subs[i].start))
			continue;
		fn = jit_optimize(prog, i, prog->facts, take_form, &d);
		if (jit_machine && !fn->irreducible)
			jit_to_machine(fn, jit_machine, take_form, &d);
		ir_free(fn);
		strbuf_add(b, strbuf_str(&d.form));
	}
	strbuf_free(&d.form);
	return d.seen;
}

int jit_optimized(struct prog *prog, const struct jit_options *options, struct diag *d)
{
	struct code_buf buf = {.pad = jit_target ? jit_target->pad : NULL};
	struct emit_env env = {.buf = &buf};
	int err = run_prepare_blind(prog, d);

	if (!jit_machine)
		return fail(d, NULL, -EOPNOTSUPP, "no code can be made for this machine");
	if (err)
		return err;
	prog->engine = &jit_opt_engine;
	jit_catch_faults();
	env.first_sub = code_labels(&buf, prog->nsubs);
	env.subs_tail_call = subs_tail_call(prog);
	for (uint32_t i = 0; i < prog->nsubs; i++) {
		if (is_dead(prog, prog->subs[i].start) || make_func(prog, i, options, &env))
			continue;
		code_buf_free(&buf);
		if (!options->harden)
			return jit_fast_engine.prepare(prog, d);
		return fail(d, NULL, -EOPNOTSUPP,
			    "program %s: no code of it can be hardened", prog->name);
	}
	err = jit_publish(prog, &buf, env.first_sub, d);
	if (!err)
		((struct jit_code *)prog->code)->has_cleared = true;
	code_buf_free(&buf);
	return err;
}

static int opt_prepare(struct prog *prog, struct diag *d)
{
	struct jit_options options = {0};

	if (prog->is_hardened && getrandom(&options.harden, sizeof(options.harden), 0) < 0)
		return fail(d, NULL, -errno, "no random numbers: %s", strerror(errno));
	options.harden |= prog->is_hardened;
	return jit_optimized(prog, &options, d);
}

const struct engine jit_opt_engine = {
	.name = "opt",
	.prepare = opt_prepare,
	.run = jit_run,
	.call = jit_call,
	.thunk = jit_thunk,
};
