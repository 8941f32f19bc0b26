/*
 * One argument of a helper's call against what the prototype has there (check_func_arg()): first
 * the type of the register, by a table of those that go with the argument; then its offset; then
 * what the argument means, with what the arguments before it have told (struct call_meta).
 */
#include "core/verify/local.h"

/* ---- types ---- */

enum { COMPATIBLE_MAX = 10 };

#define MEM_TYPES                                                                                  \
	{                                                                                          \
		T_STACK, T_PACKET, T_PACKET_META, T_MAP_KEY, T_MAP_VALUE, T_MEM,                   \
			T_MEM | MEM_RINGBUF, T_BUF, T_BTF_ID | PTR_TRUSTED                         \
	}

/* Types of registers that go with an argument, in the order in which messages name them. */
static const uint32_t compatible[ARG_TYPE_COUNT][COMPATIBLE_MAX] = {
	[ARG_CONST_MAP_PTR] = {T_MAP_PTR},
	[ARG_PTR_TO_MAP_KEY] = MEM_TYPES,
	[ARG_PTR_TO_MAP_VALUE] = MEM_TYPES,
	[ARG_PTR_TO_MEM] = MEM_TYPES,
	[ARG_CONST_SIZE] = {T_SCALAR},
	[ARG_CONST_SIZE_OR_ZERO] = {T_SCALAR},
	[ARG_CONST_ALLOC_SIZE_OR_ZERO] = {T_SCALAR},
	[ARG_PTR_TO_CTX] = {T_CTX},
	[ARG_PTR_TO_SPIN_LOCK] = {T_MAP_VALUE, T_BTF_ID | MEM_ALLOC},
	[ARG_PTR_TO_SOCK_COMMON] = {T_SOCK_COMMON, T_SOCKET, T_TCP_SOCK, T_XDP_SOCK},
	[ARG_PTR_TO_BTF_ID_SOCK_COMMON] = {T_SOCK_COMMON, T_SOCKET, T_TCP_SOCK, T_XDP_SOCK,
					   T_BTF_ID, T_BTF_ID | PTR_TRUSTED},
	[ARG_PTR_TO_SOCKET] = {T_SOCKET},
	[ARG_PTR_TO_BTF_ID] = {T_BTF_ID, T_BTF_ID | PTR_TRUSTED, T_BTF_ID | MEM_RCU},
	[ARG_PTR_TO_RINGBUF_MEM] = {T_MEM | MEM_RINGBUF},
	[ARG_PTR_TO_PERCPU_BTF_ID] = {T_BTF_ID | MEM_PERCPU, T_BTF_ID | MEM_PERCPU | MEM_RCU,
				      T_BTF_ID | MEM_PERCPU | PTR_TRUSTED},
	[ARG_PTR_TO_FUNC] = {T_FUNC},
	[ARG_PTR_TO_STACK] = {T_STACK},
	[ARG_PTR_TO_CONST_STR] = {T_MAP_VALUE},
	[ARG_PTR_TO_TIMER] = {T_MAP_VALUE},
	[ARG_KPTR_XCHG_DEST] = {T_MAP_VALUE, T_BTF_ID | MEM_ALLOC},
	[ARG_PTR_TO_DYNPTR] = {T_STACK, T_DYNPTR},
};

static bool is_memory(uint32_t arg_type)
{
	uint32_t base = arg_base(arg_type);

	return base == ARG_PTR_TO_MEM || base == ARG_PTR_TO_MAP_KEY || base == ARG_PTR_TO_MAP_VALUE;
}

static bool is_compatible(const uint32_t *types, uint32_t type)
{
	for (int i = 0; i < COMPATIBLE_MAX && types[i] != T_NOT_INIT; i++)
		if (types[i] == type)
			return true;
	return false;
}

static int reject_type(struct env *env, uint32_t regno, const uint32_t *types)
{
	vlog_why(env, REASON_ARG_TYPE, "R%u type=%s expected=", regno,
		 reg_type_str(env, cur_regs(env)[regno].type));
	for (; types[1] != T_NOT_INIT; types++)
		vlog(env, "%s, ", reg_type_str(env, types[0]));
	return reject(env, REASON_ARG_TYPE, "%s\n", reg_type_str(env, types[0]));
}

/*
 * Flags of a register that an argument does not mind. bpf_kptr_xchg() takes objects of the
 * program's own types for its second.
 */
