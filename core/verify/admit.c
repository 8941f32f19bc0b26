/*
 * What PROG_LOAD asks before the verifier (bpf_prog_load()): may this loader load such a program,
 * is there such a type, is it loaded for what it is to be attached to? Nothing of it is in the log.
 */
#include "core/verify/local.h"

enum { UNPRIV_INSNS_MAX = 4096 }; /* BPF_MAXINSNS */

_Static_assert((int)NEEDS_BPF == VERIFY_CAP_BPF && (int)NEEDS_PERFMON == VERIFY_CAP_PERFMON &&
		       (int)NEEDS_NET_ADMIN == VERIFY_CAP_NET_ADMIN,
	       "what is needed is what is had");

#define A(name) (1ull << ATTACH_TYPE_##name)
_Static_assert(ATTACH_TYPE_COUNT <= 64, "a mask holds any attach type");

/* The attach types that a type of program is loaded for; types without a row take any. */
static const struct {
	enum prog_type type;
	uint64_t attach;
} attach_types[] = {
	{PROG_TYPE_CGROUP_SOCK, A(CGROUP_INET_SOCK_CREATE) | A(CGROUP_INET_SOCK_RELEASE) |
					A(CGROUP_INET4_POST_BIND) | A(CGROUP_INET6_POST_BIND)},
	{PROG_TYPE_CGROUP_SOCK_ADDR,
	 A(CGROUP_INET4_BIND) | A(CGROUP_INET6_BIND) | A(CGROUP_INET4_CONNECT) |
		 A(CGROUP_INET6_CONNECT) | A(CGROUP_UNIX_CONNECT) | A(CGROUP_INET4_GETPEERNAME) |
		 A(CGROUP_INET6_GETPEERNAME) | A(CGROUP_UNIX_GETPEERNAME) |
		 A(CGROUP_INET4_GETSOCKNAME) | A(CGROUP_INET6_GETSOCKNAME) |
		 A(CGROUP_UNIX_GETSOCKNAME) | A(CGROUP_UDP4_SENDMSG) | A(CGROUP_UDP6_SENDMSG) |
		 A(CGROUP_UNIX_SENDMSG) | A(CGROUP_UDP4_RECVMSG) | A(CGROUP_UDP6_RECVMSG) |
		 A(CGROUP_UNIX_RECVMSG)},
	{PROG_TYPE_CGROUP_SKB, A(CGROUP_INET_INGRESS) | A(CGROUP_INET_EGRESS)},
	{PROG_TYPE_CGROUP_SOCKOPT, A(CGROUP_SETSOCKOPT) | A(CGROUP_GETSOCKOPT)},
	{PROG_TYPE_SK_LOOKUP, A(SK_LOOKUP)},
	{PROG_TYPE_SK_REUSEPORT, A(SK_REUSEPORT_SELECT) | A(SK_REUSEPORT_SELECT_OR_MIGRATE)},
	{PROG_TYPE_NETFILTER, A(NETFILTER)},
	{PROG_TYPE_SYSCALL, 1},
	{PROG_TYPE_EXT, 1},
};

/* Loaders from before attach types give none (bpf_prog_load_fixup_attach_type()). */
uint32_t verify_attach_type(uint32_t type, uint32_t attach)
{
	if (!attach && type == PROG_TYPE_CGROUP_SOCK)
		return ATTACH_TYPE_CGROUP_INET_SOCK_CREATE;
	if (!attach && type == PROG_TYPE_SK_REUSEPORT)
		return ATTACH_TYPE_SK_REUSEPORT_SELECT;
	return attach;
}

bool verify_may_attach(uint32_t type, uint32_t attach)
{
	for (size_t i = 0; i < ARRAY_SIZE(attach_types); i++)
		if (attach_types[i].type == type)
			return attach < 64 && attach_types[i].attach >> attach & 1;
	return true;
}

bool verify_may_target(uint32_t type, uint32_t btf_id)
{
	bool targets = type == PROG_TYPE_TRACING || type == PROG_TYPE_LSM ||
		       type == PROG_TYPE_STRUCT_OPS || type == PROG_TYPE_EXT;

	return !btf_id || (targets && btf_id <= BTF_ID_LIMIT);
}

bool verify_has_caps(uint32_t caps, uint32_t needs)
{
	return caps & VERIFY_CAP_SYS_ADMIN || !(needs & ~caps);
}

/* The capability that is asked for first and that the loader lacks */
static enum verify_reason lacking(const struct verify_job *job)
{
	uint32_t needs = job->type < PROG_TYPE_COUNT ? prog_type_needs[job->type] : NEEDS_BPF;

	if (!verify_has_caps(job->caps, needs & NEEDS_BPF))
		return REASON_NEEDS_BPF;
	if (!verify_has_caps(job->caps, needs & NEEDS_NET_ADMIN))
		return REASON_NEEDS_NET_ADMIN;
	if (!verify_has_caps(job->caps, needs & NEEDS_PERFMON))
		return REASON_NEEDS_PERFMON;
	return REASON_NONE;
}

enum verify_reason admit(const struct verify_job *job)
{
	bool bpf = verify_has_caps(job->caps, VERIFY_CAP_BPF);
	enum verify_reason reason;

	if (!bpf && job->profile && job->profile->no_unprivileged)
		return REASON_UNPRIVILEGED;
	if (!job->ninsns || job->ninsns > (bpf ? INSNS_PROCESSED_MAX : UNPRIV_INSNS_MAX))
		return REASON_PROG_SIZE;
	reason = lacking(job);
	if (reason)
		return reason;
	if (!verify_may_target(job->type, job->attach_btf_id))
		return REASON_ATTACH_BTF_ID;
	if (!verify_may_attach(job->type, job->attach_type))
		return REASON_ATTACH_TYPE;
	if (!job->type || job->type >= PROG_TYPE_COUNT ||
	    profile_lacks(job->profile, PROFILE_PROG_TYPE, job->type))
		return REASON_PROG_TYPE;
	return REASON_NONE;
}
