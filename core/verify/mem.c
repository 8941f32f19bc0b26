/*
 * One access to memory: is the address good, is the place there, and what is the value that is
 * loaded? What it leads to is told by the pointer's type, so the accesses of each type are a row of
 * accesses[], and their rules are in that type's file (check_mem_access()).
 */
#include "core/verify/local.h"

/* ---- alignment ---- */

/* Before "access" in messages */
static const char *const pointer_words[T_COUNT] = {
	[T_FLOW_KEYS] = "flow keys ",
	[T_MAP_KEY] = "key ",
	[T_MAP_VALUE] = "value ",
	[T_CTX] = "context ",
	[T_STACK] = "stack ",
	[T_SOCKET] = "sock ",
	[T_SOCK_COMMON] = "sock_common ",
	[T_TCP_SOCK] = "tcp_sock ",
	[T_XDP_SOCK] = "xdp_sock ",
};

/* Packets lie so that what follows a header of 14 bytes is aligned (NET_IP_ALIGN). */
enum { PACKET_ALIGN = 2 };

/* check_ptr_alignment() */
int check_alignment(struct env *env, const struct reg_state *reg, int off, int size,
		    bool strict_once)
{
	bool is_packet = reg->type == T_PACKET || reg->type == T_PACKET_META;
	const char *word;
	struct tnum addr;

	/* Slots of the stack rely on it. */
	if (!env->strict_alignment && !strict_once && reg->type != T_STACK)
		return 0;
	if (size == 1 || reg->type == T_ARENA)
		return 0;
	addr = tnum_add(reg->var_off,
			tnum_const((int64_t)reg->off + off + (is_packet ? PACKET_ALIGN : 0)));
	if (tnum_is_aligned(addr, size))
		return 0;
	if (is_packet)
		return reject(env, REASON_MEM_ALIGN,
			      "misaligned packet access off %d+%s+%d+%d size %d\n", PACKET_ALIGN,
			      tnum_str(env, reg->var_off), reg->off, off, size);
	word = reg->type < T_COUNT ? pointer_words[reg->type] : NULL;
	return reject(env, REASON_MEM_ALIGN, "misaligned %saccess off %s+%d+%d size %d\n",
		      word ? word : "", tnum_str(env, reg->var_off), reg->off, off, size);
}

/* ---- bounds ---- */

int check_mem_bounds(struct env *env, uint32_t regno, int off, int size, uint32_t mem_size,
		     bool zero_size_allowed)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (off >= 0 && (size > 0 || (size == 0 && zero_size_allowed)) &&
	    (uint64_t)off + size <= mem_size)
		return 0;
	switch (reg->type) {
	case T_MAP_KEY:
		return reject(env, REASON_MEM_BOUNDS,
			      "invalid access to map key, key_size=%d off=%d size=%d\n", mem_size,
			      off, size);
	case T_MAP_VALUE:
		return reject(env, REASON_MEM_BOUNDS,
			      "invalid access to map value, value_size=%d off=%d size=%d\n",
			      mem_size, off, size);
	case T_PACKET:
	case T_PACKET_META:
	case T_PACKET_END:
		return reject(env, REASON_PKT_BOUNDS,
			      "invalid access to packet, off=%d size=%d, R%u(id=%d,off=%d,r=%d)\n",
			      off, size, regno, reg->id, off, mem_size);
	default:
		return reject(env, REASON_MEM_BOUNDS,
			      "invalid access to memory, mem_size=%u off=%d size=%d\n", mem_size,
			      off, size);
	}
}

