/*
 * The stack, in slots of eight bytes that are counted from the frame pointer downwards. Each slot
 * knows the type of each of its bytes, the lowest address last:
 *
 *	slot 1: fp-16 ... fp-9 | slot 0: fp-8 ... fp-1 | fp
 *	      type[7] ... [0]  |      type[7] ... [0]  |
 *
 * Where type[7] is SLOT_SPILL, a register was stored there and slot.spilled is what is known of it;
 * a store of fewer than eight bytes leaves SPILL on those alone. Only accesses at known offsets
 * move registers to and fro; all others mean any byte they may touch (check_stack_read_fixed_off()
 * and its siblings).
 */
#include "core/verify/local.h"

/* ---- slots ---- */

/* is_spillable_regtype(): what comes back from the stack as the pointer it was */
static const bool spillable[T_COUNT] = {
	[T_MAP_VALUE] = true,	[T_STACK] = true,	[T_CTX] = true,	      [T_PACKET] = true,
	[T_PACKET_META] = true, [T_PACKET_END] = true,	[T_FLOW_KEYS] = true, [T_MAP_PTR] = true,
	[T_SOCKET] = true,	[T_SOCK_COMMON] = true, [T_TCP_SOCK] = true,  [T_XDP_SOCK] = true,
	[T_BTF_ID] = true,	[T_BUF] = true,		[T_MEM] = true,	      [T_FUNC] = true,
	[T_MAP_KEY] = true,	[T_ARENA] = true,
};

static bool is_spillable(const struct reg_state *reg)
{
	return spillable[type_base(reg->type)];
}

bool slot_is_spilled(const struct stack_slot *slot)
{
	return slot->type[SLOT_SIZE - 1] == SLOT_SPILL;
}

bool slot_is_spilled_scalar(const struct stack_slot *slot)
{
	return slot_is_spilled(slot) && slot->spilled.type == T_SCALAR;
}

bool slot_is_spilled_scalar64(const struct stack_slot *slot)
{
	return slot->type[0] == SLOT_SPILL && slot->spilled.type == T_SCALAR;
}

bool slot_is_special(const struct stack_slot *slot)
{
	switch (slot->type[SLOT_SIZE - 1]) {
	case SLOT_SPILL:
	case SLOT_DYNPTR:
	case SLOT_ITER:
	case SLOT_IRQ_FLAG:
		return true;
	default:
		return false;
	}
}

void scrub_spilled_slot(uint8_t *type)
{
	if (*type != SLOT_INVALID)
		*type = SLOT_MISC;
}

void mark_stack_slot_invalid(struct env *env, struct func_state *fs, int slot)
{
	memset(fs->stack[slot].type, SLOT_INVALID, SLOT_SIZE);
	mark_reg_not_init(env, &fs->stack[slot].spilled);
}

int mark_stack_slots_read(struct env *env, const struct reg_state *reg, int slot, int nslots)
{
	for (int i = slot; i > slot - nslots; i--) {
		int err = stacklive_mark_read(env, reg->frameno, env->insn, 1ull << i);

		if (err)
			return err;
		mark_slot_scratched(env, i);
	}
	return 0;
}

/* The type of the byte at offset off of the frame. */
static uint8_t *byte_type(struct func_state *fs, int off)
{
	return &fs->stack[slot_of(off)].type[(-off - 1) % SLOT_SIZE];
}

/* Data written over what a slot held makes plain data of it (scrub_special_slot()). */
static void scrub_slot(struct stack_slot *slot)
{
	slot->spilled.type = T_NOT_INIT;
	if (!slot_is_special(slot))
		return;
	for (int i = 0; i < SLOT_SIZE; i++)
		scrub_spilled_slot(&slot->type[i]);
}

static uint32_t access_flags(const struct func_state *fs, int slot)
{
	return HIST_STACK_ACCESS | (uint32_t)slot << HIST_SLOT_SHIFT | fs->frameno;
}

/* Bits that a scalar's value may need. */
static int reg_width(const struct reg_state *reg)
{
	return reg->r.umax ? 64 - __builtin_clzll(reg->r.umax) : 0;
}

