/*
 * Arguments of kernel functions: registers against what kfunc_param.c read off the parameters.
 * Where these leave it open what a pointer is to be, what is in the register decides.
 */
#include "core/verify/local.h"

#include "core/helper/types.h"

/* ---- scalars ---- */

static bool reg_is_null(const struct reg_state *reg)
{
	return reg->type == T_SCALAR && tnum_equals_const(reg->var_off, 0);
}

static int set_constant(struct env *env, struct kfunc_meta *meta, uint32_t regno)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (meta->constant.found)
		return reject_bug(env, "only one constant argument permitted");
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_KFUNC_ARG_CONST, "R%d must be a known constant\n", regno);
	meta->constant.found = true;
	meta->constant.value = reg->var_off.value;
	return 0;
}

/* The size of what is returned. */
static int set_return_size(struct env *env, struct kfunc_meta *meta, uint32_t regno)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (meta->r0_size)
		return reject(env, REASON_KFUNC_PROTO,
			      "2 or more rdonly/rdwr_buf_size parameters for kfunc");
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_KFUNC_ARG_CONST, "R%d is not a const\n", regno);
	meta->r0_size = reg->var_off.value;
	return mark_chain_precision(env, (int)regno);
}

static int check_scalar(struct env *env, struct kfunc_meta *meta, uint32_t i)
{
	uint32_t flags = meta->desc->args[i].flags, regno = i + 1;
	int err;

	if (cur_regs(env)[regno].type != T_SCALAR)
		return reject(env, REASON_KFUNC_ARG_SCALAR, "R%d is not a scalar\n", regno);
	if (flags & KARG_CONST) {
		err = set_constant(env, meta, regno);
		return err ? err : mark_chain_precision(env, (int)regno);
	}
	if (!(flags & (KARG_RDONLY_SIZE | KARG_RDWR_SIZE)))
		return 0;
	if (flags & KARG_RDONLY_SIZE)
		meta->r0_rdonly = true;
	return set_return_size(env, meta, regno);
}

/* ---- pointers to the kernel's structs ---- */

/* The struct behind a type of register that is not told by BTF (reg2btf_ids[]), or NULL. */
static const char *mirrored_struct(uint32_t type)
{
	switch (type_base(type)) {
	case T_SOCKET:
		return "sock";
	case T_SOCK_COMMON:
		return "sock_common";
	case T_TCP_SOCK:
		return "tcp_sock";
	case T_MAP_PTR:
		return "bpf_map";
	default:
		return NULL;
	}
}

/* Names of which one is the other and ___init: never to be mixed up (nf_conn___init). */
static bool is_nocast_alias(const char *a, const char *b)
{
	static const char suffix[] = "___init";
	const char *longer = strlen(a) > strlen(b) ? a : b, *shorter = longer == a ? b : a;
	size_t len = strlen(shorter);

	return strlen(longer) == len + strlen(suffix) && !strncmp(longer, shorter, len) &&
	       !strcmp(longer + len, suffix);
}

/* btf_is_projection_of(): what programs see of a struct, and the struct. */
static bool is_projection(const char *seen, const char *real)
{
	return (!strcmp(seen, "__sk_buff") && !strcmp(real, "sk_buff")) ||
	       (!strcmp(seen, "xdp_md") && !strcmp(real, "xdp_buff"));
}