static uint32_t ignored_flags(uint32_t regno, uint32_t type, uint32_t arg_type,
			      const struct call_meta *meta)
{
	uint32_t flags = arg_type & (MEM_RDONLY | PTR_MAYBE_NULL);

	if (arg_base(arg_type) == ARG_PTR_TO_MEM)
		flags |= DYNPTR_TYPE_MASK;
	if (meta->func_id == HELPER_kptr_xchg && regno == 2 && type & MEM_ALLOC)
		flags |= MEM_ALLOC | MEM_PERCPU;
	return flags;
}

uint32_t helper_btf_id(struct env *env, uint32_t which)
{
	uint32_t *id = &env->helper_btf_ids[which];

	if (!*id && which && kernel_btf(env))
		*id = btf_find(kernel_btf(env), helper_btf_names[which], BTF_KIND_STRUCT);
	return *id;
}

/* The register's struct is the one that is wanted, or begins with it where that will do. */
static int check_struct(struct env *env, uint32_t regno, uint32_t arg_type, uint32_t want,
			const struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	bool strict = arg_type & OBJ_RELEASE && meta->func_id != HELPER_sk_release;

	if (btf_struct_ids_match(env, reg->btf, reg->btf_id, reg->off, kernel_btf(env), want,
				 strict))
		return 0;
	return reject(env, REASON_ARG_STRUCT, "R%u is of type %s but %s is expected\n", regno,
		      btf_type_name(reg->btf, reg->btf_id), btf_type_name(kernel_btf(env), want));
}

static int check_kernel_object(struct env *env, uint32_t regno, uint32_t arg_type,
			       const uint32_t *arg_btf_id, const struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	uint32_t want;

	if (type_may_be_null(reg->type) && (!type_may_be_null(arg_type) || arg_type & OBJ_RELEASE))
		return reject(env, REASON_ARG_NULL,
			      "Possibly NULL pointer passed to helper arg%u\n", regno);
	if (meta->func_id == HELPER_kptr_xchg)
		return check_kptr_match(env, meta->kptr_field, reg, regno) ? -EACCES : 0;
	if (arg_btf_id)
		want = *arg_btf_id;
	else if (arg_base(arg_type) == ARG_PTR_TO_BTF_ID_SOCK_COMMON)
		want = helper_btf_id(env, HELPER_BTF_sock_common);
	else
		return reject_bug(env, "missing arg compatible BTF ID");
	return check_struct(env, regno, arg_type, want, meta);
}

static int check_local_object(struct env *env, uint32_t regno, const struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (meta->func_id == HELPER_kptr_xchg && regno == 2)
		return check_kptr_match(env, meta->kptr_field, reg, regno) ? -EACCES : 0;
	if (meta->func_id != HELPER_spin_lock && meta->func_id != HELPER_spin_unlock &&
	    meta->func_id != HELPER_kptr_xchg)
		return reject_bug(env, "unimplemented handling of MEM_ALLOC");
	return 0;
}

static int check_object(struct env *env, uint32_t regno, uint32_t arg_type,
			const uint32_t *arg_btf_id, const struct call_meta *meta)
{
	switch (type_flags(cur_regs(env)[regno].type)) {
	case 0:
	case PTR_TRUSTED:
	case PTR_TRUSTED | PTR_MAYBE_NULL:
	case MEM_RCU:
	case PTR_MAYBE_NULL:
	case PTR_MAYBE_NULL | MEM_RCU:
		return check_kernel_object(env, regno, arg_type, arg_btf_id, meta);
	case MEM_ALLOC:
	case MEM_PERCPU | MEM_ALLOC:
		return check_local_object(env, regno, meta);
	case MEM_PERCPU:
	case MEM_PERCPU | MEM_RCU:
	case MEM_PERCPU | PTR_TRUSTED:
		return 0;
	default:
		return reject_bug(env, "invalid PTR_TO_BTF_ID register for type match");
	}
}

int check_reg_type(struct env *env, uint32_t regno, uint32_t arg_type, const uint32_t *arg_btf_id,
		   struct call_meta *meta)
{
	uint32_t base = arg_base(arg_type), type = cur_regs(env)[regno].type;

	if (base >= ARG_TYPE_COUNT || compatible[base][0] == T_NOT_INIT)
		return reject_bug(env, "unsupported arg type %u", arg_type);
	if (!is_compatible(compatible[base], type & ~ignored_flags(regno, type, arg_type, meta)))
		return reject_type(env, regno, compatible[base]);
	if (type_base(type) != T_BTF_ID)
		return 0;
	if (!is_memory(arg_type))
		return check_object(env, regno, arg_type, arg_btf_id, meta);
	if (!(arg_type & MEM_RDONLY))
		return reject(env, REASON_ARG_WRITES,
			      "bpf_%s() may write into memory pointed by R%u type=%s\n",
			      helper_word(meta->func_id), regno, reg_type_str(env, type));
	return 0;
}

