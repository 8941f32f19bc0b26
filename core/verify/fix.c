/*
 * From the program that was judged to the one that runs, which is what `prog dump xlated` shows:
 * what is never reached is gone, decided branches go one way only, and jumps to the next
 * instruction are gone, all as in Linux.
 *
 * Linux rewrites more, since its interpreter and its compilers know less. What is left alone here:
 *
 *	context accesses	contexts have the layout that programs see (core/obj/ctx/): to
 *				convert an access changes nothing
 *	divisions		both interpreters divide as RFC 9669 says, by 0 and by -1; compilers
 *				guard their machine's instruction where they lower one
 *	LD_ABS, LD_IND		are instructions of both interpreters
 *	may_goto		engines count its passes in each frame, and have registers for it
 *	clocks, the cpu		are the runtime's, which tests and replays replace: their helpers
 *				stay calls, and the spills around a bpf_fastcall stay with them
 *	kernel functions	are called as they are
 *	speculation		who loads a program and in whose process it runs are the same: there
 *				is nobody to keep a secret from. insn_aux says where barriers go
 */
#include "core/verify/fix.h"

#include "core/isa/build.h"
#include "core/verify/local.h"

/* ---- edits ---- */

static struct edit *add_edit(struct fix *f, uint32_t slot)
{
	struct edit *e = vec_add(&f->edits);

	e->slot = slot;
	e->outer = -1;
	return e;
}

void fix_replace(struct fix *f, uint32_t slot, const struct bpf_insn *insns, uint32_t n)
{
	struct edit *e = add_edit(f, slot);

	e->insns = arena_memdup(&f->arena, insns, n * sizeof(*insns));
	e->n = n;
}

void fix_remove(struct fix *f, uint32_t slot)
{
	add_edit(f, slot);
}

void fix_aim(struct fix *f, uint32_t index, uint32_t target)
{
	struct edit *e = vec_last(&f->edits);

	e->outer = (int32_t)index;
	e->target = target;
}

/* ---- the passes ---- */

/*
 * A program that throws without a handler of its own is given one: what is thrown is what it
 * returns (add_hidden_subprog()).
 */
static bool is_given_handler(const struct env *env)
{
	return env->seen_exception && !env->exception_callback_subprog;
}

static void fix_exceptions(struct fix *f)
{
	const struct bpf_insn handler[] = {INSN_MOV64_X(0, 1), INSN_EXIT()};

	if (is_given_handler(f->env))
		fix_replace(f, f->d.n, handler, ARRAY_SIZE(handler));
}

/* Each gives its edits, in the order of slots, and sees what those before it left. */
static const struct fix_pass {
	const char *name;
	void (*run)(struct fix *f);
	bool is_optional; /* a program that grows too much for it goes without */
} passes[] = {
	{"dead", fix_dead, false},    {"nops", fix_nops, false},
	{"inline", fix_inline, true}, {"exceptions", fix_exceptions, false},
	{"zext", fix_zext, false},
};

static int run_pass(struct fix *f, const struct fix_pass *pass)
{
	int err = 0;

	pass->run(f);
	if (f->edits.n)
		err = draft_apply(&f->d, f->edits.v, f->edits.n);
	f->edits.n = 0;
	if (!err || pass->is_optional)
		return 0;
	return reject(f->env, REASON_JUMP_FAR, "program cannot be patched due to 16-bit range\n");
}

/* ---- frames ---- */

enum {
	LOOP_STACK = 3 * SLOT_SIZE,	/* registers that an inlined bpf_loop() saves */
	LOOP_SLOTS = 19,		/* instructions of one in Linux */
	MAY_GOTO_STACK = 2 * SLOT_SIZE, /* a count and the time when it began */
};

static bool is_live(const struct env *env, const struct subprog_info *sub)
{
	return !env->bpf_capable || env->aux[sub->start].seen;
}

/* A call of bpf_loop() that Linux inlines, whatever we do. */
static bool is_inlined_loop(const struct env *env, uint32_t slot)
{
	return env->ops[slot] == OP_CALL && env->insns[slot].imm == HELPER_loop &&
	       call_facts(&env->aux[slot])->loop.fit_for_inline;
}

static uint32_t count_loops(const struct env *env, uint32_t from, uint32_t to)
{
	uint32_t n = 0;

	for (uint32_t i = from; i < to; i++)
		n += env->aux[i].seen && is_inlined_loop(env, i);
	return n;
}

/* Loops that only speculation came to take stack as well. */
static bool has_loop(const struct env *env, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (is_inlined_loop(env, i))
			return true;
	return false;
}

static bool has_may_goto(const struct draft *d, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		if (d->ops[i] == OP_MAY_GOTO)
			return true;
	return false;
}

/*
 * What statistics say of each function's frame: with what Linux's rewriting adds
 * (optimize_bpf_loop(), do_misc_fixups()). Functions that are never called are gone.
 */
static void fill_depths(const struct fix *f)
{
	struct env *env = f->env;
	struct verify_result *res = env->result;

	for (uint32_t i = 0; i < env->nsubs; i++) {
		struct subprog_info *sub = &env->subs[i];

		if (!is_live(env, sub))
			continue;
		if (has_loop(env, sub->start, sub[1].start))
			sub->stack_depth = round_up(sub->stack_depth, SLOT_SIZE) + LOOP_STACK;
		if (has_may_goto(&f->d, f->d.at[sub->start], f->d.at[sub[1].start]))
			sub->stack_depth += MAY_GOTO_STACK;
		res->stack_depth[res->nsubprogs++] = sub->stack_depth;
	}
	if (is_given_handler(env))
		res->stack_depth[res->nsubprogs++] = 0;
}

