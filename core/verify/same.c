/*
 * Is what is known now covered by what was known at another visit (states_equal())? Every path from
 * the older state was found good, so if everything that may be now could be then, the paths from
 * here are good as well.
 *
 * Three ways to ask. NOT_EXACT: only values that mattered (precise ones) are compared.
 * RANGE_WITHIN: in loops that are not complete it is not known yet what will matter, so all values
 * are. EXACT: is it the same state again, and the loop endless?
 *
 * Numbers of values, pointers and objects (id, ref_obj_id) are given anew on every path. Two states
 * agree in them when there is a one-to-one map between them.
 */
#include "core/verify/local.h"

/* ---- ids ---- */

static void reset_idmap(struct env *env)
{
	env->nidmap = 0;
	env->idmap_tmp_id = env->id_gen;
}

/* check_ids() */
static bool are_ids_mapped(struct env *env, uint32_t old_id, uint32_t cur_id)
{
	uint32_t i;

	if (!old_id || !cur_id)
		return old_id == cur_id;
	for (i = 0; i < env->nidmap; i++) {
		if (env->idmap[i].old == old_id)
			return env->idmap[i].cur == cur_id;
		if (env->idmap[i].cur == cur_id)
			return false;
	}
	if (i == ID_MAP_SIZE)
		return false;
	env->idmap[i].old = old_id;
	env->idmap[i].cur = cur_id;
	env->nidmap++;
	return true;
}

/*
 * An old value that stood alone may be linked now, which only tells more of it. Values that were
 * linked must be, so one that stands alone now counts as linked to nothing else.
 */
static bool are_scalar_ids_mapped(struct env *env, uint32_t old_id, uint32_t cur_id)
{
	if (!old_id)
		return true;
	if (!cur_id)
		cur_id = ++env->idmap_tmp_id;
	if (!are_ids_mapped(env, old_id, cur_id))
		return false;
	if (!(old_id & ID_ADD_CONST))
		return true;
	return are_ids_mapped(env, old_id & ~ID_ADD_CONST, cur_id & ~ID_ADD_CONST);
}

/* ---- registers ---- */

static bool are_equal_up_to(const struct reg_state *old, const struct reg_state *cur, size_t end)
{
	return memcmp(old, cur, end) == 0;
}

static bool regs_exact(struct env *env, const struct reg_state *old, const struct reg_state *cur)
{
	return are_equal_up_to(old, cur, offsetof(struct reg_state, id)) &&
	       are_ids_mapped(env, old->id, cur->id) &&
	       are_ids_mapped(env, old->ref_obj_id, cur->ref_obj_id);
}

static bool is_value_within(const struct reg_state *old, const struct reg_state *cur)
{
	return range_within(old, cur) && tnum_in(old->var_off, cur->var_off);
}

static bool is_scalar_safe(struct env *env, const struct reg_state *old,
			   const struct reg_state *cur)
{
	if (env->explore_alu_limits)
		return are_equal_up_to(old, cur, offsetof(struct reg_state, id)) &&
		       are_scalar_ids_mapped(env, old->id, cur->id);
	/* What is linked with an offset is so in both, by the same offset. */
	if (old->id & ID_ADD_CONST) {
		if (!(cur->id & ID_ADD_CONST) || old->off != cur->off)
			return false;
	} else if (old->id && (cur->id & ID_ADD_CONST)) {
		return false;
	}
	return are_scalar_ids_mapped(env, old->id, cur->id) && is_value_within(old, cur);
}

static bool is_range_safe(struct env *env, const struct reg_state *old, const struct reg_state *cur)
{
	return are_equal_up_to(old, cur, offsetof(struct reg_state, var_off)) &&
	       is_value_within(old, cur) && are_ids_mapped(env, old->id, cur->id) &&
	       are_ids_mapped(env, old->ref_obj_id, cur->ref_obj_id);
}