/*
 * The compiler's promise about fastcall spills is kept only where nobody else uses their slots
 * (check_fastcall_stack_contract()); otherwise the whole subprogram goes without.
 */
static void check_fastcall_contract(struct env *env, const struct func_state *fs, uint32_t insn,
				    int off)
{
	struct subprog_info *sub = &env->subs[fs->subprog];

	if (likely(sub->fastcall_stack_off <= off) || env->aux[insn].fastcall_pattern)
		return;
	sub->fastcall_stack_off = INT16_MIN;
	for (uint32_t i = sub->start; i < sub[1].start; i++) {
		env->aux[i].fastcall_spills = 0;
		env->aux[i].fastcall_pattern = false;
	}
}

/* ---- bounds ---- */

/* grow_stack_state(): makes room for size bytes, which are at most STACK_SIZE. */
static void make_room(struct env *env, struct func_state *fs, int size)
{
	uint32_t nslots = (size + SLOT_SIZE - 1) / SLOT_SIZE;
	struct subprog_info *sub = &env->subs[fs->subprog];

	if (nslots <= fs->nslots)
		return;
	grow_stack(fs, nslots);
	sub->stack_depth = max(sub->stack_depth, (uint16_t)(nslots * SLOT_SIZE));
}

static int reject_bounds(struct env *env, const struct reg_state *reg, int err, const char *what,
			 int off, int size)
{
	uint32_t regno = reg - cur_regs(env);

	if (tnum_is_const(reg->var_off))
		return reject_with(env, REASON_STACK_BOUNDS, err,
				   "invalid%s stack R%u off=%d size=%d\n", what, regno, off, size);
	return reject_with(env, REASON_STACK_BOUNDS, err,
			   "invalid variable-offset%s stack R%u var_off=%s off=%d size=%d\n", what,
			   regno, tnum_str(env, reg->var_off), off, size);
}

/*
 * check_stack_access_within_bounds(): reg, which is one of the current frame, plus off. Room is
 * made for what lies below all that was used so far.
 */
int check_stack_access(struct env *env, const struct reg_state *reg, int off, int size,
		       bool is_write)
{
	struct func_state *fs = func_of(env, reg);
	const char *what = is_write ? " write to" : " read from";
	int64_t lowest = is_write || env->allow_uninit_stack ? -STACK_SIZE
							     : -(int64_t)fs->nslots * SLOT_SIZE;
	int64_t from, to;

	if (tnum_is_const(reg->var_off)) {
		from = (int64_t)reg->var_off.value + off;
		to = from + size;
	} else {
		if (reg->r.smax >= VAR_OFF_MAX || reg->r.smin <= -VAR_OFF_MAX)
			return reject(env, REASON_STACK_BOUNDS,
				      "invalid unbounded variable-offset%s stack R%u\n", what,
				      (uint32_t)(reg - cur_regs(env)));
		from = reg->r.smin + off;
		to = reg->r.smax + off + size;
	}
	if (from < lowest || from > -1)
		return reject_bounds(env, reg, EACCES, what, off, size);
	if (to > 0)
		return reject_bounds(env, reg, EINVAL, what, off, size);
	if (size < 0)
		return reject_bounds(env, reg, EFAULT, what, off, size);
	make_room(env, fs, -from);
	return 0;
}

/* ---- writes ---- */

/* One store at a known offset: what it is about. */
struct stack_write {
	struct func_state *fs; /* whose stack */
	struct stack_slot *slot;
	int off, size, index; /* index: of the slot */
	int regno;	      /* that is stored, -1: none */
	uint32_t insn;
};

static bool is_store_imm(const struct env *env, uint32_t insn)
{
	return insn_descs[env->ops[insn]].shape == SHAPE_ST;
}

static bool writes_zero(const struct env *env, const struct reg_state *reg, uint32_t insn)
{
	return reg ? scalar_is_zero(reg) : is_store_imm(env, insn) && env->insns[insn].imm == 0;
}

/* save_register_state(): the low size bytes are the register, what else there was stays as data. */
static void spill(struct stack_slot *slot, const struct reg_state *reg, int size)
{
	slot->spilled = *reg;
	memset(slot->type + SLOT_SIZE - size, SLOT_SPILL, size);
	for (int i = 0; i < SLOT_SIZE - size; i++)
		if (slot->type[i] != SLOT_ZERO && slot->type[i] != SLOT_INVALID)
			slot->type[i] = SLOT_MISC;
}

