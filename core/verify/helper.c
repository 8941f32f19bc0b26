/*
 * A call of a helper (check_helper_call()): may it be called here, do the arguments fit, what does
 * it do to references, maps and packets, and what does it return? What helpers have in common is in
 * their prototypes (core/helper/helpers.def); what only one of them does is in special().
 */
#include "core/verify/local.h"

#include <unistd.h>

/* ---- prototypes ---- */

static uint64_t groups_of(struct env *env)
{
	const struct verify_job *job = env->job;
	const struct attach_info *attach = &env->attach;
	struct helper_prog prog = {
		.type = prog_type_of(env),
		.attach_type = job->attach_type,
		.bpf = job->caps & VERIFY_CAP_BPF,
		.perfmon = job->caps & VERIFY_CAP_PERFMON,
		.admin = job->caps & VERIFY_CAP_SYS_ADMIN,
		.to_prog = job->attach_to,
		.target = attach->func_name,
	};

	if (job->type == PROG_TYPE_EXT && job->attach_to)
		prog.attach_type = job->attach_to->attach_type;
	if (prog.type == PROG_TYPE_STRUCT_OPS && attach->btf) {
		const struct btf_type *ops = btf_type(attach->btf, attach->struct_ops_type);

		prog.ops = btf_str(attach->btf, ops->name_off);
		if (btf_is_composite(ops) && attach->member < btf_vlen(ops))
			prog.member =
				btf_str(attach->btf, btf_members(ops)[attach->member].name_off);
	}
	return helper_groups(&prog);
}

const struct func_proto *find_helper_proto(struct env *env, int32_t id)
{
	/* Passes before check_attach_target() ask, too; they do not know the target. */
	if (!env->groups_known || env->groups_attach != env->attach.btf) {
		env->groups = groups_of(env);
		env->groups_attach = env->attach.btf;
		env->groups_known = true;
	}
	if (profile_lacks(env->job->profile, PROFILE_HELPER, (uint32_t)id))
		return NULL;
	return helper_proto(id, env->groups);
}

bool helper_may_sleep(struct env *env, uint32_t func_id)
{
	const struct func_proto *fn = find_helper_proto(env, (int32_t)func_id);

	return fn && fn->flags & PROTO_SLEEPS;
}

const char *helper_word(uint32_t func_id)
{
	return func_id ? helper_name((int32_t)func_id) : "unspec";
}

/* ---- may it be called at all? ---- */

/* Where nothing may sleep, local storage is allocated without. */
static int check_region(struct env *env, const struct func_proto *fn, const char *region)
{
	if (fn->flags & PROTO_SLEEPS)
		return reject(env, REASON_HELPER_SLEEPS, "sleepable helper bpf_%s#%d in %s\n",
			      helper_word(fn->id), fn->id, region);
	if (in_sleepable(env) && helper_facts(fn->id) & HELPER_STORAGE)
		cur_call_facts(env)->storage_atomic = true;
	return 0;
}

static int check_regions(struct env *env, const struct func_proto *fn)
{
	int err = 0;

	if (env->cur->active_rcu_locks)
		err = check_region(env, fn, "rcu_read_lock region");
	if (!err && env->cur->active_preempt_locks)
		err = check_region(env, fn, "non-preemptible region");
	if (!err && env->cur->active_irq_id)
		err = check_region(env, fn, "IRQ-disabled region");
	return err;
}

static int check_callable(struct env *env, int32_t id, const struct func_proto **out)
{
	const struct func_proto *fn = find_helper_proto(env, id);

	if (id < 0 || id >= HELPER_ID_LIMIT)
		return reject(env, REASON_HELPER_UNKNOWN, "invalid func unknown#%d\n", id);
	if (!fn)
		return reject(env, REASON_HELPER_FOR_PROG,
			      "program of this type cannot use helper bpf_%s#%d\n",
			      helper_word((uint32_t)id), id);
	if (!env->job->gpl && fn->flags & PROTO_GPL)
		return reject(env, REASON_HELPER_GPL,
			      "cannot call GPL-restricted function from non-GPL compatible "
			      "program\n");
	if (fn->who.allowed && !(fn->who.allowed & env->groups))
		return reject(env, REASON_HELPER_TARGET, "helper call is not allowed in probe\n");
	if (fn->flags & PROTO_SLEEPS && !in_sleepable(env))
		return reject(env, REASON_HELPER_SLEEPS,
			      "helper call might sleep in a non-sleepable prog\n");
	*out = fn;
	return check_regions(env, fn);
}

