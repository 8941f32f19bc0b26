/*
 * Updates behind which the function has the address of none of the map's values: whether such a
 * one is replaced by another, as in Linux, or written where it is, nobody can tell. Addresses are
 * from lookups alone. What is made of one holds it, too; one that is stored, or given to what may
 * keep it, may be anywhere.
 */
#include "core/obj/map.h"
#include "core/obj/prog_type.h"
#include "core/run/run.h"
#include "jit/alias.h"

enum { HOLDERS_MAX = 64, MAPS_MAX = 8 };

struct blind {
	struct ir_fn *fn;
	const struct map *map;
	uint8_t *holder; /* of each temporary: its number among those that hold an address; or 0 */
	uint32_t n;
	bool lost;    /* an address may be anywhere */
	uint64_t *in; /* of each block: holders that are alive where it begins, a bit each */
	uint64_t now; /* where the walk is */
};

static bool is_call_of(const struct ir_fn *fn, const struct ir_ins *ins, int32_t id)
{
	return ins->op == IR_CALL && ins->call->callee == CALLEE_NATIVE &&
	       fn->prog->helpers[id] == run_helpers[id] &&
	       ins->call->target == (const void *)(uintptr_t)run_helpers[id];
}

static const struct map *updated(const struct ir_fn *fn, const struct ir_ins *ins)
{
	return is_call_of(fn, ins, HELPER_map_update_elem) ? known_map(fn, ins->call->arg[0]) :
							     NULL;
}

/* ---- where the program gets addresses ---- */

enum whence { NOWHERE, IN_MAIN, ANYWHERE };

/*
 * One that runs while others do, and may change what they have the address of, counts as if it had
 * it.
 */
static enum whence whence(const struct prog *prog, const struct map *map)
{
	enum whence found = NOWHERE;
	const struct facts *f = prog->facts;

	if (!f || prog->type == PROG_TYPE_TRACING || prog->type == PROG_TYPE_EXT ||
	    prog->type == PROG_TYPE_LSM)
		return ANYWHERE;
	for (uint32_t i = 0; i < f->ninsns; i++) {
		int32_t id = prog->insns[i].imm;

		if (prog->ops[i] != OP_CALL || f->flags[i] & FACT_DEAD ||
		    (id != HELPER_map_lookup_elem && id != HELPER_for_each_map_elem) ||
		    (f->flags[i] & FACT_CALL_MAP && facts_call(f, i).map != map))
			continue;
		if (id == HELPER_for_each_map_elem || i >= prog->subs[0].end)
			return ANYWHERE;
		found = IN_MAIN;
	}
	return found;
}

/* ---- what holds them ---- */

static uint64_t bit_of(const struct blind *b, struct ref r)
{
	uint8_t n = r.kind == REF_TMP ? b->holder[r.val] : 0;

	return n ? 1ull << (n - 1) : 0;
}

/* False when it did before. */
static bool hold(struct blind *b, struct ref to)
{
	if (to.kind != REF_TMP || bit_of(b, to))
		return false;
	if (b->n == HOLDERS_MAX)
		b->lost = true;
	else
		b->holder[to.val] = (uint8_t)++b->n;
	return !b->lost;
}

static void gather(void *arg, struct ref *r)
{
	struct blind *b = arg;

	b->now |= bit_of(b, *r);
}

/* A call that keeps nothing of what it is given */
static bool forgets(const struct ir_fn *fn, const struct ir_ins *ins)
{
	return is_call_of(fn, ins, HELPER_map_lookup_elem) ||
	       is_call_of(fn, ins, HELPER_map_update_elem) ||
	       is_call_of(fn, ins, HELPER_map_delete_elem);
}

static bool is_lookup(const struct blind *b, const struct ir_ins *ins)
{
	const struct map *map;

	if (!is_call_of(b->fn, ins, HELPER_map_lookup_elem))
		return false;
	map = known_map(b->fn, ins->call->arg[0]);
	return !map || map == b->map;
}

