/*
 * Memory that is given to a call: as many bytes as an argument behind it says, as a map's keys or
 * values have, or as the prototype says; and constant strings.
 */
#include "core/verify/local.h"

#include <ctype.h>

/* ---- a region ---- */

/*
 * Types whose context is not translated: how much of it there is shows when it is accessed
 * (no convert_ctx_access() in Linux).
 */
static const bool plain_ctx[PROG_TYPE_COUNT] = {
	[PROG_TYPE_KPROBE] = true,	  [PROG_TYPE_TRACEPOINT] = true,
	[PROG_TYPE_CGROUP_DEVICE] = true, [PROG_TYPE_RAW_TRACEPOINT] = true,
	[PROG_TYPE_LIRC_MODE2] = true,	  [PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = true,
	[PROG_TYPE_TRACING] = true,	  [PROG_TYPE_STRUCT_OPS] = true,
	[PROG_TYPE_LSM] = true,		  [PROG_TYPE_SYSCALL] = true,
	[PROG_TYPE_NETFILTER] = true,
};

static int reject_write(struct env *env, uint32_t regno)
{
	return reject(env, REASON_MEM_WRITE, "R%u cannot write into %s\n", regno,
		      reg_type_str(env, cur_regs(env)[regno].type));
}

/* Nothing may be read from nowhere. */
static int check_no_memory(struct env *env, uint32_t regno, int size, bool zero_size_allowed)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (zero_size_allowed && size == 0 && scalar_is_zero(reg))
		return 0;
	vlog_why(env, REASON_ARG_TYPE, "R%u type=%s ", regno, reg_type_str(env, reg->type));
	return reject(env, REASON_ARG_TYPE, "expected=%s\n", reg_type_str(env, T_STACK));
}

static int check_ctx_memory(struct env *env, uint32_t regno, int size, bool is_write,
			    bool zero_size_allowed)
{
	uint32_t type = prog_type_of(env);

	if (type >= PROG_TYPE_COUNT || !plain_ctx[type])
		return check_no_memory(env, regno, size, zero_size_allowed);
	if (size == 0)
		return zero_size_allowed ? 0 : reject(env, REASON_STACK_EMPTY, "%s", "");
	return check_mem_access(env, env->insn, regno, size - 1, 1, is_write, -1, false, false);
}

int check_helper_mem_access(struct env *env, uint32_t regno, int access_size, bool is_write,
			    bool zero_size_allowed, struct call_meta *meta)
{
	const struct reg_state *reg = &cur_regs(env)[regno];

	if (is_write && type_is_rdonly_mem(reg->type) &&
	    (type_base(reg->type) == T_MEM || type_base(reg->type) == T_BUF))
		return reject_write(env, regno);
	switch (type_base(reg->type)) {
	case T_PACKET:
	case T_PACKET_META:
		return check_packet_access(env, regno, reg->off, access_size, zero_size_allowed);
	case T_MAP_KEY:
		if (is_write)
			return reject_write(env, regno);
		return check_mem_region(env, regno, reg->off, access_size, reg->map->key_size,
					false);
	case T_MAP_VALUE:
		if (check_map_access_type(env, regno, reg->off, access_size, is_write))
			return -EACCES;
		return check_map_access(env, regno, reg->off, access_size, zero_size_allowed, true);
	case T_MEM:
		return check_mem_region(env, regno, reg->off, access_size, reg->mem_size,
					zero_size_allowed);
	case T_BUF:
		return check_buffer_access(env, reg, regno, reg->off, access_size,
					   zero_size_allowed, buffer_end(env, reg));
	case T_STACK:
		return check_stack_range(env, regno, reg->off, access_size, zero_size_allowed,
					 is_write, meta);
	case T_BTF_ID:
		return check_btf_access(env, cur_regs(env), regno, reg->off, access_size, is_write,
					-1);
	case T_CTX:
		return check_ctx_memory(env, regno, access_size, is_write, zero_size_allowed);
	default:
		return check_no_memory(env, regno, access_size, zero_size_allowed);
	}
}

int check_mem_reg(struct env *env, struct reg_state *reg, uint32_t regno, uint32_t mem_size)
{
	struct reg_state saved = *reg;
	int err;

	if (scalar_is_zero(reg))
		return 0;
	/* The callee checks for NULL; here it is what the pointer leads to that counts. */
	if (type_may_be_null(reg->type))
		mark_ptr_not_null(env, reg);
	err = check_helper_mem_access(env, regno, (int)mem_size, false, true, NULL);
	if (!err)
		err = check_helper_mem_access(env, regno, (int)mem_size, true, true, NULL);
	if (type_may_be_null(saved.type))
		*reg = saved;
	return err;
}

