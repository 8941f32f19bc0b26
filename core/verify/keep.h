/*
 * Kept states: those that wait to be walked and those that were stored. There can be a hundred
 * thousand of them, and most of what one knows the one before it on its path knows as well. So they
 * are made of pieces that never change, and a state has those pieces in common with its parent that
 * are equal in both:
 *
 *	state 1  frame 0 --- [r0-r3] [r4-r7] [r8-r10] [fp-8..fp-32] [fp-40..fp-64]
 *	             \         |                /           |             |
 *	state 2  frame 0 ------+----- [r4-r7] -+------------+-------------+
 *
 * A frame all of whose pieces are equal is shared itself, as those of callers mostly are.
 *
 * A piece has four places: of registers, or of slots. Places behind the last register and the last
 * slot are empty, so are registers that are not initialised, and only registers that are there take
 * room; a piece of nothing is NULL. What differs between states that share is in struct kept:
 * precision, which is found out later, and what was forgotten.
 */
#ifndef CORE_VERIFY_KEEP_H
#define CORE_VERIFY_KEEP_H

#include "core/verify/state.h"

enum {
	PLACES = 4,
	REG_PIECES = (REG_COUNT + PLACES - 1) / PLACES,
	PIECES_MAX = REG_PIECES + STACK_SLOTS / PLACES,
};

struct piece {
	uint32_t users;
	uint32_t has;		/* registers, by bits of their place */
	uint64_t types[PLACES]; /* of slots */
	struct reg_state regs[];
};

struct kept_frame {
	uint32_t users;
	uint32_t npieces;	/* behind it */
	struct func_state func; /* without registers and stack */
};

/* What one kept state says of a frame. */
struct kept {
	struct kept_frame *frame;
	uint64_t alive_slots, precise_slots;
	uint16_t alive_regs, precise_regs; /* alive: the others are forgotten */
};

/* References are shared likewise. */
enum { REFS = 64 };
struct ref_piece {
	uint32_t users;
	struct ref_state refs[REFS]; /* the last piece has no more than there are */
};

static inline const struct ref_state *kept_ref(const struct state *kept, uint32_t i)
{
	return &kept->ref_pieces[i / REFS]->refs[i % REFS];
}

/* A slot of any state. */
struct kept_slot {
	uint64_t types;		     /* as in struct stack_slot, the first lowest */
	const struct reg_state *reg; /* never NULL when the types say that there is one */
};

static inline struct piece **kept_pieces(const struct kept_frame *f)
{
	return (struct piece **)(f + 1);
}
static inline uint32_t piece_count(uint32_t has)
{
	return 0x4332322132212110 >> has * PLACES & 7; /* bits that are set */
}
static inline const struct reg_state *piece_reg(const struct piece *p, uint32_t place)
{
	return p->has >> place & 1 ? &p->regs[piece_count(p->has & ((1u << place) - 1))] : NULL;
}
static inline const struct reg_state *kept_reg(const struct env *env, const struct kept *k,
					       uint32_t regno)
{
	const struct piece *p = kept_pieces(k->frame)[regno / PLACES];
	const struct reg_state *reg = p ? piece_reg(p, regno % PLACES) : NULL;

	return reg && k->alive_regs >> regno & 1 ? reg : &env->not_init;
}
static inline struct kept_slot kept_slot(const struct kept *k, uint32_t slot)
{
	const struct piece *p = kept_pieces(k->frame)[REG_PIECES + slot / PLACES];

	if (!p || !(k->alive_slots >> slot & 1))
		return (struct kept_slot){0};
	return (struct kept_slot){p->types[slot % PLACES], piece_reg(p, slot % PLACES)};
}
/* Of a register that was there the reference is asked for still (unmark_stack_slots_dynptr()). */
static inline struct kept_slot open_slot(const struct func_state *fs, uint32_t slot)
{
	const struct stack_slot *at = &fs->stack[slot];
	uint64_t types;

	memcpy(&types, at->type, sizeof(types));
	return (struct kept_slot){types,
				  slot_has_reg(at) || at->spilled.ref_obj_id ? &at->spilled : NULL};
}
static inline enum slot_type kept_slot_type(struct kept_slot slot)
{
	return (enum slot_type)(slot.types >> 56); /* of the lowest byte, type[7] */
}
static inline bool kept_slot_is_scalar(struct kept_slot slot)
{
	return kept_slot_type(slot) == SLOT_SPILL && slot.reg->type == T_SCALAR;
}
/* Of any state, but for registers and slots. */
static inline const struct func_state *func_at(const struct state *st, uint32_t frame)
{
	return st->kept ? &st->kept[frame].frame->func : st->frame[frame];
}
/* The instruction that a frame of a state is at: calls are, in frames below the last. */
static inline uint32_t frame_insn(const struct state *st, uint32_t frame)
{
	return frame == st->curframe ? st->insn : (uint32_t)func_at(st, frame + 1)->callsite;
}

/* Makes kept what the open state st is. What has not changed since st's parent it shares. */
void keep_state(struct env *env, struct state *kept, const struct state *st);
void drop_kept(struct env *env, struct state *kept); /* and it is nothing */
/* Makes the open state st what kept is. */
void open_state(struct env *env, struct state *st, const struct state *kept);
/* The same for the log; until the next one. */
const struct state *shown_state(struct env *env, const struct state *kept);
void keep_hist(struct env *env, struct state *kept, const struct state *st);
void drop_hist(struct env *env, struct state *kept);

#endif