/* ---- offsets ---- */

int check_func_arg_reg_off(struct env *env, const struct reg_state *reg, uint32_t regno,
			   uint32_t arg_type)
{
	if (arg_type & OBJ_RELEASE) {
		/* What is released is the object that the dynptr owns, wherever the dynptr is. */
		if (arg_base(arg_type) == ARG_PTR_TO_DYNPTR && reg->type == T_STACK)
			return 0;
		if (reg->off)
			return reject(env, REASON_RELEASE_OFFSET,
				      "R%u must have zero offset when passed to release func or "
				      "trusted arg to kfunc\n",
				      regno);
		return check_ptr_off_reg(env, reg, regno);
	}
	switch (reg->type) {
	case T_STACK:
	case T_PACKET:
	case T_PACKET_META:
	case T_MAP_KEY:
	case T_MAP_VALUE:
	case T_MEM:
	case T_MEM | MEM_RDONLY:
	case T_MEM | MEM_RINGBUF:
	case T_BUF:
	case T_BUF | MEM_RDONLY:
	case T_ARENA:
	case T_SCALAR:
		return 0;
	case T_BTF_ID:
	case T_BTF_ID | MEM_ALLOC:
	case T_BTF_ID | PTR_TRUSTED:
	case T_BTF_ID | MEM_RCU:
	case T_BTF_ID | MEM_ALLOC | NON_OWN_REF:
	case T_BTF_ID | MEM_ALLOC | NON_OWN_REF | MEM_RCU:
		return check_ptr_off_reg_fixed(env, reg, regno, true);
	default:
		return check_ptr_off_reg(env, reg, regno);
	}
}

/* ---- references ---- */

static int check_release(struct env *env, const struct reg_state *reg, uint32_t regno,
			 uint32_t arg_type, struct call_meta *meta)
{
	if (arg_base(arg_type) == ARG_PTR_TO_DYNPTR) {
		int slot;

		if (reg->type != T_STACK)
			return reject(env, REASON_DYNPTR_CONST,
				      "cannot release unowned const bpf_dynptr\n");
		slot = dynptr_get_spi(env, reg);
		if (slot < 0 || !func_of(env, reg)->stack[slot].spilled.ref_obj_id)
			return reject(env, REASON_RELEASE_REF,
				      "arg %u is an unacquired reference\n", regno);
	} else if (!reg->ref_obj_id && !scalar_is_zero(reg)) {
		return reject(env, REASON_RELEASE_REF,
			      "R%u must be referenced when passed to release function\n", regno);
	}
	if (meta->release_regno)
		return reject_bug(env, "more than one release argument");
	meta->release_regno = regno;
	return 0;
}

static int check_references(struct env *env, const struct reg_state *reg, uint32_t regno,
			    uint32_t arg_type, struct call_meta *meta)
{
	if (arg_type & OBJ_RELEASE) {
		int err = check_release(env, reg, regno, arg_type, meta);

		if (err)
			return err;
	}
	if (!reg->ref_obj_id || arg_base(arg_type) == ARG_KPTR_XCHG_DEST)
		return 0;
	if (meta->ref_obj_id)
		return reject(env, REASON_ARG_REFS, "more than one arg with ref_obj_id R%u %u %u",
			      regno, reg->ref_obj_id, meta->ref_obj_id);
	meta->ref_obj_id = reg->ref_obj_id;
	return 0;
}

/* ---- fields of map values ---- */

static int32_t field_offset(const struct btf_record *record, enum btf_field_type type)
{
	switch (type) {
	case BTF_FIELD_TIMER:
		return record->timer_off;
	case BTF_FIELD_TASK_WORK:
		return record->task_work_off;
	case BTF_FIELD_WORKQUEUE:
		return record->wq_off;
	default:
		return -1;
	}
}

