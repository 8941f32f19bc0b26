#include "jit/ir.h"

#include <stdlib.h>
#include <string.h>

const struct ir_op_desc ir_ops[IR_COUNT] = {
	[IR_NOP] = {"nop", 0},
#define COMM		      IR_COMM
#define PURE		      IR_PURE
#define READS		      IR_READS
#define WRITES		      IR_WRITES
#define EFFECT		      IR_EFFECT
#define IR(name, modes, text) [IR_##name] = {text, modes},
#include "jit/ir.def"
#undef COMM
#undef PURE
#undef READS
#undef WRITES
#undef EFFECT
};

_Static_assert((CC_EQ ^ 1) == CC_NE && (CC_ULT ^ 1) == CC_UGE && (CC_UGT ^ 1) == CC_ULE &&
		       (CC_SLT ^ 1) == CC_SGE && (CC_SGT ^ 1) == CC_SLE && (CC_SET ^ 1) == CC_CLEAR,
	       "the low bit is negation");

const uint8_t ir_swapped[CC_COUNT] = {
	[CC_EQ] = CC_EQ,   [CC_NE] = CC_NE,   [CC_ULT] = CC_UGT, [CC_UGE] = CC_ULE,
	[CC_UGT] = CC_ULT, [CC_ULE] = CC_UGE, [CC_SLT] = CC_SGT, [CC_SGE] = CC_SLE,
	[CC_SGT] = CC_SLT, [CC_SLE] = CC_SGE, [CC_SET] = CC_SET, [CC_CLEAR] = CC_CLEAR,
};

struct ir_fn *ir_new(const struct prog *prog, uint32_t func)
{
	struct ir_fn *fn = xcalloc(1, sizeof(*fn));

	fn->prog = prog;
	fn->func = func;
	return fn;
}

void ir_free(struct ir_fn *fn)
{
	vec_free(&fn->blks);
	vec_free(&fn->tmps);
	vec_free(&fn->cons);
	vec_free(&fn->mems);
	free(fn->con_table.at);
	arena_free(&fn->arena);
	free(fn);
}

/* One that is not jumped from yet. */
struct ir_blk *ir_new_blk(struct ir_fn *fn)
{
	struct ir_blk *blk = arena_new(&fn->arena, struct ir_blk);

	blk->jmp = (struct ir_jmp){.kind = JUMP_STOP, .odds = 4};
	blk->id = (uint32_t)fn->blks.n;
	vec_push(&fn->blks, blk);
	return blk;
}

struct rename {
	struct ref from, to;
};

static void rename_use(void *arg, struct ref *r)
{
	const struct rename *as = arg;

	if (ref_eq(*r, as->from))
		*r = as->to;
}

/* A temporary that is defined in the block before it is in SSA is used there alone. */
static void rename_tmp(struct ir_fn *fn, struct ir_blk *blk, struct ir_ins *def)
{
	struct rename as = {def->to, ir_new_tmp(fn)};

	def->to = as.to;
	for (struct ir_ins *ins = def + 1; ins < blk->ins.v + blk->ins.n; ins++)
		ir_each_use(fn, ins, rename_use, &as);
	ir_each_jmp_use(fn, blk, rename_use, &as);
}

struct ir_blk *ir_copy_blk(struct ir_fn *fn, const struct ir_blk *blk)
{
	struct ir_blk *copy = ir_new_blk(fn);

	copy->jmp = blk->jmp;
	copy->to[0] = blk->to[0];
	copy->to[1] = blk->to[1];
	copy->slot = blk->slot;
	copy->known = blk->known;
	copy->known_from = blk->known_from;
	ir_set_ins(fn, copy, blk->ins.v, blk->ins.n);
	vec_each(&copy->ins, ins) {
		if (ins->call)
			ins->call = ir_new_call(fn, *ins->call);
	}
	vec_each(&copy->ins, ins) {
		if (ins->to.kind == REF_TMP)
			rename_tmp(fn, copy, ins);
	}
	return copy;
}

struct ref ir_new_var(struct ir_fn *fn)
{
	return (struct ref){REF_VAR, fn->nvars++};
}

struct ref ir_new_tmp(struct ir_fn *fn)
{
	(void)vec_add(&fn->tmps);
	return (struct ref){REF_TMP, (uint32_t)fn->tmps.n - 1};
}

/* The place of value in the table, or the free one where it would be. */
static uint32_t *con_place(struct ir_fn *fn, int64_t value)
{
	uint64_t hash = (uint64_t)value * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t mask = fn->con_table.cap - 1, at = (uint32_t)(hash >> 32) & mask;

	while (fn->con_table.at[at] && fn->cons.v[fn->con_table.at[at] - 1] != value)
		at = (at + 1) & mask;
	return &fn->con_table.at[at];
}