/* ---- sizes ---- */

/*
 * regno has the size of what the register before it points to. Memory that need not be initialised
 * has to be all the same when the size varies: the helper may leave some of it alone.
 */
int check_mem_size_reg(struct env *env, struct reg_state *reg, uint32_t regno, bool is_write,
		       bool zero_size_allowed, struct call_meta *meta)
{
	int err;

	meta->msize_max_value = reg->r.umax;
	if (!tnum_is_const(reg->var_off))
		meta = NULL;
	if (reg->r.smin < 0)
		return reject(env, REASON_SIZE_NEGATIVE,
			      "R%u min value is negative, either use unsigned or 'var &= const'\n",
			      regno);
	if (reg->r.umin == 0 && !zero_size_allowed)
		return reject(env, REASON_SIZE_ZERO,
			      "R%u invalid zero-sized read: u64=[%lld,%lld]\n", regno,
			      (long long)reg->r.umin, (long long)reg->r.umax);
	if (reg->r.umax >= VAR_OFF_MAX)
		return reject(env, REASON_SIZE_UNBOUNDED,
			      "R%u unbounded memory access, use 'var &= const' or "
			      "'if (var < const)'\n",
			      regno);
	err = check_helper_mem_access(env, regno - 1, (int)reg->r.umax, is_write, zero_size_allowed,
				      meta);
	if (err)
		return err;
	return mark_chain_precision(env, (int)regno);
}

int check_mem_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
		  const struct func_arg *arg, struct call_meta *meta)
{
	int err;

	meta->raw_mode = arg->type & MEM_UNINIT;
	if (!(arg->type & MEM_FIXED_SIZE))
		return 0; /* the size is the next argument */
	err = check_helper_mem_access(env, regno, arg->size, arg->type & MEM_WRITE, false, meta);
	if (err || !(arg->type & MEM_ALIGNED))
		return err;
	return check_alignment(env, reg, 0, arg->size, true);
}

/* ---- keys and values of maps ---- */

/* Bytes of one kind from the lowest of the key upwards, within its slot. */
static uint32_t run_length(const struct stack_slot *slot, int byte, enum slot_type type)
{
	uint32_t n = 0;

	for (; byte >= 0 && slot->type[byte] == type; byte--)
		n++;
	return n;
}

/* get_constant_map_key(): -1 when it is not known; -errno, said, otherwise */
static int learn_constant_key(struct env *env, const struct reg_state *key, uint32_t key_size,
			      int64_t *value)
{
	struct func_state *fs;
	const struct stack_slot *slot;
	int at, byte;

	*value = -1;
	if (!env->bpf_capable || key->type != T_STACK || !tnum_is_const(key->var_off))
		return 0;
	fs = func_of(env, key);
	at = -(key->off + (int)key->var_off.value) - 1;
	byte = at % SLOT_SIZE;
	at /= SLOT_SIZE;
	if (at < 0 || at >= (int)fs->nslots)
		return 0;
	slot = &fs->stack[at];
	if (run_length(slot, byte, SLOT_ZERO) >= key_size) {
		*value = 0;
		return 0;
	}
	if (!slot_is_spilled_scalar(slot) || run_length(slot, byte, SLOT_SPILL) != key_size ||
	    !tnum_is_const(slot->spilled.var_off))
		return 0;
	*value = (int64_t)slot->spilled.var_off.value;
	/* The value is relied on: no state with another one is the same. */
	return mark_frame_slots_precise(env, key->frameno, 1ull << at);
}

/* An inner map may have fewer entries than the one that stands for it while programs are proved. */
bool can_elide_value_nullness(const struct map *map)
{
	if (map->flags & MAP_INNER_MAP)
		return false;
	return map->ops->type == MAP_TYPE_ARRAY || map->ops->type == MAP_TYPE_PERCPU_ARRAY;
}

int check_map_key_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
		      struct call_meta *meta)
{
	uint32_t key_size;
	int err;

	if (!meta->map.map)
		return reject_bug(env, "invalid map_ptr to access map->key");
	key_size = meta->map.map->key_size;
	err = check_helper_mem_access(env, regno, (int)key_size, false, false, NULL);
	if (err || !can_elide_value_nullness(meta->map.map))
		return err;
	return learn_constant_key(env, reg, key_size, &meta->const_map_key);
}

int check_map_value_arg(struct env *env, const struct reg_state *reg, uint32_t regno,
			uint32_t arg_type, struct call_meta *meta)
{
	if (type_may_be_null(arg_type) && scalar_is_zero(reg))
		return 0;
	if (!meta->map.map)
		return reject_bug(env, "invalid map_ptr to access map->value");
	meta->raw_mode = arg_type & MEM_UNINIT;
	return check_helper_mem_access(env, regno, (int)meta->map.map->value_size,
				       arg_type & MEM_WRITE, false, meta);
}

