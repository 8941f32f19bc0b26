/*
 * What 64-bit loads name: maps, values in maps, variables and functions of the kernel. The
 * program's private copy gets addresses in their place, made up but of the kernel's kind, for the
 * log.
 */
#include "core/verify/local.h"

#include "core/obj/map.h"

enum {
	CODE_LD_IMM64 = 0x18,
	CODE_CALLX = 0x8d,
	CODE_GOTOX = 0x0d,
	OPCODES = 256,
};

/* ---- maps and programs that do not go together ---- */

static bool is_tracing_type(uint32_t type)
{
	return type == PROG_TYPE_KPROBE || type == PROG_TYPE_TRACEPOINT ||
	       type == PROG_TYPE_PERF_EVENT || type == PROG_TYPE_RAW_TRACEPOINT ||
	       type == PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
}

/* An extension is what it extends. */
static uint32_t resolved_type(const struct env *env)
{
	const struct verify_job *job = env->job;

	return job->type == PROG_TYPE_EXT && job->attach_to ? job->attach_to->type : job->type;
}

static const struct {
	uint32_t fields;
	const char *what;
	bool socket_filter; /* not for socket filters either */
} tracing_fields[] = {
	{BTF_FIELD_LIST_HEAD | BTF_FIELD_RB_ROOT, "bpf_{list_head,rb_root}", false},
	{BTF_FIELD_SPIN_LOCK | BTF_FIELD_RES_SPIN_LOCK, "bpf_spin_lock", true},
	{BTF_FIELD_TIMER, "bpf_timer", false},
	{BTF_FIELD_WORKQUEUE, "bpf_wq", false},
};

static int check_map_fields(struct env *env, const struct btf_record *record)
{
	uint32_t type = resolved_type(env);

	for (size_t i = 0; i < ARRAY_SIZE(tracing_fields); i++) {
		const char *what = tracing_fields[i].what;

		if (!btf_record_has(record, tracing_fields[i].fields))
			continue;
		if (tracing_fields[i].socket_filter && type == PROG_TYPE_SOCKET_FILTER)
			return reject(env, REASON_MAP_FOR_PROG,
				      "socket filter progs cannot use %s yet\n", what);
		if (is_tracing_type(type))
			return reject(env, REASON_MAP_FOR_PROG, "tracing progs cannot use %s yet\n",
				      what);
	}
	return 0;
}

#define MAP_BIT(name) (1ull << MAP_TYPE_##name)

/* Types whose elements do not go away under a program that sleeps. */
static const uint64_t sleepable_maps =
	MAP_BIT(HASH) | MAP_BIT(LRU_HASH) | MAP_BIT(ARRAY) | MAP_BIT(PERCPU_HASH) |
	MAP_BIT(PERCPU_ARRAY) | MAP_BIT(LRU_PERCPU_HASH) | MAP_BIT(ARRAY_OF_MAPS) |
	MAP_BIT(HASH_OF_MAPS) | MAP_BIT(RINGBUF) | MAP_BIT(USER_RINGBUF) | MAP_BIT(INODE_STORAGE) |
	MAP_BIT(SK_STORAGE) | MAP_BIT(TASK_STORAGE) | MAP_BIT(CGRP_STORAGE) | MAP_BIT(QUEUE) |
	MAP_BIT(STACK) | MAP_BIT(ARENA);

static bool names_other_of_type(const struct env *env, const struct map *map)
{
	for (uint32_t i = 0; i < env->nmaps; i++)
		if (env->maps[i].map != map && env->maps[i].map->ops->type == map->ops->type)
			return true;
	return false;
}

static int check_arena(struct env *env, const struct map *map)
{
	if (names_other_of_type(env, map))
		return reject(env, REASON_MAP_ONCE, "Only one arena per program\n");
	if (!env->allow_ptr_leaks || !env->bpf_capable)
		return reject(env, REASON_ARENA_PRIV,
			      "CAP_BPF and CAP_PERFMON are required to use arena\n");
	if (!map->extra)
		return reject(env, REASON_ARENA_ADDRESS,
			      "arena's user address must be set via map_extra or mmap()\n");
	return 0;
}

