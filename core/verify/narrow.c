/*
 * What a comparison of one register tells about others: pointers of the same look-up, packet
 * pointers of the same origin, and scalars that are known to be equal, or a constant apart.
 */
#include "core/verify/local.h"

/* ---- null or not ---- */

/* mark_ptr_or_null_reg() */
static void mark_ptr_or_null(struct env *env, struct reg_state *reg, uint32_t id, bool is_null)
{
	bool may_have_off = type_is_ptr_alloc_obj(reg->type) || type_is_non_owning_ref(reg->type);

	if (!type_may_be_null(reg->type) || reg->id != id || (!reg->id && !reg_is_rcu(reg)))
		return;
	/* No arithmetic is allowed on what may be null; but list heads are found at their node. */
	if (reg->r.smin || reg->r.smax || !tnum_equals_const(reg->var_off, 0) ||
	    (reg->off && !may_have_off))
		return;
	if (is_null) {
		reg->type = T_SCALAR;
		reg->id = 0;
		reg->ref_obj_id = 0;
		return;
	}
	mark_ptr_not_null(env, reg);
	/* The id of a value with a lock tells its lock from others'. */
	if (!reg_may_point_to_spin_lock(env, reg))
		reg->id = 0;
}

void mark_ptr_or_null_regs(struct env *env, struct state *st, uint32_t regno, bool is_null)
{
	const struct reg_state *tested = &st->frame[st->curframe]->regs[regno];
	uint32_t id = tested->id;
	struct reg_state *reg;

	/* What was not got need not be given back. */
	if (is_null && id && tested->ref_obj_id == id)
		release_reference_nomark(st, id);
	for_each_reg(st, reg)
		mark_ptr_or_null(env, reg, id, is_null);
}

/* ---- packets ---- */

/* find_good_pkt_pointers(): ptr is found to be at most (open: below) the end of its packet. */
static void mark_packet_range(struct state *st, const struct reg_state *ptr, uint32_t type,
			      bool open)
{
	uint64_t umax = ptr->r.umax;
	uint32_t id = ptr->id;
	int range = ptr->off;
	struct reg_state *reg;

	if (range < 0 || (range == 0 && open))
		return;
	/* An offset that may wrap around tells nothing. */
	if (umax > PACKET_OFF_MAX || umax + (uint64_t)range > PACKET_OFF_MAX)
		return;
	if (open)
		range++;
	for_each_reg(st, reg) {
		if (reg->type == type && reg->id == id)
			reg->range = max(reg->range, range);
	}
}

/* ptr is at the end of its packet or (open) beyond it. */
static void mark_packet_end(struct state *st, uint32_t regno, bool open)
{
	struct reg_state *reg = &st->frame[st->curframe]->regs[regno];

	if (reg->type == T_PACKET)
		reg->range = open ? BEYOND_PACKET_END : AT_PACKET_END;
}

/* A pointer as the context gave it. */
static bool is_packet_start(const struct reg_state *reg)
{
	return reg->type == T_PACKET && !reg->id && !reg->off && tnum_equals_const(reg->var_off, 0);
}

/* Are a and b a pointer into bytes and where these bytes end? */
static bool is_packet_pair(const struct reg_state *a, const struct reg_state *b)
{
	return (a->type == T_PACKET && b->type == T_PACKET_END) ||
	       (a->type == T_PACKET_META && is_packet_start(b));
}

/* For "pointer OP end": on which side the pointer is good, and whether it is below the end there.
 */
static const struct packet_rule {
	enum insn_op op, mirrored; /* "end MIRRORED pointer" */
	bool if_taken, open;
} packet_rules[] = {
	{OP_JGT64_X, OP_JLT64_X, false, false},
	{OP_JLT64_X, OP_JGT64_X, true, true},
	{OP_JGE64_X, OP_JLE64_X, false, true},
	{OP_JLE64_X, OP_JGE64_X, true, false},
};

bool try_match_pkt_pointers(struct env *env, const struct bpf_insn *insn, struct reg_state *dst,
			    struct reg_state *src, struct state *this_branch,
			    struct state *other_branch)
{
	enum insn_op op = env->ops[env->insn];
	bool mirrored = is_packet_pair(src, dst);
	const struct reg_state *ptr = mirrored ? src : dst;

	if (!mirrored && !is_packet_pair(dst, src))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(packet_rules); i++) {
		const struct packet_rule *rule = &packet_rules[i];

		if (op != (mirrored ? rule->mirrored : rule->op))
			continue;
		mark_packet_range(rule->if_taken ? other_branch : this_branch, ptr, ptr->type,
				  rule->open);
		mark_packet_end(rule->if_taken ? this_branch : other_branch,
				mirrored ? insn->src_reg : insn->dst_reg, !rule->open);
		return true;
	}
	return false;
}

/* ---- linked scalars ---- */

/*
 * One entry of a history's list has ten bits: three of the frame, six of the register or slot, and
 * one that tells which. The count is in the lowest four bits, the last entry behind it.
 */