/* ---- constant strings ---- */

/* A string in a map that never changes; NULL: there is none at that offset. */
static const char *string_at(const struct map *map, uint32_t off)
{
	const char *values = map->ops->direct((struct map *)map);

	if (!values || off >= map->value_size || !memchr(values + off, 0, map->value_size - off))
		return NULL;
	return values + off;
}

int check_reg_const_str(struct env *env, struct reg_state *reg, uint32_t regno)
{
	const struct map *map = reg->map;
	uint32_t off = (uint32_t)reg->off + (uint32_t)reg->var_off.value;
	int err;

	if (reg->type != T_MAP_VALUE)
		return reject(env, REASON_CONST_STR, "%s", "");
	if (!(map->flags & MAP_RDONLY_PROG) || !map_is_frozen(map))
		return reject(env, REASON_CONST_STR_MAP, "R%u does not point to a readonly map'\n",
			      regno);
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_CONST_STR_MAP, "R%u is not a constant address'\n", regno);
	if (!map->ops->direct)
		return reject(env, REASON_CONST_STR_MAP,
			      "no direct value access support for this map type\n");
	err = check_map_access(env, regno, reg->off, (int)map->value_size - reg->off, false, true);
	if (err)
		return err;
	if (map->max_entries != 1 || off >= map->value_size)
		return reject_with(env, REASON_CONST_STR_MAP,
				   map->max_entries != 1 ? ENOTSUPP : EINVAL,
				   "direct value access on string failed\n");
	if (!string_at(map, off))
		return reject(env, REASON_CONST_STR, "string is not zero-terminated\n");
	return 0;
}

/* ---- formats, after bpf_bprintf_prepare(): what is checked before anything runs ---- */

/* The end, a space, or punctuation: of Latin-1, as in Linux's ctype.h. */
static bool ends_conversion(char c)
{
	unsigned char u = (unsigned char)c;

	if (isascii(u))
		return !u || isspace(u) || ispunct(u);
	return (u >= 0xa0 && u <= 0xbf) || u == 0xd7 || u == 0xf7;
}

static const char *skip_width(const char *p)
{
	while (*p && strchr("0+- ", *p))
		p++;
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* Behind "%p": what is behind the conversion, or NULL. */
static const char *skip_pointer(const char *p)
{
	if (ends_conversion(*p))
		return p;
	if ((*p == 'k' || *p == 'u') && p[1] == 's')
		return ends_conversion(p[2]) ? p + 2 : NULL;
	if (strchr("KxsSB", *p))
		return p + 1;
	if ((*p == 'i' || *p == 'I') && (p[1] == '4' || p[1] == '6'))
		return p + 2;
	return NULL;
}

/* Behind '%': what is behind the conversion, or NULL. */
static const char *skip_conversion(const char *p)
{
	p = skip_width(p);
	switch (*p) {
	case 'p':
		return skip_pointer(p + 1);
	case 's':
		return ends_conversion(p[1]) ? p + 1 : NULL;
	case 'c':
		return p + 1;
	case 'l':
		p += p[1] == 'l' ? 2 : 1;
		break;
	}
	return *p && strchr("idxXu", *p) ? p + 1 : NULL;
}

/* Bytes above 0x7f are let through as text: they are UTF-8. */
static bool is_text(unsigned char c)
{
	return !isascii(c) || isprint(c) || isspace(c);
}

static bool is_good_format(const char *p, uint32_t nargs)
{
	uint32_t n = 0;

	while (*p) {
		if (!is_text((unsigned char)*p))
			return false;
		if (*p++ != '%')
			continue;
		if (*p == '%') {
			p++;
			continue;
		}
		if (n++ >= nargs)
			return false;
		p = skip_conversion(p);
		if (!p)
			return false;
	}
	return true;
}

int check_bpf_snprintf_call(struct env *env)
{
	const struct reg_state *fmt = &cur_regs(env)[3], *len = &cur_regs(env)[5];
	uint64_t bytes = len->var_off.value;
	const char *text;

	/* The data is an array of u64. */
	if (bytes % sizeof(uint64_t))
		return reject(env, REASON_FORMAT, "%s", "");
	text = string_at(fmt->map, (uint32_t)fmt->off + (uint32_t)fmt->var_off.value);
	if (!text)
		return reject_with(env, REASON_FORMAT, EFAULT,
				   "failed to retrieve map value address\n");
	if (!is_good_format(text, (uint32_t)(bytes / sizeof(uint64_t))))
		return reject(env, REASON_FORMAT, "Invalid format string\n");
	return 0;
}