int check_map_prog(struct env *env, struct map *map)
{
	uint32_t type = map->ops->type;
	int err = check_map_fields(env, map_record(env, map));

	if (err)
		return err;
	if (type == MAP_TYPE_STRUCT_OPS)
		return reject(env, REASON_MAP_FOR_PROG,
			      "bpf_struct_ops map cannot be used in prog\n");
	if (env->sleepable && !(type < 64 && sleepable_maps >> type & 1))
		return reject(env, REASON_MAP_FOR_PROG,
			      "Sleepable programs can only use array, hash, ringbuf and local "
			      "storage maps\n");
	if ((type == MAP_TYPE_CGROUP_STORAGE || type == MAP_TYPE_PERCPU_CGROUP_STORAGE) &&
	    names_other_of_type(env, map))
		return reject(env, REASON_MAP_ONCE,
			      "only one cgroup storage of each type is allowed\n");
	return type == MAP_TYPE_ARENA ? check_arena(env, map) : 0;
}

/* ---- maps by descriptor ---- */

/* The index of a map in maps[], in order of first use. */
static int add_map(struct env *env, int fd, uint32_t *index)
{
	struct map *map;
	int err = env->host->map(env->host->arg, fd, &map);

	if (err)
		return reject_with(env, REASON_BAD_MAP_FD, err,
				   "fd %d is not pointing to valid bpf_map\n", fd);
	for (*index = 0; *index < env->nmaps; ++*index)
		if (env->maps[*index].map == map)
			return 0;
	if (env->nmaps >= MAPS_MAX)
		return reject(env, REASON_TOO_MANY_MAPS,
			      "The total number of maps per program has reached the limit of %u\n",
			      MAPS_MAX);
	err = check_map_prog(env, map);
	if (err)
		return err;
	env->maps[env->nmaps++] = (struct used_map){.map = map, .record = map_record(env, map)};
	return 0;
}

static int find_fd(struct env *env, const struct bpf_insn *insn, int *fd)
{
	const struct verify_host *host = env->host;
	int err;

	if (insn->src_reg != PSEUDO_MAP_IDX && insn->src_reg != PSEUDO_MAP_IDX_VALUE) {
		*fd = insn->imm;
		return 0;
	}
	err = host->fd_at(host->arg, (uint32_t)insn->imm, fd);
	if (!err)
		return 0;
	return reject_with(env, REASON_FD_ARRAY, err, "%s",
			   err == -EPROTO ? "fd_idx without fd_array is invalid\n" : "");
}

/* An address in the log that looks as the kernel's do. */
static void set_address(struct bpf_insn *insn, uint64_t address)
{
	insn[0].imm = (int32_t)(uint32_t)address;
	insn[1].imm = (int32_t)(uint32_t)(address >> 32);
}

#define MAP_ADDRESS(index) (0xffff888000000000 + ((uint64_t)(index) << 32))
#define SYM_ADDRESS	   0xffffffff81000000

/* Arrays of one element have a value whose address is known (array_map_direct_value_addr()). */
static int check_value_address(struct env *env, const struct map *map, uint32_t off)
{
	bool is_arena = map->ops->type == MAP_TYPE_ARENA;
	uint64_t size = map->value_size;

	if (off >= VAR_OFF_MAX)
		return reject(env, REASON_MAP_VALUE_ADDRESS,
			      "direct value offset of %u is not allowed\n", off);
	if (!map->ops->direct && !is_arena)
		return reject(env, REASON_MAP_VALUE_ADDRESS,
			      "no direct value access support for this map type\n");
	if (is_arena) /* whose end is a place in it, too (arena_map_direct_value_addr()) */
		size = (uint64_t)map->max_entries * 4096 + 1;
	else if (map->max_entries != 1)
		return reject_with(env, REASON_MAP_VALUE_ADDRESS, ENOTSUPP,
				   "invalid access to map value pointer, value_size=%u off=%u\n",
				   map->value_size, off);
	if (off >= size)
		return reject_with(env, REASON_MAP_VALUE_ADDRESS, is_arena ? ERANGE : EINVAL,
				   "invalid access to map value pointer, value_size=%u off=%u\n",
				   map->value_size, off);
	return 0;
}

