/*
 * What is peculiar to some kfuncs, as a table; what calls may do to protected regions; and what r0
 * is after a call.
 */
#include "core/verify/local.h"

enum { PERCPU_OBJ_MAX = 512 }; /* BPF_GLOBAL_PERCPU_MA_MAX_SIZE */

/* ---- regions ---- */

static void forget_rcu_pointer(struct reg_state *reg)
{
	if (!(reg->type & MEM_RCU))
		return;
	reg->type &= ~(uint32_t)(MEM_RCU | PTR_MAYBE_NULL);
	reg->type |= PTR_UNTRUSTED;
}

/* At the end of a critical section: what it protected can be gone, iterators included. */
static void forget_rcu_pointers(struct state *st)
{
	struct reg_state *reg;

	for_each_reg(st, reg)
		forget_rcu_pointer(reg);
	for (uint32_t f = 0; f <= st->curframe; f++)
		for (uint32_t i = 0; i < st->frame[f]->nslots; i++)
			if (st->frame[f]->stack[i].type[SLOT_SIZE - 1] == SLOT_ITER)
				forget_rcu_pointer(&st->frame[f]->stack[i].spilled);
}

static int check_rcu(struct env *env, const struct kfunc_meta *meta, uint32_t traits)
{
	struct state *st = env->cur;
	const char *name = meta->desc->name;

	if (!st->active_rcu_locks) {
		if (traits & TRAIT_RCU_UNLOCK)
			return reject(env, REASON_KFUNC_UNMATCHED,
				      "unmatched rcu read unlock (kernel function %s)\n", name);
		st->active_rcu_locks = (traits & TRAIT_RCU_LOCK) != 0;
		return 0;
	}
	if (traits & (TRAIT_RCU_LOCK | TRAIT_RCU_UNLOCK) && in_rbtree_lock_required_cb(env))
		return reject(env, REASON_KFUNC_IN_REGION,
			      "Calling bpf_rcu_read_{lock,unlock} in unnecessary rbtree "
			      "callback\n");
	if (traits & TRAIT_RCU_LOCK)
		return reject_with(env, REASON_KFUNC_IN_REGION, EINVAL,
				   "nested rcu read lock (kernel function %s)\n", name);
	if (traits & TRAIT_RCU_UNLOCK) {
		forget_rcu_pointers(st);
		st->active_rcu_locks = 0;
	} else if (meta->flags & KF_SLEEPABLE) {
		return reject(env, REASON_KFUNC_IN_REGION,
			      "kernel func %s is sleepable within rcu_read_lock region\n", name);
	}
	return 0;
}

static int check_preemption(struct env *env, const struct kfunc_meta *meta, uint32_t traits)
{
	struct state *st = env->cur;
	const char *name = meta->desc->name;

	if (traits & TRAIT_PREEMPT_OFF) {
		st->active_preempt_locks++;
	} else if (traits & TRAIT_PREEMPT_ON) {
		if (!st->active_preempt_locks)
			return reject(env, REASON_KFUNC_UNMATCHED,
				      "unmatched attempt to enable preemption (kernel function "
				      "%s)\n",
				      name);
		st->active_preempt_locks--;
	} else if (st->active_preempt_locks && meta->flags & KF_SLEEPABLE) {
		return reject(env, REASON_KFUNC_IN_REGION,
			      "kernel func %s is sleepable within non-preemptible region\n", name);
	}
	return 0;
}

int check_kfunc_regions(struct env *env, const struct kfunc_meta *meta)
{
	uint32_t traits = kfunc_specials[meta->kfunc].traits;
	int err = check_rcu(env, meta, traits);

	if (!err)
		err = check_preemption(env, meta, traits);
	if (err)
		return err;
	if (env->cur->active_irq_id && meta->flags & KF_SLEEPABLE)
		return reject(env, REASON_KFUNC_IN_REGION,
			      "kernel func %s is sleepable within IRQ-disabled region\n",
			      meta->desc->name);
	if (meta->flags & KF_RCU_PROTECTED && !in_rcu_cs(env))
		return reject(env, REASON_KFUNC_NEEDS_RCU,
			      "kernel func %s requires RCU critical section protection\n",
			      meta->desc->name);
	return 0;
}

