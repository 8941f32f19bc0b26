/*
 * Dynptrs: two stack slots that only functions made for it may fill, use and free. slot - 1 lies
 * above slot and belongs to it:
 *
 *	| slot: first | slot - 1 |	SLOT_DYNPTR in all 16 bytes
 *
 * Its id is in the slices that were made from it, so that they go with it. One that owns memory
 * (of a ring buffer) holds a reference, too, which its clones share.
 */
#include "core/verify/local.h"

enum { DYNPTR_SIZE = DYNPTR_SLOTS * SLOT_SIZE };

static const struct {
	uint32_t flag;
	enum dynptr_type type;
} dynptr_flags[] = {
	{DYNPTR_TYPE_LOCAL, DYNPTR_LOCAL},	 {DYNPTR_TYPE_RINGBUF, DYNPTR_RINGBUF},
	{DYNPTR_TYPE_SKB, DYNPTR_SKB},		 {DYNPTR_TYPE_XDP, DYNPTR_XDP},
	{DYNPTR_TYPE_SKB_META, DYNPTR_SKB_META},
};

enum dynptr_type dynptr_arg_type(uint32_t arg_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(dynptr_flags); i++)
		if ((arg_type & DYNPTR_TYPE_MASK) == dynptr_flags[i].flag)
			return dynptr_flags[i].type;
	return DYNPTR_INVALID;
}

static bool is_refcounted(enum dynptr_type type)
{
	return type == DYNPTR_RINGBUF;
}

/* ---- slots ---- */

int dynptr_get_spi(struct env *env, const struct reg_state *reg)
{
	return stack_slot_obj_get_spi(env, reg, "dynptr", DYNPTR_SLOTS);
}

static uint64_t slot_mask(int slot)
{
	return 3ull << (slot - 1);
}

int mark_stack_slots_dynptr(struct env *env, struct reg_state *reg, uint32_t arg_type,
			    uint32_t insn, uint32_t clone_ref_obj_id)
{
	struct func_state *fs = func_of(env, reg);
	enum dynptr_type type = dynptr_arg_type(arg_type);
	uint32_t id;
	int slot, err;

	slot = dynptr_get_spi(env, reg);
	if (slot < 0)
		return slot;
	/* They may belong to two dynptrs that are there; both end. */
	err = destroy_if_dynptr_slot(env, fs, slot);
	if (!err)
		err = destroy_if_dynptr_slot(env, fs, slot - 1);
	if (err)
		return err;
	if (type == DYNPTR_INVALID)
		return -EINVAL;
	id = new_id(env);
	for (int i = slot; i > slot - DYNPTR_SLOTS; i--) {
		memset(fs->stack[i].type, SLOT_DYNPTR, SLOT_SIZE);
		mark_reg_dynptr(&fs->stack[i].spilled, type, i == slot, id);
	}
	if (is_refcounted(type)) {
		id = clone_ref_obj_id ? clone_ref_obj_id : acquire_ref(env, insn);
		fs->stack[slot].spilled.ref_obj_id = id;
		fs->stack[slot - 1].spilled.ref_obj_id = id;
	}
	return stacklive_mark_write(env, fs->frameno, slot_mask(slot));
}

/* invalidate_dynptr(): nothing is left in its slots. */
static int clear_slots(struct env *env, struct func_state *fs, int slot)
{
	mark_stack_slot_invalid(env, fs, slot);
	mark_stack_slot_invalid(env, fs, slot - 1);
	return stacklive_mark_write(env, fs->frameno, slot_mask(slot));
}

/* The dynptr is released: with a reference, its slices and all its clones in the frame end, too. */
int unmark_stack_slots_dynptr(struct env *env, struct reg_state *reg)
{
	struct func_state *fs = func_of(env, reg);
	uint32_t ref_obj_id;
	int slot, err;

	if (reg->type == T_DYNPTR)
		return reject_bug(env, "CONST_PTR_TO_DYNPTR cannot be released");
	slot = dynptr_get_spi(env, reg);
	if (slot < 0)
		return slot;
	if (!is_refcounted(fs->stack[slot].spilled.dynptr.type))
		return clear_slots(env, fs, slot);
	ref_obj_id = fs->stack[slot].spilled.ref_obj_id;
	err = release_reference(env, ref_obj_id);
	if (err)
		return reject_bug(env, "misconfigured ref_obj_id");
	for (uint32_t i = 1; i < fs->nslots; i++) {
		if (fs->stack[i].spilled.ref_obj_id != ref_obj_id)
			continue;
		if (fs->stack[i].type[0] != SLOT_DYNPTR)
			return reject_bug(env, "misconfigured ref_obj_id");
		if (!fs->stack[i].spilled.dynptr.first_slot)
			continue;
		err = clear_slots(env, fs, i);
		if (err)
			return err;
	}
	return 0;
}

int destroy_if_dynptr_slot(struct env *env, struct func_state *fs, int slot)
{
	uint32_t id;

	/* All bytes of a slot are of a dynptr, or none. */
	if (likely(fs->stack[slot].type[0] != SLOT_DYNPTR))
		return 0;
	if (!fs->stack[slot].spilled.dynptr.first_slot)
		slot++;
	if (is_refcounted(fs->stack[slot].spilled.dynptr.type))
		return reject(env, REASON_DYNPTR_REF, "cannot overwrite referenced dynptr\n");
	mark_slot_scratched(env, slot);
	mark_slot_scratched(env, slot - 1);
	id = fs->stack[slot].spilled.id;
	/* Its slots first: whoever looks for slices must not take them for registers. */
	memset(fs->stack[slot].type, SLOT_INVALID, SLOT_SIZE);
	memset(fs->stack[slot - 1].type, SLOT_INVALID, SLOT_SIZE);
	clear_dynptr_slices(env, id);
	return clear_slots(env, fs, slot);
}