/* ---- maps ---- */

/* record_func_map(): the call's map is a fact of the instruction while it is always the same. */
static int record_map(struct env *env, uint32_t facts, const struct call_meta *meta)
{
	struct map *map = meta->map.map;
	struct call_facts *call;

	if (!(facts & HELPER_USES_MAP))
		return 0;
	if (!map)
		return reject_bug(env, "expected map for helper call");
	if (facts & HELPER_CHANGES_MAP && map_is_rdonly_to_progs(map))
		return reject(env, REASON_MAP_DIRECTION, "write into map forbidden\n");
	call = cur_call_facts(env);
	if (call->map == map)
		return 0;
	call->map_seen = call->map ? MAP_SEEN_MANY : MAP_SEEN_ONE;
	call->map = map;
	call->map_unpriv = !env->bypass_spec_v1;
	return 0;
}

/* record_func_key(): so is the slot that a tail call goes to. */
static int record_key(struct env *env, const struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[3];
	uint64_t slot = reg->var_off.value;
	struct call_facts *call;
	int err;

	if (meta->func_id != HELPER_tail_call)
		return 0;
	if (!meta->map.map || meta->map.map->ops->type != MAP_TYPE_PROG_ARRAY)
		return reject(env, REASON_HELPER_MAP, "expected prog array map for tail call");
	call = cur_call_facts(env);
	if (!tnum_reg_is_const(reg) || slot >= meta->map.map->max_entries) {
		call->key_seen = MAP_SEEN_MANY;
		return 0;
	}
	err = mark_chain_precision(env, 3);
	if (err)
		return err;
	if (call->key_seen == MAP_SEEN_NONE) {
		call->key_seen = MAP_SEEN_ONE;
		call->map_key = slot;
	} else if (call->map_key != slot) {
		call->key_seen = MAP_SEEN_MANY;
	}
	return 0;
}

/* check_map_func_compatibility() */
static int check_map_func(struct env *env, const struct call_meta *meta)
{
	uint32_t id = meta->func_id, type;
	uint64_t may = id == HELPER_map_update_elem   ? GROUP_BIT(SOCKMAP_UPDATE)
		       : id == HELPER_map_delete_elem ? GROUP_BIT(SOCKMAP_DELETE)
						      : 0;

	if (!meta->map.map)
		return 0;
	type = meta->map.map->ops->type;
	/* Sockets change hands only where none of them can be locked. */
	if (may && (type == MAP_TYPE_SOCKMAP || type == MAP_TYPE_SOCKHASH) && !(env->groups & may))
		vlog_why(env, REASON_HELPER_MAP, "cannot update sockmap in this context\n");
	else if (helper_takes_map((int32_t)id, type))
		return 0;
	return reject(env, REASON_HELPER_MAP, "cannot pass map_type %d into func bpf_%s#%d\n",
		      (int)type, helper_word(id), (int)id);
}

/* ---- what it releases ---- */

/* The object is a map's now; while RCU protects it, it can still be looked at. */
static int give_away(struct env *env, uint32_t ref_obj_id)
{
	bool in_rcu = in_rcu_cs(env);
	struct reg_state *reg;
	int err = release_reference_nomark(env->cur, ref_obj_id);

	if (err)
		return err;
	for_each_reg(env->cur, reg) {
		if (reg->ref_obj_id != ref_obj_id)
			continue;
		if (!in_rcu || !(reg->type & MEM_ALLOC) || !(reg->type & MEM_PERCPU)) {
			mark_reg_invalid(env, reg);
			continue;
		}
		reg->ref_obj_id = 0;
		reg->type = (reg->type & ~(uint32_t)MEM_ALLOC) | MEM_RCU;
	}
	return 0;
}