/* process_kf_arg_ptr_to_btf_id() */
static int check_struct(struct env *env, const struct kfunc_meta *meta, uint32_t i,
			const struct reg_state *reg, uint32_t want)
{
	const struct kfunc_desc *desc = meta->desc;
	const struct btf *btf = kernel_btf(env);
	const char *mirrored = mirrored_struct(reg->type);
	const char *want_name = btf_name(desc->btf, want), *name;
	uint32_t id;
	bool strict;

	if (mirrored) {
		id = btf_find(btf, mirrored, BTF_KIND_STRUCT);
	} else {
		btf = reg->btf;
		id = reg->btf_id;
	}
	strict = (meta->flags & KF_RELEASE && reg->ref_obj_id) ||
		 is_nocast_alias(btf_name(btf, id), want_name);
	id = btf_resolve(btf, id);
	name = btf_name(btf, id);
	if (btf_struct_ids_match(env, btf, id, reg->off, desc->btf, want, strict) ||
	    is_projection(want_name, name))
		return 0;
	return reject(env, REASON_KFUNC_ARG_TYPE,
		      "kernel function %s args#%d expected pointer to %s %s but R%d has a pointer "
		      "to %s %s\n",
		      desc->name, i, btf_kind_str(btf_type(desc->btf, want)), want_name, i + 1,
		      btf_kind_str(btf_type(btf, id)), name);
}

static int check_btf_arg(struct env *env, const struct kfunc_meta *meta, uint32_t i,
			 const struct reg_state *reg, uint32_t want)
{
	const uint32_t trusted = MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF;
	bool unsafe = type_flags(reg->type) & ~trusted;

	if ((type_base(reg->type) != T_BTF_ID || (unsafe && !reg_is_rcu(reg))) &&
	    !mirrored_struct(reg->type)) {
		vlog_why(env, REASON_KFUNC_ARG_TYPE, "arg#%d is %s ", i,
			 reg_type_str(env, reg->type));
		return reject(env, REASON_KFUNC_ARG_TYPE, "expected %s or socket\n",
			      reg_type_str(env, type_base(reg->type) |
							(type_flags(reg->type) & trusted)));
	}
	return check_struct(env, meta, i, reg, want);
}

static int arg_btf_id(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		      uint32_t insn __unused)
{
	return check_btf_arg(env, meta, i, reg, meta->desc->args[i].ref);
}

static int arg_map(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		   uint32_t insn __unused)
{
	return check_btf_arg(env, meta, i, reg,
			     btf_find(kernel_btf(env), "bpf_map", BTF_KIND_STRUCT));
}

static int arg_ctx(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		   uint32_t insn __unused)
{
	int id;

	if (reg->type != T_CTX)
		return reject(env, REASON_KFUNC_ARG_CTX,
			      "arg#%d expected pointer to ctx, but got %s\n", i,
			      reg_type_str(env, reg->type));
	if (meta->kfunc != KFUNC_bpf_cast_to_kern_ctx)
		return 0;
	id = get_kern_ctx_btf_id(env);
	if (id < 0)
		return -EINVAL;
	meta->ret_btf_id = (uint32_t)id;
	return 0;
}

/* ---- objects of the program's own ---- */

static int check_owned(struct env *env, const struct reg_state *reg)
{
	if (!reg->ref_obj_id)
		return reject(env, REASON_KFUNC_ARG_OBJECT,
			      "allocated object must be referenced\n");
	return 0;
}

static int arg_alloc(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		     uint32_t insn __unused)
{
	if (reg->type == (T_BTF_ID | MEM_ALLOC)) {
		if (meta->kfunc != KFUNC_bpf_obj_drop_impl)
			return reject(env, REASON_KFUNC_ARG_OBJECT,
				      "arg#%d expected for bpf_obj_drop_impl()\n", i);
	} else if (reg->type == (T_BTF_ID | MEM_ALLOC | MEM_PERCPU)) {
		if (meta->kfunc != KFUNC_bpf_percpu_obj_drop_impl)
			return reject(env, REASON_KFUNC_ARG_OBJECT,
				      "arg#%d expected for bpf_percpu_obj_drop_impl()\n", i);
	} else {
		return reject(env, REASON_KFUNC_ARG_OBJECT,
			      "arg#%d expected pointer to allocated object\n", i);
	}
	meta->arg_btf = reg->btf;
	meta->arg_btf_id = reg->btf_id;
	return check_owned(env, reg);
}

static int arg_refcounted(struct env *env, struct kfunc_meta *meta, uint32_t i,
			  struct reg_state *reg, uint32_t insn __unused)
{
	const struct btf_record *record;

