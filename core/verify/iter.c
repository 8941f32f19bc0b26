/*
 * Open-coded iterators: objects in stack slots that a _new kfunc makes, a _next kfunc steps and a
 * _destroy kfunc ends. A step forks: one path on which there is no more, from now on, and one with
 * an element, whose iterator is as far as before but one deeper. Linux's contract is that every
 * iterator ends at last, so that the second path may be cut off where it comes back to what it has
 * been at already (prune.c); for that, what the loop does not decide upon is widened.
 */
#include "core/verify/local.h"

static const char iter_prefix[] = "bpf_iter_";

/* The slot that an object of nslots on the stack begins in; -ERANGE: the stack is not there yet. */
int stack_slot_obj_get_spi(struct env *env, const struct reg_state *reg, const char *kind,
			   uint32_t nslots)
{
	int off, slot;

	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_STACK_OBJECT, "%s has to be at a constant offset\n",
			      kind);
	off = reg->off + (int)reg->var_off.value;
	slot = slot_of(off);
	if (off % SLOT_SIZE || slot + 1 < (int)nslots)
		return reject(env, REASON_STACK_OBJECT, "cannot pass in %s at an offset=%d\n", kind,
			      off);
	return slot < (int)func_of(env, reg)->nslots ? slot : -ERANGE;
}

static int iter_slot(struct env *env, const struct reg_state *reg, uint32_t nslots)
{
	return stack_slot_obj_get_spi(env, reg, "iter", nslots);
}

/* The slots of an object that begins in slot and goes on above it. */
static uint64_t slot_mask(int slot, uint32_t nslots)
{
	return ((1ull << nslots) - 1) << (slot + 1 - (int)nslots);
}

/* mark_stack_slots_iter(): only the first slot holds the reference. */
static int mark_slots(struct env *env, const struct kfunc_meta *meta, const struct reg_state *reg,
		      uint32_t insn, uint32_t btf_id, uint32_t nslots)
{
	struct func_state *fs = func_of(env, reg);
	int slot = iter_slot(env, reg, nslots);
	uint32_t id, flags = 0;

	if (slot < 0)
		return slot;
	id = acquire_ref(env, insn);
	if (meta->flags & KF_RCU_PROTECTED)
		flags = in_rcu_cs(env) ? MEM_RCU : PTR_UNTRUSTED;
	for (uint32_t i = 0; i < nslots; i++) {
		struct stack_slot *s = &fs->stack[slot - (int)i];
		struct reg_state *it = &s->spilled;

		mark_reg_known_zero(it);
		it->type = T_STACK | flags;
		it->ref_obj_id = i == 0 ? id : 0;
		it->iter.btf = meta->desc->btf;
		it->iter.btf_id = btf_id;
		it->iter.state = ITER_ACTIVE;
		it->iter.depth = 0;
		memset(s->type, SLOT_ITER, sizeof(s->type));
		mark_slot_scratched(env, (uint32_t)slot - i);
	}
	return stacklive_mark_write(env, fs->frameno, slot_mask(slot, nslots));
}

/* unmark_stack_slots_iter() */
static int unmark_slots(struct env *env, const struct reg_state *reg, uint32_t nslots)
{
	struct func_state *fs = func_of(env, reg);
	int slot = iter_slot(env, reg, nslots), err;

	if (slot < 0)
		return slot;
	err = release_reference(env, fs->stack[slot].spilled.ref_obj_id);
	if (err)
		return err;
	for (uint32_t i = 0; i < nslots; i++) {
		struct stack_slot *s = &fs->stack[slot - (int)i];

		mark_reg_not_init(env, &s->spilled);
		memset(s->type, SLOT_INVALID, sizeof(s->type));
		mark_slot_scratched(env, (uint32_t)slot - i);
	}
	return stacklive_mark_write(env, fs->frameno, slot_mask(slot, nslots));
}

/* is_iter_reg_valid_uninit() */
static bool is_room(struct env *env, const struct reg_state *reg, uint32_t nslots)
{
	const struct func_state *fs = func_of(env, reg);
	int slot = iter_slot(env, reg, nslots);

	if (slot < 0)
		return slot == -ERANGE; /* the stack will grow */
	for (uint32_t i = 0; i < nslots; i++)
		if (memchr(fs->stack[slot - (int)i].type, SLOT_ITER, SLOT_SIZE))
			return false;
	return true;
}

/* is_iter_reg_valid_init(): 0, -EINVAL, or -EPROTO when what protected it was left. */
static int find_iter(struct env *env, const struct reg_state *reg, const struct btf *btf,
		     uint32_t btf_id, uint32_t nslots)
{
	static const uint8_t whole[SLOT_SIZE] = {SLOT_ITER, SLOT_ITER, SLOT_ITER, SLOT_ITER,
						 SLOT_ITER, SLOT_ITER, SLOT_ITER, SLOT_ITER};
	const struct func_state *fs = func_of(env, reg);
	int slot = iter_slot(env, reg, nslots);

	if (slot < 0)
		return -EINVAL;
	for (uint32_t i = 0; i < nslots; i++) {
		const struct stack_slot *s = &fs->stack[slot - (int)i];
		const struct reg_state *it = &s->spilled;

		if (!slot_has_reg(s))
			return -EINVAL;
		if (it->type & PTR_UNTRUSTED)
			return -EPROTO;
		if ((i == 0) != (it->ref_obj_id != 0))
			return -EINVAL;
		if (it->iter.btf != btf || it->iter.btf_id != btf_id)
			return -EINVAL;
		if (memcmp(s->type, whole, SLOT_SIZE))
			return -EINVAL;
	}
	return 0;
}