/* ---- return values ---- */

const struct btf_record *local_record(struct env *env, const struct btf *btf, uint32_t id)
{
	struct reg_state reg = {.type = T_BTF_ID | MEM_ALLOC};

	if (!btf)
		return NULL;
	reg.btf = btf;
	reg.btf_id = id;
	return reg_btf_record(env, &reg);
}

static void mark_btf_object(struct reg_state *r0, uint32_t type, const struct btf *btf, uint32_t id)
{
	mark_reg_known_zero(r0);
	r0->type = type;
	r0->btf = btf;
	r0->btf_id = id;
}

static int check_percpu_object(struct env *env, uint32_t id, const struct btf_record *record)
{
	const struct btf *btf = env->job->btf;

	if (btf_is_plain_struct(btf, id) != BTF_PLAIN) {
		if (btf_is_plain_struct(btf, id) == BTF_TOO_DEEP)
			vlog(env, "max struct nesting depth exceeded\n");
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "bpf_percpu_obj_new type ID argument must be of a struct of "
			      "scalars\n");
	}
	if (record)
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "bpf_percpu_obj_new type ID argument must not contain special "
			      "fields\n");
	return 0;
}

static int ret_obj_new(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	bool percpu = meta->kfunc == KFUNC_bpf_percpu_obj_new_impl;
	const struct btf *btf = env->job->btf;
	uint32_t id = (uint32_t)meta->constant.value;
	struct call_facts *call;
	const struct btf_type *t;
	int err;

	if (meta->constant.value != id)
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "local type ID argument must be in range [0, U32_MAX]\n");
	if (!btf)
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "bpf_obj_new/bpf_percpu_obj_new requires prog BTF\n");
	if (!btf_has(btf, id) || btf_kind_of(btf, id) != BTF_KIND_STRUCT)
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a "
			      "struct\n");
	t = btf_type(btf, id);
	if (percpu && t->size > PERCPU_OBJ_MAX)
		return reject(env, REASON_KFUNC_LOCAL_TYPE,
			      "bpf_percpu_obj_new type size (%d) is greater than %d\n", t->size,
			      PERCPU_OBJ_MAX);
	call = cur_call_facts(env);
	call->kptr_record = local_record(env, btf, id);
	err = percpu ? check_percpu_object(env, id, call->kptr_record) : 0;
	if (err)
		return err;
	mark_btf_object(r0, T_BTF_ID | MEM_ALLOC | (percpu ? MEM_PERCPU : 0), btf, id);
	call->obj_new_size = t->size;
	return 0;
}

static int ret_refcounted(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	mark_btf_object(r0, T_BTF_ID | MEM_ALLOC, meta->arg_btf, meta->arg_btf_id);
	cur_call_facts(env)->kptr_record = local_record(env, meta->arg_btf, meta->arg_btf_id);
	return 0;
}

static int ret_kern_ctx(struct env *env __unused, struct kfunc_meta *meta, struct reg_state *r0)
{
	mark_btf_object(r0, T_BTF_ID | PTR_TRUSTED, meta->desc->btf, meta->ret_btf_id);
	return 0;
}

static int ret_cast(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	const struct btf *btf = meta->desc->btf;
	uint32_t id = (uint32_t)meta->constant.value;

	if (!btf_has(btf, id))
		return reject(env, REASON_KFUNC_CAST,
			      "Unknown type ID %lld passed to kfunc bpf_rdonly_cast\n",
			      (long long)meta->constant.value);
	if (id == 0) {
		mark_reg_known_zero(r0);
		r0->type = T_MEM | MEM_RDONLY | PTR_UNTRUSTED;
	} else if (btf_is_composite(btf_type(btf, id))) {
		mark_btf_object(r0, T_BTF_ID | PTR_UNTRUSTED, btf, id);
	} else {
		return reject(env, REASON_KFUNC_CAST,
			      "kfunc bpf_rdonly_cast type ID argument must be of a struct or "
			      "void\n");
	}
	return 0;
}

