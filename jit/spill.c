/*
 * Which values are in registers where (Braun and Hack, "Register Spilling and Live-Range Splitting
 * for SSA-Form Programs", 2009): a register is taken from the value that is used again last, where
 * what comes behind a loop is far away; loops begin with what they use. A value that ever leaves
 * its register is stored once, where it is defined, or made again if that is cheap.
 *
 * From then on a temporary may be defined again, by loads; in[] and out[] of blocks are those that
 * are in registers there; phis whose values are in memory are gone.
 */
#include "jit/spill.h"

#include <stdlib.h>

/* ---- inside a block ---- */

/* The value to go: used furthest away, and not among those with keep in seen. */
static uint32_t choose_victim(struct sp *sp)
{
	uint32_t best = NEVER, start = 0;

	if (sp->fn->random)
		start = (uint32_t)rng_below(&sp->rng, sp->held.n + 1);
	for (uint32_t i = 0; i < sp->held.n; i++) {
		uint32_t t = sp->held.v[(i + start) % sp->held.n];

		if (sp->tmps[t].seen)
			continue;
		if (best == NEVER || (!sp->fn->random && sp->tmps[t].next > sp->tmps[best].next))
			best = t;
	}
	return best;
}

static void evict_to(struct sp *sp, uint32_t limit)
{
	while (sp->held.n > limit) {
		uint32_t t = choose_victim(sp);

		if (t == NEVER)
			return;
		sp_drop(sp, t);
		held_remove(sp, t);
	}
}

static void mark_uses(struct sp *sp, const struct ir_uses *u, uint32_t seen)
{
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP)
			sp->tmps[u->v[i]->val].seen = seen;
}

/* All operands are in registers at once. */
static void load_uses(struct sp *sp, const struct ir_uses *u, uint32_t slot)
{
	mark_uses(sp, u, 1);
	for (uint32_t i = 0; i < u->n; i++) {
		uint32_t t = u->v[i]->val;

		if (u->v[i]->kind != REF_TMP || sp->tmps[t].held)
			continue;
		evict_to(sp, sp->nregs - 1);
		vec_push(&sp->out, sp_load(sp, t, slot));
		held_add(sp, t);
	}
	mark_uses(sp, u, 0);
}

/* The next uses of operands are those behind the instruction now; which end here, by bit. */
static uint32_t pass_uses(struct sp *sp, const struct ir_uses *u, uint32_t *at)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < u->n; i++) {
		if (u->v[i]->kind != REF_TMP)
			continue;
		sp->tmps[u->v[i]->val].next = sp->after[--*at];
		last |= (uint32_t)(sp->after[*at] == NEVER) << i;
	}
	for (uint32_t i = 0; i < u->n; i++)
		if (last >> i & 1 && sp->tmps[u->v[i]->val].held)
			held_remove(sp, u->v[i]->val);
	return last;
}

/*
 * What is read from any register stays in one until then: dropping it makes no room for what the
 * instruction overwrites.
 */
static void mark_free_uses(struct sp *sp, const struct ir_ins *ins, const struct ir_uses *u,
			   uint32_t seen)
{
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP &&
		    sp->fn->target->reg_of(sp->fn, ins, u->v[i]) == REG_ANY)
			sp->tmps[u->v[i]->val].seen = seen;
}

static void spill_ins(struct sp *sp, struct ir_ins *ins, uint32_t *at)
{
	struct ir_uses u;
	struct sp_room room;
	uint32_t last, limit;

	ir_uses(sp->fn, ins, &u);
	load_uses(sp, &u, ins->slot);
	last = pass_uses(sp, &u, at);
	room = sp_room(sp, ins, &u, last);
	room.before -= min(room.any, room.before);
	room.after -= min(room.late, room.after);
	limit = min(room.before, room.after);
	mark_free_uses(sp, ins, &u, 1);
	evict_to(sp, limit);
	mark_free_uses(sp, ins, &u, 0);
	vec_push(&sp->out, *ins);
	if (ins->to.kind != REF_TMP)
		return;
	sp->tmps[ins->to.val].next = sp->after[--*at];
	if (sp->tmps[ins->to.val].next != NEVER)
		held_add(sp, ins->to.val);
}

