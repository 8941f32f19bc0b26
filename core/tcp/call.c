/* The calls of congestion controls, each of which is told to who asks. */
#include <errno.h>
#include <string.h>

#include "core/tcp/local.h"

const struct tcp_member_desc tcp_members[TCP_MEMBERS] = {
#define TCP_MEMBER(name, letter) {#name, letter},
#include "core/tcp/members.def"
};

#define NATIVE(ops_)                                                                               \
	{                                                                                          \
		.name = #ops_, .ops = &tcp_##ops_                                                  \
	}
const struct tcp_cong tcp_natives[] = {NATIVE(reno), NATIVE(cubic), NATIVE(dctcp), NATIVE(bbr)};
const size_t tcp_nnatives = ARRAY_SIZE(tcp_natives);

const struct tcp_cong *cong_find(const struct tcp_world *world, const char *name)
{
	if (strcmp(name, "-") == 0)
		return world->ncongs ? world->congs : NULL;
	for (size_t i = 0; i < world->ncongs; i++)
		if (strcmp(world->congs[i].name, name) == 0)
			return &world->congs[i];
	for (size_t i = 0; i < tcp_nnatives; i++)
		if (strcmp(tcp_natives[i].name, name) == 0)
			return &tcp_natives[i];
	return NULL;
}

uint32_t cong_flags(const struct tcp_cong *cong)
{
	return cong->ops ? cong->ops->flags : cong->flags;
}

bool cong_has(const struct endpoint *e, enum tcp_member m)
{
	const struct tcp_congestion_ops *ops = e->cong->ops;

	if (!ops)
		return e->cong->has >> m & 1;
	switch (m) {
#define TCP_MEMBER(name, letter)                                                                   \
	case TCP_##name:                                                                           \
		return ops->name;
#include "core/tcp/members.def"
	default:
		return false;
	}
}

static uint64_t call_native(const struct tcp_congestion_ops *ops, enum tcp_member m,
			    struct tcp_sock *sk, uint64_t a, uint64_t b, uint64_t c)
{
	switch (m) {
	case TCP_ssthresh:
		return ops->ssthresh(sk);
	case TCP_cong_avoid:
		return ops->cong_avoid(sk, (uint32_t)a, (uint32_t)b), 0;
	case TCP_set_state:
		return ops->set_state(sk, (uint8_t)a), 0;
	case TCP_cwnd_event:
		return ops->cwnd_event(sk, (enum tcp_ca_event)a), 0;
	case TCP_in_ack_event:
		return ops->in_ack_event(sk, (uint32_t)a), 0;
	case TCP_pkts_acked:
		return ops->pkts_acked(sk, (const struct ack_sample *)(uintptr_t)a), 0;
	case TCP_min_tso_segs:
		return ops->min_tso_segs(sk);
	case TCP_cong_control:
		return ops->cong_control(sk, (uint32_t)a, (int)b,
					 (const struct rate_sample *)(uintptr_t)c),
		       0;
	case TCP_undo_cwnd:
		return ops->undo_cwnd(sk);
	case TCP_sndbuf_expand:
		return ops->sndbuf_expand(sk);
	case TCP_init:
		return ops->init(sk), 0;
	default:
		return ops->release(sk), 0;
	}
}

/* What stands behind the letter; -1: nothing. */
static int64_t number_of(enum tcp_member m, uint64_t a, uint64_t b)
{
	switch (m) {
	case TCP_pkts_acked:
		return ((const struct ack_sample *)(uintptr_t)a)->pkts_acked;
	case TCP_cong_avoid:
		return (int64_t)b;
	case TCP_set_state:
	case TCP_cwnd_event:
	case TCP_in_ack_event:
		return (int64_t)a;
	default:
		return -1;
	}
}

uint64_t cong_call(struct endpoint *e, enum tcp_member m, uint64_t a, uint64_t b, uint64_t c)
{
	struct tcp_sim *sim = e->flow->sim;
	const uint64_t args[TCP_ARGS] = {(uintptr_t)&e->sk, a, b, c};

	if (!cong_has(e, m))
		return 0;
	if (sim->world->called)
		sim->world->called(sim->world->arg, sim->now - CLOCK_BEGIN, e->flow->number,
				   e == e->flow->rx, tcp_members[m].letter, number_of(m, a, b));
	if (e->cong->ops)
		return call_native(e->cong->ops, m, &e->sk, a, b, c);
	return e->cong->run(e->cong, sim, m, args);
}

void cong_event(struct endpoint *e, enum tcp_ca_event event)
{
	cong_call(e, TCP_cwnd_event, event, 0, 0);
}

/* tcp_init_congestion_control(): who asks for marks makes the socket one that may be marked. */
void cong_init(struct endpoint *e)
{
	e->sk.prior_ssthresh = 0;
	cong_call(e, TCP_init, 0, 0, 0);
	e->sk.icsk_ca_initialized = 1;
}

void cong_release(struct endpoint *e)
{
	if (!e->sk.icsk_ca_initialized)
		return;
	cong_call(e, TCP_release, 0, 0, 0);
	e->sk.icsk_ca_initialized = 0;
}

/* ---- for who is called ---- */

static struct endpoint *endpoint_of(struct tcp_sock *sk)
{
	return container_of(sk, struct endpoint, sk);
}

bool tcp_has_sock(const struct tcp_sim *sim, uint64_t addr)
{
	for (uint32_t i = 0; i < sim->result->nflows; i++)
		if (addr == (uintptr_t)&sim->flows[i].tx->sk ||
		    addr == (uintptr_t)&sim->flows[i].rx->sk)
			return true;
	return false;
}

void tcp_send_ack(struct tcp_sock *sk, uint32_t rcv_nxt)
{
	struct flow *f = endpoint_of(sk)->flow;
	uint32_t back = sk->rcv_nxt - rcv_nxt;

	/* A sender has nothing to acknowledge, and nobody takes back what was. */
	if (sk != &f->rx->sk || back > (f->want - f->last_ack_sent) * sk->mss_cache)
		return;
	ack_send(f, f->want - back / sk->mss_cache);
}

/*
 * tcp_set_congestion_control() under bpf_setsockopt(): one that begins may set another, whose
 * beginning may not (bpf_chg_cc_inprogress).
 */
int tcp_set_congestion(struct tcp_sim *sim, struct tcp_sock *sk, const char *name)
{
	struct endpoint *e = endpoint_of(sk);
	const struct tcp_cong *cong = cong_find(sim->world, name);

	if (sk->bpf_chg_cc_inprogress)
		return -EBUSY;
	if (!cong)
		return -ENOENT;
	if (cong == e->cong)
		return 0;
	sk->bpf_chg_cc_inprogress = 1;
	cong_release(e);
	e->cong = cong;
	memset(tcp_ca(sk), 0, TCP_CA_PRIV_SIZE);
	if (cong_flags(cong) & TCP_CONG_NEEDS_ECN && e->flow->def->ecn)
		sk->ecn_flags |= TCP_ECN_OK;
	cong_init(e);
	sk->bpf_chg_cc_inprogress = 0;
	return 0;
}

const char *tcp_congestion(const struct tcp_sock *sk)
{
	return container_of(sk, struct endpoint, sk)->cong->name;
}