/* Both ends of what the register can be have to be inside. */
int check_mem_region(struct env *env, uint32_t regno, int off, int size, uint32_t mem_size,
		     bool zero_size_allowed)
{
	const struct range *r = &cur_regs(env)[regno].r;
	int err;

	if (r->smin < 0 && (r->smin == INT64_MIN || r->smin + off != (int32_t)(r->smin + off) ||
			    r->smin + off < 0))
		return reject(env, REASON_MEM_NEGATIVE,
			      "R%u min value is negative, either use unsigned index or do a "
			      "if (index >=0) check.\n",
			      regno);
	err = check_mem_bounds(env, regno, r->smin + off, size, mem_size, zero_size_allowed);
	if (err) {
		vlog_why(env, REASON_MEM_BOUNDS,
			 "R%u min value is outside of the allowed memory range\n", regno);
		return err;
	}
	if (r->umax >= VAR_OFF_MAX)
		return reject(env, REASON_MEM_UNBOUNDED,
			      "R%u unbounded memory access, make sure to bounds check any such "
			      "access\n",
			      regno);
	err = check_mem_bounds(env, regno, r->umax + off, size, mem_size, zero_size_allowed);
	if (err)
		vlog_why(env, REASON_MEM_BOUNDS,
			 "R%u max value is outside of the allowed memory range\n", regno);
	return err;
}

/* __check_ptr_off_reg(): for pointers that go in as they came, or with a constant added. */
int check_ptr_off_reg_fixed(struct env *env, const struct reg_state *reg, uint32_t regno,
			    bool fixed_off_ok)
{
	if (reg->off < 0)
		return reject(env, REASON_PTR_MODIFIED,
			      "negative offset %s ptr R%u off=%d disallowed\n",
			      reg_type_str(env, reg->type), regno, reg->off);
	if (!fixed_off_ok && reg->off)
		return reject(env, REASON_PTR_MODIFIED,
			      "dereference of modified %s ptr R%u off=%d disallowed\n",
			      reg_type_str(env, reg->type), regno, reg->off);
	if (!tnum_equals_const(reg->var_off, 0))
		return reject(env, REASON_PTR_MODIFIED,
			      "variable %s access var_off=%s disallowed\n",
			      reg_type_str(env, reg->type), tnum_str(env, reg->var_off));
	return 0;
}

int check_ptr_off_reg(struct env *env, const struct reg_state *reg, uint32_t regno)
{
	return check_ptr_off_reg_fixed(env, reg, regno, false);
}

static int check_buffer_off(struct env *env, const char *kind, const struct reg_state *reg,
			    uint32_t regno, int off, int size)
{
	if (off < 0)
		return reject(env, REASON_MEM_BUFFER,
			      "R%u invalid %s buffer access: off=%d, size=%d\n", regno, kind, off,
			      size);
	if (!tnum_equals_const(reg->var_off, 0))
		return reject(env, REASON_MEM_BUFFER,
			      "R%u invalid variable buffer offset: off=%d, var_off=%s\n", regno,
			      off, tnum_str(env, reg->var_off));
	return 0;
}

/* How long the buffer is shows when the program is attached: *max_access has to be there. */
int check_buffer_access(struct env *env, const struct reg_state *reg, uint32_t regno, int off,
			int size, bool zero_size_allowed __unused, uint32_t *max_access)
{
	int err = check_buffer_off(env, type_is_rdonly_mem(reg->type) ? "rdonly" : "rdwr", reg,
				   regno, off, size);

	if (!err && max_access)
		*max_access = max(*max_access, (uint32_t)(off + size));
	return err;
}

uint32_t *buffer_end(struct env *env, const struct reg_state *reg)
{
	return &env->buf_end[type_is_rdonly_mem(reg->type)];
}

/* ---- by type ---- */

struct access {
	uint32_t insn, regno;
	struct reg_state *reg;
	int off; /* with the pointer's fixed one */
	int size;
	int value_regno; /* what is stored, or loaded into; -1: none */
	struct reg_state *value;
	bool is_write, is_ldsx;
};

typedef int access_fn(struct env *env, const struct access *a);

static int check_leak(struct env *env, const struct access *a, const char *where)
{
	if (!a->is_write || !a->value || !leaks_pointer(env, a->value))
		return 0;
	return reject(env, REASON_PTR_LEAK, "R%d leaks addr into %s\n", a->value_regno, where);
}

