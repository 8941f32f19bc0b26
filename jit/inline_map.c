/*
 * Helpers that are less than a call. Lookups in maps that are known: in an array the address is
 * arithmetic, and what is not in it is a choice of 0; of other maps the function is called that is
 * made for their keys. Changes of known maps are the map's own functions. And words of the run_ctx.
 */
#include <string.h>

#include "core/obj/map.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "jit/local.h"

struct inliner {
	struct ir_fn *fn;
	struct ir_blk *blk;
	VEC(struct ir_ins) out;
	uint32_t slot;
};

struct map *known_map(const struct ir_fn *fn, struct ref r)
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

static struct ref add_op(struct inliner *in, uint8_t op, struct ref a, struct ref b)
{
	return add(in, (struct ir_ins){.op = op, .width = 8, .arg = {a, b}});
}

static struct ref con(struct inliner *in, uint64_t value)
{
	return ir_con(in->fn, (int64_t)value);
}

static struct ref load(struct inliner *in, struct ref base, uint8_t width, size_t disp)
{
	return add(in,
		   (struct ir_ins){
			   .op = IR_LOAD, .width = width, .arg = {base}, .disp = (int32_t)disp});
}

/* to = a < b ? yes : no, of 32 bits without sign */
static struct ref choose_below(struct inliner *in, struct ref to, struct ref a, struct ref b,
			       struct ref yes, struct ref no)
{
	struct ir_call less = {.cc = CC_ULT, .width = 4, .arg = {a, b}};

	return add(in, (struct ir_ins){.op = IR_SELECT,
				       .width = 8,
				       .to = to,
				       .arg = {yes, no},
				       .call = ir_new_call(in->fn, less)});
}

static struct ref own_cpu(struct inliner *in)
{
	return add(in, (struct ir_ins){.op = IR_CPU, .width = 4});
}

/*
 * to = index < entries ? values + index * stride : NULL, with the cpu's own values where each has
 * some; a cpu that the map does not know has no entries.
 */
static void add_array_lookup(struct inliner *in, const struct ir_ins *call, const struct map *map,
			     const struct map_shape *shape)
{
	struct ref index = load(in, call->call->arg[1], 4, 0), cpu;
	struct ref entries = con(in, (uint64_t)(int32_t)map->max_entries);
	struct ref addr = add_op(in, IR_MUL, index, con(in, shape->stride));

	if (shape->run) {
		cpu = own_cpu(in);
		entries = choose_below(in, NO_REF, cpu, con(in, (uint64_t)(int32_t)map->ncpus),
				       entries, con(in, 0));
		cpu = add_op(in, IR_MUL, cpu, con(in, shape->run));
		addr = add_op(in, IR_ADD, addr, cpu);
	}
	addr = add_op(in, IR_ADD, addr, con(in, (uintptr_t)shape->values));
	ref_tmp(in->fn, addr)->value = value_in_map(in->fn);
	ref_tmp(in->fn, call->to)->value = ref_tmp(in->fn, addr)->value;
	choose_below(in, call->to, index, entries, addr, con(in, 0));
}

/* The map's own function in the helper's place, which looks at nothing of the run. */
static void call_directly(struct inliner *in, struct ir_ins ins, struct ir_call call)
{
	call.callee = CALLEE_NATIVE;
	ins.call = ir_new_call(in->fn, call);
	vec_push(&in->out, ins);
}

/* With the key in registers: what a program has just put together need not go to memory. */
static void load_key(struct inliner *in, const struct ir_ins *ins, const struct map *map,
		     struct ir_call *to)
{
	struct ref at = ins->call->arg[1];

	to->arg[1] = load(in, at, (uint8_t)min(map->key_size, 8u), 0);
	if (map->key_size > 8) /* nobody reads what there is otherwise */
		to->arg[2] = load(in, at, 8, 8);
}

