/*
 * Jumps out of reach of 16 bits. A pass that finds one notes its ordinal and everything is
 *assembled again with that jump written long; a jump once long stays long, so this ends. A
 *condition is inverted to skip a gotol; what has no inverse skips a goto that skips the gotol:
 *
 *	if r1 > r2 goto far	if r1 <= r2 goto +1		if r1 & r2 goto +1
 *				gotol far			goto +1
 *								gotol far
 */
#include "asm/local.h"

#include "core/isa/build.h"

bool jump_is_long(struct assembler *a)
{
	uint32_t ordinal = a->njumps++;

	return ordinal < a->relax->is_long.n && a->relax->is_long.v[ordinal];
}

bool want_long(struct assembler *a, const struct fixup *f)
{
	if (!a->opts->relax)
		return false;
	while (a->relax->is_long.n <= f->jump)
		vec_push(&a->relax->is_long, 0);
	a->relax->is_long.v[f->jump] = 1;
	a->relax->changed = true;
	return true;
}

/* Does r mean the opposite of l? Told by their meanings on values that no two comparisons share. */
static bool is_inverse(enum insn_op l, enum insn_op r)
{
	static const struct {
		uint64_t a, b;
	} samples[] = {{1, 2}, {2, 1}, {1, 1}, {-1ull, 1}, {1, -1ull}, {3, 1}};
	uint64_t x, y;

	if (insn_descs[l].shape != insn_descs[r].shape ||
	    (insn_descs[l].flags & INSN_W32) != (insn_descs[r].flags & INSN_W32))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		if (!insn_eval(l, samples[i].a, samples[i].b, &x) ||
		    !insn_eval(r, samples[i].a, samples[i].b, &y) || x == y)
			return false;
	return true;
}

static enum insn_op inverse(enum insn_op op)
{
	for (int other = OP_BAD + 1; other < OP_COUNT; other++)
		if (is_inverse(op, other))
			return other;
	return OP_BAD;
}

int emit_long_jump(struct assembler *a, struct operands *o)
{
	struct operands far = {
		.op = OP_JA32, .target = o->target, .loc = o->loc, .target_loc = o->target_loc};
	struct operands skip = *o, hop = {.op = OP_JA, .loc = o->loc};
	enum insn_op opposite = inverse(o->op);
	int err = 0;

	skip.target = hop.target = NULL;
	skip.off = hop.off = expr_num(a, 1, &o->loc);
	if (o->op != OP_JA) {
		skip.op = opposite ? opposite : o->op;
		err = emit_operands(a, &skip);
		if (!err && !opposite)
			err = emit_operands(a, &hop);
	}
	if (!err)
		err = emit_operands(a, &far);
	return err;
}
