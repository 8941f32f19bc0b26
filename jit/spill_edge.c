/*
 * Between blocks: what a block has in registers where it begins, and its predecessor does not, is
 * loaded; what is a phi in memory there is stored.
 */
#include "jit/spill.h"

/* A phi in memory and what it gets; from is a temporary in a register, or in memory. */
struct to_memory {
	uint32_t phi;
	struct ref from;
	bool is_loaded; /* from is a temporary in a register, or none at all */
};

struct edge {
	struct ir_blk *from, *to;
	uint32_t k, pred; /* from->to[k] is to, to->pred.v[pred] is from */
	VEC(struct to_memory) stores;
};

static uint32_t edge_slot(const struct edge *e)
{
	return e->from->jmp.slot;
}

static bool is_held(const struct sp *sp, struct ref r)
{
	return r.kind == REF_TMP && r.val < sp->ntmps && sp->tmps[r.val].held;
}

/* ---- phis in memory ---- */

static void put_copy(struct sp *sp, struct edge *e, struct ref to, struct ref from)
{
	vec_push(&sp->out, ((struct ir_ins){.op = from.kind == REF_MEM ? IR_LEA : IR_COPY,
					    .width = 8,
					    .to = to,
					    .arg = {from, NO_REF},
					    .slot = edge_slot(e)}));
}

static struct ref load(struct sp *sp, struct edge *e, uint32_t t)
{
	struct ir_ins ins = sp_load(sp, t, edge_slot(e));

	ins.to = ir_new_tmp(sp->fn);
	vec_push(&sp->out, ins);
	return ins.to;
}

static void store(struct sp *sp, struct edge *e, const struct to_memory *m)
{
	struct ref from = m->from;

	if (from.kind == REF_TMP && !m->is_loaded)
		from = load(sp, e, from.val);
	if (from.kind != REF_TMP) {
		struct ref tmp = ir_new_tmp(sp->fn);

		put_copy(sp, e, tmp, from);
		from = tmp;
	}
	put_copy(sp, e, (struct ref){REF_SPILL, m->phi}, from);
}

/* Is what is in the phi's word wanted by another one? */
static bool is_read(const struct edge *e, const struct to_memory *m)
{
	for (uint32_t i = 0; i < e->stores.n; i++) {
		const struct to_memory *other = &e->stores.v[i];

		if (other != m && !other->is_loaded && other->from.val == m->phi)
			return true;
	}
	return false;
}

/* Each when nobody has to read what it overwrites; a ring is opened by keeping one in a register.
 */
static void store_phis(struct sp *sp, struct edge *e)
{
	while (e->stores.n) {
		uint32_t i = 0;
		struct ref kept;

		while (i < e->stores.n && is_read(e, &e->stores.v[i]))
			i++;
		if (i < e->stores.n) {
			store(sp, e, &e->stores.v[i]);
			e->stores.v[i] = *vec_last(&e->stores);
			e->stores.n--;
			continue;
		}
		kept = load(sp, e, e->stores.v[0].phi);
		vec_each(&e->stores, m)
			if (!m->is_loaded && m->from.val == e->stores.v[0].phi)
				*m = (struct to_memory){m->phi, kept, true};
	}
}

/* What seen says of the block's temporaries while an edge to it is worked on. */
enum { BEGINS_HELD = 1, PHI_IN_MEMORY = 2 };

/*
 * Registers for it: at most that many stay occupied meanwhile. A phi of the block that is in memory
 * stays: its word is about to be overwritten.
 */
static void make_room(struct sp *sp, uint32_t limit)
{
	for (uint32_t i = sp->held.n; i-- > 0 && sp->held.n > limit;) {
		uint32_t t = sp->held.v[i];

		if (sp->tmps[t].seen == PHI_IN_MEMORY)
			continue;
		sp_drop(sp, t);
		held_remove(sp, t);
	}
}

/* Phis in memory whose values before the edge are wanted are loaded before they are overwritten. */
static uint32_t load_early(struct sp *sp, struct edge *e, const uint32_t *want, uint32_t n,
			   bool now)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (sp->tmps[want[i]].seen != PHI_IN_MEMORY || sp->tmps[want[i]].held)
			continue;
		count++;
		if (!now)
			continue;
		vec_push(&sp->out, sp_load(sp, want[i], edge_slot(e)));
		held_add(sp, want[i]);
	}
	return count;
}

/* ---- an edge ---- */

static bool is_phi_held(const struct sp *sp, const struct ir_phi *phi)
{
	return sp->tmps[phi->to.val].seen == BEGINS_HELD;
}

