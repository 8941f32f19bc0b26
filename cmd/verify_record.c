/*
 * What the kernel that runs was configured without, asked of it through bpf(2): programs that do
 * nothing but make one call are loaded and let go of, maps are made and closed. Nothing runs and
 * nothing is attached. What cannot be asked counts as there.
 *
 * A call was judged when the log shows its instruction; then its last words tell whether nobody, or
 * only this type of program, may make it. So each is asked in one type of program after another.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "cmd/verify.h"
#include "core/base/file.h"
#include "core/helper/proto.h"
#include "core/isa/build.h"
#include "core/load/load.h"
#include "core/obj/map.h"

enum { LOG_SIZE = 1 << 16 };

/* A kind of program that may be loaded here. */
struct variant {
	uint32_t type, attach, flags, btf_id;
	uint64_t groups;
	struct kfunc_caller caller;
};

struct recorder {
	struct diag *d;
	struct arena arena;
	struct profile profile;
	struct image image; /* for its target: the kernel's types */
	VEC(struct btf *) modules;
	VEC(struct variant) variants;
	char log[LOG_SIZE];
};

static long kernel_bpf(enum sys_cmd cmd, union sys_attr *attr)
{
	long r = syscall(SYS_bpf, cmd, attr, sizeof(*attr));

	return r < 0 ? -errno : r;
}

/* ---- programs ---- */

/* 0, or -errno: the log then has why. */
static int load(struct recorder *r, const struct variant *v, const struct bpf_insn *insns,
		uint32_t n)
{
	union sys_attr attr = {
		.prog_type = v->type,
		.expected_attach_type = v->attach,
		.prog_flags = v->flags,
		.attach_btf_id = v->btf_id,
		.insns = (uintptr_t)insns,
		.insn_cnt = n,
		.license = (uintptr_t) "GPL",
		.log_level = VERIFY_LOG_PATH,
		.log_buf = (uintptr_t)r->log,
		.log_size = LOG_SIZE,
	};
	long fd;

	r->log[0] = '\0';
	fd = kernel_bpf(SYS_PROG_LOAD, &attr);
	if (fd < 0)
		return (int)fd;
	close((int)fd);
	return 0;
}

static int load_nothing(struct recorder *r, const struct variant *v)
{
	const struct bpf_insn insns[] = {INSN_MOV64_K(0, 0), INSN_EXIT()};

	return load(r, v, insns, ARRAY_SIZE(insns));
}

enum answer { CANNOT_ASK, MAY_CALL, MAY_NOT_CALL };

static enum answer ask_call(struct recorder *r, const struct variant *v, uint8_t pseudo, int32_t id)
{
	struct bpf_insn insns[] = {INSN_CALL(id), INSN_MOV64_K(0, 0), INSN_EXIT()};

	insns[0].src_reg = pseudo;
	if (load(r, v, insns, ARRAY_SIZE(insns)) == 0)
		return MAY_CALL;
	if (!strstr(r->log, "(85) call "))
		return CANNOT_ASK;
	return strstr(r->log, "program of this type cannot use helper ") ||
			       strstr(r->log, "unknown func ") || strstr(r->log, "invalid func ") ||
			       (strstr(r->log, "calling kernel function ") &&
				strstr(r->log, " is not allowed"))
		       ? MAY_NOT_CALL
		       : MAY_CALL;
}

/* ---- variants ---- */

static uint32_t find_type(const struct recorder *r, const char *name, uint32_t kind)
{
	return r->image.target ? btf_find(r->image.target, name, kind) : 0;
}

static struct helper_prog as_helper_prog(const struct variant *v, const char *target)
{
	return (struct helper_prog){
		.type = v->type,
		.attach_type = v->attach,
		.bpf = true,
		.perfmon = true,
		.admin = true,
		.target = target,
		.ops = v->caller.struct_ops,
		.member = v->caller.member,
	};
}

/* Keeps the variant when programs of it can be loaded. */
static void add_variant(struct recorder *r, struct variant v, const char *target)
{
	struct helper_prog prog;

	v.caller.type = v.caller.behaves_as = v.type;
	v.caller.attach_type = v.attach;
	prog = as_helper_prog(&v, target);
	v.groups = helper_groups(&prog);
	if (load_nothing(r, &v) == 0 || r->log[0])
		vec_push(&r->variants, v);
}

