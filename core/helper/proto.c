/*
 * helpers.def as a table without pointers, and the groups of a program, after the get_func_proto()
 * of each program type of Linux 6.18.
 */
#include "core/helper/proto.h"

#include <string.h>

#include "core/obj/prog_type.h"

enum {
#define GROUP(name) name = GROUP_BIT(name),
#include "core/helper/groups.def"
};

/* ---- the words of helpers.def ---- */

enum {
	GPL = PROTO_GPL,
	PKT = PROTO_PKT,
	SLEEPS = PROTO_SLEEPS,
	FASTCALL = PROTO_FASTCALL,
	USES_MAP = HELPER_USES_MAP,
	VARIADIC = HELPER_VARIADIC,
	CHANGES_MAP = HELPER_CHANGES_MAP,
	CHANGES_PKT = HELPER_CHANGES_PKT,
	ACQUIRES = HELPER_ACQUIRES,
	CASTS = HELPER_CASTS,
	STORAGE = HELPER_STORAGE,
	FILLS = HELPER_FILLS,
	CALLS_BACK = HELPER_CALLS_BACK,
	CALLS_LATER = HELPER_CALLS_LATER,
	LOCKED_OK = HELPER_LOCKED_OK,
};

#define ON(type) (1ull << MAP_TYPE_##type)
/* Maps that any helper without a kind of its own works on. */
#define PLAIN                                                                                      \
	(ON(UNSPEC) | ON(HASH) | ON(ARRAY) | ON(PERCPU_HASH) | ON(PERCPU_ARRAY) | ON(LRU_HASH) |   \
	 ON(LRU_PERCPU_HASH) | ON(LPM_TRIE) | ON(STRUCT_OPS) | ON(ARENA))
#define SOCKS (ON(SOCKMAP) | ON(SOCKHASH))

/* clang-format off */
#define WHO(...) {__VA_ARGS__}
#define ARGS(...) {__VA_ARGS__}
#define NO_ARGS {{0}}

#define INT {RET_INTEGER}
#define NOTHING {RET_VOID}
#define VALUE {RET_PTR_TO_MAP_VALUE}
#define VALUE_OR_NULL {RET_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL}
#define SOCKET_OR_NULL {RET_PTR_TO_SOCKET | PTR_MAYBE_NULL}
#define TCP_SOCK_OR_NULL {RET_PTR_TO_TCP_SOCK | PTR_MAYBE_NULL}
#define SOCK_COMMON_OR_NULL {RET_PTR_TO_SOCK_COMMON | PTR_MAYBE_NULL}
#define RINGBUF_MEM_OR_NULL {RET_PTR_TO_MEM | MEM_RINGBUF | PTR_MAYBE_NULL}
#define MEM_OR_NULL {RET_PTR_TO_MEM | PTR_MAYBE_NULL}
#define PERCPU_VAR {RET_PTR_TO_MEM_OR_BTF_ID | MEM_RDONLY}
#define PERCPU_VAR_OR_NULL {RET_PTR_TO_MEM_OR_BTF_ID | MEM_RDONLY | PTR_MAYBE_NULL}
#define PTR(type) {RET_PTR_TO_BTF_ID, HELPER_BTF_##type}
#define PTR_OR_NULL(type) {RET_PTR_TO_BTF_ID | PTR_MAYBE_NULL, HELPER_BTF_##type}
#define TRUSTED(type) {RET_PTR_TO_BTF_ID | PTR_TRUSTED, HELPER_BTF_##type}
#define KPTR_OR_NULL {RET_PTR_TO_BTF_ID | PTR_MAYBE_NULL} /* what the field has */

