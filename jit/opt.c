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

enum outcome { MADE, LEFT, UNPLACED };

/* What is compiled at once, and how. */
struct unit {
	const struct prog *prog;
	uint32_t func;
	struct parts *parts; /* of which it is this one; NULL: it is the function */
	uint32_t nr;
	const struct jit_options *options;
	struct emit_env env;
};

static struct ir_fn *optimize(const struct unit *u, jit_watch *watch, void *arg)
{
	if (u->parts)
		return jit_optimize_unit(u->parts, u->nr, watch, arg);
	return jit_optimize(u->prog, u->func, u->prog->facts, watch, arg);
}

static uint32_t part_size(const struct jit_options *options)
{
	return options->part ? options->part : JIT_PART;
}

/*
 * What is not going to be good code is left to the other engine: spilling knows nothing of a loop
 * that still has several entries, and where everything may come from everywhere there are many
 * times as many values as instructions.
 */
static bool is_worth(void *arg, struct ir_fn *fn, const char *pass)
{
	enum { VALUES = 16, FEW = 16000 };
	const struct unit *u = arg;
	const struct subprog *sub = &u->prog->subs[u->func];
	uint32_t slots = min(sub->end - sub->start, part_size(u->options));

	if (fn->irreducible && strcmp(pass, "cfg") != 0)
		return false;
	return fn->tmps.n <= VALUES * slots + FEW;
}

/* Or there are more values at once than registers. */
static enum outcome try_unit(struct unit *u, uint64_t random_ra)
{
	struct ir_fn *fn = optimize(u, is_worth, u);
	enum outcome end = is_worth(u, fn, "") ? MADE : LEFT;

	fn->random = random_ra;
	fn->harden = u->options->harden;
	if (end == MADE) {
		jit_to_machine(fn, jit_machine, NULL, NULL);
		end = fn->unplaced ? UNPLACED : MADE;
	}
	if (end == MADE)
		jit_machine->emit(fn, &u->env);
	ir_free(fn);
	return end;
}

/* What has no register with the best choice may well have one with another. */
static bool make_unit(struct unit *u)
{
	enum { CHOICES = 4 };
	enum outcome end = try_unit(u, u->options->random_ra);

	for (uint64_t choice = 1; end == UNPLACED && choice <= CHOICES; choice++)
		end = try_unit(u, choice);
	return end == MADE;
}

/* A large one in parts. */
static bool make_func(struct unit u)
{
	struct parts parts;
	bool made = true;

	u.env.label = u.env.first_sub + u.func;
	if (!parts_plan(&parts, u.prog, u.func, u.prog->facts, part_size(u.options)))
		return make_unit(&u);
	u.parts = &parts;
	u.env.first_part = code_labels(u.env.buf, parts_count(&parts));
	for (; made && u.nr < parts_units(&parts); u.nr++) {
		if (u.nr)
			u.env.label = u.env.first_part + parts_of_unit(&parts, u.nr);
		made = make_unit(&u);
	}
	parts_free(&parts);
	return made;
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

static void dump_unit(const struct unit *u, struct dump *d, struct strbuf *b)
{
	struct ir_fn *fn = optimize(u, take_form, d);

	if (jit_machine && !fn->irreducible)
		jit_to_machine(fn, jit_machine, take_form, d);
	ir_free(fn);
	if (u->parts && u->nr)
		strbuf_addf(b, "part%u of ", parts_of_unit(u->parts, u->nr));
	strbuf_add(b, strbuf_str(&d->form));
}

bool jit_dump(const struct prog *prog, const char *pass, struct strbuf *b)
{
	struct dump d = {.pass = pass};

	for (uint32_t i = 0; i < prog->nsubs; i++) {
		struct unit u = {.prog = prog, .func = i};
		struct parts parts;

		if (is_dead(prog, prog->subs[i].start))
			continue;
		if (parts_plan(&parts, prog, i, prog->facts, JIT_PART))
			u.parts = &parts;
		do
			dump_unit(&u, &d, b);
		while (u.parts && ++u.nr < parts_units(&parts));
		parts_free(&parts);
	}
	strbuf_free(&d.form);
	return d.seen;
}

int jit_optimized(struct prog *prog, const struct jit_options *options, struct diag *d)
{
	struct code_buf buf = {.pad = jit_target ? jit_target->pad : NULL};
	struct unit u = {.prog = prog, .options = options, .env = {.buf = &buf}};
	int err = run_prepare_blind(prog, d);

	if (!jit_machine)
		return fail(d, NULL, -EOPNOTSUPP, "no code can be made for this machine");
	if (err)
		return err;
	prog->engine = &jit_opt_engine;
	jit_catch_faults();
	u.env.first_sub = code_labels(&buf, prog->nsubs);
	u.env.subs_tail_call = subs_tail_call(prog);
	for (; u.func < prog->nsubs; u.func++) {
		if (is_dead(prog, prog->subs[u.func].start) || make_func(u))
			continue;
		code_buf_free(&buf);
		if (!options->harden)
			return jit_fast_engine.prepare(prog, d);
		return fail(d, NULL, -EOPNOTSUPP,
			    "program %s: no code of it can be hardened", prog->name);
	}
	err = jit_publish(prog, &buf, u.env.first_sub, d);
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