static bool is_packet_safe(struct env *env, const struct reg_state *old,
			   const struct reg_state *cur)
{
	/* Marks of pointers that are known to be beyond the end are no ranges. */
	if (old->range < 0 || cur->range < 0) {
		if (old->range != cur->range)
			return false;
	} else if (old->range > cur->range) {
		return false;
	}
	/* Another offset may mean another alignment. */
	return old->off == cur->off && are_ids_mapped(env, old->id, cur->id) &&
	       is_value_within(old, cur);
}

static bool is_stack_pointer_safe(struct env *env, const struct reg_state *old,
				  const struct reg_state *cur)
{
	return regs_exact(env, old, cur) && old->frameno == cur->frameno;
}

static bool is_always_safe(struct env *env __unused, const struct reg_state *old __unused,
			   const struct reg_state *cur __unused)
{
	return true;
}

/* By the base type; the others are compared by regs_exact(). */
static bool (*const reg_comparisons[T_COUNT])(struct env *, const struct reg_state *,
					      const struct reg_state *) = {
	[T_SCALAR] = is_scalar_safe,	   [T_MAP_KEY] = is_range_safe,
	[T_MAP_VALUE] = is_range_safe,	   [T_MEM] = is_range_safe,
	[T_BUF] = is_range_safe,	   [T_TP_BUFFER] = is_range_safe,
	[T_PACKET_META] = is_packet_safe,  [T_PACKET] = is_packet_safe,
	[T_STACK] = is_stack_pointer_safe, [T_ARENA] = is_always_safe,
};

/*
 * regsafe(): everything that cur may be, old could be. A value that is not precise has not
 * mattered.
 */
static bool is_reg_safe(struct env *env, const struct reg_state *old, bool precise,
			const struct reg_state *cur, enum exact_level exact)
{
	bool (*compare)(struct env *, const struct reg_state *, const struct reg_state *);

	if (exact == EXACT)
		return regs_exact(env, old, cur);
	if (old->type == T_NOT_INIT && (exact == NOT_EXACT || cur->type == T_NOT_INIT))
		return true;
	/* Flags too: what was learnt of a pointer's id when it was checked for NULL is lost. */
	if (old->type != cur->type)
		return false;
	if (old->type == T_SCALAR && !precise && !old->precise && exact == NOT_EXACT &&
	    !env->explore_alu_limits)
		return true;
	compare = reg_comparisons[type_base(old->type)];
	return compare ? compare(env, old, cur) : regs_exact(env, old, cur);
}

/* ---- stack ---- */

#define EACH_BYTE(type) ((type)*0x0101010101010101)

/* is_stack_all_misc() */
static bool are_all_misc(const struct env *env, uint64_t types)
{
	_Static_assert(SLOT_INVALID == 0, "bits of MISC alone");
	if (env->allow_uninit_stack)
		return !(types & ~EACH_BYTE(SLOT_MISC));
	return types == EACH_BYTE(SLOT_MISC);
}

/* What a load of the whole slot would give, if it is a scalar. */
static const struct reg_state *scalar_of_slot(const struct env *env, struct kept_slot slot)
{
	static const struct reg_state unknown = {
		.type = T_SCALAR,
		.var_off = {0, UINT64_MAX},
		.r = {INT64_MIN, INT64_MAX, 0, UINT64_MAX, INT32_MIN, INT32_MAX, 0, UINT32_MAX},
	};

	if (slot.types == EACH_BYTE(SLOT_SPILL) && slot.reg->type == T_SCALAR)
		return slot.reg;
	return are_all_misc(env, slot.types) ? &unknown : NULL;
}

static bool are_bytes_safe(const struct env *env, uint64_t old, uint64_t cur)
{
	for (; old; old >>= 8, cur >>= 8) {
		uint8_t was = (uint8_t)old, is = (uint8_t)cur;

		if (was == is || was == SLOT_INVALID)
			continue;
		if (was != SLOT_MISC)
			return false;
		/* Zeroes are good where anything was. */
		if (!env->allow_uninit_stack && is != SLOT_ZERO)
			return false;
	}
	return true;
}

