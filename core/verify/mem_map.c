/*
 * Accesses to values of maps: inside the value, around its locks and timers, and through its kernel
 * pointers, which are loaded and stored as what they are.
 */
#include "core/verify/local.h"

/* ---- any access ---- */

/* Maps of devices are filled by programs' owners alone. */
bool map_is_rdonly_to_progs(const struct map *map)
{
	return map->flags & MAP_RDONLY_PROG || map->ops->type == MAP_TYPE_DEVMAP ||
	       map->ops->type == MAP_TYPE_DEVMAP_HASH;
}

int check_map_access_type(struct env *env, uint32_t regno, int off, int size, bool is_write)
{
	const struct map *map = cur_regs(env)[regno].map;

	if (is_write ? !map_is_rdonly_to_progs(map) : !(map->flags & MAP_WRONLY_PROG))
		return 0;
	return reject(env, REASON_MAP_DIRECTION, "%s map forbidden, value_size=%d off=%d size=%d\n",
		      is_write ? "write into" : "read from", map->value_size, off, size);
}

/* An access that touches a pointer field has to be one of that field. */
static int check_pointer_field(struct env *env, const struct reg_state *reg,
			       const struct btf_field *field, int off, int size, bool is_helper)
{
	const char *name = btf_field_name(field->type);
	uint64_t at = off + reg->var_off.value;

	if (is_helper)
		return reject(env, REASON_KPTR_ACCESS,
			      "%s cannot be accessed indirectly by helper\n", name);
	if (!tnum_is_const(reg->var_off))
		return reject(env, REASON_KPTR_ACCESS, "%s access cannot have variable offset\n",
			      name);
	if (field->offset != at)
		return reject(env, REASON_KPTR_ACCESS,
			      "%s access misaligned expected=%u off=%llu\n", name, field->offset,
			      (unsigned long long)at);
	if (size != SLOT_SIZE)
		return reject(env, REASON_KPTR_ACCESS, "%s access size must be BPF_DW\n", name);
	return 0;
}

int check_map_access(struct env *env, uint32_t regno, int off, int size, bool zero_size_allowed,
		     bool is_helper)
{
	const struct reg_state *reg = &cur_regs(env)[regno];
	const struct btf_record *rec;
	int err;

	err = check_mem_region(env, regno, off, size, reg->map->value_size, zero_size_allowed);
	if (err)
		return err;
	rec = map_record(env, reg->map);
	for (uint32_t i = 0; rec && i < rec->n; i++) {
		const struct btf_field *field = &rec->fields[i];

		if (reg->r.smin + off >= (int64_t)field->offset + field->size ||
		    field->offset >= reg->r.umax + off + size)
			continue;
		if (!(field->type & (BTF_FIELD_KPTR | BTF_FIELD_UPTR)))
			return reject(env, REASON_FIELD_ACCESS,
				      "%s cannot be accessed directly by load/store\n",
				      btf_field_name(field->type));
		err = check_pointer_field(env, reg, field, off, size, is_helper);
		if (err)
			return err;
	}
	return 0;
}

/* ---- contents ---- */

/* bpf_map_is_rdonly(): neither programs nor anybody else will change it, and it can be read here */
bool map_is_constant(const struct map *map)
{
	return map->flags & MAP_RDONLY_PROG && map->ops->direct && map_is_frozen(map);
}

bool map_direct_read(const struct map *map, int off, int size, uint64_t *val, bool is_ldsx)
{
	const uint8_t *value;
	uint64_t bytes = 0;
	int unused = 64 - size * 8;

	if (map->max_entries != 1 || off < 0 || (uint64_t)off + size > map->value_size)
		return false;
	value = map->ops->direct((struct map *)map);
	if (!value)
		return false;
	memcpy(&bytes, value + off, size);
	*val = is_ldsx ? (uint64_t)((int64_t)(bytes << unused) >> unused) : bytes;
	return true;
}

/* ---- kernel pointers ---- */

static bool is_kernel_btf(const struct env *env, const struct btf *btf)
{
	return btf != env->job->btf;
}