/* Of an arena it is the one that the program's own process sees. */
static uint64_t map_address(const struct map *map, uint32_t index, bool is_value)
{
	if (is_value && map->ops->type == MAP_TYPE_ARENA)
		return map->extra;
	return MAP_ADDRESS(index);
}

static int resolve_map(struct env *env, uint32_t insn)
{
	struct bpf_insn *at = &env->insns[insn];
	struct insn_aux *aux = &env->aux[insn];
	bool is_value = at->src_reg == PSEUDO_MAP_VALUE || at->src_reg == PSEUDO_MAP_IDX_VALUE;
	bool is_map = at->src_reg == PSEUDO_MAP_FD || at->src_reg == PSEUDO_MAP_IDX;
	uint32_t off = (uint32_t)at[1].imm, index = 0;
	int fd, err;

	if (!is_value && (!is_map || off))
		return reject(env, REASON_BAD_LD_IMM64, "unrecognized bpf_ld_imm64 insn\n");
	err = find_fd(env, at, &fd);
	if (!err)
		err = add_map(env, fd, &index);
	if (!err && is_value)
		err = check_value_address(env, env->maps[index].map, off);
	if (err)
		return err;
	aux->map_index = index;
	aux->map_off = is_value ? off : 0;
	set_address(at, map_address(env->maps[index].map, index, is_value) + aux->map_off);
	return 0;
}

/* ---- the kernel's variables and functions ---- */

static bool is_percpu(const struct btf *btf, uint32_t var)
{
	uint32_t id = btf_find(btf, ".data..percpu", BTF_KIND_DATASEC);
	const struct btf_type *sec = btf_type(btf, id);

	for (uint32_t i = 0; id && i < btf_vlen(sec); i++)
		if (btf_secinfos(sec)[i].type == var)
			return true;
	return false;
}

static int set_variable(struct env *env, struct insn_aux *aux, const struct btf *btf, uint32_t var)
{
	uint32_t id = btf_type(btf, var)->type, bare = btf_resolve(btf, id);
	const struct profile *profile = env->job->profile;
	int64_t size;

	if (profile && profile->no_data_symbols)
		return reject(env, REASON_KERNEL_SYMBOL,
			      "ldimm64 failed to find the address for kernel symbol '%s'.\n",
			      btf_name(btf, var));
	if (is_percpu(btf, var) || btf_is_composite(btf_type(btf, bare))) {
		aux->btf_var.reg_type = T_BTF_ID | (is_percpu(btf, var) ? MEM_PERCPU : 0);
		aux->btf_var.btf = btf;
		aux->btf_var.btf_id = id;
		return 0;
	}
	size = btf_size(btf, bare);
	if (size < 0)
		return reject(env, REASON_KERNEL_SYMBOL_SIZE,
			      "ldimm64 unable to resolve the size of type '%s': %ld\n",
			      btf_name(btf, bare), (long)size);
	aux->btf_var.reg_type = T_MEM | MEM_RDONLY;
	aux->btf_var.mem_size = (uint32_t)size;
	return 0;
}

static int find_symbol_btf(struct env *env, int fd, const struct btf **btf)
{
	const struct verify_host *host = env->host;

	*btf = kernel_btf(env);
	if (fd && host->btf(host->arg, fd, btf))
		return reject(env, REASON_KERNEL_BTF, "invalid module BTF object FD specified.\n");
	if (!*btf)
		return reject(env, REASON_KERNEL_BTF,
			      "kernel is missing BTF, make sure CONFIG_DEBUG_INFO_BTF=y is "
			      "specified in Kconfig.\n");
	return 0;
}