#define ANY {ARG_ANYTHING}
#define CTX {ARG_PTR_TO_CTX}
#define CTX_OR_NULL {ARG_PTR_TO_CTX | PTR_MAYBE_NULL}
#define MAP {ARG_CONST_MAP_PTR}
#define KEY {ARG_PTR_TO_MAP_KEY}
#define VAL {ARG_PTR_TO_MAP_VALUE}
#define VAL_OR_NULL {ARG_PTR_TO_MAP_VALUE | PTR_MAYBE_NULL}
#define VAL_OUT {ARG_PTR_TO_MAP_VALUE | MEM_UNINIT | MEM_WRITE}
#define IN {ARG_PTR_TO_MEM | MEM_RDONLY}
#define IN_OR_NULL {ARG_PTR_TO_MEM | MEM_RDONLY | PTR_MAYBE_NULL}
#define IN_N(n) {ARG_PTR_TO_MEM | MEM_FIXED_SIZE | MEM_RDONLY, n}
#define OUT {ARG_PTR_TO_MEM | MEM_UNINIT | MEM_WRITE}
#define OUT_N(n) {ARG_PTR_TO_MEM | MEM_FIXED_SIZE | MEM_UNINIT | MEM_WRITE | MEM_ALIGNED, n}
#define INOUT {ARG_PTR_TO_MEM | MEM_WRITE}
#define INOUT_OR_NULL {ARG_PTR_TO_MEM | MEM_WRITE | PTR_MAYBE_NULL}
#define INOUT_N(n) {ARG_PTR_TO_MEM | MEM_FIXED_SIZE | MEM_WRITE | MEM_ALIGNED, n}
#define SIZE {ARG_CONST_SIZE}
#define SIZE_OR_0 {ARG_CONST_SIZE_OR_ZERO}
#define ALLOC_SIZE {ARG_CONST_ALLOC_SIZE_OR_ZERO}
#define LOCK {ARG_PTR_TO_SPIN_LOCK}
#define TIMER {ARG_PTR_TO_TIMER}
#define FUNC {ARG_PTR_TO_FUNC}
#define STACK_OR_NULL {ARG_PTR_TO_STACK | PTR_MAYBE_NULL}
#define STR {ARG_PTR_TO_CONST_STR}
#define SOCK {ARG_PTR_TO_BTF_ID_SOCK_COMMON}
#define SOCK_OR_NULL {ARG_PTR_TO_BTF_ID_SOCK_COMMON | PTR_MAYBE_NULL}
#define SOCK_RELEASE {ARG_PTR_TO_BTF_ID_SOCK_COMMON | OBJ_RELEASE}
#define SOCK_COMMON {ARG_PTR_TO_SOCK_COMMON}
#define FULLSOCK_OR_NULL {ARG_PTR_TO_SOCKET | PTR_MAYBE_NULL}
#define BTF(type) {ARG_PTR_TO_BTF_ID, 0, HELPER_BTF_##type}
#define BTF_OR_NULL(type) {ARG_PTR_TO_BTF_ID | PTR_MAYBE_NULL, 0, HELPER_BTF_##type}
#define PERCPU {ARG_PTR_TO_PERCPU_BTF_ID}
#define RINGBUF_RELEASE {ARG_PTR_TO_RINGBUF_MEM | OBJ_RELEASE}
#define KPTR_DEST {ARG_KPTR_XCHG_DEST}
#define KPTR_RELEASE {ARG_PTR_TO_BTF_ID | PTR_MAYBE_NULL | OBJ_RELEASE}
#define DYNPTR {ARG_PTR_TO_DYNPTR | MEM_RDONLY}
#define DYNPTR_NEW(kind) {ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_##kind | MEM_UNINIT | MEM_WRITE}
#define DYNPTR_RELEASE(kind) {ARG_PTR_TO_DYNPTR | DYNPTR_TYPE_##kind | OBJ_RELEASE}
/* clang-format on */

/* ---- the table ---- */

enum {
#define HELPER(id, name, ...)  ROW_##name,
#define ALSO(id, name, n, ...) ROW_##name##_##n,
#include "core/helper/helpers.def"
	ROW_COUNT
};
_Static_assert(ROW_COUNT < 256, "first[] holds row numbers");

