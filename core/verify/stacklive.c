/*
 * Stack slots that may be read later (kernel/bpf/liveness.c as Linux 6.18 has it).
 *
 * For each chain of calls and each instruction of the function at its end, and for each frame of
 *the chain, two sets of slots grow out of what the walk sees: those that the instruction may read,
 *and those that it surely writes whole on every visit. When a path has come to its end they are
 *made into live sets, the usual way:
 *
 *	live_before = (U live_before of successors) less must_write, and may_read
 *	written_later = (intersection of written_later of successors) and must_write
 *
 * What is live, and what is written, at a function's entry is what the call that leads there reads
 * and writes.
 */
#include <stdio.h>

#include "core/verify/local.h"

enum { BUCKETS = 256 };

struct slot_masks {
	uint64_t may_read, must_write;
	uint64_t written_later; /* here or on every way from here */
	uint64_t live_before;
};

struct chain {
	uint32_t callsites[MAX_CALL_FRAMES]; /* the last: where the function begins */
	uint32_t starts[MAX_CALL_FRAMES];    /* of the functions */
	uint32_t depth;
};

/* What is known of an instruction's writes */
enum { WRITES_SEEN = 1, WRITES_SOME = 2 };

/* One function at the end of a chain of calls. */
struct instance {
	struct instance *next;
	struct chain chain;
	uint32_t start, ninsns, subprog;
	bool updated, must_write_dropped;
	struct slot_masks *frames[MAX_CALL_FRAMES]; /* NULL: nothing; by instruction from start */
	uint8_t *writes;			    /* WRITES_*, by instruction from start */
};

struct stacklive {
	struct instance *buckets[BUCKETS];
	struct instance *cur; /* of the current state; NULL: to be looked up */
	/* of the instruction that is walked */
	uint32_t insn;
	bool wrote;
	uint64_t written[MAX_CALL_FRAMES];
	/* the state that is asked about */
	struct instance *query[MAX_CALL_FRAMES];
	uint32_t query_depth, query_insn;
};

void stacklive_init(struct env *env)
{
	env->stacklive = arena_new(&env->arena, struct stacklive);
}

/* All of it is in the arena. */
void stacklive_free(struct env *env)
{
	env->stacklive = NULL;
}

/* ---- instances ---- */

static void fill_chain(const struct env *env, const struct state *st, uint32_t frame,
		       struct chain *chain)
{
	for (uint32_t i = 0; i <= frame; i++) {
		chain->starts[i] = env->subs[func_at(st, i)->subprog].start;
		if (i < frame)
			chain->callsites[i] = (uint32_t)func_at(st, i + 1)->callsite;
	}
	chain->callsites[frame] = chain->starts[frame];
	chain->depth = frame;
}

static struct instance *new_instance(struct env *env, const struct chain *chain)
{
	struct instance *inst = arena_new(&env->arena, struct instance);

	inst->chain = *chain;
	inst->start = chain->starts[chain->depth];
	inst->subprog = containing_subprog(env, inst->start);
	inst->ninsns = env->subs[inst->subprog + 1].start - inst->start;
	inst->writes = arena_array(&env->arena, uint8_t, inst->ninsns);
	return inst;
}

static struct instance *lookup_chain(struct env *env, const struct chain *chain)
{
	size_t size = (chain->depth + 1) * sizeof(chain->callsites[0]);
	struct instance *inst, **bucket;
	uint32_t hash = 0;

	for (uint32_t i = 0; i <= chain->depth; i++)
		hash = hash * 31 + chain->callsites[i];
	bucket = &env->stacklive->buckets[hash % BUCKETS];
	for (inst = *bucket; inst; inst = inst->next) {
		if (inst->chain.depth == chain->depth &&
		    !memcmp(inst->chain.callsites, chain->callsites, size))
			return inst;
	}
	inst = new_instance(env, chain);
	inst->next = *bucket;
	*bucket = inst;
	return inst;
}

static struct instance *lookup(struct env *env, const struct state *st, uint32_t frame)
{
	struct chain chain;

	fill_chain(env, st, frame, &chain);
	return lookup_chain(env, &chain);
}

/* The instance that calls this one. */
static struct instance *lookup_outer(struct env *env, const struct instance *inst)
{
	struct chain chain = inst->chain;

	chain.depth--;
	chain.callsites[chain.depth] = chain.starts[chain.depth];
	return lookup_chain(env, &chain);
}

static struct instance *cur_instance(struct env *env)
{
	struct stacklive *sl = env->stacklive;

	if (!sl->cur)
		sl->cur = lookup(env, env->cur, env->cur->curframe);
	return sl->cur;
}

/* NULL: nothing was marked yet. */
static struct slot_masks *masks_at(const struct instance *inst, uint32_t frame, uint32_t insn)
{
	return inst->frames[frame] ? &inst->frames[frame][insn - inst->start] : NULL;
}

