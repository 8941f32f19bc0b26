#include "core/run/trial.h"

#include <errno.h>
#include <string.h>

#include "core/obj/prog_type.h"

enum {
	SKB_DATA_MAX = 4096 - 64 - 320,	      /* a page less head and tail room */
	XDP_ROOM = PACKET_PAGE - PACKET_TAIL, /* of a frame, metadata and headroom with it */
	XDP_FRAGS = 17,			      /* MAX_SKB_FRAGS */
	SKB_PAD = 64, /* NET_SKB_PAD: where data begins in its page */
	LOOPBACK = 1,			      /* its ifindex */
};

static int refuse(struct trial *t, int err, const char *why)
{
	t->why = why;
	return err;
}

/* Fields that may be given; all others are zero. */
static const struct ctx_field *field_at(const struct ctx_type *type, size_t off)
{
	for (uint32_t i = 0; i < type->nfields; i++)
		if (off >= type->fields[i].off && off < type->fields[i].off + type->fields[i].size)
			return &type->fields[i];
	return NULL;
}

static bool is_named(const struct ctx_field *f, const char *const *names)
{
	for (; f && *names; names++)
		if (strcmp(f->name, *names) == 0)
			return true;
	return false;
}

static bool only_set(const struct trial *t, const char *const *names)
{
	for (size_t i = 0; i < t->ctx.size; i++)
		if (t->ctx.data[i] && !is_named(field_at(t->type->ctx, i), names))
			return false;
	return true;
}

static void enter(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	pkt->trial = true;
	pkt->ifindex = LOOPBACK;
	pkt->rx_queue = 0;
	pkt->tstamp = 0;
	t->type->enter(t->type, ctx, pkt);
}

/* ---- XDP: the context gives the metadata's length and where the linear part ends ---- */

static int xdp_admit(struct trial *t, struct xdp_md *md, struct packet_layout *l)
{
	uint32_t size = (uint32_t)t->data.size;

	if (md->data_meta)
		return refuse(t, -EINVAL, "data_meta is where the data given begins: 0");
	if (md->data_end > size || md->data > md->data_end)
		return refuse(t, -EINVAL, "data and data_end are in order, in the data given");
	if (md->data % 4 || md->data > XDP_META_MAX)
		return refuse(t, -EINVAL, "metadata are words, at most 255 bytes");
	if (md->egress_ifindex)
		return refuse(t, -EINVAL, "egress_ifindex cannot be given");
	if (!md->ingress_ifindex && md->rx_queue_index)
		return refuse(t, -EINVAL, "a queue has a device: ingress_ifindex");
	if (md->ingress_ifindex && md->ingress_ifindex != LOOPBACK)
		return refuse(t, -ENODEV, "the only device is the loopback's, 1");
	if (md->ingress_ifindex && md->rx_queue_index)
		return refuse(t, -EINVAL, "the loopback device has one queue, 0");
	l->meta = md->data;
	l->linear = md->data_end - md->data;
	return 0;
}

static int xdp_begin(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	uint32_t size = (uint32_t)t->data.size, max;
	struct packet_layout l = {.linear = size, .has_linear = true};
	struct xdp_md md = {0};
	int err = 0;

	if (t->attach_type == ATTACH_TYPE_XDP_DEVMAP || t->attach_type == ATTACH_TYPE_XDP_CPUMAP)
		return refuse(t, -EINVAL, "programs of devmaps and cpumaps cannot be run so");
	if (t->ctx.data) {
		memcpy(&md, t->ctx.data, min(t->ctx.size, sizeof(md)));
		err = xdp_admit(t, &md, &l);
	}
	if (err)
		return err;
	if (size < l.meta + ETH_LEN)
		return refuse(t, -EINVAL,
			      "a packet has at least the 14 bytes of an Ethernet header");
	/* Metadata takes of the headroom, and counts as linear. */
	max = XDP_ROOM - PACKET_HEADROOM;
	l.linear = min(l.linear, max);
	if (size - l.meta - l.linear > XDP_FRAGS * PACKET_PAGE)
		return refuse(t, -ENOMEM, "a packet has at most 17 pages behind its first");
	packet_set(pkt, t->data.data, size, &l);
	pkt->tail = pkt->meta - PACKET_HEADROOM + XDP_ROOM;
	enter(t, pkt, ctx);
	return 0;
}