	if (!type_is_ptr_alloc_obj(reg->type))
		return reject(env, REASON_KFUNC_ARG_OBJECT,
			      "arg#%d is neither owning or non-owning ref\n", i);
	if (!type_is_non_owning_ref(reg->type))
		meta->owning_ref = true;
	record = reg_btf_record(env, reg);
	if (!record)
		return reject_bug(env, "Couldn't find btf_record");
	if (record->refcount_off < 0)
		return reject(env, REASON_KFUNC_ARG_OBJECT,
			      "arg#%d doesn't point to a type with bpf_refcount field\n", i);
	meta->arg_btf = reg->btf;
	meta->arg_btf_id = reg->btf_id;
	return 0;
}

/* Is the lock held that is in the same value or object as what reg points to? */
static int check_allocation_locked(struct env *env, const struct reg_state *reg)
{
	const void *ptr = reg->type == T_MAP_VALUE ? (const void *)reg->map : reg->btf;

	if (!env->cur->active_locks)
		return -EINVAL;
	if (!find_lock(env->cur, REF_LOCK_MASK, reg->id, ptr)) {
		vlog_why(env, REASON_KFUNC_GRAPH_LOCK,
			 "held lock and object are not in the same allocation\n");
		return -EINVAL;
	}
	return 0;
}

/* The field of a type that a pointer with a constant offset leads to; -errno, said. */
static int find_field(struct env *env, const struct reg_state *reg, uint32_t regno,
		      enum btf_field_type type, const struct btf_field **out)
{
	uint32_t off = (uint32_t)reg->off + (uint32_t)reg->var_off.value;

	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_KFUNC_GRAPH,
			      "R%d doesn't have constant offset. %s has to be at the constant "
			      "offset\n",
			      regno, btf_field_name(type));
	*out = btf_record_find(reg_btf_record(env, reg), off, type);
	if (!*out)
		return reject(env, REASON_KFUNC_GRAPH, "%s not found at offset=%u\n",
			      btf_field_name(type), off);
	return 0;
}

static int arg_graph_root(struct env *env, struct kfunc_meta *meta, uint32_t i,
			  struct reg_state *reg, uint32_t insn __unused)
{
	bool is_list = meta->desc->args[i].kind == KARG_LIST_HEAD;
	enum btf_field_type type = is_list ? BTF_FIELD_LIST_HEAD : BTF_FIELD_RB_ROOT;
	const struct btf_field **slot = is_list ? &meta->list_head : &meta->rbtree_root, *field;
	uint32_t traits = kfunc_specials[meta->kfunc].traits;
	int err;

	if (reg->type != T_MAP_VALUE && reg->type != (T_BTF_ID | MEM_ALLOC))
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "arg#%d expected pointer to map value or allocated object\n", i);
	err = reg->type == T_MAP_VALUE ? 0 : check_owned(env, reg);
	if (err)
		return err;
	if (!(traits & (is_list ? TRAIT_LIST_API : TRAIT_RBTREE_API)))
		return reject_with(env, REASON_INTERNAL, EFAULT,
				   "verifier internal error: %s head arg for unknown kfunc\n",
				   btf_field_name(type));
	err = find_field(env, reg, i + 1, type, &field);
	if (err)
		return err;
	if (check_allocation_locked(env, reg))
		return reject(env, REASON_KFUNC_GRAPH_LOCK,
			      "bpf_spin_lock at off=%d must be held for %s\n",
			      reg_btf_record(env, reg)->spin_lock_off, btf_field_name(type));
	if (*slot)
		return reject_bug(env, "repeating %s arg", btf_field_name(type));
	*slot = field;
	return 0;
}

