#include "jit/parts.h"

#include "jit/lower.h"

/* Homes, by the variable; the last one is the entry's that is gone to. */
enum { HOME_LOOPS = REG_FP, HOME_ENTRY, HOMES };

_Static_assert(VAR_COUNT <= 2 * 64, "part_entry.wanted has a bit for each");

/* ---- where parts begin ---- */

static bool is_jump(const struct prog *prog, uint32_t slot)
{
	return prog->ops[slot] != OP_CALL_LOCAL && insn_has_target(prog->ops[slot]);
}

static uint32_t target_of(const struct prog *prog, uint32_t slot)
{
	return (uint32_t)insn_target(&prog->insns[slot], slot);
}

/*
 * What it costs to begin a part at each slot from start: jumps that cross it, of which those back
 * are loops.
 */
static int32_t *costs(const struct prog *prog, uint32_t start, uint32_t end)
{
	enum { LOOP = 1000 };
	int32_t *cost = xcalloc(end - start + 2, sizeof(*cost));

	for (uint32_t i = start; i < end; i += insn_slots(&prog->insns[i])) {
		uint32_t to = is_jump(prog, i) ? target_of(prog, i) : i + 1;

		if (to > i) {
			cost[i + 1 - start]++;
			cost[to - start]--;
		} else {
			cost[to + 1 - start] += LOOP;
			cost[i + 1 - start] -= LOOP;
		}
	}
	for (uint32_t i = 1; i <= end - start; i++)
		cost[i] += cost[i - 1];
	return cost;
}

/*
 * From begin on, the last place of those that cost least, and not so soon that parts are many. Of
 * two slots an instruction begins in one.
 */
static uint32_t choose_end(const struct prog *prog, const int32_t *cost, uint32_t start,
			   uint32_t begin, uint32_t size)
{
	uint32_t best = 0;

	for (uint32_t i = begin; i <= begin + size; i += insn_slots(&prog->insns[i]))
		if (i - begin > size / 2 && (!best || cost[i - start] <= cost[best - start]))
			best = i;
	return best;
}

static void choose_begins(struct parts *p, const struct subprog *sub, uint32_t size)
{
	int32_t *cost = costs(p->prog, sub->start, sub->end);
	uint32_t at = sub->start;

	while (sub->end - at > size) {
		vec_push(&p->begins, at);
		at = choose_end(p->prog, cost, sub->start, at, size);
	}
	vec_push(&p->begins, at);
	vec_push(&p->begins, sub->end);
	free(cost);
}

static void add_entries(struct parts *p)
{
	uint32_t first = p->begins.v[0], end = *vec_last(&p->begins);
	uint8_t *is_entry = xcalloc(end - first, 1);

	for (uint32_t k = 0; k < parts_count(p); k++) {
		uint32_t begin = p->begins.v[k], next = p->begins.v[k + 1];

		is_entry[begin - first] = true;
		for (uint32_t i = begin; i < next; i += insn_slots(&p->prog->insns[i])) {
			uint32_t to = is_jump(p->prog, i) ? target_of(p->prog, i) : begin;

			if (to < begin || (to >= next && to < end))
				is_entry[to - first] = true;
			p->loops |= p->prog->ops[i] == OP_MAY_GOTO;
		}
	}
	for (uint32_t i = first; i < end; i++)
		if (is_entry[i - first])
			vec_push(&p->entries,
				 ((struct part_entry){i, {UINT64_MAX, UINT64_MAX}}));
	free(is_entry);
}

bool parts_plan(struct parts *p, const struct prog *prog, uint32_t func, const struct facts *facts,
		uint32_t size)
{
	const struct subprog *sub = &prog->subs[func];
	struct lower l = {.prog = prog, .facts = facts, .func = func};

	*p = (struct parts){.prog = prog, .facts = facts, .func = func};
	if (sub->end - sub->start <= size)
		return false;
	choose_begins(p, sub, size);
	add_entries(p);
	lower_find_slots(&l);
	p->whole = l.whole;
	p->frame = l.frame;
	if (l.whole)
		p->frame = max(p->frame, SLOT_BYTES * (64 - (uint32_t)__builtin_clzll(l.whole)));
	return true;
}

void parts_free(struct parts *p)
{
	vec_free(&p->begins);
	vec_free(&p->entries);
}

/* ---- entries ---- */

