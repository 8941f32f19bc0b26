/*
 * Precision: whose value has mattered. Values are taken as not to matter until something depends on
 * one: a jump that it decides, an offset, a size. Then the instructions that led there are walked
 * back, with the set of registers and slots that made the value what it is, through the states that
 * were stored on the way, until nothing is left in the set; scalars that are in it where a state
 * was stored are marked precise there, and only those have to agree when states are compared.
 *
 * The state that is walked itself needs no marks: nothing is compared with it before it is stored,
 * and then it starts without any (see __mark_chain_precision()).
 *
 * A loop asks for the same counter in every round. So it is remembered which sets were followed
 * from which place of the current state; what comes by with no more than that is done.
 */
#include <stdio.h>

#include "core/verify/local.h"

enum { ARG_REGS = 0x3e }; /* r1 to r5 */
enum { DONE_PLACES = 16 };

/* Registers and slots of each frame up to one. */
struct wanted {
	uint32_t frame;
	uint32_t regs[MAX_CALL_FRAMES];
	uint64_t slots[MAX_CALL_FRAMES];
};

/* Before insn, with nhist entries of history before it, this was wanted, and is marked. */
struct done {
	uint64_t epoch;
	uint32_t insn, nhist;
	struct wanted wanted;
};

struct backtrack {
	struct wanted want;
	uint64_t epoch;		       /* entries of others are void */
	struct done done[DONE_PLACES]; /* by insn */
};

void backtrack_init(struct env *env)
{
	env->bt = arena_new(&env->arena, struct backtrack);
	env->bt->epoch = 1;
}

void backtrack_forget(struct env *env)
{
	env->bt->epoch++;
}

/* ---- sets ---- */

static bool is_empty(const struct wanted *want)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i <= want->frame; i++)
		any |= want->regs[i] | want->slots[i];
	return !any;
}

static bool has_reg(const struct wanted *want, uint32_t reg)
{
	return want->regs[want->frame] & 1u << reg;
}

static void add_reg(struct wanted *want, uint32_t reg)
{
	want->regs[want->frame] |= 1u << reg;
}

static void drop_reg(struct wanted *want, uint32_t reg)
{
	want->regs[want->frame] &= ~(1u << reg);
}

static bool has_linked(const struct wanted *want, const struct linked_reg *reg)
{
	if (reg->is_reg)
		return want->regs[reg->frame] & 1u << reg->regno;
	return want->slots[reg->frame] & 1ull << reg->slot;
}

/* Of registers that had got their bounds together, all are wanted or none (bt_sync_linked_regs()).
 */
static void sync_linked(struct wanted *want, const struct jump_hist *hist)
{
	struct linked_regs linked;
	bool any = false;

	if (!hist || !hist->linked_regs)
		return;
	linked_regs_unpack(hist->linked_regs, &linked);
	for (uint32_t i = 0; i < linked.n; i++)
		any |= has_linked(want, &linked.v[i]);
	for (uint32_t i = 0; any && i < linked.n; i++) {
		const struct linked_reg *reg = &linked.v[i];

		if (reg->is_reg)
			want->regs[reg->frame] |= 1u << reg->regno;
		else
			want->slots[reg->frame] |= 1ull << reg->slot;
	}
}

/* ---- text ---- */

enum { REGS_TEXT_SIZE = 64 };

/* "r0,r2" */
static void regs_text(char text[REGS_TEXT_SIZE], uint32_t regs)
{
	int len = 0;

	text[0] = '\0';
	for (; regs; regs &= regs - 1)
		len += sprintf(text + len, "%sr%d", len ? "," : "", __builtin_ctz(regs));
}

void slots_text(char text[SLOTS_TEXT_SIZE], uint64_t slots)
{
	int len = 0;

	text[0] = '\0';
	for (; slots; slots &= slots - 1)
		len += sprintf(text + len, "%s%d", len ? "," : "",
			       -(__builtin_ctzll(slots) + 1) * SLOT_SIZE);
}

static bool logs_all(const struct env *env)
{
	return unlikely(env->log.level & VERIFY_LOG_ALL);
}