/* The node is to be what the root holds. */
static int check_node_fits(struct env *env, const struct btf_field *root,
			   const struct reg_state *reg, const struct btf_field *node)
{
	const struct btf *btf = root->graph_root.btf;
	const char *root_type = btf_name(btf, root->graph_root.value_btf_id);

	if (!btf_struct_ids_match(env, reg->btf, reg->btf_id, 0, btf, root->graph_root.value_btf_id,
				  true))
		return reject(env, REASON_KFUNC_GRAPH,
			      "operation on %s expects arg#1 %s at offset=%d in struct %s, but arg "
			      "is at offset=%d in struct %s\n",
			      btf_field_name(root->type), btf_field_name(node->type),
			      root->graph_root.node_offset, root_type, node->offset,
			      btf_name(reg->btf, reg->btf_id));
	if (node->offset != root->graph_root.node_offset)
		return reject(env, REASON_KFUNC_GRAPH,
			      "arg#1 offset=%d, but expected %s at offset=%d in struct %s\n",
			      node->offset, btf_field_name(node->type),
			      root->graph_root.node_offset, root_type);
	return 0;
}

static int check_graph_node(struct env *env, struct kfunc_meta *meta, uint32_t i,
			    const struct reg_state *reg)
{
	bool is_list = meta->desc->args[i].kind == KARG_LIST_NODE;
	enum btf_field_type type = is_list ? BTF_FIELD_LIST_NODE : BTF_FIELD_RB_NODE;
	const struct btf_field *root = is_list ? meta->list_head : meta->rbtree_root, *node;
	uint32_t traits = kfunc_specials[meta->kfunc].traits;
	int err;

	if (!(traits & (is_list ? TRAIT_LIST_NODE : TRAIT_RB_NODE)))
		return reject_with(env, REASON_INTERNAL, EFAULT,
				   "verifier internal error: %s node arg for unknown kfunc\n",
				   btf_field_name(type));
	err = find_field(env, reg, i + 1, type, &node);
	if (err)
		return err;
	if (!root)
		return reject_bug(env, "node without a root");
	err = check_node_fits(env, root, reg, node);
	meta->arg_btf = reg->btf;
	meta->arg_btf_id = reg->btf_id;
	return err;
}

/* An owned object that is to be put into a list or tree. */
static int check_new_node(struct env *env, const struct reg_state *reg, uint32_t i)
{
	if (reg->type != (T_BTF_ID | MEM_ALLOC))
		return reject(env, REASON_KFUNC_ARG_OBJECT,
			      "arg#%d expected pointer to allocated object\n", i);
	return check_owned(env, reg);
}

static int arg_list_node(struct env *env, struct kfunc_meta *meta, uint32_t i,
			 struct reg_state *reg, uint32_t insn __unused)
{
	int err = check_new_node(env, reg, i);

	return err ? err : check_graph_node(env, meta, i, reg);
}

static int arg_rb_node(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		       uint32_t insn __unused)
{
	int err = 0;

	if (kfunc_specials[meta->kfunc].traits & TRAIT_INSERTS)
		err = check_new_node(env, reg, i);
	else if (!type_is_non_owning_ref(reg->type) && !reg->ref_obj_id)
		err = reject(env, REASON_KFUNC_ARG_OBJECT,
			     "%s can only take non-owning or refcounted bpf_rb_node pointer\n",
			     meta->desc->name);
	else if (in_rbtree_lock_required_cb(env))
		err = reject(env, REASON_KFUNC_GRAPH, "%s not allowed in rbtree cb\n",
			     meta->desc->name);
	return err ? err : check_graph_node(env, meta, i, reg);
}

/* ---- objects on the stack ---- */

uint32_t dynptr_type_flag(enum dynptr_type type)
{
	for (uint32_t left = DYNPTR_TYPE_MASK; left; left &= left - 1)
		if (dynptr_arg_type(left & -left) == type)
			return left & -left;
	return 0;
}

