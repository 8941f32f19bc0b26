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

/* Zeroes at off, before which everything moves to the front; the link header moves with it. */
static bool open_gap(struct run_ctx *rc, uint32_t off, uint32_t n)
{
	struct packet *pkt = rc->pkt;

	if (packet_len(pkt) < off)
		return false;
	packet_pull(pkt, off);
	if (pkt->data < n && !packet_make_headroom(pkt, n))
		return false;
	pkt->data -= n;
	pkt->meta = pkt->data;
	memmove(pkt->buf + pkt->data, pkt->buf + pkt->data + n, off);
	memset(pkt->buf + pkt->data + off, 0, n);
	return true;
}

/* Takes n bytes at off out; they are there. */
static void close_gap(struct run_ctx *rc, uint32_t off, uint32_t n)
{
	struct packet *pkt = rc->pkt;

	packet_pull(pkt, off + n);
	memmove(pkt->buf + pkt->data + n, pkt->buf + pkt->data, off);
	pkt->data += n;
	pkt->meta = pkt->data;
}

/* What comes in front is a new link header. */
HELPER_FN(skb_change_head, ctx, room, flags)
{
	struct sk_buff *skb = skb_of(rc, ctx);
	uint32_t n = (uint32_t)room;

	if (!skb)
		return 0;
	if (flags || (!skb->gso_size && (uint64_t)skb->len + n > SKB_LEN_MAX) || skb->len + n < n)
		return -EINVAL;
	if (!open_gap(rc, 0, n))
		return -ENOMEM;
	rc->pkt->mac = rc->pkt->data;
	packet_moved(rc);
	return 0;
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
		rc->pkt->mac = rc->pkt->data;
		rc->pkt->net = rc->pkt->mac + ETH_LEN;
		packet_moved(rc);
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
	packet_pull(rc->pkt, ETH_LEN + VLAN_LEN);
	*tci = get16(p + 2);
	type = get16(p + VLAN_LEN);
	skb->protocol = swap16(type >= TYPE_LEAST ? type : TYPE_802_2);
	close_gap(rc, ETH_TYPE, VLAN_LEN);
	rc->pkt->mac = rc->pkt->data;
	rc->pkt->net = rc->pkt->mac + ETH_LEN;
	packet_moved(rc);
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

/* BPF_F_ADJ_ROOM_*: what lies in the room, for who segments packets later. */
enum room_flag {
	FIXED_GSO = 1 << 0,
	ENCAP_IPV4 = 1 << 1,
	ENCAP_IPV6 = 1 << 2,
	ENCAP_GRE = 1 << 3,
	ENCAP_UDP = 1 << 4,
	NO_CSUM_RESET = 1 << 5,
	ENCAP_ETH = 1 << 6,
	DECAP_IPV4 = 1 << 7,
	DECAP_IPV6 = 1 << 8,
	ENCAP = ENCAP_IPV4 | ENCAP_IPV6,
	DECAP = DECAP_IPV4 | DECAP_IPV6,
};
#define ENCAP_L2_SHIFT 56
#define ROOM_FLAGS     (0x1ffull | 0xffull << ENCAP_L2_SHIFT)

static void set_protocol(struct sk_buff *skb, uint64_t flags, uint64_t ipv4, uint64_t ipv6)
{
	if (flags & ipv6 && swap16(skb->protocol) == TYPE_IPV4)
		skb->protocol = swap16(TYPE_IPV6);
	else if (flags & ipv4 && swap16(skb->protocol) == TYPE_IPV6)
		skb->protocol = swap16(TYPE_IPV4);
}

/* What bpf_skb_net_grow() refuses of an encapsulation. */
static int check_encap(const struct packet *pkt, uint32_t n, uint64_t flags)
{
	uint8_t inner = (uint8_t)(flags >> ENCAP_L2_SHIFT);

	if ((flags & ENCAP) == ENCAP || (flags & ENCAP_GRE && flags & ENCAP_UDP))
		return -EINVAL;
	if (flags & ENCAP_ETH && inner < ETH_LEN)
		return -EINVAL;
	if (pkt->encapsulated)
		return -EALREADY;
	return inner > n ? -EINVAL : 0;
}

static int grow_room(struct run_ctx *rc, struct sk_buff *skb, uint32_t off, uint32_t n,
		     uint64_t flags)
{
	struct packet *pkt = rc->pkt;
	uint32_t link = pkt->net - pkt->mac;
	int err = flags & ENCAP ? check_encap(pkt, n, flags) : 0;

	if (err)
		return err;
	if (!open_gap(rc, off, n))
		return -ENOMEM;
	pkt->mac -= n;
	pkt->net = pkt->mac + link;
	if (flags & ENCAP) {
		pkt->encapsulated = true;
		set_protocol(skb, flags, ENCAP_IPV4, ENCAP_IPV6);
	}
	return 0;
}

static int shrink_room(struct run_ctx *rc, struct sk_buff *skb, uint32_t off, uint32_t n,
		       uint64_t flags)
{
	if (flags & ~(uint64_t)(FIXED_GSO | DECAP | NO_CSUM_RESET))
		return -EINVAL;
	if (off + n > packet_len(rc->pkt))
		return -ENOMEM;
	close_gap(rc, off, n);
	rc->pkt->mac += n;
	rc->pkt->net += n;
	set_protocol(skb, flags, DECAP_IPV4, DECAP_IPV6);
	return 0;
}

static uint32_t base_len(const struct sk_buff *skb)
{
	uint16_t type = swap16(skb->protocol);

	return type == TYPE_IPV4 ? 20 : type == TYPE_IPV6 ? 40 : 0;
}

/* How much of the network header must stay; 0: the flags do not go together. */
static uint32_t least_len(const struct sk_buff *skb, bool shrink, uint64_t flags)
{
	if (!(flags & DECAP))
		return base_len(skb);
	if (!shrink || (flags & DECAP) == DECAP)
		return 0;
	return flags & DECAP_IPV4 ? 20 : 40;
}

/* Room after the link header or after the network header (bpf_skb_adjust_room()). */
HELPER_FN(skb_adjust_room, ctx, len_diff, mode, flags)
{
	enum { MODE_NET, MODE_MAC, DIFF_MAX = 0xfff };
	struct sk_buff *skb = skb_of(rc, ctx);
	int32_t diff = (int32_t)len_diff;
	uint32_t n = diff < 0 ? 0 - (uint32_t)diff : (uint32_t)diff, net, off, least;
	int err;

	if (!skb)
		return 0;
	if (flags & ~ROOM_FLAGS)
		return -EINVAL;
	if (n > DIFF_MAX)
		return -EFAULT;
	if (!base_len(skb) || (uint32_t)mode > MODE_MAC)
		return -ENOTSUPP;
	off = rc->pkt->net - rc->pkt->mac + ((uint32_t)mode == MODE_NET ? base_len(skb) : 0);
	least = least_len(skb, diff < 0, flags);
	if (!least)
		return -EINVAL;
	net = skb->len - (rc->pkt->net - rc->pkt->data);
	if (diff < 0 ? n >= net || net - n < least
		     : (uint64_t)skb->len + n > SKB_LEN_MAX && !skb->gso_size)
		return -ENOTSUPP;
	err = diff < 0 ? shrink_room(rc, skb, off, n, flags) : grow_room(rc, skb, off, n, flags);
	if (!err && !(flags & NO_CSUM_RESET))
		rc->pkt->csum_known = 0;
	packet_moved(rc);
	return err;
}

/* The difference between the two IP headers' lengths comes or goes; the program fills it. */
HELPER_FN(skb_change_proto, ctx, proto, flags)
{
	enum { DIFFERENCE = 20 };
	struct sk_buff *skb = skb_of(rc, ctx);
	uint16_t from, to = swap16((uint32_t)proto);
	uint32_t off;
	int err;

	if (!skb)
		return 0;
	if (flags)
		return -EINVAL;
	from = swap16(skb->protocol);
	off = rc->pkt->net - rc->pkt->mac;
	if (from == TYPE_IPV4 && to == TYPE_IPV6)
		err = grow_room(rc, skb, off, DIFFERENCE, 0);
	else if (from == TYPE_IPV6 && to == TYPE_IPV4)
		err = shrink_room(rc, skb, off, DIFFERENCE, 0);
	else
		return -ENOTSUPP;
	if (!err) {
		skb->protocol = swap16(to);
		skb->hash = 0;
	}
	packet_moved(rc);
	return err;
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
	uint32_t len = packet_linear(pkt), from, to;

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

/* Whose checksums somebody has looked at: nobody, at first. */
HELPER_FN(csum_level, ctx, what)
{
	enum { QUERY, INC, DEC, RESET, MAX = 4 };
	struct sk_buff *skb = skb_of(rc, ctx);
	uint8_t *known;

	if (!skb)
		return 0;
	known = &rc->pkt->csum_known;
	switch (what) {
	case QUERY:
		return *known ? (uint64_t)(*known - 1) : (uint64_t)-EACCES;
	case INC:
		*known = min(*known + 1, MAX);
		return 0;
	case DEC:
		*known = max(*known - 1, 0);
		return 0;
	case RESET:
		*known = 0;
		return 0;
	default:
		return -EINVAL;
	}
}

HELPER_FN(skb_set_tstamp, ctx, tstamp, type)
{
	enum { REALTIME, MONOTONIC, TAI };
	struct sk_buff *skb = skb_of(rc, ctx);

	if (!skb)
		return 0;
	if (!base_len(skb))
		return -EOPNOTSUPP;
	if ((uint32_t)type > TAI || ((uint32_t)type != REALTIME && !tstamp))
		return -EINVAL;
	skb->tstamp = tstamp;
	skb->tstamp_type = (uint8_t)type;
	return 0;
}

/* A packet of a capture belongs to no socket, no class and no realm; a test run's to root's. */
HELPER_FN(get_socket_uid, ctx)
{
	return skb_of(rc, ctx) && !rc->pkt->trial ? NOBODY : 0;
}

HELPER_FN(skb_cgroup_id, ctx)
{
	return skb_of(rc, ctx) && rc->pkt->trial;
}

/* Whose, a packet's or the task's, is the same. */
HELPER_FN(get_cgroup_classid)
{
	return 0;
}

HELPER_FN(get_route_realm, ctx)
{
	skb_of(rc, ctx);
	return 0;
}

/* No packet came through a tunnel of IPsec. */
HELPER_FN(skb_get_xfrm_state, ctx, index, state, size, flags)
{
	void *out = skb_of(rc, ctx) ? arg_mem_out(rc, state, (uint32_t)size) : NULL;

	if (out)
		memset(out, 0, (uint32_t)size);
	return -EINVAL;
}