static int release_arg(struct env *env, const struct func_proto *fn, const struct call_meta *meta)
{
	struct reg_state *reg = &cur_regs(env)[meta->release_regno];
	int err = -EINVAL;

	if (!meta->release_regno)
		return 0;
	if (arg_base(fn->args[meta->release_regno - 1].type) == ARG_PTR_TO_DYNPTR) {
		if (reg->type == T_DYNPTR)
			return reject_bug(env, "CONST_PTR_TO_DYNPTR cannot be released");
		err = unmark_stack_slots_dynptr(env, reg);
	} else if (fn->id == HELPER_kptr_xchg && meta->ref_obj_id) {
		err = give_away(env, meta->ref_obj_id);
	} else if (meta->ref_obj_id) {
		err = release_reference(env, meta->ref_obj_id);
	} else if (scalar_is_zero(reg)) {
		err = 0;
	}
	if (!err)
		return 0;
	return reject_with(env, REASON_RELEASE_REF, -err,
			   "func bpf_%s#%d reference has not been acquired before\n",
			   helper_word(fn->id), fn->id);
}

/* ---- what only one helper does ---- */

static bool loop_flag_is_zero(struct env *env)
{
	if (!scalar_is_zero(&cur_regs(env)[4]))
		return false;
	mark_chain_precision(env, 4);
	return true;
}

/* A loop with one callback and without flags is compiled in place. */
static void note_loop(struct env *env, uint32_t subprog)
{
	struct call_facts *call = cur_call_facts(env);

	if (!call->loop.initialized) {
		call->loop.initialized = true;
		call->loop.fit_for_inline = loop_flag_is_zero(env);
		call->loop.callback_subprog = subprog;
	} else if (call->loop.fit_for_inline) {
		call->loop.fit_for_inline =
			loop_flag_is_zero(env) && call->loop.callback_subprog == subprog;
	}
}

static int check_loop(struct env *env, const struct bpf_insn *insn, const struct call_meta *meta)
{
	int err;

	note_loop(env, meta->subprog);
	/* It is what tells when the loop is over. */
	err = mark_chain_precision(env, 1);
	if (err)
		return err;
	if (cur_func(env)->callback_depth < cur_regs(env)[1].r.umax)
		return push_callback_call(env, insn, env->insn, meta->subprog, set_loop_callback);
	cur_func(env)->callback_depth = 0;
	if (env->log.level & VERIFY_LOG_ALL)
		vlog(env, "frame%u bpf_loop iteration limit reached\n", env->cur->curframe);
	return 0;
}

/* The hook of a control group's LSM program returns nothing that could be set. */
static int check_set_retval(struct env *env)
{
	const struct attach_info *attach = &env->attach;

	if (prog_type_of(env) != PROG_TYPE_LSM || env->job->attach_type != ATTACH_TYPE_LSM_CGROUP ||
	    !attach->btf || btf_type(attach->btf, attach->func_proto)->type)
		return 0;
	return reject(env, REASON_HELPER_TARGET,
		      "BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!\n");
}

static struct reg_state *dynptr_arg(struct env *env, const struct func_proto *fn)
{
	for (uint32_t i = 0; i < ARGS_MAX; i++)
		if (arg_base(fn->args[i].type) == ARG_PTR_TO_DYNPTR)
			return &cur_regs(env)[i + 1];
	return NULL;
}

/* The slice goes when its dynptr does, or what keeps the dynptr's memory. */
static int check_dynptr_data(struct env *env, const struct func_proto *fn, struct call_meta *meta)
{
	const struct reg_state *reg = dynptr_arg(env, fn);

	if (!reg || meta->dynptr_id || meta->ref_obj_id)
		return reject_bug(env, "meta.dynptr_id or meta.ref_obj_id already set");
	meta->dynptr_id = dynptr_id(env, reg);
	meta->ref_obj_id = dynptr_ref_obj_id(env, reg);
	return 0;
}

/* Writing into a packet may move it. */
static int check_dynptr_write(struct env *env, const struct func_proto *fn, bool *changes_pkt)
{
	enum dynptr_type type = dynptr_reg_type(env, dynptr_arg(env, fn));

	if (type == DYNPTR_INVALID)
		return reject_bug(env, "invalid spi when querying dynptr type");
	*changes_pkt |= type == DYNPTR_SKB || type == DYNPTR_SKB_META;
	return 0;
}