/* What stands in both slots, whose bytes are of equal types. */
static bool is_slot_content_safe(struct env *env, struct kept_slot old_slot, bool precise,
				 struct kept_slot cur_slot, enum exact_level exact)
{
	const struct reg_state *old = old_slot.reg, *cur = cur_slot.reg;

	switch (kept_slot_type(old_slot)) {
	case SLOT_SPILL:
		return is_reg_safe(env, old, precise, cur, exact);
	case SLOT_DYNPTR:
		return old->dynptr.type == cur->dynptr.type &&
		       old->dynptr.first_slot == cur->dynptr.first_slot &&
		       are_ids_mapped(env, old->ref_obj_id, cur->ref_obj_id);
	case SLOT_ITER:
		/* Not the depth: it only tells one round of a loop from another. */
		return old->iter.btf == cur->iter.btf && old->iter.btf_id == cur->iter.btf_id &&
		       old->iter.state == cur->iter.state &&
		       are_ids_mapped(env, old->ref_obj_id, cur->ref_obj_id);
	case SLOT_IRQ_FLAG:
		return are_ids_mapped(env, old->ref_obj_id, cur->ref_obj_id) &&
		       old->irq.kfunc_class == cur->irq.kfunc_class;
	default:
		return true;
	}
}

static bool is_slot_safe(struct env *env, struct kept_slot old, bool precise, struct kept_slot cur,
			 enum exact_level exact)
{
	const struct reg_state *old_reg = scalar_of_slot(env, old);
	const struct reg_state *cur_reg = old_reg ? scalar_of_slot(env, cur) : NULL;

	/* A whole scalar and a slot of anything read alike. */
	if (cur_reg)
		return is_reg_safe(env, old_reg, precise, cur_reg, exact);
	return are_bytes_safe(env, old.types, cur.types) &&
	       is_slot_content_safe(env, old, precise, cur, exact);
}

/* stacksafe() */
static bool is_stack_safe(struct env *env, const struct kept *old, const struct func_state *cur,
			  enum exact_level exact)
{
	for (uint32_t i = 0; i < old->frame->func.nslots; i++) {
		struct kept_slot was = kept_slot(old, i), is = {0};

		if (i < cur->nslots)
			is = open_slot(cur, i);
		if (exact != NOT_EXACT && (i >= cur->nslots || was.types != is.types))
			return false;
		if (!was.types || (env->allow_uninit_stack && are_all_misc(env, was.types)))
			continue;
		if (i >= cur->nslots ||
		    !is_slot_safe(env, was, old->precise_slots >> i & 1, is, exact))
			return false;
	}
	return true;
}

/* ---- states ---- */

/* refsafe() */
static bool are_refs_safe(struct env *env, const struct state *old, const struct state *cur)
{
	if (old->nrefs != cur->nrefs || old->active_locks != cur->active_locks ||
	    old->active_preempt_locks != cur->active_preempt_locks ||
	    old->active_rcu_locks != cur->active_rcu_locks ||
	    old->active_lock_ptr != cur->active_lock_ptr)
		return false;
	if (!are_ids_mapped(env, old->active_irq_id, cur->active_irq_id) ||
	    !are_ids_mapped(env, old->active_lock_id, cur->active_lock_id))
		return false;
	for (uint32_t i = 0; i < old->nrefs; i++) {
		const struct ref_state *a = kept_ref(old, i), *b = &cur->refs[i];

		if (!are_ids_mapped(env, a->id, b->id) || a->kind != b->kind)
			return false;
		if ((a->kind & REF_LOCK_MASK) && a->ptr != b->ptr)
			return false;
	}
	return true;
}

static bool are_regs_safe(struct env *env, const struct kept *old, const struct func_state *cur,
			  uint32_t regs, enum exact_level exact)
{
	for (; regs; regs &= regs - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(regs);

		if (!is_reg_safe(env, kept_reg(env, old, i), old->precise_regs >> i & 1,
				 &cur->regs[i], exact))
			return false;
	}
	return true;
}