/* Does the attach type change what such programs may call? */
static bool matters(uint32_t type, uint32_t attach)
{
	const struct variant plain = {.type = type}, attached = {.type = type, .attach = attach};
	struct helper_prog a = as_helper_prog(&plain, NULL), b = as_helper_prog(&attached, NULL);

	return attach == verify_attach_type(type, 0) || helper_groups(&a) != helper_groups(&b);
}

static void add_struct_ops(struct recorder *r)
{
	const char *name = "tcp_congestion_ops", *member = "ssthresh";
	uint32_t id = find_type(r, name, BTF_KIND_STRUCT);
	const struct btf_type *t;

	if (!id)
		return;
	t = btf_type(r->image.target, id);
	for (uint32_t i = 0; i < btf_vlen(t); i++)
		if (strcmp(btf_str(r->image.target, btf_members(t)[i].name_off), member) == 0)
			add_variant(r,
				    (struct variant){
					    .type = PROG_TYPE_STRUCT_OPS,
					    .attach = i,
					    .btf_id = id,
					    .caller = {.struct_ops = name, .member = member},
				    },
				    NULL);
}

static void add_by_btf(struct recorder *r)
{
	static const struct {
		uint32_t type, attach, kind;
		const char *target, *prefix;
	} targets[] = {
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP, BTF_KIND_TYPEDEF, "sched_switch",
		 "btf_trace_"},
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP, BTF_KIND_TYPEDEF, "kfree_skb",
		 "btf_trace_"},
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_ITER, BTF_KIND_FUNC, "bpf_iter_task", ""},
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_ITER, BTF_KIND_FUNC, "bpf_iter_tcp", ""},
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_FENTRY, BTF_KIND_FUNC, "vfs_truncate", ""},
		{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_FENTRY, BTF_KIND_FUNC, "dentry_open", ""},
		{PROG_TYPE_LSM, ATTACH_TYPE_LSM_MAC, BTF_KIND_FUNC, "bpf_lsm_file_open", ""},
		{PROG_TYPE_LSM, ATTACH_TYPE_LSM_MAC, BTF_KIND_FUNC, "bpf_lsm_bprm_committed_creds",
		 ""},
		{PROG_TYPE_LSM, ATTACH_TYPE_LSM_CGROUP, BTF_KIND_FUNC, "bpf_lsm_socket_post_create",
		 ""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		char *name = arena_printf(&r->arena, "%s%s", targets[i].prefix, targets[i].target);
		uint32_t id = find_type(r, name, targets[i].kind);

		if (id)
			add_variant(r,
				    (struct variant){.type = targets[i].type,
						     .attach = targets[i].attach,
						     .btf_id = id},
				    targets[i].target);
	}
	add_struct_ops(r);
}

/* ---- questions ---- */

/* A type that is not there is refused without a word. */
static void ask_prog_types(struct recorder *r)
{
	for (uint32_t type = 1; type < PROG_TYPE_COUNT; type++) {
		struct variant v = {
			.type = type,
			.attach = verify_attach_type(type, 0),
			.flags = type == PROG_TYPE_SYSCALL ? VERIFY_SLEEPABLE : 0,
		};

		while (!verify_may_attach(type, v.attach))
			v.attach++;
		if (load_nothing(r, &v) == -EINVAL && !r->log[0])
			profile_set_lacks(&r->profile, PROFILE_PROG_TYPE, type);
		for (; v.attach < ATTACH_TYPE_COUNT; v.attach++)
			if (verify_may_attach(type, v.attach) && matters(type, v.attach))
				add_variant(r, v, NULL);
	}
	add_by_btf(r);
}

static void ask_helpers(struct recorder *r)
{
	for (int32_t id = 1; id < HELPER_ID_LIMIT; id++) {
		enum answer answer = CANNOT_ASK;

		vec_each(&r->variants, v) {
			enum answer a =
				helper_proto(id, v->groups) ? ask_call(r, v, 0, id) : CANNOT_ASK;

			answer = a == CANNOT_ASK ? answer : a;
			if (answer == MAY_CALL)
				break;
		}
		if (answer == MAY_NOT_CALL)
			profile_set_lacks(&r->profile, PROFILE_HELPER, (uint32_t)id);
	}
}

static bool is_in_module(const struct recorder *r, const char *name)
{
	vec_each(&r->modules, btf)
		if (btf_find_after(*btf, name, BTF_KIND_FUNC, (*btf)->first_id - 1))
			return true;
	return false;
}

