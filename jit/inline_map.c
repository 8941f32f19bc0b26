/*
 * Lookups in maps that are known: in an array the address is arithmetic, and what is not in it is a
 * choice of 0; of other maps the function is called that is made for their keys.
 */
#include "core/helper/helper.h"
#include "core/obj/map.h"
#include "core/obj/runctx.h"
#include "jit/local.h"

struct inliner {
	struct ir_fn *fn;
	struct ir_blk *blk;
	VEC(struct ir_ins) out;
	uint32_t slot;
};

static struct map *known_map(const struct ir_fn *fn, struct ref r)
{
	for (uint32_t i = 0; ref_is_con(r) && i < fn->prog->nmaps; i++)
		if ((uintptr_t)fn->prog->maps[i] == (uint64_t)ref_con(fn, r))
			return fn->prog->maps[i];
	return NULL;
}

static const struct ir_value *value_in_map(struct ir_fn *fn)
{
	struct ir_value *v = arena_new(&fn->arena, struct ir_value);

	*v = (struct ir_value){TNUM_UNKNOWN, 0, UINT64_MAX, FACT_MAP_VALUE};
	return v;
}

static struct ref add(struct inliner *in, struct ir_ins ins)
{
	ins.slot = in->slot;
	if (ins.to.kind == REF_NONE)
		ins.to = ir_new_tmp(in->fn);
	vec_push(&in->out, ins);
	return ins.to;
}

static struct ref add_op(struct inliner *in, uint8_t op, struct ref a, uint64_t b)
{
	return add(in,
		   (struct ir_ins){.op = op, .width = 8, .arg = {a, ir_con(in->fn, (int64_t)b)}});
}

/* to = index < entries ? values + index * stride : NULL */
static void add_array_lookup(struct inliner *in, const struct ir_ins *call, const struct map *map,
			     const struct map_shape *shape)
{
	struct ref index =
		add(in, (struct ir_ins){.op = IR_LOAD, .width = 4, .arg = {call->call->arg[1]}});
	struct ref addr = add_op(in, IR_MUL, index, shape->stride);
	struct ir_call less = {.cc = CC_ULT,
			       .width = 4,
			       .arg = {index, ir_con(in->fn, (int32_t)map->max_entries)}};

	addr = add_op(in, IR_ADD, addr, (uintptr_t)shape->values);
	ref_tmp(in->fn, addr)->value = value_in_map(in->fn);
	ref_tmp(in->fn, call->to)->value = ref_tmp(in->fn, addr)->value;
	add(in, (struct ir_ins){.op = IR_SELECT,
				.width = 8,
				.to = call->to,
				.arg = {addr, ir_con(in->fn, 0)},
				.call = ir_new_call(in->fn, less)});
}

/* The map's own function in the helper's place; it looks at nothing of the run. */
static void call_directly(struct inliner *in, const struct ir_ins *ins,
			  const struct map_shape *shape)
{
	struct ir_call call = {.callee = CALLEE_NATIVE,
			       .nargs = 3,
			       .target = (const void *)(uintptr_t)shape->lookup,
			       .name = "lookup",
			       .arg = {ins->call->arg[0], ins->call->arg[1], ir_con(in->fn, 0)}};
	struct ir_ins direct = *ins;

	direct.call = ir_new_call(in->fn, call);
	vec_push(&in->out, direct);
}

static bool inline_lookup(struct inliner *in, const struct ir_ins *ins)
{
	helper_fn *helper = in->fn->prog->helpers[HELPER_map_lookup_elem];
	struct map *map;
	struct map_shape shape;

	if (ins->op != IR_CALL || ins->call->callee != CALLEE_NATIVE ||
	    ins->call->target != (const void *)(uintptr_t)helper)
		return false;
	map = known_map(in->fn, ins->call->arg[0]);
	if (!map || !map->ops->shape)
		return false;
	map->ops->shape(map, &shape);
	in->slot = ins->slot;
	in->fn->again = true;
	if (shape.values)
		add_array_lookup(in, ins, map, &shape);
	else
		call_directly(in, ins, &shape);
	return true;
}

static void inline_blk(struct inliner *in, struct ir_blk *blk)
{
	bool changed = false;

	in->out.n = 0;
	vec_each(&blk->ins, ins) {
		if (inline_lookup(in, ins))
			changed = true;
		else
			vec_push(&in->out, *ins);
	}
	if (!changed)
		return;
	blk->ins.n = 0;
	vec_each(&in->out, ins) {
		vec_push(&blk->ins, *ins);
	}
}

void inline_map(struct ir_fn *fn)
{
	struct inliner in = {.fn = fn};

	if (!fn->prog->nmaps || !fn->prog->helpers)
		return;
	for (uint32_t i = 0; i < fn->nrpo; i++)
		inline_blk(&in, fn->rpo[i]);
	vec_free(&in.out);
}