static void spill_scalar(struct env *env, const struct stack_write *w, struct reg_state *reg)
{
	bool fits = reg_width(reg) <= w->size * 8;

	/* The slot and the register are linked, unless the slot holds a part of it only. */
	if (fits)
		assign_scalar_id(env, reg);
	spill(w->slot, reg, w->size);
	if (!fits)
		w->slot->spilled.id = 0;
}

static void spill_imm(struct env *env, const struct stack_write *w)
{
	struct reg_state reg = {.type = T_SCALAR};

	mark_reg_known(&reg, (int64_t)env->insns[w->insn].imm);
	spill(w->slot, &reg, w->size);
}

static int spill_pointer(struct env *env, const struct stack_write *w, const struct reg_state *reg)
{
	if (w->size != SLOT_SIZE) {
		print_line(env, w->insn, "; ");
		return reject(env, REASON_STACK_SPILL_SIZE, "invalid size of register spill\n");
	}
	if (w->fs != cur_func(env) && reg->type == T_STACK)
		return reject(env, REASON_STACK_FOREIGN,
			      "cannot spill pointers to stack into stack frame of the caller\n");
	spill(w->slot, reg, w->size);
	return 0;
}

/* Bytes that are not a register: zeros are remembered as such. */
static int write_data(struct env *env, const struct stack_write *w, const struct reg_state *reg)
{
	uint8_t type = SLOT_MISC;

	scrub_slot(w->slot);
	if (writes_zero(env, reg, w->insn)) {
		/* Later states rely on the zero, so the register that brought it has to be one. */
		int err = w->regno >= 0 ? mark_chain_precision(env, w->regno) : 0;

		if (err)
			return err;
		type = SLOT_ZERO;
	}
	for (int i = 0; i < w->size; i++)
		*byte_type(w->fs, w->off + i) = type;
	return 0;
}

/* Without CAP_PERFMON: a store that speculation may pass over must not show a stale pointer. */
static void guard_store(struct env *env, const struct stack_write *w, const struct reg_state *reg)
{
	bool guard = reg && is_spillable(reg);

	for (int i = 0; i < w->size && !guard; i++) {
		uint8_t type = *byte_type(w->fs, w->off + i);

		guard = type != SLOT_MISC && type != SLOT_ZERO;
	}
	if (guard)
		env->aux[w->insn].nospec_result = true;
}

static int write_fixed(struct env *env, const struct stack_write *w)
{
	struct reg_state *reg = w->regno >= 0 ? &cur_regs(env)[w->regno] : NULL;
	bool aligned = w->off % SLOT_SIZE == 0;
	int err;

	if (!env->allow_ptr_leaks && w->size != SLOT_SIZE && slot_is_spilled(w->slot) &&
	    !slot_is_spilled_scalar(w->slot))
		return reject(env, REASON_STACK_OVERWRITE,
			      "attempt to corrupt spilled pointer on stack\n");
	if (!env->bypass_spec_v4)
		guard_store(env, w, reg);
	err = destroy_if_dynptr_slot(env, w->fs, w->index);
	if (err)
		return err;
	/* Only what is overwritten as a whole does not matter before. */
	if (aligned && w->size == SLOT_SIZE) {
		err = stacklive_mark_write(env, w->fs->frameno, 1ull << w->index);
		if (err)
			return err;
	}
	check_fastcall_contract(env, w->fs, w->insn, w->off);
	mark_slot_scratched(env, w->index);
	if (reg && aligned && reg->type == T_SCALAR && env->bpf_capable)
		spill_scalar(env, w, reg);
	else if (!reg && aligned && is_store_imm(env, w->insn) && env->bpf_capable)
		spill_imm(env, w);
	else if (reg && is_spillable(reg))
		err = spill_pointer(env, w, reg);
	else
		return write_data(env, w, reg);
	return err ? err : push_jump_history(env, env->cur, access_flags(w->fs, w->index), 0);
}