/* A variable of this CPU, of the kernel or of the program's own (bpf_percpu_obj_new()) */
static int check_percpu_ptr(struct env *env, struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[1];

	if (!(reg->type & MEM_RCU))
		return 0;
	if (!btf_is_composite(btf_type(reg->btf, reg->btf_id)))
		return reject(env, REASON_INTERNAL, "Helper has invalid btf/btf_id in R1\n");
	meta->is_percpu_object = true;
	cur_call_facts(env)->percpu_alloc = true;
	return 0;
}

static int special(struct env *env, const struct bpf_insn *insn, const struct func_proto *fn,
		   struct call_meta *meta, bool *changes_pkt)
{
	const struct reg_state *regs = cur_regs(env);
	uint32_t at = env->insn, callee = meta->subprog;

	switch (fn->id) {
	case HELPER_tail_call:
		/* The program goes on only when nothing was called. */
		*changes_pkt = false;
		return check_resource_leak(env, false, true, "tail_call");
	case HELPER_get_local_storage:
		/* It cannot return an error. */
		if (scalar_is_zero(&regs[2]))
			return 0;
		return reject(env, REASON_HELPER_FLAGS,
			      "get_local_storage() doesn't support non-zero flags\n");
	case HELPER_for_each_map_elem:
		return push_callback_call(env, insn, at, callee, set_map_elem_callback);
	case HELPER_timer_set_callback:
		return push_callback_call(env, insn, at, callee, set_timer_callback);
	case HELPER_find_vma:
		return push_callback_call(env, insn, at, callee, set_find_vma_callback);
	case HELPER_user_ringbuf_drain:
		return push_callback_call(env, insn, at, callee, set_user_ringbuf_callback);
	case HELPER_loop:
		return check_loop(env, insn, meta);
	case HELPER_snprintf:
		return check_bpf_snprintf_call(env);
	case HELPER_dynptr_from_mem:
		if (regs[1].type == T_MAP_VALUE)
			return 0;
		return reject(env, REASON_DYNPTR_MEMORY,
			      "Unsupported reg type %s for bpf_dynptr_from_mem data\n",
			      reg_type_str(env, regs[1].type));
	case HELPER_set_retval:
		return check_set_retval(env);
	case HELPER_dynptr_data:
		return check_dynptr_data(env, fn, meta);
	case HELPER_dynptr_write:
		return check_dynptr_write(env, fn, changes_pkt);
	case HELPER_per_cpu_ptr:
	case HELPER_this_cpu_ptr:
		return check_percpu_ptr(env, meta);
	default:
		return 0;
	}
}

/* ---- what it returns ---- */

static int return_map_value(struct env *env, const struct func_proto *fn,
			    const struct call_meta *meta)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];
	uint32_t flags = type_flags(fn->ret.type);
	struct map *map = meta->map.map;

	mark_reg_known_zero(r0);
	if (!map)
		return reject_bug(env, "unexpected null map_ptr");
	/* An array has all of its elements. */
	if (fn->id == HELPER_map_lookup_elem && can_elide_value_nullness(map) &&
	    meta->const_map_key >= 0 && meta->const_map_key < map->max_entries)
		flags &= ~(uint32_t)PTR_MAYBE_NULL;
	r0->type = T_MAP_VALUE | flags;
	r0->map = map;
	r0->map_uid = meta->map.uid;
	if (!type_may_be_null(flags) &&
	    btf_record_has(map_record(env, map), BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK))
		r0->id = new_id(env);
	return 0;
}

static void return_pointer(struct env *env, uint32_t type)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];

	mark_reg_known_zero(r0);
	r0->type = type;
}

static void return_struct(struct env *env, uint32_t type, const struct btf *btf, uint32_t btf_id)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];

	return_pointer(env, type);
	r0->btf = btf;
	r0->btf_id = btf_id;
}

