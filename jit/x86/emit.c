/*
 * Machine code of a function: its frame, its blocks in order, its jumps.
 *
 *	a frame, from above:	return address, saved registers,
 *				the BPF frame  <- IR_FRAME, spilled values, filling  <- rsp
 *
 * A function that calls nobody leaves rsp where it is when all that fits below it (the ABI's red
 * zone, which signals leave alone). So does one that has nothing to put there, but for tail calls.
 */
#include "jit/x86/opt.h"

enum { RED_ZONE = 128, LOOP_ALIGN = 32, FUNC_ALIGN = 16 };

/* ---- frames ---- */

static bool has(const struct ir_fn *fn, enum ir_op op)
{
	for (uint32_t i = 0; i < fn->nrpo; i++)
		vec_each(&fn->rpo[i]->ins, ins)
			if (ins->op == op)
				return true;
	return false;
}

static void lay_out_frame(struct emit *e)
{
	const struct ir_fn *fn = e->fn;
	uint32_t size = (uint32_t)round_up(fn->frame, 8) + fn->spills * 8, pushed;

	e->saved = (uint32_t)((fn->is_part ? UINT64_MAX : fn->used) & target_x86.saved);
	pushed = 8 + 8 * (uint32_t)__builtin_popcount(e->saved);
	e->bare = pushed + size == 8 && !has(fn, IR_CALL);
	if (!e->bare && (has(fn, IR_CALL) || has(fn, IR_TAILCALL))) {
		e->size = (uint32_t)round_up(pushed + size, 16) - pushed;
		e->top = e->size;
	} else if (size > RED_ZONE) {
		e->size = e->top = size;
	}
}

static struct x86_mem spill_slot(const struct emit *e, uint32_t slot)
{
	uint32_t above = (uint32_t)round_up(e->fn->frame, 8) + (slot + 1) * 8;

	return X86_AT(RSP, (int32_t)(e->top - above));
}

struct x86_mem emit_mem(const struct emit *e, struct ref r)
{
	const struct ir_mem *mem;
	struct x86_mem m;

	if (r.kind == REF_SPILL)
		return spill_slot(e, r.val);
	mem = &e->fn->mems.v[r.val];
	m = (struct x86_mem){X86_NO_REG, X86_NO_REG, mem->scale, mem->disp};
	if (mem->base.kind == REF_REG)
		m.base = (uint8_t)mem->base.val;
	if (mem->index.kind == REF_REG)
		m.index = (uint8_t)mem->index.val;
	if (mem->frame) {
		m.base = RSP;
		m.disp += (int32_t)e->top;
	}
	return m;
}

static void emit_prologue(struct emit *e)
{
	for (uint32_t reg = 0; reg < target_x86.nregs; reg++)
		if (e->saved >> reg & 1)
			x86_push(e->b, reg);
	if (e->size)
		x86_ri(e->b, X86_SUB, 8, RSP, (int32_t)e->size);
}

void emit_epilogue(struct emit *e)
{
	if (e->size)
		x86_ri(e->b, X86_ADD, 8, RSP, (int32_t)e->size);
	for (uint32_t reg = target_x86.nregs; reg-- > 0;)
		if (e->saved >> reg & 1)
			x86_pop(e->b, reg);
}

void emit_leave(struct emit *e, const struct ir_ins *ins)
{
	emit_epilogue(e);
	x86_jmp(e->b, e->env->first_part + (uint32_t)ins->disp);
}

/* ---- jumps ---- */

static uint32_t label_of(const struct emit *e, const struct ir_blk *blk)
{
	return e->first_blk + blk->id;
}

static void jump_to(struct emit *e, const struct ir_blk *to, const struct ir_blk *next)
{
	if (to != next)
		x86_jmp(e->b, label_of(e, to));
}

static void branch(struct emit *e, const struct ir_blk *blk, enum x86_cc cc,
		   const struct ir_blk *next)
{
	struct ir_blk *yes = blk->to[0], *no = blk->to[1];

	/* Of two jumps the second one is for what is behind a loop. */
	if (yes == next || (no != next && yes->depth < no->depth)) {
		yes = blk->to[1];
		no = blk->to[0];
		cc ^= 1;
	}
	x86_jcc(e->b, cc, label_of(e, yes));
	jump_to(e, no, next);
}