/* ---- what a block begins with ---- */

struct choice {
	uint32_t t, next;
	bool is_phi;
};

static int by_next(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	if (x->next != y->next)
		return x->next < y->next ? -1 : 1;
	return x->t < y->t ? -1 : x->t > y->t;
}

/* How many predecessors that are done have each value, in seen; how many they are. */
static uint32_t count_seen(struct sp *sp, struct ir_blk *blk, uint32_t add)
{
	uint32_t done = 0;

	for (uint32_t k = 0; k < blk->pred.n; k++) {
		const struct ir_blk *pred = blk->pred.v[k];
		const struct ir_set *end = &sp_blk(sp, pred)->end;

		if (pred->id >= blk->id)
			continue;
		done++;
		for (uint32_t i = 0; i < end->n; i++)
			sp->tmps[end->v[i]].seen = add ? sp->tmps[end->v[i]].seen + 1 : 0;
	}
	return done;
}

static bool is_phi_seen(struct sp *sp, struct ir_blk *blk, const struct ir_phi *phi)
{
	for (uint32_t k = 0; k < blk->pred.n; k++)
		if (blk->pred.v[k]->id < blk->id &&
		    (phi->arg[k].kind != REF_TMP || sp->tmps[phi->arg[k].val].seen))
			return true;
	return false;
}

/*
 * Values that may begin in registers: those used soonest first, all that are seen everywhere before
 * those that are seen somewhere; of a loop, what it uses before what goes through it, unless that
 * is cheap to have again behind it.
 */
static uint32_t list_choices(struct sp *sp, struct ir_blk *blk, struct choice *c)
{
	struct sp_blk *b = sp_blk(sp, blk);
	uint32_t done = count_seen(sp, blk, 1), n = 0;
	bool header = ir_is_entered_again(blk);

	for (uint32_t i = 0; i < blk->in.n; i++) {
		uint32_t t = blk->in.v[i], next = b->next[i];

		if (header && next >= LOOP_EXIT && sp->tmps[t].cheap)
			continue;
		if (sp->tmps[t].seen >= done || (header && next < LOOP_EXIT))
			c[n++] = (struct choice){t, next, false};
		else if (sp->tmps[t].seen)
			c[n++] = (struct choice){t, max(next, NEVER / 2 + next / 2), false};
	}
	for (size_t i = 0; i < blk->phis.n; i++)
		if (header || is_phi_seen(sp, blk, &blk->phis.v[i]))
			c[n++] = (struct choice){blk->phis.v[i].to.val, b->phi_next[i], true};
	count_seen(sp, blk, 0);
	qsort(c, n, sizeof(*c), by_next);
	return n;
}

/* Registers that a loop leaves to values which only go through it. */
static uint32_t room_through(struct sp *sp, const struct ir_blk *blk, uint32_t through)
{
	uint32_t most = sp_blk(sp, blk)->most;

	return most > through ? sp->nregs - min(most - through, sp->nregs) : sp->nregs;
}

static void begin_blk(struct sp *sp, struct ir_blk *blk)
{
	uint32_t all = blk->in.n + (uint32_t)blk->phis.n;
	struct choice *c = xcalloc(all + 1, sizeof(*c));
	uint32_t n = list_choices(sp, blk, c), used = 0, room = sp->nregs, phis = 0;

	while (used < n && c[used].next < LOOP_EXIT)
		used++;
	if (ir_is_entered_again(blk) && used < n)
		room = min(room, used + room_through(sp, blk, all - used));
	/* Registers stay free for what moves phis that are in memory. */
	for (uint32_t i = 0; i < n; i++)
		if (sp->held.n < room && c[i].next != NEVER &&
		    (!c[i].is_phi || phis++ < sp->nregs - 3))
			held_add(sp, c[i].t);
	free(c);
	for (uint32_t i = 0; i < blk->in.n; i++)
		if (!sp->tmps[blk->in.v[i]].held)
			sp_drop(sp, blk->in.v[i]);
	vec_each(&blk->phis, phi)
		if (!sp->tmps[phi->to.val].held)
			sp->tmps[phi->to.val].has_slot = true;
}

