/*
 * Where a loop's variable takes its next step: behind everything that still wants the old value, so
 * that both can be in one register; or, where somebody wants the new one before, what comes later
 * is computed from that.
 */
#include "jit/local.h"

#include <limits.h>

enum { REACH = 64 }; /* instructions that are looked at for one variable */

struct step {
	struct ir_fn *fn;
	struct ir_blk *blk;	/* the loop's end */
	uint32_t *first, *last; /* by temporary: places in blk, + 1, of its uses; 0: none there */
	uint32_t *behind;	/* by place: the instruction comes behind that place, + 1 */
};

static void note_uses(struct step *s, const struct ir_uses *u, uint32_t at)
{
	for (uint32_t i = 0; i < u->n; i++) {
		uint32_t t = u->v[i]->val;

		if (u->v[i]->kind != REF_TMP)
			continue;
		if (!s->first[t])
			s->first[t] = at + 1;
		s->last[t] = at + 1;
	}
}

static void note_blk(struct step *s, bool on)
{
	struct ir_blk *blk = s->blk;
	struct ir_uses u;

	for (uint32_t i = 0; i <= blk->ins.n; i++) {
		if (i < blk->ins.n)
			ir_uses(s->fn, &blk->ins.v[i], &u);
		else
			ir_jmp_uses(s->fn, &blk->jmp, &u);
		if (on)
			note_uses(s, &u, i);
		for (uint32_t k = 0; !on && k < u.n; k++)
			if (u.v[k]->kind == REF_TMP)
				s->first[u.v[k]->val] = s->last[u.v[k]->val] = 0;
	}
}

/* ---- computing from the next value ---- */

/* old + c is next + (c - by) */
static bool take_next(struct step *s, struct ir_ins *ins, struct ref old, struct ref next,
		      int64_t by, bool really)
{
	bool memory = ir_ops[ins->op].modes & (IR_READS | IR_WRITES) && ins->op != IR_CALL &&
		      ins->op != IR_TAILCALL;
	int64_t c;

	if (!ref_eq(ins->arg[0], old) || ref_eq(ins->arg[1], old) || ins->call)
		return false;
	if (memory) {
		c = ins->disp - by;
		if (c != (int32_t)c)
			return false;
		if (really)
			ins->disp = (int32_t)c;
	} else if (ins->op == IR_ADD && ins->width == 8 && ref_is_con(ins->arg[1])) {
		c = ref_con(s->fn, ins->arg[1]);
		if (__builtin_sub_overflow(c, by, &c))
			return false;
		if (really)
			ins->arg[1] = ir_con(s->fn, c);
	} else {
		return false;
	}
	if (really)
		ins->arg[0] = next;
	return true;
}

static bool take_all(struct step *s, const struct ir_ins *def, bool really)
{
	struct ir_blk *blk = s->blk;
	struct ref old = def->arg[0];
	int64_t by = ref_con(s->fn, def->arg[1]);
	uint32_t at = (uint32_t)(def - blk->ins.v) + 1, end = s->last[old.val];
	struct ir_uses u;

	if (end > blk->ins.n || end - at > REACH)
		return false;
	for (; at < end; at++) {
		bool uses = false;

		ir_uses(s->fn, &blk->ins.v[at], &u);
		for (uint32_t k = 0; k < u.n; k++)
			uses |= ref_eq(*u.v[k], old);
		if (uses && !take_next(s, &blk->ins.v[at], old, def->to, by, really))
			return false;
	}
	return true;
}

/* ---- coming later ---- */

static bool is_step(const struct step *s, struct ref old, const struct ir_ins *def)
{
	bool in_blk = def && def >= s->blk->ins.v && def < s->blk->ins.v + s->blk->ins.n;

	return in_blk && ir_ops[def->op].modes & IR_PURE && !def->call &&
	       ref_eq(def->arg[0], old) && !ref_eq(def->arg[1], old) &&
	       (def->arg[1].kind == REF_CON || def->arg[1].kind == REF_NONE);
}

static void do_phi(struct step *s, const struct ir_phi *phi, struct ref next)
{
	const struct ir_ins *def = next.kind == REF_TMP ? ref_tmp(s->fn, next)->def : NULL;
	uint32_t at, last;

	if (!is_step(s, phi->to, def))
		return;
	at = (uint32_t)(def - s->blk->ins.v);
	last = s->last[phi->to.val];
	if (last == at + 1 || last > s->blk->ins.n)
		return;
	if (!s->first[next.val] || s->first[next.val] > last)
		s->behind[at] = last;
	else if (def->op == IR_ADD && def->width == 8 && take_all(s, def, false))
		take_all(s, def, true);
}

/* Instructions that are to come behind others do. */
static void reorder(struct step *s)
{
	struct ir_blk *blk = s->blk;
	uint32_t n = (uint32_t)blk->ins.n, *next, *head, out = 0;
	struct ir_ins *old = arena_memdup(&s->fn->arena, blk->ins.v, n * sizeof(*old));

	next = xcalloc(n + 1, sizeof(*next));
	head = xcalloc(n + 1, sizeof(*head));
	for (uint32_t i = n; i-- > 0;)
		if (s->behind[i]) {
			next[i] = head[s->behind[i] - 1];
			head[s->behind[i] - 1] = i + 1;
		}
	for (uint32_t i = 0; i < n; i++) {
		if (!s->behind[i])
			blk->ins.v[out++] = old[i];
		for (uint32_t k = head[i]; k; k = next[k - 1])
			blk->ins.v[out++] = old[k - 1];
	}
	free(next);
	free(head);
}

static void do_end(struct step *s, struct ir_blk *head, uint32_t pred)
{
	bool any = false;

	s->blk = head->pred.v[pred];
	s->behind = xcalloc(s->blk->ins.n + 1, sizeof(*s->behind));
	note_blk(s, true);
	vec_each(&head->phis, phi)
		do_phi(s, phi, phi->arg[pred]);
	note_blk(s, false);
	for (size_t i = 0; i < s->blk->ins.n; i++)
		any |= s->behind[i];
	if (any)
		reorder(s);
	free(s->behind);
}

void advance(struct ir_fn *fn)
{
	struct step s = {.fn = fn};

	ir_fill_uses(fn);
	s.first = xcalloc(fn->tmps.n + 1, sizeof(*s.first));
	s.last = xcalloc(fn->tmps.n + 1, sizeof(*s.last));
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(fn, i);

		for (uint32_t k = 0; k < blk->pred.n; k++)
			if (blk->pred.v[k]->id >= i)
				do_end(&s, blk, k);
	}
	free(s.first);
	free(s.last);
}