/* What the flags say of a result; the two unsigned ones are of the carry (isel_cmp.c). */
static enum x86_cc flags_cc(uint8_t cc)
{
	switch (cc) {
	case CC_EQ:
		return X86_E;
	case CC_NE:
		return X86_NE;
	case CC_SLT:
		return X86_S;
	case CC_SGE:
		return X86_NS;
	default:
		return cc == CC_ULT ? X86_B : X86_AE;
	}
}

/* [table + value * 8], which begins with the least value. */
static void emit_table(struct emit *e, const struct ir_jmp *jmp)
{
	const struct jump_table *t = jmp->table;
	uint32_t value = jmp->arg[0].val, label = code_labels(e->b, 1);
	uint32_t base = (uint32_t)__builtin_ctz(jmp->free), index = value;
	int32_t least = (int32_t)t->least;

	if (t->none) {
		if (least || t->width == 4) {
			index = (uint32_t)__builtin_ctz(jmp->free & (jmp->free - 1));
			x86_rm(e->b, X86_LEA, t->width, index, X86_AT(value, -least));
			least = 0;
		}
		x86_ri(e->b, X86_CMP, t->width, index, (int32_t)t->n - 1);
		x86_jcc(e->b, X86_A, label_of(e, t->none));
	}
	x86_lea_label(e->b, base, label);
	x86_m(e->b, X86_JMP, 8, X86_AT2(base, index, 8, -8 * least));
	vec_push(&e->tables, ((struct emit_table){t, label}));
}

static void emit_tables(struct emit *e)
{
	vec_each(&e->tables, t) {
		code_align(e->b, 8);
		code_origin(e->b, ORIGIN_NONE);
		code_bind(e->b, t->label);
		for (uint32_t i = 0; i < t->table->n; i++)
			code_absolute(e->b, label_of(e, t->table->to[i]));
	}
	vec_free(&e->tables);
}

static void emit_jump(struct emit *e, const struct ir_blk *blk, const struct ir_blk *next)
{
	const struct ir_jmp *jmp = &blk->jmp;

	code_origin(e->b, jmp->slot);
	switch (jmp->kind) {
	case JUMP_GOTO:
		jump_to(e, blk->to[0], next);
		break;
	case JUMP_IF:
		branch(e, blk, emit_compare(e, jmp->arg[0], jmp->arg[1], jmp->cc, jmp->width),
		       next);
		break;
	case JUMP_FLAGS:
		branch(e, blk, flags_cc(jmp->cc), next);
		break;
	case JUMP_TABLE:
		emit_table(e, jmp);
		break;
	case JUMP_RET:
		emit_epilogue(e);
		x86_ret(e->b);
		break;
	case JUMP_STOP:
		x86_trap(e->b);
		break;
	}
}

/* ---- blocks ---- */

static void emit_blk(struct emit *e, struct ir_blk *blk, const struct ir_blk *next)
{
	if (ir_is_loop_top(blk))
		code_align(e->b, LOOP_ALIGN);
	code_bind(e->b, label_of(e, blk));
	e->flags = false;
	e->compared.a = NO_REF;
	vec_each(&blk->ins, ins) {
		code_origin(e->b, ins->slot);
		emit_ins(e, ins);
		e->flags |= ins->flags;
	}
	emit_jump(e, blk, next);
}

void x86_emit(struct ir_fn *fn, const struct emit_env *env)
{
	struct emit e = {.fn = fn, .b = env->buf, .env = env};

	lay_out_frame(&e);
	e.first_blk = code_labels(e.b, fn->nrpo);
	code_align(e.b, FUNC_ALIGN);
	code_bind(e.b, env->label);
	code_origin(e.b, fn->rpo[0]->slot);
	emit_prologue(&e);
	for (uint32_t i = 0; i < fn->nrpo; i++)
		emit_blk(&e, fn->rpo[i], i + 1 < fn->nrpo ? fn->rpo[i + 1] : NULL);
	emit_tails(&e);
	emit_tables(&e);
	vec_free(&e.tails);
}
