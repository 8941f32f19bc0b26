/*
 * States: the one that is walked, the paths that wait to be walked, and how many paths each stored
 * state still has open.
 *
 * A path that is pushed is an open state until another instruction pushes one, as who pushed it
 * goes on to change it, and as it is often the next that is taken: then it changes places with the
 * one that ended, and is not copied. Memory of open states is used again.
 */
#include "core/verify/local.h"

/* ---- open states ---- */

struct state *new_open_state(void)
{
	return xcalloc(1, OPEN_STATE_SIZE);
}

void free_state(struct state *st)
{
	if (!st)
		return;
	for (int i = 0; i < MAX_CALL_FRAMES && st->frame[i]; i++) {
		free(st->frame[i]->stack);
		free(st->frame[i]);
	}
	free(st->refs);
	free(st->hist);
	free(st);
}

struct func_state *make_frame(struct state *st, uint32_t frame)
{
	struct func_state *fs = st->frame[frame];

	if (!fs)
		fs = st->frame[frame] = xcalloc(1, OPEN_FUNC_SIZE);
	return fs;
}

/* Room for nslots slots; those that are in use are kept. */
static void reserve_slots(struct func_state *fs, uint32_t nslots)
{
	if (nslots <= fs->capslots)
		return;
	fs->capslots = max(nslots, fs->capslots * 2);
	fs->stack = xrealloc(fs->stack, fs->capslots * sizeof(*fs->stack));
}

void grow_stack(struct func_state *fs, uint32_t nslots)
{
	if (nslots <= fs->nslots)
		return;
	reserve_slots(fs, nslots);
	memset(fs->stack + fs->nslots, 0, (nslots - fs->nslots) * sizeof(*fs->stack));
	fs->nslots = nslots;
}

/* Room for n references. */
void make_refs(struct state *st, uint32_t n)
{
	if (n <= st->caprefs)
		return;
	st->caprefs = max(n, st->caprefs * 2 + 4);
	st->refs = xrealloc(st->refs, st->caprefs * sizeof(*st->refs));
}

void copy_head(struct state *st, const struct state *from)
{
	struct state old = *st;

	*st = *from;
	st->kept = NULL;
	st->refs = old.refs;
	st->nrefs = 0;
	st->caprefs = old.caprefs;
	st->hist = old.hist;
	st->caphist = old.caphist;
	if (st->nhist > st->caphist) {
		st->caphist = max(st->nhist, 16u);
		st->hist = xrealloc(st->hist, st->caphist * sizeof(*st->hist));
	}
	if (st->nhist)
		memcpy(st->hist, from->hist, st->nhist * sizeof(*st->hist));
}

static void copy_frame(struct func_state *fs, const struct func_state *from)
{
	fs->nslots = 0; /* what is there need not be moved */
	reserve_slots(fs, from->nslots);
	memcpy(fs, from, offsetof(struct func_state, capslots));
	memcpy(fs->regs, from->regs, REG_COUNT * sizeof(fs->regs[0]));
	if (fs->nslots)
		memcpy(fs->stack, from->stack, fs->nslots * sizeof(*fs->stack));
}

static void copy_state(struct state *st, const struct state *from)
{
	copy_head(st, from);
	make_refs(st, from->nrefs);
	if (from->nrefs)
		memcpy(st->refs, from->refs, from->nrefs * sizeof(*st->refs));
	st->nrefs = from->nrefs;
	for (uint32_t i = 0; i <= from->curframe; i++)
		copy_frame(make_frame(st, i), from->frame[i]);
}

static struct state *take_spare(struct env *env)
{
	struct state *st = env->spare;

	if (!st)
		return new_open_state();
	env->spare = st->parent;
	return st;
}

static void give_spare(struct env *env, struct state *st)
{
	st->parent = env->spare;
	env->spare = st;
}

void free_spare_states(struct env *env)
{
	struct state *st;

	while ((st = env->spare) != NULL) {
		env->spare = st->parent;
		free_state(st);
	}
	free_state(env->shown);
	env->shown = NULL;
}

/* ---- paths that wait ---- */