static struct slot_masks *make_masks_at(struct env *env, struct instance *inst, uint32_t frame,
					uint32_t insn)
{
	if (!inst->frames[frame])
		inst->frames[frame] = arena_array(&env->arena, struct slot_masks, inst->ninsns);
	return masks_at(inst, frame, insn);
}

/* ---- marks ---- */

static void mark_read(struct env *env, struct instance *inst, uint32_t frame, uint32_t insn,
		      uint64_t slots)
{
	struct slot_masks *masks;

	if (!slots)
		return;
	masks = make_masks_at(env, inst, frame, insn);
	if (slots & ~masks->may_read & ~masks->live_before)
		inst->updated = true;
	masks->may_read |= slots;
}

int stacklive_mark_read(struct env *env, uint32_t frame, uint32_t insn, uint64_t slots)
{
	mark_read(env, cur_instance(env), frame, insn, slots);
	return 0;
}

int stacklive_mark_write(struct env *env, uint32_t frame, uint64_t slots)
{
	struct stacklive *sl = env->stacklive;

	sl->written[frame] |= slots;
	sl->wrote = true;
	return 0;
}

/*
 * Adds a visit of an instruction that wrote these slots: only those are sure that every visit
 * writes.
 *
 * Linux 6.18 (commit_stack_write_marks()) holds what was written before in 32 bits, so slots below
 * fp-256 that a later visit does not write stay sure, while the others' visits agree. That is a
 * hole in it, and so here: where states are taken as equal, and what the statistics are, depends on
 * it.
 */
static void add_visit(struct env *env, struct instance *inst, uint32_t insn,
		      const uint64_t written[MAX_CALL_FRAMES])
{
	uint8_t *writes = &inst->writes[insn - inst->start];
	bool some = false;

	for (uint32_t i = 0; i <= inst->chain.depth; i++) {
		struct slot_masks *masks = masks_at(inst, i, insn);
		uint64_t now = written[i];
		uint64_t sure = masks ? masks->must_write : 0;
		uint32_t before = (uint32_t)sure;

		if (*writes & WRITES_SEEN) {
			if ((now & before) == before && sure & ~now)
				warn_hole(env, WARNING_STACK_WRITTEN);
			now &= before;
		}
		if (now != before) {
			masks = make_masks_at(env, inst, i, insn);
			masks->must_write = now;
			inst->updated = true;
		}
		if (before & ~now)
			inst->must_write_dropped = true;
		some |= masks && masks->must_write;
	}
	*writes = WRITES_SEEN | (some ? WRITES_SOME : 0);
}

int stacklive_begin_insn(struct env *env, uint32_t insn)
{
	struct stacklive *sl = env->stacklive;

	if (sl->cur && sl->cur->chain.depth != env->cur->curframe)
		sl->cur = NULL;
	cur_instance(env);
	sl->insn = insn;
	if (sl->wrote) {
		memset(sl->written, 0, sizeof(sl->written));
		sl->wrote = false;
	}
	return 0;
}

int stacklive_end_insn(struct env *env)
{
	struct stacklive *sl = env->stacklive;
	struct instance *inst = sl->cur;
	uint8_t *writes;

	/* A call or an exit has led elsewhere: what it writes is known when the callee is done. */
	if (!inst || inst->chain.depth != env->cur->curframe)
		return 0;
	writes = &inst->writes[sl->insn - inst->start];
	if (sl->wrote || *writes & WRITES_SOME)
		add_visit(env, inst, sl->insn, sl->written);
	else
		*writes = WRITES_SEEN;
	return 0;
}

void stacklive_reset_caller(struct env *env, struct state *st __unused)
{
	env->stacklive->cur = NULL;
}

/* ---- live sets ---- */

static void chain_text(char text[128], const struct chain *chain)
{
	int len = sprintf(text, "(");

	for (uint32_t i = 0; i <= chain->depth; i++)
		len += sprintf(text + len, "%s%d", i ? "," : "", (int)chain->callsites[i]);
	sprintf(text + len, ")");
}

/* log_mask_change() */
static void log_change(struct env *env, const struct instance *inst, const char *what,
		       uint32_t frame, uint32_t insn, uint64_t before, uint64_t now)
{
	char chain[128], slots[SLOTS_TEXT_SIZE];

	if (before == now)
		return;
	chain_text(chain, &inst->chain);
	vlog(env, "%s frame %d insn %d ", chain, frame, insn);
	if (now & ~before) {
		slots_text(slots, now & ~before);
		vlog(env, "+%s %s ", what, slots);
	}
	if (before & ~now) {
		slots_text(slots, before & ~now);
		vlog(env, "-%s %s", what, slots);
	}
	vlog(env, "\n");
}