static void log_wanted(struct env *env, uint32_t frame, const char *what)
{
	const struct wanted *want = &env->bt->want;
	char regs[REGS_TEXT_SIZE], slots[SLOTS_TEXT_SIZE];

	regs_text(regs, want->regs[frame]);
	slots_text(slots, want->slots[frame]);
	vlog(env, "mark_precise: frame%d: %sregs=%s stack=%s", frame, what, regs, slots);
}

/* ---- one instruction back ---- */

static int enter_frame(struct env *env, struct wanted *want)
{
	if (want->frame == MAX_CALL_FRAMES - 1)
		return reject_bug(env, "subprog enter from frame %d", want->frame);
	want->frame++;
	return 0;
}

static int leave_frame(struct env *env, struct wanted *want)
{
	if (!want->frame)
		return reject_bug(env, "subprog exit from frame 0");
	want->frame--;
	return 0;
}

/* A function's first instruction was passed: what it wants beyond its arguments does not exist. */
static int check_left_function(struct env *env, const struct wanted *want, const char *what)
{
	if (want->regs[want->frame] & ~ARG_REGS)
		return reject_bug(env, "%s unexpected regs %x", what, want->regs[want->frame]);
	if (want->slots[want->frame])
		return reject_bug(env, "%s leftover stack slots %llx", what,
				  (unsigned long long)want->slots[want->frame]);
	return 0;
}

static int check_no_args(struct env *env, const struct wanted *want, const char *what)
{
	if (want->regs[want->frame] & ARG_REGS)
		return reject_bug(env, "%s unexpected regs %x", what, want->regs[want->frame]);
	return 0;
}

static int backtrack_local_call(struct env *env, uint32_t insn, struct wanted *want)
{
	int subprog = find_subprog(env, (uint32_t)insn_target(&env->insns[insn], insn));
	int err;

	if (subprog < 0)
		return -EFAULT;
	if (env->subs[subprog].is_global) {
		err = check_no_args(env, want, "global subprog");
		drop_reg(want, 0);
		return err;
	}
	err = check_left_function(env, want, "static subprog");
	if (err)
		return err;
	if (want->frame)
		want->regs[want->frame - 1] |= want->regs[want->frame];
	want->regs[want->frame] = 0;
	return leave_frame(env, want);
}

static int backtrack_call(struct env *env, uint32_t insn, int next, struct wanted *want)
{
	const struct bpf_insn *call = &env->insns[insn];
	int err;

	if (env->ops[insn] == OP_CALL_LOCAL)
		return backtrack_local_call(env, insn, want);
	if (env->aux[insn].calls_callback && (int)insn != next - 1) {
		/* Out of the callback: whoever called it made up its arguments. */
		err = check_left_function(env, want, "callback");
		if (err)
			return err;
		want->regs[want->frame] = 0;
		return leave_frame(env, want);
	}
	if (env->ops[insn] == OP_CALL_KFUNC && !call->imm)
		return -ENOTSUPP;
	drop_reg(want, 0);
	err = check_no_args(env, want, "backtracking call");
	if (err)
		return err;
	if (env->ops[insn] == OP_CALL && call->imm == HELPER_tail_call && next - (int)insn != 1)
		return enter_frame(env, want);
	return 0;
}

/* Into the function that has returned here. Its registers are its own, but for what it returns. */
static int backtrack_exit(struct env *env, int next, struct wanted *want)
{
	bool want_r0;
	int err;

	if (next >= 0 && env->aux[next].calls_callback)
		want->regs[want->frame] &= ~ARG_REGS;
	err = check_no_args(env, want, "backtracking exit");
	if (err)
		return err;
	want_r0 = next > 0 && env->ops[next - 1] == OP_CALL_LOCAL && has_reg(want, 0);
	drop_reg(want, 0);
	err = enter_frame(env, want);
	if (err)
		return err;
	if (want_r0)
		add_reg(want, 0);
	return 0;
}

static void backtrack_load(const struct jump_hist *hist, struct wanted *want, uint32_t dst)
{
	if (!has_reg(want, dst))
		return;
	drop_reg(want, dst);
	/* Only on the stack do values keep what is known of them. */
	if (hist && (hist->flags & HIST_STACK_ACCESS))
		want->slots[hist->flags & HIST_FRAME_MASK] |=
			1ull << (hist->flags >> HIST_SLOT_SHIFT & HIST_SLOT_MASK);
}