static int return_percpu_var(struct env *env, const struct func_proto *fn,
			     const struct call_meta *meta)
{
	uint32_t flags = type_flags(fn->ret.type);
	uint32_t id = btf_skip_mods(meta->ret_btf, meta->ret_btf_id);
	int64_t size;

	if (btf_is_composite(btf_type(meta->ret_btf, id))) {
		uint32_t type = meta->is_percpu_object ? T_BTF_ID | MEM_ALLOC | MEM_RCU
						       : T_BTF_ID | (flags & ~(uint32_t)MEM_RDONLY);

		return_struct(env, type, meta->ret_btf, meta->ret_btf_id);
		return 0;
	}
	size = btf_size(meta->ret_btf, id);
	if (size < 0)
		return reject(env, REASON_RETURN_TYPE,
			      "unable to resolve the size of type '%s': %ld\n",
			      btf_name(meta->ret_btf, id), (long)size);
	return_pointer(env, T_MEM | flags);
	cur_regs(env)[REG_RETURN].mem_size = (uint32_t)size;
	return 0;
}

static int return_btf_ptr(struct env *env, const struct func_proto *fn,
			  const struct call_meta *meta)
{
	uint32_t type = T_BTF_ID | type_flags(fn->ret.type), btf_id;
	const struct btf *btf = kernel_btf(env);

	if (fn->id == HELPER_kptr_xchg) {
		btf = meta->kptr_field->kptr.btf;
		btf_id = meta->kptr_field->kptr.btf_id;
		if (!meta->kptr_field->kptr.is_kernel)
			type |= MEM_ALLOC;
		if (!meta->kptr_field->kptr.is_kernel &&
		    meta->kptr_field->type == BTF_FIELD_KPTR_PERCPU)
			type |= MEM_PERCPU;
	} else {
		btf_id = helper_btf_id(env, fn->ret.btf);
	}
	return_struct(env, type, btf, btf_id);
	if (btf_id)
		return 0;
	return reject(env, REASON_RETURN_TYPE, "invalid return type %u of func bpf_%s#%d\n",
		      ret_base(fn->ret.type), helper_word(fn->id), fn->id);
}

static int set_return(struct env *env, const struct func_proto *fn, const struct call_meta *meta)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];
	uint32_t flags = type_flags(fn->ret.type);

	switch (ret_base(fn->ret.type)) {
	case RET_INTEGER:
		mark_reg_unknown(env, r0);
		return 0;
	case RET_VOID:
		r0->type = T_NOT_INIT;
		return 0;
	case RET_PTR_TO_MAP_VALUE:
		return return_map_value(env, fn, meta);
	case RET_PTR_TO_SOCKET:
		return_pointer(env, T_SOCKET | flags);
		return 0;
	case RET_PTR_TO_SOCK_COMMON:
		return_pointer(env, T_SOCK_COMMON | flags);
		return 0;
	case RET_PTR_TO_TCP_SOCK:
		return_pointer(env, T_TCP_SOCK | flags);
		return 0;
	case RET_PTR_TO_MEM:
		return_pointer(env, T_MEM | flags);
		r0->mem_size = (uint32_t)meta->mem_size;
		return 0;
	case RET_PTR_TO_MEM_OR_BTF_ID:
		return return_percpu_var(env, fn, meta);
	case RET_PTR_TO_BTF_ID:
		return return_btf_ptr(env, fn, meta);
	default:
		return reject(env, REASON_INTERNAL, "unknown return type %u of func bpf_%s#%d\n",
			      ret_base(fn->ret.type), helper_word(fn->id), fn->id);
	}
}

/* is_acquire_function() */
static bool acquires(uint32_t facts, const struct call_meta *meta)
{
	uint32_t type = meta->map.map ? meta->map.map->ops->type : MAP_TYPE_UNSPEC;

	return facts & HELPER_ACQUIRES || (meta->func_id == HELPER_map_lookup_elem &&
					   (type == MAP_TYPE_SOCKMAP || type == MAP_TYPE_SOCKHASH));
}

static void set_return_ids(struct env *env, uint32_t facts, const struct call_meta *meta)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];

	if (type_may_be_null(r0->type))
		r0->id = new_id(env);
	if (meta->func_id == HELPER_dynptr_data)
		r0->dynptr_id = meta->dynptr_id;
	if (meta->func_id == HELPER_dynptr_data || facts & HELPER_CASTS) {
		r0->ref_obj_id = meta->ref_obj_id;
	} else if (acquires(facts, meta)) {
		r0->id = acquire_ref(env, env->insn);
		r0->ref_obj_id = r0->id;
	}
}