static int ret_slice(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	if (!meta->constant.found)
		return reject_bug(env, "bpf_dynptr_slice(_rdwr) no constant size");
	mark_reg_known_zero(r0);
	r0->mem_size = (uint32_t)meta->constant.value;
	r0->type = T_MEM | dynptr_type_flag(meta->dynptr.type);
	if (meta->kfunc == KFUNC_bpf_dynptr_slice)
		r0->type |= MEM_RDONLY;
	else if (!may_access_direct_pkt_data(env, NULL, true))
		return reject(env, REASON_KFUNC_PKT_WRITE,
			      "the prog does not allow writes to packet data\n");
	if (!meta->dynptr.id)
		return reject_bug(env, "no dynptr id");
	r0->dynptr_id = meta->dynptr.id;
	return 0;
}

static int ret_graph_node(struct env *env, const struct btf_field *root, struct reg_state *r0)
{
	if (!root)
		return reject_bug(env, "node without a root");
	mark_reg_graph_node(r0, root);
	return 0;
}

/* A pointer to numbers: memory of a size that an argument or the type tells. */
static int ret_mem(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	const struct kfunc_desc *desc = meta->desc;
	int64_t size = btf_size(desc->btf, desc->ret_ref);

	if (!meta->r0_size && size > 0 && size <= UINT32_MAX) {
		meta->r0_size = (uint64_t)size;
		meta->r0_rdonly = true;
	}
	if (!meta->r0_size)
		return reject(env, REASON_KFUNC_PROTO,
			      "kernel function %s returns pointer type %s %s is not supported\n",
			      desc->name, btf_kind_str(btf_type(desc->btf, desc->ret_ref)),
			      btf_name(desc->btf, desc->ret_ref));
	mark_reg_known_zero(r0);
	r0->type = T_MEM | (meta->r0_rdonly ? MEM_RDONLY : 0) |
		   (meta->flags & KF_RCU_PROTECTED ? MEM_RCU : 0);
	r0->mem_size = (uint32_t)meta->r0_size;
	/* no use after the object that it is part of is released */
	r0->ref_obj_id = meta->ref_obj_id;
	return 0;
}

static void ret_object(struct env *env, const struct kfunc_meta *meta, struct reg_state *r0)
{
	uint32_t flags = kfunc_specials[meta->kfunc].ret_flags;

	mark_btf_object(r0, T_BTF_ID, meta->desc->btf, meta->desc->ret_ref);
	if (!flags && meta->flags & KF_RCU_PROTECTED)
		flags = MEM_RCU;
	r0->type |= flags;
	if (meta->flags & KF_ITER_NEXT) {
		struct func_state *fs = env->cur->frame[meta->iter.frameno];
		const struct reg_state *it = &fs->stack[meta->iter.slot].spilled;

		r0->type |= it->type & MEM_RCU ? MEM_RCU : PTR_TRUSTED;
	}
}

static bool is_node(const struct env *env, const struct kfunc_desc *desc, const char *name)
{
	return is_kernel_struct(env, desc->btf, desc->ret_ref, name);
}

static int check_pointer_return(struct env *env, struct kfunc_meta *meta, struct reg_state *r0)
{
	const struct kfunc_special *special = &kfunc_specials[meta->kfunc];
	const struct kfunc_desc *desc = meta->desc;

	if (special->ret_size) {
		meta->r0_size = special->ret_size;
		meta->r0_rdonly = false;
	}
	if (special->ret)
		return special->ret(env, meta, r0);
	if (is_node(env, desc, "bpf_list_node"))
		return ret_graph_node(env, meta->list_head, r0);
	if (is_node(env, desc, "bpf_rb_node"))
		return ret_graph_node(env, meta->rbtree_root, r0);
	if (desc->ret_ref == 0)
		mark_reg_unknown(env, r0);
	else if (btf_kind_of(desc->btf, desc->ret_ref) != BTF_KIND_STRUCT)
		return ret_mem(env, meta, r0);
	else
		ret_object(env, meta, r0);
	return 0;
}