/* The flags of pointers that may be stored in the field. */
static uint32_t stored_flags(const struct env *env, const struct btf_field *field,
			     const struct reg_state *reg)
{
	if (is_kernel_btf(env, reg->btf))
		return PTR_MAYBE_NULL | PTR_TRUSTED | MEM_RCU |
		       (field->type == BTF_FIELD_KPTR_UNREF ? PTR_UNTRUSTED : 0);
	return PTR_MAYBE_NULL | MEM_ALLOC | (field->type == BTF_FIELD_KPTR_PERCPU ? MEM_PERCPU : 0);
}

static int reject_kptr(struct env *env, const struct btf_field *field, const struct reg_state *reg,
		       uint32_t regno, const char *reg_name)
{
	const char *name = btf_type_name(field->kptr.btf, field->kptr.btf_id);

	vlog_why(env, REASON_KPTR_STORE, "invalid kptr access, R%u type=%s%s ", regno,
		 reg_type_str(env, reg->type), reg_name);
	if (field->type != BTF_FIELD_KPTR_UNREF)
		return reject(env, REASON_KPTR_STORE, "expected=%s%s\n",
			      reg_type_str(env, T_BTF_ID), name);
	vlog(env, "expected=%s%s", reg_type_str(env, T_BTF_ID), name);
	return reject(env, REASON_KPTR_STORE, " or %s%s\n",
		      reg_type_str(env, T_BTF_ID | PTR_UNTRUSTED), name);
}

/* map_kptr_match_type(): may the register's pointer be kept in the field? */
int check_kptr_match(struct env *env, const struct btf_field *field, const struct reg_state *reg,
		     uint32_t regno)
{
	const char *name;
	int err;

	if (type_base(reg->type) != T_BTF_ID ||
	    type_flags(reg->type) & ~stored_flags(env, field, reg))
		return reject_kptr(env, field, reg, regno, "");
	name = btf_type_name(reg->btf, reg->btf_id);
	/* What is got out of a field of per-cpu objects is one. */
	if (field->type == BTF_FIELD_KPTR_PERCPU && !(reg->type & MEM_PERCPU))
		return reject_kptr(env, field, reg, regno, name);
	err = check_ptr_off_reg_fixed(env, reg, regno, true);
	if (err)
		return err;
	/* A member of the object at the offset will do, but for what is given away. */
	if (!btf_struct_ids_match(env, reg->btf, reg->btf_id, reg->off, field->kptr.btf,
				  field->kptr.btf_id, field->type != BTF_FIELD_KPTR_UNREF))
		return reject_kptr(env, field, reg, regno, name);
	return 0;
}

/* Kernel types whose objects stay while RCU's readers look at them */
static const char *const rcu_protected_types[] = {
	"prog_test_ref_kfunc", "cgroup", "bpf_cpumask", "task_struct", "bpf_crypto_ctx",
};

/* rcu_safe_kptr() */
static bool is_rcu_safe(const struct btf_field *field)
{
	const char *name;

	if (field->type == BTF_FIELD_KPTR_PERCPU)
		return true;
	if (field->type != BTF_FIELD_KPTR_REF)
		return false;
	if (!field->kptr.is_kernel)
		return true;
	name = btf_name(field->kptr.btf, field->kptr.btf_id);
	for (size_t i = 0; i < ARRAY_SIZE(rcu_protected_types); i++)
		if (!strcmp(name, rcu_protected_types[i]))
			return btf_kind_of(field->kptr.btf, field->kptr.btf_id) == BTF_KIND_STRUCT;
	return false;
}

/* btf_ld_kptr_type(): what a pointer that is loaded out of the field is good for */
static uint32_t loaded_flags(struct env *env, const struct btf_field *field)
{
	uint32_t flags = PTR_MAYBE_NULL | MEM_RCU;

	if (!is_rcu_safe(field) || !in_rcu_cs(env))
		return PTR_MAYBE_NULL | PTR_UNTRUSTED;
	if (field->type == BTF_FIELD_KPTR_PERCPU)
		flags |= MEM_PERCPU;
	else if (!field->kptr.is_kernel)
		flags |= MEM_ALLOC;
	if (!field->kptr.is_kernel &&
	    btf_record_has(local_record(env, field->kptr.btf, field->kptr.btf_id),
			   BTF_FIELD_GRAPH_NODE))
		flags |= NON_OWN_REF;
	return flags;
}

