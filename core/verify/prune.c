/*
 * States that were stored, and whether the path that is walked may end at one (is_state_visited()).
 *
 * Stored states hang in buckets, the newest first. One whose paths have all come to their end
 * prunes what it covers. One that is still open is a round of a loop before this one: the loop goes
 * on, has come to a state that repeats (iterators, may_goto, callbacks), or is endless.
 *
 * What mattered in a loop is not known before all of it was walked. So a path that ends at a state
 * inside of a loop is kept as a back edge of that visit of the loop, until the state in which the
 * loop was entered is complete; then the back edges are looked at again and again until no more is
 * found to have mattered (propagate_backedges()). Loops are the strongly connected components of
 * cfg.c, and a visit is one of these behind one chain of calls.
 */
#include <stdio.h>

#include "core/verify/local.h"

enum {
	BACKEDGE_ROUNDS_MAX = 64,
	HIST_MAX = 40, /* entries of history that make a state be stored */
	NO_NEED = UINT8_MAX,
};

/* ---- buckets ---- */

static struct bucket *bucket_of(struct env *env, uint32_t insn)
{
	return &env->explored[(insn ^ (uint32_t)cur_func(env)->callsite) % env->ninsns];
}

static void link_stored(struct stored **list, struct stored *sl)
{
	sl->next = *list;
	sl->prev = list;
	if (sl->next)
		sl->next->prev = &sl->next;
	*list = sl;
}

static void unlink_stored(struct stored *sl)
{
	*sl->prev = sl->next;
	if (sl->next)
		sl->next->prev = sl->prev;
}

static void update_peak_states(struct env *env)
{
	uint32_t now = env->explored_states + env->unlinked_states + env->num_backedges;

	env->peak_states = max(env->peak_states, now);
}

static void free_stored(struct env *env, struct stored *sl)
{
	unlink_stored(sl);
	drop_kept(env, &sl->st);
	pool_free(&env->pool, sl, sizeof(*sl));
}

/*
 * A back edge that joins a loop from outside leads on to states that are in no visit and that
 * nothing keeps: 6.18 frees them all the same, and follows the edge nevertheless. Here they wait
 * until there is no back edge.
 */
void maybe_free_stored(struct env *env, struct stored *sl)
{
	if (!sl->in_free_list || sl->st.branches || incomplete_read_marks(&sl->st))
		return;
	env->unlinked_states--;
	sl->st.gone = true;
	if (env->job->explored)
		return;
	if (!env->num_backedges) {
		free_stored(env, sl);
		return;
	}
	unlink_stored(sl);
	link_stored(&env->gone, sl);
}

static void free_gone(struct env *env)
{
	while (env->gone)
		free_stored(env, env->gone);
}

struct state *find_prev_entry(struct env *env, struct state *cur, uint32_t insn)
{
	for (struct stored *sl = bucket_of(env, insn)->first; sl; sl = sl->next) {
		struct state *st = &sl->st;

		/* With paths open it is on the way here. */
		if (st->insn == insn && st->branches && st->dfs_depth < cur->dfs_depth &&
		    regs_equal_callback(st, cur))
			return st;
	}
	return NULL;
}

/* ---- visits of loops ---- */

struct scc_chain {
	uint32_t callsites[MAX_CALL_FRAMES - 1]; /* 0: no more */
	uint32_t scc;
};

struct backedge {
	struct backedge *next;
	const struct state *equal_state; /* where the path has ended */
	struct state st;		 /* without frames */
};

struct scc_visit {
	struct scc_visit *next;
	struct scc_chain chain;
	const struct state *entry; /* in which it was entered; NULL: it was left */
	struct backedge *backedges;
	uint32_t nbackedges;
};

/* The outermost frame that is in a loop, and the calls that lead there; false: none is. */
static bool fill_chain(const struct env *env, const struct state *st, struct scc_chain *chain)
{
	memset(chain, 0, sizeof(*chain));
	for (uint32_t i = 0; i <= st->curframe; i++) {
		uint32_t insn = frame_insn(st, i);

		chain->scc = env->aux[insn].scc;
		if (chain->scc)
			return true;
		if (i < st->curframe)
			chain->callsites[i] = insn;
	}
	return false;
}

