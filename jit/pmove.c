/*
 * Moves that happen at once, one after the other (Boissinot and others, "Revisiting Out-of-SSA
 * Translation", 2009, algorithm 1): a register is written when nobody has to read it any more. What
 * is read again is read where it was moved to, so that registers come free early; what is left are
 * cycles, which swaps turn.
 */
#include "jit/pmove.h"

struct state {
	struct ref from[MAX_REGS]; /* what a register is to have; NO_REF: nothing, or it has it */
	uint8_t at[MAX_REGS];	   /* where what it had is now */
	uint8_t readers[MAX_REGS]; /* how many registers are to have what it had */
	uint8_t ready[MAX_REGS];   /* those to write that nobody reads */
	uint32_t nready;
	struct ir_ins *out;
	uint32_t n;
};

static bool is_pending(const struct state *s, uint32_t reg)
{
	return s->from[reg].kind != REF_NONE;
}

static void put(struct state *s, uint8_t op, uint32_t to, struct ref from)
{
	s->out[s->n++] =
		(struct ir_ins){.op = op, .width = 8, .to = {REF_REG, to}, .arg = {from, NO_REF}};
}

static void read_by_one_less(struct state *s, uint32_t reg)
{
	if (--s->readers[reg] == 0 && is_pending(s, reg))
		s->ready[s->nready++] = (uint8_t)reg;
}

static void write_reg(struct state *s, uint32_t to)
{
	struct ref from = s->from[to];
	uint32_t reg = from.val;

	s->from[to] = NO_REF;
	if (from.kind != REF_REG) {
		put(s, from.kind == REF_MEM ? IR_LEA : IR_COPY, to, from);
		return;
	}
	put(s, IR_COPY, to, (struct ref){REF_REG, s->at[reg]});
	/* Its other readers take it from here, when it is to be written itself. */
	if (s->at[reg] == reg && is_pending(s, reg) && s->readers[reg] > 1) {
		s->at[reg] = (uint8_t)to;
		s->readers[reg] = 0;
		s->ready[s->nready++] = (uint8_t)reg;
		return;
	}
	if (s->readers[reg])
		read_by_one_less(s, reg);
}

static void write_ready(struct state *s)
{
	while (s->nready)
		write_reg(s, s->ready[--s->nready]);
}

/* to waits for what is in its source, which waits for the next, up to one that waits for to. */
static void turn(struct state *s, uint32_t to)
{
	while (is_pending(s, to)) {
		uint32_t from = s->from[to].val;

		s->from[to] = NO_REF;
		if (!is_pending(s, from))
			return;
		put(s, IR_SWAP, to, (struct ref){REF_REG, from});
		to = from;
	}
}

uint32_t pmove(struct ir_ins *out, const struct pmove *moves, uint32_t n)
{
	struct state s = {.out = out};

	for (uint32_t r = 0; r < MAX_REGS; r++)
		s.at[r] = (uint8_t)r;
	for (uint32_t i = 0; i < n; i++) {
		struct ref from = moves[i].from;

		if (from.kind == REF_REG && from.val == moves[i].to)
			continue;
		s.from[moves[i].to] = from;
		if (from.kind == REF_REG)
			s.readers[from.val]++;
	}
	for (uint32_t i = 0; i < n; i++)
		if (is_pending(&s, moves[i].to) && !s.readers[moves[i].to])
			s.ready[s.nready++] = moves[i].to;
	write_ready(&s);
	for (uint32_t i = 0; i < n; i++)
		turn(&s, moves[i].to);
	return s.n;
}