/* Whether it may be NULL, and whose it is. */
static int own_pointer(struct env *env, struct kfunc_meta *meta, struct reg_state *r0,
		       uint32_t insn)
{
	const struct kfunc_desc *desc = meta->desc;
	bool may_be_null = meta->flags & KF_RET_NULL;

	/* whoever owns a reference keeps the object, so that one more is sure to be had */
	if (meta->kfunc == KFUNC_bpf_refcount_acquire_impl && meta->owning_ref)
		may_be_null = false;
	if (may_be_null) {
		r0->type |= PTR_MAYBE_NULL;
		r0->id = new_id(env);
	}
	if (meta->flags & KF_ACQUIRE) {
		r0->ref_obj_id = acquire_ref(env, insn);
		if (may_be_null)
			r0->id = r0->ref_obj_id;
	} else if (is_node(env, desc, "bpf_list_node") || is_node(env, desc, "bpf_rb_node")) {
		int err = ref_set_non_owning(env, r0);

		if (err)
			return err;
	}
	if (!r0->id && reg_may_point_to_spin_lock(env, r0))
		r0->id = new_id(env);
	return 0;
}

static bool returns_object(const struct kfunc_meta *meta)
{
	const struct kfunc_desc *desc = meta->desc;

	if (kfunc_specials[meta->kfunc].traits & TRAIT_RETURNS_LOCAL)
		return true;
	return btf_kind_of(desc->btf, desc->ret) == BTF_KIND_PTR &&
	       btf_is_composite(btf_type(desc->btf, desc->ret_ref));
}

int check_kfunc_return(struct env *env, struct kfunc_meta *meta, uint32_t insn)
{
	const struct kfunc_desc *desc = meta->desc;
	struct reg_state *r0 = &cur_regs(env)[REG_RETURN];
	int err;

	if (meta->flags & KF_ACQUIRE && !returns_object(meta))
		return reject(env, REASON_KFUNC_PROTO,
			      "acquire kernel function does not return PTR_TO_BTF_ID\n");
	switch (btf_kind_of(desc->btf, desc->ret)) {
	case BTF_KIND_INT:
	case BTF_KIND_ENUM:
		mark_reg_unknown(env, r0);
		if (kfunc_specials[meta->kfunc].traits & TRAIT_TAKES_LOCK)
			mark_reg_const_zero(env, r0);
		return 0;
	case BTF_KIND_PTR:
		err = check_pointer_return(env, meta, r0);
		return err ? err : own_pointer(env, meta, r0, insn);
	case BTF_KIND_UNKN:
		if (meta->release_regno && meta->arg_btf)
			cur_call_facts(env)->kptr_record =
				local_record(env, meta->arg_btf, meta->arg_btf_id);
		return 0;
	default:
		return 0;
	}
}

/* ---- the table ---- */

enum {
	LIST = TRAIT_LIST_API | TRAIT_SPIN_ALLOWED,
	RBTREE = TRAIT_RBTREE_API | TRAIT_SPIN_ALLOWED,
	RES_LOCK = TRAIT_RES_LOCK | TRAIT_SPIN_ALLOWED,
};