static struct scc_visit *find_visit(struct env *env, const struct scc_chain *chain)
{
	struct scc_visit *visit;

	if (!env->scc_visits)
		env->scc_visits = arena_array(&env->arena, struct scc_visit *, env->nscc + 1);
	for (visit = env->scc_visits[chain->scc]; visit; visit = visit->next) {
		if (!memcmp(&visit->chain, chain, sizeof(*chain)))
			return visit;
	}
	return NULL;
}

enum { CHAIN_TEXT_SIZE = 96 };

/* "(callsite,callsite,scc)" */
static const char *chain_text(char text[CHAIN_TEXT_SIZE], const struct scc_chain *chain)
{
	int len = sprintf(text, "(");

	for (uint32_t i = 0; i < ARRAY_SIZE(chain->callsites) && chain->callsites[i]; i++)
		len += sprintf(text + len, "%u,", chain->callsites[i]);
	sprintf(text + len, "%u)", chain->scc);
	return text;
}

static void log_visit(struct env *env, const char *what, const struct scc_visit *visit)
{
	char text[CHAIN_TEXT_SIZE];

	if (env->log.level & VERIFY_LOG_ALL)
		vlog(env, "SCC %s %s\n", what, chain_text(text, &visit->chain));
}

static void maybe_enter_scc(struct env *env, struct state *st)
{
	struct scc_visit *visit;
	struct scc_chain chain;

	st->scc_visit = NULL;
	if (!fill_chain(env, st, &chain))
		return;
	visit = find_visit(env, &chain);
	if (!visit) {
		visit = arena_new(&env->arena, struct scc_visit);
		visit->chain = chain;
		visit->next = env->scc_visits[chain.scc];
		env->scc_visits[chain.scc] = visit;
	}
	st->scc_visit = visit;
	if (!visit->entry) {
		visit->entry = st;
		log_visit(env, "enter", visit);
	}
}

static void free_backedges(struct env *env, struct scc_visit *visit)
{
	struct backedge *edge;

	while ((edge = visit->backedges) != NULL) {
		visit->backedges = edge->next;
		drop_hist(env, &edge->st);
		pool_free(&env->pool, edge, sizeof(*edge));
	}
}

/*
 * What matters after the state that a back edge was found equal to matters before the back edge as
 * well, and this may be before that same state.
 */
static int propagate_backedges(struct env *env, struct scc_visit *visit)
{
	struct backedge *edge;
	bool changed = true;
	int err;

	for (int round = 0; changed; round++) {
		if (round > BACKEDGE_ROUNDS_MAX) {
			if (env->log.level & VERIFY_LOG_ALL)
				vlog(env, "%s: too many iterations\n", __func__);
			for (edge = visit->backedges; edge; edge = edge->next)
				mark_all_scalars_precise(env, &edge->st);
			break;
		}
		changed = false;
		for (edge = visit->backedges; edge; edge = edge->next) {
			err = propagate_precision(env, edge->equal_state, &edge->st, &changed);
			if (err)
				return err;
		}
	}
	free_backedges(env, visit);
	return 0;
}

/* All paths from a state are at their end. If a loop was entered in it, the loop is complete. */
int maybe_exit_scc(struct env *env, struct state *st)
{
	struct scc_visit *visit = st->scc_visit;
	char text[CHAIN_TEXT_SIZE];
	struct scc_chain chain;
	int err;

	if (!visit) {
		/* Inside of a loop only stored states end paths, and these have entered it. */
		if (st->speculative || !fill_chain(env, st, &chain) || find_visit(env, &chain))
			return 0;
		return reject_bug(env, "scc exit: no visit info for call chain %s",
				  chain_text(text, &chain));
	}
	if (visit->entry != st)
		return 0;
	log_visit(env, "exit", visit);
	visit->entry = NULL;
	env->num_backedges -= visit->nbackedges;
	visit->nbackedges = 0;
	update_peak_states(env);
	err = propagate_backedges(env, visit);
	if (!env->num_backedges)
		free_gone(env);
	return err;
}

bool incomplete_read_marks(const struct state *st)
{
	return st->scc_visit && st->scc_visit->backedges;
}