/* nr_cpu_ids of Linux */
static uint32_t cpu_count(struct env *env)
{
	if (!env->ncpus)
		env->ncpus = (uint32_t)max(sysconf(_SC_NPROCESSORS_CONF), 1L);
	return env->ncpus;
}

/* do_refine_retval_range() */
static int refine_return(struct env *env, const struct func_proto *fn, uint32_t facts,
			 const struct call_meta *meta)
{
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];

	if (fn->ret.type != RET_INTEGER)
		return 0;
	if (facts & HELPER_FILLS) {
		r0->r.smax = (int64_t)meta->msize_max_value;
		r0->r.s32_max = (int32_t)meta->msize_max_value;
		r0->r.smin = -MAX_ERRNO;
		r0->r.s32_min = -MAX_ERRNO;
		reg_bounds_sync(r0);
	} else if (fn->id == HELPER_get_smp_processor_id) {
		uint32_t last = cpu_count(env) - 1;

		r0->r = (struct range){
			.umax = last,
			.u32_max = last,
			.smax = last,
			.s32_max = (int32_t)last,
		};
		reg_bounds_sync(r0);
	}
	return check_reg_bounds(env, r0, "retval");
}

/* check_get_func_ip() */
static int check_func_ip(struct env *env, const struct func_proto *fn)
{
	uint32_t type = prog_type_of(env);

	if (fn->id != HELPER_get_func_ip || type == PROG_TYPE_KPROBE)
		return 0;
	if (type != PROG_TYPE_TRACING)
		return reject(env, REASON_HELPER_FUNC_IP,
			      "func bpf_%s#%d not supported for program type %u\n",
			      helper_word(fn->id), fn->id, type);
	if (env->groups & GROUP_BIT(TRAMPOLINE))
		return 0;
	return reject(env, REASON_HELPER_FUNC_IP,
		      "func bpf_%s#%d supported only for fentry/fexit/fmod_ret programs\n",
		      helper_word(fn->id), fn->id);
}

/* ---- the call ---- */

static int check_args(struct env *env, const struct func_proto *fn, struct call_meta *meta)
{
	int err;

	for (uint32_t regno = 1; regno <= ARGS_MAX; regno++) {
		err = check_func_arg(env, regno, fn, meta);
		if (err)
			return err;
	}
	err = record_map(env, helper_facts(fn->id), meta);
	if (!err)
		err = record_key(env, meta);
	/* What the helper fills need not have been initialised; it is then. */
	for (int i = 0; !err && i < meta->access_size; i++)
		err = check_mem_access(env, env->insn, (uint32_t)meta->regno, i, 1, true, -1, false,
				       false);
	return err;
}

static int set_result(struct env *env, const struct func_proto *fn, uint32_t facts,
		      const struct call_meta *meta)
{
	int err;

	mark_caller_saved(env);
	err = set_return(env, fn, meta);
	if (err)
		return err;
	set_return_ids(env, facts, meta);
	return refine_return(env, fn, facts, meta);
}

int check_helper_call(struct env *env, const struct bpf_insn *insn)
{
	uint32_t facts = helper_facts(insn->imm);
	bool changes_pkt = facts & HELPER_CHANGES_PKT;
	const struct func_proto *fn = NULL;
	struct call_meta meta = {0};
	int err;

	err = check_callable(env, insn->imm, &fn);
	if (err)
		return err;
	meta.func_id = fn->id;
	meta.pkt_access = fn->flags & PROTO_PKT;
	err = check_args(env, fn, &meta);
	if (!err)
		err = release_arg(env, fn, &meta);
	if (!err)
		err = special(env, insn, fn, &meta, &changes_pkt);
	if (!err)
		err = set_result(env, fn, facts, &meta);
	if (!err)
		err = check_map_func(env, &meta);
	if (!err)
		err = check_func_ip(env, fn);
	if (!err && changes_pkt)
		clear_all_pkt_pointers(env);
	return err;
}