static int xdp_end(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	struct xdp_md md = {0};

	if (t->ctx.data)
		memcpy(&md, t->ctx.data, min(t->ctx.size, sizeof(md)));
	md.data = pkt->data - pkt->meta;
	md.data_end = pkt->end - pkt->meta;
	ctx->xdp = md;
	t->ctx_out = (struct bytes){ctx->bytes, sizeof(md)};
	packet_pull(pkt, packet_len(pkt));
	t->data_out = (struct bytes){pkt->buf + pkt->meta, pkt->end - pkt->meta};
	return 0;
}

/* ---- socket buffers ---- */

static const char *const skb_fields[] = {
	"mark",	    "priority", "ingress_ifindex", "ifindex",  "cb", "tstamp",
	"wire_len", "gso_segs", "gso_size",	   "hwtstamp", NULL};

/* What convert___skb_to_skb() refuses. */
static int skb_admit(struct trial *t, const struct sk_buff *skb, uint32_t len)
{
	enum { GSO_BYTES = 65536, GSO_SEGS = 65535 };

	if (!only_set(t, skb_fields))
		return refuse(
			t, -EINVAL,
			"only mark, priority, ingress_ifindex, ifindex, cb, tstamp, wire_len, "
			"gso_segs, gso_size and hwtstamp can be given");
	if (skb->ifindex > LOOPBACK)
		return refuse(t, -ENODEV, "the only device is the loopback's, 1");
	if (skb->wire_len && (skb->wire_len < len || skb->wire_len > GSO_BYTES))
		return refuse(t, -EINVAL, "wire_len is from the packet's length to 65536");
	return skb->gso_segs > GSO_SEGS ? refuse(t, -EINVAL, "gso_segs is at most 65535") : 0;
}

static void skb_set(struct sk_buff *to, const struct sk_buff *from)
{
	to->mark = from->mark;
	to->priority = from->priority;
	to->ingress_ifindex = from->ingress_ifindex;
	to->ifindex = from->ifindex ? from->ifindex : to->ifindex;
	memcpy(to->cb, from->cb, sizeof(to->cb));
	to->tstamp = from->tstamp;
	to->wire_len = from->wire_len ? from->wire_len : to->wire_len;
	to->gso_segs = from->gso_segs;
	to->gso_size = from->gso_size;
	to->hwtstamp = from->hwtstamp;
}

/* What convert_skb_to___skb() gives back of it; of what was given the rest stays. */
static void skb_get(struct sk_buff *to, const struct sk_buff *from)
{
	to->mark = from->mark;
	to->priority = from->priority;
	to->ingress_ifindex = from->ingress_ifindex;
	to->ifindex = from->ifindex;
	memcpy(to->cb, from->cb, sizeof(to->cb));
	to->tstamp = from->tstamp;
	to->wire_len = from->wire_len;
	to->gso_segs = from->gso_segs;
	to->hwtstamp = from->hwtstamp;
}

/* A network header that the Ethernet header promises is there. */
static bool has_header(struct bytes data)
{
	uint32_t proto = (uint32_t)(data.data[12] << 8 | data.data[13]);
	uint32_t need = proto == 0x0800 ? 20 : proto == 0x86dd ? 40 : 0;

	return data.size >= ETH_LEN + need;
}

static bool is_l2(const struct trial *t)
{
	return t->type->prog_type == PROG_TYPE_SCHED_CLS ||
	       t->type->prog_type == PROG_TYPE_SCHED_ACT;
}