static const struct func_proto rows[ROW_COUNT] = {
#define HELPER(id_, name, who_, ret_, args_, flags_, maps_)                                        \
	{.id = id_, .flags = flags_, .who = who_, .ret = ret_, .args = args_, .maps = maps_},
#define ALSO(id_, name, n, who_, ret_, args_, flags_)                                              \
	{.id = id_, .flags = flags_, .who = who_, .ret = ret_, .args = args_},
#include "core/helper/helpers.def"
};

static const uint8_t first[HELPER_ID_LIMIT] = {
#define HELPER(id, name, ...) [id] = ROW_##name,
#define ALSO(...)
#include "core/helper/helpers.def"
};

const char helper_btf_names[HELPER_BTF_COUNT][20] = {
#define BTF_NAME(name) [HELPER_BTF_##name] = #name,
	HELPER_BTF_TYPES(BTF_NAME)};

static const struct func_proto *first_row(int32_t id)
{
	return id > 0 && id < HELPER_ID_LIMIT ? &rows[first[id]] : NULL;
}

const struct func_proto *helper_proto(int32_t id, uint64_t groups)
{
	const struct func_proto *row = first_row(id);

	for (; row && row < rows + ROW_COUNT && row->id == id; row++)
		if (row->who.in & groups)
			return row;
	return NULL;
}

uint32_t helper_facts(int32_t id)
{
	const struct func_proto *row = first_row(id);

	return row ? row->flags & ~(uint32_t)(GPL | PKT | SLEEPS | FASTCALL) : 0;
}

bool helper_takes_map(int32_t id, uint32_t map_type)
{
	const struct func_proto *row = first_row(id);

	return row && map_type < MAP_TYPE_COUNT && row->maps >> map_type & 1;
}

uint32_t helper_nargs(const struct func_proto *proto)
{
	uint32_t n = 0;

	while (n < HELPER_ARGS_MAX && proto->args[n].type != ARG_DONTCARE)
		n++;
	return n;
}

uint32_t helper_reads(int32_t id)
{
	const struct func_proto *row = first_row(id);
	uint32_t n = 0;

	if (helper_facts(id) & HELPER_VARIADIC)
		return HELPER_ARGS_MAX;
	for (; row && row < rows + ROW_COUNT && row->id == id; row++)
		n = max(n, helper_nargs(row));
	return n;
}

/* ---- what a program is ---- */

/* BASE and SK_BASE bring more, by what the loader may do. */
static const uint64_t type_groups[PROG_TYPE_COUNT] = {
	[PROG_TYPE_SOCKET_FILTER] = SK_BASE | SK_FILTER | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_KPROBE] = BASE | TRACING | KPROBE,
	[PROG_TYPE_SCHED_CLS] = SK_BASE | CLS | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_SCHED_ACT] = SK_BASE | CLS | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_TRACEPOINT] = BASE | TRACING | TRACEPOINT,
	[PROG_TYPE_XDP] = SK_BASE | XDP | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_PERF_EVENT] = BASE | TRACING | PERF_EVENT,
	[PROG_TYPE_CGROUP_SKB] = SK_BASE | CGROUP | CGROUP_SKB,
	[PROG_TYPE_CGROUP_SOCK] = BASE | CGROUP | CGROUP_SOCK,
	[PROG_TYPE_LWT_IN] = SK_BASE | LWT | LWT_IN,
	[PROG_TYPE_LWT_OUT] = SK_BASE | LWT,
	[PROG_TYPE_LWT_XMIT] = SK_BASE | LWT | LWT_XMIT,
	[PROG_TYPE_SOCK_OPS] = SK_BASE | CGROUP | SOCK_OPS | SOCKMAP_DELETE,
	[PROG_TYPE_SK_SKB] = SK_BASE | SK_SKB,
	[PROG_TYPE_CGROUP_DEVICE] = BASE | CGROUP | CGROUP_DEV,
	[PROG_TYPE_SK_MSG] = SK_BASE | SK_MSG,
	[PROG_TYPE_RAW_TRACEPOINT] = BASE | TRACING | TRACEPOINT,
	[PROG_TYPE_CGROUP_SOCK_ADDR] = SK_BASE | CGROUP | SOCK_ADDR,
	[PROG_TYPE_LWT_SEG6LOCAL] = SK_BASE | LWT | LWT_SEG6,
	[PROG_TYPE_LIRC_MODE2] = LIRC,
	[PROG_TYPE_SK_REUSEPORT] = BASE | REUSEPORT | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_FLOW_DISSECTOR] = SK_BASE | FLOW | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_CGROUP_SYSCTL] = BASE | CGROUP | SYSCTL,
	[PROG_TYPE_RAW_TRACEPOINT_WRITABLE] = BASE | TRACING | TRACEPOINT,
	[PROG_TYPE_CGROUP_SOCKOPT] = BASE | CGROUP | SOCKOPT,
	[PROG_TYPE_TRACING] = BASE | TRACING | TRACE | SKC,
	[PROG_TYPE_STRUCT_OPS] = BASE,
	[PROG_TYPE_LSM] = BASE | TRACING | TRACE | SKC | LSM,
	[PROG_TYPE_SK_LOOKUP] = SK_BASE | SK_LOOKUP | SOCKMAP_UPDATE | SOCKMAP_DELETE,
	[PROG_TYPE_SYSCALL] = BASE | TRACING | TRACE | SKC | SYSCALL,
	[PROG_TYPE_NETFILTER] = BASE,
};

