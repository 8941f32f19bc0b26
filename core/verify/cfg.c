/*
 * The graph of instructions: that all of them can be reached, where states are worth storing, in
 * which order facts flow backwards, and which instructions are in a loop together.
 */
#include "core/verify/local.h"

#include <stdio.h>

enum { CODE_CALL = 0x85, CODE_JCOND = 0xe5 };

/* ---- successors ---- */

/* Flags of an instruction, as far as they say where it goes on. */
static uint32_t flow(const struct env *env, uint32_t insn)
{
	/* A jcond that is no may_goto is refused when it is walked. Until then it is a jump. */
	if (env->insns[insn].code == CODE_JCOND)
		return INSN_JUMP | INSN_COND;
	return insn_descs[env->ops[insn]].flags;
}

/* Only jumps that check_cfg() found good are asked for their target. */
static struct successors successors(const struct env *env, uint32_t insn)
{
	const struct bpf_insn *at = &env->insns[insn];
	uint32_t flags = flow(env, insn), next = insn + insn_slots(at), target;

	if (flags & INSN_EXITS)
		return (struct successors){{NO_INSN, NO_INSN}};
	if (!(flags & INSN_JUMP))
		return (struct successors){{next, next}};
	target = (uint32_t)insn_target(at, insn);
	return (struct successors){{flags & INSN_COND ? next : target, target}};
}

/* Needs edges that check_cfg() has followed. Leaves succ[]. */
int fill_successors(struct env *env)
{
	env->succ = arena_alloc(&env->arena, env->ninsns * sizeof(*env->succ));
	for (uint32_t i = 0; i < env->ninsns; i += insn_slots(&env->insns[i]))
		env->succ[i] = successors(env, i);
	return 0;
}

/* ---- the walk in depth: prune points, unreachable instructions ---- */

enum edge { EDGE_FALLTHROUGH = 1, EDGE_BRANCH = 2 };
/* Marks of instructions; the edges that were followed are added to DISCOVERED. */
enum { DISCOVERED = 0x10, EXPLORED = 0x20, EMITTED = 0x40 };
enum { EDGE_SEEN, EDGE_NEW }; /* or -errno */

struct walk {
	struct env *env;
	uint8_t *mark;
	uint32_t *stack;
	uint32_t depth;
};

static void mark_jump_point(struct env *env, uint32_t insn)
{
	env->aux[insn].prune_point = true;
	env->aux[insn].jump_point = true;
}

static void print_numbered_line(struct env *env, uint32_t insn)
{
	char prefix[16];

	snprintf(prefix, sizeof(prefix), "%u: ", insn);
	print_line(env, insn, prefix);
}

/* Follows an edge, once. A loop closes where the other end is on the stack. */
static int follow(struct walk *w, uint32_t from, int64_t to, enum edge edge)
{
	struct env *env = w->env;

	if (w->mark[from] >= (DISCOVERED | edge))
		return EDGE_SEEN;
	if (to < 0 || to >= env->ninsns) {
		print_numbered_line(env, from);
		return reject(env, REASON_JUMP_RANGE, "jump out of range from insn %d to %d\n",
			      from, (int)to);
	}
	if (edge == EDGE_BRANCH) {
		mark_jump_point(env, (uint32_t)to);
		env->aux[to].jump_target = true;
	}
	if (!w->mark[to]) {
		w->mark[from] = DISCOVERED | edge;
		w->mark[to] = DISCOVERED;
		w->stack[w->depth++] = (uint32_t)to;
		return EDGE_NEW;
	}
	if (w->mark[to] == EXPLORED) {
		w->mark[from] = DISCOVERED | edge;
		return EDGE_SEEN;
	}
	if (env->bpf_capable)
		return EDGE_SEEN;
	print_numbered_line(env, from);
	print_numbered_line(env, (uint32_t)to);
	return reject(env, REASON_BACK_EDGE, "back-edge from insn %d to %d\n", from, (int)to);
}

/* What a function does, its callers do; a callee is always explored before its caller is. */
static void merge_callee(struct env *env, uint32_t call, uint32_t entry)
{
	struct subprog_info *caller = &env->subs[containing_subprog(env, call)];
	const struct subprog_info *callee = &env->subs[containing_subprog(env, entry)];

	caller->changes_pkt_data |= callee->changes_pkt_data;
	caller->might_sleep |= callee->might_sleep;
}

static int visit_call(struct walk *w, uint32_t insn, bool enters)
{
	struct env *env = w->env;
	uint32_t next = insn + insn_slots(&env->insns[insn]);
	int64_t entry;
	int err = follow(w, insn, next, EDGE_FALLTHROUGH);

	if (err)
		return err;
	/* History goes on elsewhere when a call comes back. */
	mark_jump_point(env, next);
	if (!enters)
		return EDGE_SEEN;
	entry = (int64_t)insn + env->insns[insn].imm + 1;
	env->aux[insn].prune_point = true;
	merge_callee(env, insn, (uint32_t)entry);
	return follow(w, insn, entry, EDGE_BRANCH);
}

