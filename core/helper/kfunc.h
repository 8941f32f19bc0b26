/*
 * The kernel functions of Linux 6.18 that programs may call (kfuncs): who may call which, and what
 * is demanded of the call. How they are called is in the kernel's BTF.
 */
#ifndef CORE_HELPER_KFUNC_H
#define CORE_HELPER_KFUNC_H

#include "core/base/base.h"

/* What a kfunc demands and gives, as KF_* of Linux. */
enum kfunc_flag {
	KF_ACQUIRE = 1 << 0,	    /* returns a reference */
	KF_RELEASE = 1 << 1,	    /* takes one away */
	KF_RET_NULL = 1 << 2,	    /* may return NULL */
	KF_TRUSTED_ARGS = 1 << 3,   /* pointers are valid, unmodified and not NULL */
	KF_SLEEPABLE = 1 << 4,	    /* may sleep */
	KF_DESTRUCTIVE = 1 << 5,    /* may end the machine */
	KF_RCU = 1 << 6,	    /* pointers are trusted or protected by RCU */
	KF_ITER_NEW = 1 << 7,	    /* constructor of an open-coded iterator */
	KF_ITER_NEXT = 1 << 8,	    /* ... its step */
	KF_ITER_DESTROY = 1 << 9,   /* ... its destructor */
	KF_RCU_PROTECTED = 1 << 10, /* only inside an RCU critical section */
	KF_FASTCALL = 1 << 11,	    /* leaves all registers but r0 alone */
	KF_ITER = KF_ITER_NEW | KF_ITER_NEXT | KF_ITER_DESTROY,
};

/* The program types, by what they share (enum btf_kfunc_hook of Linux). */
enum kfunc_hook {
	HOOK_COMMON = 1 << 0, /* every type */
	HOOK_XDP = 1 << 1,
	HOOK_TC = 1 << 2,
	HOOK_STRUCT_OPS = 1 << 3,
	HOOK_TRACING = 1 << 4,
	HOOK_SYSCALL = 1 << 5,
	HOOK_CGROUP = 1 << 6,
	HOOK_SCHED_ACT = 1 << 7,
	HOOK_SK_SKB = 1 << 8,
	HOOK_SOCKET_FILTER = 1 << 9,
	HOOK_LWT = 1 << 10,
	HOOK_NETFILTER = 1 << 11,
	HOOK_KPROBE = 1 << 12,
	/* sets that are registered for several types at once */
	HOOK_GENERIC = HOOK_TRACING | HOOK_TC | HOOK_XDP | HOOK_STRUCT_OPS | HOOK_SYSCALL |
		       HOOK_CGROUP,
	HOOK_CPUMASK = HOOK_TRACING | HOOK_STRUCT_OPS | HOOK_SYSCALL,
	HOOK_SKB = HOOK_TC | HOOK_SCHED_ACT | HOOK_SK_SKB | HOOK_SOCKET_FILTER | HOOK_CGROUP |
		   HOOK_LWT | HOOK_NETFILTER | HOOK_TRACING,
	HOOK_HID = HOOK_TRACING | HOOK_STRUCT_OPS,
	HOOK_SCX = HOOK_TRACING | HOOK_STRUCT_OPS | HOOK_SYSCALL,
};

/* What decides beside the type (the filters of kfunc sets in Linux). */
enum kfunc_rule {
	RULE_ANY,
	RULE_LSM,
	RULE_ITER,	/* BTF iterators */
	RULE_SESSION,	/* kprobe and uprobe sessions */
	RULE_DEV_BOUND, /* XDP programs that are bound to a device */
	RULE_QDISC,	/* any function of struct Qdisc_ops, enqueue, dequeue, or these two */
	RULE_QDISC_ENQUEUE,
	RULE_QDISC_DEQUEUE,
	RULE_QDISC_QUEUE,
};

enum kfunc_id {
	KFUNC_NONE,
#define KFUNC(name, ...) KFUNC_##name,
#define KFUNC_ALSO(...)
#include "core/helper/kfuncs.def"
	KFUNC_COUNT
};

/* A row of kfuncs.def. */
struct kfunc {
	char name[40];
	uint16_t id; /* enum kfunc_id */
	uint16_t hooks, flags;
	uint8_t rule;
};

extern const struct kfunc kfuncs[];
extern const uint32_t kfuncs_count; /* rows */

/* Who calls. */
struct kfunc_caller {
	uint32_t type;		/* PROG_TYPE_* */
	uint32_t behaves_as;	/* of EXT: the type of the program it replaces; else type */
	uint32_t attach_type;	/* ATTACH_TYPE_* */
	const char *struct_ops; /* "Qdisc_ops" and the member's name; NULL: not of STRUCT_OPS */
	const char *member;
};

/* The row by which the caller may call the function of that name, or NULL. */
const struct kfunc *kfunc_allowed(const char *name, const struct kfunc_caller *caller);
/* The first row of that name, whoever may call it, or NULL. */
const struct kfunc *kfunc_by_name(const char *name);

#endif
