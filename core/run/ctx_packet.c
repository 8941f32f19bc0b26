#include "core/run/ctx_packet.h"

#include <string.h>

#include "core/obj/prog_type.h"

/* The 32 bits that are an address: packets lie below 4 GiB. */
static uint32_t at(const struct packet *pkt, uint32_t off)
{
	return (uint32_t)((uintptr_t)pkt->buf + off);
}

static void xdp_moved(union packet_ctx *ctx, const struct packet *pkt)
{
	ctx->xdp.data = at(pkt, pkt->data);
	ctx->xdp.data_end = at(pkt, pkt->end);
	ctx->xdp.data_meta = at(pkt, pkt->meta);
}

static void xdp_enter(union packet_ctx *ctx, const struct packet *pkt)
{
	ctx->xdp =
		(struct xdp_md){.ingress_ifindex = pkt->ifindex, .rx_queue_index = pkt->rx_queue};
	xdp_moved(ctx, pkt);
}

static void skb_moved(union packet_ctx *ctx, const struct packet *pkt)
{
	ctx->skb.len = packet_len(pkt);
	ctx->skb.data = at(pkt, pkt->data);
	ctx->skb.data_end = at(pkt, pkt->end);
	ctx->skb.data_meta = at(pkt, pkt->meta);
}

/* PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST by the destination address. */
static uint32_t pkt_type_of(const uint8_t *dest)
{
	static const uint8_t all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

	return memcmp(dest, all, sizeof(all)) == 0 ? 1 : dest[0] & 1 ? 2 : 0;
}

static void skb_enter(union packet_ctx *ctx, const struct packet *pkt)
{
	const uint8_t *data = pkt->buf + pkt->data;

	ctx->skb = (struct sk_buff){
		.ifindex = pkt->ifindex,
		.ingress_ifindex = pkt->ifindex,
		.queue_mapping = pkt->rx_queue,
		.wire_len = pkt->wire_len,
		.tstamp = pkt->tstamp,
	};
	if (packet_len(pkt) >= 14) {
		ctx->skb.protocol = (uint32_t)(data[12] | data[13] << 8); /* in network order */
		ctx->skb.pkt_type = pkt_type_of(data);
	}
	skb_moved(ctx, pkt);
}

#define NAMES(array, retval) ((retval) < ARRAY_SIZE(array) ? (array)[retval] : NULL)

static const char *xdp_verdict(uint64_t retval)
{
	static const char *const names[] = {"XDP_ABORTED", "XDP_DROP", "XDP_PASS", "XDP_TX",
					    "XDP_REDIRECT"};

	return NAMES(names, (uint32_t)retval);
}

static const char *tc_verdict(uint64_t retval)
{
	static const char *const names[] = {
		"TC_ACT_OK",	 "TC_ACT_RECLASSIFY", "TC_ACT_SHOT",
		"TC_ACT_PIPE",	 "TC_ACT_STOLEN",     "TC_ACT_QUEUED",
		"TC_ACT_REPEAT", "TC_ACT_REDIRECT",   "TC_ACT_TRAP",
	};

	if ((uint32_t)retval == UINT32_MAX)
		return "TC_ACT_UNSPEC";
	return NAMES(names, (uint32_t)retval);
}

/* The answer is how many bytes to keep. */
static const char *filter_verdict(uint64_t retval)
{
	return (uint32_t)retval ? "keep" : "drop";
}

static const struct packet_type types[] = {
	{PROG_TYPE_XDP, &ctx_xdp_md, CTX_XDP, true, xdp_enter, xdp_moved, xdp_verdict},
	{PROG_TYPE_SCHED_CLS, &ctx_sk_buff, CTX_SCHED, true, skb_enter, skb_moved, tc_verdict},
	{PROG_TYPE_SCHED_ACT, &ctx_sk_buff, CTX_SCHED, true, skb_enter, skb_moved, tc_verdict},
	{PROG_TYPE_SOCKET_FILTER, &ctx_sk_buff, CTX_FILTER, false, skb_enter, skb_moved,
	 filter_verdict},
};

const struct packet_type *packet_type(uint32_t prog_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (types[i].prog_type == prog_type)
			return &types[i];
	return NULL;
}

void packet_moved(struct run_ctx *rc)
{
	const struct packet_type *type = packet_type(rc->prog->type);

	if (type)
		type->moved(rc->ctx, rc->pkt);
}