static int arg_dynptr(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		      uint32_t insn)
{
	uint32_t type = ARG_PTR_TO_DYNPTR | kfunc_specials[meta->kfunc].dynptr_flags, ref = 0;
	bool is_new = meta->desc->args[i].flags & KARG_UNINIT;
	int err;

	if (reg->type == T_DYNPTR)
		type |= MEM_RDONLY;
	if (is_new)
		type |= MEM_UNINIT;
	if (is_new && meta->kfunc == KFUNC_bpf_dynptr_clone) {
		if (meta->dynptr.type == DYNPTR_INVALID)
			return reject_bug(env, "no dynptr type for parent of clone");
		type |= dynptr_type_flag(meta->dynptr.type);
		ref = meta->dynptr.ref_obj_id;
		if (meta->dynptr.type == DYNPTR_RINGBUF && !ref)
			return reject_bug(env, "missing ref obj id for parent of clone");
	}
	err = process_dynptr_func(env, i + 1, insn, type, ref);
	if (err || is_new)
		return err;
	meta->dynptr.id = dynptr_id(env, reg);
	meta->dynptr.type = dynptr_reg_type(env, reg);
	meta->dynptr.ref_obj_id = dynptr_ref_obj_id(env, reg);
	return 0;
}

/* Walking a cgroup's tasks takes css_set_lock: never where the kernel may hold it already. */
static bool may_iterate_css_tasks(const struct env *env)
{
	const struct verify_job *job = env->job;
	uint32_t type = job->type;

	if (type == PROG_TYPE_EXT && job->attach_to)
		type = job->attach_to->type;
	return type == PROG_TYPE_LSM ||
	       (type == PROG_TYPE_TRACING && job->attach_type == ATTACH_TYPE_TRACE_ITER) ||
	       in_sleepable(env);
}

static int arg_iter(struct env *env, struct kfunc_meta *meta, uint32_t i,
		    struct reg_state *reg __unused, uint32_t insn)
{
	if (meta->kfunc == KFUNC_bpf_iter_css_task_new && !may_iterate_css_tasks(env))
		return reject(env, REASON_KFUNC_CONTEXT,
			      "css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable "
			      "progs\n");
	return process_iter_arg(env, i + 1, insn, meta);
}

static int arg_irq_flag(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
			uint32_t insn __unused)
{
	if (reg->type != T_STACK)
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "arg#%d doesn't point to an irq flag on stack\n", i);
	return process_irq_flag(env, i + 1, meta);
}

/* ---- fields of map values ---- */

static int arg_map_field(struct env *env, struct kfunc_meta *meta, uint32_t i,
			 struct reg_state *reg, uint32_t insn __unused)
{
	bool is_wq = meta->desc->args[i].kind == KARG_WQ;
	int err;

	if (reg->type != T_MAP_VALUE)
		return reject(env, REASON_KFUNC_MAP_FIELD, "arg#%d doesn't point to a map value\n",
			      i);
	err = check_map_field(env, i + 1, is_wq ? BTF_FIELD_WORKQUEUE : BTF_FIELD_TASK_WORK);
	if (err)
		return err;
	if (meta->map.map)
		return reject_bug(env, "Two map pointers in a %s helper",
				  is_wq ? "bpf_wq" : "bpf_task_work");
	meta->map.map = reg->map;
	meta->map.uid = reg->map_uid;
	return 0;
}

static int arg_res_lock(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
			uint32_t insn __unused)
{
	uint32_t traits = kfunc_specials[meta->kfunc].traits, flags = LOCK_IS_RES;

	if (reg->type != T_MAP_VALUE && reg->type != (T_BTF_ID | MEM_ALLOC))
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "arg#%d doesn't point to map value or allocated object\n", i);
	if (!(traits & TRAIT_RES_LOCK))
		return reject_bug(env, "unknown lock kfunc");
	if (traits & TRAIT_TAKES_LOCK)
		flags |= LOCK_TAKES;
	if (traits & TRAIT_LOCK_IRQ)
		flags |= LOCK_IS_IRQ;
	return process_spin_lock(env, i + 1, flags);
}

/* ---- memory and functions ---- */

static int arg_mem(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		   uint32_t insn __unused)
{
	const struct btf_type *t = btf_type(meta->desc->btf, meta->desc->args[i].ref);

	return check_mem_reg(env, reg, i + 1, t->size);
}