static void grow_cons(struct ir_fn *fn)
{
	free(fn->con_table.at);
	fn->con_table.cap = max(fn->con_table.cap * 2, 16u);
	fn->con_table.at = xcalloc(fn->con_table.cap, sizeof(*fn->con_table.at));
	for (uint32_t i = 0; i < fn->cons.n; i++)
		*con_place(fn, fn->cons.v[i]) = i + 1;
}

struct ref ir_con(struct ir_fn *fn, int64_t value)
{
	uint32_t *place;

	if (fn->cons.n * 2 >= fn->con_table.cap)
		grow_cons(fn);
	place = con_place(fn, value);
	if (!*place) {
		vec_push(&fn->cons, value);
		*place = (uint32_t)fn->cons.n;
	}
	return (struct ref){REF_CON, *place - 1};
}

struct ref ir_new_mem(struct ir_fn *fn, struct ir_mem mem)
{
	vec_push(&fn->mems, mem);
	return (struct ref){REF_MEM, (uint32_t)fn->mems.n - 1};
}

bool ir_is_entered_again(const struct ir_blk *blk)
{
	for (size_t i = 0; i < blk->pred.n; i++)
		if (blk->pred.v[i]->id >= blk->id)
			return true;
	return false;
}

bool ir_is_loop_top(const struct ir_blk *blk)
{
	return blk->loop && blk->loop->id >= blk->id && ir_is_entered_again(blk);
}

struct ir_ins *ir_add(struct ir_fn *fn, struct ir_blk *blk, struct ir_ins ins)
{
	arena_push(&fn->arena, &blk->ins, ins);
	return vec_last(&blk->ins);
}

struct ir_call *ir_new_call(struct ir_fn *fn, struct ir_call call)
{
	return arena_memdup(&fn->arena, &call, sizeof(call));
}

void ir_mem_uses(struct ir_fn *fn, struct ref *r, struct ir_uses *u)
{
	struct ir_mem *mem = &fn->mems.v[r->val];

	if (mem->base.kind == REF_NONE && mem->index.kind == REF_NONE)
		u->v[u->n++] = r;
	if (mem->base.kind != REF_NONE)
		u->v[u->n++] = &mem->base;
	if (mem->index.kind != REF_NONE)
		u->v[u->n++] = &mem->index;
}

void ir_set_ins(struct ir_fn *fn, struct ir_blk *blk, const struct ir_ins *v, size_t n)
{
	ir_reserve(fn, &blk->ins, n);
	if (n)
		memcpy(blk->ins.v, v, n * sizeof(*v));
	blk->ins.n = n;
}

void ir_each_mem_use(struct ir_fn *fn, struct ref r, void (*visit)(void *arg, struct ref *r),
		     void *arg)
{
	struct ir_mem *mem = &fn->mems.v[r.val];

	ir_visit_ref(fn, &mem->base, visit, arg);
	ir_visit_ref(fn, &mem->index, visit, arg);
}

static void count_uses(struct ir_fn *fn, const struct ir_uses *u)
{
	for (uint32_t i = 0; i < u->n; i++)
		if (u->v[i]->kind == REF_TMP)
			ref_tmp(fn, *u->v[i])->uses++;
}

static void fill_blk_uses(struct ir_fn *fn, struct ir_blk *blk)
{
	struct ir_uses u;

	vec_each(&blk->phis, phi) {
		ref_tmp(fn, phi->to)->blk = blk;
		for (size_t i = 0; i < blk->pred.n; i++)
			if (phi->arg[i].kind == REF_TMP)
				ref_tmp(fn, phi->arg[i])->uses++;
	}
	vec_each(&blk->ins, ins) {
		ir_uses(fn, ins, &u);
		count_uses(fn, &u);
		if (ins->to.kind != REF_TMP)
			continue;
		ref_tmp(fn, ins->to)->def = ins;
		ref_tmp(fn, ins->to)->blk = blk;
		ref_tmp(fn, ins->to)->frame = ins->op == IR_FRAME;
		ref_tmp(fn, ins->to)->disp = ins->disp;
	}
	ir_jmp_uses(fn, &blk->jmp, &u);
	count_uses(fn, &u);
}

void ir_fill_uses(struct ir_fn *fn)
{
	vec_each(&fn->tmps, tmp) {
		tmp->uses = 0;
		tmp->frame = false;
		tmp->def = NULL;
		tmp->blk = NULL;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(fn->args); i++)
		if (fn->args[i].kind == REF_TMP)
			ref_tmp(fn, fn->args[i])->blk = fn->blks.v[0];
	for (uint32_t i = 0; i < fn->nrpo; i++)
		fill_blk_uses(fn, ir_next(fn, i));
}
