/* Socket buffers beyond their bytes: room, VLAN tags, hash and type, as net/core/filter.c has them.
 */
#include <errno.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/obj/prog_type.h"
#include "core/run/ctx_packet.h"
#include "core/run/mem.h"
#include "core/run/run.h"

enum {
	ETH_TYPE = 12, /* offset */
	VLAN_LEN = 4,
	TYPE_IPV4 = 0x0800,
	TYPE_IPV6 = 0x86dd,
	TYPE_VLAN = 0x8100,
	TYPE_QINQ = 0x88a8,
	TYPE_LEAST = 0x0600, /* below are lengths */
	TYPE_802_2 = 0x0004,
	NOBODY = 65534, /* overflowuid */
};

/* The program's __sk_buff, or NULL with the fault recorded. */
static struct sk_buff *skb_of(struct run_ctx *rc, uint64_t ctx)
{
	if (!arg_ctx(rc, ctx))
		return NULL;
	if (!rc->pkt || rc->prog->type == PROG_TYPE_XDP) {
		run_fault(rc, FAULT_CALL, "the program has no socket buffer");
		return NULL;
	}
	return &((union packet_ctx *)rc->ctx)->skb;
}

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* Between the two byte orders of 16 bits */
static uint16_t swap16(uint32_t v)
{
	return (uint16_t)((v & 0xff) << 8 | (v >> 8 & 0xff));
}

/* Makes n bytes of zeroes at off, before off everything moves to the front; false without room. */
static bool open_gap(struct run_ctx *rc, uint32_t off, uint32_t n)
{
	struct packet *pkt = rc->pkt;

	if (packet_len(pkt) < off)
		return false;
	if (pkt->data < n) {
		if (pkt->end + n > pkt->cap - PACKET_TAIL)
			return false;
		memmove(pkt->buf + pkt->data + n, pkt->buf + pkt->data, packet_len(pkt));
		pkt->data += n;
		pkt->end += n;
	}
	pkt->data -= n;
	pkt->meta = pkt->data;
	memmove(pkt->buf + pkt->data, pkt->buf + pkt->data + n, off);
	memset(pkt->buf + pkt->data + off, 0, n);
	packet_moved(rc);
	return true;
}

/* Takes n bytes at off out; they are there. */
static void close_gap(struct run_ctx *rc, uint32_t off, uint32_t n)
{
	struct packet *pkt = rc->pkt;

	memmove(pkt->buf + pkt->data + n, pkt->buf + pkt->data, off);
	pkt->data += n;
	pkt->meta = pkt->data;
	packet_moved(rc);
}

HELPER_FN(skb_change_head, ctx, room, flags)
{
	struct sk_buff *skb = skb_of(rc, ctx);

	if (!skb)
		return 0;
	if (flags || (uint32_t)room > UINT16_MAX - min(skb->len, (uint32_t)UINT16_MAX))
		return -EINVAL;
	return open_gap(rc, 0, (uint32_t)room) ? 0 : (uint64_t)-ENOMEM;
}

static void set_tag(struct sk_buff *skb, uint16_t proto, uint16_t tci)
{
	skb->vlan_proto = swap16(proto);
	skb->vlan_tci = tci;
	skb->vlan_present = 1;
}

static bool is_vlan(uint16_t proto)
{
	return proto == TYPE_VLAN || proto == TYPE_QINQ;
}

/* The last tag lies beside the packet, as network cards take and give it; others in it. */
HELPER_FN(skb_vlan_push, ctx, proto, tci)
{
	struct sk_buff *skb = skb_of(rc, ctx);
	uint16_t type = swap16((uint32_t)proto);
	uint8_t *p;

	if (!skb)
		return 0;
	if (skb->vlan_present) {
		if (!open_gap(rc, ETH_TYPE, VLAN_LEN))
			return -ENOMEM;
		p = rc->pkt->buf + rc->pkt->data + ETH_TYPE;
		put16(p, swap16(skb->vlan_proto));
		put16(p + 2, (uint16_t)skb->vlan_tci);
		skb->protocol = skb->vlan_proto;
	}
	set_tag(skb, is_vlan(type) ? type : TYPE_VLAN, (uint16_t)tci);
	return 0;
}

/* Takes the first tag out of the packet's bytes. */
static int pop_tag(struct run_ctx *rc, struct sk_buff *skb, uint16_t *tci)
{
	uint8_t *p = rc->pkt->buf + rc->pkt->data + ETH_TYPE;
	uint16_t type;

	if (packet_len(rc->pkt) < ETH_LEN + VLAN_LEN)
		return -ENOMEM;
	*tci = get16(p + 2);
	type = get16(p + VLAN_LEN);
	skb->protocol = swap16(type >= TYPE_LEAST ? type : TYPE_802_2);
	close_gap(rc, ETH_TYPE, VLAN_LEN);
	return 0;
}