static void begin_args(struct sp *sp)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(sp->fn->args); i++) {
		struct ref r = sp->fn->args[i];

		if (r.kind == REF_TMP && sp->tmps[r.val].next != NEVER)
			held_add(sp, r.val);
	}
}

static void spill_blk(struct sp *sp, struct ir_blk *blk)
{
	uint32_t at = sp_look_ahead(sp, blk);
	struct ir_uses u;

	held_clear(sp);
	if (blk == sp->fn->rpo[0])
		begin_args(sp);
	else
		begin_blk(sp, blk);
	sp_blk(sp, blk)->begin = held_copy(sp);
	sp->out.n = 0;
	vec_each(&blk->ins, ins)
		spill_ins(sp, ins, &at);
	ir_jmp_uses(sp->fn, &blk->jmp, &u);
	load_uses(sp, &u, blk->jmp.slot);
	pass_uses(sp, &u, &at);
	sp_blk(sp, blk)->end = held_copy(sp);
	for (uint32_t i = 0; i < blk->out.n; i++)
		sp->tmps[blk->out.v[i]].next = NEVER;
	ir_set_ins(sp->fn, blk, sp->out.v, sp->out.n);
}

/* ---- places in the frame ---- */

static int by_first(const void *a, const void *b)
{
	const struct choice *x = a, *y = b;

	return x->next < y->next ? -1 : x->next > y->next;
}

/* A word that is in use until the end of a value. */
struct use {
	uint32_t end, slot;
};

/* The first of n words is the one whose use ends first: a heap. Puts x where it goes below i. */
static void sink(struct use *heap, uint32_t n, uint32_t i, struct use x)
{
	for (uint32_t k; (k = 2 * i + 1) < n; i = k) {
		k += k + 1 < n && heap[k + 1].end < heap[k].end;
		if (x.end <= heap[k].end)
			break;
		heap[i] = heap[k];
	}
	heap[i] = x;
}

