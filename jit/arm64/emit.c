/*
 * Machine code of a function: its frame, its blocks in order, its jumps.
 *
 *	a frame, from above:	saved registers, the link register,
 *				the BPF frame  <- IR_FRAME, spilled values, filling  <- sp
 */
#include "jit/arm64/opt.h"

enum {
	LOOP_ALIGN = 16,
	REACH_WORDS = 1 << 17, /* of a conditional jump, with room to spare */
};

/* ---- frames ---- */

static bool calls(const struct ir_fn *fn)
{
	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->ins, ins)
			if (ins->op == IR_CALL || ins->op == IR_TAILCALL)
				return true;
	return false;
}

static uint32_t saved_size(const struct emit *e)
{
	return (uint32_t)round_up(8 * (uint32_t)__builtin_popcount(e->saved), 16);
}

static void lay_out_frame(struct emit *e)
{
	const struct ir_fn *fn = e->fn;
	uint32_t n = 0;

	e->saved = (uint32_t)((fn->is_part ? UINT64_MAX : fn->used) & target_arm64.saved);
	if (fn->is_part || calls(fn))
		e->saved |= UINT32_C(1) << LR;
	e->top = e->size = (uint32_t)round_up(round_up(fn->frame, 8) + fn->spills * 8, 16);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		n += (uint32_t)fn->rpo[i]->ins.n + 2;
	/* No instruction takes more than some words */
	e->is_far = n > REACH_WORDS / 16;
}

static void move_saved(struct emit *e, enum a64_op op)
{
	int64_t at = 0;

	for (uint32_t reg = 0; reg < 32; reg++)
		if (e->saved >> reg & 1) {
			a64_mem(e->b, op, 8, reg, SP, at);
			at += 8;
		}
}

static void prologue(struct emit *e)
{
	if (e->saved) {
		a64_add(e->b, SP, SP, -(int64_t)saved_size(e));
		move_saved(e, A64_STR);
	}
	if (e->size)
		a64_add(e->b, SP, SP, -(int64_t)e->size);
}

void a64_epilogue(struct emit *e)
{
	if (e->size)
		a64_add(e->b, SP, SP, e->size);
	if (!e->saved)
		return;
	move_saved(e, A64_LDR);
	a64_add(e->b, SP, SP, saved_size(e));
}

void a64_leave(struct emit *e, const struct ir_ins *ins)
{
	a64_epilogue(e);
	a64_jump(e->b, A64_B, e->env->first_part + (uint32_t)ins->disp);
}

/* ---- jumps ---- */

static uint32_t label_of(const struct emit *e, const struct ir_blk *blk)
{
	return e->first_blk + blk->id;
}

static void jump_to(struct emit *e, const struct ir_blk *to, const struct ir_blk *next)
{
	if (to != next)
		a64_jump(e->b, A64_B, label_of(e, to));
}

static void jump_if(struct emit *e, enum a64_cc cc, uint32_t label)
{
	uint32_t over;

	if (!e->is_far) {
		a64_jump_cc(e->b, cc, label);
		return;
	}
	over = code_labels(e->b, 1);
	a64_jump_cc(e->b, cc ^ 1, over);
	a64_jump(e->b, A64_B, label);
	code_bind(e->b, over);
}

static void branch(struct emit *e, const struct ir_blk *blk, const struct ir_blk *next)
{
	const struct ir_jmp *jmp = &blk->jmp;
	struct ir_blk *yes = blk->to[0], *no = blk->to[1];
	uint8_t cc = jmp->cc;
	bool is_zero = (cc == CC_EQ || cc == CC_NE) && jmp->arg[1].kind == REF_CON &&
		       !ref_con(e->fn, jmp->arg[1]);

	if (yes == next || (no != next && yes->depth < no->depth)) {
		yes = blk->to[1];
		no = blk->to[0];
		cc ^= 1;
	}
	if (is_zero && !e->is_far)
		a64_jump_zero(e->b, cc == CC_EQ ? A64_CBZ : A64_CBNZ, jmp->width, jmp->arg[0].val,
			      label_of(e, yes));
	else
		jump_if(e, a64_compare(e, jmp->arg[0], jmp->arg[1], cc, jmp->width),
			label_of(e, yes));
	jump_to(e, no, next);
}

/* What is filled up behind it, where a loop or a function begins, is no entry. */
static void emit_entries(struct emit *e, const struct ir_jmp *jmp, uint32_t label,
			 const struct ir_blk *next)
{
	code_origin(e->b, ORIGIN_NONE);
	code_bind(e->b, label);
	for (uint32_t i = 0; i < jmp->table->n; i++)
		code_offset(e->b, label_of(e, jmp->table->to[i]), label);
	if (!next || ir_is_loop_top(next))
		code_origin(e->b, jmp->slot);
}

/*
 * The table has distances from itself, and is right behind the jump: in reach however large the
 * function is. What it takes up there, at most 256 words and some in place of 5 questions, is less
 * than REACH_WORDS leaves to conditional jumps.
 */
static void emit_table(struct emit *e, const struct ir_jmp *jmp, const struct ir_blk *next)
{
	const struct jump_table *t = jmp->table;
	uint32_t index = jmp->arg[0].val, label = code_labels(e->b, 1);

	if (t->width == 4) {
		a64_rrr(e->b, A64_ORR, 4, X16, ZR, index, 0);
		index = X16;
	}
	if (t->least) {
		a64_add(e->b, X16, index, -(int64_t)t->least);
		index = X16;
	}
	if (t->none) {
		a64_arith(e->b, A64_SUBS_K, 8, ZR, index, t->n - 1);
		jump_if(e, A64_HI, label_of(e, t->none));
	}
	a64_adr(e->b, X17, label);
	a64_mem_x(e->b, A64_LDRS_X, 4, X16, X17, index, true);
	a64_rrr(e->b, A64_ADD, 8, X17, X17, X16, 0);
	a64_jump_reg(e->b, A64_BR, X17);
	emit_entries(e, jmp, label, next);
}

static void emit_jump(struct emit *e, const struct ir_blk *blk, const struct ir_blk *next)
{
	code_origin(e->b, blk->jmp.slot);
	switch (blk->jmp.kind) {
	case JUMP_GOTO:
		jump_to(e, blk->to[0], next);
		break;
	case JUMP_TABLE:
		emit_table(e, &blk->jmp, next);
		break;
	case JUMP_RET:
		a64_epilogue(e);
		a64_plain(e->b, A64_RET);
		break;
	case JUMP_STOP:
		a64_plain(e->b, A64_BRK);
		break;
	default:
		branch(e, blk, next);
	}
}

/* ---- blocks ---- */

void arm64_emit(struct ir_fn *fn, const struct emit_env *env)
{
	struct emit e = {.fn = fn, .b = env->buf, .env = env};

	lay_out_frame(&e);
	e.first_blk = code_labels(e.b, fn->nrpo);
	code_align(e.b, LOOP_ALIGN);
	code_bind(e.b, env->label);
	code_origin(e.b, fn->rpo[0]->slot);
	prologue(&e);
	for (uint32_t i = 0; i < fn->nrpo; i++) {
		if (ir_is_loop_top(fn->rpo[i]))
			code_align(e.b, LOOP_ALIGN);
		code_bind(e.b, label_of(&e, fn->rpo[i]));
		vec_each(&fn->rpo[i]->ins, ins) {
			code_origin(e.b, ins->slot);
			a64_ins(&e, ins);
		}
		emit_jump(&e, fn->rpo[i], i + 1 < fn->nrpo ? fn->rpo[i + 1] : NULL);
	}
	a64_tails(&e);
	vec_free(&e.tails);
}