/* ---- questions ---- */

/* Can a dynptr be made where reg points to? Below what was used so far it can. */
static bool is_valid_uninit(struct env *env, const struct reg_state *reg)
{
	int slot;

	if (reg->type == T_DYNPTR)
		return false;
	slot = dynptr_get_spi(env, reg);
	return slot >= 0 || slot == -ERANGE;
}

bool is_dynptr_reg_valid_init(struct env *env, struct reg_state *reg)
{
	const struct func_state *fs = func_of(env, reg);
	int slot;

	if (reg->type == T_DYNPTR)
		return true;
	slot = dynptr_get_spi(env, reg);
	if (slot < 0)
		return false;
	for (int i = 0; i < SLOT_SIZE; i++)
		if (fs->stack[slot].type[i] != SLOT_DYNPTR ||
		    fs->stack[slot - 1].type[i] != SLOT_DYNPTR)
			return false;
	return fs->stack[slot].spilled.dynptr.first_slot;
}

/* What is known of a dynptr that reg is, or points to; NULL after a message. */
static const struct reg_state *dynptr_state(struct env *env, const struct reg_state *reg)
{
	int slot;

	if (reg->type == T_DYNPTR)
		return reg;
	slot = dynptr_get_spi(env, reg);
	return slot < 0 ? NULL : &func_of(env, reg)->stack[slot].spilled;
}

bool is_dynptr_type_expected(struct env *env, struct reg_state *reg, uint32_t arg_type)
{
	const struct reg_state *state;

	if (!(arg_type & DYNPTR_TYPE_MASK))
		return true;
	state = dynptr_state(env, reg);
	return state && state->dynptr.type == dynptr_arg_type(arg_type);
}

enum dynptr_type dynptr_reg_type(struct env *env, const struct reg_state *reg)
{
	const struct reg_state *state = dynptr_state(env, reg);

	return state ? state->dynptr.type : DYNPTR_INVALID;
}

uint32_t dynptr_id(struct env *env, const struct reg_state *reg)
{
	const struct reg_state *state = dynptr_state(env, reg);

	return state ? state->id : 0;
}

uint32_t dynptr_ref_obj_id(struct env *env, const struct reg_state *reg)
{
	const struct reg_state *state = dynptr_state(env, reg);

	return state ? state->ref_obj_id : 0;
}

/* ---- arguments ---- */

static int make_dynptr(struct env *env, struct reg_state *reg, uint32_t regno, uint32_t insn,
		       uint32_t arg_type, uint32_t clone_ref_obj_id)
{
	if (!is_valid_uninit(env, reg))
		return reject(env, REASON_DYNPTR_UNINIT,
			      "Dynptr has to be an uninitialized dynptr\n");
	for (int i = 0; i < DYNPTR_SIZE; i += SLOT_SIZE) {
		int err = check_mem_access(env, insn, regno, i, SLOT_SIZE, true, -1, false, false);

		if (err)
			return err;
	}
	return mark_stack_slots_dynptr(env, reg, arg_type, insn, clone_ref_obj_id);
}

static int use_dynptr(struct env *env, struct reg_state *reg, uint32_t regno, uint32_t arg_type)
{
	int slot;

	if (reg->type == T_DYNPTR && !(arg_type & MEM_RDONLY))
		return reject(env, REASON_DYNPTR_CONST,
			      "cannot pass pointer to const bpf_dynptr, the helper mutates it\n");
	if (!is_dynptr_reg_valid_init(env, reg))
		return reject(env, REASON_DYNPTR_INIT,
			      "Expected an initialized dynptr as arg #%u\n", regno - 1);
	if (!is_dynptr_type_expected(env, reg, arg_type))
		return reject(env, REASON_DYNPTR_TYPE, "Expected a dynptr of type %s as arg #%u\n",
			      dynptr_type_str(dynptr_arg_type(arg_type)), regno - 1);
	if (reg->type == T_DYNPTR)
		return 0;
	slot = dynptr_get_spi(env, reg);
	return slot < 0 ? slot : mark_stack_slots_read(env, reg, slot, DYNPTR_SLOTS);
}

/*
 * A dynptr as argument. MEM_UNINIT: one is made on the stack; MEM_RDONLY: it is only used, though
 * its memory may change; neither: it may be changed or released as well.
 */
int process_dynptr_func(struct env *env, uint32_t regno, uint32_t insn, uint32_t arg_type,
			uint32_t clone_ref_obj_id)
{
	struct reg_state *reg = &cur_regs(env)[regno];

	if (reg->type != T_STACK && reg->type != T_DYNPTR)
		return reject(env, REASON_DYNPTR_ARG,
			      "arg#%u expected pointer to stack or const struct bpf_dynptr\n",
			      regno - 1);
	if ((arg_type & MEM_UNINIT) && (arg_type & MEM_RDONLY))
		return reject_bug(env, "misconfigured dynptr helper type flags");
	if (arg_type & MEM_UNINIT)
		return make_dynptr(env, reg, regno, insn, arg_type, clone_ref_obj_id);
	return use_dynptr(env, reg, regno, arg_type);
}