/* Fills one instruction's sets again; has anything changed? */
static bool update_insn(struct env *env, struct instance *inst, uint32_t frame, uint32_t insn)
{
	struct slot_masks *at = inst->frames[frame] - inst->start; /* by instruction */
	const uint32_t *succ = env->succ[insn].to;
	struct slot_masks *masks = &at[insn];
	uint64_t live, written;

	if (succ[0] == NO_INSN)
		return false;
	live = at[succ[0]].live_before | at[succ[1]].live_before;
	written = at[succ[0]].written_later & at[succ[1]].written_later;
	live = (live & ~masks->must_write) | masks->may_read;
	written |= masks->must_write;
	if (live == masks->live_before && written == masks->written_later)
		return false;
	if (unlikely(env->log.level & VERIFY_LOG_ALL) &&
	    (masks->may_read || masks->must_write || insn == inst->start ||
	     env->aux[insn].prune_point)) {
		log_change(env, inst, "live", frame, insn, masks->live_before, live);
		log_change(env, inst, "written", frame, insn, masks->written_later, written);
	}
	masks->live_before = live;
	masks->written_later = written;
	return true;
}

/* A call reads and writes what is live and written where the callee begins. */
static void propagate_to_outer(struct env *env, struct instance *inst)
{
	struct instance *outer = lookup_outer(env, inst);
	uint32_t callsite = inst->chain.callsites[outer->chain.depth];
	uint64_t written[MAX_CALL_FRAMES] = {0};

	for (uint32_t i = 0; i < inst->chain.depth; i++) {
		const struct slot_masks *masks = masks_at(inst, i, inst->start);

		if (!masks)
			continue;
		written[i] = masks->written_later;
		mark_read(env, outer, i, callsite, masks->live_before);
	}
	add_visit(env, outer, callsite, written);
}

/* Sets that grew out of writes which are not sure any more are made from nothing. */
static void forget_written_later(struct instance *inst)
{
	for (uint32_t f = 0; f <= inst->chain.depth; f++) {
		for (uint32_t i = 0; inst->frames[f] && i < inst->ninsns; i++)
			inst->frames[f][i].written_later = 0;
	}
}

static void update_instance(struct env *env, struct instance *inst)
{
	uint32_t from = env->subs[inst->subprog].postorder;
	uint32_t to = env->subs[inst->subprog + 1].postorder;
	char chain[128];
	int rounds = 0;
	bool changed;

	if (inst->must_write_dropped)
		forget_written_later(inst);
	do {
		rounds++;
		changed = false;
		for (uint32_t f = 0; f <= inst->chain.depth; f++) {
			for (uint32_t i = from; inst->frames[f] && i < to; i++)
				changed |= update_insn(env, inst, f, env->postorder[i]);
		}
	} while (changed);
	if (env->log.level & VERIFY_LOG_ALL) {
		chain_text(chain, &inst->chain);
		vlog(env, "%s live stack update done in %d iterations\n", chain, rounds);
	}
	if (inst->chain.depth)
		propagate_to_outer(env, inst);
}

/* A path, or a function on it, is at its end: makes what it marked known to all who ask. */
int stacklive_update(struct env *env)
{
	env->stacklive->cur = NULL;
	for (int frame = (int)env->cur->curframe; frame >= 0; frame--) {
		struct instance *inst = lookup(env, env->cur, (uint32_t)frame);

		if (!inst->updated)
			continue;
		update_instance(env, inst);
		inst->updated = inst->must_write_dropped = false;
	}
	return 0;
}

/* ---- questions ---- */

void stacklive_query(struct env *env, const struct state *st)
{
	struct stacklive *sl = env->stacklive;

	for (uint32_t i = 0; i <= st->curframe; i++)
		sl->query[i] = lookup(env, st, i);
	sl->query_depth = st->curframe;
	sl->query_insn = st->insn;
}

static uint64_t live_before(const struct instance *inst, uint32_t frame, uint32_t insn)
{
	const struct slot_masks *masks = masks_at(inst, frame, insn);

	return masks ? masks->live_before : 0;
}

/* bpf_stack_slot_alive(): read from here on, or after any of the calls that have led here. */
uint64_t stacklive_alive(const struct env *env, uint32_t frame)
{
	const struct stacklive *sl = env->stacklive;
	const struct instance *inner = sl->query[sl->query_depth];
	uint64_t alive = live_before(inner, frame, sl->query_insn);

	for (uint32_t i = frame; i < sl->query_depth; i++) {
		uint32_t callsite = inner->chain.callsites[i];

		/* The function that calls back is entered again and again. */
		if (!env->aux[callsite].calls_callback)
			callsite++;
		alive |= live_before(sl->query[i], frame, callsite);
	}
	return alive;
}
