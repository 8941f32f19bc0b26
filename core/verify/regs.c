#include "core/verify/local.h"

#include <stdio.h>

/* ---- types and their names ---- */

static const char *const reg_type_names[T_COUNT] = {
#define REG_TYPE(name, text, words) [T_##name] = text,
#include "core/verify/reg_types.def"
};

/* Flags that are written in front of a type, in this order. */
static const struct {
	uint32_t flag;
	const char *text;
} type_prefixes[] = {
	{MEM_RDONLY, "rdonly_"},   {MEM_RINGBUF, "ringbuf_"}, {MEM_USER, "user_"},
	{MEM_PERCPU, "percpu_"},   {MEM_RCU, "rcu_"},	      {PTR_UNTRUSTED, "untrusted_"},
	{PTR_TRUSTED, "trusted_"},
};

const char *reg_type_str(struct env *env, uint32_t type)
{
	const char *postfix = "";
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(type_prefixes); i++)
		if (type & type_prefixes[i].flag)
			len += (size_t)snprintf(env->type_str + len, sizeof(env->type_str) - len,
						"%s", type_prefixes[i].text);
	if (type_may_be_null(type))
		postfix = type_base(type) == T_BTF_ID ? "or_null_" : "_or_null";
	snprintf(env->type_str + len, sizeof(env->type_str) - len, "%s%s",
		 reg_type_names[type_base(type)], postfix);
	return env->type_str;
}

const char *dynptr_type_str(enum dynptr_type type)
{
	static const char *const names[] = {
		[DYNPTR_INVALID] = "<invalid>", [DYNPTR_LOCAL] = "local",
		[DYNPTR_RINGBUF] = "ringbuf",	[DYNPTR_SKB] = "skb",
		[DYNPTR_XDP] = "xdp",		[DYNPTR_SKB_META] = "skb_meta",
	};

	return names[type];
}

/* "num" of struct bpf_iter_num: whoever made the slot has looked at the name. */
const char *iter_type_str(const struct btf *btf, uint32_t btf_id)
{
	if (!btf || !btf_id)
		return "<invalid>";
	return btf_type_name(btf, btf_id) + strlen("bpf_iter_");
}

const char *iter_state_str(enum iter_state state)
{
	static const char *const names[] = {
		[ITER_INVALID] = "<invalid>",
		[ITER_ACTIVE] = "active",
		[ITER_DRAINED] = "drained",
	};

	return names[state];
}

const char *btf_type_name(const struct btf *btf, uint32_t id)
{
	return btf_name(btf, id);
}

bool type_is_packet(uint32_t type)
{
	return type_base(type) == T_PACKET || type_base(type) == T_PACKET_META;
}

bool type_is_any_packet(uint32_t type)
{
	return type_is_packet(type) || type == T_PACKET_END;
}

bool type_is_sk_pointer(uint32_t type)
{
	return type == T_SOCKET || type == T_SOCK_COMMON || type == T_TCP_SOCK ||
	       type == T_XDP_SOCK;
}

bool type_is_ptr_alloc_obj(uint32_t type)
{
	return type_base(type) == T_BTF_ID && type & MEM_ALLOC && !(type & PTR_UNTRUSTED);
}

bool type_is_non_owning_ref(uint32_t type)
{
	return type_is_ptr_alloc_obj(type) && type & NON_OWN_REF;
}

bool type_is_rdonly_mem(uint32_t type)
{
	return type & MEM_RDONLY;
}

bool reg_is_pkt_pointer_any(const struct reg_state *reg)
{
	return type_is_any_packet(reg->type);
}

/* ---- what a register is good for ---- */

enum { TRUSTED_FLAGS = MEM_ALLOC | PTR_TRUSTED | NON_OWN_REF };

bool reg_is_trusted(struct env *env __unused, const struct reg_state *reg)
{
	uint32_t flags = type_flags(reg->type);

	if (reg->ref_obj_id)
		return true;
	if (flags & ~(uint32_t)TRUSTED_FLAGS)
		return false;
	switch (type_base(reg->type)) {
	case T_SOCKET:
	case T_SOCK_COMMON:
	case T_TCP_SOCK:
	case T_MAP_PTR:
		return true;
	default:
		return flags & TRUSTED_FLAGS;
	}
}

bool reg_is_rcu(const struct reg_state *reg)
{
	return reg->type & MEM_RCU;
}

/* Is it an address for certain? (What an offset without bounds does to it Linux 6.18 does not ask.)
 */