static int reject_write(struct env *env, const struct access *a)
{
	return reject(env, REASON_MEM_WRITE, "R%u cannot write into %s\n", a->regno,
		      reg_type_str(env, a->reg->type));
}

static void mark_loaded(struct env *env, const struct access *a)
{
	if (!a->is_write && a->value)
		mark_reg_unknown(env, a->value);
}

static int access_map_key(struct env *env, const struct access *a)
{
	int err;

	if (a->is_write)
		return reject(env, REASON_MEM_WRITE, "write to change key R%u not allowed\n",
			      a->regno);
	err = check_mem_region(env, a->regno, a->off, a->size, a->reg->map->key_size, false);
	if (!err)
		mark_loaded(env, a);
	return err;
}

/* What is in a read-only map for good is known. */
static int load_map_value(struct env *env, const struct access *a)
{
	const struct reg_state *reg = a->reg;
	uint64_t val;

	if (!tnum_is_const(reg->var_off) || !map_is_constant(reg->map)) {
		mark_reg_unknown(env, a->value);
		return 0;
	}
	if (!map_direct_read(reg->map, a->off + reg->var_off.value, a->size, &val, a->is_ldsx))
		return reject(env, REASON_MAP_CONTENTS, "%s", ""); /* Linux has no word */
	mark_reg_const(a->value, val);
	return 0;
}

static int access_map_value(struct env *env, const struct access *a)
{
	const struct reg_state *reg = a->reg;
	const struct btf_field *field = NULL;
	int err;

	err = check_leak(env, a, "map");
	if (!err)
		err = check_map_access_type(env, a->regno, a->off, a->size, a->is_write);
	if (!err)
		err = check_map_access(env, a->regno, a->off, a->size, false, false);
	if (err)
		return err;
	if (tnum_is_const(reg->var_off))
		field = btf_record_find(map_record(env, reg->map), a->off + reg->var_off.value,
					BTF_FIELD_KPTR | BTF_FIELD_UPTR);
	if (field)
		return check_map_kptr_access(env, a->regno, a->value_regno, a->insn, field);
	return !a->is_write && a->value ? load_map_value(env, a) : 0;
}

static int access_mem(struct env *env, const struct access *a)
{
	bool rdonly = type_is_rdonly_mem(a->reg->type);
	int err;

	if (a->is_write && rdonly)
		return reject_write(env, a);
	err = check_leak(env, a, "mem");
	/* Untrusted memory is only loaded from by loads that survive a fault. */
	if (!err && !(rdonly && (a->reg->type & PTR_UNTRUSTED)))
		err = check_mem_region(env, a->regno, a->off, a->size, a->reg->mem_size, false);
	if (!err)
		mark_loaded(env, a);
	return err;
}

/* __mark_reg_s32_range() of a value that may be anything else */
static int mark_reg_s32_range(struct env *env, struct reg_state *reg, struct ret_range range)
{
	mark_reg_unknown(env, reg);
	reg->r.s32_min = range.min;
	reg->r.s32_max = range.max;
	reg->r.smin = range.min;
	reg->r.smax = range.max;
	reg_bounds_sync(reg);
	return check_reg_bounds(env, reg, "s32_range");
}

static int load_ctx(struct env *env, struct reg_state *value, const struct access_info *info)
{
	struct ret_range range;

	if (info->reg_type == T_SCALAR) {
		if (info->is_retval && get_func_retval_range(env, &range))
			return mark_reg_s32_range(env, value, range);
		mark_reg_unknown(env, value);
		return 0;
	}
	mark_reg_known_zero(value);
	value->type = info->reg_type;
	if (type_may_be_null(info->reg_type))
		value->id = new_id(env);
	if (type_base(info->reg_type) == T_BTF_ID) {
		value->btf = info->btf;
		value->btf_id = info->btf_id;
		value->ref_obj_id = info->ref_obj_id;
	}
	return 0;
}

