/*
 * Prototypes of helpers, and who may call them. A helper may have several: which one a program has
 * depends on what it is and is attached to.
 */
#ifndef CORE_HELPER_PROTO_H
#define CORE_HELPER_PROTO_H

#include "core/helper/helper.h"
#include "core/helper/types.h"

enum helper_group {
#define GROUP(name) GROUP_##name,
#include "core/helper/groups.def"
	GROUP_COUNT
};
#define GROUP_BIT(name) (1ull << GROUP_##name)

/* Kernel types that prototypes name; [0] is "". */
#define HELPER_BTF_TYPES(T)                                                                        \
	T(task_struct)                                                                             \
	T(sock_common)                                                                             \
	T(seq_file)                                                                                \
	T(inode)                                                                                   \
	T(cgroup)                                                                                  \
	T(file)                                                                                    \
	T(path)                                                                                    \
	T(socket)                                                                                  \
	T(pt_regs)                                                                                 \
	T(sk_buff)                                                                                 \
	T(xdp_buff)                                                                                \
	T(linux_binprm)                                                                            \
	T(tcp_sock)                                                                                \
	T(tcp6_sock)                                                                               \
	T(tcp_timewait_sock)                                                                       \
	T(tcp_request_sock)                                                                        \
	T(udp6_sock)                                                                               \
	T(unix_sock)                                                                               \
	T(mptcp_sock)

enum helper_btf_type {
	HELPER_BTF_NONE,
#define HELPER_BTF_ENUM(name) HELPER_BTF_##name,
	HELPER_BTF_TYPES(HELPER_BTF_ENUM)
#undef HELPER_BTF_ENUM
	HELPER_BTF_COUNT
};
extern const char helper_btf_names[HELPER_BTF_COUNT][20];

enum { HELPER_ARGS_MAX = 5 };

struct func_arg {
	uint32_t type; /* enum arg_type and enum type_flag */
	uint16_t size; /* of MEM_FIXED_SIZE */
	uint16_t btf;  /* enum helper_btf_type */
};

enum proto_flag {
	PROTO_GPL = 1 << 0,
	PROTO_PKT = 1 << 1,	 /* pkt_access: takes pointers into packets */
	PROTO_SLEEPS = 1 << 2,	 /* might_sleep */
	PROTO_FASTCALL = 1 << 3, /* allow_fastcall, and compiled in place */
};

/* What is true of a helper whoever calls it. */
enum helper_fact {
	HELPER_USES_MAP = 1 << 4,    /* the call's map is a fact of the instruction */
	HELPER_CHANGES_MAP = 1 << 5, /* not for maps that programs may only read */
	HELPER_CHANGES_PKT = 1 << 6, /* pointers into packets are lost */
	HELPER_ACQUIRES = 1 << 7,    /* returns a reference */
	HELPER_CASTS = 1 << 8,	     /* returns its argument's object as another type */
	HELPER_STORAGE = 1 << 9,     /* gets local storage, may allocate it */
	HELPER_FILLS = 1 << 10,	     /* returns how many bytes it filled, or an error */
	HELPER_CALLS_BACK = 1 << 11, /* calls a function of the program before it returns */
	HELPER_CALLS_LATER = 1 << 12,
	HELPER_LOCKED_OK = 1 << 13, /* may be called while a spin lock is held */
	HELPER_VARIADIC = 1 << 14,  /* reads what is behind its arguments */
};

struct func_proto {
	uint16_t id;
	uint32_t flags; /* enum proto_flag, enum helper_fact */
	struct {
		uint64_t in;	  /* groups that it is for; a bit each */
		uint64_t allowed; /* one of these is wanted, too; 0: no matter */
	} who;
	struct {
		uint32_t type; /* enum ret_type and enum type_flag */
		uint16_t btf;  /* enum helper_btf_type */
	} ret;
	struct func_arg args[HELPER_ARGS_MAX];
	uint64_t maps; /* types of map that it works on; a helper's first prototype has them */
};

/* A program as far as it decides about helpers. */
struct helper_prog {
	uint32_t type, attach_type; /* an extension's are its target's */
	bool bpf, perfmon, admin;   /* CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN */
	bool to_prog;		    /* attached to a program */
	const char *target;	    /* kernel function that it is attached to, or NULL */
	const char *ops, *member;   /* of a struct_ops program, or NULL */
};
/* The groups that it is in: a bit each. */
uint64_t helper_groups(const struct helper_prog *prog);

/* The prototype that a program in these groups has of a helper; NULL: it cannot call it. */
const struct func_proto *helper_proto(int32_t id, uint64_t groups);
/* enum helper_fact; 0 when there is no such helper */
uint32_t helper_facts(int32_t id);
/* Does a helper work on maps of a type (MAP_TYPE_*)? */
bool helper_takes_map(int32_t id, uint32_t map_type);
uint32_t helper_nargs(const struct func_proto *proto);
/* How many of r1 to r5 a call may read, whoever makes it. */
uint32_t helper_reads(int32_t id);
/* An LSM hook (bpf_lsm_NAME) in which programs may sleep */
bool lsm_hook_may_sleep(const char *hook);

#endif
