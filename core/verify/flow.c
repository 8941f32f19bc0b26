/*
 * Blocks of a function, and what is known at the begin of each: what its predecessors have in
 * common at their ends, found by going round in order until nothing changes. In loops it would take
 * long until a bound stops growing, so that after a few rounds it goes up in leaps and then to its
 * end; what that has lost is found again by rounds which make all states from nothing, and each of
 * them may be the last.
 */
#include "core/verify/flow.h"
#include "core/verify/local.h"

enum {
	JOINS = 3, /* times that the begin of a block grows slowly, */
	LEAPS = 8, /* and in all but in one go */
	AGAIN = 2, /* rounds that look for what was lost */
	LONG = 4096, /* slots: a state every so often, for who begins to walk anywhere */
};

size_t flow_state_size(uint32_t nslots)
{
	return sizeof(struct fact_state) + nslots * sizeof(struct fact_reg);
}

/* ---- blocks ---- */

static void mark_leaders(const struct env *env, uint8_t *leads)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < env->nsubs; i++)
		leads[env->subs[i].start] = true;
	for (uint32_t i = 0; i < env->ninsns; i += insn_slots(&env->insns[i])) {
		uint32_t flags = insn_descs[env->ops[i]].flags;

		leads[i] |= i - last == LONG;
		if (leads[i])
			last = i;
		if (!(flags & (INSN_JUMP | INSN_EXITS)))
			continue;
		leads[i + 1] = true;
		if (flags & INSN_JUMP)
			leads[env->succ[i].to[1]] = true;
	}
}

static uint32_t last_insn(const struct flow *f, const struct flow_block *b)
{
	uint32_t at = b->start, next;

	for (; (next = at + insn_slots(&f->insns[at])) < b->end; at = next)
		;
	return at;
}

static uint32_t add_blocks(struct flow *f, const uint8_t *leads, uint32_t *block_of)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->ninsns; i++) {
		if (leads[i])
			f->blocks[n++] = (struct flow_block){.start = i};
		block_of[i] = n - 1;
		f->blocks[n - 1].end = i + 1;
	}
	return n;
}

static void add_edges(struct flow *f, const struct env *env, const uint32_t *block_of,
		      uint32_t nblocks)
{
	for (uint32_t i = 0; i < nblocks; i++) {
		struct flow_block *b = &f->blocks[i];
		const struct subprog_info *sub = &env->subs[containing_subprog(env, b->start)];
		uint32_t last = last_insn(f, b);
		const uint32_t *to = env->succ[last].to;
		int n = insn_descs[f->ops[last]].flags & INSN_COND ? 2 : 1;

		/* A call that does not come back may be a function's last instruction. */
		for (int k = 0; k < n; k++)
			if (to[k] >= sub->start && to[k] < sub[1].start)
				b->succ[b->nsucc++] = block_of[to[k]];
	}
}

/*
 * Reverse postorder of a function's blocks from its begin; those that it does not reach come last.
 * What goes back in it ends at the head of a loop.
 */
static void order_blocks(struct flow *f, const struct flow_func *func, uint32_t *stack)
{
	uint32_t depth = 0, at = func->first + func->nblocks, last = func->first + func->nblocks;
	enum { UNSEEN, OPEN, DONE };
	uint8_t *mark = xcalloc(func->nblocks, 1), *next = xcalloc(func->nblocks, 1);

	stack[depth++] = func->first;
	mark[0] = OPEN;
	while (depth) {
		uint32_t top = stack[depth - 1], i = top - func->first, to;

		if (next[i] == f->blocks[top].nsucc) {
			mark[i] = DONE;
			f->order[--at] = top;
			depth--;
			continue;
		}
		to = f->blocks[top].succ[next[i]++];
		if (mark[to - func->first] == OPEN)
			f->blocks[to].is_head = true;
		if (mark[to - func->first] != UNSEEN)
			continue;
		mark[to - func->first] = OPEN;
		stack[depth++] = to;
	}
	memmove(&f->order[func->first], &f->order[at], (last - at) * sizeof(*f->order));
	at = func->first + last - at;
	for (uint32_t i = 0; i < func->nblocks; i++)
		if (!mark[i])
			f->order[at++] = func->first + i;
	free(mark);
	free(next);
}