static int backtrack_store(const struct bpf_insn *insn, const struct jump_hist *hist,
			   struct wanted *want)
{
	uint64_t *slots, slot;

	/* A scalar that is the difference of pointers */
	if (has_reg(want, insn->dst_reg))
		return -ENOTSUPP;
	if (!hist || !(hist->flags & HIST_STACK_ACCESS))
		return 0;
	slots = &want->slots[hist->flags & HIST_FRAME_MASK];
	slot = 1ull << (hist->flags >> HIST_SLOT_SHIFT & HIST_SLOT_MASK);
	if (!(*slots & slot))
		return 0;
	*slots &= ~slot;
	if ((insn->code & INSN_CLASS_MASK) == INSN_STX)
		add_reg(want, insn->src_reg);
	return 0;
}

/*
 * An atomic operation is taken for a store alone, as in Linux 6.18: what it fetched is followed
 * back not to the slot but to what was in the register before.
 */
static void note_fetch(struct env *env, const struct bpf_insn *insn, const struct insn_desc *desc,
		       const struct jump_hist *hist)
{
	uint32_t fetched = desc->flags & INSN_WR_R0 ? REG_RETURN : insn->src_reg;

	if (desc->flags & INSN_FETCH && hist && hist->flags & HIST_STACK_ACCESS &&
	    has_reg(&env->bt->want, fetched))
		warn_hole_at(env, WARNING_ATOMIC_FETCH, (uint32_t)(insn - env->insns));
}

static void backtrack_compare(const struct bpf_insn *insn, const struct jump_hist *hist,
			      struct wanted *want)
{
	if (!has_reg(want, insn->dst_reg) && !has_reg(want, insn->src_reg))
		return;
	if (!hist || !(hist->flags & HIST_SRC_STACK))
		add_reg(want, insn->src_reg);
	if (!hist || !(hist->flags & HIST_DST_STACK))
		add_reg(want, insn->dst_reg);
	sync_linked(want, hist);
}

/*
 * From what is wanted after an instruction to what is wanted before it. next was walked before it;
 * -1: none. -ENOTSUPP: too complicated.
 */
static int backtrack_insn(struct env *env, uint32_t at, int next, const struct jump_hist *hist)
{
	const struct bpf_insn *insn = &env->insns[at];
	const struct insn_desc *desc = &insn_descs[env->ops[at]];
	struct wanted *want = &env->bt->want;

	if (env->ops[at] == OP_BAD)
		return 0;
	if (logs_all(env)) {
		log_wanted(env, want->frame, "");
		vlog(env, " before ");
		print_insn(env, at);
	}
	sync_linked(want, hist);
	switch ((enum insn_shape)desc->shape) {
	case SHAPE_NONE:
		return desc->flags & INSN_EXITS ? backtrack_exit(env, next, want) : 0;
	case SHAPE_ALU_X:
	case SHAPE_ALU_K:
	case SHAPE_UNARY:
	case SHAPE_END:
	case SHAPE_MOVSX:
	case SHAPE_CAST:
	case SHAPE_MOV_PERCPU:
		if (!has_reg(want, insn->dst_reg))
			return 0;
		if (!(desc->flags & INSN_RD_DST))
			drop_reg(want, insn->dst_reg);
		if ((desc->flags & INSN_RD_SRC) && insn->src_reg != REG_FP)
			add_reg(want, insn->src_reg);
		return 0;
	case SHAPE_LDX:
	case SHAPE_LOAD_ACQ:
		backtrack_load(hist, want, insn->dst_reg);
		return 0;
	case SHAPE_ATOMIC:
		note_fetch(env, insn, desc, hist);
		return backtrack_store(insn, hist, want);
	case SHAPE_STX:
	case SHAPE_ST:
	case SHAPE_STORE_REL:
		return backtrack_store(insn, hist, want);
	case SHAPE_CALL:
	case SHAPE_CALL_KFUNC:
		return backtrack_call(env, at, next, want);
	case SHAPE_JMP_X:
		backtrack_compare(insn, hist, want);
		return 0;
	case SHAPE_LD64:
		drop_reg(want, insn->dst_reg);
		return 0;
	case SHAPE_LD_ABS:
	case SHAPE_LD_IND:
		return has_reg(want, insn->dst_reg) ? -ENOTSUPP : 0;
	default:
		return 0;
	}
}