bool reg_not_null(struct env *env, const struct reg_state *reg)
{
	if (type_may_be_null(reg->type))
		return false;
	switch (type_base(reg->type)) {
	case T_SOCKET:
	case T_TCP_SOCK:
	case T_SOCK_COMMON:
	case T_MAP_VALUE:
	case T_MAP_KEY:
	case T_MAP_PTR:
		return true;
	case T_MEM:
		return !(reg->type & PTR_UNTRUSTED);
	case T_BTF_ID:
		return reg_is_trusted(env, reg);
	default:
		return false;
	}
}

/* ---- special fields ---- */

/* Special fields of type id of btf, worked out once; NULL: there are none. */
static const struct btf_record *find_record(struct env *env, const struct btf *btf, uint32_t id,
					    uint32_t mask, uint32_t size)
{
	const struct btf_record *rec = NULL;
	struct known_record *known;

	for (known = env->records; known; known = known->next)
		if (known->btf == btf && known->btf_id == id && known->mask == mask)
			return known->record;
	if (btf_fields(btf, id, env->job->kernel, mask, size, &env->arena, &rec))
		rec = NULL;
	known = arena_new(&env->arena, struct known_record);
	*known = (struct known_record){env->records, btf, id, mask, rec};
	env->records = known;
	return rec;
}

const struct btf_record *map_record(struct env *env, const struct map *map)
{
	if (map->record || !map->btf || !map->btf_value_id)
		return map->record;
	return find_record(env, map->btf, map->btf_value_id, BTF_VALUE_FIELDS, map->value_size);
}

/* A structure that the program allocates (btf_find_struct_meta()) */
static const struct btf_record *object_record(struct env *env, const struct btf *btf, uint32_t id)
{
	int64_t size;

	if (btf_is_kernel(env, btf))
		return NULL;
	size = btf_size(btf, id);
	return size < 0 ? NULL : find_record(env, btf, id, BTF_OBJECT_FIELDS, (uint32_t)size);
}

const struct btf_record *reg_btf_record(struct env *env, const struct reg_state *reg)
{
	if (reg->type == T_MAP_VALUE)
		return map_record(env, reg->map);
	if (type_is_ptr_alloc_obj(reg->type))
		return object_record(env, reg->btf, reg->btf_id);
	return NULL;
}

bool reg_may_point_to_spin_lock(struct env *env, const struct reg_state *reg)
{
	return btf_record_has(reg_btf_record(env, reg),
			      BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK);
}

/* ---- setting registers: what a program may not see of the old contents is cleared ---- */

void mark_reg_known(struct reg_state *reg, uint64_t imm)
{
	reg->var_off = tnum_const(imm);
	reg->r = (struct range){
		.smin = (int64_t)imm,
		.smax = (int64_t)imm,
		.umin = imm,
		.umax = imm,
		.s32_min = (int32_t)imm,
		.s32_max = (int32_t)imm,
		.u32_min = (uint32_t)imm,
		.u32_max = (uint32_t)imm,
	};
}

/* Offset, object and identity. */
static void clear_target(struct reg_state *reg)
{
	reg->off = 0;
	reg->raw[0] = 0;
	reg->raw[1] = 0;
	reg->id = 0;
	reg->ref_obj_id = 0;
}

void mark_reg_const(struct reg_state *reg, uint64_t imm)
{
	clear_target(reg);
	reg->type = T_SCALAR;
	mark_reg_known(reg, imm);
}

void mark_reg_known_zero(struct reg_state *reg)
{
	clear_target(reg);
	mark_reg_known(reg, 0);
}

void mark_reg_const_zero(struct env *env, struct reg_state *reg)
{
	mark_reg_const(reg, 0);
	reg->precise = !env->bpf_capable;
}

void mark_reg_unknown_imprecise(struct reg_state *reg)
{
	clear_target(reg);
	reg->type = T_SCALAR;
	reg->var_off = TNUM_UNKNOWN;
	reg->frameno = 0;
	reg->precise = false;
	mark_reg_unbounded(reg);
}

void mark_reg_unknown(struct env *env, struct reg_state *reg)
{
	mark_reg_unknown_imprecise(reg);
	reg->precise = !env->bpf_capable;
}

void mark_reg_not_init(struct env *env, struct reg_state *reg)
{
	mark_reg_unknown(env, reg);
	reg->type = T_NOT_INIT;
}