/* check_kfunc_mem_size_reg(): the pair is in regno and the register behind it */
static int check_sized_mem(struct env *env, uint32_t regno)
{
	struct reg_state *mem = &cur_regs(env)[regno], *size = mem + 1, saved = *mem;
	bool may_be_null = type_may_be_null(mem->type);
	struct call_meta meta = {0};
	int err;

	if (may_be_null)
		mark_ptr_not_null(env, mem);
	err = check_mem_size_reg(env, size, regno + 1, false, true, &meta);
	if (!err)
		err = check_mem_size_reg(env, size, regno + 1, true, true, &meta);
	if (may_be_null)
		*mem = saved;
	return err;
}

static int arg_mem_size(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
			uint32_t insn __unused)
{
	const struct karg *arg = &meta->desc->args[i];
	uint32_t regno = i + 1;

	if (!reg_is_null(reg) || !(arg->flags & KARG_OPTIONAL)) {
		int err = check_sized_mem(env, regno);

		if (err) {
			vlog_why(env, REASON_KFUNC_ARG_TYPE,
				 "arg#%d arg#%d memory, len pair leads to invalid memory access\n",
				 i, i + 1);
			return err;
		}
	}
	return arg[1].flags & KARG_CONST_SIZE ? set_constant(env, meta, regno + 1) : 0;
}

static int arg_callback(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
			uint32_t insn __unused)
{
	if (reg->type != T_FUNC)
		return reject(env, REASON_KFUNC_CALLBACK, "arg%d expected pointer to func\n", i);
	meta->subprog = reg->subprog;
	return 0;
}

static int arg_const_str(struct env *env, struct kfunc_meta *meta __unused, uint32_t i,
			 struct reg_state *reg, uint32_t insn __unused)
{
	if (reg->type != T_MAP_VALUE)
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "arg#%d doesn't point to a const string\n", i);
	return check_reg_const_str(env, reg, i + 1);
}

/* ---- any pointer ---- */

/* By kind: how the register is judged, and whether "trusted" is asked of it. */
static const struct {
	int (*check)(struct env *env, struct kfunc_meta *meta, uint32_t i, struct reg_state *reg,
		     uint32_t insn);
	bool trusted;
} karg_rules[KARG_COUNT] = {
	[KARG_CTX] = {arg_ctx},
	[KARG_ALLOC] = {arg_alloc, true},
	[KARG_REFCOUNTED] = {arg_refcounted},
	[KARG_DYNPTR] = {arg_dynptr},
	[KARG_ITER] = {arg_iter},
	[KARG_LIST_HEAD] = {arg_graph_root},
	[KARG_LIST_NODE] = {arg_list_node},
	[KARG_RB_ROOT] = {arg_graph_root},
	[KARG_RB_NODE] = {arg_rb_node},
	[KARG_CONST_STR] = {arg_const_str},
	[KARG_MAP] = {arg_map, true},
	[KARG_WQ] = {arg_map_field},
	[KARG_TASK_WORK] = {arg_map_field},
	[KARG_IRQ_FLAG] = {arg_irq_flag},
	[KARG_RES_LOCK] = {arg_res_lock},
	[KARG_BTF_ID] = {arg_btf_id, true},
	[KARG_CALLBACK] = {arg_callback},
	[KARG_MEM] = {arg_mem},
	[KARG_MEM_SIZE] = {arg_mem_size},
};