/* What an attach type adds to a program type. */
static const struct {
	uint8_t type, attach_type;
	uint64_t groups;
} attach_groups[] = {
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET4_CONNECT, BIND},
	{PROG_TYPE_CGROUP_SOCK_ADDR, ATTACH_TYPE_CGROUP_INET6_CONNECT, BIND},
	{PROG_TYPE_CGROUP_SOCKOPT, ATTACH_TYPE_CGROUP_SETSOCKOPT, SETSOCKOPT},
	{PROG_TYPE_KPROBE, ATTACH_TYPE_TRACE_KPROBE_MULTI, KPROBE_MULTI},
	{PROG_TYPE_KPROBE, ATTACH_TYPE_TRACE_KPROBE_SESSION, KPROBE_MULTI},
	{PROG_TYPE_KPROBE, ATTACH_TYPE_TRACE_UPROBE_MULTI, KPROBE_MULTI},
	{PROG_TYPE_KPROBE, ATTACH_TYPE_TRACE_UPROBE_SESSION, KPROBE_MULTI},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_RAW_TP, COOKIE | SK_TRACING},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_FENTRY, COOKIE | TRAMPOLINE | SK_TRACING},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_FEXIT, COOKIE | TRAMPOLINE | SK_TRACING},
	{PROG_TYPE_TRACING, ATTACH_TYPE_MODIFY_RETURN, COOKIE | TRAMPOLINE},
	{PROG_TYPE_TRACING, ATTACH_TYPE_TRACE_ITER,
	 ITER | SK_TRACING | PATHS | SOCKMAP_UPDATE | SOCKMAP_DELETE},
	{PROG_TYPE_LSM, ATTACH_TYPE_LSM_MAC, COOKIE | TRAMPOLINE},
	{PROG_TYPE_LSM, ATTACH_TYPE_LSM_CGROUP, CGROUP},
};

/* Hooks of control groups whose callers ignore what programs return (cgroup_common_func_proto()).
 */
static const uint8_t no_retval[] = {
	ATTACH_TYPE_CGROUP_INET_INGRESS,      ATTACH_TYPE_CGROUP_INET_EGRESS,
	ATTACH_TYPE_CGROUP_SOCK_OPS,	      ATTACH_TYPE_CGROUP_UDP4_RECVMSG,
	ATTACH_TYPE_CGROUP_UDP6_RECVMSG,      ATTACH_TYPE_CGROUP_UNIX_RECVMSG,
	ATTACH_TYPE_CGROUP_INET4_GETPEERNAME, ATTACH_TYPE_CGROUP_INET6_GETPEERNAME,
	ATTACH_TYPE_CGROUP_UNIX_GETPEERNAME,  ATTACH_TYPE_CGROUP_INET4_GETSOCKNAME,
	ATTACH_TYPE_CGROUP_INET6_GETSOCKNAME, ATTACH_TYPE_CGROUP_UNIX_GETSOCKNAME,
};