int check_map_field(struct env *env, uint32_t regno, enum btf_field_type type)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	uint64_t off = reg->var_off.value + (int64_t)reg->off;
	const struct btf_record *record;
	const char *name = btf_field_name(type);

	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_FIELD_OFFSET,
			      "R%u doesn't have constant offset. %s has to be at the constant "
			      "offset\n",
			      regno, name);
	if (!reg->map->btf)
		return reject(env, REASON_FIELD_NONE,
			      "map '%s' has to have BTF in order to use %s\n", reg->map->name,
			      name);
	record = map_record(env, reg->map);
	if (!btf_record_has(record, type))
		return reject(env, REASON_FIELD_NONE, "map '%s' has no valid %s\n", reg->map->name,
			      name);
	if ((uint64_t)(int64_t)field_offset(record, type) != off)
		return reject(env, REASON_FIELD_OFFSET,
			      "off %lld doesn't point to 'struct %s' that is at %d\n",
			      (long long)off, name, field_offset(record, type));
	return 0;
}

/* process_timer_func() */
static int check_timer(struct env *env, uint32_t regno, struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	int err = check_map_field(env, regno, BTF_FIELD_TIMER);

	if (err)
		return err;
	if (meta->map.map)
		return reject_bug(env, "Two map pointers in a timer helper");
	meta->map.map = reg->map;
	meta->map.uid = reg->map_uid;
	return 0;
}

/* process_kptr_func(): where a pointer is put, in a map's value or in an object */
static int check_kptr_dest(struct env *env, uint32_t regno, struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	int32_t off = reg->off + (int32_t)reg->var_off.value;
	const struct btf_record *record = reg_btf_record(env, reg);
	const struct btf_field *field;

	if (!type_is_ptr_alloc_obj(reg->type)) {
		if (!reg->map->btf)
			return reject(env, REASON_FIELD_NONE,
				      "map '%s' has to have BTF in order to use bpf_kptr_xchg\n",
				      reg->map->name);
		meta->map.map = reg->map;
	}
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_FIELD_OFFSET,
			      "R%u doesn't have constant offset. kptr has to be at the constant "
			      "offset\n",
			      regno);
	if (!btf_record_has(record, BTF_FIELD_KPTR))
		return reject(env, REASON_FIELD_NONE, "R%u has no valid kptr\n", regno);
	field = btf_record_find(record, (uint32_t)off, BTF_FIELD_KPTR);
	if (!field)
		return reject(env, REASON_KPTR_DEST, "off=%d doesn't point to kptr\n", off);
	if (field->type == BTF_FIELD_KPTR_UNREF)
		return reject(env, REASON_KPTR_DEST, "off=%d kptr isn't referenced kptr\n", off);
	meta->kptr_field = field;
	return 0;
}

/* ---- maps ---- */

/*
 * A map behind another argument that knows its map, too: a timer, say. Inner maps of one outer map
 * are told apart by the look-up that found them.
 */
static int check_map_arg(struct env *env, const struct reg_state *reg, struct call_meta *meta)
{
	if (meta->map.map && (meta->map.map != reg->map || meta->map.uid != reg->map_uid))
		return reject(env, REASON_MAP_PAIR,
			      "timer pointer in R1 map_uid=%d doesn't match map pointer in R2 "
			      "map_uid=%d\n",
			      meta->map.uid, reg->map_uid);
	meta->map.map = reg->map;
	meta->map.uid = reg->map_uid;
	return 0;
}

/* resolve_map_arg_type(): the values of some maps are no memory */
static int resolve_value_arg(struct env *env, const struct call_meta *meta, uint32_t *arg_type)
{
	if (!meta->map.map)
		return reject_bug(env, "invalid map_ptr to access map->type");
	switch (meta->map.map->ops->type) {
	case MAP_TYPE_SOCKMAP:
	case MAP_TYPE_SOCKHASH:
		if (*arg_type != ARG_PTR_TO_MAP_VALUE)
			return reject(env, REASON_MAP_VALUE_ARG,
				      "invalid arg_type for sockmap/sockhash\n");
		*arg_type = ARG_PTR_TO_BTF_ID_SOCK_COMMON;
		return 0;
	case MAP_TYPE_BLOOM_FILTER:
		if (meta->func_id == HELPER_map_peek_elem)
			*arg_type = ARG_PTR_TO_MAP_VALUE;
		return 0;
	default:
		return 0;
	}
}

/* ---- what an argument means ---- */

static int check_lock_arg(struct env *env, uint32_t regno, const struct call_meta *meta)
{
	if (in_rbtree_lock_required_cb(env))
		return reject(env, REASON_LOCK_IN_CALLBACK,
			      "can't spin_{lock,unlock} in rbtree cb\n");
	if (meta->func_id != HELPER_spin_lock && meta->func_id != HELPER_spin_unlock)
		return reject_bug(env, "spin lock arg on unexpected helper");
	return process_spin_lock(env, regno, meta->func_id == HELPER_spin_lock ? LOCK_TAKES : 0);
}