HELPER_FN(skb_vlan_pop, ctx)
{
	struct sk_buff *skb = skb_of(rc, ctx);
	uint16_t proto, tci;
	int err;

	if (!skb)
		return 0;
	if (skb->vlan_present) {
		skb->vlan_present = skb->vlan_tci = skb->vlan_proto = 0;
	} else {
		if (!is_vlan(swap16(skb->protocol)))
			return 0;
		err = pop_tag(rc, skb, &tci);
		if (err)
			return err;
	}
	proto = swap16(skb->protocol);
	if (!is_vlan(proto))
		return 0;
	err = pop_tag(rc, skb, &tci);
	if (!err)
		set_tag(skb, proto, tci);
	return err;
}

/* Room after the link header or after the network header; tunnels' flags are not known here. */
HELPER_FN(skb_adjust_room, ctx, len_diff, mode, flags)
{
	enum { MODE_NET, MODE_MAC, FIXED_GSO = 1 << 0, NO_CSUM_RESET = 1 << 5, LEN_MAX = 0xfff };
	struct sk_buff *skb = skb_of(rc, ctx);
	int32_t diff = (int32_t)len_diff;
	uint32_t n = diff < 0 ? 0 - (uint32_t)diff : (uint32_t)diff, net, base, off;

	if (!skb)
		return 0;
	if (flags & ~(uint64_t)(FIXED_GSO | NO_CSUM_RESET)) {
		run_fault(rc, FAULT_CALL,
			  "flags %#llx of bpf_skb_adjust_room are not available here",
			  (unsigned long long)flags);
		return 0;
	}
	if (n > LEN_MAX)
		return -EFAULT;
	if (swap16(skb->protocol) == TYPE_IPV4)
		base = 20;
	else if (swap16(skb->protocol) == TYPE_IPV6)
		base = 40;
	else
		return -ENOTSUPP;
	if ((uint32_t)mode > MODE_MAC)
		return -ENOTSUPP;
	off = ETH_LEN + ((uint32_t)mode == MODE_NET ? base : 0);
	net = skb->len - min(skb->len, (uint32_t)ETH_LEN);
	if (diff < 0 ? n >= net || net - n < base : skb->len + n > UINT16_MAX)
		return -ENOTSUPP;
	if (diff > 0)
		return open_gap(rc, off, n) ? 0 : (uint64_t)-ENOMEM;
	if (off + n > skb->len)
		return -ENOMEM;
	close_gap(rc, off, n);
	return 0;
}

HELPER_FN(skb_change_type, ctx, type)
{
	enum { OTHERHOST = 3 };
	struct sk_buff *skb = skb_of(rc, ctx);

	if (!skb)
		return 0;
	if (skb->pkt_type > OTHERHOST || (uint32_t)type > OTHERHOST)
		return -EINVAL;
	skb->pkt_type = (uint32_t)type;
	return 0;
}

/* What tells flows apart: addresses, and the ports where they lie behind a plain header. */
static uint32_t flow_hash(const struct packet *pkt)
{
	const uint8_t *p = pkt->buf + pkt->data;
	uint32_t len = packet_len(pkt), from, to;

	if (len >= ETH_LEN + 20 && get16(p + ETH_TYPE) == TYPE_IPV4) {
		from = ETH_LEN + 12;
		to = p[ETH_LEN] == 0x45 ? from + 12 : from + 8;
	} else if (len >= ETH_LEN + 40 && get16(p + ETH_TYPE) == TYPE_IPV6) {
		from = ETH_LEN + 8;
		to = from + 36;
	} else {
		from = 0;
		to = ETH_LEN;
	}
	to = min(to, len);
	return (uint32_t)hash_mem(p + from, to - from);
}

/* Equal for the packets of a flow in one direction, and the same in every run. */
HELPER_FN(get_hash_recalc, ctx)
{
	struct sk_buff *skb = skb_of(rc, ctx);

	if (!skb)
		return 0;
	if (!skb->hash)
		skb->hash = flow_hash(rc->pkt) | !flow_hash(rc->pkt);
	return skb->hash;
}

HELPER_FN(set_hash, ctx, hash)
{
	struct sk_buff *skb = skb_of(rc, ctx);

	if (skb)
		skb->hash = (uint32_t)hash;
	return 0;
}

HELPER_FN(set_hash_invalid, ctx)
{
	struct sk_buff *skb = skb_of(rc, ctx);

	if (skb)
		skb->hash = 0;
	return 0;
}

/* Checksums are left to the program: the packet carries no sum beside it. */
HELPER_FN(csum_update, ctx)
{
	return skb_of(rc, ctx) ? (uint64_t)-ENOTSUPP : 0;
}

/* A packet of a capture belongs to no socket, no class and no realm. */
HELPER_FN(get_socket_cookie, ctx)
{
	arg_ctx(rc, ctx);
	return 0;
}

HELPER_FN(get_socket_uid, ctx)
{
	return skb_of(rc, ctx) ? NOBODY : 0;
}

HELPER_FN(get_cgroup_classid, ctx)
{
	skb_of(rc, ctx);
	return 0;
}

HELPER_FN(get_route_realm, ctx)
{
	skb_of(rc, ctx);
	return 0;
}