static int access_ctx(struct env *env, const struct access *a)
{
	struct access_info info = {.reg_type = T_SCALAR, .is_ldsx = a->is_ldsx};
	int err;

	err = check_leak(env, a, "ctx");
	if (!err)
		err = check_ptr_off_reg(env, a->reg, a->regno);
	if (err)
		return err;
	err = check_ctx_access(env, a->insn, a->off, a->size, a->is_write, &info);
	if (err) {
		print_line(env, a->insn, "; ");
		return err;
	}
	return !a->is_write && a->value ? load_ctx(env, a->value, &info) : 0;
}

static int access_stack(struct env *env, const struct access *a)
{
	int err = check_stack_access(env, a->reg, a->off, a->size, a->is_write);

	if (err)
		return err;
	if (a->is_write)
		return check_stack_write(env, a->regno, a->off, a->size, a->value_regno, a->insn);
	return check_stack_read(env, a->regno, a->off, a->size, a->value_regno);
}

static int access_packet(struct env *env, const struct access *a)
{
	int err;

	if (a->is_write && !may_access_direct_pkt_data(env, NULL, true))
		return reject(env, REASON_PKT_WRITE, "cannot write into packet\n");
	err = check_leak(env, a, "packet");
	if (!err)
		err = check_packet_access(env, a->regno, a->off, a->size, false);
	if (!err)
		mark_loaded(env, a);
	return err;
}

static int access_flow_keys(struct env *env, const struct access *a)
{
	int err = check_leak(env, a, "flow keys");

	if (!err)
		err = check_flow_keys_access(env, a->off, a->size);
	if (!err)
		mark_loaded(env, a);
	return err;
}

static int access_sock(struct env *env, const struct access *a)
{
	int err;

	if (a->is_write)
		return reject_write(env, a);
	err = check_sock_access(env, a->insn, a->regno, a->off, a->size, a->is_write);
	if (!err)
		mark_loaded(env, a);
	return err;
}

static int access_tp_buffer(struct env *env, const struct access *a)
{
	int err = check_buffer_off(env, "tracepoint", a->reg, a->regno, a->off, a->size);

	if (!err)
		mark_loaded(env, a);
	return err;
}

static int access_btf(struct env *env, const struct access *a)
{
	return check_btf_access(env, cur_regs(env), a->regno, a->off, a->size, a->is_write,
				a->value_regno);
}

static int access_map_ptr(struct env *env, const struct access *a)
{
	return check_map_ptr_access(env, cur_regs(env), a->regno, a->off, a->size, a->is_write,
				    a->value_regno);
}

static int access_buf(struct env *env, const struct access *a)
{
	int err;

	if (a->is_write && type_is_rdonly_mem(a->reg->type))
		return reject_write(env, a);
	err = check_buffer_access(env, a->reg, a->regno, a->off, a->size, false,
				  buffer_end(env, a->reg));
	if (!err)
		mark_loaded(env, a);
	return err;
}

/* Whatever its address is, an access to an arena hits the arena or faults harmlessly. */
static int access_arena(struct env *env, const struct access *a)
{
	mark_loaded(env, a);
	return 0;
}

/* Types that nothing can be accessed through have no row; flags: those that do not forbid it. */
static const struct {
	access_fn *access;
	uint32_t flags;
} accesses[T_COUNT] = {
	[T_MAP_KEY] = {access_map_key, 0},	 [T_MAP_VALUE] = {access_map_value, 0},
	[T_MEM] = {access_mem, ~PTR_MAYBE_NULL}, [T_CTX] = {access_ctx, 0},
	[T_STACK] = {access_stack, 0},		 [T_PACKET] = {access_packet, ~0u},
	[T_PACKET_META] = {access_packet, ~0u},	 [T_FLOW_KEYS] = {access_flow_keys, 0},
	[T_SOCKET] = {access_sock, 0},		 [T_SOCK_COMMON] = {access_sock, 0},
	[T_TCP_SOCK] = {access_sock, 0},	 [T_XDP_SOCK] = {access_sock, 0},
	[T_TP_BUFFER] = {access_tp_buffer, 0},	 [T_BTF_ID] = {access_btf, ~PTR_MAYBE_NULL},
	[T_MAP_PTR] = {access_map_ptr, 0},	 [T_BUF] = {access_buf, ~PTR_MAYBE_NULL},
	[T_ARENA] = {access_arena, 0},
};