static const struct {
	char name[40];
	uint64_t groups;
} targets[] = {
#define TARGET(name, groups) {#name, groups},
#include "core/helper/targets.def"
};

static uint64_t target_groups(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (strcmp(targets[i].name, target) == 0)
			return targets[i].groups;
	return 0;
}

bool lsm_hook_may_sleep(const char *hook)
{
	return target_groups(hook) & LSM_SLEEPABLE;
}

/* What the target adds, and what it takes away. */
static uint64_t by_target(const struct helper_prog *prog, uint64_t groups)
{
	uint64_t target;

	if (prog->to_prog)
		return groups & ~(PATHS | SK_TRACING);
	if (!prog->target || !(groups & TRACE))
		return groups;
	target = target_groups(prog->target);
	if (groups & LSM)
		return groups | (target & (groups & CGROUP ? PATHS | LSM_SLEEPABLE | LSM_SOCKOPT
							   : PATHS | LSM_SLEEPABLE));
	if (groups & ITER)
		return groups | (target & ITER_SOCKOPT);
	if (groups & TRAMPOLINE && strncmp(prog->target, "bpf_sk_storage", 14) == 0)
		groups &= ~SK_TRACING;
	/* To trace a hook is not to be one. */
	return groups | (target & LSM_SLEEPABLE ? 0 : target & PATHS);
}

/* The functions of one struct_ops type know sockets, those of another call nothing. */
static uint64_t by_ops(const struct helper_prog *prog)
{
	if (!prog->ops || strcmp(prog->ops, "bpf_dummy_ops") == 0)
		return 0;
	if (strcmp(prog->ops, "tcp_congestion_ops") != 0)
		return BASE;
	if (prog->member && strcmp(prog->member, "release") == 0)
		return BASE | TCP_CA;
	return BASE | TCP_CA | TCP_CA_SOCKOPT;
}

static uint64_t by_attach_type(const struct helper_prog *prog, uint64_t groups)
{
	for (size_t i = 0; i < ARRAY_SIZE(attach_groups); i++)
		if (attach_groups[i].type == prog->type &&
		    attach_groups[i].attach_type == prog->attach_type)
			groups |= attach_groups[i].groups;
	if (groups & CGROUP && (prog->attach_type >= ATTACH_TYPE_COUNT ||
				!memchr(no_retval, (int)prog->attach_type, sizeof(no_retval))))
		groups |= RETVAL;
	return groups;
}

static uint64_t by_capabilities(const struct helper_prog *prog, uint64_t groups)
{
	bool perfmon = prog->perfmon || prog->admin;
	bool bpf = prog->bpf || prog->admin;

	if (groups & SK_BASE)
		groups |= BASE | (perfmon ? SKC : 0);
	if (groups & BASE && bpf)
		groups |= BPF | (perfmon ? PERFMON : 0);
	if (groups & SYSCALL && perfmon)
		groups |= SYSCALL_PERFMON;
	if (groups & LIRC && perfmon)
		groups |= LIRC_PERFMON;
	if (groups & TRACING && prog->admin)
		groups |= WRITE_USER;
	return groups;
}

uint64_t helper_groups(const struct helper_prog *prog)
{
	uint64_t groups = prog->type < PROG_TYPE_COUNT ? type_groups[prog->type] : 0;

	if (prog->type == PROG_TYPE_STRUCT_OPS)
		groups = by_ops(prog);
	groups = by_attach_type(prog, groups);
	return by_capabilities(prog, by_target(prog, groups));
}