static void mark_begin(struct sp *sp, const struct ir_blk *blk, bool on)
{
	const struct ir_set *begin = &sp_blk(sp, blk)->begin;

	vec_each(&blk->phis, phi)
		sp->tmps[phi->to.val].seen = on ? PHI_IN_MEMORY : 0;
	for (uint32_t i = 0; i < begin->n; i++)
		sp->tmps[begin->v[i]].seen = on ? BEGINS_HELD : 0;
}

/* The values that the block wants in registers, by their names before the edge. */
static uint32_t wanted(struct sp *sp, const struct edge *e, uint32_t *v)
{
	const struct ir_set *begin = &sp_blk(sp, e->to)->begin;
	uint32_t n = 0;

	vec_each(&e->to->phis, phi) {
		if (is_phi_held(sp, phi) && phi->arg[e->pred].kind == REF_TMP)
			v[n++] = phi->arg[e->pred].val;
		sp->tmps[phi->to.val].held = is_phi_held(sp, phi) ? NEVER : 0;
	}
	for (uint32_t i = 0; i < begin->n; i++)
		if (sp->tmps[begin->v[i]].held != NEVER)
			v[n++] = begin->v[i];
	vec_each(&e->to->phis, phi)
		sp->tmps[phi->to.val].held = 0;
	return n;
}

/* held: what is in registers where the edge begins and is wanted behind it, or by phis in memory.
 */
static void begin_edge(struct sp *sp, struct edge *e, const uint32_t *want, uint32_t nwant)
{
	const struct ir_set *end = &sp_blk(sp, e->from)->end;

	held_clear(sp);
	for (uint32_t i = 0; i < end->n; i++)
		sp->tmps[end->v[i]].next = 0;
	for (uint32_t i = 0; i < nwant; i++)
		if (!sp->tmps[want[i]].next && !sp->tmps[want[i]].held)
			held_add(sp, want[i]);
	vec_each(&e->to->phis, phi) {
		struct ref arg = phi->arg[e->pred];

		if (is_phi_held(sp, phi) || ref_eq(arg, phi->to))
			continue;
		*vec_add(&e->stores) = (struct to_memory){phi->to.val, arg, false};
		if (arg.kind == REF_TMP && !sp->tmps[arg.val].next && !sp->tmps[arg.val].held)
			held_add(sp, arg.val);
	}
	for (uint32_t i = 0; i < end->n; i++)
		sp->tmps[end->v[i]].next = NEVER;
	if (e->stores.n)
		make_room(sp, sp->nregs - 2 - load_early(sp, e, want, nwant, false));
}

static void find_sources(struct sp *sp, struct edge *e)
{
	vec_each(&e->stores, m) {
		m->is_loaded = m->from.kind != REF_TMP || is_held(sp, m->from);
		if (!m->is_loaded)
			sp_drop(sp, m->from.val);
	}
}

static struct ir_set copy_set(struct sp *sp, const uint32_t *v, uint32_t n)
{
	return (struct ir_set){arena_memdup(&sp->fn->arena, v, n * sizeof(*v)), n};
}

static void load_wanted(struct sp *sp, struct edge *e, const uint32_t *want, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t t = want[i];

		if (sp->tmps[t].held)
			continue;
		sp_drop(sp, t);
		vec_push(&sp->out, sp_load(sp, t, edge_slot(e)));
		sp->tmps[t].held = NEVER;
	}
	for (uint32_t i = 0; i < n; i++)
		if (sp->tmps[want[i]].held == NEVER)
			sp->tmps[want[i]].held = 0;
}

/* A block for what the edge has to do, or its first's end when that goes nowhere else. */
static void place(struct sp *sp, struct edge *e, const struct ir_set *in, const struct ir_set *out)
{
	struct sp_blk *from = sp_blk(sp, e->from);
	struct ir_blk *blk = e->from;

	if (e->from->to[1]) {
		blk = ir_new_blk(sp->fn);
		blk->jmp = (struct ir_jmp){.kind = JUMP_GOTO, .slot = edge_slot(e), .odds = 8};
		blk->to[0] = e->to;
		blk->depth = min(e->from->depth, e->to->depth);
		blk->loop = e->from->depth < e->to->depth ? e->from->loop : e->to->loop;
		blk->idom = e->from;
		blk->slot = e->to->slot;
		blk->in = *in;
		blk->out = *out;
		arena_push(&sp->fn->arena, &blk->pred, e->from);
		from->edge[e->k] = blk;
		from->need[e->k] = blk->in;
	}
	vec_each(&sp->out, ins)
		ir_add(sp->fn, blk, *ins);
}