static bool are_funcs_equal(struct env *env, const struct kept *old, const struct func_state *cur,
			    uint32_t live, enum exact_level exact)
{
	if (old->frame->func.callback_depth > cur->callback_depth)
		return false;
	/* First those that mattered: most states that differ do so in them. */
	return are_regs_safe(env, old, cur, live & old->precise_regs, exact) &&
	       are_regs_safe(env, old, cur, live & ~old->precise_regs, exact) &&
	       is_stack_safe(env, old, cur, exact);
}

bool regs_equal_callback(const struct state *a, const struct state *b)
{
	if (a->curframe != b->curframe)
		return false;
	for (uint32_t i = a->curframe + 1; i-- > 0;) {
		if (func_at(a, i)->callsite != func_at(b, i)->callsite)
			return false;
	}
	return true;
}

bool states_equal(struct env *env, struct state *old, struct state *cur, enum exact_level exact)
{
	/* A path that the processor only guesses proves nothing of one that is taken. */
	if ((old->speculative && !cur->speculative) || old->in_sleepable != cur->in_sleepable ||
	    !regs_equal_callback(old, cur))
		return false;
	reset_idmap(env);
	if (!are_refs_safe(env, old, cur))
		return false;
	for (uint32_t i = 0; i <= old->curframe; i++) {
		uint32_t live = env->aux[frame_insn(old, i)].live_regs;

		if (!are_funcs_equal(env, &old->kept[i], cur->frame[i], live, exact))
			return false;
	}
	return true;
}

bool states_maybe_looping(const struct env *env, const struct state *old, const struct state *cur)
{
	const struct kept *a = &old->kept[cur->curframe];
	const struct func_state *b = cur->frame[cur->curframe];

	if (old->curframe != cur->curframe)
		return false;
	for (uint32_t i = 0; i < REG_COUNT; i++) {
		if (!are_equal_up_to(kept_reg(env, a, i), &b->regs[i],
				     offsetof(struct reg_state, frameno)))
			return false;
	}
	return true;
}

/* Is any iterator that still gives elements in another round? */
bool iter_active_depths_differ(const struct state *old, const struct state *cur)
{
	for (int f = (int)old->curframe; f >= 0; f--) {
		const struct kept *k = &old->kept[f];

		for (uint32_t i = 0; i < k->frame->func.nslots; i++) {
			struct kept_slot slot = kept_slot(k, i);

			if (kept_slot_type(slot) == SLOT_ITER &&
			    slot.reg->iter.state == ITER_ACTIVE &&
			    slot.reg->iter.depth != cur->frame[f]->stack[i].spilled.iter.depth)
				return true;
		}
	}
	return false;
}

/* ---- widening ---- */

static void maybe_widen(struct env *env, const struct reg_state *old, bool precise,
			struct reg_state *cur)
{
	if (old->type != T_SCALAR || cur->type != T_SCALAR || precise || old->precise ||
	    cur->precise || regs_exact(env, old, cur))
		return;
	mark_reg_unknown(env, cur);
}

/*
 * Values that change from round to round, and that nothing has asked for, become unknown, so that
 * the next round finds the state that it began with.
 */
void widen_imprecise_scalars(struct env *env, struct state *old, struct state *cur)
{
	reset_idmap(env);
	for (int f = (int)old->curframe; f >= 0; f--) {
		const struct kept *a = &old->kept[f];
		struct func_state *b = cur->frame[f];
		uint32_t nslots = min(a->frame->func.nslots, b->nslots);

		for (uint32_t i = 0; i < REG_COUNT; i++)
			maybe_widen(env, kept_reg(env, a, i), a->precise_regs >> i & 1,
				    &b->regs[i]);
		for (uint32_t i = 0; i < nslots; i++) {
			struct kept_slot was = kept_slot(a, i);

			if (kept_slot_type(was) == SLOT_SPILL && slot_is_spilled(&b->stack[i]))
				maybe_widen(env, was.reg, a->precise_slots >> i & 1,
					    &b->stack[i].spilled);
		}
	}
}