uint32_t parts_entry(const struct parts *p, uint32_t slot)
{
	uint32_t lo = 0, hi = (uint32_t)p->entries.n;

	while (hi - lo > 1) {
		uint32_t mid = (lo + hi) / 2;

		if (p->entries.v[mid].slot <= slot)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The part that a slot is in. */
static uint32_t part_at(const struct parts *p, uint32_t slot)
{
	uint32_t k = 0;

	while (p->begins.v[k + 1] <= slot)
		k++;
	return k;
}

void parts_note(struct parts *p, uint32_t unit, const struct ir_fn *fn)
{
	uint32_t first = unit ? parts_entry(p, p->begins.v[parts_of_unit(p, unit)]) : 0;

	for (uint32_t i = 0; i < fn->entries.n && fn->entries.v[i].wanted; i++)
		memcpy(p->entries.v[first + i].wanted, fn->entries.v[i].wanted,
		       sizeof(p->entries.v->wanted));
}

/* ---- what is in the frame ---- */

uint32_t parts_frame(const struct parts *p)
{
	return p->frame + HOMES * SLOT_BYTES;
}

static int32_t home(const struct parts *p, uint32_t nr)
{
	return -(int32_t)(p->frame + (nr + 1) * SLOT_BYTES);
}

/* Where a variable is between parts; 0: there is no such variable. */
static int32_t place_of(const struct parts *p, uint32_t var)
{
	if (var < REG_FP)
		return home(p, var);
	if (var == VAR_LOOPS)
		return p->loops ? home(p, HOME_LOOPS) : 0;
	if (var < VAR_SLOTS || !(p->whole >> (var - VAR_SLOTS) & 1))
		return 0;
	return -(int32_t)(var - VAR_SLOTS + 1) * SLOT_BYTES;
}

static void load(struct lower *l, struct ref frame, struct ref to, int32_t at)
{
	lower_add(l, IR_LOAD, SLOT_BYTES, to, frame, NO_REF)->disp = at;
}

static void store(struct lower *l, struct ref frame, int32_t at, struct ref value)
{
	lower_add(l, IR_STORE, SLOT_BYTES, NO_REF, frame, value)->disp = at;
}

/* Goes to the entry that which is, of those from lo to hi, of which first is the part's first. */
static void dispatch(struct lower *l, struct ref which, uint32_t first, uint32_t lo, uint32_t hi)
{
	struct ir_blk *below = ir_new_blk(l->fn), *from;
	uint32_t mid = (lo + hi) / 2;

	if (hi - lo == 1) {
		lower_goto(l, below);
		arena_push(&l->fn->arena, &l->fn->entries, ((struct ir_entry){.blk = below}));
		l->blk = below;
		lower_goto(l, lower_blk_at(l, l->parts->entries.v[lo].slot));
		return;
	}
	from = ir_new_blk(l->fn);
	lower_if(l, CC_ULT, 8, which, ir_con(l->fn, mid - first), below, from);
	l->blk = below;
	dispatch(l, which, first, lo, mid);
	l->blk = from;
	dispatch(l, which, first, mid, hi);
}

void parts_enter(struct lower *l)
{
	const struct parts *p = l->parts;
	uint32_t first = parts_entry(p, l->start), end = parts_entry(p, l->end - 1) + 1;
	struct ref frame, which = ir_new_tmp(l->fn);

	l->slot = l->start;
	frame = lower_reg(l, REG_FP);
	for (uint32_t var = 0; var < VAR_COUNT; var++)
		if (place_of(p, var))
			load(l, frame, lower_var(l, var), place_of(p, var));
	load(l, frame, which, home(p, HOME_ENTRY));
	dispatch(l, which, first, first, end);
	l->next = l->start;
}

/* To an entry of another part */
static void leave_to(struct lower *l, uint32_t entry)
{
	const struct parts *p = l->parts;
	const struct part_entry *e = &p->entries.v[entry];
	uint32_t part = part_at(p, e->slot), first = parts_entry(p, p->begins.v[part]);
	struct ref frame = lower_reg(l, REG_FP);

	for (uint32_t var = 0; var < VAR_COUNT; var++)
		if (place_of(p, var) && e->wanted[var / 64] >> var % 64 & 1)
			store(l, frame, place_of(p, var), lower_var(l, var));
	store(l, frame, home(p, HOME_ENTRY), ir_con(l->fn, entry - first));
	lower_add(l, IR_LEAVE, 8, NO_REF, NO_REF, NO_REF)->disp = (int32_t)part;
}

void parts_leave(struct lower *l)
{
	for (uint32_t i = 0; i < l->parts->entries.n; i++) {
		l->blk = l->exits[i];
		if (l->blk)
			leave_to(l, i);
	}
	l->blk = NULL;
}