/* The path that is walked ends at old, which is in a loop that is not complete. */
static int add_backedge(struct env *env, struct state *old, uint32_t insn)
{
	struct scc_visit *visit = old->scc_visit;
	struct backedge *edge;

	if (!visit)
		return reject_bug(env, "add backedge: no SCC in verification path, insn_idx %d",
				  old->insn);
	edge = pool_alloc(&env->pool, sizeof(*edge));
	edge->st = *env->cur;
	edge->st.insn = insn;
	keep_hist(env, &edge->st, env->cur);
	edge->equal_state = old;
	log_visit(env, "backedge", visit);
	edge->next = visit->backedges;
	visit->backedges = edge;
	visit->nbackedges++;
	env->num_backedges++;
	update_peak_states(env);
	return 0;
}

/* ---- history of jumps ---- */

int push_jump_history(struct env *env, struct state *st, uint32_t flags, uint64_t linked_regs)
{
	struct jump_hist *hist = env->cur_hist;

	/* One entry for each visit of an instruction. */
	if (hist) {
		hist->flags |= flags;
		hist->linked_regs = linked_regs;
		return 0;
	}
	if (st->nhist == st->caphist) {
		st->caphist = max(st->caphist * 2, 16u);
		st->hist = xrealloc(st->hist, st->caphist * sizeof(*st->hist));
	}
	hist = &st->hist[st->nhist++];
	hist->idx = env->insn;
	hist->prev_idx = env->prev_insn;
	hist->flags = flags;
	hist->linked_regs = linked_regs;
	env->cur_hist = hist;
	return 0;
}

struct jump_hist *jump_hist_entry(struct state *st, uint32_t end, uint32_t insn)
{
	return end && st->hist[end - 1].idx == insn ? &st->hist[end - 1] : NULL;
}

/* ---- what is dead is forgotten ---- */

static void clean_frame(struct env *env, struct state *st, uint32_t frame)
{
	struct kept *k = &st->kept[frame];

	k->alive_regs = env->aux[frame_insn(st, frame)].live_regs | 1 << REG_FP;
	k->alive_slots = stacklive_alive(env, frame);
	k->precise_regs &= k->alive_regs;
	k->precise_slots &= k->alive_slots;
}

static void clean_frames(struct env *env, struct state *st)
{
	stacklive_query(env, st);
	for (uint32_t i = 0; i <= st->curframe; i++)
		clean_frame(env, st, i);
}

static void clean_state(struct env *env, struct state *st)
{
	clean_frames(env, st);
	st->cleaned = true;
}

static bool is_uncleaned(const struct state *st)
{
	return !st->branches && !st->cleaned;
}

/*
 * Once all paths from a state are known, so is what they read; the rest may be anything
 * (clean_live_states()).
 */
static void clean_live_states(struct env *env, struct bucket *bucket, uint32_t insn)
{
	for (struct stored *sl = bucket->uncleaned ? bucket->first : NULL; sl; sl = sl->next) {
		struct state *st = &sl->st;

		if (st->insn != insn || !is_uncleaned(st) || incomplete_read_marks(st) ||
		    !regs_equal_callback(st, env->cur))
			continue;
		clean_state(env, st);
		bucket->uncleaned--;
	}
}

/* ---- the look at a bucket ---- */

struct look {
	uint32_t insn;
	bool force, add; /* store a state: always, if nothing speaks against it */
	bool loop;	 /* the state that was hit is in a loop that is not complete */
	uint32_t nstates;
};

enum { MISS, HIT }; /* or -errno */

/* Of the iterator that the call of iter_next at hand is about */
static bool is_iter_active(const struct env *env)
{
	const struct reg_state *reg = &cur_regs(env)[1];
	int slot = slot_of(reg->off + (int)reg->var_off.value);

	return func_of(env, reg)->stack[slot].spilled.iter.state == ITER_ACTIVE;
}

static int reject_infinite_loop(struct env *env, struct state *old, uint32_t insn)
{
	struct state *cur = env->cur;
	int err;

	print_line(env, insn, "; ");
	err = reject(env, REASON_INFINITE_LOOP, "infinite loop detected at insn %d\n", insn);
	vlog(env, "cur state:");
	print_state(env, cur, cur->curframe, true);
	vlog(env, "old state:");
	print_state(env, shown_state(env, old), cur->curframe, true);
	return err;
}