/* The loopback device's address is all zeroes, its broadcast address too. */
static uint32_t pkt_type_of(const uint8_t *dest)
{
	enum { HOST = 0, MULTICAST = 2, OTHERHOST = 3 };
	static const uint8_t own[6];

	if (dest[0] & 1)
		return MULTICAST;
	return memcmp(dest, own, sizeof(own)) == 0 ? HOST : OTHERHOST;
}

/* Types that are not of layer 2 begin behind the Ethernet header, which comes back zeroed. */
static int skb_begin(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	const struct packet_layout l = {.place = SKB_PAD};
	uint32_t size = (uint32_t)t->data.size;
	struct sk_buff skb = {0};
	int err;

	if (size < ETH_LEN || size > SKB_DATA_MAX)
		return refuse(t, -EINVAL, "a packet has from 14 to 3712 bytes");
	if (!has_header(t->data))
		return refuse(t, -EINVAL, "the Ethernet type promises a header that is not there");
	if (t->ctx.data) {
		memcpy(&skb, t->ctx.data, min(t->ctx.size, sizeof(skb)));
		err = skb_admit(t, &skb, size - (is_l2(t) ? 0 : ETH_LEN));
		if (err)
			return err;
	}
	packet_set(pkt, t->data.data, size, &l);
	if (!is_l2(t))
		pkt->meta = pkt->data = pkt->net;
	enter(t, pkt, ctx);
	ctx->skb.ingress_ifindex = 0;
	ctx->skb.pkt_type = pkt_type_of(t->data.data);
	ctx->skb.wire_len = t->ctx.data ? packet_len(pkt) : 0;
	if (t->ctx.data)
		skb_set(&ctx->skb, &skb);
	return 0;
}

static int skb_end(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	struct sk_buff skb = {0};

	if (t->ctx.data)
		memcpy(&skb, t->ctx.data, min(t->ctx.size, sizeof(skb)));
	skb_get(&skb, &ctx->skb);
	packet_pull(pkt, packet_len(pkt));
	if (!is_l2(t)) {
		if (pkt->data < ETH_LEN)
			packet_make_headroom(pkt, ETH_LEN);
		pkt->data -= ETH_LEN;
		memset(pkt->buf + pkt->data, 0, ETH_LEN);
	}
	ctx->skb = skb;
	t->ctx_out = (struct bytes){ctx->bytes, sizeof(skb)};
	t->data_out = (struct bytes){pkt->buf + pkt->data, pkt->end - pkt->data};
	return 0;
}

/* ---- flow dissectors: keys come back as data ---- */

static int flow_begin(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	static const char *const fields[] = {"flags", NULL};
	uint16_t off = ETH_LEN;
	uint64_t keys = (uintptr_t)t->keys;

	for (size_t i = 0; i < t->ctx.size; i++)
		if (t->ctx.data[i] && !is_named(field_at(&ctx_bpf_flow_keys, i), fields))
			return refuse(t, -EINVAL, "of the keys only flags can be given");
	if (t->data.size < ETH_LEN)
		return refuse(t, -EINVAL,
			      "a packet has at least the 14 bytes of an Ethernet header");
	if (t->data.size > PACKET_PAGE - PACKET_TAIL)
		return refuse(t, -EINVAL, "a packet has at most 3776 bytes");
	packet_set(pkt, t->data.data, (uint32_t)t->data.size, NULL);
	enter(t, pkt, ctx);
	memset(t->keys, 0, sizeof(t->keys));
	memcpy((uint8_t *)t->keys + 0, &off, 2);
	memcpy((uint8_t *)t->keys + 2, &off, 2);
	memcpy((uint8_t *)t->keys + 10, t->data.data + 12, 2);
	if (t->ctx.size >= 52)
		memcpy((uint8_t *)t->keys + 48, t->ctx.data + 48, 4);
	memcpy(ctx->bytes + offsetof(struct sk_buff, flow_keys), &keys, sizeof(keys));
	return 0;
}