enum {
	LINK_FRAME_BITS = 3,
	LINK_PLACE_BITS = 6,
	LINK_BITS = LINK_FRAME_BITS + LINK_PLACE_BITS + 1,
	LINK_COUNT_BITS = 4,
};
_Static_assert(LINK_BITS *LINKED_REGS_MAX + LINK_COUNT_BITS <= 64, "a list fits one word");

uint64_t linked_regs_pack(const struct linked_regs *s)
{
	uint64_t val = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct linked_reg *e = &s->v[i];

		val <<= LINK_BITS;
		val |= e->frame | (uint64_t)e->slot << LINK_FRAME_BITS |
		       (uint64_t)e->is_reg << (LINK_BITS - 1);
	}
	return val << LINK_COUNT_BITS | s->n;
}

void linked_regs_unpack(uint64_t val, struct linked_regs *s)
{
	s->n = val & ((1u << LINK_COUNT_BITS) - 1);
	val >>= LINK_COUNT_BITS;
	for (uint32_t i = 0; i < s->n; i++) {
		s->v[i] = (struct linked_reg){
			.frame = val & ((1u << LINK_FRAME_BITS) - 1),
			.slot = val >> LINK_FRAME_BITS & ((1u << LINK_PLACE_BITS) - 1),
			.is_reg = val >> (LINK_BITS - 1) & 1,
		};
		val >>= LINK_BITS;
	}
}

void clear_scalar_id(struct reg_state *reg)
{
	reg->id = 0;
	reg->off = 0;
}

/* A constant needs no id, and what is off its others by a constant cannot be linked again. */
void assign_scalar_id(struct env *env, struct reg_state *src)
{
	if (src->type != T_SCALAR)
		return;
	if (src->id & ID_ADD_CONST)
		clear_scalar_id(src);
	if (!src->id && !tnum_is_const(src->var_off))
		src->id = new_id(env);
}

static void collect_linked(struct reg_state *reg, uint32_t id, struct linked_reg place,
			   struct linked_regs *out)
{
	if (reg->type != T_SCALAR || (reg->id & ~ID_ADD_CONST) != id)
		return;
	if (out->n < LINKED_REGS_MAX)
		out->v[out->n++] = place;
	else
		clear_scalar_id(reg);
}

/* Registers that nobody will read need not be kept in step. */
void collect_linked_regs(struct env *env, struct state *st, uint32_t id, struct linked_regs *out)
{
	id &= ~ID_ADD_CONST;
	for (uint32_t f = st->curframe + 1; f-- > 0;) {
		struct func_state *fs = st->frame[f];
		uint32_t live = env->aux[frame_insn(st, f)].live_regs;
		struct linked_reg place = {.frame = (uint8_t)f, .is_reg = true};

		for (uint32_t i = 0; i < REG_FP; i++) {
			place.regno = (uint8_t)i;
			if (live & 1u << i)
				collect_linked(&fs->regs[i], id, place, out);
		}
		place.is_reg = false;
		for (uint32_t i = 0; i < fs->nslots; i++) {
			place.slot = (uint8_t)i;
			if (slot_is_spilled(&fs->stack[i]))
				collect_linked(&fs->stack[i].spilled, id, place, out);
		}
	}
}

/* reg is known, but for the difference of their deltas; as 32 bits where either counts in 32. */
static void copy_linked(struct reg_state *reg, const struct reg_state *known)
{
	uint32_t ids = reg->id | known->id, id = reg->id;
	int32_t off = reg->off;
	struct reg_state delta = {.type = T_SCALAR};
	bool same_delta = !(ids & ID_ADD_CONST) || off == known->off;

	mark_reg_known(&delta, (uint64_t)((int64_t)off - known->off));
	*reg = *known;
	if (same_delta)
		return;
	reg->id = id;
	reg->off = off;
	add_scalar(reg, &delta);
	if (ids & ID_ADD_CONST32)
		zext_32_to_64(reg);
	reg_bounds_sync(reg);
}

/*
 * What is known of one register is known of those of its id. 32- and 64-bit deltas do not mix: one
 * wraps where the other does not.
 */
void sync_linked_regs(struct env *env __unused, struct state *st, struct reg_state *known,
		      const struct linked_regs *linked)
{
	for (uint32_t i = 0; i < linked->n; i++) {
		const struct linked_reg *e = &linked->v[i];
		struct func_state *fs = st->frame[e->frame];
		struct reg_state *reg =
			e->is_reg ? &fs->regs[e->regno] : &fs->stack[e->slot].spilled;

		if (reg->type != T_SCALAR || reg == known ||
		    (reg->id & ~ID_ADD_CONST) != (known->id & ~ID_ADD_CONST) ||
		    ((reg->id ^ known->id) & ID_ADD_CONST) == ID_ADD_CONST)
			continue;
		copy_linked(reg, known);
	}
}