void mark_reg_btf_ptr(struct env *env, struct reg_state *reg, uint32_t type, const struct btf *btf,
		      uint32_t btf_id, uint32_t flags)
{
	if (type == T_SCALAR) {
		mark_reg_unknown(env, reg);
		return;
	}
	mark_reg_known_zero(reg);
	reg->type = type | flags;
	if (type == T_MEM) /* of unknown size: behind an untrusted pointer */
		return;
	reg->btf = btf;
	reg->btf_id = btf_id;
	if (type_may_be_null(flags))
		reg->id = new_id(env);
}

void mark_reg_graph_node(struct reg_state *reg, const struct btf_field *root)
{
	mark_reg_known_zero(reg);
	reg->type = T_BTF_ID | MEM_ALLOC;
	reg->btf = root->graph_root.btf;
	reg->btf_id = root->graph_root.value_btf_id;
	reg->off = (int32_t)root->graph_root.node_offset;
}

void mark_reg_dynptr(struct reg_state *reg, enum dynptr_type type, bool first_slot, uint32_t id)
{
	mark_reg_known_zero(reg);
	reg->type = T_DYNPTR;
	reg->id = id;
	reg->dynptr.type = type;
	reg->dynptr.first_slot = first_slot;
}

/*
 * A value that was found. What a map of maps or of sockets shows is the inner map or the socket;
 * the id of the look-up then tells inner maps apart, where something in them must know its map.
 */
static void mark_map_value_found(struct env *env, struct reg_state *reg)
{
	const struct map *inner = reg->map->inner;

	if (inner) {
		reg->type = T_MAP_PTR;
		reg->map = (struct map *)inner;
		if (btf_record_has(map_record(env, inner),
				   BTF_FIELD_TIMER | BTF_FIELD_WORKQUEUE | BTF_FIELD_TASK_WORK))
			reg->map_uid = reg->id;
		return;
	}
	switch (reg->map->ops->type) {
	case MAP_TYPE_XSKMAP:
		reg->type = T_XDP_SOCK;
		break;
	case MAP_TYPE_SOCKMAP:
	case MAP_TYPE_SOCKHASH:
		reg->type = T_SOCKET;
		break;
	default:
		reg->type = T_MAP_VALUE;
	}
}

void mark_ptr_not_null(struct env *env, struct reg_state *reg)
{
	if (type_base(reg->type) == T_MAP_VALUE)
		mark_map_value_found(env, reg);
	else
		reg->type &= ~(uint32_t)PTR_MAYBE_NULL;
}

/* ---- registers of a frame ---- */

void mark_caller_saved(struct env *env)
{
	mark_caller_saved_in(env, cur_func(env));
}

void mark_caller_saved_in(struct env *env, struct func_state *fs)
{
	for (uint32_t regno = 0; regno <= ARGS_MAX; regno++) {
		mark_reg_not_init(env, &fs->regs[regno]);
		check_reg_in(env, fs, regno, REG_DST_NO_MARK);
	}
}

void init_reg_state(struct env *env, struct func_state *fs)
{
	struct reg_state *fp = &fs->regs[REG_FP];

	memset(fs->regs, 0, REG_COUNT * sizeof(fs->regs[0]));
	for (uint32_t i = 0; i < REG_COUNT; i++)
		mark_reg_not_init(env, &fs->regs[i]);
	fp->type = T_STACK;
	mark_reg_known_zero(fp);
	fp->frameno = fs->frameno;
}

void init_func_state(struct env *env, struct func_state *fs, int callsite, uint32_t frameno,
		     uint32_t subprog)
{
	fs->callsite = callsite;
	fs->frameno = frameno;
	fs->subprog = subprog;
	fs->async_entry_cnt = 0;
	fs->callback_ret_range = (struct ret_range){0, 0};
	fs->in_callback = false;
	fs->in_async_callback = false;
	fs->in_exception_callback = false;
	fs->callback_depth = 0;
	fs->nslots = 0;
	init_reg_state(env, fs);
	mark_verifier_state_scratched(env);
}

/* The iterator's place is one number: registers come first, then slots. */
struct reg_state *reg_iter_next(struct reg_iter *it)
{
	while (it->frame <= it->st->curframe) {
		struct func_state *fs = it->st->frame[it->frame];

		if (it->at < REG_COUNT)
			return &fs->regs[it->at++];
		while (it->at - REG_COUNT < fs->nslots) {
			struct stack_slot *slot = &fs->stack[it->at++ - REG_COUNT];

			if (slot_is_spilled(slot))
				return &slot->spilled;
		}
		it->frame++;
		it->at = 0;
	}
	return NULL;
}