/* Those of modules are not asked for: who may call them is not known before. */
static bool is_kfunc_there(struct recorder *r, const char *name)
{
	uint32_t id = find_type(r, name, BTF_KIND_FUNC);
	enum answer answer = CANNOT_ASK;

	vec_each(&r->variants, v) {
		enum answer a = id && kfunc_allowed(name, &v->caller)
					? ask_call(r, v, PSEUDO_KFUNC_CALL, (int32_t)id)
					: CANNOT_ASK;

		answer = a == CANNOT_ASK ? answer : a;
		if (answer == MAY_CALL)
			break;
	}
	return id ? answer != MAY_NOT_CALL : is_in_module(r, name);
}

static void ask_kfuncs(struct recorder *r)
{
	for (uint32_t i = 0; i < kfuncs_count; i++)
		if (!is_kfunc_there(r, kfuncs[i].name))
			profile_set_lacks(&r->profile, PROFILE_KFUNC, kfuncs[i].id);
}

/* ---- maps ---- */

/* The smallest map of each type; types without a row take all fours. */
static const struct map_def smallest[MAP_TYPE_COUNT] = {
	[MAP_TYPE_STACK_TRACE] = {.key_size = 4, .value_size = 8, .max_entries = 1},
	[MAP_TYPE_LPM_TRIE] = {.key_size = 8,
			       .value_size = 8,
			       .max_entries = 1,
			       .flags = MAP_NO_PREALLOC},
	[MAP_TYPE_CGROUP_STORAGE] = {.key_size = 8, .value_size = 8},
	[MAP_TYPE_PERCPU_CGROUP_STORAGE] = {.key_size = 8, .value_size = 8},
	[MAP_TYPE_QUEUE] = {.value_size = 4, .max_entries = 1},
	[MAP_TYPE_STACK] = {.value_size = 4, .max_entries = 1},
	[MAP_TYPE_BLOOM_FILTER] = {.value_size = 4, .max_entries = 1},
	[MAP_TYPE_SK_STORAGE] = {.key_size = 4, .value_size = 4, .flags = MAP_NO_PREALLOC},
	[MAP_TYPE_INODE_STORAGE] = {.key_size = 4, .value_size = 4, .flags = MAP_NO_PREALLOC},
	[MAP_TYPE_TASK_STORAGE] = {.key_size = 4, .value_size = 4, .flags = MAP_NO_PREALLOC},
	[MAP_TYPE_CGRP_STORAGE] = {.key_size = 4, .value_size = 4, .flags = MAP_NO_PREALLOC},
	[MAP_TYPE_RINGBUF] = {.max_entries = 4096},
	[MAP_TYPE_USER_RINGBUF] = {.max_entries = 4096},
	[MAP_TYPE_ARENA] = {.max_entries = 1, .flags = MAP_MMAPABLE},
};

/* Types of the key and value of maps that must have some: one int */
static int load_int(void)
{
	static const struct {
		struct btf_header header;
		struct btf_type type;
		uint32_t encoding;
		char strings[8];
	} blob = {
		{BTF_MAGIC, BTF_VERSION, 0, sizeof(struct btf_header), 0, 16, 16, 8},
		{1, BTF_KIND_INT << 24, {4}},
		BTF_INT_SIGNED << 24 | 32,
		"\0int",
	};
	union sys_attr attr = {.btf = (uintptr_t)&blob, .btf_size = sizeof(blob)};

	return (int)kernel_bpf(SYS_BTF_LOAD, &attr);
}

static long create_map(uint32_t type, int btf, int inner)
{
	const struct map_def *def = &smallest[type];
	bool all_fours = !def->key_size && !def->value_size && !def->max_entries;
	union sys_attr attr = {
		.map_type = type,
		.key_size = all_fours ? 4 : def->key_size,
		.value_size = all_fours ? 4 : def->value_size,
		.max_entries = all_fours ? 1 : def->max_entries,
		.map_flags = def->flags,
	};

	switch (type) {
	case MAP_TYPE_SK_STORAGE:
	case MAP_TYPE_INODE_STORAGE:
	case MAP_TYPE_TASK_STORAGE:
	case MAP_TYPE_CGRP_STORAGE:
		attr.btf_fd = (uint32_t)max(btf, 0);
		attr.btf_key_type_id = attr.btf_value_type_id = 1;
		break;
	case MAP_TYPE_ARRAY_OF_MAPS:
	case MAP_TYPE_HASH_OF_MAPS:
		attr.inner_map_fd = (uint32_t)inner;
		break;
	case MAP_TYPE_STRUCT_OPS:
		attr.btf_vmlinux_value_type_id = 1; /* no such thing: ENOTSUPP, not EINVAL */
		break;
	default:
		break;
	}
	return kernel_bpf(SYS_MAP_CREATE, &attr);
}