/* check_pseudo_btf_id() */
static int resolve_symbol(struct env *env, uint32_t insn)
{
	struct bpf_insn *at = &env->insns[insn];
	struct insn_aux *aux = &env->aux[insn];
	uint32_t id = (uint32_t)at->imm, kind;
	const struct btf *btf;
	int err = find_symbol_btf(env, at[1].imm, &btf);

	if (err)
		return err;
	if (!btf_has(btf, id))
		return reject(env, REASON_KERNEL_SYMBOL,
			      "ldimm64 insn specifies invalid btf_id %d.\n", id);
	kind = btf_kind_of(btf, id);
	if (kind != BTF_KIND_VAR && kind != BTF_KIND_FUNC)
		return reject_with(env, REASON_KERNEL_SYMBOL, EINVAL,
				   "pseudo btf_id %d in ldimm64 isn't KIND_VAR or KIND_FUNC\n", id);
	set_address(at, SYM_ADDRESS + ((uint64_t)id << 6));
	if (kind == BTF_KIND_VAR)
		return set_variable(env, aux, btf, id);
	aux->btf_var.reg_type = T_MEM | MEM_RDONLY;
	aux->btf_var.mem_size = 0;
	return 0;
}

/* ---- the pass ---- */

static int resolve_ld_imm64(struct env *env, uint32_t insn)
{
	const struct bpf_insn *at = &env->insns[insn];

	if (insn + 1 == env->ninsns || at[1].code || at[1].dst_reg || at[1].src_reg || at[1].off)
		return reject(env, REASON_BAD_LD_IMM64, "invalid bpf_ld_imm64 insn\n");
	switch (at->src_reg) {
	case 0:
		return 0;
	case PSEUDO_BTF_ID:
		return resolve_symbol(env, insn);
	case PSEUDO_FUNC:
		env->aux[insn].ptr_type = T_FUNC;
		return 0;
	default:
		return resolve_map(env, insn);
	}
}

static bool is_load(const struct bpf_insn *insn)
{
	return (insn->code & INSN_CLASS_MASK) == INSN_LDX;
}

/* Loads are looked at before their opcode is, and in all that their mode says. */
static bool load_is_odd(const struct bpf_insn *insn)
{
	uint8_t mode = insn->code & INSN_MODE_MASK;

	return (mode != INSN_MEM && mode != INSN_MEMSX) || insn->imm;
}

/* Opcodes of the kernel's table: ours, less what came later or only the kernel makes. */
static void fill_known(bool known[OPCODES])
{
	for (int op = 1; op < OP_COUNT; op++)
		if (!(insn_descs[op].flags & INSN_INTERNAL))
			known[insn_descs[op].code] = true;
	known[CODE_CALLX] = false;
	known[CODE_GOTOX] = false;
}

/*
 * Needs subs. Leaves maps[] and what 64-bit loads stand for in aux; from here on every opcode is
 * known.
 */
int resolve_pseudo_ldimm64(struct env *env)
{
	bool known[OPCODES] = {false};

	fill_known(known);
	for (uint32_t i = 0; i < env->ninsns; i++) {
		const struct bpf_insn *insn = &env->insns[i];
		int err = 0;

		if (is_load(insn) && load_is_odd(insn))
			return reject(env, REASON_RESERVED_FIELD, "BPF_LDX uses reserved fields\n");
		if (insn->code == CODE_LD_IMM64)
			err = resolve_ld_imm64(env, i++);
		else if (!known[insn->code])
			err = reject(env, REASON_UNKNOWN_OPCODE, "unknown opcode %02x\n",
				     insn->code);
		if (err)
			return err;
	}
	return 0;
}