/* What a pointer is to be that its type leaves open; -errno, said. */
static int open_kind(struct env *env, const struct kfunc_meta *meta, uint32_t i,
		     const struct reg_state *reg)
{
	const struct kfunc_desc *desc = meta->desc;
	const struct karg *arg = &desc->args[i];
	const struct btf_type *ref = btf_type(desc->btf, arg->ref);
	bool has_size;

	if (type_base(reg->type) == T_BTF_ID || mirrored_struct(reg->type)) {
		if (btf_is_composite(ref))
			return KARG_BTF_ID;
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "kernel function %s args#%d pointer type %s %s is not supported\n",
			      desc->name, i, btf_kind_str(ref), btf_str(desc->btf, ref->name_off));
	}
	if (arg->flags & KARG_FUNC)
		return KARG_CALLBACK;
	has_size = i + 1 < desc->nargs && arg[1].kind == KARG_SCALAR &&
		   arg[1].flags & (KARG_SIZE | KARG_CONST_SIZE) && reg[1].type == T_SCALAR;
	if (arg->flags & KARG_DEEP)
		vlog(env, "max struct nesting depth exceeded\n");
	if (!(arg->flags & KARG_PLAIN) && !(has_size && arg->ref == 0))
		return reject(env, REASON_KFUNC_ARG_TYPE,
			      "arg#%d pointer type %s %s must point to %sscalar, or struct with "
			      "scalar\n",
			      i, btf_kind_str(ref), btf_str(desc->btf, ref->name_off),
			      has_size ? "void, " : "");
	return has_size ? KARG_MEM_SIZE : KARG_MEM;
}

static int pointer_kind(struct env *env, const struct kfunc_meta *meta, uint32_t i,
			const struct reg_state *reg)
{
	const struct karg *arg = &meta->desc->args[i];

	if (arg->kind != KARG_CTX && arg->flags & KARG_NULLABLE && reg_is_null(reg))
		return KARG_NULL;
	return arg->kind == KARG_OTHER ? open_kind(env, meta, i, reg) : arg->kind;
}

/*
 * The map behind a work queue or task work is to be the one whose value holds it. Linux looks into
 * the map's special fields without asking whether it has any: a map without is refused here.
 */
static int check_map_matches(struct env *env, struct kfunc_meta *meta, uint32_t regno,
			     const struct reg_state *reg)
{
	const struct btf_record *record = NULL;
	bool is_task_work;

	if (!reg->raw[0])
		return reject(env, REASON_KFUNC_MAP_MATCH, "pointer in R%d isn't map pointer\n",
			      regno);
	if (!meta->map.map)
		return 0;
	if (reg->type != T_MAP_PTR && reg->type != T_MAP_VALUE && reg->type != T_MAP_KEY)
		return reject(env, REASON_KFUNC_MAP_MATCH, "pointer in R%d isn't map pointer\n",
			      regno);
	if (meta->map.map == reg->map && meta->map.uid == reg->map_uid)
		return 0;
	record = map_record(env, reg->map);
	is_task_work = record ? record->task_work_off >= 0 : meta->kfunc != KFUNC_bpf_wq_init;
	if (is_task_work)
		return reject(env, REASON_KFUNC_MAP_MATCH,
			      "bpf_task_work pointer in R2 map_uid=%d doesn't match map pointer in "
			      "R3 map_uid=%d\n",
			      meta->map.uid, reg->map_uid);
	return reject(env, REASON_KFUNC_MAP_MATCH,
		      "workqueue pointer in R1 map_uid=%d doesn't match map pointer in R2 "
		      "map_uid=%d\n",
		      meta->map.uid, reg->map_uid);
}

static int check_trust(struct env *env, const struct kfunc_meta *meta, uint32_t regno,
		       const struct reg_state *reg)
{
	if (!(meta->flags & (KF_TRUSTED_ARGS | KF_RELEASE | KF_RCU)) || reg_is_trusted(env, reg))
		return 0;
	if (!(meta->flags & KF_RCU))
		return reject(env, REASON_KFUNC_ARG_TRUSTED, "R%d must be referenced or trusted\n",
			      regno);
	if (!reg_is_rcu(reg))
		return reject(env, REASON_KFUNC_ARG_TRUSTED, "R%d must be a rcu pointer\n", regno);
	return 0;
}