/* The instruction before at on the way to here (get_prev_insn_idx()); false: it is none of st's. */
static bool step_back(const struct state *st, uint32_t *nhist, int *at)
{
	const struct jump_hist *last = *nhist ? &st->hist[*nhist - 1] : NULL;
	bool recorded = last && last->idx == (uint32_t)*at;

	if ((uint32_t)*at == st->first_insn && (!last || (*nhist == 1 && recorded)))
		return false;
	if (recorded) {
		*at = (int)last->prev_idx;
		(*nhist)--;
	} else {
		(*at)--;
	}
	return true;
}

/* ---- what was followed before ---- */

static struct done *done_at(struct env *env, const struct state *st, uint32_t nhist, int insn,
			    uint32_t *place)
{
	/* The entry of the instruction itself may be there or not. */
	*place = nhist && st->hist[nhist - 1].idx == (uint32_t)insn ? nhist - 1 : nhist;
	return &env->bt->done[(uint32_t)insn % DONE_PLACES];
}

static bool was_done(struct env *env, const struct state *st, uint32_t nhist, int insn)
{
	const struct wanted *want = &env->bt->want;
	uint32_t place;
	const struct done *done = done_at(env, st, nhist, insn, &place);

	if (done->epoch != env->bt->epoch || done->insn != (uint32_t)insn || done->nhist != place ||
	    done->wanted.frame != want->frame)
		return false;
	for (uint32_t i = 0; i <= want->frame; i++) {
		if ((want->regs[i] & ~done->wanted.regs[i]) ||
		    (want->slots[i] & ~done->wanted.slots[i]))
			return false;
	}
	return true;
}

static void remember_done(struct env *env, const struct state *st, const struct wanted *want)
{
	uint32_t place;
	struct done *done = done_at(env, st, st->nhist, (int)st->insn, &place);

	if (done->epoch != env->bt->epoch || done->insn != st->insn || done->nhist != place ||
	    done->wanted.frame != want->frame) {
		*done = (struct done){.epoch = env->bt->epoch, .insn = st->insn, .nhist = place};
		done->wanted.frame = want->frame;
	}
	for (uint32_t i = 0; i <= want->frame; i++) {
		done->wanted.regs[i] |= want->regs[i];
		done->wanted.slots[i] |= want->slots[i];
	}
}

/* ---- states back ---- */

static bool mark_reg(struct env *env, struct kept *k, uint32_t regno)
{
	uint32_t bit = 1u << regno;

	if (k->precise_regs & bit || kept_reg(env, k, regno)->type != T_SCALAR)
		return false;
	k->precise_regs |= bit;
	return true;
}

static bool mark_slot(struct kept *k, uint32_t slot)
{
	uint64_t bit = 1ull << slot;

	if (k->precise_slots & bit || !kept_slot_is_scalar(kept_slot(k, slot)))
		return false;
	k->precise_slots |= bit;
	return true;
}

static void force_precise(struct env *env, struct kept *k, uint32_t frame)
{
	for (uint32_t i = 0; i < REG_FP; i++)
		if (mark_reg(env, k, i) && logs_all(env))
			vlog(env, "force_precise: frame%d: forcing r%d to be precise\n", frame, i);
	for (uint32_t i = 0; i < k->frame->func.nslots; i++)
		if (mark_slot(k, i) && logs_all(env))
			vlog(env, "force_precise: frame%d: forcing fp%d to be precise\n", frame,
			     -((int)i + 1) * SLOT_SIZE);
}