/* Needs the program and funcs[]. Leaves blocks[], order[] and where functions have theirs. */
void flow_blocks(struct flow *f, const struct env *env)
{
	uint8_t *leads = xcalloc(f->ninsns + 1, sizeof(*leads));
	uint32_t *block_of = xcalloc(f->ninsns, sizeof(*block_of)), n, *stack;

	mark_leaders(env, leads);
	for (uint32_t i = n = 0; i < f->ninsns; i++)
		n += leads[i];
	f->blocks = arena_array(f->arena, struct flow_block, n);
	f->order = arena_array(f->arena, uint32_t, n);
	stack = xcalloc(n + 1, sizeof(*stack));
	n = add_blocks(f, leads, block_of);
	add_edges(f, env, block_of, n);
	for (uint32_t i = 0; i < f->nfuncs; i++) {
		struct flow_func *func = &f->funcs[i];

		func->first = block_of[func->start];
		func->nblocks = (func->end < f->ninsns ? block_of[func->end] : n) - func->first;
		order_blocks(f, func, stack);
	}
	free(leads);
	free(block_of);
	free(stack);
}

/* ---- states ---- */

/* All of a function's are of one size, and those that are not needed are used again. */
static struct fact_state *new_state(struct flow *f, struct flow_func *func)
{
	struct fact_state *st = func->spare;

	if (st)
		func->spare = st->next_spare;
	else
		st = arena_alloc(f->arena, flow_state_size(func->nslots));
	st->nslots = func->nslots;
	return st;
}

static void spare_state(struct flow_func *func, struct fact_state *st)
{
	if (!st)
		return;
	st->next_spare = func->spare;
	func->spare = st;
}

static void copy_facts(struct fact_state *dst, const struct fact_state *src)
{
	memcpy(dst, src, flow_state_size(src->nslots));
}

static bool join_states(struct fact_state *into, const struct fact_state *st, enum fact_pace pace)
{
	bool changed = false, exposed = into->exposed | st->exposed;

	for (uint32_t i = 0; i < REG_FP; i++)
		changed |= fact_join(&into->regs[i], &st->regs[i], pace, &exposed);
	for (uint32_t i = 0; i < into->nslots; i++)
		changed |= fact_join(&into->slots[i], &st->slots[i], pace, &exposed);
	changed |= exposed != into->exposed;
	into->exposed = exposed;
	return changed;
}

/* What is known at a function's first instruction. */
static void fill_entry(const struct flow *f, const struct flow_func *func, struct fact_state *st)
{
	for (uint32_t i = 0; i < REG_FP; i++)
		st->regs[i] = fact_any();
	for (uint32_t i = 0; i < st->nslots; i++)
		st->slots[i] = fact_any();
	st->regs[REG_FP] = fact_address(FACT_STACK);
	if (func->is_main && f->has_ctx)
		st->regs[1] = fact_address(FACT_CTX);
	for (uint32_t i = 0; i < ARGS_MAX && !func->is_open; i++)
		st->regs[i + 1] = func->args[i];
}

/* ---- one round ---- */

struct round {
	struct flow *f;
	struct flow_func *func;
	struct fact_state *st, *taken;
	struct fact_state **fresh; /* what blocks of the function begin with, made anew; or NULL */
};

static enum fact_pace pace_of(const struct flow_block *b)
{
	if (!b->is_head || b->visits < JOINS)
		return FACT_JOIN;
	return b->visits < LEAPS ? FACT_WIDEN : FACT_TOP;
}

/* What nobody reads need not be kept, and is not lost when ways meet. */
static void drop_dead(const struct flow *f, uint32_t insn, struct fact_state *st)
{
	for (uint32_t i = 0; i < REG_FP; i++)
		if (!(f->aux[insn].live_regs >> i & 1))
			st->regs[i] = fact_any();
}

static void arrive(struct round *r, uint32_t to, struct fact_state *st)
{
	struct flow_block *b = &r->f->blocks[to];
	struct fact_state **in = r->fresh ? &r->fresh[to - r->func->first] : &b->in;

	drop_dead(r->f, b->start, st);
	if (!*in) {
		*in = new_state(r->f, r->func);
		copy_facts(*in, st);
		b->dirty = true;
	} else if (join_states(*in, st, r->fresh ? FACT_JOIN : pace_of(b))) {
		b->dirty = true;
	}
}