static int make_iter(struct env *env, const struct kfunc_meta *meta, uint32_t regno, uint32_t insn,
		     uint32_t btf_id, uint32_t nslots)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (!is_room(env, reg, nslots))
		return reject(env, REASON_ITER_UNINIT,
			      "expected uninitialized iter_%s as arg #%d\n",
			      iter_type_str(meta->desc->btf, btf_id), regno - 1);
	for (uint32_t i = 0; i < nslots; i++) {
		int err = check_mem_access(env, insn, regno, (int)i * SLOT_SIZE, SLOT_SIZE, true,
					   -1, false, false);

		if (err)
			return err;
	}
	return mark_slots(env, meta, reg, insn, btf_id, nslots);
}

static int use_iter(struct env *env, struct kfunc_meta *meta, uint32_t regno, uint32_t insn,
		    uint32_t btf_id, uint32_t nslots)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	int err = find_iter(env, reg, meta->desc->btf, btf_id, nslots), slot;

	if (err == -EPROTO)
		return reject(env, REASON_ITER_RCU, "expected an RCU CS when using %s\n",
			      meta->desc->name);
	if (err)
		return reject(env, REASON_ITER_INIT, "expected an initialized iter_%s as arg #%d\n",
			      iter_type_str(meta->desc->btf, btf_id), regno - 1);
	slot = iter_slot(env, reg, nslots);
	if (slot < 0)
		return slot;
	err = stacklive_mark_read(env, reg->frameno, insn, slot_mask(slot, nslots));
	if (err)
		return err;
	for (uint32_t i = 0; i < nslots; i++)
		mark_slot_scratched(env, (uint32_t)slot - i);
	meta->iter.slot = (uint32_t)slot;
	meta->iter.frameno = reg->frameno;
	meta->ref_obj_id = func_of(env, reg)->stack[slot].spilled.ref_obj_id;
	return meta->flags & KF_ITER_DESTROY ? unmark_slots(env, reg, nslots) : 0;
}

int process_iter_arg(struct env *env, uint32_t regno, uint32_t insn, struct kfunc_meta *meta)
{
	const struct btf *btf = meta->desc->btf;
	uint32_t btf_id = meta->desc->args[regno - 1].ref, nslots;

	if (cur_regs(env)[regno].type != T_STACK)
		return reject(env, REASON_ITER_ARG,
			      "arg#%d expected pointer to an iterator on stack\n", regno - 1);
	if (btf_kind_of(btf, btf_id) != BTF_KIND_STRUCT ||
	    strncmp(btf_name(btf, btf_id), iter_prefix, strlen(iter_prefix)) != 0)
		return reject(env, REASON_ITER_ARG, "expected valid iter pointer as arg #%d\n",
			      regno - 1);
	nslots = btf_type(btf, btf_id)->size / SLOT_SIZE;
	if (nslots == 0 || nslots > STACK_SLOTS)
		return reject_bug(env, "iterator of %u slots", nslots);
	return meta->flags & KF_ITER_NEW ? make_iter(env, meta, regno, insn, btf_id, nslots)
					 : use_iter(env, meta, regno, insn, btf_id, nslots);
}

static struct reg_state *iter_of(const struct state *st, const struct kfunc_meta *meta)
{
	return &st->frame[meta->iter.frameno]->stack[meta->iter.slot].spilled;
}

/* The path on which there is an element. */
static int push_element(struct env *env, uint32_t insn, const struct kfunc_meta *meta)
{
	struct state *cur = env->cur, *prev, *next;

	if (!cur->parent || cur->parent->insn != insn || !regs_equal_callback(cur->parent, cur))
		return reject_bug(env, "bad parent state for iter next call");
	/* from the parent: cur itself was stored at this very instruction */
	prev = find_prev_entry(env, cur->parent, insn);
	next = push_state(env, insn + 1, insn, false);
	if (!next)
		return -ENOMEM;
	iter_of(next, meta)->iter.state = ITER_ACTIVE;
	iter_of(next, meta)->iter.depth++;
	if (prev)
		widen_imprecise_scalars(env, prev, next);
	mark_ptr_not_null(env, &next->frame[next->curframe]->regs[REG_RETURN]);
	return 0;
}

int process_iter_next(struct env *env, uint32_t insn, struct kfunc_meta *meta)
{
	struct reg_state *it = iter_of(env->cur, meta);
	int err = 0;

	if (it->iter.state == ITER_INVALID)
		return reject_bug(env, "unexpected iterator state %d (%s)", it->iter.state,
				  iter_state_str(it->iter.state));
	if (it->iter.state == ITER_ACTIVE)
		err = push_element(env, insn, meta);
	if (err)
		return err;
	it->iter.state = ITER_DRAINED;
	mark_reg_const_zero(env, &cur_regs(env)[REG_RETURN]);
	return 0;
}