static int note_reference(struct env *env, struct kfunc_meta *meta, uint32_t regno,
			  const struct reg_state *reg)
{
	if (!reg->ref_obj_id)
		return 0;
	if (meta->flags & KF_RELEASE && meta->ref_obj_id)
		return reject_bug(env, "more than one arg with ref_obj_id R%d %u %u", regno,
				  reg->ref_obj_id, meta->ref_obj_id);
	meta->ref_obj_id = reg->ref_obj_id;
	if (meta->flags & KF_RELEASE)
		meta->release_regno = regno;
	return 0;
}

/* 1: the next parameter was looked at, too. */
static int check_pointer(struct env *env, struct kfunc_meta *meta, uint32_t i, uint32_t insn)
{
	const struct karg *arg = &meta->desc->args[i];
	struct reg_state *reg = &cur_regs(env)[i + 1];
	bool releases = meta->flags & KF_RELEASE && reg->ref_obj_id;
	int err, kind;

	if (meta->flags & (KF_TRUSTED_ARGS | KF_RELEASE | KF_RCU) &&
	    !(arg->flags & (KARG_NULLABLE | KARG_OPTIONAL)) &&
	    (reg_is_null(reg) || type_may_be_null(reg->type)))
		return reject(env, REASON_KFUNC_ARG_NULL,
			      "Possibly NULL pointer passed to trusted arg%d\n", i);
	err = note_reference(env, meta, i + 1, reg);
	if (err)
		return err;
	kind = pointer_kind(env, meta, i, reg);
	if (kind < 0)
		return kind;
	if (kind == KARG_NULL)
		return 0;
	if (kind == KARG_MAP) {
		err = check_map_matches(env, meta, i + 1, reg);
		if (err)
			return err;
		meta->map.map = reg->map;
		meta->map.uid = reg->map_uid;
	}
	if (karg_rules[kind].trusted)
		err = check_trust(env, meta, i + 1, reg);
	if (!err)
		err = check_func_arg_reg_off(env, reg, i + 1, releases ? OBJ_RELEASE : 0);
	if (!err)
		err = karg_rules[kind].check(env, meta, i, reg, insn);
	return err ? err : kind == KARG_MEM_SIZE;
}

static int check_prog_arg(struct env *env, struct kfunc_meta *meta)
{
	if (meta->prog_seen)
		return reject_bug(env, "Only 1 prog->aux argument supported per-kfunc");
	meta->prog_seen = true;
	cur_call_facts(env)->arg_prog = true;
	return 0;
}

/* As check_pointer() returns. */
static int check_karg(struct env *env, struct kfunc_meta *meta, uint32_t i, uint32_t insn)
{
	const struct karg *arg = &meta->desc->args[i];

	switch (arg->kind) {
	case KARG_IGNORED:
		return 0;
	case KARG_PROG:
		return check_prog_arg(env, meta);
	case KARG_SCALAR:
		return check_scalar(env, meta, i);
	case KARG_UNKNOWN:
		return reject(env, REASON_KFUNC_PROTO, "Unrecognized arg#%d type %s\n", i,
			      btf_kind_str(btf_type(meta->desc->btf, arg->type)));
	default:
		return check_pointer(env, meta, i, insn);
	}
}

int check_kfunc_args(struct env *env, struct kfunc_meta *meta, uint32_t insn)
{
	const struct kfunc_desc *desc = meta->desc;

	if (desc->nargs > ARGS_MAX)
		return reject(env, REASON_KFUNC_PROTO, "Function %s has %d > %d args\n", desc->name,
			      desc->nargs, ARGS_MAX);
	for (uint32_t i = 0; i < desc->nargs; i++) {
		int looked_at = check_karg(env, meta, i, insn);

		if (looked_at < 0)
			return looked_at;
		i += (uint32_t)looked_at;
	}
	if (meta->flags & KF_RELEASE && !meta->release_regno)
		return reject(env, REASON_KFUNC_RELEASE,
			      "release kernel function %s expects refcounted PTR_TO_BTF_ID\n",
			      desc->name);
	return 0;
}