/* The hammer: all scalars of all states that led to st. */
void mark_all_scalars_precise(struct env *env, const struct state *st)
{
	bool log = logs_all(env);

	if (log)
		vlog(env, "mark_precise: frame%d: falling back to forcing all scalars precise\n",
		     st->curframe);
	for (st = st->parent; st; st = st->parent) {
		if (st->gone)
			warn_hole_at(env, WARNING_STATE_GONE, st->insn);
		for (uint32_t f = 0; f <= st->curframe; f++)
			force_precise(env, &st->kept[f], f);
	}
}

void mark_all_scalars_imprecise(struct state *st)
{
	for (uint32_t f = 0; f <= st->curframe; f++) {
		struct func_state *fs = st->frame[f];

		for (uint32_t i = 0; i < REG_FP; i++) {
			if (fs->regs[i].type == T_SCALAR)
				fs->regs[i].precise = false;
		}
		for (uint32_t i = 0; i < fs->nslots; i++) {
			if (slot_is_spilled(&fs->stack[i]) && fs->stack[i].spilled.type == T_SCALAR)
				fs->stack[i].spilled.precise = false;
		}
	}
}

static int reject_slot(struct env *env, uint32_t slot, uint32_t nslots)
{
	return reject_bug(
		env, "stack slot %d, total slots %d (i >= func->allocated_stack / BPF_REG_SIZE)",
		slot, nslots);
}

/* Marks what is wanted where a state was stored. What is no scalar, or marked, is not wanted. */
static int mark_stored(struct env *env, struct state *st, bool *changed)
{
	struct wanted *want = &env->bt->want;

	for (int f = (int)want->frame; f >= 0; f--) {
		struct kept *k = &st->kept[f];
		uint32_t nslots = k->frame->func.nslots;

		for (uint32_t regs = want->regs[f]; regs; regs &= regs - 1) {
			uint32_t i = (uint32_t)__builtin_ctz(regs);

			if (!mark_reg(env, k, i))
				want->regs[f] &= ~(1u << i);
		}
		for (uint64_t slots = want->slots[f]; slots; slots &= slots - 1) {
			uint32_t i = (uint32_t)__builtin_ctzll(slots);

			if (i >= nslots)
				return reject_slot(env, i, nslots);
			if (!mark_slot(k, i))
				want->slots[f] &= ~(1ull << i);
		}
		if (want->regs[f] || want->slots[f]) {
			*changed = true;
			if (st->repeats)
				warn_hole_at(env, WARNING_CALLBACK_LOOP, st->insn);
		}
		if (logs_all(env)) {
			log_wanted(env, (uint32_t)f, "parent state ");
			vlog(env, ": ");
			print_state(env, shown_state(env, st), (uint32_t)f, true);
		}
	}
	return 0;
}

/* The walk came to where a function begins that is walked alone: its arguments may be wanted. */
static int mark_entry(struct env *env, struct state *st, bool *changed)
{
	struct wanted *want = &env->bt->want;
	const struct func_state *fs = func_at(st, 0);

	if (st->curframe || !fs->subprog || fs->callsite != MAIN_CALLSITE ||
	    want->slots[want->frame] || (want->regs[want->frame] & ~ARG_REGS))
		return reject_bug(env,
				  "backtracking func entry subprog %d reg_mask %x stack_mask %llx",
				  fs->subprog, want->regs[want->frame],
				  (unsigned long long)want->slots[want->frame]);
	for (uint32_t i = 1; i <= ARGS_MAX; i++) {
		if (!has_reg(want, i))
			continue;
		drop_reg(want, i);
		if (kept_reg(env, &st->kept[0], i)->type != T_SCALAR)
			continue;
		st->kept[0].precise_regs |= 1u << i;
		*changed = true;
	}
	return 0;
}

enum { GO_ON, ALL_FOUND }; /* or -errno */

/*
 * Walks back through the instructions of one state, from *at; the one where the walk begins has not
 * done anything yet. Leaves in *next the one that was looked at last.
 */
static int backtrack_state(struct env *env, struct state *st, int at, int *next, bool begins)
{
	bool memo = st == env->cur && !logs_all(env);
	uint32_t nhist = st->nhist;
	int err;

	for (;;) {
		if (!begins) {
			err = backtrack_insn(env, (uint32_t)at, *next,
					     jump_hist_entry(st, nhist, (uint32_t)at));
			if (err)
				return err;
		}
		if (is_empty(&env->bt->want))
			return ALL_FOUND;
		if (memo && !begins && was_done(env, st, nhist, at))
			return ALL_FOUND;
		begins = false;
		*next = at;
		if (!step_back(st, &nhist, &at))
			return GO_ON;
		if ((uint32_t)at >= env->ninsns)
			return reject_bug(env, "backtracking idx %d", at);
	}
}