static void rise(struct use *heap, uint32_t i, struct use x)
{
	for (; i && x.end < heap[(i - 1) / 2].end; i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = x;
}

/* Values that are not alive at once share words: who comes takes what is free the longest. */
static void give_slots(struct sp *sp)
{
	struct choice *c = xcalloc(sp->ntmps + 1, sizeof(*c));
	struct use *uses = xcalloc(sp->ntmps + 1, sizeof(*uses));
	uint32_t n = 0, nslots = 0;

	for (uint32_t t = 0; t < sp->ntmps; t++)
		if (sp->tmps[t].has_slot)
			c[n++] = (struct choice){t, sp->tmps[t].first, false};
	qsort(c, n, sizeof(*c), by_first);
	for (uint32_t i = 0; i < n; i++) {
		struct sp_tmp *tmp = &sp->tmps[c[i].t];

		if (nslots && uses[0].end < tmp->first) {
			tmp->slot = uses[0].slot;
			sink(uses, nslots, 0, (struct use){tmp->last, tmp->slot});
		} else {
			tmp->slot = nslots++;
			rise(uses, tmp->slot, (struct use){tmp->last, tmp->slot});
		}
	}
	sp->fn->spills = nslots;
	free(uses);
	free(c);
}

static void store(struct sp *sp, struct ref r, uint32_t slot)
{
	if (r.kind == REF_TMP && r.val < sp->ntmps && sp->tmps[r.val].has_slot)
		vec_push(&sp->out, ((struct ir_ins){.op = IR_COPY,
						    .width = 8,
						    .to = {REF_SPILL, r.val},
						    .arg = {r, NO_REF},
						    .slot = slot}));
}

static void begin_stores(struct sp *sp, struct ir_blk *blk)
{
	if (blk == sp->fn->rpo[0])
		for (uint32_t i = 0; i < ARRAY_SIZE(sp->fn->args); i++)
			store(sp, sp->fn->args[i], blk->slot);
	vec_each(&blk->phis, phi)
		store(sp, phi->to, blk->slot);
}

static bool is_load(const struct ir_ins *ins)
{
	return ins->op == IR_COPY && ins->arg[0].kind == REF_SPILL;
}

/* Values with a place in the frame are stored where they are made. */
static void store_blk(struct sp *sp, struct ir_blk *blk)
{
	sp->out.n = 0;
	begin_stores(sp, blk);
	vec_each(&blk->ins, ins) {
		vec_push(&sp->out, *ins);
		if (!is_load(ins))
			store(sp, ins->to, ins->slot);
	}
	blk->ins.n = 0;
	vec_each(&sp->out, ins) {
		ir_add(sp->fn, blk, *ins);
		if (ins->to.kind == REF_SPILL)
			vec_last(&blk->ins)->to.val = sp->tmps[ins->to.val].slot;
		if (is_load(ins))
			vec_last(&blk->ins)->arg[0].val = sp->tmps[ins->arg[0].val].slot;
	}
}

/* ---- the whole ---- */

static bool is_cheap(const struct ir_fn *fn, const struct ir_ins *ins)
{
	const struct ir_mem *mem;

	if (ins->op == IR_COPY)
		return ins->arg[0].kind == REF_CON;
	if (ins->op != IR_LEA || ins->arg[0].kind != REF_MEM)
		return false;
	mem = &fn->mems.v[ins->arg[0].val];
	return mem->base.kind == REF_NONE && mem->index.kind == REF_NONE;
}

static void find_cheap(struct sp *sp)
{
	for (uint32_t i = 0; i < sp->fn->nrpo; i++)
		vec_each(&sp->fn->rpo[i]->ins, ins)
			if (ins->to.kind == REF_TMP && is_cheap(sp->fn, ins))
				sp->tmps[ins->to.val].cheap =
					arena_memdup(&sp->fn->arena, ins, sizeof(*ins));
}

static void spill_all(struct sp *sp)
{
	struct ir_fn *fn = sp->fn;

	sp->tmps = xcalloc(fn->tmps.n + 1, sizeof(*sp->tmps));
	sp->blks = xcalloc(fn->nrpo + 1, sizeof(*sp->blks));
	sp_pressure(sp);
	find_cheap(sp);
	sp_distances(sp);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		spill_blk(sp, ir_next(fn, i));
	held_clear(sp);
	sp_edges(sp);
	give_slots(sp);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		store_blk(sp, ir_next(fn, i));
	vec_free(&sp->out);
	free(sp->tmps);
	free(sp->blks);
}

/* Fewer than there are, when that is to be tried. */
static uint32_t count_regs(struct sp *sp)
{
	enum { FEWEST = 9 };
	uint32_t n = (uint32_t)__builtin_popcountll(sp->fn->target->allocatable);

	return sp->fn->random ? FEWEST + (uint32_t)rng_below(&sp->rng, n - FEWEST + 1) : n;
}

void spill(struct ir_fn *fn)
{
	struct sp sp = {
		.fn = fn,
		.rng = {fn->random},
		.ntmps = (uint32_t)fn->tmps.n,
		.alive = xcalloc(fn->tmps.n + 1, sizeof(*sp.alive)),
	};

	sp.nregs = count_regs(&sp);
	if (!sp_fits(&sp))
		spill_all(&sp);
	free(sp.alive);
}
