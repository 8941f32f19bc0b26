/* Sockets as the kernel's own types have them: a pointer becomes one to the whole that it is. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "core/obj/prog_type.h"
#include "core/run/mem.h"
#include "core/run/network.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/sock.h"

/* What tells sockets apart. */
struct skc {
	uint64_t family, protocol, type, state;
};

/* False: it is none, or nobody described it so. */
static bool read_skc(struct run_ctx *rc, uint64_t sk, struct skc *s)
{
	if (!sk)
		return false;
	if (sock_at(rc, sk)) {
		run_fault(rc, FAULT_CALL,
			  "a socket that is described for packets is no struct of the kernel's");
		return false;
	}
	return mem_peek_member(rc, sk, "sock_common", "skc_family", 2, &s->family) &&
	       mem_peek_member(rc, sk, "sock_common", "skc_state", 1, &s->state) &&
	       mem_peek_member(rc, sk, "sock", "sk_protocol", 2, &s->protocol) &&
	       mem_peek_member(rc, sk, "sock", "sk_type", 2, &s->type);
}

enum { TIME_WAIT = 6, NEW_SYN_RECV = 12 };

/* What is still a request or only waits is no whole socket. */
static bool is_whole(const struct skc *s)
{
	return s->state != TIME_WAIT && s->state != NEW_SYN_RECV;
}

#define SKC_TO(name, condition)                                                                    \
	HELPER_FN(skc_to_##name, sk)                                                               \
	{                                                                                          \
		struct skc s = {0};                                                                \
		return read_skc(rc, sk, &s) && (condition) ? sk : 0;                               \
	}

SKC_TO(tcp_sock, is_whole(&s) && s.protocol == IPPROTO_TCP)
SKC_TO(tcp6_sock, is_whole(&s) && s.protocol == IPPROTO_TCP && s.family == AF_INET6)
SKC_TO(tcp_timewait_sock, s.state == TIME_WAIT)
SKC_TO(tcp_request_sock, s.state == NEW_SYN_RECV)
SKC_TO(udp6_sock, is_whole(&s) && s.protocol == IPPROTO_UDP && s.type == SOCK_DGRAM &&
			  s.family == AF_INET6)
SKC_TO(unix_sock, is_whole(&s) && s.family == AF_UNIX)

/* bpf_mptcp_sock_from_subflow() */
HELPER_FN(skc_to_mptcp_sock, sk)
{
	struct skc s = {0};
	uint64_t is_mptcp, subflow, conn;

	if (!read_skc(rc, sk, &s) || !is_whole(&s) || s.protocol != IPPROTO_TCP ||
	    !mem_peek_member(rc, sk, "tcp_sock", "is_mptcp", 1, &is_mptcp) || !(is_mptcp & 1) ||
	    !mem_peek_member(rc, sk, "inet_connection_sock", "icsk_ulp_data", 8, &subflow) ||
	    !mem_peek_member(rc, subflow, "mptcp_subflow_context", "conn", 8, &conn))
		return 0;
	return conn;
}

/* No file is a socket's. */
HELPER_FN(sock_from_file, file)
{
	return 0;
}

/* sock_gen_cookie() numbers sockets when somebody asks: this one is asked for first. */
enum { FIRST_COOKIE = 1 };

static uint64_t kernel_cookie(struct run_ctx *rc, uint64_t sk)
{
	uint64_t cookie;

	return mem_peek_member(rc, sk, "sock_common", "skc_cookie", 8, &cookie) && cookie
		       ? cookie
		       : FIRST_COOKIE;
}

/* Of the context's socket, or of one of the kernel's that a tracing program has. */
HELPER_FN(get_socket_cookie, arg)
{
	if (!arg)
		return 0;
	if (sees_kernel_types(rc))
		return kernel_cookie(rc, arg);
	return arg_ctx(rc, arg) && has_socket(rc) ? FIRST_COOKIE : 0;
}