/* Whoever reads the message knows what may be NULL, and numbers, by words of their own. */
static int refuse_pointer(struct env *env, uint32_t regno, uint32_t type)
{
	const char *word = reg_type_str(env, type), *postfix = strstr(word, "_or_null");

	if (type == T_SCALAR)
		return reject(env, REASON_MEM_NUMBER, "R%u invalid mem access 'scalar'\n", regno);
	if (postfix)
		return reject(env, REASON_MEM_NULL, "R%u invalid mem access '%.*s_or_null%s'\n",
			      regno, (int)(postfix - word), word, postfix + strlen("_or_null"));
	return reject(env, REASON_MEM_TYPE, "R%u invalid mem access '%s'\n", regno, word);
}

/*
 * size bytes at regno + off are read, or with is_write written, by insn. What is loaded goes to
 * value_regno, what is stored is in it; -1: nobody has it, or it is unknown.
 */
int check_mem_access(struct env *env, uint32_t insn, uint32_t regno, int off, int size,
		     bool is_write, int value_regno, bool strict_once, bool is_ldsx)
{
	struct reg_state *regs = cur_regs(env);
	struct access a = {
		.insn = insn,
		.regno = regno,
		.reg = &regs[regno],
		.off = off + regs[regno].off,
		.size = size,
		.value_regno = value_regno,
		.value = value_regno >= 0 ? &regs[value_regno] : NULL,
		.is_write = is_write,
		.is_ldsx = is_ldsx,
	};
	enum reg_type base = type_base(a.reg->type);
	int err;

	err = check_alignment(env, a.reg, off, size, strict_once);
	if (err)
		return err;
	if (!accesses[base].access || type_flags(a.reg->type) & ~accesses[base].flags)
		return refuse_pointer(env, regno, a.reg->type);
	err = accesses[base].access(env, &a);
	if (err || is_write || !a.value || size == SLOT_SIZE || a.value->type != T_SCALAR)
		return err;
	/* The id of what was stored stays, as in Linux. */
	if (is_ldsx && a.value->id && a.value->r.umax >> (size * 8 - 1))
		warn_hole(env, WARNING_SIGNED_FILL);
	if (is_ldsx)
		coerce_reg_to_size_sx(a.value, size);
	else
		coerce_reg_to_size(a.value, size);
	return 0;
}

/* ---- instructions ---- */

/* reg_type_mismatch_ok(): do all accesses of the type run as the same machine instruction? */
static bool may_mix(uint32_t type)
{
	switch (type_base(type)) {
	case T_CTX:
	case T_SOCKET:
	case T_SOCK_COMMON:
	case T_TCP_SOCK:
	case T_XDP_SOCK:
	case T_BTF_ID:
	case T_ARENA:
		return false;
	default:
		return true;
	}
}

/* is_ptr_to_mem_or_btf_id() */
static bool may_meet(uint32_t type)
{
	return type_base(type) == T_MEM || type_base(type) == T_BTF_ID;
}

/* The types of pointers whose loads Linux makes BPF_PROBE_MEM ones (convert_ctx_accesses()). */
bool is_probed(uint32_t ptr_type)
{
	switch (ptr_type) {
	case T_BTF_ID:
	case T_BTF_ID | PTR_UNTRUSTED:
	case T_BTF_ID | MEM_ALLOC | PTR_UNTRUSTED:
	case T_MEM | MEM_RDONLY | PTR_UNTRUSTED:
		return true;
	default:
		return false;
	}
}