static void ask_map_types(struct recorder *r)
{
	int btf = load_int(), inner = (int)create_map(MAP_TYPE_ARRAY, btf, 0);

	for (uint32_t type = 1; type < MAP_TYPE_COUNT; type++) {
		long fd = create_map(type, btf, inner);

		if (fd == -EINVAL)
			profile_set_lacks(&r->profile, PROFILE_MAP_TYPE, type);
		if (fd >= 0)
			close((int)fd);
	}
	if (inner >= 0)
		close(inner);
	if (btf >= 0)
		close(btf);
}

/* ---- all of it ---- */

#define BTF_DIR "/sys/kernel/btf"

/* The types of the modules that are loaded; what cannot be read has none. */
static void read_modules(struct recorder *r)
{
	struct diag quiet = {.hold = true};
	struct dirent **list;
	int n = scandir(BTF_DIR, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		struct bytes blob;
		struct btf *btf;

		if (*name != '.' && strcmp(name, "vmlinux") != 0 &&
		    file_read(arena_printf(&r->arena, BTF_DIR "/%s", name), 0, &r->arena, &quiet,
			      &blob) == 0 &&
		    btf_parse(blob.data, blob.size, r->image.target, name, &quiet, &btf) == 0)
			vec_push(&r->modules, btf);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	diag_discard(&quiet);
}

static void ask_unprivileged(struct recorder *r)
{
	struct diag quiet = {.hold = true};
	struct bytes text;

	if (file_read("/proc/sys/kernel/unprivileged_bpf_disabled", 0, &r->arena, &quiet, &text))
		diag_discard(&quiet);
	else
		r->profile.no_unprivileged = text.size && *text.data != '0';
}

/* Has a variable that the types know an address? */
static void ask_data_symbols(struct recorder *r)
{
	const struct variant filter = {.type = PROG_TYPE_SOCKET_FILTER};
	struct bpf_insn insns[] = {{0}, {0}, INSN_MOV64_K(0, 0), INSN_EXIT()};
	uint32_t id = find_type(r, "runqueues", BTF_KIND_VAR);

	insn_make_ld64(insns, OP_LD_IMM64_BTF_ID, 1, id);
	r->profile.no_data_symbols =
		id && load(r, &filter, insns, ARRAY_SIZE(insns)) == -ENOENT;
}

static int ask_all(struct recorder *r)
{
	const struct load_options vmlinux = {.btf = BTF_DIR "/vmlinux"};
	const struct variant filter = {.type = PROG_TYPE_SOCKET_FILTER};
	struct utsname name;
	int err = load_nothing(r, &filter);

	if (err) {
		warn(r->d, NULL, "the kernel cannot be asked: %s", strerror(-err));
		return -ENOTSUPP;
	}
	if (access(vmlinux.btf, R_OK) == 0)
		err = load_target(&r->image, &vmlinux, r->d);
	if (err)
		return err;
	if (r->image.target)
		read_modules(r);
	uname(&name);
	snprintf(r->profile.kernel, sizeof(r->profile.kernel), "%s", name.release);
	ask_prog_types(r);
	ask_helpers(r);
	ask_kfuncs(r);
	ask_map_types(r);
	ask_unprivileged(r);
	ask_data_symbols(r);
	return 0;
}

int record_profile(const struct verify_options *o, struct diag *d)
{
	struct recorder *r = xcalloc(1, sizeof(*r));
	struct strbuf text = {0};
	int err;

	r->d = d;
	err = ask_all(r);
	if (!err) {
		profile_print(&r->profile, &text);
		err = file_write(o->record, strbuf_str(&text), text.len, d);
	}
	strbuf_free(&text);
	vec_each(&r->modules, btf)
		btf_free(*btf);
	vec_free(&r->modules);
	btf_free(r->image.target);
	arena_free(&r->image.arena);
	arena_free(&r->arena);
	vec_free(&r->variants);
	free(r);
	return err;
}