static int flow_end(struct trial *t, struct packet *pkt, union packet_ctx *ctx __unused)
{
	uint16_t offs[2];

	memcpy(offs, t->keys, sizeof(offs));
	offs[0] = max(min(offs[0], (uint16_t)packet_len(pkt)), (uint16_t)ETH_LEN);
	offs[1] = max(min(offs[1], (uint16_t)packet_len(pkt)), offs[0]);
	memcpy(t->keys, offs, sizeof(offs));
	t->data_out = (struct bytes){(uint8_t *)t->keys, sizeof(t->keys)};
	t->ctx_out = t->ctx;
	return 0;
}

/* ---- socket lookups: the context is all there is ---- */

static int lookup_begin(struct trial *t, struct packet *pkt __unused, union packet_ctx *ctx)
{
	static const char *const fields[] = {"family",	   "protocol",	  "remote_ip4",
					     "remote_ip6", "remote_port", "local_ip4",
					     "local_ip6",  "local_port",  NULL};
	uint32_t family, port;

	if (t->data.size)
		return refuse(t, -EINVAL, "socket lookups have no data");
	if (!t->ctx.data)
		return refuse(t, -EINVAL, "socket lookups need a context");
	if (!only_set(t, fields))
		return refuse(t, -EINVAL, "sk and ingress_ifindex cannot be given");
	memset(ctx->bytes, 0, t->type->ctx->size);
	memcpy(ctx->bytes, t->ctx.data, min(t->ctx.size, (size_t)t->type->ctx->size));
	memcpy(&family, ctx->bytes + 8, 4);
	memcpy(&port, ctx->bytes + 60, 4);
	if (port > UINT16_MAX)
		return refuse(t, -ERANGE, "local_port has 16 bits");
	if ((uint16_t)family != 2 && (uint16_t)family != 10)
		return refuse(t, -EAFNOSUPPORT, "family is AF_INET (2) or AF_INET6 (10)");
	return 0;
}

static int lookup_end(struct trial *t, struct packet *pkt __unused, union packet_ctx *ctx)
{
	/* The first word is what was chosen, which a program of no sockets does not. */
	memset(ctx->bytes, 0, sizeof(uint64_t));
	t->ctx_out = (struct bytes){ctx->bytes, t->type->ctx->size};
	return 0;
}

static const struct {
	uint32_t prog_type;
	int (*begin)(struct trial *t, struct packet *pkt, union packet_ctx *ctx);
	int (*end)(struct trial *t, struct packet *pkt, union packet_ctx *ctx);
} rows[] = {
	{PROG_TYPE_XDP, xdp_begin, xdp_end},
	{PROG_TYPE_SOCKET_FILTER, skb_begin, skb_end},
	{PROG_TYPE_SCHED_CLS, skb_begin, skb_end},
	{PROG_TYPE_SCHED_ACT, skb_begin, skb_end},
	{PROG_TYPE_CGROUP_SKB, skb_begin, skb_end},
	{PROG_TYPE_LWT_IN, skb_begin, skb_end},
	{PROG_TYPE_LWT_OUT, skb_begin, skb_end},
	{PROG_TYPE_LWT_XMIT, skb_begin, skb_end},
	{PROG_TYPE_FLOW_DISSECTOR, flow_begin, flow_end},
	{PROG_TYPE_SK_LOOKUP, lookup_begin, lookup_end},
};

static size_t row_of(uint32_t prog_type)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(rows) && rows[i].prog_type != prog_type)
		i++;
	return i;
}

bool trial_has(uint32_t prog_type)
{
	return row_of(prog_type) < ARRAY_SIZE(rows);
}

const struct ctx_type *trial_ctx(const struct packet_type *type)
{
	return type->prog_type == PROG_TYPE_FLOW_DISSECTOR ? &ctx_bpf_flow_keys : type->ctx;
}

int trial_begin(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	return rows[row_of(t->type->prog_type)].begin(t, pkt, ctx);
}

int trial_end(struct trial *t, struct packet *pkt, union packet_ctx *ctx)
{
	return rows[row_of(t->type->prog_type)].end(t, pkt, ctx);
}