bool is_kernels(uint32_t ptr_type)
{
	return is_probed(ptr_type) ||
	       (type_base(ptr_type) == T_BTF_ID && !(ptr_type & MEM_ALLOC));
}

/* A load by pointers of two types is one by both, whatever Linux makes of them together. */
static void keep_probe(struct env *env, uint32_t type, uint32_t before)
{
	struct insn_aux *aux = cur_aux(env);

	if ((is_probed(type) || is_probed(before)) && !is_probed(aux->ptr_type))
		warn_hole(env, WARNING_PROBE_LOST);
	if ((is_kernels(type) || is_kernels(before)) && !is_kernels(aux->ptr_type))
		aux->probe_lost = true;
}

/*
 * Accesses are rewritten by the type of their pointer, so it has to be the same on every path.
 * Trusted and untrusted pointers may meet where allowed: then the load is one that survives faults.
 */
int save_aux_ptr_type(struct env *env, uint32_t type, bool allow_trust_mismatch)
{
	uint32_t *prev = &cur_aux(env)->ptr_type, before = *prev;

	if (likely(type == before) || before == T_NOT_INIT) {
		*prev = type;
		return 0;
	}
	if (!may_mix(type) || !may_mix(before)) {
		if (!allow_trust_mismatch || !may_meet(type) || !may_meet(before))
			return reject(env, REASON_MEM_MIXED,
				      "same insn cannot be used with different pointers\n");
		*prev = (type_base(type) == T_MEM || type_base(before) == T_MEM ? T_MEM
										: T_BTF_ID) |
			((type | before) & (PTR_UNTRUSTED | MEM_RDONLY));
	}
	keep_probe(env, type, before);
	return 0;
}

static const struct insn_desc *cur_desc(const struct env *env)
{
	return &insn_descs[env->ops[env->insn]];
}

int check_load(struct env *env, const struct bpf_insn *insn, bool strict_once, bool is_ldsx,
	       bool allow_trust_mismatch)
{
	const struct insn_desc *desc = cur_desc(env);
	struct reg_state *regs = cur_regs(env);
	uint32_t type;
	int err;

	err = check_reg(env, insn->src_reg, REG_SRC);
	if (!err)
		err = check_reg(env, insn->dst_reg, REG_DST_NO_MARK);
	if (err)
		return err;
	type = regs[insn->src_reg].type;
	err = check_mem_access(env, env->insn, insn->src_reg, insn->off, desc->size, false,
			       insn->dst_reg, strict_once, is_ldsx);
	if (!err)
		err = save_aux_ptr_type(env, type, allow_trust_mismatch);
	if (err)
		return err;
	return check_reg_bounds(env, &regs[insn->dst_reg],
				desc->shape == SHAPE_LOAD_ACQ ? "atomic_load" : "ldx");
}

static int check_store_to(struct env *env, const struct bpf_insn *insn, int value_regno,
			  bool strict_once)
{
	uint32_t type = cur_regs(env)[insn->dst_reg].type;
	int err = check_mem_access(env, env->insn, insn->dst_reg, insn->off, cur_desc(env)->size,
				   true, value_regno, strict_once, false);

	return err ? err : save_aux_ptr_type(env, type, false);
}

int check_store(struct env *env, const struct bpf_insn *insn, bool strict_once)
{
	int err = check_reg(env, insn->src_reg, REG_SRC);

	if (!err)
		err = check_reg(env, insn->dst_reg, REG_SRC);
	return err ? err : check_store_to(env, insn, insn->src_reg, strict_once);
}

int check_store_imm(struct env *env, const struct bpf_insn *insn)
{
	int err = check_reg(env, insn->dst_reg, REG_SRC);

	return err ? err : check_store_to(env, insn, -1, false);
}