/* A state that has paths open: this is a loop, or the same function once more. */
static int look_at_open(struct env *env, struct state *old, struct look *look)
{
	const struct func_state *frame = func_at(old, old->curframe);
	const struct insn_aux *aux = &env->aux[look->insn];
	struct state *cur = env->cur;

	if (frame->in_async_callback && frame->async_entry_cnt != cur_func(env)->async_entry_cnt)
		return MISS;
	/* Iterators end; a round that changes nothing need not be walked again. */
	if (aux->is_iter_next) {
		if (!states_equal(env, old, cur, RANGE_WITHIN) || !is_iter_active(env))
			return MISS;
		look->loop = true;
		return HIT;
	}
	if (env->ops[look->insn] == OP_MAY_GOTO && old->may_goto_depth != cur->may_goto_depth &&
	    states_equal(env, old, cur, RANGE_WITHIN)) {
		look->loop = true;
		return HIT;
	}
	/*
	 * Rounds of callbacks end, too, but Linux 6.18 keeps no back edge of them: what is found to
	 * matter later is not passed on to the path that ends here. That is a hole in it.
	 */
	if (aux->calls_callback) {
		if (!states_equal(env, old, cur, RANGE_WITHIN))
			return MISS;
		old->repeats = true;
		return HIT;
	}
	if (states_maybe_looping(env, old, cur) && states_equal(env, old, cur, EXACT) &&
	    !iter_active_depths_differ(old, cur) && old->may_goto_depth == cur->may_goto_depth &&
	    old->callback_unroll_depth == cur->callback_unroll_depth)
		return reject_infinite_loop(env, old, look->insn);
	return MISS;
}

/*
 * Whoever has missed the state will miss it again, most likely for the same reason, and there can
 * be hundreds of states to look at: a precise register that was another number is remembered.
 */
static void find_need(const struct env *env, struct stored *sl)
{
	const struct kept *k = &sl->st.kept[sl->st.curframe];
	uint32_t regs = k->precise_regs & env->aux[sl->st.insn].live_regs;

	if (k->frame->func.in_async_callback)
		return;
	for (; regs; regs &= regs - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(regs);
		const struct reg_state *reg = kept_reg(env, k, i);

		if (!tnum_reg_is_const(reg))
			continue;
		sl->needed_reg = (uint8_t)i;
		sl->needed = reg->var_off.value;
		return;
	}
}

/* Two numbers are not equal in any way to ask (same.c). */
static bool lacks_need(const struct env *env, const struct stored *sl)
{
	const struct reg_state *reg;

	if (sl->needed_reg == NO_NEED)
		return false;
	reg = &cur_func(env)->regs[sl->needed_reg];
	return tnum_reg_is_const(reg) && reg->var_off.value != sl->needed;
}

static int look_at(struct env *env, struct stored *sl, struct look *look)
{
	bool lacks = lacks_need(env, sl);
	struct state *old = &sl->st;
	int found;

	if (!old->branches) {
		look->loop = incomplete_read_marks(old);
		return !lacks &&
		       states_equal(env, old, env->cur, look->loop ? RANGE_WITHIN : NOT_EXACT);
	}
	found = lacks ? MISS : look_at_open(env, old, look);
	/* Rounds of a loop differ, so that few of them are worth to be kept. */
	if (found == MISS && !look->force &&
	    env->jumps_processed - env->prev_jumps_processed < 20 &&
	    env->processed - env->prev_processed < 100)
		look->add = false;
	return found;
}

static int take_hit(struct env *env, struct stored *sl, const struct look *look)
{
	int err;

	sl->hit_cnt++;
	if (env->aux[look->insn].jump_point) {
		err = push_jump_history(env, env->cur, 0, 0);
		if (err)
			return err;
	}
	err = propagate_precision(env, &sl->st, env->cur, NULL);
	if (err)
		return err;
	if (look->loop) {
		err = add_backedge(env, &sl->st, look->insn);
		if (err)
			return err;
	}
	return PRUNE_HIT;
}