static uint32_t unique(struct sp *sp, uint32_t *v, uint32_t n)
{
	uint32_t out = 0;

	for (uint32_t i = 0; i < n; i++)
		if (sp->tmps[v[i]].next != 1) {
			sp->tmps[v[i]].next = 1;
			v[out++] = v[i];
		}
	for (uint32_t i = 0; i < out; i++)
		sp->tmps[v[i]].next = NEVER;
	return out;
}

static void do_edge(struct sp *sp, struct edge *e)
{
	uint32_t want[MAX_REGS * 2], n;
	struct ir_set out, in;

	mark_begin(sp, e->to, true);
	held_clear(sp);
	sp->out.n = 0;
	n = unique(sp, want, wanted(sp, e, want));
	out = copy_set(sp, want, n);
	begin_edge(sp, e, want, n);
	in = held_copy(sp);
	if (e->stores.n)
		load_early(sp, e, want, n, true);
	find_sources(sp, e);
	store_phis(sp, e);
	load_wanted(sp, e, want, n);
	mark_begin(sp, e->to, false);
	sp_blk(sp, e->from)->need[e->k] = out;
	if (sp->out.n)
		place(sp, e, &in, &out);
}

/* ---- all of them ---- */

static void join_edge(struct sp *sp, struct ir_blk *blk, uint32_t k)
{
	struct ir_blk *mid = sp_blk(sp, blk)->edge[k];
	struct ir_blk *to = blk->to[k];

	for (uint32_t i = 0; i < to->pred.n; i++)
		if (to->pred.v[i] == blk)
			to->pred.v[i] = mid;
	blk->to[k] = mid;
}

static void set_out(struct sp *sp, struct ir_blk *blk)
{
	uint32_t v[MAX_REGS * 4], n = 0;

	for (uint32_t k = 0; k < 2 && blk->to[k]; k++) {
		const struct ir_set *need = &sp_blk(sp, blk)->need[k];

		memcpy(v + n, need->v, need->n * sizeof(*v));
		n += need->n;
	}
	n = unique(sp, v, n);
	blk->out = copy_set(sp, v, n);
}

/* Phis that are left are in registers, and apart from what else is. */
static void set_in(struct sp *sp, struct ir_blk *blk)
{
	uint32_t nphis = 0, n = 0;

	blk->in = sp_blk(sp, blk)->begin;
	mark_begin(sp, blk, true);
	vec_each(&blk->phis, phi) {
		if (is_phi_held(sp, phi))
			blk->phis.v[nphis++] = *phi;
		sp->tmps[phi->to.val].seen = 0;
	}
	blk->phis.n = nphis;
	for (uint32_t i = 0; i < blk->in.n; i++)
		if (sp->tmps[blk->in.v[i]].seen)
			blk->in.v[n++] = blk->in.v[i];
	blk->in.n = n;
	for (uint32_t i = 0; i < n; i++)
		sp->tmps[blk->in.v[i]].seen = 0;
}

/* Blocks of edges come right behind where the edges begin. */
static void renumber(struct sp *sp, uint32_t nold)
{
	struct ir_fn *fn = sp->fn;
	struct ir_blk **rpo = arena_array(&fn->arena, struct ir_blk *, nold * 3);
	uint32_t n = 0;

	for (uint32_t i = 0; i < nold; i++) {
		struct ir_blk *blk = fn->rpo[i];

		rpo[n++] = blk;
		for (uint32_t k = 0; k < 2; k++)
			if (sp_blk(sp, blk)->edge[k]) {
				rpo[n++] = sp_blk(sp, blk)->edge[k];
				join_edge(sp, blk, k);
			}
	}
	for (uint32_t i = 0; i < n; i++)
		rpo[i]->id = i;
	fn->rpo = rpo;
	fn->nrpo = n;
}

void sp_edges(struct sp *sp)
{
	struct ir_fn *fn = sp->fn;
	struct edge e = {0};

	for (uint32_t i = 0; i < fn->nrpo; i++)
		for (e.k = 0, e.from = ir_next(fn, i); e.k < 2 && e.from->to[e.k]; e.k++) {
			e.to = e.from->to[e.k];
			for (e.pred = 0; e.to->pred.v[e.pred] != e.from; e.pred++)
				;
			do_edge(sp, &e);
		}
	vec_free(&e.stores);
	held_clear(sp);
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		struct ir_blk *blk = ir_next(fn, i);

		set_out(sp, blk);
		set_in(sp, blk);
	}
	renumber(sp, fn->nrpo);
}