static int check_percpu_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
			    struct call_meta *meta)
{
	if (!reg->btf_id)
		return reject(env, REASON_ARG_STRUCT, "Helper has invalid btf_id in R%u\n", regno);
	meta->ret_btf = reg->btf;
	meta->ret_btf_id = reg->btf_id;
	return 0;
}

static int check_alloc_size(struct env *env, const struct reg_state *reg, uint32_t regno,
			    struct call_meta *meta)
{
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_ARG_CONST, "R%u is not a known constant'\n", regno);
	meta->mem_size = (uint32_t)reg->var_off.value;
	return mark_chain_precision(env, (int)regno);
}

static int check_meaning(struct env *env, uint32_t regno, uint32_t arg_type,
			 const struct func_proto *fn, struct call_meta *meta)
{
	struct reg_state *reg = &cur_regs(env)[regno];
	const struct func_arg *arg = &fn->args[regno - 1];
	uint32_t base = arg_base(arg_type);

	switch (base) {
	case ARG_CONST_MAP_PTR:
		return check_map_arg(env, reg, meta);
	case ARG_PTR_TO_MAP_KEY:
		return check_map_key_arg(env, reg, regno, meta);
	case ARG_PTR_TO_MAP_VALUE:
		return check_map_value_arg(env, reg, regno, arg_type, meta);
	case ARG_PTR_TO_PERCPU_BTF_ID:
		return check_percpu_arg(env, reg, regno, meta);
	case ARG_PTR_TO_SPIN_LOCK:
		return check_lock_arg(env, regno, meta);
	case ARG_PTR_TO_TIMER:
		return check_timer(env, regno, meta);
	case ARG_PTR_TO_FUNC:
		meta->subprog = reg->subprog;
		return 0;
	case ARG_PTR_TO_MEM:
		return check_mem_arg(env, reg, regno, arg, meta);
	case ARG_CONST_SIZE:
	case ARG_CONST_SIZE_OR_ZERO:
		return check_mem_size_reg(env, reg, regno, arg[-1].type & MEM_WRITE,
					  base == ARG_CONST_SIZE_OR_ZERO, meta);
	case ARG_PTR_TO_DYNPTR:
		return process_dynptr_func(env, regno, env->insn, arg_type, 0);
	case ARG_CONST_ALLOC_SIZE_OR_ZERO:
		return check_alloc_size(env, reg, regno, meta);
	case ARG_PTR_TO_CONST_STR:
		return check_reg_const_str(env, reg, regno);
	case ARG_KPTR_XCHG_DEST:
		return check_kptr_dest(env, regno, meta);
	default:
		return 0;
	}
}

int check_func_arg(struct env *env, uint32_t regno, const struct func_proto *fn,
		   struct call_meta *meta)
{
	struct reg_state *reg = &cur_regs(env)[regno];
	uint32_t arg_type = fn->args[regno - 1].type;
	int err;

	if (arg_type == ARG_DONTCARE)
		return 0;
	err = check_reg(env, regno, REG_SRC);
	if (err)
		return err;
	if (arg_type == ARG_ANYTHING) {
		if (leaks_pointer(env, reg))
			return reject(env, REASON_ARG_LEAK, "R%u leaks addr into helper function\n",
				      regno);
		return 0;
	}
	if (type_is_packet(reg->type) && !may_access_direct_pkt_data(env, meta, false))
		return reject(env, REASON_ARG_PACKET,
			      "helper access to the packet is not allowed\n");
	if (arg_base(arg_type) == ARG_PTR_TO_MAP_VALUE) {
		err = resolve_value_arg(env, meta, &arg_type);
		if (err)
			return err;
	}
	/* NULL is a number. */
	if (!type_may_be_null(arg_type) || !scalar_is_zero(reg)) {
		uint32_t which = fn->args[regno - 1].btf, btf_id = helper_btf_id(env, which);

		err = check_reg_type(env, regno, arg_type, which ? &btf_id : NULL, meta);
		if (!err)
			err = check_func_arg_reg_off(env, reg, regno, arg_type);
		if (err)
			return err;
	}
	err = check_references(env, reg, regno, arg_type, meta);
	if (err)
		return err;
	return check_meaning(env, regno, arg_type, fn, meta);
}