/* A state that is missed much more often than hit is not asked any more. */
static void count_miss(struct env *env, struct stored *sl, const struct look *look)
{
	uint32_t n = env->aux[look->insn].force_checkpoint && sl->st.branches ? 64 : 3;

	if (sl->needed_reg == NO_NEED)
		find_need(env, sl);
	if (look->add)
		sl->miss_cnt++;
	if (sl->miss_cnt <= sl->hit_cnt * n + n)
		return;
	sl->in_free_list = true;
	sl->bucket->uncleaned -= is_uncleaned(&sl->st);
	unlink_stored(sl);
	link_stored(&env->unlinked, sl);
	env->unlinked_states++;
	env->explored_states--;
	maybe_free_stored(env, sl);
}

static void store_state(struct env *env, struct bucket *bucket, uint32_t insn)
{
	struct stored *sl = pool_alloc(&env->pool, sizeof(*sl));
	struct state *cur = env->cur;

	env->total_states++;
	env->explored_states++;
	update_peak_states(env);
	env->prev_jumps_processed = env->jumps_processed;
	env->prev_processed = env->processed;
	if (env->bpf_capable)
		mark_all_scalars_imprecise(cur);
	sl->miss_cnt = sl->hit_cnt = 0;
	sl->in_free_list = false;
	sl->needed_reg = NO_NEED;
	sl->bucket = bucket;
	keep_state(env, &sl->st, cur);
	sl->st.insn = insn;
	maybe_enter_scc(env, &sl->st);
	cur->parent = &sl->st;
	cur->first_insn = insn;
	cur->dfs_depth = sl->st.dfs_depth + 1;
	cur->nhist = 0;
	backtrack_forget(env);
	link_stored(&bucket->first, sl);
}

int check_visited(struct env *env, uint32_t insn)
{
	struct bucket *bucket = bucket_of(env, insn);
	struct stored *sl, *next;
	struct look look = {.insn = insn};
	int found;

	look.force = env->test_state_freq || env->aux[insn].force_checkpoint ||
		     env->cur->nhist > HIST_MAX;
	/* Two jumps and eight instructions make a state worth its memory. */
	look.add = look.force || (env->jumps_processed - env->prev_jumps_processed >= 2 &&
				  env->processed - env->prev_processed >= 8);
	clean_live_states(env, bucket, insn);
	for (sl = bucket->first; sl; sl = next) {
		next = sl->next;
		look.nstates++;
		if (sl->st.insn != insn)
			continue;
		found = look_at(env, sl, &look);
		if (found < 0)
			return found;
		if (found == HIT)
			return take_hit(env, sl, &look);
		count_miss(env, sl, &look);
	}
	env->max_states_per_insn = max(env->max_states_per_insn, look.nstates);
	if (!look.add || (!env->bpf_capable && look.nstates > STATES_PER_INSN_UNPRIV_MAX))
		return PRUNE_GO_ON;
	store_state(env, bucket, insn);
	return PRUNE_GO_ON;
}

/* ---- the end of a path, and of a pass ---- */

static void show_stored(struct env *env, struct stored *sl)
{
	for (; sl; sl = sl->next) {
		struct state *st = &sl->st;
		struct kept before[MAX_CALL_FRAMES];
		size_t size = (st->curframe + 1) * sizeof(before[0]);

		if (st->shown || st->branches || incomplete_read_marks(st))
			continue;
		st->shown = true;
		memcpy(before, st->kept, size);
		if (!st->cleaned)
			clean_frames(env, st);
		env->job->explored(env->job->explored_arg, shown_state(env, st));
		memcpy(st->kept, before, size);
	}
}

/*
 * A state is shown when it is complete, with what is live by then: its own paths read no more,
 * whatever others will read.
 */
void show_explored(struct env *env)
{
	if (!env->job->explored)
		return;
	for (uint32_t i = 0; i < env->ninsns; i++)
		show_stored(env, env->explored[i].first);
	show_stored(env, env->unlinked);
}

/* Counters go on: the kernel does not begin anew with each global function. */
void free_explored(struct env *env)
{
	if (env->scc_visits)
		memset(env->scc_visits, 0, (env->nscc + 1) * sizeof(*env->scc_visits));
	memset(env->explored, 0, env->ninsns * sizeof(*env->explored));
	env->unlinked = env->gone = NULL;
	pool_end(&env->pool);
}