static void call_find(struct inliner *in, const struct ir_ins *ins, const struct map *map,
		      const struct map_shape *shape)
{
	struct ir_call call = {
		.target = (const void *)(uintptr_t)shape->find,
		.name = "find",
		.keeps_frame = true};

	call.arg[0] = ins->call->arg[0];
	call.nargs = map->ops->percpu ? 4 : map->key_size > 8 ? 3 : 2;
	load_key(in, ins, map, &call);
	if (map->ops->percpu)
		call.arg[3] = own_cpu(in);
	call_directly(in, *ins, call);
}

static bool inline_lookup(struct inliner *in, const struct ir_ins *ins)
{
	struct map *map = known_map(in->fn, ins->call->arg[0]);
	struct map_shape shape = {0};

	if (!map || !map->ops->lookup)
		return false;
	if (map->ops->shape)
		map->ops->shape(map, &shape);
	if (shape.values)
		add_array_lookup(in, ins, map, &shape);
	else if (shape.find)
		call_find(in, ins, map, &shape);
	else
		call_directly(in, *ins,
			      (struct ir_call){
				      .nargs = 3,
				      .target = (const void *)(uintptr_t)map->ops->lookup,
				      .name = "lookup",
				      .keeps_frame = true,
				      .arg = {ins->call->arg[0], ins->call->arg[1], own_cpu(in)}});
	return true;
}

/* A change, with its 32 bits of result; what values own is the helper's to look after. */
static bool call_change(struct inliner *in, const struct ir_ins *ins, struct ir_call call)
{
	struct map *map = known_map(in->fn, ins->call->arg[0]);
	struct ir_ins to = *ins;

	if (!map || map->record)
		return false;
	memcpy(call.arg, ins->call->arg, sizeof(call.arg));
	call.arg[call.nargs - 1] = own_cpu(in);
	to.to = ir_new_tmp(in->fn);
	call_directly(in, to, call);
	add(in, (struct ir_ins){.op = IR_SEXT32, .width = 8, .to = ins->to, .arg = {to.to}});
	return true;
}

/* With the key in registers, and a value of a word where that may be written, if the map can it. */
static bool call_update(struct inliner *in, const struct ir_ins *ins, const struct map *map,
			const struct map_shape *shape)
{
	const struct ref *arg = ins->call->arg;
	struct ir_call call = {.nargs = 5, .keeps_frame = true};
	struct ir_ins to = *ins;

	if (!shape->update || !ref_is_con(arg[3]) || ref_con(in->fn, arg[3]) != UPDATE_ANY)
		return false;
	call.arg[0] = arg[0];
	load_key(in, ins, map, &call);
	call.arg[3] = arg[2];
	call.target = (const void *)(uintptr_t)shape->update;
	call.name = "update";
	if (shape->overwrite && ins->call->is_blind) {
		call.target = (const void *)(uintptr_t)shape->overwrite;
		call.name = "overwrite";
	}
	if (shape->write && ins->call->is_blind) {
		call.target = (const void *)(uintptr_t)shape->write;
		call.name = "write";
		call.arg[3] = load(in, arg[2], (uint8_t)map->value_size, 0);
	}
	call.arg[4] = own_cpu(in);
	to.to = ir_new_tmp(in->fn);
	call_directly(in, to, call);
	add(in, (struct ir_ins){.op = IR_SEXT32, .width = 8, .to = ins->to, .arg = {to.to}});
	return true;
}

static bool inline_update(struct inliner *in, const struct ir_ins *ins)
{
	struct map *map = known_map(in->fn, ins->call->arg[0]);
	struct map_shape shape = {0};

	if (map && map->ops->shape)
		map->ops->shape(map, &shape);
	if (call_update(in, ins, map, &shape))
		return true;
	return map && map->ops->update &&
	       call_change(in, ins,
			   (struct ir_call){.nargs = 5,
					    .target = (const void *)(uintptr_t)map->ops->update,
					    .name = "update",
					    .keeps_frame = true});
}