/* One byte that a store at a variable offset may write. */
static int write_var_byte(struct env *env, struct func_state *fs, int off, bool zero,
			  bool *zero_used, uint32_t insn)
{
	struct stack_slot *slot = &fs->stack[slot_of(off)];
	uint8_t *type = byte_type(fs, off);
	uint8_t was;

	mark_slot_scratched(env, slot_of(off));
	if (!env->allow_ptr_leaks && *type != SLOT_MISC && *type != SLOT_ZERO)
		return reject(
			env, REASON_STACK_VAR_WRITE,
			"spilled ptr in range of var-offset stack write; insn %d, ptr off: %d",
			insn, off);
	if (zero && *type == SLOT_SPILL && slot_is_spilled_scalar(slot) &&
	    tnum_equals_const(slot->spilled.var_off, 0)) {
		*zero_used = true;
		return 0;
	}
	scrub_slot(slot);
	was = *type;
	if (was == SLOT_INVALID && !env->allow_uninit_stack)
		return reject(env, REASON_STACK_VAR_WRITE,
			      "uninit stack in range of var-offset write prohibited for !root; "
			      "insn %d, off: %d",
			      insn, off);
	if (zero && was == SLOT_ZERO)
		*zero_used = true;
	else
		*type = SLOT_MISC;
	return 0;
}

static int write_var(struct env *env, const struct reg_state *ptr, int off, int size,
		     int value_regno, uint32_t insn)
{
	struct func_state *fs = func_of(env, ptr);
	int from = ptr->r.smin + off, to = ptr->r.smax + off + size;
	bool zero_used = false, zero;
	int err;

	zero = writes_zero(env, value_regno >= 0 ? &cur_regs(env)[value_regno] : NULL, insn);
	for (int i = from; i < to; i++) {
		err = destroy_if_dynptr_slot(env, fs, slot_of(i));
		if (err)
			return err;
	}
	check_fastcall_contract(env, fs, insn, from);
	for (int i = from; i < to; i++) {
		err = write_var_byte(env, fs, i, zero, &zero_used, insn);
		if (err)
			return err;
	}
	return zero_used && value_regno >= 0 ? mark_chain_precision(env, value_regno) : 0;
}

/*
 * Stores size bytes of the register value_regno (-1: unknown ones) at ptr_regno + off; the bounds
 * were checked.
 */
int check_stack_write(struct env *env, uint32_t ptr_regno, int off, int size, int value_regno,
		      uint32_t insn)
{
	const struct reg_state *ptr = &cur_regs(env)[ptr_regno];
	struct stack_write w = {
		.fs = func_of(env, ptr), .size = size, .regno = value_regno, .insn = insn};

	if (!tnum_is_const(ptr->var_off))
		return write_var(env, ptr, off, size, value_regno, insn);
	w.off = off + ptr->var_off.value;
	w.index = slot_of(w.off);
	w.slot = &w.fs->stack[w.index];
	return write_fixed(env, &w);
}

/* ---- reads ---- */

/* mark_reg_stack_read(): what data is to the register that takes it. */
static void read_data(struct env *env, struct func_state *fs, int from, int to, int dst_regno)
{
	struct reg_state *dst = &cur_regs(env)[dst_regno];
	bool zero = true;

	for (int i = from; i < to && zero; i++) {
		mark_slot_scratched(env, slot_of(i));
		zero = *byte_type(fs, i) == SLOT_ZERO;
	}
	if (zero)
		mark_reg_const_zero(env, dst);
	else
		mark_reg_unknown(env, dst);
}

/* Counts the bytes of each type in [off, off + size); refuses those that nobody wrote. */
static int count_types(struct env *env, struct func_state *fs, int off, int size, bool spill_ok,
		       int counts[])
{
	for (int i = 0; i < size; i++) {
		uint8_t type = *byte_type(fs, off + i);

		counts[type]++;
		if (type == SLOT_MISC || type == SLOT_ZERO || (type == SLOT_SPILL && spill_ok) ||
		    (type == SLOT_INVALID && env->allow_uninit_stack))
			continue;
		return reject(env, REASON_STACK_UNINIT,
			      "invalid read from stack off %d+%d size %d\n", off, i, size);
	}
	return 0;
}

