/*
 * States: their copies, the paths that wait to be walked, and how many paths each stored state
 * still has open.
 *
 * Memory is not given back while a program is walked. A path that is taken changes places with the
 * one that ended, so that its frames need no copy; what is left over waits in env->spare_todo with
 * all its memory, and the next copy is written there.
 */
#include "core/verify/local.h"

/* ---- frames ---- */

struct func_state *new_func_state(void)
{
	return xcalloc(1, sizeof(struct func_state));
}

void free_func_state(struct func_state *fs)
{
	if (!fs)
		return;
	free(fs->stack);
	free(fs);
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

/* Of a register that was there only the reference is asked for (unmark_stack_slots_dynptr()). */
static void copy_empty_slot(struct stack_slot *dst, const struct stack_slot *src)
{
	memcpy(dst->type, src->type, sizeof(src->type));
	dst->spilled.ref_obj_id = src->spilled.ref_obj_id;
}

static void copy_slots(struct func_state *dst, const struct func_state *src)
{
	dst->nslots = 0; /* what is there need not be moved */
	reserve_slots(dst, src->nslots);
	for (uint32_t i = 0; i < src->nslots; i++) {
		if (slot_has_reg(&src->stack[i]))
			dst->stack[i] = src->stack[i];
		else
			copy_empty_slot(&dst->stack[i], &src->stack[i]);
	}
	dst->nslots = src->nslots;
}

static void copy_func_state(struct func_state *dst, const struct func_state *src)
{
	memcpy(dst, src, offsetof(struct func_state, stack));
	copy_slots(dst, src);
}

static struct func_state *take_spare_frame(struct state *st)
{
	struct func_state *fs = st->spare;

	if (!fs)
		return new_func_state();
	st->spare = fs->next_spare;
	fs->next_spare = NULL;
	return fs;
}

/* Frames above the last in use are kept aside. */
static void spare_frames_above(struct state *st, int last)
{
	for (int i = last + 1; i < MAX_CALL_FRAMES; i++) {
		if (!st->frame[i])
			continue;
		st->frame[i]->next_spare = st->spare;
		st->spare = st->frame[i];
		st->frame[i] = NULL;
	}
}

/* ---- states ---- */

static void copy_refs(struct state *dst, const struct state *src)
{
	if (src->nrefs > dst->caprefs) {
		dst->caprefs = max(src->nrefs, 8u);
		free(dst->refs);
		dst->refs = xmalloc(dst->caprefs * sizeof(*dst->refs));
	}
	if (src->nrefs)
		memcpy(dst->refs, src->refs, src->nrefs * sizeof(*dst->refs));
	dst->nrefs = src->nrefs;
}

static void copy_hist(struct state *dst, const struct state *src)
{
	if (src->nhist > dst->caphist) {
		dst->caphist = max(src->nhist, 16u);
		free(dst->hist);
		dst->hist = xmalloc(dst->caphist * sizeof(*dst->hist));
	}
	if (src->nhist)
		memcpy(dst->hist, src->hist, src->nhist * sizeof(*dst->hist));
	dst->nhist = src->nhist;
}

void copy_state(struct state *dst, const struct state *src)
{
	memcpy(dst, src, offsetof(struct state, frame));
	copy_refs(dst, src);
	copy_hist(dst, src);
	spare_frames_above(dst, (int)src->curframe);
	for (uint32_t i = 0; i <= src->curframe; i++) {
		if (!dst->frame[i])
			dst->frame[i] = take_spare_frame(dst);
		copy_func_state(dst->frame[i], src->frame[i]);
	}
}

void free_state(struct state *st, bool free_self)
{
	struct func_state *next;

	if (!st)
		return;
	spare_frames_above(st, -1);
	for (; st->spare; st->spare = next) {
		next = st->spare->next_spare;
		free_func_state(st->spare);
	}
	free(st->refs);
	free(st->hist);
	st->refs = NULL;
	st->hist = NULL;
	st->nrefs = st->caprefs = st->nhist = st->caphist = 0;
	if (free_self)
		free(st);
}

/* ---- paths that wait ---- */

static struct pending *new_pending(struct env *env, uint32_t insn, uint32_t prev_insn)
{
	struct pending *p = env->spare_todo;

	if (p)
		env->spare_todo = p->next;
	else
		p = xcalloc(1, sizeof(*p));
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
	struct pending *p = new_pending(env, insn, prev_insn);

	copy_state(&p->st, env->cur);
	p->st.speculative |= speculative;
	if (env->ntodo > STATES_PENDING_MAX) {
		reject(env, REASON_JUMPS_PENDING, "The sequence of %d jumps is too complex.\n",
		       env->ntodo);
		return NULL;
	}
	if (p->st.parent)
		p->st.parent->branches++;
	return &p->st;
}

struct state *push_async_cb(struct env *env, uint32_t insn, uint32_t prev_insn, uint32_t subprog,
			    bool is_sleepable)
{
	struct pending *p = new_pending(env, insn, prev_insn);
	struct state *st = &p->st;

	/* Nothing of the caller is known in a function that runs at another time. */
	spare_frames_above(st, -1);
	memset(st, 0, offsetof(struct state, frame));
	st->nrefs = st->nhist = 0;
	if (env->ntodo > STATES_PENDING_MAX) {
		reject(env, REASON_JUMPS_PENDING,
		       "The sequence of %d jumps is too complex for async cb.\n", env->ntodo);
		return NULL;
	}
	st->branches = 1;
	st->in_sleepable = is_sleepable;
	st->frame[0] = new_func_state();
	init_func_state(env, st->frame[0], MAIN_CALLSITE, 0, subprog);
	return st;
}

bool pop_state(struct env *env, uint32_t *insn, uint32_t *prev_insn, bool cut)
{
	struct pending *p = env->todo;
	struct state ended;

	if (!p)
		return false;
	if (env->cur) {
		ended = *env->cur;
		*env->cur = p->st;
		p->st = ended;
	}
	backtrack_forget(env);
	if (cut)
		vlog_cut(env, p->log_pos);
	*insn = p->insn;
	*prev_insn = p->prev_insn;
	env->todo = p->next;
	env->ntodo--;
	p->next = env->spare_todo;
	env->spare_todo = p;
	return true;
}

static void free_list(struct pending **list)
{
	struct pending *p;

	while ((p = *list) != NULL) {
		*list = p->next;
		free_state(&p->st, false);
		free(p);
	}
}

void free_pending(struct env *env)
{
	free_list(&env->todo);
	free_list(&env->spare_todo);
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
		if (sl)
			maybe_free_stored(env, sl);
		st = parent;
		sl = parent ? container_of(parent, struct stored, st) : NULL;
	}
	return 0;
}

uint32_t new_id(struct env *env)
{
	return ++env->id_gen;
}
