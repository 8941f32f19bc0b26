/*
 * What never runs: instructions that no path came to, sides of branches that were never taken, and
 * jumps that then lead to what follows them anyway.
 */
#include "core/verify/fix.h"

#include "core/isa/build.h"
#include "core/verify/local.h"

/*
 * Without CAP_BPF the code stays as long as it was, and whoever came to such a place, by a mistake
 * of ours, would stay there (sanitize_dead_code()).
 */
static void trap(struct fix *f, uint32_t slot, uint32_t slots)
{
	const struct bpf_insn traps[2] = {INSN_JA(-1), INSN_JA(-1)};

	fix_replace(f, slot, traps, slots);
}

static void jump(struct fix *f, uint32_t slot, uint32_t target)
{
	const struct bpf_insn ja = INSN_JA(0);

	fix_replace(f, slot, &ja, 1);
	fix_aim(f, 0, target);
}

/* opt_hard_wire_dead_code_branches() */
static void decide(struct fix *f, uint32_t slot)
{
	uint32_t target = draft_target(&f->d, slot);

	if (!fix_aux(f, slot + 1)->seen)
		jump(f, slot, target);
	else if (!fix_aux(f, target)->seen)
		jump(f, slot, slot + 1);
}

/* Functions whose address is still loaded somewhere, by their number. */
static void find_named(const struct fix *f, bool named[SUBPROGS_MAX])
{
	for (uint32_t i = 0; i < f->d.n; i++)
		if (f->d.ops[i] == OP_LD_IMM64_FUNC && fix_aux(f, i)->seen)
			named[find_subprog(f->env, draft_target(&f->d, i))] = true;
}

/* A function that has a name must be somewhere, although nobody ever calls it: one trap is left. */
static bool is_needed(const struct fix *f, uint32_t slot, const bool named[SUBPROGS_MAX])
{
	int sub = find_subprog(f->env, slot);

	return !f->env->bpf_capable || (sub >= 0 && named[sub]);
}

static bool is_walked(const struct fix *f, uint32_t sub)
{
	for (uint32_t i = f->env->subs[sub].start; i < f->env->subs[sub + 1].start; i++)
		if (fix_aux(f, i)->seen)
			return true;
	return false;
}

/*
 * Functions are numbered anew without those that are taken out; to 6.18 the handler of exceptions
 * is the function whose number it had before (adjust_subprog_starts_after_remove()).
 */
static void warn_of_handler(const struct fix *f)
{
	struct env *env = f->env;

	for (uint32_t sub = 1; sub < env->exception_callback_subprog; sub++)
		if (env->bpf_capable && !is_walked(f, sub))
			warn_hole_at(env, WARNING_HANDLER_MOVED, env->subs[sub].start);
}

/* Needs aux.seen. */
void fix_dead(struct fix *f)
{
	const struct draft *d = &f->d;
	bool named[SUBPROGS_MAX] = {false};
	uint32_t slots;

	warn_of_handler(f);
	find_named(f, named);
	for (uint32_t i = 0; i < d->n; i += slots) {
		slots = insn_slots(&d->insns[i]);
		if (!fix_aux(f, i)->seen && is_needed(f, i, named))
			trap(f, i, f->env->bpf_capable ? 1 : slots);
		else if (!fix_aux(f, i)->seen)
			fix_remove(f, i);
		else if (f->env->bpf_capable && insn_descs[d->ops[i]].flags & INSN_COND)
			decide(f, i);
	}
}

/* A jump that leads to the slot next, or to one that is gone and was between. */
static bool goes_nowhere(const struct draft *d, uint32_t slot, uint32_t next)
{
	uint16_t op = d->ops[slot];

	return (op == OP_JA || op == OP_MAY_GOTO) && d->insns[slot].off >= 0 &&
	       draft_target(d, slot) <= next;
}

static bool has_nops(const struct draft *d)
{
	for (uint32_t i = 0; i < d->n; i++)
		if (goes_nowhere(d, i, i + 1))
			return true;
	return false;
}

/*
 * Jumps over nothing, in the order in which the kernel finds them (opt_remove_nops()): a jump that
 * goes over nothing because others went is seen when the one behind it was a may_goto. What stays
 * of may_goto decides how deep the stack is.
 */
void fix_nops(struct fix *f)
{
	const struct draft *d = &f->d;
	uint32_t *kept, nkept = 0, at = 0;

	if (!f->env->bpf_capable || !has_nops(d))
		return;
	kept = xcalloc(d->n, sizeof(*kept));
	for (uint32_t i = 0; i < d->n; i++) {
		uint16_t op = OP_MAY_GOTO;

		kept[nkept++] = i;
		while (nkept && op == OP_MAY_GOTO) {
			uint32_t slot = kept[nkept - 1];

			op = d->ops[slot];
			if (!goes_nowhere(d, slot, i + 1))
				break;
			nkept--;
		}
	}
	for (uint32_t i = 0; i < d->n; i += insn_slots(&d->insns[i])) {
		while (at < nkept && kept[at] < i)
			at++;
		if (at == nkept || kept[at] != i)
			fix_remove(f, i);
	}
	free(kept);
}