static bool inline_push(struct inliner *in, const struct ir_ins *ins)
{
	const struct map *map = known_map(in->fn, ins->call->arg[0]);

	return map && map->ops->push &&
	       call_change(in, ins,
			   (struct ir_call){.nargs = 4,
					    .target = (const void *)(uintptr_t)map->ops->push,
					    .name = "push",
					    .keeps_frame = true});
}

static bool inline_pop(struct inliner *in, const struct ir_ins *ins)
{
	const struct map *map = known_map(in->fn, ins->call->arg[0]);

	return map && map->ops->pop &&
	       call_change(in, ins,
			   (struct ir_call){.nargs = 3,
					    .target = (const void *)(uintptr_t)map->ops->pop,
					    .name = "pop"});
}

static bool inline_delete(struct inliner *in, const struct ir_ins *ins)
{
	const struct map *map = known_map(in->fn, ins->call->arg[0]);

	return map && map->ops->delete &&
	       call_change(in, ins,
			   (struct ir_call){.nargs = 3,
					    .target = (const void *)(uintptr_t)map->ops->delete,
					    .name = "delete",
					    .keeps_frame = true});
}

/* The cpu that the run is told to be on, or else the one it is on */
static bool inline_cpu(struct inliner *in, const struct ir_ins *ins)
{
	struct ref rc = add(in, (struct ir_ins){.op = IR_RC, .width = 8});
	struct ref rt = load(in, rc, 8, offsetof(struct run_ctx, rt));
	struct ref told = load(in, rt, 1, offsetof(struct runtime, has_cpu));

	choose_below(in, ins->to, con(in, 0), told, load(in, rt, 4, offsetof(struct runtime, cpu)),
		     own_cpu(in));
	return true;
}

/* Who makes the code looks into the table before it asks the helper. */
static bool note_table(struct inliner *in, const struct ir_ins *ins)
{
	struct ref slot = ins->call->arg[2];

	ins->call->table = known_map(in->fn, ins->call->arg[1]);
	ins->call->table_slot = ref_is_con(slot) ? (uint32_t)ref_con(in->fn, slot) : UINT32_MAX;
	return false;
}

/* Helpers that are less than a call */
static const struct {
	int32_t id;
	bool (*inline_it)(struct inliner *in, const struct ir_ins *ins);
} rows[] = {
	{HELPER_map_lookup_elem, inline_lookup},
	{HELPER_map_update_elem, inline_update},
	{HELPER_map_delete_elem, inline_delete},
	{HELPER_map_push_elem, inline_push},
	{HELPER_map_pop_elem, inline_pop},
	{HELPER_get_smp_processor_id, inline_cpu},
	{HELPER_tail_call, note_table},
};

static bool inline_ins(struct inliner *in, const struct ir_ins *ins)
{
	bool done = false;

	if ((ins->op != IR_CALL && ins->op != IR_TAILCALL) || ins->call->callee != CALLEE_NATIVE)
		return false;
	in->slot = ins->slot;
	for (size_t i = 0; i < ARRAY_SIZE(rows) && !done; i++) {
		helper_fn *helper = in->fn->prog->helpers[rows[i].id];

		/* Somebody else may run in the helper's place (run_bind()). */
		if (helper == run_helpers[rows[i].id] &&
		    ins->call->target == (const void *)(uintptr_t)helper)
			done = rows[i].inline_it(in, ins);
	}
	in->fn->again |= done;
	return done;
}

static void inline_blk(struct inliner *in, struct ir_blk *blk)
{
	bool changed = false;

	in->out.n = 0;
	vec_each(&blk->ins, ins) {
		if (inline_ins(in, ins))
			changed = true;
		else
			vec_push(&in->out, *ins);
	}
	if (changed)
		ir_set_ins(in->fn, blk, in->out.v, in->out.n);
}

void inline_map(struct ir_fn *fn)
{
	struct inliner in = {.fn = fn};

	if (!fn->prog->helpers)
		return;
	for (uint32_t i = 0; i < fn->nrpo; i++)
		inline_blk(&in, fn->rpo[i]);
	vec_free(&in.out);
}