static void leave_block(struct round *r, const struct flow_block *b, uint32_t insn)
{
	uint32_t ways = FLOW_THROUGH | FLOW_TAKEN;

	if (insn_descs[r->f->ops[insn]].flags & INSN_COND) {
		copy_facts(r->taken, r->st);
		ways = flow_branch(r->f, insn, r->st, r->taken);
		if (ways & FLOW_THROUGH && b->nsucc)
			arrive(r, b->succ[0], r->st);
		if (ways & FLOW_TAKEN && b->nsucc > 1)
			arrive(r, b->succ[1], r->taken);
		return;
	}
	flow_step(r->f, insn, r->st);
	for (uint32_t i = 0; i < b->nsucc; i++)
		arrive(r, b->succ[i], r->st);
}

/* The block of a function that a slot is in */
static uint32_t block_at(const struct flow *f, const struct flow_func *func, uint32_t slot)
{
	uint32_t lo = func->first, hi = func->first + func->nblocks;

	while (hi - lo > 1) {
		uint32_t mid = (lo + hi) / 2;

		if (f->blocks[mid].start <= slot)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

void flow_walk_slots(const struct flow *f, const struct flow_func *func, uint32_t start,
		     uint32_t end,
		     void (*visit)(void *arg, uint32_t insn, const struct fact_state *st),
		     void *arg)
{
	uint32_t last = func->first + func->nblocks;
	struct fact_state *st = xmalloc(flow_state_size(func->nslots));

	for (uint32_t k = block_at(f, func, start); k < last && f->blocks[k].start < end; k++) {
		const struct flow_block *b = &f->blocks[k];

		if (!b->in)
			continue;
		copy_facts(st, b->in);
		for (uint32_t i = b->start; i < min(b->end, end); i += insn_slots(&f->insns[i])) {
			if (i >= start)
				visit(arg, i, st);
			flow_step(f, i, st);
		}
	}
	free(st);
}

void flow_walk(const struct flow *f, const struct flow_func *func,
	       void (*visit)(void *arg, uint32_t insn, const struct fact_state *st), void *arg)
{
	flow_walk_slots(f, func, func->start, func->end, visit, arg);
}

static void walk_block(struct round *r, const struct flow_block *b, const struct fact_state *in)
{
	uint32_t last = last_insn(r->f, b);

	copy_facts(r->st, in);
	for (uint32_t i = b->start; i < last; i += insn_slots(&r->f->insns[i]))
		flow_step(r->f, i, r->st);
	leave_block(r, b, last);
}

static void solve_up(struct round *r)
{
	const struct flow_func *func = r->func;
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t i = func->first; i < func->first + func->nblocks; i++) {
			struct flow_block *b = &r->f->blocks[r->f->order[i]];

			if (!b->dirty)
				continue;
			b->dirty = false;
			b->visits++;
			walk_block(r, b, b->in);
			again = true;
		}
	}
}

/*
 * Whatever holds at the begins of all blocks and is followed for one step holds there, too. When a
 * block that is no head of a loop is come to, all that leads to it has been followed already.
 */
static void solve_down(struct round *r, struct fact_state *entry)
{
	const struct flow_func *func = r->func;
	struct fact_state **fresh = xcalloc(func->nblocks, sizeof(struct fact_state *));

	r->fresh = fresh;
	arrive(r, func->first, entry);
	for (uint32_t i = func->first; i < func->first + func->nblocks; i++) {
		const struct flow_block *b = &r->f->blocks[r->f->order[i]];
		const struct fact_state *in =
			b->is_head ? b->in : fresh[r->f->order[i] - func->first];

		if (in)
			walk_block(r, b, in);
	}
	for (uint32_t i = 0; i < func->nblocks; i++) {
		struct flow_block *b = &r->f->blocks[func->first + i];

		spare_state(r->func, b->in);
		b->in = fresh[i];
		b->dirty = false;
	}
	r->fresh = NULL;
	free(fresh);
}

void flow_solve(struct flow *f, struct flow_func *func)
{
	struct fact_state *entry = new_state(f, func);
	struct round r = {
		.f = f, .func = func, .st = new_state(f, func), .taken = new_state(f, func)};

	for (uint32_t i = func->first; i < func->first + func->nblocks; i++) {
		spare_state(func, f->blocks[i].in);
		f->blocks[i].in = NULL;
		f->blocks[i].visits = 0;
	}
	fill_entry(f, func, entry);
	arrive(&r, func->first, entry);
	solve_up(&r);
	for (int i = 0; i < AGAIN; i++)
		solve_down(&r, entry);
	spare_state(func, entry);
	spare_state(func, r.st);
	spare_state(func, r.taken);
}