const struct kfunc_special kfunc_specials[KFUNC_COUNT] = {
	[KFUNC_bpf_obj_new_impl] = {.traits = TRAIT_RETURNS_LOCAL, .ret = ret_obj_new},
	[KFUNC_bpf_percpu_obj_new_impl] = {.traits = TRAIT_RETURNS_LOCAL, .ret = ret_obj_new},
	[KFUNC_bpf_refcount_acquire_impl] = {.traits = TRAIT_RETURNS_LOCAL | TRAIT_SPIN_ALLOWED,
					     .ret = ret_refcounted},
	[KFUNC_bpf_list_push_front_impl] = {.traits = LIST | TRAIT_LIST_NODE | TRAIT_INSERTS},
	[KFUNC_bpf_list_push_back_impl] = {.traits = LIST | TRAIT_LIST_NODE | TRAIT_INSERTS},
	[KFUNC_bpf_list_pop_front] = {.traits = LIST},
	[KFUNC_bpf_list_pop_back] = {.traits = LIST},
	[KFUNC_bpf_list_front] = {.traits = LIST},
	[KFUNC_bpf_list_back] = {.traits = LIST},
	[KFUNC_bpf_rbtree_add_impl] = {.traits = RBTREE | TRAIT_RB_NODE | TRAIT_INSERTS,
				       .callback = set_rbtree_add_callback},
	[KFUNC_bpf_rbtree_remove] = {.traits = RBTREE | TRAIT_RB_NODE},
	[KFUNC_bpf_rbtree_first] = {.traits = RBTREE},
	[KFUNC_bpf_rbtree_root] = {.traits = RBTREE},
	[KFUNC_bpf_rbtree_left] = {.traits = RBTREE | TRAIT_RB_NODE},
	[KFUNC_bpf_rbtree_right] = {.traits = RBTREE | TRAIT_RB_NODE},
	[KFUNC_bpf_iter_num_new] = {.traits = TRAIT_SPIN_ALLOWED},
	[KFUNC_bpf_iter_num_next] = {.traits = TRAIT_SPIN_ALLOWED},
	[KFUNC_bpf_iter_num_destroy] = {.traits = TRAIT_SPIN_ALLOWED},
	[KFUNC_bpf_cast_to_kern_ctx] = {.ret = ret_kern_ctx},
	[KFUNC_bpf_rdonly_cast] = {.ret = ret_cast},
	[KFUNC_bpf_rcu_read_lock] = {.traits = TRAIT_RCU_LOCK},
	[KFUNC_bpf_rcu_read_unlock] = {.traits = TRAIT_RCU_UNLOCK},
	[KFUNC_bpf_preempt_disable] = {.traits = TRAIT_PREEMPT_OFF},
	[KFUNC_bpf_preempt_enable] = {.traits = TRAIT_PREEMPT_ON},
	[KFUNC_bpf_res_spin_lock] = {.traits = RES_LOCK | TRAIT_TAKES_LOCK},
	[KFUNC_bpf_res_spin_unlock] = {.traits = RES_LOCK},
	[KFUNC_bpf_res_spin_lock_irqsave] = {.traits =
						     RES_LOCK | TRAIT_TAKES_LOCK | TRAIT_LOCK_IRQ},
	[KFUNC_bpf_res_spin_unlock_irqrestore] = {.traits = RES_LOCK | TRAIT_LOCK_IRQ},
	[KFUNC_bpf_dynptr_from_skb] = {.dynptr_flags = DYNPTR_TYPE_SKB},
	[KFUNC_bpf_dynptr_from_skb_meta] = {.dynptr_flags = DYNPTR_TYPE_SKB_META},
	[KFUNC_bpf_dynptr_from_xdp] = {.dynptr_flags = DYNPTR_TYPE_XDP},
	[KFUNC_bpf_dynptr_slice] = {.ret = ret_slice},
	[KFUNC_bpf_dynptr_slice_rdwr] = {.ret = ret_slice},
	[KFUNC_bpf_xdp_pull_data] = {.traits = TRAIT_PACKET},
	[KFUNC_bpf_wq_set_callback_impl] = {.traits = TRAIT_ASYNC, .callback = set_timer_callback},
	[KFUNC_bpf_task_work_schedule_signal_impl] = {.traits = TRAIT_ASYNC,
						      .callback = set_task_work_callback},
	[KFUNC_bpf_task_work_schedule_resume_impl] = {.traits = TRAIT_ASYNC,
						      .callback = set_task_work_callback},
	[KFUNC_bpf_session_cookie] = {.ret_size = 8},
	[KFUNC_bpf_get_kmem_cache] = {.ret_flags = PTR_UNTRUSTED},
};
