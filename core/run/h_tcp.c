/*
 * What programs that are congestion controls call: steps of the stack's own controls, and options
 * of their sockets. The sockets are those of a simulation (rt->tcp).
 */
#include <errno.h>
#include <string.h>

#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/sock.h"
#include "core/tcp/tcp.h"

/* NULL with the run ended: it is no socket here. */
static struct tcp_sock *arg_sock(struct run_ctx *rc, uint64_t addr)
{
	if (rc->rt->tcp && tcp_has_sock(rc->rt->tcp, addr))
		return (struct tcp_sock *)(uintptr_t)addr;
	run_fault(rc, FAULT_CALL, "a socket is asked for, and there is none at 0x%llx",
		  (unsigned long long)addr);
	return NULL;
}

/* ---- kernel functions ---- */

/* A function of a socket, call being an expression over it. */
#define SOCK_KFUNC(name, call, ...)                                                                \
	KFUNC_FN(name, sock, ##__VA_ARGS__)                                                        \
	{                                                                                          \
		struct tcp_sock *sk = arg_sock(rc, sock);                                          \
		return sk ? (call) : 0;                                                            \
	}

SOCK_KFUNC(tcp_slow_start, tcp_slow_start(sk, (uint32_t)acked), acked)
SOCK_KFUNC(tcp_cong_avoid_ai, (tcp_cong_avoid_ai(sk, (uint32_t)w, (uint32_t)acked), 0), w, acked)
SOCK_KFUNC(tcp_reno_ssthresh, tcp_reno_ssthresh(sk))
SOCK_KFUNC(tcp_reno_undo_cwnd, tcp_reno_undo_cwnd(sk))
SOCK_KFUNC(tcp_reno_cong_avoid, (tcp_reno_cong_avoid(sk, (uint32_t)ack, (uint32_t)acked), 0), ack,
	   acked)
SOCK_KFUNC(cubictcp_init, (tcp_cubic.init(sk), 0))
SOCK_KFUNC(cubictcp_recalc_ssthresh, tcp_cubic.ssthresh(sk))
SOCK_KFUNC(cubictcp_cong_avoid, (tcp_cubic.cong_avoid(sk, (uint32_t)ack, (uint32_t)acked), 0), ack,
	   acked)
SOCK_KFUNC(cubictcp_state, (tcp_cubic.set_state(sk, (uint8_t)state), 0), state)
SOCK_KFUNC(cubictcp_cwnd_event, (tcp_cubic.cwnd_event(sk, (enum tcp_ca_event)event), 0), event)
SOCK_KFUNC(dctcp_init, (tcp_dctcp.init(sk), 0))
SOCK_KFUNC(dctcp_update_alpha, (tcp_dctcp.in_ack_event(sk, (uint32_t)flags), 0), flags)
SOCK_KFUNC(dctcp_cwnd_event, (tcp_dctcp.cwnd_event(sk, (enum tcp_ca_event)event), 0), event)
SOCK_KFUNC(dctcp_ssthresh, tcp_dctcp.ssthresh(sk))
SOCK_KFUNC(dctcp_cwnd_undo, tcp_dctcp.undo_cwnd(sk))
SOCK_KFUNC(dctcp_state, (tcp_dctcp.set_state(sk, (uint8_t)state), 0), state)

SOCK_KFUNC(bbr_init, (tcp_bbr.init(sk), 0))
SOCK_KFUNC(bbr_cwnd_event, (tcp_bbr.cwnd_event(sk, (enum tcp_ca_event)event), 0), event)
SOCK_KFUNC(bbr_set_state, (tcp_bbr.set_state(sk, (uint8_t)state), 0), state)
SOCK_KFUNC(bbr_ssthresh, tcp_bbr.ssthresh(sk))
SOCK_KFUNC(bbr_undo_cwnd, tcp_bbr.undo_cwnd(sk))
SOCK_KFUNC(bbr_min_tso_segs, tcp_bbr.min_tso_segs(sk))
SOCK_KFUNC(bbr_sndbuf_expand, tcp_bbr.sndbuf_expand(sk))

KFUNC_FN(bbr_main, sock, ack, flag, addr)
{
	struct tcp_sock *sk = arg_sock(rc, sock);
	const struct rate_sample *rs = sk ? arg_mem(rc, addr, sizeof(*rs)) : NULL;

	if (rs)
		tcp_bbr.cong_control(sk, (uint32_t)ack, (int)flag, rs);
	return 0;
}

KFUNC_FN(cubictcp_acked, sock, addr)
{
	struct tcp_sock *sk = arg_sock(rc, sock);
	const struct ack_sample *sample = sk ? arg_mem(rc, addr, sizeof(*sample)) : NULL;

	if (sample)
		tcp_cubic.pkts_acked(sk, sample);
	return 0;
}

/* ---- helpers ---- */

HELPER_FN(tcp_send_ack, sock, rcv_nxt)
{
	struct tcp_sock *sk = arg_sock(rc, sock);

	if (sk)
		tcp_send_ack(sk, (uint32_t)rcv_nxt);
	return 0;
}

enum { LEVEL_TCP = 6, OPTION_CONGESTION = 13 };

/* sol_tcp_sockopt(): of all options, the congestion control is what a simulated socket has. */
int tcp_set_option(struct run_ctx *rc, uint64_t sock, const struct sock_option *o)
{
	struct tcp_sock *sk = arg_sock(rc, sock);
	const char *text = sk ? arg_mem(rc, o->value, o->len) : NULL;
	char name[TCP_CA_NAME_MAX] = "";

	if (!text || o->level != LEVEL_TCP || o->number != OPTION_CONGESTION || o->len < 2)
		return -EINVAL;
	memcpy(name, text, strnlen(text, min(o->len, (uint32_t)sizeof(name) - 1)));
	/* It keeps a pointer where programs may write. */
	if (strcmp(name, "cdg") == 0)
		return -ENOTSUPP;
	return tcp_set_congestion(rc->rt->tcp, sk, name);
}

int tcp_get_option(struct run_ctx *rc, uint64_t sock, const struct sock_option *o)
{
	struct tcp_sock *sk = arg_sock(rc, sock);
	char *out = sk ? arg_mem_out(rc, o->value, o->len) : NULL;
	const char *name;
	size_t n;

	if (!out)
		return -EINVAL;
	memset(out, 0, o->len);
	if (o->level != LEVEL_TCP || o->number != OPTION_CONGESTION || o->len < 2)
		return -EINVAL;
	name = tcp_congestion(sk);
	n = strlen(name);
	memcpy(out, name, min(n, (size_t)o->len - 1));
	return 0;
}