/* The low bytes of what was spilled, or all of a short spill; *fills: it is the register. */
static int fill_part(struct env *env, struct func_state *fs, int off, int size, int dst_regno,
		     bool *fills)
{
	struct stack_slot *slot = &fs->stack[slot_of(off)];
	struct reg_state *dst = &cur_regs(env)[dst_regno], *reg = &slot->spilled;
	int spilled = 1, counts[SLOT_IRQ_FLAG + 1] = {0}, err;

	while (spilled < SLOT_SIZE && slot->type[SLOT_SIZE - 1 - spilled] == SLOT_SPILL)
		spilled++;
	if (size <= spilled && off % SLOT_SIZE == 0) {
		*dst = *reg;
		if (reg_width(reg) > size * 8)
			clear_scalar_id(dst);
		return 0;
	}
	err = count_types(env, fs, off, size, true, counts);
	if (err)
		return err;
	if (counts[SLOT_SPILL] == size && tnum_equals_const(reg->var_off, 0)) {
		mark_reg_const_zero(env, dst);
		return 0;
	}
	*fills = false;
	if (counts[SLOT_ZERO] == size)
		mark_reg_const_zero(env, dst);
	else
		mark_reg_unknown(env, dst);
	return 0;
}

static bool is_whole_spill(const struct stack_slot *slot)
{
	for (int i = 0; i < SLOT_SIZE; i++)
		if (slot->type[i] != SLOT_SPILL)
			return false;
	return true;
}

static int fill(struct env *env, struct func_state *fs, int off, int size, int dst_regno)
{
	struct stack_slot *slot = &fs->stack[slot_of(off)];
	bool fills = true;

	if (size != SLOT_SIZE || !is_whole_spill(slot)) {
		int err;

		if (slot->spilled.type != T_SCALAR) {
			print_line(env, env->insn, "; ");
			return reject(env, REASON_STACK_SPILL_SIZE,
				      "invalid size of register fill\n");
		}
		if (dst_regno < 0)
			return 0;
		err = fill_part(env, fs, off, size, dst_regno, &fills);
		if (err || !fills)
			return err;
	} else if (dst_regno >= 0) {
		cur_regs(env)[dst_regno] = slot->spilled;
	} else if (leaks_pointer(env, &slot->spilled)) {
		/* It would be used as a number, by an atomic addition for example. */
		return reject(env, REASON_STACK_LEAK, "leaking pointer from stack off %d\n", off);
	}
	return push_jump_history(env, env->cur, access_flags(fs, slot_of(off)), 0);
}

static int read_fixed(struct env *env, struct func_state *fs, int off, int size, int dst_regno)
{
	int counts[SLOT_IRQ_FLAG + 1] = {0};
	int slot = slot_of(off), err;

	mark_slot_scratched(env, slot);
	check_fastcall_contract(env, cur_func(env), env->insn, off);
	err = stacklive_mark_read(env, fs->frameno, env->insn, 1ull << slot);
	if (err)
		return err;
	if (slot_is_spilled(&fs->stack[slot]))
		return fill(env, fs, off, size, dst_regno);
	err = count_types(env, fs, off, size, false, counts);
	if (err)
		return err;
	if (dst_regno >= 0)
		read_data(env, fs, off, off + size, dst_regno);
	return 0;
}

/*
 * Loads size bytes at ptr_regno + off into dst_regno, or nowhere when that is -1; the bounds were
 * checked.
 */
int check_stack_read(struct env *env, uint32_t ptr_regno, int off, int size, int dst_regno)
{
	const struct reg_state *ptr = &cur_regs(env)[ptr_regno];
	struct func_state *fs = func_of(env, ptr);
	int from, to, err;

	if (tnum_is_const(ptr->var_off))
		return read_fixed(env, fs, off + ptr->var_off.value, size, dst_regno);
	if (dst_regno < 0)
		return reject(env, REASON_STACK_VAR_OFF,
			      "variable offset stack pointer cannot be passed into helper function;"
			      " var_off=%s off=%d size=%d\n",
			      tnum_str(env, ptr->var_off), off, size);
	err = check_stack_range(env, ptr_regno, off, size, false, false, NULL);
	if (err)
		return err;
	from = ptr->r.smin + off;
	to = ptr->r.smax + off + size;
	/* The pointer's own register may be the one that is loaded. */
	read_data(env, fs, from, to, dst_regno);
	check_fastcall_contract(env, fs, env->insn, from);
	return 0;
}