/* ---- addresses of functions that are gone ---- */

static bool is_walked(const struct env *env, uint32_t slot)
{
	bool is_half = slot && insn_slots(&env->insns[slot - 1]) == 2;

	return env->aux[slot - is_half].seen;
}

/*
 * The slot that Linux has the address of, in the program that was judged: addresses in code that is
 * gone stay as they are, and are of what is as far behind that code (bpf_adj_branches()).
 */
static uint32_t landing(const struct env *env, uint32_t slot)
{
	while (slot < env->ninsns && !is_walked(env, slot)) {
		uint32_t from = slot, to = slot;

		while (from > 0 && !is_walked(env, from - 1))
			from--;
		while (to < env->ninsns && !is_walked(env, to))
			to++;
		slot += to - from;
	}
	return slot;
}

/* Slots of the program that Linux has made of it when it looks, up to one, as far as we know. */
static uint32_t linux_slot(const struct fix *f, uint32_t slot)
{
	const struct env *env = f->env;
	uint32_t known = min(slot, env->ninsns), at = f->d.at[known] + slot - known;

	for (uint32_t i = 0; i < env->nsubs && env->subs[i].start < slot; i++)
		if (!is_live(env, &env->subs[i]))
			at -= f->d.at[env->subs[i + 1].start] - f->d.at[env->subs[i].start];
	return at + count_loops(env, 0, known) * (LOOP_SLOTS - 1);
}

/*
 * Where the address of a function is loaded that is never called, Linux takes what it then is the
 * address of, and gives up when that is no function (jit_subprogs()); it does not look at programs
 * of one function. We keep the function, but must not accept what Linux refuses.
 */
static int check_addresses(const struct fix *f)
{
	struct env *env = f->env;
	bool known[SUBPROGS_MAX] = {false};

	if (env->result->nsubprogs <= 1 ||
	    env->result->nsubprogs - is_given_handler(env) == env->nsubs)
		return 0;
	for (uint32_t i = 0; i < env->ninsns; i++) {
		uint32_t slot = i + 1 + (uint32_t)env->job->insns[i].imm, sub;

		if (env->ops[i] != OP_LD_IMM64_FUNC || !env->aux[i].seen)
			continue;
		sub = containing_subprog(env, slot);
		if (known[sub])
			continue;
		known[sub] = true;
		slot = landing(env, slot);
		if (find_subprog(env, slot) < 0)
			return reject(env, REASON_CALLBACK_DEAD,
				      "verifier bug: No program to jit at insn %d (subprog < 0)\n",
				      linux_slot(f, slot));
	}
	return 0;
}

/* ---- the result ---- */

/* Of records that are now at one place the last one counts: those before lost their code. */
static void fill_lines(const struct fix *f, struct verify_code *code)
{
	const struct verify_job *job = f->env->job;
	struct line_info *lines = arena_array(&f->env->arena, struct line_info, job->nlines + 1);
	uint32_t n = 0, end = f->d.at[job->ninsns];

	for (uint32_t i = 0; i < job->nlines; i++) {
		uint32_t at = f->d.at[job->lines[i].insn_off];

		if (at == end)
			break;
		if (n && lines[n - 1].insn_off == at)
			n--;
		lines[n] = job->lines[i];
		lines[n++].insn_off = at;
	}
	code->lines = lines;
	code->nlines = n;
}

static void fill_funcs(const struct fix *f, struct verify_code *code)
{
	const struct env *env = f->env;
	const struct verify_job *job = env->job;
	struct func_info *funcs = arena_array(&f->env->arena, struct func_info, job->nfuncs + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < job->nfuncs; i++) {
		uint32_t at = f->d.at[env->subs[i].start];

		if (at != f->d.at[env->subs[i + 1].start])
			funcs[n++] = (struct func_info){at, job->funcs[i].type_id};
	}
	code->funcs = funcs;
	code->nfuncs = n;
}

static void fill_code(const struct fix *f, struct verify_code *code)
{
	const struct draft *d = &f->d;
	struct env *env = f->env;

	code->insns = arena_memdup(&env->arena, d->insns, d->n * sizeof(*d->insns));
	code->origin = arena_memdup(&env->arena, d->origin, d->n * sizeof(*d->origin));
	code->ninsns = d->n;
	fill_lines(f, code);
	fill_funcs(f, code);
	if (env->exception_callback_subprog)
		code->exception_cb = d->at[env->subs[env->exception_callback_subprog].start];
	else if (is_given_handler(env))
		code->exception_cb = d->at[d->njudged];
}

int fix_program(struct env *env)
{
	struct fix f = {.env = env};
	int err = 0;

	draft_init(&f.d, env->job->insns, env->ops, env->ninsns);
	for (size_t i = 0; i < ARRAY_SIZE(passes) && !err; i++)
		err = run_pass(&f, &passes[i]);
	fill_depths(&f);
	if (!err)
		err = check_addresses(&f);
	if (!err)
		fill_code(&f, &env->result->code);
	draft_free(&f.d);
	vec_free(&f.edits);
	arena_free(&f.arena);
	return err;
}