static int load_kptr(struct env *env, struct reg_state *reg, const struct btf_field *field)
{
	const struct btf *btf = field->kptr.btf;

	if (field->type != BTF_FIELD_UPTR) {
		mark_reg_btf_ptr(env, reg, T_BTF_ID, btf, field->kptr.btf_id,
				 loaded_flags(env, field));
		return 0;
	}
	mark_reg_known_zero(reg);
	reg->type = T_MEM | PTR_MAYBE_NULL;
	reg->mem_size = btf_type(btf, field->kptr.btf_id)->size;
	reg->id = new_id(env);
	return 0;
}

/* Is the register set to 0 on every way here, because the only way here does so? */
static bool is_zeroed_here(const struct env *env, uint32_t regno)
{
	for (uint32_t i = env->insn; i > 0 && !env->aux[i].prune_point; i--) {
		const struct insn_desc *desc = &insn_descs[env->ops[i - 1]];
		const struct bpf_insn *insn = &env->insns[i - 1];

		if (desc->flags & (INSN_CALLS | INSN_WR_SRC | INSN_WR_R0))
			return false;
		if (desc->flags & INSN_WR_DST && insn->dst_reg == regno)
			return env->ops[i - 1] == OP_MOV64_K || env->ops[i - 1] == OP_MOV32_K;
	}
	return false;
}

/* Later kernels want the zero to be precise; 6.18 does not ask. */
static void warn_zero(struct env *env, uint32_t regno, const struct reg_state *reg)
{
	if (!reg->precise && !is_zeroed_here(env, regno))
		warn_hole(env, WARNING_KPTR_ZERO);
}

static int store_kptr(struct env *env, int value_regno, const struct bpf_insn *insn,
		      const struct btf_field *field)
{
	const struct reg_state *reg;

	if (field->type == BTF_FIELD_KPTR_REF || field->type == BTF_FIELD_KPTR_PERCPU)
		return reject(env, REASON_KPTR_STORE, "store to referenced kptr disallowed\n");
	if (field->type == BTF_FIELD_UPTR)
		return reject(env, REASON_KPTR_STORE, "store to uptr disallowed\n");
	if ((insn->code & INSN_CLASS_MASK) == INSN_ST) {
		if (!insn->imm)
			return 0;
		return reject(env, REASON_KPTR_ACCESS,
			      "BPF_ST imm must be 0 when storing to kptr at off=%u\n",
			      field->offset);
	}
	reg = &cur_regs(env)[value_regno];
	if (scalar_is_zero(reg)) {
		warn_zero(env, (uint32_t)value_regno, reg);
		return 0;
	}
	return check_kptr_match(env, field, reg, value_regno) ? -EACCES : 0;
}

/* The whole field is loaded into value_regno, or stored from it, by insn. */
int check_map_kptr_access(struct env *env, uint32_t regno __unused, int value_regno, uint32_t insn,
			  const struct btf_field *field)
{
	const struct bpf_insn *in = &env->insns[insn];
	uint8_t class = in->code & INSN_CLASS_MASK;

	if ((in->code & INSN_MODE_MASK) != INSN_MEM)
		return reject(env, REASON_KPTR_ACCESS,
			      "kptr in map can only be accessed using BPF_MEM instruction mode\n");
	switch (class) {
	case INSN_LDX:
		return load_kptr(env, &cur_regs(env)[value_regno], field);
	case INSN_ST:
	case INSN_STX:
		return store_kptr(env, value_regno, in, field);
	default:
		return reject(env, REASON_KPTR_ACCESS,
			      "kptr in map can only be accessed using BPF_LDX/BPF_STX/BPF_ST\n");
	}
}
