/* Comparisons: of jumps, of SET, of SELECT; and those that an instruction has made already. */
#include "jit/x86/opt.h"

static bool is_equality(uint8_t cc)
{
	return cc == CC_EQ || cc == CC_NE;
}

static bool is_test(uint8_t cc)
{
	return cc == CC_SET || cc == CC_CLEAR;
}

/*
 * A zero-extended load compared with a constant that it could be: in the load's own width. The
 * constant of a comparison that is not of signs is the same in both.
 */
static bool fold_narrow(struct isel *is, struct ref *a, struct ref b, uint8_t cc, uint8_t *width)
{
	const struct ir_ins *def = isel_def(is, *a);
	int64_t c;

	if (!def || def->op != IR_LOAD || def->width >= *width || !isel_is_con(is, b, &c) ||
	    (cc >= CC_SLT && cc <= CC_SLE) || c < 0 || c >> (def->width * 8) ||
	    !isel_fold_load(is, a, def->width))
		return false;
	*width = def->width;
	return true;
}

void x86_compare(struct isel *is, struct ref *a, struct ref *b, uint8_t *cc, uint8_t *width)
{
	int64_t c;

	isel_order_compare(is, a, b, cc, width);
	if (is_test(*cc) && *width == 8 && isel_is_con(is, *b, &c) && c == (uint32_t)c)
		*width = 4;
	isel_need_reg(is, a);
	if (!isel_is_imm(is, *b, *width))
		isel_need_reg(is, b);
	/* test of memory and a register has one order of operands */
	if (fold_narrow(is, a, *b, *cc, width) || isel_fold_load(is, a, *width) ||
	    !isel_fold_load(is, b, *width) || !is_test(*cc))
		return;
	isel_swap_compare(a, b, cc);
}

/* ---- jumps ---- */

enum { LOOK_BACK = 12 }; /* instructions that a definition may be moved over */

static bool sets_flags(const struct isel *is, const struct ir_ins *ins)
{
	int64_t c;

	switch (ins->op) {
	case IR_ADD:
	case IR_SUB:
	case IR_AND:
	case IR_OR:
	case IR_XOR:
	case IR_NEG:
		return true;
	case IR_SHL:
	case IR_SHR:
	case IR_SAR:
		return isel_is_con(is, ins->arg[1], &c) && c & (ins->width * 8 - 1);
	default:
		return false;
	}
}

/* Can it be the block's last instruction? Nobody between uses it. */
static bool may_be_last(struct isel *is, const struct ir_ins *def)
{
	struct ir_ins *ins = is->blk->ins.v + is->blk->ins.n;
	struct ir_uses u;

	for (int i = 0; i < LOOK_BACK; i++) {
		if (--ins == def)
			return true;
		ir_uses(is->fn, ins, &u);
		for (uint32_t k = 0; k < u.n; k++)
			if (ref_eq(*u.v[k], def->to))
				return false;
	}
	return false;
}

/*
 * The condition of the flags that def leaves for a comparison of its result with c: that of the
 * result and 0; after a step down by 1, whether it went below 0, which is no carry. CC_COUNT: none.
 */
static uint8_t flags_cc(const struct isel *is, const struct ir_ins *def, uint8_t cc, int64_t c)
{
	int64_t by;

	if (!c && (is_equality(cc) || cc == CC_SLT || cc == CC_SGE))
		return cc;
	if (c == -1 && is_equality(cc) && def->op == IR_ADD && isel_is_con(is, def->arg[1], &by) &&
	    by == -1)
		return cc == CC_NE ? CC_ULT : CC_UGE;
	return CC_COUNT;
}

/* The jump asks about what was just computed: the flags say so. */
static bool take_flags(struct isel *is, struct ir_jmp *jmp)
{
	const struct ir_ins *def = isel_def(is, jmp->arg[0]);
	uint8_t cc;
	int64_t c;

	if (!isel_is_con(is, jmp->arg[1], &c) || !def || !sets_flags(is, def) ||
	    isel_single(is, jmp->arg[0]) || def->width != jmp->width)
		return false;
	cc = flags_cc(is, def, jmp->cc, c);
	if (cc == CC_COUNT || is->fn->tmps.v[jmp->arg[0].val].blk != is->blk ||
	    !may_be_last(is, def))
		return false;
	isel_unuse(is, jmp->arg[0]);
	*jmp = (struct ir_jmp){.kind = JUMP_FLAGS, .cc = cc, .slot = jmp->slot, .odds = jmp->odds};
	is->flags = def;
	return true;
}

void x86_jump(struct isel *is, struct ir_jmp *jmp)
{
	if (jmp->kind != JUMP_IF)
		return;
	if (take_flags(is, jmp))
		isel_ins(is, is->flags);
	else
		x86_compare(is, &jmp->arg[0], &jmp->arg[1], &jmp->cc, &jmp->width);
}

/* The constant, if there is one, is what is moved first; the other goes into a register. */
void x86_select(struct isel *is, struct ir_ins *ins)
{
	struct ir_call *call = ir_new_call(is->fn, *ins->call);

	ins->call = call;
	if (ins->arg[0].kind == REF_CON && ins->arg[1].kind != REF_CON) {
		struct ref r = ins->arg[0];

		ins->arg[0] = ins->arg[1];
		ins->arg[1] = r;
		call->cc ^= 1;
	}
	isel_need_reg(is, &ins->arg[0]);
	x86_compare(is, &call->arg[0], &call->arg[1], &call->cc, &call->width);
}