/* A call whose callback may be walked any number of times: each time begins with a stored state. */
static void mark_sync_callback(struct env *env, uint32_t insn)
{
	struct insn_aux *aux = &env->aux[insn];

	aux->calls_callback = true;
	aux->force_checkpoint = true;
	mark_jump_point(env, insn);
}

static void mark_helper_call(struct env *env, uint32_t insn)
{
	struct subprog_info *sub = &env->subs[containing_subprog(env, insn)];
	uint32_t id = (uint32_t)env->insns[insn].imm, facts = helper_facts((int32_t)id);

	if (facts & HELPER_CALLS_LATER)
		env->aux[insn].prune_point = true;
	if (facts & HELPER_CALLS_BACK)
		mark_sync_callback(env, insn);
	sub->changes_pkt_data |= (facts & HELPER_CHANGES_PKT) != 0;
	sub->might_sleep |= helper_may_sleep(env, id);
}

static void mark_kfunc_call(struct env *env, uint32_t insn)
{
	struct subprog_info *sub = &env->subs[containing_subprog(env, insn)];
	struct insn_aux *aux = &env->aux[insn];
	struct kfunc_facts facts;

	/* One that the program may not call still calls back. */
	kfunc_facts(env, &env->insns[insn], &facts);
	if (facts.calls_async_callback)
		aux->prune_point = true;
	if (facts.calls_sync_callback)
		mark_sync_callback(env, insn);
	if (facts.is_iter_next) {
		aux->prune_point = true;
		aux->force_checkpoint = true;
	}
	sub->changes_pkt_data |= facts.changes_pkt_data;
	sub->might_sleep |= facts.sleepable;
}

static int visit_jump(struct walk *w, uint32_t insn)
{
	struct env *env = w->env;
	int64_t target = insn_target(&env->insns[insn], insn);
	int err;

	if (!(flow(env, insn) & INSN_COND)) {
		err = follow(w, insn, target, EDGE_FALLTHROUGH);
		if (err)
			return err;
		mark_jump_point(env, (uint32_t)target);
		env->aux[target].jump_target = true;
		return EDGE_SEEN;
	}
	env->aux[insn].prune_point = true;
	if (env->ops[insn] == OP_MAY_GOTO)
		env->aux[insn].force_checkpoint = true;
	err = follow(w, insn, (int64_t)insn + 1, EDGE_FALLTHROUGH);
	return err ? err : follow(w, insn, target, EDGE_BRANCH);
}

static int visit_insn(struct walk *w, uint32_t insn)
{
	struct env *env = w->env;
	const struct bpf_insn *at = &env->insns[insn];
	uint32_t flags = flow(env, insn);

	if (env->ops[insn] == OP_LD_IMM64_FUNC)
		return visit_call(w, insn, true);
	if (flags & INSN_EXITS)
		return EDGE_SEEN;
	/* Whatever src_reg says: a call of an unknown kind is refused when it is walked. */
	if (at->code == CODE_CALL) {
		if (env->ops[insn] == OP_CALL)
			mark_helper_call(env, insn);
		else if (env->ops[insn] == OP_CALL_KFUNC)
			mark_kfunc_call(env, insn);
		return visit_call(w, insn, env->ops[insn] == OP_CALL_LOCAL);
	}
	if (flags & INSN_JUMP)
		return visit_jump(w, insn);
	return follow(w, insn, (int64_t)insn + insn_slots(at), EDGE_FALLTHROUGH);
}

static int walk_from(struct walk *w, uint32_t insn)
{
	w->mark[insn] = DISCOVERED;
	w->stack[0] = insn;
	w->depth = 1;
	while (w->depth) {
		uint32_t top = w->stack[w->depth - 1];
		int err = visit_insn(w, top);

		if (err < 0)
			return err;
		if (err == EDGE_NEW)
			continue;
		w->mark[top] = EXPLORED;
		w->depth--;
	}
	return 0;
}

static int check_reached(struct env *env, const uint8_t *mark)
{
	for (uint32_t i = 0; i < env->ninsns; i++) {
		if (mark[i] != EXPLORED)
			return reject(env, REASON_UNREACHABLE, "unreachable insn %d\n", i);
		if (insn_slots(&env->insns[i]) == 1)
			continue;
		if (mark[i + 1])
			return reject(env, REASON_JUMP_INTO_LD_IMM64,
				      "jump into the middle of ldimm64 insn %d\n", i);
		i++;
	}
	return 0;
}

/* Needs subs and known opcodes. Leaves the marks in aux, and what functions may do. */
int check_cfg(struct env *env)
{
	struct walk w = {
		.env = env,
		.mark = xcalloc(env->ninsns, sizeof(*w.mark)),
		.stack = xcalloc(env->ninsns, sizeof(*w.stack)),
	};
	int err = walk_from(&w, 0);

	if (!err && env->exception_callback_subprog)
		err = walk_from(&w, env->subs[env->exception_callback_subprog].start);
	if (!err)
		err = check_reached(env, w.mark);
	free(w.mark);
	free(w.stack);
	return err;
}