/* ---- what a helper gets ---- */

/* A helper that fills a buffer must not find a dynptr in it: it may get that one, too. */
static int check_raw_range(struct env *env, struct func_state *fs, int from, int to)
{
	for (int i = from; i < to; i++) {
		if (slot_of(i) >= (int)fs->nslots)
			continue;
		if (*byte_type(fs, i) == SLOT_DYNPTR)
			return reject(env, REASON_STACK_OVERWRITE,
				      "potential write to dynptr at off=%d disallowed\n", i);
	}
	return 0;
}

/* May the byte at off be read? What a helper may write over is data afterwards. */
static bool use_byte(struct env *env, struct func_state *fs, int off, bool is_write)
{
	struct stack_slot *slot = &fs->stack[slot_of(off)];
	uint8_t *type = byte_type(fs, off);

	if (*type == SLOT_MISC)
		return true;
	if (*type == SLOT_ZERO || (*type == SLOT_INVALID && env->allow_uninit_stack)) {
		if (is_write)
			*type = SLOT_MISC;
		return true;
	}
	if (!slot_is_spilled(slot) || (slot->spilled.type != T_SCALAR && !env->allow_ptr_leaks))
		return false;
	if (is_write) {
		mark_reg_unknown(env, &slot->spilled);
		for (int i = 0; i < SLOT_SIZE; i++)
			scrub_spilled_slot(&slot->type[i]);
	}
	return true;
}

static int use_range(struct env *env, const struct reg_state *reg, int from, int to, int size,
		     bool is_write)
{
	struct func_state *fs = func_of(env, reg);
	uint32_t regno = reg - cur_regs(env);

	for (int i = from; i < to; i++) {
		int err;

		if (slot_of(i) >= (int)fs->nslots)
			return reject(env, REASON_INTERNAL, "allocated_stack too small\n");
		if (use_byte(env, fs, i, is_write)) {
			err = stacklive_mark_read(env, reg->frameno, env->insn, 1ull << slot_of(i));
			if (err)
				return err;
			continue;
		}
		if (tnum_is_const(reg->var_off))
			return reject(env, REASON_STACK_UNINIT,
				      "invalid read from stack R%u off %d+%d size %d\n", regno,
				      from, i - from, size);
		return reject(env, REASON_STACK_UNINIT,
			      "invalid read from stack R%u var_off %s+%d size %d\n", regno,
			      tnum_str(env, reg->var_off), i - from, size);
	}
	return 0;
}

/*
 * check_stack_range_initialized(): the size bytes at regno + off are read, and with is_write
 * written as well. In raw mode they need not be initialised: *meta learns that the caller has to
 * write them.
 */
int check_stack_range(struct env *env, uint32_t regno, int off, int access_size,
		      bool zero_size_allowed, bool is_write, struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	bool raw = meta && meta->raw_mode;
	int from, to, err;

	if (access_size == 0 && !zero_size_allowed)
		return reject(env, REASON_STACK_EMPTY, "invalid zero-sized read\n");
	err = check_stack_access(env, reg, off, access_size, is_write);
	if (err)
		return err;
	if (tnum_is_const(reg->var_off)) {
		from = reg->var_off.value + off;
		to = from + access_size;
	} else {
		if (!env->bypass_spec_v1)
			return reject(env, REASON_STACK_VAR_OFF,
				      "R%u variable offset stack access prohibited for !root, "
				      "var_off=%s\n",
				      regno, tnum_str(env, reg->var_off));
		/* Which bytes will be written is not known, so all have to be there already. */
		raw = false;
		from = reg->r.smin + off;
		to = reg->r.smax + off + access_size;
	}
	if (!raw)
		return use_range(env, reg, from, to, access_size, is_write);
	err = check_raw_range(env, func_of(env, reg), from, to);
	if (err)
		return err;
	meta->access_size = access_size;
	meta->regno = regno;
	return 0;
}
