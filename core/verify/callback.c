/*
 * Functions that helpers and kfuncs call. One that is called before the helper returns is walked as
 * often as it may be called, from a path of its own that comes back to the call; one that is called
 * later, at another time, begins with nothing but its arguments.
 */
#include "core/verify/local.h"

static bool is_kfunc_call(const struct bpf_insn *insn)
{
	return insn->src_reg == PSEUDO_KFUNC_CALL;
}

static int check_calls_back(struct env *env, const struct bpf_insn *insn, bool *later)
{
	struct kfunc_facts facts = {0};

	if (is_kfunc_call(insn)) {
		kfunc_facts(env, insn, &facts);
		*later = facts.calls_async_callback;
		if (!facts.calls_sync_callback && !facts.calls_async_callback)
			return reject_bug(env, "kfunc %s#%d not marked as callback-calling",
					  "unknown", insn->imm);
		return 0;
	}
	*later = helper_facts(insn->imm) & HELPER_CALLS_LATER;
	if (!(helper_facts(insn->imm) & (HELPER_CALLS_BACK | HELPER_CALLS_LATER)))
		return reject_bug(env, "helper %s#%d not marked as callback-calling",
				  helper_name(insn->imm), insn->imm);
	return 0;
}

/* Timers run where nothing may sleep; work queues and task work run in a process. */
static int push_later(struct env *env, const struct bpf_insn *insn, uint32_t insn_idx,
		      uint32_t subprog, set_callee_fn *set)
{
	struct func_state *caller = cur_func(env), *callee;
	struct state *st;

	env->subs[subprog].is_async_cb = true;
	st = push_async_cb(env, env->subs[subprog].start, insn_idx, subprog, is_kfunc_call(insn));
	if (!st)
		return -EFAULT;
	callee = st->frame[0];
	callee->async_entry_cnt = caller->async_entry_cnt + 1;
	return set(env, caller, callee, insn_idx);
}

int push_callback_call(struct env *env, const struct bpf_insn *insn, uint32_t insn_idx,
		       uint32_t subprog, set_callee_fn *set)
{
	struct func_state *caller = cur_func(env);
	struct state *st;
	bool later;
	int err;

	err = check_func_args(env, subprog, caller->regs);
	if (err == -EFAULT)
		return err;
	env->subs[subprog].is_cb = true;
	err = check_calls_back(env, insn, &later);
	if (err)
		return err;
	if (later)
		return push_later(env, insn, insn_idx, subprog, set);
	st = push_state(env, env->subs[subprog].start, insn_idx, false);
	if (!st)
		return -EFAULT;
	err = setup_func_entry(env, subprog, insn_idx, set, st);
	if (err)
		return err;
	st->callback_unroll_depth++;
	st->frame[st->curframe - 1]->callback_depth++;
	caller->callback_depth = 0;
	return 0;
}

/* ---- the registers that a callback gets ---- */

/* Those from first on are not there. */
static void clear_args(struct env *env, struct func_state *callee, uint32_t first)
{
	for (uint32_t i = first; i <= ARGS_MAX; i++)
		mark_reg_not_init(env, &callee->regs[i]);
}

static int set_sync(struct func_state *callee)
{
	callee->in_callback = true;
	callee->callback_ret_range = (struct ret_range){0, 1};
	return 0;
}

/* The map that a register is of, or a key or value of it */
static void set_map_arg(struct reg_state *reg, uint32_t type, const struct reg_state *of)
{
	struct map *map = of->map;
	uint32_t uid = of->map_uid;

	mark_reg_known_zero(reg);
	reg->type = type;
	reg->map = map;
	reg->map_uid = uid;
}

/* callback(map, key, value), of the value that the timer or the like is in */
static void set_map_args(struct env *env, struct func_state *callee, const struct reg_state *of)
{
	set_map_arg(&callee->regs[1], T_MAP_PTR, of);
	set_map_arg(&callee->regs[2], T_MAP_KEY, of);
	set_map_arg(&callee->regs[3], T_MAP_VALUE, of);
	clear_args(env, callee, 4);
	callee->in_async_callback = true;
}