/* ---- postorder ---- */

/*
 * Emits what can be reached from start, successors first: those of the jump before the next one.
 * Are all successors of each before it? Then there is no loop.
 */
static bool add_postorder(struct env *env, uint32_t start, uint8_t *mark, uint32_t *stack)
{
	uint32_t depth = 0;
	bool in_order = true;

	stack[depth++] = start;
	while (depth) {
		uint32_t top = stack[depth - 1];
		const uint32_t *succ = env->succ[top].to;
		bool emits = mark[top] & EXPLORED;

		mark[top] |= EXPLORED;
		for (int i = 0; i < 2 && succ[i] != NO_INSN; i++) {
			if (emits)
				in_order &= mark[succ[i]] == EMITTED;
			if (mark[succ[i]])
				continue;
			mark[succ[i]] = DISCOVERED;
			stack[depth++] = succ[i];
		}
		if (!emits)
			continue;
		mark[top] = EMITTED;
		env->postorder[env->npostorder++] = top;
		depth--;
	}
	return in_order;
}

/* Leaves postorder[], that of one function after the other's, and which may have loops. */
int fill_postorder(struct env *env)
{
	uint8_t *mark = xcalloc(env->ninsns, sizeof(*mark));
	uint32_t *stack = xcalloc(env->ninsns, sizeof(*stack));

	env->postorder = arena_array(&env->arena, uint32_t, env->ninsns);
	for (uint32_t i = 0; i < env->nsubs; i++) {
		struct subprog_info *sub = &env->subs[i];

		sub->postorder = env->npostorder;
		sub->may_loop = !add_postorder(env, sub->start, mark, stack);
	}
	env->subs[env->nsubs].postorder = env->npostorder;
	free(mark);
	free(stack);
	return 0;
}

/* ---- loops ---- */

/*
 * Strongly connected components after R. Tarjan, "Depth-first search and linear graph algorithms",
 * 1972, in the form of D. Pearce, "A Space-Efficient Algorithm for Finding Strongly Connected
 * Components", 2016, with a stack of its own in place of recursion.
 */
struct tarjan {
	struct env *env;
	uint32_t *order; /* in which they were found, from 1; 0: not yet */
	uint32_t *low;	 /* the earliest that is still open and can be reached from here */
	uint32_t *open;	 /* found, but their component is not complete */
	uint32_t *path;
	uint32_t nopen, npath, found, components;
};

static bool is_loop(const struct tarjan *t, uint32_t insn)
{
	const uint32_t *succ = t->env->succ[insn].to;

	return succ[0] == insn || succ[1] == insn || t->open[t->nopen - 1] != insn;
}

static void close_component(struct tarjan *t, uint32_t root)
{
	uint32_t id = is_loop(t, root) ? t->components++ : 0, insn;

	do {
		insn = t->open[--t->nopen];
		t->low[insn] = UINT32_MAX;
		t->env->aux[insn].scc = id;
	} while (insn != root);
}

/* Goes on from the end of the path: to a successor that is new, or back. */
static void tarjan_step(struct tarjan *t)
{
	uint32_t insn = t->path[t->npath - 1];
	const uint32_t *succ = t->env->succ[insn].to;

	if (!t->order[insn]) {
		t->order[insn] = t->low[insn] = ++t->found;
		t->open[t->nopen++] = insn;
	}
	for (int i = 0; i < 2 && succ[i] != NO_INSN; i++) {
		if (!t->order[succ[i]]) {
			t->path[t->npath++] = succ[i];
			return;
		}
		t->low[insn] = min(t->low[insn], t->low[succ[i]]);
	}
	if (t->low[insn] == t->order[insn])
		close_component(t, insn);
	t->npath--;
}

static void find_components(struct tarjan *t, const struct subprog_info *sub)
{
	for (uint32_t i = sub->start; i < sub[1].start; i += insn_slots(&t->env->insns[i])) {
		if (t->order[i])
			continue;
		t->path[t->npath++] = i;
		while (t->npath)
			tarjan_step(t);
	}
}

/* Needs successors, and which functions may have loops. Leaves aux.scc, and nscc above all. */
int fill_scc(struct env *env)
{
	uint32_t *memory = xcalloc((size_t)env->ninsns * 4, sizeof(*memory));
	struct tarjan t = {
		.env = env,
		.order = memory,
		.low = memory + env->ninsns,
		.open = memory + (size_t)env->ninsns * 2,
		.path = memory + (size_t)env->ninsns * 3,
		.components = 1,
	};

	for (uint32_t i = 0; i < env->nsubs; i++)
		if (env->subs[i].may_loop)
			find_components(&t, &env->subs[i]);
	env->nscc = t.components;
	free(memory);
	return 0;
}