static bool follow_ins(struct blind *b, struct ir_ins *ins)
{
	struct ref address = ins->arg[0];
	bool access = alias_is_access(ins);

	if (is_lookup(b, ins))
		return hold(b, ins->to);
	if (forgets(b->fn, ins))
		return false;
	if (access)
		ins->arg[0] = NO_REF;
	b->now = 0;
	ir_each_use(b->fn, ins, gather, b);
	ins->arg[0] = address;
	if (!b->now)
		return false;
	if (!access && ir_ops[ins->op].modes & IR_PURE)
		return hold(b, ins->to);
	b->lost = true;
	return false;
}

static bool follow_blk(struct blind *b, struct ir_blk *blk)
{
	bool more = false;

	vec_each(&blk->phis, phi) {
		bool any = false;

		for (size_t k = 0; k < blk->pred.n; k++)
			any |= bit_of(b, phi->arg[k]) != 0;
		more |= any && hold(b, phi->to);
	}
	vec_each(&blk->ins, ins) {
		more |= follow_ins(b, ins);
	}
	return more;
}

static void follow(struct blind *b)
{
	bool more = true;

	while (more && !b->lost) {
		more = false;
		for (uint32_t i = 0; i < b->fn->nrpo; i++)
			more |= follow_blk(b, b->fn->rpo[i]);
	}
}

/* ---- who of them is alive behind an update ---- */

static void begin_at_end(struct blind *b, struct ir_blk *blk)
{
	b->now = 0;
	for (int i = 0; i < 2; i++) {
		struct ir_blk *to = blk->to[i];

		if (!to)
			continue;
		b->now |= b->in[to->id];
		vec_each(&to->phis, phi) {
			b->now |= bit_of(b, phi->arg[blk->pos[i]]);
		}
	}
	ir_each_jmp_use(b->fn, blk, gather, b);
}

/* Up a block; true when more is alive where it begins than was known. mark: the updates. */
static bool walk_up(struct blind *b, struct ir_blk *blk, bool mark)
{
	uint64_t before = b->in[blk->id];

	begin_at_end(b, blk);
	for (size_t i = blk->ins.n; i-- > 0;) {
		struct ir_ins *ins = &blk->ins.v[i];

		if (mark && !b->now && updated(b->fn, ins) == b->map)
			ins->call->is_blind = true;
		b->now &= ~bit_of(b, ins->to);
		ir_each_use(b->fn, ins, gather, b);
	}
	vec_each(&blk->phis, phi) {
		b->now &= ~bit_of(b, phi->to);
	}
	b->in[blk->id] = b->now;
	return b->now != before;
}

static bool walk_all(struct blind *b, bool mark)
{
	bool more = false;

	for (uint32_t i = b->fn->nrpo; i-- > 0;)
		more |= walk_up(b, b->fn->rpo[i], mark);
	return more;
}

static void find_in(struct ir_fn *fn, const struct map *map)
{
	enum whence from = whence(fn->prog, map);
	struct blind b = {.fn = fn, .map = map};

	if (from == ANYWHERE || (from == IN_MAIN && fn->func != 0))
		return;
	b.holder = xcalloc(fn->tmps.n + 1, sizeof(*b.holder));
	b.in = xcalloc(fn->nrpo + 1, sizeof(*b.in));
	follow(&b);
	if (!b.lost) {
		while (walk_all(&b, false))
			;
		walk_all(&b, true);
	}
	free(b.holder);
	free(b.in);
}

void find_blind(struct ir_fn *fn)
{
	const struct map *maps[MAPS_MAX];
	uint32_t n = 0, k;

	if (!fn->prog->helpers || !fn->facts || fn->is_part)
		return;
	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->ins, ins) {
			const struct map *map = updated(fn, ins);

			for (k = 0; k < n && maps[k] != map; k++)
				;
			if (map && k == n && n < MAPS_MAX)
				maps[n++] = map;
		}
	for (k = 0; k < n; k++)
		find_in(fn, maps[k]);
}
