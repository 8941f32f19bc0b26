/* Look-ups in the network that was described (network.h): routes, sockets. Without one it is empty.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"
#include "core/run/runtime.h"
#include "core/run/network.h"

/* struct bpf_fib_lookup */
struct fib_params {
	uint8_t family, l4_protocol;
	uint16_t sport, dport;
	uint16_t tot_len; /* and the MTU, when it is too much */
	uint32_t ifindex;
	uint32_t metric; /* and tos, flowinfo */
	uint8_t src[16], dst[16];
	uint32_t vlan;
	uint8_t smac[6], dmac[6];
};
_Static_assert(sizeof(struct fib_params) == 64, "as the uapi has it");

enum fib_ret {
	FIB_SUCCESS = 0,
	FIB_NOT_FWDED = 4,
	FIB_FWD_DISABLED = 5,
	FIB_NO_NEIGH = 7,
	FIB_FRAG_NEEDED = 8
};
enum fib_flag { FIB_SKIP_NEIGH = 4, FIB_ALL = 0x3f };

static const struct network *network_of(struct run_ctx *rc)
{
	static const struct network empty;

	return rc->rt->network ? rc->rt->network : &empty;
}

static int look_up(const struct network *w, struct fib_params *p, uint32_t flags)
{
	const struct network_route *route = network_route(w, p->family, p->dst);

	if (!route)
		return FIB_NOT_FWDED;
	if (route->mtu && p->tot_len > route->mtu) {
		p->tot_len = (uint16_t)route->mtu;
		return FIB_FRAG_NEEDED;
	}
	p->ifindex = route->ifindex;
	p->metric = 0;
	if (route->has_via)
		memcpy(p->dst, route->via, p->family == AF_INET ? 4 : 16);
	if (flags & FIB_SKIP_NEIGH)
		return FIB_SUCCESS;
	if (!route->has_dmac)
		return FIB_NO_NEIGH;
	p->vlan = 0;
	memcpy(p->smac, route->smac, sizeof(p->smac));
	memcpy(p->dmac, route->dmac, sizeof(p->dmac));
	return FIB_SUCCESS;
}

HELPER_FN(fib_lookup, ctx, params, size, flags)
{
	struct fib_params p;
	void *at;
	int ret;

	if (!arg_ctx(rc, ctx))
		return 0;
	at = arg_mem_out(rc, params, (uint32_t)size);
	if (!at)
		return 0;
	if ((int32_t)size < (int32_t)sizeof(p) || (uint32_t)flags & ~(uint32_t)FIB_ALL)
		return -EINVAL;
	memcpy(&p, at, sizeof(p));
	if (p.family != AF_INET && p.family != AF_INET6)
		return -EAFNOSUPPORT;
	/* A test run's one device, the loopback's, forwards nothing. */
	if (rc->pkt && rc->pkt->trial)
		return p.ifindex == 1 ? FIB_FWD_DISABLED : -ENODEV;
	ret = look_up(network_of(rc), &p, (uint32_t)flags);
	memcpy(at, &p, sizeof(p));
	return ret;
}

/* Is it too long for the device? *mtu_len is the length behind the link header, or 0. */
static uint64_t compare_mtu(struct run_ctx *rc, uint32_t ifindex, uint32_t *mtu_len,
			    int32_t len_diff)
{
	enum { SUCCESS, FRAG_NEEDED };
	uint32_t mtu = network_mtu(network_of(rc), ifindex ? ifindex : rc->pkt->ifindex);
	bool xdp = rc->prog->type == PROG_TYPE_XDP;
	int64_t len = xdp ? packet_linear(rc->pkt) : packet_len(rc->pkt);

	if (!mtu)
		return -ENODEV;
	if (*mtu_len)
		len = (int32_t)(*mtu_len + ETH_LEN);
	len = (int32_t)(len + len_diff);
	*mtu_len = mtu;
	if (len <= (int64_t)mtu + ETH_LEN)
		return SUCCESS;
	return !xdp && ((union packet_ctx *)rc->ctx)->skb.gso_size ? SUCCESS : FRAG_NEEDED;
}

HELPER_FN(check_mtu, ctx, ifindex, mtu_len, len_diff, flags)
{
	enum { CHK_SEGS = 1 };
	bool xdp = rc->prog->type == PROG_TYPE_XDP;
	uint32_t *len = arg_ctx(rc, ctx) ? arg_mem_out(rc, mtu_len, sizeof(*len)) : NULL;

	if (!len || !rc->pkt)
		return 0;
	if (flags & ~(uint64_t)(xdp ? 0 : CHK_SEGS) || (flags && ((int32_t)len_diff || *len)))
		return -EINVAL;
	return compare_mtu(rc, (uint32_t)ifindex, len, (int32_t)len_diff);
}

/* ---- sockets ---- */

static uint64_t find(struct run_ctx *rc, uint64_t ctx, uint64_t tuple, uint64_t size,
		     uint64_t flags, uint32_t protocol)
{
	const uint8_t *p = arg_ctx(rc, ctx) ? arg_mem(rc, tuple, (uint32_t)size) : NULL;
	struct network_tuple t;

	if (!p || flags || !network_read_tuple(p, (uint32_t)size, &t))
		return 0;
	return (uintptr_t)network_sock(network_of(rc), protocol, &t);
}

enum { TCP = 6, UDP = 17, STATE_LISTEN = 10 };

HELPER_FN(sk_lookup_tcp, ctx, tuple, size, netns, flags)
{
	return find(rc, ctx, tuple, size, flags, TCP);
}

HELPER_FN(skc_lookup_tcp, ctx, tuple, size, netns, flags)
{
	return find(rc, ctx, tuple, size, flags, TCP);
}

HELPER_FN(sk_lookup_udp, ctx, tuple, size, netns, flags)
{
	return find(rc, ctx, tuple, size, flags, UDP);
}

HELPER_FN(sk_release, sk)
{
	return 0;
}

/* All of them are whole. */
HELPER_FN(sk_fullsock, sk)
{
	return sk;
}

HELPER_FN(get_listener_sock, sk)
{
	const struct network_sock *s = arg_mem(rc, sk, sizeof(*s));

	return s && s->state == STATE_LISTEN ? sk : 0;
}
