#include "core/helper/kfunc.h"

#include <string.h>

#include "core/obj/prog_type.h"

const struct kfunc kfuncs[] = {
#define KFUNC(name, hooks, flags, rule) {#name, KFUNC_##name, hooks, flags, rule},
#define KFUNC_ALSO			KFUNC
#include "core/helper/kfuncs.def"
};
const uint32_t kfuncs_count = ARRAY_SIZE(kfuncs);

/* By program type: bpf_prog_type_to_kfunc_hook(). What is not here has the common ones only. */
static const uint16_t type_hooks[PROG_TYPE_COUNT] = {
	[PROG_TYPE_XDP] = HOOK_XDP,
	[PROG_TYPE_SCHED_CLS] = HOOK_TC,
	[PROG_TYPE_STRUCT_OPS] = HOOK_STRUCT_OPS,
	[PROG_TYPE_TRACING] = HOOK_TRACING,
	[PROG_TYPE_TRACEPOINT] = HOOK_TRACING,
	[PROG_TYPE_PERF_EVENT] = HOOK_TRACING,
	[PROG_TYPE_LSM] = HOOK_TRACING,
	[PROG_TYPE_SYSCALL] = HOOK_SYSCALL,
	[PROG_TYPE_CGROUP_SKB] = HOOK_CGROUP,
	[PROG_TYPE_CGROUP_SOCK] = HOOK_CGROUP,
	[PROG_TYPE_CGROUP_DEVICE] = HOOK_CGROUP,
	[PROG_TYPE_CGROUP_SOCK_ADDR] = HOOK_CGROUP,
	[PROG_TYPE_CGROUP_SOCKOPT] = HOOK_CGROUP,
	[PROG_TYPE_CGROUP_SYSCTL] = HOOK_CGROUP,
	[PROG_TYPE_SOCK_OPS] = HOOK_CGROUP,
	[PROG_TYPE_SCHED_ACT] = HOOK_SCHED_ACT,
	[PROG_TYPE_SK_SKB] = HOOK_SK_SKB,
	[PROG_TYPE_SOCKET_FILTER] = HOOK_SOCKET_FILTER,
	[PROG_TYPE_LWT_OUT] = HOOK_LWT,
	[PROG_TYPE_LWT_IN] = HOOK_LWT,
	[PROG_TYPE_LWT_XMIT] = HOOK_LWT,
	[PROG_TYPE_LWT_SEG6LOCAL] = HOOK_LWT,
	[PROG_TYPE_NETFILTER] = HOOK_NETFILTER,
	[PROG_TYPE_KPROBE] = HOOK_KPROBE,
};

const struct kfunc *kfunc_by_name(const char *name)
{
	uint32_t lo = 0, hi = kfuncs_count;

	while (lo < hi) {
		uint32_t mid = (lo + hi) / 2;

		if (strcmp(kfuncs[mid].name, name) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < kfuncs_count && strcmp(kfuncs[lo].name, name) == 0 ? &kfuncs[lo] : NULL;
}

static bool is_qdisc_member(const struct kfunc_caller *caller, const char *member)
{
	return caller->member && strcmp(caller->member, member) == 0;
}

static bool rule_allows(enum kfunc_rule rule, const struct kfunc_caller *caller)
{
	if (rule >= RULE_QDISC && (!caller->struct_ops || strcmp(caller->struct_ops, "Qdisc_ops")))
		return false;
	switch (rule) {
	case RULE_LSM:
		return caller->type == PROG_TYPE_LSM;
	case RULE_ITER:
		return caller->attach_type == ATTACH_TYPE_TRACE_ITER;
	case RULE_SESSION:
		return caller->attach_type == ATTACH_TYPE_TRACE_KPROBE_SESSION ||
		       caller->attach_type == ATTACH_TYPE_TRACE_UPROBE_SESSION;
	case RULE_QDISC_ENQUEUE:
		return is_qdisc_member(caller, "enqueue");
	case RULE_QDISC_DEQUEUE:
		return is_qdisc_member(caller, "dequeue");
	case RULE_QDISC_QUEUE:
		return is_qdisc_member(caller, "enqueue") || is_qdisc_member(caller, "dequeue");
	default:
		return true;
	}
}

const struct kfunc *kfunc_allowed(const char *name, const struct kfunc_caller *caller)
{
	const struct kfunc *row = kfunc_by_name(name);
	uint32_t hooks = HOOK_COMMON;

	if (!row)
		return NULL;
	if (caller->behaves_as < PROG_TYPE_COUNT)
		hooks |= type_hooks[caller->behaves_as];
	for (uint32_t id = row->id; row < kfuncs + kfuncs_count && row->id == id; row++)
		if (row->hooks & hooks && rule_allows(row->rule, caller))
			return row;
	return NULL;
}