static int backtrack_states(struct env *env, struct state *st, bool *changed)
{
	int at = (int)st->insn, first = (int)st->first_insn, next = -1, err;
	bool begins = true;

	for (;;) {
		if (logs_all(env))
			vlog(env,
			     "mark_precise: frame%d: last_idx %d first_idx %d subseq_idx %d \n",
			     env->bt->want.frame, at, first, next);
		if (at < 0)
			return mark_entry(env, st, changed);
		err = backtrack_state(env, st, at, &next, begins);
		if (err)
			return err == ALL_FOUND ? 0 : err;
		begins = false;
		st = st->parent;
		if (!st)
			return -ENOTSUPP; /* where it comes from was missed */
		if (st->gone)
			warn_hole_at(env, WARNING_STATE_GONE, st->insn);
		err = mark_stored(env, st, changed);
		if (err)
			return err;
		if (is_empty(&env->bt->want))
			return 0;
		next = first;
		at = (int)st->last_insn;
		first = (int)st->first_insn;
	}
}

/* __mark_chain_precision(): follows what env->bt->want has, from st back. */
static int mark_chain(struct env *env, struct state *st, bool *changed)
{
	struct wanted *want = &env->bt->want, from;
	bool ignored = false;
	int err;

	want->frame = st->curframe;
	if (is_empty(want))
		return 0;
	from = *want;
	err = backtrack_states(env, st, changed ? changed : &ignored);
	if (err == -ENOTSUPP) {
		mark_all_scalars_precise(env, st);
		err = 0;
	}
	memset(want, 0, sizeof(*want));
	if (!err && st == env->cur)
		remember_done(env, st, &from);
	return err;
}

/* ---- what is asked for ---- */

/* Everything is precise for those who may not compare less. */
static bool tracks_precision(const struct env *env)
{
	return env->bpf_capable;
}

int mark_chain_precision(struct env *env, int regno)
{
	if (!tracks_precision(env))
		return 0;
	if (cur_regs(env)[regno].type != T_SCALAR)
		return reject_bug(env, "backtracking misuse");
	env->bt->want.regs[env->cur->curframe] |= 1u << regno;
	return mark_chain(env, env->cur, NULL);
}

int mark_frame_slots_precise(struct env *env, uint32_t frame, uint64_t slots)
{
	if (!tracks_precision(env))
		return 0;
	env->bt->want.slots[frame] |= slots;
	return mark_chain(env, env->cur, NULL);
}

/* Of what there is the line ends, whether or not it is told. */
static void log_propagated(struct env *env, uint32_t frame, uint32_t regs, uint64_t slots)
{
	bool first = true, all = logs_all(env);

	if (!regs && !slots)
		return;
	if (all)
		vlog(env, "frame %d: propagating ", frame);
	for (; all && regs; regs &= regs - 1, first = false)
		vlog(env, "%sr%d", first ? "" : ",", __builtin_ctz(regs));
	for (; all && slots; slots &= slots - 1, first = false)
		vlog(env, "%sfp%d", first ? "" : ",", -(__builtin_ctzll(slots) + 1) * SLOT_SIZE);
	vlog(env, "\n");
}

/* What is precise in old mattered after it. It matters after cur, which old covers, as well. */
int propagate_precision(struct env *env, const struct state *old, struct state *cur, bool *changed)
{
	if (!tracks_precision(env))
		return 0;
	for (int f = (int)old->curframe; f >= 0; f--) {
		uint32_t regs = old->kept[f].precise_regs;
		uint64_t slots = old->kept[f].precise_slots;

		log_propagated(env, (uint32_t)f, regs, slots);
		env->bt->want.regs[f] |= regs;
		env->bt->want.slots[f] |= slots;
	}
	return mark_chain(env, cur, changed);
}