static bool can_walk_map(const struct map *map)
{
	switch (map->ops->type) {
	case MAP_TYPE_ARRAY:
	case MAP_TYPE_PERCPU_ARRAY:
	case MAP_TYPE_HASH:
	case MAP_TYPE_LRU_HASH:
	case MAP_TYPE_PERCPU_HASH:
	case MAP_TYPE_LRU_PERCPU_HASH:
		return true;
	default:
		return false;
	}
}

/* bpf_for_each_map_elem(map, callback, ctx, flags): callback(map, key, value, ctx) */
int set_map_elem_callback(struct env *env, struct func_state *caller, struct func_state *callee,
			  uint32_t insn __unused)
{
	const struct reg_state *map = &caller->regs[1];

	if (!can_walk_map(map->map))
		return reject(env, REASON_CALLBACK_MAP, "callback function not allowed for map\n");
	callee->regs[1] = *map;
	set_map_arg(&callee->regs[2], T_MAP_KEY, map);
	set_map_arg(&callee->regs[3], T_MAP_VALUE, map);
	callee->regs[4] = caller->regs[3];
	clear_args(env, callee, 5);
	return set_sync(callee);
}

/* bpf_loop(nr, callback, ctx, flags): callback(index, ctx) */
int set_loop_callback(struct env *env, struct func_state *caller, struct func_state *callee,
		      uint32_t insn __unused)
{
	callee->regs[1].type = T_SCALAR; /* everything else is as unknown as it was */
	callee->regs[2] = caller->regs[3];
	clear_args(env, callee, 3);
	return set_sync(callee);
}

/* bpf_timer_set_callback(timer, callback), bpf_wq_set_callback(wq, callback, flags) */
int set_timer_callback(struct env *env, struct func_state *caller, struct func_state *callee,
		       uint32_t insn __unused)
{
	set_map_args(env, callee, &caller->regs[1]);
	callee->callback_ret_range = (struct ret_range){0, 0};
	return 0;
}

/* bpf_task_work_schedule_signal(task, work, map, callback) */
int set_task_work_callback(struct env *env, struct func_state *caller, struct func_state *callee,
			   uint32_t insn __unused)
{
	set_map_args(env, callee, &caller->regs[3]);
	callee->callback_ret_range = (struct ret_range){INT32_MIN, INT32_MAX};
	return 0;
}

/* bpf_find_vma(task, addr, callback, ctx, flags): callback(task, vma, ctx) */
int set_find_vma_callback(struct env *env, struct func_state *caller, struct func_state *callee,
			  uint32_t insn __unused)
{
	const struct btf *kernel = kernel_btf(env);
	struct reg_state *vma = &callee->regs[2];

	callee->regs[1] = caller->regs[1];
	mark_reg_known_zero(vma);
	vma->type = T_BTF_ID;
	vma->btf = kernel;
	vma->btf_id = kernel ? btf_find(kernel, "vm_area_struct", BTF_KIND_STRUCT) : 0;
	callee->regs[3] = caller->regs[4];
	clear_args(env, callee, 4);
	return set_sync(callee);
}

/* bpf_user_ringbuf_drain(map, callback, ctx, flags): callback(dynptr, ctx) */
int set_user_ringbuf_callback(struct env *env, struct func_state *caller, struct func_state *callee,
			      uint32_t insn __unused)
{
	mark_reg_not_init(env, &callee->regs[REG_RETURN]);
	mark_reg_dynptr(&callee->regs[1], DYNPTR_LOCAL, true, new_id(env));
	callee->regs[2] = caller->regs[3];
	clear_args(env, callee, 3);
	return set_sync(callee);
}

/*
 * bpf_rbtree_add(root, node, less): less(node, node). The node that is added is no longer the
 * caller's by now, so what they are is what the root has.
 */
int set_rbtree_add_callback(struct env *env, struct func_state *caller, struct func_state *callee,
			    uint32_t insn __unused)
{
	const struct reg_state *root = &caller->regs[1];
	const struct btf_field *field;

	field = btf_record_find(reg_btf_record(env, root), (uint32_t)root->off, BTF_FIELD_RB_ROOT);
	if (!field || !field->graph_root.value_btf_id)
		return reject_with(env, REASON_INTERNAL, EFAULT, "%s", "");
	for (uint32_t i = 1; i <= 2; i++) {
		mark_reg_graph_node(&callee->regs[i], field);
		ref_set_non_owning(env, &callee->regs[i]);
	}
	clear_args(env, callee, 3);
	return set_sync(callee);
}