static void keep_pending(struct env *env, struct pending *p)
{
	struct state *open = p->st;

	p->st = pool_alloc(&env->pool, sizeof(*p->st));
	keep_state(env, p->st, open);
	give_spare(env, open);
}

/* What earlier instructions have pushed is kept from here on. */
static void keep_earlier(struct env *env)
{
	if (env->pushed_at == env->processed)
		return;
	for (struct pending *p = env->todo; p && !p->st->kept; p = p->next)
		keep_pending(env, p);
	env->pushed_at = env->processed;
}

/* Its state is open, and any. */
static struct pending *new_pending(struct env *env, uint32_t insn, uint32_t prev_insn)
{
	struct pending *p;

	keep_earlier(env);
	p = pool_alloc(&env->pool, sizeof(*p));
	p->st = take_spare(env);
	p->insn = insn;
	p->prev_insn = prev_insn;
	p->log_pos = vlog_pos(env);
	p->next = env->todo;
	env->todo = p;
	env->ntodo++;
	return p;
}

struct state *push_state(struct env *env, uint32_t insn, uint32_t prev_insn, bool speculative)
{
	struct state *st = new_pending(env, insn, prev_insn)->st;

	copy_state(st, env->cur);
	st->speculative |= speculative;
	if (env->ntodo > STATES_PENDING_MAX) {
		reject(env, REASON_JUMPS_PENDING, "The sequence of %d jumps is too complex.\n",
		       env->ntodo);
		return NULL;
	}
	if (st->parent)
		st->parent->branches++;
	return st;
}

struct state *push_async_cb(struct env *env, uint32_t insn, uint32_t prev_insn, uint32_t subprog,
			    bool is_sleepable)
{
	/* Nothing of the caller is known in a function that runs at another time. */
	static const struct state nothing;
	struct state *st = new_pending(env, insn, prev_insn)->st;

	copy_head(st, &nothing);
	if (env->ntodo > STATES_PENDING_MAX) {
		reject(env, REASON_JUMPS_PENDING,
		       "The sequence of %d jumps is too complex for async cb.\n", env->ntodo);
		return NULL;
	}
	st->branches = 1;
	st->in_sleepable = is_sleepable;
	init_func_state(env, make_frame(st, 0), MAIN_CALLSITE, 0, subprog);
	return st;
}

static void take_state(struct env *env, struct pending *p)
{
	struct state *ended = env->cur;

	if (!p->st->kept) {
		env->cur = p->st;
		give_spare(env, ended);
		return;
	}
	open_state(env, ended, p->st);
	drop_kept(env, p->st);
	pool_free(&env->pool, p->st, sizeof(*p->st));
}

bool pop_state(struct env *env, uint32_t *insn, uint32_t *prev_insn, bool cut)
{
	struct pending *p = env->todo;

	if (!p)
		return false;
	take_state(env, p);
	backtrack_forget(env);
	if (cut)
		vlog_cut(env, p->log_pos);
	*insn = p->insn;
	*prev_insn = p->prev_insn;
	env->todo = p->next;
	env->ntodo--;
	pool_free(&env->pool, p, sizeof(*p));
	return true;
}

/* What is kept of them is in the pool. */
void free_pending(struct env *env)
{
	for (struct pending *p = env->todo; p; p = p->next)
		if (!p->st->kept)
			free_state(p->st);
	env->todo = NULL;
	env->ntodo = 0;
}

/* ---- branch counts ---- */

/*
 * A path has come to its end (update_branch_counts()): a state is complete when all paths from it
 * are, and then it may complete the one before it.
 */
int update_branch_counts(struct env *env, struct state *st)
{
	struct stored *sl = NULL; /* that st is in */
	int err;

	while (st) {
		struct state *parent = st->parent;

		if (--st->branches)
			break;
		err = maybe_exit_scc(env, st);
		if (err)
			return err;
		if (sl) {
			sl->bucket->uncleaned += !sl->in_free_list;
			maybe_free_stored(env, sl);
		}
		st = parent;
		sl = parent ? container_of(parent, struct stored, st) : NULL;
	}
	return 0;
}

uint32_t new_id(struct env *env)
{
	return ++env->id_gen;
}
