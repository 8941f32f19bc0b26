/* Tunnels' keys beside a packet, and the congestion mark in its network header. */
#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"

enum { KEY_SIZE = 44, KEY_IPV4_SIZE = 8, KEY_IPV6 = 1, KEY_FLAGS = 1 << 4 };
_Static_assert(sizeof(struct tunnel_key) == KEY_SIZE, "struct bpf_tunnel_key of the uapi");

/* Sizes that the struct once had. */
static bool is_old_size(uint32_t size)
{
	return size == offsetof(struct tunnel_key, local) ||
	       size == offsetof(struct tunnel_key, label) ||
	       size == offsetof(struct tunnel_key, ext);
}

/* The key as the other side has it: addresses change places. */
static int get_key(const struct packet *pkt, struct tunnel_key *out, uint32_t size, uint64_t flags)
{
	bool ipv6 = flags & KEY_IPV6;
	size_t n = ipv6 ? sizeof(out->remote) : sizeof(out->remote[0]);

	if (!pkt->has_tunnel || flags & ~(uint64_t)(KEY_IPV6 | KEY_FLAGS))
		return -EINVAL;
	if (pkt->tunnel_ipv6 != ipv6)
		return -EPROTO;
	if (size != KEY_SIZE && !is_old_size(size) && (size != KEY_IPV4_SIZE || ipv6))
		return -EINVAL;
	*out = (struct tunnel_key){
		.id = pkt->tunnel.id,
		.tos = pkt->tunnel.tos,
		.ttl = pkt->tunnel.ttl,
		.label = ipv6 ? pkt->tunnel.label & 0xfffff : 0,
	};
	memcpy(out->remote, pkt->tunnel.local, n);
	memcpy(out->local, pkt->tunnel.remote, n);
	return 0;
}

static struct packet *packet_of(struct run_ctx *rc, uint64_t ctx)
{
	return arg_ctx(rc, ctx) ? rc->pkt : NULL;
}

HELPER_FN(skb_get_tunnel_key, ctx, to, size, flags)
{
	struct packet *pkt = packet_of(rc, ctx);
	void *out = pkt ? arg_mem_out(rc, to, (uint32_t)size) : NULL;
	struct tunnel_key key = {0};
	int err;

	if (!out)
		return 0;
	err = get_key(pkt, &key, (uint32_t)size, flags);
	memset(out, 0, (uint32_t)size);
	if (!err)
		memcpy(out, &key, min((uint32_t)size, (uint32_t)KEY_SIZE));
	return err;
}

HELPER_FN(skb_set_tunnel_key, ctx, from, size, flags)
{
	enum { ALL_FLAGS = 0x1f };
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, from, (uint32_t)size) : NULL;
	struct tunnel_key key = {0};
	uint32_t n = (uint32_t)size;

	if (!in)
		return 0;
	if (flags & ~(uint64_t)ALL_FLAGS ||
	    (n != KEY_SIZE && !is_old_size(n) && n != KEY_IPV4_SIZE))
		return -EINVAL;
	memcpy(&key, in, n);
	if ((!(flags & KEY_IPV6) && key.label) || key.ext)
		return -EINVAL;
	pkt->tunnel = key;
	pkt->has_tunnel = true;
	pkt->tunnel_opt_len = 0;
	pkt->tunnel_ipv6 = flags & KEY_IPV6;
	return 0;
}

/* How many bytes of options there are, all of which must fit. */
HELPER_FN(skb_get_tunnel_opt, ctx, to, size)
{
	struct packet *pkt = packet_of(rc, ctx);
	void *out = pkt ? arg_mem_out(rc, to, (uint32_t)size) : NULL;

	if (!out)
		return 0;
	memset(out, 0, (uint32_t)size);
	if (!pkt->has_tunnel || !pkt->tunnel_opt_len)
		return -ENOENT;
	if ((uint32_t)size < pkt->tunnel_opt_len)
		return -ENOMEM;
	memcpy(out, pkt->tunnel_opt, pkt->tunnel_opt_len);
	return pkt->tunnel_opt_len;
}

HELPER_FN(skb_set_tunnel_opt, ctx, from, size)
{
	struct packet *pkt = packet_of(rc, ctx);
	const void *in = pkt ? arg_mem(rc, from, (uint32_t)size) : NULL;

	if (!in)
		return 0;
	if (!pkt->has_tunnel || (uint32_t)size % 4)
		return -EINVAL;
	if ((uint32_t)size > sizeof(pkt->tunnel_opt))
		return -ENOMEM;
	memcpy(pkt->tunnel_opt, in, (uint32_t)size);
	pkt->tunnel_opt_len = (uint8_t)size;
	return 0;
}

/* The mark of IPv4 with the header's checksum made right (RFC 1624), eqn. 3. */
static int mark_ipv4(struct packet *pkt, int64_t net)
{
	enum { TOS = 1, CSUM = 10, ECN = 3 };
	uint8_t h[20];
	uint32_t sum, ecn;

	packet_get(pkt, net, h, sizeof(h));
	ecn = h[TOS] & ECN;
	if (!ecn || ecn == ECN)
		return ecn == ECN;
	sum = (uint32_t)(uint16_t) ~(h[CSUM] << 8 | h[CSUM + 1]) + (ECN - ecn);
	sum = ~((sum & 0xffff) + (sum >> 16));
	h[TOS] |= ECN;
	h[CSUM] = (uint8_t)(sum >> 8);
	h[CSUM + 1] = (uint8_t)sum;
	packet_put(pkt, net, h, sizeof(h));
	return 1;
}

static int mark_ipv6(struct packet *pkt, int64_t net)
{
	enum { ECN = 0x30 }; /* of the second byte */
	uint8_t h[2];

	packet_get(pkt, net, h, sizeof(h));
	if (!(h[1] & ECN))
		return 0;
	h[1] |= ECN;
	packet_put(pkt, net, h, sizeof(h));
	return 1;
}

/* 1 when the packet is marked now: it was, or it is of a flow that takes marks. */
HELPER_FN(skb_ecn_set_ce, ctx)
{
	enum { ETH_IP = 0x0008, ETH_IPV6 = 0xdd86 }; /* little-endian */
	struct packet *pkt = packet_of(rc, ctx);
	const struct sk_buff *skb = rc->ctx;
	int64_t net;

	if (!pkt)
		return 0;
	net = (int64_t)pkt->net - pkt->data;
	if (skb->protocol == ETH_IP && packet_has(pkt, net, 20))
		return mark_ipv4(pkt, net);
	if (skb->protocol == ETH_IPV6 && packet_has(pkt, net, 40))
		return mark_ipv6(pkt, net);
	return 0;
}
